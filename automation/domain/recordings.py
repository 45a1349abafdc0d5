"""Recordings and other files on their way: what Zoom has, the stream of its bytes, and the role of Drive, which files
them. As in `services`, every method raises ServiceError and nothing else for an outside failure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from automation.domain.instants import Instants


@dataclass(frozen=True)
class CloudRecording(Instants):
    """A finished or unfinished cloud recording of one instance. `complete`: every wanted file has status completed.
    `download_url` and `size` (bytes) are those of the best video file; `share_url` is what a person may open (with its
    passcode where the provider gives one).
    """

    complete: bool
    share_url: str
    download_url: str = field(default="", repr=False)
    size: int = 0
    file_type: str = "MP4"
    file_id: str = ""
    started: datetime | None = None


class ByteStream(Protocol):
    """An open download: read(n) gives at most n bytes, b"" at the end. Use as a context manager. `begins`: the place in
    the file of the first byte that is read."""

    @property
    def begins(self) -> int: ...
    def read(self, size: int = -1, /) -> bytes: ...
    def __enter__(self) -> ByteStream: ...
    def __exit__(self, *_: object) -> None: ...


@dataclass(frozen=True)
class SeenFile(Instants):
    """A Drive file. `size` in bytes (0 for Google's own formats)."""

    id: str
    name: str
    mime_type: str
    created: datetime
    modified: datetime
    size: int
    link: str
    trashed: bool
    mark: str


def _nothing(session: str) -> None:
    return None


@dataclass(frozen=True)
class Going:
    """How an upload goes on. `session`: the address of one that was begun, of which `start` bytes have arrived;
    `opened` is told a new one's. The address is permission to write: it is nowhere but in the ledger. `pressed` is
    asked between two parts whether it has to make room, and told whether it has got further than where it began.
    """

    session: str = field(default="", repr=False)
    start: int = 0
    opened: Callable[[str], None] = _nothing
    pressed: Callable[[bool], bool] = lambda further: False


class DriveService(Protocol):
    def marked(self, mark: str) -> list[SeenFile]:
        """Files with appProperties.callkeeper = mark, not trashed."""

    def in_folder(self, folder: str, since: datetime) -> list[SeenFile]:
        """Files in the folder created since, not trashed, folders excluded, oldest first."""

    def get(self, file_id: str) -> SeenFile | None: ...
    def upload(
        self, name: str, folder: str, mime_type: str, mark: str, *, stream: ByteStream, size: int, going: Going = ...
    ) -> SeenFile | None:
        """Resumable upload in chunks; never more than one chunk in memory. None if it was interrupted between two of
        them."""

    def arrived(self, session: str, size: int) -> SeenFile | int | None:
        """What has come of an upload: the file, or so many bytes of it; None if nothing is known of it any more."""

    def copy(self, file_id: str, name: str, mark: str) -> SeenFile: ...
    def mark(self, file_id: str, mark: str) -> None: ...
    def share(self, file_id: str, group: str) -> None:
        """Let the members of a group write in the file; nobody is mailed about it. Repeating it changes nothing."""
