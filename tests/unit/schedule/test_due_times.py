"""Send lines become instants: calendar days by the wall clock, hours and minutes exact."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from hypothesis import given
from hypothesis import strategies as st

from automation.domain.instants import instant
from automation.domain.model import Timed
from automation.schedule.due_times import days_before, due_at

LA = ZoneInfo("America/Los_Angeles")
ZONES = ("America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns", "UTC", "Africa/Casablanca")


def la(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LA)


@pytest.mark.parametrize(
    ("send", "start", "due"),
    [
        (Timed(7, "days", False, time(9)), la(2026, 12, 8, 11), "2026-12-01T09:00:00-08:00"),
        (Timed(1, "days", False, None), la(2026, 12, 8, 11), "2026-12-07T11:00:00-08:00"),
        (Timed(1, "hours", False, None), la(2026, 12, 8, 11), "2026-12-08T10:00:00-08:00"),
        (Timed(30, "minutes", False, None), la(2026, 12, 8, 11), "2026-12-08T10:30:00-08:00"),
        (Timed(0, "days", False, time(8)), la(2026, 12, 8, 11), "2026-12-08T08:00:00-08:00"),
        (Timed(0, "minutes", True, None), la(2026, 12, 8, 11), "2026-12-08T12:00:00-08:00"),
        (Timed(2, "hours", True, None), la(2026, 12, 8, 11), "2026-12-08T14:00:00-08:00"),
        (Timed(1, "days", True, None), la(2026, 12, 8, 11), "2026-12-09T12:00:00-08:00"),
        (Timed(1, "days", True, time(18, 30)), la(2026, 12, 8, 23, 30), "2026-12-10T18:30:00-08:00"),  # the call ends on the ninth
        # Clocks go forward on 14 March 2027 at 02:00 and back on 1 November 2026 at 02:00.
        (Timed(7, "days", False, time(9)), la(2027, 3, 16, 11), "2027-03-09T09:00:00-08:00"),
        (Timed(1, "days", False, None), la(2027, 3, 14, 11), "2027-03-13T11:00:00-08:00"),
        (Timed(24, "hours", False, None), la(2027, 3, 14, 11), "2027-03-13T10:00:00-08:00"),
        (Timed(24, "hours", False, None), la(2026, 11, 1, 11), "2026-10-31T12:00:00-07:00"),
        (Timed(0, "days", False, time(2, 30)), la(2027, 3, 14, 11), "2027-03-14T03:30:00-07:00"),  # does not exist
        (Timed(0, "days", False, time(1, 30)), la(2026, 11, 1, 11), "2026-11-01T01:30:00-07:00"),  # exists twice: the first
        (Timed(1, "days", False, time(9)), la(2028, 3, 1, 11), "2028-02-29T09:00:00-08:00"),
        (Timed(10, "hours", False, None), la(2026, 11, 1, 11), "2026-11-01T01:00:00-08:00"),  # the second one o'clock
        (Timed(0, "days", False, None), la(2026, 11, 1, 1, 30).replace(fold=1), "2026-11-01T01:30:00-07:00"),  # of two the first
    ],
)
def test_moments(send: Timed, start: datetime, due: str) -> None:
    assert due_at(send, start, start + timedelta(hours=1), LA).astimezone(LA).isoformat() == due


def test_days_are_those_of_the_series_zone_whatever_zone_the_start_comes_in() -> None:
    start = datetime(2026, 12, 9, 3, tzinfo=UTC)  # the eighth at 19:00 in Los Angeles
    assert due_at(Timed(1, "days", False, time(9)), start, start, LA) == la(2026, 12, 7, 9)


def test_things_for_a_day_are_prepared_from_its_first_minute() -> None:
    assert days_before(la(2026, 12, 8, 11), 7, LA) == la(2026, 12, 1, 0)
    assert days_before(datetime(2026, 12, 9, 3, tzinfo=UTC), 0, LA) == la(2026, 12, 8, 0)


walls = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)).map(lambda wall: wall.replace(second=0, microsecond=0))


@given(walls, st.sampled_from(ZONES))
def test_wall_clock_times_follow_rfc_5545_as_dateutil_reads_it(wall: datetime, zone: str) -> None:
    """3.3.5: of two the first; one that does not exist is read with the offset before the gap."""
    got = instant(wall.date(), wall.time(), ZoneInfo(zone)).astimezone(ZoneInfo(zone))
    oracle = tz.resolve_imaginary(wall.replace(tzinfo=tz.gettz(zone), fold=0))
    assert got.astimezone(UTC) == oracle.astimezone(UTC)
    if tz.datetime_exists(wall, tz.gettz(zone)):
        assert got.replace(tzinfo=None, fold=0) == wall


@given(walls, st.integers(0, 5000), st.sampled_from(["hours", "minutes"]), st.booleans(), st.sampled_from(ZONES))
def test_hours_and_minutes_are_exact_across_every_clock_change(wall: datetime, amount: int, unit: str, after: bool, zone: str) -> None:
    start = wall.replace(tzinfo=UTC)
    end = start + timedelta(minutes=50)
    due = due_at(Timed(amount, unit, after, None), start, end, ZoneInfo(zone))  # type: ignore[arg-type]
    assert due.astimezone(UTC) - (end if after else start) == timedelta(**{unit: amount}) * (1 if after else -1)


@given(st.dates(date(2001, 1, 1), date(2040, 1, 1)), st.integers(0, 400), st.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_days_with_an_hour_land_on_that_hour_of_that_day(day: date, amount: int, at: time) -> None:
    due = due_at(Timed(amount, "days", False, at), instant(day, time(11), LA), instant(day, time(12), LA), LA).astimezone(LA)
    assert due.date() == day - timedelta(days=amount)
    assert due.time() == at or not tz.datetime_exists(datetime.combine(due.date(), at), tz.gettz("America/Los_Angeles"))
