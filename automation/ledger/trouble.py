"""What is wrong with the ledger, from what SQLite and the system say: each cause with its own sentence and its own
advice.

SQLite's result codes: https://www.sqlite.org/rescode.html. A file of another user, or one that may not be written,
comes as any of four of them, so the files themselves are looked at first.
"""

from __future__ import annotations

import errno
import os
import pwd
import shlex
import sqlite3
import stat
from pathlib import Path

from automation.domain.errors import (
    LedgerBusyError,
    LedgerDamagedError,
    LedgerError,
    LedgerFullError,
    LedgerMovedError,
    LedgerNewerError,
    LedgerOwnerError,
    LedgerReadOnlyError,
    NoLedgerError,
)

BUSY, LOCKED, FULL, IOERR, NOTADB = 5, 6, 13, 10, 26
MOVED = 1032  # SQLITE_READONLY_DBMOVED: the file that is open is no longer the one at its path
REFUSED = (3, 8, 14, 23)  # PERM, READONLY, CANTOPEN, AUTH
# Beside the ledger itself; SQLite makes the journal.
BESIDE = ("", "-journal", ".generation", ".lock")
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
ANEW = "Put back a copy of it, or move it away: then a new one is completed from what stands outside."


class NewerError(ValueError):
    """It was written by a newer version of Callkeeper."""


class StrangerError(ValueError):
    """A sound database, but not ours: a ledger gets its tables and its number together."""


def trouble(ledger: Path, error: sqlite3.Error | OSError | ValueError) -> LedgerError:
    """The error of our own that says what to do."""
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF if isinstance(error, sqlite3.Error) else 0
    number = error.errno if isinstance(error, OSError) else None
    if isinstance(error, NewerError):
        return LedgerNewerError(
            f"the ledger {ledger} was written by a newer version of Callkeeper", "Run that version, or a newer one."
        )
    if code in (BUSY, LOCKED):
        return LedgerBusyError(
            f"the ledger {ledger} is busy: another process has been writing it for too long",
            "It is tried again by itself.",
        )
    if (
        getattr(error, "sqlite_errorcode", None) == MOVED
        or isinstance(error, FileNotFoundError)
        or (code == IOERR and _gone(ledger))
    ):
        return moved(ledger.parent)
    if code in REFUSED or number in FORBIDDEN:
        return _refused(ledger, error)
    if code == FULL or number in NO_ROOM or (code == IOERR and "WRITE" in str(getattr(error, "sqlite_errorname", ""))):
        return LedgerFullError(
            f"the ledger {ledger} cannot be written, because the disk takes no more ({_said(error)})",
            "Free disk space, or have the quota raised.",
        )
    if code == IOERR or number == errno.EIO:
        return LedgerError(
            f"the ledger {ledger} cannot be used: the disk fails ({_said(error)})", "Look at the disk, then run again."
        )
    if (
        code == NOTADB
        or isinstance(error, StrangerError)
        or number in (errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.EEXIST)
    ):
        return _stranger(ledger, error)
    if isinstance(error, OSError):
        return LedgerError(f"the ledger {ledger} cannot be used ({_said(error)})", "Look at that file, then run again.")
    return LedgerDamagedError(f"the ledger {ledger} is damaged ({_said(error)}) and cannot be used", ANEW)


def moved(folder: Path) -> LedgerMovedError:
    """What to say where the ledger's folder is no longer the one that this process began with."""
    return LedgerMovedError(
        f"the folder {folder} was moved, removed or replaced while Callkeeper was at work on the ledger in it",
        "Put it back if that was a mistake, and start again.",
    )


def _gone(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def _said(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def _stranger(ledger: Path, error: Exception) -> LedgerError:
    named = f": {error.filename}" if isinstance(error, OSError) and error.filename else ""
    return NoLedgerError(
        f"the ledger {ledger} cannot be read and cannot be used: something else is in its place"
        f" ({_said(error)}{named})",
        "Move that away, or name another place with --state.",
    )


def _refused(ledger: Path, error: Exception) -> LedgerError:
    """The first thing in the way: the ledger's folder, the ledger, or what stands beside it."""
    if os.path.isdir(ledger):  # Path.is_dir raises where the folder may not be entered
        return _stranger(ledger, error)
    wanted = [
        (ledger.parent, os.R_OK | os.W_OK | os.X_OK),
        *((ledger.with_name(ledger.name + end), os.R_OK | os.W_OK) for end in BESIDE),
    ]
    for path, mode in wanted:
        try:
            status = path.lstat()
        except OSError:
            continue
        if os.access(path, mode):
            continue
        if _read_only(path):
            break
        if status.st_uid != os.geteuid():
            return _of_another(ledger, path, status.st_uid)
        letters = "u+rwx" if stat.S_ISDIR(status.st_mode) else "u+rw"
        return LedgerReadOnlyError(
            f"the ledger {ledger} cannot be used, because its owner may not write {path}",
            f"Run: chmod {letters} {shlex.quote(str(path))}",
        )
    if _read_only(ledger.parent):
        return LedgerReadOnlyError(
            f"the ledger {ledger} cannot be written: its file system is mounted for reading only",
            "Mount it for writing (it may have failed: look at the system's log), or keep the ledger elsewhere with"
            " --state.",
        )
    named = f": {error.filename}" if isinstance(error, OSError) and error.filename else ""
    return LedgerReadOnlyError(
        f"the ledger {ledger} cannot be used ({_said(error)}{named})",
        "Let its folder be read and written by this user.",
    )


def _read_only(path: Path) -> bool:
    try:
        return bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def _of_another(ledger: Path, path: Path, owner: int) -> LedgerError:
    here = _name(os.geteuid())
    return LedgerOwnerError(
        f"the ledger {ledger} cannot be used, because {path} belongs to {_name(owner)}, and this is {here}",
        f"Run: sudo chown -R {here}: {shlex.quote(str(ledger.parent))}",
    )


def _name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
