"""EventStep -> Google Calendar, and the marks that other steps leave on the event."""

from __future__ import annotations

from dataclasses import replace

from automation.apply.context import StepContext
from automation.apply.event_block import merge
from automation.apply.event_marks import heard, patch_event, private_marks
from automation.apply.event_texts import kept, place, title
from automation.apply.outcome import Done, Dropped, NeedsDecision, Outcome
from automation.apply.template_values import template_values
from automation.domain.begun import EventBegun
from automation.domain.errors import Conflict, Permanent, Stopped
from automation.domain.guests import with_group
from automation.domain.instants import parse
from automation.domain.marks import GENERATIONS, MARK, WRITTEN, event_id, event_proof, stale_marks
from automation.domain.model import Call
from automation.domain.proofs import EventProof, MadeAnew
from automation.domain.services import EventFields, SeenEvent
from automation.domain.steps import EventStep

# Reminders of the organizer's own calendar only: Google gives every guest the reminders of the guest's own settings.
REMINDERS = (("popup", 10),)
NEVER_THERE = "the call is cancelled, and there was no event of it"
TWO_EVENTS = (
    "an event “{}” made by hand already stands at that time; `resolve {} --happened` takes it over, `--repeat` makes"
    " another one beside it, `--skip` leaves this call without one"
)
NOTHING = SeenEvent(
    id="", etag="", status="", start=None, end=None, summary="", location="", description="", private={}, html_link=""
)


def apply_event(step: EventStep, context: StepContext) -> Outcome:
    """Create, change or cancel the event of a call."""
    seen = _there(step, context) if step.action != "insert" or context.no_longer_wanted else None
    if context.no_longer_wanted and seen is None:
        return Dropped(context.no_longer_wanted)
    if step.action == "insert":
        return _insert(step, context) if seen is None else _taken(step, context, seen, _generation(step.call, seen))
    if step.action == "cancel":
        return _cancel(step, context, seen)
    return _insert(step, context) if seen is None else _update(step, context, seen)


def _cancel(step: EventStep, context: StepContext, seen: SeenEvent | None) -> Outcome:
    """One patch that tells the guests and leaves the marks; where a calendar takes the status in no patch, the event is
    deleted, which tells them too."""
    known = context.left(EventProof)
    if seen is None:
        return Done(replace(known, status="cancelled")) if known is not None else Dropped(NEVER_THERE)
    fields = EventFields(status="cancelled", private=private_marks(step, context))
    try:
        there = _patch(step, context, seen, fields)
    except (Stopped, Conflict):
        raise
    except Permanent:
        there = seen
    if there.status != "cancelled":
        context.services.calendar.delete(there.id, etag=there.etag, notify=step.notify)
        there = context.services.calendar.get(there.id) or replace(there, status="cancelled", etag="")
    name, location = _texts_before(context)
    return _written(step, context, there, seen.summary if name is None else name, location=location)


def _there(step: EventStep, context: StepContext) -> SeenEvent | None:
    known = context.left(EventProof)
    seen = context.snapshot.seen.events.get(str(step.call.id))
    number = known.id if known is not None else event_id(str(step.call.id), 0)
    if seen is None or (known is not None and seen.id != number):
        seen = context.services.calendar.get(number) if known is not None or context.no_longer_wanted else None
    elif seen.attendees and not seen.guests:  # seen by a version that did not keep guests whole
        context.ledger.saw("event", {str(step.call.id): context.services.calendar.get(seen.id) or seen})
        raise Conflict("calendar", "could not change the calendar event: its guests have to be read first")
    # A tombstone that shows no more than that cannot be written on.
    return None if seen is not None and seen.status == "cancelled" and not seen.etag else seen


def _insert(step: EventStep, context: StepContext, old: SeenEvent | None = None) -> Outcome:
    """A new event. What people had written into `old`, the deleted one that cannot be brought back, goes over into
    it."""
    call, calendar = step.call, context.services.calendar
    double = None if context.reopened or _is_own(context) else _made_by_hand(context, call)
    if double is not None:
        return NeedsDecision(TWO_EVENTS.format(double.summary, step.key), EventBegun(candidate=double.id))
    text, made_of = context.renderer.event(template_values(context, step)), old or NOTHING
    title_before, place_before = _texts_before(context)
    name = kept(made_of.summary, title_before, call.series.title)
    guests = with_group(made_of.guests, step.leaves, step.group) or made_of.guests or None
    last = _last_generation(context)
    start = last + 1 if last is not None else 0
    for generation in range(start, start + GENERATIONS):
        fields = EventFields(
            start=call.start,
            end=call.end,
            zone=call.series.zone.key,
            summary=name,
            location=kept(made_of.location, place_before, step.links.join or ""),
            description=merge(made_of.description, text),
            attendees=guests,
            private=private_marks(step, context),
            reminders=REMINDERS,
            more=made_of.more,
        )
        made = calendar.insert(event_id(str(call.id), generation), fields, notify=step.notify)
        if made is not None:
            return _written(
                step, context, there=made, title=call.series.title, generation=generation, location=step.links.join
            )
        there = calendar.get(event_id(str(call.id), generation))
        if there is not None and there.private.get(MARK) == str(call.id):
            return _taken(step, context, there, generation)
    raise Permanent("calendar", f"no free event id was found for {step.key}; look into the calendar's bin")


def _is_own(context: StepContext) -> bool:
    """An event of ours was there before, or a person wants one."""
    begun = context.receipt.attempt(EventBegun) if context.receipt is not None else None
    return context.left(EventProof) is not None or (begun is not None and begun.own)


def _texts_before(context: StepContext) -> tuple[str | None, str | None]:
    """The title and the place that we wrote last; None = none."""
    known = context.left(EventProof)
    return (known.summary, known.location) if known is not None else (None, None)


def _last_generation(context: StepContext) -> int | None:
    data = context.receipt.data if context.receipt is not None else None
    return data.generation if isinstance(data, EventProof | MadeAnew) else None


def _generation(call: Call, seen: SeenEvent) -> int:
    return next((number for number in range(GENERATIONS) if event_id(str(call.id), number) == seen.id), 0)


def _taken(step: EventStep, context: StepContext, there: SeenEvent, generation: int) -> Outcome:
    """The id is ours already: an earlier attempt went through, or the call was here before. What a person did to it
    since is found by comparing, as always."""
    written = there.private.get(WRITTEN, "")
    status, _, start = written.partition(" ")
    at = parse(start) if start else step.call.start
    proof = event_proof(
        there,
        context.config.calendar.id,
        generation=generation,
        cancelled=status == "cancelled",
        start=at,
        end=at + (step.call.end - step.call.start),
    )
    context.ledger.saw("event", {str(step.call.id): there})
    return Done(proof, fingerprint="")


def _made_by_hand(context: StepContext, call: Call) -> SeenEvent | None:
    """An event of the same name at that time which nobody marked as ours."""
    titles = {call.series.title.casefold(), context.config.name.casefold()}
    for event in context.services.calendar.between(call.start, call.end):
        name = event.summary.casefold()
        same = any(title and (title in name or name in title) for title in titles) if name else False
        if (
            MARK not in event.private
            and event.status != "cancelled"
            and (same or context.config.group in event.attendees)
        ):
            return event
    return None


def _update(step: EventStep, context: StepContext, seen: SeenEvent) -> Outcome:
    """Only what differs is written, and only where nobody else has written since."""
    call = step.call
    title_before, place_before = _texts_before(context)
    revive = seen.status == "cancelled"
    text = context.renderer.event(template_values(context, step))
    moved = (seen.start, seen.end) != (call.start, call.end) or revive
    description = merge(seen.description, text)
    fields = EventFields(
        start=call.start if moved else None,
        end=call.end if moved else None,
        zone=call.series.zone.key,
        summary=title(seen.summary, title_before, call.series.title),
        location=place(seen.location, place_before, step.links.join or ""),
        description=None if description == seen.description else description,
        status="confirmed" if revive else None,
        attendees=with_group(seen.guests, step.leaves, step.joins),
        private={**private_marks(step, context), **stale_marks(context.snapshot, call.id)},
        was_whole_day=bool(seen.whole_day),
    )
    name = call.series.title if fields.summary is not None or title_before is None else title_before
    if not revive:
        return _written(step, context, _patch(step, context, seen, fields), name, location=step.links.join)
    try:
        there = _patch(step, context, seen, fields)
    except (Stopped, Conflict):
        raise
    except Permanent:
        return _insert(step, context, seen)  # a deleted event cannot be brought back everywhere: another id then
    if there.status == "cancelled":
        return _insert(step, context, seen)
    if there.whole_day:
        raise Permanent(
            "calendar",
            f"could not give the all-day event its hour back; open {there.html_link} and set it to {call.local_start}",
        )
    return _written(step, context, there, name, location=step.links.join)


def _patch(step: EventStep, context: StepContext, seen: SeenEvent, fields: EventFields) -> SeenEvent:
    return patch_event(context, str(step.call.id), seen, fields, notify=step.notify)


def _written(
    step: EventStep,
    context: StepContext,
    there: SeenEvent,
    title: str,
    *,
    generation: int | None = None,
    location: str | None = None,
) -> Done:
    number = generation if generation is not None else _last_generation(context) or 0
    call = step.call
    context.ledger.saw("event", {str(call.id): there})
    proof = event_proof(
        there, context.config.calendar.id, generation=number, cancelled=call.cancelled, start=call.start, end=call.end
    )
    proof = replace(proof, summary=title, etag=there.etag, group=step.group, heard=heard(step, context))
    return Done(replace(proof, location=location) if location is not None else proof)
