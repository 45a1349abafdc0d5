"""A rehearsed year of monthly and of weekly calls: the real ticks against the sandbox, both processes counted."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.table import Row
from tests.conftest import ROOT

MONTHLY = 'every = "second Tuesday of the month"'
WEEKLY = 'every = "every Tuesday"'


def years() -> list[Row]:
    monthly, weekly = spent(MONTHLY), spent(WEEKLY)
    return [
        Row("a rehearsed year of 12 monthly calls", monthly, 12, "s"),
        Row("a rehearsed year of 52 weekly calls / of 12 monthly ones", weekly / monthly, 5, "x"),
    ]


def spent(every: str) -> float:
    """Seconds of CPU time of a year's rehearsal and all the processes that it starts."""
    text = (ROOT / "community.toml").read_text(encoding="utf-8")
    assert text.count(MONTHLY) == 1
    with tempfile.TemporaryDirectory(prefix="callkeeper-bench-") as folder:
        config = Path(folder) / "community.toml"
        config.write_text(text.replace(MONTHLY, every), encoding="utf-8")
        command = [
            sys.executable,
            "run.py",
            "--config",
            str(config),
            "--templates",
            "templates",
            "rehearse",
            "--from",
            "2026-10-15",
            "--months",
            "12",
            "--directory",
            f"{folder}/rehearsal",
        ]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)
