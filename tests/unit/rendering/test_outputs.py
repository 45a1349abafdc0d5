"""One hostile talk, given to every output that holds words of people: nothing unseen comes through, and nothing becomes markup there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from html.parser import HTMLParser
from xml.etree import ElementTree as XML

import icalendar
import pytest

from automation.adapters.zoom.fields import schedule
from automation.apply.digest import _marked_up
from automation.apply.page import _description
from automation.config.template_folder import scan_templates
from automation.domain.archive_entry import Entry
from automation.domain.model import Talk
from automation.domain.services import MeetingFields
from automation.domain.text import seen
from automation.rendering.escape import OUTPUTS
from automation.rendering.formats.archive_json import archive_json
from automation.rendering.formats.atom import atom_feed as atom
from automation.rendering.formats.ical import calendar_feed, itip, uid
from automation.rendering.formats.mime import build_message
from automation.rendering.formats.page_folder import build_page
from tests.mail_samples import CONFIG, LINKS, NOVEMBER, SHIPPED, november, renderer

UNSEEN = "\u202e\u2066\u200b\u2060\u00ad\ufeff\u200e\U000e0041\U000e007f\u3164\u200d"
HOSTILE = f"-# small{UNSEEN}<script>alert(1)</script> <b>x</b> [a](https://evil.example) *b* `c` @everyone\x0bBEGIN:VEVENT"
TALK = Talk(NOVEMBER.call.day, HOSTILE, HOSTILE, f"{HOSTILE}\n\n{HOSTILE}\r\nATTENDEE:mailto:x@example.org\n# heading\n> quote")
VIEW = november(call=replace(NOVEMBER.call, talk=TALK, reason=HOSTILE, status="moved", sequence=1, previous_start=NOVEMBER.call.start))
NOW = datetime(2026, 11, 1, tzinfo=UTC)
RENDERER = renderer()
FOUND = scan_templates(SHIPPED).templates
assert FOUND is not None
ANNOUNCEMENT = next(each for each in FOUND.mails if each.name == "announcement")
POST = next(each for each in FOUND.chats if each.name == "announcement")
ENTRY = Entry(VIEW.call.id, VIEW.call.day, VIEW.call.start, HOSTILE, HOSTILE, LINKS.recording, LINKS.notes, NOW)


def mail() -> str:
    made = RENDERER.mail(ANNOUNCEMENT, VIEW)
    return made.text + made.html


def subject() -> str:
    made = RENDERER.mail(replace(ANNOUNCEMENT, subject="{{ call.talk.line }}"), VIEW)
    message = build_message(
        sender="a@example.org", to="b@example.org", subject=made.subject, text="", html="", headers={}, date=NOW, message_id="<a@b>"
    )  # fmt: skip
    return str(message_from_bytes(message, policy=policy.default)["Subject"])


def page() -> str:
    return build_page(CONFIG, [VIEW.call], entries=[ENTRY], join=lambda call: None, pages=RENDERER.pages, ics=b"", over=lambda call: False)[
        "index.html"
    ].decode()


def calendars() -> str:
    invitation = itip(
        VIEW.call, method="REQUEST", organizer="a@example.org", group=CONFIG.group, uid=uid(VIEW.call.id), location="",
        description=RENDERER.event(VIEW), stamp=NOW, category=HOSTILE,
    )  # fmt: skip
    ours = calendar_feed(CONFIG, [VIEW.call], location=lambda call: "", description=lambda call: _description(call, ENTRY), stamps=lambda call: NOW)
    assert all(len(icalendar.Calendar.from_ical(made).walk("VEVENT")) == 1 for made in (invitation, ours))
    return (invitation + ours).decode().replace("\r\n ", "")


MADE: dict[str, Callable[[], str]] = {
    "mail": mail,
    "subject": subject,
    "page": page,
    "archive": lambda: archive_json(CONFIG, [ENTRY]).decode(),
    "chat": lambda: RENDERER.chat(POST, VIEW) + RENDERER.chat(replace(POST, body="{{ call.talk.title }}\n{{ call.talk.abstract }}"), VIEW),
    "digest": lambda: _marked_up(OUTPUTS["digest"](HOSTILE)),
    "event": lambda: RENDERER.event(VIEW),
    "calendar": calendars,
    "feed": lambda: atom(CONFIG, [ENTRY]).decode(),
    "notes": lambda: "\n".join(paragraph.text for paragraph in RENDERER.notes(VIEW)),
    "meeting": lambda: str(schedule(MeetingFields(HOSTILE, VIEW.call.start, 60, "", "", ""))["topic"]),
}


def test_no_output_is_forgotten() -> None:
    assert OUTPUTS.keys() <= MADE.keys()


@pytest.mark.parametrize("output", MADE)
def test_nothing_unseen_comes_through(output: str) -> None:
    made = MADE[output]()
    assert "small" in made
    assert seen(made) == made
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x85\u2028\u2029]", made)


@pytest.mark.parametrize("output", ["mail", "page", "digest"])
def test_no_word_becomes_an_element_or_a_link(output: str) -> None:
    tags: list[tuple[str, str | None]] = []

    class Read(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append((tag, dict(attrs).get("href")))

    made = MADE[output]()
    Read().feed(made[made.index("<") :] if output != "mail" else RENDERER.mail(ANNOUNCEMENT, VIEW).html)
    assert {tag for tag, _ in tags}.isdisjoint({"b", "img", "iframe"})
    # The page has one script, its own.
    assert [tag for tag, _ in tags].count("script") == (1 if output == "page" else 0)
    assert "https://evil.example" not in {link for _, link in tags}


@pytest.mark.parametrize("output", ["event", "calendar"])
def test_a_calendar_gets_no_element(output: str) -> None:
    assert not re.search(r"<[A-Za-z/!?]", MADE[output]())


def test_a_calendar_gets_no_line_of_its_own() -> None:
    lines = MADE["calendar"]().split("\r\n")
    (attendee,) = [line for line in lines if line.startswith("ATTENDEE")]
    assert attendee.endswith(f"mailto:{CONFIG.group}")
    assert lines.count("BEGIN:VEVENT") == 2


def test_the_feed_is_xml_of_text_alone() -> None:
    assert {each.tag.rpartition("}")[2] for each in XML.fromstring(MADE["feed"]()).iter()} <= {
        "feed", "entry", "id", "title", "subtitle", "updated", "published", "author", "name", "link", "content"
    }  # fmt: skip


def test_discord_reads_no_markup_in_it() -> None:
    made = RENDERER.chat(replace(POST, body="{{ call.talk.title }}\n{{ call.talk.abstract }}"), VIEW)
    assert not re.search(r"^\s*(-# |#|> |- )", made, re.MULTILINE)
    assert not re.search(r"(?<!\\)[*_`<>\[\]]", made)


@pytest.mark.parametrize("text", ["می‌خواهم", "👩‍💻", "क्‍ष", "❤️‍🔥", "葛󠄀"])
def test_what_scripts_and_emoji_need_stays(text: str) -> None:
    assert seen(text) == text
