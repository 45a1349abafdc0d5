"""A list that does not show a new thing is believed only at the second look.

Vendors carry out a request whose answer was lost up to minutes later, and show new things in their lists only after a
while. Whoever makes the thing again at the first look has made two.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from automation.apply.context import StepContext, Unsettled
from automation.domain.begun import DigestBegun, MailBegun, MeetingBegun, NotesBegun, RecordingBegun

SECOND_LOOK = timedelta(minutes=4)
Look = TypeVar("Look", MailBegun, DigestBegun, MeetingBegun, NotesBegun, RecordingBegun)


def not_listed(begun: Look, now: datetime, what: str) -> Unsettled | None:
    """What to do if a thing that may have been made is not listed: look once more later, or None if this was that
    second look."""
    first = begun.looked
    if first is not None and first + SECOND_LOOK <= now:
        return None
    first = first if first is not None and first <= now else now
    reason = (
        f"the answer to an earlier attempt was lost, and {what} is not listed; it is looked for once more before that"
        " is believed"
    )
    return Unsettled(reason, first + SECOND_LOOK, replace(begun, looked=first))


def begin_anew(context: StepContext, key: str, begun: Look) -> None:
    """Forget the looks of an earlier attempt before the thing is made again: what comes of this attempt needs two looks
    of its own."""
    if begun.looked is not None:
        context.ledger.begun(key, context.now, without_looks(begun))


def without_looks(begun: Look) -> Look:
    return replace(begun, looked=None)
