"""What was measured beside the most that it may be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`value` and `most` in `unit`: `s` are seconds of CPU time, `x` how many times as much as something else, which
    `name` says."""

    name: str
    value: float
    most: float
    unit: str

    @property
    def over(self) -> bool:
        return self.value > self.most


def show(rows: Iterable[Row]) -> bool:
    """Print the rows; True if one is over its limit."""
    rows = list(rows)
    width = max(len(row.name) for row in rows)
    print(f"{'CPU time':{width}}   measured     most")
    for row in rows:
        print(
            f"{row.name:{width}}  {row.value:8.2f} {row.unit} {row.most:8.2f} {row.unit}{'   OVER' if row.over else ''}"
        )
    return any(row.over for row in rows)
