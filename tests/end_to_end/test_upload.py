"""A long upload of last week's recording: what becomes due meanwhile goes out, and the upload goes on from where it was."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from automation.config.load import read_all
from automation.ledger.sqlite import Ledger
from automation.reconcile.course import Course
from automation.reconcile.tick import tick
from tests.end_to_end.month import at
from tests.end_to_end.stage import PRESS, Stage

CHUNK = 8 * 1024 * 1024
SIZE = 2 * CHUNK + 5000
KEY = "floss-mentoring/monthly-call/2026-12-08/recording"
# 11:00 in Los Angeles; the mail "starting soon" goes out an hour before.
CALL, NEXT = at(2026, 12, 8, 19), at(2026, 12, 15, 19)
SOON = NEXT - timedelta(hours=1)


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    """A weekly call whose recording, three chunks long, is ready in Zoom shortly before the next call."""
    stage = Stage(tmp_path, sandbox)
    stage.edit('every = "second Tuesday of the month"', 'every = "every Tuesday"')
    stage.edit("group_mails_per_day = 3", "group_mails_per_day = 9")
    for now in (CALL - timedelta(days=7), CALL - timedelta(hours=1), CALL + timedelta(hours=1), SOON - timedelta(minutes=405)):
        stage.tick(now)
    stage.tick(SOON - timedelta(minutes=50))  # Zoom is asked again six hours after the tick before: there is nothing else to do any more
    [meeting] = [meeting for meeting in stage.meetings() if meeting["agenda"].endswith("2026-12-08")]
    sandbox.people("zoom", "hold", meeting_id=meeting["id"])
    sandbox.people("zoom", "record", meeting_id=meeting["id"], bytes=SIZE)
    sandbox.ask("DELETE", "log")
    return stage


def wire(stage: Stage) -> list[str]:
    """What matters of the requests since, in order."""
    found = []
    for entry in stage.sandbox.log():
        if "upload/drive" in entry["path"]:
            found.append(f"{entry['method']} {entry['headers'].get('content-range', '')}".strip())
        elif entry["path"].endswith("drafts/send"):
            found.append("mail")
        elif entry["path"].startswith("/rec/file/"):
            found.append(f"download {entry['headers'].get('Range', '')}".strip())
    return found


def receipt(stage: Stage) -> Any:
    with Ledger(stage.state) as ledger:
        return ledger.snapshot().receipts[KEY]


def begin(stage: Stage, now: Any) -> subprocess.Popen[str]:
    """`apply` as a process of its own, in the middle of its second chunk."""
    stage.sandbox.fault("slow", service="drive", method="PUT", skip=1, seconds=2.0)
    return launch(stage, now, "PUT bytes 8388608-16777215/*")


def launch(stage: Stage, now: Any, sign: str) -> subprocess.Popen[str]:
    """`apply` as a process of its own, which has come to this request."""
    stage.sandbox.post("clock", {"now": now.isoformat()})
    process = subprocess.Popen(stage.command("apply", now=now), cwd=stage.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 60
    while sign not in wire(stage):
        assert time.monotonic() < end
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    return process


def end(process: subprocess.Popen[str], number: int) -> str:
    """All that it said before it ended because of the signal."""
    process.send_signal(number)
    try:
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0, out + err
    return out + err


def filed_once(stage: Stage) -> None:
    [file] = [file for file in stage.state_of("drive")["files"] if file.get("appProperties", {}).get("callkeeper", "").endswith("2026-12-08")]
    assert int(file["size"]) == SIZE
    assert receipt(stage).state == "done"
    assert stage.repeated() == {}
    assert stage.sandbox.get("problems") == []


REST = ["PUT bytes */16782216", "download bytes=16777216-", "PUT bytes 16777216-16782215/16782216"]


def test_a_mail_that_becomes_due_meanwhile_goes_out_between_two_chunks(stage: Stage) -> None:
    stage.sandbox.fault("slow", service="drive", method="PUT", skip=1, seconds=4.0)
    done = stage.run("apply", "--json", now=SOON - timedelta(seconds=3))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2026-12-15/mail:starting-soon" in stage.group_mails()
    seen = wire(stage)
    middle = seen.index("mail")
    assert seen[:middle] == ["download", "POST", "PUT bytes 0-8388607/*", "PUT bytes 8388608-16777215/*"]
    assert seen[middle + 1 : middle + 4] == [part.replace("16782216", str(SIZE)).replace("16782215", str(SIZE - 1)) for part in REST]
    filed_once(stage)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_it_at_the_next_chunk_and_the_next_tick_goes_on_from_there(stage: Stage, number: int) -> None:
    now = SOON - timedelta(minutes=20)
    told = end(begin(stage, now), number)
    assert "Traceback" not in told
    half = receipt(stage)
    assert (half.state, half.attempts) == ("waiting", 0)
    assert "upload_id" in half.begun.upload
    done = stage.run("apply", now=now + timedelta(minutes=1))
    assert done.returncode == 0
    told += done.stdout + done.stderr + stage.run("status", "--json", now=now).stdout + stage.run("plan", "--json", now=now).stdout
    assert "upload_id" not in told
    assert wire(stage).count("POST") == 1
    assert wire(stage).count(f"PUT bytes */{SIZE}") == 1
    filed_once(stage)


def test_a_killed_upload_goes_on_from_where_it_was(stage: Stage) -> None:
    now = SOON - timedelta(minutes=20)
    process = begin(stage, now)
    process.kill()
    process.communicate(timeout=60)
    assert receipt(stage).state == "claimed"
    for minutes in (5, 10, 15):
        stage.run("apply", now=now + timedelta(minutes=minutes))
    assert wire(stage).count("POST") == 1
    filed_once(stage)


def test_a_session_that_google_no_longer_knows_begins_anew(stage: Stage) -> None:
    now = SOON - timedelta(minutes=20)
    end(begin(stage, now), signal.SIGTERM)
    stage.sandbox.fault("status", service="drive", method="PUT", status=410)
    assert stage.run("apply", now=now + timedelta(minutes=10)).returncode == 0
    assert wire(stage).count("POST") == 2
    filed_once(stage)


def test_a_recording_that_was_cut_meanwhile_begins_anew(stage: Stage) -> None:
    """What is kept of an upload is of use only for the very same file."""
    now = SOON - timedelta(minutes=20)
    end(begin(stage, now), signal.SIGTERM)
    stage.edit('title = "FLOSS-Mentoring monthly call"', 'title = "Our call"')
    assert stage.run("apply", now=now + timedelta(minutes=10)).returncode == 0
    assert wire(stage).count("POST") == 2
    filed_once(stage)


def test_a_chunk_that_is_refused_is_tried_again_from_there(stage: Stage) -> None:
    now = SOON - timedelta(minutes=25)
    stage.sandbox.fault("status", service="drive", method="PUT", skip=1, status=503)
    assert stage.run("apply", now=now).returncode == 1
    assert stage.run("apply", now=now + timedelta(minutes=20)).returncode == 0
    assert wire(stage).count("POST") == 1
    filed_once(stage)


# -- a download server that knows no ranges: the beginning is read over


@pytest.fixture
def half(stage: Stage) -> Stage:
    """Two of the three chunks have arrived; from now on the server sends all of it again, whatever is asked for."""
    end(begin(stage, SOON - timedelta(minutes=44)), signal.SIGTERM)
    stage.sandbox.people("zoom", "serve", ranges=False)
    stage.sandbox.ask("DELETE", "log")
    return stage


def part(stage: Stage, now: Any, elapsed: Callable[[], timedelta], alive: Callable[[], None] = lambda: None) -> Any:
    """A tick whose time is made up."""
    stage.sandbox.post("clock", {"now": now.isoformat()})
    files = read_all(stage.config, stage.credentials, stage.templates, need_credentials=True)
    with Ledger(stage.state) as ledger:
        return tick(ledger, files, now, PRESS, course=Course(elapsed=elapsed, alive=alive))


def test_a_signal_ends_the_reading_over_too(half: Stage) -> None:
    half.sandbox.people("zoom", "serve", ranges=False, bytes_per_second=CHUNK // 32)
    now = SOON - timedelta(minutes=40)
    assert "Traceback" not in end(launch(half, now, "download bytes=16777216-"), signal.SIGTERM)
    assert wire(half) == [f"PUT bytes */{SIZE}", "download bytes=16777216-"]
    assert (receipt(half).state, receipt(half).attempts) == ("waiting", 0)
    half.sandbox.people("zoom", "serve", ranges=False)
    assert half.run("apply", now=now + timedelta(minutes=1)).returncode == 0
    filed_once(half)


@pytest.mark.parametrize("begun", [False, True], ids=["from the beginning", "half way"])
def test_reading_over_that_takes_longer_than_a_whole_tick_gets_further_in_each(request: Any, stage: Stage, begun: bool) -> None:
    """The limit of a tick ends it only when a part has been sent; otherwise every tick would read over the same for ever."""
    if begun:
        request.getfixturevalue("half")
    stage.sandbox.people("zoom", "serve", ranges=False)

    def elapsed() -> timedelta:
        """Eleven minutes to the first byte that is new, two for the first part, more than all before for the next."""
        seen = wire(stage)
        parts = [each for each in seen if each.startswith("PUT bytes ") and "*/" not in each]
        return timedelta(minutes=11) * any(each.startswith("download") for each in seen) + timedelta(minutes=[0, 2, 15, 16][len(parts)])

    sent = []
    for number in range(3):
        if receipt(stage).state == "done":
            break
        report = part(stage, SOON - timedelta(minutes=43 - number), elapsed)
        assert report.failed.keys() <= {"floss-mentoring/tick"}, "what follows the recording may have to wait"
        sent.append([each for each in wire(stage) if each.startswith("PUT") and "*/" not in each])
        stage.sandbox.ask("DELETE", "log")
    assert all(sent), sent
    filed_once(stage)


def test_an_upload_gives_signs_of_life_at_every_piece_of_it(half: Stage) -> None:
    """Whoever finds the lock held takes a process that says nothing for ten minutes for one that hangs."""
    seen: list[int] = []
    part(half, SOON - timedelta(minutes=43), timedelta, lambda: seen.append(len(wire(half))))
    reading = wire(half).index("download bytes=16777216-") + 1
    assert seen.count(reading) > SIZE // (1024 * 1024)
    filed_once(half)


def test_a_mail_that_becomes_due_while_the_beginning_is_read_over_goes_first_and_the_upload_goes_on(half: Stage) -> None:
    """What is due for the first time is due once, so it cannot keep an upload from getting further for ever."""
    report = part(
        half, SOON - timedelta(minutes=1), lambda: timedelta(minutes=1) if any(each.startswith("download") for each in wire(half)) else timedelta()
    )
    assert report.exit_code == 0
    asked = [f"PUT bytes */{SIZE}", "download bytes=16777216-"]
    assert wire(half)[:6] == [*asked, "mail", *asked, f"PUT bytes 16777216-{SIZE - 1}/{SIZE}"]
    filed_once(half)


# -- a tick that takes too long


class Elapsing:
    """Time that stands still until the first upload has begun."""

    def __init__(self, stage: Stage, then: timedelta) -> None:
        self.stage, self.then = stage, then

    def __call__(self) -> timedelta:
        return self.then if wire(self.stage).count("PUT bytes 0-8388607/*") else timedelta()


def test_a_tick_that_takes_too_long_ends_at_the_next_chunk(stage: Stage) -> None:
    now = SOON - timedelta(minutes=25)
    stage.sandbox.post("clock", {"now": now.isoformat()})
    files = read_all(stage.config, stage.credentials, stage.templates, need_credentials=True)
    with Ledger(stage.state) as ledger:
        report = tick(ledger, files, now, PRESS, course=Course(elapsed=Elapsing(stage, timedelta(minutes=11))))
    assert (report.exit_code, report.failed) == (0, {})
    assert receipt(stage).state == "waiting"
    assert stage.tick(now + timedelta(minutes=12)).exit_code == 0
    assert wire(stage).count("POST") == 1
    filed_once(stage)


def test_a_tick_that_takes_too_long_between_steps_says_so_and_the_next_goes_on(stage: Stage) -> None:
    now = NEXT - timedelta(days=7)
    stage.sandbox.post("clock", {"now": now.isoformat()})
    stage.edit("horizon_days = 92", "horizon_days = 150")
    files = read_all(stage.config, stage.credentials, stage.templates, need_credentials=True)
    before = len(stage.events())

    def elapsed() -> timedelta:
        return timedelta(minutes=11) if len(stage.events()) > before + 1 else timedelta()

    with Ledger(stage.state) as ledger:
        report = tick(ledger, files, SOON, PRESS, course=Course(elapsed=elapsed))
    assert report.exit_code == 1
    [failure] = report.failed.values()
    assert (failure.key, "longer than 10 minutes" in failure.error) == ("floss-mentoring/tick", True)
    assert len(stage.events()) == before + 2
    assert stage.tick(SOON + timedelta(minutes=12)).exit_code == 0
    assert len(stage.events()) > before + 2
