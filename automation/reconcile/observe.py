"""Looking before doing: when to, and what follows when it cannot be done."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from automation.adapters.connect import connect
from automation.config.load import OrganizerFiles
from automation.domain.belonging import ASTRAY
from automation.domain.errors import ClockError, Permanent, ServiceError
from automation.domain.ledger import Ledger
from automation.domain.receipts import DOUBTED, DOUBTS, WITNESSES, WRONG_CLOCK, LedgerSnapshot
from automation.plan.pauses import is_paused
from automation.plan.plan import Plan
from automation.plan.stops import is_elsewhere
from automation.reconcile.identify import identify, settle
from automation.reconcile.idle import NOTE
from automation.reconcile.inputs import inputs_of
from automation.reconcile.look import look
from automation.reconcile.pause import LOOK_AGAIN, pause_service
from automation.reconcile.recover import rebuild
from automation.reconcile.report import Failure
from automation.reconcile.run_state import Tick
from automation.reconcile.trust import doubts_of

log = logging.getLogger("callkeeper")

# What was last seen is good enough to go on with for a day.
SEEN_GOOD_FOR = timedelta(days=1)


def observe(ledger: Ledger, files: OrganizerFiles, now: datetime) -> None:
    """Look outside for a plan that changes nothing there; `ledger` is a copy. Raises the first ServiceError when all
    has been asked."""
    assert files.credentials is not None
    services = connect(files.config, files.credentials)
    doubts = doubts_of(ledger.snapshot(), now)
    known = identify(services, ledger, files)
    if (
        not known
        or is_elsewhere(inputs_of(files, ledger.snapshot(), now))
        or not look(services, ledger, config=files.config, now=now, skip=frozenset({"meeting"}))
    ):
        return
    settle(ledger, files)
    failed: list[ServiceError] = []
    if doubts or ledger.snapshot().doubts:
        ledger.meta({DOUBTED: DOUBTS})
        failed += rebuild(services, ledger, inputs_of(files, ledger.snapshot(), now), dry=True)
    look(services, ledger, config=files.config, now=now, skip=frozenset({"calendar"}))
    for error in failed:
        raise error


def look_first(tick: Tick) -> bool:
    """Look outside if that is due or anything is to be done for a call; False if nothing may be done until that
    succeeds. A ledger in doubt is completed first, as far as the services answer: what only the others could prove
    waits for them, and nothing else does.
    """
    snapshot = tick.ledger.snapshot()
    if is_elsewhere(tick.inputs(snapshot)):
        return False
    doubts, current = doubts_of(snapshot, tick.now), tick.plan(snapshot)
    needed = current.needs_look or (not tick.vouched and (gives_up(current) or bool(snapshot.meta.get(WRONG_CLOCK))))
    if not doubts and not needed:
        return True
    if doubts - snapshot.doubts:
        tick.ledger.meta({DOUBTED: DOUBTS})  # the look itself ends the silence
    inputs = tick.inputs(snapshot)
    resting = frozenset(name for name in (*WITNESSES, "meeting") if is_paused(inputs, name))
    if "calendar" in doubts & resting:
        return _not_now(tick, snapshot.pauses["calendar"].reason)
    if not _at_home(tick):
        return False
    try:
        seen = _look(tick, resting) if needed or "calendar" in doubts else True
    except ClockError as error:
        return _wrong_clock(tick, error)
    snapshot = tick.ledger.snapshot()
    if snapshot.meta.get(ASTRAY):
        return False
    if snapshot.doubts and ("calendar" not in snapshot.doubts or snapshot.seen.events_at == tick.now):
        _take_in(tick, snapshot, resting)
    return "calendar" not in tick.ledger.snapshot().doubts and (seen or _seen_lately(tick))


def _at_home(tick: Tick) -> bool:
    """The login and all that is configured are the ledger's."""
    if not identify(tick.services, tick.ledger, tick.files):
        return _not_now(tick, "whose the new Google login is could not be found out; nothing is done before that")
    return not is_elsewhere(tick.inputs(tick.ledger.snapshot()))


def _look(tick: Tick, resting: frozenset[str]) -> bool:
    """Each service by itself; True if the calendar was seen. Where it is not the ledger's, no meeting is looked at.
    Raises ClockError."""
    seen = "calendar" not in resting
    for service, other in (("calendar", "meeting"), ("meeting", "calendar")):
        if service in resting:
            continue
        try:
            if not look(
                tick.services,
                tick.ledger,
                config=tick.files.config,
                now=tick.now,
                skip=frozenset({other}),
                vouch=tick.vouch,
            ):
                return False
            if service == "calendar":
                settle(tick.ledger, tick.files)
        except ServiceError as error:
            tick.vouch()  # an answer that is a refusal tells the time too
            pause_service(tick, error)
            _not_now(tick, error.what, isinstance(error, Permanent))
            seen = seen and service != "calendar"
    tick.vouched = tick.vouched or seen
    return seen


def _take_in(tick: Tick, before: LedgerSnapshot, resting: frozenset[str]) -> None:
    """Complete the ledger from what is outside. Whatever could not be asked now is said, and asked again later."""
    for error in rebuild(tick.services, tick.ledger, tick.inputs(before), resting=resting):
        pause_service(tick, error)
        _not_now(tick, error.what, isinstance(error, Permanent))
    left = tick.ledger.snapshot().doubts
    for service in sorted(left & resting):
        _not_now(tick, before.pauses[service].reason)
    log.info(
        "ledger.completed",
        extra={"fields": {"fresh": before.fresh, "still_to_ask": " ".join(sorted(left)) or "nothing"}},
    )


def gives_up(current: Plan) -> bool:
    """Something is to be written down because its time is over, which is never taken back."""
    return any(item.record for item in current.items) or any(state.closed for state in current.states.values())


def _wrong_clock(tick: Tick, error: ClockError) -> bool:
    """Nothing is decided by a wrong clock, not even a mail to the organizers: they hear of it when it is right
    again."""
    key = f"{tick.files.config.uid}/clock"
    tick.wrong = True
    tick.report.failed[key] = Failure(key, str(error), None, needs_person=True)
    tick.ledger.meta({WRONG_CLOCK: str(error), NOTE: ""})
    tick.ledger.notice(
        {f"{key}#{error.really.date().isoformat()}": f"For a while nothing was done: {error}."}, error.really
    )
    log.error("clock.wrong", extra={"fields": {"error": str(error)}})
    return False


def _not_now(tick: Tick, why: str, needs_person: bool = False) -> bool:
    key = f"{tick.files.config.uid}/look"
    needs_person = needs_person or (key in tick.report.failed and tick.report.failed[key].needs_person)
    tick.report.failed[key] = Failure(key, why, tick.now + LOOK_AGAIN, needs_person)
    return False


def _seen_lately(tick: Tick) -> bool:
    """The calendar: what the meetings would have shown holds up nothing but themselves."""
    at = tick.ledger.snapshot().seen.events_at
    return at is not None and tick.now - at < SEEN_GOOD_FOR
