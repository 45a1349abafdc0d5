"""The items of a call, kept from one plan to the next of the same instant: a tick plans after each step, and a step changes one call. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

from automation.model import Template
from automation.plan_items import Inputs, Item, Scene
from automation.steps import MailStep

Applies = Callable[[Template, MailStep], bool]

_AROUND = tuple(field.name for field in fields(Scene) if field.name != "inputs")
_GIVEN = tuple(field.name for field in fields(Inputs) if field.name not in ("book", "applies"))


def kept(scene: Scene, make: Callable[[Scene], list[Item]]) -> list[Item]:
    """`make(scene)`, or what that was before, if everything that the items of one call may be made from is as it was: the scene, the inputs,
    and of the book what belongs to the call or to all calls."""
    mark, book = str(scene.call.id), scene.book
    made_from = (
        [getattr(scene, name) for name in _AROUND],
        [getattr(scene.inputs, name) for name in _GIVEN],
        [book.receipts[key] for key in book.keys(f"{mark}/")],
        (book.seen.events.get(mark), book.seen.meetings.get(mark), book.templates, book.pauses, book.facts),
    )
    known = book.memo.get(mark)
    if known is None or known[0] != made_from or known[1] not in (None, scene.inputs.applies):
        known = book.memo[mark] = (made_from, *_made(scene, make))
    found: list[Item] = known[2]
    return found


def _made(scene: Scene, make: Callable[[Scene], list[Item]]) -> tuple[Applies | None, list[Item]]:
    """The items, and what was asked whether a template applies; None if that was not asked."""
    asked: list[str] = []

    def applies(template: Template, step: MailStep) -> bool:
        asked.append(step.key)
        return scene.inputs.applies(template, step)

    items = make(replace(scene, inputs=replace(scene.inputs, applies=applies)))
    return scene.inputs.applies if asked else None, items
