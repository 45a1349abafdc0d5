"""Mail by one SMTP submission (RFC 5321), with the one moment at which its outcome can get lost told apart from all
others.

Until the line with the final dot has been handed over, the server has no mail (RFC 5321 4.1.1.4), so a lost connection
is harmless. After it only the server's answer tells; if that does not come, nobody can say, because SMTP has no way to
ask.
"""

from __future__ import annotations

import contextlib
import ipaddress
import smtplib
import socket
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from email.parser import BytesHeaderParser
from typing import Any

from automation.adapters.wire.deadline import TOTAL, Deadline
from automation.adapters.wire.http import redact
from automation.domain.errors import Permanent, ServiceError, Stopped, Transient, Unknown
from automation.domain.logins import SmtpLogin
from automation.domain.text import Mailbox

SERVICE = "smtp"
# Seconds. Giving up on the answer after the final dot means doubt, and servers that scan mails take minutes (RFC 5321
# 4.5.3.2.6).
TIMEOUT = 60.0
PATIENCE = 300.0
_READY, _GO_AHEAD = 220, 354
_LOGIN_WANTED = 530


class SmtpMail:
    """One submission server. Opens a connection for each mail; keeps none."""

    def __init__(
        self,
        login: SmtpLogin,
        *,
        tls: ssl.SSLContext | None = None,
        timeout: float = TIMEOUT,
        patience: float = PATIENCE,
        total: float = TOTAL,
    ) -> None:
        """Take the account and, for servers with a certificate of their own authority, the TLS context. In seconds:
        `timeout` for each gap within an answer, `total` for everything until the mail is handed over, `patience` for
        the answer after that."""
        self._login = login
        self._tls = tls or ssl.create_default_context()
        self._timeout = timeout
        self._patience = patience
        self._total = total

    def send(self, message: bytes, sender: str, recipients: Iterable[str]) -> str:
        """Hand over one mail (CRLF line ends, 7-bit) to all recipients or to none, and return its Message-ID.

        `sender` and each recipient is `address` or `Any name <address>`. Raises Transient (4xx, or no connection),
        Permanent (5xx, or an address that is none), Stopped (login, certificate, STARTTLS) or Unknown (answer lost
        after the mail was handed over).
        """
        self._refuse_open_wire()
        try:
            from_address = Mailbox.parse(sender)
            to_addresses = [Mailbox.parse(recipient).address for recipient in recipients]
        except ValueError as error:
            raise Permanent(SERVICE, f"could not send the mail: {error}; correct the address in the config") from error
        deadline = Deadline()
        with deadline.within(self._total), self._connection(from_address.domain, deadline) as connection:
            self._envelope(connection, from_address.address, to_addresses, len(message))
            self._content(connection, message, deadline)
        return str(BytesHeaderParser().parsebytes(message)["Message-ID"]).strip()

    def greet(self, sender: str) -> None:
        """Connect, secure and log in, say NOOP, and hand nothing over. `sender` as in `send`, and raises like it, but
        never Unknown."""
        self._refuse_open_wire()
        deadline = Deadline()
        own_name = Mailbox.parse(sender).domain
        with (
            deadline.within(self._total),
            self._connection(own_name, deadline) as connection,
            _before_handing_over(self._login),
        ):
            _expect(connection.noop())

    def _refuse_open_wire(self) -> None:
        if self._login.security == "none" and not _is_loopback(self._login.host):
            what = (
                "could not send the mail: security = none would put mail and password on the wire in the clear; "
                "write starttls (port 587) or tls (port 465) into the smtp section of the credentials file"
            )
            raise Permanent(SERVICE, what)

    @contextmanager
    def _connection(self, own_name: str, deadline: Deadline) -> Iterator[smtplib.SMTP]:
        """Open, greet, secure and log in; close at the end, whatever the server thinks of it."""
        with _before_handing_over(self._login):
            connection = self._dialled(own_name, deadline)
        try:
            with _before_handing_over(self._login):
                self._greet(connection, deadline)
            yield connection
            # The mail is accepted by now; a farewell that fails changes nothing.
            with contextlib.suppress(OSError, smtplib.SMTPException):
                connection.quit()
        finally:
            connection.close()

    def _dialled(self, own_name: str, deadline: Deadline) -> smtplib.SMTP:
        # The sender's domain as name in EHLO: the machine's own name concerns nobody, and looking it up can take long.
        host, port = self._login.host, self._login.port
        if self._login.security == "tls":
            return _WatchedTls(deadline, host, port, own_name, timeout=self._timeout, context=self._tls)
        return _Watched(deadline, host, port, own_name, timeout=self._timeout)

    def _greet(self, connection: smtplib.SMTP, deadline: Deadline) -> None:
        connection.ehlo_or_helo_if_needed()
        if self._login.security == "starttls":
            if not connection.has_extn("starttls"):
                what = "the server offers no STARTTLS; try security = tls with port 465, or ask your mail provider"
                raise Stopped(SERVICE, what)
            code, reply = connection.starttls(context=self._tls)
            if code != _READY:
                raise smtplib.SMTPResponseException(code, reply)
            deadline.watch(connection.sock)
            connection.ehlo_or_helo_if_needed()
        if self._login.username:
            self._log_in(connection)

    def _log_in(self, connection: smtplib.SMTP) -> None:
        try:
            connection.login(self._login.username, self._login.password)
        except smtplib.SMTPAuthenticationError as error:
            if 400 <= error.smtp_code < 500:
                raise
            # Without the server's text: it may repeat what it was given.
            raise Stopped(SERVICE, f"the server refused the login (code {error.smtp_code}); {_FIX_LOGIN}") from None
        except (smtplib.SMTPResponseException, smtplib.SMTPServerDisconnected):
            raise
        except smtplib.SMTPException:
            raise Stopped(SERVICE, f"the server offers no way to log in on this port; {_FIX_LOGIN}") from None
        except UnicodeEncodeError:
            raise Stopped(SERVICE, f"username and password must be plain ASCII; {_FIX_LOGIN}") from None

    def _envelope(self, connection: smtplib.SMTP, sender: str, recipients: list[str], size: int) -> None:
        with _before_handing_over(self._login):
            options = [f"size={size}"] if connection.has_extn("size") else []
            _expect(connection.mail(sender, options))
            for recipient in recipients:
                _expect(connection.rcpt(recipient))
            code, reply = connection.docmd("DATA")
            if code != _GO_AHEAD:
                raise smtplib.SMTPResponseException(code, reply)

    def _content(self, connection: smtplib.SMTP, message: bytes, deadline: Deadline) -> None:
        with _before_handing_over(self._login):
            # All in one: if this raises, the final dot, being last, has not left (RFC 5321 4.5.2 doubles leading dots).
            connection.send((b"\r\n" + message.removesuffix(b"\r\n")).replace(b"\r\n.", b"\r\n..")[2:] + b"\r\n.\r\n")
            if connection.sock:
                connection.sock.settimeout(self._patience)
        deadline.extend(self._patience)
        try:
            code, reply = connection.getreply()
        except (OSError, smtplib.SMTPException):
            raise Unknown(SERVICE, "the mail was handed over, but the server's answer did not come") from None
        if not 200 <= code < 600:
            raise Unknown(SERVICE, "the mail was handed over, but the server's answer could not be understood")
        if code >= 300:
            raise _refused(self._login, code, reply)


class _Watched(smtplib.SMTP):
    """Tells the deadline which socket to cut before the greeting is read."""

    def __init__(self, deadline: Deadline, *args: Any, **kwargs: Any) -> None:
        self._deadline = deadline
        super().__init__(*args, **kwargs)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connected: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        self._deadline.watch(connected)
        return connected


class _WatchedTls(_Watched, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


_FIX_LOGIN = "correct username and password (often an app password) in the smtp section of the credentials file"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _expect(answer: tuple[int, bytes]) -> None:
    if not 200 <= answer[0] < 300:
        raise smtplib.SMTPResponseException(*answer)


def _refused(login: SmtpLogin, code: int, reply: bytes | str) -> ServiceError:
    """The error for an answer that is not a success: 4xx may pass, 5xx will not (RFC 5321 4.2.1)."""
    text = reply if isinstance(reply, str) else reply.decode("utf-8", "replace")
    said = f"could not send the mail: the server answered {code} {redact(text, login.password)}"
    if code == _LOGIN_WANTED:
        return Stopped(SERVICE, f"{said}; {_FIX_LOGIN}")
    if 500 <= code < 600:
        return Permanent(SERVICE, f"{said}; ask the mail provider, or correct the address it names")
    return Transient(SERVICE, f"{said}; it will be tried again")


@contextmanager
def _before_handing_over(login: SmtpLogin) -> Iterator[None]:
    """Classify what goes wrong while the server certainly has no mail."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        what = f"the server's certificate is not to be trusted ({error.verify_message}); check host and port"
        raise Stopped(SERVICE, what) from None
    except smtplib.SMTPResponseException as error:
        raise _refused(login, error.smtp_code, error.smtp_error) from None
    except (OSError, smtplib.SMTPException) as error:
        # SMTPException is an OSError; both may carry an address and nothing secret, but only the kind is of use.
        what = (
            f"could not send the mail: no connection to {login.host} port {login.port} ({type(error).__name__}); it"
            " will be tried again"
        )
        raise Transient(SERVICE, what) from None
