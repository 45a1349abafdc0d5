"""The row of a step in the table of kinds."""

from __future__ import annotations

from typing import Any

from automation.domain.errors import UserError
from automation.domain.keys import role_of
from automation.plan.steps.kind import Kind
from automation.plan.steps.kinds import KINDS

_ROWS = {kind.name: kind for kind in KINDS}


def row_of(key: str) -> Kind[Any]:
    """The row of a step, by its key or by what stands behind the mark: `event`, `mail:moved@2`. Raises UserError for a
    kind that is not in the table, as a newer Callkeeper may have written one into the ledger."""
    row = _ROWS.get(role_of(key))
    if row is None:
        raise UserError(
            f"“{key}” is no step that this version of Callkeeper knows; if a newer version wrote it into the ledger, go"
            " on with that one"
        )
    return row
