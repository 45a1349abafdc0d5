"""The chat channel of a rehearsal, as its readers see it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from automation.rendering.time_words import clock_and_zone, long_day

# Discord's own notation, https://docs.discord.com/developers/reference#message-formatting
_TIME = re.compile(r"&lt;t:(\d+)(?::([tTdDfFR]))?&gt;")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_STRUCK = re.compile(r"~~(.+?)~~")
_URL = r"(https?://(?:[^\s&)]|&amp;)+)"
_LINK = re.compile(rf"\[([^\]]+)\]\((?:&lt;)?{_URL}(?:&gt;)?\)|(?:&lt;)?{_URL}(?:&gt;)?")
_ESCAPED = re.compile(r"\\([\\`*_~|>#+.!()\[\]{}:-])")


@dataclass(frozen=True)
class Post:
    """One post; `when` in the zone's time, `shown` as Discord shows it, in HTML; `edited` = when it was last changed,
    or empty."""

    id: str
    when: str
    shown: Markup
    edited: str


def posts(world: Mapping[str, Any], zone: ZoneInfo) -> list[Post]:
    """The members' channel in order; `world` is the state of the sandbox's services."""
    return [_post(message, zone) for message in world["discord"]["messages"] if message["webhook"] == "Callkeeper"]


def _post(message: Mapping[str, Any], zone: ZoneInfo) -> Post:
    edited = message["edited_timestamp"]
    return Post(
        message["id"],
        _when(message["timestamp"], zone),
        shown(message["content"], zone),
        _when(edited, zone) if edited else "",
    )


def _when(stamp: str, zone: ZoneInfo) -> str:
    at = datetime.fromisoformat(stamp)
    return f"{long_day(at.astimezone(zone).date())}, {clock_and_zone(at, zone)}"


def shown(content: str, zone: ZoneInfo) -> Markup:
    """Discord's Markdown, as far as our posts use it, in HTML: bold, struck, links, and moments in the reader's zone,
    which is `zone` here."""

    def moment(found: re.Match[str]) -> str:
        at = datetime.fromtimestamp(int(found[1]), UTC)
        clock, day = clock_and_zone(at, zone), long_day(at.astimezone(zone).date())
        return {"t": clock, "T": clock, "d": day, "D": day, "R": f"at {clock}"}.get(found[2] or "f", f"{day}, {clock}")

    def link(found: re.Match[str]) -> str:
        url = found[2] or found[3]
        return f'<a href="{url}">{found[1] or url}</a>'

    text = _BOLD.sub(r"<strong>\1</strong>", _TIME.sub(moment, str(escape(content))))
    text = _STRUCK.sub(r"<s>\1</s>", text)
    return Markup(_ESCAPED.sub(r"\1", _LINK.sub(link, text)))  # escaped above
