"""A ledger in doubt holds back what a resting service would have proven, and nothing else; and what was done before a trouble is said."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.story import local
from tests.end_to_end.stage import Stage

BEFORE = local("2026-11-30", 12)
DUE = local("2026-12-01", 9)
REMINDER = local("2026-12-07", 11)
HOUR = timedelta(hours=1)
MARK = "floss-mentoring/monthly-call/2026-12-08"


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    stage = Stage(tmp_path, sandbox)
    stage.edit("horizon_days = 92", "horizon_days = 20")
    return stage


def saved(stage: Stage) -> Path:
    return Path(shutil.copytree(stage.state.parent, stage.folder / "backup"))


def put_back(stage: Stage, backup: Path) -> None:
    """Its whole folder: nothing in it says that it is old."""
    shutil.rmtree(stage.state.parent)
    subprocess.run(["cp", "-a", str(backup), str(stage.state.parent)], check=True)


def lose(stage: Stage) -> None:
    shutil.rmtree(stage.state.parent)


def down(stage: Stage, service: str, path: str = "") -> None:
    more = {"path": path} if path else {}
    stage.sandbox.fault("status", service=service, status=503, times=100_000, **more)


@pytest.mark.parametrize("moment", [BEFORE, DUE - HOUR], ids=["a day before", "an hour before"])
def test_a_snapshot_of_the_folder_from_before_a_mail_does_not_send_it_again(stage: Stage, moment: datetime) -> None:
    stage.tick(BEFORE)
    stage.tick(moment)
    backup = saved(stage)
    stage.tick(DUE)
    put_back(stage, backup)
    for minutes in (1, 10, 70):
        assert stage.tick(DUE + timedelta(minutes=minutes)).failed == {}
    assert stage.group_mails() == ["2026-12-08/mail:announcement"]
    assert len(stage.posts()) == 1


def test_a_snapshot_between_any_two_writes_of_the_tick_that_sends_the_mail_does_not_send_it_again(stage: Stage) -> None:
    """A copy of the folder is taken at every commit of that tick; each is put back afterwards, over a world in which the mail went out."""
    stage.tick(BEFORE)
    copies = stage.folder / "copies"
    copies.mkdir()
    number = 0

    def look(statement: str) -> None:
        nonlocal number
        if statement.strip().upper().startswith("COMMIT") or statement.strip().upper().startswith("BEGIN IMMEDIATE"):
            shutil.copytree(stage.state.parent, copies / str(number))
            number += 1

    _watch(look)
    try:
        stage.tick(DUE)
    finally:
        _watch(None)
    assert number > 10
    mails, posts = stage.group_mails(), len(stage.posts())
    assert mails == ["2026-12-08/mail:announcement"]
    for copy in range(number):
        put_back(stage, copies / str(copy))
        for minutes in (5, 20, 80):
            stage.tick(DUE + timedelta(minutes=minutes))
        assert (stage.group_mails(), len(stage.posts())) == (mails, posts), f"after copy {copy} of {number}"


_looking: list[Callable[[str], None] | None] = [None]


def _watch(look: Callable[[str], None] | None) -> None:
    """See every statement of connections that are opened from now on, as Python's own audit of them tells of each."""
    if len(_looking) == 1:
        _looking.append(None)
        sys.addaudithook(_hear)
    _looking[0] = look


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "sqlite3.connect/handle" or _looking[0] is None:
        return
    connection, look = arguments[0], _looking[0]

    def profile(frame: Any, event: str, argument: Any) -> None:
        try:
            connection.set_trace_callback(look)
        except sqlite3.ProgrammingError:
            return
        sys.setprofile(None)

    sys.setprofile(profile)


def test_with_zoom_resting_a_mail_that_calendar_and_gmail_prove_goes_out(stage: Stage) -> None:
    stage.tick(BEFORE)
    stage.tick(DUE)
    lose(stage)
    down(stage, "zoom")
    report = stage.tick(REMINDER)
    assert f"{MARK}/mail:reminder" in report.done
    assert report.exit_code == 1
    assert stage.group_mails() == ["2026-12-08/mail:announcement", "2026-12-08/mail:reminder"]
    assert len(stage.meetings()) == 1
    stage.sandbox.ask("DELETE", "faults")
    assert stage.tick(REMINDER + HOUR).failed == {}
    assert len(stage.meetings()) == 1


def test_with_sent_mail_unreadable_for_now_only_mails_wait(stage: Stage) -> None:
    stage.tick(BEFORE)
    backup = saved(stage)
    stage.tick(DUE)
    put_back(stage, backup)
    down(stage, "gmail")
    report = stage.tick(DUE + HOUR)
    assert f"{MARK}/event" in report.done
    assert report.exit_code == 1
    assert not report.in_doubt
    assert len(stage.posts()) == 1, "the mark on the event proves the post"
    for minutes in (2, 4):
        stage.sandbox.ask("DELETE", "log")
        stage.tick(DUE + HOUR + timedelta(minutes=minutes))
        assert [entry for entry in stage.sandbox.log() if entry["service"] == "gmail"] == [], "it rests"
    stage.sandbox.ask("DELETE", "faults")
    assert stage.tick(DUE + 2 * HOUR).failed == {}
    assert stage.group_mails() == ["2026-12-08/mail:announcement"]
    stage.tick(REMINDER)
    assert stage.group_mails()[1:] == ["2026-12-08/mail:reminder"]


def test_with_docs_and_drive_resting_mails_of_calls_to_come_go_out(stage: Stage) -> None:
    stage.tick(BEFORE)
    stage.tick(DUE)
    lose(stage)
    down(stage, "docs")
    down(stage, "drive")
    assert f"{MARK}/mail:reminder" in stage.tick(REMINDER).done
    assert stage.group_mails() == ["2026-12-08/mail:announcement", "2026-12-08/mail:reminder"]


def test_past_notes_wait_for_the_document_instead_of_being_given_up(stage: Stage) -> None:
    """The archive entry and the recap wait with them; nothing says `too late` that was there all the time."""
    stage.tick(BEFORE)
    stage.ticks(DUE, local("2026-12-08", 10), timedelta(hours=7))
    lose(stage)
    down(stage, "docs")
    after = local("2026-12-08", 13)
    assert stage.tick(after).skipped.keys() & {f"{MARK}/notes", f"{MARK}/archive"} == set()
    stage.sandbox.ask("DELETE", "faults")
    stage.ticks(after + HOUR, local("2026-12-17", 13), timedelta(hours=12))
    [entry] = stage.archive()
    assert entry["notes"]
    assert stage.repeated() == {}


def test_with_the_calendar_resting_a_lost_ledger_does_nothing_for_calls(stage: Stage) -> None:
    stage.tick(BEFORE)
    stage.tick(DUE)
    lose(stage)
    down(stage, "calendar")
    for minutes in (0, 10):
        report = stage.tick(REMINDER + timedelta(minutes=minutes))
        assert report.exit_code == 1
    assert len(stage.group_mails()) == 1
    assert len(stage.posts()) == 1


def test_a_slow_disk_and_a_linked_backup_put_nothing_in_doubt(stage: Stage) -> None:
    """What the old comparison of clocks took for a copy: the file's change time long after the last write."""
    stage.tick(BEFORE)
    os.link(stage.state, stage.folder / "hourly.0")
    stage.state.chmod(0o640)
    down(stage, "zoom")
    assert f"{MARK}/mail:announcement" in stage.tick(DUE).done


# -- what was done before a trouble


def test_a_disk_that_fills_up_after_a_mail_does_not_say_that_nothing_was_sent(stage: Stage) -> None:
    """The receipt of the mail cannot be written: it went out, and the next tick finds that out."""
    stage.tick(BEFORE)
    stage.sandbox.post("clock", {"now": DUE.isoformat()})
    found = []
    for room in range(0, 400, 4):
        if stage.group_mails():
            break
        limit = stage.state.stat().st_size + room * 64

        def shrink(limit: int = limit) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        ran = subprocess.run(stage.command("apply", now=DUE), capture_output=True, text=True, cwd=stage.folder, preexec_fn=shrink, check=False)
        found.append((ran.returncode, ran.stderr))
        assert "Traceback" not in ran.stderr
        if ran.returncode == 3:
            sent = bool(stage.group_mails())
            assert not (sent and "nothing was sent" in ran.stderr), ran.stderr
            assert "Free disk space" in ran.stderr
    stage.tick(DUE + timedelta(minutes=5))
    assert stage.group_mails() == ["2026-12-08/mail:announcement"]


def test_a_ledger_locked_by_another_program_after_the_mail_went_out_says_what_was_under_way(stage: Stage) -> None:
    stage.tick(BEFORE)
    stage.sandbox.fault("slow", service="gmail", method="POST", path="/drafts/send", seconds=3.0)
    stage.sandbox.post("clock", {"now": DUE.isoformat()})
    with subprocess.Popen(stage.command("apply", now=DUE), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=stage.folder) as process:
        while not any(entry["path"].endswith("/drafts/send") for entry in stage.sandbox.log("gmail")):
            assert process.poll() is None
        with closing(sqlite3.connect(stage.state, isolation_level=None, timeout=10)) as other:
            other.execute("BEGIN IMMEDIATE")
            _, said = process.communicate(timeout=90)
            other.execute("ROLLBACK")
    assert process.returncode == 1
    assert "busy" in said
    assert f"{MARK}/mail:announcement was under way and may have been done" in said
    assert "nothing was sent" not in said
    stage.tick(DUE + timedelta(minutes=5))
    stage.tick(DUE + timedelta(minutes=10))
    assert stage.group_mails() == ["2026-12-08/mail:announcement"]
