"""A ledger that is gone, old or broken: nothing is sent again, and what cannot be trusted stops everything before anything goes out."""

from __future__ import annotations

import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.chaos.judge import judge
from tests.chaos.points import Point
from tests.chaos.story import HELD, local
from tests.chaos.trial import Trial
from tests.end_to_end.stage import Stage

ZONE = ZoneInfo("America/Los_Angeles")
BEFORE = local("2026-11-30", 12)
DUE = local("2026-12-01", 9)


@pytest.fixture(scope="module", params=["gmail", "smtp"])
def trial(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """The undisturbed life of one call, each of whose moments can be gone back to."""
    with Trial(tmp_path_factory.mktemp("trial"), request.param, HELD) as trial:
        yield trial


@pytest.mark.parametrize(
    ("chapter", "old", "whole"),
    [(1, -1, False), (2, -1, False), (3, -1, False), (3, 1, False), (4, 2, False), (5, -1, False), (5, 1, False), (6, -1, False), (6, 4, False),
     (2, 1, True), (3, 2, True), (5, 3, True), (6, 5, True)],
    ids=str,
)  # fmt: skip
def test_a_lost_or_restored_ledger_changes_nothing_outside(trial: Trial, chapter: int, old: int, whole: bool) -> None:
    """Gone (-1), or put back as it was before an earlier moment, the file alone or its whole folder: the rest of the life comes to the same,
    each thing once."""
    verdict = judge(trial, Point(chapter, "ledger", "ledger lost", old=old, whole=whole))
    assert (verdict.duplicates, verdict.losses, verdict.fouls) == ((), (), ())


@pytest.mark.parametrize("chapter", [1, 4, 6])
def test_a_ledger_lost_right_after_a_step_is_rebuilt_without_a_word_to_anybody(trial: Trial, chapter: int) -> None:
    """Receipts come back from the marks: the next tick sends nothing and leaves the outside as it is."""
    trial.load(str(chapter))
    moment = trial.life[chapter].moment
    trial.tick(moment.at)
    trial.lose_ledger()
    trial.tick(moment.at + timedelta(minutes=10))
    seen, snapshot = trial.look()
    assert seen.things == trial.life[chapter].outside.things
    assert not snapshot.doubts
    sent = [key for key in snapshot.receipts if "/mail:" in key or "/chat:" in key]
    assert all(snapshot.receipts[key] == "done" for key in sent if trial.life[chapter].inside.receipts.get(key) == "done")
    assert sent


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    return Stage(tmp_path, sandbox)


def test_sent_mail_that_may_not_be_read_leaves_due_mails_in_doubt(stage: Stage) -> None:
    """Without permission to read sent mail nobody can say whether the announcement went out before the ledger was lost."""
    stage.tick(BEFORE)
    stage.tick(DUE)
    stage.state.unlink()
    stage.sandbox.people("gmail", "scope", scope="compose")
    report = stage.tick(DUE + timedelta(hours=1))
    assert "floss-mentoring/monthly-call/2026-12-08/mail:announcement" in report.in_doubt
    assert report.exit_code == 3
    assert stage.group_mails() == ["2026-12-08/mail:announcement"]


def test_a_post_begun_and_never_finished_is_in_doubt_after_the_ledger_is_lost(stage: Stage) -> None:
    """The mark on the event says that the post was begun; a lost ledger does not make it be posted again."""
    stage.tick(BEFORE)
    stage.sandbox.fault("drop_after", service="discord", method="POST")
    assert stage.tick(DUE).in_doubt == ["floss-mentoring/monthly-call/2026-12-08/chat:announcement"]
    stage.state.unlink()
    for hours in range(1, 4):
        report = stage.tick(DUE + timedelta(hours=hours))
        assert report.in_doubt == ["floss-mentoring/monthly-call/2026-12-08/chat:announcement"]
    assert len(stage.posts()) == 1


def test_calls_from_before_a_new_installation_are_left_alone(stage: Stage) -> None:
    """A new ledger looks back, and finds nothing that carries our mark."""
    report = stage.tick(datetime(2026, 12, 9, 12, tzinfo=ZONE))
    assert not [key for key in report.done if "/2026-12-08/" in key]
    assert stage.mails() == []


# -- broken


def _outside_calls(stage: Stage) -> list[str]:
    return [f"{entry['method']} {entry['path']}" for entry in stage.sandbox.log()]


def _refuses(stage: Stage, now: datetime) -> str:
    """The tick stops with one sentence, having asked nobody anything; that sentence."""
    stage.sandbox.ask("DELETE", "log")
    ran = stage.run("apply", now=now)
    assert ran.returncode == 3, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
    assert _outside_calls(stage) == []
    return ran.stderr


def test_a_ledger_that_is_no_database_stops_everything(stage: Stage) -> None:
    stage.tick(BEFORE)
    stage.state.write_bytes(b"Not a database at all, but long enough to look at. " * 200)
    said = _refuses(stage, DUE)
    assert str(stage.state) in said
    assert "nothing was sent" in said
    assert stage.mails() == []


def test_a_ledger_damaged_in_the_middle_stops_everything(stage: Stage) -> None:
    """Every page but the first is overwritten: the tables are named, and nothing in them can be read."""
    stage.tick(BEFORE)
    content = bytearray(stage.state.read_bytes())
    content[4096:] = bytes([0xA5]) * (len(content) - 4096)
    stage.state.write_bytes(bytes(content))
    assert "nothing was sent" in _refuses(stage, DUE)


def test_a_record_that_makes_no_sense_stops_everything(stage: Stage) -> None:
    stage.tick(BEFORE)
    with closing(sqlite3.connect(stage.state)) as connection:
        connection.execute("UPDATE receipts SET data = '{half' WHERE key LIKE '%/event'")
        connection.commit()
    assert "nothing was sent" in _refuses(stage, DUE)


def test_a_ledger_of_a_newer_version_stops_everything(stage: Stage) -> None:
    stage.tick(BEFORE)
    with closing(sqlite3.connect(stage.state)) as connection:
        connection.execute("PRAGMA user_version = 1000")
    assert "newer version" in _refuses(stage, DUE)


def test_a_ledger_that_is_a_folder_stops_everything(stage: Stage) -> None:
    stage.state.mkdir(parents=True)
    assert str(stage.state) in _refuses(stage, BEFORE)


@pytest.mark.parametrize("room", [0, 4096, 16384])
def test_a_full_disk_stops_everything_before_anything_goes_out(stage: Stage, room: int) -> None:
    """No file may grow beyond `room` bytes (RLIMIT_FSIZE gives what a full disk gives: a write that fails)."""
    stage.tick(BEFORE)
    size = stage.state.stat().st_size

    def shrink() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    assert room < size
    stage.sandbox.ask("DELETE", "log")
    stage.sandbox.post("clock", {"now": DUE.isoformat()})
    # Not a pipe's business: the limit is for files only.
    ran = subprocess.run(stage.command("apply", now=DUE), capture_output=True, text=True, cwd=stage.folder, preexec_fn=shrink, check=False)
    assert ran.returncode == 3, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
    assert "Free disk space" in ran.stderr
    assert [call for call in _outside_calls(stage) if not call.startswith("GET") and "token" not in call] == []
    assert stage.mails() == []
    stage.tick(DUE + timedelta(minutes=1))
    assert stage.group_mails() == ["2026-12-08/mail:announcement"]


def test_a_folder_that_cannot_be_written_stops_everything(stage: Stage) -> None:
    """The folder of the ledger is a file: nothing can be kept there."""
    shutil.rmtree(stage.state.parent, ignore_errors=True)
    stage.state.parent.write_text("in the way", encoding="utf-8")
    assert "nothing was sent" in _refuses(stage, BEFORE)


def test_the_archive_of_calls_long_past_is_read_back_from_the_page(tmp_path: Path, sandbox: Any) -> None:
    stage = Stage(tmp_path, sandbox)
    stage.tick(datetime(2026, 10, 13, 17, tzinfo=UTC))
    stage.ticks(datetime(2026, 10, 13, 20, tzinfo=UTC), datetime(2026, 10, 22, tzinfo=UTC), timedelta(hours=12))
    [entry] = stage.archive()
    shutil.rmtree(stage.state.parent)
    mails = stage.group_mails()
    stage.tick(datetime(2026, 12, 20, tzinfo=UTC))
    assert stage.archive() == [entry]
    assert stage.group_mails() == mails


def test_a_move_while_the_ledger_is_lost_and_nothing_answers_is_still_a_move(tmp_path: Path, sandbox: Any) -> None:
    stage = Stage(tmp_path, sandbox)
    stage.tick(DUE)
    shutil.rmtree(stage.state.parent)
    stage.change('[[series.change]]\ndate = 2026-12-08\nmove_to = 2026-12-09T11:00:00\nreason = "Holiday"')
    sandbox.fault("status", service="calendar", status=503, times=1)
    assert stage.tick(DUE + timedelta(hours=1)).failed
    stage.tick(DUE + timedelta(hours=2))
    assert stage.group_mails() == ["2026-12-08/mail:announcement", "2026-12-08/mail:moved@1"]


def test_a_call_that_was_held_early_is_believed_with_force_where_the_ledger_is_lost(tmp_path: Path, sandbox: Any) -> None:
    """Nobody but a person can tell it from a slip then; the word is needed once, and nothing is said to anybody."""
    stage = Stage(tmp_path, sandbox)
    stage.edit("horizon_days = 92", "horizon_days = 20")
    stage.change('[[series.change]]\ndate = 2026-12-08\nmove_to = 2026-12-03T11:00:00')
    for now in (BEFORE, datetime(2026, 12, 3, 10, tzinfo=ZONE), datetime(2026, 12, 3, 13, tzinfo=ZONE)):
        stage.tick(now)
    now = datetime(2026, 12, 5, 9, tzinfo=ZONE)
    assert stage.run("check", now=now).returncode == 0
    shutil.rmtree(stage.state.parent)
    before = (stage.mail_keys(), stage.posts(), [event["status"] for event in stage.events()])
    for command in ("check", "apply"):
        done = stage.run(command, now=now)
        assert done.returncode == 2
        assert "2026-12-03 is over, but the call of 2026-12-08 is yet to come" in done.stderr
    for command in (("apply", "--force"), ("apply",), ("check",)):
        done = stage.run(*command, now=now)
        assert done.returncode == 0, done.stderr
    assert (stage.mail_keys(), stage.posts(), [event["status"] for event in stage.events()]) == before
