"""What README.md and its companions promise is what the program does: commands, options, files, links, names, JSON."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import UTC, date, datetime
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from automation.adapters.google.credentials import SCOPES
from automation.cli.commands.archive import archive
from automation.cli.main import COMMANDS
from automation.config.community import read_config
from automation.config.send_line import parse_send
from automation.domain.archive_entry import Entry
from automation.domain.keys import CallId
from automation.reconcile.report import Failure, Report
from automation.rendering import page_values
from automation.rendering.formats.archive_json import archive_json
from automation.rendering.time_words import ZoneTime
from automation.rendering.values import NAMES, CallValues, CommunityValues, LinkValues, TalkValues
from tests.end_to_end.stage import Stage

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
# A command of commands is one for each of them too.
ALL_COMMANDS = [*COMMANDS, *(f"archive {name}" for name in archive.commands)]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# What the program or its user makes, beside what git ignores: the page's files, what is known of past calls, and the OAuth client that people
# download.
MADE = {
    "archive.toml", "index.html", "calendar.ics", "feed.xml", "archive.json", "client_secret.json", "zoom-openapi-2018.json", "discord-openapi.json"
}  # fmt: skip


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def prose(text: str) -> str:
    """The text without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


def spans(text: str) -> list[str]:
    """Everything that stands in `backticks`."""
    return re.findall(r"`([^`\n]+)`", prose(text))


@cache
def options_of(command: str) -> frozenset[str]:
    """The options that `--help` of a command names; "" stands for run.py itself."""
    line = [sys.executable, "run.py", *command.split(), "--help"]
    shown = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return frozenset(re.findall(r"(?<![\w-])--[a-z][a-z-]*", shown.partition("Options:")[2]))


@pytest.fixture(scope="module", autouse=True)
def _asked_side_by_side() -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(options_of, ["", *ALL_COMMANDS]))


def command_lines() -> list[str]:
    """Every command line of Callkeeper in all pages, in blocks and in sentences."""
    found = []
    for page in PAGES:
        text = text_of(page)
        lines = [line for block in blocks(text, "[a-z]*") for line in block.splitlines()]
        found += [line[line.index("run.py ") :] for line in [*lines, *spans(text)] if "run.py " in line]
    return sorted(set(found))


def parts(line: str) -> tuple[list[str], str, list[str]]:
    """Options before the command, the command, options after it."""
    words = shlex.split(line.partition(">>")[0])[1:]
    at = next((index for index, word in enumerate(words) if word in COMMANDS), len(words))
    before, after = words[:at], words[at + 1 :]
    command = " ".join(words[at : at + 2]) if " ".join(words[at : at + 2]) in ALL_COMMANDS else words[at] if at < len(words) else ""
    return [w for w in before if w.startswith("--")], command, [w for w in after if w.startswith("--")]


def test_it_leads_with_the_two_commands_and_make_knows_them() -> None:
    first = README.index("```")
    assert README[first:].startswith("```sh\nmake demo\nmake test\n```")
    assert [line for line in README[:first].splitlines() if line] == ["# Callkeeper"]


def test_every_make_target_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    named = {word for page in PAGES for word in re.findall(r"(?:^|`)make ([a-z]+)", text_of(page), re.MULTILINE)}
    assert {"demo", "test", "lint", "chaos", "bench"} <= named
    assert named <= targets


def test_there_are_command_lines_to_look_at() -> None:
    assert len(command_lines()) > 20


@pytest.mark.parametrize("line", command_lines())
def test_every_command_line_is_one_that_the_program_understands(line: str) -> None:
    before, command, after = parts(line)
    assert set(before) <= options_of("")
    assert command or before, f"no command in {line}"
    if command:
        assert set(after) <= options_of(command)


@pytest.mark.parametrize("command", ALL_COMMANDS)
def test_every_command_is_in_the_table_with_all_its_options(command: str) -> None:
    row = next(line for line in README.splitlines() if line.startswith(f"| `python run.py {command}"))
    assert set(re.findall(r"--[a-z-]+", row)) == options_of(command) - {"--help"}


def test_options_beside_a_command_in_a_sentence_are_its_own() -> None:
    for span in [span for page in PAGES for span in spans(text_of(page))]:
        name, *rest = span.split()
        if name in COMMANDS and rest:
            whole = f"{name} {rest[0]}" if f"{name} {rest[0]}" in ALL_COMMANDS else name
            assert {word for word in rest if word.startswith("--")} <= options_of(whole), span


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives to headings: lower case, punctuation gone, blanks to dashes."""
    headings = re.findall(r"^#+ (.+)$", prose(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_links_inside_lead_somewhere(page: str) -> None:
    text = text_of(page)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(text)):
        if target.startswith("#"):
            assert target[1:] in anchors(text), target
        elif "://" not in target:
            assert (ROOT / target).exists(), target


def test_no_two_headings_share_an_anchor() -> None:
    headings = re.findall(r"^#+ (.+)$", prose(README), re.MULTILINE)
    assert len(anchors(README)) == len(headings)


@pytest.mark.parametrize("page", PAGES)
def test_every_file_named_exists(page: str) -> None:
    ignored = text_of(".gitignore").split()
    for span in spans(text_of(page)):
        if not re.fullmatch(r"[\w./-]+\.(py|toml|md|json|html|txt|ics|xml|sqlite3)|\w[\w.-]*(/[\w.-]+)*/", span):
            continue
        made = span in MADE or any(fnmatch(f"{span}", f"{pattern}*") for pattern in ignored)
        template = "NAME" in span or "KIND" in span
        inside = any((ROOT / folder / span).exists() for folder in ("", "templates"))
        assert made or template or inside, f"{page} names {span}"


def test_folders_of_tests_are_all_in_the_table() -> None:
    there = {f"tests/{path.name}" for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name not in ("__pycache__", "ical")}
    assert there == set(re.findall(r"^\| `(tests/\w+)`", text_of("CONTRIBUTING.md"), re.MULTILINE))


def test_the_cron_line_is_one_that_cron_reads() -> None:
    [line] = blocks(README, "cron")
    *times, command = line.strip().split(maxsplit=5)
    for text, (low, high) in zip(times, ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7)), strict=True):
        for each in text.split(","):
            span, _, step = each.partition("/")
            numbers = [] if span == "*" else [int(number) for number in span.split("-")]
            assert all(low <= number <= high for number in numbers), text
            assert not step or 1 <= int(step) <= high, text
    assert "%" not in command, "cron would make a line end of it"
    change, _, run = command.partition(" && ")
    assert change.startswith("cd /")
    assert run.startswith(".venv/bin/python run.py apply ")


def test_the_unit_runs_the_worker_as_the_program_knows_it() -> None:
    [unit] = blocks(README, "ini")
    values = dict(re.findall(r"^(\w+)=(.+)$", unit, re.MULTILINE))
    assert values["ExecStart"] == f"{values['WorkingDirectory']}/.venv/bin/python run.py worker"
    assert set(re.findall(r"^\[(\w+)\]$", unit, re.MULTILINE)) == {"Unit", "Service", "Install"}


def test_every_name_of_a_template_is_in_the_tables() -> None:
    told = prose(README)
    for name, kind in {"call": CallValues, "call.talk": TalkValues, "links": LinkValues, "community": CommunityValues, "time": ZoneTime}.items():
        missing = [f"{name}.{each.name}" for each in fields(kind) if f"`{name}.{each.name}" not in told]
        assert missing == []
    told_by_their_fields = {"call", "links", "community"}
    assert [name for name in NAMES if name not in told_by_their_fields and f"| `{name}`" not in README] == []


def test_every_name_of_a_page_is_in_the_tables() -> None:
    told = README.partition("### Names in page templates")[2].partition("\n## ")[0]
    kinds = {"row": page_values.PastCall, "year": page_values.Year, "community": page_values.PageCommunity, "links": page_values.PageLinks}
    for name, kind in kinds.items():
        assert [f"{name}.{each.name}" for each in fields(kind) if f"`{name}.{each.name}`" not in told] == []
    own = {each.name for each in fields(page_values.Listed)} - {each.name for each in fields(CallValues)}
    assert {f"`{name}`" for name in own} <= set(re.findall(r"`\w+`", told))
    assert {name for name in page_values.NAMES if f"`{name}`" not in told} == {"community", "links"}, "these two are told by their fields"


def test_the_sample_template_and_the_send_lines_are_understood() -> None:
    sample = next(block for block in blocks(README, "text") if block.startswith("+++"))
    assert parse_send(re.findall(r'send = "(.+)"', sample)[0])
    lines = [span for span in spans(README) if re.match(r"(N (days|hours|minutes) before|when )", span)]
    assert len(lines) >= 8
    for line in lines:
        assert parse_send(line.replace("N ", "3 ").replace("HH:MM", "09:00"))


def test_the_rules_in_plain_english_are_understood(tmp_path: Path) -> None:
    shipped = text_of("community.toml")
    sample = next(block for block in blocks(README, "text") if block.startswith("second Tuesday"))
    for rule in sample.splitlines():
        path = tmp_path / "community.toml"
        path.write_text(shipped.replace('every = "second Tuesday of the month"', f'every = "{rule}"', 1), encoding="utf-8")
        assert read_config(path).series[0].rules[0].every == rule


def test_every_permission_is_named() -> None:
    table = README.partition("### 3. Google")[2].partition("### 4. Zoom")[0]
    named = set(re.findall(r"^\| `([a-z.]+)` \|", table, re.MULTILINE))
    assert named == {scope.rpartition("/auth/")[2] for scope in SCOPES}


def test_zooms_permissions_are_those_that_the_program_asks_for() -> None:
    told = next(block for block in blocks(README, "text") if block.startswith("meeting:")).split()
    asked = set(re.findall(r"[a-z_]+:[a-z]+:[a-z_]+:admin", text_of("automation/adapters/zoom/wire.py")))
    assert set(told) == asked


def test_every_key_of_the_shipped_config_is_in_the_tour() -> None:
    tour = README.partition("## community.toml")[2].partition("\n## ")[0]
    section = ""
    for line in text_of("community.toml").splitlines():
        plain = re.sub(r"^\s*# (?=\[|(?:[a-z_]+) = )", "", line).strip()
        if found := re.match(r"(\[+[a-z.]+\]+)", plain):
            section = found[1]
        elif found := re.match(r"([a-z_]+) = ", plain):
            row = next(row for row in tour.splitlines() if row.startswith(f"| `{section}`"))
            assert f"`{found[1]}" in row, f"{section} {found[1]}"


def documented(heading: str) -> Any:
    """The sample under a heading of the JSON chapter."""
    return json.loads(blocks(README.partition(f"### {heading}\n")[2], "json")[0])


def assert_same_keys(told: Any, real: Any, where: str = "") -> None:
    """The same keys at every level; lists are compared by their first items where both have one."""
    if isinstance(told, dict):
        assert isinstance(real, dict), where
        assert list(told) == list(real), where
        for key, value in told.items():
            assert_same_keys(value, real[key], f"{where}.{key}")
    elif isinstance(told, list):
        assert isinstance(real, list), where
        if told and real:
            assert_same_keys(told[0], real[0], f"{where}[0]")


def test_the_json_of_real_runs_is_as_documented(tmp_path: Path, sandbox: Any) -> None:
    stage, now = Stage(tmp_path, sandbox), datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
    plan = stage.run("plan", "--json", now=now)
    assert_same_keys(documented("plan --json"), json.loads(plan.stdout))
    apply = json.loads(stage.run("apply", "--json", now=now).stdout)
    assert apply["done"]
    assert_same_keys(documented("apply --json"), apply)
    assert_same_keys(documented("apply --json"), json.loads(stage.run("apply", "--json", now=now).stdout))
    assert_same_keys(documented("status --json"), json.loads(stage.run("status", "--json", now=now).stdout))
    for name in ("2025-03-11.mp4", "Untitled.mp4"):
        sandbox.people("drive", "put", name=name)
    assert_same_keys(documented("archive import --json"), json.loads(stage.run("archive", "import", "--json", now=now).stdout))
    stage.edit('every = "second Tuesday of the month"', 'every = "second Monday of the month"')
    refused = json.loads(stage.run("plan", "--json", now=now).stdout)
    assert refused["refused"]
    assert_same_keys(documented("plan --json"), refused)


def test_the_json_of_failures_and_of_the_archive_is_as_documented() -> None:
    now = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
    report = Report(now, done=["a"], skipped={"b": "late"}, failed={"c": Failure("c", "down", now)}, in_doubt=["d"], refused=["e"])
    assert_same_keys(documented("apply --json"), report.as_json())
    entry = Entry(CallId("floss-mentoring", "monthly-call", date(2026, 12, 8)), date(2026, 12, 8), now, "Title")
    assert_same_keys(documented("archive.json"), json.loads(archive_json(read_config(ROOT / "community.toml"), [entry])))


def mapped() -> set[str]:
    """The names in the map of the package: one or two blanks apart, then three or more, then what they are for."""
    lines = [line for line in text_of("automation/__init__.py").splitlines() if line.startswith("    ")]
    return {name for line in lines for name in re.split(r" {3,}", line.strip())[0].split("  ") if re.fullmatch(r"[a-z_]+/?", name)}


def test_the_map_of_the_package_names_every_file_and_folder_and_no_other() -> None:
    files = {path.stem for path in (ROOT / "automation").glob("*.py")} - {"__init__"}
    folders = {f"{path.parent.name}/" for path in (ROOT / "automation").glob("*/__init__.py")}
    assert mapped() == files | folders


def test_the_version_is_the_same_everywhere() -> None:
    version = re.findall(r'^version = "(.+)"$', text_of("pyproject.toml"), re.MULTILINE)[0]
    assert f"## [{version}]" in text_of("CHANGELOG.md")
    shown = subprocess.run([sys.executable, "run.py", "--version"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert version in shown
