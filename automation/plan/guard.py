"""Plans that look like a mistake are held back until a person says `--force`: mass cancellations, moves, restorations,
and too many mails."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta

from automation.domain.inputs import Inputs
from automation.domain.keys import CallId, Key, mark_of, with_role
from automation.domain.model import Call
from automation.domain.steps import MailStep
from automation.plan.steps.step_state import Item
from automation.schedule.calls import Calls, announced, cast_with
from automation.schedule.follow import call_of

# Two instants on one local day are never further apart, not even on a day that a clock change makes longer.
A_DAY_ANYWHERE = timedelta(days=2)


@dataclass(frozen=True)
class Refusal:
    """Why something is held back, in one sentence, and what: the marks of calls, or the keys of mails."""

    sentence: str
    marks: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


def refused_changes(inputs: Inputs, calls: Calls) -> tuple[Refusal, ...]:
    """Calls that vanished from the config or were moved into the past; and more than one call cancelled, or more than
    one announced call moved or restored, by one plan: then those of calls that nobody has heard of yet wait too,
    because they come of the same edit.
    """
    turned: dict[str, list[str]] = {"cancelled": [], "moved": [], "restored": []}
    heard = Counter[str]()
    for mark, state in calls.states.items():
        before = inputs.snapshot.calls.get(mark)
        if before is None or before.sequence == state.sequence or mark in calls.unasked:
            continue
        if state.transition in turned:
            turned[state.transition].append(mark)
            heard[state.transition] += state.announced or state.transition == "cancelled"
    words = {"cancelled": "cancel", "moved": "move", "restored": "restore"}
    return (*_vanished(inputs, calls), *_moved_into_the_past(inputs, calls)) + tuple(
        Refusal(
            f"this would {words[kind]} {len(marks)} calls at once ({', '.join(marks)}); if that is meant, run `apply"
            " --force`, otherwise undo the change in community.toml or in the calendar",
            marks=tuple(marks),
        )
        for kind, marks in turned.items()
        if heard[kind] > 1
    )


def _vanished(inputs: Inputs, calls: Calls) -> tuple[Refusal, ...]:
    """Calls that no rule yields any more, as soon as members count on one of them: the others come of the same edit."""
    gone = sorted(mark for mark in calls.unasked if inputs.snapshot.calls[mark].end > inputs.now)
    heard = [mark for mark in gone if not calls.states[mark].cancelled and announced(inputs, CallId.parse(mark))]
    marks = [
        mark for mark in gone if mark in heard or calls.states[mark].sequence != inputs.snapshot.calls[mark].sequence
    ]
    if not heard:
        return ()
    edited = {CallId.parse(mark).series for mark in gone}
    known_series = {CallId.parse(mark).series for mark in inputs.snapshot.calls}
    new = sorted(
        mark
        for mark in calls.states
        if mark not in inputs.snapshot.calls
        and (CallId.parse(mark).series in edited or CallId.parse(mark).series not in known_series)
    )
    wait = f"; {', '.join(new)} may come of the same edit and wait too" if new else ""
    after = max(CallId.parse(mark).recurrence_id for mark in heard) + timedelta(days=1)
    whom, it = (f"{marks[0]} is", "it") if len(marks) == 1 else (f"{', '.join(marks)} are", "them")
    known = it if len(marks) == 1 else ", ".join(heard)
    return (
        Refusal(
            f"{whom} no longer in community.toml, but members have heard of {known}; until that is decided nothing is"
            f" done or sent about {it}. Either put the old rule back and let a new one begin after that (from = {after}"
            " or later), with a [[series.change]] and cancel = true if the call is off; or run `apply --force`, which"
            f" cancels {it} and tells the members{wait}",
            marks=(*marks, *new),
        ),
    )


def _moved_into_the_past(inputs: Inputs, calls: Calls) -> tuple[Refusal, ...]:
    """Calls that were to come, and that an edit, or a slip of the hand in the calendar, moved to an hour that is
    over."""
    marks = []
    for mark, state in calls.states.items():
        before = inputs.snapshot.calls.get(mark)
        if before is None or before.end <= inputs.now:
            continue
        by_edit = before.asked != state.asked and not state.asked.cancelled and state.asked.end <= inputs.now
        dragged = before.sequence != state.sequence and not state.cancelled and state.end <= inputs.now
        if by_edit or dragged:
            marks.append(mark)
    if not marks:
        return ()
    return (
        Refusal(
            f"this would move {', '.join(marks)} into the past, so nothing is done or sent about that; correct its"
            " move_to in community.toml, or the entry in the calendar, or run `apply --force` if it was held then",
            marks=tuple(marks),
        ),
    )


def as_before(inputs: Inputs, calls: Calls, refusals: tuple[Refusal, ...]) -> Calls:
    """All calls, those that are held back as they stood before: what nobody has confirmed is neither published nor told
    of in the mails of other calls."""
    held = {mark for refusal in refusals for mark in refusal.marks}

    def stands(call: Call) -> Call:
        if str(call.id) not in held:
            return call
        return replace(call_of(call.id, call.series, inputs.snapshot.calls[str(call.id)], None), talk=call.talk)

    if not held:
        return calls
    there = [call for call in calls.current if str(call.id) not in held or str(call.id) in inputs.snapshot.calls]
    return cast_with(inputs, map(stands, there), calls.states, calls.unasked)


def refused_mails(inputs: Inputs, items: list[Item]) -> tuple[Refusal, ...]:
    """More mails to the Group on one local day than `group_mails_per_day`."""
    limit = inputs.config.mail.group_mails_per_day
    due = [
        item for item in items if item.state == "ready" and isinstance(item.step, MailStep) and not _begun(inputs, item)
    ]
    if not due:
        return ()
    sent = _sent_today(inputs)
    if sent + len(due) <= limit:
        return ()
    return (
        Refusal(
            f"mails to the Group that are due now: {len(due)}, sent today: {sent}; group_mails_per_day = {limit} allows"
            f" no more, so they wait ({', '.join(item.key for item in due)}); run `apply --force` if all of them are"
            " meant",
            keys=tuple(item.key for item in due),
        ),
    )


def refused_notices(inputs: Inputs, items: list[Item]) -> tuple[Refusal, ...]:
    """More notices of Google's to the Group (invitations, changes, cancellations) in one plan than
    `group_mails_per_day`: the events wait."""
    limit = inputs.config.mail.group_mails_per_day
    due = [item for item in items if item.notices and not _begun(inputs, item)]
    # What another Group's members are told when it is taken off is no mail to this one.
    count = sum(len(set(item.notices) - {"removal"}) or len(item.notices) for item in due)
    if count <= limit:
        return ()
    calls = ", ".join(mark_of(item.key) for item in due)
    return (
        Refusal(
            f"Google would mail the Group {count} times at once about these calendar entries ({calls});"
            f" group_mails_per_day = {limit} allows no more, so they wait; run `apply --force` if all of that is meant",
            keys=tuple(item.key for item in due),
        ),
    )


def _begun(inputs: Inputs, item: Item) -> bool:
    receipt = inputs.snapshot.get(item.key)
    return receipt is not None and receipt.state == "claimed"


def _sent_today(inputs: Inputs) -> int:
    """How many mails went to the Group on this local day of their series."""
    zones = {series.uid: series.zone for series in inputs.config.series}
    count = 0
    for key in with_role(inputs.snapshot.receipts, "mail"):
        receipt = inputs.snapshot.receipts[key]
        if receipt.done_at is None or abs(inputs.now - receipt.done_at) > A_DAY_ANYWHERE:
            continue
        zone = zones.get(Key.parse(key).call.series)
        if zone is not None and receipt.done_at.astimezone(zone).date() == inputs.now.astimezone(zone).date():
            count += 1
    return count
