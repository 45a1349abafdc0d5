"""What one open ledger has read, kept from one read to the next: a tick takes a snapshot after each step, and most of
it is what it was.

`PRAGMA data_version` tells whether another connection has committed since
(https://sqlite.org/pragma.html#pragma_data_version); then all is read again. What this connection wrote itself is told
here by key. Receipts of closed calls, which are most, are taken apart only when they are asked for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from automation.domain.call_state import CallState
from automation.domain.errors import LedgerDamagedError
from automation.domain.instants import parse_optional
from automation.domain.keys import with_marks
from automation.domain.receipts import Receipt
from automation.domain.services import SeenEvent, SeenMeeting
from automation.ledger.receipt_json import begun_of, data_of
from automation.ledger.serialize import from_json
from automation.ledger.trouble import ANEW

Row = tuple[Any, ...]
# Where a row of receipts holds the state.
STATE = 1
Record = TypeVar("Record", CallState, SeenEvent, SeenMeeting)


class Receipts(Mapping[str, Receipt]):
    """Key -> receipt, of `rows` as the ledger holds them. `made` are those taken apart before, with their rows."""

    def __init__(self, rows: dict[str, Row], made: dict[str, tuple[Row, Receipt]]) -> None:
        self._rows, self._made = rows, made

    def __getitem__(self, key: str) -> Receipt:
        """Raises LedgerError for a receipt that is damaged."""
        try:
            return self.take(key)
        except ValueError as error:
            raise LedgerDamagedError(f"the ledger is damaged ({error}) and cannot be used", ANEW) from error

    def take(self, key: str) -> Receipt:
        """The receipt. Raises ValueError for one that is damaged."""
        row = self._rows[key]
        known = self._made.get(key)
        if known is None or known[0] != row:
            try:
                known = self._made[key] = row, _receipt(row)
            except (ValueError, TypeError) as error:
                raise ValueError(f"its receipt of {key} is damaged: {error}") from error
        return known[1]

    def get(self, key: str, default: Any = None) -> Any:
        return self[key] if key in self._rows else default

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def _receipt(row: Row) -> Receipt:
    (
        key,
        state,
        version,
        done_at,
        fingerprint,
        data,
        begun,
        changed_at,
        attempts,
        retry_at,
        reason,
        needs_person,
        since,
    ) = row
    return Receipt(
        key=key,
        state=state,
        version=version,
        done_at=parse_optional(done_at),
        fingerprint=fingerprint,
        data=data_of(key, data, done=done_at is not None),
        begun=begun_of(key, begun),
        changed_at=parse_optional(changed_at),
        attempts=attempts,
        retry_at=parse_optional(retry_at),
        reason=reason,
        needs_person=bool(needs_person),
        failing_since=parse_optional(since),
    )


class Known:
    """The large tables as they were read last. `keys`: the receipts, `tables`: the others (`calls`, `event`, `meeting`)
    that this connection has written since. Call `catch_up` at the beginning of each read, within its transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.keys: set[str] = set()
        self.tables: set[str] = set()
        self.calls: Mapping[str, CallState] = {}
        self.events: Mapping[str, SeenEvent] = {}
        self.meetings: Mapping[str, SeenMeeting] = {}
        self.receipts = Receipts({}, {})
        self.in_doubt: frozenset[str] = frozenset()
        self.memo: dict[str, Any] = {}
        self._connection = connection
        self._version: int | None = None
        self._rows: dict[str, Row] = {}
        self._made: dict[str, tuple[Row, Receipt]] = {}
        self._texts: dict[tuple[str, str], tuple[str, Any]] = {}

    def catch_up(self) -> None:
        """Read what has changed. Raises sqlite3.Error, and ValueError, TypeError or KeyError for a damaged record."""
        rows = self._connection.execute
        (version,) = rows("PRAGMA data_version").fetchone()
        whole = version != self._version
        self._version = None  # until all is read
        if whole:
            self._rows = {row[0]: row for row in rows("SELECT * FROM receipts ORDER BY key")}
            self.receipts = Receipts(self._rows, self._made)
        elif self.keys:
            self._rows = dict(self._rows)  # the snapshot that was taken before keeps its own
            self._rows |= {
                key: row for key in self.keys for row in rows("SELECT * FROM receipts WHERE key = ?", (key,))
            }
            self.receipts = Receipts(self._rows, self._made)
        told = self._rows if whole else {*self.in_doubt, *self.keys}
        self.in_doubt = frozenset(key for key in told if key in self._rows and self._rows[key][STATE] == "doubt")
        if whole or "calls" in self.tables:
            self.calls = self._thawed(CallState, rows("SELECT mark, state FROM calls"))
        for mark, key in with_marks(self._rows if whole else self.keys):
            state = self.calls.get(mark)
            if state is None or not state.closed:
                self.receipts.take(key)  # a damaged one is found before anything is done
        if whole or "event" in self.tables:
            self.events = self._thawed(SeenEvent, rows("SELECT mark, record FROM seen WHERE kind = 'event'"))
        if whole or "meeting" in self.tables:
            self.meetings = self._thawed(SeenMeeting, rows("SELECT mark, record FROM seen WHERE kind = 'meeting'"))
        self.keys, self.tables, self._version = set(), set(), version

    def _thawed(self, kind: type[Record], rows: Iterable[tuple[str, str]]) -> Mapping[str, Record]:
        """Mark -> record; the same text gives the same record."""
        found: dict[str, Record] = {}
        for mark, text in rows:
            known = self._texts.get((kind.__name__, mark))
            if known is None or known[0] != text:
                known = self._texts[kind.__name__, mark] = text, from_json(kind, text)
            found[mark] = known[1]
        return found
