"""The turn of one long step, such as an upload: has it to make room, between two parts of it?

Whoever is told to stop stops. A mail or a post, and whatever else becomes due for the first time, goes first: there are
few of them, so they cannot keep an upload waiting for ever. The limit of a tick, and what failed and is tried again,
come back as often as they like, so they wait until the step has got further than where it began. That may take longer
than a whole tick: a download server that knows no ranges sends all that has arrived once more.
"""

from __future__ import annotations

from datetime import datetime

from automation.plan.next_change import Awaited
from automation.reconcile.course import Course


class Turn:
    """Called with whether the step has got further; True = it has to make room."""

    def __init__(self, course: Course, began: datetime, awaited: Awaited) -> None:
        """Take the course of the tick, the tick's instant, and what becomes due after that."""
        self._course, self._began, self._awaited = course, began, awaited
        self._start = self._ready = course.elapsed()

    def __call__(self, further: bool) -> bool:
        course = self._course
        if course.halted() or self._is_due(self._awaited.first):
            return True
        elapsed = course.elapsed()
        if not further:
            self._ready = elapsed
            return False
        # It stays for as long again as it took to get ready, for otherwise most of what is done is done in vain.
        own = self._ready + (self._ready - self._start)
        return elapsed >= own and (elapsed >= course.limit or self._is_due(self._awaited.again))

    def is_missed(self) -> bool:
        """Something has become due meanwhile."""
        return self._is_due(self._awaited.first) or self._is_due(self._awaited.again)

    def _is_due(self, at: datetime | None) -> bool:
        return at is not None and self._began + self._course.elapsed() >= at
