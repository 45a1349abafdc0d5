"""What is to be uploaded, as a window that moves over a stream which can be read only once."""

from __future__ import annotations

from collections.abc import Callable

from automation.domain.errors import Transient
from automation.domain.recordings import ByteStream

PIECE = 1024 * 1024


class Source:
    """`position` is that of the first byte in the window: everything before it has arrived. The end is known one byte
    ahead."""

    def __init__(self, stream: ByteStream, size: int, start: int) -> None:
        """Take a stream, the size of the whole, 0 if unknown, and how many bytes of it have arrived: what the stream
        holds of these is read over."""
        self._stream = stream
        self._size = size
        self._over = start - stream.begins
        self._window = bytearray()
        self._at_end = False
        self.position = start

    def fill(self, wanted: int, pressed: Callable[[], bool]) -> bool:
        """Read until the window holds more than `wanted` bytes or all that is left. False if it has to make room for
        something else, which is asked before each piece."""
        while not pressed():
            if len(self._window) > wanted or self._at_end:
                return True
            piece = self._stream.read(min(self._over or wanted + 1 - len(self._window), PIECE))
            if self._over:
                self._over -= len(piece)
            else:
                self._window += piece
            if not piece:
                self._at_end = True
                self._check_length()
        return False

    def chunk(self, wanted: int) -> tuple[bytes, bool]:
        """The first bytes of the window, at most `wanted`, and whether they are the last ones of all."""
        return bytes(self._window[:wanted]), self._at_end and len(self._window) <= wanted

    def content_range(self, length: int, last: bool) -> str:
        """RFC 9110 14.4 for that many bytes; the size of the whole is said with the last ones."""
        end = self.position + length
        span = f"{self.position}-{end - 1}" if length else "*"
        return f"bytes {span}/{end if last else '*'}"

    def forget(self, arrived: int) -> bool:
        """So many bytes of the whole have arrived. False if that is nothing of what the window holds."""
        if not self.position < arrived <= self.position + len(self._window):
            return False
        del self._window[: arrived - self.position]
        self.position = arrived
        return True

    def _check_length(self) -> None:
        whole = self.position + len(self._window) - self._over
        if whole == 0 or whole < max(self._size, self.position):
            what = (
                f"could not upload the recording: its download ended after {whole} bytes"
                + (f" of {self._size}" if self._size else "")
                + "; it will be tried again"
            )
            raise Transient("drive", what)
