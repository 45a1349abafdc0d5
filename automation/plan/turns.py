"""In which order the steps of one tick are done.                                                              (pure)"""

from __future__ import annotations

from automation.domain.keys import mark_of
from automation.domain.steps import MailStep
from automation.plan.steps.rows import row_of
from automation.plan.steps.step_state import Item

_OCCASIONS = ("moved", "cancelled", "restored")


def in_turn(ready: list[Item]) -> list[Item]:
    """Steps that are due together, in the order in which they are done. Mails about a change go before other mails, and
    these by their time."""
    mailed = {mark_of(item.key) for item in ready if isinstance(item.step, MailStep)}
    return sorted(ready, key=lambda item: _turn(item, mark_of(item.key) in mailed))


def _turn(item: Item, mailed: bool) -> tuple[int, float]:
    """`mailed`: a mail of the same call is due too, and is to carry the link of its notes."""
    kind = row_of(item.kind)
    turn = 0 if mailed and kind.linked else kind.turn
    if not isinstance(item.step, MailStep):
        return turn, 0.0
    return turn, 0.0 if item.step.template.send in _OCCASIONS else item.window.due.timestamp()
