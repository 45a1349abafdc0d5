"""What is remembered of a step that was done, one record for each kind: the proof of it. And of one that was not done,
why it stands as it does. Pure.

The ledger keeps them by the kind in the step's key, under the names of their fields: see
`automation/ledger/receipt_json.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from automation.domain.instants import Instants

EventStatus = Literal["confirmed", "cancelled"]


@dataclass(frozen=True)
class MeetingProof(Instants):
    """The meeting at the provider: its number, the link into it, the topic and start that we gave it last. `mended`:
    the start for which it was changed once more because it stood elsewhere. `deleted`: there is none any more, by our
    or a person's doing."""

    id: str
    link: str | None = None
    topic: str | None = None
    start: datetime | None = None
    mended: datetime | None = None
    deleted: bool = False


@dataclass(frozen=True)
class EventProof(Instants):
    """The calendar event: where it is, and what we wrote into it last. `generation`: which of the call's ids it has
    (see `marks.event_id`). `summary` and `location` are None where we have written none. `group`: the address of the
    Group that is a guest by our doing, "" = none, None = not known; `heard`: it is one, or was. `etag`: that of what we
    wrote. `purged`: a person said that it was deleted, and it is not to be found any more."""

    id: str
    status: EventStatus
    start: datetime
    end: datetime
    link: str = ""
    calendar: str = ""
    generation: int | None = None
    summary: str | None = None
    location: str | None = None
    organizer: str = ""
    group: str | None = None
    heard: bool = False
    etag: str = ""
    purged: bool = False


@dataclass(frozen=True)
class NotesProof:
    """The notes of a call: the link to them, and either the section of that `day` in the running document, by its
    heading and tab, or a `file` of their own."""

    link: str
    day: date | None = None
    heading: str = ""
    tab: str = ""
    file: str = ""


@dataclass(frozen=True)
class MailProof(Instants):
    """A mail that went out: for which day of the call (None = not known) and which start of it. `message`: the
    mailbox's number of it, or the Message-ID that a mail server was given; None = not known. `message_id`: the one that
    the mail really got; "" = it tells none, None = not asked yet."""

    day: date | None
    start: datetime | None = None
    message: str | None = None
    message_id: str | None = None


@dataclass(frozen=True)
class ChatProof:
    """A post: for which day of the call (None = not known), and its number. `gone`: it was not there any more when it
    was to be edited."""

    day: date | None
    message: str | None = None
    gone: bool = False


@dataclass(frozen=True)
class RecordingProof:
    """The link to the recording, and its `file` where it was filed."""

    link: str
    file: str = ""


@dataclass(frozen=True)
class PageProof:
    """`changed`: some file of the page had to be written."""

    changed: bool = False


@dataclass(frozen=True)
class DigestProof:
    """The number of the mail or post to the organizers; None = there was nothing to tell, or it is not known."""

    message: str | None = None


# Those that can be followed to what was made.
Linked = MeetingProof | EventProof | NotesProof | RecordingProof


@dataclass(frozen=True)
class Skipped(Instants):
    """It was given up for the call at this start, and for no other."""

    start: datetime


@dataclass(frozen=True)
class SoughtAnew(Instants):
    """The recording was given up, and a person wanted it looked for again: at `reopened` the wait for it began anew."""

    reopened: datetime


@dataclass(frozen=True)
class AskedAgain(Instants):
    """A person wanted the mail sent once more, and said so at `repeat`: no earlier copy counts for it."""

    repeat: datetime


@dataclass(frozen=True)
class MadeAnew:
    """The event, whose last id was that of this `generation`, is not there any more; the next one is made."""

    generation: int
