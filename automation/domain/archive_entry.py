"""One past call and what it left behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

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


def entry_of(community: str, data: Mapping[str, Any]) -> Entry:
    """The entry in a receipt's data: the keys of `archive.json` and, optionally, `archived_at` and `updated_at`. Raises
    KeyError or ValueError for data that holds none."""
    archived_at, updated_at = data.get("archived_at"), data.get("updated_at")
    return Entry(
        id=CallId(community, data["series"], date.fromisoformat(data["recurrence_id"])),
        date=date.fromisoformat(data["date"]),
        start=datetime.fromisoformat(data["start"]),
        title=data["title"],
        speaker=data["speaker"],
        recording=data["recording"],
        notes=data["notes"],
        archived_at=datetime.fromisoformat(archived_at) if archived_at else None,
        updated_at=datetime.fromisoformat(updated_at) if updated_at else None,
    )


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    """By start; calls of several series at the same instant by their names."""
    return sorted(sorted(entries, key=lambda entry: entry.id), key=lambda entry: entry.start, reverse=True)
