"""What is matched with what, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from automation.domain.instants import Instants
from automation.domain.keys import CallId

Kind = Literal["recording", "notes", "slides"]


@dataclass(frozen=True)
class Source(Instants):
    """A file or a heading: its name as people typed it, its address, and when it was put there (None if nobody
    knows)."""

    source: Literal["drive", "notes"]
    name: str
    link: str
    kind: Kind = "recording"
    created: datetime | None = None
    mark: str = ""


@dataclass(frozen=True)
class HeldCall(Instants):
    """A call of the past. `held` is the local date on which it took place, `days` the dates that its hours had
    elsewhere, UTC among them; `title` is that of its series."""

    id: CallId
    held: date
    start: datetime
    end: datetime
    title: str
    days: frozenset[date] = frozenset()
    cancelled: bool = False


@dataclass(frozen=True)
class Match:
    """`confidence` is from 0 to 1. `speaker` is empty unless the name tells one."""

    source: Source
    call: HeldCall
    confidence: float
    reason: str
    speaker: str = ""


@dataclass(frozen=True)
class Unmatched:
    """What belongs to no call, as far as can be told, and why."""

    source: Source
    reason: str


@dataclass(frozen=True)
class Proposal:
    """Matches in order of their calls, and the rest in the order in which it was found."""

    matches: tuple[Match, ...]
    unmatched: tuple[Unmatched, ...]
