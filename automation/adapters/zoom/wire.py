"""Requests to Zoom's API with a Server-to-Server OAuth token, and what its refusals mean.

Zoom developer documentation: "Server-to-Server OAuth", "API errors", "Rate limits". The meaning of an error code
depends on the HTTP status, so the status is looked at first.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from automation.adapters.wire.deadline import TOTAL, Deadline
from automation.adapters.wire.http import Purpose, call, new_session, parsed, refusal
from automation.adapters.wire.retry_after import retry_after
from automation.adapters.zoom.login import ZoomLogin
from automation.domain.errors import Permanent, ServiceError, Stopped, Transient

SERVICE = "meeting"  # the role, as in pauses
# A token is not used in its last minute of life, so that it cannot end on the way.
MARGIN_SECONDS = 60.0
# The daily limit is reset at 00:00 UTC; where the answer does not say when, it is tried again each hour.
DAILY_PAUSE_SECONDS = 3600.0
MOST_REDIRECTS = 10
UNKNOWN_USER, FOREIGN_USER, HOST_NOT_ALLOWED = 1001, 1010, 3161
# 4700 and 4711 both name a scope that the token lacks; which one comes differs between sources.
SCOPE_MISSING = (4700, 4711)
_FIX_LOGIN = (
    "check account_id, client_id and client_secret in the zoom section of the credentials file, and that the"
    " Server-to-Server OAuth app is activated at marketplace.zoom.us"
)
_FIX_SCOPE = (
    "add the missing scope to the Server-to-Server OAuth app at marketplace.zoom.us (it needs"
    " meeting:write:meeting:admin, meeting:update:meeting:admin, meeting:delete:meeting:admin,"
    " meeting:read:meeting:admin, meeting:read:list_meetings:admin, meeting:read:list_past_instances:admin,"
    " cloud_recording:read:list_recording_files:admin)"
)
_FIX_HOST = "put the e-mail address of a licensed user of this Zoom account into [meeting] host"


class ZoomWire:
    """An HTTP session with Zoom. Holds the access token until shortly before its end."""

    def __init__(
        self,
        login: ZoomLogin,
        *,
        total: float = TOTAL,
        heard: Callable[[requests.Response], None] | None = None,
    ) -> None:
        """Take the app's login, the seconds that each request may take in all, and who is shown each answer."""
        self._login = login
        self._total = total
        self._session = new_session(heard)
        self._token = ""
        self._token_ends = 0.0

    def ask(
        self,
        purpose: Purpose,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        json: Any = None,
    ) -> requests.Response:
        """Send one request to `path` below the API's base and return the answer, whatever its status except 401 and
        429.

        Raises Stopped where a new token is refused, too (a 401 is a definite refusal, so repeating the request is
        safe), Transient on 429.
        """
        url = self._login.api + path
        answer = call(
            self._session, purpose, method, url, params=params, json=json, headers=self._bearer(), total=self._total
        )
        if answer.status_code == requests.codes.unauthorized:
            self._token = ""
            answer = call(
                self._session, purpose, method, url, params=params, json=json, headers=self._bearer(), total=self._total
            )
        self._refuse_for_all(purpose, answer)
        return answer

    def open(self, purpose: Purpose, url: str, start: int, deadline: Deadline) -> requests.Response:
        """Open a download and return the answer with its body unread, for `deadline` to watch over. Redirects are
        followed; the token goes to the first host only. With `start` the bytes from there on are asked for (RFC 9110
        14.2): 206 if the server does so, else 200.
        """
        answer = self._follow(purpose, url, start, deadline)
        if answer.status_code == requests.codes.unauthorized:
            answer.close()
            self._token = ""
            answer = self._follow(purpose, url, start, deadline)
        if answer.status_code == requests.codes.requested_range_not_satisfiable and start:
            answer.close()
            answer = self._follow(purpose, url, 0, deadline)
        if answer.status_code in (requests.codes.ok, requests.codes.partial_content):
            return answer
        try:
            self._refuse_for_all(purpose, answer)
            raise refused(purpose, answer)
        finally:
            answer.close()

    def _follow(self, purpose: Purpose, url: str, start: int, deadline: Deadline) -> requests.Response:
        first = _origin(url)
        wanted = {"Accept-Encoding": "identity", **({"Range": f"bytes={start}-"} if start else {})}
        for _ in range(MOST_REDIRECTS):
            headers = {**wanted, **(self._bearer() if _origin(url) == first else {})}
            answer = call(
                self._session, purpose, "GET", url, headers=headers, stream=True, total=self._total, deadline=deadline
            )
            if not answer.is_redirect:
                return answer
            answer.close()
            url = urljoin(url, answer.headers["Location"])
        raise Permanent(SERVICE, f"could not {purpose.what}: it was redirected more than {MOST_REDIRECTS} times")

    def _refuse_for_all(self, purpose: Purpose, answer: requests.Response) -> None:
        if answer.status_code == requests.codes.unauthorized:
            raise Stopped(SERVICE, f"could not {purpose.what}: Zoom refuses a fresh access token; {_FIX_LOGIN}")
        if answer.status_code == requests.codes.too_many_requests:
            raise _too_many(purpose, answer)

    def _bearer(self) -> dict[str, str]:
        if not self._token or time.monotonic() >= self._token_ends:
            self._token, seconds = self._new_token()
            self._token_ends = time.monotonic() + seconds - MARGIN_SECONDS
        return {"Authorization": f"Bearer {self._token}"}

    def _new_token(self) -> tuple[str, float]:
        purpose = Purpose(SERVICE, "log in", safe=True)
        pair = f"{self._login.client_id}:{self._login.client_secret}".encode()
        headers = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        form = {"grant_type": "account_credentials", "account_id": self._login.account_id}
        answer = call(self._session, purpose, "POST", self._login.oauth, data=form, headers=headers, total=self._total)
        if answer.status_code == requests.codes.ok:
            return parsed(purpose, answer, lambda found: (_text(found["access_token"]), float(found["expires_in"])))
        if answer.status_code in (requests.codes.bad_request, requests.codes.unauthorized, requests.codes.forbidden):
            # Zoom's own words are left out: they may repeat the client id.
            raise Stopped(SERVICE, f"could not log in: Zoom answered {answer.status_code}; {_FIX_LOGIN}")
        raise refusal(purpose, answer)


def refused(purpose: Purpose, answer: requests.Response) -> ServiceError:
    """The error for an answer that is not a success and means nothing special to the request at hand."""
    code, message = error_of(answer)
    status = answer.status_code
    said = f"could not {purpose.what}: Zoom answered {status}, code {code}"
    if status in (requests.codes.bad_request, requests.codes.forbidden, requests.codes.not_found):
        if code in SCOPE_MISSING:
            return Stopped(SERVICE, f"{said}; {_FIX_SCOPE}")
        if code in (UNKNOWN_USER, FOREIGN_USER, HOST_NOT_ALLOWED):
            return Stopped(SERVICE, f"{said}: this host may not hold meetings; {_FIX_HOST}")
    if status == requests.codes.forbidden:
        return Stopped(SERVICE, f"{said}; {_FIX_SCOPE}")
    return refusal(purpose, answer, f"code {code}: {message}" if code is not None else "")


def error_of(answer: requests.Response) -> tuple[int | None, str]:
    """Zoom's own error code and message; (None, "") where the answer has none."""
    try:
        found = answer.json()
    except (ValueError, RecursionError, requests.RequestException):
        return None, ""
    if not isinstance(found, dict) or not isinstance(found.get("code"), int):
        return None, ""
    return found["code"], str(found.get("message", ""))


def _too_many(purpose: Purpose, answer: requests.Response) -> ServiceError:
    """429 for requests per second passes at once; the limit of 100 creations and changes a day and host gives a
    date-time."""
    after = retry_after(answer.headers)
    kind = answer.headers.get("X-RateLimit-Type", "")
    if isinstance(after, datetime) or "daily" in kind.lower() or "daily" in error_of(answer)[1].lower():
        what = (
            f"could not {purpose.what}: Zoom's limit for this day is used up; it will be tried again when the day (UTC)"
            " is over"
        )
        return Transient(SERVICE, what, retry_after=DAILY_PAUSE_SECONDS if after is None else after)
    return refusal(purpose, answer)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("an access token is a string")
    return value


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port
