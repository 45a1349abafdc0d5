"""What one step can come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from automation.apply.context import Interrupted, Unsettled


@dataclass(frozen=True)
class Done:
    """It happened; `data` is the proof. `digest` replaces the step's own if what is there is not yet what the step
    asked for."""

    data: Mapping[str, Any] = field(default_factory=dict)
    digest: str | None = None


@dataclass(frozen=True)
class NotYet:
    """Asked, and not there yet; `keep` is remembered until the next look."""

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
