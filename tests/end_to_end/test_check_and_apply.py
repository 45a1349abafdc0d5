"""`check` and `apply` held against each other on broken folders: what one refuses, the other refuses, and nothing is touched."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from automation.cli.main import main
from tests.end_to_end.month import at
from tests.end_to_end.stage import Stage

NOW = at(2026, 12, 2, 9)
FILES = (
    "community.toml", "credentials.json", "templates/event.md", "templates/notes.md", "templates/mail/_layout.html", "templates/mail/reminder.md",
    "templates/chat/recap.md", "templates/page/index.html",
)  # fmt: skip


def changed(change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        path.write_bytes(change(path.read_bytes()))
        if path.suffix == ".json":
            path.chmod(0o600)

    return write


def replaced(make: Callable[[Path], object]) -> Callable[[Path], object]:
    def put(path: Path) -> None:
        path.unlink()
        make(path)

    return put


# Each for every kind of file; some do no harm to some of them, and then both have to say so.
MUTATIONS: dict[str, Callable[[Path], object]] = {
    "empty": changed(lambda content: b""),
    "blank": changed(lambda content: b" \n\n"),
    "half": changed(lambda content: content[: len(content) // 2]),
    "twice": changed(lambda content: content + b"\n" + content),
    "nul": changed(lambda content: content[:40] + b"\0" + content[40:]),
    "latin-1": changed(lambda content: content + "# Zürich\n".encode("latin-1")),
    "utf-16": changed(lambda content: content.decode().encode("utf-16")),
    "byte order mark": changed(lambda content: b"\xef\xbb\xbf" + content),
    "windows": changed(lambda content: content.replace(b"\n", b"\r\n")),
    "old mac": changed(lambda content: content.replace(b"\n", b"\r")),
    "huge": changed(lambda content: content + b"\n# " + b"x" * 11_000_000),
    "curly": changed(lambda content: content.replace(b'"', "\u201c".encode())),
    "brace": changed(lambda content: content + b"\n{% if %}\n"),
    "name": changed(lambda content: content + b"\n{{ nobody }}\n"),
    "filter": changed(lambda content: content + b"\n{{ call.title|shout }}\n"),
    "test": changed(lambda content: content + b"\n{% if 1 is loud %}{% endif %}\n"),
    "include": changed(lambda content: content + b"\n{% if false %}{% include 'mail/_gone.md' %}{% endif %}\n"),
    "infinite": changed(lambda content: content + b'\n{{ "1e999"|float|int }}\n'),
    "division": changed(lambda content: content + b"\n{{ 1 // 0 }}\n"),
    "tag": changed(lambda content: content + b"\n{% frob %}\n"),
    "folder": replaced(lambda path: path.mkdir()),
    "gone": replaced(lambda path: None),
    "pipe": replaced(os.mkfifo),
    "ring": replaced(lambda path: path.symlink_to(path.name)),
    "link out": replaced(lambda path: path.symlink_to(path.parents[1] / "gone.txt")),
    "device": replaced(lambda path: path.symlink_to("/dev/zero")),
}
SENDS = ('"7 days"', '"soon"', "7", '"when pigs fly"', '""', '"99999999999999999999 days before"', '"7 days before at 25:00"')
CONDITIONS = ('"call."', '"call.tlak"', '"nobody"', '"1 / 0 > 0"', '"call.title|shout"', '""', "true", '"{% if %}"', '"call.talk or"', '"lambda: 1"')


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    (tmp_path / "folder").mkdir()
    return Stage(tmp_path / "folder", sandbox)


def agreed(stage: Stage, capsys: pytest.CaptureFixture[str]) -> bool:
    """Whether both find the folder in order; fails where they differ, or where a refusal left anything behind."""
    before = snapshot(stage.folder)
    asked = len(stage.sandbox.log())
    checked = main(stage.command("check")[2:])
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    assert checked in (0, 2), said.err
    assert (checked == 2) == bool(said.err)
    assert snapshot(stage.folder) == before
    applied = main(stage.command("apply", now=NOW)[2:])
    refused = capsys.readouterr()
    assert (applied == 2) == (checked == 2), said.err + refused.err
    if checked == 2:
        assert set(said.err.splitlines()) <= set(refused.err.splitlines())
        assert snapshot(stage.folder) == before
        assert len(stage.sandbox.log()) == asked
    return checked == 0


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.lstat().st_size, path.lstat().st_mtime_ns) for path in folder.rglob("*")}


@pytest.mark.parametrize("name", MUTATIONS)
def test_they_agree_on_every_kind_of_damage(stage: Stage, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """To one file of the folder, chosen by the name of the damage; and where that did no harm, to all the others too."""
    first, *others = random.Random(name).sample(FILES, len(FILES))
    MUTATIONS[name](stage.folder / first)
    if agreed(stage, capsys):
        for file in others:
            MUTATIONS[name](stage.folder / file)
        assert not agreed(stage, capsys) or name in ("byte order mark", "windows")


@pytest.mark.parametrize(("key", "value"), [*(("send", send) for send in SENDS), *(("if", condition) for condition in CONDITIONS)])
def test_they_agree_on_front_matter(stage: Stage, capsys: pytest.CaptureFixture[str], key: str, value: str) -> None:
    path = stage.templates / "mail" / "extra.md"
    lines = {"subject": '"x"', "send": '"1 day before"', key: value}
    path.write_text("+++\n" + "".join(f"{name} = {text}\n" for name, text in lines.items()) + "+++\nx\n", encoding="utf-8")
    assert not agreed(stage, capsys)


def test_a_sound_folder_is_checked_once_and_again_when_a_file_has_changed(stage: Stage, tmp_path: Path) -> None:
    """Whoever renders or checks writes down that it was started."""
    started = tmp_path / "started"
    program = tmp_path / "python" / "sitecustomize.py"
    program.parent.mkdir()
    program.write_text(
        f"import sys\nif 'automation.rendering.press_work' in ' '.join(sys.orig_argv): open({str(started)!r}, 'a').write('.')\n", encoding="utf-8"
    )

    def apply(now: Any) -> subprocess.CompletedProcess[str]:
        started.unlink(missing_ok=True)
        environment = {**os.environ, "PYTHONPATH": str(program.parent)}
        stage.sandbox.post("clock", {"now": now.isoformat()})
        return subprocess.run(stage.command("apply", now=now), env=environment, capture_output=True, text=True, cwd=stage.folder, check=False)

    def count() -> int:
        return len(started.read_text()) if started.exists() else 0

    assert apply(at(2026, 11, 5, 12)).returncode == 0
    assert count() == 1  # checked, and the event's text rendered, by one
    apply(at(2026, 11, 5, 12, 1))
    assert apply(at(2026, 11, 5, 12, 20)).returncode == 0
    assert count() == 0
    looked = apply(at(2026, 11, 5, 13, 30))
    assert (looked.returncode, count()) == (0, 0)
    reminder = stage.templates / "mail" / "reminder.md"
    text = reminder.read_text(encoding="utf-8")
    reminder.write_text(f"{text}\n{{{{ nobody }}}}\n", encoding="utf-8")
    for _ in range(2):
        broken = apply(at(2026, 11, 5, 14))
        assert (broken.returncode, count()) == (2, 1)
        assert "there is no nobody here" in broken.stderr
    reminder.write_text(text + "\nMore.\n", encoding="utf-8")
    assert (apply(at(2026, 11, 5, 14, 1)).returncode, count()) == (0, 1)
    assert (apply(at(2026, 11, 5, 15, 10)).returncode, count()) == (0, 0)
    with sqlite3.connect(stage.state) as ledger:
        assert ledger.execute("SELECT count(*) FROM meta WHERE name = 'sound'").fetchone() == (1,)
    ledger.close()


def test_examples_are_refused_wherever_something_would_go_out(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.edit('host = "host@example.org"', 'host = "replace-me@example.org"')
    assert not agreed(stage, capsys)


def test_names_that_nobody_has_are_refused_with_credentials_of_the_real_services(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.write_credentials({key: value for key, value in stage.sandbox.credentials.items() if key != "endpoints"})
    assert main(stage.command("check")[2:]) == 0
    assert capsys.readouterr().out.count("reserved for examples") == 3
    assert main(stage.command("apply", now=NOW)[2:]) == 2
    assert "community.organizers[0]: is at a name reserved for examples" in capsys.readouterr().err
    assert not stage.state.parent.exists()


def endless(path: Path) -> None:
    path.touch(0o600)
    os.truncate(path, 1 << 40)


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero"), endless])
@pytest.mark.parametrize("file", ["community.toml", "credentials.json", "templates/page/more.html"])
def test_nothing_waits_for_a_pipe_or_reads_what_has_no_end(stage: Stage, file: str, make: Callable[[Path], object]) -> None:
    (stage.folder / file).unlink(missing_ok=True)
    make(stage.folder / file)
    for command in ("check", "apply"):
        done = subprocess.run(stage.command(command, now=NOW), capture_output=True, text=True, cwd=stage.folder, check=False, timeout=60)
        assert done.returncode == 2
        assert str(stage.folder / file) in done.stderr
    assert not stage.state.parent.exists()


def test_a_worker_refuses_what_check_refuses(stage: Stage) -> None:
    (stage.templates / "notes.md").write_text("{{ nobody }}", encoding="utf-8")
    done = stage.run("worker", "--every", "1")
    assert (done.returncode, done.stdout) == (2, "")
    assert "notes.md: line 1: there is no nobody here" in done.stderr
    assert not stage.state.parent.exists()
