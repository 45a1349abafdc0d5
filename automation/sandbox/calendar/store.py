"""The calendars of Google accounts: events with etags and tombstones, and the notices sent to guests."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from automation.sandbox.calendar import rules
from automation.sandbox.calendar.rules import Event
from automation.sandbox.google import token as google_token
from automation.sandbox.google.errors import Refusal
from automation.sandbox.world.state import World

SERVICE = "calendar"
ACCOUNT = google_token.ACCOUNT
# Not the zone of the shipped series, since an account's calendar need not be in the zone of its calls.
ZONE = "America/New_York"
VISIBLE = ("summary", "description", "location", "start", "end", "status", "attendees")


@dataclass
class Store:
    """Calendar id -> event id -> event (times in UTC); `notices` are Google's mails to guests. Of an event with more
    than `most_guests` guests the list is not shown. `shared`: calendar id -> further accounts that may write in it; an
    account's own calendar has its address for an id, all others are the first account's."""

    calendars: dict[str, dict[str, Event]] = field(default_factory=lambda: {ACCOUNT: {}})
    notices: list[dict[str, Any]] = field(default_factory=list)
    zone: str = ZONE
    most_guests: int | None = None
    shared: dict[str, set[str]] = field(default_factory=dict)

    def resolve(self, calendar_id: str, account: str, others: Collection[str]) -> str:
        """Return the calendar's real id as `account` sees it; raises Refusal 404 where it may not see it. `others` are
        all accounts' addresses."""
        name = account if calendar_id == "primary" else calendar_id
        if name in (account, *others):
            self.calendars.setdefault(name, {})
        owner = name if name in others else ACCOUNT
        if account != owner and account not in self.shared.get(name, ()):
            raise Refusal(404, "notFound", "Not Found")
        return name

    def calendar(self, calendar_id: str) -> dict[str, Event]:
        """Return a calendar's events by id; raises Refusal 404 for an unknown calendar."""
        events = self.calendars.get(ACCOUNT if calendar_id == "primary" else calendar_id)
        if events is None:
            raise Refusal(404, "notFound", "Not Found")
        return events

    def event(self, calendar_id: str, event_id: str) -> Event:
        """Return one event, cancelled ones too; raises Refusal 404."""
        found = self.calendar(calendar_id).get(event_id)
        if found is None:
            raise Refusal(404, "notFound", "Not Found")
        return found


def insert(world: World, store: Store, calendar_id: str, body: Event, send_updates: str) -> Event:
    """Store a new event and return it; raises Refusal 400, or 409 where the id was ever used."""
    events = store.calendar(calendar_id)
    if body.get("id") and body.get("iCalUID"):
        raise Refusal(400, "invalid", "Only one of id and iCalUID may be supplied at event creation.")
    event_id = body.get("id") or world.new_id("event")
    rules.check_id(event_id)
    if event_id in events:
        raise Refusal(409, "duplicate", "The requested identifier already exists.")
    if body.get("status") == "cancelled":
        raise Refusal(400, "invalid", "Invalid value for: status")
    event = merge(_new(world, calendar_id, event_id), {name: body[name] for name in body if name != "id"})
    _settle(store, event)
    stamp(world, event)
    events[event_id] = event
    notify(world, store, old=None, new=event, send_updates=send_updates)
    return event


def _new(world: World, calendar_id: str, event_id: str) -> Event:
    account = google_token.account(world)
    owner = ACCOUNT if calendar_id == "primary" else calendar_id
    creator = {"email": account} | ({"self": True} if account == owner else {})
    return {
        "kind": "calendar#event",
        "etag": "",
        "id": event_id,
        "status": "confirmed",
        "htmlLink": f"https://www.google.com/calendar/event?eid={event_id}",
        "created": shown_instant(world.now()),
        "updated": "",
        "creator": creator,
        "organizer": {"email": owner, "self": True},
        "iCalUID": f"{event_id}@google.com",
        "sequence": 0,
        "reminders": {"useDefault": True},
        "eventType": "default",
    }


def change(world: World, store: Store, calendar_id: str, event: Event, *, new: Event, send_updates: str) -> Event:
    """Put a changed event (made by `merge`) in place of the old one and return it.

    Raises Refusal 400 for a sequence number below the present one. A change of time raises `sequence` (RFC 5546 section
    2.1.4) unless the caller did; a change of reminders alone leaves `updated` alone.
    """
    _settle(store, new)
    if new["sequence"] < event["sequence"]:
        raise Refusal(400, "invalid", "Invalid sequence value: below the current sequence number.")
    moved = (new["start"], new["end"]) != (event["start"], event["end"])
    if moved and new["sequence"] == event["sequence"]:
        new["sequence"] += 1
    before = new["updated"]
    only_reminders = {name for name in new | event if new.get(name) != event.get(name)} == {"reminders"}
    stamp(world, new)
    if only_reminders:
        new["updated"] = before
    store.calendar(calendar_id)[event["id"]] = new
    notify(world, store, old=event, new=new, send_updates=send_updates)
    return new


def move(world: World, store: Store, calendar_id: str, event: Event, *, destination: str, send_updates: str) -> Event:
    """Move an event to another calendar: its organizer changes, its id stays, a tombstone stays behind. Raises Refusal
    400 or 409.

    https://developers.google.com/workspace/calendar/api/v3/reference/events/move
    """
    if event["status"] == "cancelled" or event["eventType"] != "default":
        raise Refusal(400, "cannotMoveEvent", "Only default events can be moved.")
    events = store.calendar(destination)
    if event["id"] in events and not events[event["id"]].get("bare"):
        raise Refusal(409, "duplicate", "The requested identifier already exists.")
    new = deepcopy(event) | {"organizer": {"email": destination, "self": True}}
    stamp(world, new)
    events[event["id"]] = new
    # "only the id field is guaranteed to be populated" in what stays behind (discovery document calendar.v3,
    # Event.status).
    gone = {name: value for name, value in event.items() if name != "extendedProperties"} | {
        "status": "cancelled",
        "bare": True,
    }
    stamp(world, gone)
    if any(guest["email"] == event["organizer"]["email"] for guest in event.get("attendees", [])):
        gone = deepcopy(new) | {"organizer": {"email": destination}}  # a guest keeps a copy
    store.calendar(calendar_id)[event["id"]] = gone
    notify(world, store, old=event, new=new, send_updates=send_updates)
    return new


def _settle(store: Store, event: Event) -> None:
    for side in ("start", "end"):
        if event.get(side):
            event[side] = rules.normal_time(event[side], store.zone)
    rules.check_event(event)
    for attendee in event.get("attendees", []):
        attendee.setdefault("responseStatus", "needsAction")


def stamp(world: World, event: Event) -> None:
    """Note that an event changed now: `updated`, and a new etag."""
    event["updated"] = shown_instant(world.now())
    event["etag"] = f'"{3_500_000_000_000_000 + world.count("calendar revision")}"'


def merge(event: Event, patch: Mapping[str, Any]) -> Event:
    """Return the event with a patch laid over it: objects merge, arrays are replaced, null removes.

    https://developers.google.com/workspace/calendar/api/guides/performance#patch-semantics
    """
    wanted = {name: value for name, value in patch.items() if name not in rules.READ_ONLY | {"conferenceData"}}
    return _merged(deepcopy(event), wanted)


def _merged(old: dict[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in patch.items():
        if value is None:
            old.pop(name, None)
        elif isinstance(value, dict):
            below = old.get(name)
            old[name] = _merged(below if isinstance(below, dict) else {}, value)
        else:
            old[name] = deepcopy(value)
    return old


def notify(world: World, store: Store, old: Event | None, new: Event, send_updates: str) -> None:
    """Record the mails that Google sends for a change: only for sendUpdates=all, only for what guests see."""
    if send_updates != "all":
        return
    before = _guests(old) if old and old["status"] != "cancelled" else []
    after = _guests(new) if new["status"] != "cancelled" else []
    changed = old is None or any(old.get(name) != new.get(name) for name in VISIBLE)
    told = {
        "invitation": [guest for guest in after if guest not in before],
        "update": [guest for guest in after if guest in before and changed],
        "cancellation": [guest for guest in before if guest not in after],
    }
    for kind, to in told.items():
        if to:
            store.notices.append(
                {
                    "event": new["id"],
                    "kind": kind,
                    "to": to,
                    "at": shown_instant(world.now()),
                    "sequence": new["sequence"],
                    "summary": new.get("summary", ""),
                    "start": rules.shown_time(new["start"], store.zone),
                }
            )


def _guests(event: Event) -> list[str]:
    return [attendee["email"] for attendee in event.get("attendees", [])]


def shown(store: Store, event: Event, zone: str | None = None, max_attendees: int | None = None) -> Event:
    """Return an event as Google answers it, in the given zone or the calendar's own."""
    if event.get("bare"):
        return {name: event[name] for name in ("kind", "etag", "id", "status")}
    answer = deepcopy(event)
    for side in ("start", "end"):
        answer[side] = rules.shown_time(event[side], zone or store.zone)
    if store.most_guests is not None:
        max_attendees = min(store.most_guests, max_attendees or store.most_guests)
    if max_attendees is not None and len(answer.get("attendees", [])) > max_attendees:
        answer["attendees"] = [each for each in answer["attendees"] if each["email"] == ACCOUNT]
        answer["attendeesOmitted"] = True
    return answer


def shown_instant(when: datetime) -> str:
    """Return an instant as Google writes it in `created` and `updated`: UTC with milliseconds and Z."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
