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
# So far the clocks of a machine that was awake may be apart.
APART = timedelta(minutes=1)

STOPPED = "this tick was told to stop; the rest is done at the next one"
SLEPT = (
    "this machine stood still in the middle of this tick (it was suspended, or its clock was set), so it is later than"
    " it seemed; the rest is done at the next one"
)
TOO_LONG = "this tick took longer than {minutes:g} minutes, because a service is slow; the rest is done at the next one"


@dataclass(frozen=True)
class Course:
    """`asked`: a person or the system wants it to end. `elapsed`: since the tick's instant; `awake`: the part of it in
    which the machine was not suspended, None = all. `machine`: the clock of this machine, aware; None where it does not
    matter; at the tick's instant it said `started`. `given`: that instant was chosen by a person (`--now`). `alive`: is
    called again and again while the tick gets on."""

    asked: Callable[[], bool] = lambda: False
    elapsed: Callable[[], timedelta] = timedelta
    machine: Callable[[], datetime] | None = None
    given: bool = False
    limit: timedelta = LIMIT
    alive: Callable[[], None] = lambda: None
    awake: Callable[[], timedelta] | None = None
    started: datetime | None = None

    def slept(self) -> bool:
        """More time has passed than the program has seen: what was decided for the tick's instant may be too late."""
        passed = self.elapsed()
        seen = self.awake() if self.awake is not None else passed
        if self.machine is not None and self.started is not None:
            passed = max(passed, self.machine() - self.started)
        return passed - seen > APART

    def halted(self) -> str:
        """Why not even the step under way goes on, as a sentence; "" as long as it may."""
        if self.asked():
            return STOPPED
        return SLEPT if self.slept() else ""

    def over(self) -> str:
        """Why no further step is begun, as a sentence; "" as long as one may be."""
        late = self.elapsed() >= self.limit
        return self.halted() or (TOO_LONG.format(minutes=self.limit.total_seconds() / 60) if late else "")


def begun(
    asked: Callable[[], bool], machine: Callable[[], datetime], *, given: bool, alive: Callable[[], None] = lambda: None
) -> Course:
    """The course of a tick that begins now."""
    return Course(asked, _since(_passed), machine, given, alive=alive, awake=_since(time.monotonic), started=machine())


def _since(clock: Callable[[], float]) -> Callable[[], timedelta]:
    start = clock()
    return lambda: timedelta(seconds=clock() - start)


def _passed() -> float:
    """Seconds, those in which the machine was suspended among them where the system counts these (Linux, clock_gettime
    2: CLOCK_BOOTTIME; CLOCK_MONOTONIC stands still meanwhile)."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
