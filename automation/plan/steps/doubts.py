"""Steps that wait until a service has been asked whether they were done already, because the ledger is new, old, or was
put back."""

from __future__ import annotations

from dataclasses import replace

from automation.plan.steps.rows import row_of
from automation.plan.steps.step_state import Item, Scene

WHY = "{} has to be asked first whether this was done before, because the ledger is new, old, or was put back"


def proven(scene: Scene, item: Item) -> Item:
    """The item, held back while the service that would prove it has not been asked. What is known to be done may be
    done anew."""
    witness = row_of(item.kind).witness(scene.inputs.config, scene.call.end <= scene.now)
    receipt = scene.snapshot.get(item.key)
    if witness not in scene.snapshot.doubts or (receipt is not None and receipt.proven):
        return item
    if item.state == "ready" or item.record:
        return replace(item, state="waiting", step=None, record=False, reason=WHY.format(witness))
    return item
