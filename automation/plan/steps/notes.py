"""The dated section of the notes, or the copied document: some days before the call."""

from __future__ import annotations

from automation.domain.model import Config
from automation.domain.proofs import NotesProof
from automation.domain.receipts import LedgerSnapshot, Receipt
from automation.domain.steps import NotesStep, Window
from automation.plan.steps.step_state import Item, Scene, step_state
from automation.plan.steps.words import example, when
from automation.schedule.due_times import days_before


def items(scene: Scene, before: list[Item]) -> list[Item]:
    """The dated section in the running document, or the copied document."""
    notes = scene.inputs.config.notes
    if notes.mode == "none":
        return []
    due = days_before(scene.call.start, notes.days_before, scene.call.series.zone)
    window = Window(due, scene.call.end)
    return [step_state(scene, "notes", window, lambda: NotesStep(scene.key("notes"), scene.call, window, scene.links))]


def services(config: Config) -> tuple[str, ...]:
    return ("drive",) if config.notes.mode == "copy" else ("docs",)


def witness(config: Config, over: bool) -> str:
    """Future notes are looked for when they are due; of past calls only the link is wanted."""
    return services(config)[0] if over else ""


def doing(step: NotesStep, config: Config) -> str:
    return f"prepare the notes of {when(step.call)}"


def done(name: str, before: Receipt | None, after: Receipt | None) -> str:
    return "Notes prepared"


def foreseen(step: NotesStep, snapshot: LedgerSnapshot) -> NotesProof:
    return NotesProof(example("notes"), step.call.day)
