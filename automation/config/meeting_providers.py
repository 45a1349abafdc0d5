"""Who may provide the meetings: one row for each. What is said of a provider anywhere else, and what is asked of its
host, its login and its addresses, is read from here; its adapter is wired up in `adapters/connect.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from automation.config import validators

Check = Callable[[str], str | None]


@dataclass(frozen=True)
class MeetingProvider:
    """One row. `name` is its word in community.toml and its section in credentials.json, `vendor` that in sentences.

    `host` checks `[meeting] host`, and `whose` says in a few words who that is. `login` are the keys of the section,
    all of them needed; `account` is the one that names the account. `endpoints`: the keys of its addresses, and how
    each is brought into one form (path -> path); `asked` is the one whose service makes meetings.
    """

    name: str
    vendor: str
    host: Check
    whose: str
    login: tuple[str, ...]
    account: str
    endpoints: Mapping[str, Callable[[str], str]]
    asked: str


def _zoom_host(text: str) -> str | None:
    # Server-to-Server OAuth acts for an account, not for a user, so Zoom cannot tell who "me" is.
    if text.strip().lower() == "me":
        return '"me" is nobody for this kind of Zoom login; write the address of the Zoom user who hosts the calls.'
    return validators.address(text) if "@" in text else _zoom_user(text)


def _zoom_user(text: str) -> str | None:
    """A Zoom user's id (22 characters), which the Zoom API takes in place of the address."""
    if re.fullmatch(r"[A-Za-z0-9_-]{20,64}", text):
        return None
    return "{} is not a Zoom user; write the address of the Zoom user who hosts the calls."


def _zoom_token(path: str) -> str:
    """The token URL itself, which people give in any of its usual lengths."""
    return path + ("" if path.endswith("/token") else "/token" if path.endswith("/oauth") else "/oauth/token")


ZOOM = MeetingProvider(
    name="zoom",
    vendor="Zoom",
    host=_zoom_host,
    whose="the Zoom user whose meetings these are",
    login=("account_id", "client_id", "client_secret"),
    account="account_id",
    endpoints={"zoom_oauth": _zoom_token, "zoom_api": lambda path: f"{path or '/v2'}/"},
    asked="zoom_api",
)
PROVIDERS: Mapping[str, MeetingProvider] = {row.name: row for row in (ZOOM,)}
USUAL = ZOOM
