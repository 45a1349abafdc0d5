"""Keys and marks, and the strings that they are outside."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.domain.keys import CallId, Key, community_step

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
def test_what_is_written_is_read_back(community: str, series: str, day: date, kind: str, name: str | None, sequence: int | None) -> None:
    key = Key(CallId(community, series, day), kind, name, sequence)
    assert Key.parse(str(key)) == key


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
