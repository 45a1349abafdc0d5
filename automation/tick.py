"""One tick: is anything to be done now? If not, it ends here, having imported nothing heavy and asked nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from automation import late
from automation.alerts import concerns, digest_step
from automation.inputs import inputs_of
from automation.ledger import Ledger
from automation.organizer_files import OrganizerFiles
from automation.pauses import is_paused
from automation.plan import Plan, plan
from automation.rebuild_when import is_doubtful
from automation.receipts import Book
from automation.report import Report


def tick(
    ledger: Ledger, setup: OrganizerFiles, now: datetime, *, force: bool = False, stop: Callable[[], bool] = lambda: False
) -> Report:
    """Make true what should be true at `now` (aware). Raises LedgerError and UserError."""
    book = ledger.book()
    current = plan(inputs_of(setup, book, now, force=force))
    if is_idle(setup, book, current, ledger.is_copy()):
        return Report(now, person=current.person or _stopped(setup, book, now), in_doubt=doubts(current), refused=refusals(current))
    return late.reconcile(ledger, setup, now, force=force, stop=stop)


def is_idle(setup: OrganizerFiles, book: Book, current: Plan, copied: bool) -> bool:
    """Nothing is due, nothing has to be written down, nobody has to be told."""
    now = current.now
    if current.needs_look or current.ready or current.states or current.templates or is_doubtful(book, copied, now):
        return False
    if any(item.record for item in current.items) or digest_step(setup.config, book, now) is not None:
        return False
    return not (concerns(current, book, now).keys() - {notice.key for notice in book.notices})


def _stopped(setup: OrganizerFiles, book: Book, now: datetime) -> bool:
    inputs = inputs_of(setup, book, now)
    return any(pause.person and is_paused(inputs, pause.service) for pause in book.pauses.values())


def doubts(current: Plan) -> list[str]:
    return [item.key for item in current.items if item.state == "in doubt"]


def refusals(current: Plan) -> list[str]:
    return [refusal.sentence for refusal in current.refused]
