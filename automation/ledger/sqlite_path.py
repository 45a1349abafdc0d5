"""A ledger's file that is not opened: an idle tick asks no more of it, so nothing heavy is imported here."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from automation.ledger.generation import is_copy, noted
from automation.ledger.lock import Lock, exclusive

# How `--state` begins where it names a file of SQLite's.
SCHEME = "sqlite:///"
# Seconds for which a process that is writing is waited for.
PATIENCE = 5.0
GENERATION = "generation"


class SqlitePath:
    """Where a file of SQLite's is, or will be: what `domain.ledger.Place` says, but for opening it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __str__(self) -> str:
        return str(self.path)

    def exists(self) -> bool:
        try:
            return self.path.exists()
        except OSError:
            return True

    def exclusive(self, command: str = "Callkeeper") -> contextlib.AbstractContextManager[Lock]:
        return exclusive(self.path, command)

    def notes(self, *names: str) -> Mapping[str, str]:
        wanted = (GENERATION, *names)
        try:
            known = noted(self.path)
            with contextlib.closing(
                sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)
            ) as connection:
                marks = ", ".join("?" * len(wanted))
                rows = dict(connection.execute(f"SELECT name, value FROM meta WHERE name IN ({marks})", wanted))
            return {} if is_copy(known, int(rows.pop(GENERATION))) else rows
        except (OSError, sqlite3.Error, KeyError, ValueError, TypeError):
            return {}
