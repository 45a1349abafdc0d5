"""One tick under way: what it works with, and what it has come to so far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from automation.config.load import OrganizerFiles
from automation.domain.clock import TOLERANCE, off, sentence
from automation.domain.errors import ClockError
from automation.domain.inputs import Inputs
from automation.domain.ledger import Ledger
from automation.domain.outside import Services
from automation.domain.receipts import LedgerSnapshot
from automation.plan.next_change import Awaited
from automation.plan.plan import Plan, plan
from automation.reconcile.course import Course
from automation.reconcile.inputs import inputs_of
from automation.reconcile.report import Report
from automation.reconcile.turn import Turn
from automation.rendering.conditions import Conditions

if TYPE_CHECKING:
    from automation.rendering.press import Press, Rendering


# So much may pass unnoticed within one tick.
LONG = timedelta(minutes=1)


@dataclass
class Tick:
    """One tick. `tried` counts the attempts at each key; `under_way` is the step that is being done, and not yet
    written down as done. `now` moves on only when a step has taken long. `vouched`: the services agree with this
    machine's clock, so what is over may be given up; `wrong` = they do not."""

    ledger: Ledger
    files: OrganizerFiles
    services: Services
    now: datetime
    force: bool
    report: Report
    press: Press
    course: Course = field(default_factory=Course)
    vouched: bool = False
    wrong: bool = False
    tried: Counter[str] = field(default_factory=Counter)
    under_way: str = ""

    @cached_property
    def renderer(self) -> Rendering:
        return self.press.renderer(self.files.templates)

    @cached_property
    def conditions(self) -> Conditions:
        return Conditions(self.files, self.press, keep=True)

    def __post_init__(self) -> None:
        self._began = self.now
        self._turn: Turn | None = None
        seen = self.ledger.snapshot().seen.events_at
        lately = seen is not None and timedelta(0) <= self.now - seen <= TOLERANCE
        self.vouched = self.course.machine is None or lately

    def vouch(self) -> None:
        """Raise ClockError if no service that has answered in this tick agrees with this machine's clock. What was said
        before the machine was suspended tells nothing."""
        if self.course.machine is None or self.course.slept():
            return
        now = self._began + self.course.elapsed()
        really = off(self.services.witness.now(), self.course.machine(), now, given=self.course.given)
        if really is not None:
            raise ClockError(sentence(now, really), really)
        self.vouched = self.vouched or bool(self.services.witness.said)

    def begin_turn(self, awaited: Awaited) -> None:
        """What follows is a step that may take long."""
        self._turn = Turn(self.course, self._began, awaited)

    def pressed(self, further: bool) -> bool:
        """Whether that step has to make room, between two parts of it; `further`: it has got further than where it
        began."""
        self.course.alive()
        return self._turn is not None and self._turn(further)

    def catch_up(self) -> None:
        """After a long step: what follows is decided for the instant that it has become."""
        there = self._began + self.course.elapsed()
        if there - self.now >= LONG or (self._turn is not None and self._turn.is_missed()):
            self.now = max(there, self.now)

    def inputs(self, snapshot: LedgerSnapshot) -> Inputs:
        return inputs_of(self.files, snapshot, self.now, applies=self.conditions, force=self.force)

    def plan(self, snapshot: LedgerSnapshot) -> Plan:
        return plan(self.inputs(snapshot))
