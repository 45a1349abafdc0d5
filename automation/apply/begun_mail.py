"""What became of a mail that was begun as a draft: the mailbox is asked, and nothing is guessed.

A draft that is gone was sent only if an attempt to send it was recorded before: Google deletes a draft when it is sent,
but a person may have deleted it, and a draft just made may not be there yet for everybody (Gmail makes no promise about
that).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from automation.apply.context import StepContext, Unsettled
from automation.apply.outcome import InDoubt
from automation.apply.second_look import not_listed
from automation.domain.begun import Begun, DigestBegun, Drafted, MailBegun
from automation.domain.errors import Permanent, ServiceError, Transient, Unknown
from automation.domain.instants import rfc3339
from automation.domain.services import DraftMailService

# How far our clock and Gmail's may differ when sent mail is searched.
CLOCKS = timedelta(days=1)
GONE = "its draft is gone, and it is not among the sent mails"
LEFT_GMAIL = (
    "it was begun through Gmail, before `[mail] via` was changed; its draft there may have been sent, and Gmail is not"
    " asked any more"
)


@dataclass(frozen=True)
class Lies:
    """It lies there as a draft, not sent."""

    draft: str


@dataclass(frozen=True)
class Sent:
    """It went out; `message` is Gmail's number of it, None if sent mail cannot be read."""

    message: str | None


Mail = TypeVar("Mail", MailBegun, DigestBegun)
Fate = Lies | Sent | Unsettled | InDoubt


def begun_as_draft(begun: Begun | None) -> bool:
    """A draft of it is known to have lain in Gmail, where it may have been sent."""
    return isinstance(begun, Drafted) and bool(begun.draft or begun.sending)


def left_in_gmail(key: str, begun: Begun | None) -> dict[str, str]:
    """What the organizers are told once of a mail begun through Gmail that Gmail is not asked about any more: its
    number never came, so it was never sent from here, and sending it in another way doubles nothing; but a draft of it
    may lie there, which a person could still send."""
    if begun_as_draft(begun) or not isinstance(begun, Drafted) or begun.since is None:
        return {}
    return {
        f"{key}#draft": f"A draft of {key} may lie in Gmail: the answer was lost before `[mail] via` was changed, and"
        " Gmail is not asked any more. Look among the drafts there and delete it; do not send it."
    }


def fate(service: DraftMailService, key: str, begun: Mail, now: datetime) -> Fate | None:
    """What became of the mail `key`; None if nothing is there and nothing went out. Raises ServiceError if that cannot
    be asked now."""
    if begun.draft:
        if service.draft_exists(begun.draft):
            return Lies(begun.draft)
        found = _sent(service, key, begun, now)
        if found is not None:
            return found
    there = service.draft_with(key, _repeat(begun))
    if there:
        return Lies(there)
    unseen = not_listed(begun, now, "its draft")
    # Its number never came, but a person may have found the draft and sent it.
    return unseen if unseen is not None or begun.draft else _sent(service, key, begun, now)


def _repeat(begun: Drafted) -> str:
    """As it stands in the mail's header."""
    return rfc3339(begun.repeat) if begun.repeat is not None else ""


def _sent(service: DraftMailService, key: str, begun: Drafted, now: datetime) -> Sent | InDoubt | None:
    """A draft that is gone: sent mail is searched for our key. Where it may not be read, a recorded attempt to send is
    proof."""
    since = begun.since or begun.sending or now
    try:
        message = service.sent_with(key, since - CLOCKS, _repeat(begun))
    except Permanent:
        return Sent(None) if begun.sending else None
    if message is None:
        return InDoubt(GONE) if begun.sending else None
    return Sent(message)


def send_as_draft(context: StepContext, service: DraftMailService, key: str, draft: str, begun: Mail) -> str:
    """Send a draft and return the mail's number. `begun` is what the receipt holds beside; the attempt is recorded
    there before the request leaves, and taken back if Gmail says that it did not send. Raises Transient, Permanent or
    Unknown."""
    earlier = begun.sending
    written = replace(begun, draft=draft, since=begun.since or context.now)
    if context.slept():
        context.ledger.begun(key, context.now, written)
    context.raise_if_late("gmail", "send the mail")
    context.ledger.begun(key, context.now, replace(written, sending=earlier or context.now))
    try:
        number = service.send_draft(draft)
    except Unknown:
        raise
    except ServiceError:
        context.ledger.begun(key, context.now, written)
        raise
    if number is not None:
        return number
    if earlier:
        raise Unknown(
            "gmail", "could not send the mail: its draft is gone; whether an earlier attempt sent it is asked later"
        )
    context.ledger.begun(key, context.now, written)
    raise Transient(
        "gmail",
        "could not send the mail: Gmail does not find its draft, which was there a moment ago; it will be tried again",
    )


def remove_draft(service: DraftMailService, draft: str, begun: Drafted) -> None:
    """Delete a draft that is not to be sent any more. Raises Unknown if it is gone and may have been sent in this
    moment."""
    if not service.delete_draft(draft) and begun.sending is not None:
        raise Unknown(
            "gmail", "could not delete the mail's draft: it is gone; whether an earlier attempt sent it is asked later"
        )
