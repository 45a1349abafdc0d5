"""A vendor that is down, slow down requests, refused permissions: only what needs that vendor waits, for as long as was asked for."""

from __future__ import annotations

import json
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
DUE = datetime(2026, 12, 1, 9, tzinfo=ZONE)


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    stage = Stage(tmp_path, sandbox)
    stage.edit("horizon_days = 92", "horizon_days = 20")
    return stage


def requests_to(stage: Stage, service: str) -> int:
    return len(stage.sandbox.log(service))


def google_error(reason: str) -> dict[str, Any]:
    return {"error": {"code": 403, "message": "No.", "errors": [{"domain": "usageLimits", "reason": reason, "message": "No."}]}}


def test_notes_that_cannot_be_written_hold_up_nothing_else(stage: Stage) -> None:
    stage.tick(EARLY)
    stage.sandbox.fault("status", service="docs", times=1000)
    stage.ticks(DUE, DUE + timedelta(hours=2))
    assert stage.group_mails() == [f"{DAY}/mail:announcement"]
    assert len(stage.posts()) == 1
    stage.sandbox.ask("DELETE", "faults")
    stage.ticks(DUE + timedelta(hours=3), DUE + timedelta(hours=5))
    assert f"{DAY} ·" in json.dumps(stage.state_of("docs"), ensure_ascii=False)


def test_a_chat_that_is_down_holds_up_no_mail(stage: Stage) -> None:
    stage.tick(EARLY)
    stage.sandbox.fault("status", service="discord", times=1000, status=429, headers={"Retry-After": "600"})
    stage.tick(DUE)
    assert stage.group_mails() == [f"{DAY}/mail:announcement"]
    stage.sandbox.ask("DELETE", "faults")
    stage.tick(DUE + timedelta(minutes=5))
    assert stage.posts() == []
    stage.tick(DUE + timedelta(minutes=11))
    assert len(stage.posts()) == 1


@pytest.mark.parametrize("wish", ["2026-12-01T17:45:00Z", "Tue, 01 Dec 2026 17:45:00 GMT", "2700"])
def test_a_vendor_is_not_asked_again_before_the_time_it_names(stage: Stage, wish: str) -> None:
    """All three forms say 45 minutes. The wait is in the ledger: each of these ticks is a process of its own."""
    stage.tick(EARLY)
    stage.sandbox.fault("status", service="docs", status=429, headers={"Retry-After": wish})
    stage.run("apply", now=DUE)
    asked = requests_to(stage, "docs")
    assert asked > 0
    for minutes in (5, 30, 44):
        stage.run("apply", now=DUE + timedelta(minutes=minutes))
    assert requests_to(stage, "docs") == asked
    assert stage.run("apply", now=DUE + timedelta(minutes=46)).returncode == 0
    assert requests_to(stage, "docs") > asked


def test_googles_403_for_a_rate_passes_by_itself_and_needs_nobody(stage: Stage) -> None:
    stage.tick(EARLY)
    stage.sandbox.fault("status", service="docs", status=403, body=google_error("userRateLimitExceeded"))
    report = stage.tick(DUE)
    assert [failure.needs_person for failure in report.failed.values()] == [False]
    assert stage.tick(DUE + timedelta(minutes=10)).exit_code == 0


def test_googles_403_for_a_quota_makes_a_long_pause(stage: Stage) -> None:
    stage.tick(EARLY)
    stage.sandbox.fault("status", service="docs", status=403, body=google_error("dailyLimitExceeded"))
    stage.tick(DUE)
    asked = requests_to(stage, "docs")
    stage.ticks(DUE + timedelta(minutes=10), DUE + timedelta(minutes=50), timedelta(minutes=10))
    assert requests_to(stage, "docs") == asked
    stage.ticks(DUE + timedelta(hours=8), DUE + timedelta(hours=26), timedelta(hours=6))
    assert requests_to(stage, "docs") > asked


def test_googles_403_for_a_missing_scope_stops_that_service_and_says_what_to_do(stage: Stage) -> None:
    stage.tick(EARLY)
    body = {"error": {"code": 403, "message": "Request had insufficient authentication scopes.", "status": "PERMISSION_DENIED"}}
    body["error"]["errors"] = [{"domain": "global", "reason": "insufficientPermissions", "message": "Insufficient Permission"}]
    stage.sandbox.fault("status", service="docs", status=403, times=1000, body=body)
    report = stage.tick(DUE)
    assert report.exit_code == 3
    assert "login" in report.failed[f"{MARK}/notes"].error
    assert stage.group_mails() == [f"{DAY}/mail:announcement"]
    asked = requests_to(stage, "docs")
    stage.ticks(DUE + timedelta(hours=1), DUE + timedelta(hours=4))
    assert requests_to(stage, "docs") == asked
    told = [mail for mail in stage.mails() if "googlegroups.com" not in str(mail["To"])]
    assert len(told) == 1


def test_a_revoked_token_stops_google_and_mail_by_another_server_goes_on(stage: Stage) -> None:
    """What was seen less than a day ago is good enough; new credentials end the stop at once."""
    stage.edit('via = "gmail"', 'via = "smtp"')
    stage.tick(EARLY)
    stage.sandbox.people("google", "revoke")
    report = stage.tick(DUE)
    assert report.exit_code == 3
    sent = [mail["headers"]["X-Callkeeper-Key"] for mail in stage.state_of("smtp")["mails"]]
    assert f"{MARK}/mail:announcement" in sent
    assert len([message for message in stage.posts() if message["webhook"] == "Callkeeper"]) == 1
    stage.sandbox.people("google", "restore")
    content = json.loads(stage.credentials.read_text(encoding="utf-8"))
    content["google"]["scopes"] = []
    stage.write_credentials(content)
    stage.tick(DUE + timedelta(minutes=5))
    assert f"{DAY} ·" in json.dumps(stage.state_of("docs"), ensure_ascii=False)
    assert sent == [mail["headers"]["X-Callkeeper-Key"] for mail in stage.state_of("smtp")["mails"]][: len(sent)]


def test_an_access_token_that_expires_between_two_requests_is_renewed(stage: Stage) -> None:
    stage.tick(EARLY)
    stage.sandbox.fault(
        "status", service="docs", status=401, body={"error": {"code": 401, "message": "Invalid Credentials", "status": "UNAUTHENTICATED"}}
    )
    stage.tick(DUE)
    stage.ticks(DUE + timedelta(minutes=10), DUE + timedelta(hours=26), timedelta(hours=2))
    assert f"{DAY} ·" in json.dumps(stage.state_of("docs"), ensure_ascii=False)


def test_when_mail_is_what_broke_the_organizers_webhook_is_told(stage: Stage) -> None:
    stage.tick(EARLY)
    body = google_error("insufficientPermissions")
    stage.sandbox.fault("status", service="gmail", status=403, times=1000, body=body)
    assert stage.tick(DUE).exit_code == 3
    stage.ticks(DUE + timedelta(hours=1), DUE + timedelta(hours=6))
    told = [message for message in stage.posts() if message["webhook"] != "Callkeeper"]
    assert len(told) == 1
    assert "gmail" in told[0]["content"]
