"""The recording: looked for from the end of the call until it is found or the deadline, and now and then for a month
after."""

from __future__ import annotations

from datetime import datetime, timedelta

from automation.domain.begun import goes_on
from automation.domain.model import Config
from automation.domain.proofs import MeetingProof, SoughtAnew
from automation.domain.receipts import LedgerSnapshot, Receipt
from automation.domain.steps import RecordingStep, Window
from automation.plan.steps.step_state import TOO_LATE, Item, Scene, skipped, step_state
from automation.plan.steps.words import when

TURNS_UP = timedelta(days=30)
LATE_LOOKS = timedelta(days=1)


def items(scene: Scene, before: list[Item]) -> list[Item]:
    """The recording: looked for from the end of the call on, until it is found or the deadline."""
    source = scene.inputs.config.recordings.source
    if source == "none":
        return []
    call = scene.call
    window = Window(call.end, _deadline(scene))
    meeting = scene.snapshot.left(scene.key("meeting"), MeetingProof)
    if source == "meeting" and call.end <= scene.now and meeting is None:
        vendor = scene.inputs.config.meeting.vendor
        return [skipped(scene, "recording", window, f"there was no {vendor} meeting to record")]
    meeting_id = meeting.id if meeting is not None else ""
    if _late_look(scene):
        step = RecordingStep(scene.key("recording"), call, window, meeting_id, late=True)
        return [
            Item(
                key=step.key,
                kind="recording",
                state="ready",
                window=window,
                reason=TOO_LATE,
                step=step,
                zone=call.series.zone,
            )
        ]
    return [
        step_state(scene, "recording", window, lambda: RecordingStep(scene.key("recording"), call, window, meeting_id))
    ]


def _deadline(scene: Scene) -> datetime:
    """Until when it is waited for: from the end of the call, or from a person's word that it be looked for again."""
    anew = scene.snapshot.left(scene.key("recording"), SoughtAnew)
    since = max(scene.call.end, anew.reopened) if anew is not None else scene.call.end
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
    return goes_on(receipt.begun) or scene.now - receipt.changed_at >= LATE_LOOKS


def services(config: Config) -> tuple[str, ...]:
    if config.recordings.source != "meeting":
        return ("drive",)
    return ("meeting", "drive") if config.recordings.folder else ("meeting",)


def witness(config: Config, over: bool) -> str:
    return "drive" if over else ""


def doing(step: RecordingStep, config: Config) -> str:
    return f"look for the recording of {when(step.call)}"


def done(name: str, before: Receipt | None, after: Receipt | None) -> str:
    return "Recording filed"


def foreseen(step: RecordingStep, snapshot: LedgerSnapshot) -> None:
    """Whether there will be one is others' affair."""
