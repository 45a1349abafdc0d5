"""When the ledger alone is not to be trusted."""

from __future__ import annotations

from datetime import datetime, timedelta

from automation.receipts import DOUBTED, Book

UNPROVEN = "mail may have gone out before the ledger was lost, and sent mail cannot be read"
SILENCE = timedelta(days=1, hours=1)


def is_doubtful(book: Book, copied: bool, now: datetime) -> bool:
    """The ledger is new, was put back from elsewhere, or has not been written for more than a day: what is outside counts."""
    looked = book.seen.events_at
    return book.fresh or copied or bool(book.meta.get(DOUBTED)) or (looked is not None and now - looked > SILENCE)
