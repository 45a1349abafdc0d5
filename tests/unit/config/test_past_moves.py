"""A move of a call that is yet to come into the past: a slip, unless it was known in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from automation.config.past_moves import past_moves
from automation.domain.call_state import CallState, Wanted
from automation.domain.model import Change
from automation.schedule.follow import begin
from automation.schedule.recurrence import occurrences
from tests.planning import DEC, MARK, config, la, series


def made(to: datetime, day: date = DEC) -> list[str]:
    return [str(problem) for problem in past_moves(config(series(changes=(Change(day, False, to, ""),))), {}, la(11, 25, 12), "c.toml")]


@pytest.mark.parametrize(
    ("to", "meant"),
    [
        (datetime(2026, 11, 9, 11), "did you mean 2026-12-09?"),
        (datetime(2026, 11, 24, 11), "did you mean 2026-12-24?"),
        (datetime(2026, 10, 31, 11), "did you mean 2026-12-31?"),
    ],
)
def test_it_is_named_with_what_was_probably_meant(to: datetime, meant: str) -> None:
    [problem] = made(to)
    assert problem.startswith("c.toml: series[0].change[0].move_to: ")
    assert "is over" in problem
    assert meant in problem


def test_moves_of_calls_long_past_and_moves_to_come_are_none() -> None:
    assert made(datetime(2026, 11, 12, 11), date(2026, 11, 10)) == []
    assert made(datetime(2026, 11, 25, 9)) == [], "today may still be"
    assert made(datetime(2026, 12, 1, 11)) == []


def test_an_earlier_day_that_the_ledger_knew_in_time_stays_right_when_that_day_is_over() -> None:
    changed = config(series(changes=(Change(DEC, False, datetime(2026, 11, 24, 11), ""),)))
    [call] = occurrences(changed.series[0], date(2026, 11, 24), date(2026, 11, 24))
    known: dict[str, CallState] = {MARK: begin(call)}
    assert past_moves(changed, known, la(11, 25, 12), "c.toml") == []
    planned = Wanted(la(12, 8, 11), la(12, 8, 12), cancelled=False)
    other = replace(known[MARK], asked=planned, start=planned.start, end=planned.end)
    [problem] = past_moves(changed, {MARK: other}, la(11, 25, 12), "c.toml")
    assert "ledger" not in problem.sentence
    assert past_moves(changed, {MARK: other}, la(11, 25, 12), "c.toml", held=True) == [problem], "the ledger knows better"


def test_a_drag_that_is_written_into_the_config_when_the_call_is_over_is_no_slip() -> None:
    moved = config(series(changes=(Change(DEC, False, datetime(2026, 11, 24, 11), "for the record"),)))
    [call] = occurrences(series(), DEC, DEC)
    dragged = replace(begin(call), start=la(11, 24, 11), end=la(11, 24, 12))
    assert past_moves(moved, {MARK: dragged}, la(11, 25, 12), "c.toml") == []


def test_where_no_ledger_knows_the_call_it_says_who_does_and_a_person_may_say_that_it_was_held() -> None:
    """A slip and a call that was held early look the same without one."""
    [problem] = made(datetime(2026, 11, 24, 11))
    assert "--state" in problem
    assert "apply --force" in problem
    changed = config(series(changes=(Change(DEC, False, datetime(2026, 11, 24, 11), ""),)))
    assert past_moves(changed, {}, la(11, 25, 12), "c.toml", held=True) == []
