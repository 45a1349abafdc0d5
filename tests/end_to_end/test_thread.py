"""The mails of one call stand in one thread, named by the Message-ID that the first of them really got."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.end_to_end.stage import Stage

ZONE = ZoneInfo("America/Los_Angeles")
DAY = "2026-12-08"
MARK = f"floss-mentoring/monthly-call/{DAY}"
EARLY = datetime(2026, 11, 30, 16, tzinfo=ZONE)
DAILY = timedelta(days=1)
MOVED = f'[[series.change]]\ndate = {DAY}\nmove_to = 2026-12-09T11:00:00\nreason = "Room"'


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    stage = Stage(tmp_path, sandbox)
    stage.edit("horizon_days = 92", "horizon_days = 20")
    return stage


def live(stage: Stage) -> None:
    """Announced, moved, reminded of, about to start."""
    stage.ticks(EARLY, EARLY + timedelta(days=1), DAILY)
    stage.change(MOVED)
    stage.ticks(EARLY + timedelta(days=2), datetime(2026, 12, 8, 16, tzinfo=ZONE), DAILY)
    stage.tick(datetime(2026, 12, 9, 10, 5, tzinfo=ZONE))


def readings(stage: Stage) -> int:
    return len([entry for entry in stage.sandbox.log("gmail", "GET") if "metadataHeaders" in entry["query"]])


def test_later_mails_answer_the_announcement_as_gmail_named_it(stage: Stage) -> None:
    live(stage)
    mails = [mail for mail in stage.mails() if "googlegroups.com" in str(mail["To"])]
    first, later = mails[0], mails[1:]
    assert str(first["X-Callkeeper-Key"]) == f"{MARK}/mail:announcement"
    assert (first["In-Reply-To"], first["References"]) == (None, None)
    assert len(later) == 3
    assert {str(mail["In-Reply-To"]) for mail in later} == {str(mail["References"]) for mail in later} == {str(first["Message-ID"])}
    assert str(first["Message-ID"]).endswith("@mail.gmail.com>")
    assert readings(stage) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 405, 501])
def test_where_it_cannot_be_read_back_mails_go_out_without_a_thread(stage: Stage, status: int) -> None:
    stage.sandbox.fault("status", service="gmail", method="GET", path="/messages/", status=status, times=99)
    live(stage)
    later = [mail for mail in stage.mails() if "googlegroups.com" in str(mail["To"])][1:]
    assert len(later) == 3
    assert {mail["In-Reply-To"] for mail in later} == {None}


@pytest.mark.parametrize("body", ["[]", {}, {"payload": {"headers": [{"name": "Message-ID", "value": "no id"}]}}, {"payload": 7}])
def test_an_answer_without_a_message_id_makes_no_thread(stage: Stage, body: Any) -> None:
    stage.sandbox.fault("status", service="gmail", method="GET", path="/messages/", status=200, body=body, times=99)
    live(stage)
    later = [mail for mail in stage.mails() if "googlegroups.com" in str(mail["To"])][1:]
    assert len(later) == 3
    assert {mail["In-Reply-To"] for mail in later} == {None}


def test_a_mail_server_keeps_the_message_id_that_it_was_given(stage: Stage) -> None:
    stage.edit('via = "gmail"', 'via = "smtp"')
    live(stage)
    mails = [mail["headers"] for mail in stage.state_of("smtp")["mails"]]
    assert len(mails) == 4
    assert {mail["In-Reply-To"] for mail in mails[1:]} == {mails[0]["Message-ID"]}
    assert "In-Reply-To" not in mails[0]


def test_a_zoom_app_that_died_holds_up_no_mail_whose_link_is_known(stage: Stage) -> None:
    """For days, and in a mail that shows the passcode too; the link holds it."""
    reminder = stage.templates / "mail" / "reminder.md"
    passcode = "\n{% if links.passcode %}Passcode {{ links.passcode }}{% endif %}\n"
    reminder.write_text(reminder.read_text(encoding="utf-8") + passcode, encoding="utf-8")
    stage.tick(EARLY)
    stage.sandbox.fault("status", service="zoom", status=400, times=9999, body={"reason": "Invalid client", "error": "invalid_client"})
    report = stage.tick(EARLY + timedelta(days=1))
    assert report.exit_code == 3
    stage.tick(EARLY + timedelta(days=4))
    stage.tick(datetime(2026, 12, 7, 12, tzinfo=ZONE))
    stage.tick(datetime(2026, 12, 8, 10, 5, tzinfo=ZONE))
    assert stage.group_mails() == [f"{DAY}/mail:announcement", f"{DAY}/mail:reminder", f"{DAY}/mail:starting-soon"]


def test_an_outage_of_zoom_holds_up_no_mail_that_shows_the_passcode(stage: Stage) -> None:
    reminder = stage.templates / "mail" / "reminder.md"
    passcode = "\n{% if links.passcode %}Passcode {{ links.passcode }}{% endif %}\n"
    reminder.write_text(reminder.read_text(encoding="utf-8") + passcode, encoding="utf-8")
    stage.tick(EARLY)
    stage.tick(EARLY + timedelta(days=4))
    stage.sandbox.fault("status", service="zoom", status=503, times=9999)
    stage.tick(datetime(2026, 12, 7, 12, tzinfo=ZONE))
    assert stage.group_mails() == [f"{DAY}/mail:announcement", f"{DAY}/mail:reminder"]
