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
from typing import Any, Literal

from automation.domain.absent import ABSENT, PURGED
from automation.domain.call_state import CallState
from automation.domain.errors import UserError
from automation.domain.inputs import Inputs
from automation.domain.instants import rfc3339
from automation.domain.keys import mark_of, role_of
from automation.domain.model import Call
from automation.domain.receipts import Receipt
from automation.plan.describe import does
from automation.plan.plan import call_items, community_items, scene_of
from automation.plan.steps.kinds import row_of
from automation.plan.steps.settle import Item
from automation.schedule.calls import Cast, cast_of

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
    cast = cast_of(inputs)
    items = {item.key: item for item in _items(inputs, cast, _call_of(cast, key))}
    receipt = inputs.book.get(key)
    if receipt is None and key not in items:
        raise UserError(_unknown(inputs, cast, key))
    if receipt is None or not (receipt.state in OPEN or (receipt.state == "skipped" and decision == "repeat")):
        raise UserError(_not_open(key, receipt, items.get(key)))
    if receipt.begun.get(ABSENT):
        return _absent(receipt, items.get(key), decision, inputs.now)
    again = _reopened(receipt, inputs.now)
    after = _afterwards(inputs, cast, again)
    if decision == "repeat":
        return _repeat(inputs, cast, receipt, again, after)
    if decision == "happened" and not receipt.proven:
        return _happened(inputs, cast, receipt, after)
    return _leave(inputs, receipt, after, decision)


def _happened(inputs: Inputs, cast: Cast, receipt: Receipt, after: Item | None) -> Resolution:
    """It is there, says a person, so it counts as done."""
    good_for, call = row_of(receipt.key).happened, _call_of(cast, receipt.key)
    if good_for == "taken over":
        return _taken_over(inputs, receipt, call)
    if good_for == "found again":
        raise UserError(
            f"{receipt.key} cannot be taken on trust, because its link is needed; use --repeat, which looks for it"
            " before making it anew"
        )
    day = receipt.begun.get("day") or (call.day.isoformat() if call is not None else "")
    done = Receipt(
        receipt.key,
        "done",
        done_at=receipt.changed_at or inputs.now,
        digest=getattr(after and after.step, "digest", ""),
        data={"day": day, "message": None},
        reason="a person said that it happened",
    )
    return Resolution(done, receipt.version, {}, f"{receipt.key} counts as done; it is not done again.")


def _taken_over(inputs: Inputs, receipt: Receipt, call: Call | None) -> Resolution:
    """The event that somebody made by hand is the call's from now on. The next tick writes our marks and text into it;
    its title and times are followed like any change by a person."""
    candidate = receipt.begun.get("candidate")
    if not candidate or call is None:
        raise UserError(f"{receipt.key} has no event made by hand to take over; use --repeat or --skip")
    data = {
        "id": candidate,
        "calendar": inputs.config.calendar.id,
        "generation": 0,
        "status": "confirmed",
        "start": rfc3339(call.start),
        "end": rfc3339(call.end),
    }
    done = Receipt(receipt.key, "done", done_at=inputs.now, data=data, reason="a person let it be taken over")
    return Resolution(
        done, receipt.version, {}, f"{receipt.key}: the event made by hand is taken over; the next tick completes it."
    )


def _absent(receipt: Receipt, item: Item | None, decision: Decision, now: datetime) -> Resolution:
    """What became of an event that is not to be found: it was deleted, it is to be made again, or it is not wanted any
    more."""
    if decision == "happened":
        done = replace(receipt, state="done", data={**receipt.data, PURGED: True}, begun={}, reason=BY_PERSON)
        return Resolution(
            done, receipt.version, {}, f"{receipt.key}: it was deleted, so the next tick cancels the call."
        )
    if decision == "repeat":
        again = Receipt(
            receipt.key,
            "failed",
            data={"generation": receipt.data.get("generation", 0)},
            begun={"own": True},
            reason=BY_PERSON,
        )
        return Resolution(again, receipt.version, {}, f"{receipt.key} is made again by the next tick.")
    skip = Receipt(
        receipt.key, "skipped", data={"start": item.start if item is not None else ""}, reason=BY_PERSON, changed_at=now
    )
    return Resolution(skip, receipt.version, {}, f"{receipt.key} is skipped; the call stands without an event.")


def _repeat(inputs: Inputs, cast: Cast, receipt: Receipt, again: Receipt, after: Item | None) -> Resolution:
    if after is None or after.state == "skipped":
        reason = f": {after.reason}" if after is not None and after.reason else ""
        raise UserError(f"{receipt.key} cannot be done any more{reason}; {_otherwise(receipt)}")
    mark = mark_of(receipt.key)
    state = inputs.book.calls.get(mark)
    states = {mark: replace(state, closed=False)} if state is not None and state.closed else {}
    what = does(after, inputs.config)
    return Resolution(again, receipt.version, states, f"{receipt.key} is done by the next tick: {what}.")


def _otherwise(receipt: Receipt) -> str:
    return "there is nothing left to do about it" if receipt.state == "skipped" else "use --happened or --skip"


def _leave(inputs: Inputs, receipt: Receipt, after: Item | None, decision: Decision) -> Resolution:
    """It is not done. Of a step that was done before, only the update that is under way is left out."""
    if receipt.proven:
        content = getattr(after and after.step, "digest", receipt.digest)
        kept = replace(
            _reopened(receipt, inputs.now), state="done", digest=content, data=receipt.data, begun={}, reason=BY_PERSON
        )
        words = "counts as up to date" if decision == "happened" else "stays as it is; this change of it is left out"
        return Resolution(kept, receipt.version, {}, f"{receipt.key} {words}.")
    sentence = f"{receipt.key} is skipped."
    if receipt.state == "claimed" and role_of(receipt.key) == "mail" and not receipt.begun.get("submitting"):
        begun = replace(receipt, begun={**receipt.begun, "unwanted": BY_PERSON}, retry_at=None, person=False)
        return Resolution(begun, receipt.version, {}, f"{sentence} The next tick removes its draft.")
    start = after.start if after is not None else ""
    skip = Receipt(receipt.key, "skipped", data={"start": start}, reason=BY_PERSON)
    return Resolution(skip, receipt.version, {}, sentence)


def _reopened(receipt: Receipt, now: datetime) -> Receipt:
    """The receipt as if the step had never been put off. A step whose outcome can be asked stays begun, so that it is
    asked about first."""
    asked = receipt.state == "claimed" and not receipt.begun.get("submitting")
    begun: dict[str, Any] = dict(receipt.begun) if asked else {}
    if row_of(receipt.key).happened == "taken over" and receipt.begun.get("candidate"):
        begun = {"own": True}
    data = dict(receipt.data)
    if receipt.state == "skipped":
        data = {}
    if row_of(receipt.key).by_others and not receipt.proven:
        data["reopened"] = rfc3339(now)
    if role_of(receipt.key) == "mail" and not asked:
        data["repeat"] = rfc3339(now)
    state: Literal["claimed", "failed"] = "claimed" if asked else "failed"
    return replace(receipt, state=state, begun=begun, data=data, attempts=0, retry_at=None, person=False, reason="")


def _afterwards(inputs: Inputs, cast: Cast, receipt: Receipt) -> Item | None:
    """The step as the next tick would find it with this receipt, services that rest left out of account."""
    receipts = {**inputs.book.receipts, receipt.key: receipt}
    pretended = replace(inputs, book=replace(inputs.book, receipts=receipts, pauses={}), force=True)
    found = _items(pretended, cast, _call_of(cast, receipt.key))
    return next((item for item in found if item.key == receipt.key), None)


def _items(inputs: Inputs, cast: Cast, call: Call | None) -> list[Item]:
    """Every step of the call, also of a closed one; without a call, those of the community."""
    if call is None:
        return community_items(inputs, cast)
    state = cast.state(str(call.id))
    return call_items(scene_of(inputs, cast, call, replace(state, closed=False))) if state is not None else []


def _call_of(cast: Cast, key: str) -> Call | None:
    mark = mark_of(key)
    return next((call for call in cast.calls if str(call.id) == mark), None)


def _unknown(inputs: Inputs, cast: Cast, key: str) -> str:
    """With the keys that were probably meant, those that can be settled first."""
    known = [receipt.key for receipt in inputs.book.receipts.values() if receipt.state in OPEN]
    known += [item.key for call in cast.calls for item in _items(inputs, cast, call)] + list(inputs.book.receipts)
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
