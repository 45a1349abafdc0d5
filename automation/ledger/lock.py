"""One process at a time on one ledger. The operating system drops the lock when its holder dies, however it dies.

Who holds it, and since when, stands in the lock file for people; it is believed by nobody.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import stat
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from automation.domain.errors import LedgerError, NoLedgerError
from automation.files.private import own_folder
from automation.ledger.trouble import moved, trouble

# A tick takes minutes at most; a lock that nobody has spoken for since then is held by a process that hangs.
TOO_LONG = timedelta(minutes=10)
# A holder writes its name a moment after it has the lock.
MOMENT_SECONDS = 0.2
LONGEST_NAME = 4096


class Holder(NamedTuple):
    """Who says to hold the lock, since when, and until when nothing more need be heard of it."""

    pid: int
    host: str
    command: str
    since: datetime
    until: datetime

    def __str__(self) -> str:
        return f"process {self.pid} ({self.command}) on {self.host}, since {self.since.isoformat(timespec='seconds')}"


class Lock:
    """What came of asking for the lock. True = it is ours."""

    def __init__(self, path: Path, number: int) -> None:
        self._path, self._number = path, number
        self._command, self._since = "", datetime.now(UTC)
        self.free = False

    def __bool__(self) -> bool:
        return self.free

    def take(self, command: str) -> None:
        """Ask for it, and write down who has it."""
        try:
            fcntl.flock(self._number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        self.free, self._command = True, command
        self.alive(0)

    def speak(self, seconds: float = 0) -> None:
        """A sign of life that does not matter if it fails: only people miss it."""
        with contextlib.suppress(OSError):
            self.alive(seconds)

    def alive(self, seconds: float) -> None:
        """A sign of life, after which nothing need be heard for that many seconds. Raises OSError."""
        now = datetime.now(UTC)
        said = {
            "pid": os.getpid(),
            "host": os.uname().nodename,
            "command": self._command,
            "since": self._since.isoformat(timespec="seconds"),
            "until": (now + timedelta(seconds=seconds)).isoformat(timespec="seconds"),
        }
        text = json.dumps(said).encode() + b"\n"
        os.pwrite(self._number, text, 0)
        os.ftruncate(self._number, len(text))

    def beat(self, seconds: float) -> None:
        """Once more at work: raises LedgerMovedError if the lock is no longer the one that others would meet."""
        ours = os.fstat(self._number)
        try:
            there = self._path.lstat()
        except OSError:
            there = None
        if there is None or (there.st_dev, there.st_ino) != (ours.st_dev, ours.st_ino):
            raise moved(self._path.parent)
        self.speak(seconds)

    def overdue(self) -> Holder | None:
        """Who has been holding it for so long that it must hang; None if nobody has. What the file says is a hint, so a
        new holder is given a moment to write its name."""
        holder = self._holder()
        if self.free or not _is_overdue(holder):
            return None
        time.sleep(MOMENT_SECONDS)
        holder = self._holder()
        return holder if _is_overdue(holder) else None

    def _holder(self) -> Holder:
        """As the file says, or, where it says nothing that can be read, since it was last written."""
        written = datetime.fromtimestamp(os.fstat(self._number).st_mtime, UTC)
        try:
            said = json.loads(os.pread(self._number, LONGEST_NAME, 0))
            since, until = (datetime.fromisoformat(str(said[name])) for name in ("since", "until"))
            if since.tzinfo is None or until.tzinfo is None:
                raise ValueError("no offset")
            return Holder(
                pid=int(said["pid"]), host=_line(said["host"]), command=_line(said["command"]), since=since, until=until
            )
        except (ValueError, TypeError, KeyError):
            return Holder(
                pid=0, host=os.uname().nodename, command="which did not write its name", since=written, until=written
            )


def _line(text: object) -> str:
    return "".join(letter for letter in str(text) if letter.isprintable())[:100]


def _is_overdue(holder: Holder) -> bool:
    return datetime.now(UTC) - holder.until > TOO_LONG


@contextlib.contextmanager
def exclusive(ledger: Path, command: str = "Callkeeper") -> Iterator[Lock]:
    """True inside if this process is the only one at work on the ledger. `command`: what it is at, for the lock file.
    Raises LedgerError if the lock cannot be had at all."""
    path = ledger.with_name(ledger.name + ".lock")
    try:
        own_folder(ledger)
        number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    except OSError as error:
        raise _refused(ledger, path, error) from error
    try:
        lock = _taken(ledger, path, number, command)
        yield lock
    finally:
        os.close(number)


def _taken(ledger: Path, path: Path, number: int, command: str) -> Lock:
    try:
        status = os.fstat(number)
        if not stat.S_ISREG(status.st_mode):
            raise NoLedgerError(f"{path} is not a file, so it cannot be the lock", "Remove it; it is made anew.")
        if status.st_uid == os.geteuid() and stat.S_IMODE(status.st_mode) != 0o600:
            os.fchmod(number, 0o600)  # whoever may read a file may lock it
        lock = Lock(path, number)
        lock.take(command)
    except OSError as error:
        raise trouble(ledger, error) from error
    return lock


def _refused(ledger: Path, path: Path, error: OSError) -> LedgerError:
    if path.is_symlink():
        return NoLedgerError(
            f"{path} is a link, and a lock must not lead elsewhere", "Remove the link; the lock is made anew."
        )
    return trouble(ledger, error)
