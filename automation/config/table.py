"""A table from a file, read key by key: every mistake is noted with its key path, and reading goes on.

Each reading method gives the value, or the default if the key is absent or wrong; what is wrong is in `problems.found`
afterwards. A value is quoted in a problem only where `quote` allows it, which files with secrets do not.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from automation.domain.errors import Problem
from automation.domain.text import one_line

_BARE = re.compile(r"[A-Za-z0-9_-]{1,60}")
_NUMBER = re.compile(r"\[\d+\]")
_TABLE = "a group of keys"


@dataclass
class Problems:
    """The problems found so far in one file; `file` as it was given."""

    file: str
    quote: bool = True
    found: list[Problem] = field(default_factory=list)

    def add(self, place: str, sentence: str) -> None:
        """Note one problem, once, as one line of text."""
        problem = Problem(self.file, place, one_line(sentence))
        if problem not in self.found:
            self.found.append(problem)

    def quoted(self, value: object) -> str:
        """The value in quotation marks, shortened; or a neutral word where values are secret."""
        if not self.quote:
            return "this value"
        text = one_line(value if isinstance(value, str) else str(value))
        return f'"{text if len(text) <= 60 else text[:57] + "..."}"'


@dataclass
class Table:
    """One table of a file at the key path `place` (empty = the file itself). `there`: something is written at that
    place, and it is a table; what is missing in one that is something else is not worth a word."""

    problems: Problems
    place: str
    values: Mapping[str, Any]
    there: bool = True
    known: list[str] = field(default_factory=list)

    def at(self, key: str) -> str:
        """The key path of one of this table's keys."""
        name = key if _BARE.fullmatch(key) else json.dumps(one_line(key)[:60], ensure_ascii=False)
        return f"{self.place}.{name}" if self.place else name

    def add(self, key: str, sentence: str) -> None:
        """Note a problem of one key."""
        self.problems.add(self.at(key), sentence)

    def has(self, key: str) -> bool:
        """Whether the key is there; it counts as known from now on."""
        if key not in self.known:
            self.known.append(key)
        return key in self.values

    def missing(self, key: str, example: str) -> None:
        """Note that a required key is absent; `example` is a whole line to write."""
        if self.there:
            self.add(key, f"is missing; write for example: {example}")

    def unknown_keys(self) -> None:
        """Note every key that no reading method has asked for. To be called last."""
        for key in self.values:
            if key not in self.known:
                self.add(key, f"this key is unknown. {suggest(key, self.known)}")

    def text(
        self, key: str, default: str = "", *, example: str = "", check: Callable[[str], str | None] | None = None
    ) -> str:
        """A text; required if `example` (a value to write) is given. `check` gives a sentence about what is wrong with
        a value, or None."""
        if not self.has(key):
            if example:
                self.missing(key, self.line(key, json.dumps(example, ensure_ascii=False)))
            return default
        value = self.values[key]
        if not isinstance(value, str):
            self.add(key, f"must be text in quotation marks, but is {kind(value)}.")
            return default
        sentence = check(value) if check else None
        if sentence is not None:
            self.add(key, sentence.replace("{}", self.problems.quoted(value)))
            return default
        return value

    def choice(self, key: str, choices: tuple[str, ...], default: str | None) -> str:
        """One of a few words; required if there is no default."""
        if not self.has(key):
            if default is None:
                self.missing(key, self.line(key, json.dumps(choices[0])))
            return default or choices[0]
        value = self.values[key]
        if isinstance(value, str) and value in choices:
            return value
        listed = ", ".join(f'"{choice}"' for choice in choices)
        given = self.problems.quoted(value) if isinstance(value, str) else kind(value)
        near = nearest(value, choices) if isinstance(value, str) else None
        meant = f' Did you mean "{near}"?' if near else ""
        self.add(key, f"must be one of {listed}, but is {given}.{meant}")
        return default or choices[0]

    def number(self, key: str, low: int, high: int, default: int | None, *, unit: str = "", example: int = 60) -> int:
        """A whole number from `low` to `high`; required if there is no default."""
        if not self.has(key):
            if default is None:
                self.missing(key, self.line(key, str(example)))
            return low if default is None else default
        value = self.values[key]
        if not isinstance(value, int) or isinstance(value, bool):
            self.add(key, f"must be a whole number without quotation marks, but is {kind(value)}.")
        elif not low <= value <= high:
            self.add(
                key,
                f"must be from {low} to {high}{unit}, but is {value if abs(value) < 10**12 else 'far away from that'}.",
            )
        else:
            return value
        return low if default is None else default

    def flag(self, key: str, default: bool = False) -> bool:
        """true or false."""
        if not self.has(key):
            return default
        value = self.values[key]
        if isinstance(value, bool):
            return value
        self.add(key, f"must be true or false, without quotation marks, but is {kind(value)}.")
        return default

    def line(self, key: str, value: str) -> str:
        """How a key and its value are written in this file."""
        return f"{key} = {value}" if self.problems.quote else f'"{key}": {value}'

    def table(self, key: str) -> Table:
        """The table under `key`; an empty one if it is absent or something else, which is noted."""
        value = self.values[key] if self.has(key) else {}
        if not isinstance(value, dict):
            how = f"[{self.at(key)}]" if self.problems.quote else "{ ... }"
            extra = " Write it with single brackets, once." if isinstance(value, list) else ""
            self.add(key, f"must be {_TABLE} under {how}, but is {kind(value)}.{extra}")
            return Table(self.problems, self.at(key), {}, there=False)
        return Table(self.problems, self.at(key), value)

    def tables(self, key: str) -> list[Table]:
        """The tables under `key` (`[[key]]` in TOML), with key paths `key[0]`, `key[1]`."""
        value = self.values[key] if self.has(key) else []
        heading = f"[[{_NUMBER.sub('', self.at(key))}]]"
        if isinstance(value, dict):
            self.add(key, f"must be written with double brackets: {heading}, because there may be several.")
            return [Table(self.problems, self.at(key), value)]
        if not isinstance(value, list):
            self.add(key, f"must be {_TABLE} under {heading}, but is {kind(value)}.")
            return []
        found = []
        for number, item in enumerate(value):
            if isinstance(item, dict):
                found.append(Table(self.problems, f"{self.at(key)}[{number}]", item))
            else:
                self.problems.add(
                    f"{self.at(key)}[{number}]", f"must be {_TABLE} under {heading}, but is {kind(item)}."
                )
        return found

    def texts(self, key: str, *, example: str = "", check: Callable[[str], str | None]) -> tuple[str, ...]:
        """A list of texts, all different; required and not empty if `example` (a value to write) is given. Wrong ones
        are left out."""
        if not self.has(key):
            if example:
                self.missing(key, f"{key} = [{json.dumps(example)}]")
            return ()
        value = self.values[key]
        if not isinstance(value, list):
            self.add(key, f"must be a list in square brackets, but is {kind(value)}.")
            return ()
        if example and not value:
            self.add(key, f"is empty; write for example: {key} = [{json.dumps(example)}]")
        good: list[str] = []
        for number, item in enumerate(value):
            sentence = self._wrong_item(item, good, check)
            if sentence is None:
                good.append(item)
            else:
                self.problems.add(f"{self.at(key)}[{number}]", sentence)
        return tuple(good)

    def _wrong_item(self, item: object, before: list[str], check: Callable[[str], str | None]) -> str | None:
        if not isinstance(item, str):
            return f"must be text in quotation marks, but is {kind(item)}."
        if item in before:
            return f"{self.problems.quoted(item)} is in the list twice; keep it once."
        sentence = check(item)
        return sentence.replace("{}", self.problems.quoted(item)) if sentence else None


def kind(value: object) -> str:
    """What sort of value this is, in plain words, without the value itself."""
    if isinstance(value, bool):
        return "true or false"
    if value is None:
        return "null"
    words: tuple[tuple[type, str], ...] = (
        (str, "text"),
        (int, "a whole number"),
        (float, "a number with a decimal point"),
        (datetime, "a date with a time"),
        (date, "a date"),
        (time, "a time"),
        (list, "a list"),
        (dict, _TABLE),
    )
    return next((word for sort, word in words if isinstance(value, sort)), "something else")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, or None."""
    by_small = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower()[:60], by_small, n=1, cutoff=0.6)
    return by_small[found[0]] if found else None


def suggest(word: str, known: Iterable[str]) -> str:
    """`Did you mean ...?`, or the list of what is known here."""
    names = list(known)
    near = nearest(word, names)
    if near is not None:
        return f'Did you mean "{near}"?'
    return f"Known here: {', '.join(names)}." if names else "Nothing is known here; remove it."
