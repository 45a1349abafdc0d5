"""The table of kinds: it has every kind of step, and nothing is guessed about one that it lacks."""

from __future__ import annotations

from dataclasses import MISSING, fields, replace
from datetime import datetime, timedelta
from typing import get_args

import pytest

from automation.domain.errors import UserError
from automation.domain.keys import CallId
from automation.domain.marks import leaves_proof
from automation.domain.receipts import Receipt
from automation.domain.steps import DigestStep, Step
from automation.plan.pauses import services_of
from automation.plan.steps.kind import Kind
from automation.plan.steps.kinds import KINDS
from automation.plan.steps.rows import row_of
from automation.plan.steps.step_state import Item
from automation.rehearsal.story import done_text
from tests.planning import CHATS, DEC, MARK, Desk, config, la


def test_every_kind_of_step_has_one_row_and_every_row_a_kind() -> None:
    assert sorted(kind.step.__name__ for kind in KINDS) == sorted(step.__name__ for step in get_args(Step))
    assert len({kind.name for kind in KINDS}) == len(KINDS)


def test_a_row_says_everything() -> None:
    assert [field.name for field in fields(Kind) if field.default is not MISSING or field.default_factory is not MISSING] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_is_planned_in_one_way(kind: Kind[object]) -> None:
    ways = [kind.of_call, kind.of_community]
    assert ways.count(None) == (2 if kind.step is DigestStep else 1)


def test_what_is_planned_of_a_call_is_what_the_table_says() -> None:
    done = set()

    class Noting(Desk):
        def _do(self, item: Item, now: datetime) -> None:
            done.add((row_of(item.kind).name, type(item.step)))
            super()._do(item, now)

    Noting(chats=CHATS).ticks(la(11, 20), la(12, 20), timedelta(hours=12))
    assert done == {(kind.name, kind.step) for kind in KINDS if kind.step is not DigestStep}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_marks_know_who_leaves_a_proof(kind: Kind[object]) -> None:
    step = f"{kind.name}:reminder" if kind.name in ("mail", "chat") else kind.name
    assert leaves_proof(CallId("floss", "monthly", DEC).step(step)) is kind.proof


@pytest.mark.parametrize("key", ["floss/monthly/2026-12-08/party", "floss/monthly/2026-12-08/party:reminder@2", "floss/party", "mailing", ""])
def test_nothing_is_guessed_about_an_unknown_kind(key: str) -> None:
    for asked in (row_of, lambda key: services_of(key, config()), lambda key: done_text(key, None, None, "")):
        with pytest.raises(UserError, match="is no step that this version of Callkeeper knows"):
            asked(key)


def test_a_step_that_a_newer_version_left_open_is_not_passed_over() -> None:
    desk = Desk()
    desk.tick(la(11, 20))
    desk.snapshot = replace(desk.snapshot, receipts={**desk.snapshot.receipts, f"{MARK}/party": Receipt(f"{MARK}/party", "claimed")})
    with pytest.raises(UserError, match="party” is no step"):
        desk.plan(la(11, 21))
