"""The table of kinds: one row for each kind of step. Whatever depends on a step's kind is read here. Pure.

A new kind is a record in the union of domain/steps.py, a file beside this one that plans it and has its words, a row
here, a file in apply/ that does it, and its line in the match of apply/dispatch.py.
"""

from __future__ import annotations

from typing import Any

from automation.domain.errors import UserError
from automation.domain.keys import role_of
from automation.domain.model import Config
from automation.domain.proofs import ChatProof, DigestProof, MailProof
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
)
from automation.plan.steps import archive, chat, digest, event, mail, meeting, notes, page, recording
from automation.plan.steps.kind import Kind


def _none(config: Config) -> tuple[str, ...]:
    """It is done here, or (as the digest) goes whichever way is open."""
    return ()


def _nobody(config: Config, over: bool) -> str:
    return ""


KINDS: tuple[Kind[Any], ...] = (
    Kind(
        name="meeting",
        step=MeetingStep,
        of_call=meeting.items,
        of_community=None,
        place=0,
        turn=0,
        services=lambda config: ("meeting",),
        witness=_nobody,
        coming="make the {vendor} meeting",
        doing=meeting.doing,
        done=meeting.done,
        foreseen=meeting.foreseen,
        at_once=True,
        linked=False,
        again=False,
        by_others=False,
        proof=False,
        pace="usual",
        happened="found again",
    ),
    Kind(
        name="event",
        step=EventStep,
        of_call=event.items,
        of_community=None,
        place=1,
        turn=0,
        services=lambda config: ("calendar",),
        witness=_nobody,
        coming="put the call into the calendar",
        doing=event.doing,
        done=event.done,
        foreseen=event.foreseen,
        at_once=True,
        linked=False,
        again=True,
        by_others=False,
        proof=True,
        pace="usual",
        happened="taken over",
    ),
    Kind(
        name="notes",
        step=NotesStep,
        of_call=notes.items,
        of_community=None,
        place=2,
        turn=2,
        services=notes.services,
        witness=notes.witness,
        coming="prepare the notes",
        doing=notes.doing,
        done=notes.done,
        foreseen=notes.foreseen,
        at_once=False,
        linked=True,
        again=False,
        by_others=False,
        proof=False,
        pace="usual",
        happened="found again",
    ),
    Kind(
        name="mail",
        step=MailStep,
        of_call=mail.items,
        of_community=None,
        place=3,
        turn=1,
        services=mail.services,
        witness=mail.witness,
        coming="mail “{name}” to {group}",
        doing=mail.doing,
        done=mail.done,
        foreseen=mail.foreseen,
        at_once=False,
        linked=False,
        again=False,
        by_others=False,
        proof=True,
        pace="prompt",
        happened=MailProof,
    ),
    Kind(
        name="chat",
        step=ChatStep,
        of_call=chat.items,
        of_community=None,
        place=3,
        turn=2,
        services=lambda config: ("discord",),
        witness=_nobody,
        coming="post “{name}” in the chat",
        doing=chat.doing,
        done=chat.done,
        foreseen=chat.foreseen,
        at_once=False,
        linked=False,
        again=False,
        by_others=False,
        proof=True,
        pace="prompt",
        happened=ChatProof,
    ),
    Kind(
        name="recording",
        step=RecordingStep,
        of_call=recording.items,
        of_community=None,
        place=4,
        turn=4,
        services=recording.services,
        witness=recording.witness,
        coming="look for the recording",
        doing=recording.doing,
        done=recording.done,
        foreseen=recording.foreseen,
        at_once=False,
        linked=False,
        again=False,
        by_others=True,
        proof=False,
        pace="long",
        happened="found again",
    ),
    Kind(
        name="archive",
        step=ArchiveStep,
        of_call=archive.items,
        of_community=None,
        place=5,
        turn=3,
        services=_none,
        witness=_nobody,
        coming="record the links in the archive",
        doing=archive.doing,
        done=archive.done,
        foreseen=archive.foreseen,
        at_once=False,
        linked=False,
        again=False,
        by_others=False,
        proof=False,
        pace="behind",
        happened="found again",
    ),
    Kind(
        name="page",
        step=PageStep,
        of_call=None,
        of_community=page.item,
        place=6,
        turn=5,
        services=_none,
        witness=_nobody,
        coming="rebuild the page and the feeds",
        doing=page.doing,
        done=page.done,
        foreseen=page.foreseen,
        at_once=False,
        linked=False,
        again=True,
        by_others=False,
        proof=False,
        pace="quick",
        happened="found again",
    ),
    Kind(
        name="digest",
        step=DigestStep,
        of_call=None,
        of_community=None,
        place=7,
        turn=6,
        services=_none,
        witness=_nobody,
        coming="tell the organizers what needs them",
        doing=digest.doing,
        done=digest.done,
        foreseen=digest.foreseen,
        at_once=False,
        linked=False,
        again=False,
        by_others=False,
        proof=False,
        pace="usual",
        happened=lambda day: DigestProof(),
    ),
)

_ROWS = {kind.name: kind for kind in KINDS}


def row_of(key: str) -> Kind[Any]:
    """The row of a step, by its key or by what stands behind the mark: `event`, `mail:moved@2`. Raises UserError for a
    kind that is not in the table, as a newer Callkeeper may have written one into the ledger."""
    row = _ROWS.get(role_of(key))
    if row is None:
        raise UserError(
            f"“{key}” is no step that this version of Callkeeper knows; if a newer version wrote it into the ledger, go"
            " on with that one"
        )
    return row
