"""Is the clock right? Services say in each answer what time it is (RFC 9110 6.6.1); nobody is asked for that alone.

A board without a battery may wake up years ahead, and every call would be over.
"""

from __future__ import annotations

import email.utils
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

# Vendors' clocks are right to the second; ours may be somewhat off without harm.
TOLERANCE = timedelta(minutes=10)


class Heard(Protocol):
    """An answer's headers, whatever library it is of."""

    @property
    def headers(self) -> Mapping[str, str]: ...


@dataclass
class Witness:
    """Collects what answers say of the time, as (what they said, monotonic seconds when they said it)."""

    said: list[tuple[datetime, float]] = field(default_factory=list)

    def heard(self, answer: Heard) -> None:
        """Take note of an answer."""
        at = read_date(answer.headers)
        if at is not None:
            self.said.append((at, time.monotonic()))

    def now(self) -> list[datetime]:
        """What each of them would say now."""
        there = time.monotonic()
        return [at + timedelta(seconds=there - then) for at, then in self.said]


def read_date(headers: Mapping[str, str]) -> datetime | None:
    """When an answer was made: its Date, and if it comes from a cache (RFC 9111 5.1) its Age. None if it does not say."""
    try:
        at = email.utils.parsedate_to_datetime(headers.get("Date", ""))
        age = timedelta(seconds=int(headers.get("Age", "0")))
        return None if at.tzinfo is None else at.astimezone(UTC) + age
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def off(said: list[datetime], machine: datetime, now: datetime, *, given: bool) -> datetime | None:
    """The time that it really is, if our clock is wrong by all that was `said`; None if it is not, or nobody said anything.

    `machine` is this machine's clock, `now` the instant of the tick; all are of the same moment. One service that agrees is enough: that two clocks
    are wrong by the same is no accident. A `given` instant was chosen on purpose if the machine's own clock is right; so it was where the
    services live by it, too.
    """
    ours = (machine, now) if given else (now,)
    if not said or any(abs(at - clock) <= TOLERANCE for at in said for clock in ours):
        return None
    return sorted(said)[len(said) // 2]


def sentence(now: datetime, really: datetime) -> str:
    """For a person."""
    return (
        f"this machine's clock says {now.astimezone(UTC):%Y-%m-%d %H:%M} UTC, but the services say that it is {really:%Y-%m-%d %H:%M} UTC; "
        "nothing is sent or given up until the clock is right. Set it (`timedatectl set-ntp true`)"
    )
