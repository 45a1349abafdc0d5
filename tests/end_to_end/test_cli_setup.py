"""The commands for setting up: `init`, `preview`, `doctor`, `sandbox`, and every command's help."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from automation.cli.main import COMMANDS
from tests.end_to_end.stage import ROOT, Stage

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    return Stage(tmp_path, sandbox)


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "run.py"), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, tmp_path: Path) -> None:
    done = run(tmp_path, name, "--help")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Usage: run.py {name}")
    assert len(done.stdout.splitlines()) > 6
    assert list(tmp_path.iterdir()) == []


class TestInit:
    def test_the_new_folder_says_what_is_to_be_filled_in_and_knows_nothing_of_the_first_community(self, tmp_path: Path) -> None:
        done = run(tmp_path, "init", "new", "--name", 'Rust "Z" \\ Zürich', "--group", "rust-zurich@googlegroups.com")
        assert done.returncode == 0, done.stderr
        text = (tmp_path / "new" / "community.toml").read_text(encoding="utf-8")
        assert 'uid = "rust-z-zurich"' in text
        assert 'name = "Rust \\"Z\\" \\\\ Zürich"' in text
        for foreign in ("FLOSS", "floss-mentoring", "1oE7cOALIYvPrf374id5WX141EvoCCruWkGDJalJzhlo", "1H-kpa3D8IQqtxknu7YxEjTlV6RiooQs1"):
            assert foreign not in text
        checked = run(tmp_path / "new", "check")
        assert checked.returncode == 2
        assert len(checked.stderr.splitlines()) == 5
        assert all("is still the example" in line for line in checked.stderr.splitlines())
        assert run(tmp_path / "new", "preview").returncode == 0
        config = tmp_path / "new" / "community.toml"
        config.write_text(text.replace("replace-me@example.org", "organizer@example.org").replace("/replace-me", "/zurich"), encoding="utf-8")
        checked = run(tmp_path / "new", "check")
        assert (checked.returncode, checked.stderr) == (0, "")
        assert checked.stdout.count("reserved for examples") == 5
        assert "second Tuesday of the month at 11:00 America/Los_Angeles is what `init` wrote" in checked.stdout
        names = {path.name for path in (tmp_path / "new").iterdir() if path.name != "preview"}
        assert names == {"community.toml", "credentials.example.json", "templates", ".gitignore"}
        assert "credentials.json" in (tmp_path / "new" / ".gitignore").read_text(encoding="utf-8").splitlines()

    def test_it_is_told_when_the_call_is(self, tmp_path: Path) -> None:
        when = ("--every", "every friday", "--at", "18:30", "--timezone", "Europe/Zurich")
        done = run(tmp_path, "--now", "2026-11-24T23:30:00Z", "init", "new", *when)
        assert done.returncode == 0, done.stderr
        text = (tmp_path / "new" / "community.toml").read_text(encoding="utf-8")
        for line in ('every = "every friday"', "at = 18:30:00", "from = 2026-11-25", 'zone = "Europe/Zurich"', 'uid = "weekly-call"'):
            assert line in text
        assert "is what `init` wrote" not in run(tmp_path / "new", "check").stdout

    def test_a_schedule_that_is_none_is_refused_before_anything_is_written(self, tmp_path: Path) -> None:
        done = run(tmp_path, "init", "new", "--every", "every now and then", "--at", "noon", "--timezone", "Zurich")
        assert done.returncode == 2
        assert [line.split(": ")[:2] for line in done.stderr.splitlines()] == [["init", "--timezone"], ["init", "--at"], ["init", "--every"]]
        assert list(tmp_path.iterdir()) == []

    def test_nothing_is_overwritten_or_added_to_a_folder_with_content(self, tmp_path: Path) -> None:
        (tmp_path / "community.toml").write_text("mine", encoding="utf-8")
        done = run(tmp_path, "init")
        assert done.returncode == 2
        assert "is not empty" in done.stderr
        assert [path.name for path in tmp_path.iterdir()] == ["community.toml"]
        assert (tmp_path / "community.toml").read_text(encoding="utf-8") == "mine"


class TestPreview:
    def test_the_next_call_is_rendered_and_the_path_printed(self, stage: Stage) -> None:
        done = stage.run("preview", now=NOW)
        assert (done.returncode, done.stdout) == (0, "preview/index.html\n"), done.stderr
        page = (stage.folder / "preview" / "index.html").read_text(encoding="utf-8")
        assert "Tuesday 8 December 2026" in page
        assert (stage.folder / "preview" / "mail-announcement.html").exists()
        assert not stage.state.parent.exists()

    def test_another_call_can_be_asked_for_beyond_the_horizon_too(self, stage: Stage) -> None:
        done = stage.run("preview", "--date", "2027-11-09", "--directory", "later", now=NOW)
        assert done.returncode == 0, done.stderr
        assert "11:00 PST" in (stage.folder / "later" / "mail-announcement.txt").read_text(encoding="utf-8")

    def test_a_day_without_a_call_names_the_nearest(self, stage: Stage) -> None:
        done = stage.run("preview", "--date", "2026-12-09", now=NOW)
        assert done.returncode == 2
        assert "there is no call on 2026-12-09; the nearest are on 2026-12-08" in done.stderr


class TestDoctor:
    def test_all_is_well(self, stage: Stage) -> None:
        done = stage.run("doctor")
        assert done.returncode == 0, done.stdout + done.stderr
        found = [line.partition(":")[0] for line in done.stdout.splitlines()[:-1]]
        assert found == [
            "ok    Zoom", "ok    Google Calendar", "ok    Gmail", "ok    Notes document", "ok    Drive folder", "ok    Discord",
            "ok    Discord, organizers",
        ]  # fmt: skip

    def test_nothing_is_written_anywhere(self, stage: Stage) -> None:
        stage.edit('via = "gmail"', 'via = "smtp"')
        assert stage.run("doctor").returncode == 0
        asked = {(entry["service"], entry["method"]) for entry in stage.sandbox.log()}
        assert {method for service, method in asked if service not in ("google", "zoom")} <= {"GET"}
        assert not [entry for entry in stage.sandbox.log("zoom", "POST") if "oauth" not in entry["path"]]
        assert not stage.state.parent.exists()

    def test_each_refusal_says_what_to_do_and_the_others_are_asked_all_the_same(self, stage: Stage) -> None:
        stage.sandbox.people("google", "revoke")
        secret = stage.sandbox.credentials["discord"]["webhook_url"].rpartition("/")[2]
        content = json.loads(stage.credentials.read_text(encoding="utf-8"))
        content["discord"]["webhook_url"] = content["discord"]["webhook_url"].replace(secret, f"{secret}x")
        stage.write_credentials(content)
        done = stage.run("doctor")
        assert done.returncode == 3
        lines = dict(line.split(":", 1) for line in done.stdout.splitlines() if ":" in line)
        assert "python run.py login" in lines["DO    Google Calendar"]
        assert "make a new one in Discord" in lines["DO    Discord"]
        assert "ok    Zoom" in lines
        assert secret not in done.stdout + done.stderr

    def test_a_folder_that_cannot_be_seen_is_named(self, stage: Stage) -> None:
        stage.edit("1H-kpa3D8IQqtxknu7YxEjTlV6RiooQs1", "1Hxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")
        done = stage.run("doctor")
        assert done.returncode == 3
        assert "share it with this account as editor" in done.stdout

    def test_a_mail_server_that_is_not_there_is_named(self, stage: Stage) -> None:
        stage.edit('via = "gmail"', 'via = "smtp"')
        content = json.loads(stage.credentials.read_text(encoding="utf-8"))
        content["smtp"]["port"] = 1
        stage.write_credentials(content)
        done = stage.run("doctor")
        assert done.returncode == 3
        assert "DO    Mail server: " in done.stdout


def test_the_sandbox_says_how_to_use_it_and_ends_on_a_signal(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "run.py"), "--now", "2026-12-01T12:00:00Z", "sandbox", "--directory", "world"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = ""
        while "Ctrl-C" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        path = tmp_path / "world" / "credentials.json"
        assert f"--credentials {path}" in said
        base = urlsplit(json.loads(path.read_text(encoding="utf-8"))["endpoints"]["gmail"])
        connection = http.client.HTTPConnection(base.netloc, timeout=10)
        connection.request("GET", "/_sandbox/clock")
        assert b"2026-12-01T12:00" in connection.getresponse().read()
        connection.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
