"""Google Calendar in the sandbox: what it stores, answers and refuses."""

from __future__ import annotations

from typing import Any

import pytest

from automation.sandbox.calendar.listing import PARAMETERS
from automation.sandbox.calendar.rules import EVENT_SHAPE

from . import discovery
from .running import Sandbox

EVENTS = "/calendar/v3/calendars/primary/events"
GROUP = "floss-mentoring@googlegroups.com"
ZONE = "America/Los_Angeles"


def call_event(**changes: Any) -> dict[str, Any]:
    """Return the body of an event like those of the community's calls."""
    return {
        "id": "call20261208",
        "summary": "Monthly call",
        "location": "https://zoom.example/j/1",
        "start": {"dateTime": "2026-12-08T11:00:00", "timeZone": ZONE},
        "end": {"dateTime": "2026-12-08T12:00:00", "timeZone": ZONE},
        "attendees": [{"email": GROUP}],
        "extendedProperties": {"private": {"callkeeper": "a/b/2026-12-08"}},
    } | changes


def insert(sandbox: Sandbox, expect: int = 200, updates: str = "none", **changes: Any) -> Any:
    """Insert such an event."""
    query = {"sendUpdates": updates}
    return sandbox.google("calendar", "POST", EVENTS, call_event(**changes), query=query, expect=expect)


def patch(sandbox: Sandbox, body: dict[str, Any], expect: int = 200, **more: Any) -> Any:
    """Patch the event of `call_event`."""
    path = f"{EVENTS}/call20261208"
    return sandbox.google("calendar", "PATCH", path, body, expect=expect, **more)


def listed(sandbox: Sandbox, expect: int = 200, **query: Any) -> Any:
    """List events."""
    return sandbox.google("calendar", "GET", EVENTS, query=query, expect=expect)


def ids(answer: dict[str, Any]) -> list[str]:
    """Return the ids of a list answer."""
    return [event["id"] for event in answer["items"]]


def reason(answer: dict[str, Any]) -> str:
    """Return the first reason of an error."""
    return str(answer["error"]["errors"][0]["reason"])


def notices(sandbox: Sandbox) -> list[str]:
    """Return the kinds of the notices that guests were sent, in order."""
    return [notice["kind"] for notice in sandbox.state("calendar")["notices"]]


def test_the_tables_of_names_are_those_of_the_discovery_document() -> None:
    schema = discovery.document("calendar")["schemas"]["Event"]
    discovery.check_names("calendar", EVENT_SHAPE, schema, "Event")
    assert set(PARAMETERS) == discovery.parameters("calendar", "calendar.events.list")


def test_an_inserted_event_is_found_again_with_what_google_adds(sandbox: Sandbox) -> None:
    made = insert(sandbox)
    assert made["iCalUID"] == "call20261208@google.com"
    assert (made["status"], made["sequence"]) == ("confirmed", 0)
    assert made["attendees"][0]["responseStatus"] == "needsAction"
    assert sandbox.google("calendar", "GET", f"{EVENTS}/call20261208") == made


def test_times_come_back_with_an_offset_in_the_zone_asked_for(sandbox: Sandbox) -> None:
    made = insert(sandbox)
    assert made["start"] == {"dateTime": "2026-12-08T14:00:00-05:00", "timeZone": ZONE}
    found = sandbox.google("calendar", "GET", f"{EVENTS}/call20261208", query={"timeZone": "UTC"})
    assert found["start"] == {"dateTime": "2026-12-08T19:00:00Z", "timeZone": ZONE}


@pytest.mark.parametrize("event_id", ["abcd", "Call20261208", "call-2026", "wxyz1", "a" * 1025])
def test_an_id_outside_base32hex_is_refused(sandbox: Sandbox, event_id: str) -> None:
    assert reason(insert(sandbox, 400, id=event_id)) == "invalid"


def test_an_id_is_taken_for_ever_even_by_a_deleted_event(sandbox: Sandbox) -> None:
    insert(sandbox)
    assert reason(insert(sandbox, 409)) == "duplicate"
    path = f"{EVENTS}/call20261208"
    sandbox.google("calendar", "DELETE", path, expect=204)
    assert reason(insert(sandbox, 409)) == "duplicate"
    assert reason(sandbox.google("calendar", "DELETE", path, expect=410)) == "deleted"
    assert sandbox.google("calendar", "GET", path)["status"] == "cancelled"


@pytest.mark.parametrize(
    "changes",
    [
        {"start": {"dateTime": "2026-12-08T11:00:00"}},
        {"start": {"dateTime": "2026-12-08 11:00", "timeZone": ZONE}},
        {"start": {"dateTime": "2026-12-08T11:00:00", "timeZone": "Mars/Olympus"}},
        {"start": {"dateTime": "2026-12-08T11:00:00Z", "date": "2026-12-08"}},
        {"start": {"date": "2026-12-08"}},
        {"end": {"dateTime": "2026-12-08T11:00:00", "timeZone": ZONE}},
        {"attendees": [{"displayName": "nobody"}]},
        {"attendees": [{"email": "no-address"}]},
        {"status": "done"},
        {"iCalUID": "own@example.org"},
        {"reminders": {"useDefault": True, "overrides": [{"method": "popup", "minutes": 5}]}},
        {"reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 40321}]}},
        {"reminders": {"useDefault": False, "overrides": [{"method": "sms", "minutes": 5}]}},
        {"reminders": {"overrides": [{"method": "popup", "minutes": n} for n in range(6)]}},
        {"extendedProperties": {"private": {"k" * 45: "v"}}},
        {"extendedProperties": {"private": {"k": "v" * 1025}}},
        {"source": {"url": "gopher://example.org"}},
    ],
)
def test_what_google_refuses_in_an_event_is_refused_and_leaves_nothing(
    sandbox: Sandbox, changes: dict[str, Any]
) -> None:
    insert(sandbox, 400, **changes)
    assert sandbox.state("calendar")["events"] == []


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ({"sendupdates": "all"}, {}),
        ({"sendUpdates": "everyone"}, {}),
        ({"sendUpdates": ["all", "none"]}, {}),
        ({}, {"title": "no such field"}),
        ({}, {"start": {"dateTime": "2026-12-08T11:00:00Z", "zone": ZONE}}),
        ({}, {"summary": 7}),
        ({}, {"attendees": {"email": GROUP}}),
    ],
)
def test_unknown_names_and_wrong_types_are_refused(
    sandbox: Sandbox, query: dict[str, Any], body: dict[str, Any]
) -> None:
    whole = call_event() | body
    with pytest.raises(discovery.Violation):
        discovery.check_request("calendar", "POST", EVENTS, query, whole)
    sandbox.google("calendar", "POST", EVENTS, whole, query=query, expect=400, proper=False)
    assert sandbox.state("calendar")["events"] == []


def test_conference_data_is_refused_for_add_ons_and_otherwise_silently_dropped(
    sandbox: Sandbox,
) -> None:
    data = {"conferenceSolution": {"key": {"type": "addOn"}}, "entryPoints": []}
    query = {"conferenceDataVersion": 1}
    body = call_event(conferenceData=data)
    refused = sandbox.google("calendar", "POST", EVENTS, body, query=query, expect=400)
    assert refused["error"]["message"] == "Invalid conference data"
    made = sandbox.google("calendar", "POST", EVENTS, body)
    assert "conferenceData" not in made


def test_a_patch_merges_objects_replaces_arrays_and_null_removes(sandbox: Sandbox) -> None:
    insert(sandbox)
    properties = {"private": {"mark": "1"}, "shared": {"x": "y"}}
    changed = patch(sandbox, {"extendedProperties": properties, "location": None, "attendees": []})
    assert changed["extendedProperties"]["private"] == {"callkeeper": "a/b/2026-12-08", "mark": "1"}
    assert "location" not in changed
    assert changed["attendees"] == []
    changed = patch(sandbox, {"extendedProperties": {"private": {"mark": None}}})
    assert changed["extendedProperties"]["private"] == {"callkeeper": "a/b/2026-12-08"}
    assert changed["summary"] == "Monthly call"


def test_put_replaces_the_whole_event(sandbox: Sandbox) -> None:
    insert(sandbox)
    path = f"{EVENTS}/call20261208"
    body = {name: call_event()[name] for name in ("start", "end")}
    assert "summary" not in sandbox.google("calendar", "PUT", path, body)
    sandbox.google("calendar", "PUT", path, {"summary": "no times"}, expect=400, proper=False)


def test_an_outdated_etag_is_refused_and_each_write_makes_a_new_one(sandbox: Sandbox) -> None:
    first = insert(sandbox)["etag"]
    match = {"If-Match": first}
    second = patch(sandbox, {"summary": "Other"}, headers=match)["etag"]
    assert second != first
    assert reason(patch(sandbox, {"summary": "Late"}, 412, headers=match)) == "conditionNotMet"
    path = f"{EVENTS}/call20261208"
    sandbox.google("calendar", "DELETE", path, headers=match, expect=412)
    assert sandbox.google("calendar", "GET", path)["summary"] == "Other"
    sandbox.google("calendar", "DELETE", path, headers={"If-Match": second}, expect=204)


def test_updated_follows_the_worlds_clock_but_not_a_change_of_reminders(sandbox: Sandbox) -> None:
    made = insert(sandbox)
    assert made["updated"] == "2026-12-01T12:00:00.000Z"
    sandbox.set_now("2026-12-02T00:00:00Z")
    reminders = {"useDefault": False, "overrides": [{"method": "email", "minutes": 60}]}
    assert patch(sandbox, {"reminders": reminders})["updated"] == made["updated"]
    assert patch(sandbox, {"summary": "Other"})["updated"] == "2026-12-02T00:00:00.000Z"


def test_the_sequence_rises_with_the_time_and_never_falls(sandbox: Sandbox) -> None:
    insert(sandbox)
    assert patch(sandbox, {"summary": "Other"})["sequence"] == 0
    later = {"end": {"dateTime": "2026-12-08T12:30:00", "timeZone": ZONE}}
    assert patch(sandbox, later)["sequence"] == 1
    assert patch(sandbox, {"sequence": 5})["sequence"] == 5
    assert reason(patch(sandbox, {"sequence": 4}, 400)) == "invalid"


def test_a_cancelled_event_can_be_revived_by_its_status(sandbox: Sandbox) -> None:
    insert(sandbox)
    patch(sandbox, {"status": "cancelled"})
    assert ids(listed(sandbox)) == []
    assert patch(sandbox, {"status": "confirmed"})["summary"] == "Monthly call"
    assert ids(listed(sandbox)) == ["call20261208"]


def test_guests_are_told_only_of_what_they_see_and_only_with_send_updates_all(
    sandbox: Sandbox,
) -> None:
    insert(sandbox, updates="all")
    everyone = {"sendUpdates": "all"}
    patch(sandbox, {"summary": "Quiet"})
    patch(sandbox, {"extendedProperties": {"private": {"a": "b"}}}, query=everyone)
    assert notices(sandbox) == ["invitation"]
    patch(sandbox, {"summary": "Loud"}, query=everyone)
    path = f"{EVENTS}/call20261208"
    sandbox.google("calendar", "DELETE", path, query=everyone, expect=204)
    assert notices(sandbox) == ["invitation", "update", "cancellation"]
    assert sandbox.state("calendar")["notices"][0]["to"] == [GROUP]


def three_events(sandbox: Sandbox) -> None:
    """Make three calls, the middle one deleted, the last with other properties."""
    for month, key in ((1, "one"), (2, "two"), (3, "three")):
        insert(
            sandbox,
            id=f"call{month}",
            summary=f"Call {key}",
            start={"dateTime": f"2027-0{month}-12T11:00:00", "timeZone": ZONE},
            end={"dateTime": f"2027-0{month}-12T12:00:00", "timeZone": ZONE},
            extendedProperties={"private": {"callkeeper": key, "all": "yes"}},
        )
    sandbox.people("calendar", "delete", id="call2")


def test_a_list_shows_deleted_events_only_when_asked(sandbox: Sandbox) -> None:
    three_events(sandbox)
    assert ids(listed(sandbox)) == ["call1", "call3"]
    assert ids(listed(sandbox, showDeleted="true")) == ["call1", "call2", "call3"]
    assert ids(listed(sandbox, updatedMin="2026-12-01T00:00:00Z")) == ["call1", "call2", "call3"]
    assert ids(listed(sandbox, updatedMin="2026-12-02T00:00:00Z")) == []


def test_a_list_is_narrowed_by_time_property_uid_and_words(sandbox: Sandbox) -> None:
    three_events(sandbox)
    assert ids(listed(sandbox, timeMin="2027-01-12T20:00:00Z")) == ["call3"]
    assert ids(listed(sandbox, timeMin="2027-01-12T19:59:59Z")) == ["call1", "call3"]
    assert ids(listed(sandbox, timeMax="2027-03-12T19:00:00Z")) == ["call1"]
    assert ids(listed(sandbox, privateExtendedProperty=["all=yes", "callkeeper=three"])) == ["call3"]
    assert ids(listed(sandbox, privateExtendedProperty=["all=yes", "callkeeper=no"])) == []
    assert ids(listed(sandbox, iCalUID="call1@google.com")) == ["call1"]
    assert ids(listed(sandbox, q="THREE")) == ["call3"]


def test_a_list_comes_in_pages_and_in_order(sandbox: Sandbox) -> None:
    three_events(sandbox)
    sandbox.people("calendar", "move", id="call1", start="2027-04-01T10:00:00Z", end="2027-04-01T11:00:00Z")
    query = {"singleEvents": "true", "orderBy": "startTime", "maxResults": 1}
    first = listed(sandbox, **query)
    second = listed(sandbox, **query, pageToken=first["nextPageToken"])
    assert ids(first) + ids(second) == ["call3", "call1"]
    assert "nextSyncToken" not in first
    assert "nextPageToken" not in second


def test_a_sync_token_brings_what_changed_since_deletions_too(sandbox: Sandbox) -> None:
    three_events(sandbox)
    token = listed(sandbox)["nextSyncToken"]
    assert ids(listed(sandbox, syncToken=token)) == []
    sandbox.people("calendar", "delete", id="call1")
    assert ids(listed(sandbox, syncToken=token)) == ["call1"]
    assert reason(listed(sandbox, 410, syncToken="old")) == "fullSyncRequired"


@pytest.mark.parametrize(
    "query",
    [
        {"orderBy": "startTime"},
        {"timeMin": "2027-01-01T00:00:00"},
        {"timeMin": "2027-01-01"},
        {"timeMin": "2027-02-01T00:00:00Z", "timeMax": "2027-01-01T00:00:00Z"},
        {"syncToken": "sync-0", "q": "x"},
        {"syncToken": "sync-0", "privateExtendedProperty": "a=b"},
        {"privateExtendedProperty": "callkeeper"},
        {"maxResults": "0"},
        {"maxResults": "many"},
        {"showDeleted": "yes"},
        {"pageToken": "invented"},
        {"timeZone": "PST8"},
        {"calendar": "primary"},
    ],
)
def test_forbidden_queries_are_refused(sandbox: Sandbox, query: dict[str, str]) -> None:
    sandbox.google("calendar", "GET", EVENTS, query=query, expect=400, proper=False)


def test_fields_reduce_the_answer(sandbox: Sandbox) -> None:
    three_events(sandbox)
    answer = listed(sandbox, fields="items(id,start/timeZone),kind")
    assert answer["kind"] == "calendar#events"
    assert answer["items"][0] == {"id": "call1", "start": {"timeZone": ZONE}}
    assert set(answer) == {"items", "kind"}
    listed(sandbox, 400, fields="items(id")


def test_what_is_unknown_is_not_found(sandbox: Sandbox) -> None:
    sandbox.google("calendar", "GET", f"{EVENTS}/nosuch", expect=404)
    sandbox.google("calendar", "GET", "/calendar/v3/calendars/other@example.org", expect=404)
    sandbox.google("calendar", "DELETE", f"{EVENTS}/nosuch", expect=404)


def test_calendars_can_be_looked_at(sandbox: Sandbox) -> None:
    sandbox.people("calendar", "add_calendar", id="team@group.calendar.google.com")
    calendar = sandbox.google("calendar", "GET", "/calendar/v3/calendars/primary")
    entries = sandbox.google("calendar", "GET", "/calendar/v3/users/me/calendarList")
    entry = sandbox.google("calendar", "GET", "/calendar/v3/users/me/calendarList/primary")
    assert entries["items"][0]["id"] == calendar["id"] == entry["id"]
    assert [each["primary"] for each in entries["items"]] == [True, False]


def test_what_people_do_changes_the_event_and_its_etag(sandbox: Sandbox) -> None:
    etag = insert(sandbox)["etag"]
    moved = sandbox.people(
        "calendar", "move", id="call20261208", start="2026-12-15T19:00:00Z",
        end="2026-12-15T20:00:00Z",
    )  # fmt: skip
    assert (moved["sequence"], moved["start"]["timeZone"]) == (1, ZONE)
    assert moved["etag"] != etag
    sandbox.people("calendar", "rename", id="call20261208", summary="Party")
    sandbox.people("calendar", "describe", id="call20261208", description="Bring cake")
    sandbox.people("calendar", "delete", id="call20261208")
    assert ids(listed(sandbox)) == []
    sandbox.people("calendar", "undelete", id="call20261208")
    event = listed(sandbox)["items"][0]
    assert (event["summary"], event["description"]) == ("Party", "Bring cake")
    made = sandbox.people(
        "calendar", "create", summary="By hand", start="2027-01-12T19:00:00Z",
        end="2027-01-12T20:00:00Z",
    )  # fmt: skip
    assert sandbox.google("calendar", "GET", f"{EVENTS}/{made['id']}") == made
    assert notices(sandbox) == []


def test_a_service_account_acting_for_nobody_cannot_invite(sandbox: Sandbox) -> None:
    bare = sandbox.refresh(
        grant_type="urn:ietf:params:oauth:grant-type:jwt-bearer", assertion="e30.eyJpc3MiOiJ4In0.x"
    ).json["access_token"]
    headers = {"Authorization": f"Bearer {bare}"}
    refused = sandbox.google("calendar", "POST", EVENTS, call_event(), headers=headers, expect=403)
    assert reason(refused) == "forbiddenForServiceAccounts"
    alone = call_event()
    del alone["attendees"]
    sandbox.google("calendar", "POST", EVENTS, alone, headers=headers)
