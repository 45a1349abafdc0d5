"""Our recurrence against python-dateutil, an independent reading of RFC 5545."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.domain.instants import instant
from automation.domain.model import Change, Rule, Series
from automation.schedule.phrases import parse_every
from automation.schedule.recurrence import occurrences, original_dates
from automation.schedule.rrule import DAYS
from automation.schedule.vocabulary import ORDINALS, WEEKDAYS

START, END = date(2000, 1, 1), date(2099, 12, 31)
EVERY = (
    [f"{ordinal} {weekday} of the month" for ordinal in ORDINALS for weekday in WEEKDAYS]
    + [f"{ordinal} Tuesday of every {months} months" for ordinal in ("second", "fifth", "last") for months in (2, 3, 5, 12)]
    + [f"every {other}{weekday}" for other in ("", "other ") for weekday in ("Monday", "Sunday")]
    + [f"day {day} of the month" for day in (1, 28, 29, 30, 31)]
    + [f"day {day} of every {months} months" for day in (15, 29, 31) for months in (2, 6, 7)]
)


def series(rrule: str, start: date, *, zone: str = "UTC", at: time = time(11), changes: tuple[Change, ...] = ()) -> Series:
    return Series("call", "Call", ZoneInfo(zone), 60, (Rule(start, rrule, rrule, at),), changes)


def dateutil_days(rrule: str, dtstart: date, first: date, last: date) -> list[date]:
    found = rrulestr(rrule, dtstart=datetime.combine(dtstart, time()))
    return [day.date() for day in found.between(datetime.combine(first, time()), datetime.combine(last, time()), inc=True)]


def first_match(rrule: str, start: date) -> date:
    """By dateutil, the first day that the rule allows when every period counts."""
    plain = ";".join(part for part in rrule.split(";") if not part.startswith("INTERVAL"))
    # A week earlier, because dateutil cuts the first week off at DTSTART before it applies BYSETPOS.
    early = start - timedelta(days=start.weekday() + 7)
    found = rrulestr(plain, dtstart=datetime.combine(early, time())).after(datetime.combine(start, time()), inc=True)
    assert found
    return found.date()


@pytest.mark.parametrize("every", EVERY)
def test_every_month_of_a_hundred_years_is_as_dateutil_has_it(every: str) -> None:
    rrule = parse_every(every)
    dtstart = first_match(rrule, START)
    assert original_dates(series(rrule, START), START, END) == dateutil_days(rrule, dtstart, START, END)


days = st.dates(date(1999, 1, 1), date(2050, 12, 31))
intervals = st.integers(1, 40)


@st.composite
def monthly_or_yearly(draw: st.DrawFn) -> str:
    """Rules that match at some time: dateutil would look for the first day of others until the year 9999."""
    freq = draw(st.sampled_from(["MONTHLY", "YEARLY"]))
    parts = [f"FREQ={freq}", f"INTERVAL={draw(intervals)}"]
    by_month = draw(st.lists(st.integers(1, 12), max_size=4))
    if by_month:
        parts.append("BYMONTH=" + ",".join(map(str, by_month)))
    most = 5 if freq == "MONTHLY" or by_month else 52
    position = st.integers(-most, most).filter(bool)
    # Not counted and plain ones at once: dateutil wrongly asks for a day that is in both (RFC 5545 lists alternatives).
    counted = draw(st.lists(st.builds(lambda number, day: f"{number}{day}", position, st.sampled_from(DAYS)), max_size=4))
    by_day = counted or draw(st.lists(st.sampled_from(DAYS), max_size=5))
    if by_day:
        parts.append("BYDAY=" + ",".join(by_day))
    if not counted:
        longest = 28 if by_month else 31
        by_month_day = draw(st.lists(st.integers(-longest, longest).filter(bool), max_size=4, min_size=0 if by_day else 1))
        parts += ["BYMONTHDAY=" + ",".join(map(str, by_month_day))] if by_month_day else []
    picked = draw(st.one_of(st.just([]), st.tuples(st.sampled_from([1, -1]), st.integers(-6, 6).filter(bool))))
    if picked:
        parts.append("BYSETPOS=" + ",".join(map(str, picked)))
    return ";".join(parts)


@st.composite
def daily_or_weekly(draw: st.DrawFn) -> str:
    freq = draw(st.sampled_from(["DAILY", "WEEKLY"]))
    parts = [f"FREQ={freq}", f"INTERVAL={draw(intervals)}", f"WKST={draw(st.sampled_from(DAYS))}"]
    by_day = draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=5, unique=True))
    parts.append("BYDAY=" + ",".join(by_day))
    if draw(st.booleans()):
        parts.append("BYMONTH=" + ",".join(map(str, draw(st.lists(st.integers(1, 12), min_size=3, max_size=6)))))
    return ";".join(parts)


@settings(max_examples=200, deadline=None)
@given(rrule=st.one_of(monthly_or_yearly(), daily_or_weekly()), start=days, count=st.one_of(st.none(), st.integers(1, 30)))
def test_random_rules_are_as_dateutil_has_them(rrule: str, start: date, count: int | None) -> None:
    last = start + timedelta(days=366 * 12)
    ours = original_dates(series(rrule if count is None else f"{rrule};COUNT={count}", start), start, last)
    assert ours == dateutil_days(rrule, first_match(rrule, start), start, last)[:count]


@settings(max_examples=100, deadline=None)
@given(rrule=st.one_of(monthly_or_yearly(), daily_or_weekly()), start=days, skip=st.integers(0, 4000), length=st.integers(0, 400))
def test_a_part_of_the_range_gives_that_part_of_the_days(rrule: str, start: date, skip: int, length: int) -> None:
    first = start + timedelta(days=skip)
    last = first + timedelta(days=length)
    whole = original_dates(series(rrule, start), start, last)
    assert original_dates(series(rrule, start), first, last) == [day for day in whole if day >= first]


ZONES = st.sampled_from(
    ["America/Los_Angeles", "Europe/Berlin", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Cairo", "America/Sao_Paulo", "Asia/Tehran"]
    + ["America/Scoresbysund", "Atlantic/Azores", "Asia/Beirut", "Pacific/Kwajalein", "UTC"]
)


@settings(max_examples=400, deadline=None)
@given(day=st.dates(date(1990, 1, 1), date(2037, 12, 31)), at=st.times(), zone=ZONES)
def test_any_local_time_in_any_zone_is_the_instant_that_rfc_5545_says(day: date, at: time, zone: str) -> None:
    """`tz.resolve_imaginary` shifts a skipped time by the gap, which is the reading with the offset before it."""
    local = datetime.combine(day, at, tz.gettz(zone))
    start = instant(day, at, ZoneInfo(zone)).astimezone(ZoneInfo(zone))
    if tz.datetime_exists(local):
        assert start.replace(tzinfo=None, fold=0) == local.replace(tzinfo=None)
        assert start.fold == 0
    else:
        before = (local - timedelta(days=2)).utcoffset() if zone == "Pacific/Apia" else (local - timedelta(hours=4)).utcoffset()
        assert before is not None
        assert start.astimezone(UTC) == local.replace(tzinfo=UTC) - before


moves = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31))


@settings(max_examples=100, deadline=None)
@given(moved=st.dictionaries(st.integers(0, 30), st.one_of(st.none(), moves), max_size=6), zone=ZONES, at=st.times())
def test_each_call_stands_once_on_its_own_day(moved: dict[int, datetime | None], zone: str, at: time) -> None:
    """Day by day or all at once, the calls are the same, and changes neither lose nor double one."""
    rrule = "FREQ=WEEKLY;INTERVAL=3;BYDAY=SA"
    regular = original_dates(series(rrule, date(2026, 1, 1)), date(2026, 1, 1), date(2028, 12, 31))
    changes = tuple(Change(regular[index], to is None, to, "") for index, to in moved.items())
    changed = series(rrule, date(2026, 1, 1), zone=zone, at=at, changes=changes)
    whole = occurrences(changed, date(2025, 12, 1), date(2029, 1, 31))
    assert sorted(call.recurrence_id for call in whole if call.recurrence_id <= regular[-1]) == regular
    days_of_change = {call.local_start.date() for call in whole if call.status != "confirmed"}
    for day in days_of_change:
        assert occurrences(changed, day, day) == [call for call in whole if call.local_start.date() == day]
