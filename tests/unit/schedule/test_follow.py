"""Three sides of a call: the config's wish, what was written, what stands in the calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.domain.call_state import Asked, CallState
from automation.domain.keys import CallId
from automation.domain.model import Occurrence
from automation.domain.services import SeenEvent
from automation.schedule.follow import asked_of, begin, call_of, follow, gone
from tests.planning import DEC, la, series, talk

NOW = la(12, 2)
ELEVEN = la(12, 8, 11)
HOUR = timedelta(hours=1)


def occurrence(start: datetime = ELEVEN, status: Any = "confirmed", reason: str = "") -> Occurrence:
    return Occurrence(series(), DEC, la(12, 8, 11), start, start + HOUR, status, reason, talk())


def asked(start: datetime = ELEVEN, *, cancelled: bool = False) -> Asked:
    return Asked(start, start + HOUR, cancelled)


def seen(start: datetime | None = ELEVEN, status: str = "confirmed", minutes: int = 60) -> SeenEvent:
    end = start + timedelta(minutes=minutes) if start else None
    return SeenEvent("id", "etag", status, start, end, "Call", "", "", {}, "")


STATE = begin(occurrence())


def test_a_call_begins_as_the_config_asks_with_sequence_zero() -> None:
    assert (STATE.start, STATE.end, STATE.cancelled, STATE.sequence, STATE.transition) == (la(12, 8, 11), la(12, 8, 12), False, 0, "")
    assert (STATE.title, STATE.zone, STATE.asked) == ("Monthly call", "America/Los_Angeles", asked())


@pytest.mark.parametrize(
    ("name", "wish", "there", "expected"),
    [
        ("nothing changes", asked(), seen(), ("", 0, la(12, 8, 11), False, False)),
        ("nothing is known of the event", asked(), None, ("", 0, la(12, 8, 11), False, False)),
        ("the config moves it", asked(la(12, 9, 15)), seen(), ("moved", 1, la(12, 9, 15), False, False)),
        ("the config cancels it", asked(cancelled=True), seen(), ("cancelled", 1, la(12, 8, 11), True, False)),
        ("a person moves it", asked(), seen(la(12, 10, 9)), ("moved", 1, la(12, 10, 9), False, True)),
        ("a person deletes it", asked(), seen(status="cancelled"), ("cancelled", 1, la(12, 8, 11), True, True)),
        ("a person deletes it, and it lost its times", asked(), seen(None, "cancelled"), ("cancelled", 1, la(12, 8, 11), True, True)),
        ("both move it: the config's later change wins", asked(la(12, 9, 15)), seen(la(12, 10, 9)), ("moved", 1, la(12, 9, 15), False, False)),
        ("an all-day event says nothing of the hour", asked(), seen(None), ("", 0, la(12, 8, 11), False, False)),
    ],
)  # fmt: skip
def test_one_change(name: str, wish: Asked, there: SeenEvent | None, expected: tuple[Any, ...]) -> None:
    state = follow(STATE, wish, "why", there, asked(), NOW)
    assert (state.transition, state.sequence, state.start, state.cancelled, state.by_person) == expected, name
    assert state.changed_at == (NOW if state.sequence else None)


def test_a_person_makes_it_longer_without_moving_it() -> None:
    """No move, so no new sequence and no mail; the end follows."""
    state = follow(STATE, asked(), "", seen(minutes=90), asked(), NOW)
    assert (state.sequence, state.end, state.by_person) == (0, la(12, 8, 12, 30), True)


def test_a_persons_move_stays_while_the_config_says_what_it_said() -> None:
    state = follow(STATE, asked(), "", seen(la(12, 10, 9)), asked(), NOW)
    again = follow(state, asked(), "", seen(la(12, 10, 9)), asked(la(12, 10, 9)), NOW + HOUR)
    assert (again.start, again.sequence, again.changed_at) == (la(12, 10, 9), 1, NOW)


def test_a_later_change_in_the_config_wins_over_a_persons() -> None:
    state = follow(STATE, asked(), "", seen(la(12, 10, 9)), asked(), NOW)
    later = follow(state, asked(la(12, 11, 9)), "new", seen(la(12, 10, 9)), asked(la(12, 10, 9)), NOW + HOUR)
    assert (later.start, later.sequence, later.by_person, later.previous_start) == (la(12, 11, 9), 2, False, la(12, 10, 9))


def test_an_event_that_was_not_yet_patched_is_no_persons_change() -> None:
    """The config moved the call and the calendar could not be reached: the event still stands at the old time."""
    state = follow(STATE, asked(la(12, 9, 15)), "", seen(), asked(), NOW)
    again = follow(state, asked(la(12, 9, 15)), "", seen(), asked(), NOW + HOUR)
    assert (again.start, again.sequence) == (la(12, 9, 15), 1)


def test_a_person_moves_it_back_to_where_it_was() -> None:
    state = follow(STATE, asked(), "", seen(la(12, 10, 9)), asked(), NOW)
    back = follow(state, asked(), "", seen(), asked(la(12, 10, 9)), NOW + HOUR)
    assert (back.start, back.sequence, back.previous_start) == (la(12, 8, 11), 2, la(12, 10, 9))


def test_a_cancelled_event_that_a_person_brings_back_is_restored() -> None:
    state = follow(STATE, asked(cancelled=True), "Winter", seen(), asked(), NOW)
    back = follow(state, asked(cancelled=True), "Winter", seen(), asked(cancelled=True), NOW + HOUR)
    # What is seen is what stood there when the call was cancelled, until the event has been seen as cancelled.
    assert back.cancelled
    done = follow(back, asked(cancelled=True), "Winter", seen(status="cancelled"), asked(cancelled=True), NOW + HOUR)
    assert (done.cancelled, done.sequence) == (True, 1)
    restored = follow(done, asked(cancelled=True), "Winter", seen(), asked(cancelled=True), NOW + 2 * HOUR)
    assert (restored.transition, restored.sequence, restored.cancelled, restored.by_person) == ("restored", 2, False, True)


def test_a_person_who_deletes_a_cancelled_calls_event_changes_nothing() -> None:
    state = follow(STATE, asked(cancelled=True), "Winter", seen(), asked(), NOW)
    same = follow(state, asked(cancelled=True), "Winter", seen(status="cancelled"), asked(cancelled=True), NOW + HOUR)
    assert (same.sequence, same.reason) == (1, "Winter")


def test_a_reason_may_change_without_a_move() -> None:
    state = follow(STATE, asked(cancelled=True), "Winter", None, None, NOW)
    changed = follow(state, asked(cancelled=True), "Snow", None, None, NOW + HOUR)
    assert (changed.reason, changed.sequence) == ("Snow", 1)


def test_a_cancellation_by_a_person_does_not_carry_the_configs_reason() -> None:
    moved = follow(STATE, asked(la(12, 9, 15)), "Room taken", None, None, NOW)
    deleted = follow(moved, asked(la(12, 9, 15)), "Room taken", seen(status="cancelled"), asked(la(12, 9, 15)), NOW + HOUR)
    assert (deleted.cancelled, deleted.reason) == (True, "")


def test_what_left_the_schedule_is_cancelled() -> None:
    state = follow(STATE, gone(STATE), "gone", seen(), asked(), NOW)
    assert (state.cancelled, state.transition, state.start) == (True, "cancelled", la(12, 8, 11))


def test_the_call_that_members_are_told_of() -> None:
    call_id = CallId("floss", "monthly", DEC)
    plain = call_of(call_id, series(), STATE, occurrence())
    assert (plain.status, plain.talk, plain.minutes, plain.day) == ("confirmed", talk(), 60, date(2026, 12, 8))
    moved = call_of(call_id, series(), follow(STATE, asked(la(12, 9, 15)), "r", None, None, NOW), None)
    assert (moved.status, moved.previous_start, moved.talk, moved.sequence) == ("moved", la(12, 8, 11), None, 1)
    assert call_of(call_id, series(), replace(STATE, cancelled=True), None).status == "cancelled"


starts = st.integers(0, 3).map(lambda day: la(12, 8 + day, 11))
wishes = st.builds(lambda start, cancelled: asked(start, cancelled=cancelled), starts, st.booleans())
events = st.none() | st.builds(seen, starts | st.none(), st.sampled_from(["confirmed", "cancelled"]))


@given(st.lists(st.tuples(wishes, events), max_size=8))
def test_the_sequence_rises_by_one_with_each_change_and_never_falls(turns: list[tuple[Asked, SeenEvent | None]]) -> None:
    """And following the same sides twice changes nothing."""
    state: CallState = STATE
    for wish, there in turns:
        written = Asked(state.start, state.end, state.cancelled)
        new = follow(state, wish, "r", there, written, NOW)
        told = (new.start, new.cancelled) != (state.start, state.cancelled)
        assert new.sequence - state.sequence == (1 if told else 0)
        again = follow(new, wish, "r", there, Asked(new.start, new.end, new.cancelled), NOW + HOUR)
        assert (again.start, again.cancelled, again.sequence) == (new.start, new.cancelled, new.sequence)
        state = new


def test_a_datetime_of_another_zone_is_the_same_instant() -> None:
    there = seen(la(12, 8, 11).astimezone(UTC))
    assert follow(STATE, asked(), "", there, asked(), NOW).sequence == 0
    assert asked_of(occurrence(status="cancelled")).cancelled
