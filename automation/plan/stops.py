"""What stops everything until a person has decided: a ledger that belongs to something else than what is configured.
Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from automation.domain.belonging import ASTRAY, HAND_OVER, belonging_row, differences, known_in, login_in
from automation.domain.call_state import CallState
from automation.domain.inputs import Inputs
from automation.domain.keys import CallId
from automation.domain.model import Series
from automation.plan.guard import Refusal
from automation.schedule.recurrence import occurrences

# `--force` is enough for what changes no place where things are.
FORCED = ("group",)


def stops_of(inputs: Inputs) -> tuple[Refusal, ...]:
    """Why nothing at all may be done. Each holds back every call that is still open."""
    return tuple(Refusal(sentence, marks=tuple(inputs.snapshot.open)) for sentence in _sentences(inputs))


def is_elsewhere(inputs: Inputs) -> bool:
    """Something that is configured or logged in is not the ledger's: there is no use in looking outside."""
    return any(True for _ in _elsewhere(inputs))


def is_unsettled(inputs: Inputs) -> bool:
    """Whose the login is, or what the ledger belongs to, is not written down yet as it is now: the next look does
    that."""
    present, rows = inputs.belongs, inputs.snapshot.meta
    if present is None or not present.login:
        return False
    login = login_in(rows)
    return (
        login.digest != present.login
        or not login.settled
        or belonging_row(known_in(rows), present).items() - rows.items() != set()
    )


def _sentences(inputs: Inputs) -> Iterator[str]:
    elsewhere = list(_elsewhere(inputs))
    yield from elsewhere
    if inputs.snapshot.meta.get(ASTRAY) and not elsewhere:
        yield inputs.snapshot.meta[ASTRAY]


def _elsewhere(inputs: Inputs) -> Iterator[str]:
    old = _old_uid(inputs)
    if old:
        yield (
            f'[community] uid is "{inputs.config.uid}", and this ledger belongs to the community "{old}"; put uid ='
            f' "{old}" back (a uid is never edited: every mark outside carries it), or begin another ledger with'
            " --state; until then nothing is done"
        )
        return
    known = known_in(inputs.snapshot.meta)
    if known is not None and inputs.belongs is not None:
        found = [
            each.sentence for each in differences(known, inputs.belongs) if not (inputs.force and each.what in FORCED)
        ]
        if found:
            yield f"{'; '.join(found)}; {HAND_OVER}"
    if not inputs.force:
        yield from _renamed(inputs)


def _old_uid(inputs: Inputs) -> str:
    """The uid of the community under which this ledger was kept, if it is another one."""
    known = known_in(inputs.snapshot.meta)
    if known is not None:
        return known.uid if known.uid != inputs.config.uid else ""
    found = {CallId.parse(mark).community for mark in inputs.snapshot.calls}
    return min(found) if found and inputs.config.uid not in found else ""


def _renamed(inputs: Inputs) -> Iterator[str]:
    """Series whose calls go on under another uid: the same instants, in a series that this ledger does not know."""
    config, snapshot = inputs.config, inputs.snapshot
    named = {series.uid for series in config.series}
    coming: dict[str, dict[date, CallState]] = {}
    for mark, state in snapshot.open.items():
        call_id = CallId.parse(mark)
        if call_id.series not in named and state.original_start > inputs.now:
            coming.setdefault(call_id.series, {})[call_id.recurrence_id] = state
    if not coming:
        return
    strangers = [
        series
        for series in config.series
        if not any(CallId.parse(mark).series == series.uid for mark in snapshot.calls)
    ]
    for old, states in coming.items():
        for series in strangers:
            if _same_calls(series, states):
                yield (
                    f'the calls of the series "{old}" have gone from community.toml, and the new series "{series.uid}"'
                    f' has the same ones; put uid = "{old}" back (a uid is never edited once calls are known), or run'
                    " `apply --force` if it is another series; until then nothing is done"
                )


def _same_calls(series: Series, states: dict[date, CallState]) -> bool:
    """Every coming call of the old series is one of the new series too, at the same instant."""
    starts = {found.original_start.timestamp() for found in occurrences(series, min(states), max(states))}
    return all(state.original_start.timestamp() in starts for state in states.values())
