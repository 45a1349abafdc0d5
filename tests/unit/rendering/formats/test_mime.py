"""Mails as bytes: what a reader gets out of them, and that nothing people write can change their structure."""

from __future__ import annotations

import dataclasses
import email
import email.policy
import re
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.domain.rendered import RenderedMail
from automation.domain.text import Mailbox, many_lines, one_line
from automation.rendering.formats.mime import TooLong, build_message, message_id

GOLDEN = Path(__file__).parents[3] / "golden"
SENDER = "Jürgen Groß <organizer@example.org>"
GROUP = "floss-mentoring@googlegroups.com"
KEY = "floss-mentoring/monthly-call/2026-12-08/mail:announcement"
INVITATION = (GOLDEN / "invite-request.ics").read_bytes()


def mail(**changed: Any) -> bytes:
    plain: dict[str, Any] = {
        "sender": SENDER,
        "to": GROUP,
        "subject": "FLOSS-Mentoring monthly call: Tuesday 8 December 2026",
        "text": "Hi all,\n\n.\nFrom here on: größer, 日本語\n" + "x" * 2000 + "\n",
        "html": "<p>Hi all, <b>größer</b></p>" + "<p>y</p>" * 300,
        "headers": {"X-Callkeeper-Key": KEY, "Auto-Submitted": "auto-generated"},
        "date": datetime(2026, 12, 1, 17, 0, tzinfo=UTC),
        "message_id": message_id(KEY, SENDER),
    }
    return build_message(**{**plain, **changed})


def read(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def shape(message: Any) -> Any:
    if message.is_multipart():
        return {message.get_content_type(): [shape(part) for part in message.iter_parts()]}
    return message.get_content_type()


def decoded(data: bytes, name: str) -> str:
    unfolded = re.sub(r"\r\n(?=[ \t])", "", email.message_from_bytes(data)[name])
    return str(make_header(decode_header(unfolded)))


def lines_of(part: Any) -> str:
    """A text part's content; mail has CRLF line ends whatever went in (RFC 2045 6.6)."""
    return str(part.get_content()).replace("\r\n", "\n")


INVITED = {"invitation": INVITATION, "method": "REQUEST"}
both_kinds = pytest.mark.parametrize("extra", [{}, INVITED], ids=["plain", "invited"])


@pytest.mark.parametrize(("name", "extra"), [("plain", {}), ("invited", INVITED)])
def test_bytes_are_those_of_the_golden_file(name: str, extra: dict[str, Any]) -> None:
    assert mail(**extra) == (GOLDEN / f"mail-{name}.eml").read_bytes()


@both_kinds
def test_it_is_seven_bit_with_crlf_and_short_lines(extra: dict[str, Any]) -> None:
    data = mail(**extra, subject="Grüße " * 60, to=[f"Någon {number} <n{number}@example.org>" for number in range(40)])
    data.decode("ascii")
    lines = data.split(b"\r\n")
    assert all(len(line) <= 78 and b"\n" not in line and b"\r" not in line for line in lines)


def test_text_and_html_come_back_as_they_went_in() -> None:
    message = read(mail())
    assert shape(message) == {"multipart/alternative": ["text/plain", "text/html"]}
    text, html = message.iter_parts()
    assert lines_of(text) == "Hi all,\n\n.\nFrom here on: größer, 日本語\n" + "x" * 2000 + "\n"
    assert lines_of(html).rstrip("\n") == "<p>Hi all, <b>größer</b></p>" + "<p>y</p>" * 300
    assert text["Content-Transfer-Encoding"] == html["Content-Transfer-Encoding"] == "quoted-printable"


def test_an_invitation_is_an_alternative_and_an_attachment_byte_for_byte() -> None:
    message = read(mail(**INVITED))
    inner = {"multipart/alternative": ["text/plain", "text/html", "text/calendar"]}
    assert shape(message) == {"multipart/mixed": [inner, "application/ics"]}
    alternative, attachment = message.iter_parts()
    calendar = list(alternative.iter_parts())[2]
    assert calendar.get_param("method") == "REQUEST"
    assert str(calendar.get_param("charset")).upper() == "UTF-8"
    assert calendar.get_payload(decode=True) == attachment.get_payload(decode=True) == INVITATION
    assert attachment.get_filename() == "invite.ics"
    assert calendar["Content-Transfer-Encoding"] == attachment["Content-Transfer-Encoding"] == "base64"


def test_headers_say_who_when_and_which_step() -> None:
    message = read(mail())
    assert message["From"] == "Jürgen Groß <organizer@example.org>"
    assert message["To"] == GROUP
    assert message["Date"].datetime == datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
    assert message["X-Callkeeper-Key"] == KEY
    assert message["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.org>", message["Message-ID"])
    assert message["MIME-Version"] == "1.0"


def test_a_long_key_stays_one_searchable_word() -> None:
    key = "c" * 60 + "/" + "s" * 60 + "/2026-12-08/mail:announcement@12"
    assert f"X-Callkeeper-Key: {key}\r\n".encode() in mail(headers={"X-Callkeeper-Key": key})


def test_message_ids_differ_by_key_and_repeat_for_the_same_key() -> None:
    assert message_id(KEY, SENDER) == message_id(KEY, "organizer@example.org") != message_id(KEY + "@1", SENDER)


def test_several_recipients_are_all_addressed() -> None:
    message = read(mail(to=["Ann, the \"boss\" <ann@example.org>", "bob@example.org"]))
    assert [(to.display_name, to.addr_spec) for to in message["To"].addresses] == [
        ('Ann, the "boss"', "ann@example.org"),
        ("", "bob@example.org"),
    ]


@pytest.mark.parametrize(
    "subject", ["short", "word " * 100 + "end", "x" * 1500, "ü" * 400, "Grüße " * 50 + "end", "=?utf-8?q?Fake?= one", "日本語 " * 40 + "終"]
)
def test_subjects_of_any_length_and_script_come_back_whole(subject: str) -> None:
    data = mail(subject=subject)
    assert decoded(data, "Subject") == subject
    assert read(data)["Subject"] == subject
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))


INJECTIONS = [
    "Call\r\nBcc: victim@example.org",
    "Call\nBcc: victim@example.org",
    "Call\rBcc: victim@example.org",
    "Call\u2028Bcc: victim@example.org",
    "Call\x85Bcc: victim@example.org\r\n\r\nbody",
    "Call\x00\x1b[31m\x0bBcc: victim@example.org",
]


@pytest.mark.parametrize("hostile", INJECTIONS)
def test_line_ends_in_subject_name_or_header_inject_nothing(hostile: str) -> None:
    data = mail(subject=hostile, sender=f"{hostile} <organizer@example.org>", headers={"X-Callkeeper-Key": hostile})
    message = read(data)
    assert message["Bcc"] is None
    assert set(message.keys()) == set(read(mail()).keys()) - {"Auto-Submitted"}
    assert message["From"].addresses[0].addr_spec == "organizer@example.org"
    assert "Call" in decoded(data, "Subject")
    assert "Bcc: victim@example.org" in decoded(data, "Subject")


def test_direction_controls_cannot_disguise_a_subject_or_a_name() -> None:
    data = mail(subject="Invoice \u202efdp.exe\u202c", sender="\u2066Bank\u2069 <organizer@example.org>")
    assert decoded(data, "Subject") == "Invoice fdp.exe"
    assert read(data)["From"].addresses[0].display_name == "Bank"


@given(subject=st.text(), name=st.text(), value=st.text(), text=st.text(), html=st.text())
def test_whatever_people_write_the_structure_stays(subject: str, name: str, value: str, text: str, html: str) -> None:
    data = mail(
        subject=subject,
        sender=f"{name} <organizer@example.org>",
        headers={"X-Callkeeper-Key": value},
        text=text,
        html=html,
        **INVITED,
    )
    head, _, _ = data.partition(b"\r\n\r\n")
    names = [line.partition(b":")[0].decode() for line in re.split(rb"\r\n(?![ \t])", head)]
    assert names == ["From", "To", "Subject", "Date", "Message-ID", "X-Callkeeper-Key", "MIME-Version", "Content-Type"]
    message = read(data)
    inner = {"multipart/alternative": ["text/plain", "text/html", "text/calendar"]}
    assert shape(message) == {"multipart/mixed": [inner, "application/ics"]}
    assert decoded(data, "Subject") == one_line(subject)
    alternative = next(iter(message.iter_parts()))
    assert lines_of(next(iter(alternative.iter_parts()))).rstrip("\n") == many_lines(text).rstrip("\n")


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"date": datetime(2026, 12, 1)}, "aware"),
        ({"headers": {"List-Id": "<x>"}}, "List-Id"),
        ({"method": "REQUEST"}, "invitation"),
        ({"invitation": INVITATION}, "method"),
        ({"sender": "nobody"}, "mail address"),
        ({"to": "a@b.example, c@d.example"}, "mail address"),
        ({"to": "ü@example.org"}, "mail address"),
    ],
)
def test_what_makes_no_proper_mail_is_refused(changed: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        mail(**changed)


@pytest.mark.parametrize(
    ("text", "mailbox"),
    [
        ("a@b.example", Mailbox("", "a@b.example")),
        ("<a@b.example>", Mailbox("", "a@b.example")),
        ('"Ann, B." <a+c@b.example>', Mailbox("Ann, B.", "a+c@b.example")),
        ("Ann <the boss> <a@b.example>", Mailbox("Ann <the boss>", "a@b.example")),
    ],
)
def test_mailboxes_are_read_with_or_without_quotes(text: str, mailbox: Mailbox) -> None:
    assert Mailbox.parse(text) == mailbox
    assert dataclasses.replace(mailbox, name="").domain == "b.example"


@given(st.text(max_size=400), st.text(max_size=400))
def test_what_is_known_of_its_size_before_it_is_made_is_never_too_much(text: str, html: str) -> None:
    """So `check` refuses no template whose mails can be sent."""
    text, html = many_lines(text), many_lines(html)
    whole = build_message(
        sender="a@example.org", to="b@example.org", subject="s", text=text, html=html, headers={}, date=datetime(2026, 12, 1, tzinfo=UTC),
        message_id="<a@b>",
    )  # fmt: skip
    assert RenderedMail("s", text, html).size <= len(whole)


def test_a_mail_that_programs_would_cut_off_is_not_made() -> None:
    """Gmail shows the first 102 KB; what is sent stays below 100."""
    with pytest.raises(TooLong, match="KB"):
        build_message(
            sender="a@example.org", to="b@example.org", subject="s", text="x\n" * 60_000, html="", headers={}, date=datetime(2026, 12, 1, tzinfo=UTC),
            message_id="<a@b>",
        )  # fmt: skip
