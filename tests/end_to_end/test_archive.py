"""`archive import` and `archive list`: what earlier calls left behind, from the folder and the notes document into archive.toml, page and feeds."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.stage import Stage

DOCUMENT = "1aNotesOfTheFirstYearsOfThisCommunityxxxxxxx"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    stage = Stage(tmp_path, sandbox)
    sandbox.post("clock", {"now": NOW.isoformat()})
    for name, created in (
        ("FLOSS Mentoring 3-11-25.mp4", "2025-03-12T20:00:00Z"), ("March call – Emily on mentoring", "2024-03-14T20:00:00Z"),
        ("GMT20250513-180512_Recording_1920x1080.mp4", "2025-05-13T22:00:00Z"), ("May 13, 2025 part 2.mp4", "2025-05-13T22:00:00Z"),
        ("Untitled.mp4", "2025-06-01T20:00:00Z"),
    ):  # fmt: skip
        sandbox.people("drive", "put", name=name, createdTime=created)
    tabs = [
        {"id": "t.0", "title": "Notes", "lines": [heading("Tue Mar 11, 2025"), "Ten of us."]},
        {"id": "t.1", "title": "Spring", "lines": [heading("2025/04/08 Notes"), "Few of us.", heading("Action items"), "None."]},
    ]
    sandbox.people("docs", "create", document=DOCUMENT, tabs=tabs)
    stage.edit("1oE7cOALIYvPrf374id5WX141EvoCCruWkGDJalJzhlo", DOCUMENT)
    return stage


def heading(text: str) -> dict[str, str]:
    return {"text": text, "style": "HEADING_2"}


def done(stage: Stage, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    found = stage.run("archive", *words, now=NOW)
    assert found.returncode == code, found.stderr
    return found


def file(stage: Stage) -> Path:
    return stage.folder / "archive.toml"


def calls(stage: Stage) -> list[dict[str, Any]]:
    return list(tomllib.loads(file(stage).read_text(encoding="utf-8"))["call"])


def test_json_alone_proposes_and_writes_nothing(stage: Stage) -> None:
    found = json.loads(done(stage, "import", "--json").stdout)
    told = {match["name"]: (match["source"], match["recurrence_id"], match["speaker"]) for match in found["matches"]}
    assert told["March call – Emily on mentoring"] == ("drive", "2024-03-12", "Emily")
    assert told["FLOSS Mentoring 3-11-25.mp4"] == ("drive", "2025-03-11", None)
    assert told["2025/04/08 Notes"] == ("notes", "2025-04-08", None)
    assert all(match["series"] == "monthly-call" and 0 < match["confidence"] <= 1 and match["reason"] for match in found["matches"])
    assert {each["name"] for each in found["unmatched"]} >= {"Untitled.mp4", "Action items"}
    assert all(each["reason"] for each in found["unmatched"])
    assert not file(stage).exists()


def test_without_a_terminal_it_asks_nobody_and_writes_nothing(stage: Stage) -> None:
    found = done(stage, "import", code=2)
    assert "2025-03-11" in found.stdout
    assert "--yes" in found.stderr
    assert not file(stage).exists()


@pytest.mark.parametrize("answer", ["y", "n"])
def test_on_a_terminal_it_asks_first(stage: Stage, answer: str) -> None:
    master, slave = pty.openpty()
    with subprocess.Popen(stage.command("archive", "import", now=NOW), stdin=slave, stdout=subprocess.PIPE, text=True, cwd=stage.folder) as running:
        os.write(master, f"{answer}\n".encode())
        assert "Write 4 calls into" in running.communicate()[0]
    assert (running.returncode, file(stage).exists()) == ((0, True) if answer == "y" else (2, False))


def test_what_is_written_is_in_order_and_a_second_run_proposes_nothing(stage: Stage) -> None:
    before = {service: stage.state_of(service) for service in ("drive", "docs")}
    done(stage, "import", "--yes")
    assert [call["date"] for call in calls(stage)] == [date(2024, 3, 12), date(2025, 3, 11), date(2025, 4, 8), date(2025, 5, 13)]
    [emily, march, april, may] = calls(stage)
    assert (emily["speaker"], emily["title"]) == ("Emily", "FLOSS-Mentoring monthly call")
    assert march["notes"].startswith("https://docs.google.com/document/d/")
    assert "recording" not in april
    assert len(may["recording"]) == 2
    written = file(stage).read_bytes()
    again = json.loads(done(stage, "import", "--json", "--yes").stdout)
    assert again["matches"] == []
    assert {"Untitled.mp4", "Action items"} <= {each["name"] for each in again["unmatched"]}
    assert "nothing new" in done(stage, "import").stdout
    assert file(stage).read_bytes() == written
    assert {service: stage.state_of(service) for service in ("drive", "docs")} == before


def test_a_persons_line_and_remarks_stay_and_what_is_missing_is_added(stage: Stage) -> None:
    own = '# ours\n\n# the first one\n[[call]]\nseries = "monthly-call"\ndate = 2025-03-11 # a Tuesday\ntitle = "How we began"\n'
    own += 'recording = "https://video.example.net/w/1"\n# behind it\n\n# December\n[[call]]\nseries = "monthly-call"\ndate = 2025-12-09\n'
    file(stage).write_text(own, encoding="utf-8")
    found = json.loads(done(stage, "import", "--json", "--yes").stdout)
    assert {match["name"] for match in found["matches"]} >= {"Tue Mar 11, 2025", "2025/04/08 Notes"}
    assert "already" in next(each["reason"] for each in found["unmatched"] if each["name"] == "FLOSS Mentoring 3-11-25.mp4")
    text = file(stage).read_text(encoding="utf-8")
    assert [line for line in own.splitlines() if line not in text.splitlines()] == []
    assert text.index("date = 2025-05-13") < text.index("# December")
    march = calls(stage)[1]
    assert (march["title"], march["recording"]) == ("How we began", "https://video.example.net/w/1")
    assert march["notes"].startswith("https://docs.google.com/document/d/")


def test_page_feeds_and_list_show_it_after_the_next_tick(stage: Stage) -> None:
    stage.tick(NOW)
    assert stage.archive() == []
    done(stage, "import", "--yes")
    stage.tick(NOW)
    told = stage.archive()
    assert [call["recurrence_id"] for call in told] == ["2025-05-13", "2025-04-08", "2025-03-11", "2024-03-12"]
    assert len(told[0]["recordings"]) == 2
    assert told[3]["speaker"] == "Emily"
    assert told[3]["start"] == "2024-03-12T11:00:00-07:00"
    assert told[3]["recording"] in (stage.folder / "public" / "index.html").read_text(encoding="utf-8")
    assert told[2]["notes"] in (stage.folder / "public" / "feed.xml").read_text(encoding="utf-8").replace("&amp;", "&")
    assert json.loads(done(stage, "list", "--json").stdout)["calls"] == told
    assert "Emily" in done(stage, "list").stdout


def test_without_consent_there_are_only_notes(stage: Stage) -> None:
    done(stage, "import", "--yes")
    text = file(stage).read_text(encoding="utf-8")
    file(stage).write_text(text.replace("date = 2025-03-11\n", 'date = 2025-03-11\nconsent = "never"\n'), encoding="utf-8")
    march = next(call for call in json.loads(done(stage, "list", "--json").stdout)["calls"] if call["recurrence_id"] == "2025-03-11")
    assert (march["recording"], march["notes"] is not None) == (None, True)


def test_mistakes_are_told_with_line_and_remedy_and_apply_refuses(stage: Stage) -> None:
    file(stage).write_text(
        '[[call]]\nseries = "monthly-cal"\ndate = "2025-03-11"\n\n[[call]]\nseries = "monthly-call"\ndate = 2025-04-08\nspeeker = "Ana"\n'
        'recording = "drive"\n\n[[call]]\nseries = "monthly-call"\n\n[[call]]\nseries = "monthly-call"\ndate = 2025-04-08\n',
        encoding="utf-8",
    )
    checked = stage.run("check")
    assert checked.returncode == 2
    for said in (
        'archive.toml: line 2: series: no [[series]] in community.toml has the uid "monthly-cal"; write "monthly-call".',
        "archive.toml: line 3: date: is a date in quotation marks; write it without them: date = 2025-03-11",
        'archive.toml: line 8: speeker: this key is unknown. Did you mean "speaker"?', "archive.toml: line 9: recording: ",
        "archive.toml: line 11: date: is missing", "archive.toml: line 16: date: 2025-04-08 is in the file already",
    ):  # fmt: skip
        assert said in checked.stderr
    assert stage.run("apply", now=NOW).returncode == 2


def test_what_an_idle_tick_is_made_from_includes_it(stage: Stage) -> None:
    for _ in range(3):
        stage.run("apply", now=NOW)
    file(stage).write_text('[[call]]\nseries = "monthly-call"\ndate = 2025-03-11\nnotes = "https://notes.example.net/1"\n', encoding="utf-8")
    told = json.loads(stage.run("apply", "--json", now=NOW).stdout)
    assert [each["key"] for each in told["done"]] == ["floss-mentoring/page"]


def test_nowhere_to_look_is_said(stage: Stage) -> None:
    stage.edit('folder = "1H-kpa3D8IQqtxknu7YxEjTlV6RiooQs1"', "")
    stage.edit('mode = "running"', 'mode = "none"')
    assert "nowhere to look" in done(stage, "import", code=2).stderr


def test_set_says_something_about_one_call_and_leaves_the_rest(stage: Stage) -> None:
    own = '# ours\n[[call]]\nseries = "monthly-call"\ndate = 2025-03-11 # a Tuesday\nabstract = """How\nwe began"""  # long ago\n\n# May\n'
    own += '[[call]]\nseries = "monthly-call"\ndate = 2025-05-13\nspeaker = "Sam"\n'
    file(stage).write_text(own, encoding="utf-8")
    links = ("recording=https://video.example.net/w/1", "recording=https://video.example.net/w/2")
    done(stage, "set", "2025-03-11", 'title=The "first" one', "abstract=All", "speaker=Emily", "duration=62", *links)
    [march, may] = calls(stage)
    assert march == {
        "series": "monthly-call", "date": date(2025, 3, 11), "abstract": "All", "title": 'The "first" one', "speaker": "Emily", "duration": 62,
        "recording": ["https://video.example.net/w/1", "https://video.example.net/w/2"],
    }  # fmt: skip
    assert may["speaker"] == "Sam"
    text = file(stage).read_text(encoding="utf-8")
    assert [remark for remark in ("# ours\n", "# a Tuesday\n", "# long ago\n", "\n# May\n[[call]]") if remark not in text] == []
    done(stage, "set", "2025-03-11", "speaker=", "recording=https://video.example.net/w/3")
    assert calls(stage)[0]["recording"] == "https://video.example.net/w/3"
    assert "speaker" not in calls(stage)[0]
    done(stage, "set", "2025-04-08", "slides=https://slides.example.net/1")
    assert [call["date"] for call in calls(stage)] == [date(2025, 3, 11), date(2025, 4, 8), date(2025, 5, 13)]
    assert done(stage, "list", "--json").stdout.count("slides.example.net") == 1


def test_set_begins_the_file_where_there_is_none(stage: Stage) -> None:
    stage.credentials.unlink()
    done(stage, "set", "2025-03-11", "title=Began")
    assert calls(stage) == [{"series": "monthly-call", "date": date(2025, 3, 11), "title": "Began"}]
    assert stage.run("check").returncode == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("2025-03-12", "title=A"), "the nearest was on 2025-03-11"), (("2025-03-11", "speeker=A"), 'Did you mean "speaker"?'),
        (("2025-03-11", "title"), "KEY=VALUE"), (("2025-03-11", "duration=long"), "a whole number of minutes"),
        (("2025-03-11", "recording=here"), "recording: "), (("2025-03-11", "consent=perhaps"), "consent: must be one of"),
        (("2025-03-11", "title=A", "title=B"), "twice"), (("2025-03-11", "title=A", "--series", "monthly"), 'Did you mean "monthly-call"?'),
        (("2026-12-08", "title=A"), "there was no call on 2026-12-08"),
    ],
)  # fmt: skip
def test_what_set_does_not_understand_changes_nothing(stage: Stage, words: tuple[str, ...], said: str) -> None:
    assert said in done(stage, "set", *words, code=2).stderr
    assert not file(stage).exists()


def test_a_line_that_is_taken_out_is_gone_even_if_the_ledger_was_lost(stage: Stage) -> None:
    done(stage, "import", "--yes")
    stage.tick(NOW)
    stage.state.unlink()
    stage.tick(NOW)
    assert len(stage.archive()) == 4
    file(stage).unlink()
    stage.tick(NOW)
    assert stage.archive() == []


def test_a_recording_without_consent_is_not_proposed(stage: Stage) -> None:
    done(stage, "set", "2025-03-11", "consent=never")
    found = json.loads(done(stage, "import", "--json").stdout)
    assert {match["kind"] for match in found["matches"] if match["recurrence_id"] == "2025-03-11"} == {"notes"}
    assert any('consent = "never"' in each["reason"] for each in found["unmatched"])
