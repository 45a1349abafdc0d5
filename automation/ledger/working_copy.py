"""A copy of the ledger to look at, so that nothing is changed."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from automation.domain.errors import LedgerFullError
from automation.ledger.generation import note, noted
from automation.ledger.sqlite import Ledger
from automation.ledger.sqlite_path import PATIENCE
from automation.ledger.trouble import trouble


@contextlib.contextmanager
def copy_of(state: Path) -> Iterator[Ledger]:
    """An open copy of the ledger, or an empty one if there is none; it is gone afterwards. Raises LedgerError, at the
    latest when another process has been writing for five seconds."""
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
        said = (
            f"no copy of the ledger {state} can be made to look at, because no folder for temporary files takes"
            f" anything ({error.strerror})"
        )
        raise LedgerFullError(said, "Free disk space, or name another folder in TMPDIR.") from error


def _copy(state: Path, path: Path) -> None:
    """The ledger with its generation, which is read first, because the ledger's own only grows."""
    known = noted(state)
    if known is not None:
        note(path, known)
    # Opened for writing too, so that what a dead process left half written is taken back.
    with (
        contextlib.closing(
            sqlite3.connect(f"{state.resolve().as_uri()}?mode=rw", uri=True, timeout=PATIENCE)
        ) as source,
        contextlib.closing(sqlite3.connect(path)) as target,
    ):
        source.execute("BEGIN")
        source.execute(
            "SELECT count(*) FROM sqlite_master"
        ).fetchone()  # waits for a writer; copying by itself would wait for ever
        source.backup(target)
