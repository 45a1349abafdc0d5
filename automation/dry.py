"""A plan that changes nothing: the same look and the same planning as `apply`, on a copy of the ledger, stopping before the first step."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from automation import late
from automation.calls import cast_of
from automation.conditions import Conditions
from automation.errors import LedgerFullError, ServiceError
from automation.foresee import foresee
from automation.generation import note, noted
from automation.inputs import inputs_of
from automation.ledger import Ledger
from automation.ledger_trouble import trouble
from automation.model import Call
from automation.organizer_files import OrganizerFiles
from automation.plan import Plan
from automation.plan_items import Item

# Seconds for which a process that is writing is waited for.
PATIENCE = 5.0


@dataclass(frozen=True)
class DryRun:
    """What `plan` shows. `looked` = the services were asked; otherwise `blind` says why not."""

    plan: Plan
    due: list[Item]
    calls: tuple[Call, ...]
    looked: bool
    blind: str


def dry_run(state: Path, setup: OrganizerFiles, now: datetime, until: date | None, *, force: bool = False) -> DryRun:
    """Look, plan, and say what one tick would do. Raises LedgerError."""
    with copy_of(state) as ledger:
        blind = _look(ledger, setup, now)
        with late.press() as press:
            inputs = inputs_of(setup, ledger.book(), now, applies=Conditions(setup, press), force=force)
            first, due = foresee(inputs)
        calls = cast_of(inputs, until).upcoming(now) if until is not None else first.calls
        if until is not None:
            calls = tuple(call for call in calls if call.day <= until)
        return DryRun(first, due, calls, not blind, blind)


def _look(ledger: Ledger, setup: OrganizerFiles, now: datetime) -> str:
    """Why nobody could be asked, or ""."""
    if setup.credentials is None:
        return "there are no credentials yet"
    try:
        late.observe(ledger, setup, now)
    except ServiceError as error:
        return error.what
    return ""


@contextlib.contextmanager
def copy_of(state: Path) -> Iterator[Ledger]:
    """An open copy of the ledger, or an empty one if there is none; it is gone afterwards. Raises LedgerError, at the latest when another
    process has been writing for five seconds."""
    with contextlib.ExitStack() as open_now:
        path = Path(open_now.enter_context(_folder(state))) / "ledger.sqlite3"
        try:
            if state.exists():
                _copy(state, path)
        except (sqlite3.Error, OSError) as error:
            raise trouble(state, error) from error
        with Ledger(path) as ledger:
            yield ledger


def _folder(state: Path) -> tempfile.TemporaryDirectory[str]:
    """A folder for the copy. Raises LedgerFullError where no folder for temporary files takes anything."""
    try:
        return tempfile.TemporaryDirectory(prefix="callkeeper-")
    except OSError as error:
        said = f"no copy of the ledger {state} can be made to look at, because no folder for temporary files takes anything ({error.strerror})"
        raise LedgerFullError(said, "Free disk space, or name another folder in TMPDIR.") from error


def _copy(state: Path, path: Path) -> None:
    """The ledger with its generation, which is read first, because the ledger's own only grows."""
    known = noted(state)
    if known is not None:
        note(path, known)
    # Opened for writing too, so that what a dead process left half written is taken back.
    with (
        contextlib.closing(sqlite3.connect(f"{state.resolve().as_uri()}?mode=rw", uri=True, timeout=PATIENCE)) as source,
        contextlib.closing(sqlite3.connect(path)) as target,
    ):
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # waits for a writer; copying by itself would wait for ever
        source.backup(target)
