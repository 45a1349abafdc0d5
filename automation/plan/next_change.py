"""When a plan next says anything new: the earliest instant that any of its decisions compares the clock with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import NamedTuple

from automation.domain.inputs import Inputs
from automation.domain.instants import instant
from automation.domain.keys import community_step
from automation.domain.receipts import LedgerSnapshot
from automation.plan.alerts import PATIENCE
from automation.plan.plan import Plan
from automation.plan.steps.digest import DIGEST_EVERY
from automation.plan.steps.recording import LATE_LOOKS, TURNS_UP
from automation.plan.steps.rows import row_of


def wake_at(inputs: Inputs, current: Plan) -> datetime:
    """The instant (after `inputs.now`) until which a tick has nothing to do; at the latest the next look."""
    later = (at for at in _instants(inputs, current) if at > inputs.now)
    return min(later, default=current.look_at)


class Awaited(NamedTuple):
    """For what an upload makes room: `first` is when the next step becomes due for the first time, or a mail or a post
    is tried again; `again` when another step is."""

    first: datetime | None
    again: datetime | None


def awaited(current: Plan, snapshot: LedgerSnapshot) -> Awaited:
    """What becomes due next; what comes of recordings waits for them."""
    pending = [item for item in current.items if item.state == "pending"]
    first = [item.window.due for item in pending if row_of(item.kind).pace not in ("long", "behind")]
    receipts = [snapshot.receipts[key] for mark in snapshot.open for key in snapshot.keys(f"{mark}/")]
    tried = [(row_of(receipt.key).pace, receipt.retry_at) for receipt in receipts if receipt.retry_at is not None]
    first += [at for pace, at in tried if pace == "prompt"]
    again = [at for pace, at in tried if pace not in ("prompt", "long")]
    return Awaited(*(min((at for at in times if at > current.now), default=None) for times in (first, again)))


def _instants(inputs: Inputs, current: Plan) -> Iterator[datetime]:
    yield current.look_at
    yield from turns(inputs, current)
    for (
        series
    ) in inputs.config.series:  # with a new day come the mails that had to wait, and calls at the far end of the page
        yield instant(inputs.now.astimezone(series.zone).date() + timedelta(days=1), time(0), series.zone)


def turns(inputs: Inputs, current: Plan) -> Iterator[datetime]:
    """The instants with which the steps of the calls are compared, past ones too."""
    snapshot = inputs.snapshot
    for item in current.items:
        yield item.window.due
        yield (item.since or item.window.due) + PATIENCE
        if item.window.expires is not None:
            yield item.window.expires
    keys = [key for mark in snapshot.open for key in snapshot.keys(f"{mark}/")]
    keys += [item.key for item in current.items] + snapshot.keys(community_step(inputs.config.uid, "digest:"))
    for receipt in filter(None, map(snapshot.get, keys)):
        if receipt.retry_at is not None:
            yield receipt.retry_at
        if receipt.state == "skipped" and receipt.changed_at is not None and row_of(receipt.key).by_others:
            yield receipt.changed_at + LATE_LOOKS
    for call in current.shown:
        yield call.start
        yield call.end
        yield call.end + TURNS_UP
        yield call.start - timedelta(days=inputs.config.calendar.horizon_days)
    for pause in snapshot.pauses.values():
        yield pause.until
    if "digest_at" in snapshot.meta:
        yield datetime.fromisoformat(snapshot.meta["digest_at"]) + DIGEST_EVERY
