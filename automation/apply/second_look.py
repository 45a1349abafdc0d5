"""A list that does not show a new thing is believed only at the second look.

Vendors carry out a request whose answer was lost up to minutes later, and show new things in their lists only after a
while. Whoever makes the thing again at the first look has made two.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from automation.apply.context import Means, Unsettled
from automation.domain.instants import moment, rfc3339

SECOND_LOOK = timedelta(minutes=4)


def not_listed(begun: Mapping[str, Any], now: datetime, what: str) -> Unsettled | None:
    """What to do if a thing that may have been made is not listed: look once more later, or None if this was that
    second look."""
    first = moment(begun.get("looked"))
    if first is not None and first + SECOND_LOOK <= now:
        return None
    first = first if first is not None and first <= now else now
    reason = (
        f"the answer to an earlier attempt was lost, and {what} is not listed; it is looked for once more before that"
        " is believed"
    )
    return Unsettled(reason, first + SECOND_LOOK, {**begun, "looked": rfc3339(first), "looked_for": what})


def begin_anew(means: Means, key: str) -> None:
    """Forget the looks of an earlier attempt before the thing is made again: what comes of this attempt needs two looks
    of its own."""
    if "looked" in means.begun:
        means.ledger.begun(key, means.now, without_looks(means.begun))


def without_looks(begun: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in begun.items() if name not in ("looked", "looked_for")}
