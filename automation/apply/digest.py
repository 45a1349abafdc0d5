"""DigestStep -> one mail to the organizers; their webhook when mail itself is what broke. Never the Group."""

from __future__ import annotations

import html
import re

from automation.apply.begun_mail import Sent, fate, send_as_draft
from automation.apply.context import StepContext, Unsettled
from automation.apply.mail import sender_of
from automation.apply.outcome import Done, InDoubt, Outcome
from automation.apply.second_look import not_listed
from automation.domain.begun import DigestBegun
from automation.domain.errors import Permanent, ServiceError, Unknown
from automation.domain.marks import KEY
from automation.domain.proofs import DigestProof
from automation.domain.steps import DigestStep
from automation.domain.text import Mailbox
from automation.rendering.escape import OUTPUTS, shorten
from automation.rendering.formats.mime import build_message, message_id

# Of one notice; with the most notices of one digest this stays far below what mail programs show (see
# `rendered.MOST_BYTES`).
MOST_LETTERS = 1200


def apply_digest(step: DigestStep, context: StepContext) -> Outcome:
    """Tell the organizers everything that is untold."""
    lines = [
        shorten(OUTPUTS["digest"](notice.text), MOST_LETTERS)
        for notice in context.snapshot.notices
        if notice.key in step.notices
    ]
    later = sum(notice.notified_at is None for notice in context.snapshot.notices) - len(lines)
    if later > 0:
        lines.append(f"There is more ({later}); it follows in the next mail, and `python run.py status` shows it now.")
    told, keys = None, step.notices
    if context.config.organizers and lines:
        try:
            mailed = _mail(step, context, lines)
            if isinstance(mailed, Unsettled):
                return mailed
            told, keys = mailed
        except Unknown:
            raise
        except ServiceError as error:
            broken = isinstance(error, Permanent)
            if context.services.organizers_chat is None or not (_cleared(step, context) or broken):
                raise
            told = _post(context, lines)
    elif lines and context.services.organizers_chat is not None:
        told = _post(context, lines)
    context.ledger.told(list(keys), context.now)
    context.ledger.meta({"digest_at": context.now.isoformat()})
    return Done(DigestProof(told))


def _post(context: StepContext, lines: list[str]) -> str:
    chat = context.services.organizers_chat
    assert chat is not None
    return chat.post(f"**{context.config.name}: Callkeeper needs a look**\n" + "\n".join(f"- {line}" for line in lines))


def _cleared(step: DigestStep, context: StepContext) -> bool:
    """No draft is left behind when the webhook is told instead; False as long as one may be there."""
    receipt = context.ledger.snapshot().get(step.key)
    begun = receipt.attempt(DigestBegun) if receipt is not None else None
    if begun is None or not begun.draft or context.services.drafts is None:
        return not context.reopened or context.services.drafts is None
    try:
        context.services.drafts.delete_draft(begun.draft)
    except ServiceError:
        return False
    return True


def _mail(step: DigestStep, context: StepContext, lines: list[str]) -> tuple[str | None, tuple[str, ...]] | Unsettled:
    """The mail's number and the notices that it tells of: one begun before tells of those of that time."""
    known = context.begun(DigestBegun)
    earlier = known.notices or step.notices
    message = _message(step, context, lines)
    if context.services.smtp is not None:
        return _submit(step, context, message), earlier
    service = context.services.drafts
    assert service is not None
    found = fate(service, step.key, known, context.now) if context.reopened else None
    if isinstance(found, InDoubt):
        # Hearing of something twice is better than never.
        found = not_listed(known, context.now, "the mail")
    if isinstance(found, Unsettled):
        return found
    if isinstance(found, Sent):
        return found.message, earlier
    if found is None:
        begun = DigestBegun(notices=step.notices)
        context.ledger.begun(step.key, context.now, begun)
        return send_as_draft(
            context, service, key=step.key, draft=service.create_draft(message), begun=begun
        ), step.notices
    return send_as_draft(context, service, key=step.key, draft=found.draft, begun=known), earlier


def _submit(step: DigestStep, context: StepContext, message: bytes) -> str | None:
    """An answer that was lost counts as told: the organizers hear of what matters again as long as it is not settled,
    in `status`."""
    assert context.services.smtp is not None
    if context.begun(DigestBegun).submitting:
        return None
    context.ledger.begun(step.key, context.now, DigestBegun(submitting=True, notices=step.notices))
    try:
        return context.services.smtp.send(
            message, Mailbox.parse(context.config.mail.sender).address, context.config.organizers
        )
    except Unknown:
        return None


def _message(step: DigestStep, context: StepContext, lines: list[str]) -> bytes:
    config = context.config
    count = "one thing" if len(lines) == 1 else f"{len(lines)} things"
    text = (
        f"Callkeeper looks after the calls of {config.name} and has {count} for you:\n\n"
        + "\n\n".join(f"- {line}" for line in lines)
        + "\n\nNothing of this went to the Group. `python run.py status` shows every step of every call.\n"
    )
    items = "".join(f"<li style='margin:0 0 12px;overflow-wrap:anywhere'>{_marked_up(line)}</li>" for line in lines)
    page = (
        "<!doctype html><html lang='en'><meta charset='utf-8'><meta name='viewport' content='width=device-width'><meta"
        " name='color-scheme' content='light dark'><body style='font:16px/1.5"
        " system-ui,sans-serif;max-width:40rem;margin:24px'><p>Callkeeper looks after the calls of"
        f" {html.escape(config.name)} and has {count} for you:</p><ul>{items}</ul><p>Nothing of this went to the Group."
        " <code>python run.py status</code> shows every step of every call.</p></body></html>"
    )
    return build_message(
        sender=f"{config.name} Callkeeper <{Mailbox.parse(config.mail.sender).address}>",
        to=config.organizers,
        subject=f"{config.name}: Callkeeper has {count} for you",
        text=text,
        html=page,
        headers={KEY: step.key, "Auto-Submitted": "auto-generated"},
        date=context.now,
        message_id=message_id(step.key, sender_of(config)),
    )


def _marked_up(line: str) -> str:
    """A sentence as HTML, what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(line))
