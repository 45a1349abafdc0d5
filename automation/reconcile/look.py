"""Looking outside: what stands in the calendar and among the meetings now, and what people did there.

One list call each; only what the lists do not show is asked for by id. Nothing is changed outside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from automation.apply.meeting_time import see_to_time
from automation.domain.absent import ABSENT, PURGED, WHY_ABSENT, WHY_BARE, astray, is_astray, vanished
from automation.domain.belonging import ASTRAY
from automation.domain.keys import is_mark, is_of
from automation.domain.ledger import Ledger
from automation.domain.marks import GENERATIONS, MARK, event_id
from automation.domain.model import Config
from automation.domain.outside import Services
from automation.domain.receipts import Book, Receipt
from automation.domain.services import CalendarService, MeetingService, SeenEvent
from automation.reconcile.doubt import put_in_doubt


def look_at_calendar(
    service: CalendarService,
    ledger: Ledger,
    config: Config,
    book: Book,
    now: datetime,
    vouch: Callable[[], None] = lambda: None,
) -> bool:
    """Remember the community's events as they are; False if none of them is to be found. Raises ServiceError, and what
    `vouch` raises before anything is written."""
    listed = service.marked(config.uid, since(config, book, now))
    vouch()
    events = ours(listed, book)
    absent: dict[str, Receipt] = {}
    moved: dict[str, Receipt] = {}
    gone: dict[str, SeenEvent] = {}
    for mark, receipt in _open(book, "event", now).items():
        there = events.get(mark)
        if there is not None and there.id == receipt.data.get("id", there.id):
            continue
        found = _found(service, receipt)
        if found is not None and found.bare and not book.calls[mark].cancelled:
            moved[mark] = receipt
        elif found is not None:
            events[mark] = found
        elif there is None and (
            book.calls[mark].cancelled or receipt.data.get("status") == "cancelled" or receipt.data.get(PURGED)
        ):
            gone[mark] = vanished(mark, receipt)
        elif there is None:
            absent[mark] = receipt
    if absent and is_astray(book, config, len(absent), bool(events or listed or moved)):
        ledger.meta({ASTRAY: astray(book, config, len(absent))})
        return False
    ledger.saw("event", events | gone, now)
    _doubt(ledger, absent, WHY_ABSENT, now)
    _doubt(ledger, moved, WHY_BARE, now)
    _found_again(ledger, book, events, now)
    return True


def _found(service: CalendarService, receipt: Receipt) -> SeenEvent | None:
    """The event by its id. A guest's copy of it, in the calendar of another account, is not it."""
    if receipt.data.get(PURGED) or not receipt.data.get("id"):
        return None
    there = service.get(str(receipt.data["id"]))
    return None if there is not None and there.guest and MARK not in there.private else there


def _doubt(ledger: Ledger, absent: Mapping[str, Receipt], why: str, now: datetime) -> None:
    """An event that is not even in the bin, or left its id alone there, cancels nothing: a person has to say what
    became of it."""
    for receipt in absent.values():
        if not receipt.begun.get(ABSENT):
            put_in_doubt(ledger, replace(receipt, begun={ABSENT: True}), why, now)


def _found_again(ledger: Ledger, book: Book, events: Mapping[str, SeenEvent], now: datetime) -> None:
    """An event that is there again ends the doubt."""
    for mark in events:
        doubted = book.get(f"{mark}/event")
        if doubted is not None and doubted.begun.get(ABSENT):
            ledger.put(replace(doubted, state="done", begun={}, reason=""), now)


def ours(listed: list[SeenEvent], book: Book) -> dict[str, SeenEvent]:
    """Mark -> the call's event. A copy of it, or one date of a series that somebody made of it, carries our marks too
    and is none: what counts is the id in the receipt; without one an id that we make; and only else the mark alone, on
    an event that was taken over.
    """
    found: dict[str, SeenEvent] = {}
    for event in listed:
        mark = event.private.get(MARK, "")
        receipt = book.get(f"{mark}/event")
        known = receipt.data.get("id") if receipt is not None else None
        if not mark or known not in (None, event.id):
            continue
        if mark not in found or _rank(mark, event) > _rank(mark, found[mark]):
            found[mark] = event
    return found


def _rank(mark: str, event: SeenEvent) -> tuple[bool, bool, int]:
    numbers = {event_id(mark, number): number for number in range(GENERATIONS)}
    return event.id in numbers, event.status != "cancelled", numbers.get(event.id, 0)


def since(config: Config, book: Book, now: datetime) -> datetime:
    """How far back calls are still of interest: the wait for a recording and a day, or the oldest call that is still
    open."""
    oldest = [state.end for state in book.open.values()]
    return min([now - timedelta(days=config.recordings.wait_days + 1), *oldest]) - timedelta(days=1)


def _open(book: Book, kind: str, now: datetime) -> dict[str, Receipt]:
    """Mark -> receipt of every call that is not over yet."""
    found = {}
    for mark, state in book.open.items():
        receipt = book.get(f"{mark}/{kind}")
        if state.end > now and receipt is not None and receipt.proven:
            found[mark] = receipt
    return found


def look_at_meetings(
    service: MeetingService,
    ledger: Ledger,
    config: Config,
    book: Book,
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
    for mark, receipt in _open(book, "meeting", now).items():
        if receipt.data.get("deleted"):
            continue
        there = by_id.get(str(receipt.data["id"])) or service.get(str(receipt.data["id"]))
        if there is None:
            _lost(ledger, mark, receipt, now, config.meeting.vendor)
            continue
        marked[mark] = there
        if there.join_url and there.join_url != receipt.data.get("link"):
            receipt = replace(receipt, data={**receipt.data, "link": there.join_url})
            ledger.put(receipt, now)
        see_to_time(service, ledger, receipt, there, now, vendor=config.meeting.vendor)
    ledger.saw("meeting", {mark: meeting for mark, meeting in marked.items() if is_mark(mark)}, now)


def _lost(ledger: Ledger, mark: str, receipt: Receipt, now: datetime, vendor: str) -> None:
    ledger.put(replace(receipt, state="done", digest="", data={**receipt.data, "deleted": True, "link": None}), now)
    ledger.notice(
        {
            f"{receipt.key}#lost-{receipt.data['id']}": (
                f"The {vendor} meeting of {mark} was deleted at {vendor}; a new one is made and its link goes into "
                "the event and the mails still to come. Earlier mails carry the old link."
            )
        },
        now,
    )


def look(
    services: Services,
    ledger: Ledger,
    config: Config,
    now: datetime,
    skip: frozenset[str] = frozenset(),
    vouch: Callable[[], None] = lambda: None,
) -> bool:
    """One whole look; False if it found nothing of ours where the ledger has it. Raises the first ServiceError; what
    was seen before it is remembered. `vouch` is called when a service has answered, and before any of that is
    remembered."""
    if "calendar" not in skip and not look_at_calendar(services.calendar, ledger, config, ledger.book(), now, vouch):
        return False
    if services.meetings is not None and "meeting" not in skip:
        look_at_meetings(services.meetings, ledger, config, ledger.book(), now, vouch)
    return True
