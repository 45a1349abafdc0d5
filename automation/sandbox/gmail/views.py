"""How Gmail shows messages and drafts: the formats of the API, and the sandbox's own dump.

Schemas Message and Draft, parameter `format`: Google's discovery document gmail.v1.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from automation.sandbox.gmail import message as gmail_message
from automation.sandbox.gmail.store import Delivery, Message, Store

FORMATS = {"minimal", "full", "raw", "metadata", "MINIMAL", "FULL", "RAW", "METADATA"}
_LABEL_VALUE = {"labelId": str, "fields": [object]}
_PART = {"partId": str, "mimeType": str, "filename": str, "headers": [object], "body": object, "parts": [object]}
MESSAGE_SHAPE = {
    "classificationLabelValues": [_LABEL_VALUE],
    "historyId": str,
    "id": str,
    "internalDate": str,
    "labelIds": [str],
    "payload": _PART,
    "raw": str,
    "sizeEstimate": int,
    "snippet": str,
    "threadId": str,
}
DRAFT_SHAPE = {"id": str, "message": MESSAGE_SHAPE}


def dump(store: Store) -> dict[str, Any]:
    """Return messages, drafts and delivered copies with headers and texts; `raw` is base64url."""
    return {
        "messages": [_dumped(each.raw) | _about(each) for each in store.messages.values()],
        "drafts": [{"id": name, "message": message} for name, message in store.drafts.items()],
        "delivered": [_delivered(each) for each in store.delivered],
        "scope": store.scope,
    }


def _delivered(copy: Delivery) -> dict[str, Any]:
    return _dumped(copy.raw) | {"to": copy.to, "at": copy.at.isoformat(), "message": copy.message}


def _dumped(raw: bytes) -> dict[str, Any]:
    mail = gmail_message.parse(raw)
    return {
        "raw": gmail_message.encode(raw),
        "headers": {name: str(value) for name, value in mail.items()},
        "subject": str(mail["Subject"] or ""),
        "text": gmail_message.text_of(mail, "plain"),
        "html": gmail_message.text_of(mail, "html"),
    }


def _about(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "threadId": message.thread_id,
        "labelIds": message.labels,
        "historyId": str(message.history_id),
        "internalDate": _milliseconds(message.at),
    }


def _milliseconds(when: datetime) -> str:
    return str(int(when.timestamp() * 1000))


def shown(message: Message, form: str = "full", wanted: list[str] | None = None) -> dict[str, Any]:
    """Return a message in one of Gmail's formats; `wanted` headers count for metadata only."""
    mail = gmail_message.parse(message.raw)
    answer = _about(message) | {"snippet": gmail_message.snippet(mail), "sizeEstimate": len(message.raw)}
    form = form.lower()
    if form == "raw":
        answer["raw"] = gmail_message.encode(message.raw)
    elif form == "metadata":
        answer["payload"] = {"mimeType": mail.get_content_type(), "headers": gmail_message.headers(mail, wanted or ())}
    elif form == "full":
        answer["payload"] = gmail_message.payload(mail)
    return answer


def brief(message: Message) -> dict[str, str]:
    return {"id": message.id, "threadId": message.thread_id}
