"""Send lines and windows -> instants."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from automation.domain.instants import instant, utc
from automation.domain.model import Timed


def due_at(send: Timed, start: datetime, end: datetime, zone: ZoneInfo) -> datetime:
    """When a timed template is due for a call from `start` to `end` (aware). Days are calendar days in the series'
    zone; hours and minutes are exact."""
    anchor = (end if send.after else start).astimezone(zone)
    sign = 1 if send.after else -1
    if send.unit == "days":
        day = anchor.date() + timedelta(days=sign * send.amount)
        return instant(day, send.at or anchor.time(), zone)
    return utc(anchor) + sign * timedelta(**{send.unit: send.amount})


def days_before(start: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The beginning of the local day that many days before `start`: things prepared for a day are ready before its
    first mail."""
    return instant(start.astimezone(zone).date() - timedelta(days=days), time(0), zone)
