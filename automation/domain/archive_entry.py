"""One past call and what it left behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

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


Consent = Literal["publish", "ask", "never"]


@dataclass(frozen=True)
class Line:
    """What archive.toml says of one call; empty where it says nothing. `held` is the local date on which the call took
    place, `start` aware; `recordings` are addresses, `minutes` how long the recording is."""

    id: CallId
    held: date
    start: datetime
    title: str = ""
    speaker: str = ""
    abstract: str = ""
    slides: str = ""
    recordings: tuple[str, ...] = ()
    notes: str = ""
    minutes: int = 0
    consent: Consent = "publish"


def with_lines(entries: Iterable[Entry], lines: Iterable[Line], titles: Mapping[str, str]) -> list[Entry]:
    """The entries as archive.toml has them: what it says holds, and a call that only it knows is one more. Without
    consent there is no recording. `titles`: of each series."""
    found = {entry.id: entry for entry in entries}
    for line in lines:
        usual = titles.get(line.id.series, line.id.series)
        known = found.get(line.id) or Entry(id=line.id, date=line.held, start=line.start, title=usual)
        recording = (line.recordings[0] if line.recordings else known.recording) if line.consent == "publish" else None
        found[line.id] = replace(
            known,
            date=line.held,
            start=line.start if line.held != known.date else known.start,
            title=line.title or known.title,
            speaker=line.speaker or known.speaker,
            recording=recording,
            notes=line.notes or known.notes,
        )
    return list(found.values())
