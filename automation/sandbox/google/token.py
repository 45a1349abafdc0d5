"""Google's token endpoint, and the guard that wants a valid access token on every Google route.

https://developers.google.com/identity/protocols/oauth2/web-server#offline
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, request

from automation.sandbox.google.errors import Refusal
from automation.sandbox.google.fields import reply
from automation.sandbox.world.state import URL_SAFE, World

SERVICE = "google"
LIFETIME = timedelta(seconds=3599)
SCOPES = " ".join(
    f"https://www.googleapis.com/auth/{name}"
    for name in ("calendar.events", "gmail.compose", "gmail.readonly", "drive", "documents")
)
ACCOUNT = "organizer@example.org"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass(frozen=True)
class Grant:
    """An access token's end, whether it is a service account's that acts for nobody else, and whose it is."""

    end: datetime
    bare: bool
    account: str = ACCOUNT


@dataclass
class Store:
    """The access tokens given out, further accounts by their refresh tokens, and whether logins were revoked."""

    tokens: dict[str, Grant] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    revoked: bool = False


def fresh(world: World) -> Store:
    """Return a store in which nothing was given out."""
    return Store()


def login(world: World) -> dict[str, Any]:
    """Return the section of credentials.json, and where Google is."""
    base, kept = world.base_url, world.secrets
    return {
        "google": {
            "type": "authorized_user",
            "client_id": kept.google_client_id,
            "client_secret": kept.google_client_secret,
            "refresh_token": kept.google_refresh_token,
            "token_uri": f"{base}/token",
        },
        "endpoints": {
            "calendar": f"{base}/calendar/v3/",
            "gmail": f"{base}/",
            "drive": f"{base}/drive/v3/",
            "docs": f"{base}/",
        },
    }


def dump(store: Store) -> dict[str, Any]:
    """Return how many tokens were given out, never the tokens."""
    return {"tokens": len(store.tokens), "revoked": store.revoked}


def blueprint(world: World) -> Blueprint:
    """Return the route POST /token."""
    routes = Blueprint(SERVICE, __name__)

    @routes.post("/token")
    def token() -> Response:
        store: Store = world.stores[SERVICE]
        refusal = _refusal(world, store)
        if refusal:
            return reply(refusal[1], refusal[0])
        access = "ya29." + world.new_id("access token", 60, URL_SAFE)
        bare = _acts_for_nobody(request.form.get("assertion"))
        whose = store.accounts.get(request.form.get("refresh_token", ""), ACCOUNT)
        store.tokens[access] = Grant(world.now() + LIFETIME, bare, whose)
        return reply(
            {
                "access_token": access,
                "expires_in": int(LIFETIME.total_seconds()),
                "scope": SCOPES,
                "token_type": "Bearer",
            },
            headers={"Cache-Control": "no-store"},
        )

    return routes


def _refusal(world: World, store: Store) -> tuple[int, dict[str, str]] | None:
    form = request.form
    grant = form.get("grant_type")
    dead = {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
    if grant == JWT_BEARER:
        if store.revoked or form.get("assertion", "").count(".") != 2:
            return 400, dead
        return None
    if grant != "refresh_token":
        return 400, {"error": "unsupported_grant_type", "error_description": f"Invalid grant_type: {grant}"}
    if (form.get("client_id"), form.get("client_secret")) != (
        world.secrets.google_client_id,
        world.secrets.google_client_secret,
    ):
        return 401, {"error": "invalid_client", "error_description": "The OAuth client was not found."}
    known = {world.secrets.google_refresh_token, *store.accounts}
    if store.revoked or form.get("refresh_token") not in known:
        return 400, dead
    return None


def _acts_for_nobody(assertion: str | None) -> bool:
    """Tell whether a JWT names no user in `sub`: no domain-wide delegation (RFC 7523 section 3)."""
    if not assertion:
        return False
    payload = assertion.split(".")[1]
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, binascii.Error):
        return True
    return not (isinstance(claims, dict) and claims.get("sub"))


def is_bare(world: World) -> bool:
    """Tell whether the request being carried out comes from a service account that acts for nobody else."""
    grant = world.stores[SERVICE].tokens.get(_access_token())
    return grant is not None and grant.bare


def account(world: World) -> str:
    """Return the address of the account that the request being carried out comes from; people's acts are the first
    one's."""
    grant = world.stores[SERVICE].tokens.get(_access_token())
    return grant.account if grant is not None else ACCOUNT


def _access_token() -> str:
    scheme, _, access = request.headers.get("Authorization", "").partition(" ")
    return access if scheme.lower() == "bearer" else ""


def guard(world: World, routes: Blueprint) -> None:
    """Make every route of a Google service answer 401 unless it is asked with a valid Bearer token."""

    @routes.before_request
    def check() -> None:
        grant = world.stores[SERVICE].tokens.get(_access_token())
        if grant is None or grant.end <= world.now():
            raise Refusal(
                401,
                "authError",
                "Request had invalid authentication credentials. Expected OAuth 2 access token.",
                location="Authorization",
                headers={"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/"'},
            )


def people(world: World) -> dict[str, Callable[[dict[str, Any]], Any]]:
    """Return `revoke` (consent withdrawn: all tokens die), `restore`, `expire` (access tokens only), and `log_in`
    {email}: somebody logs in, with the same app; answers with a refresh token of that account, a new one each time."""

    def expire(wish: dict[str, Any]) -> dict[str, Any]:
        world.stores[SERVICE].tokens.clear()
        return {}

    def revoke(wish: dict[str, Any]) -> dict[str, Any]:
        world.stores[SERVICE].revoked = True
        return expire(wish)

    def restore(wish: dict[str, Any]) -> dict[str, Any]:
        world.stores[SERVICE].revoked = False
        return {}

    def log_in(wish: dict[str, Any]) -> dict[str, Any]:
        refresh = "1//" + world.new_id("refresh token", 40, URL_SAFE)
        world.stores[SERVICE].accounts[refresh] = str(wish["email"])
        return {"refresh_token": refresh}

    return {"revoke": revoke, "restore": restore, "expire": expire, "log_in": log_in}
