"""Google's discovery client over requests: each call goes out exactly once.

httplib2, which googleapiclient uses otherwise, sends a POST again when the connection is closed before the answer, even
with `num_retries=0`. So requests take the way of `adapters.http`; a call is repeated only after a 401, which is a
definite refusal, with a new access token.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, TypeVar

import httplib2
import requests
from google.api_core.client_options import ClientOptions
from googleapiclient.discovery import build
from googleapiclient.http import HttpRequest

from automation.adapters.google.credentials import GoogleLogin
from automation.adapters.google.refusals import google_refusal
from automation.adapters.wire.deadline import TOTAL
from automation.adapters.wire.http import TIMEOUT, Purpose, call, new_session
from automation.domain.logins import Endpoints

VERSIONS = {"calendar": "v3", "gmail": "v1", "drive": "v3", "docs": "v1"}
COLLECTIONS = {"calendar": ("events",), "gmail": ("users",), "drive": ("files",), "docs": ("documents",)}
UNAUTHORIZED = 401
T = TypeVar("T")


@cache
def _api(name: str, endpoint: str) -> Any:
    """Made once a process, from the documents that come with the library, since that takes longer than a call.

    It holds no login.
    """
    found = build(
        name,
        VERSIONS[name],
        http=httplib2.Http(),
        client_options=ClientOptions(api_endpoint=endpoint),
        static_discovery=True,
        cache_discovery=False,
        num_retries=0,
    )
    _keep(found, *COLLECTIONS[name])
    if name == "gmail":
        _keep(found.users(), "drafts", "messages")
    return found


def _keep(resource: Any, *collections: str) -> None:
    """Make each collection once: the library writes the documentation of all its methods anew whenever it is asked for
    one."""
    for name in collections:
        setattr(resource, name, cache(getattr(resource, name)))


class GoogleClient:
    """One login at Google, one session, and the discovery clients made from it."""

    def __init__(
        self,
        info: Mapping[str, Any],
        endpoints: Endpoints,
        timeout: tuple[float, float] = TIMEOUT,
        *,
        total: float = TOTAL,
        heard: Callable[[requests.Response], None] | None = None,
    ) -> None:
        """Take the `google` section of the credentials, the base URLs, and the seconds to wait (connecting, answering;
        in `total`). `heard` is shown each answer. Nothing is sent."""
        self.endpoints = endpoints
        self._timeout = timeout
        self._total = total
        self._session = new_session(heard)
        self._login = GoogleLogin(info, self._session, timeout, total)

    def api(self, name: str) -> Any:
        """The discovery client of `calendar`, `gmail`, `drive` or `docs`. It only makes requests; `ask` sends them."""
        return _api(name, getattr(self.endpoints, name))

    def ask(self, purpose: Purpose, request: HttpRequest, read: Callable[[dict[str, Any]], T]) -> T:
        """Send a request of the discovery client once and return what `read` makes of its answer (an empty answer is an
        empty object).

        Raises ServiceError: see `google_refusal`, and `Purpose.lost` for an answer that is lost or in which `read`
        misses something.
        """
        # The library's own reading fails on an empty answer and cannot tell a lost one from a refused one.
        request.postproc = lambda response, content: content
        answer = request.execute(http=_Wire(self, purpose), num_retries=0)
        try:
            found = json.loads(answer) if answer else {}
            if not isinstance(found, dict):
                raise TypeError("no object")
            return read(found)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError):
            raise purpose.lost("the answer could not be understood") from None

    def pages(
        self,
        purpose: Purpose,
        request: HttpRequest | None,
        following: Callable[[HttpRequest, dict[str, Any]], HttpRequest | None],
        read: Callable[[dict[str, Any]], T],
    ) -> Iterator[T]:
        """What `read` makes of each page of a listing, one after the other; `following` is the collection's
        `list_next`. A listing that comes back to a page that it has shown already would never end: that is an answer
        that makes no sense."""
        shown: set[object] = set()
        while request is not None:
            page, found = self.ask(purpose, request, lambda answer: (answer, read(answer)))
            yield found
            token = page.get("nextPageToken")
            if token is not None and token in shown:
                raise purpose.lost("the list does not end")
            shown.add(token)
            request = following(request, page)

    def send(
        self,
        purpose: Purpose,
        method: str,
        url: str,
        headers: Mapping[str, str],
        *,
        data: bytes | None,
        timeout: tuple[float, float] | None = None,
    ) -> requests.Response:
        """Send one authorised request and return the answer, whatever its status; after a 401 once more, with a new
        token."""
        for fresh in (False, True):
            token = self._login.token(purpose.service, fresh=fresh)
            response = call(
                self._session,
                purpose,
                method,
                url,
                headers={**headers, "authorization": f"Bearer {token}"},
                data=data,
                timeout=timeout or self._timeout,
                total=self._total,
            )
            if response.status_code != UNAUTHORIZED:
                break
        return response


class _Wire:
    """What googleapiclient takes for an httplib2.Http: sends one request, and raises what is not a success as our own
    error."""

    def __init__(self, client: GoogleClient, purpose: Purpose) -> None:
        self._client = client
        self._purpose = purpose

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> tuple[httplib2.Response, bytes]:
        """As httplib2.Http.request; raises ServiceError for anything but a success."""
        data = body.encode() if isinstance(body, str) else body
        response = self._client.send(self._purpose, method, url=uri, headers=headers or {}, data=data)
        if not 200 <= response.status_code < 300:
            raise google_refusal(self._purpose, response.status_code, response.headers, response.content)
        # requests has undone any compression, so what the headers say of it is no longer true.
        return httplib2.Response({"status": str(response.status_code)}), response.content
