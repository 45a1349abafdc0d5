"""Until when a tick has nothing to do: no decision of the plan may fall between now and then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from automation.domain.model import Calendar
from automation.domain.receipts import Receipt
from automation.plan.alerts import concerns
from automation.plan.next_change import awaited, wake_at
from automation.plan.plan import plan
from tests.planning import CHATS, MAILS, MARK, Desk, cancelled, config, days, la, mail, moved, short

SELDOM = config(calendar=Calendar(horizon_days=20, look_every_minutes=1440))
# One step of each role, as it may have failed.
TRIED = ("recording", "chat:starting-soon", "event", "mail:extra", "notes", "mail:other")
EVENTFUL = (*MAILS, mail("a", days(1)), mail("b", days(1)), mail("c", days(1)))


def says(desk: Desk, now: datetime) -> tuple[object, ...]:
    """Everything that a plan decides at an instant."""
    inputs = desk.inputs(now)
    current = plan(inputs)
    rows = [(item.key, item.state, item.record) for item in current.items]
    return rows, dict(current.states), current.templates, current.refused, sorted(concerns(desk.config, current, desk.snapshot, now))


def test_it_is_after_now_and_at_the_latest_the_next_look() -> None:
    desk = Desk(SELDOM)
    desk.tick(la(11, 25))
    inputs = desk.inputs(la(11, 25))
    assert la(11, 25) < wake_at(inputs, plan(inputs)) <= la(11, 26)


def test_mails_that_had_to_wait_wake_it_at_midnight_in_the_series_zone() -> None:
    desk = Desk(SELDOM, mails=EVENTFUL)
    desk.ticks(la(12, 6, 10), la(12, 7, 15))
    inputs = desk.inputs(la(12, 7, 15))
    assert plan(inputs).refused
    assert wake_at(desk.inputs(la(12, 7, 22)), plan(desk.inputs(la(12, 7, 22)))) == la(12, 8, 0)


def test_an_upload_makes_room_for_what_comes_next_but_for_nothing_that_comes_of_recordings() -> None:
    desk = Desk(config(), recorded=False)
    desk.ticks(la(11, 20), la(12, 8, 9))
    assert awaited(desk.plan(la(12, 8, 9)), desk.snapshot) == (la(12, 8, 10), None)
    desk.ticks(la(12, 8, 10), la(12, 8, 13))
    current = desk.plan(la(12, 8, 13))
    assert ("2026-12-08/recording", "waiting") in short(current.items)
    assert awaited(current, desk.snapshot) == (None, None)


def test_mails_and_posts_that_are_tried_again_are_awaited_at_once_and_other_steps_when_there_is_time() -> None:
    desk = Desk(config())
    desk.ticks(la(11, 20), la(11, 30))
    now, current = la(11, 30), desk.plan(la(11, 30))
    soon = {f"{MARK}/{step}": now + timedelta(minutes=number) for number, step in enumerate(TRIED, start=1)}
    failed = {key: Receipt(key, "failed", retry_at=at) for key, at in soon.items()}
    for gone in range(len(TRIED)):
        snapshot = replace(desk.snapshot, receipts={**desk.snapshot.receipts, **dict(list(failed.items())[gone:])}, memo={})
        first, again = awaited(current, snapshot)
        left = TRIED[gone:]
        assert first == min([soon[f"{MARK}/{step}"] for step in left if step.partition(":")[0] in ("mail", "chat")], default=first)
        assert again == min((soon[f"{MARK}/{step}"] for step in left if step in ("event", "notes", "page")), default=None)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 24 * 30), st.sampled_from(["plain", "move", "cancel"]), st.booleans(), st.floats(0.0, 0.999))
def test_between_now_and_then_the_plan_says_nothing_new(hour: int, change: str, many: bool, part: float) -> None:
    desk = Desk(SELDOM, mails=EVENTFUL if many else MAILS, chats=CHATS, recorded=not many)
    now = la(11, 18) + timedelta(hours=hour)
    desk.ticks(la(11, 18), now, timedelta(hours=9))
    desk.tick(now)
    desk.change(*{"plain": (), "move": (moved(la(12, 15, 9)),), "cancel": (cancelled(),)}[change])
    desk.tick(now)
    inputs = desk.inputs(now)
    until = wake_at(inputs, plan(inputs)).astimezone(UTC)
    between = now.astimezone(UTC) + (until - now.astimezone(UTC)) * part
    assert says(desk, between) == says(desk, now)
    assert says(replace(desk), until - timedelta(seconds=1)) == says(desk, now)
