"""Observe, plan, claim, apply, record; again until nothing is ready.

The plan is made anew after every step, so whatever a step found out (a person moved the event a minute ago) holds for
the next one.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from automation.adapters.connect import connect
from automation.config.load import OrganizerFiles
from automation.domain.begun import MailBegun
from automation.domain.errors import LedgerError, UserError
from automation.domain.keys import mark_of
from automation.domain.ledger import Ledger
from automation.domain.proofs import Skipped
from automation.domain.receipts import WRONG_CLOCK, LedgerSnapshot, Receipt
from automation.domain.steps import MailStep
from automation.plan.alerts import concerns
from automation.plan.next_change import awaited
from automation.plan.pauses import is_paused
from automation.plan.plan import Plan
from automation.plan.steps.digest import digest_step
from automation.plan.steps.rows import row_of
from automation.plan.steps.step_state import Item
from automation.reconcile.attempt import attempt, cleared
from automation.reconcile.course import Course
from automation.reconcile.doubt import put_in_doubt, tell_of_doubts
from automation.reconcile.observe import look_first
from automation.reconcile.record import ATTEMPTS
from automation.reconcile.report import Failure, Report
from automation.reconcile.run_state import Tick
from automation.reconcile.trust import UNPROVEN
from automation.rendering.press import Press

log = logging.getLogger("callkeeper")


def reconcile(
    ledger: Ledger, files: OrganizerFiles, now: datetime, press: Press, *, force: bool, course: Course
) -> Report:
    """Make true what should be true at `now`. Raises LedgerError and UserError; what services fail at is in the
    report."""
    if files.credentials is None:
        raise UserError("this needs credentials.json; credentials.example.json shows what belongs there")
    services = connect(files.config, files.credentials)
    tick = Tick(
        ledger=ledger,
        files=files,
        services=services,
        now=now,
        force=force,
        report=Report(now),
        press=press,
        course=course,
    )
    try:
        _carry_out(tick, course)
        tick.report.in_doubt = tick.ledger.snapshot().in_doubt
    except LedgerError as error:
        raise error.after(tick.report.done, tick.under_way) from error
    return tick.report


def _carry_out(tick: Tick, course: Course) -> None:
    going = look_first(tick)
    if tick.wrong:
        return
    _by_a_right_clock(tick)
    if going:
        while not course.over() and _one(tick):
            pass
        _end(tick, course.over())
    _settle_accounts(tick)
    if not course.halted():
        _tell(tick)


def tell(ledger: Ledger, files: OrganizerFiles, now: datetime) -> None:
    """Tell the organizers what they have not been told, and do nothing else. Raises LedgerError and UserError."""
    if files.credentials is not None:
        with Press() as press:
            _tell(
                Tick(
                    ledger=ledger,
                    files=files,
                    services=connect(files.config, files.credentials),
                    now=now,
                    force=False,
                    report=Report(now),
                    press=press,
                )
            )


def _one(tick: Tick) -> bool:
    """Plan, write down what the plan decided, do the first step that is ready. False when nothing is left to do."""
    tick.course.alive()
    snapshot = tick.ledger.snapshot()
    if "calendar" in snapshot.doubts:
        return False  # the calendar turned out to know more: the next tick takes that in first
    current = tick.plan(snapshot)
    _write_down(tick, snapshot, current)
    for item in current.ready:
        if tick.tried[item.key] < ATTEMPTS and item.step is not None:
            if _unprovable(tick, snapshot, item):
                return True
            return _attempt(tick, item, current)
    return False


def _attempt(tick: Tick, item: Item, current: Plan) -> bool:
    """An upload takes long: it makes room for what becomes due, and afterwards it is later than it was."""
    snapshot = tick.ledger.snapshot()
    if row_of(item.kind).pace != "long":
        return attempt(tick, item, snapshot)
    tick.begin_turn(awaited(current, snapshot))
    went_on = attempt(tick, item, snapshot)
    tick.catch_up()
    return went_on


def _by_a_right_clock(tick: Tick) -> None:
    """Services whose rest is over may be asked again; a clock that was wrong is no longer."""
    snapshot = tick.ledger.snapshot()
    for pause in snapshot.pauses.values():
        if not is_paused(tick.inputs(snapshot), pause.service):
            tick.ledger.resume(pause.service)
    if tick.vouched and snapshot.meta.get(WRONG_CLOCK):
        tick.ledger.meta({WRONG_CLOCK: ""})


def _end(tick: Tick, why: str) -> None:
    """A tick that had to end says so, if it has left more than an upload, which goes on by itself. The page, which is
    ours alone and quick to make, is not left to wait for an upload of hours."""
    if not why:
        return
    left = [
        item
        for item in tick.plan(tick.ledger.snapshot()).ready
        if row_of(item.kind).pace != "long" and tick.tried[item.key] < ATTEMPTS
    ]
    if [row_of(item.kind).pace for item in left] == ["quick"] and not tick.course.halted():
        attempt(tick, left.pop(), tick.ledger.snapshot())
    log.warning("tick.ended", extra={"fields": {"reason": why, "left": len(left)}})
    if left:
        key = f"{tick.files.config.uid}/tick"
        tick.report.failed[key] = Failure(key, why, tick.now)


def _write_down(tick: Tick, snapshot: LedgerSnapshot, current: Plan) -> None:
    """Call states, newly seen templates, and what is skipped for good. What is over by a clock for which nobody has
    vouched waits."""
    if not tick.vouched:
        open_still = {mark: state for mark, state in current.states.items() if not state.closed}
        current = replace(current, states=open_still, items=tuple(item for item in current.items if not item.record))
    first = None if "templates" not in snapshot.meta else tick.now
    tick.ledger.remember(current.states, dict.fromkeys(current.templates, first))
    if "templates" not in snapshot.meta:
        tick.ledger.meta({"templates": "seen"})
    for item in current.items:
        if item.record:
            old = snapshot.get(item.key)
            if old is not None and old.state == "claimed" and not cleared(tick, old):
                continue
            given_up = Skipped(item.start) if item.start is not None else None
            tick.ledger.put(Receipt(item.key, "skipped", data=given_up, reason=item.reason), tick.now)
            tick.report.skipped[item.key] = item.reason
            log.info("step.skipped", extra={"fields": {"key": item.key, "reason": item.reason}})
    _notice(tick, snapshot, current)


def _notice(tick: Tick, snapshot: LedgerSnapshot, current: Plan) -> None:
    """What the organizers have to be told, each thing once."""
    told = concerns(tick.files.config, current, snapshot, tick.now)
    if told.keys() - {notice.key for notice in snapshot.notices}:
        tick.ledger.notice(told, tick.now)


def _unprovable(tick: Tick, snapshot: LedgerSnapshot, item: Item) -> bool:
    """A mail of a call that was taken up without sent mail being readable: it may have gone out."""
    since = snapshot.meta.get("unproven")
    if since is None or not isinstance(item.step, MailStep) or not snapshot.proven(f"{mark_of(item.key)}/event"):
        return False
    receipt = snapshot.get(item.key)
    event = snapshot.get(f"{mark_of(item.key)}/event")
    taken_up = event is not None and event.done_at is not None and item.window.due <= datetime.fromisoformat(since)
    if receipt is not None or not taken_up:
        return False
    begun = Receipt(item.key, "claimed", begun=MailBegun(day=item.step.call.day))
    put_in_doubt(tick.ledger, begun, UNPROVEN, tick.now)
    return True


def _settle_accounts(tick: Tick) -> None:
    """Say what the tick could not settle. A ledger that is in doubt takes in what is outside before anything else is
    written into it."""
    snapshot = tick.ledger.snapshot()
    current = tick.plan(snapshot)
    if "calendar" in snapshot.doubts:
        _notice(tick, snapshot, current)
    else:
        _write_down(tick, snapshot, current)
    tell_of_doubts(tick.ledger, tick.now)
    report = tick.report
    report.unsettled(current.items)
    report.refused += [refusal.sentence for refusal in current.refused]
    report.needs_person = current.needs_person or any(
        pause.needs_person for pause in tick.ledger.snapshot().pauses.values()
    )


def _tell(tick: Tick) -> None:
    """The digest to the organizers, if one is due."""
    snapshot = tick.ledger.snapshot()
    step = digest_step(tick.files.config, snapshot, tick.now)
    if step is not None:
        attempt(tick, Item(step.key, "digest", "ready", step.window, step=step), snapshot)
