"""What the proof in a receipt has to hold, kind by kind, so that whoever reads one finds what it needs. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from automation.domain.instants import parse
from automation.domain.keys import role_of

Test = Callable[[Any], bool]


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _any_text(value: Any) -> bool:
    return isinstance(value, str)


def _text_or_none(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _instant(value: Any) -> bool:
    parse(value)
    return True


def _day(value: Any) -> bool:
    date.fromisoformat(value)
    return True


def _status(value: Any) -> bool:
    return value in ("confirmed", "cancelled")


HOLDS: Mapping[str, Mapping[str, Test]] = {
    "event": {"id": _text, "status": _status, "start": _instant, "end": _instant},
    "meeting": {"id": _text},
    "mail": {"day": _any_text},
    "chat": {"day": _any_text},
    "notes": {"link": _text},
    "recording": {"link": _text},
    "archive": {
        "series": _text,
        "recurrence_id": _day,
        "date": _day,
        "start": _instant,
        "title": _any_text,
        "speaker": _text_or_none,
        "recording": _text_or_none,
        "notes": _text_or_none,
    },
}


def check_proof(key: str, data: Mapping[str, Any]) -> None:
    """Raises ValueError, saying what is missing or wrong, if `data` cannot be the proof of a step that was done."""
    for name, test in HOLDS.get(role_of(key), {}).items():
        try:
            sound = test(data.get(name))
        except (ValueError, TypeError, AttributeError):
            sound = False
        if not sound:
            raise ValueError(f"it has no “{name}” that makes sense" if name in data else f"it lacks “{name}”")
