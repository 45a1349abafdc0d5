"""Resumable upload into Drive, chunk by chunk, from a stream that can be read once.

https://developers.google.com/workspace/drive/api/guides/manage-uploads#resumable. A file comes into being only when the last chunk is
accepted, so everything before that can be lost without harm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit

import requests
from google.resumable_media.common import InvalidResponse, RetryStrategy
from google.resumable_media.requests import ResumableUpload

from automation.adapters.google import GoogleClient
from automation.adapters.google_refusals import Refused, google_refusal
from automation.adapters.http import Purpose, call, new_session, parsed
from automation.errors import Permanent, ServiceError, Transient
from automation.services import ByteStream

SERVICE = "drive"
# A multiple of 256 KiB, as the guide wants; a whole chunk is held in memory.
CHUNK = 8 * 1024 * 1024
# The seconds count for a whole chunk on its way out, not for each packet.
TIMEOUT = (300.0, 300.0)
OK, CREATED, NOT_FOUND, GONE, RESUME = 200, 201, 404, 410, 308
PATHS = ("resumable/upload/drive/v3/files", "upload/drive/v3/files")
T = TypeVar("T")
# Any, because the library's own signatures carry no types.
_UPLOAD: Any = ResumableUpload
# The library sends a chunk again on 429, 5xx and lost connections unless told otherwise.
_NEVER: Any = partial(RetryStrategy, max_retries=0)


def upload(
    client: GoogleClient,
    metadata: Mapping[str, Any],
    fields: str,
    stream: ByteStream,
    size: int,
    read: Callable[[dict[str, Any]], T],
) -> T:
    """Upload the stream as a new file with that metadata and return what `read` makes of the `fields` of the file resource.

    Raises Transient if the stream ends before `size` bytes (0 = unknown) or holds nothing, Unknown if the answer
    to the last chunk is lost, and whatever reading the stream raises.
    """
    source = _Source(stream, size)
    wire = _UploadWire(client, source)
    session = _initiate(client, wire, source, metadata, fields)
    response: requests.Response | None = None
    while not session.finished:
        try:
            response = session.transmit_next_chunk(wire)
        except InvalidResponse as refused:
            raise _interrupted(wire.purpose, refused.response) from None
        # Drive may keep less than it was sent, and what is gone from the stream cannot be sent again.
        if not session.finished and (source.at_end or session.bytes_uploaded != source.tell()):
            what = "could not upload the recording: Google took only a part of it; it will be tried again from the start"
            raise Transient(SERVICE, what)
    if response is None:
        raise wire.purpose.lost("no answer came")
    return parsed(wire.purpose, response, read)


def _initiate(client: GoogleClient, wire: _UploadWire, source: _Source, metadata: Mapping[str, Any], fields: str) -> Any:
    """Open the upload session; nothing exists in Drive yet. The path without `/resumable` is an older form of the same address."""
    base = client.endpoints.drive
    root = base.removesuffix("drive/v3/") if base.endswith("drive/v3/") else urljoin(base, "/")
    query = urlencode({"uploadType": "resumable", "supportsAllDrives": "true", "fields": fields})
    for path in PATHS:
        session = _UPLOAD(f"{root}{path}?{query}", CHUNK)
        session._retry_strategy = _NEVER()  # there is no public way
        try:
            session.initiate(wire, source, dict(metadata), metadata["mimeType"], stream_final=False)
        except InvalidResponse as refused:
            error = _refused(wire.purpose, refused.response)
            if isinstance(error, Refused) and error.status == NOT_FOUND and path != PATHS[-1]:
                continue
            raise error from None
        break
    return session


def _interrupted(purpose: Purpose, response: requests.Response) -> ServiceError:
    """The guide to resumable uploads: 404 and 410 say that the session is gone, and that the upload begins anew."""
    if response.status_code in (NOT_FOUND, GONE):
        return Transient(SERVICE, "could not upload the recording: Google gave the upload up; it will be tried again from the start")
    return _refused(purpose, response)


def _refused(purpose: Purpose, response: requests.Response) -> ServiceError:
    if response.status_code in (OK, CREATED, RESUME):
        return purpose.lost("the answer could not be understood")
    return google_refusal(purpose, response.status_code, response.headers, response.content)


class _Source:
    """The stream as google-resumable-media reads it: `read` fills what was asked for, `tell` counts.

    `at_end` is known one byte ahead.
    """

    def __init__(self, stream: ByteStream, size: int) -> None:
        self._stream = stream
        self._size = size
        self._position = 0
        self._ahead = b""
        self.at_end = False

    def tell(self) -> int:
        return self._position

    def read(self, wanted: int) -> bytes:
        """Up to `wanted` bytes, fewer only at the end of the stream."""
        chunk = bytearray(self._ahead)
        self._ahead = b""
        while len(chunk) <= wanted and not self.at_end:
            piece = self._stream.read(wanted + 1 - len(chunk))
            self.at_end = not piece
            chunk += piece
        self._ahead = bytes(chunk[wanted:])
        del chunk[wanted:]
        self._position += len(chunk)
        if self.at_end:
            self._check_length()
        return bytes(chunk)

    def _check_length(self) -> None:
        if self._position == 0 or self._position < self._size:
            what = (
                f"could not upload the recording: its download ended after {self._position} bytes"
                + (f" of {self._size}" if self._size else "")
                + "; it will be tried again"
            )
            raise Transient(SERVICE, what)


class _UploadWire:
    """What google-resumable-media takes for a session. It knows from the range of a chunk whether losing its answer leaves a doubt."""

    def __init__(self, client: GoogleClient, source: _Source) -> None:
        self._client = client
        self._source = source
        self._trusted = urlsplit(client.endpoints.drive).netloc
        self.purpose = Purpose(SERVICE, "begin the upload of the recording", safe=True)

    def request(self, method: str, url: str, data: bytes, headers: Mapping[str, str], timeout: object = None) -> requests.Response:
        """Send once. `timeout` is the library's wish, which is not followed: ours allow for a whole chunk."""
        headers = dict(headers)
        if method == "PUT":
            self.purpose = Purpose(SERVICE, "upload the recording", safe=not self._source.at_end)
            if self._source.at_end:
                headers["content-range"] = headers["content-range"].replace("/*", f"/{self._source.tell()}")
        if urlsplit(url).scheme not in ("http", "https"):
            raise Permanent(SERVICE, f"could not {self.purpose.what}: Google named an address that is no web address")
        if urlsplit(url).netloc == self._trusted:
            response = self._client.send(self.purpose, method, url, headers, data, timeout=TIMEOUT)
        else:
            # The address of an upload session is permission enough; our token is not for other hosts.
            response = call(new_session(), self.purpose, method, url, headers=headers, data=data, timeout=TIMEOUT)
        if response.status_code == CREATED and method == "PUT":
            # The guide allows 200 and 201 at the end, the library only 200.
            response.status_code = OK
        return response
