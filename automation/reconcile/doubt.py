"""The one way in which a step becomes in doubt: it may or may not have happened, and nobody but a person can tell.

From then on every plan, report and status names it (`LedgerSnapshot.in_doubt`), and at the end of the tick the
organizers are told of what is still in doubt then: what is taken in later in the tick may have settled it."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from automation.domain.ledger import Ledger
from automation.domain.receipts import Receipt
from automation.plan.alerts import doubted

log = logging.getLogger("callkeeper")


def put_in_doubt(ledger: Ledger, receipt: Receipt, reason: str, now: datetime) -> None:
    """The step of `receipt`, with what was begun of it, waits for `resolve` from `now` on, for that reason."""
    ledger.put(replace(receipt, state="doubt", reason=reason), now)
    log.warning("step.in_doubt", extra={"fields": {"key": receipt.key, "reason": reason}})


def tell_of_doubts(ledger: Ledger, now: datetime) -> None:
    """The organizers are to hear of everything that is in doubt; of what they have heard of, not again."""
    snapshot = ledger.snapshot()
    told = {key: text for each in snapshot.in_doubt for key, text in doubted(snapshot.receipts[each]).items()}
    if told.keys() - {notice.key for notice in snapshot.notices}:
        ledger.notice(told, now)
