"""No secret, passcode, start URL, webhook address or token stands in anything that the program writes."""

from __future__ import annotations

import json
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.end_to_end.stage import Stage, html_of, text_of

ZONE = ZoneInfo("America/Los_Angeles")
PLANTED = "planted-smtp-password-3f9a"


def at(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


@pytest.fixture(params=["gmail", "smtp"])
def stage(request: pytest.FixtureRequest, tmp_path: Path, sandbox: Any) -> Stage:
    """A community whose credentials all hold values that can be looked for."""
    stage = Stage(tmp_path, sandbox)
    stage.edit("horizon_days = 92", "horizon_days = 20")
    stage.edit('via = "gmail"', f'via = "{request.param}"')
    return stage


def secrets_of(stage: Stage) -> dict[str, str]:
    """Name -> value of everything that may stand nowhere."""
    credentials = stage.sandbox.credentials
    found = {f"google.{name}": credentials["google"][name] for name in ("client_secret", "refresh_token")}
    found["zoom.client_secret"] = credentials["zoom"]["client_secret"]
    for name, url in credentials["discord"].items():
        found[f"discord.{name}"] = url.rpartition("/")[2]
    for meeting in stage.meetings():
        found[f"passcode of {meeting['id']}"] = meeting["password"]
    return found


LIFE = [at(20, 12, month=11), at(1, 9), at(7, 11), at(8, 10), at(8, 12, 5), at(8, 15), at(8, 17)]


def live(stage: Stage) -> str:
    """A call's life with every sort of failure, by run.py; everything that it wrote on standard output and standard error."""
    written = ""
    for number, now in enumerate(LIFE):
        play(stage, number)
        break_something(stage, number)
        for minutes in (0, 10):
            written += "".join(run(stage, now + timedelta(minutes=minutes), "apply", "--json"))
    for command in ("status", "plan", "check"):
        written += "".join(run(stage, LIFE[-1] + timedelta(minutes=12), command))
    return written


def run(stage: Stage, now: datetime, *command: str) -> tuple[str, str]:
    ran = stage.run(*command, now=now)
    assert "Traceback" not in ran.stderr, ran.stderr
    return ran.stdout, ran.stderr


def play(stage: Stage, number: int) -> None:
    """The call takes place and is recorded."""
    if number < 4:
        return
    [meeting] = [each for each in stage.meetings() if not each["deleted"]][-1:]
    stage.sandbox.post("clock", {"now": LIFE[number].isoformat()})
    if number == 4:
        stage.sandbox.people("zoom", "hold", meeting_id=meeting["id"])
        stage.sandbox.people("zoom", "record", meeting_id=meeting["id"], bytes=3000, status="processing")
    elif number == 5:
        stage.sandbox.people("zoom", "finish_recording", meeting_id=meeting["id"])


def break_something(stage: Stage, number: int) -> None:
    """Refusals that repeat what they were asked, dropped connections, garbage."""
    fault = stage.sandbox.fault
    credentials = stage.sandbox.credentials
    passcodes = [meeting["password"] for meeting in stage.meetings()]
    echo = f"bad request: {json.dumps(credentials)} passcode={passcodes}"
    faults: list[tuple[str, dict[str, Any]]] = [
        ("status", {"service": "zoom", "method": "POST", "path": "oauth", "status": 401, "body": echo}),
        ("status", {"service": "discord", "method": "POST", "status": 429, "headers": {"Retry-After": "5"}, "body": echo}),
        ("drop_before", {"service": "discord", "method": "POST"}),
        ("status", {"service": "gmail", "method": "POST", "status": 500, "body": echo}),
        ("garbage", {"service": "google"}),
        ("status", {"service": "zoom", "method": "GET", "path": "recordings", "status": 400, "body": {"code": 1, "message": echo}}),
        ("reset_before", {"service": "drive"}),
    ]
    do, more = faults[number]
    fault(do, **more)


def files_below(folder: Path, *, without: tuple[str, ...]) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name not in without}


def test_nothing_written_in_a_life_with_failures_holds_a_secret(stage: Stage) -> None:
    written = live(stage)
    assert "step.done" in written
    assert "step.failed" in written or "service.resting" in written
    secrets = secrets_of(stage)
    assert len(secrets) >= 6
    everything: dict[str, bytes] = {"output": written.encode()}
    everything |= files_below(stage.folder, without=("credentials.json",))
    assert any(name.endswith("ledger.sqlite3") for name in everything)
    assert any(name.endswith("archive.json") for name in everything)
    for mail in stage.mails():
        everything[f"mail {mail['X-Callkeeper-Key']}"] = (text_of(mail) + html_of(mail) + str(mail.items())).encode()
    everything["posts"] = json.dumps(stage.posts()).encode()
    for where, content in everything.items():
        for name, value in secrets.items():
            if name.startswith("passcode") and (where.startswith("mail") or where == "posts"):
                continue  # members may be given the passcode
            assert value.encode() not in content, f"{name} stands in {where}"
        for word in (b"start_url", b"download_url", b"access_token", b"Bearer ", b"/rec/download/", b"zak="):
            assert word not in content, f"{word!r} stands in {where}"


def test_a_refused_smtp_login_tells_everything_but_the_password(tmp_path: Path, sandbox: Any) -> None:
    """A server that wants no login and a password that is in the file: neither log line, nor error, nor ledger has it."""
    stage = Stage(tmp_path, sandbox)
    stage.edit('via = "gmail"', 'via = "smtp"')
    credentials = json.loads(json.dumps(sandbox.credentials))
    credentials["smtp"] |= {"username": "organizer", "password": PLANTED}
    stage.write_credentials(credentials)
    written = "".join(run(stage, at(1, 9), "apply", "--json") + run(stage, at(1, 10), "status", "--json"))
    assert "smtp" in written
    assert PLANTED not in written
    for where, content in files_below(stage.folder, without=("credentials.json",)).items():
        assert PLANTED.encode() not in content, where


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_credentials_that_others_can_read_are_refused_before_anything_is_asked(stage: Stage, mode: int) -> None:
    stage.credentials.chmod(mode)
    ran = stage.run("apply", now=at(1, 9))
    assert ran.returncode == 2
    assert "chmod 600" in ran.stderr
    assert stage.sandbox.log() == []
    assert not stage.state.exists()


def test_a_broken_credentials_file_is_not_quoted(stage: Stage) -> None:
    """The sentence about a syntax error names the place and nothing of what stands there."""
    text = stage.credentials.read_text(encoding="utf-8")
    stage.credentials.write_text(text.replace('"refresh_token": "', '"refresh_token": '), encoding="utf-8")
    ran: subprocess.CompletedProcess[str] = stage.run("apply", now=at(1, 9))
    assert ran.returncode == 2
    secret = stage.sandbox.credentials["google"]["refresh_token"]
    assert secret not in ran.stderr + ran.stdout
