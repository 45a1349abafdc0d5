"""The posts about one call in the chat."""

from __future__ import annotations

from typing import Literal

from automation.domain.fingerprint import fingerprint
from automation.domain.model import Config, Template, Timed
from automation.domain.proofs import ChatProof
from automation.domain.receipts import LedgerSnapshot, Receipt
from automation.domain.steps import ChatStep, Window
from automation.plan.steps.messages import is_sent_when_cancelled, message_items
from automation.plan.steps.step_state import Item, Scene, step_state
from automation.plan.steps.words import made


def items(scene: Scene, before: list[Item]) -> list[Item]:
    """One for each post that has its time or its occasion; none without a chat."""
    return message_items(scene, scene.inputs.templates.chats if scene.inputs.chat else (), _settled)


def _settled(scene: Scene, template: Template, kind: str, window: Window, *, blocked_by: str) -> Item:
    receipt, content = scene.receipt(kind), _digest(scene, template)
    action: Literal["post", "edit"] = "edit" if receipt is not None and receipt.proven else "post"

    def step() -> ChatStep:
        return ChatStep(
            key=scene.key(kind),
            context=scene.context,
            window=window,
            fingerprint=content,
            template=template,
            action=action,
        )

    return step_state(
        scene,
        kind,
        window,
        step,
        content=content,
        blocked_by=blocked_by,
        sent_when_cancelled=is_sent_when_cancelled(template),
    )


def _digest(scene: Scene, template: Template) -> str:
    if not isinstance(template.send, Timed):
        return fingerprint(template.step)  # a recap or a notice of a move is not rewritten
    call = scene.call
    talk = [call.talk.speaker, call.talk.title] if call.talk else None
    return fingerprint(
        call.series.title,
        call.local_start.isoformat(),
        call.local_end.isoformat(),
        call.status,
        call.reason,
        talk,
        scene.links.join,
    )


def doing(step: ChatStep, config: Config) -> str:
    verb = "edit the post" if step.action == "edit" else "post"
    return f"{verb} “{step.template.name}” in the chat"


def done(name: str, before: Receipt | None, after: Receipt | None) -> str:
    return f"{made(before, 'Chat post written', 'Chat post edited')}: {name}"


def foreseen(step: ChatStep, snapshot: LedgerSnapshot) -> ChatProof:
    return ChatProof(step.call.day)
