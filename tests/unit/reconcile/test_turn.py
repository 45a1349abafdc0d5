"""When a long step makes room for others, and when it stays because it would otherwise never get anywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from automation.plan.next_change import Awaited
from automation.reconcile.course import Course
from automation.reconcile.turn import Turn

BEGAN = datetime(2026, 12, 8, 18, tzinfo=UTC)


class Life:
    """A step whose tick began at BEGAN, and that is asked at a minute of that tick."""

    def __init__(self, *, first: float | None = None, again: float | None = None, at: float = 0, asked: bool = False) -> None:
        self.minute = at
        course = Course(asked=lambda: asked, elapsed=lambda: timedelta(minutes=self.minute))
        self.turn = Turn(course, BEGAN, Awaited(*(None if minute is None else BEGAN + timedelta(minutes=minute) for minute in (first, again))))

    def makes_room(self, minute: float, *, further: bool) -> bool:
        self.minute = minute
        return self.turn(further)


@pytest.mark.parametrize("further", [False, True])
def test_a_wish_to_stop_counts_at_once(further: bool) -> None:
    assert Life(asked=True).makes_room(0, further=further)


@pytest.mark.parametrize("further", [False, True])
def test_what_is_due_for_the_first_time_goes_first(further: bool) -> None:
    life = Life(first=5)
    assert not life.makes_room(4.9, further=further)
    assert life.makes_room(5, further=further)
    assert life.turn.is_missed()


def test_the_limit_waits_until_the_step_has_got_further_than_where_it_began() -> None:
    life = Life()
    assert not life.makes_room(500, further=False)
    assert not life.makes_room(501, further=True)


def test_what_failed_waits_likewise() -> None:
    life = Life(again=2)
    assert not life.makes_room(1, further=False)
    assert not life.makes_room(1.5, further=True)
    assert life.makes_room(2, further=True)
    late = Life(again=2)
    assert not late.makes_room(30, further=False)
    assert not late.makes_room(59, further=True)
    assert late.makes_room(60, further=True)
    assert late.turn.is_missed()


@pytest.mark.parametrize(("began", "ready", "leaves"), [(0, 0.5, 10), (0, 4, 10), (0, 9, 18), (9, 9.5, 10), (9, 29, 49), (0, 600, 1200)])
def test_past_the_limit_it_stays_for_as_long_as_it_took_to_get_ready(began: float, ready: float, leaves: float) -> None:
    life = Life(at=began)
    assert not life.makes_room(ready, further=False)
    assert not life.makes_room(leaves - 0.1, further=True)
    assert life.makes_room(leaves, further=True)
