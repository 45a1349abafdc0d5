"""When a step that failed is tried again."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from automation.errors import ServiceError

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=1)
# A step that needs a person is tried again by itself once a day: people mend things without telling the program.
DAILY = timedelta(days=1)
# A vendor that asks for more is asked again after this all the same: the header may be wrong, and asking once costs nothing.
LONGEST_WISH = timedelta(days=1)


def retry_at(error: ServiceError, key: str, attempts: int, now: datetime) -> datetime:
    """The instant of the next attempt: what the vendor asks for, or doubling waits with a jitter that is the same for the same key."""
    wished = _wished(error.retry_after, now)
    if wished is not None:
        return min(max(wished, now + timedelta(seconds=1)), now + LONGEST_WISH)
    wait = min(FIRST * 2 ** min(attempts, 10), LONGEST)
    jitter = int.from_bytes(hashlib.sha256(f"{key}{attempts}".encode()).digest()[:2], "big") / 65535
    return now + timedelta(seconds=wait.total_seconds() * (0.8 + 0.2 * jitter))


def _wished(after: datetime | float | None, now: datetime) -> datetime | None:
    if after is None:
        return None
    return after.astimezone(UTC) if isinstance(after, datetime) else now + timedelta(seconds=after)
