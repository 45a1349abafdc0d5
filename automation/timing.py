"""Send lines and windows -> instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from automation.model import Timed


def local(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant of a wall-clock time, by RFC 5545 3.3.5: a time that exists twice is the first one, a time that does not exist is read
    with the offset from before the gap. Returned with its true wall-clock time in `zone`."""
    return datetime.combine(day, at.replace(fold=0), zone).astimezone(UTC).astimezone(zone)


def moment(send: Timed, start: datetime, end: datetime, zone: ZoneInfo) -> datetime:
    """When a timed template is due for a call from `start` to `end` (aware). Days are calendar days in the series' zone; hours and minutes
    are exact."""
    anchor = (end if send.after else start).astimezone(zone)
    sign = 1 if send.after else -1
    if send.unit == "days":
        day = anchor.date() + timedelta(days=sign * send.amount)
        return local(day, send.at or anchor.time(), zone)
    exact = anchor.astimezone(UTC) + sign * timedelta(**{send.unit: send.amount})
    return exact.astimezone(zone)


def days_before(start: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The beginning of the local day that many days before `start`: things prepared for a day are ready before its first mail."""
    return local(start.astimezone(zone).date() - timedelta(days=days), time(0), zone)
