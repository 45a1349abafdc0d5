"""DigestStep -> one mail to the organizers; their webhook when mail itself is what broke. Never the Group."""

from __future__ import annotations

import html
import re

from automation.apply_mail import KEY, sender_of
from automation.errors import ServiceError, Unknown
from automation.escape import OUTPUTS, shorten
from automation.means import Done, Means, Outcome
from automation.mime import build_message, message_id
from automation.steps import DigestStep
from automation.text import Mailbox

# Of one notice; with the most notices of one digest this stays far below what mail programs show (see `mime.MOST_BYTES`).
MOST_LETTERS = 1200


def apply_digest(step: DigestStep, means: Means) -> Outcome:
    """Tell the organizers everything that is untold."""
    lines = [shorten(OUTPUTS["digest"](notice.text), MOST_LETTERS) for notice in means.book.notices if notice.key in step.notices]
    later = sum(notice.told_at is None for notice in means.book.notices) - len(lines)
    if later > 0:
        lines.append(f"There is more ({later}); it follows in the next mail, and `python run.py status` shows it now.")
    told: str | None = None
    if means.config.organizers and lines:
        try:
            told = _mail(step, means, lines)
        except Unknown:
            raise
        except ServiceError:
            if means.services.organizers_chat is None:
                raise
            told = _post(means, lines)
    elif lines and means.services.organizers_chat is not None:
        told = _post(means, lines)
    means.ledger.told(list(step.notices), means.now)
    means.ledger.meta({"digest_at": means.now.isoformat()})
    return Done({"message": told})


def _post(means: Means, lines: list[str]) -> str:
    chat = means.services.organizers_chat
    assert chat is not None
    return chat.post(f"**{means.config.name}: Callkeeper needs a look**\n" + "\n".join(f"- {line}" for line in lines))


def _mail(step: DigestStep, means: Means, lines: list[str]) -> str | None:
    message = _message(step, means, lines)
    if means.services.smtp is not None:
        return _submit(step, means, message)
    service = means.services.drafts
    assert service is not None
    draft = str(means.receipt.begun.get("draft") or "") if means.receipt is not None and means.reopened else ""
    if means.reopened and not draft:
        draft = service.drafts().get(step.key, "")
    if not draft:
        draft = service.create_draft(message)
        means.ledger.begun(step.key, means.now, {"draft": draft})
    return service.send_draft(draft)


def _submit(step: DigestStep, means: Means, message: bytes) -> str | None:
    """An answer that was lost counts as told: the organizers hear of what matters again as long as it is not settled, in `status`."""
    assert means.services.smtp is not None
    if means.reopened and means.receipt is not None and means.receipt.begun.get("submitting"):
        return None
    means.ledger.begun(step.key, means.now, {"submitting": True})
    try:
        return means.services.smtp.send(message, Mailbox.parse(means.config.mail.sender).address, means.config.organizers)
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
        "<!doctype html><html lang='en'><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
        "<meta name='color-scheme' content='light dark'><body style='font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:24px'>"
        f"<p>Callkeeper looks after the calls of {html.escape(config.name)} and has {count} for you:</p><ul>{items}</ul>"
        "<p>Nothing of this went to the Group. <code>python run.py status</code> shows every step of every call.</p></body></html>"
    )
    return build_message(
        sender=f"{config.name} Callkeeper <{Mailbox.parse(config.mail.sender).address}>", to=config.organizers,
        subject=f"{config.name}: Callkeeper has {count} for you", text=text, html=page,
        headers={KEY: step.key, "Auto-Submitted": "auto-generated"}, date=means.now,
        message_id=message_id(step.key, sender_of(config)),
    )  # fmt: skip


def _marked_up(line: str) -> str:
    """A sentence as HTML, what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(line))
