"""A move of a call that is yet to come into the past: a slip, unless it was known in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from automation.config.past_moves import past_moves
from automation.domain.call_state import Asked, CallState
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
    other = replace(known[MARK], asked=Asked(la(12, 8, 11), la(12, 8, 12), cancelled=False))
    assert len(past_moves(changed, {MARK: other}, la(11, 25, 12), "c.toml")) == 1
