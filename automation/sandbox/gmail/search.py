"""Gmail's search words, the part of them that is needed: `q` of messages.list and drafts.list.

https://support.google.com/mail/answer/7190 and, for dates,
https://developers.google.com/workspace/gmail/api/guides/filtering
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from automation.sandbox.gmail.message import parse, text_of
from automation.sandbox.gmail.store import Message

# "All dates used in the search query are interpreted as midnight on that date in the PST timezone."
_DATES_ZONE = ZoneInfo("America/Los_Angeles")
_WORD = re.compile(r'(-?)(?:(\w+):)?(?:"([^"]*)"|\(([^)]*)\)|(\S+))')
_DAY = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})")
_PLACES = {"sent": "SENT", "draft": "DRAFT", "drafts": "DRAFT", "inbox": "INBOX", "trash": "TRASH"}

Term = tuple[bool, str, str]


def terms(text: str) -> list[Term]:
    """Return the query's terms: whether negated, operator (may be empty), value in lower case."""
    found = []
    for minus, operator, quoted, grouped, plain in _WORD.findall(text):
        found.append((bool(minus), operator.lower(), (quoted or grouped or plain).lower()))
    return found


def matches(message: Message, wanted: Iterable[Term]) -> bool:
    """Tell whether a message fulfils every term."""
    wanted = list(wanted)
    if not wanted:
        return True
    mail = parse(message.raw)
    return all(_fulfils(message, mail, operator, value) != minus for minus, operator, value in wanted)


def _fulfils(message: Message, mail: EmailMessage, operator: str, value: str) -> bool:
    if operator in ("after", "newer"):
        return message.at >= _instant(value)
    if operator in ("before", "older"):
        return message.at < _instant(value)
    if operator in ("to", "from", "subject"):
        names = ("To", "Cc", "Bcc") if operator == "to" else (operator,)
        return any(value in str(mail[name] or "").lower() for name in names)
    if operator == "in":
        return value == "anywhere" or _PLACES.get(value, value.upper()) in message.labels
    if operator == "rfc822msgid":
        return value.strip("<>") == str(mail["Message-ID"] or "").strip("<> ").lower()
    text = f"{operator}:{value}" if operator else value
    return text in _searched_text(mail)


def _searched_text(mail: EmailMessage) -> str:
    """Return what plain words are looked for in; headers of one's own are not searched by Gmail."""
    names = [str(mail[name] or "") for name in ("Subject", "From", "To", "Cc")]
    return "\n".join([*names, text_of(mail, "plain"), text_of(mail, "html")]).lower()


def _instant(value: str) -> datetime:
    """Return the instant of a date or of seconds since 1970; what is neither lies in the far future."""
    day = _DAY.fullmatch(value)
    if day:
        return datetime(int(day[1]), int(day[2]), int(day[3]), tzinfo=_DATES_ZONE)
    if value.isdigit():
        return datetime.fromtimestamp(int(value), _DATES_ZONE)
    return datetime(9999, 1, 1, tzinfo=_DATES_ZONE)
