"""`python -m tests.chaos [--quick] [--part N/M] [--jobs N]`: the whole matrix, or every so-many-th point of it.

Prints points tried, duplicates, losses, doubts; ends with 1 unless the first two are zero and nothing is in doubt but chat posts and SMTP mails.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from tests.chaos.judge import Verdict, judge
from tests.chaos.points import Family, Point, drops, faults, kills, ledgers
from tests.chaos.story import CANCELLED, HELD, Via
from tests.chaos.trial import Chapter, Trial

FAMILIES = {"kill": kills, "drop": drops, "fault": faults, "ledger": ledgers}
# Of every so many points one, in the part that runs with the other tests.
QUICK = 23


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
            found = [point for point in found if point.chapter >= 2]
        if self.via == "smtp":
            found = [point for point in found if self._differs(life[point.chapter], point)]
        return found

    def _differs(self, chapter: Chapter, point: Point) -> bool:
        """Of a life with SMTP, only what a life with Gmail does not have: the mail's own requests, the marks, and one moment's writes."""
        if point.family == "ledger":
            return True
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
        points = [(matrix.name, point) for matrix in MATRICES if (matrix.via, matrix.cancelled) == (via, cancelled) for point in matrix.points(trial.life)]
        for name, point in points[part::parts]:
            verdict = judge(trial, point)
            found.append((name, verdict))
            if verdict.bad:
                print(told(name, trial.life[point.chapter], verdict), file=sys.stderr, flush=True)
        os.chdir("/")
    return found


def told(name: str, chapter: Chapter, verdict: Verdict) -> str:
    """One disturbance that did harm, for a person to look into."""
    lines = [f"{name}: {chapter.moment.name}: {verdict.point}"]
    for word, things in (("too many", verdict.duplicates), ("lost", verdict.losses), ("wrong", verdict.fouls)):
        lines += [f"    {word}: {thing[:300]}" for thing in things]
    return "\n".join(lines)


def lives(jobs: int, part: int, parts: int) -> Iterator[tuple[str, Verdict]]:
    """All verdicts; each life is cut into as many shares as there are processes, because a share has a world of its own."""
    shares = [(via, cancelled) for via, cancelled in (("gmail", False), ("smtp", False), ("gmail", True))]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        pending = [
            pool.submit(live, via, cancelled, part + share * parts, parts * jobs)  # type: ignore[arg-type]
            for via, cancelled in shares
            for share in range(jobs)
        ]
        for done in as_completed(pending):
            yield from done.result()


def summary(verdicts: list[tuple[str, Verdict]]) -> str:
    """A table: for each matrix the points tried, those that struck, duplicates, losses, doubts."""
    rows = [f"{'':32}{'points':>8}{'struck':>8}{'duplicates':>12}{'losses':>8}{'doubts':>8}{'wrong':>7}"]
    for name in sorted({name for name, _ in verdicts}):
        rows.append(_row(name, [verdict for each, verdict in verdicts if each == name]))
    rows.append(_row("all", [verdict for _, verdict in verdicts]))
    doubts = Counter(key.rpartition("/")[2].partition("@")[0] for _, verdict in verdicts for key in verdict.doubts)
    rows.append("in doubt: " + (", ".join(f"{kind} {count}" for kind, count in sorted(doubts.items())) or "nothing"))
    return "\n".join(rows)


def _row(name: str, verdicts: list[Verdict]) -> str:
    numbers = (
        len(verdicts), sum(v.struck for v in verdicts), sum(len(v.duplicates) for v in verdicts), sum(len(v.losses) for v in verdicts),
        sum(len(v.doubts) for v in verdicts), sum(len(v.fouls) for v in verdicts),
    )  # fmt: skip
    return f"{name:32}{numbers[0]:8}{numbers[1]:8}{numbers[2]:12}{numbers[3]:8}{numbers[4]:8}{numbers[5]:7}"


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"one point in {QUICK}")
    parser.add_argument("--part", default="1/1", metavar="N/M", help="the Nth of M parts")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args(argv)
    part, _, parts = asked.part.partition("/")
    number, of = int(part) - 1, int(parts) * (QUICK if asked.quick else 1)
    verdicts = list(lives(asked.jobs, number, of))
    print(summary(verdicts))
    return 1 if not verdicts or any(verdict.bad for _, verdict in verdicts) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
