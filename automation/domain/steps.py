"""What can be done outside: one frozen record for each kind of step, a closed set, and what each leaves when it is
done.

A step says what, for which key, between when and when; how is `apply`'s business. `fingerprint` covers everything that
the step's content is made from, so an unchanged digest means that there is nothing to write. Nothing here is rendered
yet: most ticks have nothing to render.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeVar

from automation.domain.archive_entry import Entry
from automation.domain.instants import Instants
from automation.domain.model import Call, Links, Template
from automation.domain.proofs import (
    AskedAgain,
    ChatProof,
    DigestProof,
    EventProof,
    MadeAnew,
    MailProof,
    MeetingProof,
    NotesProof,
    PageProof,
    RecordingProof,
    Skipped,
    SoughtAnew,
)


@dataclass(frozen=True)
class Window(Instants):
    """[due, expires): before `due` it is too early, from `expires` on it is of no more use. None = never."""

    due: datetime
    expires: datetime | None = None


@dataclass(frozen=True)
class CallContext:
    """A call and what surrounds it, as far as templates may tell of it. `previous` is the last call of the series that
    was not cancelled, `following` the next one that is not; `missing` names what is not there at the deadline, in
    words: `the recording`."""

    call: Call
    links: Links = field(default_factory=Links)
    previous: Call | None = None
    following: Call | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class MeetingStep:
    """Create, change or delete the meeting."""

    key: str
    call: Call
    window: Window
    fingerprint: str
    action: Literal["create", "update", "delete"]


@dataclass(frozen=True)
class EventStep:
    """Create, change or cancel the Calendar event. `notify`: the attendees are told (a new, moved, cancelled or
    restored call). `group` is the address of the Group that is a guest afterwards; `joins` and `leaves` are written for
    that."""

    key: str
    call: Call
    window: Window
    fingerprint: str
    action: Literal["insert", "update", "cancel"]
    notify: bool
    links: Links
    group: str = ""
    joins: str = ""
    leaves: str = ""


@dataclass(frozen=True)
class NotesStep:
    """Write the dated section, or copy the template document."""

    key: str
    call: Call
    window: Window
    links: Links


@dataclass(frozen=True)
class MailStep:
    """One mail to the Group. `no_longer_wanted` = why it must not go out any more although it was begun; what was begun
    is cleared away."""

    key: str
    context: CallContext
    window: Window
    template: Template
    invitation: Literal["", "REQUEST", "CANCEL"] = ""
    no_longer_wanted: str = ""

    @property
    def call(self) -> Call:
        return self.context.call


@dataclass(frozen=True)
class ChatStep:
    """One chat post, or the edit of one."""

    key: str
    context: CallContext
    window: Window
    fingerprint: str
    template: Template
    action: Literal["post", "edit"]

    @property
    def call(self) -> Call:
        return self.context.call


@dataclass(frozen=True)
class RecordingStep:
    """Find the recording and file it. `late`: the deadline has passed, and the archive may still be corrected."""

    key: str
    call: Call
    window: Window
    meeting_id: str
    late: bool = False


@dataclass(frozen=True)
class ArchiveStep:
    """Record (or correct) the archive entry."""

    key: str
    call: Call
    window: Window
    fingerprint: str
    recording: str | None
    notes: str | None


@dataclass(frozen=True)
class PageStep:
    """Rebuild the public page and feeds: of these calls, with the links into those that everybody may join, by mark."""

    key: str
    window: Window
    fingerprint: str
    calls: tuple[Call, ...] = ()
    joins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DigestStep:
    """One mail to the organizers with everything that they have not been told yet."""

    key: str
    window: Window
    notices: tuple[str, ...]


# What comes from a template of its own.
Message = MailStep | ChatStep

# Written anew when what it is made from changes; its digest tells.
Updated = MeetingStep | EventStep | ChatStep | ArchiveStep | PageStep
# Done once, for good.
Once = NotesStep | MailStep | RecordingStep | DigestStep
Step = Updated | Once


# Of the archive the entry itself is the proof.
Proof = (
    MeetingProof | EventProof | NotesProof | MailProof | ChatProof | RecordingProof | Entry | PageProof | DigestProof
)
Data = Proof | Skipped | SoughtAnew | AskedAgain | MadeAnew
# By the kind in the step's key: what it leaves when it is done.
PROOFS: Mapping[str, type[Data]] = {
    "meeting": MeetingProof,
    "event": EventProof,
    "notes": NotesProof,
    "mail": MailProof,
    "chat": ChatProof,
    "recording": RecordingProof,
    "archive": Entry,
    "page": PageProof,
    "digest": DigestProof,
}
# Why a step that was not done stands as it does: by the field that only that record has.
UNDONE: Mapping[str, Mapping[str, type[Data]]] = {
    "event": {"generation": MadeAnew},
    "recording": {"reopened": SoughtAnew},
    "mail": {"repeat": AskedAgain},
}

Left = TypeVar("Left", bound=Data)


def content_of(step: Step | None) -> str:
    """The digest of what the step writes; "" where done once is done for good."""
    return step.fingerprint if isinstance(step, Updated) else ""
