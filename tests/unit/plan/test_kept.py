"""The items of a call are kept from one plan to the next only while nothing that they are made from changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from automation.domain.model import Template
from automation.domain.receipts import Pause, Receipt
from automation.domain.steps import MailStep
from automation.plan.plan import Plan, plan
from tests.planning import CHATS, DEC, MARK, Desk, cancelled, config, la, moved, series, talk

KINDS = ("meeting", "event", "notes", "mail:announcement", "mail:reminder", "chat:announcement", "recording", "archive")


def told(current: Plan) -> Any:
    return current.items, current.states, current.refused


def edit(desk: Desk, what: str, kind: str) -> None:
    snapshot = desk.snapshot
    receipt = snapshot.get(f"{MARK}/{kind}")
    if what in ("failed", "claimed", "doubt", "waiting"):
        changed = replace(receipt or Receipt(f"{MARK}/{kind}", "failed"), state=what, retry_at=la(12, 7), reason=what)  # type: ignore[arg-type]
        desk.snapshot = replace(snapshot, receipts={**snapshot.receipts, changed.key: changed})
    elif what == "moved":
        desk.change(moved(la(12, 9, 15)))
    elif what == "cancelled":
        desk.change(cancelled())
    elif what == "talk":
        desk.change(talks=(talk(DEC),))
    elif what == "title":
        desk.change(title="Another")
    elif what == "person" and MARK in snapshot.seen.events:
        desk.needs_person(start=la(12, 8, 16), end=la(12, 8, 17), etag="p")
    elif what == "neighbour":
        desk.change(cancelled(DEC.replace(month=11, day=10)))
    elif what == "paused":
        desk.snapshot = replace(snapshot, pauses={"gmail": Pause("gmail", la(12, 20), "tired", False)})
    elif what == "templates":
        desk.mails = desk.mails[1:]
    elif what == "config":
        desk.config = replace(desk.config, notes=replace(desk.config.notes, days_before=3))


EDITS = ("failed", "claimed", "doubt", "waiting", "moved", "cancelled", "talk", "title", "person", "neighbour", "paused", "templates", "config")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(EDITS), st.sampled_from(KINDS), st.integers(0, 80)), max_size=7))
def test_a_plan_made_with_what_was_kept_is_the_plan(acts: list[tuple[str, str, int]]) -> None:
    desk, now = Desk(config(series(minutes=60)), chats=CHATS), la(11, 20)
    desk.tick(now)
    for what, kind, later in acts:
        edit(desk, what, kind)
        now += timedelta(hours=later)
        inputs = desk.inputs(now)
        assert told(plan(inputs)) == told(plan(inputs)) == told(plan(replace(inputs, snapshot=replace(inputs.snapshot, memo={}))))
        desk.tick(now)


def test_of_two_plans_at_one_instant_the_second_makes_only_what_has_changed() -> None:
    asked: list[str] = []

    def applies(template: Template, step: MailStep) -> bool:
        asked.append(step.key)
        return True

    mails = tuple(replace(mail, condition="call") for mail in Desk().mails)
    desk = Desk(config(series()), mails=mails, applies=applies)
    desk.tick(la(11, 20))
    asked.clear()
    desk.plan(la(12, 1, 10))
    assert asked == [f"{MARK}/mail:announcement"]
    desk.plan(la(12, 1, 10))
    assert asked == [f"{MARK}/mail:announcement"], "nothing has changed"
    edit(desk, "failed", "notes")
    desk.plan(la(12, 1, 10))
    assert asked == [f"{MARK}/mail:announcement"] * 2


def test_what_a_condition_decided_holds_only_for_whoever_decided_it() -> None:
    mails = tuple(replace(mail, condition="call") for mail in Desk().mails)
    desk = Desk(config(series()), mails=mails)
    desk.tick(la(11, 20))

    def state(inputs: Any) -> str:
        return next(item.state for item in plan(inputs).items if item.key == f"{MARK}/mail:announcement")

    inputs = desk.inputs(la(12, 1, 10))
    refused = replace(inputs, applies=lambda template, step: False)
    assert [state(inputs), state(refused), state(inputs), state(refused)] == ["ready", "skipped", "ready", "skipped"]
    edit(desk, "failed", "notes")
    inputs = replace(desk.inputs(la(12, 1, 10)), applies=inputs.applies)
    assert [state(inputs), state(replace(inputs, applies=refused.applies)), state(inputs)] == ["ready", "skipped", "ready"]
