"""How Zoom's API answers: JSON, errors, pages, and who may ask."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from math import ceil
from typing import Any

from flask import Response, request

from automation.sandbox.world.state import URL_SAFE, World
from automation.sandbox.zoom.store import SERVICE, Store, ZoomRefusal

MOST_IN_PAGE = 300
PAGE_TOKEN_LIFETIME = timedelta(minutes=15)

View = Callable[..., Response]


def reply(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a JSON answer; None gives an empty 204."""
    if body is None:
        return Response(status=204)
    response = Response(json.dumps(body), status, content_type="application/json;charset=UTF-8")
    response.headers.extend(dict(headers or {}))
    return response


def refused(refusal: ZoomRefusal) -> Response:
    """Return {code, message, errors}."""
    body: dict[str, Any] = {"code": refusal.code, "message": refusal.message}
    if refusal.errors:
        body["errors"] = refusal.errors
    return reply(body, refusal.status, refusal.headers)


def guard(world: World) -> None:
    """Raise ZoomRefusal 401 unless the request carries a valid Bearer token."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    end = world.stores[SERVICE].tokens.get(token)
    if scheme != "Bearer" or end is None or end <= world.now():
        expired = end is not None and end <= world.now()
        raise ZoomRefusal(401, 124, "Access token is expired." if expired else "Invalid access token.")


def wants(world: World, scope: str) -> Callable[[View], View]:
    """Decorate a view so that it is refused where the app lacks a scope (people action `scopes`)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(**arguments: Any) -> Response:
            if scope in world.stores[SERVICE].missing_scopes:
                raise ZoomRefusal(400, 4700, f"Invalid access token, does not contain scopes:[{scope}].")
            return view(**arguments)

        return checked

    return decorate


def page(world: World, found: list[dict[str, Any]], query: dict[str, Any]) -> dict[str, Any]:
    """Return one page of meetings with its counts; next_page_token lives 15 minutes. Raises ZoomRefusal 300."""
    store: Store = world.stores[SERVICE]
    size = query.get("page_size", 30)
    if not 1 <= size <= MOST_IN_PAGE:
        raise ZoomRefusal(400, 300, "Validation Failed.", [{"field": "page_size", "message": "At most 300."}])
    start = (query.get("page_number", 1) - 1) * size
    if query.get("next_page_token"):
        start, ends = store.page_tokens.get(query["next_page_token"], (0, world.now()))
        if ends <= world.now():
            raise ZoomRefusal(400, 300, "The next page token is invalid or expired.")
    answer: dict[str, Any] = {"page_size": size, "page_count": ceil(len(found) / size), "total_records": len(found)}
    answer["next_page_token"] = ""
    if len(found) > start + size:
        token = world.new_id("zoom page", 32, URL_SAFE)
        store.page_tokens[token] = (start + size, world.now() + PAGE_TOKEN_LIFETIME)
        answer["next_page_token"] = token
    return answer | {"meetings": found[start : start + size]}
