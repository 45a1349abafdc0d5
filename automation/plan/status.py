"""Book + config -> how every call stands, for `status` and `resolve`. Pure: nobody outside is asked.

A step's state is the plan's, told for people: what could be done now is `pending`, and `overdue` once that has been so
for longer than the patience after which the organizers hear of a failure. A call that is over is told from its
receipts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from automation.domain.call_state import CallState
from automation.domain.inputs import Inputs
from automation.domain.instants import Instants
from automation.domain.keys import kind_of, mark_of
from automation.domain.model import Call
from automation.domain.receipts import WRONG_CLOCK, Pause, Receipt
from automation.domain.steps import RecordingStep
from automation.plan.alerts import PATIENCE
from automation.plan.pauses import holds
from automation.plan.plan import call_items, plan, scene_of
from automation.plan.steps.rows import row_of
from automation.plan.steps.step_state import Item
from automation.schedule.calls import Calls, calls_of
from automation.schedule.follow import call_of

StepState = Literal["done", "pending", "waiting", "overdue", "failed", "in doubt", "skipped"]

HELD = "held back until a person has decided; `plan` says why"
OVER = "it was not due before the call was over"


@dataclass(frozen=True)
class StepStatus(Instants):
    """One step. `done_at`: when it was done last, None if it was not. `needs_person` = it goes no further without
    one."""

    key: str
    kind: str
    state: StepState
    due: datetime
    reason: str = ""
    needs_person: bool = False
    done_at: datetime | None = None


@dataclass(frozen=True)
class CallStatus:
    """One call with all its steps, in the order in which they are done. `adopted` says what was taken over from people,
    or is empty."""

    call: Call
    steps: tuple[StepStatus, ...]
    adopted: str = ""


@dataclass(frozen=True)
class Status(Instants):
    """`community` are the steps that belong to no call that is shown; `paused` the services that are left alone now, by
    their names for people; `refused` what is held back."""

    now: datetime
    calls: tuple[CallStatus, ...]
    community: tuple[StepStatus, ...]
    paused: tuple[Pause, ...]
    refused: tuple[str, ...]

    @property
    def needs_person(self) -> bool:
        """Somebody has to do something."""
        steps = [*self.community, *(step for call in self.calls for step in call.steps)]
        return (
            bool(self.refused)
            or any(step.needs_person for step in steps)
            or any(pause.needs_person for pause in self.paused)
        )


def status_of(inputs: Inputs) -> Status:
    """Every call that is remembered or comes within the horizon, with all its steps."""
    calls, current = calls_of(inputs), plan(inputs)
    items: dict[str, list[Item]] = {}
    for item in current.items:
        items.setdefault(mark_of(item.key), []).append(item)
    held = {mark for refusal in current.refused for mark in refusal.marks}
    told = [call for call in calls.all if _told(inputs, calls, call)]
    elsewhere = items.keys() - {str(call.id) for call in told}
    return Status(
        now=inputs.now,
        calls=tuple(
            _call(inputs, calls, items=items.get(str(call.id), []), call=call, held=str(call.id) in held)
            for call in told
        ),
        community=tuple(_step(inputs, item) for mark in sorted(elsewhere) for item in items[mark]),
        paused=tuple(
            replace(pause, service=inputs.config.called(pause.service))
            for pause in inputs.snapshot.pauses.values()
            if holds(inputs, pause)
        ),
        refused=(
            *(refusal.sentence for refusal in current.refused),
            *filter(None, [inputs.snapshot.meta.get(WRONG_CLOCK)]),
        ),
    )


def recent(found: Status, past: int = 2) -> tuple[CallStatus, ...]:
    """What a person wants to see: the calls to come, the last `past` ones that are over, and each older one in which
    something is open."""
    over = [each for each in found.calls if each.call.end <= found.now]
    old = {id(each) for each in over[: max(len(over) - past, 0)]}
    return tuple(
        each
        for each in found.calls
        if id(each) not in old or any(step.state not in ("done", "skipped") for step in each.steps)
    )


def _told(inputs: Inputs, calls: Calls, call: Call) -> bool:
    """Remembered, or upcoming within the horizon; a call that was cancelled before anybody heard of it has no steps,
    but is shown."""
    horizon = inputs.now + timedelta(days=inputs.config.calendar.horizon_days)
    return calls.state(str(call.id)) is not None or inputs.now < call.start <= horizon


def _call(inputs: Inputs, calls: Calls, items: list[Item], call: Call, held: bool) -> CallStatus:
    mark = str(call.id)
    state = inputs.snapshot.calls.get(mark) if held else calls.state(mark)
    if state is None:
        return CallStatus(call, tuple(_step(inputs, item) for item in items))
    if held:
        call = replace(call_of(call.id, call.series, state, None), talk=call.talk)
    if held or state.closed:
        items = call_items(scene_of(inputs, calls, call, state))
    if state.closed:
        steps = [_step(inputs, item) if item.state == "in doubt" else _closed(inputs, item) for item in items]
    else:
        steps = [_held(_step(inputs, item)) if held else _step(inputs, item) for item in items]
    return CallStatus(call, (*steps, *_without_item(inputs, mark, {item.key for item in items})), _adopted(state))


def _held(step: StepStatus) -> StepStatus:
    return replace(step, state="waiting", reason=HELD) if step.state in ("pending", "overdue") else step


def _step(inputs: Inputs, item: Item) -> StepStatus:
    due = _due(inputs, item)
    if isinstance(item.step, RecordingStep) and item.step.late:
        receipt = inputs.snapshot.get(item.key)
        return StepStatus(
            key=item.key,
            kind=item.kind,
            state="skipped",
            due=due,
            reason=receipt.reason if receipt is not None else item.reason,
        )
    state: StepState = "pending" if item.state == "ready" else item.state
    if item.state == "ready" and _is_overdue(inputs, item, due):
        state = "overdue"
    return StepStatus(
        key=item.key,
        kind=item.kind,
        state=state,
        due=due,
        reason=item.reason,
        needs_person=item.needs_person,
        done_at=_done_at(inputs, item),
    )


def _done_at(inputs: Inputs, item: Item) -> datetime | None:
    receipt = inputs.snapshot.get(item.key)
    return receipt.done_at if receipt is not None else None


def _due(inputs: Inputs, item: Item) -> datetime:
    """A step that is due from the horizon on has no instant of its own in the plan."""
    if item.start is None or not row_of(item.kind).at_once:
        return item.window.due
    return min(item.start - timedelta(days=inputs.config.calendar.horizon_days), inputs.now)


def _is_overdue(inputs: Inputs, item: Item, due: datetime) -> bool:
    """Due for longer than the patience, and Callkeeper has known of it: a step of a call that no tick has seen yet is
    just new, and an update of what is done already has no due time."""
    mark = mark_of(item.key)
    receipt = inputs.snapshot.get(item.key)
    known = mark in inputs.snapshot.calls and not (receipt is not None and receipt.proven)
    return known and inputs.now - due > PATIENCE


def _closed(inputs: Inputs, item: Item) -> StepStatus:
    """What a receipt says counts; a step without one never came to anything."""
    receipt = inputs.snapshot.get(item.key)
    due = _due(inputs, item)
    if receipt is not None and receipt.proven:
        return StepStatus(
            key=item.key, kind=item.kind, state="done", due=due, reason=receipt.reason, done_at=receipt.done_at
        )
    reason = (
        receipt.reason
        if receipt is not None and receipt.state == "skipped"
        else item.reason
        if item.state == "skipped"
        else OVER
    )
    return StepStatus(key=item.key, kind=item.kind, state="skipped", due=due, reason=reason)


def _without_item(inputs: Inputs, mark: str, known: set[str]) -> list[StepStatus]:
    """Steps that the plan no longer names, for example a mail for the day before a move, or one whose template is
    gone."""
    found = [inputs.snapshot.receipts[key] for key in inputs.snapshot.keys(f"{mark}/") if key not in known]
    return [_from_receipt(inputs, receipt) for receipt in sorted(found, key=lambda r: (_when(inputs, r), r.key))]


def _from_receipt(inputs: Inputs, receipt: Receipt) -> StepStatus:
    kind = kind_of(receipt.key)
    state: StepState = "done" if receipt.proven else "skipped"
    return StepStatus(
        key=receipt.key,
        kind=kind,
        state=state,
        due=_when(inputs, receipt),
        reason=receipt.reason,
        done_at=receipt.done_at,
    )


def _when(inputs: Inputs, receipt: Receipt) -> datetime:
    return receipt.done_at or receipt.changed_at or inputs.now


def _adopted(state: CallState) -> str:
    """What a person did in the calendar and Callkeeper followed."""
    if not state.by_person:
        return ""
    words = {"moved": "moved in the calendar by a person", "cancelled": "deleted from the calendar by a person"}
    words |= {"restored": "put back into the calendar by a person"}
    return words.get(state.transition, "changed in the calendar by a person")
