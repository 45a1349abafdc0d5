"""The mails of one call to the Group."""

from __future__ import annotations

from automation.domain.begun import MailBegun
from automation.domain.model import Config, Template
from automation.domain.proofs import MailProof
from automation.domain.receipts import LedgerSnapshot, Receipt
from automation.domain.steps import MailStep, Window
from automation.plan.steps.invitation import invitation
from automation.plan.steps.messages import is_sent_when_cancelled, message_items
from automation.plan.steps.step_state import CANCELLED, TOO_LATE, Item, Scene, step_state
from automation.plan.steps.words import when


def items(scene: Scene, before: list[Item]) -> list[Item]:
    """One for each mail template that has its time or its occasion."""
    return message_items(scene, scene.inputs.templates.mails, _settled)


def _settled(scene: Scene, template: Template, kind: str, window: Window, *, blocked_by: str) -> Item:
    sent_when_cancelled = is_sent_when_cancelled(template)

    def step() -> MailStep:
        return _step(scene, template, kind, window)

    return step_state(
        scene,
        kind,
        window,
        step,
        blocked_by="" if sent_when_cancelled else blocked_by,
        sent_when_cancelled=sent_when_cancelled,
    )


def _step(scene: Scene, template: Template, kind: str, window: Window) -> MailStep:
    return MailStep(
        key=scene.key(kind),
        context=scene.context,
        window=window,
        template=template,
        invitation=invitation(scene, template),
        no_longer_wanted=_unwanted(scene, kind) or _unmade(scene, template, window),
    )


def _unwanted(scene: Scene, kind: str) -> str:
    """Why a person who was asked does not want a mail that was begun, or ""."""
    receipt = scene.receipt(kind)
    begun = receipt.attempt(MailBegun) if receipt is not None else None
    return begun.unwanted if begun is not None else ""


def _unmade(scene: Scene, template: Template, window: Window) -> str:
    if window.expires is not None and window.expires <= scene.now:
        return f"{TOO_LATE} before it could be done"
    return CANCELLED if scene.call.cancelled and not is_sent_when_cancelled(template) else ""


def services(config: Config) -> tuple[str, ...]:
    return (config.mail.via,)


def witness(config: Config, over: bool) -> str:
    return "gmail" if config.mail.via == "gmail" else ""


def doing(step: MailStep, config: Config) -> str:
    return f"mail “{step.template.name}” about {when(step.call)} to {config.group}"


def done(name: str, before: Receipt | None, after: Receipt | None) -> str:
    return f"Mail sent: {name}"


def foreseen(step: MailStep, snapshot: LedgerSnapshot) -> MailProof:
    return MailProof(step.call.day)
