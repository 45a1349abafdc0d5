"""The cheapest tick: the last one said until when there is nothing to do, and nothing that it was made from has changed
since.

The note is in the ledger: a fingerprint of every file that organizers edit, of the program and of the time zones, and
the instant at which the plan next says anything new. While both hold, a tick reads those files and one row, and ends;
it does not even parse them.
"""

from __future__ import annotations

import hashlib
import json
import stat
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automation.config.paths import ARCHIVE
from automation.reconcile.made_with import program, zones

if TYPE_CHECKING:
    from automation.domain.ledger import Noted

NOTE = "quiet"
# Bytes; more than any file that organizers edit may have.
LARGEST = 20_000_000


def files_fingerprint(config: Path, credentials: Path, templates: Path) -> str:
    """Of the content and the permissions of everything that organizers edit, and of what plans are made with; "" if
    something of it cannot be read, or is no ordinary file."""
    found = hashlib.sha256()
    try:
        files = [config, credentials, *sorted(path for path in templates.rglob("*") if path.is_file())]
        archive = config.with_name(ARCHIVE)
        files += [archive] if archive.exists() else []
        for path in files:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
                return ""  # reading it could have no end; the whole tick names it
            found.update(f"{path}\0{status.st_mode}\0{status.st_size}\0".encode(errors="surrogateescape"))
            found.update(path.read_bytes())
        found.update(program())
        found.update(zones())
    except OSError:
        return ""
    return found.hexdigest()


def note(found: str, now: datetime, until: datetime, result: dict[str, Any]) -> dict[str, str]:
    """The row to write down: nothing to do from `now` to `until`; `result` is what such a tick comes to."""
    value = {"fingerprint": found, "from": now.isoformat(), "until": until.isoformat(), "result": result}
    return {NOTE: json.dumps(value, ensure_ascii=False)}


def idle_result(state: Noted, found: str, now: datetime) -> dict[str, Any] | None:
    """What a tick at `now` comes to if there is nothing to do, or None if that has to be found out."""
    if not found:
        return None
    try:
        told = json.loads(state.notes(NOTE)[NOTE])
        still = datetime.fromisoformat(told["from"]) <= now < datetime.fromisoformat(told["until"])
        if told["fingerprint"] != found or not still:
            return None
        result: dict[str, Any] = told["result"]
    except (KeyError, ValueError, TypeError):
        return None  # whatever is wrong is found and named by the whole tick
    return result
