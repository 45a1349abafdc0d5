"""The mails of a rehearsal as members see them: read back from what reached the mail server or the mailboxes, not from
what was rendered."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

KEY = "X-Callkeeper-Key"


@dataclass(frozen=True)
class Mail:
    """One mail that reached `to`; `key` is that of the step that sent it, `attachments` are names and types in
    words."""

    key: str
    at: datetime
    to: str
    sender: str
    subject: str
    text: str
    html: str
    attachments: tuple[str, ...]


def mails(world: Mapping[str, Any]) -> list[Mail]:
    """Every mail of Callkeeper's that was delivered, in the order of delivery; `world` is the state of the sandbox's
    services."""
    found = [mail for raw, to, at in _delivered(world) if (mail := _read(raw, to, at)) is not None]
    return sorted(found, key=lambda mail: mail.at)


def _delivered(world: Mapping[str, Any]) -> Iterator[tuple[bytes, str, str]]:
    for copy in world["gmail"]["delivered"]:
        yield base64.urlsafe_b64decode(copy["raw"] + "=="), copy["to"], copy["at"]
    for mail in world["smtp"]["mails"]:
        yield mail["raw"].encode(), ", ".join(mail["to"]), mail["at"]


def _read(raw: bytes, to: str, at: str) -> Mail | None:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    key = str(message[KEY] or "")
    if not key:
        return None
    attachments = tuple(
        f"{part.get_filename() or 'attachment'} ({part.get_content_type()})" for part in message.iter_attachments()
    )
    return Mail(
        key=key,
        at=datetime.fromisoformat(at),
        to=to,
        sender=str(message["From"]),
        subject=str(message["Subject"]),
        text=_content(message, "plain"),
        html=_content(message, "html"),
        attachments=attachments,
    )


def _content(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
