"""The outside services, and the only place where they are wired up.

`connect` returns `ConnectedServices`, whose attributes are made when they are first asked for; each imports its
libraries only then, so that a tick that needs Zoom alone imports nothing of Google's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from automation.adapters.wire.witness import Witness
from automation.domain.errors import UserError
from automation.domain.logins import Credentials, Endpoints, MeetingLogin
from automation.domain.model import Config
from automation.domain.recordings import DriveService
from automation.domain.services import (
    CalendarService,
    ChatService,
    DirectMailService,
    DraftMailService,
    MeetingService,
    NotesService,
)

if TYPE_CHECKING:
    from automation.adapters.google.client import GoogleClient


def connect(config: Config, credentials: Credentials) -> ConnectedServices:
    """The services that this configuration uses, logged in with these credentials. Nothing is imported, sent or checked
    yet."""
    return ConnectedServices(config, credentials)


class ConnectedServices:
    """One object for each role; None where the configuration or the credentials leave the role out. `witness` hears
    what Google and Zoom say of the time.

    Reading an attribute raises UserError if the section of the credentials that it needs is missing.
    """

    def __init__(self, config: Config, credentials: Credentials) -> None:
        """Take the configuration and the credentials."""
        self._config = config
        self._credentials = credentials
        self.witness = Witness()

    @cached_property
    def calendar(self) -> CalendarService:
        """The calendar named in [calendar]."""
        from automation.adapters.google.calendar import GoogleCalendar

        return GoogleCalendar(self._google, self._config.calendar.id)

    @cached_property
    def meetings(self) -> MeetingService | None:
        """The provider in [meeting]; None with a fixed link."""
        meeting = self._config.meeting
        if not meeting.of_its_own:
            return None
        login = self._credentials.meeting.get(meeting.provider)
        if login is None:
            raise _missing(meeting.provider)
        return MEETINGS[meeting.provider](login, self._credentials.endpoints, meeting.host, self.witness)

    @cached_property
    def drafts(self) -> DraftMailService | None:
        """Gmail; None unless mail goes that way."""
        if self._config.mail.via != "gmail":
            return None
        from automation.adapters.google.gmail import GmailDrafts

        return GmailDrafts(self._google)

    @cached_property
    def smtp(self) -> DirectMailService | None:
        """A mail server; None unless mail goes that way."""
        if self._config.mail.via != "smtp":
            return None
        from automation.adapters.smtp import SmtpMail

        if self._credentials.smtp is None:
            raise _missing("smtp")
        return SmtpMail(self._credentials.smtp)

    @cached_property
    def notes(self) -> NotesService:
        """Google Docs."""
        from automation.adapters.google.docs import GoogleDocs

        return GoogleDocs(self._google)

    @cached_property
    def drive(self) -> DriveService:
        """Google Drive."""
        from automation.adapters.google.drive import GoogleDrive

        return GoogleDrive(self._google)

    @cached_property
    def chat(self) -> ChatService | None:
        """The members' Discord channel; None without a webhook."""
        return _webhook(self._credentials.webhook_url)

    @cached_property
    def organizers_chat(self) -> ChatService | None:
        """The organizers' Discord channel; None without a webhook."""
        return _webhook(self._credentials.organizers_webhook_url)

    @cached_property
    def _google(self) -> GoogleClient:
        from automation.adapters.google.client import GoogleClient

        info: Mapping[str, Any] | None = self._credentials.google
        if info is None:
            raise _missing("google")
        return GoogleClient(info, self._credentials.endpoints, heard=self.witness.heard)


def _zoom(login: MeetingLogin, endpoints: Endpoints, host: str, witness: Witness) -> MeetingService:
    from automation.adapters.zoom.login import ZoomLogin
    from automation.adapters.zoom.meetings import ZoomMeetings

    return ZoomMeetings(ZoomLogin.read(login.values, endpoints.meeting), host, heard=witness.heard)


# The adapter of each row in `config/meeting_providers.py`.
MEETINGS: Mapping[str, Callable[[MeetingLogin, Endpoints, str, Witness], MeetingService]] = {"zoom": _zoom}


def _webhook(url: str) -> ChatService | None:
    if not url:
        return None
    from automation.adapters.discord import DiscordWebhook

    return DiscordWebhook(url)


def _missing(section: str) -> UserError:
    return UserError(
        f'the credentials file has no section "{section}"; credentials.example.json shows what belongs there'
    )
