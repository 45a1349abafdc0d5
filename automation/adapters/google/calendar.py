"""The calendar, kept in Google Calendar (https://developers.google.com/workspace/calendar/api/v3/reference/events)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from automation.adapters.google.client import GoogleClient
from automation.adapters.google.refusals import Refused
from automation.adapters.wire.http import Purpose
from automation.domain.errors import Conflict
from automation.domain.services import EventFields, SeenEvent

SERVICE = "calendar"
COMMUNITY = "callkeeper-community"
PAGE = 250
NOT_FOUND, TAKEN, GONE = 404, 409, 410
# What people set in an event beside its text, times and guests, as far as it can go over into another one.
SETTINGS = (
    "attachments",
    "colorId",
    "guestsCanInviteOthers",
    "guestsCanModify",
    "guestsCanSeeOtherGuests",
    "reminders",
    "source",
    "transparency",
    "visibility",
)


class GoogleCalendar:
    """Implements `CalendarService` on one calendar (`primary` or its address)."""

    def __init__(self, client: GoogleClient, calendar_id: str) -> None:
        """Take the client and the calendar's id. Nothing is sent."""
        self._client = client
        self._calendar = calendar_id

    def marked(self, community: str, since: datetime) -> list[SeenEvent]:
        """See `CalendarService.marked`; Google keeps the details of deleted events on the organizer's calendar for a
        while."""
        seen = self._list(privateExtendedProperty=f"{COMMUNITY}={community}", showDeleted=True, timeMin=_instant(since))
        return [
            event
            for event in seen
            if event.private.get(COMMUNITY) == community and (event.end is None or event.end > since)
        ]

    def between(self, start: datetime, end: datetime) -> list[SeenEvent]:
        """See `CalendarService.between`."""
        seen = self._list(timeMin=_instant(start), timeMax=_instant(end), singleEvents=True)
        return [event for event in seen if event.status != "cancelled"]

    def get(self, event_id: str) -> SeenEvent | None:
        """See `CalendarService.get`."""
        request = self._client.api(SERVICE).events().get(calendarId=self._calendar, eventId=event_id)
        try:
            return self._client.ask(Purpose(SERVICE, "look at the calendar event", safe=True), request, _seen)
        except Refused as refused:
            if refused.status == NOT_FOUND:
                return None
            if refused.status == GONE:  # reason `deleted`: a tombstone without details, and no move
                return replace(_seen({"id": event_id, "status": "cancelled"}), bare=False)
            raise

    def insert(self, event_id: str, fields: EventFields, *, notify: bool) -> SeenEvent | None:
        """See `CalendarService.insert`. Safe to repeat: a second insert with the same id is refused with 409, for
        deleted events too."""
        body = {
            "id": event_id,
            **_body(fields),
            "guestsCanInviteOthers": True,
            "guestsCanSeeOtherGuests": False,
            **fields.more,
        }
        extra = {"supportsAttachments": True} if "attachments" in body else {}
        request = (
            self._client.api(SERVICE)
            .events()
            .insert(calendarId=self._calendar, body=body, sendUpdates=_updates(notify), **extra)
        )
        try:
            return self._client.ask(Purpose(SERVICE, "create the calendar event", safe=True), request, _seen)
        except Refused as refused:
            if refused.status == TAKEN:
                return None
            raise

    def patch(self, event_id: str, fields: EventFields, *, etag: str, notify: bool) -> SeenEvent:
        """See `CalendarService.patch`. Safe to repeat: a second one meets another etag.

        Raises Conflict too if the event is gone for good.
        """
        request = (
            self._client.api(SERVICE)
            .events()
            .patch(calendarId=self._calendar, eventId=event_id, body=_body(fields), sendUpdates=_updates(notify))
        )
        request.headers["If-Match"] = etag
        purpose = Purpose(SERVICE, "change the calendar event", safe=True)
        try:
            return self._client.ask(purpose, request, _seen)
        except Refused as refused:
            if refused.status in (NOT_FOUND, GONE):
                raise Conflict(SERVICE, "could not change the calendar event: it is gone") from None
            raise

    def delete(self, event_id: str, *, etag: str, notify: bool) -> None:
        """See `CalendarService.delete`. A deleted event keeps its id, and a second delete answers 410 (Calendar error
        guide)."""
        request = (
            self._client.api(SERVICE)
            .events()
            .delete(calendarId=self._calendar, eventId=event_id, sendUpdates=_updates(notify))
        )
        request.headers["If-Match"] = etag
        try:
            self._client.ask(Purpose(SERVICE, "delete the calendar event", safe=True), request, lambda answer: None)
        except Refused as refused:
            if refused.status not in (NOT_FOUND, GONE):
                raise

    def move(self, event_id: str, destination: str) -> SeenEvent:
        """See `CalendarService.move`. Not safe to repeat: a second one finds only the tombstone."""
        request = (
            self._client.api(SERVICE)
            .events()
            .move(calendarId=self._calendar, eventId=event_id, destination=destination, sendUpdates=_updates(False))
        )
        return self._client.ask(Purpose(SERVICE, "move the calendar event", safe=False), request, _seen)

    def _list(self, **parameters: Any) -> list[SeenEvent]:
        events = self._client.api(SERVICE).events()
        purpose = Purpose(SERVICE, "list the calendar's events", safe=True)
        request = events.list(calendarId=self._calendar, maxResults=PAGE, **parameters)
        return [event for page in self._client.pages(purpose, request, events.list_next, _seen_page) for event in page]


def _updates(notify: bool) -> str:
    """`sendUpdates` is always said, since its default has changed over time."""
    return "all" if notify else "none"


def _instant(when: datetime) -> str:
    """RFC 3339 in UTC; raises ValueError for a naive datetime."""
    if when.tzinfo is None:
        raise ValueError("a datetime without a zone")
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _time(when: datetime, fields: EventFields) -> dict[str, str | None]:
    """The instant with the zone's own offset at that date, and the zone's name beside it. A patch merges objects, so a
    whole day has to be taken out by name, or the event would have both
    (https://developers.google.com/workspace/calendar/api/guides/performance#patch).
    """
    if when.tzinfo is None:
        raise ValueError("a datetime without a zone")
    day: dict[str, str | None] = {"date": None} if fields.was_whole_day else {}
    return {
        "dateTime": when.astimezone(ZoneInfo(fields.zone)).isoformat(timespec="seconds"),
        "timeZone": fields.zone,
        **day,
    }


def _body(fields: EventFields) -> dict[str, Any]:
    """Only what is to be written: a patch leaves the rest alone, the guests and their answers above all."""
    body: dict[str, Any] = {}
    if fields.start is not None:
        body["start"] = _time(fields.start, fields)
    if fields.end is not None:
        body["end"] = _time(fields.end, fields)
    for name in ("summary", "location", "description", "status"):
        value = getattr(fields, name)
        if value is not None:
            body[name] = value
    if fields.attendees is not None:
        body["attendees"] = [dict(guest) for guest in fields.attendees]
    if fields.private:
        body["extendedProperties"] = {"private": dict(fields.private)}
    if fields.reminders is not None:
        overrides = [{"method": method, "minutes": minutes} for method, minutes in fields.reminders]
        body["reminders"] = {"useDefault": False, "overrides": overrides}
    return body


def _seen_page(page: dict[str, Any]) -> list[SeenEvent]:
    return [_seen(item) for item in page.get("items", [])]


def _seen(item: dict[str, Any]) -> SeenEvent:
    return SeenEvent(
        id=item["id"],
        etag=item.get("etag", ""),
        status=item.get("status", "confirmed"),
        start=_read_time(item.get("start")),
        end=_read_time(item.get("end")),
        summary=item.get("summary", ""),
        location=item.get("location", ""),
        description=item.get("description", ""),
        private=dict(item.get("extendedProperties", {}).get("private", {})),
        html_link=item.get("htmlLink", ""),
        sequence=int(item.get("sequence", 0)),
        attendees=tuple(each["email"] for each in item.get("attendees", []) if "email" in each),
        guests=tuple(item.get("attendees", [])),
        omitted=bool(item.get("attendeesOmitted")),
        whole_day=item.get("start", {}).get("date") or "",
        recurring=bool(item.get("recurrence")),
        organizer=item.get("organizer", {}).get("email", ""),
        # Event.status: "If an event changes its organizer (for example via the move operation) … it will leave behind a
        # cancelled event where only the id field is guaranteed to be populated"; those deleted on the organizer's
        # calendar "continue to expose event details".
        bare=item.get("status") == "cancelled" and not item.keys() & {"start", "summary", "extendedProperties"},
        more={name: item[name] for name in SETTINGS if name in item},
        guest=bool(item.get("organizer", {}).get("email")) and not item["organizer"].get("self", False),
    )


def _read_time(part: dict[str, str] | None) -> datetime | None:
    """An aware datetime; None for a whole day. The offset may be missing where a zone is given (Events resource,
    `start.dateTime`)."""
    if not part or "dateTime" not in part:
        return None
    found = datetime.fromisoformat(part["dateTime"])
    if found.tzinfo is None:
        try:
            found = found.replace(tzinfo=ZoneInfo(part["timeZone"]))
        except ZoneInfoNotFoundError as error:
            raise ValueError("an unknown zone") from error
    return found
