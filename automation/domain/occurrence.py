"""One call as the config asks for it (RFC 5545 3.8.4.4 calls its name the recurrence id)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from automation.domain.instants import Instants
from automation.domain.model import Series, Status, Talk


@dataclass(frozen=True)
class Occurrence(Instants):
    """One call as the config asks for it. `original_start` is where the rule put it. `status` is `moved` if a change
    moved it, `cancelled` if a change cancelled it (then `start` is the original one).
    """

    series: Series
    recurrence_id: date
    original_start: datetime
    start: datetime
    end: datetime
    status: Status
    reason: str
    talk: Talk | None

    @property
    def local_start(self) -> datetime:
        """By the clocks of the series' zone, to be shown."""
        return self.start.astimezone(self.series.zone)
