"""The meeting of one call: as soon as it is inside the horizon."""

from __future__ import annotations

from automation.domain.fingerprint import fingerprint
from automation.domain.model import Config
from automation.domain.proofs import MeetingProof
from automation.domain.receipts import LedgerSnapshot, Receipt
from automation.domain.steps import MeetingStep, Window
from automation.plan.steps.step_state import Item, Scene, step_state, wanted_since
from automation.plan.steps.words import example, made, when


def items(scene: Scene, before: list[Item]) -> list[Item]:
    """The meeting; none with a fixed link."""
    if not scene.inputs.config.meeting.of_its_own:
        return []
    call, meeting = scene.call, scene.snapshot.left(scene.key("meeting"), MeetingProof)
    there = meeting is not None and not meeting.deleted
    content = fingerprint("deleted") if call.cancelled and meeting is not None else _meeting_digest(scene)
    window = Window(wanted_since(scene), call.end if there else call.start)

    def step() -> MeetingStep:
        action = "delete" if call.cancelled else "update" if there else "create"
        return MeetingStep(key=scene.key("meeting"), call=call, window=window, fingerprint=content, action=action)  # type: ignore[arg-type]

    return [step_state(scene, "meeting", window, step, content=content)]


def _meeting_digest(scene: Scene) -> str:
    call, asked = scene.call, scene.inputs.config.meeting
    # In the form in which ledgers know it: another one would have every meeting that is there changed once.
    form = (
        f"Meeting(provider={asked.provider!r}, url={asked.url!r}, host={asked.host!r}, recording={asked.recording!r})"
    )
    return fingerprint(call.series.title, call.start.timestamp(), call.minutes, call.series.zone.key, form)


def doing(step: MeetingStep, config: Config) -> str:
    words = {
        "create": "make the {} meeting for",
        "update": "change the {} meeting to",
        "delete": "delete the {} meeting of",
    }
    return f"{words[step.action].format(config.meeting.vendor)} {when(step.call)}"


def done(name: str, before: Receipt | None, after: Receipt | None) -> str:
    meeting = after.left(MeetingProof) if after is not None else None
    if meeting is not None and meeting.deleted:
        return "{vendor} meeting deleted"
    return made(before, "{vendor} meeting made", "{vendor} meeting changed")


def foreseen(step: MeetingStep, snapshot: LedgerSnapshot) -> MeetingProof:
    return MeetingProof("0", example("meeting"))


def not_there(config: Config) -> str:
    """Why what needs its link waits."""
    return f"the {config.meeting.vendor} meeting is not there yet"
