"""Rules and changes of a series to its occurrences. Pure; the range is an argument and no clock is read.

Local wall-clock time in the series' zone is the truth, and every instant is computed for its very date. RFC 5545 3.3.5
decides the odd hours: a local time that a clock change skips is read with the offset before the gap (02:30 becomes
03:30), one that exists twice is the first of the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from automation.domain.instants import instant
from automation.domain.model import Change, Rule, Series, Talk
from automation.domain.occurrence import Occurrence
from automation.schedule.matching_dates import complete, first_match, matching_days
from automation.schedule.rrule import Recur, parse_rrule


def occurrences(series: Series, first: date, last: date) -> list[Occurrence]:
    """The calls whose start, after moves, falls on a local date from `first` to `last` (both inclusive), earliest
    first.

    A call moved into the range is in, one moved out of it is not; a cancelled one stands where it would have been. A
    change or talk whose date is no occurrence has no effect. Raises ValueError for a rule that `parse_rrule` refuses.
    """
    changes = {change.date: change for change in series.changes}
    talks = {talk.date: talk for talk in series.talks}
    # A skipped local time can land on the next date: all of 2011-12-30 is missing in Pacific/Apia.
    nearby = dict(_original_starts(series, _day_before(first), last))
    for day in changes:
        nearby.update(_original_starts(series, day, day))
    found = [_occurrence(series, day, original=start, changes=changes, talks=talks) for day, start in nearby.items()]
    return sorted(
        (call for call in found if first <= call.local_start.date() <= last),
        key=lambda call: (call.start, call.recurrence_id),
    )


def original_dates(series: Series, first: date, last: date) -> list[date]:
    """The recurrence ids from `first` to `last` (both inclusive) in order: where the rules put the calls, changes left
    aside."""
    return [day for day, _ in _original_starts(series, first, last)]


def first_date(series: Series, rule: Rule) -> date | None:
    """The first call that `rule`, one of the series', brings about; None if it never does, or not before the next rule
    takes over."""
    dtstart = _dtstart(rule.rrule, rule.start)
    return (
        next((day for day, _ in _starts_of(series.rules, series.zone, rule=rule, first=dtstart, last=dtstart)), None)
        if dtstart
        else None
    )


def _occurrence(
    series: Series, day: date, original: datetime, changes: Mapping[date, Change], talks: Mapping[date, Talk]
) -> Occurrence:
    change = changes.get(day)
    start = original
    if change and change.move_to:
        start = instant(change.move_to.date(), change.move_to.time(), series.zone)
    return Occurrence(
        series=series,
        recurrence_id=day,
        original_start=original,
        start=start,
        end=start + timedelta(minutes=series.minutes),
        status="confirmed" if change is None else "cancelled" if change.cancel else "moved",
        reason=change.reason if change else "",
        talk=talks.get(day),
    )


def _original_starts(series: Series, first: date, last: date) -> Iterator[tuple[date, datetime]]:
    begin = max(first, min((rule.start for rule in series.rules), default=last))
    for year in range(begin.year, last.year + 1):
        for day, start in _starts_in(series.rules, series.zone, year):
            if first <= day <= last:
                yield day, start


@lru_cache(maxsize=1024)
def _starts_in(rules: tuple[Rule, ...], zone: ZoneInfo, year: int) -> tuple[tuple[date, datetime], ...]:
    """What the rules yield in one year: each plan asks for the same few years again."""
    ordered = sorted(rules, key=lambda rule: rule.start)
    return tuple(
        found
        for rule in ordered
        for found in _starts_of(rules, zone, rule=rule, first=date(year, 1, 1), last=date(year, 12, 31))
    )


def _starts_of(
    rules: tuple[Rule, ...], zone: ZoneInfo, rule: Rule, first: date, last: date
) -> Iterator[tuple[date, datetime]]:
    dtstart = _dtstart(rule.rrule, rule.start)
    next_start = min((other.start for other in rules if other.start > rule.start), default=None)
    if dtstart is None:
        return
    recur = complete(parse_rrule(rule.rrule), dtstart)
    for day in matching_days(recur, dtstart, first, last if next_start is None else min(last, _day_before(next_start))):
        start = instant(day, rule.at, zone)
        if not _over(recur, start):
            yield day, start


def _over(recur: Recur, start: datetime) -> bool:
    return isinstance(recur.until, datetime) and start > recur.until


def _day_before(day: date) -> date:
    return day if day == date.min else day - timedelta(days=1)


@lru_cache(maxsize=64)
def _dtstart(rrule: str, start: date) -> date | None:
    return first_match(parse_rrule(rrule), start)
