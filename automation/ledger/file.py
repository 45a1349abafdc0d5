"""The ledger's file: opened, written in transactions of which each raises the generation, and every trouble with it
named."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from automation.domain.marks import PROOF, generation_of
from automation.domain.receipts import DOUBTED, DOUBTS
from automation.domain.services import SeenEvent
from automation.files.private import own_folder, own_only
from automation.ledger.generation import is_copy, note, noted
from automation.ledger.migrations import migrate
from automation.ledger.trouble import trouble

# Seconds for which another process that is writing is waited for.
PATIENCE = 30.0


class LedgerFile:
    """An open ledger. Use as a context manager; `path` is made (mode 0600) if it is not there. `wait`: seconds for
    which another process that writes is waited for."""

    def __init__(self, path: Path, *, wait: float = PATIENCE) -> None:
        self.path = path
        self.proof = ""
        with self._errors():
            own_folder(path)
            if not path.exists():
                os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
            own_only(path)
            self.connection = sqlite3.connect(path, isolation_level=None, timeout=wait)
            try:
                self._open()
            except BaseException:
                self.connection.close()
                raise

    def _open(self) -> None:
        self.connection.execute("PRAGMA synchronous = FULL")
        migrate(self.connection)
        self._reached, own = noted(self.path), self._generation()
        if is_copy(self._reached, own):  # unless another process made it this very moment
            self._reached, own = noted(self.path), self._generation()
        self._copied = is_copy(self._reached, own)
        if own is None and self._reached is None:
            note(
                self.path, 0
            )  # before the first write, so that a ledger without this file is no ledger that died young

    def __enter__(self) -> LedgerFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, ValueError) as error:
            raise trouble(self.path, error) from error

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, which is of the next generation. The first one in a copy that was put back says that it is
        one."""
        with self._errors():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                if self._copied:
                    self._set(DOUBTED, DOUBTS)
                yield self.connection
                generation = max(self._generation() or 0, self._reached or 0) + 1
                self._set("generation", str(generation))
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:  # a full disk has ended it already
                    with contextlib.suppress(sqlite3.Error):
                        self.connection.execute("ROLLBACK")
                raise
            self._copied = False
            note(self.path, generation)

    def _generation(self) -> int | None:
        row = self.connection.execute("SELECT value FROM meta WHERE name = 'generation'").fetchone()
        return None if row is None else int(row[0])

    def _set(self, name: str, value: str) -> None:
        self.connection.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
        )

    # -- what is outside as a witness

    def _prove(self) -> None:
        """A new proof for the step that is being claimed: what it leaves on an event tells any older copy of the ledger
        that it is one."""
        self.proof = f"{(self._generation() or 0) + 1}.{secrets.token_hex(4)}"
        self.connection.execute("INSERT INTO proofs VALUES (?)", (self.proof,))

    def _compare(self, events: Iterable[SeenEvent]) -> None:
        """An event with a proof that does not stand in this ledger was written by one that knows more."""
        rows = self.connection.execute
        proofs = {event.private[PROOF] for event in events if event.private.get(PROOF)}
        if any(rows("SELECT 1 FROM proofs WHERE proof = ?", (proof,)).fetchone() is None for proof in proofs):
            self._set(DOUBTED, DOUBTS)

    def trust(self, seen: Mapping[str, SeenEvent], doubts: Iterable[str] = ()) -> None:
        """What stands in the calendar has been taken in: the ledger counts again, but for what `doubts` names. Its
        generation is above that of everything seen."""
        proofs = sorted({event.private[PROOF] for event in seen.values() if event.private.get(PROOF)})
        self._reached = max([self._reached or 0, *map(generation_of, proofs)])
        with self._writing() as connection:
            connection.executemany("INSERT OR IGNORE INTO proofs VALUES (?)", [(proof,) for proof in proofs])
            self._set(DOUBTED, " ".join(sorted(doubts)))
