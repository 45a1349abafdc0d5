"""Whatever is in doubt is said, in every tick, plan and status, until a person has settled it: steps too that are not planned any more."""

from __future__ import annotations

import json
import signal
import subprocess
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from automation.domain.begun import ChatBegun, MailBegun
from automation.domain.receipts import Receipt
from automation.ledger.sqlite import Ledger
from tests.end_to_end.stage import Stage, text_of

ZONE = ZoneInfo("America/Los_Angeles")
DAY = "2026-12-08"
MARK = f"floss-mentoring/monthly-call/{DAY}"
MAIL = f"{MARK}/mail:announcement"
EARLY = datetime(2026, 11, 30, 16, tzinfo=ZONE)
DUE = datetime(2026, 12, 1, 9, tzinfo=ZONE)
OVER = datetime(2026, 12, 20, 9, tzinfo=ZONE)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    stage = Stage(tmp_path, sandbox)
    stage.edit("horizon_days = 92", "horizon_days = 20")
    stage.tick(EARLY)
    return stage


def begun(stage: Stage, how: str) -> None:
    """The announcement is begun and nobody can be asked what became of it; then its template goes."""
    if how == "its draft is gone":
        stage.sandbox.fault("drop_before", service="gmail", method="POST", path="drafts/send")
        stage.tick(DUE)
        stage.sandbox.people("gmail", "delete_draft", id=stage.state_of("gmail")["drafts"][0]["id"])
    else:
        day = date.fromisoformat(DAY)
        way = MailBegun(day=day, submitting=True) if how == "by submission" else MailBegun(day=day, draft="r1", sending=DUE)
        with Ledger(stage.state) as ledger:
            ledger.put(Receipt(MAIL, "claimed", begun=way), DUE)
    if how == "a draft of another way":
        stage.edit('via = "gmail"', 'via = "smtp"')
    (stage.templates / "mail" / "announcement.md").unlink()


def told(stage: Stage) -> list[str]:
    """What the organizers were mailed about it, by Gmail or through the mail server."""
    mails = [text_of(mail) for mail in stage.mails() if "googlegroups.com" not in str(mail["To"])]
    mails += [mail["raw"].replace("=\n", "") for mail in stage.state_of("smtp")["mails"] if "/digest:" in mail["headers"]["X-Callkeeper-Key"]]
    return [mail for mail in mails if MAIL in mail]


def steps_in_doubt(stage: Stage, now: datetime) -> list[str]:
    done = stage.run("status", "--json", now=now)
    assert done.returncode == 3, done.stderr
    found = json.loads(done.stdout)
    steps = [*found["community"], *(step for call in found["calls"] for step in call["steps"])]
    return [step["key"] for step in steps if step["state"] == "in doubt"]


@pytest.mark.parametrize("how", ["by submission", "a draft of another way", "its draft is gone"])
def test_a_mail_that_is_cleared_away_into_doubt_is_reported_told_and_shown_until_it_is_resolved(stage: Stage, how: str) -> None:
    begun(stage, how)
    now = DUE + 2 * MINUTE
    report = stage.tick(now)
    assert (report.in_doubt, report.exit_code) == ([MAIL], 3)
    assert len(told(stage)) == 1
    again = stage.tick(now + 2 * MINUTE)
    assert (again.in_doubt, again.exit_code) == ([MAIL], 3)
    planned = stage.run("plan", "--json", now=now + 3 * MINUTE)
    assert (planned.returncode, json.loads(planned.stdout)["in_doubt"]) == (3, [MAIL])
    assert "In doubt" in stage.run("plan", now=now + 3 * MINUTE).stdout
    assert steps_in_doubt(stage, now + 3 * MINUTE) == [MAIL]
    assert stage.run("resolve", MAIL, "--repeat", now=now + 4 * MINUTE).returncode == 2, "its template is gone"
    assert stage.run("resolve", MAIL, "--happened", now=now + 4 * MINUTE).returncode == 0
    assert stage.tick(now + 5 * MINUTE).exit_code == 0
    stage.tick(now + timedelta(days=2))
    assert len(told(stage)) == 1


@pytest.mark.parametrize("gone", ["the call is closed", "its series is gone"])
def test_a_doubt_about_a_call_that_is_not_planned_any_more_is_shown_and_can_be_resolved(stage: Stage, gone: str) -> None:
    """As ledgers of earlier versions may hold it."""
    for now in (DUE, datetime(2026, 12, 8, 10, tzinfo=ZONE), OVER, OVER + timedelta(days=30)):
        stage.tick(now)
    now = OVER + timedelta(days=31)
    key = f"{MARK}/mail:farewell@3"
    with Ledger(stage.state) as ledger:
        assert ledger.snapshot().calls[MARK].closed
        ledger.put(Receipt(key, "doubt", reason="nobody knows", begun=MailBegun(day=date.fromisoformat(DAY))), now)
    if gone == "its series is gone":
        stage.edit('uid = "monthly-call"', 'uid = "other-call"')
    report = stage.tick(now)
    assert (report.in_doubt, report.exit_code) == ([key], 3)
    assert steps_in_doubt(stage, now) == [key]
    assert key in stage.run("status", now=now).stdout.replace("\n", "") or key.rpartition("/")[2] in stage.run("status", now=now).stdout
    assert stage.run("resolve", key, "--skip", now=now).returncode == 0
    report = stage.tick(now + MINUTE)
    assert (report.in_doubt, report.exit_code) == ([], 0)
    assert stage.run("status", "--json", now=now + MINUTE).returncode == 0


def test_a_doubt_about_a_call_that_is_held_back_is_reported_too(stage: Stage) -> None:
    stage.tick(DUE)
    with Ledger(stage.state) as ledger:
        ledger.put(Receipt(f"{MARK}/chat:starting-soon", "doubt", reason="nobody knows", begun=ChatBegun(date.fromisoformat(DAY))), DUE)
    stage.edit("from = 2023-09-01", "from = 2028-09-01")
    report = stage.tick(DUE + MINUTE)
    assert report.refused
    assert report.in_doubt == [f"{MARK}/chat:starting-soon"]


# -- a mail that a person lets be repeated


def sent(stage: Stage) -> list[Any]:
    return [mail for mail in stage.mails() if str(mail["X-Callkeeper-Key"]) == MAIL]


def repeated(stage: Stage) -> datetime:
    """It went out, Gmail did not list it in time, and a person had it repeated; when that is to be done."""
    stage.sandbox.fault("unlisted", service="gmail", seconds=240)
    stage.sandbox.fault("drop_after", service="gmail", method="POST", path="drafts/send")
    stage.tick(DUE)
    assert stage.tick(DUE + 2 * MINUTE).in_doubt == [MAIL]
    assert stage.run("resolve", MAIL, "--repeat", now=DUE + 3 * MINUTE).returncode == 0
    stage.sandbox.ask("DELETE", "faults")
    return DUE + 10 * MINUTE


def test_an_earlier_copy_is_not_taken_for_the_repeat(stage: Stage) -> None:
    """The repeat was not sent, and a person cleared its draft away: what is among the sent mails is the first one."""
    now = repeated(stage)
    stage.sandbox.fault("drop_before", service="gmail", method="POST", path="drafts/send")
    assert stage.tick(now).exit_code == 1
    stage.sandbox.people("gmail", "delete_draft", id=stage.state_of("gmail")["drafts"][0]["id"])
    assert stage.tick(now + 2 * MINUTE).in_doubt == [MAIL]
    assert stage.run("resolve", MAIL, "--repeat", now=now + 3 * MINUTE).returncode == 0
    assert MAIL in stage.tick(now + 4 * MINUTE).done
    assert len(sent(stage)) == 2


def test_a_repeat_whose_answer_was_lost_is_found_among_the_sent_mails(stage: Stage) -> None:
    now = repeated(stage)
    stage.sandbox.fault("drop_after", service="gmail", method="POST", path="drafts/send")
    assert stage.tick(now).exit_code == 1
    assert MAIL in stage.tick(now + 2 * MINUTE).done
    assert len(sent(stage)) == 2
    assert stage.tick(now + timedelta(hours=1)).exit_code == 0
    assert stage.state_of("gmail")["drafts"] == []


def test_an_earlier_copy_is_not_taken_for_a_repeat_that_died_as_it_began(stage: Stage) -> None:
    """The process is killed between the claim and the draft."""
    now = repeated(stage)
    stage.sandbox.post("clock", {"now": now.isoformat()})
    stage.sandbox.fault("slow", service="calendar", method="PATCH", seconds=30, times=9)
    process = subprocess.Popen(stage.command("apply", now=now), cwd=stage.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not any(entry["method"] == "PATCH" and entry.get("fault") for entry in stage.sandbox.log("calendar")):
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    stage.sandbox.ask("DELETE", "faults")
    for minutes in range(2, 14, 2):
        stage.tick(now + minutes * MINUTE)
    assert len(sent(stage)) == 2


def test_a_repeat_is_another_mail_than_the_first(stage: Stage) -> None:
    """A mail server, or the Group's, that sorts out doubles by their Message-ID lets it through; the key stays the same."""
    stage.edit('via = "gmail"', 'via = "smtp"')
    stage.sandbox.fault("drop_after", service="smtp", method="DATA")
    stage.tick(DUE)
    assert stage.run("resolve", MAIL, "--repeat", now=DUE + 3 * MINUTE).returncode == 0
    assert MAIL in stage.tick(DUE + 4 * MINUTE).done
    mails = [mail["headers"] for mail in stage.state_of("smtp")["mails"] if mail["headers"]["X-Callkeeper-Key"] == MAIL]
    assert len({headers["Message-ID"] for headers in mails}) == len(mails) == 2
