"""Observe, plan, claim, apply, record; again until nothing is ready.

The plan is made anew after every step, so whatever a step found out (a person moved the event a minute ago) holds for the next one. Only this
module catches ServiceError.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from automation.adapters import connect
from automation.alerts import concerns, digest_step
from automation.apply import apply
from automation.backoff import DAILY, retry_at
from automation.context import View
from automation.errors import Conflict, Permanent, ProblemsError, ServiceError, Stopped, Unknown, UserError
from automation.inputs import inputs_of
from automation.ledger import Ledger
from automation.look import look
from automation.means import Ask, Done, Doubt, Dropped, Means, NotYet, Outcome, Services
from automation.model import Config, Template
from automation.organizer_files import OrganizerFiles
from automation.pauses import is_paused
from automation.plan import Plan, plan
from automation.plan_items import Inputs, Item, mark_of
from automation.rebuild import UNPROVEN, rebuild
from automation.rebuild_when import is_doubtful
from automation.receipts import Book, Pause, Receipt
from automation.render import Renderer
from automation.report import Failure, Report
from automation.steps import ChatStep, MailStep, Step

log = logging.getLogger("callkeeper")

# More often than this no step is attempted in one tick: an answer that was lost is asked after at once, but not for ever.
ATTEMPTS = 3
# What was last seen is good enough to go on with for a day.
SEEN_GOOD_FOR = timedelta(days=1)
LOOK_AGAIN = timedelta(minutes=5)


@dataclass
class Tick:
    """One tick under way."""

    ledger: Ledger
    setup: OrganizerFiles
    services: Services
    renderer: Renderer
    now: datetime
    force: bool
    report: Report
    tried: Counter[str]

    def inputs(self, book: Book) -> Inputs:
        applies = condition(self.renderer, self.setup.config)
        return inputs_of(self.setup, book, self.now, applies=applies, force=self.force)

    def plan(self, book: Book) -> Plan:
        return plan(self.inputs(book))


def condition(renderer: Renderer, config: Config) -> Callable[[Template, MailStep], bool]:
    """What evaluates the `if` of a template that is due."""

    def applies(template: Template, step: MailStep) -> bool:
        view = View(config, step.call, step.links, step.previous, step.following, step.missing)
        return renderer.applies(template, view)

    return applies


def reconcile(
    ledger: Ledger, setup: OrganizerFiles, now: datetime, *, force: bool = False, stop: Callable[[], bool] = lambda: False
) -> Report:
    """Make true what should be true at `now`. Raises LedgerError and UserError; what services fail at is in the report."""
    if setup.credentials is None:
        raise UserError("this needs credentials.json; credentials.example.json shows what belongs there")
    services = connect(setup.config, setup.credentials)
    renderer = Renderer(setup.templates.directory, setup.config)
    tick = Tick(ledger, setup, services, renderer, now, force, Report(now), Counter())
    for pause in ledger.book().pauses.values():
        if not is_paused(tick.inputs(ledger.book()), pause.service):
            ledger.resume(pause.service)
    if _observe(tick):
        while not stop() and _one(tick):
            pass
    _alert(tick)
    return tick.report


# -- observe


def observe(ledger: Ledger, setup: OrganizerFiles, now: datetime) -> None:
    """Look outside for a plan that changes nothing there; `ledger` is a copy. Raises the first ServiceError."""
    assert setup.credentials is not None
    services = connect(setup.config, setup.credentials)
    book = ledger.book()
    doubtful = is_doubtful(book, ledger.is_copy(), now)
    look(services, ledger, setup.config, now)
    if doubtful:
        rebuild(services, ledger, inputs_of(setup, ledger.book(), now), dry=True)


def _observe(tick: Tick) -> bool:
    """Look outside if that is due or anything is to be done for a call; False if nothing may be done until that succeeds."""
    book = tick.ledger.book()
    doubtful = is_doubtful(book, tick.ledger.is_copy(), tick.now)
    if not (doubtful or tick.plan(book).needs_look):
        return True
    resting = frozenset(name for name in ("calendar", "zoom", "gmail") if is_paused(tick.inputs(book), name))
    if doubtful and resting:
        return _not_now(tick, book.pauses[min(resting)].reason)
    try:
        look(tick.services, tick.ledger, tick.setup.config, tick.now, resting)
        if doubtful:
            rebuild(tick.services, tick.ledger, tick.inputs(tick.ledger.book()))
            log.info("ledger.completed", extra={"fields": {"fresh": book.fresh}})
    except ServiceError as error:
        _rest(tick, error)
        _not_now(tick, error.what, isinstance(error, Permanent))
        return not doubtful and _seen_lately(tick)
    return not resting or _seen_lately(tick)


def _not_now(tick: Tick, why: str, person: bool = False) -> bool:
    key = f"{tick.setup.config.uid}/look"
    tick.report.failed[key] = Failure(key, why, tick.now + LOOK_AGAIN, person)
    return False


def _seen_lately(tick: Tick) -> bool:
    seen = tick.ledger.book().seen
    times = [seen.events_at] + ([seen.meetings_at] if tick.services.meetings is not None else [])
    return all(at is not None and tick.now - at < SEEN_GOOD_FOR for at in times)


def _rest(tick: Tick, error: ServiceError) -> None:
    """Leave a service alone for a while: a stopped one until its credentials change or a day has passed."""
    stopped = isinstance(error, Stopped)
    if stopped:
        until = tick.now + DAILY
    else:
        until = tick.now + LOOK_AGAIN if error.retry_after is None else retry_at(error, error.service, 0, tick.now)
    fingerprint = tick.setup.credentials.fingerprint if tick.setup.credentials else ""
    tick.ledger.pause(Pause(error.service, until, error.what, stopped, fingerprint))
    log.warning("service.resting", extra={"fields": {"service": error.service, "until": until.isoformat(), "error": error.what}})


# -- one step


def _one(tick: Tick) -> bool:
    """Plan, write down what the plan decided, do the first step that is ready. False when nothing is left to do."""
    book = tick.ledger.book()
    current = tick.plan(book)
    _write_down(tick, book, current)
    for item in current.ready:
        if tick.tried[item.key] < ATTEMPTS and item.step is not None:
            if _unprovable(tick, book, item):
                return True
            if not _attempt(tick, item, tick.ledger.book()):
                return False
            return True
    return False


def _write_down(tick: Tick, book: Book, current: Plan) -> None:
    """Call states, newly seen templates, and what is skipped for good."""
    first = None if "templates" not in book.meta else tick.now
    tick.ledger.remember(current.states, dict.fromkeys(current.templates, first))
    if "templates" not in book.meta:
        tick.ledger.meta({"templates": "seen"})
    for item in current.items:
        if item.record:
            old = book.get(item.key)
            if old is not None and old.begun.get("draft"):
                continue
            tick.ledger.put(Receipt(item.key, "skipped", data={"start": item.start}, reason=item.reason), tick.now)
            tick.report.skipped[item.key] = item.reason
            log.info("step.skipped", extra={"fields": {"key": item.key, "reason": item.reason}})
    told = concerns(current, book, tick.now)
    known = {notice.key for notice in book.notices}
    if told.keys() - known:
        tick.ledger.notice(told, tick.now)


def _unprovable(tick: Tick, book: Book, item: Item) -> bool:
    """A mail of a call that was taken up without sent mail being readable: it may have gone out."""
    since = book.meta.get("unproven")
    if since is None or not isinstance(item.step, MailStep) or not book.proven(f"{mark_of(item.key)}/event"):
        return False
    receipt = book.get(item.key)
    event = book.get(f"{mark_of(item.key)}/event")
    taken_up = event is not None and event.done_at is not None and item.window.due <= datetime.fromisoformat(since)
    if receipt is not None or not taken_up:
        return False
    tick.ledger.put(Receipt(item.key, "doubt", begun={"day": item.step.call.day.isoformat()}, reason=UNPROVEN), tick.now)
    return True


def _attempt(tick: Tick, item: Item, book: Book) -> bool:
    """Claim, do, record. False if another process was faster: then this one leaves."""
    step = item.step
    assert step is not None
    tick.tried[item.key] += 1
    receipt = book.get(item.key)
    reopened = receipt is not None and receipt.state == "claimed"
    begun = dict(receipt.begun) if receipt is not None else {}
    if isinstance(step, MailStep | ChatStep) and not reopened:
        begun = {"day": step.call.day.isoformat()}
    if tick.ledger.claim(item.key, receipt.version if receipt is not None else 0, tick.now, begun) is None:
        tick.report.raced = True
        return False
    means = Means(
        tick.services, tick.renderer, tick.ledger, tick.setup.config, book, tick.now, tick.setup.templates.directory, receipt, reopened
    )  # fmt: skip
    log.info("step.begun", extra={"fields": {"key": item.key}})
    try:
        outcome = apply(step, means)
    except ServiceError as error:
        _failed(tick, step, receipt, reopened, error)
    except ProblemsError as error:
        _failed(tick, step, receipt, reopened, Permanent("templates", str(error)))
    else:
        _record(tick, step, receipt, outcome)
    return True


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
        case NotYet(reason, again, keep):
            tick.ledger.put(replace(old, state="waiting", retry_at=again, reason=reason, begun=keep, attempts=0, person=False), now)
            log.info("step.waiting", extra={"fields": {"key": step.key, "reason": reason, "until": again.isoformat()}})
        case Dropped(reason):
            start = step.call.start.isoformat() if isinstance(step, MailStep) else ""
            tick.ledger.put(Receipt(step.key, "skipped", data={"start": start}, reason=reason), now)
            report.skipped[step.key] = reason
        case Doubt(reason):
            tick.ledger.put(replace(old, state="doubt", reason=reason, begun=_begun(tick, step.key)), now)
            report.in_doubt.append(step.key)
            log.warning("step.in_doubt", extra={"fields": {"key": step.key, "reason": reason}})
        case Ask(reason, keep):
            again = now + DAILY
            tick.ledger.put(replace(old, state="failed", person=True, reason=reason, begun=keep, retry_at=again), now)
            report.failed[step.key] = Failure(step.key, reason, again, person=True)


def _begun(tick: Tick, key: str) -> dict[str, object]:
    receipt = tick.ledger.book().get(key)
    return dict(receipt.begun) if receipt is not None else {}


def _failed(tick: Tick, step: Step, receipt: Receipt | None, reopened: bool, error: ServiceError) -> None:
    """Nothing is lost and nothing sent twice: what may have been done stays claimed, and is asked about before it is tried again."""
    now, key = tick.now, step.key
    old = receipt or Receipt(key, "failed")
    attempts, begun = old.attempts + 1, _begun(tick, key)
    person = isinstance(error, Permanent)
    again: datetime | None = now + DAILY if person else retry_at(error, key, attempts, now)
    if isinstance(error, Stopped) or error.retry_after is not None:
        _rest(tick, error)
    open_still = isinstance(error, Unknown) or (reopened and not begun.get("submitting")) or bool(begun.get("draft"))
    at_once = isinstance(error, Conflict | Unknown) and tick.tried[key] < ATTEMPTS
    tick.ledger.put(
        replace(
            old, state="claimed" if open_still else "failed", begun=begun if open_still else {}, attempts=attempts,
            retry_at=None if at_once else again, reason=error.what, person=person,
        ),
        now,
    )  # fmt: skip
    if not at_once:
        tick.report.failed[key] = Failure(key, error.what, again, person)
        log.warning("step.failed", extra={"fields": {"key": key, "error": error.what, "retry_at": again.isoformat() if again else None}})


# -- tell


def _alert(tick: Tick) -> None:
    """Say what the tick could not settle, and tell the organizers what they have not been told."""
    book = tick.ledger.book()
    current = tick.plan(book)
    _write_down(tick, book, current)
    report = tick.report
    report.refused += [refusal.sentence for refusal in current.refused]
    report.in_doubt += [item.key for item in current.items if item.state == "in doubt" and item.key not in report.in_doubt]
    book = tick.ledger.book()
    report.person = current.person or any(pause.person for pause in book.pauses.values())
    step = digest_step(tick.setup.config, book, tick.now)
    if step is not None:
        _attempt(tick, Item(step.key, "digest", "ready", step.window, step=step), book)
