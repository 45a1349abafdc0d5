"""Three sides of one call: what the config asks, what was last written outside, what is there now.

A person who moves, deletes or restores the event in the calendar is right until the config changes again; then the config is right. `CallState`
is what is remembered of a call between ticks; `follow` is the whole decision, and pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from automation.keys import CallId
from automation.model import Call, Occurrence, Series
from automation.services import SeenEvent

Transition = Literal["", "moved", "cancelled", "restored"]


@dataclass(frozen=True)
class Asked:
    """What the config asked for."""

    start: datetime
    end: datetime
    cancelled: bool


@dataclass(frozen=True)
class CallState:
    """What is remembered of one call. `asked` is the config's wish when it was last followed; `start`, `end` and `cancelled` are what holds,
    after people's changes too. `announced` = members had heard of the call when it last changed. `transition` is what raised `sequence` to its present value, at `changed_at`. `closed` = past, and every step
    is done or skipped. `title`, `zone` and `original_start` keep the call nameable when its series has left the config."""

    asked: Asked
    start: datetime
    end: datetime
    cancelled: bool
    sequence: int
    original_start: datetime
    title: str
    zone: str
    transition: Transition = ""
    changed_at: datetime | None = None
    previous_start: datetime | None = None
    by_person: bool = False
    reason: str = ""
    announced: bool = False
    closed: bool = False


@dataclass(frozen=True)
class Written:
    """The time and status that Callkeeper itself last wrote into the event."""

    start: datetime
    end: datetime
    cancelled: bool


def begin(occurrence: Occurrence) -> CallState:
    """A call seen for the first time."""
    return CallState(
        asked=asked_of(occurrence),
        start=occurrence.start,
        end=occurrence.end,
        cancelled=occurrence.status == "cancelled",
        sequence=0,
        original_start=occurrence.original_start,
        title=occurrence.series.title,
        zone=occurrence.series.zone.key,
        reason=occurrence.reason,
    )


def asked_of(occurrence: Occurrence) -> Asked:
    return Asked(occurrence.start, occurrence.end, occurrence.status == "cancelled")


def follow(
    state: CallState, asked: Asked, reason: str, seen: SeenEvent | None, written: Written | None, now: datetime
) -> CallState:
    """What holds for a call now. `seen` is the event as it is there (None = nothing known), `written` what we last put into it.

    The config wins if it asks for something else than when it was last followed; otherwise a person's change of the event's time or status
    is adopted; otherwise nothing changes.
    """
    if asked != state.asked:
        return _turn(replace(state, asked=asked, by_person=False, reason=reason), asked, now)
    person = _by_person(seen, written)
    if person is not None and person != Asked(state.start, state.end, state.cancelled):
        turned = _turn(state, person, now)
        return replace(turned, by_person=True, reason="" if person.cancelled != state.cancelled else state.reason)
    return replace(state, reason=reason) if not state.by_person and reason != state.reason else state


def _by_person(seen: SeenEvent | None, written: Written | None) -> Asked | None:
    """The change that a person made in the calendar, or None."""
    if seen is None or written is None:
        return None
    if seen.status == "cancelled":
        return None if written.cancelled else Asked(written.start, written.end, cancelled=True)
    if seen.start is None or seen.end is None:
        return None
    there = Asked(seen.start, seen.end, cancelled=False)
    return None if there == Asked(written.start, written.end, written.cancelled) else there


def _turn(state: CallState, to: Asked, now: datetime) -> CallState:
    """`state` with the time and status of `to`, the sequence raised if that is a move, a cancellation or a restoration."""
    transition: Transition = ""
    if to.cancelled != state.cancelled:
        transition = "cancelled" if to.cancelled else "restored"
    elif to.start != state.start and not to.cancelled:
        transition = "moved"
    start, end = (state.start, state.end) if to.cancelled else (to.start, to.end)
    turned = replace(state, start=start, end=end, cancelled=to.cancelled)
    if not transition:
        return turned
    return replace(
        turned,
        sequence=state.sequence + 1,
        transition=transition,
        changed_at=now,
        previous_start=state.start if start != state.start else None,
    )


def gone(state: CallState) -> Asked:
    """What the config asks for a call that its rules no longer yield: its cancellation."""
    return replace(state.asked, cancelled=True)


def call_of(call_id: CallId, series: Series, state: CallState, occurrence: Occurrence | None) -> Call:
    """The call as members should be told of it."""
    moved = state.start != state.original_start
    return Call(
        id=call_id,
        series=series,
        start=state.start.astimezone(series.zone),
        end=state.end.astimezone(series.zone),
        status="cancelled" if state.cancelled else "moved" if moved else "confirmed",
        reason=state.reason,
        talk=occurrence.talk if occurrence else None,
        sequence=state.sequence,
        previous_start=state.previous_start,
        by_person=state.by_person,
    )
