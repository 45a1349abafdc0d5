"""The one mail to the organizers with everything that they have not been told yet."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

from automation.domain.keys import community_step
from automation.domain.model import Config
from automation.domain.proofs import DigestProof
from automation.domain.receipts import LedgerSnapshot, Receipt
from automation.domain.steps import DigestStep, Window

# More than this nobody reads in one mail; the rest comes in the next.
MOST_NOTICES = 20

DIGEST_EVERY = timedelta(hours=24)


def digest_step(config: Config, snapshot: LedgerSnapshot, now: datetime) -> DigestStep | None:
    """The digest that is due now: something is untold, and the last digest is a day old."""
    untold = [notice for notice in snapshot.notices if notice.notified_at is None]
    last = snapshot.meta.get("digest_at")
    if not untold or (last is not None and timedelta(0) <= now - datetime.fromisoformat(last) < DIGEST_EVERY):
        return None
    prefix = community_step(config.uid, "digest:")
    begun = [key for key in snapshot.keys(prefix) if snapshot.receipts[key].state == "claimed"]
    key = begun[0] if begun else _unused(snapshot, f"{prefix}{now.date().isoformat()}")
    receipt = snapshot.get(key)
    if receipt is not None and (receipt.put_off(now) or receipt.state == "doubt"):
        return None
    return DigestStep(key, Window(now), tuple(notice.key for notice in untold[:MOST_NOTICES]))


def _unused(snapshot: LedgerSnapshot, key: str) -> str:
    """The key, or `@2`, `@3` … of it where a digest went out under it: where the clock was set back, a day comes twice,
    and what is asked after one of two mails must not be answered for the other."""
    names = itertools.chain([key], (f"{key}@{number}" for number in itertools.count(2)))
    return next(name for name in names if (receipt := snapshot.get(name)) is None or not receipt.proven)


def doing(step: DigestStep, config: Config) -> str:
    return "tell the organizers what needs them"


def done(name: str, before: Receipt | None, after: Receipt | None) -> str:
    return "Organizers told"


def foreseen(step: DigestStep, snapshot: LedgerSnapshot) -> DigestProof:
    return DigestProof()
