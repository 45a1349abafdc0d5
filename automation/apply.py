"""step -> adapter call -> outcome: the only place that touches the outside. One match, so that mypy names a forgotten kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from automation.apply_chat import apply_chat
from automation.apply_digest import apply_digest
from automation.apply_event import apply_event
from automation.apply_mail import apply_mail
from automation.apply_meeting import apply_meeting
from automation.apply_notes import apply_notes
from automation.apply_page import apply_page
from automation.apply_recording import apply_recording
from automation.freeze import rfc3339
from automation.means import Done, Means, Outcome
from automation.steps import (
    ArchiveStep,
    ChatStep,
    DigestStep,
    EventStep,
    MailStep,
    MeetingStep,
    NotesStep,
    PageStep,
    RecordingStep,
    Step,
)


def apply(step: Step, means: Means) -> Outcome:
    """Do one claimed step. Raises ServiceError if the outside did not do it or did not say."""
    match step:
        case MeetingStep():
            return apply_meeting(step, means)
        case EventStep():
            return apply_event(step, means)
        case NotesStep():
            return apply_notes(step, means)
        case MailStep():
            return apply_mail(step, means)
        case ChatStep():
            return apply_chat(step, means)
        case RecordingStep():
            return apply_recording(step, means)
        case ArchiveStep():
            return _archive(step, means)
        case PageStep():
            return apply_page(step, means)
        case DigestStep():
            return apply_digest(step, means)
        case _:
            assert_never(step)


def _archive(step: ArchiveStep, means: Means) -> Outcome:
    """The entry itself is the receipt; the page shows it."""
    call, now = step.call, rfc3339(means.now)
    old: Mapping[str, Any] = means.receipt.data if means.receipt is not None else {}
    entry = {
        "series": call.id.series, "recurrence_id": call.id.recurrence_id.isoformat(), "date": call.day.isoformat(),
        "start": rfc3339(call.local_start), "title": call.talk.title if call.talk and call.talk.title else call.series.title,
        "speaker": call.talk.speaker if call.talk else None, "recording": step.recording, "notes": step.notes,
    }  # fmt: skip
    same = all(old.get(name) == value for name, value in entry.items())
    return Done({**entry, "archived_at": old.get("archived_at") or now, "updated_at": (old.get("updated_at") if same else None) or now})
