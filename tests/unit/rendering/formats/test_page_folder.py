"""The public page: what stands on it, what must never stand on it, and how it is written to the disk."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from automation.apply.page import write_page
from automation.domain.archive_entry import Entry
from automation.domain.errors import ProblemsError
from automation.domain.model import Call, Config, Page, Rule, Talk
from automation.rendering.formats.page_folder import build_page
from automation.rendering.jinja import html_sandbox, parser
from automation.rendering.names import complaints
from automation.rendering.page_values import NAMES, page_values
from tests.mail_samples import renderer
from tests.page_samples import CALLS, CONFIG, ENTRIES, HOME, ICS, MOVED, TEMPLATES, call, entry, over

JOIN = "https://us02web.zoom.us/j/123?pwd=abc"


class Read(HTMLParser):
    """The visible words, the links and the element names of a page."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self._words: list[str] = []
        self._hidden = 0
        self.feed(page.decode())
        self.text = " ".join(" ".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._hidden += tag in ("style", "script")
        self.attributes += [name for name, _ in attrs]
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action", "srcset", "poster")]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._words.append(data)


def build(
    calls: Sequence[Call] = CALLS, entries: Iterable[Entry] = ENTRIES, config: Config = CONFIG, templates: Path = TEMPLATES
) -> dict[str, bytes]:
    return build_page(config, calls, entries=entries, join=lambda call: JOIN, pages=renderer(templates).pages, ics=ICS, over=over)


def read(calls: Sequence[Call] = CALLS, entries: Iterable[Entry] = ENTRIES, config: Config = CONFIG) -> Read:
    return Read(build(calls, entries, config)["index.html"])


def test_the_four_files_are_made_and_the_calendar_is_passed_through() -> None:
    files = build()
    assert list(files) == ["archive.json", "calendar.ics", "feed.xml", "index.html"]
    assert files["calendar.ics"] == ICS


def test_the_next_call_has_its_time_in_every_zone_for_that_very_date() -> None:
    page = read()
    assert "Next call Tuesday 15 December 2026" in page.text
    assert "Los Angeles 11:00 PST New York 14:00 EST Universal time 19:00 UTC Tokyo 04:00 JST Wednesday 16 December" in page.text
    assert "Keeping a small library alive for twenty years A talk by Ada Lovelace" in page.text


def test_a_moved_call_says_where_it_was() -> None:
    assert "Moved It was to be on Tuesday 8 December 2026 at 11:00 PST. Two holidays in one week." in read().text
    unexplained = read([replace(MOVED, previous_start=None, reason="")])
    assert "Moved" in unexplained.text
    assert "was to be" not in unexplained.text


def test_a_cancelled_call_is_shown_with_the_reason_and_is_never_the_next_one() -> None:
    page = read()
    assert "Tuesday 12 January 2027 Cancelled FLOSS-Mentoring monthly call does not take place. Winter break." in page.text
    two = read([CALLS[4], CALLS[5]])
    assert "Next call Tuesday 9 February 2027" in two.text
    none = read([CALLS[4]])
    assert "Not yet scheduled" in none.text
    assert "Upcoming calls Tuesday 12 January 2027 Cancelled" in none.text


def test_every_upcoming_call_is_shown_once() -> None:
    page = read()
    for day in ("Tuesday 15 December 2026", "Tuesday 12 January 2027", "Tuesday 9 February 2027"):
        assert page.text.count(day) == 1
    assert (
        "Tuesday 9 February 2027 11:00 PST · 14:00 EST · 19:00 UTC · 04:00 JST (Wednesday) Reading other people's code, by Grace Hopper" in page.text
    )
    assert "pcoming calls" not in read([MOVED]).text


def test_a_cancelled_call_of_the_past_stays_in_the_list() -> None:
    assert "Tuesday 11 August FLOSS-Mentoring monthly call Cancelled Summer break." in read().text


def test_past_calls_have_their_links_newest_first_under_their_years() -> None:
    page = read()
    past = page.text.split("Past calls")[1]
    days = re.findall(r"(?:Mon|Tues)day \d+ \w+", past)
    assert days == [
        "Tuesday 10 November",
        "Tuesday 13 October",
        "Tuesday 11 August",
        "Tuesday 14 July",
        "Tuesday 9 December",
        "Tuesday 11 November",
    ]
    assert past.index("2026") < past.index("Tuesday 10 November") < past.index("2025") < past.index("Tuesday 9 December")
    for archived in ENTRIES:
        for link in (archived.recording, archived.notes):
            assert link is None or link in page.links
    assert "Tuesday 14 July Mentoring across time zones Dennis Ritchie Recording No notes" in past


def test_a_past_call_without_an_entry_is_waited_for() -> None:
    assert "Tuesday 10 November FLOSS-Mentoring monthly call Recording to come Notes to come" in read().text


def test_only_over_decides_what_is_past() -> None:
    files = build_page(CONFIG, CALLS, entries=ENTRIES, join=lambda call: None, pages=renderer(TEMPLATES).pages, ics=ICS, over=lambda call: True)
    everything_past = Read(files["index.html"])
    assert "Not yet scheduled" in everything_past.text
    assert "pcoming calls" not in everything_past.text


def test_the_group_is_the_way_in_and_the_room_stays_closed() -> None:
    page = read()
    assert "https://groups.google.com/g/floss-mentoring" in page.links
    assert "https://discord.gg/xJsZChXXpF" in page.links
    assert all(b"zoom" not in content for content in build().values())


def test_the_join_link_stands_on_the_page_only_when_it_is_asked_for() -> None:
    shown = replace(CONFIG, page=Page("/nowhere", show_join_link=True))
    assert JOIN in read(config=shown).links
    assert JOIN not in read([CALLS[4]], config=shown).links


def test_a_community_without_links_is_told_the_address_of_the_group() -> None:
    page = read(config=replace(CONFIG, links={}))
    assert "mailed to the group floss-mentoring@googlegroups.com" in page.text
    assert not [link for link in page.links if "groups.google.com" in link]


def test_members_put_a_call_into_their_calendar_and_find_the_others_on_demand() -> None:
    public = replace(CONFIG, about="We keep   free software\nalive.", page=Page("/nowhere", False, "https://example.org/calls"))
    page = Read(build_page(public, CALLS, entries=[], join=lambda call: None, pages=renderer(TEMPLATES).pages, ics=ICS, over=over)["index.html"])
    google, outlook = (next(urlsplit(link) for link in page.links if host in link) for host in ("calendar.google.com", "outlook.live.com"))
    assert parse_qs(google.query)["dates"] == ["20261215T190000Z/20261215T200000Z"]
    assert parse_qs(google.query)["text"] == [MOVED.series.title]
    assert parse_qs(outlook.query)["startdt"] == ["2026-12-15T19:00:00Z"]
    assert "webcal://example.org/calls/calendar.ics" in page.links
    assert "We keep free software alive." in page.text
    assert "webcal" not in "".join(read().links)  # nobody knows where this one is
    many = [call(date(2027, month, 9)) for month in range(1, 9)]
    assert "4 more" in read([MOVED, *many[:7]]).text
    assert "more" not in read([MOVED, *many[:3]]).text
    assert read([MOVED, *many]).tags.count("li") == len(many) + 2


def test_the_usual_time_is_the_one_of_the_rule_in_force() -> None:
    later = Rule(date(2027, 1, 1), "LAST friday of the Month", "FREQ=MONTHLY;BYDAY=-1FR", CALLS[0].start.time().replace(hour=18))
    two = replace(CALLS[0].series, rules=(later, *CALLS[0].series.rules))
    assert "Usually: second Tuesday of the month at 11:00 (Los Angeles)" in read([replace(MOVED, series=two)]).text
    assert "Usually: last Friday of the month at 18:00 (Los Angeles)" in read([replace(CALLS[5], series=two)]).text
    raw = replace(two, rules=(Rule(date(2023, 1, 1), "FREQ=DAILY", "FREQ=DAILY", later.at),))
    assert "Usually" not in read([replace(MOVED, series=raw)]).text


SCRIPT = re.search(r"<script>(.*?)</script>", (TEMPLATES / "page" / "index.html").read_text(encoding="utf-8"), re.DOTALL)


def test_nothing_is_fetched_from_elsewhere_and_nothing_runs_but_the_clock_of_the_visitor() -> None:
    page = read()
    assert {"img", "iframe", "object", "form"}.isdisjoint(page.tags)
    source = build()["index.html"].decode()
    assert SCRIPT
    own = base64.b64encode(hashlib.sha256(SCRIPT[1].encode()).digest()).decode()
    assert page.tags.count("script") == 1
    assert re.findall(r"script-src ([^;]*);", source) == [f"'sha256-{own}'"]
    assert "url(" not in source
    assert "@import" not in source
    assert not [link for link in re.findall(r'<link[^>]+href="([^"]*)"', source) if ":" in link and link != "data:,"]


def test_hostile_texts_and_links_are_harmless() -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}\u202e\x00'
    link = "javascript:alert(1)"
    talk = Talk(MOVED.id.recurrence_id, evil, evil, evil * 1000)
    calls = [replace(MOVED, talk=talk, reason=evil), call(date(2026, 10, 13), status="cancelled", reason=evil)]
    entries = [entry(date(2026, 7, 14), title=evil, speaker=evil, recording=link, notes='https://x.example/" onclick="alert(1)')]
    hostile = replace(CONFIG, name=evil, links={"join": link, "chat": "JaVaScRiPt:alert(1)"}, page=Page("/nowhere", show_join_link=True))
    files = build_page(hostile, calls, entries=entries, join=lambda call: link, pages=renderer(TEMPLATES).pages, ics=ICS, over=over)
    page = Read(files["index.html"])
    assert "img" not in page.tags
    assert SCRIPT
    assert re.findall(r"<script[^>]*>(.*?)</script>", files["index.html"].decode(), re.DOTALL) == [SCRIPT[1]]
    assert not [name for name in page.attributes if name.startswith("on")]
    assert not [each for each in page.links if not re.match(r"https?://[^\s\"'<>]+$|data:,$|[a-z]+\.(ics|xml|json)$", each)]
    assert "{{ 7*7 }}" in page.text
    assert "49" not in page.text
    assert "\u202e" not in page.text
    assert "\x00" not in page.text
    assert all(b"javascript:" not in content.lower() for content in files.values())
    assert len(files["index.html"]) < 60_000


def test_the_same_calls_give_the_same_bytes_in_any_order() -> None:
    assert build() == build(tuple(reversed(CALLS)), tuple(reversed(ENTRIES)))


def test_many_years_of_calls_are_cut_short_on_the_page_only() -> None:
    start = date(2000, 1, 4)
    entries = [entry(start + timedelta(days=7 * number)) for number in range(1300)]
    upcoming = [call(date(2027, 1, 1) + timedelta(days=number)) for number in range(300)]
    files = build(upcoming, entries)
    page = Read(files["index.html"])
    assert "700 older calls are in archive.json" in page.text
    assert files["archive.json"].count(b'"recurrence_id"') == 1300


def test_a_new_community_has_a_page_too() -> None:
    page = read([], [])
    assert "Not yet scheduled" in page.text
    assert "Recordings and notes will be here after the first call." in page.text


def test_further_pages_are_made_from_further_templates(tmp_path: Path) -> None:
    folder = tmp_path / "page"
    folder.mkdir()
    (folder / "index.html").write_text("{% include 'page/_name.html' %} {{ upcoming|length }}")
    (folder / "_name.html").write_text("<b>{{ community.name }}</b>")
    (folder / "past.html").write_text("{% for year in years %}{{ year.year }} {% endfor %}")
    files = build(templates=tmp_path)
    assert files["index.html"] == b"<b>FLOSS-Mentoring</b> 2"
    assert files["past.html"] == b"2026 2025 "
    assert list(files)[-1] == "index.html"
    assert "_name.html" not in files


@pytest.mark.parametrize(
    "text", ["{{ nobody }}", "\n{{ next_call.passcode }}", "{% if %}", "{{ ''.__class__ }}", "{% for i in range(10**9) %}{% endfor %}"]
)
def test_a_template_that_cannot_be_rendered_is_named_with_its_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "index.html").write_text(text)
    with pytest.raises(ProblemsError, match=r"index\.html: line \d"):
        build(templates=tmp_path)


def test_a_missing_template_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match=r"index\.html"):
        build(templates=tmp_path)


def test_files_are_written_once_and_left_untouched_when_nothing_changed(tmp_path: Path) -> None:
    public = tmp_path / "public" / "calls"
    files = build()
    assert write_page(public, files) is True
    assert {path.name: path.read_bytes() for path in public.iterdir()} == files
    for path in public.iterdir():
        os.utime(path, (1, 1))
    assert write_page(public, files) is False
    assert {path.stat().st_mtime for path in public.iterdir()} == {1}


def test_only_what_changed_is_replaced_and_other_files_are_left_alone(tmp_path: Path) -> None:
    files = build()
    write_page(tmp_path, files)
    (tmp_path / "CNAME").write_text("calls.example.org")
    before = {path.name: path.stat().st_ino for path in tmp_path.iterdir()}
    assert write_page(tmp_path, {**files, "index.html": b"new"}) is True
    after = {path.name: path.stat().st_ino for path in tmp_path.iterdir()}
    assert {name for name in before if before[name] != after[name]} == {"index.html"}
    assert (tmp_path / "index.html").read_bytes() == b"new"
    assert set(after) == {*files, "CNAME"}


def test_a_web_server_may_read_what_was_written(tmp_path: Path) -> None:
    umask = os.umask(0o022)
    try:
        write_page(tmp_path, build())
    finally:
        os.umask(umask)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o644}


def test_what_an_interrupted_run_left_behind_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / ".index.html.new").write_bytes(b"half of a pa")
    files = build()
    write_page(tmp_path, files)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == files


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "public").write_text("a file where the folder should be")
    with pytest.raises(FileExistsError, match="public"):
        write_page(tmp_path / "public", build())


def test_what_a_page_may_show_is_declared_with_its_types() -> None:
    environment = html_sandbox({})
    shipped = (TEMPLATES / "page" / "index.html").read_text(encoding="utf-8")
    assert complaints(parser().parse(shipped), NAMES, environment) == []
    wrong = "{% if older > 10**6 %}{{ next_call.passcode }}{{ nobody }}{% endif %}{% for y in years %}{{ y.rows[0].tittle }}{% endfor %}"
    assert len(complaints(parser().parse(wrong), NAMES, environment)) == 3
    assert set(page_values(CONFIG, CALLS, ENTRIES, lambda call: None, over)) == set(NAMES)


def test_the_hour_of_a_moved_call_is_that_of_its_own_date() -> None:
    summer = replace(MOVED, start=datetime(2027, 3, 16, 11, tzinfo=HOME), end=datetime(2027, 3, 16, 12, tzinfo=HOME))
    text = read([summer]).text
    assert "Los Angeles 11:00 PDT" in text
    assert "at 11:00 PST" in text
    assert "Universal time 18:00 UTC" in text
