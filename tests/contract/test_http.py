"""One request goes out, whatever happens to the connection, and its outcome is named rightly."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from automation.adapters.wire.http import Purpose, call, new_session, parsed, redact, refusal
from automation.adapters.wire.retry_after import retry_after
from automation.domain.errors import Permanent, ServiceError, Transient, Unknown

SAFE = Purpose("zoom", "list the meetings", safe=True)
UNSAFE = Purpose("zoom", "create the meeting", safe=False)
OK = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{"a": 1}'
SHORT = (1.0, 0.3)


def fin(connection: socket.socket) -> None:
    """Close in an orderly way, without an answer."""
    connection.close()


def reset(connection: socket.socket) -> None:
    """RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def half(connection: socket.socket) -> None:
    """Headers and half of the body, then an orderly close."""
    connection.sendall(OK[:-4])
    connection.close()


def half_a_header(connection: socket.socket) -> None:
    """A piece of the status line, then an orderly close."""
    connection.sendall(OK[:11])
    connection.close()


def silence(connection: socket.socket) -> None:
    """No answer, the connection stays open."""


def answer(connection: socket.socket, content: bytes = OK) -> None:
    """A whole answer; the connection stays open for the next request."""
    connection.sendall(content)


class Listener:
    """A server on loopback that reads whole requests and does with the n-th what the n-th action says (the last one for all that follow)."""

    def __init__(self, *actions: Callable[[socket.socket], None]) -> None:
        self.requests: list[str] = []
        self.connections = 0
        self._actions = actions
        self._open: list[socket.socket] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/api/webhooks/1/hook-secret?pwd=query-secret"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.connections += 1
                self._open.append(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while request := self._read(connection):
                number = len(self.requests)
                self.requests.append(request)
                self._actions[min(number, len(self._actions) - 1)](connection)

    @staticmethod
    def _read(connection: socket.socket) -> str:
        received = b""
        while b"\r\n\r\n" not in received:
            piece = connection.recv(65536)
            if not piece:
                return ""
            received += piece
        head, _, body = received.partition(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        length = int(lengths[0].split(b":")[1]) if lengths else 0
        while len(body) < length:
            body += connection.recv(65536)
        return head.split(b"\r\n")[0].decode()

    def close(self) -> None:
        self._socket.close()
        for connection in self._open:
            connection.close()


@pytest.fixture
def listen() -> Iterator[Callable[..., Listener]]:
    """Makes listeners and closes them at the end."""
    made: list[Listener] = []

    def make(*actions: Callable[[socket.socket], None]) -> Listener:
        made.append(Listener(*actions))
        return made[-1]

    yield make
    for listener in made:
        listener.close()


@pytest.mark.parametrize("action", [fin, reset, half, half_a_header, silence])
@pytest.mark.parametrize("purpose", [SAFE, UNSAFE])
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_lost_answer_puts_one_request_on_the_wire(
    listen: Callable[..., Listener], action: Callable[[socket.socket], None], purpose: Purpose, method: str
) -> None:
    listener = listen(action)
    with pytest.raises(ServiceError) as raised:
        call(new_session(), purpose, method, listener.url, json={"topic": "x"}, timeout=SHORT)
    assert type(raised.value) is (Transient if purpose.safe else Unknown)
    assert len(listener.requests) == 1


@pytest.mark.parametrize("action", [fin, reset, half, half_a_header, silence])
def test_a_lost_answer_on_a_connection_used_before_puts_one_post_on_the_wire(
    listen: Callable[..., Listener], action: Callable[[socket.socket], None]
) -> None:
    """A pooled connection must not be a reason to send a POST again."""
    listener = listen(answer, action)
    session = new_session()
    for purpose, expected in ((SAFE, 2), (UNSAFE, 3)):
        if purpose is SAFE:
            call(session, SAFE, "GET", listener.url, timeout=SHORT)
        with pytest.raises(ServiceError):
            call(session, purpose, "POST", listener.url, json={}, timeout=SHORT)
        assert len(listener.requests) == expected


def answer_and_close(connection: socket.socket) -> None:
    """A whole answer, then an orderly close that the client has not asked for."""
    answer(connection)
    connection.close()


@pytest.mark.parametrize("first", [answer, answer_and_close])
def test_an_unsafe_request_gets_a_connection_of_its_own(listen: Callable[..., Listener], first: Callable[[socket.socket], None]) -> None:
    """One left over from before may have gone stale, and then nobody knows what became of the request."""
    listener = listen(first, answer)
    session = new_session()
    call(session, SAFE, "GET", listener.url, timeout=SHORT)
    found = call(session, UNSAFE, "POST", listener.url, json={}, timeout=SHORT)
    assert found.json() == {"a": 1}
    assert [line.split()[0] for line in listener.requests] == ["GET", "POST"]
    assert listener.connections == 2


def test_safe_requests_share_a_connection(listen: Callable[..., Listener]) -> None:
    listener = listen(answer)
    session = new_session()
    for _ in range(3):
        call(session, SAFE, "GET", listener.url, timeout=SHORT)
    assert (len(listener.requests), listener.connections) == (3, 1)


@pytest.mark.parametrize("purpose", [SAFE, UNSAFE])
def test_what_never_left_is_transient(purpose: Purpose) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/", "http://no-such-host.invalid/"):
        with pytest.raises(Transient, match="could not be reached"):
            call(new_session(), purpose, "POST", url, json={}, timeout=SHORT)


def test_an_address_that_is_none_needs_a_person() -> None:
    with pytest.raises(Permanent, match="not a web address"):
        call(new_session(), UNSAFE, "POST", "discord.com/api", json={}, timeout=SHORT)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(listen: Callable[..., Listener], status: int) -> None:
    """307 and 308 would send the POST again, elsewhere."""
    moved = f"HTTP/1.1 {status} Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n".encode()
    listener = listen(lambda connection: answer(connection, moved))
    found = call(new_session(), UNSAFE, "POST", listener.url, json={}, timeout=SHORT)
    assert found.status_code == status
    assert len(listener.requests) == 1
    assert type(refusal(UNSAFE, found)) is Unknown


@pytest.mark.parametrize(
    ("status", "safe", "kind"),
    [
        (400, True, Permanent),
        (404, False, Permanent),
        (408, False, Transient),
        (429, False, Transient),
        (500, True, Transient),
        (500, False, Unknown),
        (503, False, Unknown),
    ],
)
def test_refusals_by_status(listen: Callable[..., Listener], status: int, safe: bool, kind: type[ServiceError]) -> None:
    content = f"HTTP/1.1 {status} No\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n".encode()
    listener = listen(lambda connection: answer(connection, content))
    purpose = Purpose("zoom", "create the meeting", safe=safe)
    error = refusal(purpose, call(new_session(), purpose, "POST", listener.url, timeout=SHORT))
    assert type(error) is kind
    assert error.retry_after == 7.0
    assert "create the meeting" in str(error)
    assert str(status) in str(error)


@pytest.mark.parametrize("body", [b"<html>Sign in", b"[1]", b"null", b"{}", b"\xff\xfe", b'{"a": {"b": 1}}', b""])
@pytest.mark.parametrize("purpose", [SAFE, UNSAFE])
def test_an_answer_that_makes_no_sense_is_a_lost_answer(listen: Callable[..., Listener], body: bytes, purpose: Purpose) -> None:
    content = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    listener = listen(lambda connection: answer(connection, content))
    found = call(new_session(), purpose, "POST", listener.url, timeout=SHORT)
    with pytest.raises(Transient if purpose.safe else Unknown, match="could not be understood"):
        parsed(purpose, found, lambda read: int(read["a"]))


@pytest.mark.parametrize("action", [fin, reset, half, silence, None])
def test_no_error_names_the_address(listen: Callable[..., Listener], action: Callable[[socket.socket], None] | None) -> None:
    """Not in its text, not in its cause, and the context is kept out of tracebacks. None: nobody listens any more."""
    address = listen(action).url if action else "http://no-such-host.invalid/api/webhooks/1/hook-secret?pwd=query-secret"
    with pytest.raises(ServiceError) as raised:
        call(new_session(), UNSAFE, "POST", address, timeout=SHORT)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
    assert "secret" not in f"{raised.value} {raised.value!r}"


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ({"Retry-After": "7"}, b"", 7.0),
        ({"retry-after": " 0.35 "}, b"", 0.35),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, b"", datetime(2026, 10, 21, 7, 28, tzinfo=UTC)),
        ({"Retry-After": "2026-12-09T00:00:00Z"}, b"", datetime(2026, 12, 9, tzinfo=UTC)),
        ({"Retry-After": "2026-12-09T00:00:00"}, b"", datetime(2026, 12, 9, tzinfo=UTC)),
        ({}, b'{"retry_after": 1.5, "global": false}', 1.5),
        ({}, b'{"retry_after": "soon"}', None),
        ({}, b"{", None),
        ({}, b"", None),
        ({"Retry-After": "soon"}, b"", None),
        ({"Retry-After": "-3"}, b"", 0.0),
        ({"Retry-After": "inf"}, b"", None),
        ({"Retry-After": "9" * 400}, b"", None),
        ({"Retry-After": "1e12"}, b"", 7 * 24 * 3600.0),
    ],
)
def test_retry_after_is_read_in_every_form(headers: dict[str, str], body: bytes, expected: object) -> None:
    assert retry_after(headers, body) == expected


@pytest.mark.parametrize(
    "text",
    [
        "POST https://discord.com/api/webhooks/1/planted failed",
        "see https://zoom.us/j/123?pwd=planted.",
        "Authorization: Bearer planted",
        "token ya29.planted refused",
        'refresh_token: "1//planted"',
        "client_secret=planted&x=1",
        '{"access_token": "planted"}',
        "passcode: planted",
    ],
)
def test_redaction_takes_out_what_looks_secret(text: str) -> None:
    assert "planted" not in redact(text)


def test_redaction_takes_out_what_it_is_told_and_keeps_one_short_line() -> None:
    assert redact("the host\r\nsaid hunter2", "hunter2", "") == "the host said …"
    assert len(redact("x" * 5000)) <= 301
