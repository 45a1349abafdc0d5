"""Discord webhooks on the wire, judged by Discord's OpenAPI document where it is at hand."""

from __future__ import annotations

import http.client
import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from .running import Answer, Sandbox

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "specs"
SPECIFICATION = Path(os.environ.get("CALLKEEPER_SPECS", BESIDE)) / "discord-openapi.json"


@cache
def schemas() -> Any:
    """Return the components' schemas; skip the test where the document is not there."""
    if not SPECIFICATION.exists():
        pytest.skip(
            f"{SPECIFICATION} is not there; set CALLKEEPER_SPECS to the folder of the vendors' specifications"
        )
    return json.loads(SPECIFICATION.read_text())["components"]["schemas"]


def problems(value: Any, schema: Any, where: str) -> list[str]:
    """List what is wrong with a value by its schema: unknown and missing fields, types, lengths, patterns."""
    if "$ref" in schema:
        return problems(value, schemas()[schema["$ref"].split("/")[-1]], where)
    if "oneOf" in schema and "const" not in schema["oneOf"][0]:
        tried = [problems(value, each, where) for each in schema["oneOf"]]
        return [] if [] in tried else min(tried, key=len)
    kinds = schema.get("type", "object")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    types = {
        "object": dict,
        "array": list,
        "string": str,
        "boolean": bool,
        "integer": int,
        "number": (int, float),
    }
    if value is None:
        return [] if "null" in kinds else [f"{where} is null"]
    if not any(isinstance(value, types[kind]) for kind in kinds if kind != "null"):
        return [f"{where} is no {kinds}: {value!r}"]
    found: list[str] = []
    if isinstance(value, dict):
        known = schema.get("properties", {})
        for part in schema.get("allOf", []):
            part = schemas()[part["$ref"].split("/")[-1]] if "$ref" in part else part
            known = known | part.get("properties", {})
        found += [f"{where} lacks {name}" for name in schema.get("required", []) if name not in value]
        found += [f"{where} has no {name}" for name in value if name not in known]
        for name in set(value) & set(known):
            found += problems(value[name], known[name], f"{where}.{name}")
    elif isinstance(value, list):
        for item in value:
            found += problems(item, schema["items"], f"{where}[]")
    elif isinstance(value, str):
        found += [f"{where} is too long"] if len(value) > schema.get("maxLength", len(value)) else []
        found += [f"{where}={value!r}"] if not re.search(schema.get("pattern", ""), value) else []
    return found


def webhook(sandbox: Sandbox, which: str = "webhook_url") -> str:
    return urlsplit(sandbox.credentials["discord"][which]).path


def post(sandbox: Sandbox, body: Any, which: str = "webhook_url", **query: str) -> Answer:
    return sandbox.call("POST", webhook(sandbox, which), body, query=query)


def say(sandbox: Sandbox, content: str, **more: Any) -> Any:
    answer = post(sandbox, {"content": content} | more, wait="true")
    assert answer.status == 200, answer.body
    return answer.json


def messages(sandbox: Sandbox) -> list[Any]:
    found: list[Any] = sandbox.state("discord")["messages"]
    return found


def test_with_wait_the_message_comes_back_without_it_nothing(sandbox: Sandbox) -> None:
    made = say(sandbox, "Hello")
    assert (made["content"], made["edited_timestamp"]) == ("Hello", None)
    answer = post(sandbox, {"content": "again"})
    assert (answer.status, answer.body) == (204, b"")
    assert [each["content"] for each in messages(sandbox)] == ["Hello", "again"]


def test_requests_and_answers_fit_the_published_schema(sandbox: Sandbox) -> None:
    body = {
        "content": "Hi",
        "allowed_mentions": {"parse": []},
        "embeds": [{"title": "T", "description": "D"}],
    }
    assert problems(body, {"$ref": "#/IncomingWebhookRequestPartial"}, "body") == []
    made = post(sandbox, body, wait="true").json
    assert problems(made, {"$ref": "#/MessageResponse"}, "message") == []
    path = f"{webhook(sandbox)}/messages/{made['id']}"
    assert problems(sandbox.call("GET", path).json, {"$ref": "#/MessageResponse"}, "message") == []
    change = {"content": "Moved", "allowed_mentions": {"parse": []}}
    assert problems(change, {"$ref": "#/IncomingWebhookUpdateRequestPartial"}, "body") == []
    assert problems(sandbox.call("PATCH", path, change).json, {"$ref": "#/MessageResponse"}, "message") == []
    shown = sandbox.call("GET", webhook(sandbox)).json
    assert problems(shown, {"$ref": "#/GuildIncomingWebhookResponse"}, "webhook") == []
    assert problems({"content": 1, "text": "x"}, {"$ref": "#/IncomingWebhookRequestPartial"}, "body"), (
        "it judges"
    )


def test_both_webhooks_are_apart(sandbox: Sandbox) -> None:
    made = say(sandbox, "members")
    post(sandbox, {"content": "organizers"}, "organizers_webhook_url")
    assert [each["webhook"] for each in messages(sandbox)] == ["Callkeeper", "Organizers"]
    path = f"{webhook(sandbox, 'organizers_webhook_url')}/messages/{made['id']}"
    assert sandbox.call("GET", path).json["code"] == 10008


def test_a_message_is_edited_in_place(sandbox: Sandbox) -> None:
    made = say(sandbox, "11:00")
    sandbox.set_now("2026-12-02T00:00:00Z")
    path = f"{webhook(sandbox)}/messages/{made['id']}"
    edited = sandbox.call("PATCH", path, {"content": "12:00"}).json
    assert (edited["id"], edited["content"]) == (made["id"], "12:00")
    assert edited["edited_timestamp"].startswith("2026-12-02T00:00:00")
    assert sandbox.call("DELETE", path).status == 204
    gone = sandbox.call("GET", path)
    assert (gone.status, gone.json["code"]) == (404, 10008)


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2001},
        {"content": "x", "text": "unknown"},
        {"content": 7},
        {"embeds": [{"title": "x" * 257}]},
        {"embeds": [{"description": "x" * 4097}]},
        {"embeds": [{"description": "x" * 3001}, {"description": "x" * 3001}]},
        {"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]},
        {"embeds": [{"title": "x"}] * 11},
        {"embeds": [{"text": "x"}]},
        {"content": "x", "allowed_mentions": {"parse": ["people"]}},
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
    ],
)
def test_bodies_that_discord_refuses(sandbox: Sandbox, body: Any) -> None:
    answer = post(sandbox, body, wait="true")
    assert (answer.status, answer.json["code"]) == (400, 50035)
    assert messages(sandbox) == []


@pytest.mark.parametrize("body", [{}, {"content": ""}, {"content": None, "embeds": []}])
def test_an_empty_message_is_refused(sandbox: Sandbox, body: Any) -> None:
    assert post(sandbox, body).json["code"] == 50006


def test_no_json_and_unknown_parameters_are_refused(sandbox: Sandbox) -> None:
    assert sandbox.call("POST", webhook(sandbox), b"Hello").status == 400
    assert post(sandbox, {"content": "x"}, wait="yes").status == 400
    assert post(sandbox, {"content": "x"}, silent="true").status == 400
    assert messages(sandbox) == []


@pytest.mark.parametrize(
    ("allowed", "pinged"),
    [(None, ["42"]), ({"parse": []}, []), ({"parse": ["everyone"]}, ["everyone"]), ({"users": ["7"]}, [])],
)
def test_a_webhook_pings_users_unless_silenced(sandbox: Sandbox, allowed: Any, pinged: list[str]) -> None:
    more = {} if allowed is None else {"allowed_mentions": allowed}
    made = say(sandbox, "@everyone <@42> <@&9>", **more)
    assert messages(sandbox)[0]["pings"] == pinged
    sandbox.call("PATCH", f"{webhook(sandbox)}/messages/{made['id']}", {"content": "<@43>"})
    assert messages(sandbox)[0]["pings"] == [*pinged, "43"], "an edit parses again with the defaults"


def test_dead_webhooks_and_bad_tokens(sandbox: Sandbox) -> None:
    bad = sandbox.call("POST", webhook(sandbox) + "x", {"content": "x"})
    assert (bad.status, bad.json["code"]) == (401, 50027)
    sandbox.people("discord", "remove_webhook")
    dead = post(sandbox, {"content": "x"})
    assert (dead.status, dead.json["code"]) == (404, 10015)


def test_a_rate_limit_says_how_long_in_seconds(sandbox: Sandbox) -> None:
    sandbox.people("discord", "limit", retry_after=0.75)
    answer = post(sandbox, {"content": "x"})
    assert answer.status == 429
    assert answer.json["retry_after"] == 0.75
    assert answer.json["global"] is False
    assert answer.headers["X-RateLimit-Reset-After"] == "0.75"
    assert post(sandbox, {"content": "x"}).status == 204


def test_a_forum_wants_a_thread(sandbox: Sandbox) -> None:
    sandbox.people("discord", "forum", on=True)
    assert post(sandbox, {"content": "x"}).json["code"] == 220001
    made = post(sandbox, {"content": "x", "thread_name": "Call"}, wait="true").json
    path = f"{webhook(sandbox)}/messages/{made['id']}"
    assert sandbox.call("GET", path).status == 404
    assert sandbox.call("GET", path, query={"thread_id": made["channel_id"]}).status == 200
    assert post(sandbox, {"content": "y"}, thread_id=made["channel_id"], wait="true").status == 200


def test_a_post_whose_answer_was_lost_was_made_and_nothing_tells_it_apart(sandbox: Sandbox) -> None:
    sandbox.fault(service="discord", method="POST", do="drop_after")
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        post(sandbox, {"content": "x"}, wait="true")
    post(sandbox, {"content": "x"}, wait="true")
    assert len(messages(sandbox)) == 2


def test_no_token_is_in_the_state(sandbox: Sandbox) -> None:
    say(sandbox, "x")
    assert webhook(sandbox).rsplit("/", 1)[1] not in json.dumps(sandbox.state("discord"))
