"""ChatStep -> Discord."""

from __future__ import annotations

from dataclasses import replace

from automation.apply.context import StepContext
from automation.apply.event_marks import mark_step
from automation.apply.outcome import Done, Dropped, InDoubt, Outcome
from automation.apply.template_values import template_values
from automation.domain.begun import ChatBegun
from automation.domain.errors import Unknown
from automation.domain.keys import step_of
from automation.domain.proofs import ChatProof
from automation.domain.steps import ChatStep


def apply_chat(step: ChatStep, context: StepContext) -> Outcome:
    """Post once; edit the post in place when the call has changed. A webhook has no nonce and cannot be asked, so an
    answer that was lost leaves the post in doubt."""
    service = context.services.chat
    assert service is not None
    posted = context.left(ChatProof)
    text = context.renderer.chat(step.template, template_values(context, step))
    day = step.call.day
    if posted is not None:
        there = service.edit(posted.message, text) if posted.message else False
        return Done(replace(posted, day=day, gone=not there))
    if context.begun(ChatBegun).submitting:
        return InDoubt("the answer of the chat was lost, so the post may or may not be there")
    if context.no_longer_wanted:
        return Dropped(context.no_longer_wanted)
    kind = step_of(step.key)
    mark_step(context, step.call, kind, "begun")
    context.raise_if_late("discord", "post the message")
    context.ledger.begun(step.key, context.now, ChatBegun(day, submitting=True))
    try:
        message = service.post(text)
    except Unknown as error:
        return InDoubt(error.what)
    proof = ChatProof(day, message)
    context.ledger.done(step.key, context.now, proof, step.fingerprint)
    mark_step(context, step.call, kind=kind, word="done", proof=message)
    return Done(proof)
