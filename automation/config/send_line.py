"""The `send` line of a template: `7 days before at 09:00`, `when archived`."""

from __future__ import annotations

import re
from datetime import time
from typing import cast

from automation.config.table import nearest
from automation.domain.model import Timed, Unit, When

OCCASIONS: tuple[When, ...] = ("archived", "moved", "cancelled", "restored")
# No call is looked at longer before its start, or after its end, than about a year (horizon_days is at most 400).
MOST = {"days": 400, "hours": 9_600, "minutes": 576_000}
FORMS = '"7 days before at 09:00", "1 hour before", "30 minutes after" or "when archived"'

_TIMED = re.compile(r"([0-9]{1,9}) (day|hour|minute)s? (before|after)(?: at ([01][0-9]|2[0-3]):([0-5][0-9]))?")
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_WORDS = ("days", "hours", "minutes", "before", "after", "when", "day", "hour", "minute", *OCCASIONS)
_SYNONYMS = {
    "mins": "minutes",
    "min": "minutes",
    "hrs": "hours",
    "hr": "hours",
    "prior": "before",
    "earlier": "before",
    "later": "after",
    "canceled": "cancelled",
    "on": "when",
    "if": "when",
}


def parse_send(text: str) -> Timed | When:
    """A time relative to the call, or an occasion. Upper and lower case and the amount of blank space do not matter.

    Raises ValueError with one sentence that says what is wrong and what to write instead.
    """
    plain = " ".join(text.lower().split())
    occasion = plain.removeprefix("when ")
    if plain.startswith("when ") and occasion in OCCASIONS:
        return occasion
    found = _TIMED.fullmatch(plain)
    if found is None:
        raise ValueError(_not_understood(plain))
    amount, unit, after = int(found[1]), cast("Unit", f"{found[2]}s"), found[3] == "after"
    at = time(int(found[4]), int(found[5])) if found[4] else None
    _check(amount, unit, after, at)
    return Timed(amount, unit, after, at)


def _check(amount: int, unit: Unit, after: bool, at: time | None) -> None:
    side = "after" if after else "before"
    if at is not None and unit != "days":
        raise ValueError(f'"at" goes with days only; write "{amount} {unit} {side}", or "1 day {side} at {at:%H:%M}".')
    if amount > MOST[unit]:
        raise ValueError(f"{amount} {unit} is too far from the call; write at most {MOST[unit]}.")
    if amount == 0 and not after and at is None:
        raise ValueError('a mail due at the very start would never go out; write for example "10 minutes before".')


def _not_understood(plain: str) -> str:
    better = _meant(plain)
    shown = plain if len(plain) <= 60 else f"{plain[:57]}..."
    return f'"{shown}" is not understood. ' + (f'Did you mean "{better}"?' if better else f"Write it like {FORMS}.")


def _meant(plain: str) -> str | None:
    """The line with each word replaced by the nearest one of the grammar, if that makes sense."""
    text = re.sub(r"\b(\d)(?=:\d\d\b)", r"0\1", re.sub(r"(?<![\d:])(\d+)(?=[a-z])", r"\1 ", plain))
    text = re.sub(r"\b(?<!:)(\d{1,2}) ?(am|pm)\b", lambda found: _clock(int(found[1]), found[2]), text)
    text = re.sub(r"\b([0-9]{1,3}) weeks?\b", lambda found: f"{int(found[1]) * 7} days", text)
    text = re.sub(r"\bbefore the (call|start|meeting)\b", "before", text)
    words = [str(_NUMBERS.index(word)) if word in _NUMBERS else _SYNONYMS.get(word, word) for word in text.split()]
    fixed = [word if word == "at" or word[0].isdigit() else nearest(word, _WORDS) or word for word in words]
    if fixed and fixed[0].isdigit() and "at" not in fixed and ":" in fixed[-1]:
        fixed.insert(-1, "at")
    if fixed and fixed[-1] in OCCASIONS:
        return f"when {fixed[-1]}"
    better = " ".join(fixed)
    return better if _TIMED.fullmatch(better) else None


def _clock(hour: int, half: str) -> str:
    return f"{hour % 12 + (12 if half == 'pm' else 0):02}:00"
