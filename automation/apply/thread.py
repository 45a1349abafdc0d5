"""Which mail the later mails about a call answer (RFC 5322 3.6.4): the first one to the Group about it that went out.

Gmail gives each mail a Message-ID of its own, so it is read back there, once, when a later mail is about to name it.
Where it cannot be read, mails go out without naming any: a wrong one would tear the thread apart.
"""

from __future__ import annotations

import re
from dataclasses import replace

from automation.apply.context import StepContext
from automation.domain.errors import Permanent, ServiceError
from automation.domain.model import Call
from automation.domain.proofs import MailProof
from automation.domain.receipts import Receipt

_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,400}@[!-;=?-~]{1,400}>")


def thread_of(context: StepContext, key: str, call: Call) -> dict[str, str]:
    """In-Reply-To and References of the mail `key`, or nothing."""
    root = _root(context, key, call)
    number = _message_id(context, root) if root is not None else ""
    return {"In-Reply-To": number, "References": number} if number else {}


def _root(context: StepContext, key: str, call: Call) -> Receipt | None:
    """The first mail about the call that is known to have gone out."""
    prefix = call.id.step("mail:")
    sent = [
        receipt
        for other in context.snapshot.keys(prefix)
        if other != key and (receipt := context.snapshot.receipts[other]).state == "done"
    ]
    return min(sent, key=_sent_at, default=None)


def _sent_at(receipt: Receipt) -> float:
    return receipt.done_at.timestamp() if receipt.done_at is not None else 0.0


def _message_id(context: StepContext, root: Receipt) -> str:
    mail = root.left(MailProof)
    if mail is None:
        return ""
    message = mail.message or ""
    if mail.message_id is not None:
        return _checked(mail.message_id)
    if context.services.drafts is None or not message or message.startswith("<"):
        return _checked(message)  # a mail server keeps the one that it was given
    try:
        found = _checked(context.services.drafts.message_id(message) or "")
    except Permanent:
        found = ""
    except ServiceError:
        return ""
    context.ledger.put(replace(root, data=replace(mail, message_id=found)), context.now)
    return found


def _checked(text: str) -> str:
    return text if _MESSAGE_ID.fullmatch(text) else ""
