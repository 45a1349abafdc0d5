"""One HTTP request: sent exactly once, its outcome classified, nothing secret in what is said about it.

Shared by the adapters of Google, Zoom and Discord. Nothing in here sends a request a second time: the transport's own
retries are off, and redirects are not followed unless asked for (RFC 9110 15.4 lets 307 and 308 repeat a POST).
"""

from __future__ import annotations

import logging
import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import requests
import urllib3
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProxyError

from automation.adapters.wire.connections import Transport, governed
from automation.adapters.wire.deadline import LEAST_RATE, TOTAL, Deadline
from automation.adapters.wire.retry_after import retry_after
from automation.domain.errors import Permanent, ServiceError, Transient, Unknown

# Seconds to connect, and seconds without a single byte of the answer. All together may take `deadline.TOTAL`.
TIMEOUT = (10.0, 60.0)
TOO_MANY_REQUESTS = 429
REQUEST_TIMEOUT = 408
T = TypeVar("T")


@dataclass(frozen=True)
class Purpose:
    """What a request is for. `service` is the adapter's name as in `ServiceError`; `what` completes "could not …", for
    example "create the meeting"; `safe` tells whether carrying it out twice does no harm (RFC 9110 9.2.2)."""

    service: str
    what: str
    safe: bool

    def lost(self, why: str, *, after: Any = None) -> ServiceError:
        """The error for an outcome that nobody knows: Transient if the request is safe to repeat, else Unknown."""
        if self.safe:
            return Transient(self.service, f"could not {self.what}: {why}; it will be tried again", retry_after=after)
        return Unknown(self.service, f"could not find out whether it did {self.what}: {why}", retry_after=after)


def _keep_headers(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Stand in for authentication, because requests otherwise replaces the Authorization header by what it finds in
    ~/.netrc."""
    return request


def new_session(heard: Callable[[requests.Response], None] | None = None) -> requests.Session:
    """A session without any automatic retry; proxies and certificate bundles of the environment are honoured. `heard`
    is shown each answer."""
    # urllib3 writes every request line at DEBUG, and webhook addresses and upload sessions are secrets.
    logging.getLogger("urllib3").setLevel(logging.INFO)
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, Transport())
    if heard is not None:
        session.hooks["response"].append(lambda answer, *args, **kwargs: heard(answer))
    session.auth = _keep_headers
    return session


def call(
    session: requests.Session,
    purpose: Purpose,
    method: str,
    url: str,
    *,
    params: Mapping[str, str | int] | None = None,
    headers: Mapping[str, str] | None = None,
    json: Any = None,
    data: bytes | Mapping[str, str] | None = None,
    stream: bool = False,
    redirects: bool = False,
    timeout: tuple[float, float] = TIMEOUT,
    total: float = TOTAL,
    deadline: Deadline | None = None,
) -> requests.Response:
    """Send one request and return the answer, whatever its status, with its body read (unless `stream`).

    After `total` seconds, and the time that `data` takes at the least rate, the connection is cut, however the bytes
    come in. A caller that reads a stream goes on with its own `deadline`. Raises Transient if the request never left or
    is safe to repeat, Unknown if it left and its answer did not come whole, Permanent if the address is no URL. A
    request that is not safe to repeat gets a connection of its own, so that a pooled connection gone stale while idle
    cannot leave it in doubt.
    """
    if not purpose.safe:
        session.close()
    deadline = deadline or Deadline()
    sending = len(data) / LEAST_RATE if isinstance(data, bytes) else 0.0
    body: dict[str, Any] = {"params": params, "headers": headers, "json": json, "data": data}
    try:
        with deadline.within(total + sending), governed(deadline):
            answer = session.request(method, url, **body, stream=stream, allow_redirects=redirects, timeout=timeout)
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        # `from None`: the text of the cause holds the whole address.
        raise _no_answer(purpose, error, late=deadline.passed) from None
    if deadline.passed:  # a body without a length looks whole wherever it was cut
        answer.close()
        raise purpose.lost("the answer did not come in time")
    return answer


def _no_answer(purpose: Purpose, error: Exception, *, late: bool) -> ServiceError:
    if isinstance(
        error, requests.exceptions.InvalidURL | requests.exceptions.MissingSchema | requests.exceptions.InvalidSchema
    ):
        what = f"could not {purpose.what}: its address is not a web address; correct it in the credentials file"
        return Permanent(purpose.service, what)
    if _never_left(error):
        what = f"could not {purpose.what}: the server could not be reached; it will be tried again"
        return Transient(purpose.service, what)
    if late or isinstance(error, requests.Timeout):
        return purpose.lost("the answer did not come in time")
    return purpose.lost("the connection was lost before the answer was complete")


def _never_left(error: BaseException) -> bool:
    """Tell whether no byte of the request can have reached the server: name not found, refused, no TLS."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    seen: BaseException | None = error.args[0] if error.args and isinstance(error.args[0], BaseException) else None
    reason = seen.reason if isinstance(seen, MaxRetryError) else seen
    if isinstance(reason, NewConnectionError | ProxyError):
        return True
    return isinstance(reason, urllib3.exceptions.SSLError) and any(
        isinstance(part, ssl.SSLCertVerificationError) for part in reason.args
    )


def refusal(purpose: Purpose, response: requests.Response, message: str = "") -> ServiceError:
    """The error for an answer that is not a success and that the vendor gives no special meaning.

    429 and 408: not done, Transient. 5xx and redirects: Transient if safe to repeat, else Unknown. Other 4xx:
    Permanent. `message` is the vendor's own text, which is redacted here.
    """
    status = response.status_code
    after = retry_after(response.headers, response.content)
    said = f"the answer was {status}" + (f" ({redact(message)})" if message else "")
    if status in (TOO_MANY_REQUESTS, REQUEST_TIMEOUT):
        what = f"could not {purpose.what}: {said}; it will be tried again"
        return Transient(purpose.service, what, retry_after=after)
    if 400 <= status < 500:
        return Permanent(purpose.service, f"could not {purpose.what}: {said}", retry_after=after)
    return purpose.lost(said, after=after)


def parsed(purpose: Purpose, response: requests.Response, read: Callable[[dict[str, Any]], T]) -> T:
    """What `read` makes of the JSON object in a successful answer.

    An answer that is no JSON object, or in which `read` misses something (KeyError, TypeError, ValueError,
    AttributeError, IndexError), says nothing about what was done: Transient if safe to repeat, else Unknown.
    """
    try:
        found = response.json()
        if not isinstance(found, dict):
            raise TypeError("no object")
        return read(found)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError):
        raise purpose.lost("the answer could not be understood") from None


_SECRETS = (
    # The path of a URL may be a webhook's token, its query a passcode or a signature.
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s/?#\"'<>]+)[/?#][^\s\"'<>]*", re.IGNORECASE), r"\1/…"),
    (re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]+", re.IGNORECASE), r"\1 …"),
    (re.compile(r"\bya29\.[\w.-]+|\b1//[\w-]+|\beyJ[\w-]+\.[\w-]+(\.[\w-]+)?"), "…"),
    (
        re.compile(
            r"\b(\w*(?:token|secret|password|passcode|pwd|zak|assertion))([\"']?\s*[=:]\s*[\"']?)[^\s&\"',;]+",
            re.IGNORECASE,
        ),
        r"\1\2…",
    ),
)
_LONGEST = 300


def redact(text: str, *secrets: str) -> str:
    """The text as it may be shown: in one line, at most 300 characters, without the given secrets, and without what
    looks like a token, a passcode or the path and query of an address."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "…")
    for pattern, shown in _SECRETS:
        text = pattern.sub(shown, text)
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
