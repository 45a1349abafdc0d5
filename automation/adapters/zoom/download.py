"""A recording's file on its way from Zoom (Zoom API reference, "Cloud Recording": download_url), from its beginning or
from where it stopped."""

from __future__ import annotations

import re
from typing import Self

import requests
import urllib3

from automation.adapters.wire.deadline import Deadline
from automation.adapters.wire.http import Purpose
from automation.adapters.zoom.wire import SERVICE, ZoomWire
from automation.domain.errors import Permanent

# The least rate, asked for anew with each piece: so many bytes in so many seconds.
PIECE, PIECE_SECONDS = 1024 * 1024, 60.0
_RANGE = re.compile(r"bytes (\d+)-")


class Download:
    """An open download; a context manager. Reading raises Transient where the connection breaks off or is too slow."""

    def __init__(
        self, purpose: Purpose, answer: requests.Response, deadline: Deadline, seconds: float = PIECE_SECONDS
    ) -> None:
        """Take an answer whose body is unread, the deadline that watches its connection, and the seconds that one piece
        may take."""
        self._purpose = purpose
        self._answer = answer
        self._deadline = deadline
        self._seconds = seconds

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, b"" at the end; all that is left if negative. Half a file is an error, not an end."""
        if size < 0:
            return b"".join(iter(lambda: self.read(PIECE), b""))
        try:
            with self._deadline.within(self._seconds):
                found = bytes(self._answer.raw.read(min(size, PIECE)))
        except (urllib3.exceptions.HTTPError, OSError) as error:
            why = "it came in too slowly" if self._deadline.passed else "the connection was lost in the middle"
            raise self._purpose.lost(why) from error
        if self._deadline.passed:  # the end of a body without a length is where it was cut
            raise self._purpose.lost("it came in too slowly")
        return found

    def skip(self, count: int) -> None:
        """Read over that many bytes; fewer if there are not so many."""
        while count:
            passed = len(self.read(min(count, PIECE)))
            count = count - passed if passed else 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._answer.close()


def opened(wire: ZoomWire, url: str, start: int, total: float) -> Download:
    """Open the file at that address from byte `start` on. A server that knows no ranges sends all of it, and the
    beginning is read over."""
    purpose, deadline = Purpose(SERVICE, "download the recording", safe=True), Deadline()
    answer = wire.open(purpose, url, start, deadline)
    if answer.headers.get("Content-Type", "").lower().startswith("text/html"):
        answer.close()
        what = (
            f"could not {purpose.what}: Zoom answered with a web page; allow downloads of cloud recordings in Zoom's"
            " settings"
        )
        raise Permanent(SERVICE, what)
    found = Download(purpose, answer, deadline, min(total, PIECE_SECONDS))
    begins = (
        _RANGE.match(answer.headers.get("Content-Range", ""))
        if answer.status_code == requests.codes.partial_content
        else None
    )
    at = int(begins[1]) if begins else 0
    if at > start:
        answer.close()
        raise purpose.lost("another part of it came than was asked for")
    found.skip(start - at)
    return found
