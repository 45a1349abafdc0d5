"""events.list: which events a query asks for, in which order, page by page.

Parameters and their forbidden combinations: discovery document calendar.v3, calendar.events.list.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from automation.sandbox.calendar import rules
from automation.sandbox.calendar.rules import Event
from automation.sandbox.calendar.store import ACCOUNT, Store, shown, shown_instant
from automation.sandbox.google.errors import Refusal
from automation.sandbox.world.state import World

PARAMETERS: Mapping[str, Any] = {
    "alwaysIncludeEmail": bool,
    "eventTypes": [str],
    "iCalUID": str,
    "maxAttendees": int,
    "maxResults": int,
    "orderBy": {"startTime", "updated"},
    "pageToken": str,
    "privateExtendedProperty": [str],
    "q": str,
    "sharedExtendedProperty": [str],
    "showDeleted": bool,
    "showHiddenInvitations": bool,
    "singleEvents": bool,
    "syncToken": str,
    "timeMax": str,
    "timeMin": str,
    "timeZone": str,
    "updatedMin": str,
}
NOT_WITH_SYNC_TOKEN = (
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "timeMax",
    "timeMin",
    "updatedMin",
)

Query = Mapping[str, Any]


def events_answer(world: World, store: Store, calendar_id: str, query: Query) -> dict[str, Any]:
    """Return the Events resource for a parsed query; raises Refusal 400, 404 or 410."""
    _check(query)
    wanted = [event for event in store.calendar(calendar_id).values() if _matches(store, event, query)]
    if query.get("orderBy") == "startTime":
        wanted.sort(key=lambda event: rules.instant(event["start"], store.zone))
    elif query.get("orderBy") == "updated":
        wanted.sort(key=lambda event: str(event["updated"]))
    first = _page(query.get("pageToken"))
    last = first + min(query.get("maxResults", 250), 2500)
    zone = query.get("timeZone") or store.zone
    answer = {
        "kind": "calendar#events",
        "etag": f'"{max([_revision(event) for event in wanted], default=0)}"',
        "summary": ACCOUNT if calendar_id == "primary" else calendar_id,
        "updated": shown_instant(world.now()),
        "timeZone": store.zone,
        "accessRole": "owner",
        "defaultReminders": [{"method": "popup", "minutes": 10}],
        "items": [shown(store, event, zone, query.get("maxAttendees")) for event in wanted[first:last]],
    }
    if last < len(wanted):
        return answer | {"nextPageToken": f"page-{last}"}
    newest = max([_revision(event) for event in store.calendar(calendar_id).values()], default=0)
    return answer | {"nextSyncToken": f"sync-{newest}"}


def _check(query: Query) -> None:
    if "syncToken" in query:
        clash = [name for name in NOT_WITH_SYNC_TOKEN if name in query]
        if clash:
            raise Refusal(400, "badRequest", f"Sync token cannot be used with {', '.join(clash)}.")
        if query.get("showDeleted") is False:
            raise Refusal(400, "badRequest", "Sync token cannot be used with showDeleted=false.")
    if query.get("orderBy") == "startTime" and not query.get("singleEvents"):
        raise Refusal(400, "badRequest", "The requested ordering is not available for the particular query.")
    for name in ("maxResults", "maxAttendees"):
        if query.get(name, 1) < 1:
            raise Refusal(400, "invalidParameter", f"Invalid value for {name}", location=name)
    if query.get("timeZone"):
        rules.zone(query["timeZone"])
    early, late = _time(query, "timeMin"), _time(query, "timeMax")
    if early and late and early >= late:
        raise Refusal(400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar")
    for name in ("privateExtendedProperty", "sharedExtendedProperty"):
        if any("=" not in pair for pair in query.get(name, [])):
            raise Refusal(400, "invalidParameter", f"{name} must be propertyName=value", location=name)


def _time(query: Query, name: str) -> datetime | None:
    return rules.rfc3339(query[name], name) if query.get(name) else None


def _matches(store: Store, event: Event, query: Query) -> bool:
    return (
        _is_wanted(event, query)
        and _is_then(store, event, query)
        and _has_properties(event, query)
        and _has_words(event, query.get("q", ""))
    )


def _is_wanted(event: Event, query: Query) -> bool:
    deleted_too = query.get("showDeleted") or "updatedMin" in query or "syncToken" in query
    return (
        (event["status"] != "cancelled" or bool(deleted_too))
        and query.get("iCalUID", event["iCalUID"]) == event["iCalUID"]
        and event["eventType"] in query.get("eventTypes", [event["eventType"]])
        and ("syncToken" not in query or _revision(event) > _synced(query["syncToken"]))
    )


def _is_then(store: Store, event: Event, query: Query) -> bool:
    early, late, touched = (_time(query, name) for name in ("timeMin", "timeMax", "updatedMin"))
    return (
        (not early or rules.instant(event["end"], store.zone) > early)
        and (not late or rules.instant(event["start"], store.zone) < late)
        and (not touched or datetime.fromisoformat(event["updated"]) >= touched)
    )


def _has_properties(event: Event, query: Query) -> bool:
    properties = event.get("extendedProperties", {})
    for side, name in (("private", "privateExtendedProperty"), ("shared", "sharedExtendedProperty")):
        for pair in query.get(name, []):
            key, _, value = pair.partition("=")
            if properties.get(side, {}).get(key) != value:
                return False
    return True


def _has_words(event: Event, text: str) -> bool:
    searched = [event.get(name, "") for name in ("summary", "description", "location")]
    for needs_person in [*event.get("attendees", []), event["organizer"]]:
        searched += [needs_person.get("email", ""), needs_person.get("displayName", "")]
    everything = "\n".join(searched).lower()
    return all(word in everything for word in text.lower().split())


def _revision(event: Event) -> int:
    return int(event["etag"].strip('"'))


def _page(token: str | None) -> int:
    if token is None:
        return 0
    if not token.removeprefix("page-").isdigit():
        raise Refusal(400, "invalidParameter", "Invalid page token value.", location="pageToken")
    return int(token.removeprefix("page-"))


def _synced(token: str) -> int:
    if not token.removeprefix("sync-").isdigit():
        raise Refusal(
            410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required.", domain="calendar"
        )
    return int(token.removeprefix("sync-"))
