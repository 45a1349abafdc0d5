"""Google's partial responses, and the one way in which Google services here give a JSON answer.

Grammar of `fields`: https://developers.google.com/workspace/calendar/api/guides/performance#partial-response
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from flask import Response, request

from automation.sandbox.google.errors import Refusal

_WORD = re.compile(r"[\w*$.-]+|[,/()]")

# A mask is {name: mask}; an empty mask keeps all below it.
Mask = dict[str, Any]


def reply(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return the JSON answer, reduced to the query's `fields` if there are any; None answers nothing."""
    if body is None:
        return Response(status=204, headers=dict(headers or {}))
    fields = request.args.get("fields")
    if fields:
        body = prune(body, parse_fields(fields))
    response = Response(json.dumps(body), status, content_type="application/json; charset=UTF-8")
    response.headers.extend(dict(headers or {}))
    return response


def parse_fields(text: str) -> Mask:
    """Return the mask that a `fields` value means: `items(id,start/dateTime),nextPageToken`, `*`, `a/b`.

    Raises Refusal 400 `invalidParameter` where the text does not parse.
    """
    words = _WORD.findall(text.replace(" ", ""))
    if "".join(words) != text.replace(" ", "") or not words:
        raise _bad(text)
    mask, rest = _selection(words, text)
    if rest:
        raise _bad(text)
    return mask


def _selection(words: list[str], text: str) -> tuple[Mask, list[str]]:
    mask: Mask = {}
    while True:
        below = mask
        while True:
            if not words or words[0] in ",/()":
                raise _bad(text)
            below = below.setdefault(words[0], {})
            words = words[1:]
            if words[:1] != ["/"]:
                break
            words = words[1:]
        if words[:1] == ["("]:
            inner, words = _selection(words[1:], text)
            if words[:1] != [")"]:
                raise _bad(text)
            below.update(inner)
            words = words[1:]
        if words[:1] != [","]:
            return mask, words
        words = words[1:]


def prune(value: Any, mask: Mask) -> Any:
    """Return what the mask keeps of a JSON value; an array is pruned item by item."""
    if not mask or not isinstance(value, dict | list):
        return value
    if isinstance(value, list):
        return [prune(item, mask) for item in value]
    wide = mask.get("*")
    kept = {}
    for name, item in value.items():
        if name in mask:
            kept[name] = prune(item, mask[name])
        elif wide is not None:
            kept[name] = prune(item, wide)
    return kept


def _bad(text: str) -> Refusal:
    return Refusal(400, "invalidParameter", f"Invalid field selection {text}", location="fields")
