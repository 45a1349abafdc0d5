"""When the ledger alone is not to be trusted."""

from __future__ import annotations

from datetime import datetime, timedelta

from automation.domain.receipts import WITNESSES, LedgerSnapshot

UNPROVEN = "mail may have gone out before the ledger was lost, and sent mail cannot be read"
SILENCE = timedelta(days=1, hours=1)


def doubts_of(snapshot: LedgerSnapshot, now: datetime) -> frozenset[str]:
    """The services that have to be asked before what they would have proven is done. All of them where the ledger is
    new, was put back from elsewhere, or has not been written for more than a day: what is outside counts. Empty where
    the ledger is to be trusted.
    """
    looked = snapshot.seen.events_at
    silent = looked is not None and now - looked > SILENCE
    return frozenset(WITNESSES) if snapshot.fresh or silent else snapshot.doubts
