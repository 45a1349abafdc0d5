"""The query language of Drive's files.list (`q`), for the terms that the sandbox plays.

Grammar and escapes: https://developers.google.com/workspace/drive/api/guides/ref-search-terms and …/search-files. `name
contains` matches prefixes only, as documented there. Precedence: not, and, or; parentheses group.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol


class Searchable(Protocol):
    """What a query can ask about a file. Times are aware."""

    name: str
    mime_type: str
    parents: list[str]
    created: datetime
    modified: datetime
    starred: bool
    app_properties: dict[str, str]
    properties: dict[str, str]

    @property
    def trashed(self) -> bool:
        """In the trash itself, or in a folder that is."""


Test = Callable[[Searchable], bool]

TOKEN = re.compile(r"""\s*(?:'((?:[^'\\]|\\.)*)'|([A-Za-z]+)|(!=|<=|>=|[=<>(){}]))""", re.DOTALL)
COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
STRINGS = {"name": "name", "mimeType": "mime_type"}
TIMES = {"createdTime": "created", "modifiedTime": "modified"}
FLAGS = {"trashed": "trashed", "starred": "starred"}
MAPS = {"appProperties": "app_properties", "properties": "properties"}


class BadQuery(ValueError):
    """The text is no query, or asks for a term that is not played."""


def parse_query(text: str, root: str) -> Test:
    """A `q` -> a test of one file; 'root' in parents stands for the folder with the id `root`. Raises BadQuery."""
    tokens = tokenize(text)
    test, rest = either(tokens, root)
    if rest:
        raise BadQuery(f"unexpected {rest[0][1]!r}")
    return test


def tokenize(text: str) -> list[tuple[str, str]]:
    """Text -> [(kind, value)], kind being string, word or mark; escapes in strings are resolved."""
    tokens: list[tuple[str, str]] = []
    at = 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if match is None:
            raise BadQuery(f"cannot read {text[at:]!r}")
        if match[1] is not None:
            tokens.append(("string", re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL)))
        else:
            tokens.append(("word", match[2]) if match[2] else ("mark", match[3]))
        at = match.end()
    return tokens


Tokens = list[tuple[str, str]]


def either(tokens: Tokens, root: str) -> tuple[Test, Tokens]:
    """Terms joined by `or`."""
    left, tokens = both(tokens, root)
    while tokens[:1] == [("word", "or")]:
        right, tokens = both(tokens[1:], root)
        left = any_of(left, right)
    return left, tokens


def both(tokens: Tokens, root: str) -> tuple[Test, Tokens]:
    """Terms joined by `and`."""
    left, tokens = single(tokens, root)
    while tokens[:1] == [("word", "and")]:
        right, tokens = single(tokens[1:], root)
        left = all_of(left, right)
    return left, tokens


def any_of(left: Test, right: Test) -> Test:
    """A test that passes where one of two does."""
    return lambda file: left(file) or right(file)


def all_of(left: Test, right: Test) -> Test:
    """A test that passes where both of two do."""
    return lambda file: left(file) and right(file)


def single(tokens: Tokens, root: str) -> tuple[Test, Tokens]:
    """One term, a negation or a group."""
    if tokens[:1] == [("word", "not")]:
        inner, rest = single(tokens[1:], root)
        return lambda file: not inner(file), rest
    if tokens[:1] == [("mark", "(")]:
        inner, rest = either(tokens[1:], root)
        if rest[:1] != [("mark", ")")]:
            raise BadQuery("a closing parenthesis is missing")
        return inner, rest[1:]
    if len(tokens) < 3:
        raise BadQuery("a term is incomplete")
    (kind, value), (_, sign), (_, third) = tokens[:3]
    if kind == "string" and (sign, third) == ("in", "parents"):
        folder = root if value == "root" else value
        return lambda file: folder in file.parents, tokens[3:]
    if kind == "word" and value in MAPS and sign == "has":
        return has_entry(MAPS[value], tokens)
    return comparison(value, sign, tokens[2]), tokens[3:]


def comparison(term: str, sign: str, operand: tuple[str, str]) -> Test:
    """`term sign operand` for strings, times and flags."""
    kind, value = operand
    if term in FLAGS and sign in ("=", "!=") and kind == "word" and value in ("true", "false"):
        wanted = (value == "true") == (sign == "=")
        return lambda file: getattr(file, FLAGS[term]) is wanted
    if term in STRINGS and kind == "string" and sign in ("=", "!=", "contains"):
        if sign == "contains":
            return lambda file: str(getattr(file, STRINGS[term])).lower().startswith(value.lower())
        return lambda file: COMPARISONS[sign](getattr(file, STRINGS[term]), value)
    if term in TIMES and kind == "string" and sign in COMPARISONS:
        instant = read_instant(value)
        return lambda file: COMPARISONS[sign](getattr(file, TIMES[term]), instant)
    raise BadQuery(f"the term {term} {sign} is not played by the sandbox, or is no term of Drive's")


def read_instant(text: str) -> datetime:
    """RFC 3339; UTC where the text has no offset, as Drive's reference says."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadQuery(f"{text!r} is no RFC 3339 date-time") from error
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def has_entry(attribute: str, tokens: Tokens) -> tuple[Test, Tokens]:
    """`appProperties has { key='k' and value='v' }`."""
    body = tokens[2:11]
    marks = [value for kind, value in body if kind != "string"]
    strings = [value for kind, value in body if kind == "string"]
    if marks != ["{", "key", "=", "and", "value", "=", "}"] or len(strings) != 2:
        raise BadQuery("has wants { key='…' and value='…' }")
    key, value = strings
    return lambda file: getattr(file, attribute).get(key) == value, tokens[11:]
