"""The steps of one call that are neither templates nor its event: meeting, notes, recording, archive."""

from __future__ import annotations

from datetime import datetime, timedelta

from automation.plan_items import TOO_LATE, Item, Scene, digest, settle, skipped
from automation.steps import ArchiveStep, MeetingStep, NotesStep, RecordingStep, Window
from automation.timing import days_before

TURNS_UP = timedelta(days=30)
LATE_LOOKS = timedelta(days=1)


def meeting_item(scene: Scene) -> Item | None:
    """The Zoom meeting; None with a fixed link."""
    if scene.inputs.config.meeting.provider != "zoom":
        return None
    call, receipt = scene.call, scene.receipt("meeting")
    there = receipt is not None and receipt.proven and not receipt.data.get("deleted")
    content = digest("deleted") if call.cancelled and receipt is not None and receipt.proven else _meeting_digest(scene)
    window = Window(wanted_since(scene), call.end if there else call.start)

    def step() -> MeetingStep:
        action = "delete" if call.cancelled else "update" if there else "create"
        return MeetingStep(scene.key("meeting"), call, window, content, action)  # type: ignore[arg-type]

    return settle(scene, "meeting", window, step, content=content)


def wanted_since(scene: Scene) -> datetime:
    """When a call came inside the horizon, or changed last; not before Callkeeper was there."""
    inside = scene.call.start - timedelta(days=scene.inputs.config.calendar.horizon_days)
    founded = scene.book.meta.get("founded")
    times = [inside, scene.state.changed_at, datetime.fromisoformat(founded) if founded else scene.now]
    return min(max(at for at in times if at is not None), scene.now)


def _meeting_digest(scene: Scene) -> str:
    call = scene.call
    return digest(call.series.title, call.start.timestamp(), call.minutes, call.series.zone.key, scene.inputs.config.meeting)


def notes_item(scene: Scene) -> Item | None:
    """The dated section in the running document, or the copied document."""
    notes = scene.inputs.config.notes
    if notes.mode == "none":
        return None
    due = days_before(scene.call.start, notes.days_before, scene.call.series.zone)
    window = Window(due, scene.call.end)
    return settle(scene, "notes", window, lambda: NotesStep(scene.key("notes"), scene.call, window, scene.links))


def recording_item(scene: Scene) -> Item | None:
    """The recording: looked for from the end of the call on, until it is found or the deadline."""
    source = scene.inputs.config.recordings.source
    if source == "none":
        return None
    call = scene.call
    window = Window(call.end, _deadline(scene))
    meeting = scene.receipt("meeting")
    if source == "zoom" and call.end <= scene.now and (meeting is None or not meeting.proven):
        return skipped(scene, "recording", window, "there was no Zoom meeting to record")
    meeting_id = str(meeting.data.get("id", "")) if meeting is not None else ""
    if _late_look(scene):
        step = RecordingStep(scene.key("recording"), call, window, meeting_id, late=True)
        return Item(step.key, "recording", "ready", window, TOO_LATE, step, zone=call.series.zone)
    return settle(scene, "recording", window, lambda: RecordingStep(scene.key("recording"), call, window, meeting_id))


def _deadline(scene: Scene) -> datetime:
    """Until when it is waited for: from the end of the call, or from a person's word that it be looked for again."""
    receipt = scene.receipt("recording")
    reopened = receipt.data.get("reopened") if receipt is not None else None
    since = max(scene.call.end, datetime.fromisoformat(reopened)) if reopened else scene.call.end
    return since + timedelta(days=scene.inputs.config.recordings.wait_days)


def may_turn_up(scene: Scene) -> bool:
    """A recording that was given up is still looked for now and then, for a month."""
    receipt = scene.receipt("recording")
    if receipt is None or receipt.state != "skipped" or scene.call.cancelled or not receipt.reason.startswith(TOO_LATE):
        return False
    return scene.now < scene.call.end + TURNS_UP


def _late_look(scene: Scene) -> bool:
    receipt = scene.receipt("recording")
    if receipt is None or receipt.changed_at is None or not may_turn_up(scene):
        return False
    return bool(receipt.begun.get("upload")) or scene.now - receipt.changed_at >= LATE_LOOKS


def archive_item(scene: Scene, before: list[Item]) -> Item:
    """The archive entry: once recording and notes are settled, corrected when a link turns up or changes later."""
    call, links = scene.call, scene.links
    window = Window(call.end)
    talk = [call.talk.speaker, call.talk.title] if call.talk else None
    content = digest(call.day, call.local_start.isoformat(), call.series.title, talk, links.recording, links.notes)
    unsettled = [item.kind for item in before if item.kind in ("recording", "notes") and item.state not in ("done", "skipped")]
    hold = f"not settled yet: {', '.join(sorted(unsettled))}" if unsettled else ""
    return settle(
        scene, "archive", window,
        lambda: ArchiveStep(scene.key("archive"), call, window, content, links.recording, links.notes),
        content=content, hold=hold,
    )  # fmt: skip
