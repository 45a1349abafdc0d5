"""Moves of calls that are yet to come to a day that is over: slips, unless the ledger has known them since before that
day. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from automation.config.series_checks import meant_by
from automation.domain.call_state import CallState
from automation.domain.errors import Problem
from automation.domain.instants import instant
from automation.domain.keys import CallId
from automation.domain.model import Change, Config

# What is said of a call of which no ledger knows: a slip and a call that was held early look the same then.
UNKNOWN = (
    " If it took place then, the ledger that knows so is not here: name it with --state, or, where it is lost, run"
    " `apply --force` once."
)


def past_moves(
    config: Config, known: Mapping[str, CallState], now: datetime, file: str, *, held: bool = False
) -> list[Problem]:
    """A problem for each such move in the checked `config`, read from `file`; `known` is how the calls stand in the
    ledger, by mark. A move to an earlier day stays right after that day; so does an old one of a call that is over.
    `held`: a person says that calls of which the ledger knows nothing were held then; nothing is done about them."""
    problems = []
    for number, series in enumerate(config.series):
        today = now.astimezone(series.zone).date()
        for place, change in enumerate(series.changes):
            if change.move_to is None or change.date < today or change.move_to.date() >= today:
                continue
            state = known.get(str(CallId(config.uid, series.uid, change.date)))
            there = instant(change.move_to.date(), change.move_to.time(), series.zone)
            was_held = held if state is None else there in (state.asked.start, state.start)
            if was_held:
                continue
            sentence = _sentence(change.move_to.date(), change, today) + ("" if state is not None else UNKNOWN)
            problems.append(Problem(file, f"series[{number}].change[{place}].move_to", sentence))
    return problems


def _sentence(to: date, change: Change, today: date) -> str:
    meant = meant_by(change, today)
    remedy = f"did you mean {meant.date()}?" if meant else "write a day that is yet to come, or cancel = true."
    return f"{to} is over, but the call of {change.date} is yet to come; {remedy}"
