"""Which services a configuration and its credentials make, and that nothing is imported before it is needed."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from automation.adapters.connect import MEETINGS, connect
from automation.adapters.google.calendar import GoogleCalendar
from automation.config.meeting_providers import PROVIDERS
from automation.domain.errors import UserError
from automation.domain.logins import Credentials, MeetingLogin, SmtpLogin
from automation.domain.model import Calendar, Config, Mail, Meeting, Notes, Page, Recordings

ROOT = Path(__file__).resolve().parents[2]
CONFIG = Config(
    uid="floss",
    name="FLOSS",
    group="group@googlegroups.com",
    organizers=(),
    zones=(),
    links={},
    series=(),
    calendar=Calendar(),
    meeting=Meeting("zoom", host="host@example.org", vendor="Zoom"),
    mail=Mail(via="gmail", sender="organizer@example.org"),
    notes=Notes(),
    recordings=Recordings(),
    page=Page(),
)
FULL = Credentials(
    google={"type": "authorized_user", "client_id": "a", "client_secret": "b", "refresh_token": "c"},
    meeting={"zoom": MeetingLogin("a", {"account_id": "a", "client_id": "b", "client_secret": "c"})},
    smtp=SmtpLogin("127.0.0.1", 25, "none"),
    webhook_url="http://127.0.0.1:9/api/webhooks/1/a",
    organizers_webhook_url="http://127.0.0.1:9/api/webhooks/2/b",
)


def test_every_role_that_is_configured_is_there_and_made_once() -> None:
    services = connect(CONFIG, FULL)
    for name in ("calendar", "meetings", "drafts", "notes", "drive", "chat", "organizers_chat"):
        assert getattr(services, name) is not None
        assert getattr(services, name) is getattr(services, name)
    assert services.smtp is None


def test_every_provider_of_meetings_has_its_adapter() -> None:
    assert MEETINGS.keys() == PROVIDERS.keys()
    for name, row in PROVIDERS.items():
        config = replace(CONFIG, meeting=Meeting(name, host="host@example.org", vendor=row.vendor))
        credentials = replace(FULL, meeting={name: MeetingLogin("a", dict.fromkeys(row.login, "a"))})
        assert connect(config, credentials).meetings is not None


def test_roles_left_out_are_none() -> None:
    config = replace(CONFIG, meeting=Meeting(provider="fixed", url="https://example.org"), mail=Mail(via="smtp", sender="a@example.org"))
    services = connect(config, replace(FULL, webhook_url="", organizers_webhook_url=""))
    assert (services.meetings, services.drafts, services.chat, services.organizers_chat) == (None, None, None, None)
    assert services.smtp is not None


@pytest.mark.parametrize("name", ["calendar", "meetings", "drafts", "notes", "drive"])
def test_a_missing_section_is_named(name: str) -> None:
    with pytest.raises(UserError, match='has no section "(google|zoom)"'):
        getattr(connect(CONFIG, Credentials()), name)


def test_the_calendar_speaks_to_the_configured_endpoint(sandbox: Any) -> None:
    credentials = Credentials(google=sandbox.credentials["google"], endpoints=sandbox.google_endpoints)
    calendar = connect(CONFIG, credentials).calendar
    assert isinstance(calendar, GoogleCalendar)
    assert calendar.get("neverthere") is None


@pytest.mark.parametrize(
    ("asked", "absent"),
    [
        ("", ("googleapiclient", "google", "requests", "httplib2", "smtplib")),
        ("meetings", ("googleapiclient", "google", "httplib2")),
        ("chat", ("googleapiclient", "google", "httplib2")),
    ],
)
def test_only_what_is_asked_for_is_imported(asked: str, absent: tuple[str, ...]) -> None:
    program = "import sys, pickle\nfrom automation.adapters.connect import connect\nconfig, credentials = pickle.load(sys.stdin.buffer)\n"
    program += f"services = connect(config, credentials)\n{asked and f'services.{asked}'}\n"
    program += f"print([name for name in {absent!r} if name in sys.modules])\n"
    done = subprocess.run([sys.executable, "-c", program], input=pickle.dumps((CONFIG, FULL)), capture_output=True, check=True, cwd=ROOT)
    assert done.stdout.decode().strip() == "[]"
