"""Drafts and sent mail in Gmail."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

from automation.adapters.google.client import GoogleClient
from automation.adapters.google.gmail import GmailDrafts
from automation.domain.errors import Stopped

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
KEY = "floss/call/2026-12-08/mail:announcement"


def mail(key: str = "", **headers: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = "Zoë <organizer@example.org>"
    message["To"] = "group@googlegroups.com"
    message["Subject"] = "Monthly call – 月例"
    if key:
        message["X-Callkeeper-Key"] = key
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Hi all, 你好")
    return message.as_bytes()


@pytest.fixture
def mails(sandbox: Any, google: GoogleClient) -> GmailDrafts:
    sandbox.post("clock", {"now": NOW.isoformat()})
    return GmailDrafts(google)


def test_a_draft_holds_the_message_byte_for_byte(sandbox: Any, mails: GmailDrafts) -> None:
    draft_id = mails.create_draft(mail(KEY))
    assert mails.draft_exists(draft_id)
    raw = sandbox.log("gmail", "POST")[0]["body"]["message"]["raw"]
    assert base64.urlsafe_b64decode(raw) == mail(KEY)


def test_a_sent_draft_is_delivered_once_and_gone(sandbox: Any, mails: GmailDrafts) -> None:
    draft_id = mails.create_draft(mail(KEY))
    assert mails.send_draft(draft_id)
    assert not mails.draft_exists(draft_id)
    assert mails.send_draft(draft_id) is None
    assert len(sandbox.get("state/gmail")["delivered"]) == 1


def test_drafts_are_found_by_their_key_on_every_page(sandbox: Any, mails: GmailDrafts) -> None:
    made = {f"floss/call/2026-12-08/mail:{number}": mails.create_draft(mail(f"floss/call/2026-12-08/mail:{number}")) for number in range(102)}
    mails.create_draft(mail())
    assert mails.drafts() == made


def test_a_draft_deleted_by_anybody_is_gone(sandbox: Any, mails: GmailDrafts) -> None:
    draft_id = mails.create_draft(mail(KEY))
    assert mails.delete_draft(draft_id)
    assert not mails.delete_draft(draft_id)
    assert mails.drafts() == {}
    assert mails.send_draft(draft_id) is None


def test_sent_mail_is_found_by_its_key_with_its_headers(sandbox: Any, mails: GmailDrafts) -> None:
    message_id = mails.send_draft(mails.create_draft(mail(KEY, X_Callkeeper_Day="2026-12-08")))
    mails.send_draft(mails.create_draft(mail()))
    assert mails.sent(NOW - timedelta(days=1)) == {
        KEY: {"X-Callkeeper-Key": KEY, "X-Callkeeper-Day": "2026-12-08", "id": message_id, "at": NOW.isoformat()}
    }


def test_the_message_id_that_gmail_gave_is_read_back(sandbox: Any, mails: GmailDrafts) -> None:
    number = mails.send_draft(mails.create_draft(mail(KEY, Message_ID="<own@example.org>")))
    assert number is not None
    found = mails.message_id(number)
    assert found is not None
    assert found.endswith("@mail.gmail.com>")
    assert mails.message_id("0123456789abcdef") is None


def test_one_sent_mail_is_found_by_its_key_without_reading_on(sandbox: Any, mails: GmailDrafts) -> None:
    numbers = [mails.send_draft(mails.create_draft(mail(f"{KEY}{number}"))) for number in range(4)]
    sandbox.ask("DELETE", "log")
    assert mails.sent_with(f"{KEY}2", NOW - timedelta(days=1), "") == numbers[2]
    assert len(sandbox.log("gmail", "GET")) == 3
    assert mails.sent_with(f"{KEY}9", NOW - timedelta(days=1), "") is None


def test_a_copy_is_found_by_the_repeat_that_it_belongs_to_and_any_copy_without_one(mails: GmailDrafts) -> None:
    since, times = NOW - timedelta(days=1), ("2026-12-01T10:00:00+00:00", "2026-12-01T11:00:00+00:00")
    first = mails.create_draft(mail(KEY))
    second = mails.create_draft(mail(KEY, X_Callkeeper_Repeat=times[0]))
    assert mails.draft_with(KEY, times[0]) == second
    assert mails.draft_with(KEY, "") in (first, second)
    assert (mails.draft_with(KEY, times[1]), mails.draft_with(f"{KEY}0", "")) == (None, None)
    numbers = [mails.send_draft(first), mails.send_draft(second)]
    assert mails.sent_with(KEY, since, times[0]) == numbers[1]
    assert mails.sent_with(KEY, since, "") in numbers
    assert mails.sent_with(KEY, since, times[1]) is None
    assert mails.draft_with(KEY, "") is None


def test_drafts_and_received_mail_are_not_sent_mail(sandbox: Any, mails: GmailDrafts) -> None:
    mails.create_draft(mail(KEY))
    sandbox.people("gmail", "receive", raw=base64.urlsafe_b64encode(mail(KEY)).decode())
    assert mails.sent(NOW - timedelta(days=1)) == {}


def test_the_search_for_sent_mail_ends_where_everything_is_older(sandbox: Any, mails: GmailDrafts) -> None:
    for number in range(101):
        if number in (0, 96):
            sandbox.post("clock", {"now": (NOW + timedelta(hours=number)).isoformat()})
        mails.send_draft(mails.create_draft(mail(f"floss/call/2026-12-08/mail:{number}")))
    sandbox.ask("DELETE", "log")
    found = mails.sent(NOW + timedelta(hours=1))
    assert sorted(found) == sorted(f"floss/call/2026-12-08/mail:{number}" for number in range(1, 101))
    asked = sandbox.log("gmail", "GET")
    assert len([entry for entry in asked if entry["path"].endswith("/messages")]) == 2
    assert not any("q=" in entry["query"] for entry in asked)


def test_a_login_that_may_only_send_stops_with_what_to_do(sandbox: Any, mails: GmailDrafts) -> None:
    sandbox.people("gmail", "scope", scope="compose")
    with pytest.raises(Stopped, match=r"run `python run\.py login`"):
        mails.sent(NOW)
