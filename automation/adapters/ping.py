"""The dead-man's switch: a URL that is fetched after each good tick, so that silence is noticed elsewhere."""

from __future__ import annotations

import http.client
import logging
import urllib.error
import urllib.request
from typing import Any

from automation.adapters.wire.deadline import Deadline

log = logging.getLogger("callkeeper")

# Without a single byte, and in all.
SECONDS, TOTAL = 10.0, 30.0


class _Watched:
    """A connection that tells the deadline which socket to cut."""

    sock: Any

    def __init__(self, *args: Any, deadline: Deadline, **kwargs: Any) -> None:
        self._deadline = deadline
        super().__init__(*args, **kwargs)

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        self._deadline.watch(self.sock)


class _Http(_Watched, http.client.HTTPConnection):
    pass


class _Https(_Watched, http.client.HTTPSConnection):
    pass


class _HttpDoor(urllib.request.HTTPHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Http, request, deadline=self._deadline)  # type: ignore[arg-type]


class _HttpsDoor(urllib.request.HTTPSHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Https, request, deadline=self._deadline)  # type: ignore[arg-type]


def ping(url: str, *, total: float = TOTAL) -> None:
    """Fetch the URL, in `total` seconds at most; a failing ping never harms a tick."""
    if not url:
        return
    deadline = Deadline()
    opener = urllib.request.build_opener(_HttpDoor(deadline), _HttpsDoor(deadline))
    try:
        with deadline.within(total), opener.open(url, timeout=SECONDS) as answer:
            answer.read(1024)
    except (OSError, urllib.error.URLError, http.client.HTTPException, ValueError) as error:
        log.warning("ping.failed", extra={"fields": {"error": type(error).__name__}})
