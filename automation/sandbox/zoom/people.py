"""What people and Zoom itself do with meetings: hold a call, record it, finish the recording, change things by hand."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from automation.sandbox.world.state import URL_SAFE, Nonsense, World
from automation.sandbox.zoom.store import (
    SERVICE,
    Instance,
    Meeting,
    RecordedFile,
    Store,
    make_password,
    new_instance_uuid,
)
from automation.sandbox.zoom.views import list_json

# The files that Zoom makes of a call by default: type, recording type, share of the bytes.
FILES = (("MP4", "shared_screen_with_speaker_view", 1.0), ("M4A", "audio_only", 0.1), ("TIMELINE", "timeline", 0.01))
# Beyond this the rest of a recording is zeros, which cost no room on disk.
MOST_NOISE = 4 * 1024 * 1024
DEFAULT_BYTES = 300_000

Action = Callable[[dict[str, Any]], Any]


def people(world: World) -> dict[str, Action]:
    """Return the actions. Times are RFC 3339 with offset, sizes in bytes.

    hold {meeting_id, start?, end?, uuid?}; begin {meeting_id} (live until held); record {meeting_id, bytes?, status?,
    share_url?, uuid?}; finish_recording {meeting_id, uuid?}; move {meeting_id, start}; edit {meeting_id, topic?,
    agenda?, duration?, password?}; delete {meeting_id}; list {}; expire {} (access tokens); scopes {missing: [...]};
    leave {host} (that user is gone); misread {hours, times?}: the next start times are taken so many hours off; found
    {account_id} (another Zoom account with an app of its own: its login); serve {ranges?, bytes_per_second?}: whether
    downloads honour Range from now on, and how fast they come (0: as fast as they can).
    """
    return {**call_actions(world), **host_actions(world), **app_actions(world)}


def call_actions(world: World) -> dict[str, Action]:
    """What happens in and after a call."""

    def hold(wish: dict[str, Any]) -> dict[str, Any]:
        meeting = wanted(world, wish)
        start = instant(wish, "start", meeting.start or world.now())
        end = instant(wish, "end", start + timedelta(minutes=meeting.body.get("duration", 60)))
        meeting.live = False
        meeting.instances.append(Instance(str(wish.get("uuid") or new_instance_uuid(world)), start, end))
        return {"uuid": meeting.instances[-1].uuid}

    def begin(wish: dict[str, Any]) -> dict[str, Any]:
        meeting = wanted(world, wish)
        meeting.live = True
        return list_json(meeting)

    def record(wish: dict[str, Any]) -> dict[str, Any]:
        instance = latest(wanted(world, wish), wish)
        status = str(wish.get("status", "completed"))
        if status not in ("processing", "completed"):
            raise Nonsense("the status of a recording is processing or completed")
        instance.with_share_url = bool(wish.get("share_url", True))
        instance.passcode = make_password(world)
        size = int(wish.get("bytes", DEFAULT_BYTES))
        instance.recording = [
            new_file(world, kind, recording_type=name, status=status, size=int(size * part))
            for kind, name, part in FILES
        ]
        return {"uuid": instance.uuid, "files": [file.id for file in instance.recording]}

    def finish_recording(wish: dict[str, Any]) -> dict[str, Any]:
        instance = latest(wanted(world, wish), wish)
        for file in instance.recording:
            file.status = "completed"
        return {"uuid": instance.uuid}

    return {"hold": hold, "begin": begin, "record": record, "finish_recording": finish_recording}


def host_actions(world: World) -> dict[str, Action]:
    """What a host does by hand."""

    def move(wish: dict[str, Any]) -> dict[str, Any]:
        meeting = wanted(world, wish)
        meeting.start = instant(wish, "start", world.now())
        return list_json(meeting)

    def edit(wish: dict[str, Any]) -> dict[str, Any]:
        meeting = wanted(world, wish)
        changes = {name: value for name, value in wish.items() if name != "meeting_id"}
        if set(changes) - {"topic", "agenda", "duration", "password"}:
            raise Nonsense("a host edits topic, agenda, duration and password")
        meeting.password = str(changes.pop("password", meeting.password))
        meeting.body = {**meeting.body, **changes}
        return list_json(meeting)

    def delete(wish: dict[str, Any]) -> dict[str, Any]:
        wanted(world, wish).deleted = True
        return {}

    def list_(wish: dict[str, Any]) -> list[dict[str, Any]]:
        store: Store = world.stores[SERVICE]
        return [list_json(meeting) for meeting in store.meetings.values() if not meeting.deleted]

    return {"move": move, "edit": edit, "delete": delete, "list": list_}


def app_actions(world: World) -> dict[str, Action]:
    """What an administrator does to the app and its users."""

    def expire(wish: dict[str, Any]) -> dict[str, Any]:
        world.stores[SERVICE].tokens.clear()
        return {}

    def scopes(wish: dict[str, Any]) -> dict[str, Any]:
        world.stores[SERVICE].missing_scopes = set(wish.get("missing", []))
        return {}

    def leave(wish: dict[str, Any]) -> dict[str, Any]:
        world.stores[SERVICE].gone_hosts.add(str(wish["host"]))
        return {}

    def misread(wish: dict[str, Any]) -> dict[str, Any]:
        store: Store = world.stores[SERVICE]
        store.misread = [timedelta(hours=float(wish["hours"]))] * int(wish.get("times", 1))
        return {}

    def serve(wish: dict[str, Any]) -> dict[str, Any]:
        store: Store = world.stores[SERVICE]
        store.ranges, store.rate = bool(wish.get("ranges", True)), float(wish.get("bytes_per_second", 0))
        return {}

    def found(wish: dict[str, Any]) -> dict[str, Any]:
        number, secret = str(wish["account_id"]), world.new_id("zoom client secret", 32, URL_SAFE)
        world.stores[SERVICE].apps[number] = (f"client-of-{number}", secret)
        return {"account_id": number, "client_id": f"client-of-{number}", "client_secret": secret}

    return {
        "expire": expire,
        "scopes": scopes,
        "leave": leave,
        "misread": misread,
        "serve": serve,
        "found": found,
    }


def wanted(world: World, wish: dict[str, Any]) -> Meeting:
    """Return the meeting that a wish names. Raises Nonsense where it is gone."""
    meeting: Meeting | None = world.stores[SERVICE].meetings.get(int(wish["meeting_id"]))
    if meeting is None or meeting.deleted:
        raise Nonsense(f"there is no Zoom meeting {wish['meeting_id']}")
    return meeting


def latest(meeting: Meeting, wish: dict[str, Any]) -> Instance:
    """Return the instance with the wish's uuid, or the latest one. Raises Nonsense where the call was not held."""
    found = [each for each in meeting.instances if wish.get("uuid") in (None, each.uuid)]
    if not found:
        raise Nonsense(f"meeting {meeting.id} was not held; `hold` comes before `record`")
    return max(found, key=lambda instance: instance.start)


def instant(wish: dict[str, Any], name: str, default: datetime) -> datetime:
    """Return a time of the wish. Raises Nonsense without an offset."""
    if not wish.get(name):
        return default
    given = datetime.fromisoformat(str(wish[name]))
    if given.tzinfo is None:
        raise Nonsense(f"{name} wants an instant with an offset")
    return given


def new_file(world: World, kind: str, recording_type: str, status: str, size: int) -> RecordedFile:
    """Make a recorded file on disk: noise that is the same in every world, then zeros."""
    store: Store = world.stores[SERVICE]
    file_id = world.new_id("zoom file", 32, URL_SAFE)
    path: Path = store.folder / file_id
    path.write_bytes(random.Random(file_id).randbytes(min(size, MOST_NOISE)))
    with path.open("ab") as target:
        target.truncate(size)
    download_key, access_key = (world.new_id(f"zoom {name}", 43, URL_SAFE) for name in ("download", "access"))
    return RecordedFile(
        id=file_id,
        file_type=kind,
        recording_type=recording_type,
        status=status,
        path=path,
        download_key=download_key,
        access_key=access_key,
    )
