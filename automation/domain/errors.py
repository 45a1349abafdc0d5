"""Every error that Callkeeper raises on purpose.

    AutomationError                 the root; `cli` and `worker` catch it
    ├── UserError                   a mistake in a file, the credentials or the command line: exit code 2
    │   └── ProblemsError           many of them at once, each with file, place and remedy
    ├── LedgerError                 the ledger cannot be read or written: stop before anything goes out
    │   ├── LedgerBusyError         another process is writing: it passes by itself
    │   ├── LedgerFullError         the disk takes no more
    │   ├── LedgerReadOnlyError     it may not be written: permissions, or a file system mounted for reading only
    │   ├── LedgerOwnerError        it belongs to another user, mostly to root since a `sudo`
    │   ├── LedgerNewerError        a newer Callkeeper wrote it
    │   ├── LedgerDamagedError      it is Callkeeper's, and something in it makes no sense
    │   ├── NoLedgerError           it is something else
    │   └── LedgerMovedError        its folder was moved or replaced while a worker was at work
    ├── ClockError                  this machine's clock is wrong: nothing is decided by it
    └── ServiceError                an outside call did not succeed; only `reconcile` catches it
        ├── Transient               not done, worth another try (429, 5xx, connection refused)
        ├── Permanent               not done, and a person is needed (403 forbidden, SMTP 5xx)
        │   ├── Stopped             the whole service is unusable until its credentials change
        │   └── Refused             a no of Google's, with its reasons (adapters/google alone looks into it)
        ├── Conflict                not done, because it has changed since it was looked at (412, stale revision)
        └── Unknown                 it may or may not have been done (the answer was lost)

Adapters only classify; the caller decides what to do about it.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Self


class AutomationError(Exception):
    """Root of the tree."""


class UserError(AutomationError):
    """One sentence for the person who typed the command or edited the file."""


class Problem(NamedTuple):
    """One mistake in one file: `file` as it was given, `place` = key path or line, `sentence` = what is wrong and what
    to write instead."""

    file: str
    place: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}: {self.place}: {self.sentence}" if self.place else f"{self.file}: {self.sentence}"


class ProblemsError(UserError):
    """All problems of all files at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class LedgerError(AutomationError):
    """The ledger cannot be read or written. `what` is wrong, `happened` = what went out before that, `advice` = what to
    do next."""

    def __init__(self, what: str, advice: str = "", happened: str = "nothing was sent") -> None:
        super().__init__(what, advice, happened)
        self.what, self.advice, self.happened = what, advice, happened

    def __str__(self) -> str:
        return f"{self.what}; {self.happened}. {self.advice}".strip()

    def after(self, done: list[str], under_way: str = "") -> Self:
        """The same trouble in the middle of a tick: what had been done, and the step that may have been done without
        being written down."""
        parts = [f"done before that: {', '.join(done)}"] if done else []
        if under_way:
            parts.append(
                f"{under_way} was under way and may have been done: the next tick finds out before it does it again"
            )
        return type(self)(self.what, self.advice, "; ".join(parts) or self.happened)


class LedgerBusyError(LedgerError):
    """Another process is writing; it passes by itself."""


class LedgerFullError(LedgerError):
    """The disk takes no more."""


class LedgerReadOnlyError(LedgerError):
    """It may not be written: permissions, or a file system that is mounted for reading only."""


class LedgerOwnerError(LedgerError):
    """It belongs to another user."""


class LedgerNewerError(LedgerError):
    """A newer Callkeeper wrote it."""


class LedgerDamagedError(LedgerError):
    """It is Callkeeper's, and something in it makes no sense."""


class NoLedgerError(LedgerError):
    """There is something else in its place."""


class LedgerMovedError(LedgerError):
    """Its folder was moved or replaced while a worker was at work."""


class ClockError(AutomationError):
    """This machine's clock is wrong; `really` (aware) is what the services say."""

    def __init__(self, sentence: str, really: datetime) -> None:
        super().__init__(sentence)
        self.really = really


class ServiceError(AutomationError):
    """An outside call did not succeed.

    `service` is the role's name (`calendar`, `gmail`, `drive`, `docs`, `meeting`, `discord`, `smtp`), `what` a sentence
    for a person without secrets, `retry_after` the earliest time (aware) at which the vendor wants to be asked again,
    or the number of seconds if it said so.
    """

    def __init__(self, service: str, what: str, *, retry_after: datetime | float | None = None) -> None:
        super().__init__(f"{service}: {what}")
        self.service = service
        self.what = what
        self.retry_after = retry_after


class Transient(ServiceError):
    """Certainly not done; worth trying again."""


class Permanent(ServiceError):
    """Certainly not done; trying the same again will not help."""


class Stopped(Permanent):
    """Nothing of this service will work until its credentials or permissions change."""


class Unknown(ServiceError):
    """The request left, the answer did not come: it may have been done."""


class Conflict(ServiceError):
    """What is there has changed since it was looked at (412, stale revision): certainly not done; look again."""
