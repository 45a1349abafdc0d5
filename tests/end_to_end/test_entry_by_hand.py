"""What people do with a calendar entry that is neither a move nor a deletion, and looks like one or like nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.end_to_end.stage import Stage, text_of

ZONE = ZoneInfo("America/Los_Angeles")
DAY = "2026-12-08"
MARK = f"floss-mentoring/monthly-call/{DAY}"
EARLY = datetime(2026, 11, 30, 12, tzinfo=ZONE)
START = datetime(2026, 12, 8, 11, tzinfo=ZONE)


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    """Meeting and entry of one call are there."""
    stage = Stage(tmp_path, sandbox)
    stage.edit("horizon_days = 92", "horizon_days = 20")
    stage.tick(EARLY)
    sandbox.ask("DELETE", "log")
    return stage


def writes(stage: Stage) -> list[dict[str, Any]]:
    """Of what anybody sees in the entry; marks are our own."""
    sent = [entry for entry in stage.sandbox.log("calendar") if entry["method"] != "GET"]
    return [entry["body"] for entry in sent if set(entry["body"] or {"all"}) != {"extendedProperties"}]


def told(stage: Stage, words: str) -> int:
    mails = [mail for mail in stage.mails() if "organizer@example.org" in str(mail["To"])]
    return sum(words in " ".join(text_of(mail).split()) for mail in mails)


def at_eleven(event: dict[str, Any]) -> bool:
    return datetime.fromisoformat(event["start"]["dateTime"]) == START


@pytest.mark.parametrize("change", ["move_to = 2026-12-09T11:00:00\nreason = 'Room'", "cancel = true\nreason = 'Storm'"])
def test_an_entry_that_was_made_a_series_of_is_left_alone_and_the_organizers_are_told(stage: Stage, change: str) -> None:
    event = stage.event(DAY)["id"]
    stage.sandbox.people("calendar", "repeat", id=event, rrule="RRULE:FREQ=WEEKLY")
    assert stage.tick(EARLY + timedelta(hours=2)).exit_code == 0
    stage.change(f"[[series.change]]\ndate = {DAY}\n{change}")
    for hour in (4, 6, 8):
        assert stage.tick(EARLY + timedelta(hours=hour)).exit_code == 3
    assert writes(stage) == []
    assert told(stage, "was made a series of by hand") == 1
    assert stage.event(DAY)["status"] == "confirmed"
    stage.sandbox.people("calendar", "repeat", id=event)
    assert stage.tick(EARLY + timedelta(hours=10)).exit_code == 0
    there = stage.event(DAY)
    assert there["status"] == "cancelled" if "cancel" in change else there["start"]["dateTime"].startswith("2026-12-09")


def test_moving_a_series_in_the_calendar_does_not_move_the_call(stage: Stage) -> None:
    event = stage.event(DAY)["id"]
    later = START + timedelta(days=1)
    stage.sandbox.people("calendar", "move", id=event, start=later.isoformat(), end=(later + timedelta(hours=1)).isoformat())
    stage.sandbox.people("calendar", "repeat", id=event, rrule="RRULE:FREQ=WEEKLY")
    stage.tick(EARLY + timedelta(hours=2))
    assert writes(stage) == []
    assert stage.group_mails() == []
    [meeting] = stage.meetings()
    assert datetime.fromisoformat(meeting["start_time"]) == START


@pytest.mark.parametrize("fate", ["stays", "moves", "goes"])
def test_a_copy_that_carries_our_marks_is_not_the_calls_entry(stage: Stage, fate: str) -> None:
    event = stage.event(DAY)["id"]
    copy = stage.sandbox.people("calendar", "copy", id=event)["id"]
    later = START + timedelta(days=3)
    if fate == "moves":
        stage.sandbox.people("calendar", "move", id=copy, start=later.isoformat(), end=(later + timedelta(hours=1)).isoformat())
    if fate == "goes":
        stage.sandbox.people("calendar", "delete", id=copy)
    stage.tick(EARLY + timedelta(hours=2))
    stage.state.unlink()  # and a lost ledger does not take it for the entry either
    stage.tick(EARLY + timedelta(hours=4))
    stage.change(f"[[series.talk]]\ndate = {DAY}\nspeaker = 'Ana'\ntitle = 'Reading code'")
    stage.tick(EARLY + timedelta(hours=6))
    by_id = {each["id"]: each for each in stage.events()}
    assert at_eleven(by_id[event])
    assert "Reading code" in by_id[event]["description"]
    assert "Reading code" not in by_id[copy]["description"]
    assert stage.group_mails() == []


def test_a_deleted_original_cancels_the_call_though_a_copy_is_there(stage: Stage) -> None:
    event = stage.event(DAY)["id"]
    stage.sandbox.people("calendar", "copy", id=event)
    stage.sandbox.people("calendar", "delete", id=event)
    stage.tick(EARLY + timedelta(hours=2))
    assert stage.group_mails() == [f"{DAY}/mail:cancelled@1"]


def test_the_same_instant_in_another_zone_is_no_move(stage: Stage) -> None:
    times = {side: {"dateTime": (START + timedelta(hours=hours)).astimezone(ZoneInfo("Asia/Kolkata")).isoformat(), "timeZone": "Asia/Kolkata"}
             for side, hours in (("start", 0), ("end", 1))}  # fmt: skip
    stage.sandbox.people("calendar", "edit", id=stage.event(DAY)["id"], event=times)
    assert stage.tick(EARLY + timedelta(hours=2)).done == []
    assert writes(stage) == []
    assert stage.mails() == []


def test_an_entry_moved_to_another_calendar_cancels_nothing_and_a_person_is_asked(stage: Stage) -> None:
    event = stage.event(DAY)["id"]
    stage.sandbox.people("calendar", "add_calendar", id="team@group.calendar.google.com")
    stage.sandbox.people("calendar", "move_to", id=event, calendar="team@group.calendar.google.com")
    for hour in (2, 4, 30):
        assert stage.tick(EARLY + timedelta(hours=hour)).exit_code == 3
    assert writes(stage) == []
    assert stage.group_mails() == [f"{DAY}/mail:announcement"]
    assert [meeting["deleted"] for meeting in stage.meetings()] == [False]
    assert told(stage, "whether it was moved to another calendar or deleted") == 1
    stage.sandbox.people("calendar", "move_to", id=event, calendar="organizer@example.org")
    assert stage.tick(EARLY + timedelta(hours=32)).exit_code == 0
    assert at_eleven(stage.event(DAY))
    assert [key for key in stage.group_mails() if "cancelled" in key or "moved" in key] == []


@pytest.mark.parametrize("word", ["--happened", "--repeat"])
def test_what_became_of_a_moved_entry_is_a_persons_word(stage: Stage, word: str) -> None:
    event = stage.event(DAY)["id"]
    stage.sandbox.people("calendar", "add_calendar", id="team@group.calendar.google.com")
    stage.sandbox.people("calendar", "move_to", id=event, calendar="team@group.calendar.google.com")
    stage.tick(EARLY + timedelta(hours=2))
    ran = stage.run("resolve", f"{MARK}/event", word, now=EARLY + timedelta(hours=3))
    assert ran.returncode == 0, ran.stderr
    for hour in (4, 5):
        assert stage.tick(EARLY + timedelta(hours=hour)).exit_code == 0
    here = [each for each in stage.events() if each["status"] == "confirmed"]
    assert len(here) == (1 if word == "--repeat" else 0)
    assert stage.group_mails() == ([f"{DAY}/mail:cancelled@1"] if word == "--happened" else [])


def test_a_guests_copy_of_an_entry_that_was_moved_away_is_not_written(stage: Stage) -> None:
    event = stage.event(DAY)
    guests = [*event["attendees"], {"email": "organizer@example.org", "responseStatus": "accepted"}]
    stage.sandbox.people("calendar", "edit", id=event["id"], event={"attendees": guests})
    stage.sandbox.people("calendar", "add_calendar", id="team@group.calendar.google.com")
    stage.sandbox.people("calendar", "move_to", id=event["id"], calendar="team@group.calendar.google.com")
    assert stage.tick(EARLY + timedelta(hours=2)).exit_code == 0
    stage.change(f"[[series.change]]\ndate = {DAY}\ncancel = true\nreason = 'Storm'")
    assert stage.tick(EARLY + timedelta(hours=4)).exit_code == 3
    assert writes(stage) == []
    assert told(stage, "was moved to the calendar team@group.calendar.google.com by hand") == 1
