"""A Zoom meeting stands at the instant of its call, whatever the zone, and whatever Zoom made of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.end_to_end.stage import Stage, text_of

ZONE = ZoneInfo("America/Los_Angeles")
EARLY = datetime(2026, 11, 30, 16, tzinfo=ZONE)
HOUR = timedelta(hours=1)
WANTED = "2026-12-08T19:00:00Z"


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    stage = Stage(tmp_path, sandbox)
    stage.edit("horizon_days = 92", "horizon_days = 20")
    return stage


def start(stage: Stage) -> str:
    [meeting] = [meeting for meeting in stage.meetings() if not meeting["deleted"]]
    return str(meeting["start_time"])


def writes(stage: Stage) -> list[str]:
    return [entry["method"] for entry in stage.sandbox.log("zoom") if entry["method"] in ("POST", "PATCH") and "token" not in entry["path"]]


def told(stage: Stage) -> list[str]:
    return [str(mail["X-Callkeeper-Key"]) for mail in stage.mails() if "googlegroups.com" not in str(mail["To"])]


@pytest.mark.parametrize(
    ("zone", "wanted"),
    [("Asia/Manila", "2026-12-08T03:00:00Z"), ("Africa/Lagos", "2026-12-08T10:00:00Z"), ("Asia/Kathmandu", "2026-12-08T05:15:00Z")],
)
def test_a_call_in_a_zone_that_zoom_does_not_know_gets_its_meeting(stage: Stage, zone: str, wanted: str) -> None:
    stage.edit('zone = "America/Los_Angeles"', f'zone = "{zone}"')
    stage.tick(EARLY)
    assert start(stage) == wanted
    assert writes(stage) == ["POST"]


def test_a_meeting_that_zoom_makes_at_another_time_is_mended_at_once(stage: Stage) -> None:
    stage.sandbox.people("zoom", "misread", hours=-8)
    assert stage.tick(EARLY).exit_code == 0
    assert start(stage) == WANTED
    assert writes(stage) == ["POST", "PATCH"]
    stage.ticks(EARLY + HOUR, EARLY + 4 * HOUR)
    assert writes(stage) == ["POST", "PATCH"]
    assert told(stage) == []


def test_where_mending_does_not_help_the_organizers_are_told_once(stage: Stage) -> None:
    stage.sandbox.people("zoom", "misread", hours=-8, times=9)
    stage.ticks(EARLY, EARLY + 30 * HOUR)
    assert writes(stage) == ["POST", "PATCH"]
    assert len(told(stage)) == 1
    text = " ".join(text_of(next(mail for mail in stage.mails() if "googlegroups.com" not in str(mail["To"]))).split())
    assert "11:00 UTC" in text
    assert "19:00 UTC" in text


def test_a_change_that_zoom_could_not_take_is_tried_again(stage: Stage) -> None:
    stage.sandbox.people("zoom", "misread", hours=-8)
    stage.sandbox.fault("status", service="zoom", method="PATCH", times=2)
    stage.ticks(EARLY, EARLY + 10 * timedelta(minutes=1), 2 * timedelta(minutes=1))
    assert start(stage) == WANTED
    assert len([meeting for meeting in stage.meetings() if not meeting["deleted"]]) == 1


def test_a_meeting_found_at_another_time_in_a_look_is_mended_once(stage: Stage) -> None:
    stage.tick(EARLY)
    [meeting] = stage.meetings()
    for hours in (1, 3):
        stage.sandbox.people("zoom", "move", meeting_id=meeting["id"], start="2026-12-08T21:00:00Z")
        stage.ticks(EARLY + hours * HOUR, EARLY + (hours + 1) * HOUR)
        assert (start(stage) == WANTED) == (hours == 1)
    assert writes(stage) == ["POST", "PATCH"]
    assert len(told(stage)) == 1


def test_a_list_that_is_behind_after_a_move_changes_nothing(stage: Stage) -> None:
    stage.tick(EARLY)
    stage.change('[[series.change]]\ndate = 2026-12-08\nmove_to = 2026-12-08T13:00:00\nreason = "Room"')
    stage.ticks(EARLY + HOUR, EARLY + 4 * HOUR)
    assert start(stage) == "2026-12-08T21:00:00Z"
    assert writes(stage) == ["POST", "PATCH"]
    assert told(stage) == []
