"""One step: claim, do, record. What may have been done stays claimed, and is asked about by a later tick before it is
tried again."""

from __future__ import annotations

import logging
from dataclasses import replace

from automation.apply.begun_mail import LEFT_GMAIL, Lies, Sent, begun_as_draft, fate, left_in_gmail, remove_draft
from automation.apply.context import StepContext, Unsettled
from automation.apply.outcome import InDoubt, Outcome
from automation.domain.begun import Begun, ChatBegun, MailBegun, is_submitted
from automation.domain.errors import Permanent, ProblemsError, ServiceError
from automation.domain.keys import role_of
from automation.domain.proofs import MailProof
from automation.domain.receipts import LedgerSnapshot, Receipt, repeated
from automation.domain.services import DraftMailService
from automation.domain.steps import ChatStep, MailStep, Step
from automation.plan.steps.step_state import Item
from automation.reconcile.backoff import ask_at
from automation.reconcile.doubt import put_in_doubt
from automation.reconcile.record import failed, let_settle, look_again, record
from automation.reconcile.report import Failure
from automation.reconcile.run_state import Tick

log = logging.getLogger("callkeeper")


def _apply(step: Step, context: StepContext) -> Outcome:
    # icalendar and the mail package come with it, and a tick that only looks needs neither.
    from automation.apply.dispatch import apply

    return apply(step, context)


def _means(tick: Tick, item: Item, snapshot: LedgerSnapshot, receipt: Receipt | None) -> StepContext:
    return StepContext(
        services=tick.services,
        renderer=tick.renderer,
        ledger=tick.ledger,
        config=tick.files.config,
        snapshot=snapshot,
        now=tick.now,
        receipt=receipt,
        reopened=receipt is not None and receipt.state == "claimed",
        pressed=tick.pressed,
        slept=tick.course.slept,
        no_longer_wanted=item.no_longer_wanted,
    )


def attempt(tick: Tick, item: Item, snapshot: LedgerSnapshot) -> bool:
    """Claim, do, record. False if another process was faster: then this one leaves."""
    step = item.step
    assert step is not None
    tick.tried[item.key] += 1
    receipt = snapshot.get(item.key)
    if receipt is not None and receipt.state == "claimed" and receipt.ahead(tick.now):
        let_settle(tick, receipt)
        return True
    version = receipt.version if receipt is not None else 0
    if tick.ledger.claim(item.key, version, tick.now, _claimed_with(step, receipt)) is None:
        tick.report.raced = True
        return False
    context = _means(tick, item, snapshot, receipt)
    tick.under_way = step.key
    log.info("step.begun", extra={"fields": {"key": item.key}})
    try:
        tick.conditions.raise_for(item.key)
        outcome = _apply(step, context)
    except ServiceError as error:
        failed(tick, step, context, error)
    except ProblemsError as error:
        failed(tick, step, context, Permanent("templates", str(error)))
    else:
        record(tick, step, receipt, outcome)
    tick.under_way = ""
    return True


def _claimed_with(step: Step, receipt: Receipt | None) -> Begun | None:
    """What is known of an earlier attempt; of a first one at a message, for which day of the call it is."""
    if receipt is None or receipt.state != "claimed":
        match step:
            case MailStep(call=call):
                return MailBegun(day=call.day, repeat=repeated(receipt))
            case ChatStep(call=call):
                return ChatBegun(call.day)
    return receipt.begun if receipt is not None else None


def cleared(tick: Tick, old: Receipt) -> bool:
    """Clear away a step that was begun and is no longer wanted: True if it certainly did not happen. What turns out to
    have happened is recorded; what cannot be asked is in doubt, and what cannot be asked now is asked later."""
    now = tick.now
    if old.unsettled(now):
        return False
    if old.ahead(now):
        let_settle(tick, old)
        return False
    if is_submitted(old.begun):
        put_in_doubt(tick.ledger, old, "it was begun, and nobody can be asked whether it went out", now)
        return False
    service = tick.services.drafts
    if role_of(old.key) != "mail":
        return True
    if service is None:
        if begun_as_draft(old.begun):
            put_in_doubt(tick.ledger, old, LEFT_GMAIL, now)
            return False
        if concern := left_in_gmail(old.key, old.begun):
            tick.ledger.notice(concern, now)
        return True
    try:
        return _draft_cleared(tick, service, old)
    except ServiceError as error:
        attempts = old.attempts + 1
        again = ask_at(error, old.key, attempts, now)
        tick.ledger.put(
            replace(old, attempts=attempts, retry_at=again, reason=error.what, failing_since=old.failing_since or now),
            now,
        )
        tick.report.failed[old.key] = Failure(old.key, error.what, again)
        log.warning("draft.left", extra={"fields": {"key": old.key, "error": error.what}})
        return False


def _draft_cleared(tick: Tick, service: DraftMailService, old: Receipt) -> bool:
    begun = old.attempt(MailBegun) or MailBegun()
    found = fate(service, old.key, begun, tick.now)
    match found:
        case Sent(message):
            tick.ledger.done(old.key, tick.now, MailProof(begun.day, message=message))
            return False
        case Unsettled(reason, again, keep):
            look_again(tick, replace(old, retry_at=again, reason=reason, begun=keep))
            return False
        case InDoubt(reason):
            put_in_doubt(tick.ledger, old, reason, tick.now)
            return False
        case Lies(draft):
            remove_draft(service, draft, begun)
    return True
