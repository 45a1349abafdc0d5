"""Resumable upload: a session, chunks, and the question how much has arrived.

https://developers.google.com/workspace/drive/api/guides/manage-uploads#resumable. The session URI is itself the right
to upload; it needs no access token.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from werkzeug.exceptions import ClientDisconnected

from automation.sandbox.drive import metadata as drive_metadata
from automation.sandbox.drive.store import SERVICE, File, Store, add, file_json, keep_bytes
from automation.sandbox.google.errors import Refusal
from automation.sandbox.google.fields import reply
from automation.sandbox.world.state import URL_SAFE, World

CHUNK = 256 * 1024
LIFETIME = timedelta(days=7)
CONTENT_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


@dataclass
class Upload:
    """One session; `received` counts the bytes on disk, `file` is set once the upload is complete."""

    body: dict[str, Any]
    mime_type: str
    parents: list[str]
    file_id: str
    path: Path
    ends: datetime
    total: int | None
    received: int = 0
    digest: Any = field(default_factory=hashlib.md5)
    file: File | None = None


def begin(world: World, body: dict[str, Any], parents: list[str], file_id: str) -> Response:
    """Open a session for a new file with this metadata; the answer's Location is the session URI."""
    store: Store = world.stores[SERVICE]
    if request.args.get("uploadType") != "resumable":
        world.problems.append(f"drive: uploadType {request.args.get('uploadType')!r} is not played by the sandbox")
        raise Refusal(400, "badRequest", "The sandbox plays uploadType=resumable only.")
    upload_id = world.new_id("drive upload", 60, URL_SAFE)
    length = request.headers.get("X-Upload-Content-Length")
    declared = request.headers.get("X-Upload-Content-Type") or "application/octet-stream"
    store.uploads[upload_id] = Upload(
        body=body,
        mime_type=body.get("mimeType") or declared,
        parents=parents,
        file_id=file_id,
        path=store.folder / upload_id,
        ends=world.now() + LIFETIME,
        total=int(length) if length else None,
    )
    store.uploads[upload_id].path.touch()
    query = urlencode([*request.args.items(multi=True), ("upload_id", upload_id)])
    headers = {"Location": f"{world.base_url}{request.path}?{query}", "X-GUploader-UploadID": upload_id}
    return Response(status=200, headers=headers, content_type="text/plain; charset=utf-8")


def proceed(world: World) -> Response:
    """Take one chunk, or answer how much has arrived (Content-Range: bytes */N)."""
    store: Store = world.stores[SERVICE]
    upload: Upload | None = store.uploads.get(request.args.get("upload_id", ""))
    if upload is None or upload.ends <= world.now():
        raise Refusal(404, "notFound", "The upload session was not found or has expired; start a new one.")
    if upload.file is not None:
        return reply(file_json(upload.file))
    first, last, total = read_range(upload)
    if first is None or last is None:
        return progress(upload)
    check_chunk(upload, first, last, total)
    whole = receive(upload, first, last)
    if not whole:
        raise Refusal(400, "badRequest", "The request body ended before the last byte of its Content-Range.")
    if total is None or upload.received < total:
        return progress(upload)
    upload.file = finish(world, upload)
    return reply(file_json(upload.file))


def read_range(upload: Upload) -> tuple[int | None, int | None, int | None]:
    """First and last byte of the chunk and the whole size, each None where not said; no header = all in one go."""
    header = request.headers.get("Content-Range")
    if header is None:
        length = request.content_length or 0
        return (0, length - 1, length) if length else (None, None, None)
    match = CONTENT_RANGE.fullmatch(header)
    if match is None:
        raise Refusal(400, "badRequest", f"Failed to parse Content-Range header: {header}")
    first, last, total = (int(text) if text and text != "*" else None for text in match.groups())
    return first, last, total if total is not None else upload.total


def check_chunk(upload: Upload, first: int, last: int, total: int | None) -> None:
    """Raise Refusal 400 for a gap, a chunk of a wrong size, or a size that contradicts what was said before."""
    if upload.total is not None and total != upload.total:
        raise Refusal(400, "badRequest", f"The size {total} contradicts X-Upload-Content-Length {upload.total}.")
    if last < first or first > upload.received or (total is not None and last >= total):
        raise Refusal(400, "badRequest", f"Bytes {first}-{last} do not follow the {upload.received} received.")
    if request.content_length != last - first + 1:
        raise Refusal(400, "badRequest", "The length of the body contradicts its Content-Range.")
    if (total is None or last + 1 < total) and (last - first + 1) % CHUNK:
        raise Refusal(400, "badRequest", f"All chunks but the last must be multiples of {CHUNK} bytes.")


def receive(upload: Upload, first: int, last: int) -> bool:
    """Append what is new of the chunk to the file; True if all came. A broken chunk is kept in pieces of 256 KiB."""
    skip, left = upload.received - first, last - first + 1
    with upload.path.open("ab") as target:
        while left:
            wanted = min(left, CHUNK)
            try:
                piece = request.stream.read(wanted)
            except ClientDisconnected:
                return False
            if len(piece) < wanted:
                return False
            left -= len(piece)
            new = piece[skip:]
            skip = max(0, skip - len(piece))
            target.write(new)
            upload.digest.update(new)
            upload.received += len(new)
    return True


def progress(upload: Upload) -> Response:
    """308 with the range that has arrived; without a Range if nothing has."""
    headers = {"Range": f"bytes=0-{upload.received - 1}"} if upload.received else {}
    return Response(status=308, headers=headers)


def finish(world: World, upload: Upload) -> File:
    """Make the file of a complete upload."""
    store: Store = world.stores[SERVICE]
    name = upload.body.get("name") or "Untitled"
    file = add(world, store, name, upload.mime_type, parents=upload.parents, file_id=upload.file_id)
    drive_metadata.take_over(file, upload.body)
    file.mime_type = upload.mime_type
    keep_bytes(file, upload.path, upload.digest.hexdigest())
    return file
