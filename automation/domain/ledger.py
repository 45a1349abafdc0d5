"""What is asked of a ledger, whatever keeps it. The room `ledger` holds those that there are.

Claim, do, record: of two processes with the same snapshot only one gets the claim and does the step. A claim that is
found open has an unknown outcome. Everything that is sent outside is claimed here first. Every question may raise
LedgerError, and then nothing goes out. Times are aware.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from automation.domain.begun import Begun
from automation.domain.call_state import CallState
from automation.domain.receipts import LedgerSnapshot, Pause, Receipt
from automation.domain.services import SeenEvent, SeenMeeting
from automation.domain.steps import Proof


class Ledger(Protocol):
    """An open ledger."""

    @property
    def proof(self) -> str:
        """What a step that was claimed leaves on an event, so that an older copy of this ledger finds out there that it
        is one."""

    def snapshot(self) -> LedgerSnapshot:
        """All of it, by one consistent read."""

    def claim(self, key: str, version: int, now: datetime, begun: Begun | None) -> int | None:
        """Begin a step: its new version, or None if somebody else was faster. `version` is that of the receipt the plan
        was made from (0 = none)."""

    def begun(self, key: str, now: datetime, begun: Begun) -> None:
        """Remember more of a step under way, for example the id of its draft."""

    def done(
        self, key: str, now: datetime, data: Proof, fingerprint: str = "", done_at: datetime | None = None
    ) -> None:
        """The step happened; `data` is the proof. `done_at`: when, if that was not just now."""

    def put(self, receipt: Receipt, now: datetime, *, version: int | None = None) -> bool:
        """Write a receipt whole, whatever stood there; with `version`, only if that still stands there. False if it did
        not."""

    def remember(self, states: Mapping[str, CallState], templates: Mapping[str, datetime | None]) -> None:
        """Write down call states and newly seen templates, all or nothing."""

    def saw(self, kind: str, records: Mapping[str, SeenEvent | SeenMeeting], at: datetime | None = None) -> None:
        """Write down what was seen of `event` or `meeting`, by mark; with `at`, as one whole look that replaces
        everything seen before. Events that know more than this ledger put it in doubt."""

    def trust(self, seen: Mapping[str, SeenEvent], doubts: Iterable[str] = ()) -> None:
        """What stands in the calendar has been taken in: the ledger counts again, but for what `doubts` names."""

    def pause(self, pause: Pause) -> None:
        """Leave a service alone."""

    def resume(self, service: str) -> None:
        """Leave it alone no longer."""

    def notice(self, notices: Mapping[str, str], now: datetime) -> None:
        """Something for the organizers, by key; one that was noticed before stays as it is."""

    def told(self, keys: list[str], now: datetime) -> None:
        """The organizers were told these notices."""

    def meta(self, values: Mapping[str, str]) -> None:
        """Write down what `LedgerSnapshot.meta` holds, by name."""


class Holder(Protocol):
    """Who says to hold the lock, and since when; `str()` names it in a sentence."""

    @property
    def pid(self) -> int: ...

    @property
    def host(self) -> str: ...

    @property
    def since(self) -> datetime: ...


class Lock(Protocol):
    """What came of asking to be the only one at work. True = nobody else is."""

    def __bool__(self) -> bool: ...

    def beat(self, seconds: float) -> None:
        """Still at work, and for that many seconds nothing need be heard. Raises LedgerMovedError if the lock is no
        longer the one that others would meet."""

    def speak(self, seconds: float = 0) -> None:
        """A sign of life in the middle of a long tick; raises nothing, for only people would miss it."""

    def overdue(self) -> Holder | None:
        """Who has been holding it for so long that it must hang; None if nobody has."""


class Noted(Protocol):
    """A ledger that is not opened, as far as an idle tick asks."""

    def notes(self, *names: str) -> Mapping[str, str]:
        """What `LedgerSnapshot.meta` holds under these names, read without opening the ledger; empty whatever is wrong
        with it, and for a copy that was put back."""


class Place(Noted, Protocol):
    """Where a ledger is kept, or will be: what `--state` names. `str()` names it in a sentence."""

    def exists(self) -> bool:
        """False if there certainly is no ledger yet. Where that cannot be seen, opening it says why."""

    def exclusive(self, command: str = "Callkeeper") -> AbstractContextManager[Lock]:
        """True inside if this process is the only one at work on the ledger. `command`: what it is at, for others to
        read. Raises LedgerError if that cannot be found out."""

    def open(self, *, wait: float | None = None) -> AbstractContextManager[Ledger]:
        """The ledger, made if it is not there. `wait`: seconds for which another process that writes is waited for.
        Raises LedgerError, and then nothing is lost."""

    def copy(self) -> AbstractContextManager[Ledger]:
        """A copy to look at, or an empty one if there is no ledger; it is gone afterwards, and nothing is changed.
        Raises LedgerError."""
