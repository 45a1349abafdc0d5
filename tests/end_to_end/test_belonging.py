"""A ledger belongs to one Google account, calendar, Zoom account, document and Group: another one stops everything until it is handed over."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from automation.domain.belonging import BELONGS, LOGIN
from automation.ledger.sqlite import Ledger
from tests.end_to_end.stage import Stage

ZONE = ZoneInfo("America/Los_Angeles")
EARLY = datetime(2026, 12, 2, 12, tzinfo=ZONE)
LATER = EARLY + timedelta(hours=2)
DAYS = ("2026-12-08", "2027-01-12", "2027-02-09")
MARK = "floss-mentoring/monthly-call"
OLD, NEW = "organizer@example.org", "successor@example.org"
TEAM = "team@group.calendar.google.com"


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    """A community whose next call is announced; three events and three meetings are there."""
    stage = Stage(tmp_path, sandbox)
    stage.edit("horizon_days = 92", "horizon_days = 80")
    stage.tick(EARLY)
    assert len(stage.events()) == 3
    return stage


def log_in(stage: Stage, email: str = NEW) -> None:
    """Somebody runs `login` with another account."""
    login = stage.sandbox.people("google", "log_in", email=email)
    credentials = json.loads(stage.credentials.read_text())
    credentials["google"] |= login
    stage.write_credentials(credentials)


def world(stage: Stage) -> dict[str, Any]:
    """Everything that members or vendors could notice; the mails to organizers left out."""
    calendar, zoom = stage.state_of("calendar"), stage.state_of("zoom")
    return {
        "events": calendar["events"], "others": {name: events for name, events in calendar["others"].items() if events},
        "notices": calendar["notices"], "meetings": zoom["meetings"], "mails": stage.group_mails(), "posts": stage.posts(),
        "docs": stage.state_of("docs"),
    }  # fmt: skip


def stops(stage: Stage, *words: str, now: datetime = LATER) -> None:
    """apply, plan and status say it with exit 3, again and again, and nothing is changed."""
    before = world(stage)
    for each in (now, now + timedelta(hours=3), now + timedelta(days=3)):
        applied = stage.run("apply", "--json", now=each)
        assert applied.returncode == 3, applied.stdout + applied.stderr
        [sentence] = json.loads(applied.stdout)["refused"]
        for word in words:
            assert word in sentence
        assert all("/digest:" in step["key"] for step in json.loads(applied.stdout)["done"])
    for command in ("plan", "status"):
        told = stage.run(command, "--json", now=now + timedelta(days=3))
        assert told.returncode == 3
        assert words[0] in told.stdout.replace('\\"', '"')
    assert world(stage) == before


def goes_on(stage: Stage, now: datetime) -> None:
    """It is as if nothing had been: no call is cancelled or moved, and the reminder goes out."""
    report = stage.tick(now)
    assert report.exit_code == 0, report
    assert [event["status"] for event in stage.events()] == ["confirmed"] * 3
    assert [meeting["deleted"] for meeting in stage.meetings()] == [False] * 3
    assert not any("cancelled" in kind or "moved" in kind for kind in stage.group_mails())


# -- another Google account


def test_another_google_account_stops_and_the_first_one_goes_on(stage: Stage) -> None:
    credentials = stage.credentials.read_text()
    log_in(stage)
    stops(stage, NEW, OLD, "adopt-account", "login")
    stage.write_credentials(json.loads(credentials))
    goes_on(stage, LATER + timedelta(days=5))
    assert "2026-12-08/mail:reminder" in stage.group_mails()


def test_a_new_login_of_the_same_account_is_no_other_account(stage: Stage) -> None:
    log_in(stage, OLD)
    goes_on(stage, LATER)


def test_whose_a_login_is_is_asked_once(stage: Stage) -> None:
    log_in(stage, OLD)
    for hours in range(1, 5):
        stage.tick(EARLY + timedelta(hours=hours))
    assert len([entry for entry in stage.sandbox.log("gmail") if entry["path"].endswith("/profile")]) == 2


@pytest.mark.parametrize("status", [400, 403, 404, 405, 501])
def test_where_nobody_says_whose_a_login_is_the_missing_events_tell(tmp_path: Path, sandbox: Any, status: int) -> None:
    sandbox.fault("status", service="gmail", path="profile", status=status, times=99)
    stage = Stage(tmp_path, sandbox)
    assert stage.tick(EARLY).exit_code == 0
    log_in(stage)
    stops(stage, "none of the 3 coming events", "adopt-account")


def test_while_nobody_answers_whose_a_new_login_is_nothing_is_done(stage: Stage) -> None:
    before = world(stage)
    log_in(stage)
    stage.sandbox.fault("status", service="gmail", path="profile", status=503, times=1)
    assert stage.tick(LATER).exit_code == 1
    assert world(stage) == before
    stops(stage, NEW, OLD, now=LATER + timedelta(minutes=5))


def test_a_ledger_of_an_older_version_takes_what_it_finds_in_its_place(stage: Stage) -> None:
    with Ledger(stage.state) as ledger:
        ledger.meta({BELONGS: "", LOGIN: ""})
    goes_on(stage, LATER)
    log_in(stage)
    stops(stage, NEW, OLD, now=LATER + timedelta(hours=1))


def test_a_ledger_of_an_older_version_does_not_take_an_account_without_its_events(stage: Stage) -> None:
    with Ledger(stage.state) as ledger:
        ledger.meta({BELONGS: "", LOGIN: ""})
    log_in(stage)
    stops(stage, "none of the 3 coming events", NEW, "adopt-account")


def test_a_calendar_that_shows_nothing_for_once_is_no_other_account(stage: Stage) -> None:
    """Whatever made the list empty: once the events are seen again, it goes on by itself."""
    empty = {"kind": "calendar#events", "items": []}
    stage.sandbox.fault("status", service="calendar", method="GET", path="/events", status=200, body=empty, times=1)
    for _ in DAYS:
        stage.sandbox.fault("status", service="calendar", method="GET", path="/events/", status=404, times=1)
    report = stage.tick(LATER)
    assert report.exit_code == 3
    assert "none of the 3 coming events" in report.refused[0]
    goes_on(stage, LATER + timedelta(hours=2))


# -- other things


def test_a_changed_calendar_stops(stage: Stage) -> None:
    stage.sandbox.people("calendar", "add_calendar", id=TEAM)
    stage.edit('id = "primary"', f'id = "{TEAM}"')
    stops(stage, f'"{TEAM}"', OLD, "adopt-account")
    stage.edit(f'id = "{TEAM}"', 'id = "primary"')
    goes_on(stage, LATER + timedelta(days=4))


def test_the_accounts_own_address_is_the_same_calendar(stage: Stage) -> None:
    stage.edit('id = "primary"', f'id = "{OLD}"')
    goes_on(stage, LATER)


def test_another_zoom_account_stops(stage: Stage) -> None:
    credentials = json.loads(stage.credentials.read_text())
    other = stage.sandbox.people("zoom", "found", account_id="OtherAccount123")
    stage.write_credentials({**credentials, "zoom": other})
    stops(stage, "Zoom account", "adopt-account")
    stage.write_credentials(credentials)
    goes_on(stage, LATER + timedelta(days=4))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"1oE7cOALIYvPrf374id5WX141EvoCCruWkGDJalJzhlo"', '"1AnotherDocumentOfSomebodyElse00000000000000"'),
        ('"floss-mentoring@googlegroups.com"', '"floss-mentors@googlegroups.com"'),
    ],
)
def test_another_document_or_group_stops(stage: Stage, old: str, new: str) -> None:
    stage.edit(old, new)
    stops(stage, new.strip('"'), old.strip('"'), "adopt-account")
    stage.edit(new, old)
    goes_on(stage, LATER + timedelta(days=4))


def test_another_group_may_be_forced(stage: Stage) -> None:
    stage.edit('group = "floss-mentoring@googlegroups.com"', 'group = "floss-mentors@googlegroups.com"')
    assert stage.run("apply", "--force", now=LATER).returncode in (0, 3)
    ran = stage.run("apply", "--json", now=LATER + timedelta(hours=1))
    assert not any("this ledger belongs to" in sentence for sentence in json.loads(ran.stdout)["refused"])


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_an_edited_community_uid_is_refused(stage: Stage, force: tuple[str, ...]) -> None:
    text = stage.config.read_text()
    stage.config.write_text(text.replace('"floss-mentoring"', '"flossmentoring"', 1))
    stops(stage, 'uid = "floss-mentoring"')
    before = world(stage)
    assert stage.run("apply", *force, now=LATER + timedelta(days=3, hours=1)).returncode == 3
    assert world(stage) == before


def test_an_edited_uid_is_refused_by_a_ledger_of_an_older_version(stage: Stage) -> None:
    with Ledger(stage.state) as ledger:
        ledger.meta({BELONGS: "", LOGIN: ""})
    text = stage.config.read_text()
    stage.config.write_text(text.replace('"floss-mentoring"', '"other"', 1))
    stops(stage, 'uid = "floss-mentoring"')


def test_an_edited_series_uid_is_refused(stage: Stage) -> None:
    stage.edit('"monthly-call"', '"monthly"')
    stops(stage, 'uid = "monthly-call"', '"monthly"')
    stage.edit('"monthly"', '"monthly-call"')
    goes_on(stage, LATER + timedelta(days=4))


# -- one event that is not to be found


def doubtful(stage: Stage) -> None:
    """One event of three is not even in the bin."""
    stage.sandbox.people("calendar", "purge", id=stage.event(DAYS[0])["id"])
    report = stage.tick(LATER)
    assert report.exit_code == 3
    assert report.in_doubt == [f"{MARK}/{DAYS[0]}/event"]
    assert not any(meeting["deleted"] for meeting in stage.meetings())
    assert "2026-12-08/mail:cancelled@1" not in stage.group_mails()
    assert stage.tick(LATER + timedelta(hours=1)).in_doubt == [f"{MARK}/{DAYS[0]}/event"]


def test_an_event_without_a_tombstone_cancels_nothing(stage: Stage) -> None:
    doubtful(stage)


def test_a_person_says_that_it_was_deleted(stage: Stage) -> None:
    doubtful(stage)
    assert stage.run("resolve", f"{MARK}/{DAYS[0]}/event", "--happened", now=LATER + timedelta(hours=2)).returncode == 0
    assert stage.tick(LATER + timedelta(hours=2)).exit_code == 0
    assert stage.group_mails()[-1] == "2026-12-08/mail:cancelled@1"
    assert [meeting["deleted"] for meeting in stage.meetings()].count(True) == 1
    assert stage.tick(LATER + timedelta(hours=4)).exit_code == 0


def test_a_person_has_it_made_again(stage: Stage) -> None:
    doubtful(stage)
    assert stage.run("resolve", f"{MARK}/{DAYS[0]}/event", "--repeat", now=LATER + timedelta(hours=2)).returncode == 0
    goes_on(stage, LATER + timedelta(hours=2))
    assert stage.event(DAYS[0])["location"]


def test_a_person_lets_the_call_stand_without_it(stage: Stage) -> None:
    doubtful(stage)
    assert stage.run("resolve", f"{MARK}/{DAYS[0]}/event", "--skip", now=LATER + timedelta(hours=2)).returncode == 0
    assert stage.tick(LATER + timedelta(hours=4)).exit_code == 0
    assert len(stage.events()) == 2
    assert not any("cancelled" in kind for kind in stage.group_mails())


def test_a_deleted_event_that_leaves_the_bin_stays_deleted(stage: Stage) -> None:
    event = stage.event(DAYS[0])["id"]
    stage.sandbox.people("calendar", "delete", id=event)
    stage.tick(LATER)
    assert stage.group_mails()[-1] == "2026-12-08/mail:cancelled@1"
    stage.sandbox.people("calendar", "purge", id=event)
    assert stage.tick(LATER + timedelta(hours=2)).exit_code == 0


# -- handing over


def adopt(stage: Stage, *arguments: str, now: datetime = LATER) -> str:
    ran = stage.run("adopt-account", *arguments, now=now)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def after(stage: Stage, calendar: str) -> list[dict[str, Any]]:
    """The events of the calendar once all is quiet; no call was cancelled, no mail repeated, and nothing is due."""
    for hours in (1, 2, 30):
        assert stage.tick(LATER + timedelta(hours=hours)).exit_code == 0
    assert not any("cancelled" in kind or "moved" in kind for kind in stage.group_mails())
    assert stage.repeated() == {}
    events = {OLD: stage.events(), **stage.state_of("calendar")["others"]}[calendar]
    assert sorted(event["extendedProperties"]["private"]["callkeeper"].rpartition("/")[2] for event in events) == sorted(DAYS)
    live = [meeting for meeting in stage.meetings() if not meeting["deleted"]]
    assert len({meeting["agenda"] for meeting in live}) == 3
    for event in events:
        assert event["status"] == "confirmed"
        assert event["extendedProperties"]["private"]["callkeeper-sequence"] == "0"
    return list(events)


def test_without_a_terminal_and_without_yes_nothing_is_changed(stage: Stage) -> None:
    log_in(stage)
    stage.tick(LATER)
    before, ledger = world(stage), stage.state.read_bytes()
    ran = stage.run("adopt-account", now=LATER)
    assert ran.returncode == 2
    assert " 3 events are made anew" in ran.stdout
    assert "--yes" in ran.stderr
    assert (world(stage), stage.state.read_bytes()) == (before, ledger)


def test_there_may_be_nothing_to_hand_over(stage: Stage) -> None:
    assert "nothing to hand over" in adopt(stage)


def test_a_new_account_that_may_not_write_in_the_old_calendar_makes_the_events_anew(stage: Stage) -> None:
    log_in(stage)
    told = adopt(stage, "--yes")
    for words in (NEW, OLD, " 3 events are made anew", "invitation", " 3 Zoom meetings stay", "deleted there"):
        assert words in told
    events = after(stage, NEW)
    assert not {event["id"] for event in events} & {event["id"] for event in stage.events()}
    assert len(stage.meetings()) == 3


def test_a_new_account_that_may_write_in_the_old_calendar_takes_the_events_with_it(stage: Stage) -> None:
    ids, notices = {event["id"] for event in stage.events()}, stage.notices()
    stage.sandbox.people("calendar", "share", calendar=OLD, **{"with": NEW})
    log_in(stage)
    assert " 3 events are moved" in adopt(stage, "--yes")
    assert {event["id"] for event in after(stage, NEW)} == ids
    assert stage.notices() == notices


def test_events_in_a_calendar_of_their_own_stay_there(tmp_path: Path, sandbox: Any) -> None:
    sandbox.people("calendar", "add_calendar", id=TEAM)
    sandbox.people("calendar", "share", calendar=TEAM, **{"with": NEW})
    stage = Stage(tmp_path, sandbox)
    stage.edit("horizon_days = 92", "horizon_days = 80")
    stage.edit('id = "primary"', f'id = "{TEAM}"')
    stage.tick(EARLY)
    log_in(stage)
    stops(stage, NEW, OLD)
    assert " 3 events stay" in adopt(stage, "--yes")
    notices = stage.notices()
    after(stage, TEAM)
    assert stage.notices() == notices


def test_another_calendar_of_the_same_account_takes_the_events(stage: Stage) -> None:
    stage.sandbox.people("calendar", "add_calendar", id=TEAM)
    stage.edit('id = "primary"', f'id = "{TEAM}"')
    notices = stage.notices()
    assert " 3 events are moved" in adopt(stage, "--yes")
    after(stage, TEAM)
    assert stage.notices() == notices
    assert {event["status"] for event in stage.events()} == {"cancelled"}


def test_an_event_that_may_not_be_moved_is_made_anew(stage: Stage) -> None:
    stage.sandbox.people("calendar", "add_calendar", id=TEAM)
    stage.edit('id = "primary"', f'id = "{TEAM}"')
    stage.sandbox.fault("status", service="calendar", method="POST", path="/move", status=501, times=1)
    failed = stage.run("adopt-account", "--yes", now=LATER)
    assert failed.returncode == 1
    stage.sandbox.fault("status", service="calendar", method="POST", path="/move", status=403, times=1)
    assert "deleted by hand" in adopt(stage, "--yes")
    after(stage, TEAM)


def test_another_zoom_account_makes_new_meetings_and_says_so(stage: Stage) -> None:
    other = stage.sandbox.people("zoom", "found", account_id="OtherAccount123")
    stage.write_credentials({**json.loads(stage.credentials.read_text()), "zoom": other})
    told = adopt(stage, "--yes")
    assert " 3 Zoom meetings cannot be reached" in told
    assert "OtherAccount123" not in told
    for hours in (1, 2):
        assert stage.tick(LATER + timedelta(hours=hours)).exit_code == 0
    assert len(stage.meetings()) == 6
    new = {meeting["agenda"]: str(meeting["id"]) for meeting in stage.meetings()[3:]}
    for event in stage.events():
        assert new[event["extendedProperties"]["private"]["callkeeper"]] in event["location"]
    assert not any("moved" in kind or "cancelled" in kind for kind in stage.group_mails())


def test_another_community_is_not_handed_over(stage: Stage) -> None:
    text = stage.config.read_text()
    stage.config.write_text(text.replace('"floss-mentoring"', '"other"', 1))
    ran = stage.run("adopt-account", "--yes", now=LATER)
    assert ran.returncode == 2
    assert 'uid = "floss-mentoring"' in ran.stderr


def test_an_account_without_its_events_makes_them_anew(stage: Stage) -> None:
    with Ledger(stage.state) as ledger:
        ledger.meta({BELONGS: "", LOGIN: ""})
    log_in(stage)
    assert stage.tick(LATER).exit_code == 3
    assert " 3 events are made anew" in adopt(stage, "--yes")
    after(stage, NEW)
