"""Ledgers of earlier versions are read: what is remembered in them under older names is found under those of today."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from automation.domain.belonging import BELONGS, Belonging, belonging_row, known_in
from automation.domain.receipts import Pause
from automation.ledger.migrations import MIGRATIONS
from automation.ledger.sqlite import Ledger

BEFORE_ROLES = 3


def old_ledger(path: Path, version: int, *rows: tuple[str, tuple[object, ...]]) -> None:
    """A ledger as that version made it, with these rows (SQL with its values)."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(f"BEGIN; {''.join(MIGRATIONS[:version])} PRAGMA user_version = {version}; COMMIT;")
        for statement, values in rows:
            connection.execute(statement, values)


def test_the_account_that_has_the_meetings_is_known_by_its_role(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    row = {"uid": "floss", "account": "o@example.org", "calendar": "primary", "zoom": "digest", "document": "doc", "group": "g@x.org", "login": ""}
    old_ledger(path, BEFORE_ROLES, ("INSERT INTO meta VALUES (?, ?)", (BELONGS, json.dumps(row))))
    with Ledger(path) as ledger:
        meta = ledger.snapshot().meta
    known = known_in(meta)
    assert known is not None
    # It is what would be written down anew: the look of a whole tick is not needed for that.
    assert belonging_row(known, replace(known, login="login", vendor="Zoom")) == {BELONGS: meta[BELONGS]}
    assert known == Belonging("floss", "o@example.org", "primary", "digest", "doc", "g@x.org")


def test_a_pause_of_the_meetings_is_that_of_their_role(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    until = "2026-12-01T09:00:00+00:00"
    rows = [("INSERT INTO pauses VALUES (?, ?, ?, ?, ?)", (name, until, f"{name} said 401", 1, "f")) for name in ("gmail", "zoom")]
    old_ledger(path, BEFORE_ROLES, *rows)
    with Ledger(path) as ledger:
        pauses = ledger.snapshot().pauses
        assert pauses.keys() == {"gmail", "meeting"}
        assert pauses["meeting"] == Pause("meeting", datetime(2026, 12, 1, 9, tzinfo=UTC), "zoom said 401", True, "f")
        ledger.resume("meeting")
        assert ledger.snapshot().pauses.keys() == {"gmail"}


@pytest.mark.parametrize("text", ["", "not JSON", "[]", '{"uid": "floss"}', '{"zoom": null}'])
def test_a_row_that_says_nothing_of_an_account_stays_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ledger.sqlite3"
    old_ledger(path, BEFORE_ROLES, ("INSERT INTO meta VALUES (?, ?)", (BELONGS, text)))
    with Ledger(path) as ledger:
        assert ledger.snapshot().meta[BELONGS] == text
