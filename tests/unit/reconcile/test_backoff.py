"""When a failed step is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.domain.errors import Transient
from automation.reconcile.backoff import FIRST, LONGEST, LONGEST_WISH, retry_at

NOW = datetime(2026, 12, 8, 12, tzinfo=UTC)


def wait(attempts: int, retry_after: datetime | float | None = None, key: str = "k") -> timedelta:
    return retry_at(Transient("gmail", "503", retry_after=retry_after), key, attempts, NOW) - NOW


def test_waits_double_up_to_an_hour() -> None:
    waits = [wait(attempts) for attempts in range(1, 9)]
    for attempts, waited in enumerate(waits, start=1):
        longest = min(FIRST * 2**attempts, LONGEST)
        assert 0.8 * longest <= waited <= longest
    assert waits[-1] >= 0.8 * LONGEST


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (7.0, timedelta(seconds=7)),
        (NOW + timedelta(minutes=20), timedelta(minutes=20)),
        (NOW - timedelta(hours=1), timedelta(seconds=1)),  # a date that has passed already
        (0.0, timedelta(seconds=1)),
        (10 * 86400.0, LONGEST_WISH),
    ],
)
def test_a_vendors_wish_counts_within_reason(wish: datetime | float, expected: timedelta) -> None:
    assert wait(1, wish) == expected


@given(st.integers(0, 10_000), st.text(max_size=30), st.none() | st.floats() | st.datetimes(timezones=st.just(UTC)))
def test_the_next_try_is_always_after_now_and_within_a_day(attempts: int, key: str, wish: datetime | float | None) -> None:
    """Whatever a vendor answers: negative, infinite, not a number, the year 9999."""
    waited = wait(attempts, wish, key)
    assert timedelta(0) < waited <= LONGEST_WISH
    assert waited == wait(attempts, wish, key), "the same for the same key, so that a plan can be repeated"


def test_different_keys_do_not_come_back_all_at_once() -> None:
    assert len({wait(3, key=f"call-{number}") for number in range(20)}) > 15
