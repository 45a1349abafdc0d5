"""Values for templates: cleaned once, then escaped for the place that they are written into, so that no title, name or
abstract can become markup, a link of its own, or text that reads in another order. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, urljoin, urlsplit

from automation.domain.model import Config
from automation.domain.text import many_lines, one_line

LINE = 300
TEXT = 4000

# CommonMark 2.4: any ASCII punctuation character may be backslash-escaped.
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# The characters that Discord's Markdown reads; `<` also opens mentions and timestamps.
_DISCORD = re.compile(r"([\\*_~`|<>\[\]])")
# Headings, small print (`-# `), lists: what Discord reads at the beginning of a line.
_DISCORD_START = re.compile(r"^(\s*)(#|-(?=[ #])|\+(?= )|\d+(?=[.)]))", re.MULTILINE)
# CommonMark 6.5, the address of an e-mail autolink, without the characters that nobody uses.
_AUTOLINK = re.compile(
    r"[A-Za-z0-9.+_-]+@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+"
)
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Url(str):
    """An http or https address that may be made a link; built by `url` only."""

    __slots__ = ()


class Address(str):
    """A mail address that may be made a link; built by `address` only."""

    __slots__ = ()


def line(text: str, most: int = LINE) -> str:
    """The text in one line of at most `most` characters, without control and direction characters."""
    return shorten(one_line(text[: 4 * most]), most)


def paragraphs(text: str, most: int = TEXT) -> str:
    """The text cut to `most` characters, lines stripped, at most one empty line between two others."""
    lines = (one_line(each) for each in many_lines(text[: 4 * most]).split("\n"))
    return shorten(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), most)


def shorten(text: str, most: int) -> str:
    """The text itself, or its beginning up to a blank and an ellipsis, together at most `most` characters."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    blank = max(kept.rfind(" "), kept.rfind("\n"))
    return kept[: blank if blank > most // 2 else None].rstrip() + "…"


def url(text: str | None) -> Url | None:
    """The address if a browser would open it over http or https, with everything percent-encoded that could end it
    early (RFC 3986 2); None for every other scheme and for what is no address."""
    if not text:
        return None
    encoded = quote(one_line(text[:2000]).replace(" ", "%20"), safe="%:/?#[]@!$&'()*+,;=~-._", errors="replace")
    try:
        parts = urlsplit(encoded)
    except ValueError:
        return None
    return Url(encoded) if parts.scheme in ("http", "https") and parts.hostname else None


def page_address(config: Config) -> str:
    """The address of the public page, in which the addresses of its other files can be resolved (RFC 3986 5.2); empty
    if nobody knows it."""
    found = url(config.page.url)
    return "" if found is None else str(found) if urlsplit(found).path.endswith((".html", "/")) else f"{found}/"


def subscription(config: Config) -> Url | None:
    """The address at which programs subscribe to the calendar of the page: `webcal`, which they open as the operating
    system knows them. None as long as nobody knows where the page is."""
    page = page_address(config)
    return Url("webcal:" + urljoin(page, "calendar.ics").partition(":")[2]) if page else None


def address(text: str) -> str:
    """The mail address, as a link where CommonMark 6.5 can make one of it."""
    cleaned = line(text)
    return Address(cleaned) if _AUTOLINK.fullmatch(cleaned) else cleaned


def markdown(value: str) -> str:
    """For CommonMark: nothing in the value is markup any more; a link is written `<https://…>`, which works alone and
    as a target."""
    if isinstance(value, Url | Address):
        return f"<{value}>"
    return _PUNCTUATION.sub(r"\\\1", value)


def discord(value: str) -> str:
    """For a Discord message."""
    if isinstance(value, Url):
        return str(value)
    return _DISCORD_START.sub(r"\1\\\2", _DISCORD.sub(r"\\\1", value))


def calendar(value: str) -> str:
    """For texts of calendars, ours (RFC 5545 DESCRIPTION, COMMENT, SUMMARY) and Google's: programs show simple HTML
    there although the RFC knows plain text only, so what looks like a tag loses its bracket. What RFC 5545 3.3.11
    escapes is the serializer's business.
    """
    return str(value) if isinstance(value, Url) else _TAG.sub("\u2039", many_lines(value))


def plain(value: str) -> str:
    """For a subject or a title: one line, as it is."""
    return line(value)


def xml(value: str) -> str:
    """For an Atom text: line by line, without what XML 1.0 (2.2) cannot write, not even as a reference."""
    return _NOT_XML.sub("", "\n".join(line(each, 3000) for each in value.split("\n")))


# Every place that words of people are written into, and what makes them harmless there. An output that is not in this
# table has no way to its escaping: add it here, and to the test that gives the same hostile talk to each.
OUTPUTS: Mapping[str, Callable[[str], str]] = {
    "mail": markdown,  # the Markdown source of both parts, and of the notes
    "subject": plain,
    "page": plain,  # Jinja2 escapes HTML there, by itself
    "archive": plain,  # JSON
    "chat": discord,
    "digest": paragraphs,  # to the organizers; HTML is escaped where it is made
    "event": calendar,
    "calendar": calendar,  # calendar.ics and invitations
    "feed": xml,
}
