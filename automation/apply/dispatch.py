"""step -> adapter call -> outcome: the only place that touches the outside. One match, so that mypy names a forgotten
kind."""

from __future__ import annotations

from typing import assert_never

from automation.apply.archive import _archive
from automation.apply.chat import apply_chat
from automation.apply.context import Means
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
