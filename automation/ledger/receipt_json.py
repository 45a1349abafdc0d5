"""What receipts hold of steps done and under way <-> JSON text: the one place where it is read and written.

Which record it is, the kind in the step's key says; each stands under the names of its fields, those left out that say
nothing. Fields that nobody knows any more are passed over.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from typing import Any, TypeVar, get_args

from automation.domain.archive_entry import Entry
from automation.domain.begun import BEGUN, Begun
from automation.domain.instants import parse, rfc3339
from automation.domain.keys import CallId, Key, role_of
from automation.domain.proofs import AskedAgain, EventStatus, MadeAnew, Skipped, SoughtAnew
from automation.domain.steps import PROOFS, UNDONE, Data
from automation.ledger.serialize import table

Record = TypeVar("Record")

# Of the texts that have to be there, this one may be empty.
EMPTY = {"title"}


@dataclass(frozen=True)
class _OfCall:
    """What stands for the id of an entry; its community is that of the key."""

    series: str
    recurrence_id: date


def written(record: Data | Begun | None) -> str:
    """JSON text of a record; `{}` for none. Raises ValueError for a naive datetime."""
    if isinstance(record, Entry):
        return _json({**_plain(_OfCall(record.id.series, record.id.recurrence_id)), **_plain(record, whole=True)})
    return _json(_plain(record)) if record is not None else "{}"


def data_of(key: str, text: str, *, done: bool) -> Data | None:
    """What the step `key` left behind; `done`: it happened once, so there is a proof. Raises ValueError, saying what is
    missing or wrong, for a text that holds none."""
    values, role = table(text), role_of(key)
    if not done:
        return _undone(role, values)
    if role == "archive":
        call = _read(_OfCall, values)
        values["id"] = CallId(Key.parse(key).call.community, call.series, call.recurrence_id)
    return _read(PROOFS[role], values) if role in PROOFS else None


def _undone(role: str, values: Mapping[str, Any]) -> Data | None:
    """None too where it makes no sense: then nothing is known of it, and nothing depends on that."""
    kinds = {**UNDONE.get(role, {}), "start": Skipped}
    try:
        return next((_read(kind, values) for name, kind in kinds.items() if name in values), None)
    except ValueError:
        return None


def begun_of(key: str, text: str) -> Begun | None:
    """What is remembered of an attempt at the step `key`. Raises ValueError for a text that holds none."""
    values, role = table(text), role_of(key)
    return _read(BEGUN[role], values) if values and role in BEGUN else None


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False)


def _plain(record: Any, *, whole: bool = False) -> dict[str, Any]:
    """Name -> value of the fields that say something, or of all."""
    found = {}
    for name, _, default in FIELDS[type(record)]:
        value = getattr(record, name)
        if isinstance(value, datetime):
            value = rfc3339(value)
        elif isinstance(value, date):
            value = value.isoformat()
        if (whole or value != default) and not isinstance(value, CallId):
            found[name] = value
    return found


def _read(kind: type[Record], values: Mapping[str, Any]) -> Record:
    found = {}
    for name, read, default in FIELDS[kind]:
        if name in values:
            try:
                found[name] = read(values[name])
            except (ValueError, TypeError) as error:
                raise ValueError(f"it has no “{name}” that makes sense") from error
        elif default is MISSING:
            raise ValueError(f"it lacks “{name}”")
        if default is MISSING and found[name] == "" and name not in EMPTY:
            raise ValueError(f"it has no “{name}” that makes sense")
    return kind(**found)


def _is(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"{value!r} is no {kind.__name__}")
        return value

    return read


def _one_of(*allowed: str) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if value not in allowed:
            raise ValueError(f"{value!r} is none of {allowed}")
        return value

    return read


def _or_none(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else read(value)


def _time(value: Any) -> datetime:
    """With its own offset, where the record keeps one."""
    parse(value)
    return datetime.fromisoformat(value)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(_is(str), _is(list)(value)))


# How the fields are read, by their types as they are written in the records.
_ONE: Mapping[str, Callable[[Any], Any]] = {
    "str": _is(str),
    "int": _is(int),
    "bool": _is(bool),
    "date": date.fromisoformat,
    "datetime": _time,
    "CallId": _is(CallId),
    "EventStatus": _one_of(*get_args(EventStatus)),
    "tuple[str, ...]": _texts,
}
_READ = {**_ONE, **{f"{kind} | None": _or_none(read) for kind, read in _ONE.items()}}
# Record -> the name of each field, how it is read, and what it is where nothing is said (MISSING: something has to be).
FIELDS: Mapping[type[Any], tuple[tuple[str, Callable[[Any], Any], Any], ...]] = {
    kind: tuple((field.name, _READ[str(field.type)], field.default) for field in fields(kind))
    for kind in (*PROOFS.values(), *BEGUN.values(), Skipped, SoughtAnew, AskedAgain, MadeAnew, _OfCall)
}
