"""Moves of calls that are yet to come to a day that is over: slips, unless the ledger has known them since before that
day. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from automation.config.series_checks import meant_by
from automation.domain.call_state import CallState
from automation.domain.errors import Problem
from automation.domain.instants import instant
from automation.domain.keys import CallId
from automation.domain.model import Config


def past_moves(config: Config, known: Mapping[str, CallState], now: datetime, file: str) -> list[Problem]:
    """A problem for each such move in the checked `config`, read from `file`; `known` is how the calls stand in the
    ledger, by mark. A move to an earlier day stays right after that day; so does an old one of a call that is over."""
    problems = []
    for number, series in enumerate(config.series):
        today = now.astimezone(series.zone).date()
        for place, change in enumerate(series.changes):
            if change.move_to is None or change.date < today or change.move_to.date() >= today:
                continue
            state = known.get(str(CallId(config.uid, series.uid, change.date)))
            if state is not None and state.asked.start == instant(
                change.move_to.date(), change.move_to.time(), series.zone
            ):
                continue
            meant = meant_by(change, today)
            remedy = f"did you mean {meant.date()}?" if meant else "write a day that is yet to come, or cancel = true."
            sentence = f"{change.move_to.date()} is over, but the call of {change.date} is yet to come; {remedy}"
            problems.append(Problem(file, f"series[{number}].change[{place}].move_to", sentence))
    return problems
