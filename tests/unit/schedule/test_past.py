"""Calls that are over cost next to nothing: what is planned does not go through them, and nothing is lost by that."""

from __future__ import annotations

from collections import Counter
from collections.abc import ItemsView, ValuesView
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from automation.domain.call_state import CallState, Wanted
from automation.domain.keys import CallId
from automation.domain.model import Calendar, Rule
from automation.domain.receipts import Receipt
from automation.plan.next_change import wake_at
from automation.schedule.calls import calls_of
from tests.planning import CHATS, LA, Desk, config, la, proof, series, talk

KINDS = ("meeting", "event", "notes", "mail:announcement", "mail:reminder", "mail:recap", "chat:recap", "recording", "archive")
WEEKLY = Rule(date(2006, 1, 1), "every Tuesday", "FREQ=WEEKLY;BYDAY=TU", time(11))
NOW = la(11, 20, 12)


class Counted(dict[str, Receipt]):
    """Receipts that count how often each is asked for; nobody is to go through all of them."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.asked: Counter[str] = Counter()

    def get(self, key: str, default: Any = None) -> Any:
        self.asked[key] += 1
        return super().get(key, default)

    def __getitem__(self, key: str) -> Receipt:
        self.asked[key] += 1
        return super().__getitem__(key)

    def items(self) -> ItemsView[str, Receipt]:
        raise AssertionError("all receipts are gone through")

    def values(self) -> ValuesView[Receipt]:
        raise AssertionError("all receipts are gone through")


def desk_with(closed: int) -> Desk:
    """Weekly calls, of which `closed` are closed."""
    desk = Desk(config(series(rules=(WEEKLY,)), calendar=Calendar(horizon_days=92)), chats=CHATS)
    desk.tick(NOW - timedelta(days=20))
    calls, receipts = dict(desk.snapshot.calls), dict(desk.snapshot.receipts)
    day = date(2026, 10, 27)
    for _ in range(closed):
        day -= timedelta(days=7)
        start, mark = datetime.combine(day, time(11), LA), f"floss/monthly/{day}"
        asked = Wanted(start, start + timedelta(hours=1), False)
        calls[mark] = CallState(asked, asked.start, asked.end, False, 0, start, "Monthly call", LA.key, announced=True, closed=True)
        for kind in KINDS:
            data = proof(kind, CallId.parse(mark), start)
            receipts[f"{mark}/{kind}"] = Receipt(f"{mark}/{kind}", "done", done_at=start, fingerprint="d", data=data, changed_at=start)
    desk.snapshot = replace(desk.snapshot, calls=calls, receipts=receipts)
    desk.tick(NOW)
    return desk


def asked_by_plan(closed: int) -> Counter[str]:
    desk = desk_with(closed)
    counted = Counted(desk.snapshot.receipts)
    desk.snapshot = replace(desk.snapshot, receipts=counted, maybe_in_doubt=())  # which the ledger tells without taking receipts apart
    current = desk.plan(NOW)
    assert current.ready == []
    wake_at(desk.inputs(NOW), current)
    return counted.asked


def test_of_a_closed_call_only_its_archive_entry_is_asked_for() -> None:
    few, many = asked_by_plan(12), asked_by_plan(300)
    assert sum(many.values()) - sum(few.values()) == 300 - 12
    assert {key.rpartition("/")[2] for key in many.keys() - few.keys()} == {"archive"}


def test_a_closed_call_is_the_call_before_the_next_one_and_stands_on_the_page() -> None:
    desk = desk_with(30)
    calls = calls_of(desk.inputs(NOW))
    first, last = date(2026, 10, 27) - timedelta(days=210), date(2026, 10, 20)
    assert [call.id.recurrence_id for call in calls.shown(NOW)][:2] == [first, first + timedelta(days=7)]
    assert [call.start for call in calls.all] == sorted(call.start for call in calls.all)
    oldest = next(call for call in calls.all if call.id.recurrence_id == first)
    assert calls.neighbours(oldest) == (None, calls.all[1])
    following = next(call for call in calls.all if call.start > datetime.combine(last, time(12), LA))
    before, after = calls.neighbours(following)
    assert before is not None
    assert before.id.recurrence_id == last
    assert after is not None
    assert after.id.recurrence_id > following.id.recurrence_id


def test_that_a_call_is_closed_does_not_rebuild_the_page_but_its_talk_does() -> None:
    desk = desk_with(3)
    mark = "floss/monthly/2026-10-20"

    def page(*, closed: bool = True, **changes: Any) -> str:
        state = replace(desk.snapshot.calls[mark], closed=closed)
        other = replace(desk, snapshot=replace(desk.snapshot, calls={**desk.snapshot.calls, mark: state}))
        other.change(**changes)
        return next(item.state for item in other.plan(NOW).items if item.kind == "page")

    assert (page(), page(closed=False)) == ("done", "done")
    assert page(talks=(talk(date(2026, 10, 20)),)) == "ready"
    assert page(title="Another name") == "ready"
