"""Looking outside: what stands in the calendar and among the meetings now, and what people did there.

One list call each; only what the lists do not show is asked for by id. Nothing is changed outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from automation.apply.meeting_time import see_to_time
from automation.domain.absent import WHY_ABSENT, WHY_BARE, astray, is_astray, vanished
from automation.domain.begun import EventBegun
from automation.domain.belonging import ASTRAY
from automation.domain.keys import is_mark, is_of, mark_of
from automation.domain.ledger import Ledger
from automation.domain.marks import GENERATIONS, MARK, event_id
from automation.domain.model import Config
from automation.domain.outside import Services
from automation.domain.proofs import EventProof, MeetingProof
from automation.domain.receipts import LedgerSnapshot, Receipt
from automation.domain.services import CalendarService, MeetingService, SeenEvent
from automation.domain.steps import Left
from automation.reconcile.doubt import put_in_doubt


def look_at_calendar(
    service: CalendarService,
    ledger: Ledger,
    config: Config,
    snapshot: LedgerSnapshot,
    *,
    now: datetime,
    vouch: Callable[[], None] = lambda: None,
) -> bool:
    """Remember the community's events as they are; False if none of them is to be found. Raises ServiceError, and what
    `vouch` raises before anything is written."""
    listed = service.marked(config.uid, since(config, snapshot, now))
    vouch()
    events = ours(listed, snapshot)
    absent: dict[str, Receipt] = {}
    moved: dict[str, Receipt] = {}
    gone: dict[str, SeenEvent] = {}
    for mark, receipt, event in _open(snapshot, "event", EventProof, now):
        there = events.get(mark)
        if there is not None and there.id == event.id:
            continue
        found = _found(service, event)
        if found is not None and found.bare and not snapshot.calls[mark].cancelled:
            moved[mark] = receipt
        elif found is not None:
            events[mark] = found
        elif there is None and (snapshot.calls[mark].cancelled or event.status == "cancelled" or event.purged):
            gone[mark] = vanished(mark, event)
        elif there is None:
            absent[mark] = receipt
    if absent and is_astray(snapshot, config, len(absent), bool(events or listed or moved)):
        ledger.meta({ASTRAY: astray(snapshot, config, len(absent))})
        return False
    ledger.saw("event", events | gone, now)
    _doubt(ledger, absent, WHY_ABSENT, now)
    _doubt(ledger, moved, WHY_BARE, now)
    _found_again(ledger, snapshot, events, now)
    return True


def _found(service: CalendarService, event: EventProof) -> SeenEvent | None:
    """The event by its id. A guest's copy of it, in the calendar of another account, is not it."""
    if event.purged:
        return None
    there = service.get(event.id)
    return None if there is not None and there.guest and MARK not in there.private else there


def _doubt(ledger: Ledger, absent: Mapping[str, Receipt], why: str, now: datetime) -> None:
    """An event that is not even in the bin, or left its id alone there, cancels nothing: a person has to say what
    became of it."""
    for receipt in absent.values():
        if not _is_absent(receipt):
            put_in_doubt(ledger, replace(receipt, begun=EventBegun(absent=True)), why, now)


def _is_absent(receipt: Receipt) -> bool:
    begun = receipt.attempt(EventBegun)
    return begun is not None and begun.absent


def _found_again(ledger: Ledger, snapshot: LedgerSnapshot, events: Mapping[str, SeenEvent], now: datetime) -> None:
    """An event that is there again ends the doubt."""
    for mark in events:
        doubted = snapshot.get(f"{mark}/event")
        if doubted is not None and _is_absent(doubted):
            ledger.put(replace(doubted, state="done", begun=None, reason=""), now)


def ours(listed: list[SeenEvent], snapshot: LedgerSnapshot) -> dict[str, SeenEvent]:
    """Mark -> the call's event. A copy of it, or one date of a series that somebody made of it, carries our marks too
    and is none: what counts is the id in the receipt; without one an id that we make; and only else the mark alone, on
    an event that was taken over.
    """
    found: dict[str, SeenEvent] = {}
    for event in listed:
        mark = event.private.get(MARK, "")
        known = snapshot.left(f"{mark}/event", EventProof)
        if not mark or (known is not None and known.id != event.id):
            continue
        if mark not in found or _rank(mark, event) > _rank(mark, found[mark]):
            found[mark] = event
    return found


def _rank(mark: str, event: SeenEvent) -> tuple[bool, bool, int]:
    numbers = {event_id(mark, number): number for number in range(GENERATIONS)}
    return event.id in numbers, event.status != "cancelled", numbers.get(event.id, 0)


def since(config: Config, snapshot: LedgerSnapshot, now: datetime) -> datetime:
    """How far back calls are still of interest: the wait for a recording and a day, or the oldest call that is still
    open."""
    oldest = [state.end for state in snapshot.open.values()]
    return min([now - timedelta(days=config.recordings.wait_days + 1), *oldest]) - timedelta(days=1)


def _open(snapshot: LedgerSnapshot, kind: str, proof: type[Left], now: datetime) -> Iterator[tuple[str, Receipt, Left]]:
    """Mark, receipt and proof of every call that is not over yet."""
    for mark, state in snapshot.open.items():
        receipt = snapshot.get(f"{mark}/{kind}")
        left = receipt.left(proof) if receipt is not None else None
        if state.end > now and receipt is not None and left is not None:
            yield mark, receipt, left


def look_at_meetings(
    service: MeetingService,
    ledger: Ledger,
    config: Config,
    snapshot: LedgerSnapshot,
    *,
    now: datetime,
    vouch: Callable[[], None] = lambda: None,
) -> None:
    """Remember the community's meetings as they are; a meeting that a person deleted is noted, so that it is made
    again, and a changed join link is taken over. Raises ServiceError, and what `vouch` raises before anything is
    written."""
    listed = service.meetings()
    vouch()
    marked = {meeting.agenda.strip(): meeting for meeting in listed if is_of(config.uid, meeting.agenda.strip())}
    by_id = {meeting.id: meeting for meeting in listed}
    for mark, receipt, meeting in _open(snapshot, "meeting", MeetingProof, now):
        if meeting.deleted:
            continue
        there = by_id.get(meeting.id) or service.get(meeting.id)
        if there is None:
            _lost(ledger, receipt, meeting=meeting, now=now, vendor=config.meeting.vendor)
            continue
        marked[mark] = there
        if there.join_url and there.join_url != meeting.link:
            receipt = replace(receipt, data=replace(meeting, link=there.join_url))
            ledger.put(receipt, now)
        see_to_time(service, ledger, receipt=receipt, listed=there, now=now, vendor=config.meeting.vendor)
    ledger.saw("meeting", {mark: meeting for mark, meeting in marked.items() if is_mark(mark)}, now)


def _lost(ledger: Ledger, receipt: Receipt, meeting: MeetingProof, now: datetime, vendor: str) -> None:
    gone = replace(meeting, deleted=True, link=None)
    ledger.put(replace(receipt, state="done", fingerprint="", data=gone), now)
    ledger.notice(
        {
            f"{receipt.key}#lost-{meeting.id}": (
                f"The {vendor} meeting of {mark_of(receipt.key)} was deleted at {vendor}; a new one is made and its"
                " link goes into the event and the mails still to come. Earlier mails carry the old link."
            )
        },
        now,
    )


def look(
    services: Services,
    ledger: Ledger,
    config: Config,
    now: datetime,
    *,
    skip: frozenset[str] = frozenset(),
    vouch: Callable[[], None] = lambda: None,
) -> bool:
    """One whole look; False if it found nothing of ours where the ledger has it. Raises the first ServiceError; what
    was seen before it is remembered. `vouch` is called when a service has answered, and before any of that is
    remembered."""
    if "calendar" not in skip and not look_at_calendar(
        services.calendar, ledger, config=config, snapshot=ledger.snapshot(), now=now, vouch=vouch
    ):
        return False
    if services.meetings is not None and "meeting" not in skip:
        look_at_meetings(services.meetings, ledger, config=config, snapshot=ledger.snapshot(), now=now, vouch=vouch)
    return True
