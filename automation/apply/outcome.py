"""What one step can come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from automation.apply.context import Interrupted, Unsettled
from automation.domain.begun import Begun
from automation.domain.steps import Proof


@dataclass(frozen=True)
class Done:
    """It happened; `data` is the proof. `fingerprint` replaces the step's own if what is there is not yet what the step
    asked for."""

    data: Proof
    fingerprint: str | None = None


@dataclass(frozen=True)
class Waiting:
    """Asked, and not there yet; `keep` is remembered until the next look."""

    reason: str
    retry_at: datetime
    keep: Begun | None = None


@dataclass(frozen=True)
class Dropped:
    """Cleared away: it did not happen and will not."""

    reason: str


@dataclass(frozen=True)
class InDoubt:
    """It may or may not have happened, and nobody can be asked but a person."""

    reason: str


@dataclass(frozen=True)
class NeedsDecision:
    """A person has to decide; `keep` is what `resolve` needs to carry the decision out."""

    reason: str
    keep: Begun | None = None


Outcome = Done | Waiting | Interrupted | Unsettled | Dropped | InDoubt | NeedsDecision
