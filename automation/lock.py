"""One process at a time on one ledger. The operating system drops the lock when its holder dies, however it dies."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from automation.errors import LedgerError


@contextlib.contextmanager
def alone(ledger: Path) -> Iterator[bool]:
    """True inside if this process is the only one at work on the ledger, False if another one is. Raises LedgerError if the folder of the
    ledger cannot be written."""
    path = ledger.with_name(ledger.name + ".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a")
    except OSError as error:
        raise LedgerError(f"the folder {path.parent} cannot be written ({error.strerror}); nothing was sent") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
