"""One step: claim, do, record. What may have been done stays claimed, and is asked about by a later tick before it is tried again."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from automation.apply.begun_mail import LEFT_GMAIL, Lies, Sent, begun_as_draft, fate, remove_draft
from automation.apply.context import Interrupted, Means, Unsettled
from automation.apply.outcome import Ask, Done, Doubt, Dropped, NotYet, Outcome
from automation.domain.errors import Conflict, Permanent, ProblemsError, ServiceError, Stopped, Unknown
from automation.domain.receipts import SETTLES, Book, Receipt
from automation.domain.services import DraftMailService
from automation.domain.steps import ChatStep, MailStep, RecordingStep, Step
from automation.plan.alerts import dropped
from automation.plan.steps.settle import CANCELLED, UNSETTLED, Item
from automation.reconcile.backoff import DAILY, ask_at, retry_at
from automation.reconcile.pause import rest
from automation.reconcile.report import Failure
from automation.reconcile.run_state import Tick

log = logging.getLogger("callkeeper")

# More often than this no step is attempted in one tick: what somebody else changed meanwhile is looked at again at once, but not for ever.
ATTEMPTS = 3


def _apply(step: Step, means: Means) -> Outcome:
    # icalendar and the mail package come with it, and a tick that only looks needs neither.
    from automation.apply.dispatch import apply

    return apply(step, means)


def attempt(tick: Tick, item: Item, book: Book) -> bool:
    """Claim, do, record. False if another process was faster: then this one leaves."""
    step = item.step
    assert step is not None
    tick.tried[item.key] += 1
    receipt = book.get(item.key)
    if receipt is not None and receipt.state == "claimed" and receipt.ahead(tick.now):
        _let_settle(tick, receipt)
        return True
    reopened = receipt is not None and receipt.state == "claimed"
    begun = dict(receipt.begun) if receipt is not None else {}
    if isinstance(step, MailStep | ChatStep) and not reopened:
        begun = {"day": step.call.day.isoformat()}
    if tick.ledger.claim(item.key, receipt.version if receipt is not None else 0, tick.now, begun) is None:
        tick.report.raced = True
        return False
    means = Means(
        tick.services, tick.renderer, tick.ledger, tick.setup.config, book, tick.now, receipt, reopened, tick.pressed, item.unmade,
    )  # fmt: skip
    tick.under_way = step.key
    log.info("step.begun", extra={"fields": {"key": item.key}})
    try:
        tick.conditions.raise_for(item.key)
        outcome = _apply(step, means)
    except ServiceError as error:
        _failed(tick, step, receipt, reopened, error)
    except ProblemsError as error:
        _failed(tick, step, receipt, reopened, Permanent("templates", str(error)))
    else:
        _record(tick, step, receipt, outcome)
    tick.under_way = ""
    return True


def _let_settle(tick: Tick, receipt: Receipt) -> None:
    """Begun by a clock that was ahead of this one: nobody knows how long ago, so the wait begins now."""
    again = tick.now + SETTLES
    tick.ledger.put(replace(receipt, retry_at=again), tick.now)
    tick.report.failed[receipt.key] = Failure(receipt.key, receipt.reason or UNSETTLED, again)


def _record(tick: Tick, step: Step, receipt: Receipt | None, outcome: Outcome) -> None:
    report, now = tick.report, tick.now
    old = receipt or Receipt(step.key, "failed")
    match outcome:
        case Done(data, digest):
            content = digest if digest is not None else getattr(step, "digest", "")
            tick.ledger.put(Receipt(step.key, "done", done_at=now, digest=content, data=data), now)
            report.failed.pop(step.key, None)
            if step.key not in report.done:
                report.done.append(step.key)
            log.info("step.done", extra={"fields": {"key": step.key}})
        case NotYet() if isinstance(step, RecordingStep) and step.late:
            tick.ledger.put(replace(old, state="skipped"), now)
        case NotYet(reason, again, keep):
            tick.ledger.put(replace(old, state="waiting", retry_at=again, reason=reason, begun=keep, attempts=0, person=False), now)
            log.info("step.waiting", extra={"fields": {"key": step.key, "reason": reason, "until": again.isoformat()}})
        case Interrupted(reason, keep):
            late_look = isinstance(step, RecordingStep) and step.late
            state, why = ("skipped", old.reason) if late_look else ("waiting", reason)
            tick.ledger.put(replace(old, state=state, retry_at=now, reason=why, begun=keep, attempts=0, failing_since=None), now)  # type: ignore[arg-type]
            tick.tried[step.key] -= 1
            log.info("step.interrupted", extra={"fields": {"key": step.key}})
        case Unsettled(reason, again, keep):
            _look_again(tick, replace(old, state="claimed", retry_at=again, reason=reason, begun=keep, person=False))
        case Dropped(reason):
            call = getattr(step, "call", None)
            # A call that is restored gets its steps back.
            start = call.start.isoformat() if call is not None and reason != CANCELLED else ""
            tick.ledger.put(Receipt(step.key, "skipped", data={"start": start}, reason=reason), now)
            tick.ledger.notice(dropped(step.key, reason), now)
            report.skipped[step.key] = reason
        case Doubt(reason):
            tick.ledger.put(replace(old, state="doubt", reason=reason, begun=_begun(tick, step.key)), now)
            report.in_doubt.append(step.key)
            log.warning("step.in_doubt", extra={"fields": {"key": step.key, "reason": reason}})
        case Ask(reason, keep):
            again = now + DAILY
            tick.ledger.put(replace(old, state="failed", person=True, reason=reason, begun=keep, retry_at=again), now)
            report.failed[step.key] = Failure(step.key, reason, again, person=True)


def _look_again(tick: Tick, receipt: Receipt) -> None:
    tick.ledger.put(replace(receipt, failing_since=receipt.failing_since or tick.now), tick.now)
    tick.report.failed[receipt.key] = Failure(receipt.key, receipt.reason, receipt.retry_at)
    log.info("step.unsettled", extra={"fields": {"key": receipt.key, "reason": receipt.reason, "until": receipt.retry_at}})


def _begun(tick: Tick, key: str) -> dict[str, object]:
    receipt = tick.ledger.book().get(key)
    return dict(receipt.begun) if receipt is not None else {}


def _failed(tick: Tick, step: Step, receipt: Receipt | None, reopened: bool, error: ServiceError) -> None:
    """Nothing is lost and nothing sent twice: what may have been done stays claimed, and is asked about before it is tried again."""
    now, key = tick.now, step.key
    old = receipt or Receipt(key, "failed")
    attempts, begun = old.attempts + 1, _begun(tick, key)
    person = isinstance(error, Permanent)
    ask = ask_at if isinstance(error, Unknown) else retry_at
    again: datetime | None = now + DAILY if person else ask(error, key, attempts, now)
    since = old.failing_since or now
    if isinstance(error, Stopped) or error.retry_after is not None:
        rest(tick, error)
    open_still = isinstance(error, Unknown) or (reopened and not begun.get("submitting")) or bool(begun.get("draft") or begun.get("file"))
    # What a step needs to go on from where it was, though it failed.
    kept = open_still or begun.get("own") or begun.get("upload")
    at_once = isinstance(error, Conflict) and tick.tried[key] < ATTEMPTS
    tick.ledger.put(
        replace(
            old, state="claimed" if open_still else "failed", begun=begun if kept else {}, attempts=attempts,
            retry_at=None if at_once or isinstance(error, Stopped) else again, reason=error.what, person=person, failing_since=since,
        ),
        now,
    )  # fmt: skip
    if not at_once:
        tick.report.failed[key] = Failure(key, error.what, again, person)
        log.warning("step.failed", extra={"fields": {"key": key, "error": error.what, "retry_at": again.isoformat() if again else None}})


def cleared(tick: Tick, old: Receipt) -> bool:
    """Clear away a step that was begun and is no longer wanted: True if it certainly did not happen. What turns out to have happened is
    recorded; what cannot be asked is in doubt, and what cannot be asked now is asked later."""
    now = tick.now
    if old.unsettled(now):
        return False
    if old.ahead(now):
        _let_settle(tick, old)
        return False
    if old.begun.get("submitting"):
        tick.ledger.put(replace(old, state="doubt", reason="it was begun, and nobody can be asked whether it went out"), now)
        return False
    service = tick.services.drafts
    if "/mail:" not in old.key:
        return True
    if service is None:
        if begun_as_draft(old.begun):
            tick.ledger.put(replace(old, state="doubt", reason=LEFT_GMAIL), now)
            return False
        return True
    try:
        return _draft_cleared(tick, service, old)
    except ServiceError as error:
        attempts = old.attempts + 1
        again = ask_at(error, old.key, attempts, now)
        tick.ledger.put(replace(old, attempts=attempts, retry_at=again, reason=error.what, failing_since=old.failing_since or now), now)
        tick.report.failed[old.key] = Failure(old.key, error.what, again)
        log.warning("draft.left", extra={"fields": {"key": old.key, "error": error.what}})
        return False


def _draft_cleared(tick: Tick, service: DraftMailService, old: Receipt) -> bool:
    found = fate(service, old.key, old.begun, tick.now)
    match found:
        case Sent(message):
            tick.ledger.done(old.key, tick.now, {"day": old.begun.get("day", ""), "message": message})
            return False
        case Unsettled(reason, again, keep):
            _look_again(tick, replace(old, retry_at=again, reason=reason, begun=keep))
            return False
        case Doubt(reason):
            tick.ledger.put(replace(old, state="doubt", reason=reason), tick.now)
            return False
        case Lies(draft):
            remove_draft(service, draft, old.begun)
    return True
