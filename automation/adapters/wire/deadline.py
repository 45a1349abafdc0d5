"""A total limit for one exchange over a socket, however the other side spreads its bytes.

A socket's own time-out is the longest gap between two bytes: a server that sends one every few seconds holds a reader
for ever. So a timer shuts the connection down when the time is up, and whoever reads or writes sees it end (POSIX
`shutdown`).
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

# Seconds for an ordinary exchange, from connecting to the last byte of the answer.
TOTAL = 120.0
# Bytes a second: whoever is slower on average counts as standing still.
LEAST_RATE = 32 * 1024


class Deadline:
    """One limit for whatever goes over the last socket that `watch` was given. `passed`: the time was up, and the
    connection was cut."""

    def __init__(self) -> None:
        self.passed = False
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._turn = 0
        self._timer: threading.Timer | None = None

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[Deadline]:
        """Everything inside has to be over after that many seconds. Not to be nested; may follow one another."""
        self.extend(seconds)
        try:
            yield self
        finally:
            with self._lock:
                self._stop()

    def extend(self, seconds: float) -> None:
        """From now on there are that many seconds, whatever was left; inside `within`."""
        with self._lock:
            self._stop()
            self._timer = threading.Timer(max(seconds, 0.0), self._cut, (self._turn,))
            self._timer.daemon = True
            self._timer.start()

    def _stop(self) -> None:
        self._turn += 1  # a timer that fires from now on is too late
        if self._timer is not None:
            self._timer.cancel()

    def watch(self, connected: socket.socket | None) -> None:
        """This is the socket to cut, in place of any before it. If the time is up already, it is cut at once."""
        with self._lock:
            self._socket = connected
            if self.passed:
                self._shut()

    def _cut(self, turn: int) -> None:
        with self._lock:
            if turn == self._turn:
                self.passed = True
                self._shut()

    def _shut(self) -> None:
        # OSError: it is closed already. Not close(): that would free the number of the descriptor under the reader.
        if self._socket is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
