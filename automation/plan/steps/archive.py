"""The archive entry: once recording and notes are settled."""

from __future__ import annotations

from automation.domain.archive_entry import Entry
from automation.domain.fingerprint import fingerprint
from automation.domain.model import Config
from automation.domain.receipts import LedgerSnapshot, Receipt
from automation.domain.steps import ArchiveStep, Window
from automation.plan.steps.step_state import Item, Scene, step_state
from automation.plan.steps.words import made, when


def items(scene: Scene, before: list[Item]) -> list[Item]:
    """The archive entry: once recording and notes are settled, corrected when a link turns up or changes later."""
    call, links = scene.call, scene.links
    window = Window(call.end)
    talk = [call.talk.speaker, call.talk.title] if call.talk else None
    content = fingerprint(call.day, call.local_start.isoformat(), call.series.title, talk, links.recording, links.notes)
    unsettled = [
        item.kind for item in before if item.kind in ("recording", "notes") and item.state not in ("done", "skipped")
    ]
    blocked_by = f"not settled yet: {', '.join(sorted(unsettled))}" if unsettled else ""

    def step() -> ArchiveStep:
        return ArchiveStep(
            key=scene.key("archive"),
            call=call,
            window=window,
            fingerprint=content,
            recording=links.recording,
            notes=links.notes,
        )

    return [step_state(scene, "archive", window, step, content=content, blocked_by=blocked_by)]


def doing(step: ArchiveStep, config: Config) -> str:
    return f"record the links of {when(step.call)} in the archive"


def done(name: str, before: Receipt | None, after: Receipt | None) -> str:
    return made(before, "Archive entry written", "Archive entry corrected")


def foreseen(step: ArchiveStep, snapshot: LedgerSnapshot) -> Entry:
    call = step.call
    return Entry(
        id=call.id,
        date=call.day,
        start=call.local_start,
        title=call.series.title,
        speaker=None,
        recording=step.recording,
        notes=step.notes,
    )
