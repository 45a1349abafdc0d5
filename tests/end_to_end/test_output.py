"""Whatever becomes of standard output, what was done stands: the exit code and the ledger are true, and a sentence says what is missing."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from automation.ledger.sqlite import Ledger
from tests.chaos.story import local
from tests.end_to_end.stage import Stage

NOW = local("2026-11-30", 12)
ASCII = ({"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    stage = Stage(tmp_path, sandbox)
    stage.edit("horizon_days = 92", "horizon_days = 20")
    stage.edit('title = "FLOSS-Mentoring monthly call"', 'title = "Прийди — 👋 é"')
    return stage


def run(stage: Stage, *arguments: str, now: datetime = NOW, out: Any = subprocess.PIPE, **environment: str) -> subprocess.CompletedProcess[bytes]:
    stage.sandbox.post("clock", {"now": now.isoformat()})
    command = stage.command(*arguments, now=now)
    env = {**os.environ, **environment}
    return subprocess.run(command, stdout=out, stderr=subprocess.PIPE, cwd=stage.folder, env=env, check=False)


@pytest.mark.parametrize("environment", ASCII, ids=["PYTHONIOENCODING", "LANG=C"])
@pytest.mark.parametrize("command", ["plan", "status", "apply", "check"])
def test_letters_that_the_terminal_lacks_are_escaped(stage: Stage, command: str, environment: dict[str, str]) -> None:
    for form in ([command], [command, "--json"] if command != "check" else [command]):
        ran = run(stage, *form, **environment)
        assert ran.returncode in (0, 1), ran.stderr
        assert b"Traceback" not in ran.stderr
        text = ran.stdout.decode("ascii")
        if "--json" in form:
            json.loads(text)
        if command in ("plan", "status") and "--json" in form:
            assert "Прийди — 👋 é" in json.dumps(json.loads(text), ensure_ascii=False)


def done(stage: Stage) -> set[str]:
    with Ledger(stage.state) as ledger:
        return {key.rpartition("/")[2] for key, receipt in ledger.snapshot().receipts.items() if receipt.proven}


def test_a_full_output_hides_nothing_that_was_done(stage: Stage) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = run(stage, "apply", out=full)
    assert ran.returncode == 0, ran.stderr
    assert b"could not be written to standard output (No space left on device)" in ran.stderr
    assert b"Traceback" not in ran.stderr
    assert {"meeting", "event"} <= done(stage)
    assert run(stage, "apply", now=NOW + timedelta(minutes=1)).stdout == b""


@pytest.mark.parametrize("command", ["apply", "status", "plan"])
def test_a_closed_pipe_hides_nothing_either(stage: Stage, command: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ran = run(stage, command, "--json", out=writing)
    finally:
        with suppress(OSError):
            os.close(writing)
    assert ran.returncode == 0, ran.stderr
    assert b"Broken pipe" in ran.stderr
    assert b"Traceback" not in ran.stderr
    if command == "apply":
        assert {"meeting", "event"} <= done(stage)


def test_a_closed_output_is_not_the_next_file_that_is_opened(stage: Stage) -> None:
    stage.sandbox.post("clock", {"now": NOW.isoformat()})
    shell = '"$@" >&-'
    ran = subprocess.run(["sh", "-c", shell, "sh", *stage.command("apply", now=NOW)], stderr=subprocess.PIPE, cwd=stage.folder, check=False)
    assert ran.returncode == 0, ran.stderr
    assert b"it is closed" in ran.stderr
    assert {"meeting", "event"} <= done(stage)
    for path in stage.state.parent.iterdir():
        assert b"done      floss" not in path.read_bytes()


def test_an_exit_code_that_tells_of_trouble_stays_that_one(stage: Stage) -> None:
    stage.sandbox.fault("status", service="zoom", status=503, times=1000)
    with Path("/dev/full").open("wb") as full:
        assert run(stage, "apply", out=full).returncode == 1
    stage.state.write_bytes(b"no ledger " * 100)
    with Path("/dev/full").open("wb") as full:
        assert run(stage, "apply", out=full).returncode == 3
