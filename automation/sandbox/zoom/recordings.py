"""Past meetings and cloud recordings of Zoom, and the download of a recorded file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, timedelta
from threading import Event
from typing import Any
from urllib.parse import unquote

from flask import Blueprint, Response, redirect, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from automation.sandbox.world.state import World
from automation.sandbox.zoom.answers import guard, page, reply, wants
from automation.sandbox.zoom.rules import read_query
from automation.sandbox.zoom.store import (
    SERVICE,
    Instance,
    Meeting,
    RecordedFile,
    Store,
    ZoomRefusal,
    check_host,
    find,
    find_instance,
    host_id,
    stamp,
)

MOST_DAYS = 31
EXTENSIONS = {"MP4": "MP4", "M4A": "M4A", "TIMELINE": "JSON", "CHAT": "TXT", "TRANSCRIPT": "VTT"}


def add_routes(world: World, routes: Blueprint) -> None:
    """The routes below /v2."""

    @routes.get("/past_meetings/<meeting_id>/instances")
    @wants(world, "meeting:read:list_past_instances:admin")
    def instances(meeting_id: str) -> Response:
        read_query({})
        meeting = find(world.stores[SERVICE], meeting_id)
        return reply({"meetings": [{"uuid": each.uuid, "start_time": stamp(each.start)} for each in meeting.instances]})

    @routes.get("/past_meetings/<path:reference>")
    @wants(world, "meeting:read:past_meeting:admin")
    def past_meeting(reference: str) -> Response:
        read_query({})
        meeting, instance = instance_of(world, reference)
        return reply(past_json(meeting, instance))

    @routes.get("/meetings/<path:reference>/recordings")
    @wants(world, "cloud_recording:read:list_recording_files:admin")
    def recordings(reference: str) -> Response:
        read_query({"include_fields": str, "ttl": int})
        meeting, instance = instance_of(world, reference)
        if not instance.recording:
            raise no_recording(reference)
        return reply(recording_json(world, meeting, instance))

    @routes.get("/users/<user>/recordings")
    @wants(world, "cloud_recording:read:list_user_recordings:admin")
    def user_recordings(user: str) -> Response:
        allowed = {"from": str, "to": str, "page_size": int, "next_page_token": str, "mc": str, "trash": str}
        query = read_query({**allowed, "trash_type": str, "meeting_id": int})
        return reply(list_recordings(world, check_host(world.stores[SERVICE], user), query))


def no_recording(reference: str) -> ZoomRefusal:
    """The 404 that means both: not ready yet, and never recorded."""
    return ZoomRefusal(404, 3301, f"This recording does not exist: {reference}.")


def instance_of(world: World, reference: str) -> tuple[Meeting, Instance]:
    """Return the instance that a number (its latest one) or a uuid means.

    A uuid that begins with a slash or holds two must be URL-encoded twice; one encoding has been taken off the path
    already. Raises ZoomRefusal.
    """
    store: Store = world.stores[SERVICE]
    if reference.isdigit():
        meeting = find(store, reference)
        if not meeting.instances:
            raise no_recording(reference)
        return meeting, max(meeting.instances, key=lambda instance: instance.start)
    if "%" not in reference and ("//" in reference or reference.startswith("/")):
        world.problems.append(f"zoom: a uuid with // must be URL-encoded twice: {reference}")
        raise ZoomRefusal(404, 3001, f"Meeting does not exist: {reference}.")
    return find_instance(store, unquote(reference))


def past_json(meeting: Meeting, instance: Instance) -> dict[str, Any]:
    """Return the details of one instance: actual start and end."""
    minutes = minutes_of(instance)
    return {
        "uuid": instance.uuid,
        "id": meeting.id,
        "host_id": host_id(meeting.host),
        "type": meeting.body.get("type", 2),
        "topic": meeting.body.get("topic", "My Meeting"),
        "user_name": "Host",
        "user_email": meeting.host,
        "start_time": stamp(instance.start),
        "end_time": stamp(instance.end),
        "duration": minutes,
        "total_minutes": minutes * 7,
        "participants_count": 7,
    }


def minutes_of(instance: Instance) -> int:
    """Length in whole minutes, at least one."""
    return max(1, round((instance.end - instance.start).total_seconds() / 60))


def recording_json(world: World, meeting: Meeting, instance: Instance) -> dict[str, Any]:
    """Return the recording of an instance; share_url is missing where people asked for that."""
    files = [file_json(world, instance, file) for file in instance.recording]
    shown: dict[str, Any] = {
        "uuid": instance.uuid,
        "id": meeting.id,
        "account_id": world.secrets.zoom_account_id,
        "host_id": host_id(meeting.host),
        "topic": meeting.body.get("topic", "My Meeting"),
        "type": meeting.body.get("type", 2),
        "start_time": stamp(instance.start),
        "duration": minutes_of(instance),
        "total_size": sum(file.get("file_size", 0) for file in files),
        "recording_count": len(files),
        "auto_delete": False,
        "password": instance.passcode,
        "recording_play_passcode": f"play.{instance.passcode[::-1]}",
        "recording_files": files,
    }
    if instance.with_share_url:
        shown["share_url"] = f"https://example.zoom.us/rec/share/{instance.recording[0].access_key}"
    return shown


def file_json(world: World, instance: Instance, file: RecordedFile) -> dict[str, Any]:
    """Return one file: without links while it is processed, without id and status for a timeline."""
    shown: dict[str, Any] = {
        "id": file.id,
        "meeting_id": instance.uuid,
        "recording_start": stamp(instance.start),
        "recording_end": stamp(instance.end),
        "file_type": file.file_type,
        "file_extension": EXTENSIONS[file.file_type],
        "file_size": file.path.stat().st_size,
        "status": file.status,
        "recording_type": file.recording_type,
    }
    if file.status == "completed":
        shown["download_url"] = f"{world.base_url}/rec/download/{file.download_key}"
        shown["play_url"] = f"https://example.zoom.us/rec/play/{file.access_key}"
    else:
        shown["file_size"] = 0
    if file.file_type == "TIMELINE":
        del shown["id"], shown["status"]
    return shown


def list_recordings(world: World, host: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return a host's recordings of instances that began on the days from..to (UTC, at most a month)."""
    today = world.now().astimezone(UTC).date()
    first, last = read_day(query.get("from"), today - timedelta(days=1)), read_day(query.get("to"), today)
    if last < first or (last - first).days > MOST_DAYS:
        raise ZoomRefusal(400, 300, "The date range must not be longer than a month.")
    found = [
        recording_json(world, meeting, instance)
        for meeting in world.stores[SERVICE].meetings.values()
        if meeting.host == host and query.get("meeting_id", meeting.id) == meeting.id
        for instance in sorted(meeting.instances, key=lambda each: each.start)
        if instance.recording and first <= instance.start.astimezone(UTC).date() <= last
    ]
    return {"from": first.isoformat(), "to": last.isoformat(), **page(world, found, query)}


def read_day(text: str | None, default: date) -> date:
    """Return a day of the query. Raises ZoomRefusal 300."""
    if text is None:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ZoomRefusal(400, 300, "Invalid date: use yyyy-MM-dd.") from error


def add_download_routes(world: World, routes: Blueprint) -> None:
    """download_url wants a Bearer token and redirects once, to an address that carries its own right."""

    def file_with(name: str, key: str) -> RecordedFile:
        store: Store = world.stores[SERVICE]
        for meeting in store.meetings.values():
            for instance in meeting.instances:
                for file in instance.recording:
                    if getattr(file, name) == key and file.status == "completed":
                        return file
        raise ZoomRefusal(404, 3301, "This recording does not exist.")

    @routes.get("/rec/download/<key>")
    def download(key: str) -> AnyResponse:
        guard(world)
        return redirect(f"{world.base_url}/rec/file/{file_with('download_key', key).access_key}", 302)

    @routes.get("/rec/file/<key>")
    def content(key: str) -> Response:
        kinds = {"MP4": "video/mp4", "M4A": "audio/mp4"}
        file = file_with("access_key", key)
        kind = kinds.get(file.file_type, "application/octet-stream")
        store: Store = world.stores[SERVICE]
        ranged = store.ranges and "Range" in request.headers
        answer = send_file(file.path, mimetype=kind, conditional=ranged, etag=False)
        if store.rate:
            answer.response = _paced(answer.response, store.rate, world.stopping)
        return answer


def _paced(parts: Iterable[Any], rate: float, stopping: Event) -> Iterator[Any]:
    """A body that comes at so many bytes a second."""
    for part in parts:
        yield part
        if stopping.wait(len(part) / rate):
            return
