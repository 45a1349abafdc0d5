"""Three sides of one call: what the config asks, what was last written outside, what is there now.

A person who moves, deletes or restores the event in the calendar is right until the config changes again; then the
config is right about what of it has changed. `CallState` is what is remembered of a call between ticks; `follow` is the
whole decision, and pure.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from automation.domain.call_state import CallState, Transition, Wanted, status_of
from automation.domain.instants import instant
from automation.domain.keys import CallId
from automation.domain.model import Call, Series
from automation.domain.occurrence import Occurrence
from automation.domain.services import SeenEvent


def begin(occurrence: Occurrence) -> CallState:
    """A call seen for the first time."""
    return CallState(
        asked=wanted_of(occurrence),
        start=occurrence.start,
        end=occurrence.end,
        cancelled=occurrence.status == "cancelled",
        sequence=0,
        original_start=occurrence.original_start,
        title=occurrence.series.title,
        zone=occurrence.series.zone.key,
        reason=occurrence.reason,
    )


def wanted_of(occurrence: Occurrence) -> Wanted:
    return Wanted(occurrence.start, occurrence.end, occurrence.status == "cancelled")


def follow(
    state: CallState,
    asked: Wanted,
    reason: str,
    seen: SeenEvent | None,
    *,
    written: Wanted | None,
    now: datetime,
    ours: bool = False,
    moved: bool = False,
) -> CallState:
    """What holds for a call now. `seen` is the event as it is there (None = nothing known), `written` what we last put
    into it; `ours` = nobody has touched it since. `moved` = the config moves this very call, which says as well that it
    takes place.

    Status, start and length count each by itself: the config wins where it asks for something else than when it was
    last followed; otherwise a person's change of the event is adopted; otherwise it stays. A time that the config asks
    for of a call that is off counts as soon as the call takes place.
    """
    before = state.outside or written
    there = None if seen is None or before is None or written is None else _shown(seen, state, before)
    holds = Wanted(state.start, state.end, state.cancelled)
    by_hand = holds if there is None or before is None or ours else _edited(holds, before, there)
    told = asked.cancelled != state.asked.cancelled or (moved and asked.start != state.asked.start)
    off = asked.cancelled if told else by_hand.cancelled
    wish = replace(state.asked, cancelled=asked.cancelled) if off or asked.cancelled else asked
    to = replace(_edited(by_hand, state.asked, wish), cancelled=off)
    turned = _turn(replace(state, asked=wish, outside=there or state.outside), to, now)
    by_person = _is_by_hand(state, turned, told)
    kept = "" if by_hand.cancelled != state.cancelled else state.reason
    return replace(turned, by_person=by_person, reason=kept if by_person else reason)


def _edited(base: Wanted, old: Wanted, new: Wanted) -> Wanted:
    """`base` with what `new` says otherwise than `old`."""
    start = new.start if new.start != old.start else base.start
    length = new.length if new.length != old.length else base.length
    return Wanted(start, start + length, new.cancelled if new.cancelled != old.cancelled else base.cancelled)


def _is_by_hand(old: CallState, new: CallState, told: bool) -> bool:
    """Whether what holds is what a person made of the call; `told` = the config has just said that it is on or off."""
    if new.sequence != old.sequence:
        return new.asked.start == old.asked.start if new.transition == "moved" else not told
    if new.asked != old.asked or told:
        return old.by_person and not _same(Wanted(new.start, new.end, new.cancelled), new.asked)
    return old.by_person or new.end != old.end


def _shown(seen: SeenEvent, state: CallState, before: Wanted) -> Wanted | None:
    """What the event says of time and status; a deleted one may have lost its times, and a series says nothing of one
    call. Of an all-day one only the day counts: the call keeps its hour."""
    if seen.status == "cancelled":
        return replace(before, cancelled=True)
    if seen.recurring:
        return None
    if seen.whole_day:
        zone = ZoneInfo(state.zone)
        start = instant(date.fromisoformat(seen.whole_day), state.start.astimezone(zone).time(), zone)
        return Wanted(start, start + (state.end - state.start), cancelled=False)
    return Wanted(seen.start, seen.end, cancelled=False) if seen.start is not None and seen.end is not None else None


def _same(one: Wanted, other: Wanted) -> bool:
    """The same to members: of cancelled calls the time does not matter."""
    return one.cancelled == other.cancelled and (one.cancelled or one == other)


def _turn(state: CallState, to: Wanted, now: datetime) -> CallState:
    """`state` with the time and status of `to`, the sequence raised if that is a move, a cancellation or a
    restoration."""
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


def gone(state: CallState) -> Wanted:
    """What the config asks for a call that its rules no longer yield: its cancellation."""
    return replace(state.asked, cancelled=True)


def call_of(call_id: CallId, series: Series, state: CallState, occurrence: Occurrence | None) -> Call:
    """The call as members should be told of it."""
    return Call(
        id=call_id,
        series=series,
        start=state.start,
        end=state.end,
        status=status_of(state),
        reason=state.reason,
        talk=occurrence.talk if occurrence else None,
        sequence=state.sequence,
        previous_start=state.previous_start,
        by_person=state.by_person,
    )
