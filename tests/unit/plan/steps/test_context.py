"""What surrounds a call: nothing that templates may be told is left out."""

from __future__ import annotations

from dataclasses import fields

from automation.domain.steps import CallContext
from automation.plan.steps.context import context_of
from automation.schedule.calls import calls_of
from tests.planning import MARK, Desk, config, la, series


def test_a_call_is_told_with_all_that_surrounds_it() -> None:
    desk = Desk(config(series()), recorded=False)
    desk.tick(la(11, 5))
    desk.ticks(la(11, 28), la(12, 30), la(11, 2) - la(11, 1))
    inputs = desk.inputs(la(12, 30))
    calls = calls_of(inputs)
    [call] = [call for call in calls.all if str(call.id) == MARK]
    context = context_of(inputs, calls, call)
    assert [field.name for field in fields(CallContext) if not getattr(context, field.name)] == []
    assert (context.call, context.missing) == (call, ("the recording",))
    assert context.previous is not None
    assert context.following is not None
    assert context.previous.start < call.start < context.following.start
