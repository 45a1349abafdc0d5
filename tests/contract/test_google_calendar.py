"""Events in Google Calendar as Callkeeper writes, reads, moves and revives them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from automation.adapters.google.calendar import GoogleCalendar
from automation.adapters.google.client import GoogleClient
from automation.domain.errors import Conflict, Permanent
from automation.domain.services import EventFields

START = datetime(2026, 12, 8, 19, tzinfo=UTC)
END = START + timedelta(hours=1)
MARK = {"callkeeper-community": "floss", "callkeeper": "floss/call/2026-12-08"}
FIELDS = EventFields(
    start=START,
    end=END,
    zone="America/Los_Angeles",
    summary="Monthly call – 月例",
    location="https://zoom.us/j/1?pwd=x",
    description="Join",
    attendees=({"email": "group@googlegroups.com"},),
    private=MARK,
    reminders=(("email", 1440), ("popup", 10)),
)


@pytest.fixture
def calendar(google: GoogleClient) -> GoogleCalendar:
    return GoogleCalendar(google, "primary")


def test_an_insert_writes_everything_and_invites(sandbox: Any, calendar: GoogleCalendar) -> None:
    seen = calendar.insert("abc123", FIELDS, notify=True)
    assert seen
    assert (seen.id, seen.status, seen.start, seen.end, seen.summary) == ("abc123", "confirmed", START, END, FIELDS.summary)
    assert (seen.private, seen.attendees, seen.location, seen.sequence) == (MARK, ("group@googlegroups.com",), FIELDS.location, 0)
    (request,) = sandbox.log("calendar")
    body = request["body"]
    assert parse_qs(request["query"])["sendUpdates"] == ["all"]
    assert body["start"] == {"dateTime": "2026-12-08T11:00:00-08:00", "timeZone": "America/Los_Angeles"}
    assert body["reminders"] == {
        "useDefault": False,
        "overrides": [{"method": "email", "minutes": 1440}, {"method": "popup", "minutes": 10}],
    }
    assert (body["guestsCanInviteOthers"], body["guestsCanSeeOtherGuests"]) == (True, False)
    assert [notice["kind"] for notice in sandbox.get("state/calendar")["notices"]] == ["invitation"]


def test_the_offset_is_that_of_the_date(sandbox: Any, calendar: GoogleCalendar) -> None:
    summer = datetime(2026, 7, 14, 18, tzinfo=UTC)
    calendar.insert("summer", EventFields(start=summer, end=summer + timedelta(hours=1), zone="America/Los_Angeles"), notify=False)
    assert sandbox.log("calendar")[0]["body"]["start"]["dateTime"] == "2026-07-14T11:00:00-07:00"


def test_a_taken_id_is_none_even_after_deletion(sandbox: Any, calendar: GoogleCalendar) -> None:
    assert calendar.insert("abc123", FIELDS, notify=False)
    assert calendar.insert("abc123", FIELDS, notify=False) is None
    sandbox.people("calendar", "delete", id="abc123")
    assert calendar.insert("abc123", FIELDS, notify=False) is None
    gone = calendar.get("abc123")
    assert gone
    assert gone.status == "cancelled"


def test_an_event_that_never_was_is_none(calendar: GoogleCalendar) -> None:
    assert calendar.get("neverthere") is None


def test_a_patch_changes_what_it_names_and_nothing_else(sandbox: Any, calendar: GoogleCalendar) -> None:
    first = calendar.insert("abc123", FIELDS, notify=False)
    assert first
    later = START + timedelta(days=7)
    fields = EventFields(start=later, end=later + timedelta(hours=1), zone="America/Los_Angeles", private={"callkeeper-sequence": "1"})
    second = calendar.patch("abc123", fields, etag=first.etag, notify=True)
    assert second.start == later
    assert second.private == {**MARK, "callkeeper-sequence": "1"}
    assert (second.summary, second.attendees) == (first.summary, first.attendees)
    request = sandbox.log("calendar", "PATCH")[0]
    assert set(request["body"]) == {"start", "end", "extendedProperties"}
    assert request["headers"]["If-Match"] == first.etag
    assert parse_qs(request["query"])["sendUpdates"] == ["all"]


def test_housekeeping_sends_no_notice(sandbox: Any, calendar: GoogleCalendar) -> None:
    first = calendar.insert("abc123", FIELDS, notify=False)
    assert first
    calendar.patch("abc123", EventFields(description="More"), etag=first.etag, notify=False)
    assert sandbox.get("state/calendar")["notices"] == []
    assert parse_qs(sandbox.log("calendar", "PATCH")[0]["query"])["sendUpdates"] == ["none"]


def test_a_patch_over_somebodys_edit_is_a_conflict(sandbox: Any, calendar: GoogleCalendar) -> None:
    first = calendar.insert("abc123", FIELDS, notify=False)
    assert first
    sandbox.people("calendar", "rename", id="abc123", summary="Renamed")
    with pytest.raises(Conflict):
        calendar.patch("abc123", EventFields(summary="Mine"), etag=first.etag, notify=False)
    found = calendar.get("abc123")
    assert found
    assert found.summary == "Renamed"


def test_a_patch_of_an_event_that_is_gone_is_a_conflict(calendar: GoogleCalendar) -> None:
    with pytest.raises(Conflict):
        calendar.patch("neverthere", EventFields(summary="Mine"), etag='"1"', notify=False)


def test_cancel_and_revive(sandbox: Any, calendar: GoogleCalendar) -> None:
    first = calendar.insert("abc123", FIELDS, notify=True)
    assert first
    calendar.patch("abc123", EventFields(status="cancelled"), etag=first.etag, notify=True)
    cancelled = calendar.get("abc123")
    assert cancelled
    assert cancelled.status == "cancelled"
    revived = calendar.patch("abc123", EventFields(status="confirmed"), etag=cancelled.etag, notify=True)
    assert (revived.status, revived.start) == ("confirmed", START)
    kinds = [notice["kind"] for notice in sandbox.get("state/calendar")["notices"]]
    assert kinds[:2] == ["invitation", "cancellation"]


def test_marked_finds_ours_of_this_community_deleted_ones_too(sandbox: Any, calendar: GoogleCalendar) -> None:
    for number, private in enumerate((MARK, MARK, {"callkeeper-community": "other"}, {})):
        calendar.insert(f"event{number}", EventFields(start=START, end=END, private=private), notify=False)
    old = START - timedelta(days=60)
    calendar.insert("ancient", EventFields(start=old, end=old + timedelta(hours=1), private=MARK), notify=False)
    sandbox.people("calendar", "delete", id="event1")
    seen = calendar.marked("floss", START - timedelta(days=1))
    assert {event.id: event.status for event in seen} == {"event0": "confirmed", "event1": "cancelled"}


def test_listings_are_read_to_the_last_page(sandbox: Any, calendar: GoogleCalendar) -> None:
    body = {"start": {"dateTime": START.isoformat()}, "end": {"dateTime": END.isoformat()}}
    body["extendedProperties"] = {"private": {"callkeeper-community": "floss"}}
    sandbox.post("seed", {"calendar": [{"action": "create", "event": body} for _ in range(260)]})
    assert len(calendar.marked("floss", START)) == 260
    assert len(calendar.between(START, END)) == 260
    assert len(sandbox.log("calendar", "GET")) == 4


def test_between_finds_what_overlaps_made_by_anybody(sandbox: Any, calendar: GoogleCalendar) -> None:
    hour = timedelta(hours=1)
    for name, start in (("before", START - hour), ("during", START + hour / 2), ("behind", START + hour)):
        sandbox.people("calendar", "create", summary=name, start=start.isoformat(), end=(start + hour).isoformat())
    sandbox.people("calendar", "create", event={"summary": "day", "start": {"date": "2026-12-08"}, "end": {"date": "2026-12-09"}})
    seen = {event.summary: event.start for event in calendar.between(START, END)}
    assert seen == {"during": START + hour / 2, "day": None}
    assert parse_qs(sandbox.log("calendar", "GET")[0]["query"])["singleEvents"] == ["true"]


def test_a_refused_event_needs_a_person_and_says_why(sandbox: Any, calendar: GoogleCalendar) -> None:
    with pytest.raises(Permanent, match="could not create the calendar event: Google answered 400"):
        calendar.insert("NOT-BASE32HEX", FIELDS, notify=False)


def test_naive_times_are_refused(calendar: GoogleCalendar) -> None:
    naive = datetime(2026, 12, 8, 11)
    with pytest.raises(ValueError, match="without a zone"):
        calendar.insert("abc123", EventFields(start=naive, end=naive), notify=False)
    with pytest.raises(ValueError, match="without a zone"):
        calendar.between(naive, naive)


def test_a_deletion_tells_the_guests_and_is_done_once_it_is_gone(sandbox: Any, calendar: GoogleCalendar) -> None:
    made = calendar.insert("abc123", FIELDS, notify=False)
    assert made is not None
    calendar.delete("abc123", etag=made.etag, notify=True)
    gone = calendar.get("abc123")
    assert gone is not None
    assert gone.status == "cancelled"
    assert [notice["kind"] for notice in sandbox.get("state/calendar")["notices"]] == ["cancellation"]
    calendar.delete("abc123", etag=gone.etag, notify=True)


def test_a_deletion_over_somebodys_edit_is_a_conflict(sandbox: Any, calendar: GoogleCalendar) -> None:
    made = calendar.insert("abc123", FIELDS, notify=False)
    assert made is not None
    sandbox.people("calendar", "rename", id="abc123", summary="Mine")
    with pytest.raises(Conflict):
        calendar.delete("abc123", etag=made.etag, notify=True)


def test_guests_are_read_and_written_whole(sandbox: Any, calendar: GoogleCalendar) -> None:
    ana = {"email": "ana@example.org", "responseStatus": "accepted", "comment": "Cake", "additionalGuests": 1, "optional": True, "displayName": "Ana"}
    first = calendar.insert("abc123", FIELDS, notify=False)
    assert first
    sandbox.people("calendar", "edit", id="abc123", event={"attendees": [ana, *first.guests]})
    seen = calendar.get("abc123")
    assert seen
    assert seen.attendees == ("ana@example.org", "group@googlegroups.com")
    calendar.patch("abc123", EventFields(attendees=(*seen.guests, {"email": "bo@example.org"})), etag=seen.etag, notify=False)
    [event] = sandbox.get("state/calendar")["events"]
    assert event["attendees"] == [ana, *first.guests, {"email": "bo@example.org", "responseStatus": "needsAction"}]
    sandbox.people("calendar", "crowd", most=2)
    crowded = calendar.get("abc123")
    assert crowded
    assert (crowded.omitted, crowded.attendees, seen.omitted) == (True, (), False)


def test_a_whole_day_is_read_as_one_and_gets_its_hour_back(sandbox: Any, calendar: GoogleCalendar) -> None:
    calendar.insert("abc123", FIELDS, notify=False)
    day = {"date": "2026-12-10", "dateTime": None, "timeZone": None}
    sandbox.people("calendar", "edit", id="abc123", event={"start": day, "end": {**day, "date": "2026-12-11"}})
    seen = calendar.get("abc123")
    assert seen
    assert (seen.start, seen.end, seen.whole_day) == (None, None, "2026-12-10")
    times = EventFields(start=START, end=END, zone="America/Los_Angeles")
    with pytest.raises(Permanent):
        calendar.patch("abc123", times, etag=seen.etag, notify=False)
    back = calendar.patch("abc123", replace(times, was_whole_day=True), etag=seen.etag, notify=False)
    assert (back.start, back.end, back.whole_day) == (START, END, "")
