"""SMTP submission over real sockets: a real server for what works, a scripted one for every way in which it can break."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from automation.adapters.smtp import SmtpMail
from automation.domain.errors import Permanent, ServiceError, Stopped, Transient, Unknown
from automation.domain.logins import SmtpLogin

# aiosmtpd warns of a server that takes passwords in the clear; these stand on loopback.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

SENDER = "Organizer <organizer@example.org>"
GROUP = "group@example.org"
PASSWORD = "correct-horse-42"
MESSAGE = b"From: organizer@example.org\r\nMessage-ID: <1@example.org>\r\n\r\n.\r\n..\r\n.hidden\r\nline\r\n"


@dataclass
class Inbox:
    """What arrived at the real server."""

    envelopes: list[Envelope] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    async def handle_DATA(self, server: Server, session: Session, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        self.names.append(str(session.host_name))
        self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        return "250 OK"


def authenticate(server: Server, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    assert isinstance(data, LoginPassword)
    return AuthResult(success=data == LoginPassword(b"user", PASSWORD.encode()), handled=False)


@contextmanager
def real_server(inbox: Inbox, *, implicit: ssl.SSLContext | None = None, **options: Any) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(inbox, hostname="127.0.0.1", port=port, ssl_context=implicit, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's TLS context with a certificate made here, and a client's that trusts it."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not there, so that no certificate can be made")
    folder = tmp_path_factory.mktemp("tls")
    key, chain = folder / "key.pem", folder / "certificate.pem"
    made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([openssl, *made, *names, "-keyout", str(key), "-out", str(chain)], check=True, capture_output=True)
    return server_context(chain, key), ssl.create_default_context(cafile=str(chain))


def server_context(chain: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    return context


def test_a_mail_arrives_byte_for_byte_and_its_message_id_comes_back() -> None:
    inbox = Inbox()
    with real_server(inbox) as port:
        mail = SmtpMail(SmtpLogin("127.0.0.1", port, "none"))
        assert mail.send(MESSAGE, SENDER, [f"The group <{GROUP}>", "two@example.org"]) == "<1@example.org>"
    (envelope,) = inbox.envelopes
    assert envelope.mail_from == "organizer@example.org"
    assert envelope.rcpt_tos == [GROUP, "two@example.org"]
    assert envelope.content == MESSAGE
    assert inbox.names == ["example.org"]


def test_the_sandbox_takes_a_mail(sandbox: Any) -> None:
    login = SmtpLogin(**sandbox.credentials["smtp"])
    assert SmtpMail(login).send(MESSAGE, SENDER, [GROUP]) == "<1@example.org>"
    assert "<1@example.org>" in str(sandbox.get("state/smtp"))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_with_tls_the_login_and_the_mail_are_encrypted(security: Any, certificate: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    server, client = certificate
    options: dict[str, Any] = {"authenticator": authenticate, "auth_required": True}
    if security == "starttls":
        options |= {"tls_context": server, "require_starttls": True}
    else:
        options |= {"implicit": server, "auth_require_tls": False}
    inbox = Inbox()
    with real_server(inbox, **options) as port:
        mail = SmtpMail(SmtpLogin("127.0.0.1", port, security, "user", PASSWORD), tls=client)
        mail.send(MESSAGE, SENDER, [GROUP])
    assert inbox.envelopes[0].content == MESSAGE
    assert inbox.encrypted == [True]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_stops_the_service(
    security: Any, certificate: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    server, _ = certificate
    options: dict[str, Any] = {"tls_context": server} if security == "starttls" else {"implicit": server}
    inbox = Inbox()
    with real_server(inbox, **options) as port, pytest.raises(Stopped, match="certificate"):
        SmtpMail(SmtpLogin("127.0.0.1", port, security)).send(MESSAGE, SENDER, [GROUP])
    assert inbox.envelopes == []


def test_a_server_without_starttls_gets_neither_password_nor_mail() -> None:
    inbox = Inbox()
    with real_server(inbox) as port, pytest.raises(Stopped, match="STARTTLS"):
        SmtpMail(SmtpLogin("127.0.0.1", port, "starttls", "user", PASSWORD)).send(MESSAGE, SENDER, [GROUP])
    assert inbox.envelopes == []


@pytest.mark.parametrize("password", ["wrong-4711", "nicht-ASCII-ü"])
def test_a_refused_login_stops_the_service_and_says_nothing_secret(password: str) -> None:
    options = {"authenticator": authenticate, "auth_required": True, "auth_require_tls": False}
    with real_server(Inbox(), **options) as port, pytest.raises(Stopped) as caught:
        SmtpMail(SmtpLogin("127.0.0.1", port, "none", "user", password)).send(MESSAGE, SENDER, [GROUP])
    assert "password" in str(caught.value)
    assert password not in str(caught.value)


def test_a_login_that_the_server_does_not_know_stops_the_service() -> None:
    with real_server(Inbox()) as port, pytest.raises(Stopped, match="no way to log in"):
        SmtpMail(SmtpLogin("127.0.0.1", port, "none", "user", PASSWORD)).send(MESSAGE, SENDER, [GROUP])


def test_a_login_that_the_server_wants_and_does_not_get_stops_the_service() -> None:
    options = {"authenticator": authenticate, "auth_required": True, "auth_require_tls": False}
    with real_server(Inbox(), **options) as port, pytest.raises(Stopped, match="530"):
        SmtpMail(SmtpLogin("127.0.0.1", port, "none")).send(MESSAGE, SENDER, [GROUP])


@pytest.mark.parametrize("host", ["mail.example.org", "192.0.2.1", "localhost.example.org"])
def test_no_mail_goes_unencrypted_to_another_machine(host: str) -> None:
    with pytest.raises(Permanent, match="starttls"):
        SmtpMail(SmtpLogin(host, 25, "none")).send(MESSAGE, SENDER, [GROUP])


def test_an_address_with_a_line_end_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(Permanent, match="address"):
        SmtpMail(SmtpLogin("127.0.0.1", 1, "none")).send(MESSAGE, SENDER, ["a@b.example\r\nRCPT TO:c"])


def test_nobody_listening_is_worth_another_try() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(Transient, match="no connection"):
            SmtpMail(SmtpLogin("127.0.0.1", closed.getsockname()[1], "none")).send(MESSAGE, SENDER, [GROUP])


# --- every way to break -------------------------------------------------------------------------------------

HANG_UP = "hang up"
RESET = "reset"
SILENCE = "silence"
PLAIN = {"greeting": "220 hello", "EHLO": "250 hello", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go", ".": "250 ok"}


@dataclass
class Script:
    """A server that answers each command as told, and counts how often a whole mail was handed to it."""

    answers: dict[str, str]
    connections: int = 0
    mails: int = 0
    port: int = 0
    _silent: list[socket.socket] = field(default_factory=list)

    @contextmanager
    def running(self) -> Iterator[Script]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
            thread = threading.Thread(target=self._serve, args=(listener,), daemon=True)
            thread.start()
            yield self
            # Wakes the accept up, so that the thread sees the end.
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=10)
            for connection in self._silent:
                connection.close()

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        lines = connection.makefile("rb")
        if not self._answer(connection, "greeting"):
            return
        while line := lines.readline():
            verb = line[:4].decode().strip().upper()
            if not self._answer(connection, verb if verb in self.answers else "EHLO"):
                return
            if verb == "DATA" and self.answers["DATA"].startswith("354"):
                while lines.readline() not in (b".\r\n", b""):
                    pass
                self.mails += 1
                if not self._answer(connection, "."):
                    return
        connection.close()

    def _answer(self, connection: socket.socket, verb: str) -> bool:
        """Give the answer and tell whether the conversation goes on."""
        answer = self.answers[verb]
        if answer == SILENCE:
            self._silent.append(connection)
        elif answer in (HANG_UP, RESET):
            if answer == RESET:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.shutdown(socket.SHUT_RDWR) if answer == HANG_UP else None
            connection.close()
        else:
            connection.sendall(f"{answer}\r\n".encode())
            return True
        return False


def send_to(script: Script) -> ServiceError | None:
    mail = SmtpMail(SmtpLogin("127.0.0.1", script.port, "none"), timeout=0.5, patience=0.5)
    try:
        mail.send(MESSAGE, SENDER, [GROUP])
    except ServiceError as error:
        return error
    return None


def test_the_scripted_server_takes_a_mail_when_nothing_breaks() -> None:
    with Script(PLAIN).running() as script:
        assert send_to(script) is None
    assert (script.connections, script.mails) == (1, 1)


@pytest.mark.parametrize("how", [HANG_UP, RESET, SILENCE, "421 going down", "451 later"])
@pytest.mark.parametrize("verb", ["greeting", "MAIL", "RCPT", "DATA"])
def test_what_breaks_before_the_mail_is_handed_over_is_worth_another_try(verb: str, how: str) -> None:
    with Script({**PLAIN, verb: how}).running() as script:
        error = send_to(script)
    assert type(error) is Transient
    assert (script.connections, script.mails) == (1, 0)


@pytest.mark.parametrize("how", [HANG_UP, RESET, SILENCE, "nonsense", "999 what"])
def test_an_answer_lost_after_the_mail_is_in_doubt_and_it_is_not_sent_again(how: str) -> None:
    with Script({**PLAIN, ".": how}).running() as script:
        error = send_to(script)
    assert type(error) is Unknown
    assert (script.connections, script.mails) == (1, 1)


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "."])
@pytest.mark.parametrize(("code", "kind"), [("452", Transient), ("550", Permanent), ("530", Stopped)])
def test_refusals_are_passing_or_for_good_by_their_first_digit(verb: str, code: str, kind: type[ServiceError]) -> None:
    with Script({**PLAIN, verb: f"{code} 5.7.1 not now, see https://example.org/secret"}).running() as script:
        error = send_to(script)
    assert type(error) is kind
    assert code in str(error)
    assert "secret" not in str(error)
    assert script.connections == 1


def test_a_farewell_that_fails_does_not_undo_the_mail() -> None:
    with Script({**PLAIN, "QUIT": HANG_UP}).running() as script:
        assert send_to(script) is None
    assert script.mails == 1
