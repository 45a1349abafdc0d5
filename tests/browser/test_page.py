"""The public page in Chromium: readable on a phone and a desktop, by day and by night, on paper and by ear."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from automation.apply.page import write_page
from automation.domain.model import Page
from automation.rendering.formats.page_folder import build_page
from tests.browser.contrast import CONTRAST
from tests.mail_samples import renderer
from tests.page_samples import CALLS, CONFIG, ENTRIES, ICS, MOVED, TEMPLATES, entry, over

WIDTHS = (390, 1100)
SCHEMES = ("light", "dark")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample community's page; `long.html` has the longest words that somebody could write."""
    public = tmp_path_factory.mktemp("public")
    shown = replace(CONFIG, page=Page(str(public), show_join_link=True))
    write_page(
        public,
        build_page(
            shown, CALLS, entries=ENTRIES, join=lambda call: "https://us02web.zoom.us/j/1", pages=renderer(TEMPLATES).pages, ics=ICS, over=over
        ),
    )
    word = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung" * 4
    assert MOVED.talk
    talk = replace(MOVED.talk, title=word, speaker=word, abstract=word)
    calls = [replace(MOVED, talk=talk, reason=word), replace(CALLS[4], reason=word)]
    entries = [entry(date(2026, 7, 14) - timedelta(days=28 * n), title=word, speaker=word) for n in range(3)]
    files = build_page(
        replace(CONFIG, name=word), calls, entries=entries, join=lambda call: None, pages=renderer(TEMPLATES).pages, ics=ICS, over=over
    )
    (public / "long.html").write_bytes(files["index.html"])
    return public


@pytest.fixture(params=[(width, scheme) for width in WIDTHS for scheme in SCHEMES], ids=lambda each: f"{each[0]}-{each[1]}")
def tab(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Tab]:
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", ["index.html", "long.html"])
def test_nothing_sticks_out_and_every_text_is_readable(tab: Tab, folder: Path, name: str) -> None:
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.goto((folder / name).as_uri())
    if pictures := os.environ.get("CALLKEEPER_SCREENSHOTS"):
        scheme = "dark" if tab.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
        tab.screenshot(path=f"{pictures}/{name}-{tab.viewport_size['width']}-{scheme}.png", full_page=True)  # type: ignore[index]
    assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert tab.evaluate(CONTRAST) == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert complaints == []


def test_the_ways_in_are_large_enough_for_a_thumb_and_lead_where_they_say(tab: Tab, folder: Path) -> None:
    tab.goto((folder / "index.html").as_uri())
    for name, target in (("Join the call", "https://us02web.zoom.us/j/1"), ("Go to the group", CONFIG.links["join"])):
        button = tab.get_by_role("link", name=name)
        box = button.bounding_box()
        assert box
        assert box["height"] >= 44
        assert button.get_attribute("href") == target


def test_a_visitor_reads_the_hour_of_the_place_where_they_are(browser: Browser, folder: Path) -> None:
    there = browser.new_context(timezone_id="Asia/Tokyo", locale="ja-JP")
    page = there.new_page()
    page.goto((folder / "index.html").as_uri())
    own = page.get_by_role("row", name="Where you are")
    assert own.get_by_role("cell").inner_text() == "12月16日水曜日 4:00 JST"
    assert own.get_by_role("cell").get_attribute("lang") == "ja-JP"
    there.close()
    plain = browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto((folder / "index.html").as_uri())
    assert not page.get_by_text("Where you are").is_visible()
    assert page.get_by_text("11:00 PST").first.is_visible()
    plain.close()


def test_the_dark_page_is_dark(browser: Browser, folder: Path) -> None:
    shades = {}
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto((folder / "index.html").as_uri())
        shades[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.close()
    assert shades == {"light": "rgb(243, 242, 238)", "dark": "rgb(21, 23, 26)"}


@pytest.mark.parametrize("width", WIDTHS)
def test_a_screen_reader_finds_headings_and_a_table_at_any_width(browser: Browser, folder: Path, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto((folder / "index.html").as_uri())
    assert page.get_by_role("main").count() == 1
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    table = page.get_by_role("table", name="Past calls")
    row = table.get_by_role("row").filter(has_text="Tuesday 13 October")
    assert row.get_by_role("cell").count() == 4
    assert row.get_by_role("link", name="Recording of Tuesday 13 October 2026").get_attribute("href") == ENTRIES[0].recording
    page.close()


def test_printed_links_show_where_they_lead(browser: Browser, folder: Path) -> None:
    page = browser.new_page()
    page.goto((folder / "index.html").as_uri())
    page.emulate_media(media="print")
    if pictures := os.environ.get("CALLKEEPER_SCREENSHOTS"):
        page.screenshot(path=f"{pictures}/print.png", full_page=True)
    shown = page.evaluate("getComputedStyle(document.querySelector('a[href*=\"groups.google.com\"]'), '::after').content")
    assert "https://groups.google.com/g/floss-mentoring" in shown
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.close()
