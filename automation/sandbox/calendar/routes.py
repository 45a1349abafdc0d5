"""Google Calendar v3: the routes for events and calendars.

Paths and parameters: Google's discovery document calendar.v3.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from automation.sandbox.calendar import rules
from automation.sandbox.calendar.listing import PARAMETERS, events_answer
from automation.sandbox.calendar.people import people
from automation.sandbox.calendar.rules import Event
from automation.sandbox.calendar.store import ACCOUNT, SERVICE, Store, change, insert, merge, move, shown
from automation.sandbox.google import token as google_token
from automation.sandbox.google.errors import Refusal, read_body, read_query
from automation.sandbox.google.fields import reply
from automation.sandbox.world.state import World

__all__ = ["SERVICE", "blueprint", "dump", "fresh", "people"]

EVENTS = "/calendars/<calendar_id>/events"
EVENT = EVENTS + "/<event_id>"

_READ = {"alwaysIncludeEmail": bool, "maxAttendees": int, "timeZone": str}
_DELETE = {"sendNotifications": bool, "sendUpdates": {"all", "externalOnly", "none"}}
_INSERT = _DELETE | {
    "conferenceDataVersion": int,
    "eventLabelVersion": int,
    "maxAttendees": int,
    "supportsAttachments": bool,
}
_WRITE = _INSERT | {"alwaysIncludeEmail": bool}
_CALENDAR_LIST = {
    "maxResults": int,
    "minAccessRole": str,
    "pageToken": str,
    "showDeleted": bool,
    "showHidden": bool,
    "showOwnOrganizationOnly": bool,
    "syncToken": str,
}


def fresh(world: World) -> Store:
    """Return the account's empty primary calendar."""
    return Store()


def dump(store: Store) -> dict[str, Any]:
    """Return the primary calendar's events, those of other calendars, and all notices sent."""
    events = {name: [shown(store, event) for event in of.values()] for name, of in store.calendars.items()}
    return {"events": events.pop(ACCOUNT), "others": events, "notices": store.notices}


def blueprint(world: World) -> Blueprint:
    """Return the routes below /calendar/v3."""
    routes = Blueprint(SERVICE, __name__, url_prefix="/calendar/v3")
    google_token.guard(world, routes)
    _resolve_calendars(world, routes)
    _add_event_reads(world, routes)
    _add_event_writes(world, routes)
    _add_deletes(world, routes)
    _add_moves(world, routes)
    _add_calendars(world, routes)
    return routes


def _resolve_calendars(world: World, routes: Blueprint) -> None:
    """`primary` is the calendar of whoever asks, and what that account may not see is not there."""

    @routes.before_request
    def resolve() -> None:
        values = request.view_args or {}
        if "calendar_id" in values:
            store: Store = world.stores[SERVICE]
            others = world.stores[google_token.SERVICE].accounts.values()
            values["calendar_id"] = store.resolve(values["calendar_id"], google_token.account(world), others)


def _add_event_reads(world: World, routes: Blueprint) -> None:
    @routes.get(EVENTS)
    def list_events(calendar_id: str) -> Response:
        return reply(events_answer(world, world.stores[SERVICE], calendar_id, read_query(PARAMETERS)))

    @routes.get(EVENT)
    def get_event(calendar_id: str, event_id: str) -> Response:
        query = read_query(_READ)
        store: Store = world.stores[SERVICE]
        if query.get("timeZone"):
            rules.zone(query["timeZone"])
        return _answer(store, store.event(calendar_id, event_id), query)


def _add_event_writes(world: World, routes: Blueprint) -> None:
    @routes.post(EVENTS)
    def insert_event(calendar_id: str) -> Response:
        query, body = _read_write(world, _INSERT)
        store: Store = world.stores[SERVICE]
        return _answer(
            store,
            insert(world, store, calendar_id=calendar_id, body=body, send_updates=query.get("sendUpdates", "none")),
            query,
        )

    @routes.patch(EVENT)
    def patch_event(calendar_id: str, event_id: str) -> Response:
        return write(calendar_id, event_id, whole=False)

    @routes.put(EVENT)
    def update_event(calendar_id: str, event_id: str) -> Response:
        return write(calendar_id, event_id, whole=True)

    def write(calendar_id: str, event_id: str, whole: bool) -> Response:
        query, body = _read_write(world, _WRITE)
        store: Store = world.stores[SERVICE]
        event = store.event(calendar_id, event_id)
        _check_match(event)
        new = merge(_bare(event) if whole else event, _same_identity(event, body))
        new = change(
            world, store, calendar_id=calendar_id, event=event, new=new, send_updates=query.get("sendUpdates", "none")
        )
        return _answer(store, new, query)


def _add_moves(world: World, routes: Blueprint) -> None:
    @routes.post(EVENT + "/move")
    def move_event(calendar_id: str, event_id: str) -> Response:
        query = read_query(_DELETE | {"destination": str})
        store: Store = world.stores[SERVICE]
        others = world.stores[google_token.SERVICE].accounts.values()
        to = store.resolve(query.get("destination", ""), google_token.account(world), others)
        event = store.event(calendar_id, event_id)
        return _answer(
            store,
            move(
                world,
                store,
                calendar_id=calendar_id,
                event=event,
                destination=to,
                send_updates=query.get("sendUpdates", "none"),
            ),
            query,
        )


def _add_deletes(world: World, routes: Blueprint) -> None:
    @routes.delete(EVENT)
    def delete_event(calendar_id: str, event_id: str) -> Response:
        query = read_query(_DELETE)
        store: Store = world.stores[SERVICE]
        event = store.event(calendar_id, event_id)
        if event["status"] == "cancelled":
            raise Refusal(410, "deleted", "Resource has been deleted")
        _check_match(event)
        gone = merge(event, {"status": "cancelled"})
        change(
            world, store, calendar_id=calendar_id, event=event, new=gone, send_updates=query.get("sendUpdates", "none")
        )
        return reply(None)


def _read_write(world: World, parameters: dict[str, Any]) -> tuple[dict[str, Any], Event]:
    query = read_query(parameters)
    body = read_body(rules.EVENT_SHAPE, "event")
    if not 0 <= query.get("conferenceDataVersion", 0) <= 1:
        raise Refusal(400, "invalidParameter", "Invalid conferenceDataVersion", location="conferenceDataVersion")
    rules.check_conference(body, query.get("conferenceDataVersion", 0))
    if body.get("attendees") and google_token.is_bare(world):
        raise Refusal(
            403,
            "forbiddenForServiceAccounts",
            "Service accounts cannot invite attendees without Domain-Wide Delegation of Authority.",
            domain="calendar",
        )
    return query, body


def _bare(event: Event) -> Event:
    """Return what events.update leaves of an event: all else is as the body says, or as in a new one."""
    kept = {name: event[name] for name in event if name in rules.READ_ONLY | {"id", "iCalUID", "sequence"}}
    return kept | {"status": "confirmed", "reminders": {"useDefault": True}, "eventType": "default"}


def _same_identity(event: Event, body: Event) -> Event:
    """Return the body without id and UID, which may be repeated but not changed."""
    for name in ("id", "iCalUID"):
        if body.get(name, event[name]) != event[name]:
            raise Refusal(400, "invalid", f"Invalid value for: {name} cannot be changed")
    return {name: value for name, value in body.items() if name not in ("id", "iCalUID")}


def _check_match(event: Event) -> None:
    wanted = request.headers.get("If-Match")
    if wanted not in (None, "*", event["etag"]):
        raise Refusal(412, "conditionNotMet", "Precondition Failed", location="If-Match")


def _answer(store: Store, event: Event, query: dict[str, Any]) -> Response:
    body = shown(store, event, query.get("timeZone"), query.get("maxAttendees"))
    return reply(body, headers={"ETag": event["etag"]})


def _add_calendars(world: World, routes: Blueprint) -> None:
    def entry(calendar_id: str) -> dict[str, Any]:
        store: Store = world.stores[SERVICE]
        store.calendar(calendar_id)
        name = google_token.account(world) if calendar_id == "primary" else calendar_id
        return {
            "etag": '"1"',
            "id": name,
            "summary": name,
            "timeZone": store.zone,
            "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]},
        }

    def listed(calendar_id: str) -> dict[str, Any]:
        about = entry(calendar_id)
        return about | {
            "kind": "calendar#calendarListEntry",
            "accessRole": "owner",
            "primary": about["id"] == google_token.account(world),
            "selected": True,
            "defaultReminders": [{"method": "popup", "minutes": 10}],
        }

    @routes.get("/calendars/<calendar_id>")
    def get_calendar(calendar_id: str) -> Response:
        read_query({})
        return reply(entry(calendar_id) | {"kind": "calendar#calendar"})

    @routes.get("/users/me/calendarList/<calendar_id>")
    def get_calendar_list_entry(calendar_id: str) -> Response:
        read_query({})
        return reply(listed(calendar_id))

    @routes.get("/users/me/calendarList")
    def list_calendars() -> Response:
        read_query(_CALENDAR_LIST)
        names = world.stores[SERVICE].calendars
        body = {"kind": "calendar#calendarList", "etag": '"1"', "nextSyncToken": "sync-0"}
        return reply(body | {"items": [listed(name) for name in names]})
