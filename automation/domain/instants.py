"""Instants: points of time as records keep them, in UTC and nothing else. Pure.

Python compares two times of one zone by their wall clocks, and calls a time that a clock change repeats unequal to
every other zone's (PEP 495). So a record that is stored, compared or hashed holds UTC, with the zone beside it; a local
time is made only where it is shown or written to a vendor, and from it only a day or an hour is read.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import ClassVar
from zoneinfo import ZoneInfo


def utc(at: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a naive datetime."""
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None:
        raise ValueError(f"a time without a zone: {at}")
    return at.astimezone(UTC)


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant of a wall-clock time, by RFC 5545 3.3.5: a time that exists twice is the first one, a time that does
    not exist is read with the offset from before the gap, so its wall-clock reading is later than `at`."""
    return datetime.combine(day, at.replace(fold=0), zone).astimezone(UTC)


class Instants:
    """Base of every frozen record that holds instants: whatever zone they come in, they are kept in UTC. Raises
    ValueError for a naive datetime."""

    _instants: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        own = [name for name, kind in cls.__annotations__.items() if kind in ("datetime", "datetime | None")]
        cls._instants = (*cls._instants, *own)

    def __post_init__(self) -> None:
        for name in self._instants:
            at = getattr(self, name)
            if at is not None and at.tzinfo is not UTC:
                object.__setattr__(self, name, utc(at))


def rfc3339(at: datetime) -> str:
    """RFC 3339 with offset. Raises ValueError for a naive datetime."""
    if at.tzinfo is None:
        raise ValueError(f"a time without a zone: {at}")
    return at.isoformat()


def parse(text: str) -> datetime:
    """The instant (UTC) that `rfc3339` wrote, whatever its offset. Raises ValueError for any other text."""
    return utc(datetime.fromisoformat(text))


def day_in(text: str) -> date | None:
    """The date in a text that others may have written; None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def parse_optional(text: str | None) -> datetime | None:
    return None if text is None else parse(text)
