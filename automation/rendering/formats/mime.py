"""Mails as bytes: headers and the tree of parts, the same bytes for the same input.

The tree with an invitation is the one that interoperability tests recommend (CalConnect, iMIP Best Practices), and RFC
6047 2.4 wants the `method` parameter. The body's parts are built by `email.message`; the header lines are written here,
because that package folds a long word without blanks (such as a step's key) into an encoded word, in which it cannot be
searched for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.charset import SHORTEST, Charset
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from automation.domain.rendered import too_long
from automation.domain.text import Mailbox, many_lines, one_line

# RFC 2045 6.7 allows encoded lines of 76 characters, the package would fill the policy's 78.
_POLICY = SMTP.clone(max_line_length=76)
_LINE = 78
_UTF8 = Charset("utf-8")
_UTF8.header_encoding = SHORTEST


class TooLong(ValueError):
    """A mail that mail programs would cut off."""


def message_id(key: str, sender: str) -> str:
    """Return the Message-ID of a step's mail, angle brackets included: the same key always gives the same one (RFC 5322
    3.6.4)."""
    return f"<{_digest(key)}@{Mailbox.parse(sender).domain}>"


def build_message(
    *,
    sender: str,
    to: str | Sequence[str],
    subject: str,
    text: str,
    html: str,
    headers: Mapping[str, str],
    date: datetime,
    message_id: str,
    invitation: bytes | None = None,
    method: str = "",
) -> bytes:
    """Return a whole mail, CRLF line ends, 7-bit, no line over 998 octets.

    `sender` and each of `to` is `address` or `Any name <address>`; `date` is aware. Without an invitation the mail is
    alternative[text, html]; with one it is mixed[alternative[text, html, text/calendar], application/ics], and `method`
    is the invitation's METHOD. Raises ValueError for a naive date, an address that is none, a List-* header (mailing
    lists set their own, RFC 2919) and an invitation without method or the reverse; TooLong for more than 100 KB in all.
    """
    if date.tzinfo is None:
        raise ValueError("the date of a mail must be aware")
    if (invitation is None) != (not method):
        raise ValueError("an invitation needs its method, and a method its invitation")
    recipients = [to] if isinstance(to, str) else list(to)
    lines = [
        _mailboxes("From", [sender]),
        _mailboxes("To", recipients),
        _unstructured("Subject", subject),
        _unstructured("Date", format_datetime(date)),
        _unstructured("Message-ID", message_id),
    ]
    lines += _own(headers)
    body = _alternative(text, html)
    if invitation is not None:
        body = _with_invitation(body, invitation, method)
    _make_repeatable(body, message_id)
    message = "".join(f"{line}\r\n" for line in lines).encode("ascii") + body.as_bytes()
    return _short_enough(message)


def _short_enough(message: bytes) -> bytes:
    if why := too_long(len(message)):
        raise TooLong(why)
    return message


def _own(headers: Mapping[str, str]) -> list[str]:
    for name in headers:
        if name.lower().startswith("list-"):
            raise ValueError(f"{name} is for the mailing list to set, not for its posters")
    return [_unstructured(name, value) for name, value in headers.items()]


def _alternative(text: str, html: str) -> EmailMessage:
    message = EmailMessage(_POLICY)
    message.set_content(many_lines(text), cte="quoted-printable")
    message.add_alternative(many_lines(html), subtype="html", cte="quoted-printable")
    return message


def _with_invitation(message: EmailMessage, invitation: bytes, method: str) -> EmailMessage:
    # Base64 for both, so that no list software or relay touches a line end or a fold of the calendar object.
    calendar = {"method": method, "charset": "UTF-8"}
    message.add_alternative(invitation, maintype="text", subtype="calendar", cte="base64", params=calendar)
    message.add_attachment(invitation, maintype="application", subtype="ics", cte="base64", filename="invite.ics")
    return message


def _make_repeatable(message: EmailMessage, message_id: str) -> None:
    # "=_" stands in no quoted-printable and no base64 text (RFC 2045 6.7), so no part can hold a boundary.
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{number}_{_digest(message_id)}")
        if part is not message:
            del part["MIME-Version"]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _unstructured(name: str, value: str) -> str:
    """Return one header, folded, without the last line end."""
    value = one_line(value)
    if _plain(value):
        return _folded(f"{name}:", value.split(" "))
    return _folded(f"{name}:", Header(value, _UTF8, header_name=name).encode().split())


def _mailboxes(name: str, mailboxes: Sequence[str]) -> str:
    words: list[str] = []
    for text in mailboxes:
        mailbox = Mailbox.parse(text)
        words += [*_phrase(mailbox.name), f"<{mailbox.address}>," if mailbox.name else f"{mailbox.address},"]
    words[-1] = words[-1].removesuffix(",")
    return _folded(f"{name}:", words)


def _phrase(name: str) -> list[str]:
    """Return a display name as words: encoded words where it is not ASCII (RFC 2047 5.3), else one quoted string."""
    if not name:
        return []
    if not _plain(name):
        return Header(name, _UTF8).encode().split()
    return ('"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"').split(" ")


def _plain(text: str) -> bool:
    """Tell whether the text can stand in a header as it is; 998 octets are the most that a line may have (RFC 5322
    2.1.1)."""
    return text.isascii() and "=?" not in text and all(len(word) < 900 for word in text.split(" "))


def _folded(start: str, words: Sequence[str]) -> str:
    """Join words by blanks, folding before the one that would pass column 78 (RFC 5322 2.2.3)."""
    lines = [start]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > _LINE and lines[-1].strip() != start:
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines)
