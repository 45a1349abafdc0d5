"""The ledger's folder and files are for their owner alone, those of an earlier version too."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

FOLDER = "state"


def own_folder(ledger: Path) -> None:
    """Make the ledger's folder, or close it to others: mode 0700. A folder that holds other things as well (a home,
    `/tmp`) is left as it is. Raises OSError where it cannot be made."""
    folder = ledger.parent
    try:
        status = folder.stat()
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return
    if not stat.S_IMODE(status.st_mode) & 0o077 or status.st_uid != os.geteuid():
        return
    with contextlib.suppress(OSError):
        if folder.name == FOLDER or all(name.startswith(ledger.name) for name in os.listdir(folder)):
            folder.chmod(0o700)


def own_only(path: Path) -> None:
    """Close a file of ours to others: mode 0600. What belongs to somebody else stays as it is."""
    with contextlib.suppress(OSError):
        status = path.stat()
        if stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and stat.S_IMODE(status.st_mode) & 0o077:
            path.chmod(0o600)
