"""A plan that changes nothing: the same look and the same planning as `apply`, on a copy of the ledger, stopping before
the first step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from automation.config.load import OrganizerFiles
from automation.domain.errors import ServiceError
from automation.domain.ledger import Ledger, Place
from automation.domain.model import Call
from automation.plan.plan import Plan
from automation.plan.simulate import simulate
from automation.plan.steps.step_state import Item
from automation.reconcile.inputs import inputs_of
from automation.reconcile.observe import observe
from automation.rendering.conditions import Conditions
from automation.rendering.press import Press
from automation.schedule.calls import calls_of


@dataclass(frozen=True)
class DryRun:
    """What `plan` shows. `looked` = the services were asked; otherwise `blind` says why not."""

    plan: Plan
    due: list[Item]
    calls: tuple[Call, ...]
    looked: bool
    blind: str


def dry_run(state: Place, files: OrganizerFiles, now: datetime, until: date | None, *, force: bool = False) -> DryRun:
    """Look, plan, and say what one tick would do. Raises LedgerError."""
    with state.copy() as ledger:
        blind = _look(ledger, files, now)
        with Press() as press:
            inputs = inputs_of(files, ledger.snapshot(), now, applies=Conditions(files, press), force=force)
            first, due = simulate(inputs)
        calls = calls_of(inputs, until).upcoming(now) if until is not None else first.calls
        if until is not None:
            calls = tuple(call for call in calls if call.day <= until)
        return DryRun(plan=first, due=due, calls=calls, looked=not blind, blind=blind)


def _look(ledger: Ledger, files: OrganizerFiles, now: datetime) -> str:
    """Why nobody could be asked, or ""."""
    if files.credentials is None:
        return "there are no credentials yet"
    try:
        observe(ledger, files, now)
    except ServiceError as error:
        return error.what
    return ""
