"""Chat posts through a Discord webhook (Discord developer documentation, resource "Webhook").

The webhook's address is the permission to post, so it stands in no message. A webhook request has no nonce: a post
whose answer was lost may or may not be there, and is never repeated here.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import requests

from automation.adapters.wire.deadline import TOTAL
from automation.adapters.wire.http import Purpose, call, new_session, parsed, refusal
from automation.domain.errors import Permanent, ServiceError, Stopped
from automation.domain.text import many_lines, one_line

SERVICE = "discord"
# Discord refuses longer content (resource "Message"); counted here in UTF-16 units, which are never fewer than its
# characters.
LONGEST = 2000
UNKNOWN_MESSAGE = 10008
_FIX = (
    "the webhook was deleted or its address is wrong; make a new one in Discord (channel settings, Integrations,"
    " Webhooks) and put its address into the discord section of the credentials file"
)


class DiscordWebhook:
    """One channel that can be posted to. Holds an HTTP session."""

    def __init__(self, url: str, *, total: float = TOTAL) -> None:
        """Take the webhook's address; a `thread_id` in its query is kept. `total`: seconds that a request may take in
        all."""
        self._total = total
        self._parts = urlsplit(url)
        self._query = dict(parse_qsl(self._parts.query))
        self._session = new_session()

    def post(self, text: str) -> str:
        """Post the text, cut to 2000 characters and mentioning nobody, and return the message's id.

        Raises Unknown after a 5xx or a lost answer, Stopped where the webhook is gone, Transient (with retry_after) on
        429, Permanent otherwise.
        """
        purpose = Purpose(SERVICE, "post to the chat", safe=False)
        # Without wait=true Discord answers 204 even for a message that it then did not keep.
        answer = self._send(purpose, "POST", below="", text=text, query={"wait": "true"})
        if answer.status_code != requests.codes.ok:
            raise _refusal(purpose, answer)
        return parsed(purpose, answer, _message_id)

    def edit(self, message_id: str, text: str) -> bool:
        """Replace the text of a message; False if the message is gone. Raises like `post`, but Transient instead of
        Unknown."""
        purpose = Purpose(SERVICE, "edit the chat post", safe=True)
        answer = self._send(purpose, "PATCH", below=f"/messages/{message_id}", text=text, query={})
        if answer.status_code == requests.codes.ok:
            return True
        if answer.status_code == requests.codes.not_found and _code(answer) == UNKNOWN_MESSAGE:
            return False
        raise _refusal(purpose, answer)

    def name(self) -> str:
        """What the webhook is called ("Get Webhook with Token"). Raises like `edit`."""
        purpose = Purpose(SERVICE, "look at the webhook", safe=True)
        answer = call(self._session, purpose, "GET", self._url(purpose, ""), total=self._total)
        if answer.status_code != requests.codes.ok:
            raise _refusal(purpose, answer)
        return parsed(purpose, answer, lambda found: one_line(str(found.get("name") or "")))

    def _send(self, purpose: Purpose, method: str, below: str, text: str, query: dict[str, str]) -> requests.Response:
        url = self._url(purpose, below)
        # On an edit, too: without it, mentions are parsed again by the defaults.
        body = {"content": shortened(text), "allowed_mentions": {"parse": []}}
        return call(self._session, purpose, method, url, params={**self._query, **query}, json=body, total=self._total)

    def _url(self, purpose: Purpose, below: str) -> str:
        if not self._parts.hostname or self._parts.scheme not in ("http", "https"):
            raise Stopped(SERVICE, f"could not {purpose.what}: {_FIX}")
        return urlunsplit((self._parts.scheme, self._parts.netloc, self._parts.path.rstrip("/") + below, "", ""))


def shortened(text: str) -> str:
    """Return the text in at most 2000 UTF-16 units, cut at a blank or line end where there is one, with an ellipsis as
    mark of the cut."""
    text = many_lines(text).strip()
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST:
        return text
    # "ignore" drops half of a surrogate pair at the cut.
    start = units[: 2 * (LONGEST - 2)].decode("utf-16-le", "ignore")
    if not text[len(start)].isspace():
        start = re.sub(r"\s\S*\Z", "", start)
    return f"{start.rstrip()} …"


def _message_id(answer: dict[str, Any]) -> str:
    found = answer["id"]
    if not isinstance(found, str) or not found.isdigit():
        raise ValueError("a message's id is a snowflake in a string")
    return found


def _code(answer: requests.Response) -> int | None:
    """Discord's own error code, if the answer has one."""
    try:
        found = answer.json()
    except ValueError:
        return None
    code = found.get("code") if isinstance(found, dict) else None
    return code if isinstance(code, int) else None


def _refusal(purpose: Purpose, answer: requests.Response) -> ServiceError:
    # 404 with 10015: no such webhook; 401 with 50027: wrong token in its address; 403: it may not post here.
    if answer.status_code in (requests.codes.unauthorized, requests.codes.forbidden, requests.codes.not_found):
        return Stopped(SERVICE, f"could not {purpose.what}: {_FIX}")
    if answer.status_code == requests.codes.bad_request:
        what = (
            f"could not {purpose.what}: Discord refused its content (code {_code(answer)}); correct the chat template"
        )
        return Permanent(SERVICE, what)
    return refusal(purpose, answer)
