"""What came of a step, written down: nothing is lost and nothing sent twice, whatever its outcome or its error."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from automation.apply.context import Interrupted, StepContext, Unsettled
from automation.apply.outcome import Done, Dropped, InDoubt, NeedsDecision, Outcome, Waiting
from automation.domain.begun import Begun, goes_on, is_submitted, lies_outside
from automation.domain.errors import Conflict, Permanent, ServiceError, Stopped, Unknown
from automation.domain.proofs import Skipped
from automation.domain.receipts import SETTLES, Receipt
from automation.domain.steps import DigestStep, PageStep, RecordingStep, Step, content_of
from automation.plan.alerts import dropped
from automation.plan.steps.step_state import CANCELLED, UNSETTLED
from automation.reconcile.backoff import DAILY, ask_at, retry_at
from automation.reconcile.doubt import put_in_doubt
from automation.reconcile.pause import pause_service
from automation.reconcile.report import Failure
from automation.reconcile.run_state import Tick

log = logging.getLogger("callkeeper")

# More often than this no step is attempted in one tick: what somebody else changed meanwhile is looked at again at
# once, but not for ever.
ATTEMPTS = 3


def record(tick: Tick, step: Step, receipt: Receipt | None, outcome: Outcome) -> None:
    """Write down what a step came to; `receipt` is what was known of it before."""
    old = receipt or Receipt(step.key, "failed")
    match outcome:
        case Done():
            _done(tick, step, outcome)
        case Waiting() if _is_late_look(step):
            tick.ledger.put(replace(old, state="skipped"), tick.now)
        case Waiting():
            _waiting(tick, old, outcome)
        case Interrupted():
            _interrupted(tick, step, old, outcome)
        case Unsettled(reason, again, keep):
            look_again(
                tick, replace(old, state="claimed", retry_at=again, reason=reason, begun=keep, needs_person=False)
            )
        case Dropped(reason):
            _dropped(tick, step, reason)
        case InDoubt(reason):
            put_in_doubt(tick.ledger, replace(old, begun=_begun(tick, step.key)), reason, tick.now)
        case NeedsDecision():
            _asked(tick, old, outcome)


def _is_late_look(step: Step) -> bool:
    """A recording that was given up is still looked for, and that changes nothing of what its step came to."""
    return isinstance(step, RecordingStep) and step.late


def _done(tick: Tick, step: Step, outcome: Done) -> None:
    content = outcome.fingerprint if outcome.fingerprint is not None else content_of(step)
    tick.ledger.put(Receipt(step.key, "done", done_at=tick.now, fingerprint=content, data=outcome.data), tick.now)
    tick.report.failed.pop(step.key, None)
    if step.key not in tick.report.done:
        tick.report.done.append(step.key)
    log.info("step.done", extra={"fields": {"key": step.key}})


def _waiting(tick: Tick, old: Receipt, outcome: Waiting) -> None:
    reason, again = outcome.reason, outcome.retry_at
    waiting = replace(old, state="waiting", retry_at=again, reason=reason, begun=outcome.keep, attempts=0)
    tick.ledger.put(replace(waiting, needs_person=False), tick.now)
    log.info("step.waiting", extra={"fields": {"key": old.key, "reason": reason, "until": again.isoformat()}})


def _interrupted(tick: Tick, step: Step, old: Receipt, outcome: Interrupted) -> None:
    made_room = replace(old, retry_at=tick.now, begun=outcome.keep, attempts=0, failing_since=None)
    if _is_late_look(step):
        tick.ledger.put(replace(made_room, state="skipped"), tick.now)
    else:
        tick.ledger.put(replace(made_room, state="waiting", reason=outcome.reason), tick.now)
    tick.tried[step.key] -= 1
    log.info("step.interrupted", extra={"fields": {"key": step.key}})


def _dropped(tick: Tick, step: Step, reason: str) -> None:
    # A call that is restored gets its steps back.
    given_up = None if isinstance(step, PageStep | DigestStep) or reason == CANCELLED else Skipped(step.call.start)
    tick.ledger.put(Receipt(step.key, "skipped", data=given_up, reason=reason), tick.now)
    tick.ledger.notice(dropped(step.key, reason), tick.now)
    tick.report.skipped[step.key] = reason


def _asked(tick: Tick, old: Receipt, outcome: NeedsDecision) -> None:
    again = tick.now + DAILY
    asked = replace(old, state="failed", needs_person=True, reason=outcome.reason, begun=outcome.keep, retry_at=again)
    tick.ledger.put(asked, tick.now)
    tick.report.failed[old.key] = Failure(old.key, outcome.reason, again, needs_person=True)


def let_settle(tick: Tick, receipt: Receipt) -> None:
    """Begun by a clock that was ahead of this one: nobody knows how long ago, so the wait begins now."""
    again = tick.now + SETTLES
    tick.ledger.put(replace(receipt, retry_at=again), tick.now)
    tick.report.failed[receipt.key] = Failure(receipt.key, receipt.reason or UNSETTLED, again)


def look_again(tick: Tick, receipt: Receipt) -> None:
    """What became of it is asked once more at `receipt.retry_at`."""
    tick.ledger.put(replace(receipt, failing_since=receipt.failing_since or tick.now), tick.now)
    tick.report.failed[receipt.key] = Failure(receipt.key, receipt.reason, receipt.retry_at)
    until = receipt.retry_at
    log.info("step.unsettled", extra={"fields": {"key": receipt.key, "reason": receipt.reason, "until": until}})


def failed(tick: Tick, step: Step, context: StepContext, error: ServiceError) -> None:
    """What may have been done stays claimed, and is asked about before it is tried again."""
    key, begun = step.key, _begun(tick, step.key)
    old = context.receipt or Receipt(key, "failed")
    if isinstance(error, Stopped) or error.retry_after is not None:
        pause_service(tick, error)
    at_once = isinstance(error, Conflict) and tick.tried[key] < ATTEMPTS
    again = _tried_again(error, key, old.attempts + 1, tick.now)
    open_still = _may_have_happened(error, context.reopened, begun)
    tick.ledger.put(
        replace(
            old,
            state="claimed" if open_still else "failed",
            begun=begun if open_still or goes_on(begun) else None,
            attempts=old.attempts + 1,
            # A service that is stopped is asked again as a whole.
            retry_at=None if at_once or isinstance(error, Stopped) else again,
            reason=error.what,
            needs_person=isinstance(error, Permanent),
            failing_since=old.failing_since or tick.now,
        ),
        tick.now,
    )
    if not at_once:
        tick.report.failed[key] = Failure(key, error.what, again, isinstance(error, Permanent))
        log.warning("step.failed", extra={"fields": {"key": key, "error": error.what, "retry_at": again.isoformat()}})


def _tried_again(error: ServiceError, key: str, attempts: int, now: datetime) -> datetime:
    if isinstance(error, Permanent):
        return now + DAILY
    return ask_at(error, key, attempts, now) if isinstance(error, Unknown) else retry_at(error, key, attempts, now)


def _may_have_happened(error: ServiceError, reopened: bool, begun: Begun | None) -> bool:
    """Its answer was lost; or an earlier one's was, and it could not be asked; or it left something outside."""
    unanswered = isinstance(error, Unknown) or (reopened and not is_submitted(begun))
    return unanswered or lies_outside(begun)


def _begun(tick: Tick, key: str) -> Begun | None:
    receipt = tick.ledger.snapshot().get(key)
    return receipt.begun if receipt is not None else None
