"""`python -m tests.chaos [--quick] [--part N/M] [--jobs N]`: the whole matrix, or every so-many-th point of it.

Prints points tried, duplicates, losses, doubts; ends with 1 unless the first two are zero and nothing is in doubt but chat posts and SMTP mails.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from tests.chaos.judge import Verdict
from tests.chaos.matrix import live

# Of every so many points one, in the part that runs with the other tests.
QUICK = 29


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
