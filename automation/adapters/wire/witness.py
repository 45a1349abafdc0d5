"""What answers say of the time (RFC 9110 6.6.1); nobody is asked for that alone."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol


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
    """When an answer was made: its Date, and if it comes from a cache (RFC 9111 5.1) its Age. None if it does not
    say."""
    try:
        at = email.utils.parsedate_to_datetime(headers.get("Date", ""))
        age = timedelta(seconds=int(headers.get("Age", "0")))
        return None if at.tzinfo is None else at.astimezone(UTC) + age
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
