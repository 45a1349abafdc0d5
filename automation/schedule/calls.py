"""Which calls there are, and how each one stands: occurrences from the config, followed through what was remembered and
seen."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from automation.domain.absent import vanished
from automation.domain.call_state import CallState, Wanted
from automation.domain.guests import chosen, heard
from automation.domain.inputs import Inputs
from automation.domain.keys import CallId, series_of
from automation.domain.model import Call, Series
from automation.domain.occurrence import Occurrence
from automation.domain.proofs import EventProof
from automation.domain.receipts import LedgerSnapshot
from automation.schedule.follow import begin, call_of, follow, gone, wanted_of
from automation.schedule.past import Past
from automation.schedule.recurrence import occurrences


@dataclass(frozen=True)
class Calls:
    """All calls of all series in order of their start. `current` are those about which something may be to be done,
    `states` how those of them stand that are (or were) inside the horizon; a call without a state has not been touched
    yet. `past` are the closed ones, which are many, and are made into calls only where somebody asks for them.
    `unasked` are the marks of open calls that the config no longer asks for. `invited` are the marks of the calls that
    are near enough for an invitation."""

    current: tuple[Call, ...]
    states: Mapping[str, CallState]
    past: Past
    invited: frozenset[str] = frozenset()
    unasked: frozenset[str] = frozenset()

    @cached_property
    def all(self) -> tuple[Call, ...]:
        """The closed ones too."""
        return tuple(sorted((*self.past.calls(), *self.current), key=_place))

    def state(self, mark: str) -> CallState | None:
        """How a call stands, closed or not; None for one that has not been touched yet."""
        return self.states.get(mark) or self.past.states.get(mark)

    def upcoming(self, now: datetime) -> tuple[Call, ...]:
        return tuple(call for call in self.current if call.end > now)

    def shown(self, now: datetime) -> tuple[Call, ...]:
        """What the public page tells of: what comes, and every past call that Callkeeper took care of."""
        return tuple(call for call in self.all if call.end > now or self.state(str(call.id)) is not None)

    def unsettled(self, now: datetime) -> tuple[Call, ...]:
        """Those of `shown` that are not closed."""
        return tuple(call for call in self.current if call.end > now or str(call.id) in self.states)

    def neighbours(self, call: Call) -> tuple[Call | None, Call | None]:
        """The last call before this one and the next after it, of the same series, cancelled ones left out."""
        starts, held = self._held.get(call.series.uid, ([], []))
        before = (self.past.before(call), *held[: bisect_left(starts, call.start)][-1:])
        after = (self.past.after(call), *held[bisect_right(starts, call.start) :][:1])
        return max(filter(None, before), key=_place, default=None), min(filter(None, after), key=_place, default=None)

    @cached_property
    def _held(self) -> Mapping[str, tuple[list[datetime], list[Call]]]:
        """Series -> the starts of its `current` calls that take place, and these."""
        found: dict[str, tuple[list[datetime], list[Call]]] = {}
        for call in self.current:
            if not call.cancelled:
                starts, held = found.setdefault(call.series.uid, ([], []))
                starts.append(call.start)
                held.append(call)
        return found


def _place(call: Call) -> tuple[datetime, str]:
    return call.start, str(call.id)


def calls_of(inputs: Inputs, until: date | None = None) -> Calls:
    """The calls from the look-back to `until` (local date, inclusive; default: the horizon), and every remembered
    one."""
    calls: list[Call] = []
    states: dict[str, CallState] = {}
    unasked: set[str] = set()
    named = {series.uid for series in inputs.config.series}
    for series in inputs.config.series:
        remembered = _remembered(inputs.snapshot, inputs.config.uid, series.uid)
        asked = _occurrences(inputs, series, remembered, until)
        for day in sorted({*asked, *remembered}):
            call_id = CallId(inputs.config.uid, series.uid, day)
            if day not in remembered and str(call_id) in inputs.snapshot.calls:
                continue  # closed
            call, state = _stand(inputs, call_id, series=series, occurrence=asked.get(day), state=remembered.get(day))
            calls.append(call)
            if state is not None:
                states[str(call_id)] = state
            if day not in asked:
                unasked.add(str(call_id))
    for mark, state in inputs.snapshot.open.items():
        call_id = CallId.parse(mark)
        if call_id.series not in named:
            series = Series(uid=call_id.series, title=state.title, zone=ZoneInfo(state.zone), minutes=60, rules=())
            call, new = _stand(inputs, call_id, series=series, occurrence=None, state=state)
            calls.append(call)
            states[mark] = new or state
            unasked.add(mark)
    return cast_with(inputs, calls, states, unasked)


def cast_with(inputs: Inputs, calls: Iterable[Call], states: Mapping[str, CallState], unasked: Iterable[str]) -> Calls:
    """These calls in order of their start, and the closed ones."""
    current = tuple(sorted(calls, key=_place))
    invited = chosen(inputs.config, inputs.snapshot, calls=current, states=states, now=inputs.now)
    return Calls(
        current=current,
        states=states,
        past=Past(inputs.config, inputs.snapshot),
        invited=invited,
        unasked=frozenset(unasked),
    )


def _occurrences(inputs: Inputs, series: Series, days: Iterable[date], until: date | None) -> dict[date, Occurrence]:
    """What the config asks for, by recurrence id, wide enough to hold every open call (their `days`) and every move of
    one, and the call before the first of them."""
    today = inputs.now.astimezone(series.zone).date()
    held = inputs.snapshot.held.get(f"{inputs.config.uid}/{series.uid}", [])
    # Two months back at least: an announcement compares its hours with those of the call before.
    first = min([today - timedelta(days=62), *days, *(CallId.parse(mark).recurrence_id for _, mark in held[-1:])])
    horizon = today + timedelta(days=inputs.config.calendar.horizon_days + 1)
    moved = [change.move_to.date() for change in series.changes if change.move_to and change.date in days]
    last = max([horizon, until or horizon, *days, *moved])
    return {occurrence.recurrence_id: occurrence for occurrence in occurrences(series, first, last)}


def _remembered(snapshot: LedgerSnapshot, community: str, series: str) -> dict[date, CallState]:
    """The open calls of a series by recurrence id."""
    wanted = f"{community}/{series}"
    return {
        CallId.parse(mark).recurrence_id: state for mark, state in snapshot.open.items() if series_of(mark) == wanted
    }


def _stand(
    inputs: Inputs, call_id: CallId, series: Series, occurrence: Occurrence | None, state: CallState | None
) -> tuple[Call, CallState | None]:
    """How one call stands now; no state for calls that Callkeeper has not touched and need not touch yet."""
    if state is None:
        assert occurrence is not None
        fresh = begin(occurrence)
        call = call_of(call_id, series, fresh, occurrence)
        near = occurrence.start <= inputs.now + timedelta(days=inputs.config.calendar.horizon_days)
        # A call that was cancelled before anybody heard of it leaves no trace; one that is over is left alone.
        return call, fresh if near and occurrence.start > inputs.now and not fresh.cancelled else None
    followed = _follow(inputs, call_id, state, occurrence)
    return call_of(call_id, series, followed, occurrence), followed


def _follow(inputs: Inputs, call_id: CallId, state: CallState, occurrence: Occurrence | None) -> CallState:
    if state.end <= inputs.now and (occurrence is None or occurrence.end <= inputs.now):
        return state  # what is over does not move any more
    event = inputs.snapshot.left(call_id.step("event"), EventProof)
    seen = inputs.snapshot.seen.events.get(str(call_id))
    if event is not None and event.purged:
        seen = vanished(str(call_id), event)
    asked, reason = (wanted_of(occurrence), occurrence.reason) if occurrence else _unasked(inputs, call_id, state)
    ours = event is not None and seen is not None and event.etag == seen.etag != ""
    written = Wanted(event.start, event.end, event.status == "cancelled") if event is not None else None
    moved = occurrence is not None and occurrence.status == "moved"
    turned = follow(state, asked, reason=reason, seen=seen, written=written, now=inputs.now, ours=ours, moved=moved)
    return replace(turned, announced=announced(inputs, call_id)) if turned.sequence != state.sequence else turned


def _unasked(inputs: Inputs, call_id: CallId, state: CallState) -> tuple[Wanted, str]:
    """What is asked for a call that the config no longer yields, and why: one that members have heard of stays as it is
    until a person has decided (`refuse` holds it back); any other goes. Why it vanished is nothing that members are
    told."""
    if announced(inputs, call_id) and not inputs.force:
        return state.asked, state.reason
    return gone(state), state.reason if state.cancelled else ""


def announced(inputs: Inputs, call_id: CallId) -> bool:
    """A mail or an invitation about the call has gone out."""
    mailed = any(inputs.snapshot.proven(key) for key in inputs.snapshot.keys(call_id.step("mail:")))
    return mailed or heard(
        inputs.config, inputs.snapshot.get(call_id.step("event")), inputs.snapshot.seen.events.get(str(call_id))
    )
