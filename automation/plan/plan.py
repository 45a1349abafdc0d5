"""occurrences + receipts + what was seen + now -> Plan. Pure: the same inputs give the same plan, and nothing outside
is asked.

Level-triggered: each plan says what should be true by now, whatever happened or did not happen before. `reconcile`
carries plans out until nothing is ready; `simulate.simulate` runs the same planning on pretended receipts, so that a
dry plan names every step that would follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from automation.domain.call_state import CallState
from automation.domain.inputs import Inputs
from automation.domain.instants import Instants
from automation.domain.keys import mark_of, sequence_of, step_of
from automation.domain.model import Call
from automation.domain.receipts import Receipt
from automation.domain.steps import Window
from automation.plan.guard import Refusal, as_before, refused_changes, refused_mails, refused_notices
from automation.plan.in_doubt import with_doubts
from automation.plan.kept import kept, kept_whole
from automation.plan.pauses import is_paused, rested
from automation.plan.steps.context import context_of
from automation.plan.steps.doubts import proven
from automation.plan.steps.kinds import KINDS
from automation.plan.steps.recording import may_turn_up
from automation.plan.steps.rows import row_of
from automation.plan.steps.step_state import Item, Scene, skipped
from automation.plan.stops import is_elsewhere, is_unsettled, stops_of
from automation.plan.turns import in_turn
from automation.schedule.calls import Calls, calls_of

TOO_MANY = "too many mails to the Group at once"


@dataclass(frozen=True)
class Plan(Instants):
    """`calls` are those from now on, in order; `shown` those and the past ones that are not closed yet. `states` are
    the call states to remember. `look_at` is when people's edits are looked for next. `templates` are newly seen.
    `refused` are held back until a person says `--force`; `stopped`: they hold back everything."""

    now: datetime
    calls: tuple[Call, ...]
    shown: tuple[Call, ...]
    items: tuple[Item, ...]
    refused: tuple[Refusal, ...]
    states: Mapping[str, CallState]
    templates: tuple[str, ...]
    look_at: datetime
    stopped: bool = False

    @property
    def ready(self) -> list[Item]:
        """What is to be done now, in order."""
        return in_turn([item for item in self.items if item.state == "ready"])

    @property
    def needs_look(self) -> bool:
        """Looking comes first before anything is done for a call."""
        return self.look_at <= self.now or any(mark_of(item.key) for item in self.ready)

    @property
    def needs_person(self) -> bool:
        return bool(self.refused) or any(item.needs_person for item in self.items)

    @property
    def next_at(self) -> datetime | None:
        """The next instant after now at which something becomes due, not counting looks."""
        times = [item.window.due for item in self.items if item.state == "pending"]
        times += [call.end for call in self.calls]
        return min((at for at in times if at > self.now), default=None)


def plan(inputs: Inputs) -> Plan:
    """What is to be done at `inputs.now`, what comes, and what is held back."""
    return kept_whole(inputs, _plan)


def _plan(inputs: Inputs) -> Plan:
    wished = calls_of(inputs)
    stops = stops_of(inputs)
    if stops:
        return _stopped(inputs, as_before(inputs, wished, stops), stops)
    changes = () if inputs.force else refused_changes(inputs, wished)
    calls = as_before(inputs, wished, changes)
    held = {mark for refusal in changes for mark in refusal.marks}
    items: list[Item] = []
    states: dict[str, CallState] = {}
    for call in calls.current:
        mark = str(call.id)
        if mark in held or mark not in calls.states:
            continue
        state = calls.states[mark]
        scene = scene_of(inputs, calls, call, state)
        found = kept(scene, call_items)
        states[mark] = _closed(scene, found)
        items += found
    mails = () if inputs.force else (*refused_mails(inputs, items), *refused_notices(inputs, items))
    waiting = {key for refusal in mails for key in refusal.keys}
    items = [replace(i, state="waiting", reason=TOO_MANY, step=None) if i.key in waiting else i for i in items]
    items = [*(rested(inputs, item) for item in items), *community_items(inputs, calls)]
    items = with_doubts(inputs, inputs.snapshot.in_doubt, items)
    return Plan(
        now=inputs.now,
        calls=wished.upcoming(inputs.now),
        shown=calls.unsettled(inputs.now),
        items=tuple(items),
        refused=(*changes, *mails),
        states={mark: state for mark, state in states.items() if inputs.snapshot.calls.get(mark) != state},
        templates=_new_templates(inputs),
        look_at=look_at(inputs),
    )


def _stopped(inputs: Inputs, calls: Calls, stops: tuple[Refusal, ...]) -> Plan:
    """Nothing is done and nothing is written down; where the look itself found the reason, it is looked again in
    time."""
    again = inputs.now + timedelta(minutes=inputs.config.calendar.look_every_minutes)
    return Plan(
        now=inputs.now,
        calls=calls.upcoming(inputs.now),
        shown=calls.unsettled(inputs.now),
        items=tuple(with_doubts(inputs, inputs.snapshot.in_doubt, [])),
        refused=stops,
        states={},
        templates=(),
        look_at=again if is_elsewhere(inputs) else look_at(inputs),
        stopped=True,
    )


def scene_of(inputs: Inputs, calls: Calls, call: Call, state: CallState) -> Scene:
    """One call with all that its steps depend on."""
    return Scene(inputs, context_of(inputs, calls, call), state, invites=str(call.id) in calls.invited)


def call_items(scene: Scene) -> list[Item]:
    """Every step of one call, in the order in which they are done."""
    items: list[Item] = []
    for kind in KINDS:
        if kind.of_call is not None:
            items += [proven(scene, item) for item in kind.of_call(scene, items)]
    items = [*_in_order(scene, items), *_left_open(scene, {item.key for item in items})]
    items = with_doubts(scene.inputs, scene.snapshot.keys(f"{scene.call.id}/"), items)
    return [proven(scene, item) for item in items]


def community_items(inputs: Inputs, calls: Calls) -> list[Item]:
    """The steps that belong to no single call."""
    return [kind.of_community(inputs, calls) for kind in KINDS if kind.of_community is not None]


def _in_order(scene: Scene, items: list[Item]) -> list[Item]:
    """By their kinds' places. Mails and posts stand together: those for an occasion first, then by their time; behind
    everything those that wait for the archive entry."""
    templates = scene.inputs.templates
    late = {template.step for template in (*templates.mails, *templates.chats) if template.send == "archived"}

    def place(item: Item) -> tuple[bool, int, bool, datetime]:
        return item.kind in late, row_of(item.kind).place, sequence_of(item.key) is None, item.window.due

    return sorted(items, key=place)


def _left_open(scene: Scene, known: set[str]) -> list[Item]:
    """Mails that were begun, and whose template or occasion is gone since: they are cleared away. A template or
    occasion that comes back gets its mail, so the skip is recorded for no start."""
    mark = str(scene.call.id)
    kinds = [
        step_of(key)
        for key in scene.snapshot.keys(f"{mark}/")
        if key not in known and _is_open(scene.snapshot.receipts[key])
    ]
    window = Window(scene.now)
    return [replace(skipped(scene, kind, window, "it is no longer wanted"), start=None) for kind in kinds]


def _is_open(receipt: Receipt) -> bool:
    return receipt.state in ("claimed", "failed", "waiting") and not receipt.proven


def _closed(scene: Scene, items: list[Item]) -> CallState:
    """A past call with nothing left to do is not looked at again."""
    over = scene.call.end <= scene.now and not scene.state.closed and not may_turn_up(scene)
    settled = all(item.state in ("done", "skipped") and not item.record for item in items)
    return replace(scene.state, closed=True) if over and settled else scene.state


def look_at(inputs: Inputs) -> datetime:
    """When the calendar and the meetings are looked at next; a clock that was set back makes it now, and so does a
    login that nobody knows yet."""
    seen, now = inputs.snapshot.seen, inputs.now
    every = timedelta(minutes=inputs.config.calendar.look_every_minutes)
    services, unsettled = {"calendar": seen.events_at}, is_unsettled(inputs)
    if inputs.config.meeting.of_its_own:
        services["meeting"] = seen.meetings_at

    def due(service: str, at: datetime | None) -> datetime:
        if is_paused(inputs, service):
            return inputs.snapshot.pauses[service].until
        return now if at is None or at > now or (unsettled and service == "calendar") else at + every

    return min(due(service, at) for service, at in services.items())


def _new_templates(inputs: Inputs) -> tuple[str, ...]:
    known = inputs.snapshot.templates
    return tuple(t.step for t in (*inputs.templates.mails, *inputs.templates.chats) if t.step not in known)
