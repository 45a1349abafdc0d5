"""Which calls there are: from the config, followed through what is remembered and seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

from automation.domain.model import Calendar, Rule
from automation.schedule.calls import calls_of
from tests.planning import DEC, MARK, Desk, cancelled, config, la, moved, series

JAN = date(2027, 1, 12)


def days_of(desk: Desk, now: object, until: date | None = None) -> list[date]:
    return [call.id.recurrence_id for call in calls_of(desk.inputs(now), until).all]  # type: ignore[arg-type]


def test_calls_reach_back_to_the_one_that_an_announcement_compares_with() -> None:
    assert days_of(Desk(), la(12, 1)) == [date(2026, 11, 10), DEC]


def test_calls_reach_to_the_date_that_is_asked_for_inclusive() -> None:
    assert days_of(Desk(), la(12, 1), date(2027, 2, 8))[-1] == JAN
    assert days_of(Desk(), la(12, 1), date(2027, 2, 9))[-1] == date(2027, 2, 9)


def test_only_calls_inside_the_horizon_get_a_state_and_keep_it() -> None:
    desk = Desk()
    assert set(calls_of(desk.inputs(la(12, 1))).states) == {MARK}
    desk.tick(la(12, 1))
    desk.config = replace(desk.config, calendar=replace(desk.config.calendar, horizon_days=1))
    assert set(calls_of(desk.inputs(la(12, 1, 1))).states) == {MARK}, "what was begun is carried on when the horizon shrinks"


def test_a_move_does_not_change_the_name_of_a_call() -> None:
    desk = Desk(config(series(changes=(moved(la(12, 15, 9)),))))
    [call] = [call for call in calls_of(desk.inputs(la(12, 1))).all if call.start > la(12, 1)]
    assert (str(call.id), call.start, call.status) == (MARK, la(12, 15, 9), "moved")


def test_a_call_moved_far_beyond_the_horizon_is_still_followed() -> None:
    desk = Desk()
    desk.tick(la(12, 1))
    desk.change(moved(la(3, 30, 9, year=2027)))
    desk.tick(la(12, 1, 1))
    assert desk.snapshot.calls[MARK].start == la(3, 30, 9, year=2027)
    desk.tick(la(12, 20))
    assert desk.snapshot.calls[MARK].start == la(3, 30, 9, year=2027)
    assert not desk.snapshot.calls[MARK].cancelled


def test_a_closed_call_does_not_move_any_more() -> None:
    desk = Desk()
    desk.ticks(la(12, 7), la(12, 9))
    assert desk.snapshot.calls[MARK].closed
    desk.change(moved(la(12, 20, 9)))
    desk.tick(la(12, 9, 1))
    assert (desk.snapshot.calls[MARK].start, desk.snapshot.calls[MARK].sequence) == (la(12, 8, 11), 0)


def test_a_past_call_whose_date_leaves_the_rules_is_not_cancelled_after_the_fact() -> None:
    """The recording is still awaited when the organizer rewrites the rule."""
    desk = Desk(recorded=False)
    desk.ticks(la(12, 7), la(12, 9))
    desk.config = config(series(rules=(Rule(date(2027, 1, 1), "e", "FREQ=MONTHLY;BYDAY=2TU", time(11)),)))
    desk.tick(la(12, 9, 1))
    assert not desk.snapshot.calls[MARK].cancelled
    assert [key for key in desk.sent if "cancelled" in key] == []


def test_a_call_that_was_running_keeps_its_end_from_a_config_edit() -> None:
    desk = Desk()
    desk.ticks(la(12, 7), la(12, 8, 11))
    desk.change(minutes=90)
    desk.tick(la(12, 8, 11, 30))
    assert desk.snapshot.calls[MARK].end == la(12, 8, 12, 30)


def test_neighbours_leave_out_cancelled_calls_and_other_series() -> None:
    other = series(uid="other", rules=(Rule(date(2026, 12, 1), "e", "FREQ=WEEKLY;BYDAY=WE", time(9)),))
    desk = Desk(config(series(changes=(cancelled(DEC),)), other))
    calls = calls_of(desk.inputs(la(12, 1)), date(2027, 3, 1))
    [january] = [call for call in calls.all if call.id.recurrence_id == JAN]
    before, after = calls.neighbours(january)
    assert before is not None
    assert after is not None
    assert (before.id.recurrence_id, after.id.recurrence_id) == (date(2026, 11, 10), date(2027, 2, 9))
    assert [call for call in calls.all if call.id == january.id] == [january]


def test_past_calls_that_nobody_took_care_of_are_not_shown() -> None:
    desk = Desk()
    shown = [call.id.recurrence_id for call in calls_of(desk.inputs(la(12, 1))).shown(la(12, 1))]
    assert shown == [DEC]
    desk.ticks(la(12, 7), la(12, 9))
    assert [call.id.recurrence_id for call in calls_of(desk.inputs(la(12, 9))).shown(la(12, 9))] == [DEC]


def test_an_end_that_a_person_moved_is_kept_beyond_the_configs_minutes() -> None:
    """The recording is looked for from the new end, the archive waits for it."""
    desk = Desk()
    desk.ticks(la(12, 7), la(12, 8, 11))
    desk.needs_person(end=la(12, 8, 13))
    desk.tick(la(12, 8, 11, 30))
    assert desk.snapshot.calls[MARK].end == la(12, 8, 13)
    assert not [key for key in desk.ticks(la(12, 8, 12), la(12, 8, 12, 59), timedelta(minutes=20)) if "recording" in key]
    assert "2026-12-08/recording" in desk.tick(la(12, 8, 13))


def test_an_edit_of_the_series_leaves_alone_what_people_did_to_its_calls() -> None:
    """Sixty minutes become ninety, eleven becomes two: nobody is mailed about a drag or a deletion once more."""
    desk = Desk(config(series(), calendar=Calendar(horizon_days=80)))
    desk.ticks(la(11, 28), la(12, 2))
    desk.needs_person(start=la(12, 10, 9), end=la(12, 10, 10), etag="theirs")
    january = "floss/monthly/2027-01-12"
    desk.needs_person(january, status="cancelled", etag="theirs")
    desk.tick(la(12, 2, 1))
    sent = list(desk.sent)
    desk.change(minutes=90)
    desk.tick(la(12, 2, 2))
    assert (desk.snapshot.calls[MARK].start, desk.snapshot.calls[MARK].end) == (la(12, 10, 9), la(12, 10, 10, 30))
    rule = replace(series().rules[0], at=time(14))
    desk.change(minutes=90, rules=(rule,))
    assert desk.plan(la(12, 2, 3)).refused != (), "December and February are moved"
    desk.force = True
    desk.tick(la(12, 2, 3))
    assert (desk.snapshot.calls[MARK].start, desk.snapshot.calls[MARK].end) == (la(12, 8, 14), la(12, 8, 15, 30))
    assert (desk.snapshot.calls[january].cancelled, desk.snapshot.calls[january].sequence) == (True, 1)
    assert [key for key in desk.sent[len(sent) :] if key.startswith("2027-01-12")] == []
    assert desk.sent[len(sent) :] == ["2026-12-08/mail:moved@2", "2027-02-09/mail:moved@1"]
