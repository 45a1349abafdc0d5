"""Keys and marks, and the strings that they are outside."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.domain.keys import (
    CallId,
    Key,
    community_step,
    is_mark,
    is_of,
    kind_of,
    mark_of,
    name_of,
    role_of,
    sequence_of,
    series_of,
    step_of,
    with_marks,
    with_role,
)

DAY = date(2026, 12, 8)
CALL = CallId("floss", "monthly", DAY)
uids = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_.ü", min_size=1, max_size=20)
names = st.none() | st.text("abcdefghijklmnopqrstuvwxyz-_ ", min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (Key(CALL, "event", None, None), "floss/monthly/2026-12-08/event"),
        (Key(CALL, "mail", "announcement", None), "floss/monthly/2026-12-08/mail:announcement"),
        (Key(CALL, "mail", "moved", 2), "floss/monthly/2026-12-08/mail:moved@2"),
        (Key(CALL, "chat", "starting-soon", 11), "floss/monthly/2026-12-08/chat:starting-soon@11"),
    ],
)
def test_keys_have_the_form_of_the_contract_both_ways(key: Key, text: str) -> None:
    assert str(key) == text
    assert Key.parse(text) == key


@given(uids, uids, st.dates(), st.sampled_from(["mail", "chat", "event", "notes"]), names, st.none() | st.integers(1, 10_000))
def test_what_is_written_is_read_back(community: str, series: str, day: date, role: str, name: str | None, sequence: int | None) -> None:
    key = Key(CallId(community, series, day), role, name, sequence)
    assert Key.parse(str(key)) == key


@given(uids, uids, st.dates(), st.sampled_from(["mail", "chat", "event", "notes"]), names, st.none() | st.integers(1, 10_000))
def test_each_part_is_found_in_the_text(community: str, series: str, day: date, role: str, name: str | None, sequence: int | None) -> None:
    call = CallId(community, series, day)
    text = str(Key(call, role, name, sequence))
    assert (mark_of(text), role_of(text), name_of(text)) == (str(call), role, name or "")
    assert call.step(step_of(text)) == text
    assert step_of(text) == kind_of(text) + ("" if sequence is None else f"@{sequence}")
    assert sequence_of(text) == sequence
    assert (role_of(kind_of(text)), name_of(kind_of(text))) == (role, name or "")
    assert is_mark(mark_of(text))
    assert series_of(mark_of(text)) == f"{community}/{series}"
    assert is_of(community, text)
    assert not is_of(f"{community}x", text)
    assert dict(with_marks([text])) == {str(call): text}


@given(st.text())
def test_questions_about_any_text_raise_nothing(text: str) -> None:
    assert isinstance((mark_of(text), step_of(text), kind_of(text), role_of(text), name_of(text), series_of(text), sequence_of(text)), tuple)


def test_keys_of_a_role_are_those_whose_step_has_it_whatever_the_community_is_called() -> None:
    keys = ["mail/mail/2026-12-08/event", "floss/monthly/2026-12-08/mail:recap@1", "floss/mail:x", "mailing", "a/b/2026-12-08/mailing:x"]
    assert with_role(keys, "mail") == keys[1:3]
    assert with_role(["floss/archive/2026-12-08/archive", "floss/archive/2026-12-08/notes"], "archive") == ["floss/archive/2026-12-08/archive"]

@pytest.mark.parametrize("text", ["", "floss", "floss/monthly", "floss/monthly/2026-13-08/event", "a/b/c/d/event", "floss//2026-12-08/event",
                                  "/monthly/2026-12-08/event", "floss/monthly/2026-12-08/", "floss/page",
                                  "floss/monthly/2026-12-08/mail:x@y"])  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Key.parse(text)


def test_the_mark_of_a_call_is_its_string() -> None:
    assert str(CALL) == "floss/monthly/2026-12-08"
    assert CallId.parse(str(CALL)) == CALL
    assert CALL.step("mail:moved@1") == "floss/monthly/2026-12-08/mail:moved@1"


@pytest.mark.parametrize("text", ["floss/monthly", "floss/monthly/2026-12-08/x", "floss/monthly/someday", "//2026-12-08"])
def test_other_texts_are_no_marks(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        CallId.parse(text)


def test_steps_of_the_whole_community_name_no_call() -> None:
    assert community_step("floss", "digest:2026-12-08") == "floss/digest:2026-12-08"
    assert mark_of("floss/digest:2026-12-08") == ""
    assert role_of("floss/digest:2026-12-08") == "digest"
