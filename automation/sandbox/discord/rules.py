"""What Discord accepts in a webhook message, and whom a message pings.

Limits: https://docs.discord.com/developers/resources/message, schema IncomingWebhookRequestPartial of its OpenAPI
document.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from flask import request

MOST_CONTENT, MOST_EMBEDS, MOST_EMBED_TEXT, MOST_IDS = 2000, 10, 6000, 100
SNOWFLAKE = re.compile(r"0|[1-9][0-9]*")
EDIT = frozenset({"content", "embeds", "allowed_mentions", "components", "attachments", "flags", "poll"})
POST = EDIT | {"tts", "username", "avatar_url", "thread_name", "applied_tags"}
TYPES: dict[str, type] = {
    "content": str,
    "embeds": list,
    "allowed_mentions": dict,
    "components": list,
    "attachments": list,
    "flags": int,
    "poll": dict,
    "tts": bool,
    "username": str,
    "avatar_url": str,
    "thread_name": str,
    "applied_tags": list,
}
EMBED = frozenset(
    [
        "type",
        "url",
        "title",
        "color",
        "timestamp",
        "description",
        "author",
        "image",
        "thumbnail",
        "footer",
        "fields",
        "provider",
        "video",
    ]
)
# The longest text in each place of an embed; fields, footer and author are looked into.
EMBED_TEXTS = {"title": 256, "description": 4096}
MENTIONS = frozenset({"parse", "users", "roles", "replied_user"})
KINDS = ("users", "roles", "everyone")
PINGS = {
    "users": re.compile(r"<@!?(\d+)>"),
    "roles": re.compile(r"<@&(\d+)>"),
    "everyone": re.compile(r"@(everyone|here)\b"),
}


class DiscordRefusal(Exception):
    """An answer of Discord's that is no success: HTTP status, Discord's code, message, further body fields, headers."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        more: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Take the parts of {message, code, …}."""
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.more, self.headers = dict(more or {}), dict(headers or {})


def invalid(errors: dict[str, str]) -> DiscordRefusal:
    """Return Discord's 50035 with one sentence a field."""
    nested = {name: {"_errors": [{"code": "BASE_TYPE_BAD_LENGTH", "message": text}]} for name, text in errors.items()}
    return DiscordRefusal(400, 50035, "Invalid Form Body", {"errors": nested})


def read_message(allowed: frozenset[str]) -> dict[str, Any]:
    """Return the request's JSON body without nulls, checked. Raises DiscordRefusal 400."""
    try:
        body = json.loads(request.get_data())
    except ValueError as error:
        raise DiscordRefusal(400, 50109, "The request body contains invalid JSON.") from error
    if not isinstance(body, dict):
        raise DiscordRefusal(400, 50035, "Invalid Form Body")
    errors = {name: "Unknown field." for name in body if name not in allowed}
    body = {name: value for name, value in body.items() if value is not None}
    errors |= {
        name: f"Only values of type {TYPES[name].__name__} are allowed."
        for name, value in body.items()
        if name in allowed and not isinstance(value, TYPES[name])
    }
    errors = errors or {**wrong_content(body), **wrong_embeds(body.get("embeds", [])), **wrong_mentions(body)}
    if errors:
        raise invalid(errors)
    return body


def wrong_content(body: dict[str, Any]) -> dict[str, str]:
    """Check the lengths of content, user name and thread name."""
    limits = {"content": (0, MOST_CONTENT), "username": (1, 80), "thread_name": (0, 100), "avatar_url": (0, 2048)}
    return {
        name: f"Must be between {least} and {most} in length."
        for name, (least, most) in limits.items()
        if not least <= len(body.get(name, "x")) <= most
    }


def wrong_embeds(embeds: list[Any]) -> dict[str, str]:
    """Check number, names and lengths of embeds; 6000 characters over all of them."""
    errors: dict[str, str] = {}
    if len(embeds) > MOST_EMBEDS:
        errors["embeds"] = f"Must be {MOST_EMBEDS} or fewer in length."
    total = 0
    for embed in embeds:
        if not isinstance(embed, dict) or set(embed) - EMBED:
            return {"embeds": "An embed is an object with the fields of RichEmbed only."}
        parts = [(embed.get(name) or "", most) for name, most in EMBED_TEXTS.items()]
        parts.append(((embed.get("footer") or {}).get("text") or "", 2048))
        parts.append(((embed.get("author") or {}).get("name") or "", 256))
        fields = embed.get("fields") or []
        for field in fields:
            parts += [(field.get("name", ""), 256), (field.get("value", ""), 1024)]
        if len(fields) > 25 or any(len(text) > most for text, most in parts):
            errors["embeds"] = "A part of an embed is too long, or there are more than 25 fields."
        total += sum(len(text) for text, _ in parts)
    if total > MOST_EMBED_TEXT:
        errors["embeds"] = f"Embed size exceeds maximum size of {MOST_EMBED_TEXT}."
    return errors


def wrong_mentions(body: dict[str, Any]) -> dict[str, str]:
    """Check allowed_mentions: known words, at most 100 ids, and no list that `parse` covers already."""
    allowed = body.get("allowed_mentions")
    if allowed is None:
        return {}
    parse, lists = allowed.get("parse") or [], {name: allowed.get(name) or [] for name in ("users", "roles")}
    if set(allowed) - MENTIONS or set(parse) - set(KINDS):
        return {"allowed_mentions": "Unknown field or mention type."}
    if any(len(ids) > MOST_IDS or (ids and name in parse) for name, ids in lists.items()):
        return {"allowed_mentions": "Explicit ids exclude their type in parse, and are at most 100."}
    return {}


def check_not_empty(message: Mapping[str, Any]) -> None:
    """Raise DiscordRefusal 400 for a message that shows nothing."""
    if not any(message.get(name) for name in ("content", "embeds", "components", "attachments", "poll")):
        raise DiscordRefusal(400, 50006, "Cannot send an empty message")


def pings(content: str, allowed: dict[str, Any] | None) -> list[str]:
    """Return whom the content notifies: a webhook's default parses users only, {"parse": []} silences all."""
    allowed = {"parse": ["users"]} if allowed is None else allowed
    found: list[str] = []
    for kind, pattern in PINGS.items():
        hits = [match[1] for match in pattern.finditer(content)]
        explicit = set(map(str, allowed.get(kind) or [])) if kind != "everyone" else set()
        found += [hit for hit in hits if kind in (allowed.get("parse") or []) or hit in explicit]
    return found
