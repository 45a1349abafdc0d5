"""Changes of an event with If-Match, and the marks on it: its own, and those that other steps leave."""

from __future__ import annotations

from datetime import datetime

from automation.apply.context import StepContext
from automation.domain.call_state import CallState
from automation.domain.errors import Conflict, ServiceError, Transient
from automation.domain.instants import rfc3339
from automation.domain.marks import (
    ASKED,
    BEFORE,
    CHANGE,
    COMMUNITY,
    INVITED,
    MARK,
    MEETING,
    PREVIOUS,
    PROOF,
    QUIET,
    SEQUENCE,
    TITLE,
    WRITTEN,
    step_property,
)
from automation.domain.model import Call
from automation.domain.proofs import EventProof, MeetingProof
from automation.domain.services import EventFields, SeenEvent
from automation.domain.steps import EventStep


def patch_event(context: StepContext, mark: str, seen: SeenEvent, fields: EventFields, *, notify: bool) -> SeenEvent:
    """Patch with If-Match. Somebody else's change in between is looked at before anything is written: Conflict, with
    the event as it is now remembered for the next pass."""
    try:
        there = context.services.calendar.patch(seen.id, fields, etag=seen.etag, notify=notify)
    except Conflict:
        now_there = context.services.calendar.get(seen.id)
        if now_there is not None:
            context.ledger.saw("event", {mark: now_there})
        raise
    context.ledger.saw("event", {mark: there})
    return there


def mark_step(context: StepContext, call: Call, kind: str, word: str, proof: str = "") -> None:
    """Note on the event that a step is begun or done, for steps whose outcome cannot be asked where they happen. A
    calendar that cannot be reached does not hold the step up: the ledger knows too. Raises Transient before a step that
    the calendar knows more about.
    """
    name, value = step_property(kind), f"{word} {call.day.isoformat()} {proof}".strip()
    _mark(context, call, name, value, before=word == "begun")


def mark_proof(context: StepContext, call: Call) -> None:
    """Leave on the event that this ledger is about to do what nobody sees in the calendar: any copy of the ledger that
    was made before this step was claimed finds there that it is old. As with `mark_step`, a calendar that cannot be
    reached does not hold it up.
    """
    _mark(context, call, PROOF, context.ledger.proof, before=True)


def _mark(context: StepContext, call: Call, name: str, value: str, *, before: bool) -> None:
    snapshot = context.ledger.snapshot()
    receipt, seen = snapshot.get(call.id.step("event")), snapshot.seen.events.get(str(call.id))
    if receipt is None or not receipt.proven or seen is None or seen.private.get(name) == value:
        return
    fields = EventFields(private={PROOF: context.ledger.proof, name: value})
    for _ in range(2):
        try:
            patch_event(context, str(call.id), seen, fields, notify=False)
        except Conflict:
            snapshot = context.ledger.snapshot()
            seen = snapshot.seen.events.get(str(call.id), seen)
            if before and "calendar" in snapshot.doubts:
                raise Transient(
                    "calendar", "the calendar entry was written by a Callkeeper that knows more than this ledger"
                ) from None
            continue
        except ServiceError:
            return
        return


def private_marks(step: EventStep, context: StepContext) -> dict[str, str]:
    """The marks by which a lost ledger is rebuilt: which call this is, what the config asked for, and what was
    written."""
    call = step.call
    state: CallState | None = context.snapshot.calls.get(str(call.id))
    asked = state.asked if state is not None else None
    meeting, zone = context.snapshot.left(call.id.step("meeting"), MeetingProof), call.series.zone
    private = {
        MARK: str(call.id),
        COMMUNITY: call.id.community,
        SEQUENCE: str(call.sequence),
        CHANGE: state.transition if state is not None else "",
        QUIET: "yes" if state is not None and state.transition and not state.announced else "",
        PREVIOUS: rfc3339(call.previous_start.astimezone(zone)) if call.previous_start is not None else "",
        ASKED: _status(
            asked.cancelled if asked else call.cancelled, asked.start.astimezone(zone) if asked else call.local_start
        ),
        WRITTEN: _status(call.cancelled, call.local_start),
        TITLE: call.series.title[:1024],
        INVITED: step.group or (BEFORE if heard(step, context) else ""),
        PROOF: context.ledger.proof,
    }
    if meeting is not None and not meeting.deleted:
        private[MEETING] = meeting.id
    return private


def heard(step: EventStep, context: StepContext) -> bool:
    """The Group is invited, or was once."""
    known = context.left(EventProof)
    return bool(step.group or step.leaves or (known is not None and known.heard))


def _status(cancelled: bool, start: datetime) -> str:
    return f"{'cancelled' if cancelled else 'confirmed'} {rfc3339(start)}"
