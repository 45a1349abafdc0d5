"""The roles that the outside services play, and the records that they answer with.

`apply` and `reconcile` know these and nothing of any vendor; each adapter implements one role. Every method raises
`ServiceError` (`Transient`, `Permanent`, `Stopped`, `Unknown`, `Conflict`) and nothing else for an outside failure.
None of them repeats a request by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from automation.domain.instants import Instants
from automation.domain.recordings import ByteStream, CloudRecording


@dataclass(frozen=True)
class SeenEvent(Instants):
    """A Google Calendar event as it is there. `private` = extendedProperties.private. `start`/`end` are None when a
    deleted event has lost its details, or for all-day events, whose first day (ISO 8601) `whole_day` is then.
    `attendees` are the guests' addresses, `guests` their objects as Google gave them; `omitted` = Google left some of
    them out (`attendeesOmitted`), so that the list must not be written back. `recurring` = somebody made a series of
    it. `organizer` is the address that the event belongs to. `bare`: of what was here only the id is left, which a
    deleted event comes to in time, and one that was moved to another calendar at once. `more` = its colour, attachments
    and other settings of people, as the calendar service names them. `guest`: this is the copy in a guest's calendar;
    the event itself stands elsewhere."""

    id: str
    etag: str
    status: str
    start: datetime | None
    end: datetime | None
    summary: str
    location: str
    description: str
    private: Mapping[str, str]
    html_link: str
    sequence: int = 0
    attendees: tuple[str, ...] = ()
    guests: tuple[Mapping[str, Any], ...] = ()
    omitted: bool = False
    whole_day: str = ""
    recurring: bool = False
    organizer: str = ""
    bare: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)
    guest: bool = False


@dataclass(frozen=True)
class EventFields(Instants):
    """What is to stand in an event; None = leave as it is. `private` is merged into extendedProperties.private.
    `attendees` are whole guest objects, because a list is replaced as one: what is not in it is gone. `zone` is the
    IANA name that goes beside start and end, which take the place of whole days if `was_whole_day`. `more` is that of a
    `SeenEvent`, for a new event."""

    start: datetime | None = None
    end: datetime | None = None
    zone: str = "UTC"
    summary: str | None = None
    location: str | None = None
    description: str | None = None
    status: str | None = None
    attendees: tuple[Mapping[str, Any], ...] | None = None
    private: Mapping[str, str] = field(default_factory=dict)
    reminders: tuple[tuple[str, int], ...] | None = None
    was_whole_day: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)


class CalendarService(Protocol):
    def marked(self, community: str, since: datetime) -> list[SeenEvent]:
        """All events with private property callkeeper-community=community that end after `since`, the deleted ones too
        where they are shown."""

    def between(self, start: datetime, end: datetime) -> list[SeenEvent]:
        """All events (recurring ones expanded, deleted ones not) that overlap [start, end)."""

    def get(self, event_id: str) -> SeenEvent | None:
        """The event, deleted ones too (status `cancelled`); None if there is none."""

    def insert(self, event_id: str, fields: EventFields, *, notify: bool) -> SeenEvent | None:
        """Create with a client id; None if the id is taken (409 duplicate)."""

    def patch(self, event_id: str, fields: EventFields, *, etag: str, notify: bool) -> SeenEvent:
        """Change with If-Match; raises Conflict on 412. `notify` = sendUpdates all, else none."""

    def delete(self, event_id: str, *, etag: str, notify: bool) -> None:
        """Delete with If-Match; gone already counts as done. Raises Conflict on 412."""

    def move(self, event_id: str, destination: str) -> SeenEvent:
        """Move the event to another calendar of this login, without a notice to anybody; it keeps its id."""


@dataclass(frozen=True)
class SeenMeeting(Instants):
    """A meeting at its provider. `passcode` is empty in list results. `start` is aware (UTC) or None."""

    id: str
    topic: str
    start: datetime | None
    minutes: int
    agenda: str
    join_url: str
    passcode: str = field(default="", repr=False)


@dataclass(frozen=True)
class MeetingFields(Instants):
    topic: str
    start: datetime
    minutes: int
    agenda: str
    recording: str
    passcode: str = field(default="", repr=False)


class MeetingService(Protocol):
    def meetings(self) -> list[SeenMeeting]:
        """All scheduled meetings of the host that have not expired."""

    def get(self, meeting_id: str) -> SeenMeeting | None: ...
    def create(self, fields: MeetingFields) -> SeenMeeting: ...
    def update(self, meeting_id: str, fields: MeetingFields) -> None: ...
    def delete(self, meeting_id: str) -> None:
        """Gone already counts as done."""

    def recording(self, meeting_id: str, start: datetime, end: datetime) -> CloudRecording | None:
        """The recording of the instance of this meeting nearest to [start, end); None while there is none."""

    def download(self, recording: CloudRecording, start: int = 0) -> ByteStream:
        """The file from byte `start` on, or from an earlier one: a server may know no ranges (RFC 9110 14.2)."""


class DraftMailService(Protocol):
    """Mail by create draft, then send draft (Gmail)."""

    def create_draft(self, message: bytes) -> str: ...
    def send_draft(self, draft_id: str) -> str | None:
        """The id of the sent message; None if there is no such draft any more."""

    def draft_exists(self, draft_id: str) -> bool: ...
    def address(self) -> str:
        """The address of the account whose mail this is."""

    def drafts(self) -> dict[str, str]:
        """X-Callkeeper-Key -> draft id, for all drafts that carry one."""

    def draft_with(self, key: str, repeat: str) -> str | None:
        """The id of the draft whose X-Callkeeper-Key is `key`, and its X-Callkeeper-Repeat `repeat` unless that is
        empty."""

    def delete_draft(self, draft_id: str) -> bool:
        """False if it was gone already."""

    def message_id(self, number: str) -> str | None:
        """The Message-ID that a sent mail really got; None if it is not there any more or tells none."""

    def sent_with(self, key: str, since: datetime, repeat: str) -> str | None:
        """The number of the mail sent since (and perhaps some before) whose X-Callkeeper-Key is `key`, and its
        X-Callkeeper-Repeat `repeat` unless that is empty."""

    def sent(self, since: datetime) -> dict[str, Mapping[str, str]]:
        """X-Callkeeper-Key -> the message's X-Callkeeper-* headers plus `id` and `at` (RFC 3339), for all mail sent
        since (and perhaps some before)."""


class DirectMailService(Protocol):
    """Mail by one submission whose outcome cannot be asked later (SMTP)."""

    def send(self, message: bytes, sender: str, recipients: Iterable[str]) -> str:
        """The Message-ID. Raises Transient (4xx), Permanent (5xx) or Unknown (answer lost after DATA)."""

    def greet(self, sender: str) -> None:
        """Connect, secure and log in, and hand nothing over."""


@dataclass(frozen=True)
class Heading:
    """A heading paragraph in a document: plain text, link to it, and where it stands."""

    text: str
    link: str
    tab_id: str
    heading_id: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph to write. `style` is NORMAL_TEXT, HEADING_1.. HEADING_6; `bullet` for a list item."""

    text: str
    style: str = "NORMAL_TEXT"
    bullet: bool = False


class NotesService(Protocol):
    def headings(self, document: str) -> list[Heading]:
        """Every heading of every tab (child tabs too), in order."""

    def add_section(self, document: str, paragraphs: tuple[Paragraph, ...], *, position: str = "top") -> None:
        """Write the paragraphs in one guarded batch, before everything people wrote below the document's title. Raises
        Conflict if somebody wrote in the meantime, Unknown if the answer was lost."""


class ChatService(Protocol):
    def post(self, text: str) -> str:
        """The message's id (`wait=true`). Raises Unknown if it may have been posted (5xx, lost answer)."""

    def edit(self, message_id: str, text: str) -> bool:
        """False if the message is gone."""

    def name(self) -> str:
        """What the webhook is called; posts nothing."""
