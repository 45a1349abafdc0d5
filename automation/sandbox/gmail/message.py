"""A mail's bytes: reading and replacing headers without touching the rest, and Gmail's views of it.

Formats: discovery document gmail.v1, users.messages.get, parameter `format`.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterable
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Any

from automation.sandbox.google.errors import Refusal

MAX_BYTES = 36_700_160
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*={0,2}")
_HEADERS_END = re.compile(rb"\r?\n\r?\n")
_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")


def decode_raw(raw: str | None) -> bytes:
    """Return the mail in a `raw` field; raises Refusal 400 where it is missing, no base64url, or too long."""
    if not raw:
        raise Refusal(400, "invalidArgument", "'raw' RFC822 payload message string or uploading message is required")
    if not _BASE64URL.fullmatch(raw):
        raise Refusal(400, "badRequest", "Invalid value at 'raw' (TYPE_BYTES), Base64 decoding failed")
    try:
        content = base64.urlsafe_b64decode(raw.rstrip("=") + "=" * (-len(raw.rstrip("=")) % 4))
    except binascii.Error as error:
        raise Refusal(400, "badRequest", "Invalid value at 'raw' (TYPE_BYTES), Base64 decoding failed") from error
    if len(content) > MAX_BYTES:
        raise Refusal(413, "uploadTooLarge", "The message is larger than 36700160 bytes.")
    return content


def encode(content: bytes) -> str:
    """Return bytes in the base64url of Google's APIs."""
    return base64.urlsafe_b64encode(content).decode("ascii")


def parse(content: bytes) -> EmailMessage:
    """Return the parsed mail."""
    return message_from_bytes(content, policy=policy.default)


def recipients(mail: EmailMessage) -> list[str]:
    """Return the addresses of To, Cc and Bcc, each once; raises Refusal 400 for a broken one or none."""
    found: list[str] = []
    for name in ("To", "Cc", "Bcc"):
        values = [str(value) for value in mail.get_all(name, [])]
        for _, address in getaddresses(values):
            if not _ADDRESS.fullmatch(address):
                raise Refusal(400, "invalidArgument", f"Invalid {name} header")
            if address not in found:
                found.append(address)
    if not found:
        raise Refusal(400, "invalidArgument", "Recipient address required")
    return found


def with_headers(content: bytes, new: Iterable[tuple[str, str]], gone: Iterable[str] = ()) -> bytes:
    """Return the mail with headers put on top in place of those of the same name; `gone` ones are removed.

    All other bytes stay as they are. Values must be ASCII.
    """
    new = list(new)
    dropped = {name.lower() for name, _ in new} | {name.lower() for name in gone}
    cut = _HEADERS_END.search(content)
    head, rest = (content[: cut.start()], content[cut.start() :]) if cut else (content, b"\r\n\r\n")
    fields = re.split(rb"\r?\n(?![ \t])", head)
    kept = [each for each in fields if each.partition(b":")[0].decode("latin-1").strip().lower() not in dropped]
    return b"\r\n".join([f"{name}: {value}".encode("ascii") for name, value in new] + kept) + rest


def text_of(mail: EmailMessage, subtype: str) -> str:
    """Return the text/plain or text/html part that a reader shows, or an empty string."""
    part = mail.get_body((subtype,))
    return str(part.get_content()) if part else ""


def snippet(mail: EmailMessage) -> str:
    """Return the beginning of the text, as HTML, on one line."""
    return html.escape(" ".join(text_of(mail, "plain").split())[:200])


def headers(part: EmailMessage, wanted: Iterable[str] = ()) -> list[dict[str, str]]:
    """Return a part's headers, decoded and unfolded; only the wanted ones if any are named."""
    names = {name.lower() for name in wanted}
    return [{"name": name, "value": str(value)} for name, value in part.items() if not names or name.lower() in names]


def payload(part: EmailMessage, part_id: str = "") -> dict[str, Any]:
    """Return a part as Gmail's MessagePart, with its children."""
    about: dict[str, Any] = {
        "partId": part_id,
        "mimeType": part.get_content_type(),
        "filename": part.get_filename() or "",
        "headers": headers(part),
    }
    if part.is_multipart():
        below = [each for each in part.iter_parts() if isinstance(each, EmailMessage)]
        prefix = f"{part_id}." if part_id else ""
        parts = [payload(each, f"{prefix}{index}") for index, each in enumerate(below)]
        return about | {"body": {"size": 0}, "parts": parts}
    decoded = part.get_payload(decode=True)
    content = decoded if isinstance(decoded, bytes) else b""
    return about | {"body": {"size": len(content), "data": encode(content)}}
