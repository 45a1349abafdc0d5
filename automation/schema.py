"""The ledger's tables, as ordered migrations. A migration and its number are committed together, so each runs exactly once."""

from __future__ import annotations

import sqlite3

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
    CREATE TABLE seen (kind TEXT NOT NULL, mark TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (kind, mark)) STRICT, WITHOUT ROWID;
    CREATE TABLE pauses (
        service TEXT PRIMARY KEY, until TEXT NOT NULL, reason TEXT NOT NULL, person INTEGER NOT NULL, fingerprint TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE templates (step TEXT PRIMARY KEY, first_seen TEXT) STRICT, WITHOUT ROWID;
    CREATE TABLE notices (key TEXT PRIMARY KEY, text TEXT NOT NULL, at TEXT NOT NULL, told_at TEXT) STRICT, WITHOUT ROWID;
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE history (
        number INTEGER PRIMARY KEY, at TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL
    ) STRICT;
    """,
)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the ledger's tables up to date. Raises sqlite3.Error, and ValueError for a ledger of a newer Callkeeper."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise ValueError("it was written by a newer version of Callkeeper")
    for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
        connection.executescript(f"BEGIN IMMEDIATE; {statements} PRAGMA user_version = {number}; COMMIT;")
