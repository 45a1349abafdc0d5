"""Being told to stop: by the system (SIGTERM), by Ctrl-C (SIGINT), by a terminal that closes (SIGHUP)."""

from __future__ import annotations

import os
import select
import signal
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Stop:
    """Notices these signals while it is entered, but not those that are ignored (nohup). Calling it tells whether one
    came; `wait` ends early when one comes. A second Ctrl-C ends the program at once."""

    def __init__(self) -> None:
        self._asked = False

    def __enter__(self) -> Stop:
        # The handler writes into a pipe, because waking a lock's waiter from a signal handler can block for ever.
        self._reading, self._writing = os.pipe()
        heard = [number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
        self._before = {number: signal.signal(number, self._ask) for number in heard}
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)
        os.close(self._reading)
        os.close(self._writing)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self._asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        self._asked = True
        os.write(self._writing, b".")

    def __call__(self) -> bool:
        return self._asked

    def wait(self, seconds: float) -> None:
        """Return after that many seconds, or as soon as a signal comes."""
        select.select([self._reading], [], [], seconds)
