"""Logging in at Google once, in a browser: an OAuth client file -> the `google` section of credentials.json.

Google's "OAuth 2.0 for Mobile & Desktop Apps": the browser is sent back to a port on this machine (loopback address),
and the code that it brings is exchanged for a refresh token.
"""

from __future__ import annotations

import webbrowser
from collections.abc import Mapping
from typing import Any

from google_auth_oauthlib.flow import InstalledAppFlow
from oauthlib.oauth2 import OAuth2Error
from requests import RequestException

from automation.adapters.google.login_page import LoginPage
from automation.domain.errors import UserError
from automation.domain.model import Config
from automation.domain.text import one_line

PATIENCE_SECONDS = 600
EXCHANGE_SECONDS = 60
SUCCESS = "Callkeeper is logged in. You can close this window and go back to the terminal."
PROMPT = "Open this address in a browser:\n\n  {url}\n"


def scopes(config: Config) -> tuple[str, ...]:
    """What has to be allowed for this configuration, and no more.

    Reading mail serves one purpose: finding our own mails again after the ledger was lost. Drive is needed whole,
    because files that people or Zoom put into the folder are invisible to an app with `drive.file`.
    """
    names = ["calendar.events"]
    if config.mail.via == "gmail":
        names += ["gmail.compose", "gmail.readonly"]
    if config.notes.mode == "running":
        names.append("documents")
    if config.notes.mode == "copy" or (config.recordings.source != "none" and config.recordings.folder):
        names.append("drive")
    return tuple(f"https://www.googleapis.com/auth/{name}" for name in names)


def log_in(
    client: Mapping[str, Any], wanted: tuple[str, ...], *, port: int, browser: bool, patience: float = PATIENCE_SECONDS
) -> dict[str, str]:
    """Wait for a person to allow it in the browser, `patience` seconds at most; returns the `google` section. Raises
    UserError with what to click. The browser is told how it ended when it has ended."""
    flow = InstalledAppFlow.from_client_config(client, scopes=list(wanted))
    with _page(port) as page:
        flow.redirect_uri = page.address
        # Without prompt=consent Google gives a refresh token only the first time.
        address, page.state = flow.authorization_url(access_type="offline", prompt="consent")
        if browser:
            webbrowser.open(address, new=1)
        print(PROMPT.format(url=address), flush=True)
        answer = page.wait(patience)
        if answer is None:
            raise UserError(f"nobody logged in within {patience / 60:g} minutes; run `login` again")
        try:
            section = _section(flow, answer)
        except UserError as error:
            page.answer(f"Callkeeper is not logged in: {error}")
            raise
        page.answer(SUCCESS)
        return section


def _page(port: int) -> LoginPage:
    try:
        return LoginPage(port)
    except OSError as error:
        raise UserError(
            f"port {port} of this machine cannot be used ({error.strerror}); leave --port out, or name another one"
        ) from None


def _section(flow: InstalledAppFlow, answer: Mapping[str, str]) -> dict[str, str]:
    """The code that Google sent back, exchanged for a lasting login."""
    if "code" not in answer:
        raise UserError(
            f"Google did not log in ({one_line(answer['error'])[:60]}); run `login` again and choose Allow. {_HINT}"
        )
    try:
        flow.fetch_token(code=answer["code"], timeout=EXCHANGE_SECONDS)
    except Warning:
        # oauthlib raises a Warning when fewer scopes come back than were asked for.
        raise UserError("not everything was allowed; run `login` again and tick every box that Google shows") from None
    except OAuth2Error as error:
        raise UserError(f"Google did not log in ({error.error}); run `login` again and choose Allow. {_HINT}") from None
    except (RequestException, OSError, ValueError) as error:
        raise UserError(
            f"the login could not be finished ({type(error).__name__}); check the network, then run `login` again"
        ) from None
    granted = flow.credentials
    if not granted.refresh_token:
        raise UserError(
            "Google gave no lasting login; remove the app at https://myaccount.google.com/permissions, then run `login`"
            " again"
        )
    return {
        "type": "authorized_user",
        "client_id": granted.client_id,
        "client_secret": granted.client_secret,
        "refresh_token": granted.refresh_token,
        "token_uri": granted.token_uri,
    }


_HINT = (
    "If Google says that access is blocked, add your address as a test user, or publish the app, on the console's page"
    " Audience."
)
