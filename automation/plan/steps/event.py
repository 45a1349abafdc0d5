"""The Calendar event of one call: what it is to say, who its guests are, and what Google mails the Group for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from automation.domain.fingerprint import fingerprint, wording
from automation.domain.guests import invited, is_guest, same, wanted
from automation.domain.marks import stale_marks
from automation.domain.model import Call, Config
from automation.domain.proofs import EventProof
from automation.domain.receipts import LedgerSnapshot, Receipt
from automation.domain.services import SeenEvent
from automation.domain.steps import EventStep, Window
from automation.plan.steps.meeting import not_there
from automation.plan.steps.step_state import Item, Scene, step_state, wanted_since
from automation.plan.steps.words import example, made, when

ELSEWHERE = "its calendar entry belongs to another calendar now, so the entry is not written from here; move it back"
RECURRING = "a series was made of its calendar entry by hand, so the entry is not written; make it a single entry again"


@dataclass(frozen=True)
class Group:
    """The Group as a guest: `group` is the address that is one afterwards ("" = none), `joins` and `leaves` what
    changes for that. `unwritable`: something would have to change, and Google did not show all of the guests."""

    group: str
    joins: str = ""
    leaves: str = ""
    unwritable: bool = False


def items(scene: Scene, before: list[Item]) -> list[Item]:
    """The Calendar event."""
    call, receipt, seen = scene.call, scene.receipt("event"), _seen(scene)
    proven = receipt is not None and receipt.proven
    group = _group(scene)
    content = fingerprint("cancelled", call.sequence) if call.cancelled and proven else event_digest(scene, group.group)
    if call.cancelled and seen is not None and seen.status == "cancelled" and receipt is not None and proven:
        content = receipt.fingerprint  # a person deleted it: there is nothing to write
    # A mark that still says `begun` would leave the step in doubt if the ledger were lost: it is written again, after
    # the call too.
    stale = stale_marks(scene.snapshot, call.id) if proven and not call.cancelled else {}
    window = Window(wanted_since(scene), None if stale else call.end if proven else call.start)
    blocked = _blocked(scene)
    no_meeting = not_there(scene.inputs.config)
    blocked_by = blocked or ("" if scene.links.join or call.cancelled else no_meeting)
    notices = _notices(scene, group)

    def step() -> EventStep:
        action: Literal["insert", "update", "cancel"] = "update" if proven else "insert"
        return EventStep(
            key=scene.key("event"),
            call=call,
            window=window,
            fingerprint=content,
            action="cancel" if call.cancelled else action,
            notify=_tells(scene, notices),
            links=scene.links,
            group=group.group,
            joins=group.joins,
            leaves=group.leaves,
        )

    whole_day = "" if call.cancelled or seen is None else seen.whole_day
    due = fingerprint(content, sorted(stale), whole_day) if (stale or whole_day) and not blocked else content
    item = step_state(scene, "event", window, step, content=due, blocked_by=blocked_by)
    tells = item.state == "ready" or item.reason == no_meeting
    needs_person = item.needs_person or (item.state == "waiting" and item.reason == blocked != "")
    return [replace(item, needs_person=needs_person, notices=notices if tells else (), note=_note(scene, group))]


def event_digest(scene: Scene, group: str) -> str:
    """Of everything that the event's text, times and guests are made from. An event with the usual guest has the digest
    that it had before guests counted, so that no ledger has to write it anew."""
    call, config = scene.call, scene.inputs.config
    content = (
        _telling(call),
        scene.links.join,
        scene.links.notes,
        scene.inputs.templates.event,
        config.name,
        config.group,
        [zone.key for zone in config.zones] + wording(config),
        config.calendar.id,
        config.calendar.invite,
        config.links,
    )
    usual = config.group if config.calendar.invite == "calendar" else ""
    return fingerprint(*content) if group == usual else fingerprint(*content, group)


def _telling(call: Call) -> list[object]:
    talk = [call.talk.speaker, call.talk.title, call.talk.abstract] if call.talk else None
    return [
        call.series.title,
        call.local_start.isoformat(),
        call.local_end.isoformat(),
        call.status,
        call.reason,
        call.sequence,
        talk,
    ]


def _seen(scene: Scene) -> SeenEvent | None:
    return scene.snapshot.seen.events.get(str(scene.call.id))


def _group(scene: Scene) -> Group:
    """Who was invited, and who is to be."""
    config, seen = scene.inputs.config, _seen(scene)
    there = invited(config, scene.receipt("event"), seen)
    if scene.call.cancelled:
        return Group(there)
    want = wanted(config, scene.invites, there)
    if want == there or (want and same(want, there)):
        return Group(want)
    if seen is not None and seen.omitted:
        return Group(there, unwritable=True)
    return Group(want, joins="" if is_guest(seen, want) else want, leaves=there)


def _notices(scene: Scene, group: Group) -> tuple[str, ...]:
    """What Google mails the Group when the event is written: nothing about what a person did there, because Google
    already told of that."""
    call, seen, receipt = scene.call, _seen(scene), scene.receipt("event")
    if receipt is None or not receipt.proven or seen is None:
        return ("cancellation" if call.cancelled else "invitation",) if group.group else ()
    there = is_guest(seen, group.leaves or group.group)
    if group.joins:
        return ("invitation", "removal") if group.leaves and there else ("invitation",)
    if not there or not _differs(scene, seen):
        return ()
    if group.leaves:
        return ("removal",)
    return ("cancellation" if call.cancelled else "restoration" if seen.status == "cancelled" else "change",)


def _blocked(scene: Scene) -> str:
    """Why the event must not be written, or "". A copy that stays here because this account is a guest of an event
    moved away changes nothing for the others."""
    seen, event = _seen(scene), scene.snapshot.left(scene.key("event"), EventProof)
    if seen is None or seen.status == "cancelled":
        return ""
    ours = event.organizer if event is not None else ""
    if seen.guest and ours and not same(ours, seen.organizer):
        return ELSEWHERE
    return RECURRING if seen.recurring else ""


def _differs(scene: Scene, seen: SeenEvent) -> bool:
    """Whether guests see another time or status once the event is written. A day that a person chose and the hour put
    back on it do not count as one: Google told of the day."""
    if scene.call.cancelled or seen.status == "cancelled":
        return scene.call.cancelled != (seen.status == "cancelled")
    return not seen.whole_day and (seen.start, seen.end) != (scene.call.start, scene.call.end)


def _tells(scene: Scene, notices: tuple[str, ...]) -> bool:
    """Guests are told of a new, moved, cancelled or restored call, those whom people invited too. Taking the Group off,
    because invitations are not to come from Google any more, is no news: the call takes place."""
    seen, receipt = _seen(scene), scene.receipt("event")
    if notices or receipt is None or not receipt.proven or seen is None:
        return bool(notices)
    return bool(seen.attendees) and _differs(scene, seen)


def _note(scene: Scene, group: Group) -> str:
    """What the organizers are told once about the event, or ""."""
    seen, call = _seen(scene), scene.call
    if seen is None or seen.status == "cancelled" or call.end <= scene.now:
        return ""
    name = f"The calendar entry of {call.id}"
    if group.unwritable:
        return (
            f"{name} has more guests than Google shows, so its guest list is not written and"
            f" {scene.inputs.config.group} is neither added nor taken off. Change its guests by hand: {seen.html_link}"
        )
    if _blocked(scene) == ELSEWHERE:
        return (
            f"{name} was moved to the calendar {seen.organizer} by hand; changes of the call are not written there."
            f" Move it back: {seen.html_link}"
        )
    if seen.recurring:
        return (
            f"{name} was made a series of by hand. Callkeeper leaves the entry alone: it neither follows it nor writes"
            " changes of the call into it, because they would hold for all its dates. Make it a single entry again:"
            f" {seen.html_link}"
        )
    if seen.whole_day and not call.cancelled:
        hour = f"{call.local_start:%H:%M %Z}"
        return (
            f"{name} was made an all-day entry on {seen.whole_day}. The day is followed; the hour, {hour}, is written"
            " back."
        )
    return ""


def doing(step: EventStep, config: Config) -> str:
    words = {
        "insert": "put into the calendar:",
        "update": "update the calendar event:",
        "cancel": "cancel the calendar event:",
    }
    guests = ", telling the guests" if step.notify else ""
    return f"{words[step.action]} {step.call.series.title}, {when(step.call)}{guests}"


def done(name: str, before: Receipt | None, after: Receipt | None) -> str:
    event = after.left(EventProof) if after is not None else None
    if event is not None and event.status == "cancelled":
        return "Calendar entry cancelled"
    return made(before, "Calendar entry made", "Calendar entry brought up to date")


def foreseen(step: EventStep, snapshot: LedgerSnapshot) -> EventProof:
    """As nobody has touched it since."""
    call, seen = step.call, snapshot.seen.events.get(str(step.call.id))
    return EventProof(
        id="0",
        status="cancelled" if call.cancelled else "confirmed",
        start=call.start,
        end=call.end,
        link=example("event"),
        group=step.group,
        etag=seen.etag if seen is not None else "",
    )
