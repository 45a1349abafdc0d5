"""The items of a call, kept from one plan to the next: a tick plans after each step, and a step changes one call. Pure.

A memo lives as long as an open ledger. A rehearsal keeps one open for months, so there the items are kept until the
next instant at which any of them can become something else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import TypeVar

from automation.domain.inputs import Applies, Inputs
from automation.domain.instants import Instants
from automation.domain.model import Template
from automation.domain.receipts import LONGEST_PAUSE
from automation.domain.steps import Message
from automation.plan.steps.recording import LATE_LOOKS, TURNS_UP
from automation.plan.steps.step_state import Item, Scene

Made = TypeVar("Made")

_AROUND = tuple(field.name for field in fields(Scene) if field.name != "inputs")
_GIVEN = tuple(field.name for field in fields(Inputs) if field.name not in ("snapshot", "applies", "now"))


def kept(scene: Scene, make: Callable[[Scene], list[Item]]) -> list[Item]:
    """`make(scene)`, or what that was before, if everything that the items of one call may be made from is as it was:
    the scene, the inputs, and of the snapshot what belongs to the call or to all calls."""
    mark, snapshot = str(scene.call.id), scene.snapshot
    made_from = (
        [getattr(scene, name) for name in _AROUND],
        [getattr(scene.inputs, name) for name in _GIVEN],
        [snapshot.receipts[key] for key in snapshot.keys(f"{mark}/")],
        (
            snapshot.seen.events.get(mark),
            snapshot.seen.meetings.get(mark),
            snapshot.templates,
            snapshot.pauses,
            snapshot.facts,
        ),
    )
    known, applies = snapshot.memo.get(mark), Listening.to(scene.inputs.applies)
    if (
        known is None
        or not known.holds_at(scene.now)
        or known.made_from != made_from
        or known.decided_by not in (None, applies.real)
    ):
        inner = Listening.to(applies.real)
        items = make(replace(scene, inputs=replace(scene.inputs, applies=inner)))
        known = Kept(
            made_from=made_from,
            decided_by=applies.real if inner.asked else None,
            since=scene.now,
            until=_until(scene, items),
            items=items,
        )
        snapshot.memo[mark] = known
    applies.asked |= known.decided_by is not None
    return known.items


@dataclass(frozen=True)
class Kept(Instants):
    """`items` as they are from `since` until before `until`; `decided_by` says which templates apply, None if that did
    not matter."""

    made_from: object
    decided_by: Applies | None
    since: datetime
    until: datetime
    items: list[Item]

    def holds_at(self, now: datetime) -> bool:
        return now == self.since or self.since < now < self.until


def _until(scene: Scene, items: list[Item]) -> datetime:
    """The next instant with which anything about the items is compared; now, if they hold the present instant
    itself."""
    now, call, snapshot = scene.now, scene.call, scene.snapshot
    if any(item.state == "ready" or item.record or item.window.due == now for item in items):
        return now
    times = [
        call.start,
        call.end,
        call.end + TURNS_UP,
        call.start - timedelta(days=scene.inputs.config.calendar.horizon_days),
    ]
    times += [at for item in items for at in (item.window.due, item.window.expires) if at is not None]
    for receipt in map(snapshot.receipts.__getitem__, snapshot.keys(f"{call.id}/")):
        if receipt.retry_at is not None:
            times += [receipt.retry_at, receipt.retry_at - LONGEST_PAUSE]
        if receipt.changed_at is not None:
            times.append(receipt.changed_at + LATE_LOOKS)
    return min((at for at in times if at > now), default=now)


def kept_whole(inputs: Inputs, make: Callable[[Inputs], Made]) -> Made:
    """`make(inputs)`, or what that was before, if nothing at all has changed since."""
    snapshot, applies = inputs.snapshot, Listening(inputs.applies)
    same = snapshot.receipts, snapshot.calls
    made_from = (
        inputs.now,
        [getattr(inputs, name) for name in _GIVEN],
        snapshot.seen,
        snapshot.templates,
        snapshot.pauses,
        snapshot.facts,
    )
    known = snapshot.memo.get("plan")
    if known is None or not _same(known[0], same) or known[1] != made_from or known[2] not in (None, applies.real):
        made = make(replace(inputs, applies=applies))
        known = snapshot.memo["plan"] = same, made_from, applies.real if applies.asked else None, made
    found: Made = known[3]
    return found


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """The very same objects: comparing thousands of receipts would take longer than planning."""
    return all(mine is yours for mine, yours in zip(one, other, strict=True))


class Listening:
    """Asks `real` whether a template applies; `asked` = it mattered."""

    def __init__(self, real: Applies) -> None:
        self.real = real
        self.asked = False

    @classmethod
    def to(cls, applies: Applies) -> Listening:
        return applies if isinstance(applies, Listening) else cls(applies)

    def __call__(self, template: Template, step: Message) -> bool:
        self.asked = True
        return self.real(template, step)
