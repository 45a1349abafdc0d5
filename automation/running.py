"""One tick under way: what it works with, and what it has come to so far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from automation import late
from automation.inputs import inputs_of
from automation.ledger import Ledger
from automation.means import Services
from automation.model import Template
from automation.organizer_files import OrganizerFiles
from automation.plan import Plan, plan
from automation.plan_items import Inputs
from automation.receipts import Book
from automation.report import Report
from automation.steps import MailStep

if TYPE_CHECKING:
    from automation.render import Renderer


@dataclass
class Tick:
    """One tick. `tried` counts the attempts at each key."""

    ledger: Ledger
    setup: OrganizerFiles
    services: Services
    now: datetime
    force: bool
    report: Report
    tried: Counter[str] = field(default_factory=Counter)

    @cached_property
    def renderer(self) -> Renderer:
        """Made when the first template is rendered."""
        return late.renderer(self.setup)

    def inputs(self, book: Book) -> Inputs:
        return inputs_of(self.setup, book, self.now, applies=self._applies, force=self.force)

    def plan(self, book: Book) -> Plan:
        return plan(self.inputs(book))

    def _applies(self, template: Template, step: MailStep) -> bool:
        return late.applies(self.setup)(template, step)
