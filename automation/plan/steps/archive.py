"""The archive entry: once recording and notes are settled."""

from __future__ import annotations

from automation.domain.digest import digest
from automation.domain.steps import ArchiveStep, Window
from automation.plan.steps.settle import Item, Scene, settle


def archive_item(scene: Scene, before: list[Item]) -> Item:
    """The archive entry: once recording and notes are settled, corrected when a link turns up or changes later."""
    call, links = scene.call, scene.links
    window = Window(call.end)
    talk = [call.talk.speaker, call.talk.title] if call.talk else None
    content = digest(call.day, call.local_start.isoformat(), call.series.title, talk, links.recording, links.notes)
    unsettled = [
        item.kind for item in before if item.kind in ("recording", "notes") and item.state not in ("done", "skipped")
    ]
    hold = f"not settled yet: {', '.join(sorted(unsettled))}" if unsettled else ""
    return settle(
        scene,
        "archive",
        window,
        lambda: ArchiveStep(scene.key("archive"), call, window, content, links.recording, links.notes),
        content=content,
        hold=hold,
    )
