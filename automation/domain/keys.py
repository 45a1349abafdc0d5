"""Keys: the names of steps, and their exact string form.

A key is `community/series/recurrence-id/kind`, for example `floss-mentoring/monthly-call/2026-12-08/mail:announcement`.
The recurrence id is the local date of the occurrence's *original* start (RFC 5545 3.8.4.4), so a move or a change of
the time zone rules keeps it. A mail or chat post caused by a move, cancellation or restoration ends in `@SEQUENCE`.
Steps of the whole community have no series: `floss-mentoring/page`.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class CallId(NamedTuple):
    """One occurrence of one series of one community; `str()` is the mark left at Google, Zoom and in Drive."""

    community: str
    series: str
    recurrence_id: date

    def __str__(self) -> str:
        return f"{self.community}/{self.series}/{self.recurrence_id.isoformat()}"

    @classmethod
    def parse(cls, text: str) -> CallId:
        """Inverse of `str()`. Raises ValueError for anything else."""
        community, series, day = text.split("/")
        if not community or not series:
            raise ValueError(f"not the mark of a call: {text!r}")
        return cls(community, series, date.fromisoformat(day))

    def step(self, kind: str) -> str:
        """The key of one step of this call; `kind` is for example `mail:reminder` or `mail:moved@2`."""
        return f"{self}/{kind}"


class Key(NamedTuple):
    """The parts of a step's key. `name` is the template's name for `mail:` and `chat:` steps, `sequence` the number
    behind `@`."""

    call: CallId
    kind: str
    name: str | None
    sequence: int | None

    def __str__(self) -> str:
        name = f":{self.name}" if self.name is not None else ""
        sequence = f"@{self.sequence}" if self.sequence is not None else ""
        return f"{self.call}/{self.kind}{name}{sequence}"

    @classmethod
    def parse(cls, text: str) -> Key:
        """Inverse of `str()` for keys of calls. Raises ValueError for anything else."""
        mark, _, step = text.rpartition("/")
        step, _, number = step.partition("@")
        kind, _, name = step.partition(":")
        if not kind:
            raise ValueError(f"not the key of a step: {text!r}")
        return cls(CallId.parse(mark), kind, name or None, int(number) if number else None)


def community_step(community: str, kind: str) -> str:
    """The key of a step that belongs to no single call: `look`, `page`, `digest:2026-12-08`."""
    return f"{community}/{kind}"


def mark_of(key: str) -> str:
    """The mark of the call that a step's key belongs to, or "" for steps of the whole community."""
    mark = key.rpartition("/")[0]
    return mark if mark.count("/") == 2 else ""
