"""DigestStep -> one mail to the organizers; their webhook when mail itself is what broke. Never the Group."""

from __future__ import annotations

import html
import re

from automation.apply.begun_mail import Sent, fate, send_as_draft
from automation.apply.context import Means, Unsettled
from automation.apply.mail import sender_of
from automation.apply.outcome import Done, Doubt, Outcome
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


def apply_digest(step: DigestStep, means: Means) -> Outcome:
    """Tell the organizers everything that is untold."""
    lines = [
        shorten(OUTPUTS["digest"](notice.text), MOST_LETTERS)
        for notice in means.book.notices
        if notice.key in step.notices
    ]
    later = sum(notice.told_at is None for notice in means.book.notices) - len(lines)
    if later > 0:
        lines.append(f"There is more ({later}); it follows in the next mail, and `python run.py status` shows it now.")
    told, keys = None, step.notices
    if means.config.organizers and lines:
        try:
            mailed = _mail(step, means, lines)
            if isinstance(mailed, Unsettled):
                return mailed
            told, keys = mailed
        except Unknown:
            raise
        except ServiceError as error:
            broken = isinstance(error, Permanent)
            if means.services.organizers_chat is None or not (_cleared(step, means) or broken):
                raise
            told = _post(means, lines)
    elif lines and means.services.organizers_chat is not None:
        told = _post(means, lines)
    means.ledger.told(list(keys), means.now)
    means.ledger.meta({"digest_at": means.now.isoformat()})
    return Done(DigestProof(told))


def _post(means: Means, lines: list[str]) -> str:
    chat = means.services.organizers_chat
    assert chat is not None
    return chat.post(f"**{means.config.name}: Callkeeper needs a look**\n" + "\n".join(f"- {line}" for line in lines))


def _cleared(step: DigestStep, means: Means) -> bool:
    """No draft is left behind when the webhook is told instead; False as long as one may be there."""
    receipt = means.ledger.book().get(step.key)
    begun = receipt.attempt(DigestBegun) if receipt is not None else None
    if begun is None or not begun.draft or means.services.drafts is None:
        return not means.reopened or means.services.drafts is None
    try:
        means.services.drafts.delete_draft(begun.draft)
    except ServiceError:
        return False
    return True


def _mail(step: DigestStep, means: Means, lines: list[str]) -> tuple[str | None, tuple[str, ...]] | Unsettled:
    """The mail's number and the notices that it tells of: one begun before tells of those of that time."""
    known = means.begun(DigestBegun)
    earlier = known.notices or step.notices
    message = _message(step, means, lines)
    if means.services.smtp is not None:
        return _submit(step, means, message), earlier
    service = means.services.drafts
    assert service is not None
    found = fate(service, step.key, known, means.now) if means.reopened else None
    if isinstance(found, Doubt):
        # Hearing of something twice is better than never.
        found = not_listed(known, means.now, "the mail")
    if isinstance(found, Unsettled):
        return found
    if isinstance(found, Sent):
        return found.message, earlier
    if found is None:
        begun = DigestBegun(notices=step.notices)
        means.ledger.begun(step.key, means.now, begun)
        return send_as_draft(means, service, step.key, service.create_draft(message), begun), step.notices
    return send_as_draft(means, service, step.key, found.draft, known), earlier


def _submit(step: DigestStep, means: Means, message: bytes) -> str | None:
    """An answer that was lost counts as told: the organizers hear of what matters again as long as it is not settled,
    in `status`."""
    assert means.services.smtp is not None
    if means.begun(DigestBegun).submitting:
        return None
    means.ledger.begun(step.key, means.now, DigestBegun(submitting=True, notices=step.notices))
    try:
        return means.services.smtp.send(
            message, Mailbox.parse(means.config.mail.sender).address, means.config.organizers
        )
    except Unknown:
        return None


def _message(step: DigestStep, means: Means, lines: list[str]) -> bytes:
    config = means.config
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
        date=means.now,
        message_id=message_id(step.key, sender_of(config)),
    )


def _marked_up(line: str) -> str:
    """A sentence as HTML, what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(line))
