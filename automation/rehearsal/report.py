"""A rehearsal's story -> one page that needs nothing else: what an organizer would send to the others."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from automation.apply.page import entries
from automation.domain.archive_entry import Entry, newest_first
from automation.domain.keys import role_of
from automation.files.whole import put
from automation.rehearsal.chat import posts
from automation.rehearsal.story import Happening, Story
from automation.rehearsal.view import CallView, ReportRow, call_views, row_at
from automation.rendering.time_words import long_day

TEMPLATE = "report.html"
PUBLIC = "public"
INDEX = "index.html"
# Stands in every report, so that one can be told from a page of the organizers' own.
MADE_BY = '<meta name="generator" content="Callkeeper rehearsal">'

# A mail is shown as high as it is. The frame's own scripts stay off: `allow-same-origin` lets this page measure it, and
# no more.
SCRIPT = (
    "for (const frame of document.querySelectorAll('iframe')) {const fit = () => { const page ="
    " frame.contentDocument;if (!page || !page.body || !frame.offsetParent) return;frame.style.height = '0';"
    " frame.style.height = page.documentElement.scrollHeight + 2 + 'px'; };frame.addEventListener('load', fit);"
    " frame.closest('details').addEventListener('toggle', fit); addEventListener('resize', fit); }"
)

TAGS = {
    "TITLE": "h3",
    "HEADING_1": "h4",
    "HEADING_2": "h4",
    "HEADING_3": "h5",
    "HEADING_4": "h5",
    "HEADING_5": "h5",
    "HEADING_6": "h5",
}


@dataclass(frozen=True)
class Part:
    """A piece of a document: one heading or paragraph, or a list of `lines`."""

    tag: str
    lines: list[str]


@dataclass(frozen=True)
class Document:
    """A Google Doc as people see it, its tabs one after the other."""

    title: str
    parts: tuple[Part, ...]


def write_report(story: Story, directory: Path) -> Path:
    """Write `index.html` into the directory, which is made if needed; returns its path."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / INDEX
    put(path, report(story).encode())
    return path


def report(story: Story) -> str:
    """The page as HTML. The public page is expected in the folder `public` beside it."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(TEMPLATE).render(_values(story))


def _values(story: Story) -> dict[str, Any]:
    config = story.files.config
    zone = config.series[0].zone
    views = call_views(story)
    calls = [view for view in views if view.past or view.mails]
    return {
        "community": config.name,
        "since": long_day(story.since.astimezone(zone).date()),
        "until": long_day(story.until.astimezone(zone).date()),
        "home": zone.key.rpartition("/")[2].replace("_", " "),
        "made_up": config.made_up,
        "vendor": config.meeting.vendor,
        "problems": wrongs(story),
        "figures": figures(story, calls),
        "calls": calls,
        "later": [view for view in views if view not in calls],
        "documents": list(documents(story.world)),
        "chat": posts(story.world, zone),
        "archive": [_entry(entry) for entry in newest_first(entries(story.snapshot, config))],
        "around": _around(story),
        "public": PUBLIC,
        "made_by": Markup(MADE_BY),
        "script": Markup(SCRIPT),  # a constant of this file
        "script_hash": f"sha256-{base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()}",
    }


def wrongs(story: Story) -> list[str]:
    """Everything that went wrong, in sentences: steps that failed, then requests that a vendor would not have known."""
    zone = story.files.config.series[0].zone
    failed = [
        f"{trouble.key}: {trouble.text} ({trouble.at.astimezone(zone):%Y-%m-%d %H:%M})" for trouble in story.troubles
    ]
    return failed + [f"The sandbox: {problem}" for problem in story.problems]


def figures(story: Story, calls: list[CallView]) -> list[tuple[str, int]]:
    """The rehearsal in numbers."""
    own, by_google = group_mails(story)
    past = [call for call in calls if call.past]
    return [
        ("Calls held", sum(call.status != "cancelled" for call in past)),
        ("Moved", sum(call.status == "moved" for call in past)),
        ("Cancelled", sum(call.status == "cancelled" for call in past)),
        ("Mails to the Group", own),
        ("Mails to the Group by Google", by_google),
        ("Recordings filed", sum(call.recording is not None for call in past)),
    ]


def group_mails(story: Story) -> tuple[int, int]:
    """How many mails the Group got: Callkeeper's own, and Google's about calendar entries."""
    group = story.files.config.group
    notices = story.world["calendar"]["notices"]
    return sum(group in mail.to for mail in story.mails), sum(group in notice["to"] for notice in notices)


def documents(world: Mapping[str, Any]) -> Iterator[Document]:
    """Every notes document; bullets that follow each other are one list."""
    for document in world["docs"].values():
        parts: list[Part] = []
        for tab in document["tabs"].values():
            for paragraph in tab["paragraphs"]:
                if paragraph["bullet"] is None:
                    parts.append(Part(TAGS.get(paragraph["style"], "p"), [paragraph["text"]]))
                elif parts and parts[-1].tag == "ul":
                    parts[-1].lines.append(paragraph["text"])
                else:
                    parts.append(Part("ul", [paragraph["text"]]))
        yield Document(document["title"], tuple(parts))


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "day": long_day(entry.date),
        "title": entry.title,
        "speaker": entry.speaker,
        "recording": entry.recording,
        "notes": entry.notes,
    }


def _around(story: Story) -> list[ReportRow]:
    """What belongs to no single call, but for the public page, which is written whenever something on it changes."""
    zone = story.files.config.series[0].zone
    by_key = {mail.key: mail for mail in story.mails}

    def told(happening: Happening) -> bool:
        return not happening.mark and role_of(happening.key) != "page"

    return [
        row_at(one.at, zone, actor=one.actor, text=one.text, mail=by_key.get(one.key))
        for one in story.happenings
        if told(one)
    ]
