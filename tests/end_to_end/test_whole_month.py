"""Five months of the shipped configuration, in 8-hour and 1-hour steps: both clock changes, a move, a cancellation, two talks.

The second Tuesday of March 2026 lies behind the change to daylight time (8 March), that of October 2025 before the change from it (2 November).
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.end_to_end import wire
from tests.end_to_end.month import People, at, instants, local, play
from tests.end_to_end.stage import Stage, text_of

START, END = at(2025, 10, 5), at(2026, 3, 14)
MOVED, CANCELLED = date(2025, 12, 9), date(2026, 1, 13)
MOVED_TO = local(date(2025, 12, 16), 17)
# Recurrence id -> the instant at which the call begins, worked out by hand from the dates of the clock changes.
CALLS = {
    date(2025, 10, 14): at(2025, 10, 14, 18),
    date(2025, 11, 11): at(2025, 11, 11, 19),
    MOVED: at(2025, 12, 17, 1),
    date(2026, 2, 10): at(2026, 2, 10, 19),
    date(2026, 3, 10): at(2026, 3, 10, 18),
}
# The days on which a tick runs every hour: those of the calls, and those whose mails are compared to the hour.
BUSY = {call.date() for call in CALLS.values()} | {date(2025, 11, 4), date(2025, 11, 10), date(2025, 12, 16), date(2026, 3, 3)}
ANNOUNCED_THEN_CHANGED = """
[[series.change]]
date = 2025-12-09
move_to = 2025-12-16T17:00:00
reason = "The room is being painted"
"""
CANCELLATION = """
[[series.change]]
date = 2026-01-13
cancel = true
reason = "Too many of us are away"
"""
TALKS = """
[[series.talk]]
date = 2025-11-11
speaker = "Zoë Müller"
title = "Saying no, kindly"
abstract = "How to decline a patch."

[[series.talk]]
date = 2026-02-10
speaker = "李雷"
title = "Reading code"
abstract = "One hour, one file."
"""


class Run:
    """The five months as they were left: the stage, the reports, and the log of the wire."""

    def __init__(self, stage: Stage, reports: list[Any]) -> None:
        self.stage, self.reports = stage, reports
        self.log = stage.sandbox.log()
        self.problems = stage.sandbox.get("problems")
        self.mails = stage.mails()
        self.kinds = stage.group_mails()
        self.events, self.meetings, self.posts = stage.events(), stage.meetings(), stage.posts()
        self.docs, self.drive, self.notices = stage.state_of("docs"), stage.state_of("drive"), stage.notices()
        self.archive = stage.archive()

    def mail(self, day: date, kind: str) -> Any:
        [found] = [mail for mail in self.mails if mail["X-Callkeeper-Key"] == f"floss-mentoring/monthly-call/{day}/{kind}"]
        return found


def change_the_plan(stage: Stage, now: datetime) -> None:
    """What the organizer edits, and when: two days after the announcement each."""
    if now == at(2025, 12, 4, 8):
        stage.change(ANNOUNCED_THEN_CHANGED)
    if now == at(2026, 1, 8, 8):
        stage.change(CANCELLATION)


@pytest.fixture(scope="module")
def run(sandbox_process: Any, tmp_path_factory: pytest.TempPathFactory) -> Run:
    sandbox_process.post("reset")
    stage = Stage(tmp_path_factory.mktemp("months"), sandbox_process)
    stage.change(TALKS)
    reports = play(stage, instants(START, END, BUSY, timedelta(hours=8)), People(stage), lambda now: change_the_plan(stage, now))
    return Run(stage, reports)


def test_every_tick_is_quiet(run: Run) -> None:
    """Nothing fails, is refused, in doubt or needs a person in five undisturbed months."""
    loud = [r for r in run.reports if r.failed or r.refused or r.in_doubt or r.needs_person or r.exit_code]
    assert loud == []


def test_one_meeting_for_each_call_at_the_right_instant(run: Run) -> None:
    there = {m["agenda"].rpartition("/")[2]: m for m in run.meetings if not m["deleted"]}
    made = [m["agenda"] for m in run.meetings]
    assert len(made) == len(set(made))
    for day, start in CALLS.items():
        meeting = there[day.isoformat()]
        assert datetime.fromisoformat(meeting["start_time"]) == start
        assert meeting["duration"] == 60
        assert meeting["settings"]["auto_recording"] == "cloud"
    assert CANCELLED.isoformat() not in there
    assert [m["deleted"] for m in run.meetings if m["agenda"].endswith(CANCELLED.isoformat())] == [True]


def test_one_event_for_each_call_at_the_right_instant(run: Run) -> None:
    marks = [event["extendedProperties"]["private"]["callkeeper"] for event in run.events]
    assert len(marks) == len(set(marks))
    links = {m["agenda"]: m["join_url"] for m in run.meetings}
    by_day = {mark.rpartition("/")[2]: event for mark, event in zip(marks, run.events, strict=True)}
    for day, start in CALLS.items():
        event = by_day[day.isoformat()]
        assert datetime.fromisoformat(event["start"]["dateTime"]) == start
        assert datetime.fromisoformat(event["end"]["dateTime"]) == start + timedelta(hours=1)
        assert event["start"]["timeZone"] == "America/Los_Angeles"
        assert event["location"] == links[f"floss-mentoring/monthly-call/{day}"]
        assert event["location"] in event["description"]
        assert [guest["email"] for guest in event["attendees"]] == ["floss-mentoring@googlegroups.com"]
        assert event["status"] == "confirmed"
    assert by_day[CANCELLED.isoformat()]["status"] == "cancelled"


def test_calls_ahead_stand_in_the_calendar_to_the_horizon(run: Run) -> None:
    horizon = END + timedelta(days=92)
    starts = sorted(datetime.fromisoformat(e["start"]["dateTime"]) for e in run.events if e["status"] == "confirmed")
    ahead = [start for start in starts if start > END]
    assert ahead == [at(2026, 4, 14, 18), at(2026, 5, 12, 18), at(2026, 6, 9, 18)]
    assert max(ahead) <= horizon < at(2026, 7, 14, 18)


def test_the_group_is_invited_once_told_once_of_the_move_and_once_of_the_cancellation(run: Run) -> None:
    """Every other change of an event is housekeeping and tells nobody."""
    days = {event["id"]: event["extendedProperties"]["private"]["callkeeper"].rpartition("/")[2] for event in run.events}
    told = sorted((days[notice["event"]], notice["kind"]) for notice in run.notices)
    expected = [(days[event["id"]], "invitation") for event in run.events if event.get("attendees")]
    assert len(expected) == len(days) - 1  # the last one of all is not among the next two yet
    assert told == sorted([*expected, (MOVED.isoformat(), "update"), (CANCELLED.isoformat(), "cancellation")])


def test_one_mail_for_each_call_and_template(run: Run) -> None:
    usual = ["mail:announcement", "mail:reminder", "mail:starting-soon", "mail:recap"]
    expected = {day.isoformat(): usual for day in CALLS}
    expected[MOVED.isoformat()] = ["mail:announcement", "mail:moved@1", *usual[1:]]
    expected[CANCELLED.isoformat()] = ["mail:announcement", "mail:cancelled@1"]
    got: dict[str, list[str]] = {}
    for kind in run.kinds:
        day, _, name = kind.partition("/")
        got.setdefault(day, []).append(name)
    assert got == expected


def test_nobody_but_the_group_gets_mail(run: Run) -> None:
    assert {str(mail["To"]) for mail in run.mails} == {"floss-mentoring@googlegroups.com"}


def hours(text: str) -> list[str]:
    return re.findall(r"\b[0-2][0-9]:[0-5][0-9] (?:P[SD]T|E[SD]T|UTC)\b", text)


def expected_hours(start: datetime) -> list[str]:
    zones = ("America/Los_Angeles", "America/New_York", "UTC")
    return [f"{start.astimezone(ZoneInfo(zone)):%H:%M %Z}" for zone in zones]


@pytest.mark.parametrize("kind", ["mail:announcement", "mail:reminder", "mail:starting-soon"])
@pytest.mark.parametrize("day", CALLS)
def test_mails_name_the_hour_of_that_date_in_every_zone(run: Run, day: date, kind: str) -> None:
    start = local(MOVED, 11) if (day, kind) == (MOVED, "mail:announcement") else CALLS[day]
    text = re.sub(r"Note the hour:[^.]*\.", "", text_of(run.mail(day, kind)))
    assert list(dict.fromkeys(hours(text))) == expected_hours(start)


def test_the_moved_mail_names_the_new_hours_and_the_old_one_once(run: Run) -> None:
    text = text_of(run.mail(MOVED, "mail:moved@1"))
    assert hours(text) == [*expected_hours(MOVED_TO), "11:00 PST"]
    assert re.search(r"01:00 UTC.*17 December", text), "in UTC it is the next day"
    assert "The room is being painted" in text


def test_the_cancellation_says_why_and_when_the_next_call_is(run: Run) -> None:
    text = text_of(run.mail(CANCELLED, "mail:cancelled@1"))
    assert "Too many of us are away" in text
    assert "Tuesday 10 February 2026" in text
    assert "zoom.us" not in text


def test_only_the_first_announcement_after_a_clock_change_notes_the_hour(run: Run) -> None:
    noted = {str(m["X-Callkeeper-Key"]).split("/")[2] for m in run.mails if "announcement" in m["X-Callkeeper-Key"] and "Note the hour" in text_of(m)}
    assert noted == {"2025-11-11", "2026-03-10"}
    assert "19:00 UTC instead of last month's 18:00" in " ".join(text_of(run.mail(date(2025, 11, 11), "mail:announcement")).split())


def test_talks_stand_in_mail_event_notes_and_archive(run: Run) -> None:
    day = date(2025, 11, 11)
    event = next(e for e in run.events if e["extendedProperties"]["private"]["callkeeper"].endswith(day.isoformat()))
    told = (text_of(run.mail(day, "mail:announcement")), event["description"], json.dumps(run.docs, ensure_ascii=False))
    assert all("Zoë Müller" in text for text in told)
    entry = next(entry for entry in run.archive if entry["recurrence_id"] == "2026-02-10")
    assert (entry["title"], entry["speaker"]) == ("Reading code", "李雷")


def test_mails_go_out_at_their_times(run: Run) -> None:
    sent = {str(m["X-Callkeeper-Key"]).split("/", 2)[2]: datetime.strptime(str(m["Date"]), "%a, %d %b %Y %H:%M:%S %z") for m in run.mails}
    assert sent["2025-11-11/mail:announcement"] == local(date(2025, 11, 4), 9)
    assert sent["2025-11-11/mail:reminder"] == at(2025, 11, 10, 19)
    assert sent["2025-11-11/mail:starting-soon"] == at(2025, 11, 11, 18)
    assert sent["2025-12-09/mail:reminder"] == at(2025, 12, 16, 1)
    # The clocks go forward between the announcement and the call: nine in the morning by standard time.
    assert sent["2026-03-10/mail:announcement"] == at(2026, 3, 3, 17)


def test_one_notes_section_for_each_call_announced_or_held(run: Run) -> None:
    """A section that was there before its call moved stays where it is, and so does what people wrote."""
    [document] = [doc for doc in run.docs.values() if doc["writes"]]
    headings = [p["text"] for tab in document["tabs"].values() for p in tab["paragraphs"] if p["style"].startswith("HEADING")]
    ours = sorted(text[:10] for text in headings if re.match(r"20\d\d-\d\d-\d\d · FLOSS", text))
    assert ours == sorted(day.isoformat() for day in [*CALLS, CANCELLED])
    everything = "\n".join(tab["text"] for tab in document["tabs"].values())
    assert all(everything.count(f"Ana, Bo and Chi were here on {day}") == 1 for day in CALLS)


def test_one_recording_file_for_each_call(run: Run) -> None:
    filed = [f["appProperties"]["callkeeper"].rpartition("/")[2] for f in run.drive["files"] if f.get("appProperties", {}).get("callkeeper")]
    assert sorted(filed) == sorted(day.isoformat() for day in CALLS)


def test_one_archive_entry_for_each_call_newest_first_with_the_right_links(run: Run) -> None:
    files = {
        f["appProperties"]["callkeeper"].rpartition("/")[2]: f["webViewLink"]
        for f in run.drive["files"]
        if f.get("appProperties", {}).get("callkeeper")
    }
    assert [entry["recurrence_id"] for entry in run.archive] == [day.isoformat() for day in sorted(CALLS, reverse=True)]
    for entry in run.archive:
        day = date.fromisoformat(entry["recurrence_id"])
        assert datetime.fromisoformat(entry["start"]) == CALLS[day]
        assert entry["date"] == CALLS[day].astimezone(ZoneInfo("America/Los_Angeles")).date().isoformat()
        assert entry["recording"] == files[day.isoformat()]
        assert re.fullmatch(r"https://docs\.google\.com/document/d/1oE7\w+/edit\?tab=t\.0#heading=h\.\w+", entry["notes"])
        recap = text_of(run.mail(day, "mail:recap"))
        assert entry["recording"] in recap
        assert entry["notes"] in recap
    assert len({entry["notes"] for entry in run.archive}) == len(CALLS)


def test_chat_posts_are_edited_in_place_and_never_repeated(run: Run) -> None:
    """Three for each call; the cancelled call has its announcement alone, and that says so."""
    assert len(run.posts) == 3 * len(CALLS) + 1
    [cancelled] = [post for post in run.posts if "CANCELLED" in post["content"]]
    assert "Too many of us are away" in cancelled["content"]
    moved = [post for post in run.posts if "MOVED" in post["content"]]
    assert f"<t:{int(MOVED_TO.timestamp())}:F>" in moved[0]["content"]
    assert all(post["pings"] == [] for post in run.posts)


def test_no_draft_is_left_behind(run: Run) -> None:
    assert run.stage.state_of("gmail")["drafts"] == []


def test_every_request_is_one_that_its_vendor_documents(run: Run) -> None:
    wire.need_specifications()
    assert run.problems == []
    assert wire.judge(run.log) == len(run.log) > 1000
    refused = {(e["service"], e["method"], e["status"]) for e in run.log if e["status"] >= 400}
    assert refused <= {("zoom", "GET", 404)}, "only a recording that is not there yet may be missed"


def test_the_public_page_tells_no_secrets(run: Run) -> None:
    public = "".join(path.read_text(encoding="utf-8") for path in sorted((run.stage.folder / "public").iterdir()))
    assert "zoom.us" not in public
    assert all(meeting["password"] not in public for meeting in run.meetings)


def test_a_second_run_over_the_same_hours_changes_nothing(run: Run) -> None:
    """Also with the clock set back by five months. The page follows the clock, and is the same again at the end."""
    names = ("calendar", "zoom", "docs", "drive", "discord", "gmail")
    before = {name: run.stage.state_of(name) for name in names}
    page = {path: path.read_bytes() for path in (run.stage.folder / "public").iterdir()}
    busy = {date(2025, 12, 2), CALLS[MOVED].date()}
    reports = [run.stage.tick(now) for now in instants(START, END, busy, timedelta(hours=36))]
    assert {key for report in reports for key in report.done} <= {"floss-mentoring/page"}
    assert [r for r in reports if r.failed or r.in_doubt or r.refused or r.skipped] == []
    assert {name: run.stage.state_of(name) for name in names} == before
    assert {path: path.read_bytes() for path in (run.stage.folder / "public").iterdir()} == page
