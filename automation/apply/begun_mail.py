"""What became of a mail that was begun as a draft: the mailbox is asked, and nothing is guessed.

A draft that is gone was sent only if an attempt to send it was recorded before: Google deletes a draft when it is sent,
but a person may have deleted it, and a draft just made may not be there yet for everybody (Gmail makes no promise about
that).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from automation.apply.context import Means, Unsettled
from automation.apply.outcome import Doubt
from automation.apply.second_look import not_listed
from automation.domain.errors import Permanent, ServiceError, Transient, Unknown
from automation.domain.instants import moment, rfc3339
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


Fate = Lies | Sent | Unsettled | Doubt


def begun_as_draft(begun: Mapping[str, Any]) -> bool:
    """A draft of it is known to have lain in Gmail, where it may have been sent."""
    return bool(begun.get("draft") or begun.get("sending"))


def left_in_gmail(key: str, begun: Mapping[str, Any]) -> dict[str, str]:
    """What the organizers are told once of a mail begun through Gmail that Gmail is not asked about any more: its
    number never came, so it was never sent from here, and sending it in another way doubles nothing; but a draft of it
    may lie there, which a person could still send."""
    if begun_as_draft(begun) or not begun.get("since"):
        return {}
    return {
        f"{key}#draft": f"A draft of {key} may lie in Gmail: the answer was lost before `[mail] via` was changed, and"
        " Gmail is not asked any more. Look among the drafts there and delete it; do not send it."
    }


def fate(service: DraftMailService, key: str, begun: Mapping[str, Any], now: datetime) -> Fate | None:
    """What became of the mail `key`; None if nothing is there and nothing went out. Raises ServiceError if that cannot
    be asked now.

    `begun`: `draft` its number, `since` when it was written, `sending` when it was first tried to send it, `repeat`
    when a person asked for it once more: then no earlier copy is taken for it.
    """
    draft = str(begun.get("draft") or "")
    if draft:
        if service.draft_exists(draft):
            return Lies(draft)
        found = _sent(service, key, begun, now)
        if found is not None:
            return found
    there = service.draft_with(key, str(begun.get("repeat") or ""))
    if there:
        return Lies(there)
    unseen = not_listed(begun, now, "its draft")
    # Its number never came, but a person may have found the draft and sent it.
    return unseen if unseen is not None or draft else _sent(service, key, begun, now)


def _sent(service: DraftMailService, key: str, begun: Mapping[str, Any], now: datetime) -> Sent | Doubt | None:
    """A draft that is gone: sent mail is searched for our key. Where it may not be read, a recorded attempt to send is
    proof."""
    since = moment(begun.get("since")) or moment(begun.get("sending")) or now
    try:
        message = service.sent_with(key, since - CLOCKS, str(begun.get("repeat") or ""))
    except Permanent:
        return Sent(None) if begun.get("sending") else None
    if message is None:
        return Doubt(GONE) if begun.get("sending") else None
    return Sent(message)


def send_as_draft(means: Means, service: DraftMailService, key: str, draft: str, begun: Mapping[str, Any]) -> str:
    """Send a draft and return the mail's number. `begun` is what the receipt holds beside; the attempt is recorded
    there before the request leaves, and taken back if Gmail says that it did not send. Raises Transient, Permanent or
    Unknown."""
    earlier = begun.get("sending")
    written = {**begun, "draft": draft, "since": begun.get("since") or rfc3339(means.now)}
    means.ledger.begun(key, means.now, written)
    means.raise_if_late("gmail", "send the mail")
    means.ledger.begun(key, means.now, {**written, "sending": earlier or rfc3339(means.now)})
    try:
        number = service.send_draft(draft)
    except Unknown:
        raise
    except ServiceError:
        means.ledger.begun(key, means.now, written)
        raise
    if number is not None:
        return number
    if earlier:
        raise Unknown(
            "gmail", "could not send the mail: its draft is gone; whether an earlier attempt sent it is asked later"
        )
    means.ledger.begun(key, means.now, written)
    raise Transient(
        "gmail",
        "could not send the mail: Gmail does not find its draft, which was there a moment ago; it will be tried again",
    )


def remove_draft(service: DraftMailService, draft: str, begun: Mapping[str, Any]) -> None:
    """Delete a draft that is not to be sent any more. Raises Unknown if it is gone and may have been sent in this
    moment."""
    if not service.delete_draft(draft) and begun.get("sending"):
        raise Unknown(
            "gmail", "could not delete the mail's draft: it is gone; whether an earlier attempt sent it is asked later"
        )
