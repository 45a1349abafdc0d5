"""ArchiveStep -> the entry, which is its own receipt."""

from __future__ import annotations

from dataclasses import replace

from automation.apply.context import StepContext
from automation.apply.outcome import Done, Outcome
from automation.domain.archive_entry import Entry, tells_the_same
from automation.domain.steps import ArchiveStep


def _archive(step: ArchiveStep, context: StepContext) -> Outcome:
    """The entry itself is the receipt; the page shows it."""
    call, old = step.call, context.left(Entry)
    entry = Entry(
        id=call.id,
        date=call.day,
        start=call.local_start,
        title=call.talk.title if call.talk and call.talk.title else call.series.title,
        speaker=call.talk.speaker if call.talk else None,
        recording=step.recording,
        notes=step.notes,
        archived_at=context.now,
        updated_at=context.now,
    )
    if old is None:
        return Done(entry)
    updated_at = old.updated_at if tells_the_same(old, entry) else None
    return Done(replace(entry, archived_at=old.archived_at or context.now, updated_at=updated_at or context.now))
