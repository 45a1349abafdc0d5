"""credentials.json as records: how to log in at the services, and where they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Endpoints:
    """Base URLs, each ending in a slash. `meeting`: addresses of providers of meetings, by their keys in
    credentials.json, where they are not the provider's usual ones."""

    calendar: str = "https://www.googleapis.com/calendar/v3/"
    gmail: str = "https://gmail.googleapis.com/"
    drive: str = "https://www.googleapis.com/drive/v3/"
    docs: str = "https://docs.googleapis.com/"
    meeting: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SmtpLogin:
    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    username: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class MeetingLogin:
    """What credentials.json holds for a provider of meetings: `values` by key, and of them the `account`."""

    account: str
    values: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Credentials:
    """The whole of credentials.json; a section that the file lacks is None. `meeting`: the logins of providers of
    meetings, by provider. No secret is in its repr. `fingerprint` changes with the file's content and tells nothing
    about it."""

    google: Mapping[str, Any] | None = field(default=None, repr=False)
    meeting: Mapping[str, MeetingLogin] = field(default_factory=dict)
    smtp: SmtpLogin | None = None
    webhook_url: str = field(default="", repr=False)
    organizers_webhook_url: str = field(default="", repr=False)
    endpoints: Endpoints = Endpoints()
    fingerprint: str = ""
