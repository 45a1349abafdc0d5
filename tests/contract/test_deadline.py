"""A server that drips holds nobody for ever: each exchange has a limit of its own beside the longest gap."""

from __future__ import annotations

import time
from typing import Any

import pytest

from automation.adapters.discord import DiscordWebhook
from automation.adapters.google.calendar import GoogleCalendar
from automation.adapters.google.client import GoogleClient
from automation.adapters.ping import ping
from automation.adapters.smtp import SmtpMail
from automation.adapters.wire.deadline import Deadline
from automation.adapters.wire.http import Purpose, call, new_session
from automation.adapters.zoom.login import ZoomLogin
from automation.adapters.zoom.meetings import ZoomMeetings
from automation.domain.errors import ServiceError, Transient, Unknown
from automation.domain.logins import Endpoints, SmtpLogin
from automation.domain.recordings import CloudRecording
from tests.contract.drips import BODY, HEADERS, KINDS, Dripping

SAFE = Purpose("zoom", "list the meetings", safe=True)
UNSAFE = Purpose("zoom", "create the meeting", safe=False)
LIMIT = 0.5
# Far more than the limit, far less than for ever: what is told apart is only whether it ends.
LONG = 20.0


@pytest.fixture
def patience() -> Any:
    """Fails the test if what it did took as long as a drip would let it."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < LONG


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("purpose", [SAFE, UNSAFE])
def test_a_dripping_answer_is_cut_off_wherever_it_drips(patience: None, kind: str, purpose: Purpose) -> None:
    with Dripping(*KINDS[kind]) as server, pytest.raises(ServiceError, match="in time") as raised:
        call(new_session(), purpose, "POST", server.url, json={}, total=LIMIT)
    assert type(raised.value) is (Transient if purpose.safe else Unknown)
    assert server.connections == 1


def test_a_connection_used_before_is_cut_off_too(patience: None, sandbox: Any) -> None:
    session = new_session()
    url = sandbox.credentials["endpoints"]["zoom_api"] + "users/host@example.org/meetings"
    call(session, SAFE, "GET", url)
    sandbox.fault("slow", service="zoom", seconds=5.0)
    with pytest.raises(Transient, match="in time"):
        call(session, SAFE, "GET", url, total=LIMIT)
    assert call(session, SAFE, "GET", url).status_code == 401


def test_an_answer_in_time_is_left_alone(sandbox: Any) -> None:
    answer = call(new_session(), SAFE, "GET", sandbox.credentials["endpoints"]["zoom_api"] + "users/host@example.org/meetings", total=30.0)
    assert answer.status_code == 401


def test_a_deadline_that_is_over_before_a_connection_is_there_cuts_it_at_once(patience: None) -> None:
    with Dripping(*BODY) as server, pytest.raises(ServiceError, match="in time"):
        call(new_session(), SAFE, "GET", server.url, total=0.0)


def test_a_body_that_takes_long_to_send_has_that_long(patience: None) -> None:
    """Bytes that go out at the least rate are on their way, not lost."""
    deadline = Deadline()
    with Dripping(*HEADERS) as server, pytest.raises(Unknown, match="in time"):
        call(new_session(), UNSAFE, "PUT", server.url, data=b"x" * 65536, total=0.2, deadline=deadline)
    assert deadline.passed


def test_googles_token_and_answers(patience: None) -> None:
    info = {"refresh_token": "r", "client_id": "c", "client_secret": "s"}
    with Dripping(*BODY) as server:
        endpoints = Endpoints(calendar=f"{server.url}calendar/v3/")
        client = GoogleClient({**info, "token_uri": server.url}, endpoints, total=LIMIT)
        with pytest.raises(Transient, match="log in at Google"):
            GoogleCalendar(client, "primary").get("x")


def test_zooms_token_and_download(patience: None, sandbox: Any) -> None:
    with Dripping(*BODY) as server:
        login = ZoomLogin("account", "client", "secret", server.url, server.url)
        zoom = ZoomMeetings(login, "host@example.org", total=LIMIT)
        with pytest.raises(Transient, match="log in"):
            zoom.meetings()
        given = ZoomLogin.read(sandbox.credentials["zoom"], sandbox.credentials["endpoints"])
        zoom = ZoomMeetings(given, "host@example.org", total=LIMIT)
        with zoom.download(CloudRecording(True, "", server.url)) as stream, pytest.raises(Transient, match="too slowly"):
            stream.read()


def test_the_webhook(patience: None) -> None:
    with Dripping(*BODY) as server, pytest.raises(Unknown):
        DiscordWebhook(f"{server.url}api/webhooks/1/x", total=LIMIT).post("Hello")


@pytest.mark.parametrize("greeting", [b"", b"220-hello"])
def test_a_dripping_mail_server_has_no_mail_and_is_tried_again(patience: None, greeting: bytes) -> None:
    with Dripping(greeting, b"220-still here\r\n", greets=True) as server, pytest.raises(Transient):
        SmtpMail(SmtpLogin("127.0.0.1", server.port, "none", "", ""), total=LIMIT).greet("a@example.org")


def test_the_dead_mans_switch(patience: None) -> None:
    with Dripping(*BODY) as server:
        ping(server.url, total=LIMIT)
    with Dripping(*HEADERS) as server:
        ping(server.url, total=LIMIT)
