"""Zoom: token endpoint, meetings, past meetings and recordings, as a Server-to-Server OAuth app sees them.

https://developers.zoom.us/docs/api/ and https://developers.zoom.us/docs/internal-apps/s2s-oauth/
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, request

from automation.sandbox.world.state import URL_SAFE, World
from automation.sandbox.zoom.answers import guard, page, refused, reply, wants
from automation.sandbox.zoom.people import people
from automation.sandbox.zoom.recordings import add_download_routes, add_routes
from automation.sandbox.zoom.rules import read_meeting, read_query, read_start
from automation.sandbox.zoom.store import (
    EXPIRY,
    SERVICE,
    Meeting,
    Store,
    ZoomRefusal,
    asking,
    check_host,
    count_write,
    find,
    fresh,
    make_password,
    new_meeting,
    stamp,
)
from automation.sandbox.zoom.views import list_json, meeting_json

__all__ = ["SERVICE", "Store", "blueprint", "dump", "fresh", "login", "people"]

LIFETIME = timedelta(hours=1)
KINDS = ("scheduled", "live", "upcoming", "upcoming_meetings", "previous_meetings")
LIST = {
    "type": str,
    "page_size": int,
    "next_page_token": str,
    "page_number": int,
    "from": str,
    "to": str,
    "timezone": str,
}
REMIND = {"schedule_for_reminder": str, "cancel_meeting_reminder": str, "occurrence_id": str}


def login(world: World) -> dict[str, Any]:
    """Return the section of credentials.json, and where Zoom is."""
    base, kept = world.base_url, world.secrets
    return {
        "zoom": {
            "account_id": kept.zoom_account_id,
            "client_id": kept.zoom_client_id,
            "client_secret": kept.zoom_client_secret,
        },
        "endpoints": {"zoom_oauth": f"{base}/oauth/token", "zoom_api": f"{base}/v2/"},
    }


def blueprint(world: World) -> Blueprint:
    """Return the token route, the API below /v2, and the downloads."""
    routes = Blueprint(SERVICE, __name__)
    routes.register_error_handler(ZoomRefusal, refused)
    routes.add_url_rule("/oauth/token", "token", lambda: token(world), methods=["POST"])
    add_download_routes(world, routes)
    api = Blueprint("api", __name__, url_prefix="/v2")
    api.before_request(lambda: guard(world))
    add_host_routes(world, api)
    add_meeting_routes(world, api)
    add_routes(world, api)
    routes.register_blueprint(api)
    return routes


def token(world: World) -> Response:
    """Answer POST /oauth/token: Basic authorization, grant account_credentials."""
    asked, basic, kept = request.values, request.authorization, world.secrets
    store: Store = world.stores[SERVICE]
    account = asked.get("account_id", "") if asked.get("account_id") in store.apps else ""
    known = store.apps.get(account, (kept.zoom_client_id, kept.zoom_client_secret))
    if basic is None or basic.type != "basic" or (basic.username, basic.password) != known:
        return reply({"reason": "Invalid client_id or client_secret", "error": "invalid_client"}, 400)
    if asked.get("grant_type") != "account_credentials":
        return reply({"reason": "Unsupported grant type", "error": "unsupported_grant_type"}, 400)
    if not account and asked.get("account_id") != kept.zoom_account_id:
        return reply({"reason": "Bad Request", "error": "invalid_request"}, 400)
    access = world.new_id("zoom token", 80, URL_SAFE)
    store.tokens[access] = world.now() + LIFETIME
    store.theirs[access] = account
    return reply(
        {
            "access_token": access,
            "token_type": "bearer",
            "expires_in": int(LIFETIME.total_seconds()),
            "scope": "meeting:write:meeting:admin meeting:read:list_meetings:admin",
            "api_url": world.base_url,
        }
    )


def add_host_routes(world: World, routes: Blueprint) -> None:
    """Create a meeting for a user, list the user's meetings."""

    @routes.post("/users/<user>/meetings")
    @wants(world, "meeting:write:meeting:admin")
    def create(user: str) -> Response:
        read_query({})
        store: Store = world.stores[SERVICE]
        host, body = check_host(store, user), read_meeting()
        count_write(world, store, host)
        start = None if body.get("type", 2) == 1 else misread(store, read_start(body, "UTC"))
        password = body.get("password") or make_password(world)
        return reply(meeting_json(world, new_meeting(world, host, body=body, start=start, password=password)), 201)

    @routes.get("/users/<user>/meetings")
    @wants(world, "meeting:read:list_meetings:admin")
    def list_(user: str) -> Response:
        query, store = read_query(LIST), world.stores[SERVICE]
        kind, host = query.get("type", "scheduled"), check_host(store, user)
        if kind not in KINDS:
            raise ZoomRefusal(400, 300, "Validation Failed.", [{"field": "type", "message": "Invalid field."}])
        theirs = [each for each in store.meetings.values() if each.account == asking(store)]
        found = [each for each in theirs if each.host == host and is_listed(world, each, kind)]
        found.sort(key=lambda meeting: meeting.start or meeting.created)
        return reply(page(world, [list_json(meeting) for meeting in found], query))


def is_listed(world: World, meeting: Meeting, kind: str) -> bool:
    """Tell whether a list of this kind shows the meeting; instant and expired ones are in none but `live`."""
    if meeting.deleted or world.is_hidden(SERVICE, meeting.created):
        return False
    if kind == "live" or meeting.start is None:
        return kind == "live" and meeting.live
    end = meeting.start + timedelta(minutes=meeting.body.get("duration", 60))
    if kind == "scheduled":
        return meeting.start + EXPIRY > world.now()
    if kind == "previous_meetings":
        return bool(meeting.instances) and end <= world.now()
    return meeting.live or end > world.now()


def add_meeting_routes(world: World, routes: Blueprint) -> None:
    """Get, update, delete one meeting."""

    @routes.get("/meetings/<meeting_id>")
    @wants(world, "meeting:read:meeting:admin")
    def get(meeting_id: str) -> Response:
        read_query({"occurrence_id": str, "show_previous_occurrences": str})
        return reply(meeting_json(world, find(world.stores[SERVICE], meeting_id)))

    @routes.patch("/meetings/<meeting_id>")
    @wants(world, "meeting:update:meeting:admin")
    def update(meeting_id: str) -> Response:
        read_query({"occurrence_id": str})
        store: Store = world.stores[SERVICE]
        meeting, body = find(store, meeting_id), read_meeting()
        count_write(world, store, meeting.host)
        change(world, meeting, body)
        return reply(None)

    @routes.delete("/meetings/<meeting_id>")
    @wants(world, "meeting:delete:meeting:admin")
    def delete(meeting_id: str) -> Response:
        read_query(REMIND)
        meeting = find(world.stores[SERVICE], meeting_id)
        if meeting.live:
            raise ZoomRefusal(400, 3002, "Sorry, you cannot delete this meeting since it's in progress.")
        meeting.deleted = True
        return reply(None)


def change(world: World, meeting: Meeting, body: dict[str, Any]) -> None:
    """Take a PATCH over; a start_time in the past is ignored without a word, as Zoom does."""
    start = misread(world.stores[SERVICE], read_start(body, meeting.body.get("timezone", "UTC")))
    if start is not None and start > world.now():
        meeting.start = start
    settings = {**meeting.body.get("settings", {}), **body.get("settings", {})}
    meeting.body = {**meeting.body, **body, "settings": settings}
    meeting.password = body.get("password") or meeting.password


def misread(store: Store, start: datetime | None) -> datetime | None:
    """Return the start as Zoom takes it this time: some hours off if people asked for that."""
    return start + store.misread.pop(0) if start is not None and store.misread else start


def dump(store: Store) -> dict[str, Any]:
    """Return every meeting, deleted ones too, with what took place; no start URLs and no tokens."""
    return {
        "meetings": [
            {
                **list_json(meeting),
                "agenda": meeting.body.get("agenda", ""),
                "host": meeting.host,
                "password": meeting.password,
                "settings": meeting.body.get("settings", {}),
                "deleted": meeting.deleted,
                "live": meeting.live,
                "instances": [
                    {
                        "uuid": instance.uuid,
                        "start_time": stamp(instance.start),
                        "end_time": stamp(instance.end),
                        "files": [{"file_type": file.file_type, "status": file.status} for file in instance.recording],
                    }
                    for instance in meeting.instances
                ],
            }
            for meeting in store.meetings.values()
        ],
        "writes": {f"{host} {day}": count for (host, day), count in store.writes.items()},
    }
