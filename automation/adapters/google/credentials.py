"""Logging in at Google: credentials from the credentials file, access tokens from Google's token endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import google.auth.exceptions
import google.auth.transport
import google.oauth2.credentials
import google.oauth2.service_account
import requests

from automation.adapters.wire.deadline import TOTAL
from automation.adapters.wire.http import TIMEOUT, TOO_MANY_REQUESTS, Purpose, call, refusal
from automation.domain.errors import Stopped, Transient

TOKEN_URI = "https://oauth2.googleapis.com/token"
# Reading mail is for finding our own mails again by their key; Drive for files that people put into the folder.
SCOPES = tuple(
    f"https://www.googleapis.com/auth/{name}"
    for name in ("calendar.events", "gmail.compose", "gmail.readonly", "drive", "documents")
)
LOGIN_AGAIN = (
    "Google no longer accepts the login (it was withdrawn, expired, or the password was changed); run `python run.py"
    " login` to log in again"
)

# Any, because google-auth's own signatures carry no types.
_USER: Any = google.oauth2.credentials.Credentials
_SERVICE_ACCOUNT: Any = google.oauth2.service_account.Credentials


class _Answer(google.auth.transport.Response):
    """An answer in the form in which google-auth reads it."""

    def __init__(self, response: requests.Response) -> None:
        self._response = response

    @property
    def status(self) -> int:
        return self._response.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        return self._response.headers

    @property
    def data(self) -> bytes:
        return self._response.content


class _TokenRequest(google.auth.transport.Request):
    """Sends google-auth's token requests over our session, once: 429 and 5xx are raised here, because google-auth would
    otherwise sleep and send again by itself."""

    def __init__(self, session: requests.Session, purpose: Purpose, timeout: tuple[float, float], total: float) -> None:
        self._session = session
        self._purpose = purpose
        self._timeout = timeout
        self._total = total

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **kwargs: Any,
    ) -> _Answer:
        response = call(
            self._session,
            self._purpose,
            method,
            url,
            headers=headers,
            data=body,
            timeout=self._timeout,
            total=self._total,
        )
        if response.status_code == TOO_MANY_REQUESTS or response.status_code >= 500:
            raise refusal(self._purpose, response)
        return _Answer(response)


class GoogleLogin:
    """Holds the access token of one login. `info` is google-auth's `authorized_user` or `service_account` info, the
    latter with `subject`, the person to act for; `token_uri` in it is honoured in both."""

    def __init__(
        self,
        info: Mapping[str, Any],
        session: requests.Session,
        timeout: tuple[float, float] = TIMEOUT,
        total: float = TOTAL,
    ) -> None:
        """Take the info; nothing is asked yet."""
        self._info = info
        self._session = session
        self._timeout = timeout
        self._total = total
        self._credentials: Any = None

    def token(self, service: str, *, fresh: bool = False) -> str:
        """An access token, a new one if there is none, if it ends within minutes, or if `fresh`.

        Raises Stopped if Google does not accept the login, Transient if it could not be asked.
        """
        credentials = self._credentials or self._load(service)
        self._credentials = credentials
        if fresh or not credentials.valid:
            self._refresh(credentials, service)
        return str(credentials.token)

    def _load(self, service: str) -> Any:
        try:
            return _credentials(self._info)
        except (KeyError, ValueError, google.auth.exceptions.GoogleAuthError):
            # The cause may quote the key.
            what = (
                'the section "google" of the credentials file is incomplete or damaged; run `python run.py login` to'
                " write it anew"
            )
            raise Stopped(service, what) from None

    def _refresh(self, credentials: Any, service: str) -> None:
        purpose = Purpose(service, "log in at Google", safe=True)
        try:
            credentials.refresh(_TokenRequest(self._session, purpose, self._timeout, self._total))
        except google.auth.exceptions.RefreshError as error:
            if error.retryable or not _definite(error):
                raise purpose.lost("the answer could not be understood") from None
            raise Stopped(service, f"could not log in at Google: {LOGIN_AGAIN}") from None
        except google.auth.exceptions.GoogleAuthError:
            raise Transient(service, "could not log in at Google; it will be tried again") from None
        except (AttributeError, KeyError, TypeError, ValueError):
            # google-auth reads the token endpoint's answer without checking its form.
            raise purpose.lost("the answer could not be understood") from None


def _definite(error: google.auth.exceptions.RefreshError) -> bool:
    """Tell whether the token endpoint said no in the form of RFC 6749 5.2, rather than something on the way."""
    details = error.args[1] if len(error.args) > 1 else None
    return isinstance(details, dict) and "error" in details


def _credentials(info: Mapping[str, Any]) -> Any:
    if info.get("type") == "service_account":
        keys = {"token_uri": TOKEN_URI, **info}
        return _SERVICE_ACCOUNT.from_service_account_info(keys, scopes=SCOPES, subject=info.get("subject"))
    # Credentials.from_authorized_user_info() ignores token_uri, so the parts are handed over one by one.
    return _USER(
        token=None,
        refresh_token=info["refresh_token"],
        token_uri=info.get("token_uri") or TOKEN_URI,
        client_id=info["client_id"],
        client_secret=info["client_secret"],
    )
