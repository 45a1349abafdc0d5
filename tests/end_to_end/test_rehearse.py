"""A rehearsal of three months over the real sandbox: what members would have got, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from automation.config.community import read_config
from automation.config.template_folder import read_templates
from automation.rehearsal.mails import Mail, mails
from automation.rehearsal.overlay import read_stages
from automation.rehearsal.run import rehearse
from automation.rehearsal.story import Story

ROOT = Path(__file__).resolve().parents[2]
ZONE = ZoneInfo("America/Los_Angeles")
SERIES = "floss-mentoring/monthly-call"
OVERLAY = """
[community]
made_up = true
[[series]]
[[series.talk]]
date = 2026-11-10
speaker = "Ada [b]Lovelace[/b]"
title = "Engines & <i>looms</i>"
[[series.change]]
date = 2026-10-13
cancel = true
reason = "No power"
appears = 2026-10-08
[[series.change]]
date = 2026-12-08
move_to = 2026-12-10T09:30:00
reason = "A holiday"
appears = 2026-12-03
"""


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("rehearsal")
    overlay = folder / "overlay.toml"
    overlay.write_text(OVERLAY, encoding="utf-8")
    config = ROOT / "community.toml"
    stages = read_stages(read_config(config), config, overlay)
    since, until = datetime(2026, 10, 1, tzinfo=ZONE), datetime(2027, 1, 1, tzinfo=ZONE)
    return rehearse(stages, read_templates(ROOT / "templates"), since=since, until=until, directory=folder, progress=lambda now: None)


def test_nothing_goes_wrong(story: Story) -> None:
    assert story.troubles == ()
    assert story.problems == ()
    assert story.went_well


def test_each_call_has_one_meeting_and_one_event_at_its_time(story: Story) -> None:
    meetings = [one for one in story.world["zoom"]["meetings"] if not one["deleted"]]
    assert Counter(one["agenda"].strip().split()[-1].rpartition("/")[2] for one in meetings).most_common(1)[0][1] == 1
    starts = {"2026-11-10": "2026-11-10T19:00:00+00:00", "2026-12-08": "2026-12-10T17:30:00+00:00"}
    events = {
        event["extendedProperties"]["private"]["callkeeper"].rpartition("/")[2]: event
        for event in story.world["calendar"]["events"]
        if event["status"] != "cancelled"
    }
    assert len(events) == len([event for event in story.world["calendar"]["events"] if event["status"] != "cancelled"])
    for day, start in starts.items():
        assert datetime.fromisoformat(events[day]["start"]["dateTime"]) == datetime.fromisoformat(start)
        [meeting] = [one for one in meetings if f"{SERIES}/{day}" in one["agenda"]]
        assert datetime.fromisoformat(meeting["start_time"]) == datetime.fromisoformat(start)
        assert meeting["join_url"] in events[day]["location"]
    assert "2026-10-13" not in events


def to_group(story: Story, day: str) -> dict[str, Mail]:
    """Step -> the mail to the Group about one call; two mails of one step fail."""
    found = [mail for mail in mails(story.world) if mail.key.startswith(f"{SERIES}/{day}/")]
    assert all(mail.to == "floss-mentoring@googlegroups.com" for mail in found)
    steps = [mail.key.rpartition("/")[2] for mail in found]
    assert len(steps) == len(set(steps))
    return dict(zip(steps, found, strict=True))


def test_a_call_gets_each_mail_once_with_the_hours_of_that_date(story: Story) -> None:
    sent = to_group(story, "2026-11-10")
    assert list(sent) == ["mail:announcement", "mail:reminder", "mail:starting-soon", "mail:recap"]
    announced = sent["mail:announcement"]
    assert announced.at == datetime(2026, 11, 3, 9, tzinfo=ZONE)
    for hour in ("11:00 PST", "14:00 EST", "19:00 UTC"):
        assert hour in announced.text
        assert hour in announced.html
    assert "Engines" in announced.text
    assert "<i>looms" not in announced.html
    recap = sent["mail:recap"]
    assert recap.at > datetime(2026, 11, 10, 12, tzinfo=ZONE)
    assert "drive.google.com" in recap.text


def test_a_call_moved_after_its_announcement_is_told_and_reminded_of_for_the_new_day(story: Story) -> None:
    sent = to_group(story, "2026-12-08")
    assert list(sent) == ["mail:announcement", "mail:moved@1", "mail:reminder", "mail:starting-soon", "mail:recap"]
    assert "A holiday" in sent["mail:moved@1"].text
    assert "17:30 UTC" in sent["mail:moved@1"].text
    assert sent["mail:reminder"].at == datetime(2026, 12, 9, 9, 30, tzinfo=ZONE)


def test_of_a_call_cancelled_after_its_announcement_members_hear_once_more(story: Story) -> None:
    assert list(to_group(story, "2026-10-13")) == ["mail:announcement", "mail:cancelled@1"]
    assert all(one["deleted"] for one in story.world["zoom"]["meetings"] if f"{SERIES}/2026-10-13" in one["agenda"])


def test_no_draft_is_left_and_nobody_else_gets_mail(story: Story) -> None:
    assert story.world["gmail"]["drafts"] == []
    assert {mail.to for mail in mails(story.world)} == {"floss-mentoring@googlegroups.com"}


def test_each_call_has_one_section_and_what_people_wrote_stays(story: Story) -> None:
    [document] = story.world["docs"].values()
    paragraphs = [paragraph for tab in document["tabs"].values() for paragraph in tab["paragraphs"]]
    headings = [one["text"][:10] for one in paragraphs if one["style"] == "HEADING_2"]
    assert sorted(headings) == sorted(set(headings))
    assert "2026-11-10" in headings
    texts = [one["text"] for one in paragraphs]
    assert sum(text.startswith("Here: ") for text in texts) == 2
    assert "How to find a first issue: labels help, people help more." in texts


def test_the_recording_of_each_call_held_is_filed_once(story: Story) -> None:
    files = [file for file in story.world["drive"]["files"] if file.get("appProperties", {}).get("callkeeper")]
    assert sorted(file["appProperties"]["callkeeper"] for file in files) == [f"{SERIES}/2026-11-10", f"{SERIES}/2026-12-08"]


def test_the_public_page_is_written_beside_the_report(story: Story) -> None:
    archive = json.loads(Path(story.files.config.page.directory, "archive.json").read_text(encoding="utf-8"))
    assert [(call["recurrence_id"], call["date"]) for call in archive["calls"]] == [("2026-12-08", "2026-12-10"), ("2026-11-10", "2026-11-10")]
    assert all(call["recording"] and call["notes"] for call in archive["calls"])


def run(folder: Path, *arguments: str, config: str | None = None) -> subprocess.CompletedProcess[str]:
    """`python run.py ... rehearse ...` in a folder with the shipped configuration, or with another one."""
    (folder / "community.toml").write_text(config or (ROOT / "community.toml").read_text(encoding="utf-8"), encoding="utf-8")
    command = [sys.executable, str(ROOT / "run.py"), "--templates", str(ROOT / "templates"), "rehearse", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def test_the_command_writes_the_report_and_touches_nothing_else(tmp_path: Path) -> None:
    result = run(tmp_path, "--from", "2026-11-05", "--months", "1")
    assert result.returncode == 0, result.stderr
    assert result.stdout.rstrip().endswith(str(tmp_path / "rehearsal" / "index.html"))
    assert "Mails to the Group: 5 by Callkeeper; 3 by Google about the calendar entries." in result.stdout
    assert "Mail to the Group: Reminder: FLOSS-Mentoring monthly call" in " ".join(result.stdout.split())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["community.toml", "rehearsal"]
    assert sorted(path.name for path in (tmp_path / "rehearsal").iterdir()) == ["index.html", "public"]


def test_a_second_rehearsal_knows_nothing_of_the_first(tmp_path: Path) -> None:
    config = ROOT / "community.toml"
    stages, templates = read_stages(read_config(config), config, None), read_templates(ROOT / "templates")
    since, until = datetime(2026, 11, 1, tzinfo=ZONE), datetime(2026, 11, 12, tzinfo=ZONE)
    first, second = (rehearse(stages, templates, since=since, until=until, directory=tmp_path, progress=lambda now: None) for _ in range(2))
    assert (tmp_path / "public" / "archive.json").exists()
    assert second.happenings == first.happenings


def test_what_went_wrong_is_listed_and_the_exit_code_is_1(tmp_path: Path) -> None:
    shipped = (ROOT / "community.toml").read_text(encoding="utf-8")
    strict = shipped.replace("group_mails_per_day = 3", "group_mails_per_day = 1")
    result = run(tmp_path, "--from", "2026-11-09", "--months", "1", config=strict)
    assert result.returncode == 1
    assert "went wrong: " in result.stderr
    assert "group_mails_per_day = 1" in result.stderr
    assert "group_mails_per_day = 1" in (tmp_path / "rehearsal" / "index.html").read_text(encoding="utf-8")


def test_a_page_that_no_rehearsal_wrote_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "rehearsal").mkdir()
    (tmp_path / "rehearsal" / "index.html").write_text("mine", encoding="utf-8")
    result = run(tmp_path)
    assert (result.returncode, (tmp_path / "rehearsal" / "index.html").read_text(encoding="utf-8")) == (2, "mine")
    assert "was not written by a rehearsal" in result.stderr


def test_the_real_page_is_not_written_over(tmp_path: Path) -> None:
    result = run(tmp_path, "--directory", ".")
    assert result.returncode == 2
    assert "is the real page's folder" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["community.toml"]
