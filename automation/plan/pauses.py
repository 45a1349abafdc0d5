"""Services that are left alone for a while, and the steps that have to wait for them. Everything else goes on."""

from __future__ import annotations

from dataclasses import replace

from automation.domain.inputs import Inputs
from automation.domain.model import Config
from automation.domain.receipts import LONGEST_PAUSE, Pause
from automation.plan.steps.rows import row_of
from automation.plan.steps.step_state import Item


def services_of(kind: str, config: Config) -> tuple[str, ...]:
    """The services without which a step of this kind cannot be done."""
    return row_of(kind).services(config)


def is_paused(inputs: Inputs, service: str) -> bool:
    """The service is to be left alone now: its time has not come, and the credentials are those that it failed with."""
    pause = inputs.snapshot.pauses.get(service)
    return pause is not None and holds(inputs, pause)


def holds(inputs: Inputs, pause: Pause) -> bool:
    in_time = inputs.now < pause.until <= inputs.now + LONGEST_PAUSE
    return in_time and (not pause.needs_person or pause.fingerprint == inputs.fingerprint)


def rested(inputs: Inputs, item: Item) -> Item:
    """The item, held back if one of its services is left alone now."""
    if item.state != "ready" or not inputs.snapshot.pauses:
        return item
    for service in services_of(item.kind, inputs.config):
        if is_paused(inputs, service):
            pause, name = inputs.snapshot.pauses[service], inputs.config.called(service)
            return replace(
                item, state="failed", step=None, reason=f"{name}: {pause.reason}", needs_person=pause.needs_person
            )
    return item
