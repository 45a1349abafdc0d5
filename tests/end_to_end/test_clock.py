"""A machine whose clock is wrong does nothing, gives nothing up, tells a person, and goes on by itself when the clock is right."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from automation.cli.options import Options
from automation.config.load import read_all
from automation.ledger.sqlite import Ledger
from automation.ledger.sqlite_place import SqlitePlace
from automation.reconcile.course import Course
from automation.reconcile.report import Report
from automation.reconcile.stop import Stop
from automation.reconcile.tick import tick
from automation.reconcile.worker import Worker
from tests.end_to_end.month import at
from tests.end_to_end.stage import PRESS, Stage, text_of

CALL = at(2026, 12, 8, 19)
DAY_BEFORE = CALL - timedelta(days=1, hours=3)


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    """A call that was announced, on the morning of the day before it; the services' clock stands there."""
    stage = Stage(tmp_path, sandbox)
    for now in (CALL - timedelta(days=8), CALL - timedelta(days=7), DAY_BEFORE):
        assert stage.tick(now).exit_code == 0
    sandbox.ask("DELETE", "log")
    return stage


def tick_at(stage: Stage, clock: datetime, *, given: bool = False, machine: datetime | None = None) -> Report:
    """A tick of a machine with this clock; the services' clock stays as it is."""
    files = read_all(stage.config, stage.credentials, stage.templates, need_credentials=True)
    with Ledger(stage.state) as ledger:
        return tick(ledger, files, clock, PRESS, course=Course(machine=lambda: machine or clock, given=given))


def kept(stage: Stage) -> Any:
    """What the ledger knows of calls and steps."""
    with Ledger(stage.state) as ledger:
        snapshot = ledger.snapshot()
        return snapshot.receipts, snapshot.calls, snapshot.seen, snapshot.pauses


WRONG = [timedelta(days=3650), timedelta(days=3), timedelta(hours=5), timedelta(minutes=30), timedelta(days=-400)]


@pytest.mark.parametrize("off", WRONG, ids=str)
def test_with_a_wrong_clock_nothing_is_sent_skipped_or_closed_and_a_person_is_needed(stage: Stage, off: timedelta) -> None:
    before = kept(stage)
    mails = stage.mail_keys()
    now = CALL - timedelta(minutes=70) if off == timedelta(minutes=30) else DAY_BEFORE
    stage.sandbox.post("clock", {"now": now.isoformat()})
    report = tick_at(stage, now + off)
    assert (report.exit_code, report.done, report.skipped) == (3, [], {})
    [failure] = report.failed.values()
    assert (failure.key, failure.needs_person, "clock says" in failure.error) == ("floss-mentoring/clock", True, True)
    assert kept(stage) == before
    assert stage.mail_keys() == mails
    assert {entry["method"] for entry in stage.sandbox.log() if entry["service"] in ("calendar", "zoom", "gmail", "drive", "docs")} == {"GET"}
    status = json.loads(stage.run("status", "--json", now=now + timedelta(seconds=30)).stdout)
    assert any("clock says" in sentence for sentence in status["refused"])


@pytest.mark.parametrize("off", [off for off in WRONG if abs(off) > timedelta(hours=1)], ids=str)
def test_it_goes_on_by_itself_when_the_clock_is_right_again(stage: Stage, off: timedelta) -> None:
    tick_at(stage, DAY_BEFORE + off)
    now = CALL - timedelta(days=1)
    stage.sandbox.post("clock", {"now": now.isoformat()})
    report = tick_at(stage, now + timedelta(minutes=4))
    assert report.exit_code == 0
    assert "floss-mentoring/monthly-call/2026-12-08/mail:reminder" in report.done
    assert stage.repeated() == {}
    assert "clock" not in stage.run("status", now=now).stdout
    [fingerprint] = [mail for mail in stage.mails() if "digest:" in str(mail["X-Callkeeper-Key"])]
    assert "clock says" in " ".join(text_of(fingerprint).split())


def test_what_is_only_to_be_given_up_waits_for_a_look_too(stage: Stage) -> None:
    """Half an hour ahead, between two looks: the last mail's time seems to be over, and nothing else is to be done."""
    now = CALL - timedelta(minutes=20)
    stage.tick(CALL - timedelta(hours=3))
    stage.sandbox.fault("status", service="gmail", status=503, times=99)
    stage.sandbox.post("clock", {"now": now.isoformat()})
    assert tick_at(stage, now).exit_code == 1
    before = kept(stage)
    report = tick_at(stage, now + timedelta(minutes=30))
    assert report.exit_code == 3
    assert kept(stage)[0] == before[0]
    stage.sandbox.ask("DELETE", "faults")
    stage.tick(now + timedelta(minutes=15))  # what became of the first attempt is asked twice
    assert "2026-12-08/mail:starting-soon" in [*stage.group_mails(), *stage.tick(now + timedelta(minutes=19, seconds=30)).done, *stage.group_mails()]


@pytest.mark.parametrize(
    ("machine", "services", "fine"),
    [
        (timedelta(days=900), timedelta(), True),  # the services live by the given time
        (timedelta(days=900), timedelta(days=900), True),  # the machine is right: the time was given on purpose
        (timedelta(days=900), timedelta(days=400), False),  # a world that says that both are wrong
        (timedelta(), timedelta(days=400), False),
    ],
)
def test_a_time_that_was_given(stage: Stage, machine: timedelta, services: timedelta, fine: bool) -> None:
    now = CALL - timedelta(days=1)
    stage.sandbox.post("clock", {"now": (now + services).isoformat()})
    report = tick_at(stage, now, given=True, machine=now + machine)
    assert (report.exit_code == 0) == fine
    assert ("floss-mentoring/monthly-call/2026-12-08/mail:reminder" in report.done) == fine


def test_the_command_line_compares_the_machines_own_clock(stage: Stage) -> None:
    stage.sandbox.post("clock", {"now": (datetime.now(UTC) + timedelta(days=3)).isoformat()})
    refused = stage.run("apply")
    assert refused.returncode == 3
    assert "clock says" in refused.stdout
    assert "Traceback" not in refused.stderr
    stage.sandbox.post("clock", {"now": None})
    assert "clock" not in stage.run("apply").stdout


def test_the_worker_recovers_by_itself(stage: Stage) -> None:
    files = read_all(stage.config, stage.credentials, stage.templates, need_credentials=True)
    worker = Worker(Options(stage.config, stage.credentials, stage.templates, SqlitePlace(stage.state), None), 60, files, Stop())
    stage.sandbox.post("clock", {"now": (datetime.now(UTC) + timedelta(days=3)).isoformat()})
    before = kept(stage)
    worker.beat()
    assert kept(stage) == before
    stage.sandbox.post("clock", {"now": None})
    worker.beat()
    assert kept(stage) != before
