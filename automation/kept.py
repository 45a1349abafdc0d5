"""The items of a call, kept from one plan to the next of the same instant: a tick plans after each step, and a step changes one call. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import TypeVar

from automation.model import Template
from automation.plan_items import Inputs, Item, Scene
from automation.steps import MailStep

Applies = Callable[[Template, MailStep], bool]
Made = TypeVar("Made")

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
    known, applies = book.memo.get(mark), Listening.to(scene.inputs.applies)
    if known is None or known[0] != made_from or known[1] not in (None, applies.real):
        inner = Listening.to(applies.real)
        items = make(replace(scene, inputs=replace(scene.inputs, applies=inner)))
        known = book.memo[mark] = made_from, applies.real if inner.asked else None, items
    applies.asked |= known[1] is not None
    found: list[Item] = known[2]
    return found


def kept_whole(inputs: Inputs, make: Callable[[Inputs], Made]) -> Made:
    """`make(inputs)`, or what that was before, if nothing at all has changed since."""
    book, applies = inputs.book, Listening(inputs.applies)
    same = book.receipts, book.calls
    made_from = [getattr(inputs, name) for name in _GIVEN], book.seen, book.templates, book.pauses, book.facts
    known = book.memo.get("plan")
    if known is None or not _same(known[0], same) or known[1] != made_from or known[2] not in (None, applies.real):
        made = make(replace(inputs, applies=applies))
        known = book.memo["plan"] = same, made_from, applies.real if applies.asked else None, made
    found: Made = known[3]
    return found


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """The very same objects: comparing thousands of receipts would take longer than planning."""
    return all(mine is yours for mine, yours in zip(one, other, strict=True))


class Listening:
    """Asks `real` whether a template applies; `asked` = it mattered."""

    def __init__(self, real: Applies) -> None:
        self.real = real
        self.asked = False

    @classmethod
    def to(cls, applies: Applies) -> Listening:
        return applies if isinstance(applies, Listening) else cls(applies)

    def __call__(self, template: Template, step: MailStep) -> bool:
        self.asked = True
        return self.real(template, step)
