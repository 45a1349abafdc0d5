"""The records that everything else is about. Frozen, without behaviour beyond what their fields imply.

Words are those of RFC 5545: series, rule, occurrence, recurrence id, sequence. Every datetime is an instant (UTC);
durations are whole minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from automation.domain.archive_entry import Line
from automation.domain.instants import Instants
from automation.domain.keys import CallId

Status = Literal["confirmed", "moved", "cancelled"]


@dataclass(frozen=True)
class Rule:
    """When a series takes place from `start` on, until the next rule's `start`. `rrule` is the RFC 5545 recur value
    without DTSTART; `every` is what the organizer wrote (`second Tuesday of the month`), or the rrule itself. `at` is
    local wall-clock time.
    """

    start: date
    every: str
    rrule: str
    at: time


@dataclass(frozen=True)
class Change:
    """A cancellation or a move of the occurrence whose original local date is `date`; `move_to` is local wall-clock
    time, naive because the zone is the series'."""

    date: date
    cancel: bool
    move_to: datetime | None
    reason: str


@dataclass(frozen=True)
class Talk:
    """What is presented at the occurrence whose original local date is `date`."""

    date: date
    speaker: str
    title: str
    abstract: str


@dataclass(frozen=True)
class Series:
    """A regular call."""

    uid: str
    title: str
    zone: ZoneInfo
    minutes: int
    rules: tuple[Rule, ...]
    changes: tuple[Change, ...] = ()
    talks: tuple[Talk, ...] = ()


@dataclass(frozen=True)
class Calendar:
    id: str = "primary"
    horizon_days: int = 92
    look_every_minutes: int = 60
    invite: Literal["calendar", "mail", "none"] = "calendar"
    invite_calls: int = 2


# The provider of a link that is always the same.
FIXED = "fixed"


@dataclass(frozen=True)
class Meeting:
    """Where people meet. `provider` is a row of `config/meeting_providers.py`, or FIXED with a `url`; `vendor` is how
    sentences call it."""

    provider: str = FIXED
    url: str = ""
    host: str = ""
    recording: Literal["cloud", "local", "none"] = "cloud"
    vendor: str = ""

    @property
    def of_its_own(self) -> bool:
        """Each call has a meeting of its own, which is made, looked at and deleted."""
        return self.provider != FIXED


@dataclass(frozen=True)
class Mail:
    via: Literal["gmail", "smtp"]
    sender: str
    group_mails_per_day: int = 3
    auto_submitted: Literal["auto-generated", "no"] = "auto-generated"


@dataclass(frozen=True)
class Notes:
    mode: Literal["running", "copy", "none"] = "none"
    document: str = ""
    days_before: int = 7


@dataclass(frozen=True)
class Recordings:
    """`source`: the provider of the meetings, or a folder into which people put them."""

    source: Literal["meeting", "drive", "none"] = "none"
    folder: str = ""
    wait_days: int = 7


@dataclass(frozen=True)
class Page:
    directory: str = "public"
    show_join_link: bool = False
    url: str = ""


@dataclass(frozen=True)
class Config:
    """The whole of community.toml, with every default filled in, and of archive.toml beside it. `page.directory` is
    absolute, `language` a BCP 47 tag; `zone_names`: what members call a zone, by its IANA name."""

    uid: str
    name: str
    group: str
    organizers: tuple[str, ...]
    zones: tuple[ZoneInfo, ...]
    links: Mapping[str, str]
    series: tuple[Series, ...]
    calendar: Calendar
    meeting: Meeting
    mail: Mail
    notes: Notes
    recordings: Recordings
    page: Page
    ping_url: str = ""
    made_up: bool = False
    about: str = ""
    archive: tuple[Line, ...] = ()
    language: str = "en"
    zone_names: Mapping[str, str] = field(default_factory=dict)

    def called(self, service: str) -> str:
        """A service's name for people: of a role that several can play the name of who plays it."""
        return self.meeting.provider if service == "meeting" and self.meeting.of_its_own else service


Unit = Literal["days", "hours", "minutes"]


@dataclass(frozen=True)
class Timed:
    """`N days|hours|minutes before|after [at HH:MM]`. `before` counts from the start, `after` from the end. `at` is
    only for days."""

    amount: int
    unit: Unit
    after: bool
    at: time | None


When = Literal["archived", "moved", "cancelled", "restored"]


@dataclass(frozen=True)
class Template:
    """What the plan needs to know of one mail or chat template without rendering it. `send` is a time or an occasion.
    `condition` is the source of its `if`, or empty. `fingerprint` is that of the file's bytes."""

    role: Literal["mail", "chat"]
    name: str
    send: Timed | When
    once: bool
    condition: str
    subject: str
    body: str
    path: str
    fingerprint: str

    @property
    def step(self) -> str:
        """`mail:announcement`."""
        return f"{self.role}:{self.name}"


@dataclass(frozen=True)
class Call(Instants):
    """One call as it stands: what the config asked, and what people did about it, taken together.

    `start`, `end` and `status` are what members should be told. `sequence` counts moves, cancellations and restorations
    (RFC 5545 3.8.7.4). `previous_start` is the start before the last move, or None. `by_person` says that the last
    change was made in the calendar.
    """

    id: CallId
    series: Series
    start: datetime
    end: datetime
    status: Status
    reason: str
    talk: Talk | None
    sequence: int = 0
    previous_start: datetime | None = None
    by_person: bool = False

    @property
    def cancelled(self) -> bool:
        return self.status == "cancelled"

    @property
    def day(self) -> date:
        """Local date of the start in the series' zone."""
        return self.local_start.date()

    @property
    def local_start(self) -> datetime:
        """By the clocks of the series' zone, to be shown."""
        return self.start.astimezone(self.series.zone)

    @property
    def local_end(self) -> datetime:
        return self.end.astimezone(self.series.zone)

    @property
    def minutes(self) -> int:
        return int((self.end - self.start) / timedelta(minutes=1))


@dataclass(frozen=True)
class Links:
    """Where a call's things are; None for what is not (yet) there. `passcode` may be shown by mail templates only."""

    join: str | None = None
    passcode: str | None = None
    notes: str | None = None
    recording: str | None = None
    event: str | None = None
