"""What Callkeeper costs: the CPU time of a tick with nothing due, of years of past calls, of rehearsed years, and the
number of requests for one call's whole life; each beside the most that it may be.

    python benchmarks/bench.py [--repeat N]

The tick is measured against building a Calendar client of google-api-python-client, alternately and in processes of
their own, so that a busy machine slows both. Exit code 1 if anything is over its limit, or if a request is made that
the table of the least possible does not know.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import life, past, years  # noqa: E402 - found only once the root is on the path
from benchmarks.table import Row, show  # noqa: E402

MOST = 0.25
NOW = datetime(2026, 11, 5, 12, tzinfo=UTC)
BUILD = (
    "import google.auth.credentials\nfrom googleapiclient.discovery import build\n"
    "build('calendar', 'v3', credentials=google.auth.credentials.AnonymousCredentials())"
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=15, metavar="N", help="how often each is measured (default 15)")
    repeat: int = parser.parse_args().repeat
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # as on every machine, what Python has compiled is kept
    with tempfile.TemporaryDirectory(prefix="callkeeper-bench-") as folder, life.world(Path(folder)) as stage:
        ratio = measure(stage, repeat)
        print()
        extra = life.report(stage)
    print()
    idle = Row("a tick with nothing due / building a Calendar client", ratio, MOST, "x")
    over = show([idle, past.plans(repeat), past.pages(repeat), past.status(), *years.years()])
    return 1 if over or extra else 0


def measure(stage: life.Stage, repeat: int) -> float:
    """The ratio of the medians, printed with both. For comparison: a tick that finds the config edited since, and so
    reads everything anew; that happens once for each edit."""
    for _ in range(2):
        stage.run("apply", now=NOW)
    tick = stage.command("apply", now=NOW + timedelta(minutes=20))
    idle, base, anew = "tick with nothing due", "building a Calendar client", "(tick after an edit of the config)"
    times: dict[str, list[float]] = {idle: [], base: [], anew: []}
    for _ in range(repeat):
        times[idle].append(cpu(tick, stage.folder))
        times[base].append(cpu([sys.executable, "-c", BUILD], stage.folder))
    for number in range(repeat):
        stage.config.write_text(f"{stage.config.read_text(encoding='utf-8')}\n# {number}\n", encoding="utf-8")
        times[anew].append(cpu(tick, stage.folder))
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"CPU time, median of {repeat} runs each")
    for name, value in medians.items():
        print(f"  {name:36} {value * 1000:7.1f} ms   ratio {value / medians[base]:.2f}")
    return medians[idle] / medians[base]


def cpu(command: list[str], folder: Path) -> float:
    """Seconds of user and system time that a process took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=dict(os.environ), capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


if __name__ == "__main__":
    sys.exit(main())
