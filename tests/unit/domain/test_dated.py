"""Headings as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.domain.dated import date_of, order_in

DAY = date(2026, 11, 10)
FORMS = (
    "{d:%Y-%m-%d}", "{d:%Y/%m/%d}", "{d:%Y.%m.%d}", "{d:%Y%m%d}", "{d:%Y}-{d.month}-{d.day}", "{d:%B} {d.day}, {d.year}", "{d:%b} {d.day} {d.year}",
    "{d:%a} {d:%b} {d.day}, {d.year}", "{d:%A}, {d:%B} {d.day}th, {d.year}", "{d.day} {d:%b} {d.year}", "{d.day}. {d:%B} {d.year}",
    "{d:%A} {d.day} {d:%B} {d.year}", "{d.day}-{d:%b}-{d.year}", "{d.day}th of {d:%B}, {d.year}", "{d:%d}.{d:%m}.{d.year}",
    "{d:%b}. {d.day}, {d.year}",
        "{d:%a}, {d.day} {d:%b} {d.year}", "{d:%Y} {d:%B} {d.day}", "{d.day}{d:%b}{d.year}", "{d.day} {d:%b} {d:%y}",
)  # fmt: skip
TAILS = ("", " ", ":", " Notes", " · Monthly call", " – Anna, Björn", ", 11:00 PT", " (Tuesday)", " 11:00", "\u2003Notes", ".", " 2 topics")


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(FORMS), st.sampled_from(TAILS), st.sampled_from(["", " ", "📅 ", "[", "— "]))
def test_a_date_in_any_usual_form_is_read(day: date, form: str, tail: str, before: str) -> None:
    if form.startswith("{d.day}{d:%b}{d.year}"):
        tail = tail or " "
    heading = before + form.format(d=day) + tail
    assert date_of(heading) == day
    assert date_of(heading.upper()) == day


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(["/", "-", " / "]), st.sampled_from(["%Y", "%y"]))
def test_numbers_alone_mean_what_the_document_settles(day: date, gap: str, year: str) -> None:
    american, european = f"{day.month}{gap}{day.day}{gap}{day:{year}}", f"{day.day}{gap}{day.month}{gap}{day:{year}}"
    assert date_of(american, "month first") == day
    assert date_of(european, "day first") == day
    if day.day <= 12 and day.day != day.month:
        assert date_of(american) is None
    else:
        assert date_of(american) == day


def test_the_other_headings_settle_the_order() -> None:
    assert order_in(["11/10/2026", "10/13/2026", "Ideas"]) == "month first"
    assert order_in(["10/11/2026", "13/10/2026"]) == "day first"
    assert order_in(["11/10/2026", "12.11.2026"]) == ""
    assert order_in(["13/10/2026", "10/13/2026"]) == ""
    assert order_in(["25/26/2026"]) == ""


@pytest.mark.parametrize(
    "heading",
    ["", "Notes", "Notes of November 10, 2026", "November 10", "2026", "November 2026", "2026-13-01", "February 30, 2026", "Mayor 10, 2026",
     "10 apples, 2026",
     "2026-11-101", "11/10/2026/3", "1.2.3", "Version 2026.11.10", "Marching 10 2026", "November 10, 20267", "Sunny 10 Nov 2026", "10 2026 Nov"],
)  # fmt: skip
def test_what_does_not_begin_with_a_date_has_none(heading: str) -> None:
    assert date_of(heading) is None


@given(st.text(max_size=30))
def test_no_text_is_too_strange(heading: str) -> None:
    assert date_of(heading) is None or any(letter.isdigit() for letter in heading)
