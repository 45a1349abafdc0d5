"""In which order the steps of one tick are done.                                                              (pure)"""

from __future__ import annotations

from automation.domain.keys import mark_of, role_of
from automation.domain.steps import MailStep
from automation.plan.steps.settle import Item

# What has to be on time comes first, of all calls; what takes long, and what shows the outcome, comes last.
_TURNS = ("meeting event", "mail", "notes chat", "archive", "recording", "page")
_OCCASIONS = ("moved", "cancelled", "restored")


def in_turn(ready: list[Item]) -> list[Item]:
    """Steps that are due together, in the order in which they are done. Mails about a change go before other mails, and
    these by their time."""
    mailed = {mark_of(item.key) for item in ready if role_of(item.kind) == "mail"}
    return sorted(ready, key=lambda item: _turn(item, mark_of(item.key) in mailed))


def _turn(item: Item, mailed: bool) -> tuple[int, float]:
    """`mailed`: a mail of the same call is due too, and is to carry the link of its notes."""
    role = "event" if mailed and item.kind == "notes" else role_of(item.kind)
    number = next((place for place, roles in enumerate(_TURNS) if role in roles.split()), len(_TURNS))
    if not isinstance(item.step, MailStep):
        return number, 0.0
    return number, 0.0 if item.step.template.send in _OCCASIONS else item.window.due.timestamp()
