"""Steps that wait until a service has been asked whether they were done already, because the ledger is new, old, or was
put back."""

from __future__ import annotations

from dataclasses import replace

from automation.domain.keys import role_of
from automation.plan.steps.settle import Item, Scene

WHY = "{} has to be asked first whether this was done before, because the ledger is new, old, or was put back"


def proven(scene: Scene, item: Item) -> Item:
    """The item, held back while the service that would prove it has not been asked. What is known to be done may be
    done anew."""
    witness = witness_of(scene, item.kind)
    receipt = scene.book.get(item.key)
    if witness not in scene.book.doubts or (receipt is not None and receipt.proven):
        return item
    if item.state == "ready" or item.record:
        return replace(item, state="waiting", step=None, record=False, reason=WHY.format(witness))
    return item


def witness_of(scene: Scene, kind: str) -> str:
    """Who knows whether a step of this kind was done, "" where the step itself looks before it acts, or the calendar's
    marks tell. Future notes are looked for when they are due; of past calls only their links are wanted."""
    config, past = scene.inputs.config, scene.call.end <= scene.now
    if role_of(kind) == "mail":
        return "gmail" if config.mail.via == "gmail" else ""
    if kind == "notes" and past:
        return "drive" if config.notes.mode == "copy" else "docs"
    return "drive" if kind == "recording" and past else ""
