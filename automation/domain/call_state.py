"""What is remembered of a call between two ticks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from automation.domain.instants import Instants
from automation.domain.model import Status

Transition = Literal["", "moved", "cancelled", "restored"]


@dataclass(frozen=True)
class Wanted(Instants):
    """What the config asked for."""

    start: datetime
    end: datetime
    cancelled: bool

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True)
class CallState(Instants):
    """What is remembered of one call. `asked` is the config's wish when it was last followed; while the call is off,
    its time is the one asked for when the call was last to take place. `start`, `end` and `cancelled` are what holds,
    after people's changes too. `outside` is what the event showed when the call was last followed: whatever it was, it
    is accounted for. `announced` = members had heard of the call when it last changed. `transition` is what raised
    `sequence` to its present value, at `changed_at`. `closed` = past, and every step is done or skipped. `title`,
    `zone` and `original_start` keep the call nameable when its series has left the config."""

    asked: Wanted
    start: datetime
    end: datetime
    cancelled: bool
    sequence: int
    original_start: datetime
    title: str
    zone: str
    transition: Transition = ""
    changed_at: datetime | None = None
    previous_start: datetime | None = None
    by_person: bool = False
    reason: str = ""
    announced: bool = False
    outside: Wanted | None = None
    closed: bool = False

    @cached_property
    def shown(self) -> str:
        """All that members are shown of it, in one text; worked out once, for there are many."""
        return shown(self.start, self.end, status=status_of(self), sequence=self.sequence, reason=self.reason)


def shown(start: datetime, end: datetime, status: Status, sequence: int, reason: str) -> str:
    return f"{start.timestamp():.0f} {end.timestamp():.0f} {status} {sequence} {reason}"


def status_of(state: CallState) -> Status:
    return "cancelled" if state.cancelled else "moved" if state.start != state.original_start else "confirmed"
