"""When a vendor wants to be asked again: seconds, an HTTP date, or (Zoom's daily limit) an ISO 8601 date-time."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# Longer waits than this help nobody, and a nonsense number must not overflow a date.
LONGEST_SECONDS = 7 * 24 * 3600.0


def retry_after(headers: Mapping[str, str], body: bytes = b"") -> float | datetime | None:
    """Seconds (at most a week), an aware datetime, or None if the vendor said nothing that can be understood.

    Read from the header `Retry-After` (RFC 9110 10.2.3; Zoom puts an ISO 8601 date-time there), else from `retry_after`
    in a JSON body (Discord, float seconds).
    """
    lower = {name.lower(): value for name, value in headers.items()}
    value = lower.get("retry-after", "").strip()
    found = _seconds(value) if value else None
    if found is not None:
        return found
    return (_instant(value) if value else None) or _from_body(body)


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_SECONDS) if math.isfinite(seconds) else None


def _instant(value: str) -> datetime | None:
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = parse(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        # RFC 9110 5.6.7: an HTTP date is in GMT; Zoom documents its date-time in UTC.
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _from_body(body: bytes) -> float | None:
    if not body.lstrip().startswith(b"{"):
        return None
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return _seconds(found.get("retry_after"))
