"""MeetingStep -> Zoom."""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping
from typing import Any

from automation.means import Done, Means, Outcome
from automation.model import Call
from automation.services import MeetingFields, MeetingService, SeenMeeting
from automation.steps import MeetingStep

# Zoom's default rule for passcodes: at most 10 characters; letters and digits satisfy the stricter account policies too.
PASSCODE_LENGTH = 8


def apply_meeting(step: MeetingStep, means: Means) -> Outcome:
    """Create, change or delete the meeting of a call. A meeting that carries the call's mark already is taken, not doubled."""
    service = means.services.meetings
    assert service is not None
    data: Mapping[str, Any] = means.receipt.data if means.receipt is not None else {}
    if step.action == "delete":
        service.delete(str(data["id"]))
        return Done({"id": data["id"], "deleted": True})
    if step.action == "update":
        return Done(_change(service, step.call, data, means))
    return Done(_create(service, step.call, means))


def _create(service: MeetingService, call: Call, means: Means) -> dict[str, Any]:
    there = _marked(service.meetings(), call) if means.reopened else means.book.seen.meetings.get(str(call.id))
    if there is None:
        return _data(service.create(_fields(call, means, call.series.title, _passcode())), call)
    found = _data(there, call)
    if (there.start, there.minutes) == (call.start, call.minutes):
        return found
    return _change(service, call, found, means)


def _change(service: MeetingService, call: Call, data: Mapping[str, Any], means: Means) -> dict[str, Any]:
    """A topic that we did not change ourselves is not sent again: a person may have edited it."""
    topic = call.series.title if call.series.title != data.get("topic") else ""
    service.update(str(data["id"]), _fields(call, means, topic, ""))
    return {**data, "topic": call.series.title}


def _fields(call: Call, means: Means, topic: str, passcode: str) -> MeetingFields:
    """Empty texts are left as they are by an update."""
    creating = bool(passcode)
    return MeetingFields(
        topic=topic,
        start=call.start,
        minutes=call.minutes,
        zone=call.series.zone.key,
        agenda=str(call.id) if creating else "",
        recording=means.config.meeting.recording if creating else "",
        passcode=passcode,
    )


def _passcode() -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(PASSCODE_LENGTH))


def _marked(meetings: list[SeenMeeting], call: Call) -> SeenMeeting | None:
    return next((meeting for meeting in meetings if meeting.agenda.strip() == str(call.id)), None)


def _data(meeting: SeenMeeting, call: Call) -> dict[str, Any]:
    return {"id": meeting.id, "link": meeting.join_url, "topic": meeting.topic or call.series.title}
