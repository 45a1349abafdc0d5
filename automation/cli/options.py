"""What every command is told, and the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from automation.domain.ledger import Place


@dataclass(frozen=True)
class Options:
    """What every command is told. `given_now` is None unless `--now` set the clock."""

    config: Path
    credentials: Path
    templates: Path
    state: Place
    given_now: datetime | None

    def now(self) -> datetime:
        """The clock: an aware datetime in UTC, or what `--now` says."""
        return self.given_now or self.machine()

    def machine(self) -> datetime:
        """The clock of this machine: an aware datetime in UTC, whatever `--now` says."""
        return datetime.now(UTC)
