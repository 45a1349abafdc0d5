"""A ledger that is new, or that may be an old copy, is completed from the marks left outside, so that nothing is sent
twice.

Calendar properties tell how each call stands and which posts and SMTP mails were begun or done; a meeting's agenda,
sent mail and drafts, dated headings and Drive's properties tell the rest. Future notes, meetings and events need
nothing here: their steps look before they write.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from automation.domain.begun import ChatBegun, MailBegun
from automation.domain.call_state import CallState, Wanted
from automation.domain.errors import ServiceError
from automation.domain.inputs import Inputs, TemplateSet
from automation.domain.instants import day_in, parse
from automation.domain.keys import CallId
from automation.domain.ledger import Ledger
from automation.domain.marks import (
    ASKED,
    CHANGE,
    GENERATIONS,
    MARK,
    MEETING,
    PREVIOUS,
    QUIET,
    SEQUENCE,
    WRITTEN,
    event_id,
    event_proof,
    step_property,
)
from automation.domain.model import Config
from automation.domain.occurrence import Occurrence
from automation.domain.outside import Services
from automation.domain.proofs import ChatProof, MailProof, MeetingProof, NotesProof, RecordingProof
from automation.domain.receipts import LedgerSnapshot, Receipt
from automation.domain.services import SeenEvent
from automation.domain.steps import Proof
from automation.reconcile.doubt import put_in_doubt
from automation.reconcile.recover_asked import take_files, take_headings, take_mail
from automation.rendering.formats.archive_json import read_archive_json
from automation.schedule.follow import begin
from automation.schedule.recurrence import occurrences

log = logging.getLogger("callkeeper")


def rebuild(
    services: Services, ledger: Ledger, inputs: Inputs, *, resting: frozenset[str] = frozenset(), dry: bool = False
) -> list[ServiceError]:
    """Complete the ledger after a look at the calendar, as far as it is in doubt and the services that are not
    `resting` answer; what the others would have proven stays in doubt. `dry`: leave drafts that are of no more use
    where they are. The errors of those that did not answer."""
    snapshot, config, now = ledger.snapshot(), inputs.config, inputs.now
    doubts, found, failed = set(snapshot.doubts), _found(config, snapshot, now), []
    if "calendar" in doubts:
        for call_id, (occurrence, event) in found.items():
            _take_up(ledger, config, snapshot=snapshot, call_id=call_id, occurrence=occurrence, event=event, now=now)
            _take_marks(ledger, inputs.templates, call_id=call_id, event=event, now=now)
        _take_archive(ledger, config, now)
        doubts.discard("calendar")
        ledger.meta({"founded": snapshot.meta.get("founded") or now.isoformat()})
        ledger.trust(snapshot.seen.events, doubts)
    # Their links belong into the archive, and into mails that go out before the notes step has looked for itself.
    noted = [
        call_id
        for call_id, (occurrence, _) in found.items()
        if occurrence.start - timedelta(days=config.notes.days_before + 1) <= now
    ]
    past = [call_id for call_id, (occurrence, _) in found.items() if occurrence.end <= now]
    asked: dict[str, Callable[[], None]] = {
        "gmail": lambda: take_mail(services, ledger, config=config, marks=set(map(str, found)), now=now, dry=dry),
        "docs": lambda: take_headings(services, ledger, config=config, noted=noted, now=now),
        "drive": lambda: take_files(services, ledger, config=config, noted=noted, past=past, now=now),
    }
    for service in sorted(doubts - resting):
        try:
            asked[service]()
        except ServiceError as error:
            failed.append(error)
        else:
            doubts.discard(service)
    ledger.trust(snapshot.seen.events, doubts)
    return failed


def _found(config: Config, snapshot: LedgerSnapshot, now: datetime) -> dict[CallId, tuple[Occurrence, SeenEvent]]:
    """The calls whose marks stand in the calendar, from the look-back to the horizon."""
    found = {}
    for series in config.series:
        today = now.astimezone(series.zone).date()
        first = today - timedelta(days=config.recordings.wait_days + 1)
        last = today + timedelta(days=config.calendar.horizon_days + 1)
        moves = [change.move_to.date() for change in series.changes if change.move_to]
        for occurrence in occurrences(series, min([first, *moves]), max([last, *moves])):
            call_id = CallId(config.uid, series.uid, occurrence.recurrence_id)
            event = snapshot.seen.events.get(str(call_id))
            if (
                event is not None
                and event.private.get(MARK) == str(call_id)
                and occurrence.end > now - timedelta(days=config.recordings.wait_days + 1)
            ):
                found[call_id] = (occurrence, event)
    return found


def _take_up(
    ledger: Ledger,
    config: Config,
    snapshot: LedgerSnapshot,
    call_id: CallId,
    *,
    occurrence: Occurrence,
    event: SeenEvent,
    now: datetime,
) -> None:
    mark, known = str(call_id), snapshot.calls.get(str(call_id))
    state = recovered(occurrence, event, now)
    if known is None or known.sequence < state.sequence:
        ledger.remember({mark: state}, {})
    elif not snapshot.fresh and snapshot.proven(call_id.step("event")):
        return
    length = occurrence.end - occurrence.start
    proof = event_proof(
        event,
        config.calendar.id,
        generation=_generation(call_id, event),
        cancelled=state.cancelled,
        start=state.start,
        end=state.start + length,
    )
    ledger.put(Receipt(call_id.step("event"), "done", done_at=now, data=proof), now)
    meeting = snapshot.seen.meetings.get(mark)
    number = event.private.get(MEETING) or (meeting.id if meeting else "")
    if number and config.meeting.of_its_own and not snapshot.proven(call_id.step("meeting")):
        link = meeting.join_url if meeting and meeting.join_url else event.location
        topic = meeting.topic if meeting else occurrence.series.title
        deleted = state.cancelled and meeting is None and snapshot.seen.meetings_at == now
        made = MeetingProof(number, link, topic, deleted=deleted)
        ledger.put(Receipt(call_id.step("meeting"), "done", done_at=now, data=made), now)


def _generation(call_id: CallId, event: SeenEvent) -> int:
    numbers = {event_id(str(call_id), number): number for number in range(GENERATIONS)}
    return numbers.get(event.id, 0)


def recovered(occurrence: Occurrence, event: SeenEvent, now: datetime) -> CallState:
    """How a call stood when its event was last written, read from the event's private properties."""
    fresh = begin(occurrence)
    asked_cancelled, asked_start = _standing(event.private.get(ASKED), fresh.cancelled, fresh.start)
    cancelled, start = _standing(event.private.get(WRITTEN), fresh.cancelled, fresh.start)
    length = occurrence.end - occurrence.start
    number = event.private.get(SEQUENCE, "0")
    change: Any = event.private.get(CHANGE, "")
    return replace(
        fresh,
        asked=Wanted(asked_start, asked_start + length, asked_cancelled),
        start=start,
        end=start + length,
        cancelled=cancelled,
        sequence=int(number) if number.isdigit() else 0,
        transition=change if change in ("moved", "cancelled", "restored") else "",
        changed_at=now if change else None,
        previous_start=_instant(event.private.get(PREVIOUS)),
        announced=bool(change) and event.private.get(QUIET) != "yes",
        by_person=(asked_cancelled, asked_start) != (cancelled, start),
    )


def _standing(text: str | None, cancelled: bool, start: datetime) -> tuple[bool, datetime]:
    status, _, at = (text or "").partition(" ")
    try:
        return (status == "cancelled", parse(at)) if at else (cancelled, start)
    except ValueError:
        return cancelled, start


def _instant(text: str | None) -> datetime | None:
    try:
        return parse(text) if text else None
    except ValueError:
        return None


def _take_marks(ledger: Ledger, templates: TemplateSet, call_id: CallId, event: SeenEvent, now: datetime) -> None:
    """Steps that can be asked nowhere else: `done DAY PROOF` is done, `begun DAY` is in doubt."""
    number = event.private.get(SEQUENCE, "0")
    last = int(number) if number.isdigit() else 0
    snapshot = ledger.snapshot()
    for template in (*templates.mails, *templates.chats):
        for kind in (template.step, *(f"{template.step}@{n}" for n in range(1, last + 1))):
            word, _, rest = event.private.get(step_property(kind), "").partition(" ")
            receipt = snapshot.get(call_id.step(kind))
            if word not in ("begun", "done") or (receipt is not None and (receipt.proven or receipt.state == "doubt")):
                continue
            day, _, proof = rest.partition(" ")
            if word == "done":
                ledger.put(_done(call_id.step(kind), template.role, day=day_in(day), proof=proof, now=now), now)
            else:
                begun = MailBegun(day=day_in(day)) if template.role == "mail" else ChatBegun(day_in(day))
                reason = "it was begun before the ledger was lost, and nobody can be asked whether it went out"
                put_in_doubt(ledger, Receipt(call_id.step(kind), "claimed", begun=begun), reason, now)


def _done(key: str, role: str, day: date | None, proof: str, now: datetime) -> Receipt:
    """`proof`: the number of a post, or the instant at which a mail went out."""
    at = _instant(proof) if role == "mail" else None
    message = None if at is not None else proof or None
    data = MailProof(day, message=message) if role == "mail" else ChatProof(day, message)
    return Receipt(key, "done", done_at=at or now, data=data, reason="found marked on the event")


def _take_archive(ledger: Ledger, config: Config, now: datetime) -> None:
    """Past calls whose links stand nowhere any more but on our own page."""
    path = Path(config.page.directory) / "archive.json"
    try:
        entries = read_archive_json(path.read_bytes(), config.uid)
    except (OSError, ValueError) as error:
        if not isinstance(error, FileNotFoundError):
            log.warning("archive.unread", extra={"fields": {"file": path, "error": error}})
        return
    snapshot = ledger.snapshot()
    lines = {line.id for line in config.archive}
    # What was never archived archive.toml alone knows of.
    for entry in (each for each in entries if each.archived_at or each.id not in lines):
        proofs: dict[str, Proof] = {"archive": entry}
        if entry.recording:
            proofs["recording"] = RecordingProof(entry.recording)
        if entry.notes:
            proofs["notes"] = NotesProof(entry.notes)
        for kind, data in proofs.items():
            if not snapshot.proven(entry.id.step(kind)):
                ledger.put(
                    Receipt(
                        entry.id.step(kind),
                        "done",
                        done_at=entry.archived_at or now,
                        data=data,
                        reason="found on the page",
                    ),
                    now,
                )
