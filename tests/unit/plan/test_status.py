"""What `status` shows of many calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

from automation.domain.model import Rule
from automation.plan.status import recent, status_of
from tests.planning import Desk, config, la, series

WEEKLY = series(rules=(Rule(date(2026, 11, 3), "every Tuesday", "FREQ=WEEKLY;BYDAY=TU", time(11)),))


def weeks(number: int) -> Desk:
    """A weekly call, kept for so many weeks."""
    desk = Desk(config(WEEKLY))
    for day in range(7 * number):
        for hour in (0, 9, 10, 11, 12):
            desk.tick(la(11, 2, hour) + timedelta(days=day))
    return desk


def test_it_shows_the_calls_to_come_the_last_two_and_what_is_open() -> None:
    desk, now = weeks(6), la(12, 14, 13)
    found = status_of(desk.inputs(now))
    days = [each.call.day for each in found.calls]
    over = [day for day in days if day <= date(2026, 12, 8)]
    assert len(over) == 6
    assert [each.call.day for each in recent(found)] == [day for day in days if day not in over[:-2]]
    key = f"floss/monthly/{over[0]}/mail:reminder"
    mark, snapshot = key.rpartition("/")[0], desk.snapshot
    calls = {**snapshot.calls, mark: replace(snapshot.calls[mark], closed=False)}
    desk.snapshot = replace(snapshot, calls=calls, receipts={**snapshot.receipts, key: replace(snapshot.receipts[key], state="doubt", done_at=None)})
    again = status_of(desk.inputs(now))
    assert next(iter(recent(again))).call.day == over[0]


def test_all_that_is_over_stays_in_the_whole() -> None:
    """The JSON form tells of every call."""
    found = status_of(weeks(4).inputs(la(11, 30, 13)))
    assert date(2026, 11, 3) in [each.call.day for each in found.calls]


def test_a_new_call_that_waits_with_a_held_back_edit_is_shown_without_steps() -> None:
    """A rule changed from Tuesday to Wednesday: the Wednesday waits too, and the ledger has nothing of it."""
    desk = Desk()
    desk.ticks(la(11, 28), la(12, 2))
    rule = replace(series().rules[0], every="second Wednesday", rrule="FREQ=MONTHLY;BYDAY=2WE")
    desk.config = replace(desk.config, series=(series(rules=(rule,)),))
    found = {each.call.day: each for each in status_of(desk.inputs(la(12, 2))).calls}
    assert {step.state for step in found[date(2026, 12, 8)].steps} == {"done", "waiting"}
    assert found[date(2026, 12, 9)].steps == ()
