"""An answer that was lost, a request carried out late, a draft that is gone: nothing is doubled, nothing is lost, nothing stays behind."""

from __future__ import annotations

import json
import signal
import subprocess
from datetime import date, datetime, timedelta
from email import message_from_string, policy
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from automation.domain.begun import MailBegun
from automation.domain.receipts import Receipt
from automation.ledger.sqlite import Ledger
from tests.end_to_end.stage import Stage, text_of

ZONE = ZoneInfo("America/Los_Angeles")
DAY = "2026-12-08"
MARK = f"floss-mentoring/monthly-call/{DAY}"
ANNOUNCED, SOON = f"{MARK}/mail:announcement", f"{MARK}/mail:starting-soon"
EARLY = datetime(2026, 11, 30, 16, tzinfo=ZONE)
DUE = datetime(2026, 12, 1, 9, tzinfo=ZONE)
START = datetime(2026, 12, 8, 11, tzinfo=ZONE)
MINUTE = timedelta(minutes=1)
GONE = {"error": {"code": 404, "message": "Requested entity was not found.", "errors": [{"domain": "global", "reason": "notFound"}]}}


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    stage = Stage(tmp_path, sandbox)
    stage.edit("horizon_days = 92", "horizon_days = 20")
    return stage


def drafts(stage: Stage) -> list[Any]:
    return list(stage.state_of("gmail")["drafts"])


def asked(stage: Stage, service: str) -> int:
    return len(stage.sandbox.log(service))


def marked(stage: Stage) -> list[dict[str, Any]]:
    return [meeting for meeting in stage.meetings() if not meeting["deleted"]]


# -- drafts that are gone


def test_a_draft_that_gmail_does_not_find_at_once_is_sent_later(stage: Stage) -> None:
    stage.tick(EARLY)
    stage.sandbox.fault("status", service="gmail", method="POST", path="drafts/send", status=404, body=GONE)
    report = stage.tick(DUE)
    assert report.exit_code == 1
    assert ANNOUNCED in report.failed
    assert stage.group_mails() == []
    stage.ticks(DUE + 2 * MINUTE, DUE + 10 * MINUTE, 2 * MINUTE)
    assert stage.group_mails() == [f"{DAY}/mail:announcement"]
    assert drafts(stage) == []


def test_a_draft_deleted_before_it_was_ever_sent_is_written_again(stage: Stage) -> None:
    """Google refuses for a while, and in the meantime a person clears the drafts away: nothing was sent."""
    stage.tick(EARLY)
    stage.sandbox.fault("status", service="gmail", method="POST", path="drafts/send", status=429, headers={"Retry-After": "60"})
    stage.tick(DUE)
    [draft] = drafts(stage)
    stage.sandbox.people("gmail", "delete_draft", id=draft["id"])
    stage.ticks(DUE + 2 * MINUTE, DUE + 14 * MINUTE, 2 * MINUTE)
    assert stage.group_mails() == [f"{DAY}/mail:announcement"]
    assert drafts(stage) == []


def test_a_draft_that_a_person_sent_is_not_sent_again(stage: Stage) -> None:
    stage.tick(EARLY)
    stage.sandbox.fault("status", service="gmail", method="POST", path="drafts/send", status=429, headers={"Retry-After": "60"})
    stage.tick(DUE)
    stage.sandbox.people("gmail", "send_draft", id=drafts(stage)[0]["id"])
    stage.ticks(DUE + 2 * MINUTE, DUE + 14 * MINUTE, 2 * MINUTE)
    assert stage.group_mails() == [f"{DAY}/mail:announcement"]


@pytest.mark.parametrize("readable", [True, False])
def test_a_gone_draft_whose_sending_was_recorded_is_looked_for_among_the_sent_mails(stage: Stage, readable: bool) -> None:
    """Sent, and the answer lost: found there, or, where sent mail may not be read, taken as sent."""
    stage.tick(EARLY)
    stage.sandbox.fault("drop_after", service="gmail", method="POST", path="drafts/send")
    if not readable:
        stage.sandbox.fault("status", service="gmail", method="GET", path="messages$", status=403, times=100)
    assert stage.tick(DUE).exit_code == 1
    report = stage.tick(DUE + 2 * MINUTE)
    assert ANNOUNCED in report.done
    assert stage.group_mails() == [f"{DAY}/mail:announcement"]


def test_a_gone_draft_that_is_not_among_the_sent_mails_is_in_doubt(stage: Stage) -> None:
    stage.tick(EARLY)
    stage.sandbox.fault("drop_before", service="gmail", method="POST", path="drafts/send")
    stage.tick(DUE)
    stage.sandbox.people("gmail", "delete_draft", id=drafts(stage)[0]["id"])
    report = stage.tick(DUE + 2 * MINUTE)
    assert report.in_doubt == [ANNOUNCED]
    assert report.exit_code == 3
    assert stage.run("resolve", ANNOUNCED, "--skip", now=DUE + 3 * MINUTE).returncode == 0
    assert stage.tick(DUE + 4 * MINUTE).in_doubt == []
    assert stage.group_mails() == []


def test_a_draft_that_lay_there_while_the_call_moved_is_written_anew(stage: Stage) -> None:
    stage.tick(EARLY)
    stage.sandbox.fault("status", service="gmail", method="POST", path="drafts/send", status=429, headers={"Retry-After": "600"})
    stage.tick(DUE)
    stage.change(f'[[series.change]]\ndate = {DAY}\nmove_to = {DAY}T13:00:00\nreason = "Room"')
    stage.ticks(DUE + 11 * MINUTE, DUE + 21 * MINUTE, 5 * MINUTE)
    [mail] = sent_to_group(stage, ANNOUNCED)
    assert "13:00 PST" in text_of(mail)
    assert "11:00 PST" not in text_of(mail)
    assert drafts(stage) == []


@pytest.mark.parametrize("webhook", [True, False])
@pytest.mark.parametrize("fault", [{"do": "status", "status": 404, "body": GONE}, {"do": "drop_after"}, {"do": "late", "seconds": 119}])
def test_the_organizers_digest_is_told_once_whatever_becomes_of_its_draft(stage: Stage, fault: dict[str, Any], webhook: bool) -> None:
    if not webhook:
        content = json.loads(stage.credentials.read_text(encoding="utf-8"))
        del content["discord"]["organizers_webhook_url"]
        stage.write_credentials(content)
    stage.tick(EARLY)
    stage.sandbox.fault("status", service="docs", status=403, times=1000, body=GONE)
    stage.sandbox.fault(**fault, service="gmail", method="POST", path="drafts/send", skip=1)
    stage.tick(DUE)
    stage.ticks(DUE + 2 * MINUTE, DUE + 30 * MINUTE, 2 * MINUTE)
    told = [str(mail["To"]) for mail in stage.mails() if "googlegroups.com" not in str(mail["To"])]
    told += [message["webhook"] for message in stage.posts() if message["webhook"] != "Callkeeper"]
    assert len(told) == 1
    assert drafts(stage) == []


# -- waiting before asking


def test_nothing_is_asked_for_a_minute_after_an_answer_was_lost(stage: Stage) -> None:
    stage.tick(EARLY)
    stage.sandbox.fault("drop_after", service="gmail", method="POST", path="drafts/send")
    report = stage.tick(DUE)
    assert report.failed[ANNOUNCED].retry_at == DUE + MINUTE
    before = asked(stage, "gmail")
    report = stage.tick(DUE + timedelta(seconds=59))
    assert report.exit_code == 1
    assert ANNOUNCED in report.failed
    assert asked(stage, "gmail") == before
    assert ANNOUNCED in stage.tick(DUE + MINUTE).done


def test_a_step_of_a_killed_process_is_left_alone_for_a_minute_too(stage: Stage) -> None:
    stage.tick(EARLY)
    stage.sandbox.post("clock", {"now": DUE.isoformat()})
    stage.sandbox.fault("slow", service="gmail", method="POST", path="drafts/send", seconds=30)
    process = subprocess.Popen(stage.command("apply", now=DUE), cwd=stage.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not any(entry["path"].endswith("drafts/send") for entry in stage.sandbox.log("gmail")):
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()
    report = stage.tick(DUE + timedelta(seconds=30))
    assert report.exit_code == 1
    assert ANNOUNCED in report.failed
    assert ANNOUNCED in stage.tick(DUE + 2 * MINUTE).done
    assert stage.group_mails() == [f"{DAY}/mail:announcement"]


def test_a_clock_that_was_set_back_does_not_put_the_question_off_for_ever(stage: Stage) -> None:
    stage.tick(EARLY)
    stage.sandbox.fault("drop_after", service="gmail", method="POST", path="drafts/send")
    stage.tick(DUE)
    back = DUE - timedelta(hours=5)
    assert ANNOUNCED in stage.tick(back).failed
    assert ANNOUNCED in stage.tick(back + 2 * MINUTE).done
    assert stage.group_mails() == [f"{DAY}/mail:announcement"]


# -- carried out late, listed late


@pytest.mark.parametrize("seconds", [50, 70, 119, 179])
@pytest.mark.parametrize(
    ("service", "path", "at"), [("zoom", "meetings", EARLY), ("gmail", "drafts$", DUE), ("gmail", "drafts/send", DUE)]
)
def test_a_request_that_is_carried_out_late_makes_nothing_twice(stage: Stage, service: str, path: str, at: datetime, seconds: int) -> None:
    if at > EARLY:
        stage.tick(EARLY)
    stage.sandbox.fault("late", service=service, method="POST", path=path, seconds=seconds)
    assert stage.tick(at).exit_code == 1
    stage.ticks(at + timedelta(seconds=30), at + 12 * MINUTE, timedelta(seconds=30))
    if at == EARLY:
        stage.ticks(DUE, DUE + 6 * MINUTE, MINUTE)
    assert len(marked(stage)) == 1
    assert stage.group_mails() == [f"{DAY}/mail:announcement"]
    assert drafts(stage) == []


@pytest.mark.parametrize("service", ["zoom", "gmail"])
def test_what_is_listed_only_minutes_later_is_not_made_again(stage: Stage, service: str) -> None:
    stage.sandbox.fault("unlisted", service=service, seconds=240)
    if service == "zoom":
        stage.sandbox.fault("drop_after", service=service, method="POST", path="meetings")
    stage.tick(EARLY)
    if service == "gmail":
        stage.sandbox.fault("drop_after", service=service, method="POST", path="drafts$")
        stage.tick(DUE)
        stage.ticks(DUE + MINUTE, DUE + 12 * MINUTE, MINUTE)
    else:
        stage.ticks(EARLY + MINUTE, EARLY + 12 * MINUTE, MINUTE)
    assert len(marked(stage)) == 1
    assert drafts(stage) == []


def test_a_copy_of_the_notes_made_late_stays_the_only_one(stage: Stage) -> None:
    stage.edit('mode = "running"', 'mode = "copy"')
    stage.tick(EARLY)
    stage.sandbox.fault("late", service="drive", method="POST", path="copy", seconds=119)
    stage.sandbox.fault("unlisted", service="drive", seconds=170)
    stage.tick(DUE)
    stage.ticks(DUE + MINUTE, DUE + 12 * MINUTE, MINUTE)
    copies = [file for file in stage.state_of("drive")["files"] if (file.get("appProperties") or {}).get("callkeeper") == f"{MARK}/notes"]
    assert len(copies) == 1


def test_a_meeting_of_unknown_outcome_whose_call_is_cancelled_is_found_and_deleted(stage: Stage) -> None:
    stage.sandbox.fault("late", service="zoom", method="POST", path="meetings", seconds=119)
    stage.tick(EARLY)
    stage.change(f"[[series.change]]\ndate = {DAY}\ncancel = true")
    reports = stage.ticks(EARLY + MINUTE, EARLY + 12 * MINUTE, MINUTE)
    assert marked(stage) == []
    assert reports[-1].exit_code == 0


# -- windows that end meanwhile


def test_a_mail_whose_time_runs_out_while_nobody_knows_is_not_sent_late_and_leaves_no_draft(stage: Stage) -> None:
    stage.tick(EARLY)
    stage.tick(START - timedelta(hours=2))
    stage.sandbox.fault("late", service="gmail", method="POST", path="drafts$", seconds=119)
    stage.tick(START - timedelta(seconds=20))
    stage.ticks(START + MINUTE, START + 12 * MINUTE, MINUTE)
    assert f"{DAY}/mail:starting-soon" not in stage.group_mails()
    assert drafts(stage) == []
    assert SOON in stage.run("status", "--json", now=START + 13 * MINUTE).stdout


def test_a_mail_sent_just_before_its_time_ran_out_counts_as_sent(stage: Stage) -> None:
    stage.tick(EARLY)
    stage.tick(START - timedelta(hours=2))
    stage.sandbox.fault("drop_after", service="gmail", method="POST", path="drafts/send")
    stage.tick(START - timedelta(seconds=20))
    assert SOON in stage.tick(START + MINUTE).done


def test_a_post_that_was_begun_and_never_left_is_not_made_after_its_time(stage: Stage) -> None:
    """The process dies while it marks the event, before the chat hears of anything."""
    stage.tick(EARLY)
    stage.tick(START - timedelta(hours=2))
    now = START - timedelta(minutes=30)
    posts = len(stage.posts())
    stage.sandbox.post("clock", {"now": now.isoformat()})
    stage.sandbox.fault("slow", service="calendar", method="PATCH", seconds=30, times=9)
    process = subprocess.Popen(stage.command("apply", now=now), cwd=stage.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not any(entry["method"] == "PATCH" and entry.get("fault") for entry in stage.sandbox.log("calendar")):
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    stage.sandbox.ask("DELETE", "faults")
    stage.ticks(START + MINUTE, START + 6 * MINUTE, MINUTE)
    assert len(stage.posts()) == posts


# -- what changes meanwhile


def sent_to_group(stage: Stage, key: str) -> list[Any]:
    return [mail for mail in stage.mails() if str(mail["X-Callkeeper-Key"]) == key]


@pytest.mark.parametrize(
    "fault", [{"do": "status", "path": "drafts/send", "status": 429, "headers": {"Retry-After": "60"}}, {"do": "drop_after", "path": "drafts$"}]
)
def test_a_reminder_that_was_begun_goes_out_for_the_day_to_which_the_call_moves(stage: Stage, fault: dict[str, Any]) -> None:
    stage.tick(EARLY)
    stage.tick(DUE)
    stage.sandbox.fault(**fault, service="gmail", method="POST")
    stage.tick(START - timedelta(days=1))
    stage.change(f'[[series.change]]\ndate = {DAY}\nmove_to = 2026-12-10T11:00:00\nreason = "Room"')
    stage.ticks(START - timedelta(days=1) + 2 * MINUTE, START - timedelta(days=1) + 12 * MINUTE, 2 * MINUTE)
    stage.ticks(START + timedelta(days=1), START + timedelta(days=1) + 10 * MINUTE, 5 * MINUTE)
    [mail] = [mail for mail in stage.mails() if "mail:reminder" in str(mail["X-Callkeeper-Key"])]
    assert "Thursday 10 December 2026" in text_of(mail)
    assert "8 December" not in text_of(mail)
    assert drafts(stage) == []


@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize(("first", "then"), [("gmail", "smtp"), ("smtp", "gmail")])
def test_a_mail_that_was_begun_on_another_way_is_in_doubt(stage: Stage, first: str, then: str, wanted: bool) -> None:
    """The answer is lost, or the process dies before it comes; then the organizers send their mail in another way."""
    stage.edit('via = "gmail"', f'via = "{first}"')
    stage.tick(EARLY)
    day = date.fromisoformat(DAY)
    begun = MailBegun(day=day, submitting=True) if first == "smtp" else MailBegun(day=day, draft="r1", sending=DUE)
    with Ledger(stage.state) as ledger:
        ledger.put(Receipt(ANNOUNCED, "claimed", begun=begun), DUE)
    stage.edit(f'via = "{first}"', f'via = "{then}"')
    if not wanted:
        (stage.templates / "mail" / "announcement.md").unlink()
    stage.tick(DUE + 2 * MINUTE)
    with Ledger(stage.state) as ledger:
        found = ledger.snapshot().receipts[ANNOUNCED]
    assert found.state == "doubt"
    assert sent_to_group(stage, ANNOUNCED) == []
    assert ANNOUNCED not in [mail["headers"].get("X-Callkeeper-Key") for mail in stage.state_of("smtp")["mails"]]


@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
def test_a_draft_that_may_be_left_in_gmail_by_a_change_to_another_way_is_told_once(stage: Stage, fault: str, wanted: bool) -> None:
    """Its number never came, so it was never sent from here: the mail goes out by the other way, and a person is to clear the draft away."""
    stage.tick(EARLY)
    stage.sandbox.fault(fault, service="gmail", method="POST", path="drafts$")
    stage.tick(DUE)
    stage.edit('via = "gmail"', 'via = "smtp"')
    if not wanted:
        (stage.templates / "mail" / "announcement.md").unlink()
    assert stage.tick(DUE + 2 * MINUTE).exit_code == 0
    stage.ticks(DUE + timedelta(hours=1), DUE + timedelta(hours=30), timedelta(hours=6))
    sent = stage.state_of("smtp")["mails"]
    keys = [mail["headers"]["X-Callkeeper-Key"] for mail in sent]
    assert keys.count(ANNOUNCED) == int(wanted)
    digests = [message_from_string(mail["raw"], policy=policy.default) for mail in sent if "/digest:" in mail["headers"]["X-Callkeeper-Key"]]
    told = [" ".join(text_of(fingerprint).split()) for fingerprint in digests]  # type: ignore[arg-type]
    assert [text.count(f"A draft of {ANNOUNCED} may lie in Gmail") for text in told] == [1]


def test_a_draft_whose_answer_was_lost_does_not_go_out_with_the_old_hour(stage: Stage) -> None:
    stage.tick(EARLY)
    stage.sandbox.fault("drop_after", service="gmail", method="POST", path="drafts$")
    stage.tick(DUE)
    stage.change(f'[[series.change]]\ndate = {DAY}\nmove_to = {DAY}T13:00:00\nreason = "Room"')
    stage.ticks(DUE + 2 * MINUTE, DUE + 12 * MINUTE, 2 * MINUTE)
    [mail] = sent_to_group(stage, ANNOUNCED)
    assert "13:00" in text_of(mail)
    assert "11:00" not in text_of(mail)
    assert drafts(stage) == []


@pytest.mark.parametrize("readable", [True, False])
def test_a_draft_whose_number_never_came_and_that_a_person_sent_is_not_sent_again(stage: Stage, readable: bool) -> None:
    stage.tick(EARLY)
    stage.sandbox.fault("drop_after", service="gmail", method="POST", path="drafts$")
    if not readable:
        stage.sandbox.fault("status", service="gmail", method="GET", path="messages$", status=403, times=100)
    stage.tick(DUE)
    [draft] = drafts(stage)
    stage.sandbox.people("gmail", "send_draft", id=draft["id"])
    stage.ticks(DUE + 2 * MINUTE, DUE + 12 * MINUTE, 2 * MINUTE)
    assert len(sent_to_group(stage, ANNOUNCED)) == (1 if readable else 2)


def test_organizers_hear_of_a_mail_that_died_with_its_draft(stage: Stage) -> None:
    stage.tick(EARLY)
    stage.tick(START - timedelta(hours=2))
    stage.sandbox.fault("drop_after", service="gmail", method="POST", path="drafts$")
    stage.tick(START - timedelta(seconds=20))
    stage.ticks(START + MINUTE, START + 12 * MINUTE, MINUTE)
    assert SOON not in [str(mail["X-Callkeeper-Key"]) for mail in stage.mails()]
    with Ledger(stage.state) as ledger:
        [notice] = [notice for notice in ledger.snapshot().notices if notice.key.startswith(SOON)]
    assert "was skipped: its time passed" in notice.text


def test_a_notice_that_came_after_the_digests_draft_is_told_in_the_next(stage: Stage) -> None:
    stage.tick(EARLY)
    stage.sandbox.fault("drop_after", service="gmail", method="POST", path="drafts$")
    with Ledger(stage.state) as ledger:
        ledger.notice({"one": "The first thing."}, EARLY)
    stage.tick(EARLY + MINUTE)
    with Ledger(stage.state) as ledger:
        ledger.notice({"two": "The second thing."}, EARLY + MINUTE)
    stage.tick(EARLY + 3 * MINUTE)
    stage.tick(EARLY + timedelta(hours=25))
    told = [str(mail.get_body(("plain",)).get_content()) for mail in stage.mails() if "googlegroups.com" not in str(mail["To"])]  # type: ignore[union-attr]
    assert [("The first" in text, "The second" in text) for text in told] == [(True, False), (False, True)]
    assert drafts(stage) == []


@pytest.mark.parametrize("fault", [None, "drop_before", "drop_after"])
def test_a_second_digest_on_one_day_is_not_taken_for_the_first(stage: Stage, fault: str | None) -> None:
    """The clock is set back, so that the day comes twice. What mail programs and Callkeeper know a mail by must differ, or one of them is lost."""
    stage.tick(EARLY)
    with Ledger(stage.state) as ledger:
        ledger.notice({"one": "The first thing."}, EARLY)
    first = EARLY + timedelta(hours=20)
    stage.tick(first)
    with Ledger(stage.state) as ledger:
        ledger.notice({"two": "The second thing."}, first)
    if fault is not None:
        stage.sandbox.fault(fault, service="gmail", method="POST", path="drafts/send")
    back = first - timedelta(hours=9)
    stage.ticks(back, back + 20 * MINUTE, 2 * MINUTE)
    digests = [mail for mail in stage.mails() if "googlegroups.com" not in str(mail["To"])]
    assert [("The first" in text_of(mail), "The second" in text_of(mail)) for mail in digests] == [(True, False), (False, True)]
    assert len({str(mail["X-Callkeeper-Key"]) for mail in digests}) == 2
    assert drafts(stage) == []
