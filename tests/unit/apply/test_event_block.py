"""The marked block in a description: what stands outside is people's."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automation.apply.event_block import BEGIN, END, merge

pieces = st.lists(st.sampled_from([BEGIN, END, "\n", "Bring cake.", "\\1", "<b>x</b>", "  ", "Ünïcode 李", "-- "]), max_size=8).map("".join)


def test_a_new_description_is_the_block_alone() -> None:
    assert merge("", "Join: https://x\n") == f"{BEGIN}\nJoin: https://x\n{END}"


def test_what_people_wrote_around_it_stays() -> None:
    old = f"Above.\n{merge('', 'old')}\nBelow."
    assert merge(old, "new") == f"Above.\n{BEGIN}\nnew\n{END}\nBelow."


def test_where_people_deleted_the_block_it_is_put_on_top() -> None:
    assert merge("Bring cake.", "new") == f"{BEGIN}\nnew\n{END}\n\nBring cake."


def test_a_description_that_google_turned_into_html_is_recognised() -> None:
    html = merge("", "old").replace("\n", "<br>") + "<br><b>Bring cake.</b>"
    assert merge(html, "new") == f"{BEGIN}\nnew\n{END}<br><b>Bring cake.</b>"


def test_backslashes_in_the_text_are_not_references() -> None:
    assert "\\1 \\g<0>" in merge(merge("", "old"), "\\1 \\g<0>")


@given(pieces, pieces)
def test_merging_twice_is_merging_once(description: str, text: str) -> None:
    """Also where a talk's abstract holds our own marker lines: otherwise the event would be written anew at every tick."""
    once = merge(description, text)
    assert merge(once, text) == once


@given(st.lists(st.sampled_from(["Bring cake.", "<b>x</b>", "李"]), max_size=4).map(" ".join), st.lists(pieces, max_size=4))
def test_nothing_that_people_wrote_is_ever_lost_and_the_block_never_multiplies(written: str, texts: list[str]) -> None:
    description = merge(written, "first")
    for text in texts:
        description = merge(description, text)
    assert description.endswith(written)
    assert (description.count(BEGIN), description.count(END)) == (1, 1)
