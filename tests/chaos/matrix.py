"""Which points are tried in which life, and the trying of a share of them."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.judge import Verdict, judge
from tests.chaos.points import Family, Point, disks, drips, drops, faults, kills, lates, ledgers
from tests.chaos.story import CANCELLED, HELD, Via
from tests.chaos.trial import Chapter, Trial

FAMILIES = {"kill": kills, "drop": drops, "fault": faults, "late": lates, "drip": drips, "disk": disks, "ledger": ledgers}


@dataclass(frozen=True)
class Matrix:
    """One life with one family of disturbances; `only` leaves out the moments, and the services, that another matrix has."""

    name: str
    via: Via
    family: Family
    cancelled: bool = False

    def points(self, life: list[Chapter]) -> list[Point]:
        found = [point for chapter in life for point in FAMILIES[self.family](chapter)]
        if self.cancelled:
            found = [point for point in found if point.chapter >= 2 and point.family != "drip"]
        if self.via == "smtp":
            found = [point for point in found if self._differs(life[point.chapter], point)]
        return found

    def _differs(self, chapter: Chapter, point: Point) -> bool:
        """Of a life with SMTP, only what a life with Gmail does not have: the mail's own requests, the marks, and one moment's writes."""
        if point.family in ("ledger", "drip"):
            return point.family == "ledger"
        if point.request:
            return point.name.startswith(("smtp ", "calendar PATCH"))
        return chapter.moment.name in ("announcement", "starting soon")


MATRICES = tuple(Matrix(f"{family}, mail via gmail", "gmail", family) for family in FAMILIES) + tuple(  # type: ignore[arg-type]
    matrix
    for family in FAMILIES
    for matrix in (
        Matrix(f"{family}, mail via smtp", "smtp", family),  # type: ignore[arg-type]
        Matrix(f"{family}, a cancelled call", "gmail", family, cancelled=True),  # type: ignore[arg-type]
    )
)


def live(via: Via, cancelled: bool, part: int, parts: int) -> list[tuple[str, Verdict]]:
    """Every `parts`-th point of all matrices over one life, beginning with the `part`-th."""
    found = []
    with tempfile.TemporaryDirectory(prefix="callkeeper-chaos-") as folder, Trial(Path(folder), via, CANCELLED if cancelled else HELD) as trial:
        points = [
            (matrix.name, point) for matrix in MATRICES if (matrix.via, matrix.cancelled) == (via, cancelled) for point in matrix.points(trial.life)
        ]
        for name, point in points[part::parts]:
            verdict = judge(trial, point)
            found.append((name, verdict))
            if verdict.bad:
                print(told(name, trial.life[point.chapter], verdict), file=sys.stderr, flush=True)
    return found


def told(name: str, chapter: Chapter, verdict: Verdict) -> str:
    """One disturbance that did harm, for a person to look into."""
    lines = [f"{name}: {chapter.moment.name}: {verdict.point}"]
    for word, things in (("too many", verdict.duplicates), ("lost", verdict.losses), ("wrong", verdict.fouls)):
        lines += [f"    {word}: {thing[:300]}" for thing in things]
    return "\n".join(lines)
