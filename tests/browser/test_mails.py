"""Each shipped mail in Chromium, on a phone and on a desktop, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page

from automation.config.template_folder import scan_templates
from automation.domain.model import Talk
from automation.rendering.preview import preview
from tests.mail_samples import LINKS, NOVEMBER, SHIPPED, SHIPPED_MAILS, november, renderer

WIDTHS = (390, 1100)
SCHEMES = ("light", "dark")
LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwenverein" * 4
HARD_TALK = Talk(NOVEMBER.call.day, LONG, LONG, f"{LONG}\n\nhttps://example.org/{'a' * 400}")

# The least contrast of WCAG 2.2, 1.4.3: each text against the nearest background that is painted behind it.
CONTRAST = """
() => {
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let worst = [21, ''];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !element.checkVisibility()) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < worst[0]) worst = [ratio, walker.currentNode.textContent.trim().slice(0, 40)];
  }
  return worst;
}
"""


@pytest.fixture(scope="module")
def mails() -> dict[str, str]:
    """Name -> HTML; `hard` is an announcement of words that no line can hold."""
    templates = scan_templates(SHIPPED).templates
    assert templates is not None
    made = renderer()
    files = preview(made, templates, NOVEMBER)
    found = {name: files[f"mail-{name}.html"] for name in SHIPPED_MAILS}
    announcement = next(template for template in templates.mails if template.name == "announcement")
    found["hard"] = made.mail(announcement, november(call=replace(NOVEMBER.call, talk=HARD_TALK))).html
    return found


@pytest.fixture(scope="module", params=[(width, scheme) for width in WIDTHS for scheme in SCHEMES], ids=str)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    context.set_offline(True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", [*SHIPPED_MAILS, "hard"])
def test_a_mail_fits_its_window_and_can_be_read(page: Page, mails: dict[str, str], name: str) -> None:
    page.set_content(mails[name])
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    ratio, text = page.evaluate(CONTRAST)
    assert ratio >= 4.5, text


def test_the_page_follows_the_readers_colour_scheme(page: Page, mails: dict[str, str]) -> None:
    page.set_content(mails["announcement"])
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    background = page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor")
    assert background == ("rgb(33, 36, 41)" if is_dark else "rgb(255, 255, 255)")


@pytest.mark.parametrize("name", ["announcement", "reminder", "starting-soon", "moved", "restored"])
def test_the_join_button_can_be_pressed_with_a_thumb_and_leads_to_the_call(page: Page, mails: dict[str, str], name: str) -> None:
    page.set_content(mails[name])
    button = page.get_by_role("link", name="Join the call")
    assert button.get_attribute("href") == LINKS.join
    button.click(trial=True)
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44


def test_the_preheader_is_not_seen(page: Page, mails: dict[str, str]) -> None:
    page.set_content(mails["announcement"])
    assert page.get_by_text("please join us for our next call").count() == 2
    assert [each.is_visible() for each in page.get_by_text("please join us for our next call").all()] == [False, True]
