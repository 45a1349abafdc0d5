"""What a ledger in doubt is completed with from sent mail, from the notes document and from Drive: each asked by
itself."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime, timedelta

from automation.apply.notes import find_heading
from automation.domain.begun import MailBegun
from automation.domain.errors import Permanent
from automation.domain.instants import day_in, parse
from automation.domain.keys import CallId, is_of, mark_of, role_of
from automation.domain.ledger import Ledger
from automation.domain.marks import DAY
from automation.domain.model import Config
from automation.domain.outside import Services
from automation.domain.proofs import MailProof, NotesProof, RecordingProof
from automation.domain.receipts import Receipt
from automation.domain.services import DraftMailService

# Mails about a call go out at most this long before it: how far back sent mail is read.
EARLIEST_MAIL = timedelta(days=62)


def take_mail(services: Services, ledger: Ledger, config: Config, marks: set[str], now: datetime, *, dry: bool) -> None:
    """Sent mail and drafts about the calls of these marks, by the key in their headers. Where sent mail may not be
    read, what is due already is in doubt. Raises ServiceError."""
    service = services.drafts
    if service is None or not marks:
        return
    try:
        sent = service.sent(now - EARLIEST_MAIL)
    except Permanent:
        ledger.meta({"unproven": now.isoformat()})
        return
    snapshot = ledger.snapshot()
    for key, headers in sent.items():
        receipt = snapshot.get(key)
        if mark_of(key) in marks and not (receipt is not None and receipt.proven):
            data = MailProof(day_in(headers.get(DAY, "")), message=headers.get("id"))
            at = min(parse(headers["at"]), now) if "at" in headers else now
            ledger.put(Receipt(key, "done", done_at=at, data=data, reason="found in sent mail"), now)
    _take_drafts(service, ledger, config=config, sent=sent, now=now, dry=dry)


def _take_drafts(
    service: DraftMailService, ledger: Ledger, config: Config, sent: Container[str], *, now: datetime, dry: bool
) -> None:
    """A draft left behind is taken up as begun, so that it is sent or removed; one whose mail went out is removed."""
    snapshot = ledger.snapshot()
    for key, draft in service.drafts().items():
        if not is_of(config.uid, key):
            continue
        receipt = snapshot.get(key)
        if key in sent or not mark_of(key) or (receipt is not None and receipt.proven):
            if not dry:
                service.delete_draft(draft)
            continue
        begun = receipt.attempt(MailBegun) if receipt is not None else None
        if receipt is None or receipt.state != "claimed" or begun is None or not begun.draft:
            known = begun.day if begun is not None else None
            ledger.put(Receipt(key, "claimed", begun=MailBegun(draft=draft, day=known)), now)


def take_headings(services: Services, ledger: Ledger, config: Config, noted: list[CallId], now: datetime) -> None:
    """The sections of calls whose time for notes has come. Raises ServiceError."""
    snapshot = ledger.snapshot()
    wanted = [call_id for call_id in noted if not snapshot.proven(call_id.step("notes"))]
    if config.notes.mode != "running" or not wanted:
        return
    headings = services.notes.headings(config.notes.document)
    for call_id in wanted:
        series = next(series for series in config.series if series.uid == call_id.series)
        day = snapshot.calls[str(call_id)].start.astimezone(series.zone).date()
        heading = find_heading(headings, [day, call_id.recurrence_id], series.title, config)
        if heading is not None:
            data = NotesProof(heading.link, day, heading=heading.heading_id, tab=heading.tab_id)
            ledger.put(Receipt(call_id.step("notes"), "done", done_at=now, data=data), now)


def take_files(
    services: Services, ledger: Ledger, config: Config, noted: list[CallId], *, past: list[CallId], now: datetime
) -> None:
    """The copied notes of calls whose time for notes has come, and the recordings of those that are over. Raises
    ServiceError."""
    snapshot, recordings = ledger.snapshot(), config.recordings.source != "none" and bool(config.recordings.folder)
    asked = [(call_id.step("notes"), f"{call_id}/notes") for call_id in noted if config.notes.mode == "copy"]
    asked += [(call_id.step("recording"), str(call_id)) for call_id in past if recordings]
    for key, mark in asked:
        files = [] if snapshot.proven(key) else services.drive.marked(mark)
        for file in files[:1]:
            notes = role_of(key) == "notes"
            data = NotesProof(file.link, file=file.id) if notes else RecordingProof(file.link, file.id)
            ledger.put(Receipt(key, "done", done_at=now, data=data), now)
