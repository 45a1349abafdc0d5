"""ChatStep -> Discord."""

from __future__ import annotations

from automation.apply.context import Means
from automation.apply.event_marks import mark_step
from automation.apply.outcome import Done, Doubt, Dropped, Outcome
from automation.apply.views import view_of
from automation.domain.errors import Unknown
from automation.domain.keys import step_of
from automation.domain.steps import ChatStep


def apply_chat(step: ChatStep, means: Means) -> Outcome:
    """Post once; edit the post in place when the call has changed. A webhook has no nonce and cannot be asked, so an
    answer that was lost leaves the post in doubt."""
    service = means.services.chat
    assert service is not None
    receipt = means.receipt
    text = means.renderer.chat(step.template, view_of(means, step))
    day = step.call.day.isoformat()
    if receipt is not None and receipt.proven:
        there = service.edit(str(receipt.data["message"]), text) if receipt.data.get("message") else False
        return Done({**receipt.data, "day": day, "gone": not there})
    if means.begun.get("submitting"):
        return Doubt("the answer of the chat was lost, so the post may or may not be there")
    if means.unmade:
        return Dropped(means.unmade)
    kind = step_of(step.key)
    mark_step(means, step.call, kind, "begun")
    means.raise_if_late("discord", "post the message")
    means.ledger.begun(step.key, means.now, {"day": day, "submitting": True})
    try:
        message = service.post(text)
    except Unknown as error:
        return Doubt(error.what)
    data = {"message": message, "day": day}
    means.ledger.done(step.key, means.now, data, step.digest)
    mark_step(means, step.call, kind, "done", message)
    return Done(data)
