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
from typing import Any

from automation.domain.absent import ABSENT, PURGED
from automation.domain.belonging import ASTRAY, Belonging, belonging_row, resolved
from automation.domain.errors import Conflict, Permanent, Stopped
from automation.domain.ledger import Ledger
from automation.domain.marks import MARK
from automation.domain.model import Config
from automation.domain.receipts import Book, Receipt
from automation.domain.services import CalendarService, MeetingService, SeenEvent

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
    book: Book,
    now: datetime,
    calendar: CalendarService,
    old: CalendarService | None,
    meetings: MeetingService | None,
    *,
    elsewhere: bool,
) -> Handover:
    """What becomes of the coming calls. `old`: the calendar in which the events stood, as the new login sees it;
    `elsewhere`: the account that has the meetings is another one. Nothing is changed. Raises ServiceError."""
    events = {mark: receipt for mark, receipt in _coming(book, "event", now).items() if not receipt.data.get(PURGED)}
    places = {mark: _place(receipt, calendar, old) for mark, receipt in events.items()}
    links = {
        mark: receipt for mark, receipt in _coming(book, "meeting", now).items() if not receipt.data.get("deleted")
    }
    there = {
        mark: not elsewhere or (meetings is not None and meetings.get(str(receipt.data["id"])) is not None)
        for mark, receipt in links.items()
    }
    return Handover(
        stays=_those(places, "stays"),
        moves=_those(places, "moves"),
        anew=_those(places, "anew"),
        meetings_kept=_those(there, True),
        meetings_anew=_those(there, False) if meetings is not None else (),
    )


def _coming(book: Book, kind: str, now: datetime) -> dict[str, Receipt]:
    found = {}
    for mark, state in book.calls.items():
        receipt = book.get(f"{mark}/{kind}")
        if (
            state.end > now
            and not state.closed
            and not state.cancelled
            and receipt is not None
            and receipt.proven
            and receipt.data.get("id")
        ):
            found[mark] = receipt
    return found


def _place(receipt: Receipt, calendar: CalendarService, old: CalendarService | None) -> str:
    number = str(receipt.data["id"])
    if _is_ours(calendar.get(number)):
        return "stays"
    try:
        seen = old.get(number) if old is not None else None
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
    present: Belonging,
    old: CalendarService | None,
    now: datetime,
) -> tuple[str, ...]:
    """Move what is to be moved and write down the rest; the marks of calls whose event could not be moved and is made
    anew instead. Raises ServiceError; then it can be begun again."""
    refused = tuple(
        mark
        for mark in found.moves
        if old is None or not _moved(ledger, config, mark, old, resolved(present) or present.calendar, now)
    )
    book = ledger.book()
    for mark in found.stays:
        receipt = book.receipts[f"{mark}/event"]
        ledger.put(_standing(receipt, config.calendar.id), now)
    for mark in (*found.anew, *refused):
        old_one = book.receipts[f"{mark}/event"]
        data = {"generation": old_one.data.get("generation", 0)}
        ledger.put(Receipt(old_one.key, "failed", data=data, begun={"own": True}, reason=MADE_ANEW), now)
    for mark in found.meetings_anew:
        meeting = book.receipts[f"{mark}/meeting"]
        told = MEETING_ANEW.format(vendor=config.meeting.vendor, call=mark)
        ledger.put(replace(meeting, state="done", digest="", data={**meeting.data, "deleted": True, "link": None}), now)
        ledger.notice({f"{meeting.key}#handed-over-{meeting.data['id']}": told}, now)
    ledger.saw("event", {}, now)
    ledger.meta({**belonging_row(known, present), ASTRAY: ""})
    return refused


def _standing(receipt: Receipt, calendar: str) -> Receipt:
    """The event is where it should be. Its etag and its organizer are others in another calendar."""
    data: dict[str, Any] = {**receipt.data, "calendar": calendar}
    data.pop("etag", None)
    data.pop("organizer", None)
    state, begun = ("done", {}) if receipt.begun.get(ABSENT) else (receipt.state, receipt.begun)
    return replace(receipt, state=state, begun=begun, data=data)


def _moved(ledger: Ledger, config: Config, mark: str, old: CalendarService, to: str, now: datetime) -> bool:
    """Move one event; False where that is refused."""
    receipt = ledger.book().receipts[f"{mark}/event"]
    try:
        old.move(str(receipt.data["id"]), to)
    except (Permanent, Stopped, Conflict):
        return False
    ledger.put(_standing(receipt, config.calendar.id), now)
    return True
