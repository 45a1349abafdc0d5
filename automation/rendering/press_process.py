"""A process that renders templates, `automation.rendering.press_work`, as its parent sees it.

Each message, either way, is four bytes of length (network order) and then so many bytes: a pickle towards the process,
JSON back, because what comes from where templates are rendered is believed no more than they are.
"""

from __future__ import annotations

import json
import os
import pickle
import select
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from automation.domain.errors import Transient

# Seconds that may pass for one answer, on however busy a machine: only something that waits, instead of computing,
# takes so long.
PATIENCE = 60
LARGEST = 50_000_000
LENGTH = struct.Struct("!I")
PLACE = 4096
_ROOT = Path(__file__).resolve().parents[2]
# What Python and its libraries need to run as they do here; an environment often holds secrets.
_KEPT = ("PYTHON", "LC_", "LD_", "DYLD_", "LANG", "PATH", "TZDIR", "SYSTEMROOT")


class Lost(Exception):
    """The process ended, or was ended, before it answered. `place`: the file and the line that it was at, if it had
    come to any; `status`: its exit code, or minus a signal's number, or None if it was ended for not answering;
    `error`: what kind of error ended it, or empty.
    """

    def __init__(self, place: tuple[str, str] | None, status: int | None, error: str) -> None:
        super().__init__(status)
        self.place = place
        self.status = status
        self.error = error


class Process:
    """A running process; to be ended by `end`. Raises Transient if none can be started."""

    def __init__(self) -> None:
        number = self._place = _memory()
        environment = {name: value for name, value in os.environ.items() if name.startswith(_KEPT)}
        command = [sys.executable, "-m", "automation.rendering.press_work", str(number)]
        try:
            self._child = subprocess.Popen(
                command,
                cwd=_ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                pass_fds=(number,),
                start_new_session=True,
            )
        except OSError as error:
            os.close(self._place)
            raise Transient(
                "templates", f"nothing can be rendered now, because no process can be started ({error.strerror})"
            ) from error

    def ask(self, what: str, values: tuple[object, ...], seconds: int) -> Any:
        """The answer to one question, for which the process may compute `seconds`. Raises Lost."""
        content = pickle.dumps((what, values, seconds))
        os.ftruncate(self._place, 0)
        assert self._child.stdin is not None
        try:
            _write_all(self._child.stdin.fileno(), LENGTH.pack(len(content)) + content)
            (length,) = LENGTH.unpack(self._read(LENGTH.size))
            if length > LARGEST:
                raise ValueError("an answer that is too long")
            return json.loads(self._read(length))
        except TimeoutError:
            raise self._lost(None) from None
        except (OSError, EOFError, ValueError):
            raise self._lost(self._status()) from None

    def _read(self, length: int) -> bytes:
        assert self._child.stdout is not None
        number, found, until = self._child.stdout.fileno(), bytearray(), time.monotonic() + PATIENCE
        while len(found) < length:
            ready, _, _ = select.select([number], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                raise TimeoutError
            part = os.read(number, min(length - len(found), 1 << 20))
            if not part:
                raise EOFError
            found += part
        return bytes(found)

    def _status(self) -> int | None:
        try:
            return self._child.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return None

    def _lost(self, status: int | None) -> Lost:
        try:
            told = json.loads(os.pread(self._place, PLACE, 0))
            return Lost((str(told["file"]), str(told["place"])), status, str(told["error"]))
        except (ValueError, KeyError, TypeError):
            return Lost(None, status, "")

    def end(self) -> None:
        """The process is gone afterwards."""
        self._child.kill()
        self._child.communicate()
        os.close(self._place)


def _memory() -> int:
    """A file that the process writes its place into, so that it can be read when the process is gone. In memory where
    the system can: a full disk stops the ledger, and says so; it is not for this to say."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("callkeeper-place")
    try:
        number, name = tempfile.mkstemp(prefix="callkeeper-")
    except OSError as error:
        raise Transient(
            "templates", f"nothing can be rendered now, because no file can be made ({error.strerror})"
        ) from error
    os.unlink(name)
    return number


def _write_all(number: int, content: bytes) -> None:
    while content:
        content = content[os.write(number, content) :]
