"""The virtual clock of a rehearsal: which instant is the next at which anything can happen. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from automation.domain.inputs import Inputs
from automation.domain.instants import instant
from automation.plan.next_change import turns
from automation.plan.plan import Plan, community_items, plan
from automation.schedule.calls import calls_of


def next_instant(inputs: Inputs, others: Iterable[datetime], until: datetime) -> datetime:
    """The next instant after `inputs.now`, at most `until`, at which a tick would do more than look: something becomes
    due or of no more use, a retry or a pause ends, a call comes inside the horizon, the first minute of a day on which
    the plan is not what it was, or one of `others`."""
    now, current = inputs.now, plan(inputs)
    first = min((at for at in (*_plan_times(inputs, current), *others, until) if at > now), default=until)
    first = min((at for at in _horizon(inputs, first) if now < at < first), default=first)
    return next(_changed_days(inputs, current, first), first)


def _changed_days(inputs: Inputs, current: Plan, before: datetime) -> Iterator[datetime]:
    """The days on whose first minute a tick would do more than look. Where nothing turns between one and the next, only
    the calls at the far end of the page can have changed, and what had to wait for another day."""
    ahead, last = sorted(turns(inputs, current)), inputs.now
    for day in _days(inputs, before):
        later = replace(inputs, now=day)
        turned = bisect_right(ahead, last) < bisect_right(ahead, day)
        if is_due(later) if turned or current.refused else _is_shown_anew(later):
            yield day
        last = day


def is_due(inputs: Inputs) -> bool:
    """Whether a tick would do more than look."""
    current = plan(inputs)
    return bool(current.ready or current.states or current.templates or any(item.record for item in current.items))


def _is_shown_anew(inputs: Inputs) -> bool:
    return any(item.state == "ready" for item in community_items(inputs, calls_of(inputs)))


def _plan_times(inputs: Inputs, current: Plan) -> Iterator[datetime]:
    if current.next_at is not None:
        yield current.next_at
    for item in current.items:
        receipt = inputs.snapshot.get(item.key)
        if receipt is not None and receipt.retry_at is not None:
            yield receipt.retry_at
        if item.window.expires is not None and item.state in ("pending", "waiting", "failed"):
            yield item.window.expires
    for pause in inputs.snapshot.pauses.values():
        yield pause.until


def _horizon(inputs: Inputs, until: datetime) -> Iterator[datetime]:
    """When calls that nobody has touched yet come inside the horizon."""
    ahead = timedelta(days=inputs.config.calendar.horizon_days)
    calls = calls_of(inputs, (until + ahead).date() + timedelta(days=1))  # some zones are a day ahead of UTC
    return (call.start - ahead for call in calls.current if str(call.id) not in calls.states)


def _days(inputs: Inputs, before: datetime) -> Iterator[datetime]:
    """The first minute of each day after now, where the first series takes place."""
    zone: ZoneInfo = inputs.config.series[0].zone
    day = inputs.now.astimezone(zone).date() + timedelta(days=1)
    while (start := instant(day, time(0), zone)) < before:
        yield start
        day += timedelta(days=1)
