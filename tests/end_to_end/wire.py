"""The vendors' own documents as judges of everything that went over the wire: Google's discovery documents, Zoom's and Discord's schemas."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from tests.sandbox import discovery, zoom_schema

GOOGLE = ("calendar", "gmail", "drive", "docs")

# Zoom's routes as its document of 2018 writes them. `/recordings` took a meeting's number or an instance's uuid then as now.
ZOOM_ROUTES = (
    (r"/users/[^/]+/meetings", "/users/{userId}/meetings"),
    (r"/users/[^/]+/recordings", "/users/{userId}/recordings"),
    (r"/past_meetings/[^/]+/instances", "/past_meetings/{meetingId}/instances"),
    (r"/past_meetings/[^/]+", "/past_meetings/{meetingUUID}"),
    (r"/meetings/[^/]+/recordings", "/meetings/{meetingId}/recordings"),
    (r"/meetings/[^/]+", "/meetings/{meetingId}"),
)
# Query parameters that Zoom has added since 2018 (https://developers.zoom.us/docs/api/meetings/).
ZOOM_PARAMETERS_ADDED = {"next_page_token", "include_fields", "ttl", "show_previous_occurrences", "schedule_for_reminder", "cancel_meeting_reminder"}


def judge(log: list[dict[str, Any]]) -> int:
    """How many requests of the log were judged; fails at the first one that its vendor's document does not allow. Token requests are
    judged by RFC 6749's names alone."""
    judged = 0
    for entry in log:
        path = urlsplit(entry["path"]).path
        query = parse_qsl(entry["query"], keep_blank_values=True)
        body = entry.get("body")
        if entry["service"] in GOOGLE:
            _google(entry, path, query, body)
        elif entry["service"] == "zoom" and path.startswith("/v2/"):
            _zoom(entry["method"], path.removeprefix("/v2"), dict(query), body)
        elif entry["service"] == "discord":
            _discord(entry["method"], path, dict(query), body)
        judged += 1
    return judged


def _google(entry: Mapping[str, Any], path: str, query: list[tuple[str, str]], body: Any) -> None:
    if "upload_id" in dict(query) or "/upload/" in path and entry["method"] == "PUT":
        return  # a session's address is Google's own, and what goes there are bytes
    discovery.check_request(entry["service"], entry["method"], path, query, body)


def _zoom(method: str, path: str, query: Mapping[str, str], body: Any) -> None:
    found = [route for pattern, route in ZOOM_ROUTES if re.fullmatch(pattern, path)]
    if not found:
        assert re.fullmatch(r"/?(rec|download|webhook_download)/.*|/rec/.*", path), f"Zoom has no {method} {path}"
        return
    described = zoom_schema.load("zoom-openapi-2018.json")["paths"][found[0]]
    assert method.lower() in described, f"Zoom has no {method} {found[0]}"
    known = {_resolved(parameter).get("name") for parameter in described[method.lower()].get("parameters", [])}
    assert set(query) <= known | ZOOM_PARAMETERS_ADDED, f"{method} {found[0]} has no {set(query) - known}"
    assert "me" not in unquote(path).split("/"), "server-to-server apps have no `me`"
    if body is not None:
        zoom_schema.check_body(method, found[0], body)


def _resolved(parameter: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in parameter:
        return parameter
    name = parameter["$ref"].rpartition("/")[2]
    found: Mapping[str, Any] = zoom_schema.load("zoom-openapi-2018.json")["parameters"][name]
    return found


DISCORD = {
    "POST": "/webhooks/{webhook_id}/{webhook_token}",
    "PATCH": "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}",
    "GET": "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}",
}


def _discord(method: str, path: str, query: Mapping[str, str], body: Any) -> None:
    document = zoom_schema.load("discord-openapi.json")
    described = document["paths"][DISCORD[method]]
    own = described[method.lower()]
    known = {each.get("name") for each in (*described.get("parameters", []), *own.get("parameters", []))}
    assert set(query) <= known, f"{method} {path} has no {set(query) - known}"
    if body is None:
        return
    schema = own["requestBody"]["content"]["application/json"]["schema"]
    names = _discord_names(document, schema)
    assert set(body) <= names, f"{method} {path} has no {set(body) - names}"
    assert len(body.get("content", "")) <= 2000


def _discord_names(document: Any, schema: Any) -> set[str]:
    if "$ref" in schema:
        return _discord_names(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    names = set(schema.get("properties", {}))
    for part in (*schema.get("allOf", []), *schema.get("anyOf", []), *schema.get("oneOf", [])):
        names |= _discord_names(document, part)
    return names


def need_specifications() -> None:
    """Skip the test, with the reason, where the vendors' documents are not at hand."""
    if not (zoom_schema.FOLDER / "zoom-openapi-2018.json").exists():
        pytest.skip(f"{zoom_schema.FOLDER} is not there; set CALLKEEPER_SPECS to the folder of the vendors' specifications")


def bodies(log: list[dict[str, Any]], service: str, method: str) -> list[Any]:
    return [json.loads(json.dumps(entry["body"])) for entry in log if entry["service"] == service and entry["method"] == method]
