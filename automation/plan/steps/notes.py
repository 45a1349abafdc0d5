"""The dated section of the notes, or the copied document: some days before the call."""

from __future__ import annotations

from automation.domain.steps import NotesStep, Window
from automation.plan.steps.settle import Item, Scene, settle
from automation.schedule.due_times import days_before


def notes_item(scene: Scene) -> Item | None:
    """The dated section in the running document, or the copied document."""
    notes = scene.inputs.config.notes
    if notes.mode == "none":
        return None
    due = days_before(scene.call.start, notes.days_before, scene.call.series.zone)
    window = Window(due, scene.call.end)
    return settle(scene, "notes", window, lambda: NotesStep(scene.key("notes"), scene.call, window, scene.links))
