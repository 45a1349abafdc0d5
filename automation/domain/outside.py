"""All outside services together, as steps see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from automation.domain.recordings import DriveService
from automation.domain.services import (
    CalendarService,
    ChatService,
    DirectMailService,
    DraftMailService,
    MeetingService,
    NotesService,
)


class Witness(Protocol):
    """What answers have said of the time, each with the monotonic seconds at which it was said; `now`: what each would
    say now."""

    @property
    def said(self) -> Sequence[tuple[datetime, float]]: ...
    def now(self) -> list[datetime]: ...


class Services(Protocol):
    """The outside, connected on first use. None = not configured."""

    @property
    def witness(self) -> Witness: ...
    @property
    def calendar(self) -> CalendarService: ...
    @property
    def meetings(self) -> MeetingService | None: ...
    @property
    def drafts(self) -> DraftMailService | None: ...
    @property
    def smtp(self) -> DirectMailService | None: ...
    @property
    def notes(self) -> NotesService: ...
    @property
    def drive(self) -> DriveService: ...
    @property
    def chat(self) -> ChatService | None: ...
    @property
    def organizers_chat(self) -> ChatService | None: ...
