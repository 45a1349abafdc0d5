"""Google's error envelope, and the strict reading of queries and bodies that ends in it.

Envelope: https://developers.google.com/workspace/calendar/api/guides/errors
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, request
from werkzeug.exceptions import BadRequest

# The parameters that Google's discovery documents allow on every method.
EVERYWHERE: Mapping[str, Any] = {
    "alt": str,
    "fields": str,
    "key": str,
    "prettyPrint": bool,
    "quotaUser": str,
    "userIp": str,
    "oauth_token": str,
    "access_token": str,
    "callback": str,
    "uploadType": str,
    "upload_protocol": str,
    "$.xgafv": str,
}

STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


class Refusal(Exception):
    """A request that Google would refuse: HTTP status, reason (`invalid`, `duplicate`, …) and message."""

    def __init__(
        self,
        code: int,
        reason: str,
        message: str,
        *,
        domain: str = "global",
        location: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Take the parts of the envelope; `location` names the parameter or header at fault."""
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.domain = domain
        self.location = location
        self.headers = dict(headers or {})


def envelope(code: int, reason: str, message: str, domain: str = "global", location: str = "") -> dict[str, Any]:
    """Return Google's JSON error object."""
    detail = {"domain": domain, "reason": reason, "message": message}
    if location:
        detail |= {"location": location, "locationType": "header" if code in (401, 412) else "parameter"}
    error: dict[str, Any] = {"code": code, "message": message, "errors": [detail]}
    if code in STATUS_NAMES:
        error["status"] = STATUS_NAMES[code]
    return {"error": error}


def refused(refusal: Refusal) -> Response:
    """Return the answer for a refusal (the server registers this as Flask's error handler)."""
    body = envelope(
        refusal.code, refusal.reason, message=refusal.message, domain=refusal.domain, location=refusal.location
    )
    response = Response(json.dumps(body), refusal.code, content_type="application/json; charset=UTF-8")
    response.headers.extend(refusal.headers)
    return response


def read_query(allowed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the query's parameters, parsed; those that Google allows everywhere are checked too.

    `allowed` maps a name to str, int, bool, [str] (may be repeated) or a set of the words allowed. Raises Refusal 400
    for an unknown name, a repetition, or a value of the wrong form.
    """
    found: dict[str, Any] = {}
    for name, values in request.args.lists():
        form = allowed.get(name, EVERYWHERE.get(name))
        if form is None:
            raise Refusal(
                400, "invalidParameter", f"Unknown name {name!r}: cannot bind query parameter.", location=name
            )
        if isinstance(form, list):
            found[name] = [_parse(name, form[0], value) for value in values]
        elif len(values) > 1:
            raise Refusal(400, "invalidParameter", f"{name} may be given once only.", location=name)
        else:
            found[name] = _parse(name, form, values[0])
    return found


def _parse(name: str, form: Any, value: str) -> Any:
    if form is bool and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if form is int and value.lstrip("-").isdigit():
        return int(value)
    if form is str or (isinstance(form, set | frozenset) and value in form):
        return value
    raise Refusal(400, "invalidParameter", f"Invalid value for {name}: {value!r}", location=name)


def read_body(shape: Any, kind: str) -> dict[str, Any]:
    """Return the JSON object in the request's body, checked against a shape (see `check_shape`).

    Raises Refusal 400 for anything that is no JSON object, and for unknown or ill-typed fields.
    """
    try:
        body = json.loads(request.get_data() or b"{}")
    except (ValueError, BadRequest) as error:
        raise Refusal(400, "parseError", "Parse Error") from error
    if not isinstance(body, dict):
        raise Refusal(400, "parseError", "Parse Error: the body must be a JSON object")
    check_shape(body, shape, kind)
    return body


def check_shape(value: Any, shape: Any, where: str) -> None:
    """Raise Refusal 400 unless the value has the shape; JSON null always passes (it clears a field).

    A shape is str, int, float or bool; [shape] for an array; {name: shape} for an object with those names only; {"*":
    shape} for an object with free names; `object` for anything.
    """
    if value is None or shape is object:
        return
    if isinstance(shape, dict):
        _check_object(value, shape, where)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            raise _wrong(where, "an array")
        for index, item in enumerate(value):
            check_shape(item, shape[0], f"{where}[{index}]")
    elif shape is float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _wrong(where, "a number")
    elif not isinstance(value, shape) or (shape is int and isinstance(value, bool)):
        raise _wrong(where, f"of type {shape.__name__}")


def _check_object(value: Any, shape: dict[str, Any], where: str) -> None:
    if not isinstance(value, dict):
        raise _wrong(where, "an object")
    for name, item in value.items():
        if name not in shape and "*" not in shape:
            raise Refusal(
                400,
                "badRequest",
                f"Invalid JSON payload received. Unknown name {name!r} at {where!r}: Cannot find field.",
            )
        check_shape(item, shape.get(name, shape.get("*")), f"{where}.{name}")


def _wrong(where: str, wanted: str) -> Refusal:
    return Refusal(400, "invalid", f"Invalid value at {where!r}: it must be {wanted}.")
