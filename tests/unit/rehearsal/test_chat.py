"""A chat post as Discord shows it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from automation.rehearsal.chat import shown

ZONE = ZoneInfo("America/Los_Angeles")


def test_moments_are_in_the_readers_zone() -> None:
    assert shown("<t:1794337200:F>, <t:1794337200:t>", ZONE) == "Tuesday 10 November 2026, 11:00 PST, 11:00 PST"


def test_links_lead_where_they_say() -> None:
    url = "https://example.org/j/1?pwd=a&amp;b=2"
    assert shown("Join: <https://example.org/j/1?pwd=a&b=2>", ZONE) == f'Join: <a href="{url}">{url}</a>'
    assert shown("[Notes](<https://example.org/d>)", ZONE) == '<a href="https://example.org/d">Notes</a>'


def test_what_people_wrote_is_text_and_no_page() -> None:
    assert shown("**a <b>** <script>", ZONE) == "<strong>a &lt;b&gt;</strong> &lt;script&gt;"
    assert shown("~~gone~~", ZONE) == "<s>gone</s>"
    assert shown(r"snake\_case \*x\*", ZONE) == "snake_case *x*"
