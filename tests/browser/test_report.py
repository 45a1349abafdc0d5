"""The report of a rehearsal in Chromium: readable on a phone and a desktop, by day and by night, and by ear."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from automation.config.community import read_config
from automation.config.template_folder import read_templates
from automation.rehearsal.overlay import read_stages
from automation.rehearsal.report import write_report
from automation.rehearsal.run import rehearse
from tests.browser.contrast import CONTRAST

ROOT = Path(__file__).resolve().parents[2]
ZONE = ZoneInfo("America/Los_Angeles")
SIZES = [(390, "light"), (390, "dark"), (1100, "light"), (1100, "dark")]
MOVED = "monthly-call-2026-12-08"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a month with a moved call, made with the shipped overlay."""
    folder = tmp_path_factory.mktemp("report")
    config = ROOT / "community.toml"
    stages = read_stages(read_config(config), config, ROOT / "demo" / "overlay.toml")
    since, until = datetime(2026, 11, 20, tzinfo=ZONE), datetime(2026, 12, 20, tzinfo=ZONE)
    return write_report(
        rehearse(stages, read_templates(ROOT / "templates"), since=since, until=until, directory=folder, progress=lambda now: None), folder
    )


@pytest.fixture(params=SIZES, ids=lambda each: f"{each[0]}-{each[1]}")
def tab(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Tab]:
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    yield context.new_page()
    context.close()


def test_nothing_sticks_out_every_text_is_readable_and_nothing_is_fetched(tab: Tab, report: Path) -> None:
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.goto(report.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    frame = tab.locator(f"#{MOVED} iframe").last
    frame.scroll_into_view_if_needed()
    assert frame.content_frame.locator("a").first.inner_text()
    if pictures := os.environ.get("CALLKEEPER_SCREENSHOTS"):
        scheme = "dark" if tab.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
        tab.screenshot(path=f"{pictures}/report-{tab.viewport_size['width']}-{scheme}.png", full_page=True)  # type: ignore[index]
    assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert tab.evaluate(CONTRAST) == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "about:"))] == []
    assert complaints == []


def test_a_mail_opens_as_high_as_it_is_with_its_text_part_below(tab: Tab, report: Path) -> None:
    tab.goto(report.as_uri())
    mail = tab.locator(f"#{MOVED} details", has=tab.locator("summary", has_text="New time:")).first
    frame = mail.locator("iframe")
    assert not frame.is_visible()
    mail.locator("summary").first.click()
    inside = frame.content_frame.locator("body")
    inside.get_by_role("link", name="Join the call", exact=True).first.wait_for()
    fits = "frame => Math.abs(frame.clientHeight - frame.contentDocument.documentElement.scrollHeight) < 4"
    tab.wait_for_function(fits, arg=frame.element_handle())
    assert "15 December 2026" in inside.inner_text()
    mail.get_by_text("As plain text").click()
    assert "19:00 UTC" in mail.locator("pre").inner_text()


def test_made_up_data_is_called_that_and_a_move_can_be_followed(browser: Browser, report: Path) -> None:
    page = browser.new_page()
    page.goto(report.as_uri())
    assert page.locator(".banner").first.inner_text().startswith("Made-up data")
    told = page.locator(f"#{MOVED}").inner_text()
    edited = "In community.toml: moved to Tuesday 15 December"
    order = ["Calendar entry made", edited, "Zoom meeting changed", "Recording filed", "Archive entry written"]
    assert [told.index(step) for step in order] == sorted(told.index(step) for step in order)
    page.close()


@pytest.mark.parametrize("width", [390, 1100])
def test_a_screen_reader_finds_headings_tables_and_named_frames_at_any_width(browser: Browser, report: Path, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(report.as_uri())
    assert page.get_by_role("main").count() == 1
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5')].filter(h => h.offsetParent).map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    assert page.get_by_role("table", name="At a glance").get_by_role("row").count() == 2
    assert page.locator("iframe:not([title])").count() == 0
    assert page.get_by_role("link", name="Tuesday 15 December 2026").get_attribute("href") == f"#{MOVED}"
    page.close()


def test_links_to_the_public_page_lead_to_files_that_are_there(browser: Browser, report: Path) -> None:
    page = browser.new_page()
    page.goto(report.as_uri())
    links = page.evaluate("[...document.querySelectorAll('a[href^=\"public/\"]')].map(link => link.getAttribute('href'))")
    assert len(links) == 4
    assert all((report.parent / link).is_file() for link in links)
    page.close()
