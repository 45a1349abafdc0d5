"""Who the guests of a calendar entry are: the Group of the next calls, people's own guests whole, and no more mail from Google than was said."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.end_to_end.stage import Stage, text_of

ZONE = ZoneInfo("America/Los_Angeles")
GROUP = "floss-mentoring@googlegroups.com"
DAY = "2026-12-08"
MARK = f"floss-mentoring/monthly-call/{DAY}"
EARLY = datetime(2026, 11, 30, 12, tzinfo=ZONE)
START = datetime(2026, 12, 8, 11, tzinfo=ZONE)
PEOPLE = [
    {"email": "ana@example.org", "responseStatus": "accepted", "comment": "With cake", "additionalGuests": 2, "displayName": "Ana"},
    {"email": "room@example.org", "responseStatus": "accepted", "resource": True},
    {"email": "bo@example.org", "responseStatus": "declined", "optional": True},
]


def weekly(folder: Path, sandbox: Any) -> Stage:
    stage = Stage(folder, sandbox)
    stage.edit('every = "second Tuesday of the month"', 'every = "every Tuesday"')
    return stage


def invited(stage: Stage) -> list[str]:
    """The days of the calls that the Group is a guest of."""
    return sorted(event["extendedProperties"]["private"]["callkeeper"][-10:] for event in stage.events() if GROUP in guests(event))


def guests(event: dict[str, Any]) -> list[str]:
    return [guest["email"] for guest in event.get("attendees", [])]


def kinds(stage: Stage, address: str = GROUP) -> Counter[str]:
    """What Google mailed to an address."""
    return Counter(notice["kind"] for notice in stage.notices() if address in notice["to"])


def organizers_were_told(stage: Stage, words: str) -> int:
    told = [mail for mail in stage.mails() if "organizer@example.org" in str(mail["To"])]
    return sum(words in " ".join(text_of(mail).split()) for mail in told)


def planned(stage: Stage, now: datetime) -> dict[str, Any]:
    return dict(json.loads(stage.run("plan", "--json", now=now).stdout))


# -- invite_calls


def test_the_first_tick_of_a_weekly_call_invites_to_two_calls_and_says_so_before(tmp_path: Path, sandbox: Any) -> None:
    stage = weekly(tmp_path, sandbox)
    assert planned(stage, EARLY)["notices"] == 2
    assert "With these, Google mails the Group 2 times (invitations: 2)." in stage.run("plan", now=EARLY).stdout
    assert stage.tick(EARLY).exit_code == 0
    assert len(stage.events()) == 14
    assert invited(stage) == ["2026-12-01", "2026-12-08"]
    assert kinds(stage) == {"invitation": 2}
    writes = [entry for entry in sandbox.log("calendar", "POST") if "sendUpdates=all" in entry["query"]]
    assert len(writes) == 2


def test_when_a_call_has_passed_the_next_one_gets_its_invitation(tmp_path: Path, sandbox: Any) -> None:
    stage = weekly(tmp_path, sandbox)
    stage.tick(EARLY)
    end = datetime(2026, 12, 1, 12, tzinfo=ZONE)
    assert stage.tick(end - timedelta(minutes=1)).exit_code == 0
    assert kinds(stage) == {"invitation": 2}
    before = stage.event("2026-12-15")
    sandbox.people("calendar", "edit", id=before["id"], event={"attendees": PEOPLE})
    assert planned(stage, end)["notices"] == 1
    stage.tick(end)
    assert invited(stage) == ["2026-12-01", "2026-12-08", "2026-12-15"]
    assert kinds(stage) == {"invitation": 3}
    assert stage.event("2026-12-15")["attendees"] == [*PEOPLE, {"email": GROUP, "responseStatus": "needsAction"}]
    assert kinds(stage, "ana@example.org")["cancellation"] == 0


def test_the_quiet_tick_wakes_when_a_call_ends(tmp_path: Path, sandbox: Any) -> None:
    """Nothing else is due then: no recording, no notes, no look."""
    stage = weekly(tmp_path, sandbox)
    stage.edit("look_every_minutes = 60", "look_every_minutes = 10080")
    stage.edit('from = "zoom" ', 'from = "none" ')
    stage.edit('mode = "running"', 'mode = "none"')
    end = datetime(2026, 12, 1, 12, tzinfo=ZONE)
    for now in (EARLY, end - timedelta(minutes=2), end - timedelta(minutes=1), end):
        assert stage.run("apply", now=now).returncode == 0
    assert invited(stage)[-1] == "2026-12-15"


def test_a_call_that_slides_back_keeps_the_group_and_the_new_one_gets_it(tmp_path: Path, sandbox: Any) -> None:
    stage = Stage(tmp_path, sandbox)
    stage.tick(EARLY)
    assert invited(stage) == [DAY, "2027-01-12"]
    extra = '[[series]]\nuid = "extra"\ntitle = "Extra"\nzone = "UTC"\nminutes = 30\n[[series.rule]]\nfrom = 2026-12-10\nat = 10:00:00\n'
    stage.edit("\n[calendar]", f'\n{extra}every = "day 10 of the month"\n\n[calendar]')
    stage.tick(EARLY + timedelta(hours=2))
    assert invited(stage) == [DAY, "2026-12-10", "2027-01-12"]
    assert kinds(stage) == {"invitation": 3}


def test_moves_and_cancellations_of_calls_without_guests_tell_nobody(tmp_path: Path, sandbox: Any) -> None:
    """Nobody has heard of them, so no mail goes out either; and a cancelled call does not count."""
    stage = weekly(tmp_path, sandbox)
    stage.tick(EARLY)
    stage.change("[[series.change]]\ndate = 2026-12-22\nmove_to = 2026-12-23T11:00:00\nreason = 'Room'")
    stage.change("[[series.change]]\ndate = 2026-12-29\ncancel = true\nreason = 'Holiday'")
    assert planned(stage, EARLY + timedelta(hours=2))["notices"] == 0
    stage.tick(EARLY + timedelta(hours=2))
    assert stage.event("2026-12-29")["status"] == "cancelled"
    assert stage.event("2026-12-22")["start"]["dateTime"].startswith("2026-12-23")
    assert kinds(stage) == {"invitation": 2}
    assert [key for key in stage.group_mails() if "@" in key] == []
    stage.change("[[series.change]]\ndate = 2026-12-08\ncancel = true\nreason = 'Holiday'")
    assert planned(stage, EARLY + timedelta(hours=4))["notices"] == 2
    stage.tick(EARLY + timedelta(hours=4))
    assert kinds(stage) == {"invitation": 3, "cancellation": 1}
    assert [key for key in stage.group_mails() if "@" in key] == ["2026-12-08/mail:cancelled@1"]


def test_a_lost_ledger_does_not_tell_of_a_move_that_nobody_had_to_hear_of(tmp_path: Path, sandbox: Any) -> None:
    stage = Stage(tmp_path, sandbox)
    stage.tick(EARLY)
    stage.change("[[series.change]]\ndate = 2027-02-09\nmove_to = 2027-02-10T11:00:00\nreason = 'Room'")
    stage.tick(EARLY + timedelta(hours=2))
    stage.state.unlink()
    assert planned(stage, EARLY + timedelta(hours=4))["notices"] == 0
    stage.tick(EARLY + timedelta(hours=4))
    assert stage.group_mails() == []
    assert invited(stage) == [DAY, "2027-01-12"]
    assert kinds(stage) == {"invitation": 2}


def test_more_notices_than_a_day_allows_wait_for_a_person(tmp_path: Path, sandbox: Any) -> None:
    stage = weekly(tmp_path, sandbox)
    stage.edit("invite_calls = 2", "invite_calls = 5")
    plan = planned(stage, EARLY)
    assert plan["notices"] == 0
    [refused] = plan["refused"]
    assert MARK in refused["reason"]
    assert len(refused["keys"]) == 5
    assert stage.tick(EARLY).exit_code == 3
    assert invited(stage) == []
    assert len(stage.events()) == 9
    assert planned(stage, EARLY)["notices"] == 0
    stage.tick(EARLY, force=True)
    assert len(invited(stage)) == 5
    assert kinds(stage) == {"invitation": 5}
    assert stage.tick(EARLY).exit_code == 0


# -- the list is written whole


def test_a_taken_over_event_keeps_its_guests_their_answers_and_all_that_people_wrote(tmp_path: Path, sandbox: Any) -> None:
    stage = Stage(tmp_path, sandbox)
    event = {
        "summary": "FLOSS-Mentoring monthly call, with Ana", "location": "Library, second floor", "description": "Bring cake", "colorId": "7",
        "start": {"dateTime": START.isoformat()}, "end": {"dateTime": (START + timedelta(hours=1)).isoformat()}, "attendees": PEOPLE,
        "attachments": [{"fileUrl": "https://example.org/slides"}],
    }  # fmt: skip
    hand = sandbox.people("calendar", "create", event=event)
    stage.tick(EARLY)
    assert stage.run("resolve", f"{MARK}/event", "--happened", now=EARLY).returncode == 0
    assert stage.tick(EARLY + timedelta(minutes=10)).exit_code == 0
    found = stage.event(DAY)
    assert found["id"] == hand["id"]
    assert found["attendees"] == [*PEOPLE, {"email": GROUP, "responseStatus": "needsAction"}]
    assert (found["summary"], found["location"], found["colorId"]) == (event["summary"], event["location"], "7")
    assert found["attachments"] == event["attachments"]
    assert found["description"].endswith("Bring cake")
    assert kinds(stage)["invitation"] == 2


def test_a_list_that_google_does_not_show_whole_is_not_written_back(tmp_path: Path, sandbox: Any) -> None:
    stage = weekly(tmp_path, sandbox)
    stage.tick(EARLY)
    event = stage.event("2026-12-15")["id"]
    sandbox.people("calendar", "edit", id=event, event={"attendees": PEOPLE})
    sandbox.people("calendar", "crowd", most=2)
    stage.change("[[series.talk]]\ndate = 2026-12-15\nspeaker = 'Ana'\ntitle = 'Reading code'")
    stage.ticks(datetime(2026, 12, 1, 12, tzinfo=ZONE), datetime(2026, 12, 2, 15, tzinfo=ZONE))
    sandbox.people("calendar", "crowd", most=99)
    assert guests(stage.event("2026-12-15")) == guests({"attendees": PEOPLE})
    assert "Reading code" in stage.event("2026-12-15")["description"]
    assert organizers_were_told(stage, "has more guests than Google shows") == 1


def test_without_invitations_by_google_the_group_goes_quietly_and_comes_back(tmp_path: Path, sandbox: Any) -> None:
    stage = Stage(tmp_path, sandbox)
    stage.tick(EARLY)
    sandbox.people("calendar", "edit", id=stage.event(DAY)["id"], event={"attendees": [*PEOPLE, {"email": GROUP}]})
    stage.edit('invite = "calendar"', 'invite = "none"')
    assert planned(stage, EARLY + timedelta(hours=2))["notices"] == 0
    stage.tick(EARLY + timedelta(hours=2))
    assert stage.event(DAY)["attendees"] == PEOPLE
    assert invited(stage) == []
    assert kinds(stage) == {"invitation": 2}
    stage.edit('invite = "none"', 'invite = "calendar"')
    stage.tick(EARLY + timedelta(hours=4))
    assert invited(stage) == [DAY, "2027-01-12"]
    assert kinds(stage) == {"invitation": 4}
    assert stage.tick(EARLY + timedelta(hours=5)).done == []


def test_people_who_take_the_group_off_or_put_it_on_are_right(tmp_path: Path, sandbox: Any) -> None:
    stage = Stage(tmp_path, sandbox)
    stage.tick(EARLY)
    sandbox.people("calendar", "edit", id=stage.event(DAY)["id"], event={"attendees": PEOPLE})
    sandbox.people("calendar", "edit", id=stage.event("2027-02-09")["id"], event={"attendees": [{"email": GROUP}]})
    for hour in (2, 4, 6):
        stage.tick(EARLY + timedelta(hours=hour))
    stage.change(f"[[series.talk]]\ndate = {DAY}\nspeaker = 'Ana'\ntitle = 'Reading code'")
    stage.tick(EARLY + timedelta(hours=8))
    assert stage.event(DAY)["attendees"] == PEOPLE
    assert invited(stage) == ["2027-01-12", "2027-02-09"]
    assert kinds(stage) == {"invitation": 2}


def test_a_guests_answer_is_no_reason_to_write_anything(tmp_path: Path, sandbox: Any) -> None:
    stage = Stage(tmp_path, sandbox)
    stage.tick(EARLY)
    sandbox.people("calendar", "edit", id=stage.event(DAY)["id"], event={"attendees": [{"email": GROUP, "responseStatus": "accepted"}]})
    sandbox.ask("DELETE", "log")
    assert stage.tick(EARLY + timedelta(hours=2)).done == []
    written = [entry["body"] for entry in sandbox.log("calendar") if entry["method"] != "GET"]
    assert [body for body in written if set(body) != {"extendedProperties"}] == []
    assert stage.mails() == []


def test_an_event_that_cannot_be_brought_back_hands_all_that_people_wrote_to_the_new_one(tmp_path: Path, sandbox: Any) -> None:
    stage = Stage(tmp_path, sandbox)
    stage.tick(EARLY)
    old = stage.event(DAY)
    changed = {"attendees": [*PEOPLE, {"email": GROUP, "responseStatus": "accepted"}], "colorId": "3", "summary": "The big one"}
    sandbox.people("calendar", "edit", id=old["id"], event={**changed, "description": f"Cake!\n{old['description']}"})
    lines = f"[[series.change]]\ndate = {DAY}\ncancel = true\nreason = 'Storm'"
    stage.change(lines)
    stage.tick(EARLY + timedelta(hours=2))
    refusal = {"error": {"code": 400, "message": "Deleted", "errors": [{"domain": "global", "reason": "invalid", "message": "Deleted"}]}}
    sandbox.fault("status", service="calendar", method="PATCH", status=400, body=refusal, times=1)
    stage.edit(lines, "")
    stage.tick(EARLY + timedelta(hours=4))
    [new] = [each for each in stage.events() if each["extendedProperties"]["private"]["callkeeper"] == MARK and each["status"] == "confirmed"]
    assert new["id"] != old["id"]
    assert {name: new[name] for name in changed} == changed
    assert new["description"].startswith("Cake!")


# -- whole days


@pytest.mark.parametrize("day", [DAY, "2026-12-10"])
def test_of_an_event_dragged_into_the_all_day_row_the_day_is_followed_and_the_hour_stays(tmp_path: Path, sandbox: Any, day: str) -> None:
    stage = Stage(tmp_path, sandbox)
    stage.tick(EARLY)
    noticed = len(stage.notices())
    until = str(datetime.fromisoformat(day).date() + timedelta(days=1))
    whole = {"start": {"date": day, "dateTime": None, "timeZone": None}, "end": {"date": until, "dateTime": None, "timeZone": None}}
    sandbox.people("calendar", "edit", id=stage.event(DAY)["id"], event=whole)
    for hour in (2, 3, 30):
        assert stage.tick(EARLY + timedelta(hours=hour)).failed == {}
    event = stage.event(DAY)
    assert datetime.fromisoformat(event["start"]["dateTime"]) == datetime.fromisoformat(f"{day}T11:00:00-08:00")
    assert datetime.fromisoformat(event["end"]["dateTime"]) == datetime.fromisoformat(f"{day}T12:00:00-08:00")
    assert "date" not in event["start"]
    assert organizers_were_told(stage, f"was made an all-day entry on {day}. The day is followed; the hour, 11:00 PST, is written back.") == 1
    assert len(stage.notices()) == noticed
    moved = [key for key in stage.group_mails() if "moved" in key]
    assert moved == ([] if day == DAY else [f"{DAY}/mail:moved@1"])


def test_another_group_takes_the_place_of_the_old_one_and_nobody_else_loses_an_answer(tmp_path: Path, sandbox: Any) -> None:
    """Google mails both about each entry: four mails at once, so a person is asked."""
    stage = Stage(tmp_path, sandbox)
    stage.tick(EARLY)
    sandbox.people("calendar", "edit", id=stage.event(DAY)["id"], event={"attendees": [PEOPLE[0], {"email": GROUP}, *PEOPLE[1:]]})
    stage.edit(f'group = "{GROUP}"', 'group = "new-group@googlegroups.com"')
    later = EARLY + timedelta(hours=2)
    assert stage.tick(later).exit_code == 3
    assert invited(stage) == [DAY, "2027-01-12"]
    stage.tick(later, force=True)
    assert invited(stage) == []
    assert stage.event(DAY)["attendees"] == [*PEOPLE, {"email": "new-group@googlegroups.com", "responseStatus": "needsAction"}]
    assert guests(stage.event("2027-01-12")) == ["new-group@googlegroups.com"]
    assert kinds(stage) == {"invitation": 2, "cancellation": 2}
    assert kinds(stage, "new-group@googlegroups.com") == {"invitation": 2}
    assert stage.tick(later + timedelta(hours=2)).done == []
