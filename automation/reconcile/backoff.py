"""When a step that failed is tried again."""

from __future__ import annotations

import hashlib
import math
from datetime import UTC, datetime, timedelta

from automation.domain.errors import ServiceError
from automation.domain.receipts import SETTLES

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=1)
# A step that needs a person is tried again by itself once a day: people mend things without telling the program.
DAILY = timedelta(days=1)
# A vendor that asks for more is asked again after this all the same: the header may be wrong, and asking once costs
# nothing.
LONGEST_WISH = timedelta(days=1)
SHORTEST_WISH = timedelta(seconds=1)


def retry_at(error: ServiceError, key: str, attempts: int, now: datetime) -> datetime:
    """The instant of the next attempt: what the vendor asks for, or doubling waits with a jitter that is the same for
    the same key."""
    wished = _wished(error.retry_after, now)
    if wished is not None:
        return wished
    wait = min(FIRST * 2 ** min(attempts, 10), LONGEST)
    jitter = int.from_bytes(hashlib.sha256(f"{key}{attempts}".encode()).digest()[:2], "big") / 65535
    return now + timedelta(seconds=wait.total_seconds() * (0.8 + 0.2 * jitter))


def ask_at(error: ServiceError, key: str, attempts: int, now: datetime) -> datetime:
    """When it is asked what became of a request whose answer was lost: not while it may still be under way."""
    return max(now + SETTLES, retry_at(error, key, attempts - 1, now))


def _wished(after: datetime | float | None, now: datetime) -> datetime | None:
    """The vendor's wish, held within reason before it is reckoned with: what stands in a header may be any number or
    date."""
    soonest, latest = now + SHORTEST_WISH, now + LONGEST_WISH
    if isinstance(after, datetime):
        return min(max(after, soonest), latest).astimezone(UTC)
    if after is None or math.isnan(after):
        return None
    return now + timedelta(seconds=min(max(after, SHORTEST_WISH.total_seconds()), LONGEST_WISH.total_seconds()))
