"""Zoom's own OpenAPI document of 2018 as the judge of the sandbox's answers.

It lies in the folder that CALLKEEPER_SPECS names, or in ../shared/specs beside the checkout; without it the tests that need it
are skipped. The document is old: what Zoom has added or changed since is listed here, from Zoom's present reference
(https://developers.zoom.us/docs/api/meetings/).
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "specs"
FOLDER = Path(os.environ.get("CALLKEEPER_SPECS", BESIDE))
# Fields that answers have gained since 2018.
ADDED = frozenset(
    [
        "host_email",
        "status",
        "pstn_password",
        "encrypted_password",
        "pre_schedule",
        "agenda",
        "jbh_time",
        "share_url",
        "password",
        "auto_delete",
        "recording_play_passcode",
        "file_extension",
        "type",
        "next_page_token",
        "page_number",
    ]
)
# Where the number of a meeting is an int64 today; likewise counts and sizes, and ids of users that are strings.
NUMBERS_NOW = frozenset({"id", "total_size", "recording_count"})
STRINGS_NOW = frozenset({"host_id"})


@cache
def load(name: str) -> Any:
    """Return a specification; skip the test where it is not there."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"{path} is not there; set CALLKEEPER_SPECS to the folder of the vendors' specifications")
    return json.loads(path.read_text())


def merged(schema: Any) -> dict[str, Any]:
    """Return {property: schema} of an object, with $ref and allOf resolved."""
    document = load("zoom-openapi-2018.json")
    while "$ref" in schema:
        target = document
        for part in schema["$ref"].split("/")[1:]:
            target = target[part]
        schema = target
    found = dict(schema.get("properties", {}))
    for part in schema.get("allOf", []):
        found |= merged(part)
    return found


def check_answer(method: str, path: str, status: int, value: Any) -> None:
    """Fail unless an answer to a route (with Zoom's placeholders) has fields and types that Zoom documents."""
    responses = load("zoom-openapi-2018.json")["paths"][path][method.lower()]["responses"]
    assert str(status) in responses, f"{method} {path} does not answer {status}"
    if value is not None:
        check_object(value, responses[str(status)]["schema"], path)


def check_body(method: str, path: str, value: Any) -> None:
    """Fail unless a request's body has fields and types that Zoom documents."""
    parameters = load("zoom-openapi-2018.json")["paths"][path][method.lower()]["parameters"]
    schema = next(each["schema"] for each in parameters if each.get("in") == "body")
    check_object(value, schema, path)


def check_object(value: Any, schema: Any, where: str) -> None:
    """Fail for an unknown field or a wrong type anywhere below."""
    known = merged(schema)
    for name, item in value.items():
        assert name in known or name in ADDED, f"{where}: Zoom has no {name}"
        if name in known:
            check_value(name, item, known[name], f"{where}.{name}")


def check_value(name: str, item: Any, schema: Any, where: str) -> None:
    """Fail for a wrong type."""
    kind = schema.get("type", "object")
    kind = "integer" if name in NUMBERS_NOW and isinstance(item, int) else kind
    kind = "string" if name in STRINGS_NOW else kind
    python: Any = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list}.get(
        kind, dict
    )
    assert isinstance(item, python), f"{where} is no {kind}: {item!r}"
    assert item in schema.get("enum", [item]), f"{where}={item!r} is none of {schema.get('enum')}"
    if kind == "array":
        for entry in item:
            check_object(entry, schema["items"], f"{where}[]")
    elif kind == "object":
        check_object(item, schema, where)
