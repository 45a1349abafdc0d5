"""What is remembered of a step under way, one record for each kind: what a later tick needs to find out what became of
it, or to go on from there. Pure.

The ledger keeps them by the kind in the step's key, under the names of their fields: see
`automation/ledger/receipt_json.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from automation.domain.instants import Instants


@dataclass(frozen=True)
class Looking(Instants):
    """`looked`: when the thing that may have been made was first looked for in vain."""

    looked: datetime | None = None


@dataclass(frozen=True)
class Drafted(Looking):
    """A mail on its way. Through a mailbox: the number of its `draft` ("" = not known), `since` when it was written,
    and `sending`, when it was first tried to send it. `repeat`: when a person asked for it once more, so that no
    earlier copy is taken for it. Through a mail server: `submitting`, from then on nobody can be asked."""

    draft: str = ""
    since: datetime | None = None
    sending: datetime | None = None
    repeat: datetime | None = None
    submitting: bool = False


@dataclass(frozen=True)
class MailBegun(Drafted):
    """A mail to the Group: for which `day` of the call, `about` what a draft must not say otherwise, as a digest.
    `unwanted`: why a person does not want it any more."""

    day: date | None = None
    about: str = ""
    unwanted: str = ""


@dataclass(frozen=True)
class DigestBegun(Drafted):
    """The mail to the organizers, and of which notices it tells."""

    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChatBegun:
    """A post: for which day of the call; `submitting`: from then on nobody can be asked."""

    day: date | None = None
    submitting: bool = False


@dataclass(frozen=True)
class MeetingBegun(Looking):
    """A meeting that may have been made."""


@dataclass(frozen=True)
class EventBegun:
    """`own`: it is to be made whatever a person has put there by hand. `candidate`: the event made by hand about which
    a person has to decide. `absent`: the event is not to be found."""

    own: bool = False
    candidate: str = ""
    absent: bool = False


@dataclass(frozen=True)
class NotesBegun(Looking):
    """The copy of the notes that was made."""

    file: str = ""


@dataclass(frozen=True)
class RecordingBegun(Looking):
    """`upload`: the address of an upload that was begun, "" = none; it is permission to write, and nowhere but in the
    ledger. `of`: what is uploaded, as a digest. `size`: bytes of a file that somebody else may still be uploading."""

    upload: str = field(default="", repr=False)
    of: str = ""
    size: int | None = None


Begun = MailBegun | DigestBegun | ChatBegun | MeetingBegun | EventBegun | NotesBegun | RecordingBegun
# By the kind in the step's key. Of a kind that is not here nothing is remembered before it is done.
BEGUN: Mapping[str, type[Begun]] = {
    "meeting": MeetingBegun,
    "event": EventBegun,
    "notes": NotesBegun,
    "mail": MailBegun,
    "chat": ChatBegun,
    "recording": RecordingBegun,
    "digest": DigestBegun,
}

Attempt = TypeVar("Attempt", bound=Begun)


def is_submitted(begun: Begun | None) -> bool:
    """It was handed over where nobody can be asked what became of it."""
    return isinstance(begun, Drafted | ChatBegun) and begun.submitting


def lies_outside(begun: Begun | None) -> bool:
    """A part of it is known to lie outside."""
    return bool((isinstance(begun, Drafted) and begun.draft) or (isinstance(begun, NotesBegun) and begun.file))


def goes_on(begun: Begun | None) -> bool:
    """It holds what the step needs to go on from where it was, though it failed."""
    return bool((isinstance(begun, EventBegun) and begun.own) or (isinstance(begun, RecordingBegun) and begun.upload))
