"""MeetingStep -> the provider of meetings."""

from __future__ import annotations

import secrets
import string
from dataclasses import replace

from automation.apply.context import StepContext
from automation.apply.meeting_time import elsewhere, is_elsewhere
from automation.apply.outcome import Done, Dropped, Outcome
from automation.apply.second_look import begin_anew, not_listed
from automation.domain.begun import MeetingBegun
from automation.domain.errors import ServiceError
from automation.domain.model import Call
from automation.domain.proofs import MeetingProof
from automation.domain.services import MeetingFields, MeetingService, SeenMeeting
from automation.domain.steps import MeetingStep

# Zoom's default rule for passcodes: at most 10 characters; letters and digits satisfy the stricter account policies
# too.
PASSCODE_LENGTH = 8


def apply_meeting(step: MeetingStep, context: StepContext) -> Outcome:
    """Create, change or delete the meeting of a call. A meeting that carries the call's mark already is taken, not
    doubled."""
    service = context.services.meetings
    assert service is not None
    known = context.left(MeetingProof)
    if step.action == "update" and known is not None:
        return Done(_change(service, step.call, known, context))
    if step.action == "delete" and known is not None:
        service.delete(known.id)
        return Done(MeetingProof(known.id, deleted=True))
    return _create(step, service, context)


def _create(step: MeetingStep, service: MeetingService, context: StepContext) -> Outcome:
    """Make it, unless it is there: what an earlier attempt made is found by its mark."""
    call, snapshot = step.call, context.snapshot
    lately = not context.reopened or snapshot.seen.meetings_at == context.now
    there = snapshot.seen.meetings.get(str(call.id)) if lately else _marked(service.meetings(), call)
    if there is None and context.reopened:
        begun = context.begun(MeetingBegun)
        unsettled = not_listed(begun, context.now, f"a meeting marked {call.id}")
        if unsettled is not None:
            return unsettled
        begin_anew(context, step.key, begun)
    if there is None and context.no_longer_wanted:
        return Dropped(context.no_longer_wanted)
    if there is not None and step.action == "delete":
        service.delete(there.id)
        return Done(MeetingProof(there.id, deleted=True))
    if there is None:
        made = service.create(_fields(call, context, call.series.title, _passcode()))
        return _at_its_time(step, service, context=context, proof=_proof(made, call), made=made)
    found = _proof(there, call)
    if there.start is not None and not is_elsewhere(there, call.start) and there.minutes == call.minutes:
        return Done(found)
    return Done(_change(service, call, found, context))


def _at_its_time(
    step: MeetingStep, service: MeetingService, context: StepContext, proof: MeetingProof, made: SeenMeeting
) -> Done:
    """The answer may name another time than was asked for. Then it is changed once, and if that does not help, a person
    is told."""
    call = step.call
    if not is_elsewhere(made, call.start):
        return Done(proof)
    try:
        service.update(made.id, _fields(call, context, "", ""))
        there = service.get(made.id)
    except ServiceError:
        return Done(proof, fingerprint="")  # the meeting is there; its time is tried again as a change
    if there is not None and is_elsewhere(there, call.start):
        context.ledger.notice(elsewhere(step.key, there, call.start, context.config.meeting.vendor), context.now)
    return Done(replace(proof, mended=proof.start))


def _change(service: MeetingService, call: Call, known: MeetingProof, context: StepContext) -> MeetingProof:
    """A topic that we did not change ourselves is not sent again: a person may have edited it."""
    topic = call.series.title if call.series.title != known.topic else ""
    service.update(known.id, _fields(call, context, topic, ""))
    return replace(known, topic=call.series.title, start=call.start)


def _fields(call: Call, context: StepContext, topic: str, passcode: str) -> MeetingFields:
    """Empty texts are left as they are by an update."""
    creating = bool(passcode)
    return MeetingFields(
        topic=topic,
        start=call.start,
        minutes=call.minutes,
        agenda=str(call.id) if creating else "",
        recording=context.config.meeting.recording if creating else "",
        passcode=passcode,
    )


def _passcode() -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(PASSCODE_LENGTH))


def _marked(meetings: list[SeenMeeting], call: Call) -> SeenMeeting | None:
    return next((meeting for meeting in meetings if meeting.agenda.strip() == str(call.id)), None)


def _proof(meeting: SeenMeeting, call: Call) -> MeetingProof:
    return MeetingProof(meeting.id, meeting.join_url, meeting.topic or call.series.title, call.start)
