"""Telling a ledger from a copy of it that was put back, without looking at any clock.

Every write raises the ledger's generation by one, and notes it in a small file beside the ledger once the write is
committed. So that file is behind the ledger or level with it, whenever a process dies and however slow the disk is; one
that is ahead, or gone, says that the ledger is older than what was here before. A whole folder put back has no such
witness: there the marks in the calendar are the proof (`marks.PROOF`).
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

SUFFIX = ".generation"
# In place and always of one length, so that it is the old number or the new one whenever the machine stops.
WIDTH = 20


def beside(ledger: Path) -> Path:
    """The file that knows the ledger's generation."""
    return ledger.with_name(ledger.name + SUFFIX)


def noted(ledger: Path) -> int | None:
    """The generation that the ledger is known to have reached; None if nothing says so. Raises OSError."""
    try:
        number = os.open(beside(ledger), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    try:
        text = os.read(number, WIDTH + 1) if stat.S_ISREG(os.fstat(number).st_mode) else b""
    finally:
        os.close(number)
    return int(text) if text.strip().isdigit() else None


def note(ledger: Path, generation: int) -> None:
    """Write it down, for the owner alone; only a file that is new is waited for, because an old number does no harm.
    Raises OSError."""
    number = os.open(beside(ledger), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    try:
        fresh = os.fstat(number).st_size == 0
        os.pwrite(number, f"{generation:0{WIDTH}d}\n".encode(), 0)
        if fresh:
            os.fsync(number)
    finally:
        os.close(number)


def is_copy(known: int | None, own: int | None) -> bool:
    """`known`: what stands beside the ledger, read before `own`, the generation in it; None for a ledger from before
    there were any."""
    if own is None:
        return bool(known)
    return known is None or known > own
