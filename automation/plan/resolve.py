"""What a person's word about a step means for its receipt: the decision behind `resolve`. Pure.

A step can be settled when its outcome is in doubt, when it failed, waits or was begun, and a skipped one can be taken
up again. What comes of it is tried on the plan first, so that nobody is told "it is done again" of a step whose time
has passed.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from automation.domain.begun import EventBegun, MailBegun, is_submitted
from automation.domain.call_state import CallState
from automation.domain.errors import UserError
from automation.domain.inputs import Inputs
from automation.domain.keys import mark_of, role_of
from automation.domain.model import Call
from automation.domain.proofs import (
    AskedAgain,
    EventProof,
    MadeAnew,
    Skipped,
    SoughtAnew,
)
from automation.domain.receipts import Receipt
from automation.domain.steps import content_of
from automation.plan.describe import describe
from automation.plan.plan import call_items, community_items, scene_of
from automation.plan.steps.rows import row_of
from automation.plan.steps.step_state import Item
from automation.schedule.calls import Calls, calls_of

Decision = Literal["happened", "repeat", "skip"]

BY_PERSON = "a person decided so"
OPEN = ("doubt", "failed", "claimed", "waiting")


@dataclass(frozen=True)
class Resolution:
    """`receipt` is to be written if the one in the ledger still has `version`. `states` are call states to remember.
    `sentence` says what was done."""

    receipt: Receipt
    version: int
    states: Mapping[str, CallState]
    sentence: str


def resolve(inputs: Inputs, key: str, decision: Decision) -> Resolution:
    """The new receipt of the step `key`. Raises UserError with one sentence if there is no such step, or nothing to
    settle."""
    calls = calls_of(inputs)
    items = {item.key: item for item in _items(inputs, calls, _call_of(calls, key))}
    receipt = inputs.snapshot.get(key)
    if receipt is None and key not in items:
        raise UserError(_unknown(inputs, calls, key))
    if receipt is None or not (receipt.state in OPEN or (receipt.state == "skipped" and decision == "repeat")):
        raise UserError(_not_open(key, receipt, items.get(key)))
    event = receipt.attempt(EventBegun)
    if event is not None and event.absent:
        return _absent(receipt, items.get(key), decision, inputs.now)
    again = _reopened(receipt, inputs.now)
    after = _afterwards(inputs, calls, again)
    if decision == "repeat":
        return _repeat(inputs, calls, receipt=receipt, again=again, after=after)
    if decision == "happened" and not receipt.proven:
        return _happened(inputs, calls, receipt, after)
    return _leave(inputs, receipt, after, decision)


def _happened(inputs: Inputs, calls: Calls, receipt: Receipt, after: Item | None) -> Resolution:
    """It is there, says a person, so it counts as done."""
    good_for, call = row_of(receipt.key).happened, _call_of(calls, receipt.key)
    if good_for == "taken over":
        return _taken_over(inputs, receipt, call)
    if good_for == "found again":
        raise UserError(
            f"{receipt.key} cannot be taken on trust, because its link is needed; use --repeat, which looks for it"
            " before making it anew"
        )
    done = Receipt(
        receipt.key,
        "done",
        done_at=receipt.changed_at or inputs.now,
        fingerprint=content_of(after.step if after is not None else None),
        data=good_for(receipt.day or (call.day if call is not None else None)),
        reason="a person said that it happened",
    )
    return Resolution(done, receipt.version, {}, f"{receipt.key} counts as done; it is not done again.")


def _taken_over(inputs: Inputs, receipt: Receipt, call: Call | None) -> Resolution:
    """The event that somebody made by hand is the call's from now on. The next tick writes our marks and text into it;
    its title and times are followed like any change by a person."""
    begun = receipt.attempt(EventBegun)
    if begun is None or not begun.candidate or call is None:
        raise UserError(f"{receipt.key} has no event made by hand to take over; use --repeat or --skip")
    data = EventProof(
        id=begun.candidate,
        calendar=inputs.config.calendar.id,
        generation=0,
        status="confirmed",
        start=call.start,
        end=call.end,
    )
    done = Receipt(receipt.key, "done", done_at=inputs.now, data=data, reason="a person let it be taken over")
    return Resolution(
        done, receipt.version, {}, f"{receipt.key}: the event made by hand is taken over; the next tick completes it."
    )


def _absent(receipt: Receipt, item: Item | None, decision: Decision, now: datetime) -> Resolution:
    """What became of an event that is not to be found: it was deleted, it is to be made again, or it is not wanted any
    more."""
    event = receipt.left(EventProof)
    if decision == "happened" and event is not None:
        done = replace(receipt, state="done", data=replace(event, purged=True), begun=None, reason=BY_PERSON)
        return Resolution(
            done, receipt.version, {}, f"{receipt.key}: it was deleted, so the next tick cancels the call."
        )
    if decision == "repeat":
        data = MadeAnew(event.generation or 0 if event is not None else 0)
        again = Receipt(receipt.key, "failed", data=data, begun=EventBegun(own=True), reason=BY_PERSON)
        return Resolution(again, receipt.version, {}, f"{receipt.key} is made again by the next tick.")
    skip = replace(_skipped(receipt, item), changed_at=now)
    return Resolution(skip, receipt.version, {}, f"{receipt.key} is skipped; the call stands without an event.")


def _repeat(inputs: Inputs, calls: Calls, receipt: Receipt, again: Receipt, after: Item | None) -> Resolution:
    if after is None or after.state == "skipped":
        reason = f": {after.reason}" if after is not None and after.reason else ""
        raise UserError(f"{receipt.key} cannot be done any more{reason}; {_otherwise(receipt)}")
    mark = mark_of(receipt.key)
    state = inputs.snapshot.calls.get(mark)
    states = {mark: replace(state, closed=False)} if state is not None and state.closed else {}
    what = describe(after, inputs.config)
    return Resolution(again, receipt.version, states, f"{receipt.key} is done by the next tick: {what}.")


def _otherwise(receipt: Receipt) -> str:
    return "there is nothing left to do about it" if receipt.state == "skipped" else "use --happened or --skip"


def _leave(inputs: Inputs, receipt: Receipt, after: Item | None, decision: Decision) -> Resolution:
    """It is not done. Of a step that was done before, only the update that is under way is left out."""
    if receipt.proven:
        content = content_of(after.step) if after is not None and after.step is not None else receipt.fingerprint
        again = _reopened(receipt, inputs.now)
        kept = replace(again, state="done", fingerprint=content, data=receipt.data, begun=None, reason=BY_PERSON)
        words = "counts as up to date" if decision == "happened" else "stays as it is; this change of it is left out"
        return Resolution(kept, receipt.version, {}, f"{receipt.key} {words}.")
    sentence = f"{receipt.key} is skipped."
    if receipt.state == "claimed" and role_of(receipt.key) == "mail" and not is_submitted(receipt.begun):
        begun = replace(receipt.attempt(MailBegun) or MailBegun(), unwanted=BY_PERSON)
        left = replace(receipt, begun=begun, retry_at=None, needs_person=False)
        return Resolution(left, receipt.version, {}, f"{sentence} The next tick removes its draft.")
    return Resolution(_skipped(receipt, after), receipt.version, {}, sentence)


def _skipped(receipt: Receipt, item: Item | None) -> Receipt:
    start = item.start if item is not None else None
    return Receipt(receipt.key, "skipped", data=Skipped(start) if start is not None else None, reason=BY_PERSON)


def _reopened(receipt: Receipt, now: datetime) -> Receipt:
    """The receipt as if the step had never been put off. A step whose outcome can be asked stays begun, so that it is
    asked about first."""
    asked = receipt.state == "claimed" and not is_submitted(receipt.begun)
    begun, event = receipt.begun if asked else None, receipt.attempt(EventBegun)
    if event is not None and event.candidate:
        begun = EventBegun(own=True)
    data = receipt.data if receipt.state != "skipped" else None
    if row_of(receipt.key).by_others and not receipt.proven:
        data = SoughtAnew(now)
    if role_of(receipt.key) == "mail" and not receipt.proven and not asked:
        data = AskedAgain(now)
    state: Literal["claimed", "failed"] = "claimed" if asked else "failed"
    return replace(
        receipt, state=state, begun=begun, data=data, attempts=0, retry_at=None, needs_person=False, reason=""
    )


def _afterwards(inputs: Inputs, calls: Calls, receipt: Receipt) -> Item | None:
    """The step as the next tick would find it with this receipt, services that rest left out of account."""
    receipts = {**inputs.snapshot.receipts, receipt.key: receipt}
    pretended = replace(inputs, snapshot=replace(inputs.snapshot, receipts=receipts, pauses={}), force=True)
    found = _items(pretended, calls, _call_of(calls, receipt.key))
    return next((item for item in found if item.key == receipt.key), None)


def _items(inputs: Inputs, calls: Calls, call: Call | None) -> list[Item]:
    """Every step of the call, also of a closed one; without a call, those of the community."""
    if call is None:
        return community_items(inputs, calls)
    state = calls.state(str(call.id))
    return call_items(scene_of(inputs, calls, call, replace(state, closed=False))) if state is not None else []


def _call_of(calls: Calls, key: str) -> Call | None:
    mark = mark_of(key)
    return next((call for call in calls.all if str(call.id) == mark), None)


def _unknown(inputs: Inputs, calls: Calls, key: str) -> str:
    """With the keys that were probably meant, those that can be settled first."""
    known = [receipt.key for receipt in inputs.snapshot.receipts.values() if receipt.state in OPEN]
    known += [item.key for call in calls.all for item in _items(inputs, calls, call)] + list(inputs.snapshot.receipts)
    near = difflib.get_close_matches(key, dict.fromkeys(known), n=3, cutoff=0.6)
    meant = f"; did you mean {' or '.join(near)}?" if near else "; `status --json` lists every key"
    return f"there is no step {key}{meant}"


def _not_open(key: str, receipt: Receipt | None, item: Item | None) -> str:
    if receipt is not None and receipt.state == "done":
        return f"{key} is done; there is nothing to settle"
    if receipt is not None and receipt.state == "skipped":
        return (
            f"{key} was skipped ({receipt.reason}); there is nothing to settle, but --repeat takes it up again where"
            " that is still of use"
        )
    if item is not None and item.state == "skipped":
        return f"{key} is skipped ({item.reason}); there is nothing to settle"
    return f"{key} has not been tried yet, so there is nothing to settle; `plan` says when it is due"
