"""What `apply` works with, and what one step can come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from automation.clock import Witness
from automation.instants import Instants
from automation.ledger import Ledger
from automation.model import Config
from automation.receipts import Book, Receipt
from automation.services import (
    CalendarService,
    ChatService,
    DirectMailService,
    DraftMailService,
    DriveService,
    MeetingService,
    NotesService,
)

if TYPE_CHECKING:
    from automation.press import Rendering


class Services(Protocol):
    """The outside, connected on first use. None = not configured."""

    @property
    def witness(self) -> Witness: ...
    @property
    def calendar(self) -> CalendarService: ...
    @property
    def meetings(self) -> MeetingService | None: ...
    @property
    def drafts(self) -> DraftMailService | None: ...
    @property
    def smtp(self) -> DirectMailService | None: ...
    @property
    def notes(self) -> NotesService: ...
    @property
    def drive(self) -> DriveService: ...
    @property
    def chat(self) -> ChatService | None: ...
    @property
    def organizers_chat(self) -> ChatService | None: ...


@dataclass(frozen=True)
class Means:
    """One step's surroundings. `book` is as it was when the plan was made; `reopened` = an earlier attempt was begun and its outcome is not known.
    `pressed`: something else is due, or the tick has to end, so a long step makes room between two parts of it. `unmade` = why a step that was
    begun must not be done any more: it is only found out what became of it."""

    services: Services
    renderer: Rendering
    ledger: Ledger
    config: Config
    book: Book
    now: datetime
    receipt: Receipt | None
    reopened: bool
    pressed: Callable[[], bool] = lambda: False
    unmade: str = ""

    @property
    def begun(self) -> Mapping[str, Any]:
        """What an earlier attempt of unknown outcome left behind, or nothing."""
        return self.receipt.begun if self.receipt is not None and self.reopened else {}


@dataclass(frozen=True)
class Done:
    """It happened; `data` is the proof. `digest` replaces the step's own if what is there is not yet what the step asked for."""

    data: Mapping[str, Any] = field(default_factory=dict)
    digest: str | None = None


@dataclass(frozen=True)
class NotYet:
    """Asked, and not there yet; `keep` is remembered until the next look."""

    reason: str
    retry_at: datetime
    keep: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Interrupted:
    """It made room between two parts of it, and goes on with `keep` as soon as there is time."""

    reason: str
    keep: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Unsettled(Instants):
    """It may have happened, and what was asked does not show it yet: it stays begun, with `keep`, and is asked about again."""

    reason: str
    retry_at: datetime
    keep: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Dropped:
    """Cleared away: it did not happen and will not."""

    reason: str


@dataclass(frozen=True)
class Doubt:
    """It may or may not have happened, and nobody can be asked but a person."""

    reason: str


@dataclass(frozen=True)
class Ask:
    """A person has to decide; `keep` is what `resolve` needs to carry the decision out."""

    reason: str
    keep: Mapping[str, Any] = field(default_factory=dict)


Outcome = Done | NotYet | Interrupted | Unsettled | Dropped | Doubt | Ask
