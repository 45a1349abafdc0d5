"""Looking outside: what stands in the calendar and at Zoom now, and what people did there.

One list call each; only what the lists do not show is asked for by id. Nothing is changed outside.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from automation.freeze import parse
from automation.ledger import Ledger
from automation.marks import GENERATIONS, MARK, event_id
from automation.means import Services
from automation.meeting_time import see_to_time
from automation.model import Config
from automation.receipts import Book, Receipt
from automation.services import CalendarService, MeetingService, SeenEvent, SeenMeeting


def look_at_calendar(service: CalendarService, ledger: Ledger, config: Config, book: Book, now: datetime) -> None:
    """Remember the community's events as they are. Raises ServiceError."""
    listed = service.marked(config.uid, since(config, book, now))
    events = ours(listed, book)
    for mark, receipt in _open(book, "event", now).items():
        if mark not in events and receipt.data.get("calendar") == config.calendar.id:
            events[mark] = service.get(str(receipt.data["id"])) or _vanished(mark, receipt)
        elif mark in events and events[mark].id != receipt.data.get("id") and receipt.data.get("id"):
            events[mark] = service.get(str(receipt.data["id"])) or events[mark]
    ledger.saw("event", events, now)


def ours(listed: list[SeenEvent], book: Book) -> dict[str, SeenEvent]:
    """Mark -> the call's event. A copy of it, or one date of a series that somebody made of it, carries our marks too and is none: what
    counts is the id in the receipt; without one an id that we make; and only else the mark alone, on an event that was taken over."""
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
    """How far back calls are still of interest: the wait for a recording and a day, or the oldest call that is still open."""
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


def _vanished(mark: str, receipt: Receipt) -> SeenEvent:
    """An event that is not even in the bin any more counts as deleted."""
    data = receipt.data
    return SeenEvent(
        id=str(data["id"]), etag="", status="cancelled", start=parse(data["start"]), end=parse(data["end"]), summary="", location="",
        description="", private={MARK: mark}, html_link="",
    )  # fmt: skip


def look_at_meetings(service: MeetingService, ledger: Ledger, config: Config, book: Book, now: datetime) -> None:
    """Remember the community's meetings as they are; a meeting that a person deleted is noted, so that it is made again, and a changed
    join link is taken over. Raises ServiceError."""
    listed = service.meetings()
    marked = {meeting.agenda.strip(): meeting for meeting in listed if meeting.agenda.strip().startswith(f"{config.uid}/")}
    by_id = {meeting.id: meeting for meeting in listed}
    for mark, receipt in _open(book, "meeting", now).items():
        if receipt.data.get("deleted"):
            continue
        there = by_id.get(str(receipt.data["id"])) or service.get(str(receipt.data["id"]))
        if there is None:
            _lost(ledger, mark, receipt, now)
            continue
        marked[mark] = there
        if there.join_url and there.join_url != receipt.data.get("link"):
            receipt = replace(receipt, data={**receipt.data, "link": there.join_url})
            ledger.put(receipt, now)
        see_to_time(service, ledger, receipt, there, now)
    ledger.saw("meeting", {mark: meeting for mark, meeting in marked.items() if _is_mark(mark)}, now)


def _is_mark(text: str) -> bool:
    return text.count("/") == 2


def _lost(ledger: Ledger, mark: str, receipt: Receipt, now: datetime) -> None:
    ledger.put(replace(receipt, state="done", digest="", data={**receipt.data, "deleted": True, "link": None}), now)
    ledger.notice(
        {f"{receipt.key}#lost-{receipt.data['id']}": f"The Zoom meeting of {mark} was deleted at Zoom; a new one is made and its link goes into "
         "the event and the mails still to come. Earlier mails carry the old link."},
        now,
    )  # fmt: skip


def look(services: Services, ledger: Ledger, config: Config, now: datetime, skip: frozenset[str] = frozenset()) -> None:
    """One whole look. Raises the first ServiceError; what was seen before it is remembered."""
    if "calendar" not in skip:
        look_at_calendar(services.calendar, ledger, config, ledger.book(), now)
    if services.meetings is not None and "zoom" not in skip:
        look_at_meetings(services.meetings, ledger, config, ledger.book(), now)


def seen_meeting(book: Book, mark: str) -> SeenMeeting | None:
    return book.seen.meetings.get(mark)
