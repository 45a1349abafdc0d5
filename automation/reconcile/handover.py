"""A ledger goes over to another Google account, calendar, account that has the meetings, document or Group: what
becomes of each call, and carrying it out.

Past calls stay as they are. A coming event stays where it is if the new login finds it in the configured calendar; it
is moved there where the new login may do that; otherwise the next tick makes another one. No call is cancelled, and
none loses its SEQUENCE.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from automation.domain.begun import EventBegun
from automation.domain.belonging import ASTRAY, Belonging, belonging_row, resolved
from automation.domain.errors import Conflict, Permanent, Stopped
from automation.domain.ledger import Ledger
from automation.domain.marks import MARK
from automation.domain.model import Config
from automation.domain.proofs import EventProof, MadeAnew, MeetingProof
from automation.domain.receipts import LedgerSnapshot, Receipt
from automation.domain.services import CalendarService, MeetingService, SeenEvent
from automation.domain.steps import Left

MADE_ANEW = "it is made anew, since the ledger was handed over"
MEETING_ANEW = (
    "The {vendor} meeting of {call} belongs to another {vendor} account; a new one is made and its link goes into the"
    " event and the mails still to come. Earlier mails carry the old link."
)


@dataclass(frozen=True)
class Handover:
    """Marks of calls: whose event stays in its place, is moved into the configured calendar, or is made anew; whose
    meeting is kept or made anew."""

    stays: tuple[str, ...] = ()
    moves: tuple[str, ...] = ()
    anew: tuple[str, ...] = ()
    meetings_kept: tuple[str, ...] = ()
    meetings_anew: tuple[str, ...] = ()


def survey(
    snapshot: LedgerSnapshot,
    now: datetime,
    calendar: CalendarService,
    old: CalendarService | None,
    meetings: MeetingService | None,
    *,
    elsewhere: bool,
) -> Handover:
    """What becomes of the coming calls. `old`: the calendar in which the events stood, as the new login sees it;
    `elsewhere`: the account that has the meetings is another one. Nothing is changed. Raises ServiceError."""
    events = _coming(snapshot, "event", EventProof, now)
    places = {mark: _place(event, calendar, old) for mark, event in events.items() if not event.purged}
    there = {
        mark: not elsewhere or (meetings is not None and meetings.get(meeting.id) is not None)
        for mark, meeting in _coming(snapshot, "meeting", MeetingProof, now).items()
        if not meeting.deleted
    }
    return Handover(
        stays=_those(places, "stays"),
        moves=_those(places, "moves"),
        anew=_those(places, "anew"),
        meetings_kept=_those(there, True),
        meetings_anew=_those(there, False) if meetings is not None else (),
    )


def _coming(snapshot: LedgerSnapshot, kind: str, proof: type[Left], now: datetime) -> dict[str, Left]:
    found = {}
    for mark, state in snapshot.calls.items():
        left = snapshot.left(f"{mark}/{kind}", proof)
        if state.end > now and not state.closed and not state.cancelled and left is not None:
            found[mark] = left
    return found


def _place(event: EventProof, calendar: CalendarService, old: CalendarService | None) -> str:
    if _is_ours(calendar.get(event.id)):
        return "stays"
    try:
        seen = old.get(event.id) if old is not None else None
    except Permanent:
        seen = None
    return "moves" if seen is not None and _is_ours(seen) and seen.status != "cancelled" else "anew"


def _is_ours(seen: SeenEvent | None) -> bool:
    """The event itself, not the copy of it in a guest's calendar."""
    return seen is not None and not (seen.guest and MARK not in seen.private)


def _those(marks: Mapping[str, object], what: object) -> tuple[str, ...]:
    return tuple(sorted(mark for mark, found in marks.items() if found == what))


def carry_out(
    ledger: Ledger,
    config: Config,
    found: Handover,
    known: Belonging | None,
    *,
    present: Belonging,
    old: CalendarService | None,
    now: datetime,
) -> tuple[str, ...]:
    """Move what is to be moved and write down the rest; the marks of calls whose event could not be moved and is made
    anew instead. Raises ServiceError; then it can be begun again."""
    refused = tuple(
        mark
        for mark in found.moves
        if old is None
        or not _moved(ledger, config, mark=mark, old=old, to=resolved(present) or present.calendar, now=now)
    )
    snapshot = ledger.snapshot()
    for mark in found.stays:
        receipt = snapshot.receipts[f"{mark}/event"]
        ledger.put(_standing(receipt, config.calendar.id), now)
    for mark in (*found.anew, *refused):
        event = snapshot.left(f"{mark}/event", EventProof)
        data = MadeAnew(event.generation or 0 if event is not None else 0)
        ledger.put(Receipt(f"{mark}/event", "failed", data=data, begun=EventBegun(own=True), reason=MADE_ANEW), now)
    for mark in found.meetings_anew:
        receipt = snapshot.receipts[f"{mark}/meeting"]
        meeting = receipt.left(MeetingProof)
        assert meeting is not None
        told = MEETING_ANEW.format(vendor=config.meeting.vendor, call=mark)
        gone = replace(meeting, deleted=True, link=None)
        ledger.put(replace(receipt, state="done", fingerprint="", data=gone), now)
        ledger.notice({f"{receipt.key}#handed-over-{meeting.id}": told}, now)
    ledger.saw("event", {}, now)
    ledger.meta({**belonging_row(known, present), ASTRAY: ""})
    return refused


def _standing(receipt: Receipt, calendar: str) -> Receipt:
    """The event is where it should be. Its etag and its organizer are others in another calendar."""
    event, begun = receipt.left(EventProof), receipt.attempt(EventBegun)
    data = replace(event, calendar=calendar, etag="", organizer="") if event is not None else receipt.data
    if begun is not None and begun.absent:
        return replace(receipt, state="done", begun=None, data=data)
    return replace(receipt, data=data)


def _moved(ledger: Ledger, config: Config, mark: str, old: CalendarService, *, to: str, now: datetime) -> bool:
    """Move one event; False where that is refused."""
    receipt = ledger.snapshot().receipts[f"{mark}/event"]
    event = receipt.left(EventProof)
    assert event is not None
    try:
        old.move(event.id, to)
    except (Permanent, Stopped, Conflict):
        return False
    ledger.put(_standing(receipt, config.calendar.id), now)
    return True
