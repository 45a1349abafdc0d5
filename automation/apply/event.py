"""EventStep -> Google Calendar, and the marks that other steps leave on the event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from automation.apply.context import Means
from automation.apply.event_block import merge
from automation.apply.event_marks import heard, patch_event, private_marks
from automation.apply.event_texts import kept, place, title
from automation.apply.outcome import Ask, Done, Dropped, Outcome
from automation.apply.views import view_of
from automation.domain.errors import Conflict, Permanent, Stopped
from automation.domain.guests import with_group
from automation.domain.instants import parse
from automation.domain.marks import GENERATIONS, MARK, WRITTEN, event_id, receipt_data, stale_marks
from automation.domain.model import Call
from automation.domain.services import EventFields, SeenEvent
from automation.domain.steps import EventStep

# Reminders of the organizer's own calendar only: Google gives every guest the reminders of the guest's own settings.
REMINDERS = (("popup", 10),)
NOTHING = SeenEvent("", "", "", None, None, "", "", "", {}, "")


def apply_event(step: EventStep, means: Means) -> Outcome:
    """Create, change or cancel the event of a call."""
    seen = _there(step, means) if step.action != "insert" or means.unmade else None
    if means.unmade and seen is None:
        return Dropped(means.unmade)
    if step.action == "insert":
        return _insert(step, means) if seen is None else _taken(step, means, seen, _generation(step.call, seen))
    if step.action == "cancel":
        return _cancel(step, means, seen)
    return _insert(step, means) if seen is None else _update(step, means, seen)


def _cancel(step: EventStep, means: Means, seen: SeenEvent | None) -> Outcome:
    """One patch that tells the guests and leaves the marks; where a calendar takes the status in no patch, the event is
    deleted, which tells them too."""
    data: Mapping[str, Any] = means.receipt.data if means.receipt is not None else {}
    if seen is None:
        return Done({**data, "status": "cancelled"})
    fields = EventFields(status="cancelled", private=private_marks(step, means))
    try:
        there = _patch(step, means, seen, fields)
    except (Stopped, Conflict):
        raise
    except Permanent:
        there = seen
    if there.status != "cancelled":
        means.services.calendar.delete(there.id, etag=there.etag, notify=step.notify)
        there = means.services.calendar.get(there.id) or replace(there, status="cancelled", etag="")
    return _written(step, means, there, str(data.get("summary", seen.summary)), location=data.get("location"))


def _there(step: EventStep, means: Means) -> SeenEvent | None:
    data: Mapping[str, Any] = means.receipt.data if means.receipt is not None else {}
    seen = means.book.seen.events.get(str(step.call.id))
    number = str(data.get("id") or event_id(str(step.call.id), 0))
    if seen is None or (data.get("id") and seen.id != number):
        seen = means.services.calendar.get(number) if data.get("id") or means.unmade else None
    elif seen.attendees and not seen.guests:  # seen by a version that did not keep guests whole
        means.ledger.saw("event", {str(step.call.id): means.services.calendar.get(seen.id) or seen})
        raise Conflict("calendar", "could not change the calendar event: its guests have to be read first")
    # A tombstone that shows no more than that cannot be written on.
    return None if seen is not None and seen.status == "cancelled" and not seen.etag else seen


def _insert(step: EventStep, means: Means, old: SeenEvent | None = None) -> Outcome:
    """A new event. What people had written into `old`, the deleted one that cannot be brought back, goes over into
    it."""
    call, calendar = step.call, means.services.calendar
    data: Mapping[str, Any] = means.receipt.data if means.receipt is not None else {}
    own = means.receipt is not None and (means.receipt.begun.get("own") or means.receipt.proven)
    if not means.reopened and not own:
        double = _made_by_hand(means, call)
        if double is not None:
            return Ask(
                f"an event “{double.summary}” made by hand already stands at that time; `resolve {step.key} --happened`"
                " takes it over, `--repeat` makes another one beside it, `--skip` leaves this call without one",
                {"candidate": double.id},
            )
    text, made_of = means.renderer.event(view_of(means, step)), old or NOTHING
    name = kept(made_of.summary, data.get("summary"), call.series.title)
    guests = with_group(made_of.guests, step.leaves, step.group) or made_of.guests or None
    start = int(means.receipt.data.get("generation", -1)) + 1 if means.receipt is not None else 0
    for generation in range(start, start + GENERATIONS):
        fields = EventFields(
            start=call.start,
            end=call.end,
            zone=call.series.zone.key,
            summary=name,
            location=kept(made_of.location, data.get("location"), step.links.join or ""),
            description=merge(made_of.description, text),
            attendees=guests,
            private=private_marks(step, means),
            reminders=REMINDERS,
            more=made_of.more,
        )
        made = calendar.insert(event_id(str(call.id), generation), fields, notify=step.notify)
        if made is not None:
            return _written(step, means, made, call.series.title, generation, step.links.join)
        there = calendar.get(event_id(str(call.id), generation))
        if there is not None and there.private.get(MARK) == str(call.id):
            return _taken(step, means, there, generation)
    raise Permanent("calendar", f"no free event id was found for {step.key}; look into the calendar's bin")


def _generation(call: Call, seen: SeenEvent) -> int:
    return next((number for number in range(GENERATIONS) if event_id(str(call.id), number) == seen.id), 0)


def _taken(step: EventStep, means: Means, there: SeenEvent, generation: int) -> Outcome:
    """The id is ours already: an earlier attempt went through, or the call was here before. What a person did to it
    since is found by comparing, as always."""
    written = there.private.get(WRITTEN, "")
    status, _, start = written.partition(" ")
    at = parse(start) if start else step.call.start
    receipt = receipt_data(
        there, means.config.calendar.id, generation, status == "cancelled", at, at + (step.call.end - step.call.start)
    )
    means.ledger.saw("event", {str(step.call.id): there})
    return Done(receipt, digest="")


def _made_by_hand(means: Means, call: Call) -> SeenEvent | None:
    """An event of the same name at that time which nobody marked as ours."""
    titles = {call.series.title.casefold(), means.config.name.casefold()}
    for event in means.services.calendar.between(call.start, call.end):
        name = event.summary.casefold()
        same = any(title and (title in name or name in title) for title in titles) if name else False
        if (
            MARK not in event.private
            and event.status != "cancelled"
            and (same or means.config.group in event.attendees)
        ):
            return event
    return None


def _update(step: EventStep, means: Means, seen: SeenEvent) -> Outcome:
    """Only what differs is written, and only where nobody else has written since."""
    call = step.call
    data: Mapping[str, Any] = means.receipt.data if means.receipt is not None else {}
    revive = seen.status == "cancelled"
    text = means.renderer.event(view_of(means, step))
    moved = (seen.start, seen.end) != (call.start, call.end) or revive
    description = merge(seen.description, text)
    fields = EventFields(
        start=call.start if moved else None,
        end=call.end if moved else None,
        zone=call.series.zone.key,
        summary=title(seen.summary, data.get("summary"), call.series.title),
        location=place(seen.location, data.get("location"), step.links.join or ""),
        description=None if description == seen.description else description,
        status="confirmed" if revive else None,
        attendees=with_group(seen.guests, step.leaves, step.joins),
        private={**private_marks(step, means), **stale_marks(means.book, call.id)},
        was_whole_day=bool(seen.whole_day),
    )
    name = call.series.title if fields.summary is not None or data.get("summary") is None else str(data["summary"])
    if not revive:
        return _written(step, means, _patch(step, means, seen, fields), name, location=step.links.join)
    try:
        there = _patch(step, means, seen, fields)
    except (Stopped, Conflict):
        raise
    except Permanent:
        return _insert(step, means, seen)  # a deleted event cannot be brought back everywhere: another id then
    if there.status == "cancelled":
        return _insert(step, means, seen)
    if there.whole_day:
        raise Permanent(
            "calendar",
            f"could not give the all-day event its hour back; open {there.html_link} and set it to {call.local_start}",
        )
    return _written(step, means, there, name, location=step.links.join)


def _patch(step: EventStep, means: Means, seen: SeenEvent, fields: EventFields) -> SeenEvent:
    return patch_event(means, str(step.call.id), seen, fields, notify=step.notify)


def _written(
    step: EventStep,
    means: Means,
    there: SeenEvent,
    title: str,
    generation: int | None = None,
    location: str | None = None,
) -> Done:
    old: Mapping[str, Any] = means.receipt.data if means.receipt is not None else {}
    number = generation if generation is not None else int(old.get("generation", 0))
    call = step.call
    means.ledger.saw("event", {str(call.id): there})
    data = receipt_data(there, means.config.calendar.id, number, call.cancelled, call.start, call.end)
    data |= {"summary": title, "etag": there.etag, "group": step.group, "heard": heard(step, means)}
    if location is not None:
        data["location"] = location
    return Done(data)
