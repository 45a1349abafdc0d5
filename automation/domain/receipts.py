"""What the ledger knows, as immutable records: one `Receipt` for each key, and the `LedgerSnapshot` of all of them as
one read found it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Literal

from automation.domain.begun import Attempt, Begun, ChatBegun, MailBegun
from automation.domain.call_state import CallState
from automation.domain.instants import Instants
from automation.domain.keys import series_of
from automation.domain.proofs import AskedAgain, ChatProof, MailProof
from automation.domain.services import SeenEvent, SeenMeeting
from automation.domain.steps import Data, Left

# A request whose answer was lost may still be carried out: how long it is left alone before anybody asks what became of
# it.
SETTLES = timedelta(seconds=60)
# A clock that was set back must not put a retry off for longer than the longest pause that is ever asked for.
LONGEST_PAUSE = timedelta(days=2)

# The row that says that the ledger was found to be a copy, until what is outside has been taken in: the services that
# have still to be asked.
DOUBTED = "doubted"
WITNESSES = ("calendar", "docs", "drive", "gmail")
DOUBTS = " ".join(WITNESSES)
# Names of `meta` that say nothing of any call.
RESTLESS = frozenset({"generation", "events_at", "meetings_at", "digest_at"})
# The row that holds the sentence about a wrong clock, as long as it is wrong.
WRONG_CLOCK = "clock"

State = Literal["claimed", "done", "failed", "waiting", "skipped", "doubt"]


@dataclass(frozen=True)
class Receipt(Instants):
    """One key in the ledger.

    `state`: claimed = begun, outcome unknown, asked about at `retry_at`; done; failed = certainly not done, tried again
    at `retry_at` unless None; waiting = asked and not there yet, asked again at `retry_at`; skipped, with `reason`;
    doubt = may or may not have happened, and cannot be asked. `done_at`, `fingerprint` and `data` describe the last
    success, also while an update of it is under way or failing; before the first one, `data` may say why there was
    none. `begun` is what an attempt needs to be found again, or to go on. `needs_person` says that trying again will
    not help without a person. `failing_since` is when the present row of failures began. `version` grows with every
    write.
    """

    key: str
    state: State
    version: int = 1
    done_at: datetime | None = None
    fingerprint: str = ""
    data: Data | None = None
    begun: Begun | None = None
    changed_at: datetime | None = None
    attempts: int = 0
    retry_at: datetime | None = None
    reason: str = ""
    needs_person: bool = False
    failing_since: datetime | None = None

    @property
    def proven(self) -> bool:
        """It happened at least once."""
        return self.done_at is not None

    def left(self, kind: type[Left]) -> Left | None:
        """What it left behind, if that is of this kind."""
        return self.data if isinstance(self.data, kind) else None

    def attempt(self, kind: type[Attempt]) -> Attempt | None:
        """What is remembered of an attempt, if that is of this kind."""
        return self.begun if isinstance(self.begun, kind) else None

    @property
    def day(self) -> date | None:
        """The day of the call for which a message went out, or may have; None where that is not known."""
        sent = self.data.day if isinstance(self.data, MailProof | ChatProof) else None
        return sent or (self.begun.day if isinstance(self.begun, MailBegun | ChatBegun) else None)

    def put_off(self, now: datetime) -> bool:
        """It is to be left alone until `retry_at`."""
        return self.retry_at is not None and now < self.retry_at <= now + LONGEST_PAUSE

    def unsettled(self, now: datetime) -> bool:
        """It was begun so lately that its request may still be under way. Written by a clock that was ahead of this
        one, it has to be written down anew, because nobody knows how long ago that was."""
        return self.state == "claimed" and self.put_off(now) and not self.ahead(now)

    def ahead(self, now: datetime) -> bool:
        return self.changed_at is not None and self.changed_at > now


def repeated(receipt: Receipt | None) -> datetime | None:
    """When a person asked for the mail once more; None if nobody did."""
    asked = receipt.left(AskedAgain) if receipt is not None else None
    return asked.repeat if asked is not None else None


@dataclass(frozen=True)
class Seen(Instants):
    """What was last seen outside: by mark, and when. An `at` of None = never looked."""

    events: Mapping[str, SeenEvent] = field(default_factory=dict)
    events_at: datetime | None = None
    meetings: Mapping[str, SeenMeeting] = field(default_factory=dict)
    meetings_at: datetime | None = None


@dataclass(frozen=True)
class Pause(Instants):
    """A service that is left alone until `until`; `fingerprint` is that of the credentials it failed with: another one
    ends the pause."""

    service: str
    until: datetime
    reason: str
    needs_person: bool
    fingerprint: str = ""


@dataclass(frozen=True)
class Notice(Instants):
    """Something that the organizers are to be told once."""

    key: str
    text: str
    at: datetime
    notified_at: datetime | None = None


@dataclass(frozen=True)
class LedgerSnapshot:
    """The whole ledger at one instant. `templates` maps `mail:reminder` to the time it was first seen, None for those
    of the first tick. `fresh` = nothing was ever recorded; `doubted` = the file may be an old copy, so what is outside
    counts. `memo` is for what is worked out of it: by mark for `kept`, by name for `derived`. `maybe_in_doubt` are the
    keys among which those in doubt are, None for all of them."""

    receipts: Mapping[str, Receipt] = field(default_factory=dict)
    calls: Mapping[str, CallState] = field(default_factory=dict)
    seen: Seen = Seen()
    pauses: Mapping[str, Pause] = field(default_factory=dict)
    templates: Mapping[str, datetime | None] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    meta: Mapping[str, str] = field(default_factory=dict)
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    maybe_in_doubt: Collection[str] | None = None

    @property
    def fresh(self) -> bool:
        return "founded" not in self.meta

    @property
    def doubts(self) -> frozenset[str]:
        """The services that have to be asked before what they would have proven is done; empty where the ledger
        counts."""
        return frozenset(self.meta.get(DOUBTED, "").replace("yes", DOUBTS).split())

    @property
    def first_templates(self) -> bool:
        """No template was ever written down: those of the first tick have no time before which they do not count."""
        return "templates" not in self.meta

    @cached_property
    def facts(self) -> Mapping[str, str]:
        """`meta` without the names that change with each write or look."""
        return {name: value for name, value in self.meta.items() if name not in RESTLESS}

    def get(self, key: str) -> Receipt | None:
        return self.receipts.get(key)

    def left(self, key: str, kind: type[Left]) -> Left | None:
        """What the step left behind, if it did so and that is of this kind."""
        receipt = self.receipts.get(key)
        return receipt.left(kind) if receipt is not None else None

    def derived(self, name: str, of: tuple[object, ...], make: Callable[[], Any]) -> Any:
        """`make()`, kept in the memo as long as each of `of` is the very same object."""
        known = self.memo.get(name)
        if known is None or any(one is not other for one, other in zip(known[0], of, strict=True)):
            known = self.memo[name] = of, make()
        return known[1]

    @cached_property
    def open(self) -> Mapping[str, CallState]:
        """The remembered calls about which something may still have to be done."""
        found: Mapping[str, CallState] = self.derived(
            "open", (self.calls,), lambda: {mark: state for mark, state in self.calls.items() if not state.closed}
        )
        return found

    @cached_property
    def held(self) -> Mapping[str, list[tuple[datetime, str]]]:
        """`community/series` -> (start, mark) of its closed calls that took place, in order."""
        held: Mapping[str, list[tuple[datetime, str]]] = self.derived("held", (self.calls,), self._closed_starts)
        return held

    def _closed_starts(self) -> Mapping[str, list[tuple[datetime, str]]]:
        found: dict[str, list[tuple[datetime, str]]] = {}
        for mark, state in self.calls.items():
            if state.closed and not state.cancelled:
                found.setdefault(series_of(mark), []).append((state.start, mark))
        return {series: sorted(starts) for series, starts in found.items()}

    @cached_property
    def _keys(self) -> list[str]:
        found: list[str] = self.derived("keys", (self.receipts,), lambda: sorted(self.receipts))
        return found

    def keys(self, prefix: str) -> list[str]:
        """The keys that begin with `prefix`, in order; what does not is not looked at."""
        start = bisect_left(self._keys, prefix)
        return self._keys[start : bisect_left(self._keys, prefix + chr(0x10FFFF), start)]

    @cached_property
    def in_doubt(self) -> list[str]:
        """The keys of the steps that are in doubt."""
        keys = self.receipts if self.maybe_in_doubt is None else self.maybe_in_doubt
        return sorted(key for key in keys if self.receipts[key].state == "doubt")

    def proven(self, key: str) -> bool:
        receipt = self.receipts.get(key)
        return receipt is not None and receipt.proven
