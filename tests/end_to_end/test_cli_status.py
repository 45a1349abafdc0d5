"""`status`: what is told of every call, from the ledger alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.stage import Stage

CALL = "floss-mentoring/monthly-call/2026-12-08"
START = datetime(2026, 12, 8, 19, 0, tzinfo=UTC)
BEFORE = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ANNOUNCED = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    return Stage(tmp_path, sandbox)


def told(stage: Stage, now: datetime, *, code: int = 0) -> dict[str, Any]:
    done = stage.run("status", "--json", now=now)
    assert done.returncode == code, done.stderr
    return dict(json.loads(done.stdout))


def states(found: Mapping[str, Any], day: str = "2026-12-08") -> dict[str, str]:
    [call] = [call for call in found["calls"] if call["recurrence_id"] == day]
    return {step["key"].rpartition("/")[2]: step["state"] for step in call["steps"]}


def test_before_the_first_tick_everything_is_ahead_and_no_ledger_is_made(stage: Stage) -> None:
    stage.credentials.unlink()
    found = told(stage, BEFORE)
    assert [call["recurrence_id"] for call in found["calls"]] == ["2026-12-08", "2027-01-12", "2027-02-09"]
    assert states(found) == {
        "meeting": "pending", "event": "waiting", "notes": "pending", "mail:announcement": "pending", "mail:reminder": "pending",
        "mail:starting-soon": "pending", "recording": "pending", "archive": "pending", "mail:recap": "pending",
    }  # fmt: skip
    assert not stage.state.parent.exists()
    assert stage.sandbox.log() == []


def test_every_step_has_the_documented_fields_with_its_time_and_offset(stage: Stage) -> None:
    stage.tick(BEFORE)
    [call, *_] = told(stage, BEFORE)["calls"]
    assert {"series", "recurrence_id", "start", "status", "steps"} <= call.keys()
    assert (call["series"], call["start"], call["status"]) == ("monthly-call", "2026-12-08T11:00:00-08:00", "confirmed")
    [reminder] = [step for step in call["steps"] if step["kind"] == "mail:reminder"]
    assert reminder == {
        "key": f"{CALL}/mail:reminder", "kind": "mail:reminder", "state": "pending", "due": "2026-12-07T11:00:00-08:00",
        "done_at": None, "reason": "", "seen": None,
    }  # fmt: skip


def test_a_step_says_when_it_was_done_and_not_only_when_it_was_due(stage: Stage) -> None:
    stage.tick(BEFORE)
    stage.tick(ANNOUNCED + timedelta(hours=4))
    [call, *_] = told(stage, ANNOUNCED + timedelta(hours=5))["calls"]
    steps = {step["kind"]: step for step in call["steps"]}
    assert datetime.fromisoformat(steps["mail:announcement"]["due"]) == ANNOUNCED
    assert datetime.fromisoformat(steps["mail:announcement"]["done_at"]) == ANNOUNCED + timedelta(hours=4)
    assert steps["mail:announcement"]["done_at"].endswith(steps["mail:announcement"]["due"][-6:]), "both in the series' zone"
    assert steps["mail:announcement"]["seen"] is None
    assert datetime.fromisoformat(steps["meeting"]["done_at"]) == BEFORE
    assert "seen" not in steps["event"]
    shown = stage.run("status", now=ANNOUNCED + timedelta(hours=5)).stdout
    assert "12-01 13:00" in next(line for line in shown.splitlines() if "mail:announcement" in line)


def test_plan_shows_nothing_that_comes_after_until(stage: Stage) -> None:
    stage.tick(BEFORE)
    planned = json.loads(stage.run("plan", "--json", "--until", "2026-12-05", now=BEFORE).stdout)
    assert planned["calls"] == []
    assert {item["kind"] for item in planned["coming"]} == {"mail:announcement", "chat:announcement", "notes"}
    far = json.loads(stage.run("plan", "--json", "--until", "2027-01-06", now=BEFORE).stdout)
    days = [item["due"][:10] for item in far["coming"]]
    assert max(days) == "2027-01-05"


def test_what_is_proven_is_done_and_what_was_missed_for_hours_is_overdue(stage: Stage) -> None:
    stage.tick(BEFORE)
    assert states(told(stage, ANNOUNCED))["mail:announcement"] == "pending"
    late = states(told(stage, ANNOUNCED + timedelta(hours=4)))
    assert (late["event"], late["mail:announcement"], late["mail:reminder"]) == ("done", "overdue", "pending")
    stage.tick(ANNOUNCED + timedelta(hours=4))
    assert states(told(stage, ANNOUNCED + timedelta(hours=4)))["mail:announcement"] == "done"


def test_a_past_call_ends_with_every_step_done_or_skipped_and_stays_so(stage: Stage) -> None:
    for now in (BEFORE, ANNOUNCED, START - timedelta(hours=1), START + timedelta(hours=2), START + timedelta(days=8), START + timedelta(days=9)):
        stage.tick(now)
    found = states(told(stage, START + timedelta(days=9)))
    assert set(found.values()) == {"done", "skipped"}
    assert (found["mail:announcement"], found["recording"], found["mail:recap"]) == ("done", "skipped", "done")
    assert states(told(stage, START + timedelta(days=30))) == found


def test_what_was_adopted_from_people_is_told(stage: Stage) -> None:
    stage.tick(BEFORE)
    times = {"start": "2026-12-09T20:00:00Z", "end": "2026-12-09T21:00:00Z"}
    stage.sandbox.people("calendar", "move", id=stage.event("2026-12-08")["id"], **times)
    stage.tick(BEFORE + timedelta(hours=1))
    found = told(stage, BEFORE + timedelta(hours=1))
    [call] = [call for call in found["calls"] if call["recurrence_id"] == "2026-12-08"]
    assert (call["status"], call["start"]) == ("moved", "2026-12-09T12:00:00-08:00")
    assert call["adopted"] == "moved in the calendar by a person"
    assert "moved in the calendar by a person" in stage.run("status", now=BEFORE + timedelta(hours=1)).stdout


def test_a_service_that_needs_a_person_is_named_and_makes_exit_code_3(stage: Stage) -> None:
    stage.tick(BEFORE)
    stage.sandbox.people("google", "revoke")
    stage.tick(ANNOUNCED)
    found = told(stage, ANNOUNCED, code=3)
    assert [(pause["service"], pause["person"]) for pause in found["paused"]] == [("calendar", True)]
    assert "python run.py login" in found["paused"][0]["reason"]
    assert found["person"] is True


def test_calls_that_are_held_back_are_shown_as_they_were(stage: Stage) -> None:
    stage.tick(BEFORE)
    for day in ("2026-12-08", "2027-01-12"):
        stage.change(f'  [[series.change]]\n  date = {day}\n  cancel = true\n  reason = "gone"')
    found = told(stage, ANNOUNCED, code=3)
    assert len(found["refused"]) == 1
    assert [call["status"] for call in found["calls"]][:2] == ["confirmed", "confirmed"]
    assert states(found)["mail:announcement"] == "waiting"


def test_a_call_cancelled_before_anybody_heard_of_it_is_listed_without_steps(stage: Stage) -> None:
    stage.change('  [[series.change]]\n  date = 2026-12-08\n  cancel = true\n  reason = "Winter break"')
    [call, *_] = told(stage, BEFORE)["calls"]
    assert (call["recurrence_id"], call["status"], call["reason"], call["steps"]) == ("2026-12-08", "cancelled", "Winter break", [])


def test_people_read_it_without_colour_codes_in_a_pipe_and_in_a_narrow_terminal(stage: Stage) -> None:
    stage.tick(BEFORE)
    text = stage.run("status", now=BEFORE).stdout
    assert "\x1b" not in text
    assert "Tue 2026-12-08 11:00 PST  FLOSS-Mentoring monthly call" in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_broken_ledger_is_an_error_and_stays_as_it_is(stage: Stage) -> None:
    stage.state.parent.mkdir()
    stage.state.write_bytes(b"not a database, but long enough to look like one" * 100)
    done = stage.run("status", now=BEFORE)
    assert done.returncode == 3
    assert "cannot be read" in done.stderr
    assert "Traceback" not in done.stderr
