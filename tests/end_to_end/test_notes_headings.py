"""A section that people began under a heading of their own is the call's; none is written beside it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.end_to_end.stage import Stage

NOW = datetime(2026, 12, 2, 12, tzinfo=ZoneInfo("America/Los_Angeles"))
OURS = "1oE7cOALIYvPrf374id5WX141EvoCCruWkGDJalJzhlo"
NOTES = "floss-mentoring/monthly-call/2026-12-08/notes"


def headings(stage: Stage, *found: str) -> list[str]:
    """What the document's headings are after a tick, with these in it before."""
    made = [{"text": text, "style": "HEADING_2"} for text in found]
    tab = {"id": "t.0", "title": "Notes", "lines": [{"text": "Ours", "style": "HEADING_1"}, *made]}
    stage.sandbox.people("docs", "create", document="ours", tabs=[tab])
    stage.edit(OURS, "ours")
    stage.edit("horizon_days = 92", "horizon_days = 20")
    report = stage.tick(NOW)
    assert NOTES in report.done, report
    paragraphs = stage.state_of("docs")["ours"]["tabs"]["t.0"]["paragraphs"]
    return [each["text"] for each in paragraphs if each["style"] in ("HEADING_1", "HEADING_2")]


@pytest.mark.parametrize(
    "heading",
    ["December 8, 2026", "Tue Dec 8, 2026", "8 Dec 2026", "2026/12/08 Notes", "8. December 2026", "Tuesday 8 December 2026",
     "2026-12-08: hats", "8.12.2026"],
)  # fmt: skip
def test_a_heading_as_people_write_it_is_the_calls(tmp_path: Path, sandbox: Any, heading: str) -> None:
    assert headings(Stage(tmp_path, sandbox), heading) == ["Ours", heading]


def test_numbers_alone_are_the_calls_where_other_headings_settle_the_order(tmp_path: Path, sandbox: Any) -> None:
    assert headings(Stage(tmp_path, sandbox), "12/08/2026", "10/13/2026") == ["Ours", "12/08/2026", "10/13/2026"]


def test_numbers_that_may_mean_another_day_are_not(tmp_path: Path, sandbox: Any) -> None:
    assert headings(Stage(tmp_path, sandbox), "12/08/2026", "13/10/2026") == [
        "Ours", "2026-12-08 · FLOSS-Mentoring monthly call", "12/08/2026", "13/10/2026",
    ]  # fmt: skip


def test_the_heading_follows_the_template(tmp_path: Path, sandbox: Any) -> None:
    stage = Stage(tmp_path, sandbox)
    template = stage.templates / "notes.md"
    template.write_text(template.read_text().replace("## {{ call.date }} · {{ call.title }}", "## {{ call.day }}: our call"))
    assert headings(stage) == ["Ours", "Tuesday 8 December 2026: our call"]
