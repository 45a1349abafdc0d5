"""Google's token endpoint in the sandbox, and the tokens that Google's routes want."""

from __future__ import annotations

import pytest

from . import discovery
from .running import Sandbox

CALENDAR = "/calendar/v3/calendars/primary"
JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def ask(sandbox: Sandbox, token: str | None) -> int:
    """Return the status of a calendar request with that token; a refusal must be Google's envelope."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = sandbox.call("GET", CALENDAR, headers=headers)
    discovery.check_response("calendar", "GET", CALENDAR, answer.json)
    return answer.status


def test_a_refresh_token_gives_an_access_token_for_an_hour(sandbox: Sandbox) -> None:
    given = sandbox.refresh().json
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 3599)
    assert ask(sandbox, given["access_token"]) == 200
    sandbox.set_now("2026-12-01T12:59:58Z")
    assert ask(sandbox, given["access_token"]) == 200
    sandbox.set_now("2026-12-01T12:59:59Z")
    assert ask(sandbox, given["access_token"]) == 401


@pytest.mark.parametrize("service", ["calendar", "gmail", "drive", "docs"])
def test_every_google_service_wants_a_valid_token(sandbox: Sandbox, service: str) -> None:
    paths = {
        "calendar": CALENDAR,
        "gmail": "/gmail/v1/users/me/profile",
        "drive": "/drive/v3/files",
        "docs": "/v1/documents/1oE7cOALIYvPrf374id5WX141EvoCCruWkGDJalJzhlo",
    }
    for headers in ({}, {"Authorization": "Bearer invented"}, {"Authorization": "Basic abc"}):
        answer = sandbox.call("GET", paths[service], headers=headers)
        assert answer.status == 401
        discovery.check_error(answer.json)
        assert "WWW-Authenticate" in answer.headers


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"refresh_token": "other"}, 400, "invalid_grant"),
        ({"client_secret": "other"}, 401, "invalid_client"),
        ({"client_id": "other"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": JWT, "assertion": "no-jwt"}, 400, "invalid_grant"),
    ],
)
def test_a_bad_grant_is_refused(sandbox: Sandbox, changes: dict[str, str], status: int, error: str) -> None:
    answer = sandbox.refresh(**changes)
    assert (answer.status, answer.json["error"]) == (status, error)


def test_a_service_account_is_given_a_token(sandbox: Sandbox) -> None:
    given = sandbox.refresh(grant_type=JWT, assertion="e30.eyJzdWIiOiJhQGIuYyJ9.x").json
    assert ask(sandbox, given["access_token"]) == 200


def test_expired_and_revoked_tokens_are_refused(sandbox: Sandbox) -> None:
    first = sandbox.refresh().json["access_token"]
    sandbox.people("google", "expire")
    assert ask(sandbox, first) == 401
    second = sandbox.refresh().json["access_token"]
    sandbox.people("google", "revoke")
    assert ask(sandbox, second) == 401
    assert sandbox.refresh().json["error"] == "invalid_grant"
    sandbox.people("google", "restore")
    assert ask(sandbox, sandbox.refresh().json["access_token"]) == 200


def test_no_secret_is_in_log_or_state(sandbox: Sandbox) -> None:
    ask(sandbox, sandbox.token)
    sandbox.refresh(client_secret="wrong")
    seen = str(sandbox.log()) + str(sandbox.control("GET", "state"))
    secrets = [sandbox.token, *sandbox.credentials["google"].values()]
    secrets = [each for each in secrets if each not in ("authorized_user",)]
    assert [each for each in secrets if each in seen] == []
