"""Several processes over one ledger: one does the work, the others say so and leave."""

from __future__ import annotations

import signal
import subprocess
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from automation.ledger.lock import exclusive
from automation.ledger.sqlite import Ledger
from tests.end_to_end.stage import Stage

ZONE = ZoneInfo("America/Los_Angeles")
EARLY = datetime(2026, 11, 30, 12, tzinfo=ZONE)
DUE = datetime(2026, 12, 1, 9, tzinfo=ZONE)
RACES = 5
RUNNERS = 4


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    stage = Stage(tmp_path, sandbox)
    stage.edit("horizon_days = 92", "horizon_days = 20")
    return stage


def race(stage: Stage, now: datetime) -> list[tuple[int, str]]:
    """Several `run.py apply` started together; exit code and standard error of each."""
    stage.sandbox.post("clock", {"now": now.isoformat()})
    command = stage.command("apply", now=now)
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=stage.folder) for _ in range(RUNNERS)]
    return [(process.wait(), process.communicate()[1]) for process in running]


def test_processes_racing_over_one_ledger_do_everything_once(stage: Stage) -> None:
    """From the very first tick on, over the life of a call: one meeting, one event, one section, each mail and post once."""
    instants = [EARLY, DUE, *(datetime(2026, 12, day, 11, tzinfo=ZONE) for day in (2, 7)), datetime(2026, 12, 8, 10, tzinfo=ZONE)]
    assert len(instants) == RACES
    # The sandbox answers slowly, so that the runners really meet.
    stage.sandbox.fault("slow", times=10_000, seconds=0.01)
    busy = 0
    for now in instants:
        for code, said in race(stage, now):
            assert code == 0, said
            busy += "another Callkeeper is at work" in said
    assert busy > 0
    assert len(stage.meetings()) == len(stage.events()) == 1
    assert stage.group_mails() == [f"2026-12-08/mail:{name}" for name in ("announcement", "reminder", "starting-soon")]
    assert len(stage.posts()) == 2
    text = "".join(tab["text"] for document in stage.state_of("docs").values() for tab in document["tabs"].values())
    assert text.count("2026-12-08 ·") == 1
    assert len(stage.notices()) == 1


def test_cron_beside_a_process_at_work_says_so_in_one_sentence(stage: Stage) -> None:
    with exclusive(stage.state) as free:
        assert free
        ran = stage.run("apply", now=EARLY)
    assert ran.returncode == 0
    assert "another Callkeeper is at work" in ran.stderr
    assert stage.sandbox.log() == []


def test_the_lock_of_a_killed_process_holds_nobody_up(stage: Stage) -> None:
    """The operating system drops the lock with its holder, however it ends."""
    stage.sandbox.post("clock", {"now": EARLY.isoformat()})
    stage.sandbox.fault("slow", seconds=5.0)
    with subprocess.Popen(stage.command("apply", now=EARLY), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=stage.folder) as process:
        while not stage.sandbox.log():
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert stage.run("apply", now=EARLY + timedelta(minutes=1)).returncode == 0
    assert len(stage.meetings()) == len(stage.events()) == 1


def test_without_the_lock_the_claim_alone_decides(stage: Stage) -> None:
    """On a file system whose locks do nothing, two readers of the same snapshot try to begin the same step: one of them wins."""
    with Ledger(stage.state) as one, Ledger(stage.state) as other:
        for number in range(50):
            key = f"floss-mentoring/monthly-call/2026-12-08/mail:m{number}"
            first, second = (one, other) if number % 2 else (other, one)
            won = [ledger.claim(key, 0, EARLY, None) for ledger in (first, second)]
            assert won == [1, None]
