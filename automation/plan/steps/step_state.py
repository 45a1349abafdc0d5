"""The rows of a plan, and the one rule by which every step's state is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
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
    no_longer_wanted = (
        too_late(scene, receipt) if over else CANCELLED if scene.call.cancelled and not sent_when_cancelled else ""
    )
    known = _known(
        scene,
        kind,
        window=window,
        receipt=receipt,
        content=content,
        make=make,
        no_longer_wanted="" if proven else no_longer_wanted,
    )
    if known is not None:
        return known
    if over:
        if proven:
            return _item(scene, kind, window, "done")
        return _item(scene, kind, window=window, state="skipped", reason=too_late(scene, receipt), record=True)
    if scene.call.cancelled and not sent_when_cancelled and not (content and proven):
        return _item(scene, kind, window=window, state="skipped", reason=CANCELLED, record=scene.call.end <= now)
    if window.due > now and not proven:
        return _item(scene, kind, window, "pending")
    if blocked_by:
        return _item(scene, kind, window=window, state="waiting", reason=blocked_by)
    if receipt is not None and receipt.put_off(now):
        state: ItemState = "waiting" if receipt.state == "waiting" else "failed"
        return _item(scene, kind, window=window, state=state, reason=receipt.reason, needs_person=receipt.needs_person)
    return _item(scene, kind, window, "ready", step=make())


def _known(
    scene: Scene,
    kind: str,
    window: Window,
    receipt: Receipt | None,
    *,
    content: str,
    make: Callable[[], Step],
    no_longer_wanted: str,
) -> Item | None:
    """The state of a step for which the receipt alone decides."""
    if receipt is None:
        return None
    if receipt.state == "doubt":
        return _item(scene, kind, window=window, state="in doubt", reason=receipt.reason, needs_person=True)
    if receipt.unsettled(scene.now):
        return unsettled(scene, kind, window, receipt)
    if receipt.state == "claimed":
        return _item(
            scene,
            kind,
            window=window,
            state="ready",
            reason="begun, outcome unknown",
            step=make(),
            no_longer_wanted=no_longer_wanted,
        )
    if is_skipped(scene, receipt):
        return _item(scene, kind, window=window, state="skipped", reason=receipt.reason)
    if receipt.proven and (not content or receipt.fingerprint == content):
        return _item(scene, kind, window=window, state="done", reason=receipt.reason)
    return None


def unsettled(scene: Scene, kind: str, window: Window, receipt: Receipt) -> Item:
    """A step that was begun so lately that nobody is asked yet."""
    return _item(
        scene,
        kind,
        window=window,
        state="failed",
        reason=receipt.reason or UNSETTLED,
        asked_at=receipt.retry_at,
        needs_person=receipt.needs_person,
    )


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
        return unsettled(scene, kind, window, receipt)
    known = is_skipped(scene, receipt)
    reason = receipt.reason if known and receipt is not None else reason
    fresh, zone = record and not known, scene.call.series.zone
    return Item(
        key=scene.key(kind),
        kind=kind_of(kind),
        state="skipped",
        window=window,
        reason=reason,
        record=fresh,
        start=scene.call.start,
        zone=zone,
    )


def community_step_state(inputs: Inputs, step: PageStep | DigestStep, kind: str, content: str) -> Item:
    """The state of a step that belongs to no single call."""
    receipt = inputs.snapshot.get(step.key)
    if receipt is not None and receipt.proven and receipt.state != "claimed" and receipt.fingerprint == content:
        return Item(step.key, kind, "done", step.window)
    if receipt is not None and receipt.state == "failed" and receipt.put_off(inputs.now):
        return Item(
            key=step.key,
            kind=kind,
            state="failed",
            window=step.window,
            reason=receipt.reason,
            needs_person=receipt.needs_person,
        )
    if receipt is not None and receipt.state == "doubt":
        return Item(
            key=step.key, kind=kind, state="in doubt", window=step.window, reason=receipt.reason, needs_person=True
        )
    return Item(step.key, kind, "ready", step.window, step=step)


def wanted_since(scene: Scene) -> datetime:
    """When a call came inside the horizon, or changed last; not before Callkeeper was there."""
    inside = scene.call.start - timedelta(days=scene.inputs.config.calendar.horizon_days)
    founded = scene.snapshot.meta.get("founded")
    times = [inside, scene.state.changed_at, datetime.fromisoformat(founded) if founded else scene.now]
    return min(max(at for at in times if at is not None), scene.now)
