"""What services say of the time, and when our clock is wrong by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from automation.adapters.wire.witness import read_date
from automation.domain.clock import off

NOW = datetime(2026, 12, 8, 19, tzinfo=UTC)
MINUTE, YEAR = timedelta(minutes=1), timedelta(days=365)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Date": "Tue, 08 Dec 2026 19:00:00 GMT"}, NOW),
        ({"Date": "Tuesday, 08-Dec-26 19:00:00 GMT"}, NOW),
        ({"Date": "Tue, 08 Dec 2026 18:00:00 GMT", "Age": "3600"}, NOW),
        ({}, None),
        ({"Date": ""}, None),
        ({"Date": "yesterday"}, None),
        ({"Date": "Tue, 08 Dec 2026 19:00:00 -0000"}, None),
        ({"Date": "Tue, 99 Dec 2026 19:00:00 GMT"}, None),
        ({"Date": "Tue, 08 Dec 2026 19:00:00 GMT", "Age": "old"}, None),
        ({"Date": "Tue, 08 Dec 2026 19:00:00 GMT", "Age": "9" * 30}, None),
    ],
)
def test_what_an_answer_says(headers: dict[str, str], expected: datetime | None) -> None:
    assert read_date(headers) == expected


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ([], False),
        ([NOW], False),
        ([NOW + 10 * MINUTE], False),
        ([NOW + 11 * MINUTE], True),
        ([NOW - 11 * MINUTE], True),
        ([NOW + YEAR, NOW], False),
        ([NOW + YEAR, NOW + YEAR, NOW + 2 * YEAR], True),
    ],
)
def test_a_machines_own_clock(said: list[datetime], wrong: bool) -> None:
    assert off(said, NOW, NOW, given=False) == (NOW + YEAR if wrong and len(said) > 1 else said[0] if wrong else None)


@pytest.mark.parametrize(("machine", "said", "wrong"), [(YEAR, YEAR, False), (YEAR, 0 * YEAR, False), (YEAR, 2 * YEAR, True), (0 * YEAR, YEAR, True)])
def test_a_time_that_was_given(machine: timedelta, said: timedelta, wrong: bool) -> None:
    assert (off([NOW + said], NOW + machine, NOW, given=True) is not None) == wrong
