"""The ledger's tables, as ordered migrations. A migration and its number are committed together, so each runs exactly
once."""

from __future__ import annotations

import contextlib
import sqlite3

from automation.ledger.trouble import NewerError, StrangerError

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE receipts (
        key TEXT PRIMARY KEY,
        state TEXT NOT NULL CHECK (state IN ('claimed', 'done', 'failed', 'waiting', 'skipped', 'doubt')),
        version INTEGER NOT NULL,
        done_at TEXT,
        digest TEXT NOT NULL DEFAULT '',
        data TEXT NOT NULL DEFAULT '{}',
        begun TEXT NOT NULL DEFAULT '{}',
        changed_at TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        retry_at TEXT,
        reason TEXT NOT NULL DEFAULT '',
        person INTEGER NOT NULL DEFAULT 0,
        failing_since TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE calls (mark TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE seen (
        kind TEXT NOT NULL, mark TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (kind, mark)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE pauses (
        service TEXT PRIMARY KEY, until TEXT NOT NULL, reason TEXT NOT NULL, person INTEGER NOT NULL,
        fingerprint TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE templates (step TEXT PRIMARY KEY, first_seen TEXT) STRICT, WITHOUT ROWID;
    CREATE TABLE notices (
        key TEXT PRIMARY KEY, text TEXT NOT NULL, at TEXT NOT NULL, told_at TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE history (
        number INTEGER PRIMARY KEY, at TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL
    ) STRICT;
    """,
    # What this ledger may have left on events: an event with a proof that is not here was written by one that knows
    # more.
    """
    CREATE TABLE proofs (proof TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    """,
    # A reason of our own for calls that left the config; members read it.
    """
    UPDATE calls SET state = json_set(state, '$.reason', '')
    WHERE CASE WHEN json_valid(state) THEN json_extract(state, '$.reason') END = 'it is no longer in the schedule';
    """,
    # What the ledger belongs to names the account that has the meetings by its role. The text stays in its form, since
    # what would be written down is compared with it.
    """
    UPDATE meta SET value = replace(value, '"zoom": "', '"meeting": "')
    WHERE name = 'belongs' AND CASE WHEN json_valid(value) THEN json_type(value, '$.zoom') END = 'text';
    """,
    # A service that is left alone is named by its role too.
    """
    UPDATE OR REPLACE pauses SET service = 'meeting' WHERE service = 'zoom';
    """,
    # A day is one, or is none: for the latter stood an empty text, or what a person had written into a mark on the
    # event.
    """
    UPDATE receipts SET data = json_set(data, '$.day', NULL)
    WHERE CASE WHEN json_valid(data) THEN
        date(json_extract(data, '$.day'), '+0 days') IS NOT json_extract(data, '$.day')
    END;
    UPDATE receipts SET begun = json_remove(begun, '$.day')
    WHERE CASE WHEN json_valid(begun) THEN
        date(json_extract(begun, '$.day'), '+0 days') IS NOT json_extract(begun, '$.day')
    END;
    """,
)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the ledger's tables up to date. Raises sqlite3.Error, NewerError for a ledger of a newer Callkeeper, and
    StrangerError for somebody else's database."""
    while (version := _version(connection)) < len(MIGRATIONS):
        try:
            connection.executescript(
                f"BEGIN IMMEDIATE; {MIGRATIONS[version]} PRAGMA user_version = {version + 1}; COMMIT;"
            )
        except sqlite3.Error:
            if connection.in_transaction:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
            if _version(connection) == version:  # otherwise another process was faster
                raise


def _version(connection: sqlite3.Connection) -> int:
    connection.execute("BEGIN")
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    finally:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("COMMIT")
    if (version == 0 and tables) or (version > 0 and not {"meta", "receipts"} & tables):
        raise StrangerError("it is a database, but not Callkeeper's")
    if version > len(MIGRATIONS):
        raise NewerError("it was written by a newer version of Callkeeper")
    return int(version)
