"""The course of one tick: how long it has been going on, whether it has to end, and what the machine's clock says
meanwhile.

A tick decides everything for one instant. What takes long, such as an upload, has to know what has become due since.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

# Longer than this no tick goes on with another step.
LIMIT = timedelta(minutes=10)

STOPPED = "this tick was told to stop; the rest is done at the next one"
TOO_LONG = "this tick took longer than {minutes:g} minutes, because a service is slow; the rest is done at the next one"


@dataclass(frozen=True)
class Course:
    """`asked`: a person or the system wants it to end. `elapsed`: since the tick's instant. `machine`: the clock of
    this machine, aware; None where it does not matter. `given`: the tick's instant was chosen by a person (`--now`).
    `alive`: is called again and again while the tick gets on."""

    asked: Callable[[], bool] = lambda: False
    elapsed: Callable[[], timedelta] = timedelta
    machine: Callable[[], datetime] | None = None
    given: bool = False
    limit: timedelta = LIMIT
    alive: Callable[[], None] = lambda: None

    def halted(self) -> str:
        """Why not even the step under way goes on, as a sentence; "" as long as it may."""
        return STOPPED if self.asked() else ""

    def over(self) -> str:
        """Why no further step is begun, as a sentence; "" as long as one may be."""
        late = self.elapsed() >= self.limit
        return self.halted() or (TOO_LONG.format(minutes=self.limit.total_seconds() / 60) if late else "")


def begun(
    asked: Callable[[], bool], machine: Callable[[], datetime], *, given: bool, alive: Callable[[], None] = lambda: None
) -> Course:
    """The course of a tick that begins now."""
    start = time.monotonic()
    return Course(asked, lambda: timedelta(seconds=time.monotonic() - start), machine, given, alive=alive)
