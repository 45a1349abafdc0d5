"""The dead-man's switch: a URL that is fetched after each good tick, so that silence is noticed elsewhere."""

from __future__ import annotations

import http.client
import logging
import urllib.error
import urllib.request

log = logging.getLogger("callkeeper")

SECONDS = 10


def ping(url: str) -> None:
    """Fetch the URL; a failing ping never harms a tick."""
    if not url:
        return
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as answer:
            answer.read(1024)
    except (OSError, urllib.error.URLError, http.client.HTTPException, ValueError) as error:
        log.warning("ping.failed", extra={"fields": {"error": type(error).__name__}})
