"""The text of archive.toml with more in it: nothing that people wrote is lost, and calls stand in order."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.config.archive_text import Addition, added, changed

DAYS = st.integers(0, 40).map(lambda number: date(2025, 1, 6) + timedelta(days=7 * number))
WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
VALUES = st.fixed_dictionaries(
    {"title": WORDS}, optional={"speaker": WORDS, "recording": st.lists(WORDS, min_size=2, max_size=3).map(tuple), "duration": st.integers(1, 90)}
)
ADDITIONS = st.lists(st.builds(Addition, st.sampled_from(["one", "two"]), DAYS, VALUES), max_size=8, unique_by=lambda each: (each.series, each.day))


def read(text: str) -> dict[tuple[str, date], dict[str, object]]:
    return {(call["series"], call["date"]): call for call in tomllib.loads(text).get("call", [])}


@given(ADDITIONS, ADDITIONS)
def test_what_was_there_stays_and_what_is_missing_comes_in_order(first: list[Addition], second: list[Addition]) -> None:
    before = added("", first)
    text = added(before, second)
    old, new = read(before), read(text)
    assert [new[place].items() >= call.items() for place, call in old.items()] == [True] * len(old)
    for each in second:
        for key, value in each.values.items():
            expected = list(value) if isinstance(value, tuple) else value
            assert new[each.series, each.day][key] == old.get((each.series, each.day), {}).get(key, expected)
    assert [day for _, day in new] == sorted(day for _, day in new)
    assert added(text, second) == text


@given(ADDITIONS, ADDITIONS)
def test_a_change_changes_what_it_names_and_nothing_else(first: list[Addition], changes: list[Addition]) -> None:
    text = added("", first)
    for each in changes:
        before = read(text)
        text = changed(text, each, [])
        after = read(text)
        values = {key: list(value) if isinstance(value, tuple) else value for key, value in each.values.items()}
        call = {**before.pop((each.series, each.day), {"series": each.series, "date": each.day}), **values}
        assert after == {**before, (each.series, each.day): call}


OWN = '''# ours

# the first one
[[ call ]]  # with a remark
series = "one"
date = 2025-03-10
abstract = """
Many lines,
# this is no remark
"""
# behind it

# the second one
[[call]]
series = "one"
date = 2025-05-12'''


def test_remarks_stay_where_they_are() -> None:
    text = added(OWN, [Addition("one", day, {"title": "New"}) for day in (date(2025, 1, 6), date(2025, 3, 10), date(2025, 4, 7), date(2025, 6, 2))])
    assert text.split("\n") == [
        "# ours", "", "[[call]]", 'series = "one"', "date = 2025-01-06", 'title = "New"', "", "# the first one", "[[ call ]]  # with a remark",
        'series = "one"', "date = 2025-03-10", 'abstract = """', "Many lines,", "# this is no remark", '"""', 'title = "New"', "# behind it", "",
        "[[call]]", 'series = "one"', "date = 2025-04-07", 'title = "New"', "", "# the second one", "[[call]]", 'series = "one"',
        "date = 2025-05-12", "", "[[call]]", 'series = "one"', "date = 2025-06-02", 'title = "New"', "",
    ]  # fmt: skip


def test_a_text_in_which_calls_cannot_be_told_apart_is_refused() -> None:
    text = '[[call]]\nseries = "one"\ndate = 2025-03-10\nabstract = """\n[[call]]\n"""\n'
    with pytest.raises(ValueError, match="cannot be told"):
        added(text, [Addition("one", date(2025, 4, 7), {"title": "New"})])
