"""Standard output as it may be found: in an encoding that cannot show everything, full, or closed. None of it hides or
stops what is done.

What cannot be shown is escaped as in JSON, so that `--json` stays JSON; what cannot be written is given up, and said on
standard error.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import sys

ESCAPE = "callkeeper.escape"


def escaped(error: UnicodeError) -> tuple[str, int]:
    """Characters that an encoding lacks, as `\\uXXXX`."""
    assert isinstance(error, UnicodeEncodeError)
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2)), error.end


class Lenient(io.RawIOBase):
    """Writes to a file descriptor for as long as that works; `failed` is why it does not. None = there never was
    one."""

    def __init__(self, number: int | None) -> None:
        super().__init__()
        self._number = number
        self.failed = "" if number is not None else "it is closed"

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._number is not None and os.isatty(self._number)

    def fileno(self) -> int:
        if self._number is None:
            raise io.UnsupportedOperation("fileno")
        return self._number

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        if self._number is not None and not self.failed:
            try:
                return os.write(self._number, data)
            except OSError as error:
                self.failed = error.strerror or type(error).__name__
        return len(data)


class Text(io.TextIOWrapper):
    """Text alone: click takes an encoding of few letters for a mistake, and would write UTF-8 into the bytes below if
    it found them."""

    @property
    def buffer(self) -> None:  # type: ignore[override]
        return None


def open_output() -> Lenient | None:
    """Put a standard output that never fails in the place of the real one. None where somebody put another in its place
    before."""
    codecs.register_error(ESCAPE, escaped)
    real = sys.stdout
    if real is not sys.__stdout__:
        return None
    _fill_gaps()
    raw = Lenient(None if real is None else real.fileno())
    encoding = "utf-8" if real is None else real.encoding
    sys.stdout = Text(io.BufferedWriter(raw), encoding, ESCAPE, line_buffering=raw.isatty())  # type: ignore[type-var]
    return raw


def _fill_gaps() -> None:
    """A closed descriptor would be given to the next file that is opened, and what is meant for people would go into
    it."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(number)


def close_output(raw: Lenient | None) -> None:
    """Write what is left, and say so if it could not all be written."""
    if raw is None:
        return
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
    if raw.failed:
        print(
            f"the result could not be written to standard output ({raw.failed}); what was done stands, and `status`"
            " shows it",
            file=sys.stderr,
        )
