"""The index arithmetic of a Docs body, without a server."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.sandbox.docs.text import Bullet, Paragraph, Refused, Run, deleted, end_index, from_units, inserted, locate, plain, to_units, touched

WORDS = st.text(alphabet="ab é🎉\n", max_size=12)


def whole(paragraphs: list[Paragraph]) -> str:
    return from_units("".join(paragraph.text for paragraph in paragraphs))


def body_of(text: str) -> list[Paragraph]:
    return [plain(line) for line in text.split("\n")]


def put(paragraphs: list[Paragraph], index: int, text: str) -> list[Paragraph]:
    numbers = count(1)
    return inserted(paragraphs, index, to_units(text), lambda: f"h.new{next(numbers)}")


@given(WORDS, WORDS, st.integers(min_value=-2, max_value=40))
def test_an_insertion_is_a_splice_of_utf16_units_or_is_refused(text: str, new: str, index: int) -> None:
    body, units = body_of(text), to_units(text) + "\n"
    at = index - 1
    cuts_pair = 0 < at < len(units) and units[at - 1] == "\ud83c" and units[at] == "\udf89"
    if not 0 <= at < len(units) or cuts_pair:
        with pytest.raises(Refused):
            put(body, index, new)
    else:
        result = put(body, index, new)
        assert whole(result) == from_units(units[:at] + to_units(new) + units[at:])
        assert all(paragraph.text.endswith("\n") and paragraph.text.count("\n") == 1 for paragraph in result)


@given(WORDS, st.integers(min_value=1, max_value=20), st.integers(min_value=1, max_value=20))
def test_a_deletion_is_a_splice_that_never_takes_the_last_newline(text: str, start: int, end: int) -> None:
    body, units = body_of(text), to_units(text) + "\n"
    try:
        result = deleted(body, start, end)
    except Refused:
        halves = {at + 1 for at, unit in enumerate(units, 1) if unit == "\udf89"} | {
            at + 1 for at, unit in enumerate(units) if unit == "\udf89"
        }
        assert start >= end or end > len(units) or start in halves or end in halves
    else:
        assert whole(result) == from_units(units[: start - 1] + units[end - 1 :])


def test_an_astral_character_counts_two_and_cannot_be_cut() -> None:
    body = body_of("a🎉b")
    assert end_index(body) == 1 + 5
    assert locate(body, 4) == (0, 3)
    with pytest.raises(Refused, match="surrogate pair"):
        locate(body, 3)


def test_a_range_that_ends_behind_an_astral_character_is_fine() -> None:
    assert list(touched(body_of("a🎉\nb"), 1, 4)) == [0]


def test_the_end_of_the_body_is_outside_any_paragraph() -> None:
    body = body_of("ab")
    with pytest.raises(Refused, match="Index 4 must be less than the end index of the referenced segment, 4"):
        put(body, 4, "x")
    with pytest.raises(Refused, match="inside the bounds"):
        put(body, 0, "x")


def test_new_paragraphs_copy_style_and_bullet_of_the_place_they_came_in_at() -> None:
    item = Paragraph((Run("one\n", {"bold": True}),), plain("").style, Bullet("kix.1", 2))
    result = put([item], 4, "\ntwo\nthree")
    assert [paragraph.bullet for paragraph in result] == [Bullet("kix.1", 2)] * 3
    assert {run.style["bold"] for paragraph in result for run in paragraph.runs} == {True}


@pytest.mark.parametrize(("index", "names"), [(4, ["h.old", "h.new1"]), (1, ["h.new1", "h.old"])])
def test_a_split_heading_keeps_its_id_with_its_old_words(index: int, names: list[str]) -> None:
    result = put([plain("old", "HEADING_2", "h.old")], index, "new\n" if index == 1 else "\nnew")
    assert [paragraph.style["headingId"] for paragraph in result] == names


def test_merged_paragraphs_take_the_style_of_the_words_in_front() -> None:
    body = [plain("head", "HEADING_1", "h.1"), plain("text"), plain("")]
    assert deleted(body, 3, 8)[0].style["namedStyleType"] == "HEADING_1"
    assert deleted(body, 1, 6)[0].style["namedStyleType"] == "NORMAL_TEXT"
