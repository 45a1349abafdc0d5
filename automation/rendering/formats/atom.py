"""The archive as an Atom feed (RFC 4287): one entry for each past call. Pure; upcoming calls are what the calendar is
for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time
from urllib.parse import urljoin
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as XML

from automation.domain.archive_entry import Entry, newest_first
from automation.domain.model import Config
from automation.rendering.escape import OUTPUTS, page_address, url
from automation.rendering.language import language_of

ATOM = "http://www.w3.org/2005/Atom"
# Readers ask for the feed again and again; what is older stands on the page and in archive.json.
MOST_ENTRIES = 50


def atom_feed(config: Config, entries: Iterable[Entry]) -> bytes:
    """`atom_feed.xml`, newest first. Every time in it is a time of an entry, so that the same archive gives the same
    bytes."""
    newest = newest_first(entries)[:MOST_ENTRIES]
    root = XML.Element("feed", {"xmlns": ATOM, "xml:lang": language_of(config).tag})
    _add(root, "id", _urn(config.uid))
    _add(root, "title", f"{config.name}: past calls")
    _add(root, "subtitle", "Recordings and notes")
    _add(root, "updated", _utc(max((_updated(entry) for entry in newest), default=_beginning(config))))
    _add(XML.SubElement(root, "author"), "name", config.name)
    page = page_address(config)
    XML.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": page or "index.html"})
    # RFC 4287 4.2.7.2: readers find the feed again by its own address, so it should be a whole one.
    XML.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": urljoin(page, "feed.xml")})
    language = language_of(config)
    for entry in newest:
        _entry(root, entry, page=page or "index.html", day=language.long_day(entry.date))
    XML.indent(root)
    document: bytes = XML.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _entry(root: XML.Element, entry: Entry, *, page: str, day: str) -> None:
    element = XML.SubElement(root, "entry")
    _add(element, "id", _urn(str(entry.id)))
    _add(element, "title", f"{entry.title} ({day})")
    _add(element, "published", _utc(entry.start))
    _add(element, "updated", _utc(_updated(entry)))
    if entry.speaker:
        _add(XML.SubElement(element, "author"), "name", entry.speaker)
    recording, notes = url(entry.recording), url(entry.notes)
    # RFC 4287 4.1.1: an entry without content needs an alternate link, and at most one of a kind.
    XML.SubElement(element, "link", {"rel": "alternate", "type": "text/html", "href": recording or notes or page})
    if recording and notes:
        XML.SubElement(element, "link", {"rel": "related", "title": "Notes", "href": notes})
    lines = [
        f"Recording: {recording}" if recording else "There is no recording.",
        f"Notes: {notes}" if notes else "There are no notes.",
    ]
    _add(element, "content", "\n".join(lines), {"type": "text"})


def _add(parent: XML.Element, tag: str, text: str, attributes: dict[str, str] | None = None) -> None:
    XML.SubElement(parent, tag, attributes or {}).text = OUTPUTS["feed"](text)


def _urn(mark: str) -> str:
    """A permanent IRI (RFC 4287 4.2.6) that needs no address of our own."""
    return uuid5(NAMESPACE_URL, f"callkeeper:{mark}").urn


def _updated(entry: Entry) -> datetime:
    return entry.updated_at or entry.archived_at or entry.start


def _beginning(config: Config) -> datetime:
    first = min((rule.start for series in config.series for rule in series.rules), default=None)
    return datetime.combine(first, time(), UTC) if first else datetime(1970, 1, 1, tzinfo=UTC)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
