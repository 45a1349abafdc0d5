"""Frozen records as JSON text, and back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.domain.call_state import CallState, Wanted
from automation.domain.instants import parse, parse_optional, rfc3339
from automation.domain.services import SeenEvent, SeenMeeting
from automation.ledger.serialize import from_json, to_json

zones = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=zones)
asked = st.builds(Wanted, times, times, st.booleans())
states = st.builds(
    CallState, asked=asked, start=times, end=times, cancelled=st.booleans(), sequence=st.integers(0, 99), original_start=times, title=st.text(),
    zone=st.just("UTC"), transition=st.sampled_from(["", "moved", "cancelled", "restored"]), changed_at=st.none() | times,
    previous_start=st.none() | times, by_person=st.booleans(), reason=st.text(), announced=st.booleans(), outside=st.none() | asked,
    closed=st.booleans(),
)  # fmt: skip
events = st.builds(
    SeenEvent, id=st.text(), etag=st.text(), status=st.text(), start=st.none() | times, end=st.none() | times, summary=st.text(),
    location=st.text(), description=st.text(), private=st.dictionaries(st.text(), st.text()), html_link=st.text(), sequence=st.integers(0, 9),
    attendees=st.lists(st.text()).map(tuple), guests=st.lists(st.dictionaries(st.text(), st.text() | st.booleans() | st.integers(0, 9))).map(tuple),
    omitted=st.booleans(), whole_day=st.text(), recurring=st.booleans(), organizer=st.text(),
    more=st.dictionaries(st.text(), st.lists(st.dictionaries(st.text(), st.text()))),
)  # fmt: skip
meetings = st.builds(SeenMeeting, st.text(), st.text(), st.none() | times, st.integers(0, 999), st.text(), st.text(), st.text())


@given(states)
def test_a_call_state_comes_back_as_it_was(state: CallState) -> None:
    assert from_json(CallState, to_json(state)) == state


@given(events)
def test_an_event_comes_back_as_it_was(event: SeenEvent) -> None:
    assert from_json(SeenEvent, to_json(event)) == event


@given(meetings)
def test_a_meeting_comes_back_without_its_passcode(meeting: SeenMeeting) -> None:
    assert from_json(SeenMeeting, to_json(meeting)) == replace(meeting, passcode="")


def test_a_passcode_is_nowhere_in_the_text() -> None:
    assert "s3cret" not in to_json(SeenMeeting("1", "t", None, 60, "a", "https://x", "s3cret"))


@given(times)
def test_times_come_back_as_the_same_instant_in_utc(at: datetime) -> None:
    assert parse(rfc3339(at)) == at
    assert parse(rfc3339(at)).tzinfo is UTC
    assert parse_optional(None) is None


def test_naive_times_are_refused_on_both_ways() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        rfc3339(datetime(2026, 12, 8))  # noqa: DTZ001
    with pytest.raises(ValueError, match="without a zone"):
        parse("2026-12-08T11:00:00")


@pytest.mark.parametrize("text", ["", "[]", "null", "3", "{}", '{"start": 5}', '{"asked": 7}', '{"unknown": 1}'])
@pytest.mark.parametrize("kind", [CallState, SeenEvent, SeenMeeting])
def test_a_damaged_text_is_a_value_or_type_error(kind: Any, text: str) -> None:
    """The ledger turns these two into one sentence; anything else would be a traceback."""
    with pytest.raises((ValueError, TypeError, KeyError)):
        from_json(kind, text)


def test_the_text_is_the_same_for_equal_records() -> None:
    at = datetime(2026, 12, 8, 19, tzinfo=UTC)
    event = SeenEvent("i", "e", "confirmed", at, at, "s", "l", "d", {"b": "2", "a": "1"}, "h")
    assert to_json(event) == to_json(replace(event, private={"a": "1", "b": "2"}))
    assert json.loads(to_json(event))["start"] == "2026-12-08T19:00:00+00:00"
