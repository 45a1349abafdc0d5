"""What is said where another process holds the lock: a sentence, and, if it has been holding it for too long, a word to
the organizers."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime

from automation.cli.outcome import BUSY
from automation.config.load import OrganizerFiles
from automation.domain.errors import LedgerError
from automation.domain.fingerprint import fingerprint
from automation.domain.keys import community_step
from automation.domain.ledger import Holder, Lock, Place
from automation.reconcile.loop import tell

log = logging.getLogger("callkeeper")

# Seconds for which that process's writing is waited for.
PATIENCE = 5.0


def occupied(lock: Lock, state: Place, files: OrganizerFiles) -> int:
    """The exit code of a command that finds the lock held: 0, or 1 if its holder seems to hang, which the organizers
    hear once."""
    holder = lock.overdue()
    if holder is None:
        print(BUSY, file=sys.stderr)
        return 0
    sentence = (
        f"the ledger has been held for more than ten minutes by {holder}, so nothing can be done or sent. See what it"
        f" is at; if it hangs, end it (kill {holder.pid or 'it'}), and the next tick goes on by itself."
    )
    print(sentence, file=sys.stderr)
    _tell_once(state, files, holder, sentence)
    return 1


def _tell_once(state: Place, files: OrganizerFiles, holder: Holder, sentence: str) -> None:
    now = datetime.now(UTC)
    key = community_step(files.config.uid, f"lock#{fingerprint(holder.host, holder.pid, holder.since)}")
    try:
        with state.open(wait=PATIENCE) as ledger:
            if key not in {notice.key for notice in ledger.snapshot().notices}:
                ledger.notice({key: f"Callkeeper is held up: {sentence}"}, now)
                tell(ledger, files, now)
    except LedgerError as error:
        log.warning("lock.untold", extra={"fields": {"error": error.what}})
