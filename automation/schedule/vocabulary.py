"""The words of `every`: weekdays, ordinals and numbers."""

from __future__ import annotations

WEEKDAYS = {
    "monday": "MO",
    "tuesday": "TU",
    "wednesday": "WE",
    "thursday": "TH",
    "friday": "FR",
    "saturday": "SA",
    "sunday": "SU",
}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_NUMBERS = {word: value for value, word in enumerate(_ONES + _TEENS, start=1)} | {"twenty": 20, "thirty": 30}


def number(text: str) -> int | None:
    """`3`, `three`, `twenty-one` or `twenty one` (in lower case) as a whole number; None for anything else."""
    if text.isascii() and text.isdigit() and len(text) <= 4:
        return int(text)
    tens, _, ones = text.replace("-", " ").partition(" ")
    if not ones:
        return _NUMBERS.get(tens)
    if tens in ("twenty", "thirty") and ones in _ONES:
        return _NUMBERS[tens] + _NUMBERS[ones]
    return None
