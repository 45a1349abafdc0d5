"""The call that one name means, or why it means none. Pure.

The most exact thing that a name says decides; it never falls back on something vaguer when that means no call.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from automation.archive.names import Reading
from automation.archive.orders import Settled, meant, possible
from automation.archive.records import HeldCall, Source
from automation.archive.titles import Titles
from automation.archive.words import GENERIC, SMALL, WEEKDAYS

# A recording begins while the call goes on, or people were early; a service may start one hours off if a rule has
# changed.
EARLY, LATE = timedelta(minutes=75), timedelta(minutes=20)
# How long after a call its file turns up, where the name leaves out the year.
SOON, SOMETIME = timedelta(days=21), timedelta(days=45)
DAY = timedelta(days=1)


class Found(NamedTuple):
    call: HeldCall
    confidence: float
    reason: str


class NotFound(NamedTuple):
    reason: str


@dataclass(frozen=True)
class Case:
    """One name, and all that it is judged by. `year` stands above it in the document."""

    source: Source
    reading: Reading
    past: Past
    settled: Settled
    year: int | None
    titles: Titles


class Past:
    """The calls that there have been."""

    def __init__(self, calls: Sequence[HeldCall]) -> None:
        """Take them all, the cancelled ones too."""
        self.calls = tuple(calls)
        self.held = frozenset(call.held for call in calls)
        days = {call.held for call in calls} | {call.id.recurrence_id for call in calls}
        self.around = (
            min(days, default=date.max - 32 * DAY) - 31 * DAY,
            max(days, default=date.min) + 31 * DAY,
        )


def found_call(
    source: Source, reading: Reading, *, past: Past, settled: Settled, year: int | None, titles: Titles
) -> Found | NotFound:
    """The call, how sure that is and why; or why there is none."""
    if source.mark:
        ours = next((call for call in past.calls if str(call.id) == source.mark), None)
        return (
            Found(ours, 1.0, "Callkeeper itself put it there")
            if ours
            else NotFound("Callkeeper put it there for another call")
        )
    if reading.cancelled:
        return NotFound("it says that there was no call")
    if reading.elsewhen:
        return NotFound("its date is that of something else: of the next call, or of what is due")
    if reading.odd:
        return NotFound(f"it contradicts itself: {reading.odd}")
    case = Case(source=source, reading=reading, past=past, settled=settled, year=year, titles=titles)
    got = _by_time(case)
    if isinstance(got, Found):
        if got.call.cancelled:
            return NotFound(f"the call of {got.call.held} was cancelled")
        if titles.speaks_of_another(reading.rest, got.call.id.series):
            return NotFound("it names another series, which had no call then")
        if reading.another and not titles.names(reading.rest, got.call.id.series):
            return NotFound("it seems to be of another meeting, or no recording of the call itself")
    return got


def _by_time(case: Case) -> Found | NotFound:
    reading = case.reading
    if reading.instants:
        return _by_instant(case)
    if reading.days:
        return _by_day(case)
    if any(year is not None for year, _ in reading.months):
        return _by_month(case)
    if reading.yearless:
        return _by_yearless(case)
    if reading.months:
        return _by_month_alone(case)
    return NotFound("it names no date")


def _one(case: Case, calls: Iterable[HeldCall], *, sure: float, why: str, none: str = "") -> Found | NotFound:
    """The only one of these calls, or the only one whose series the name speaks of."""
    found = {str(call.id): call for call in calls}
    if len(found) > 1:
        named = {mark: call for mark, call in found.items() if case.titles.speaks_of(case.reading.rest, call.id.series)}
        held = {mark: call for mark, call in found.items() if not call.cancelled}
        found = named if len(named) == 1 else held if len(held) == 1 and not named else found
    if len(found) == 1:
        [call] = found.values()
        return Found(call, sure, why.format(day=call.held.isoformat()))
    return NotFound(f"it could mean several calls: {_days(found.values())}" if found else none)


def _days(calls: Iterable[HeldCall]) -> str:
    days = sorted({call.held.isoformat() for call in calls})
    return ", ".join(days[:4]) + (" …" if len(days) > 4 else "")


def _by_instant(case: Case) -> Found | NotFound:
    calls = [
        call
        for call in case.past.calls
        if any(call.start - EARLY <= at < call.end + LATE for at in case.reading.instants)
    ]
    return _one(case, calls, sure=0.99, why="recorded while the call of {day} took place", none=_no_call_at(case))


def _no_call_at(case: Case) -> str:
    return f"no call took place at {case.reading.instants[0]:%Y-%m-%d %H:%M} UTC"


def _by_day(case: Case) -> Found | NotFound:
    days, open_days = set(), []
    for each in case.reading.days:
        left = possible(each, case.source.created, *case.past.around)
        day = meant(each, left, case.settled, case.past.held)
        if day is not None:
            days.add(day)
        elif left:
            open_days.append(sorted(set(left.values())))
    # Of "April 8th & May 13th 2025" the year counts for both.
    pairs = {(day.year, month, number) for day in days for month, number in case.reading.yearless}
    held = [call for call in case.past.calls if call.held in days or call.held.timetuple()[:3] in pairs]
    if open_days and (not held or any(day in case.past.held for each in open_days for day in each)):
        said = " or ".join(day.isoformat() for day in open_days[0])
        return NotFound(f"it could mean {said}, and the other names do not settle which number is the month")
    if len({call.held for call in held}) > 1:
        return NotFound(f"it names the days of several calls: {_days(held)}")
    if held:
        return _one(case, held, sure=0.95 if len(days) == 1 else 0.8, why="names the day of the call, {day}")
    return _near_day(case, days)


def _near_day(case: Case, days: set[date]) -> Found | NotFound:
    """The day that it was elsewhere, or that was planned before the call was moved."""
    rolled = [
        call for call in case.past.calls if call.days & days and case.titles.could_be(case.reading.rest, call.id.series)
    ]
    if rolled:
        return _one(case, rolled, sure=0.75, why="names the day that it was in UTC while the call of {day} took place")
    planned = [call for call in case.past.calls if call.id.recurrence_id in days]
    if planned:
        return _one(case, planned, sure=0.7, why="names the day for which the call of {day} was planned")
    if not days:
        return NotFound("its date is outside the years of the schedule")
    said = min(days)
    nearest = min(case.past.calls, key=lambda call: abs(call.held - said), default=None)
    told = f"; the nearest was on {nearest.held}" if nearest else ""
    return NotFound(f"there was no call on {said}{told}")


def _by_month(case: Case) -> Found | NotFound:
    months = {(year, month) for year, month in case.reading.months if year is not None}
    calls = [
        call
        for call in case.past.calls
        if {(day.year, day.month) for day in (call.held, call.id.recurrence_id)} & months
    ]
    calls = [call for call in calls if case.source.created is None or call.start <= case.source.created + DAY]
    return _one(
        case,
        calls,
        sure=0.85,
        why="the only call of the month that it names, {day}",
        none="there was no call in that month",
    )


def _by_yearless(case: Case) -> Found | NotFound:
    calls = [call for call in case.past.calls if (call.held.month, call.held.day) in case.reading.yearless]
    ahead = case.reading.ahead
    if ahead and ahead not in GENERIC and ahead not in WEEKDAYS:
        calls = [call for call in calls if case.titles.names(ahead, call.id.series)]
    if case.year is not None:
        calls = [call for call in calls if call.held.year == case.year]
        return _one(
            case, calls, sure=0.85, why="names the day of the call, {day}, below the heading of the year", none=_NO_YEAR
        )
    soon = _put_there_after(case, calls, SOON)
    return _one(case, soon, sure=0.8, why="names the day, and was put there soon after {day}", none=_NO_YEAR)


_NO_YEAR = "it names no year, and nothing else tells which"


def _by_month_alone(case: Case) -> Found | NotFound:
    months = {month for _, month in case.reading.months}
    calls = [call for call in case.past.calls if call.held.month in months]
    beside = case.reading.beside
    if beside and beside not in GENERIC - SMALL:  # June is a person, and a march goes somewhere
        calls = [call for call in calls if case.titles.names(beside, call.id.series)]
    if case.year is not None:
        calls = [call for call in calls if call.held.year == case.year]
        return _one(
            case,
            calls,
            sure=0.75,
            why="the only call of that month, {day}, below the heading of the year",
            none=_NO_YEAR,
        )
    soon = _put_there_after(case, calls, SOMETIME)
    return _one(case, soon, sure=0.7, why="the only call of that month before it was put there, {day}", none=_NO_YEAR)


def _put_there_after(case: Case, calls: Iterable[HeldCall], within: timedelta) -> list[HeldCall]:
    created = case.source.created
    return [
        call for call in calls if created is not None and timedelta(0) <= created + DAY - call.start <= within + DAY
    ]
