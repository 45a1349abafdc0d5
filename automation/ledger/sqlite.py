"""The ledger: one SQLite file that remembers what was begun, what was done, and what was seen.

Claim, do, record: `claim` is one SQL statement whose row count says who won, so of two processes that read the same
snapshot only one does the step. A claim that is found open has an unknown outcome. Everything that is sent outside is
claimed here first; a ledger that cannot be read or written raises LedgerError, and then nothing goes out.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from automation.domain.begun import Begun
from automation.domain.call_state import CallState
from automation.domain.instants import parse_optional, rfc3339
from automation.domain.marks import leaves_proof
from automation.domain.receipts import DOUBTED, DOUBTS, SETTLES, LedgerSnapshot, Notice, Pause, Receipt, Seen
from automation.domain.services import SeenEvent, SeenMeeting
from automation.domain.steps import Proof
from automation.ledger.file import PATIENCE, LedgerFile
from automation.ledger.known import Known
from automation.ledger.receipt_json import written
from automation.ledger.serialize import to_json


class Ledger(LedgerFile):
    """An open ledger. Use as a context manager; `path` is made if it is not there. Raises LedgerError, and then nothing
    is lost."""

    def __init__(self, path: Path, *, wait: float = PATIENCE) -> None:
        """`wait`: seconds for which another process that writes is waited for."""
        super().__init__(path, wait=wait)
        self._known = Known(self.connection)

    def __enter__(self) -> Ledger:
        return self

    # -- reading

    def snapshot(self) -> LedgerSnapshot:
        """The whole ledger, by one consistent read."""
        with self._errors():
            self.connection.execute("BEGIN")
            try:
                return self._read()
            except (TypeError, KeyError) as error:
                raise ValueError(f"a record in it is damaged: {error}") from error
            finally:
                with contextlib.suppress(sqlite3.Error):
                    self.connection.execute("COMMIT")

    def _read(self) -> LedgerSnapshot:
        rows, known = self.connection.execute, self._known
        known.catch_up()
        meta = dict(rows("SELECT name, value FROM meta")) | ({DOUBTED: DOUBTS} if self._copied else {})
        notices = tuple(
            Notice(k, text, _at(at), parse_optional(told))
            for k, text, at, told in rows("SELECT * FROM notices ORDER BY at, key")
        )
        return LedgerSnapshot(
            receipts=known.receipts,
            calls=known.calls,
            seen=Seen(
                known.events,
                parse_optional(meta.get("events_at")),
                known.meetings,
                parse_optional(meta.get("meetings_at")),
            ),
            pauses={
                row[0]: Pause(
                    service=row[0], until=_at(row[1]), reason=row[2], needs_person=bool(row[3]), fingerprint=row[4]
                )
                for row in rows("SELECT * FROM pauses")
            },
            templates={step: parse_optional(first) for step, first in rows("SELECT step, first_seen FROM templates")},
            notices=notices,
            meta=meta,
            memo=known.memo,
            maybe_in_doubt=known.in_doubt,
        )

    # -- steps

    def claim(self, key: str, version: int, now: datetime, begun: Begun | None) -> int | None:
        """Begin a step: its new version, or None if somebody else was faster. `version` is that of the receipt the plan
        was made from (0 = none). One statement decides. A claim that is found open is left alone for as long as its
        request may still be under way.
        """
        with self._writing() as connection:
            row = (
                connection.execute(
                    """INSERT INTO receipts (key, state, version, begun, changed_at, retry_at)
                   SELECT ?1, 'claimed', 1, ?2, ?3, ?5 WHERE ?4 = 0
                   ON CONFLICT (key) DO NOTHING RETURNING version""",
                    (key, written(begun), rfc3339(now), version, rfc3339(now + SETTLES)),
                ).fetchone()
                or connection.execute(
                    """UPDATE receipts SET state = 'claimed', version = version + 1, begun = ?2, changed_at = ?3,
                   retry_at = ?5, reason = ''
                   WHERE key = ?1 AND version = ?4 AND state <> 'doubt' RETURNING version""",
                    (key, written(begun), rfc3339(now), version, rfc3339(now + SETTLES)),
                ).fetchone()
            )
            if row is not None:
                self._note(key, now, "claimed", "")
                if leaves_proof(key):
                    self._prove()
            return None if row is None else int(row[0])

    def begun(self, key: str, now: datetime, begun: Begun) -> None:
        """Remember more of a step under way, for example the id of its draft."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE receipts SET begun = ?, version = version + 1 WHERE key = ? AND state = 'claimed'",
                (written(begun), key),
            )
            self._note(key, now, "claimed", "begun")

    def done(
        self, key: str, now: datetime, data: Proof, fingerprint: str = "", done_at: datetime | None = None
    ) -> None:
        """The step happened; `data` is the proof. `done_at`: when, if that was not just now."""
        self.put(Receipt(key, "done", done_at=done_at or now, fingerprint=fingerprint, data=data), now)

    def put(self, receipt: Receipt, now: datetime, *, version: int | None = None) -> bool:
        """Write a receipt whole, whatever stood there; with `version`, only if that still stands there. False if it did
        not."""
        with self._writing() as connection:
            row = connection.execute(
                """INSERT INTO receipts VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                   ON CONFLICT (key) DO UPDATE SET state = ?2, version = version + 1, done_at = ?3, digest = ?4,
                   data = ?5, begun = ?6, changed_at = ?7, attempts = ?8, retry_at = ?9, reason = ?10, person = ?11,
                   failing_since = ?12
                   WHERE ?13 IS NULL OR version = ?13 RETURNING version""",
                (*_values(receipt, now), version),
            ).fetchone()
            if row is not None:
                self._note(receipt.key, now, receipt.state, receipt.reason)
            return row is not None

    def _note(self, key: str, now: datetime, state: str, reason: str) -> None:
        self._known.keys.add(key)
        self.connection.execute(
            "INSERT INTO history (at, key, state, reason) VALUES (?, ?, ?, ?)", (rfc3339(now), key, state, reason)
        )

    # -- the rest of what is remembered

    def remember(self, states: Mapping[str, CallState], templates: Mapping[str, datetime | None]) -> None:
        """Write down call states and newly seen templates, in one transaction."""
        if not states and not templates:
            return
        with self._writing() as connection:
            self._known.tables.add("calls")
            for mark, state in states.items():
                connection.execute(
                    "INSERT INTO calls VALUES (?, ?) ON CONFLICT (mark) DO UPDATE SET state = excluded.state",
                    (mark, to_json(state)),
                )
            for step, first in templates.items():
                connection.execute("INSERT OR IGNORE INTO templates VALUES (?, ?)", (step, first and rfc3339(first)))

    def saw(self, kind: str, records: Mapping[str, SeenEvent | SeenMeeting], at: datetime | None = None) -> None:
        """Write down what was seen of `event` or `meeting`; with `at`, as one whole look that replaces everything seen
        before. Events that know more than this ledger put it in doubt."""
        with self._writing() as connection:
            self._known.tables.add(kind)
            self._compare(record for record in records.values() if isinstance(record, SeenEvent))
            if at is not None:
                connection.execute("DELETE FROM seen WHERE kind = ?", (kind,))
                self._set(f"{kind}s_at", rfc3339(at))
            for mark, record in records.items():
                connection.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", (kind, mark, to_json(record)))

    def pause(self, pause: Pause) -> None:
        with self._writing() as connection:
            row = (pause.service, rfc3339(pause.until), pause.reason, int(pause.needs_person), pause.fingerprint)
            connection.execute("INSERT OR REPLACE INTO pauses VALUES (?, ?, ?, ?, ?)", row)

    def resume(self, service: str) -> None:
        with self._writing() as connection:
            connection.execute("DELETE FROM pauses WHERE service = ?", (service,))

    def notice(self, notices: Mapping[str, str], now: datetime) -> None:
        """Something for the organizers; a key that was noticed before stays as it is."""
        with self._writing() as connection:
            for key, text in notices.items():
                connection.execute("INSERT OR IGNORE INTO notices VALUES (?, ?, ?, NULL)", (key, text, rfc3339(now)))

    def told(self, keys: list[str], now: datetime) -> None:
        with self._writing() as connection:
            connection.executemany(
                "UPDATE notices SET told_at = ? WHERE key = ?", [(rfc3339(now), key) for key in keys]
            )

    def meta(self, values: Mapping[str, str]) -> None:
        with self._writing():
            for name, value in values.items():
                self._set(name, value)

    def history(self) -> list[tuple[str, str, str, str]]:
        """(at, key, state, reason) of everything that ever happened, oldest first."""
        with self._errors():
            return list(self.connection.execute("SELECT at, key, state, reason FROM history ORDER BY number"))


def _at(text: str) -> datetime:
    at = parse_optional(text)
    assert at is not None
    return at


def _values(receipt: Receipt, now: datetime) -> tuple[Any, ...]:
    done_at = rfc3339(receipt.done_at) if receipt.done_at else None
    retry_at = rfc3339(receipt.retry_at) if receipt.retry_at else None
    return (
        receipt.key,
        receipt.state,
        done_at,
        receipt.fingerprint,
        written(receipt.data),
        written(receipt.begun),
        rfc3339(now),
        receipt.attempts,
        retry_at,
        receipt.reason,
        int(receipt.needs_person),
        rfc3339(receipt.failing_since) if receipt.failing_since else None,
    )
