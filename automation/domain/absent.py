"""Events that are not to be found, not even in the bin: what that means. Pure.

Google keeps a deleted event (`status` cancelled) for a while, so absence alone never says that a person deleted it.
"""

from __future__ import annotations

from automation.domain.belonging import HAND_OVER, known_in, login_in
from automation.domain.marks import MARK
from automation.domain.model import Config
from automation.domain.proofs import EventProof
from automation.domain.receipts import LedgerSnapshot
from automation.domain.services import SeenEvent

WHY_ABSENT = (
    "its event is no longer in the calendar, not even in the bin, and nobody can tell why: --happened if somebody"
    " deleted it (that cancels the call), --repeat makes it again, --skip leaves the call without one"
)
WHY_BARE = (
    "of its event only the id is left in the calendar, and Google does not tell whether it was moved to another"
    " calendar or deleted long ago: move it back, or say --happened if it was deleted (that cancels the call), --repeat"
    " to make it again, --skip to leave the call without one"
)


def is_astray(snapshot: LedgerSnapshot, config: Config, absent: int, found: bool) -> bool:
    """No event of ours is there: rather another account or calendar than a person with a broom. One alone may have been
    purged, if the account is known to be the ledger's."""
    known, login = known_in(snapshot.meta), login_in(snapshot.meta)
    proven = known is not None and bool(known.account) and known.account.casefold() == login.account.casefold()
    return not found and not (absent == 1 and proven and known is not None and known.calendar == config.calendar.id)


def astray(snapshot: LedgerSnapshot, config: Config, absent: int) -> str:
    """The sentence about it."""
    known, account = known_in(snapshot.meta), login_in(snapshot.meta).account
    mine = f" ({known.account})" if known is not None and known.account else ""
    whose = f" of {account}" if account else ""
    missing = (
        "the one coming event of this ledger is not"
        if absent == 1
        else f"none of the {absent} coming events of this ledger is"
    )
    return (
        f"{missing} to be found in the calendar {config.calendar.id}{whose}, not even in its bin, so this must be"
        f" another Google account or calendar than the ledger's{mine}; {HAND_OVER}"
    )


def vanished(mark: str, event: EventProof) -> SeenEvent:
    """What stands for an event of which it is certain that it was deleted, but which shows no more."""
    return SeenEvent(
        id=event.id,
        etag="",
        status="cancelled",
        start=event.start,
        end=event.end,
        summary="",
        location="",
        description="",
        private={MARK: mark},
        html_link="",
    )
