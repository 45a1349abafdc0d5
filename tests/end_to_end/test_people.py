"""People change things by hand: their change stays, and everything that depends on it follows."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.end_to_end.stage import Stage, text_of

ZONE = ZoneInfo("America/Los_Angeles")
DAY = "2026-12-08"
MARK = f"floss-mentoring/monthly-call/{DAY}"
DOCUMENT = "1oE7cOALIYvPrf374id5WX141EvoCCruWkGDJalJzhlo"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=ZONE)


EARLY = datetime(2026, 11, 30, 12, tzinfo=ZONE)
ANNOUNCED = at(1, 9)
START = at(8, 11)


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    """A community one day after it was set up: meeting and event are there, the announcement is not due yet."""
    stage = Stage(tmp_path, sandbox)
    stage.edit("horizon_days = 92", "horizon_days = 20")
    stage.tick(EARLY)
    return stage


@pytest.fixture
def announced(stage: Stage) -> Stage:
    """The same once the announcement has gone out."""
    stage.tick(ANNOUNCED)
    assert stage.group_mails() == [f"{DAY}/mail:announcement"]
    return stage


def move(stage: Stage, start: datetime) -> None:
    end = start + timedelta(hours=1)
    stage.sandbox.people("calendar", "move", id=stage.event(DAY)["id"], start=start.isoformat(), end=end.isoformat())


def meeting(stage: Stage) -> dict[str, Any]:
    [found] = [each for each in stage.meetings() if each["agenda"] == MARK and not each["deleted"]]
    return found


def start_of(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(event["start"]["dateTime"])


def plan(stage: Stage, now: datetime) -> dict[str, Any]:
    ran = stage.run("plan", "--json", now=now)
    assert ran.returncode in (0, 3), ran.stderr
    return dict(json.loads(ran.stdout))


def call_in(found: dict[str, Any], day: str = DAY) -> dict[str, Any]:
    [call] = [call for call in found["calls"] if call["recurrence_id"] == day]
    return dict(call)


# -- the event


def test_a_moved_event_takes_the_meeting_and_the_group_with_it(announced: Stage) -> None:
    """Zoom, the mail about the move and the later mails have the new time; the person's time stays; Google's notice is not repeated."""
    move(announced, at(9, 17))
    notices = len(announced.notices())
    announced.tick(at(3, 12))
    assert start_of(announced.event(DAY)) == at(9, 17)
    assert meeting(announced)["start_time"] == "2026-12-10T01:00:00Z"
    assert announced.group_mails()[1:] == [f"{DAY}/mail:moved@1"]
    assert "17:00 PST" in text_of(announced.mails()[-1])
    assert len(announced.notices()) == notices
    announced.tick(at(8, 17))
    reminder = announced.mails()[-1]
    assert reminder["X-Callkeeper-Key"] == f"{MARK}/mail:reminder"
    assert "Wednesday 9 December" in text_of(reminder)
    assert announced.repeated() == {}


def test_an_event_moved_before_the_announcement_is_announced_at_its_new_time(stage: Stage) -> None:
    """Only Google's invitation had gone out, so the list hears of the move as well."""
    move(stage, at(10, 8))
    stage.tick(at(3, 10))
    assert set(stage.group_mails()) == {f"{DAY}/mail:moved@1", f"{DAY}/mail:announcement"}
    assert all("Thursday 10 December" in text_of(mail) for mail in stage.mails())


def test_a_move_by_a_person_is_shown_by_plan_and_status(announced: Stage) -> None:
    move(announced, at(9, 17))
    planned = plan(announced, at(3, 12))
    assert call_in(planned)["start"] == "2026-12-09T17:00:00-08:00"
    assert {item["key"] for item in planned["due"]} >= {f"{MARK}/meeting", f"{MARK}/mail:moved@1"}
    announced.tick(at(3, 12))
    told = announced.run("status", now=at(3, 13)).stdout
    assert "by a person" in told


def test_a_later_change_in_the_config_wins_over_a_person(announced: Stage) -> None:
    move(announced, at(9, 17))
    announced.tick(at(3, 12))
    announced.change(f"[[series.change]]\ndate = {DAY}\nmove_to = 2026-12-11T11:00:00\nreason = 'Agreed on the list'")
    planned = plan(announced, at(4, 12))
    assert call_in(planned)["start"] == "2026-12-11T11:00:00-08:00"
    announced.tick(at(4, 12))
    assert start_of(announced.event(DAY)) == at(11, 11)
    assert meeting(announced)["start_time"] == "2026-12-11T19:00:00Z"
    assert announced.group_mails()[1:] == [f"{DAY}/mail:moved@1", f"{DAY}/mail:moved@2"]


def test_a_new_length_in_the_config_leaves_a_dragged_call_on_its_day(announced: Stage) -> None:
    move(announced, at(9, 17))
    announced.tick(at(3, 12))
    announced.edit("\nminutes = 60", "\nminutes = 90")
    announced.tick(at(4, 12))
    event = announced.event(DAY)
    assert (start_of(event), datetime.fromisoformat(event["end"]["dateTime"])) == (at(9, 17), at(9, 18) + timedelta(minutes=30))
    assert (meeting(announced)["start_time"], meeting(announced)["duration"]) == ("2026-12-10T01:00:00Z", 90)
    assert announced.group_mails()[1:] == [f"{DAY}/mail:moved@1"]


def test_a_new_hour_and_length_in_the_config_bring_no_deleted_call_back(announced: Stage) -> None:
    event = announced.event(DAY)["id"]
    announced.sandbox.people("calendar", "delete", id=event)
    announced.tick(at(3, 12))
    announced.edit("\nminutes = 60", "\nminutes = 90")
    announced.edit("at = 11:00:00", "at = 14:00:00")
    announced.tick(at(4, 12))
    assert announced.event(DAY)["status"] == "cancelled"
    announced.sandbox.people("calendar", "undelete", id=event)
    announced.tick(at(5, 12))
    assert start_of(announced.event(DAY)) == at(8, 14)
    assert announced.group_mails()[1:] == [f"{DAY}/mail:cancelled@1", f"{DAY}/mail:restored@2"]
    assert "14:00 PST" in text_of(announced.mails()[-1])


def test_a_deleted_event_cancels_the_call(announced: Stage) -> None:
    """The meeting goes, the Group is told, nothing more is sent, and the event is not made again."""
    announced.sandbox.people("calendar", "delete", id=announced.event(DAY)["id"])
    announced.ticks(at(3, 12), at(5, 12), timedelta(hours=6))
    assert call_in(plan(announced, at(5, 12)))["status"] == "cancelled"
    announced.ticks(at(5, 18), at(8, 12), timedelta(hours=6))
    assert announced.event(DAY)["status"] == "cancelled"
    assert [each["deleted"] for each in announced.meetings() if each["agenda"] == MARK] == [True]
    assert announced.group_mails() == [f"{DAY}/mail:announcement", f"{DAY}/mail:cancelled@1"]


def test_an_undeleted_event_brings_the_call_back(announced: Stage) -> None:
    event = announced.event(DAY)["id"]
    announced.sandbox.people("calendar", "delete", id=event)
    announced.tick(at(3, 12))
    announced.sandbox.people("calendar", "undelete", id=event)
    announced.tick(at(4, 12))
    assert announced.event(DAY)["status"] == "confirmed"
    assert announced.group_mails()[1:] == [f"{DAY}/mail:cancelled@1", f"{DAY}/mail:restored@2"]
    assert meeting(announced)["start_time"] == "2026-12-08T19:00:00Z"
    assert str(meeting(announced)["id"]) in announced.event(DAY)["location"]
    announced.tick(at(7, 12))
    assert announced.group_mails()[-1] == f"{DAY}/mail:reminder"


def test_a_new_name_stays_whatever_else_is_written(announced: Stage) -> None:
    announced.sandbox.people("calendar", "rename", id=announced.event(DAY)["id"], summary="FLOSS-Mentoring: the big one")
    announced.tick(at(3, 12))
    announced.change(f"[[series.talk]]\ndate = {DAY}\nspeaker = 'Ana'\ntitle = 'Reading code'")
    announced.tick(at(4, 12))
    assert announced.event(DAY)["summary"] == "FLOSS-Mentoring: the big one"
    assert "Reading code" in announced.event(DAY)["description"]


def test_text_outside_the_block_stays_while_the_block_is_kept_up_to_date(announced: Stage) -> None:
    event = announced.event(DAY)
    text = f"Bring cake!\n\n{event['description']}\n\nAnd tea."
    announced.sandbox.people("calendar", "describe", id=event["id"], description=text)
    announced.tick(at(3, 12))
    announced.change(f"[[series.talk]]\ndate = {DAY}\nspeaker = 'Ana'\ntitle = 'Reading code'")
    announced.tick(at(4, 12))
    described = announced.event(DAY)["description"]
    assert described.startswith("Bring cake!\n")
    assert described.rstrip().endswith("And tea.")
    assert described.count("Reading code") == 1


def test_somebody_writes_the_event_between_look_and_patch(announced: Stage) -> None:
    """A stale etag is answered with 412: the event is looked at again, and both changes are in it at the end."""
    event = announced.event(DAY)["id"]
    announced.change(f"[[series.talk]]\ndate = {DAY}\nspeaker = 'Ana'\ntitle = 'Reading code'")
    announced.sandbox.fault("status", service="calendar", method="PATCH", status=412)
    announced.sandbox.people("calendar", "rename", id=event, summary="Renamed")
    announced.tick(at(3, 12))
    assert announced.event(DAY)["summary"] == "Renamed"
    assert "Reading code" in announced.event(DAY)["description"]


# -- the meeting


def test_a_deleted_meeting_is_made_again_and_its_link_goes_everywhere(announced: Stage) -> None:
    old = meeting(announced)
    announced.sandbox.people("zoom", "delete", meeting_id=old["id"])
    announced.tick(at(3, 12))
    new = meeting(announced)
    assert new["id"] != old["id"]
    assert str(new["id"]) in announced.event(DAY)["location"]
    announced.tick(at(7, 11))
    assert str(new["id"]) in text_of(announced.mails()[-1])
    told = [mail for mail in announced.mails() if "organizer@example.org" in str(mail["To"])]
    assert len([mail for mail in told if "deleted at Zoom" in text_of(mail)]) == 1


def test_an_edited_meeting_keeps_its_topic_when_the_call_moves(announced: Stage) -> None:
    announced.sandbox.people("zoom", "edit", meeting_id=meeting(announced)["id"], topic="Come in!")
    announced.tick(at(2, 12))
    announced.change(f"[[series.change]]\ndate = {DAY}\nmove_to = 2026-12-09T11:00:00\nreason = 'Room'")
    announced.tick(at(3, 12))
    assert meeting(announced)["topic"] == "Come in!"
    assert meeting(announced)["start_time"] == "2026-12-09T19:00:00Z"


# -- notes and recording


def test_what_people_write_into_the_notes_stays(announced: Stage) -> None:
    """Before, during and after the call: their lines are there at the end, and the section is there once."""
    for now, line in ((at(3, 12), "Agenda: hats"), (at(8, 11, 20), "Here: Ana, Björn, 李雷 🎉")):
        announced.sandbox.people("docs", "write", document=DOCUMENT, after_heading=DAY, text=line)
        announced.tick(now)
    announced.tick(at(8, 13))
    text = "\n".join(tab["text"] for tab in announced.state_of("docs")[DOCUMENT]["tabs"].values())
    assert text.count("Agenda: hats") == 1
    assert text.count("Here: Ana, Björn, 李雷 🎉") == 1
    assert text.count(f"{DAY} ·") == 1


def recorded(stage: Stage) -> dict[str, Any]:
    """The call took place and its recording is filed; the file."""
    stage.tick(at(7, 12))
    stage.tick(at(8, 10))
    about = {"meeting_id": meeting(stage)["id"]}
    stage.sandbox.post("clock", {"now": at(8, 12, 5).isoformat()})
    stage.sandbox.people("zoom", "hold", **about)
    stage.sandbox.people("zoom", "record", **about, bytes=3000, status="completed")
    stage.tick(at(8, 13))
    [file] = [each for each in stage.state_of("drive")["files"] if each.get("appProperties")]
    return dict(file)


@pytest.mark.parametrize("action", ["rename", "move", "trash"])
def test_a_recording_that_people_rename_move_or_trash_is_not_filed_again(announced: Stage, action: str) -> None:
    file = recorded(announced)
    if action == "move":
        announced.sandbox.people("drive", "folder", id="elsewhere", name="Elsewhere")
    wish = {"rename": {"name": "Ours.mp4"}, "move": {"folder": "elsewhere"}, "trash": {}}[action]
    announced.sandbox.people("drive", action, id=file["id"], **wish)
    announced.ticks(at(9, 12), at(11, 12), timedelta(hours=12))
    files = [each for each in announced.state_of("drive")["files"] if each.get("appProperties")]
    assert len(files) == 1
    assert files[0]["trashed"] == (action == "trash")
    assert announced.repeated() == {}
    [entry] = announced.archive()
    assert entry["recording"] == file["webViewLink"]


def test_a_recording_trashed_before_a_ledger_was_lost_is_not_filed_again_by_the_old_one(announced: Stage) -> None:
    """Putting an older ledger back does not bring a file back that a person has thrown away, nor mail the recap again."""
    ledger = announced.state.read_bytes()
    file = recorded(announced)
    announced.state.write_bytes(ledger)
    announced.sandbox.people("drive", "rename", id=file["id"], name="Ours.mp4")
    announced.ticks(at(9, 12), at(10, 12), timedelta(hours=12))
    assert len([each for each in announced.state_of("drive")["files"] if each.get("appProperties")]) == 1
    assert announced.repeated() == {}


# -- first contact


def test_an_event_made_by_hand_is_offered_for_adoption_and_not_doubled(tmp_path: Path, sandbox: Any) -> None:
    stage = Stage(tmp_path, sandbox)
    stage.edit("horizon_days = 92", "horizon_days = 20")
    end = START + timedelta(hours=1)
    hand = sandbox.people("calendar", "create", summary="FLOSS-Mentoring monthly call", start=START.isoformat(), end=end.isoformat())
    report = stage.tick(EARLY)
    assert [event["id"] for event in stage.events()] == [hand["id"]]
    assert f"{MARK}/event" in report.failed
    assert "made by hand" in report.failed[f"{MARK}/event"].error
    assert report.exit_code == 3
    settled = stage.run("resolve", f"{MARK}/event", "--happened", now=EARLY + timedelta(minutes=5))
    assert settled.returncode == 0, settled.stderr
    stage.tick(EARLY + timedelta(minutes=10))
    [event] = stage.events()
    assert event["id"] == hand["id"]
    assert event["extendedProperties"]["private"]["callkeeper"] == MARK
    assert date.fromisoformat(DAY) == start_of(event).date()


def test_where_a_calendar_takes_no_cancellation_by_patch_the_event_is_deleted(announced: Stage) -> None:
    reason = {"domain": "global", "reason": "invalid", "message": "Invalid status"}
    refusal = {"error": {"code": 400, "message": "Invalid status", "errors": [reason]}}
    announced.sandbox.fault("status", service="calendar", method="PATCH", status=400, body=refusal, times=1)
    announced.change(f'[[series.change]]\ndate = {DAY}\ncancel = true\nreason = "Storm"')
    report = announced.tick(at(2, 12))
    assert not report.failed
    assert announced.event(DAY)["status"] == "cancelled"
    assert [notice["kind"] for notice in announced.notices()].count("cancellation") == 1
    assert announced.group_mails()[-1] == f"{DAY}/mail:cancelled@1"
    assert announced.tick(at(2, 13)).done == []


def test_where_a_deleted_event_cannot_be_brought_back_a_restored_call_gets_another_one(announced: Stage) -> None:
    lines = f'[[series.change]]\ndate = {DAY}\ncancel = true\nreason = "Storm"'
    announced.change(lines)
    announced.tick(at(2, 12))
    refusal = {"error": {"code": 400, "message": "Deleted", "errors": [{"domain": "global", "reason": "invalid", "message": "Deleted"}]}}
    announced.sandbox.fault("status", service="calendar", method="PATCH", status=400, body=refusal, times=1)
    announced.edit(lines, "")
    report = announced.tick(at(3, 12))
    assert not report.failed
    ours = [event for event in announced.events() if event["extendedProperties"]["private"]["callkeeper"] == MARK]
    assert sorted(event["status"] for event in ours) == ["cancelled", "confirmed"]
    [there] = [event for event in ours if event["status"] == "confirmed"]
    assert start_of(there) == START
    assert there["location"] == meeting(announced)["join_url"]
    assert announced.group_mails()[-1] == f"{DAY}/mail:restored@2"
    assert announced.tick(at(3, 13)).done == []
    assert announced.tick(at(3, 14)).done == []
