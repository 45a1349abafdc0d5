"""The days of an RFC 5545 recur value, worked out in plain calendar arithmetic.

Each frequency cuts time into periods (days, weeks, months, years); INTERVAL picks every n-th period counted from the
one of DTSTART; the BY parts are a filter on the days of a period; BYSETPOS picks from what is left. That is the whole
of RFC 5545 3.3.10 for rules about days.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from automation.schedule.rrule import Recur

# A rule about days that matches at all matches within 40 years (29 February on a given weekday, across a year such as
# 2100).
SEARCH_YEARS = 41
# One year short of what datetime can hold, so that a change of zone stays inside.
_EARLIEST, _LATEST = date(2, 1, 1), date(9998, 12, 31)


def first_match(recur: Recur, start: date) -> date | None:
    """The first day on or after `start` that the rule allows, INTERVAL left aside; None if there is none. This day is
    the rule's DTSTART."""
    every_period = replace(complete(recur, start), interval=1, count=None)
    end = date(min(start.year + SEARCH_YEARS, _LATEST.year), 12, 31)
    return next(matching_days(every_period, start, start, end), None)


def complete(recur: Recur, start: date) -> Recur:
    """The rule with what RFC 5545 3.3.10 takes from DTSTART: the weekday, the day of the month, or the month and the
    day."""
    if recur.by_day or recur.by_month_day or recur.freq == "DAILY":
        return recur
    if recur.freq == "WEEKLY":
        return replace(recur, by_day=((0, start.weekday()),))
    if recur.freq == "MONTHLY" or recur.by_month:
        return replace(recur, by_month_day=(start.day,))
    return replace(recur, by_month=(start.month,), by_month_day=(start.day,))


def matching_days(recur: Recur, dtstart: date, first: date, last: date) -> Iterator[date]:
    """The rule's days from `first` to `last`, both inclusive, in order. `recur` is `complete`; a `until` that is a time
    is not looked at, since only the caller knows the hour and the zone."""
    first, last = max(first, dtstart, _EARLIEST), min(last, _LATEST)
    if recur.until is not None and not isinstance(recur.until, datetime):
        last = min(last, recur.until)
    base = _period(recur, dtstart)
    number = (
        base
        if recur.count is not None or first <= dtstart
        else base + _whole(_period(recur, first) - base, recur.interval)
    )
    seen = 0
    while first <= last and number <= _period(recur, last):
        for day in _days(recur, number):
            seen += day >= dtstart
            if recur.count is not None and seen > recur.count:
                return
            if first <= day <= last:
                yield day
        number += recur.interval


def _whole(distance: int, interval: int) -> int:
    """`distance`, cut down to a whole number of intervals."""
    return distance - distance % interval


def _period(recur: Recur, day: date) -> int:
    if recur.freq == "DAILY":
        return day.toordinal()
    if recur.freq == "WEEKLY":
        return (day.toordinal() - 1 - recur.week_start) // 7  # day 1 of the proleptic calendar is a Monday
    return day.year * 12 + day.month - 1 if recur.freq == "MONTHLY" else day.year


def _bounds(recur: Recur, number: int) -> tuple[int, int]:
    """The first and the last day of a period, as ordinals."""
    if recur.freq == "DAILY":
        return number, number
    if recur.freq == "WEEKLY":
        start = number * 7 + 1 + recur.week_start
        return start, start + 6
    if recur.freq == "MONTHLY":
        year, month = number // 12, number % 12 + 1
        return date(year, month, 1).toordinal(), date(year, month, monthrange(year, month)[1]).toordinal()
    return date(number, 1, 1).toordinal(), date(number, 12, 31).toordinal()


def _days(recur: Recur, number: int) -> list[date]:
    start, end = _bounds(recur, number)
    days = [day for day in map(date.fromordinal, range(max(start, 1), end + 1)) if _allowed(recur, day)]
    if not recur.by_set_pos:
        return days
    picked = {position - 1 if position > 0 else len(days) + position for position in recur.by_set_pos}
    return [day for index, day in enumerate(days) if index in picked]


def _allowed(recur: Recur, day: date) -> bool:
    if recur.by_month and day.month not in recur.by_month:
        return False
    if recur.by_day and not _weekday_allowed(recur, day):
        return False
    if not recur.by_month_day:
        return True
    return day.day in recur.by_month_day or day.day - monthrange(day.year, day.month)[1] - 1 in recur.by_month_day


def _weekday_allowed(recur: Recur, day: date) -> bool:
    """A counted weekday counts within the month; with FREQ=YEARLY and no BYMONTH, within the year."""
    weekday = day.weekday()
    positions = [position for position, wanted in recur.by_day if wanted == weekday]
    if not positions or 0 in positions:
        return bool(positions)
    if recur.freq == "YEARLY" and not recur.by_month:
        index, length = day.timetuple().tm_yday - 1, 366 if isleap(day.year) else 365
    else:
        index, length = day.day - 1, monthrange(day.year, day.month)[1]
    return index // 7 + 1 in positions or -((length - 1 - index) // 7 + 1) in positions
