"""Plans that look like a mistake stop with exit code 3 and a list, until a person says `--force`; everything else goes on."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.end_to_end.stage import Stage

ZONE = ZoneInfo("America/Los_Angeles")
SERIES = "floss-mentoring/monthly-call"
RULE = 'every = "second Tuesday of the month"'
EARLY = datetime(2026, 11, 20, 12, tzinfo=ZONE)
LATER = EARLY + timedelta(hours=2)


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    """A community with the calls of December, January and February in the calendar."""
    stage = Stage(tmp_path, sandbox)
    stage.tick(EARLY)
    assert len(stage.events()) == 3
    return stage


def statuses(stage: Stage) -> list[str]:
    return [event["status"] for event in stage.events()]


def starts(stage: Stage) -> list[str]:
    return sorted(event["start"]["dateTime"][:10] for event in stage.events())


def cancel_two(stage: Stage) -> None:
    for day in ("2026-12-08", "2027-01-12"):
        stage.change(f"[[series.change]]\ndate = {day}\ncancel = true\nreason = 'A slip'")


def test_two_cancellations_at_once_wait_for_force(stage: Stage) -> None:
    cancel_two(stage)
    ran = stage.run("apply", now=LATER)
    assert ran.returncode == 3
    assert "2026-12-08" in ran.stdout
    assert "2027-01-12" in ran.stdout
    assert "--force" in ran.stdout
    assert statuses(stage) == ["confirmed"] * 3
    assert stage.group_mails() == []


def test_a_refused_plan_names_what_it_holds_back_and_changes_nothing_in_plan(stage: Stage) -> None:
    cancel_two(stage)
    ran = stage.run("plan", "--json", now=LATER)
    assert ran.returncode == 3
    [refused] = json.loads(ran.stdout)["refused"]
    assert refused["calls"] == [f"{SERIES}/2026-12-08", f"{SERIES}/2027-01-12"]


def test_force_carries_it_out_once(stage: Stage) -> None:
    cancel_two(stage)
    assert stage.run("apply", "--force", now=LATER).returncode == 0
    assert sorted(statuses(stage)) == ["cancelled", "cancelled", "confirmed"]
    assert len(stage.group_mails()) == 2
    assert stage.run("apply", now=LATER + timedelta(hours=2)).returncode == 0
    assert stage.repeated() == {}


def test_a_refused_plan_holds_back_only_the_calls_it_names(stage: Stage) -> None:
    """Cancelling January and February leaves the announcement of December to go out on its day."""
    for day in ("2027-01-12", "2027-02-09"):
        stage.change(f"[[series.change]]\ndate = {day}\ncancel = true")
    report = stage.tick(datetime(2026, 12, 1, 9, tzinfo=ZONE))
    assert report.exit_code == 3
    assert stage.group_mails() == ["2026-12-08/mail:announcement"]


def test_the_organizers_are_told_of_a_refusal_once(stage: Stage) -> None:
    cancel_two(stage)
    stage.ticks(LATER, LATER + timedelta(days=3), timedelta(hours=12))
    told = [mail for mail in stage.mails() if "googlegroups.com" not in str(mail["To"])]
    assert len(told) == 1


def test_undoing_the_slip_ends_the_refusal(stage: Stage) -> None:
    before = stage.config.read_text(encoding="utf-8")
    cancel_two(stage)
    assert stage.tick(LATER).exit_code == 3
    stage.config.write_text(before, encoding="utf-8")
    assert stage.tick(LATER + timedelta(minutes=5)).exit_code == 0
    assert statuses(stage) == ["confirmed"] * 3


def test_two_announced_calls_moved_at_once_wait_for_force(stage: Stage) -> None:
    """A slip in the hour of the rule moves every call."""
    stage.edit("at = 11:00:00", "at = 23:00:00")
    before = starts(stage)
    ran = stage.run("apply", now=LATER)
    assert ran.returncode == 3
    assert "would move 3 calls at once" in ran.stdout
    assert starts(stage) == before
    assert stage.run("apply", "--force", now=LATER).returncode in (0, 3)
    assert {event["start"]["dateTime"][11:13] for event in stage.events()} == {"02"}, "23:00 in Los Angeles, as New York shows it"


def test_another_weekday_in_the_rule_is_a_mass_cancellation(stage: Stage) -> None:
    """Other dates are other calls: all of the old ones would go."""
    stage.edit(RULE, 'every = "second Monday of the month"')
    ran = stage.run("apply", now=LATER)
    assert ran.returncode == 3
    assert "are no longer in community.toml, but members have heard of" in ran.stdout
    assert [event["status"] for event in stage.events()].count("cancelled") == 0


def test_people_deleting_several_events_at_once_wait_for_force_too(stage: Stage) -> None:
    """Somebody empties the calendar: no mail goes out and no meeting is deleted before a person says so."""
    for event in stage.events()[:2]:
        stage.sandbox.people("calendar", "delete", id=event["id"])
    assert stage.tick(LATER).exit_code == 3
    assert stage.group_mails() == []
    assert not any(meeting["deleted"] for meeting in stage.meetings())


def test_one_cancellation_goes_through_by_itself(stage: Stage) -> None:
    stage.change("[[series.change]]\ndate = 2026-12-08\ncancel = true")
    assert stage.tick(LATER).exit_code == 0
    assert stage.group_mails() == ["2026-12-08/mail:cancelled@1"]


# -- too many mails


def many_mails(stage: Stage, count: int) -> None:
    for number in range(count):
        text = f'+++\nsubject = "Extra {number}"\nsend = "7 days before at 09:00"\n+++\nHello {number}.\n'
        (stage.templates / "mail" / f"extra-{number}.md").write_text(text, encoding="utf-8")


def test_more_mails_in_a_day_than_allowed_wait_for_force(stage: Stage) -> None:
    """With three more mails on the day of the announcement, none of the four goes out."""
    many_mails(stage, 3)
    stage.tick(LATER)
    due = datetime(2026, 12, 1, 9, tzinfo=ZONE)
    ran = stage.run("apply", now=due)
    assert ran.returncode == 3
    assert "group_mails_per_day" in ran.stdout
    assert stage.group_mails() == []
    assert len([post for post in stage.posts() if post["webhook"] == "Callkeeper"]) == 1, "posts do not wait"
    assert stage.run("apply", "--force", now=due + timedelta(minutes=5)).returncode == 0
    assert len(stage.group_mails()) == 4
    assert stage.repeated() == {}


def test_a_new_template_for_dates_past_mails_nobody(stage: Stage) -> None:
    """A template dropped in after its time for a call has passed is for later calls."""
    stage.tick(datetime(2026, 12, 2, 9, tzinfo=ZONE))
    many_mails(stage, 1)
    stage.ticks(datetime(2026, 12, 2, 10, tzinfo=ZONE), datetime(2026, 12, 3, 10, tzinfo=ZONE), timedelta(hours=8))
    assert stage.group_mails() == ["2026-12-08/mail:announcement"]
    stage.tick(datetime(2027, 1, 5, 9, tzinfo=ZONE))
    assert [kind for kind in stage.group_mails() if "extra" in kind] == ["2027-01-12/mail:extra-0"]


def test_check_names_a_move_into_the_past_and_apply_carries_none_out(stage: Stage) -> None:
    stage.change("[[series.change]]\ndate = 2026-12-08\nmove_to = 2026-11-09T11:00:00")
    ran = stage.run("check", now=LATER)
    assert ran.returncode == 2
    assert "series[0].change[0].move_to: 2026-11-09 is over" in ran.stderr
    assert "did you mean 2026-12-09?" in ran.stderr
    ran = stage.run("apply", now=LATER)
    assert ran.returncode == 2
    assert "2026-11-09 is over" in ran.stderr
    assert "into the past" in stage.tick(LATER).refused[0]
    assert starts(stage)[0] == "2026-12-08"
    assert stage.group_mails() == []


def test_a_slip_of_the_year_is_refused_before_anything_is_done(stage: Stage) -> None:
    stage.change("[[series.change]]\ndate = 2026-12-08\nmove_to = 2025-12-09T11:00:00")
    for command in ("check", "apply"):
        ran = stage.run(command, now=LATER)
        assert ran.returncode == 2
        assert "did you mean 2026-12-09?" in ran.stderr
    assert statuses(stage) == ["confirmed"] * 3
