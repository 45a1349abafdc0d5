"""ArchiveStep -> the entry, which is its own receipt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from automation.apply.context import Means
from automation.apply.outcome import Done, Outcome
from automation.domain.instants import rfc3339
from automation.domain.steps import ArchiveStep


def _archive(step: ArchiveStep, means: Means) -> Outcome:
    """The entry itself is the receipt; the page shows it."""
    call, now = step.call, rfc3339(means.now)
    old: Mapping[str, Any] = means.receipt.data if means.receipt is not None else {}
    entry = {
        "series": call.id.series,
        "recurrence_id": call.id.recurrence_id.isoformat(),
        "date": call.day.isoformat(),
        "start": rfc3339(call.local_start),
        "title": call.talk.title if call.talk and call.talk.title else call.series.title,
        "speaker": call.talk.speaker if call.talk else None,
        "recording": step.recording,
        "notes": step.notes,
    }
    same = all(old.get(name) == value for name, value in entry.items())
    return Done(
        {
            **entry,
            "archived_at": old.get("archived_at") or now,
            "updated_at": (old.get("updated_at") if same else None) or now,
        }
    )
