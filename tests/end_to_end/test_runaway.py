"""A template that is sound on every sample and runs away on a real call: that step fails, everything else goes on."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.month import at
from tests.end_to_end.stage import Stage, text_of

NOW = at(2026, 12, 2, 9)
LONG = '{% if call.date == "2026-12-08" %}\n{{ 1|round(20000000, "ceil") }}\n{% endif %}'
CALL = "floss-mentoring/monthly-call/2026-12-08"


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    return Stage(tmp_path, sandbox)


def write(stage: Stage, name: str, body: str, condition: str = "") -> None:
    front = f"+++\nsubject = \"Own\"\nsend = \"7 days before at 09:00\"\n{condition}+++\n"
    (stage.templates / "mail" / f"{name}.md").write_text(f"{front}{body}\n", encoding="utf-8")


def before(stage: Stage) -> datetime:
    start = at(2026, 11, 25, 12)
    assert stage.run("apply", now=start).returncode == 0
    return start


def test_the_step_fails_with_file_and_line_and_all_others_go_on(stage: Stage) -> None:
    write(stage, "body", LONG)
    write(stage, "condition", "x", "if = 'call.date != \"2026-12-08\" or 1|round(20000000, \"ceil\") > 5'\n")
    before(stage)
    done = stage.run("apply", now=NOW)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    body, condition = stage.templates / "mail" / "body.md", stage.templates / "mail" / "condition.md"
    assert f"failed    {CALL}/mail:body: {body}: line 6: takes too long to render" in done.stdout
    assert f"failed    {CALL}/mail:condition: {condition}: line 4: takes too long to render" in done.stdout
    assert "2026-12-08/mail:announcement" in stage.group_mails()
    assert stage.posts()
    assert (stage.folder / "public" / "index.html").exists()
    told = [text_of(mail) for mail in stage.mails() if mail["To"] == "organizer@example.org"]
    assert len(told) == 1
    assert "body.md: line 6" in told[0].replace("\n", " ")
    again = stage.run("apply", now=at(2026, 12, 2, 9, 5))
    assert again.returncode == 3
    assert stage.repeated() == {}


def test_the_page_may_run_away_too(stage: Stage) -> None:
    page = stage.templates / "page" / "index.html"
    lines = page.read_text(encoding="utf-8").count("\n")
    with page.open("a", encoding="utf-8") as file:
        file.write('{% for row in upcoming %}{% if row.date == "2027-01-12" %}{{ 1|round(200000000, "ceil") }}{% endif %}{% endfor %}\n')
    done = stage.run("apply", now=NOW)
    assert done.returncode == 3
    assert f"{page}: line {lines + 1}: takes too long" in done.stdout
    assert stage.group_mails()
