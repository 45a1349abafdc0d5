"""One past call and what it left behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from automation.domain.instants import utc
from automation.domain.keys import CallId


@dataclass(frozen=True)
class Entry:
    """One past call. `date` is the local date on which it took place, `start` aware; `recording` and `notes` are
    addresses, or None for what is not there. `archived_at` (aware) is when the entry was first made, `updated_at` when
    it last changed; None if nobody remembers.
    """

    id: CallId
    date: date
    start: datetime
    title: str
    speaker: str | None = None
    recording: str | None = None
    notes: str | None = None
    archived_at: datetime | None = None
    updated_at: datetime | None = None


def tells_the_same(one: Entry, other: Entry) -> bool:
    """To people, whenever it was written down; the same instant by another clock is something else."""
    return _told(one) == _told(other)


def _told(entry: Entry) -> tuple[Entry, str]:
    return replace(entry, start=utc(entry.start), archived_at=None, updated_at=None), entry.start.isoformat()


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    """By start; calls of several series at the same instant by their names."""
    return sorted(sorted(entries, key=lambda entry: entry.id), key=lambda entry: entry.start, reverse=True)
