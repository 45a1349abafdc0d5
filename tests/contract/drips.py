"""Servers that let each byte of their answer wait, and whose whole answer would take for ever: no gap is ever long enough for a time-out."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from types import TracebackType

GAP = 0.05


class Dripping:
    """A server on loopback. `at_once` is sent as soon as something was received (or, with `greets`, as soon as somebody connects), and then a
    byte of `drops` at a time, again and again."""

    def __init__(self, at_once: bytes, drops: bytes, *, greets: bool = False) -> None:
        self._at_once, self._drops, self._greets = at_once, drops, greets
        self.ended = threading.Event()
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"

    def __enter__(self) -> Dripping:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.ended.set()
        self._socket.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            if not self._greets:
                connection.recv(65536)
            connection.sendall(self._at_once)
            for drop in self._endless():
                connection.sendall(drop)
                if self.ended.wait(GAP):
                    return

    def _endless(self) -> Iterator[bytes]:
        while True:
            for number in range(len(self._drops)):
                yield self._drops[number : number + 1]


HEADERS = (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x")
BODY = (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{", b" ")
ENDLESS_BODY = (b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{"a": 1}', b" ")
CHUNKS = (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n")
STATUS_LINE = (b"", b"HTTP/1.1 200 OK")
KINDS = {"status line": STATUS_LINE, "headers": HEADERS, "body": BODY, "body without length": ENDLESS_BODY, "chunks": CHUNKS}
