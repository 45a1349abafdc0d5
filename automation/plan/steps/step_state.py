"""The rows of a plan, and the one rule by which every step's state is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import Any, Literal

from automation.domain.call_state import CallState
from automation.domain.inputs import Inputs
from automation.domain.instants import Instants
from automation.domain.keys import kind_of
from automation.domain.model import Call, Links
from automation.domain.proofs import Skipped
from automation.domain.receipts import LedgerSnapshot, Receipt
from automation.domain.steps import CallContext, DigestStep, PageStep, Step, Window

ItemState = Literal["done", "ready", "pending", "waiting", "failed", "in doubt", "skipped"]

CANCELLED = "the call is cancelled"
TOO_LATE = "its time passed"
UNSETTLED = "it was begun, and whether it was done is not known yet; it is asked about later"


@dataclass(frozen=True)
class Item(Instants):
    """One step of the plan. `step` is there if it is to be done now; `record` says that a skip has to be written down,
    for the call at `start`. `since`: when the present row of failures began. `notices` are the mails that Google sends
    the Group for it; `note` is a sentence that the organizers are told once. `asked_at`: when it is found out what
    became of it. `no_longer_wanted`: why a step that was begun must not be done any more. `zone`: in which its times
    are shown."""

    key: str
    kind: str
    state: ItemState
    window: Window
    reason: str = ""
    step: Step | None = None
    record: bool = False
    needs_person: bool = False
    start: datetime | None = None
    since: datetime | None = None
    notices: tuple[str, ...] = ()
    note: str = ""
    asked_at: datetime | None = None
    no_longer_wanted: str = ""
    zone: tzinfo = UTC


@dataclass(frozen=True)
class Scene:
    """One call with everything that its steps depend on. `invites`: the Group is, or is to be, a guest of its event."""

    inputs: Inputs
    context: CallContext
    state: CallState
    invites: bool

    @property
    def call(self) -> Call:
        return self.context.call

    @property
    def links(self) -> Links:
        return self.context.links

    @property
    def snapshot(self) -> LedgerSnapshot:
        return self.inputs.snapshot

    @property
    def now(self) -> datetime:
        return self.inputs.now

    def key(self, kind: str) -> str:
        return self.call.id.step(kind)

    def receipt(self, kind: str) -> Receipt | None:
        return self.snapshot.get(self.key(kind))


def step_state(
    scene: Scene,
    kind: str,
    window: Window,
    make: Callable[[], Step],
    *,
    content: str = "",
    blocked_by: str = "",
    sent_when_cancelled: bool = False,
) -> Item:
    """The state of one step, found from its receipt, its window and the clock.

    `content` is the digest of a step that can be updated (empty: done once is done for good). `blocked_by` = why it
    cannot be done yet. `make` builds the step if it is to be done now. A `sent_when_cancelled` is done for a cancelled
    call too. A skip counts only for the start it was recorded for, so that a moved call gets its steps back.
    """
    receipt, now = scene.receipt(kind), scene.now
    proven = receipt is not None and receipt.proven
    over = window.expires is not None and window.expires <= now
    unwanted_as_cancelled = scene.call.cancelled and not sent_when_cancelled
    item = partial(_item, scene, kind, window)
    known = _decided(scene, receipt, content, item)
    if known is not None:
        return known
    if receipt is not None and receipt.state == "claimed":
        why = too_late(scene, receipt) if over else CANCELLED if unwanted_as_cancelled else ""
        return item("ready", "begun, outcome unknown", step=make(), no_longer_wanted="" if proven else why)
    if over:
        return item("done") if proven else item("skipped", too_late(scene, receipt), record=True)
    if unwanted_as_cancelled and not (content and proven):
        return item("skipped", CANCELLED, record=scene.call.end <= now)
    if window.due > now and not proven:
        return item("pending")
    if blocked_by:
        return item("waiting", blocked_by)
    if receipt is not None and receipt.put_off(now):
        state: ItemState = "waiting" if receipt.state == "waiting" else "failed"
        return item(state, receipt.reason, needs_person=receipt.needs_person)
    return item("ready", step=make())


def _decided(scene: Scene, receipt: Receipt | None, content: str, item: Callable[..., Item]) -> Item | None:
    """The state of a step for which the receipt alone decides."""
    if receipt is None:
        return None
    if receipt.state == "doubt":
        return item("in doubt", receipt.reason, needs_person=True)
    if receipt.unsettled(scene.now):
        return _begun_lately(receipt, item)
    if receipt.state == "claimed":
        return None
    if is_skipped(scene, receipt):
        return item("skipped", receipt.reason)
    if receipt.proven and (not content or receipt.fingerprint == content):
        return item("done", receipt.reason)
    return None


def _begun_lately(receipt: Receipt, item: Callable[..., Item]) -> Item:
    """So lately that nobody is asked yet."""
    why = receipt.reason or UNSETTLED
    return item("failed", why, asked_at=receipt.retry_at, needs_person=receipt.needs_person)


def _item(scene: Scene, kind: str, window: Window, state: ItemState, reason: str = "", **more: Any) -> Item:
    receipt = scene.receipt(kind)
    since, zone = receipt.failing_since if receipt is not None else None, scene.call.series.zone
    return Item(
        key=scene.key(kind),
        kind=kind_of(kind),
        state=state,
        window=window,
        reason=reason,
        start=scene.call.start,
        since=since,
        zone=zone,
        **more,
    )


def is_skipped(scene: Scene, receipt: Receipt | None) -> bool:
    """The step was given up for the call at this start."""
    given_up = receipt.left(Skipped) if receipt is not None and receipt.state == "skipped" else None
    return given_up is not None and given_up.start == scene.call.start


def too_late(scene: Scene, receipt: Receipt | None) -> str:
    if scene.call.cancelled:
        return CANCELLED
    if receipt is not None and receipt.state in ("failed", "waiting") and receipt.reason:
        return f"{TOO_LATE}: {receipt.reason}"
    return f"{TOO_LATE} before it could be done"


def skipped(scene: Scene, kind: str, window: Window, reason: str, *, record: bool = True) -> Item:
    """A step that is not done, for a reason of its own; already recorded skips are not recorded again. What was begun
    is first asked about."""
    receipt = scene.receipt(kind)
    if receipt is not None and receipt.unsettled(scene.now):
        return _begun_lately(receipt, partial(_item, scene, kind, window))
    known = is_skipped(scene, receipt)
    reason = receipt.reason if known and receipt is not None else reason
    fresh, zone = record and not known, scene.call.series.zone
    item = Item(scene.key(kind), kind_of(kind), "skipped", window, reason=reason)
    return replace(item, record=fresh, start=scene.call.start, zone=zone)


def community_step_state(inputs: Inputs, step: PageStep | DigestStep, kind: str, content: str) -> Item:
    """The state of a step that belongs to no single call."""
    receipt = inputs.snapshot.get(step.key)
    if receipt is not None and receipt.proven and receipt.state != "claimed" and receipt.fingerprint == content:
        return Item(step.key, kind, "done", step.window)
    if receipt is not None and receipt.state == "failed" and receipt.put_off(inputs.now):
        why, asks = receipt.reason, receipt.needs_person
        return Item(step.key, kind, "failed", step.window, reason=why, needs_person=asks)
    if receipt is not None and receipt.state == "doubt":
        return Item(step.key, kind, "in doubt", step.window, reason=receipt.reason, needs_person=True)
    return Item(step.key, kind, "ready", step.window, step=step)


def wanted_since(scene: Scene) -> datetime:
    """When a call came inside the horizon, or changed last; not before Callkeeper was there."""
    inside = scene.call.start - timedelta(days=scene.inputs.config.calendar.horizon_days)
    founded = scene.snapshot.meta.get("founded")
    times = [inside, scene.state.changed_at, datetime.fromisoformat(founded) if founded else scene.now]
    return min(max(at for at in times if at is not None), scene.now)
