"""`worker`: the daemon, run as its own process on the real clock."""

from __future__ import annotations

import http.server
import io
import logging
import os
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import tzdata

from automation.cli.logs import Line
from automation.cli.options import Options
from automation.config.load import read_all
from automation.ledger.lock import exclusive
from automation.ledger.sqlite import Ledger
from automation.ledger.sqlite_place import SqlitePlace
from automation.reconcile.stop import Stop
from automation.reconcile.worker import Worker
from tests.end_to_end.stage import Stage

PATIENCE_SECONDS = 60


class Running:
    """A worker process whose log lines are collected."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self.process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line.rstrip())

    @property
    def log(self) -> str:
        return "\n".join(self.lines)

    def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is true; fail if it does not become so."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not true():
            assert time.monotonic() < end, self.log
            assert self.process.poll() is None or true(), self.log
            time.sleep(0.05)

    def until_logged(self, words: str) -> None:
        self.until(lambda: words in self.log)

    def end(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(PATIENCE_SECONDS)
        self._reader.join()
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()
        return code


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    return Stage(tmp_path, sandbox)


@pytest.fixture
def start(stage: Stage) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def begin(*options: str) -> Running:
        running = Running(stage.command("worker", "--every", "1", *options), stage.folder)
        started.append(running)
        return running

    yield begin
    for running in started:
        running.end(signal.SIGKILL)


def test_it_does_what_is_due_and_ends_cleanly_when_told_to(stage: Stage, start: Callable[..., Running]) -> None:
    worker = start()
    worker.until_logged("step.done key=floss-mentoring/page")
    assert worker.end() == 0
    assert "worker.stopped" in worker.log
    assert len(stage.events()) == len(stage.meetings()) > 0


def test_a_signal_during_a_step_ends_it_after_that_step(stage: Stage, start: Callable[..., Running]) -> None:
    stage.sandbox.fault("slow", service="zoom", method="POST", path="/meetings$", seconds=1.0)
    worker = start()
    worker.until(lambda: any(entry["method"] == "POST" and entry["path"].endswith("/meetings") for entry in stage.sandbox.log("zoom")))
    assert worker.end(signal.SIGINT) == 0
    assert worker.log.count("step.begun") == 1
    assert worker.log.count("step.done") == 1
    with Ledger(stage.state) as ledger:
        assert [receipt.state for receipt in ledger.snapshot().receipts.values()] == ["done"]


def test_a_second_worker_and_cron_leave_at_once_with_one_sentence(stage: Stage, start: Callable[..., Running]) -> None:
    with exclusive(stage.state) as free:
        assert free
        for command in ("worker", "apply"):
            done = stage.run(command)
            assert (done.returncode, done.stdout) == (0, "")
            assert done.stderr.strip().splitlines() == ["another Callkeeper is at work on this ledger; nothing to do here"]


def test_a_change_in_the_config_is_noticed(stage: Stage, start: Callable[..., Running]) -> None:
    worker = start()
    worker.until_logged("step.done key=floss-mentoring/page")
    stage.edit('title = "FLOSS-Mentoring monthly call"', 'title = "FLOSS-Mentoring, live"')
    worker.until(lambda: {event["summary"] for event in stage.events()} == {"FLOSS-Mentoring, live"})


def test_from_a_broken_file_nothing_is_sent_and_a_half_saved_one_alarms_nobody(stage: Stage, start: Callable[..., Running]) -> None:
    worker = start()
    worker.until_logged("step.done key=floss-mentoring/page")
    whole = stage.config.read_text(encoding="utf-8")
    stage.config.write_text(whole.replace("\nminutes = 60", '\nminutes = "long"').replace("monthly call", "Broken"), encoding="utf-8")
    worker.until_logged("files.broken")
    time.sleep(3)
    assert worker.log.count("files.broken") == 1
    stage.config.write_text(whole, encoding="utf-8")
    worker.until_logged("files.mended")
    assert worker.end() == 0
    assert stage.mails() == []
    assert "Broken" not in {event["summary"] for event in stage.events()}


def test_of_a_file_that_stays_broken_for_five_minutes_the_organizers_hear_once(stage: Stage) -> None:
    files = read_all(stage.config, stage.credentials, stage.templates, need_credentials=True)
    worker = Worker(Options(stage.config, stage.credentials, stage.templates, SqlitePlace(stage.state), None), 60, files, Stop())
    began = datetime(2026, 11, 20, 12, tzinfo=UTC)
    worker.beat_at(began)
    whole = stage.config.read_text(encoding="utf-8")
    broken = whole.replace("\nminutes = 60", '\nminutes = "long"')
    stage.config.write_text(broken, encoding="utf-8")
    worker.beat_at(began + timedelta(minutes=1))
    stage.config.write_text(broken.replace('"long"', '"longer"'), encoding="utf-8")
    worker.beat_at(began + timedelta(minutes=5, seconds=50))
    assert stage.mails() == [], "for less than five minutes"
    worker.beat_at(began + timedelta(minutes=6))
    worker.beat_at(began + timedelta(minutes=7))
    [mail] = stage.mails()
    assert mail["To"] == "organizer@example.org"
    assert "community.toml" in mail.as_string()
    stage.config.write_text(whole, encoding="utf-8")
    worker.beat_at(began + timedelta(minutes=8))
    stage.config.write_text(broken, encoding="utf-8")
    worker.beat_at(began + timedelta(days=2))
    assert len(stage.mails()) == 1, "each time anew"


def test_a_ledger_that_breaks_stops_it_with_a_clear_error(stage: Stage, start: Callable[..., Running]) -> None:
    worker = start()
    worker.until_logged("step.done key=floss-mentoring/page")
    stage.state.write_bytes(b"no database any more " * 1000)
    worker.until(lambda: worker.process.poll() is not None)
    assert worker.end() == 3
    assert "the ledger" in worker.lines[-1]
    assert "Traceback" not in worker.log


def test_broken_files_at_the_start_and_a_stopped_clock_are_refused(stage: Stage) -> None:
    clock = stage.run("--now", "2026-12-01T00:00:00Z", "worker")
    assert clock.returncode == 2
    assert "--now" in clock.stderr
    stage.edit("\nminutes = 60", "\nminutes = 0")
    broken = stage.run("worker")
    assert broken.returncode == 2
    assert "series[0].minutes" in broken.stderr
    assert not stage.state.exists()


def test_each_good_tick_is_pinged_and_none_that_failed(stage: Stage, start: Callable[..., Running]) -> None:
    pings: list[str] = []

    class Switch(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pings.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Switch)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        text = stage.config.read_text(encoding="utf-8")
        stage.config.write_text(f'{text}\n[alerts]\nping_url = "http://127.0.0.1:{server.server_port}/alive"\n', encoding="utf-8")
        stage.sandbox.fault("status", service="zoom", times=1000, status=503)
        worker = start()
        worker.until_logged("service.resting")
        time.sleep(0.2)
        assert pings == []
        stage.sandbox.ask("DELETE", "faults")
        os.utime(stage.config)
        worker.end()
        stage.state.unlink()
        again = start()
        again.until(lambda: len(pings) >= 2)
        again.end()
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


SECRET = "secret-token"


class Surprise(Stop):
    """Fails in a way that nobody foresaw, with a secret in its words."""

    def __call__(self) -> bool:
        raise RuntimeError(f"https://discord.example/api/webhooks/1/{SECRET}")


def test_a_mistake_of_ours_is_logged_without_its_words_and_the_next_beat_comes(stage: Stage) -> None:
    written = io.StringIO()
    log, handler = logging.getLogger("callkeeper"), logging.StreamHandler(written)
    handler.setFormatter(Line())
    log.addHandler(handler)
    files = read_all(stage.config, stage.credentials, stage.templates, need_credentials=True)
    options = Options(stage.config, stage.credentials, stage.templates, SqlitePlace(stage.state), None)
    try:
        Worker(options, 60, files, Surprise()).beat()
    finally:
        log.removeHandler(handler)
    assert "worker.crashed" in written.getvalue()
    assert "in reconcile" in written.getvalue()
    assert "error=RuntimeError" in written.getvalue()
    assert SECRET not in written.getvalue()
    Worker(options, 60, files, Stop()).beat()
    assert len(stage.events()) > 0


def test_new_time_zones_hold_without_a_restart(stage: Stage, tmp_path: Path) -> None:
    """The system's zone files are renewed under a running worker: Los Angeles gets Denver's rules."""
    zones = tmp_path / "zoneinfo"
    shutil.copytree(Path(tzdata.__file__).parent / "zoneinfo", zones)
    stage.edit("horizon_days = 92", "horizon_days = 40")
    os.environ["PYTHONTZPATH"] = str(zones)
    try:
        worker = Running(stage.command("worker", "--every", "1"), stage.folder)
    finally:
        del os.environ["PYTHONTZPATH"]
    try:
        worker.until_logged("step.done key=floss-mentoring/page")
        before = {event["id"]: datetime.fromisoformat(event["start"]["dateTime"]) for event in stage.events()}
        shutil.copy(zones / "America" / "Denver", zones / "America" / ".new")
        os.replace(zones / "America" / ".new", zones / "America" / "Los_Angeles")
        worker.until_logged("zones.renewed")
        earlier = {event: start - timedelta(hours=1) for event, start in before.items()}
        worker.until(lambda: {event["id"]: datetime.fromisoformat(event["start"]["dateTime"]) for event in stage.events()} == earlier)
    finally:
        worker.end(signal.SIGKILL)


def test_a_ledger_that_another_process_writes_costs_a_beat_and_not_the_worker(stage: Stage) -> None:
    files = read_all(stage.config, stage.credentials, stage.templates, need_credentials=True)
    options = Options(stage.config, stage.credentials, stage.templates, SqlitePlace(stage.state), None)
    worker = Worker(options, 60, files, Stop())
    worker.beat()
    events = len(stage.events())
    stage.edit('title = "FLOSS-Mentoring monthly call"', 'title = "FLOSS-Mentoring, live"')
    with closing(sqlite3.connect(stage.state, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        worker.beat()
        assert {event["summary"] for event in stage.events()} == {"FLOSS-Mentoring monthly call"}
    worker.beat()
    assert {event["summary"] for event in stage.events()} == {"FLOSS-Mentoring, live"}
    assert len(stage.events()) == events


@pytest.mark.parametrize("replaced", [False, True])
def test_a_folder_moved_away_or_replaced_ends_it_with_a_sentence(stage: Stage, start: Callable[..., Running], replaced: bool) -> None:
    worker = start()
    worker.until_logged("step.done key=floss-mentoring/page")
    stage.state.parent.rename(stage.folder / "away")
    if replaced:
        shutil.copytree(stage.folder / "away", stage.state.parent)
    worker.until(lambda: worker.process.poll() is not None)
    assert worker.end() == 3
    assert "was moved, removed or replaced" in worker.lines[-1]
    assert replaced or not stage.state.exists(), "no new ledger is begun by the way"
