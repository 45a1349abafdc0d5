"""The mail server of the sandbox, spoken to by smtplib over its socket."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

from .running import NOW, Sandbox

SENDER, GROUP = "organizer@example.org", "group@example.org"


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[smtplib.SMTP]:
    smtp = sandbox.credentials["smtp"]
    connection = smtplib.SMTP(smtp["host"], smtp["port"], timeout=20)
    yield connection
    connection.close()


def mail(text: str = "Grüße\n.\nend\n") -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = SENDER, GROUP, "The call – 12月"
    message["Message-ID"] = "<key@example.org>"
    message["X-Callkeeper-Key"] = "a/b/2026-12-08/mail:reminder"
    message.set_content(text)
    return message


def mails(sandbox: Sandbox) -> list[Any]:
    found: list[Any] = sandbox.state("smtp")["mails"]
    return found


def verbs(sandbox: Sandbox) -> list[tuple[str, int | None]]:
    return [(entry["method"], entry["status"]) for entry in sandbox.log("smtp")]


def test_a_mail_is_kept_as_it_was_sent(sandbox: Sandbox, client: smtplib.SMTP) -> None:
    client.send_message(mail())
    (kept,) = mails(sandbox)
    assert (kept["from"], kept["to"], kept["at"]) == (SENDER, [GROUP], NOW)
    assert kept["headers"]["Subject"] == "The call – 12月"
    assert kept["headers"]["Message-ID"] == "<key@example.org>"
    assert kept["raw"] == mail().as_bytes().decode()
    assert verbs(sandbox) == [("RCPT", 250), ("DATA", 250)]


def test_the_server_offers_no_login_and_no_tls(client: smtplib.SMTP) -> None:
    client.ehlo()
    assert not client.has_extn("auth")
    assert not client.has_extn("starttls")
    assert client.has_extn("8bitmime")


@pytest.mark.parametrize("status", [451, 550])
def test_a_recipient_is_refused_by_a_fault(sandbox: Sandbox, client: smtplib.SMTP, status: int) -> None:
    sandbox.fault(service="smtp", method="RCPT", path=GROUP, do="status", status=status)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        client.send_message(mail())
    assert refused.value.recipients[GROUP][0] == status
    client.send_message(mail())
    assert len(mails(sandbox)) == 1


@pytest.mark.parametrize("status", [451, 554])
def test_data_is_refused_by_a_fault(sandbox: Sandbox, client: smtplib.SMTP, status: int) -> None:
    sandbox.fault(service="smtp", method="DATA", do="status", status=status)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        client.send_message(mail())
    assert refused.value.smtp_code == status
    assert mails(sandbox) == []


@pytest.mark.parametrize(
    ("fault", "kept"),
    [("drop_before", 0), ("reset_before", 0), ("drop_after", 1), ("reset_after", 1), ("half", 1)],
)
def test_a_connection_lost_in_data_hides_whether_the_mail_was_taken(
    sandbox: Sandbox, client: smtplib.SMTP, fault: str, kept: int
) -> None:
    sandbox.fault(service="smtp", method="DATA", do=fault)
    with pytest.raises((smtplib.SMTPServerDisconnected, smtplib.SMTPDataError, OSError)):
        client.send_message(mail())
    assert len(mails(sandbox)) == kept


def test_garbage_is_no_smtp_answer(sandbox: Sandbox, client: smtplib.SMTP) -> None:
    sandbox.fault(service="smtp", method="DATA", do="garbage")
    with pytest.raises(smtplib.SMTPException):
        client.send_message(mail())


def test_an_address_may_be_unknown_to_the_server(sandbox: Sandbox, client: smtplib.SMTP) -> None:
    sandbox.people("smtp", "refuse", address=GROUP)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        client.send_message(mail())
    sandbox.people("smtp", "accept", address=GROUP)
    client.send_message(mail())
    assert len(mails(sandbox)) == 1


def test_several_mails_over_one_connection_and_a_reset_of_the_world(
    sandbox: Sandbox, client: smtplib.SMTP
) -> None:
    client.send_message(mail())
    client.send_message(mail("again"))
    assert len(mails(sandbox)) == 2
    sandbox.begin()
    assert mails(sandbox) == []
    client.send_message(mail())
    assert len(mails(sandbox)) == 1
