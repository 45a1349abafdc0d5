"""Three sides of a call: the config's wish, what was written, what stands in the calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.domain.call_state import CallState, Wanted
from automation.domain.keys import CallId
from automation.domain.occurrence import Occurrence
from automation.domain.services import SeenEvent
from automation.schedule.follow import begin, call_of, follow, gone, wanted_of
from tests.planning import DEC, la, series, talk

NOW = la(12, 2)
ELEVEN = la(12, 8, 11)
HOUR = timedelta(hours=1)


def occurrence(start: datetime = ELEVEN, status: Any = "confirmed", reason: str = "") -> Occurrence:
    return Occurrence(series(), DEC, la(12, 8, 11), start, start + HOUR, status, reason, talk())


def asked(start: datetime = ELEVEN, *, cancelled: bool = False) -> Wanted:
    return Wanted(start, start + HOUR, cancelled)


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
def test_one_change(name: str, wish: Wanted, there: SeenEvent | None, expected: tuple[Any, ...]) -> None:
    state = follow(STATE, wish, reason="why", seen=there, written=asked(), now=NOW)
    assert (state.transition, state.sequence, state.start, state.cancelled, state.by_person) == expected, name
    assert state.changed_at == (NOW if state.sequence else None)


def test_a_person_makes_it_longer_without_moving_it() -> None:
    """No move, so no new sequence and no mail; the end follows."""
    state = follow(STATE, asked(), reason="", seen=seen(minutes=90), written=asked(), now=NOW)
    assert (state.sequence, state.end, state.by_person) == (0, la(12, 8, 12, 30), True)


def test_a_persons_move_stays_while_the_config_says_what_it_said() -> None:
    state = follow(STATE, asked(), reason="", seen=seen(la(12, 10, 9)), written=asked(), now=NOW)
    again = follow(state, asked(), reason="", seen=seen(la(12, 10, 9)), written=asked(la(12, 10, 9)), now=NOW + HOUR)
    assert (again.start, again.sequence, again.changed_at) == (la(12, 10, 9), 1, NOW)


def test_a_later_change_in_the_config_wins_over_a_persons() -> None:
    state = follow(STATE, asked(), reason="", seen=seen(la(12, 10, 9)), written=asked(), now=NOW)
    later = follow(state, asked(la(12, 11, 9)), reason="new", seen=seen(la(12, 10, 9)), written=asked(la(12, 10, 9)), now=NOW + HOUR)
    assert (later.start, later.sequence, later.by_person, later.previous_start) == (la(12, 11, 9), 2, False, la(12, 10, 9))


def test_an_event_that_was_not_yet_patched_is_no_persons_change() -> None:
    """The config moved the call and the calendar could not be reached: the event still stands at the old time."""
    state = follow(STATE, asked(la(12, 9, 15)), reason="", seen=seen(), written=asked(), now=NOW)
    again = follow(state, asked(la(12, 9, 15)), reason="", seen=seen(), written=asked(), now=NOW + HOUR)
    assert (again.start, again.sequence) == (la(12, 9, 15), 1)


def test_a_person_moves_it_back_to_where_it_was() -> None:
    state = follow(STATE, asked(), reason="", seen=seen(la(12, 10, 9)), written=asked(), now=NOW)
    back = follow(state, asked(), reason="", seen=seen(), written=asked(la(12, 10, 9)), now=NOW + HOUR)
    assert (back.start, back.sequence, back.previous_start) == (la(12, 8, 11), 2, la(12, 10, 9))


def test_a_cancelled_event_that_a_person_brings_back_is_restored() -> None:
    state = follow(STATE, asked(cancelled=True), reason="Winter", seen=seen(), written=asked(), now=NOW)
    back = follow(state, asked(cancelled=True), reason="Winter", seen=seen(), written=asked(cancelled=True), now=NOW + HOUR)
    # What is seen is what stood there when the call was cancelled, until the event has been seen as cancelled.
    assert back.cancelled
    done = follow(back, asked(cancelled=True), reason="Winter", seen=seen(status="cancelled"), written=asked(cancelled=True), now=NOW + HOUR)
    assert (done.cancelled, done.sequence) == (True, 1)
    restored = follow(done, asked(cancelled=True), reason="Winter", seen=seen(), written=asked(cancelled=True), now=NOW + 2 * HOUR)
    assert (restored.transition, restored.sequence, restored.cancelled, restored.by_person) == ("restored", 2, False, True)


def test_a_person_who_deletes_a_cancelled_calls_event_changes_nothing() -> None:
    state = follow(STATE, asked(cancelled=True), reason="Winter", seen=seen(), written=asked(), now=NOW)
    same = follow(state, asked(cancelled=True), reason="Winter", seen=seen(status="cancelled"), written=asked(cancelled=True), now=NOW + HOUR)
    assert (same.sequence, same.reason) == (1, "Winter")


def test_a_reason_may_change_without_a_move() -> None:
    state = follow(STATE, asked(cancelled=True), reason="Winter", seen=None, written=None, now=NOW)
    changed = follow(state, asked(cancelled=True), reason="Snow", seen=None, written=None, now=NOW + HOUR)
    assert (changed.reason, changed.sequence) == ("Snow", 1)


def test_a_cancellation_by_a_person_does_not_carry_the_configs_reason() -> None:
    moved = follow(STATE, asked(la(12, 9, 15)), reason="Room taken", seen=None, written=None, now=NOW)
    deleted = follow(moved, asked(la(12, 9, 15)), reason="Room taken", seen=seen(status="cancelled"), written=asked(la(12, 9, 15)), now=NOW + HOUR)
    assert (deleted.cancelled, deleted.reason) == (True, "")


def test_what_left_the_schedule_is_cancelled() -> None:
    state = follow(STATE, gone(STATE), reason="gone", seen=seen(), written=asked(), now=NOW)
    assert (state.cancelled, state.transition, state.start) == (True, "cancelled", la(12, 8, 11))


def test_the_call_that_members_are_told_of() -> None:
    call_id = CallId("floss", "monthly", DEC)
    plain = call_of(call_id, series(), STATE, occurrence())
    assert (plain.status, plain.talk, plain.minutes, plain.day) == ("confirmed", talk(), 60, date(2026, 12, 8))
    moved = call_of(call_id, series(), follow(STATE, asked(la(12, 9, 15)), reason="r", seen=None, written=None, now=NOW), None)
    assert (moved.status, moved.previous_start, moved.talk, moved.sequence) == ("moved", la(12, 8, 11), None, 1)
    assert call_of(call_id, series(), replace(STATE, cancelled=True), None).status == "cancelled"


starts = st.integers(0, 3).map(lambda day: la(12, 8 + day, 11))
wishes = st.builds(lambda start, cancelled: asked(start, cancelled=cancelled), starts, st.booleans())
events = st.none() | st.builds(seen, starts | st.none(), st.sampled_from(["confirmed", "cancelled"]))


@given(st.lists(st.tuples(wishes, events), max_size=8))
def test_the_sequence_rises_by_one_with_each_change_and_never_falls(turns: list[tuple[Wanted, SeenEvent | None]]) -> None:
    """And following the same sides twice changes nothing."""
    state: CallState = STATE
    for wish, there in turns:
        written = Wanted(state.start, state.end, state.cancelled)
        new = follow(state, wish, reason="r", seen=there, written=written, now=NOW)
        told = (new.start, new.cancelled) != (state.start, state.cancelled)
        assert new.sequence - state.sequence == (1 if told else 0)
        again = follow(new, wish, reason="r", seen=there, written=Wanted(new.start, new.end, new.cancelled), now=NOW + HOUR)
        assert (again.start, again.cancelled, again.sequence) == (new.start, new.cancelled, new.sequence)
        state = new


def test_a_datetime_of_another_zone_is_the_same_instant() -> None:
    there = seen(la(12, 8, 11).astimezone(UTC))
    assert follow(STATE, asked(), reason="", seen=there, written=asked(), now=NOW).sequence == 0
    assert wanted_of(occurrence(status="cancelled")).cancelled


# -- the config is right for what of it has changed


def longer(wish: Wanted, minutes: int = 90) -> Wanted:
    return replace(wish, end=wish.start + timedelta(minutes=minutes))


def dragged() -> CallState:
    return follow(STATE, asked(), reason="", seen=seen(la(12, 10, 9)), written=asked(), now=NOW)


def deleted() -> CallState:
    return follow(STATE, asked(), reason="", seen=seen(status="cancelled"), written=asked(), now=NOW)


def test_a_new_length_leaves_a_dragged_call_on_its_day() -> None:
    there = seen(la(12, 10, 9))
    state = follow(dragged(), longer(asked()), reason="why", seen=there, written=asked(la(12, 10, 9)), now=NOW + HOUR)
    assert (state.start, state.end, state.sequence) == (la(12, 10, 9), la(12, 10, 10, 30), 1)
    assert (state.by_person, state.reason, state.asked) == (True, "", longer(asked()))


def test_a_new_length_and_a_drag_of_the_same_hour_both_hold() -> None:
    """Nobody has looked between the two."""
    state = follow(STATE, longer(asked()), reason="", seen=seen(la(12, 10, 9)), written=asked(), now=NOW)
    assert (state.start, state.end, state.transition, state.by_person) == (la(12, 10, 9), la(12, 10, 10, 30), "moved", True)


@pytest.mark.parametrize("wish", [longer(asked()), asked(la(12, 8, 14)), longer(asked(la(12, 8, 14)))], ids=["length", "hour", "both"])
def test_a_new_hour_or_length_brings_no_deleted_call_back(wish: Wanted) -> None:
    there, written = seen(status="cancelled"), asked(cancelled=True)
    state = follow(deleted(), wish, reason="why", seen=there, written=written, now=NOW + HOUR)
    assert (state.cancelled, state.sequence, state.transition, state.by_person, state.reason) == (True, 1, "cancelled", True, "")
    assert follow(state, wish, reason="why", seen=there, written=written, now=NOW + 2 * HOUR) == state
    both = follow(STATE, wish, reason="why", seen=there, written=asked(), now=NOW)
    assert (both.cancelled, both.sequence, both.transition, both.by_person) == (True, 1, "cancelled", True)


def test_a_move_of_the_very_call_in_the_config_brings_a_deleted_one_back() -> None:
    """It says when the call takes place, and so that it does; a move that was there before its entry was deleted says nothing new."""
    there, written = seen(status="cancelled"), asked(cancelled=True)
    back = follow(deleted(), asked(la(12, 9, 15)), reason="Room", seen=there, written=written, now=NOW + HOUR, moved=True)
    assert (back.cancelled, back.start, back.transition, back.by_person, back.reason) == (False, la(12, 9, 15), "restored", False, "Room")
    moved = follow(STATE, asked(la(12, 9, 15)), reason="", seen=seen(), written=asked(), now=NOW, moved=True)
    gone_again = follow(moved, asked(la(12, 9, 15)), reason="", seen=there, written=asked(la(12, 9, 15)), now=NOW + HOUR, moved=True)
    assert (gone_again.cancelled, gone_again.by_person) == (True, True)
    longer_now = follow(gone_again, longer(asked(la(12, 9, 15))), reason="", seen=there, written=written, now=NOW + 2 * HOUR, moved=True)
    assert longer_now.cancelled


def test_a_call_put_back_by_a_person_takes_place_at_the_hour_that_the_config_has_now() -> None:
    wish, written = longer(asked(la(12, 8, 14))), asked(cancelled=True)
    state = follow(deleted(), wish, reason="", seen=seen(status="cancelled"), written=written, now=NOW + HOUR)
    back = follow(state, wish, reason="", seen=seen(), written=written, now=NOW + 2 * HOUR)
    assert (back.transition, back.start, back.end) == ("restored", la(12, 8, 14), la(12, 8, 15, 30))
    assert (back.sequence, back.by_person, back.previous_start) == (2, True, la(12, 8, 11))


def test_a_call_put_back_by_a_person_takes_place_where_it_had_been_dragged_to() -> None:
    state = follow(dragged(), asked(), reason="", seen=seen(la(12, 10, 9), "cancelled"), written=asked(la(12, 10, 9)), now=NOW + HOUR)
    back = follow(state, asked(), reason="", seen=seen(la(12, 10, 9)), written=asked(la(12, 10, 9), cancelled=True), now=NOW + 2 * HOUR)
    assert (back.transition, back.start, back.sequence) == ("restored", la(12, 10, 9), 3)


def test_a_cancellation_taken_back_in_the_config_leaves_a_drag_as_it_was() -> None:
    there = seen(la(12, 10, 9))
    off = follow(dragged(), asked(cancelled=True), reason="Snow", seen=there, written=asked(la(12, 10, 9)), now=NOW + HOUR)
    assert (off.cancelled, off.reason, off.by_person) == (True, "Snow", False)
    back = follow(off, asked(), reason="", seen=None, written=None, now=NOW + 2 * HOUR)
    assert (back.start, back.transition, back.sequence) == (la(12, 10, 9), "restored", 3)


def test_a_move_that_became_a_cancellation_is_forgotten_when_that_is_taken_back() -> None:
    """[[series.change]] first moves the call, then cancels it, then goes."""
    moved = follow(STATE, asked(la(12, 9, 15)), reason="", seen=None, written=None, now=NOW)
    off = follow(moved, asked(cancelled=True), reason="", seen=None, written=None, now=NOW + HOUR)
    assert off.start == la(12, 9, 15), "members know it at that hour"
    back = follow(off, asked(), reason="", seen=None, written=None, now=NOW + 2 * HOUR)
    assert (back.start, back.sequence, back.previous_start) == (la(12, 8, 11), 3, la(12, 9, 15))


def test_an_edit_of_a_call_that_the_config_cancels_moves_nothing_that_a_person_put_back() -> None:
    off = follow(STATE, asked(cancelled=True), reason="Winter", seen=seen(status="cancelled"), written=asked(), now=NOW)
    back = follow(off, asked(cancelled=True), reason="Winter", seen=seen(), written=asked(cancelled=True), now=NOW + HOUR)
    assert back.transition == "restored"
    later = follow(back, asked(la(12, 8, 14), cancelled=True), reason="Winter", seen=seen(), written=asked(), now=NOW + 2 * HOUR)
    assert (later.start, later.cancelled, later.sequence) == (la(12, 8, 11), False, 2)


def test_a_new_hour_wins_over_a_drag_and_keeps_the_length_that_a_person_gave_it() -> None:
    long = follow(STATE, asked(), reason="", seen=seen(minutes=90), written=asked(), now=NOW)
    state = follow(long, asked(la(12, 8, 14)), reason="Room", seen=seen(minutes=90), written=longer(asked()), now=NOW + HOUR)
    assert (state.start, state.end) == (la(12, 8, 14), la(12, 8, 15, 30))
    assert (state.transition, state.by_person, state.reason) == ("moved", False, "Room")


lengths = st.sampled_from([60, 90])
fields = st.tuples(starts, lengths, st.booleans())


def of(start: datetime, minutes: int, off: bool) -> Wanted:
    return Wanted(start, start + timedelta(minutes=minutes), off)


@given(fields, fields, fields)
def test_of_start_length_and_status_the_config_wins_each_that_it_changed_and_no_other(
    before: tuple[datetime, int, bool], wish: tuple[datetime, int, bool], hand: tuple[datetime, int, bool]
) -> None:
    """From a state in which config and calendar agree; of a cancelled call the time does not matter."""
    agreed = of(*before)
    state = replace(STATE, asked=agreed, start=agreed.start, end=agreed.end, cancelled=agreed.cancelled, outside=agreed)
    there = seen(hand[0], "cancelled" if hand[2] else "confirmed", hand[1])
    new = follow(state, of(*wish), reason="", seen=there, written=agreed, now=NOW)
    expected = [
        mine if mine != old else theirs for old, mine, theirs in zip(before, wish, (*(before[:2] if hand[2] else hand[:2]), hand[2]), strict=True)
    ]
    assert new.cancelled == expected[2]
    if not new.cancelled and not of(*wish).cancelled:
        assert [new.start, (new.end - new.start).total_seconds() / 60] == expected[:2]
    if new.cancelled:
        assert (new.start, new.end) == (state.start, state.end)
