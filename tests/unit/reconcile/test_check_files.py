"""Config, credentials and templates together: no file hides another's mistakes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from automation.config.load import read_all
from automation.domain.errors import ProblemsError
from automation.reconcile.check_files import check
from automation.rendering.press import Press

ROOT = Path(__file__).parents[3]
CREDENTIALS = {
    "google": {"client_id": "c", "client_secret": "s", "refresh_token": "r"},
    "zoom": {"account_id": "a", "client_id": "b", "client_secret": "c"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What an organizer has: the shipped config and templates, and credentials."""
    shutil.copy(ROOT / "community.toml", tmp_path)
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    write_credentials(tmp_path, CREDENTIALS)
    return tmp_path


def write_credentials(folder: Path, content: object) -> None:
    file = folder / "credentials.json"
    file.write_text(json.dumps(content))
    file.chmod(0o600)


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def places(folder: Path, *, need_credentials: bool = False) -> list[tuple[str, str]]:
    with Press() as press:
        found = check(folder / "community.toml", folder / "credentials.json", folder / "templates", press, need_credentials=need_credentials)
    assert all(len(str(problem).splitlines()) == 1 for problem in found)
    return [(problem.file.removeprefix(f"{folder}/"), problem.place) for problem in found]


def test_the_shipped_files_have_no_problems(folder: Path) -> None:
    assert places(folder, need_credentials=True) == []
    files = read_all(folder / "community.toml", folder / "credentials.json", folder / "templates", need_credentials=True)
    assert (files.config.uid, files.credentials is not None, len(files.templates.mails)) == ("floss-mentoring", True, 7)


def test_credentials_are_asked_for_only_where_they_are_needed(folder: Path) -> None:
    (folder / "credentials.json").unlink()
    assert places(folder) == []
    assert places(folder, need_credentials=True) == [("credentials.json", "")]
    assert read_all(folder / "community.toml", None, folder / "templates").credentials is None
    with pytest.raises(ProblemsError, match=r"credentials\.json"):
        read_all(folder / "community.toml", None, folder / "templates", need_credentials=True)


def test_credentials_that_are_there_are_checked_even_where_they_are_not_needed(folder: Path) -> None:
    write_credentials(folder, {"google": CREDENTIALS["google"]})
    assert places(folder) == [("credentials.json", "zoom")]


def test_problems_of_all_files_come_at_once(folder: Path) -> None:
    replace(folder / "community.toml", "\nminutes = 60", "\nminutes = 0")
    write_credentials(folder, {"zoom": CREDENTIALS["zoom"]})
    replace(folder / "templates/mail/reminder.md", "send", "sned")
    replace(folder / "templates/mail/recap.md", "call.title", "call.titel")
    found = places(folder)
    assert found[:2] == [("community.toml", "series[0].minutes"), ("credentials.json", "google")]
    assert [file for file, _ in found[2:]] == ["templates/mail/reminder.md"] * 2 + ["templates/mail/recap.md"]


def test_a_syntax_error_hides_only_its_own_file(folder: Path) -> None:
    replace(folder / "community.toml", "\nminutes = 60", "\nminutes = ")
    (folder / "credentials.json").write_text('{"zoom": {},\n"google" {}}')
    replace(folder / "templates/mail/recap.md", "subject", "subject subject")
    replace(folder / "templates/mail/reminder.md", "call.title", "call.titel")
    lines = (folder / "community.toml").read_text(encoding="utf-8").splitlines()
    broken = next(number for number, line in enumerate(lines, start=1) if line.startswith("minutes = "))
    found = places(folder)
    assert found[:2] == [("community.toml", f"line {broken}"), ("credentials.json", "line 2")]
    assert found[2] == ("templates/mail/recap.md", "line 2")
    assert [file for file, _ in found[3:]] == ["templates/mail/reminder.md"]


def test_one_template_can_have_problems_in_both_its_parts(folder: Path) -> None:
    (folder / "templates/mail/extra.md").write_text('+++\nsubject = "x"\nsend = "soon"\n+++\nHello {{ nobody }}\n\n{% if %}\n')
    front = 'subject = "{{ nobody }}"\nsend = "soon"\nif = "nobody"'
    (folder / "templates/mail/other.md").write_text(f"+++\n{front}\n+++\nHello {{{{ nobody }}}}\n")
    found = places(folder)
    assert {("templates/mail/extra.md", "line 3"), ("templates/mail/extra.md", "line 7")} <= set(found)
    assert len([file for file, _ in found if file == "templates/mail/other.md"]) == 4


def test_a_template_that_is_missing_is_said_once(folder: Path) -> None:
    (folder / "templates/event.md").unlink()
    assert places(folder) == [("templates/event.md", "")]


def test_a_folder_without_templates_hides_nothing_else(folder: Path) -> None:
    shutil.rmtree(folder / "templates")
    replace(folder / "community.toml", "\nminutes = 60", "\nminutes = 0")
    assert places(folder) == [("community.toml", "series[0].minutes"), ("templates", "")]


def test_reading_on_every_tick_imports_nothing_heavy(folder: Path) -> None:
    program = (
        "import sys; from automation.config.load import read_all; "
        "read_all(sys.argv[1], sys.argv[2], sys.argv[3]); print(*sorted(name.partition('.')[0] for name in sys.modules))"
    )
    names = [str(folder / name) for name in ("community.toml", "credentials.json", "templates")]
    run = subprocess.run([sys.executable, "-c", program, *names], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert "automation" in loaded
    heavy = {"jinja2", "dateutil", "icalendar", "google", "googleapiclient", "requests", "markdown_it", "css_inline", "rich"}
    assert not loaded & heavy
