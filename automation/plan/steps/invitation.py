"""Which mails carry the calendar object, where members are invited by mail."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from automation.domain.model import Template, Timed
from automation.plan.steps.step_state import Scene
from automation.schedule.due_times import due_at


def invitation(scene: Scene, template: Template) -> Literal["", "REQUEST", "CANCEL"]:
    """With invite = "mail": the first mail about a call, and every mail about a change, carries the calendar object."""
    if scene.inputs.config.calendar.invite != "mail":
        return ""
    if template.send == "cancelled":
        return "CANCEL"
    if template.send in ("moved", "restored") or template.name == _inviting(scene):
        return "REQUEST"
    return ""


def _inviting(scene: Scene) -> str:
    """The name of the mail that invites: `announcement`, or the earliest timed one if there is none of that name."""
    timed = [t for t in scene.inputs.templates.mails if isinstance(t.send, Timed) and not t.send.after]
    if any(template.name == "announcement" for template in timed):
        return "announcement"
    call = scene.call

    def due(template: Template) -> datetime:
        assert isinstance(template.send, Timed)
        return due_at(template.send, call.start, call.end, call.series.zone)

    return min(timed, key=due).name if timed else ""
