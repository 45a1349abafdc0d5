"""Looking before doing: when to, and what follows when it cannot be done."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from automation import late
from automation.adapters import connect
from automation.backoff import DAILY, retry_at
from automation.errors import Permanent, ServiceError, Stopped
from automation.inputs import inputs_of
from automation.ledger import Ledger
from automation.look import look
from automation.organizer_files import OrganizerFiles
from automation.pauses import is_paused
from automation.rebuild_when import is_doubtful
from automation.receipts import DOUBTED, Pause
from automation.report import Failure
from automation.running import Tick

log = logging.getLogger("callkeeper")

# What was last seen is good enough to go on with for a day.
SEEN_GOOD_FOR = timedelta(days=1)
LOOK_AGAIN = timedelta(minutes=5)


def observe(ledger: Ledger, setup: OrganizerFiles, now: datetime) -> None:
    """Look outside for a plan that changes nothing there; `ledger` is a copy. Raises the first ServiceError."""
    assert setup.credentials is not None
    services = connect(setup.config, setup.credentials)
    book = ledger.book()
    doubtful = is_doubtful(book, ledger.is_copy(), now)
    look(services, ledger, setup.config, now)
    if doubtful:
        late.rebuild(services, ledger, inputs_of(setup, ledger.book(), now), dry=True)


def look_first(tick: Tick) -> bool:
    """Look outside if that is due or anything is to be done for a call; False if nothing may be done until that succeeds."""
    book = tick.ledger.book()
    doubtful = is_doubtful(book, tick.ledger.is_copy(), tick.now)
    if not (doubtful or tick.plan(book).needs_look):
        return True
    if doubtful and not book.meta.get(DOUBTED):
        tick.ledger.meta({DOUBTED: "yes"})  # the next write would hide that the file was put back
    resting = frozenset(name for name in ("calendar", "zoom", "gmail") if is_paused(tick.inputs(book), name))
    if doubtful and resting:
        return _not_now(tick, book.pauses[min(resting)].reason)
    try:
        look(tick.services, tick.ledger, tick.setup.config, tick.now, resting)
        if doubtful:
            late.rebuild(tick.services, tick.ledger, tick.inputs(tick.ledger.book()))
            tick.ledger.trust()
            log.info("ledger.completed", extra={"fields": {"fresh": book.fresh}})
    except ServiceError as error:
        rest(tick, error)
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


def rest(tick: Tick, error: ServiceError) -> None:
    """Leave a service alone for a while: a stopped one until its credentials change or a day has passed."""
    stopped = isinstance(error, Stopped)
    if stopped:
        until = tick.now + DAILY
    else:
        until = tick.now + LOOK_AGAIN if error.retry_after is None else retry_at(error, error.service, 0, tick.now)
    fingerprint = tick.setup.credentials.fingerprint if tick.setup.credentials else ""
    tick.ledger.pause(Pause(error.service, until, error.what, stopped, fingerprint))
    log.warning("service.resting", extra={"fields": {"service": error.service, "until": until.isoformat(), "error": error.what}})
