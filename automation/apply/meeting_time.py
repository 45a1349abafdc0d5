"""Whether a meeting stands at the time that was asked for, and what follows if not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from automation.domain.keys import mark_of
from automation.domain.ledger import Ledger
from automation.domain.proofs import MeetingProof
from automation.domain.receipts import Receipt
from automation.domain.services import MeetingService, SeenMeeting

# Zoom may round a start to the minute.
ROUNDED = timedelta(minutes=1)


def see_to_time(
    service: MeetingService, ledger: Ledger, receipt: Receipt, listed: SeenMeeting, now: datetime, *, vendor: str
) -> None:
    """A meeting that stands elsewhere is changed once; if that did not help, the organizers are told, once."""
    meeting = receipt.left(MeetingProof)
    wanted = meeting.start if meeting is not None else None
    if (
        meeting is None
        or wanted is None
        or wanted <= now
        or receipt.state != "done"
        or not receipt.fingerprint
        or not is_elsewhere(listed, wanted)
    ):
        return
    there = service.get(listed.id)  # the list may be behind
    if there is None or not is_elsewhere(there, wanted):
        return
    if meeting.mended == wanted:
        ledger.notice(elsewhere(receipt.key, there, wanted, vendor), now)
    else:
        ledger.put(replace(receipt, fingerprint="", data=replace(meeting, mended=wanted)), now)


def is_elsewhere(meeting: SeenMeeting, wanted: datetime) -> bool:
    """It certainly stands at another instant. Compared in seconds since 1970: times in a fold equal no other zone's
    (PEP 495)."""
    return meeting.start is not None and abs(meeting.start.timestamp() - wanted.timestamp()) >= ROUNDED.total_seconds()


def elsewhere(key: str, meeting: SeenMeeting, wanted: datetime, vendor: str) -> Mapping[str, str]:
    """What the organizers are told, by the key of the concern. `vendor`: who has the meeting."""
    assert meeting.start is not None
    text = (
        f"The {vendor} meeting {meeting.id} of {mark_of(key)} stands at {meeting.start:%Y-%m-%d %H:%M} UTC"
        f" instead of {wanted.astimezone(UTC):%Y-%m-%d %H:%M} UTC, and {vendor} did not take the change. Set its time"
        f" by hand in {vendor}."
    )
    return {f"{key}#time-{meeting.id}-{wanted.astimezone(UTC):%Y%m%dT%H%M}": text}
