"""A tick with nothing due: it imports nothing heavy and asks nobody, on either of its two ways."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from automation.cli.entry import quiet_apply
from tests.end_to_end.month import at
from tests.end_to_end.stage import ROOT, Stage

HEAVY = ("googleapiclient", "google", "google_auth_oauthlib", "jinja2", "markdown_it", "icalendar", "requests", "rich", "flask", "css_inline",
         "urllib3", "dateutil")  # fmt: skip
NOW = at(2026, 11, 5, 12)


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    """Everything that is due has been done."""
    stage = Stage(tmp_path, sandbox)
    assert stage.run("apply", now=NOW).returncode == 0
    assert stage.run("apply", now=NOW).returncode == 0
    sandbox.ask("DELETE", "log")
    return stage


def imported(stage: Stage, now: datetime) -> tuple[set[str], subprocess.CompletedProcess[str]]:
    """The top-level packages that a tick imported, as Python itself lists them."""
    command = stage.command("apply", "--json", now=now)
    result = subprocess.run([command[0], "-X", "importtime", *command[1:]], capture_output=True, text=True, cwd=stage.folder, check=False)
    lines = [line for line in result.stderr.splitlines() if line.startswith("import time:")]
    assert len(lines) > 20
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}, result


def empty(result: subprocess.CompletedProcess[str]) -> bool:
    report = json.loads(result.stdout)
    return result.returncode == 0 and not any(report[name] for name in ("done", "skipped", "failed", "in_doubt"))


def test_a_quiet_tick_between_two_looks(stage: Stage) -> None:
    modules, result = imported(stage, NOW + timedelta(minutes=20))
    assert empty(result)
    assert modules & {*HEAVY, "click", "dataclasses", "logging"} == set()
    assert stage.sandbox.log() == []


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_the_short_way_in_says_what_the_command_line_says(stage: Stage, form: list[str]) -> None:
    arguments = stage.command("apply", *form, now=NOW + timedelta(minutes=20))[2:]
    assert quiet_apply(arguments) == 0
    answers = []
    for door in ("entry", "main"):
        code = f"import sys; from automation.cli.{door} import main; sys.exit(main(sys.argv[1:]))"
        answers.append(subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, cwd=ROOT, check=True).stdout)
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    "change",
    [
        lambda arguments: [*arguments, "--force"],
        lambda arguments: [*arguments, "--help"],
        lambda arguments: [*arguments[:-1], "status"],
        lambda arguments: [*arguments[:-1], "--now", "yesterday", "apply"],
        lambda arguments: [*arguments[:-1], "--now", "2026-11-05T12:20:00", "apply"],
        lambda arguments: [*arguments[:-1], "--state", "postgres:///x", "apply"],
        lambda arguments: [*arguments[:-1], "--state", "sqlite:///none", "apply"],
        lambda arguments: [*arguments[:-1], "--now", "2027-11-05T12:20:00Z", "apply"],
        lambda arguments: [f"--config={arguments[1]}", *arguments[2:]],
        lambda arguments: [],
    ],
)
def test_whatever_is_not_perfectly_plain_is_left_to_the_command_line(stage: Stage, change: Callable[[list[str]], list[str]]) -> None:
    arguments = stage.command("apply", now=NOW + timedelta(minutes=20))[2:]
    assert quiet_apply(arguments) == 0
    assert quiet_apply(change(arguments)) is None


def test_a_tick_that_reads_everything_anew_and_finds_nothing_due(stage: Stage) -> None:
    """The organizer saved a file without changing what it says."""
    stage.config.write_text(stage.config.read_text(encoding="utf-8") + "\n# a remark\n", encoding="utf-8")
    modules, result = imported(stage, NOW + timedelta(minutes=20))
    assert empty(result)
    assert modules & set(HEAVY) == set()
    assert stage.sandbox.log() == []


def test_a_look_that_is_due_does_go_out(stage: Stage) -> None:
    """So the two tests above can fail."""
    stage.sandbox.post("clock", {"now": (NOW + timedelta(minutes=61)).isoformat()})
    modules, result = imported(stage, NOW + timedelta(minutes=61))
    assert empty(result)
    assert "googleapiclient" in modules
    assert {entry["service"] for entry in stage.sandbox.log()} == {"google", "calendar", "zoom"}


def test_check_and_plan_of_a_quiet_hour_leave_the_ledger_alone(stage: Stage) -> None:
    before = stage.state.read_bytes()
    assert stage.run("check", now=NOW).returncode == 0
    assert stage.run("plan", "--json", now=NOW + timedelta(minutes=5)).returncode == 0
    assert stage.state.read_bytes() == before
