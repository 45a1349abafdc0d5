"""Steps in doubt: each plan names them, whatever else is planned or held back, until a person settles them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from automation.domain.inputs import Inputs
from automation.domain.keys import kind_of
from automation.domain.receipts import Receipt
from automation.domain.steps import Window
from automation.plan.steps.step_state import Item


def with_doubts(inputs: Inputs, keys: Iterable[str], items: list[Item]) -> list[Item]:
    """`items` with one for each of `keys` whose step is in doubt: its template or its occasion may be gone since, its
    call over, or what belongs to it held back."""
    receipts = inputs.snapshot.receipts
    said = {item.key for item in items if item.state == "in doubt"}
    unsaid = sorted(key for key in keys if key not in said and receipts[key].state == "doubt")
    if not unsaid:
        return items
    return [*(item for item in items if item.key not in unsaid), *(_item(receipts[key], inputs.now) for key in unsaid)]


def _item(receipt: Receipt, now: datetime) -> Item:
    kind = kind_of(receipt.key)
    return Item(
        key=receipt.key,
        kind=kind,
        state="in doubt",
        window=Window(receipt.changed_at or now),
        reason=receipt.reason,
        needs_person=True,
    )
