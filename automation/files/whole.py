"""Files written whole, and never through somebody else's link.

A new file is made beside the old one (O_EXCL follows no link and opens nothing that is there) and takes its place in
one act (POSIX `rename`). A reader gets the old one or the new one, whenever the machine stops; a link of that name is
replaced, and what it leads to stays as it is.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

PUBLIC, PRIVATE = 0o666, 0o600


def put(path: Path, content: bytes, mode: int = PUBLIC) -> None:
    """Put the file there, with this mode as far as the umask allows. Raises OSError."""
    new = path.with_name(f".{path.name}.new")
    # One that is left over from a run that was killed, or that somebody laid there: its name goes, whatever it leads
    # to.
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)


def behind_link(path: Path) -> Path:
    """Where a file that may be a link really lies: what is put there leaves the link a link. Raises OSError for a ring
    of links."""
    return path.resolve(strict=False) if path.is_symlink() else path


def present(path: Path) -> bytes | None:
    """The content of an ordinary file; None if there is none, or something else of that name. Never waits for a
    pipe."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with open(descriptor, "rb") as file:
        return file.read() if stat.S_ISREG(os.fstat(descriptor).st_mode) else None
