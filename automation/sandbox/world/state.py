"""The world that all services of the sandbox share: clock, ids, lock, stores, log, problems."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from automation.sandbox.world.faults import Faults

HEX = "0123456789abcdef"
DIGITS = "0123456789"
BASE32HEX = "0123456789abcdefghijklmnopqrstuv"
URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


class Nonsense(ValueError):
    """A control request that cannot be obeyed; answered with 400 and recorded as a problem."""


def _secret(prefix: str) -> str:
    return f"{prefix}-{secrets.token_urlsafe(24)}"


@dataclass(frozen=True)
class Secrets:
    """What credentials.json holds: made anew for each process, never logged and never dumped."""

    google_client_id: str = "sandbox.apps.googleusercontent.com"
    google_client_secret: str = field(default_factory=lambda: _secret("GOCSPX"), repr=False)
    google_refresh_token: str = field(default_factory=lambda: _secret("1//sandbox"), repr=False)
    zoom_account_id: str = field(default_factory=lambda: _secret("account"), repr=False)
    zoom_client_id: str = "sandbox-zoom-client"
    zoom_client_secret: str = field(default_factory=lambda: _secret("zoomsecret"), repr=False)
    discord_webhook_id: str = "1100000000000000001"
    discord_webhook_token: str = field(default_factory=lambda: _secret("hook"), repr=False)
    discord_organizers_id: str = "1100000000000000002"
    discord_organizers_token: str = field(default_factory=lambda: _secret("hook"), repr=False)


class World:
    """Everything that a reset replaces, and the lock under which each request is carried out.

    `now()` is the virtual clock if one was set, otherwise the real time; always aware, in UTC.
    """

    def __init__(self, directory: Path, now: datetime | None = None) -> None:
        """Take the folder for files of this world and the instant its virtual clock starts at, if any."""
        self.directory = directory
        self.secrets = Secrets()
        self.base_url = ""
        self.smtp_port = 0
        self.lock = threading.RLock()
        self.stopping = threading.Event()
        self.stores: dict[str, Any] = {}
        self.log: list[dict[str, Any]] = []
        self.problems: list[str] = []
        self.faults = Faults()
        self.late: list[tuple[datetime, Callable[[], object]]] = []
        self._first_now = now
        self._now = now
        self._counts: Counter[str] = Counter()
        self._makers: Mapping[str, Callable[[World], Any]] = {}

    def now(self) -> datetime:
        """Return the present instant of this world, aware, in UTC."""
        return self._now or datetime.now(UTC)

    def set_now(self, now: datetime | None) -> None:
        """Set the virtual clock, which stands still until it is set again; None returns to real time."""
        if now is not None and now.tzinfo is None:
            raise Nonsense("the clock wants an instant with an offset, for example 2026-12-08T19:00:00Z")
        self._now = now.astimezone(UTC) if now else None

    def catch_up(self) -> None:
        """Carry out the requests that are so late that their time has come, each at its own time, though the clock has
        been set past it."""
        while self.late and self.late[0][0] <= self.now():
            (at, carry_out), there = self.late.pop(0), self._now
            self._now = at if there else None
            try:
                carry_out()
            finally:
                self._now = there

    def is_hidden(self, service: str, made: datetime) -> bool:
        """Tell whether lists do not show yet what was made then."""
        return self.faults.hides(service, self.now() - made)

    def new_id(self, kind: str, length: int = 26, alphabet: str = BASE32HEX) -> str:
        """Return an id that is new for its kind; the n-th id of a kind is the same in every world."""
        self._counts[kind] += 1
        number = int.from_bytes(hashlib.sha512(f"{kind}/{self._counts[kind]}".encode()).digest(), "big")
        letters = []
        for _ in range(length):
            number, index = divmod(number, len(alphabet))
            letters.append(alphabet[index])
        return "".join(letters)

    def count(self, kind: str) -> int:
        """Return 1, 2, 3, … for the kind: revisions, etags, history ids."""
        self._counts[kind] += 1
        return self._counts[kind]

    def start(self, makers: Mapping[str, Callable[[World], Any]]) -> None:
        """Remember how each service makes its empty store, and make them all."""
        self._makers = makers
        self.reset()

    def reset(self, now: datetime | None = None) -> None:
        """Begin again: empty stores, log, problems and faults; the clock as at start-up, or the given one."""
        self._counts.clear()
        self.log.clear()
        self.problems.clear()
        self.faults.clear()
        self.late.clear()
        self.set_now(now or self._first_now)
        for service, fresh in self._makers.items():
            self.stores[service] = fresh(self)
