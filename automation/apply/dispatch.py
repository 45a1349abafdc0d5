"""step -> adapter call -> outcome: the only place that touches the outside. One match, so that mypy names a forgotten
kind."""

from __future__ import annotations

from typing import assert_never

from automation.apply.archive import _archive
from automation.apply.chat import apply_chat
from automation.apply.context import StepContext
from automation.apply.digest import apply_digest
from automation.apply.event import apply_event
from automation.apply.mail import apply_mail
from automation.apply.meeting import apply_meeting
from automation.apply.notes import apply_notes
from automation.apply.outcome import Outcome
from automation.apply.page import apply_page
from automation.apply.recording import apply_recording
from automation.domain.steps import (
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


def apply(step: Step, context: StepContext) -> Outcome:
    """Do one claimed step. Raises ServiceError if the outside did not do it or did not say."""
    match step:
        case MeetingStep():
            return apply_meeting(step, context)
        case EventStep():
            return apply_event(step, context)
        case NotesStep():
            return apply_notes(step, context)
        case MailStep():
            return apply_mail(step, context)
        case ChatStep():
            return apply_chat(step, context)
        case RecordingStep():
            return apply_recording(step, context)
        case ArchiveStep():
            return _archive(step, context)
        case PageStep():
            return apply_page(step, context)
        case DigestStep():
            return apply_digest(step, context)
        case _:
            assert_never(step)
