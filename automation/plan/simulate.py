"""What one tick would come to: the same planning, on pretended receipts. Pure."""

from __future__ import annotations

from collections import ChainMap
from dataclasses import replace
from datetime import timedelta

from automation.domain.inputs import Inputs
from automation.domain.receipts import LedgerSnapshot, Receipt
from automation.domain.steps import content_of
from automation.plan.plan import Plan, plan
from automation.plan.steps.rows import row_of
from automation.plan.steps.step_state import Item


def simulate(inputs: Inputs, *, passes: int = 8) -> tuple[Plan, list[Item]]:
    """The plan, and every step that one tick would carry out if each went well: pretended receipts stand in for what is
    done."""
    first = plan(inputs)
    seen: dict[str, Item] = {}
    current, snapshot = first, inputs.snapshot
    for _ in range(passes):
        ready = [item for item in current.ready if item.key not in seen or row_of(item.kind).again]
        fresh = [item for item in ready if item.key not in seen]
        if not fresh:
            break
        seen.update({item.key: item for item in fresh})
        snapshot = assume_done(snapshot, current, ready)
        current = plan(replace(inputs, snapshot=snapshot))
    return first, list(seen.values())


def assume_done(snapshot: LedgerSnapshot, current: Plan, ready: list[Item]) -> LedgerSnapshot:
    """The snapshot as it would stand if every ready step succeeded (but what others bring about, which nobody
    foresees)."""
    receipts: dict[str, Receipt] = {}
    for item in ready:
        proof = row_of(item.kind).foreseen(item.step, snapshot) if item.step is not None else None
        receipts[item.key] = Receipt(
            item.key,
            "done" if proof is not None else "waiting",
            done_at=current.now if proof is not None else None,
            fingerprint=content_of(item.step),
            data=proof,
            retry_at=current.now + timedelta(hours=1),
        )
    calls = {**snapshot.calls, **current.states}
    templates = {
        **dict.fromkeys(current.templates, None if snapshot.first_templates else current.now),
        **snapshot.templates,
    }
    over = ChainMap(receipts, snapshot.receipts)  # type: ignore[arg-type]  # it is only read
    return replace(snapshot, receipts=over, calls=calls, templates=templates)
