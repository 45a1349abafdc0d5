"""Time misbehaves: the machine sleeps, the clock goes backwards, a zone's rules change, a local time does not exist."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.end_to_end.stage import Stage, text_of

ZONE = ZoneInfo("America/Los_Angeles")
MARK = "floss-mentoring/monthly-call/2026-12-08"


def at(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    return Stage(tmp_path, sandbox)


def mails_of(stage: Stage, day: str) -> list[str]:
    return [kind.partition(":")[2] for kind in stage.group_mails() if kind.startswith(day)]


def reason(stage: Stage, step: str, now: datetime) -> str:
    for call in stage.told(now):
        for each in call["steps"]:
            if each["key"] == step:
                return f"{each['state']}: {each['reason']}"
    raise AssertionError(step)


class Told(Stage):
    """A stage that reads `status --json`."""

    def told(self, now: datetime) -> list[dict[str, Any]]:
        return list(json.loads(self.run("status", "--json", now=now).stdout)["calls"])


@pytest.fixture
def told(tmp_path: Path, sandbox: Any) -> Told:
    return Told(tmp_path, sandbox)


# -- asleep


def test_asleep_for_a_day_over_the_announcement_it_still_goes_out(stage: Stage) -> None:
    stage.tick(at(11, 30, 12))
    stage.tick(at(12, 2, 8))
    assert mails_of(stage, "2026-12-08") == ["announcement"]


def test_asleep_over_reminder_and_start_nothing_late_is_sent(told: Told) -> None:
    """Awake again after the call: a reminder is of no use, and says so; the recap follows."""
    told.tick(at(12, 1, 9))
    told.tick(at(12, 8, 14))
    told.tick(at(12, 8, 15))
    assert mails_of(told, "2026-12-08") == ["announcement"]
    assert reason(told, f"{MARK}/mail:reminder", at(12, 8, 15)).startswith("skipped: its time passed")
    told.tick(at(12, 16, 12))
    assert mails_of(told, "2026-12-08") == ["announcement", "recap"]
    assert "recording" in text_of(told.mails()[-1])


def test_asleep_until_the_evening_before_the_reminder_replaces_the_announcement(stage: Stage) -> None:
    """Both are late: each that is still of use goes out once, in order, and none twice."""
    stage.tick(at(11, 20, 12))
    stage.tick(at(12, 7, 20))
    assert mails_of(stage, "2026-12-08") in (["announcement", "reminder"], ["reminder"])
    stage.tick(at(12, 7, 21))
    assert stage.repeated() == {}


def test_asleep_for_a_month_the_missed_call_is_closed_and_the_next_one_announced(told: Told) -> None:
    told.tick(at(12, 1, 9))
    told.tick(at(1, 6, 9, year=2027))
    told.tick(at(1, 6, 10, year=2027))
    assert mails_of(told, "2027-01-12") == ["announcement"]
    [call] = [call for call in told.told(at(1, 6, 11, year=2027)) if call["recurrence_id"] == "2026-12-08"]
    assert {step["state"] for step in call["steps"]} <= {"done", "skipped"}
    assert told.repeated() == {}


# -- the clock set back


@pytest.mark.parametrize("back", [timedelta(minutes=10), timedelta(hours=5), timedelta(days=3), timedelta(days=400)])
def test_a_clock_set_back_sends_nothing_again(stage: Stage, back: timedelta) -> None:
    stage.ticks(at(11, 30, 9), at(12, 2, 9), timedelta(hours=24))
    before = (stage.group_mails(), len(stage.events()), len(stage.posts()), len(stage.notices()))
    assert before[0] == ["2026-12-08/mail:announcement"]
    now = at(12, 2, 9) - back
    stage.tick(now)
    stage.tick(now + timedelta(minutes=5))
    assert stage.group_mails() == before[0]
    assert len([event for event in stage.events() if event["extendedProperties"]["private"]["callkeeper"] == MARK]) == 1
    assert len(stage.posts()) == before[2]
    stage.ticks(at(12, 2, 10), at(12, 7, 11), timedelta(hours=24))
    stage.tick(at(12, 7, 11))
    assert mails_of(stage, "2026-12-08") == ["announcement", "reminder"]
    assert stage.repeated() == {}


def test_a_pause_from_before_the_clock_was_set_back_does_not_last_for_ever(stage: Stage) -> None:
    """A retry noted for the year 2030 by a wrong clock is not waited for."""
    stage.edit("horizon_days = 92", "horizon_days = 20")
    stage.sandbox.fault("status", service="zoom", method="POST", path="/token", times=5, status=429, headers={"Retry-After": "3600"})
    stage.tick(at(11, 30, 12, year=2030))
    assert stage.events() == []
    stage.sandbox.ask("DELETE", "faults")
    stage.tick(at(11, 20, 12))
    stage.tick(at(11, 20, 14))
    assert f"{MARK}" in [event["extendedProperties"]["private"]["callkeeper"] for event in stage.events()]


# -- a zone's rules change


def zoneinfo_with(folder: Path, name: str, source: str) -> dict[str, str]:
    """An environment in which the zone `name` has the rules of the zone `source`."""
    content = (files("tzdata") / "zoneinfo" / source).read_bytes()
    target = folder / "zones" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return {**os.environ, "PYTHONTZPATH": str(folder / "zones")}


def test_new_rules_for_a_zone_between_announcement_and_call(stage: Stage) -> None:
    """California stays on summer time (the rules of MST7, UTC-7, for all of winter): 11:00 on the wall is another instant, so the meeting and
    the event follow, the Group is told, and the later mails have the new hours."""
    stage.edit("horizon_days = 92", "horizon_days = 20")
    stage.tick(at(12, 1, 9))
    assert stage.meetings()[0]["start_time"] == "2026-12-08T19:00:00Z"
    later = zoneinfo_with(stage.folder, "America/Los_Angeles", "MST")
    now = at(12, 3, 12)
    stage.sandbox.post("clock", {"now": now.isoformat()})
    ran = subprocess.run(stage.command("apply", now=now), capture_output=True, text=True, cwd=stage.folder, env=later, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    # Zoom is told the instant in UTC, so its own rules for the zone do not matter.
    assert [entry["body"]["start_time"] for entry in stage.sandbox.log("zoom", "PATCH")] == ["2026-12-08T18:00:00Z"]
    assert datetime.fromisoformat(stage.event("2026-12-08")["start"]["dateTime"]) == datetime(2026, 12, 8, 18, tzinfo=UTC)
    assert mails_of(stage, "2026-12-08") == ["announcement", "moved@1"]
    assert "18:00 UTC" in text_of(stage.mails()[-1])
    again = subprocess.run(stage.command("apply", now=now), capture_output=True, text=True, cwd=stage.folder, env=later, check=False)
    assert again.returncode == 0
    assert mails_of(stage, "2026-12-08") == ["announcement", "moved@1"]


# -- dates


def one_call(stage: Stage, day: date, hour: str) -> None:
    """A series whose first call is on that day, and whose second is beyond the horizon."""
    stage.edit("horizon_days = 92", "horizon_days = 20")
    stage.edit("from = 2023-09-01", f"from = {day}")
    stage.edit('every = "second Tuesday of the month"', f'every = "day {day.day} of the month"')
    stage.edit("at = 11:00:00", f"at = {hour}")


def test_a_call_on_a_leap_day(stage: Stage) -> None:
    one_call(stage, date(2028, 2, 29), "11:00:00")
    for now in (at(2, 1, 12, year=2028), at(2, 22, 9, year=2028), at(2, 28, 11, year=2028), at(2, 29, 10, year=2028)):
        stage.tick(now)
    assert mails_of(stage, "2028-02-29") == ["announcement", "reminder", "starting-soon"]
    assert "Tuesday 29 February 2028" in text_of(stage.mails()[0])
    assert stage.meetings()[0]["start_time"] == "2028-02-29T19:00:00Z"


def test_a_call_at_a_local_time_that_does_not_exist(stage: Stage) -> None:
    """RFC 5545 3.3.5: 02:30 on the night of the change means 02:30 at the offset before it, that is 03:30 daylight time."""
    one_call(stage, date(2027, 3, 14), "02:30:00")
    for now in (at(3, 1, 12, year=2027), at(3, 7, 9, year=2027), at(3, 13, 3, 30, year=2027), at(3, 14, 1, 45, year=2027)):
        stage.tick(now)
    assert datetime.fromisoformat(stage.events()[0]["start"]["dateTime"]) == datetime(2027, 3, 14, 10, 30, tzinfo=UTC)
    assert stage.meetings()[0]["start_time"] == "2027-03-14T10:30:00Z"
    assert mails_of(stage, "2027-03-14") == ["announcement", "reminder", "starting-soon"]
    assert "03:30 PDT" in text_of(stage.mails()[0])


def test_a_call_at_a_local_time_that_exists_twice_is_at_the_first(stage: Stage) -> None:
    """RFC 5545 3.3.5: the first of the two, still in daylight time."""
    one_call(stage, date(2026, 11, 1), "01:30:00")
    stage.tick(at(10, 20, 12))
    stage.tick(at(10, 25, 9))
    assert stage.meetings()[0]["start_time"] == "2026-11-01T08:30:00Z"
    assert "01:30 PDT" in text_of(stage.mails()[0])


# -- clocks go back and forth under a call


@pytest.mark.parametrize(
    ("every", "hour", "zone", "day"),
    [
        ("first Sunday of the month", "01:30:00", "America/Los_Angeles", date(2026, 11, 1)),  # it begins in the hour that comes twice
        ("first Sunday of the month", "00:30:00", "America/Los_Angeles", date(2026, 11, 1)),  # it ends in it
        ("first Saturday of the month", "23:30:00", "America/Santiago", date(2027, 4, 3)),  # at midnight it is 23:00 again
        ("first Saturday of the month", "23:30:00", "America/Santiago", date(2027, 9, 4)),  # at midnight it is 01:00
    ],
)
def test_a_call_around_a_clock_change_stays_as_it_was_announced(
    tmp_path: Path, sandbox: Any, every: str, hour: str, zone: str, day: date
) -> None:
    """No time in a repeated hour equals that of another zone in Python (PEP 495); the ledger and Google give fixed offsets back."""
    text = (Path(__file__).parents[2] / "community.toml").read_text(encoding="utf-8")
    old = {'every = "second Tuesday of the month"': f'every = "{every}"', "at = 11:00:00": f"at = {hour}", "horizon_days = 92": "horizon_days = 20"}
    for before, after in {**old, 'zone = "America/Los_Angeles"': f'zone = "{zone}"'}.items():
        assert before in text
        text = text.replace(before, after, 1)
    stage = Stage(tmp_path, sandbox, text)
    begin = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    for hours in (-200, -190, -100, -30, -24, -12, 0, 9, 15, 16, 17, 18, 20, 40):
        stage.tick(begin + timedelta(hours=hours))
    event = stage.event(day.isoformat())
    private = event["extendedProperties"]["private"]
    assert (private["callkeeper-sequence"], private["callkeeper-change"]) == ("0", "")
    mails = mails_of(stage, day.isoformat())
    assert "announcement" in mails
    assert not any(name.startswith(("moved", "cancelled", "restored")) for name in mails)
    assert stage.repeated() == {}
    assert {notice["kind"] for notice in stage.notices()} == {"invitation"}
