"""Frozen records <-> JSON text, for the ledger. Datetimes are RFC 3339; a naive one is refused."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from automation.domain.call_state import CallState, Wanted
from automation.domain.instants import parse, parse_optional, rfc3339
from automation.domain.services import SeenEvent, SeenMeeting

Record = TypeVar("Record", CallState, SeenEvent, SeenMeeting)

# The fields of each record that hold datetimes or records: everything else is JSON as it is.
_ASKED = {"asked", "outside"}
_TIMES = {"start", "end", "original_start", "changed_at", "previous_start"}


def to_json(record: CallState | SeenEvent | SeenMeeting) -> str:
    """JSON text of a record; a Zoom passcode is left out, it can be asked again."""
    fields = {
        field.name: getattr(record, field.name) for field in dataclasses.fields(record) if field.name != "passcode"
    }
    return json.dumps(_plain(fields), ensure_ascii=False, sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, Wanted):
        return {"start": rfc3339(value.start), "end": rfc3339(value.end), "cancelled": value.cancelled}
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def from_json(kind: type[Record], text: str) -> Record:
    """The record that `to_json` wrote. Raises ValueError or TypeError for a text that is none."""
    fields = table(text)
    for name in _TIMES & fields.keys():
        fields[name] = parse_optional(fields[name])
    for name in _ASKED & fields.keys():
        asked = fields[name]
        fields[name] = asked and Wanted(parse(asked["start"]), parse(asked["end"]), asked["cancelled"])
    for name in {"attendees", "guests"} & fields.keys():
        fields[name] = tuple(fields[name])
    return kind(**fields)


def table(text: str) -> dict[str, Any]:
    """A JSON object. Raises ValueError for any other text."""
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError("no JSON object where one is expected")
    return value
