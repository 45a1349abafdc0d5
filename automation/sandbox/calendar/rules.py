"""What Google Calendar accepts in an event, and how it reads and writes times.

Field texts: discovery document calendar.v3, schema Event. Reasons: the Calendar API's error guide,
https://developers.google.com/workspace/calendar/api/guides/errors
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from automation.sandbox.google.errors import Refusal

Event = dict[str, Any]

_TIME = {"date": str, "dateTime": str, "timeZone": str}
_PERSON = {"id": str, "email": str, "displayName": str, "self": bool}
_ATTENDEE = _PERSON | {
    "additionalGuests": int,
    "asyncOperation": str,
    "comment": str,
    "optional": bool,
    "organizer": bool,
    "resource": bool,
    "responseStatus": str,
}

# Every property of the schema; the read-only ones may be sent and are ignored, as Google does.
EVENT_SHAPE: Mapping[str, Any] = {
    "anyoneCanAddSelf": bool,
    "attachments": [object],
    "attendees": [_ATTENDEE],
    "attendeesOmitted": bool,
    "birthdayProperties": object,
    "colorId": str,
    "conferenceData": object,
    "created": str,
    "creator": _PERSON,
    "description": str,
    "end": _TIME,
    "endTimeUnspecified": bool,
    "etag": str,
    "eventLabelId": str,
    "eventType": str,
    "extendedProperties": {"private": {"*": str}, "shared": {"*": str}},
    "focusTimeProperties": object,
    "gadget": object,
    "guestsCanInviteOthers": bool,
    "guestsCanModify": bool,
    "guestsCanSeeOtherGuests": bool,
    "hangoutLink": str,
    "htmlLink": str,
    "iCalUID": str,
    "id": str,
    "kind": str,
    "location": str,
    "locked": bool,
    "organizer": _PERSON,
    "originalStartTime": _TIME,
    "outOfOfficeProperties": object,
    "privateCopy": bool,
    "recurrence": [str],
    "recurringEventId": str,
    "reminders": {"useDefault": bool, "overrides": [{"method": str, "minutes": int}]},
    "sequence": int,
    "source": {"title": str, "url": str},
    "start": _TIME,
    "status": str,
    "summary": str,
    "transparency": str,
    "updated": str,
    "visibility": str,
    "workingLocationProperties": object,
}

READ_ONLY = frozenset(
    {
        "attendeesOmitted",
        "created",
        "creator",
        "etag",
        "hangoutLink",
        "htmlLink",
        "kind",
        "locked",
        "organizer",
        "originalStartTime",
        "recurringEventId",
        "updated",
    }
)
WORDS = {
    "status": {"confirmed", "tentative", "cancelled"},
    "transparency": {"opaque", "transparent"},
    "visibility": {"default", "public", "private", "confidential"},
    "eventType": {"default"},
}
RESPONSES = {"needsAction", "declined", "tentative", "accepted"}

_ID = re.compile(r"[a-v0-9]{5,1024}")
_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)?")


def check_id(wanted: str) -> None:
    """Raise Refusal 400 unless the event id is base32hex in lower case, 5 to 1024 characters."""
    if not _ID.fullmatch(wanted):
        raise Refusal(400, "invalid", "Invalid resource id value.")


def check_event(event: Event) -> None:
    """Raise Refusal 400 for what Google refuses in a whole event (after defaults, or after a merge)."""
    for name, words in WORDS.items():
        if event.get(name, next(iter(words))) not in words:
            raise Refusal(400, "invalid", f"Invalid value for: {name}")
    if event.get("recurrence"):
        raise Refusal(400, "invalid", "The sandbox holds single events only; it does not do recurrence.")
    _check_times(event)
    _check_attendees(event.get("attendees", []))
    _check_reminders(event.get("reminders", {}))
    _check_properties(event.get("extendedProperties", {}))
    url = event.get("source", {}).get("url", "https:")
    if not url.startswith(("http:", "https:")):
        raise Refusal(400, "invalid", "Invalid source URL.")


def _check_times(event: Event) -> None:
    for side in ("start", "end"):
        if not event.get(side):
            raise Refusal(400, "required", f"Missing {side} time.")
    if ("date" in event["start"]) != ("date" in event["end"]):
        raise Refusal(400, "invalid", "Start and end must either both be date or both be dateTime.")
    if instant(event["end"], "UTC") <= instant(event["start"], "UTC"):
        raise Refusal(400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar")


def _check_attendees(attendees: list[dict[str, Any]]) -> None:
    for attendee in attendees:
        if not attendee.get("email"):
            raise Refusal(400, "required", "Missing attendee email.")
        if not _ADDRESS.fullmatch(attendee["email"]):
            raise Refusal(400, "invalid", "Invalid attendee email.")
        if attendee.get("responseStatus", "needsAction") not in RESPONSES:
            raise Refusal(400, "invalid", "Invalid attendee response status.")


def _check_reminders(reminders: dict[str, Any]) -> None:
    overrides = reminders.get("overrides") or []
    if overrides and reminders.get("useDefault"):
        raise Refusal(
            400,
            "cannotUseDefaultRemindersAndSpecifyOverride",
            "Cannot specify both default reminders and overrides at the same time.",
            domain="calendar",
        )
    if len(overrides) > 5:
        raise Refusal(400, "invalid", "An event can have at most 5 reminder overrides.")
    for override in overrides:
        if override.get("method") not in ("email", "popup"):
            raise Refusal(400, "invalid", "Invalid reminder method.")
        if not 0 <= override.get("minutes", -1) <= 40320:
            raise Refusal(400, "invalid", "Invalid reminder minutes: 0 to 40320.")


def _check_properties(properties: dict[str, dict[str, str]]) -> None:
    # https://developers.google.com/workspace/calendar/api/guides/extended-properties#limits
    pairs = [pair for side in properties.values() for pair in side.items()]
    for key, value in pairs:
        if len(key) > 44:
            raise Refusal(400, "invalid", f"The extended property key {key!r} is longer than 44 characters.")
        if len(value) > 1024:
            raise Refusal(400, "invalid", f"The extended property {key!r} is longer than 1024 characters.")
    if len(pairs) > 300 or sum(len(key) + len(value) for key, value in pairs) > 32 * 1024:
        raise Refusal(400, "invalid", "Too many extended properties.")


def check_conference(body: Event, version: int) -> None:
    """Raise Refusal 400 for conference data of an add-on; anything else is dropped by the caller."""
    data = body.get("conferenceData")
    key = ((data or {}).get("conferenceSolution") or {}).get("key") or {}
    if version and key.get("type") == "addOn":
        raise Refusal(400, "invalid", "Invalid conference data")


def zone(name: str) -> ZoneInfo:
    """Return the IANA zone; raises Refusal 400 for a name that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Refusal(400, "invalid", f"Invalid time zone definition: {name!r}") from error


def rfc3339(text: str, name: str) -> datetime:
    """Return the instant of a query's time, which must have an offset; raises Refusal 400 otherwise."""
    found = _DATE_TIME.fullmatch(text)
    if not found or not found[2]:
        raise Refusal(400, "badRequest", f"Bad Request: {name} must be RFC 3339 with an offset", location=name)
    return _parsed(text)


def _parsed(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError as error:
        raise Refusal(400, "invalid", f"Invalid value for: {text!r} is no date-time") from error


def normal_time(value: Mapping[str, Any], calendar_zone: str) -> dict[str, str]:
    """Return an event's time as it is stored: a date, or an instant in UTC with the name of its zone.

    Raises Refusal 400 for both or neither of date and dateTime, and for a dateTime without offset where no timeZone is
    given.
    """
    day, moment, name = value.get("date"), value.get("dateTime"), value.get("timeZone")
    if name:
        zone(name)
    if bool(day) == bool(moment):
        raise Refusal(400, "invalid", "Invalid start or end: exactly one of date and dateTime is needed.")
    if day:
        try:
            return {"date": date.fromisoformat(day).isoformat()}
        except ValueError as error:
            raise Refusal(400, "invalid", f"Invalid value for: {day!r} is no date") from error
    if not _DATE_TIME.fullmatch(str(moment)):
        raise Refusal(400, "invalid", f"Invalid value for: {moment!r} is no RFC 3339 date-time")
    parsed = _parsed(str(moment))
    if parsed.tzinfo is None:
        if not name:
            raise Refusal(400, "required", "Missing time zone definition for start or end time.")
        parsed = parsed.replace(tzinfo=zone(name))
    return {"dateTime": parsed.astimezone(UTC).isoformat(), "timeZone": name or calendar_zone}


def instant(stored: Mapping[str, str], calendar_zone: str) -> datetime:
    """Return the instant of a stored time; a date means its midnight in the calendar's zone."""
    if "date" in stored:
        return datetime.combine(date.fromisoformat(stored["date"]), time(), ZoneInfo(calendar_zone))
    return datetime.fromisoformat(stored["dateTime"])


def shown_time(stored: Mapping[str, str], answer_zone: str) -> dict[str, str]:
    """Return a stored time as Google answers it: in the answer's zone, with the event's zone named."""
    if "date" in stored:
        return dict(stored)
    local = datetime.fromisoformat(stored["dateTime"]).astimezone(ZoneInfo(answer_zone))
    text = local.isoformat(timespec="seconds")
    return dict(stored) | {"dateTime": text.replace("+00:00", "Z")}
