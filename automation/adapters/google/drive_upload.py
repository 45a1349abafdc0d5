"""Resumable upload into Drive, chunk by chunk, from a stream that can be read once.

https://developers.google.com/workspace/drive/api/guides/manage-uploads#resumable. A file comes into being only when the
last chunk is accepted. Until then what has arrived is kept for a week, and whoever knows the session's address can ask
how much that is and go on from there.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit

import requests

from automation.adapters.google.client import GoogleClient
from automation.adapters.google.drive_source import Source
from automation.adapters.google.refusals import Refused, google_refusal
from automation.adapters.wire.http import Purpose, call, new_session, parsed
from automation.domain.errors import Permanent, Transient
from automation.domain.recordings import ByteStream, Going

SERVICE = "drive"
# Multiples of 256 KiB, as the guide wants. A whole chunk is held in memory, and takes about so many seconds to send: an
# upload can be interrupted between two of them only.
CHUNK, LEAST_CHUNK = 8 * 1024 * 1024, 256 * 1024
SECONDS = 10.0
# The seconds count for a whole chunk on its way out, not for each packet.
TIMEOUT = (300.0, 300.0)
OK, CREATED, NOT_FOUND, GONE, RESUME = 200, 201, 404, 410, 308
# What is answered to the question how much has arrived by one who does not know the session, or the question.
NO_ANSWER = (400, 403, NOT_FOUND, 405, GONE, 501)
PATHS = ("resumable/upload/drive/v3/files", "upload/drive/v3/files")
NOTHING_TAKEN = "could not upload the recording: Google took nothing of a part; it will be tried again from there"
_RANGE = re.compile(r"bytes=0-(\d+)")
T = TypeVar("T")


def upload(
    client: GoogleClient,
    metadata: Mapping[str, Any],
    fields: str,
    stream: ByteStream,
    *,
    size: int,
    read: Callable[[dict[str, Any]], T],
    going: Going,
) -> T | None:
    """Upload the stream as a new file with that metadata and return what `read` makes of the `fields` of the file
    resource; None if it was interrupted between two chunks.

    Raises Transient if the stream ends before `size` bytes (0 = unknown) or holds nothing, Unknown if the answer to the
    last chunk is lost, and whatever reading the stream raises.
    """
    wire = _Wire(client)
    address = going.session
    if not address:
        address = _begin(wire, metadata, fields)
        going.opened(address)
    source = Source(stream, size, going.start)
    wanted, further = CHUNK, False
    while source.fill(wanted, partial(going.pressed, further)):
        began = time.monotonic()
        chunk, last = source.chunk(wanted)
        purpose = Purpose(SERVICE, "upload the recording", safe=not last)
        span = source.content_range(len(chunk), last)
        answer = wire.put(purpose, address, data=chunk, content_range=span, mime_type=metadata["mimeType"])
        if answer.status_code != RESUME:
            return _finished(purpose, answer, read, last)
        # Drive may keep less than it was sent; what it does not have is sent once more.
        if not source.forget(_arrived(answer)):
            raise Transient(SERVICE, NOTHING_TAKEN)
        wanted, further = _next_size(wanted, time.monotonic() - began), True
    return None


def arrived(client: GoogleClient, address: str, size: int, read: Callable[[dict[str, Any]], T]) -> T | int | None:
    """What has come of an upload: how many bytes have arrived, or what `read` makes of the file if all of them have;
    None if Drive does not know it any more. `size` in bytes, 0 if unknown. Raises ServiceError."""
    purpose = Purpose(SERVICE, "ask how much of the recording has arrived", safe=True)
    answer = _Wire(client).put(purpose, address, data=b"", content_range=f"bytes */{size or '*'}", mime_type="")
    if answer.status_code == RESUME:
        return _arrived(answer)
    if answer.status_code in (OK, CREATED):
        return parsed(purpose, answer, read)
    if answer.status_code in NO_ANSWER:
        return None
    raise google_refusal(purpose, answer.status_code, answer.headers, answer.content)


def _begin(wire: _Wire, metadata: Mapping[str, Any], fields: str) -> str:
    """Open the upload session and return its address; nothing exists in Drive yet. The path without `/resumable` is an
    older form of the same."""
    base = wire.client.endpoints.drive
    root = base.removesuffix("drive/v3/") if base.endswith("drive/v3/") else urljoin(base, "/")
    query = urlencode({"uploadType": "resumable", "supportsAllDrives": "true", "fields": fields})
    headers = {"content-type": "application/json; charset=UTF-8", "x-upload-content-type": metadata["mimeType"]}
    purpose = Purpose(SERVICE, "begin the upload of the recording", safe=True)
    for path in PATHS:
        answer = wire.send(
            purpose, "POST", url=f"{root}{path}?{query}", headers=headers, data=json.dumps(dict(metadata)).encode()
        )
        if answer.status_code in (OK, CREATED) and answer.headers.get("Location"):
            return str(answer.headers["Location"])
        error = _refused(purpose, answer)
        if not (isinstance(error, Refused) and error.status == NOT_FOUND and path != PATHS[-1]):
            break
    raise error


def _finished(purpose: Purpose, answer: requests.Response, read: Callable[[dict[str, Any]], T], last: bool) -> T:
    """The file of an upload whose last chunk was taken. The guide: 404 and 410 say that the session is gone, and that
    it begins anew."""
    if answer.status_code in (OK, CREATED) and last:
        return parsed(purpose, answer, read)
    if answer.status_code in (NOT_FOUND, GONE):
        raise Transient(
            SERVICE, "could not upload the recording: Google gave the upload up; it will be tried again from the start"
        )
    raise _refused(purpose, answer)


def _refused(purpose: Purpose, answer: requests.Response) -> Exception:
    if answer.status_code in (OK, CREATED, RESUME):
        return purpose.lost("the answer could not be understood")
    return google_refusal(purpose, answer.status_code, answer.headers, answer.content)


def _arrived(answer: requests.Response) -> int:
    found = _RANGE.match(answer.headers.get("Range", ""))
    return int(found[1]) + 1 if found else 0


def _next_size(size: int, seconds: float) -> int:
    """Smaller chunks over a slow line, larger ones again over a quick one."""
    if seconds > 2 * SECONDS:
        return max(size // 2, LEAST_CHUNK)
    return min(size * 2, CHUNK) if seconds < SECONDS / 2 else size


class _Wire:
    """Requests of one upload. The address of a session is permission enough, so our token goes to Google's own host
    only."""

    def __init__(self, client: GoogleClient) -> None:
        self.client = client
        self._trusted = urlsplit(client.endpoints.drive).netloc

    def put(self, purpose: Purpose, address: str, data: bytes, content_range: str, mime_type: str) -> requests.Response:
        """Send a chunk, or, without data, the question how much has arrived."""
        headers = {"content-range": content_range, **({"content-type": mime_type} if mime_type else {})}
        return self.send(purpose, "PUT", url=address, headers=headers, data=data)

    def send(
        self, purpose: Purpose, method: str, url: str, headers: Mapping[str, str], data: bytes
    ) -> requests.Response:
        """Send once."""
        if urlsplit(url).scheme not in ("http", "https"):
            raise Permanent(SERVICE, f"could not {purpose.what}: Google named an address that is no web address")
        if urlsplit(url).netloc == self._trusted:
            return self.client.send(purpose, method, url=url, headers=headers, data=data, timeout=TIMEOUT)
        return call(new_session(), purpose, method, url, headers=headers, data=data, timeout=TIMEOUT)
