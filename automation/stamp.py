"""Telling a ledger from a copy of it that was put back: the file's change time, which nobody can set, against the time of the last write inside."""

from __future__ import annotations

# How far the file's own change time may lie from the time noted inside it.
COPY_SECONDS = 0.5


def is_copy(stamp: str, changed: float) -> bool:
    """`stamp`: seconds since the epoch, as noted with the last write; `changed`: the file's st_ctime."""
    return abs(changed - float(stamp)) > COPY_SECONDS
