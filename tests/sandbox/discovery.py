"""Google's own discovery documents as the judge of what goes over the sandbox's wire.

The documents ship with google-api-python-client; nothing of the client itself is used here.
"""

from __future__ import annotations

import base64
import json
import re
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

DOCUMENTS = {"calendar": "calendar.v3", "gmail": "gmail.v1", "drive": "drive.v3", "docs": "docs.v1"}
INTEGERS = {"int32": (-(2**31), 2**31 - 1), "uint32": (0, 2**32 - 1)}


class Violation(AssertionError):
    """Something on the wire that Google's document does not allow."""


@cache
def document(api: str) -> dict[str, Any]:
    """Return the discovery document of calendar, gmail, drive or docs."""
    folder = files("googleapiclient") / "discovery_cache" / "documents"
    return json.loads((folder / f"{DOCUMENTS[api]}.json").read_text())


@cache
def methods(api: str) -> list[tuple[str, re.Pattern[str], dict[str, Any]]]:
    """Return (HTTP method, path pattern, description) of each method, those with most literal text first."""
    whole = document(api)
    found = []

    def walk(resource: dict[str, Any]) -> None:
        for method in resource.get("methods", {}).values():
            paths = ["/" + whole["servicePath"] + method.get("flatPath", method["path"])]
            protocols = method.get("mediaUpload", {}).get("protocols", {})
            paths += [protocol["path"] for protocol in protocols.values()]
            for path in paths:
                pattern = re.sub(r"\\\{\\?\+?(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path))
                found.append((method["httpMethod"], re.compile(pattern), method))
        for below in resource.get("resources", {}).values():
            walk(below)

    walk(whole)
    return sorted(found, key=lambda each: each[1].groups)


def method_for(api: str, method: str, path: str) -> dict[str, Any]:
    """Return the description of the method that the request means; Violation if there is none."""
    for http_method, pattern, description in methods(api):
        if http_method == method and pattern.fullmatch(path):
            return description
    raise Violation(f"{api} has no {method} {path}")


def parameters(api: str, method_id: str) -> set[str]:
    """Return the names of a method's own query parameters."""
    described = next(each for _, _, each in methods(api) if each["id"] == method_id)
    return {name for name, about in described.get("parameters", {}).items() if about["location"] == "query"}


def scopes(api: str, method_id: str) -> set[str]:
    """Return the last words of the scopes of which each suffices for a method."""
    described = next(each for _, _, each in methods(api) if each["id"] == method_id)
    return {scope.rpartition("/")[2] for scope in described["scopes"]}


def check_request(
    api: str,
    method: str,
    path: str,
    query: list[tuple[str, str]] | dict[str, Any] | None,
    body: Any,
) -> None:
    """Raise Violation for an unknown method, parameter or field, a wrong type, or a missing one."""
    described = method_for(api, method, path)
    _check_query(api, described, query)
    if "request" not in described:
        if body is not None:
            raise Violation(f"{described['id']} takes no body")
        return
    schema = document(api)["schemas"][described["request"]["$ref"]]
    check_value(api, body or {}, schema, described["request"]["$ref"], null=True)
    for name, about in schema.get("properties", {}).items():
        if described["id"] in about.get("annotations", {}).get("required", []) and not (body or {}).get(name):
            raise Violation(f"{described['id']} needs {name}")


def _check_query(
    api: str, described: dict[str, Any], query: list[tuple[str, str]] | dict[str, Any] | None
) -> None:
    pairs = list(query.items()) if isinstance(query, dict) else list(query or [])
    known = document(api)["parameters"] | described.get("parameters", {})
    given: set[str] = set()
    for name, values in pairs:
        if name not in known or known[name]["location"] != "query":
            if not (name == "uploadType" and "mediaUpload" in described):
                raise Violation(f"{described['id']} has no parameter {name!r}")
            continue
        several = values if isinstance(values, list | tuple) else [values]
        if (name in given or len(several) > 1) and not known[name].get("repeated"):
            raise Violation(f"{described['id']}: {name} may not be repeated")
        given.add(name)
        for value in several:
            _check_text(str(value), known[name], name)
    for name, about in described.get("parameters", {}).items():
        if about.get("required") and about["location"] == "query" and name not in given:
            raise Violation(f"{described['id']} needs the parameter {name}")


def _check_text(value: str, about: dict[str, Any], name: str) -> None:
    if about["type"] == "boolean" and value not in ("true", "false"):
        raise Violation(f"{name}={value!r} is no boolean")
    if about["type"] == "integer" and not re.fullmatch(r"-?\d+", value):
        raise Violation(f"{name}={value!r} is no integer")
    if "enum" in about and value not in about["enum"]:
        raise Violation(f"{name}={value!r} is none of {about['enum']}")
    if about.get("format") == "date-time":
        _check_format(value, "date-time", name)


def check_response(api: str, method: str, path: str, body: Any) -> None:
    """Raise Violation for an answer's unknown field or wrong type; `body` is None for an empty answer.

    An object with the one key `error` is judged as Google's error envelope.
    """
    described = method_for(api, method, path)
    if isinstance(body, dict) and set(body) == {"error"}:
        check_error(body)
    elif "response" in described:
        name = described["response"]["$ref"]
        check_value(api, body, document(api)["schemas"][name], name)
    elif body not in (None, "", b""):
        raise Violation(f"{described['id']} answers nothing, but here is {body!r}")


def check_error(body: dict[str, Any]) -> None:
    """Raise Violation unless the body is Google's error envelope."""
    error = body["error"]
    if not isinstance(error.get("code"), int) or not isinstance(error.get("message"), str):
        raise Violation(f"no code or message in {error!r}")
    if set(error) - {"code", "message", "errors", "status", "details"}:
        raise Violation(f"unknown keys in {error!r}")
    for detail in error["errors"]:
        if not {"domain", "reason", "message"} <= set(detail):
            raise Violation(f"incomplete detail {detail!r}")
        if set(detail) - {
            "domain",
            "reason",
            "message",
            "location",
            "locationType",
            "extendedHelp",
        }:
            raise Violation(f"unknown keys in {detail!r}")


def check_value(api: str, value: Any, schema: dict[str, Any], where: str, null: bool = False) -> None:
    """Raise Violation unless a JSON value fits a schema; `null` allows null (it clears a field)."""
    if "$ref" in schema:
        schema = document(api)["schemas"][schema["$ref"]]
    kind = schema.get("type", "any")
    if kind == "any" or (value is None and null):
        return
    if kind == "object":
        _check_object(api, value, schema, where, null)
    elif kind == "array":
        if not isinstance(value, list):
            raise Violation(f"{where} is no array: {value!r}")
        for index, item in enumerate(value):
            check_value(api, item, schema["items"], f"{where}[{index}]", null)
    else:
        _check_scalar(value, schema, where)


def _check_object(api: str, value: Any, schema: dict[str, Any], where: str, null: bool) -> None:
    if not isinstance(value, dict):
        raise Violation(f"{where} is no object: {value!r}")
    known, free = schema.get("properties", {}), schema.get("additionalProperties")
    for name, item in value.items():
        if name not in known and free is None:
            raise Violation(f"{where} has no property {name!r}")
        check_value(api, item, known.get(name, free), f"{where}.{name}", null)


def _check_scalar(value: Any, schema: dict[str, Any], where: str) -> None:
    python = {"string": str, "boolean": bool, "integer": int, "number": (int, float)}[schema["type"]]
    if not isinstance(value, python) or (isinstance(value, bool) and schema["type"] != "boolean"):
        raise Violation(f"{where} is no {schema['type']}: {value!r}")
    if "enum" in schema and value not in schema["enum"]:
        raise Violation(f"{where}={value!r} is none of {schema['enum']}")
    low, high = INTEGERS.get(schema.get("format", ""), (None, None))
    if schema["type"] == "integer" and low is not None and not low <= value <= high:
        raise Violation(f"{where}={value!r} is out of range")
    if schema["type"] == "string":
        _check_format(value, schema.get("format", ""), where)


def _check_format(value: str, form: str, where: str) -> None:
    try:
        if form == "date-time":
            if datetime.fromisoformat(value).tzinfo is None and "dateTime" not in where:
                raise ValueError("no offset")
        elif form == "date":
            date.fromisoformat(value)
        elif form in ("int64", "uint64"):
            int(value)
        elif form == "byte":
            base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise Violation(f"{where}={value!r} is no {form}: {error}") from error


def check_names(api: str, shape: Any, schema: dict[str, Any], where: str) -> None:
    """Raise Violation where the sandbox's table of allowed fields names other fields than the schema."""
    if "$ref" in schema:
        schema = document(api)["schemas"][schema["$ref"]]
    if isinstance(shape, list):
        check_names(api, shape[0], schema["items"], where)
    elif isinstance(shape, dict) and "*" in shape:
        if "additionalProperties" not in schema:
            raise Violation(f"{where} has no free names in the schema")
    elif isinstance(shape, dict):
        if set(shape) != set(schema["properties"]):
            raise Violation(f"{where}: {sorted(set(shape) ^ set(schema['properties']))}")
        for name, below in shape.items():
            check_names(api, below, schema["properties"][name], f"{where}.{name}")
    elif shape is not object:
        types = {str: "string", int: "integer", float: "number", bool: "boolean"}
        if types[shape] != schema["type"]:
            raise Violation(f"{where}: {shape} against {schema['type']}")
