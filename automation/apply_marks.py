"""Changes of an event with If-Match, and the marks that other steps leave on it."""

from __future__ import annotations

from automation.errors import Conflict, ServiceError
from automation.marks import step_property
from automation.means import Means
from automation.model import Call
from automation.services import EventFields, SeenEvent


def patch_event(means: Means, mark: str, seen: SeenEvent, fields: EventFields, *, notify: bool) -> SeenEvent:
    """Patch with If-Match. Somebody else's change in between is looked at before anything is written: Conflict, with the event as it is
    now remembered for the next pass."""
    try:
        there = means.services.calendar.patch(seen.id, fields, etag=seen.etag, notify=notify)
    except Conflict:
        now_there = means.services.calendar.get(seen.id)
        if now_there is not None:
            means.ledger.saw("event", {mark: now_there})
        raise
    means.ledger.saw("event", {mark: there})
    return there


def mark_step(means: Means, call: Call, kind: str, word: str, proof: str = "") -> None:
    """Note on the event that a step is begun or done, for steps whose outcome cannot be asked where they happen. A calendar that cannot be
    reached does not hold the step up: the ledger knows too."""
    receipt = means.ledger.book().get(call.id.step("event"))
    seen = means.ledger.book().seen.events.get(str(call.id))
    if receipt is None or not receipt.proven or seen is None:
        return
    name, value = step_property(kind), f"{word} {call.day.isoformat()} {proof}".strip()
    if seen.private.get(name) == value:
        return
    fields = EventFields(private={name: value})
    for _ in range(2):
        try:
            patch_event(means, str(call.id), seen, fields, notify=False)
        except Conflict:
            seen = means.ledger.book().seen.events.get(str(call.id), seen)
            continue
        except ServiceError:
            return
        return
