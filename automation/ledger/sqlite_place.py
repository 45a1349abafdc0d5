"""SQLite's file as a place where a ledger is kept."""

from __future__ import annotations

from contextlib import AbstractContextManager

from automation.ledger.sqlite import Ledger
from automation.ledger.sqlite_path import SqlitePath
from automation.ledger.working_copy import copy_of


class SqlitePlace(SqlitePath):
    """See `domain.ledger.Place`."""

    def open(self, *, wait: float | None = None) -> Ledger:
        return Ledger(self.path) if wait is None else Ledger(self.path, wait=wait)

    def copy(self) -> AbstractContextManager[Ledger]:
        return copy_of(self.path)
