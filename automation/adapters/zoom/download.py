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
    """An open download; a context manager. Reading raises Transient where the connection breaks off or is too slow.
    `begins`: the place in the file of the first byte that comes."""

    def __init__(
        self, purpose: Purpose, answer: requests.Response, begins: int, deadline: Deadline, seconds: float
    ) -> None:
        """Take an answer whose body is unread and where in the file that begins, the deadline that watches its
        connection, and the seconds that one piece may take."""
        self.begins = begins
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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._answer.close()


def opened(wire: ZoomWire, url: str, start: int, total: float) -> Download:
    """Open the file at that address from byte `start` on. A server that knows no ranges sends all of it, and `begins`
    tells so: reading over hours of video is for somebody who can be interrupted."""
    purpose, deadline = Purpose(SERVICE, "download the recording", safe=True), Deadline()
    answer = wire.open(purpose, url, start, deadline)
    if answer.headers.get("Content-Type", "").lower().startswith("text/html"):
        answer.close()
        what = (
            f"could not {purpose.what}: Zoom answered with a web page; allow downloads of cloud recordings in Zoom's"
            " settings"
        )
        raise Permanent(SERVICE, what)
    begins = _begins(answer)
    if begins > start:
        answer.close()
        raise purpose.lost("another part of it came than was asked for")
    return Download(purpose=purpose, answer=answer, begins=begins, deadline=deadline, seconds=min(total, PIECE_SECONDS))


def _begins(answer: requests.Response) -> int:
    """RFC 9110 14.4. A part that does not say which one it is counts as the whole."""
    partial = answer.status_code == requests.codes.partial_content
    found = _RANGE.match(answer.headers.get("Content-Range", "")) if partial else None
    return int(found[1]) if found else 0
