"""Files that people edit -> text, TOML tables, JSON objects. Each mistake becomes one sentence with its line; nothing
else is raised."""

from __future__ import annotations

import json
import os
import re
import stat
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from automation.domain.errors import Problem
from automation.domain.text import one_line

MEGABYTE = 1_000_000
LEADS_OUT = (
    "is a link that leads out of this folder, so it could publish what is not meant for members; put the file itself"
    " here."
)
_TOO_LARGE = "is larger than {} MB, so it is probably not the file that you meant."
# A pipe is opened at once instead of when somebody writes into it.
_READING = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC


class NotReadable(ValueError):
    """A file, or the text in it, is no use at all. `place` is a line, or empty."""

    def __init__(self, sentence: str, place: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.place = place

    def problem(self, file: str) -> Problem:
        """The same as a `Problem` of the file as it was given."""
        return Problem(file, self.place, self.sentence)


def read_bytes(path: Path, most: int, *, root: Path | None = None) -> bytes:
    """The content of a regular file of at most `most` bytes; with `root`, of one below that folder, wherever links
    lead. Raises NotReadable."""
    try:
        # Asked before it is opened, because opening a device can do something, and again of what was opened, which may
        # be another file by then.
        _ordinary(path.stat(), most)
        descriptor = os.open(path, _READING) if root is None else _open_below(root, path)
        try:
            _ordinary(os.fstat(descriptor), most)
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                content = file.read(most + 1)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise NotReadable("does not exist; check the path, or make the file.") from None
    except PermissionError:
        raise NotReadable("may not be read by this user; change its owner or its permissions.") from None
    except (OSError, ValueError, RuntimeError) as error:
        if isinstance(error, NotReadable):
            raise
        reason = getattr(error, "strerror", None) or "its name is not a possible file name"
        raise NotReadable(f"cannot be read: {reason}.") from None
    if len(content) > most:
        raise NotReadable(_TOO_LARGE.format(most // MEGABYTE))
    return content


def is_below(root: Path, path: Path) -> bool:
    """Whether what `path` leads to, links followed, lies in the folder `root`. Raises OSError and RuntimeError (a ring
    of links)."""
    return path.resolve(strict=True).is_relative_to(root.resolve(strict=True))


def _ordinary(status: os.stat_result, most: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise NotReadable("is a folder; give the path of a file.")
    # Reading a pipe or a device could wait for ever.
    if not stat.S_ISREG(status.st_mode):
        raise NotReadable("is not an ordinary file; give the path of a text file.")
    if status.st_size > most:
        raise NotReadable(_TOO_LARGE.format(most // MEGABYTE))


def _open_below(root: Path, path: Path) -> int:
    """Folder by folder from `root`, following no link: one that is put in the way while this runs is refused too."""
    if not is_below(root, path):
        raise NotReadable(LEADS_OUT)
    top = root.resolve(strict=True)
    *folders, name = path.resolve(strict=True).relative_to(top).parts
    folder = os.open(top, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for each in folders:
            inner = os.open(each, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(name, _READING | os.O_NOFOLLOW, dir_fd=folder)
    finally:
        os.close(folder)


def decode(content: bytes) -> str:
    """UTF-8 -> text, with `\\n` as the line end; a byte order mark, which some editors put first, is dropped. Raises
    NotReadable."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        sentence = 'is not UTF-8 text; save it again in your editor with the encoding "UTF-8".'
        raise NotReadable(sentence, f"line {line}") from None
    return text.replace("\r\n", "\n")


_AT_LINE = re.compile(r" \((?:at line (\d+), column (\d+)|at end of document)\)$")


def parse_toml(text: str) -> dict[str, Any]:
    """TOML 1.0 -> tables. Raises NotReadable with the line, counted from 1."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        found = _AT_LINE.search(message)
        last = text.rstrip().count("\n") + 1
        number = min(int(found[1]), last) if found and found[1] else last
        reason = one_line(message[: found.start()] if found else message)
        lines = text.split("\n")
        raise NotReadable(f"this is not valid TOML ({reason}). {_hint(lines[number - 1])}", f"line {number}") from None
    except RecursionError:
        raise NotReadable("has brackets nested too deeply; write plain values and tables only.") from None
    except ValueError:
        raise NotReadable("holds a number that is far too long; shorten it.") from None


_HINTS = (
    (
        re.compile(r"=\s*(\d{4}-\d\d-\d\d[T ])?\d{1,2}:\d\d\s*(#|$)"),
        "Write times with two digits and seconds, for example 11:00:00.",
    ),
    (re.compile(r"=\s*\d:\d\d"), "Write times with two digits and seconds, for example 09:00:00."),
    (re.compile(r"=\s*(True|False|yes|no|Yes|No|on|off)\s*(#|$)"), "Write true or false, in small letters."),
    (re.compile(r"=\s*\d{4}-\d"), "Is this a day that exists? Write dates as year-month-day, for example 2026-12-08."),
    (
        re.compile("[\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb]"),
        'Use straight quotation marks (") instead of curly ones.',
    ),
    (re.compile(r"=\s*(#|$)"), "Write a value behind the =."),
    (re.compile(r"^\s*[A-Za-z_-]+\s*:"), "Write = between a name and its value."),
    (re.compile(r"^\s*\[[^\]]*$"), "A line that begins a section ends in ]."),
    (re.compile(r"=\s*[^\s\"'\[{0-9+-]"), "Put quotation marks around text."),
)


def _hint(line: str) -> str:
    """What was probably meant by a line that TOML cannot read."""
    for pattern, sentence in _HINTS:
        if pattern.search(line):
            return sentence
    return (
        'Look at this line and the one before: each reads name = value, text stands between two ", a section begins'
        " with [name]."
    )


def parse_json(text: str) -> dict[str, Any]:
    """A JSON object (RFC 8259) -> dict. Raises NotReadable with the line; never quotes what stands in the file, which
    may be secret."""
    try:
        value = json.loads(text, object_pairs_hook=_without_doubles)
    except json.JSONDecodeError as error:
        hint = "Check the commas, the brackets and the straight quotation marks there and on the line before."
        raise NotReadable(f"this is not valid JSON ({error.msg}). {hint}", f"line {error.lineno}") from None
    except RecursionError:
        raise NotReadable("has brackets nested too deeply; compare it with credentials.example.json.") from None
    except NotReadable:
        raise
    except ValueError:
        raise NotReadable("holds a number that is far too long; compare it with credentials.example.json.") from None
    if not isinstance(value, dict):
        raise NotReadable("must hold one JSON object: { at the beginning and } at the end.", "line 1")
    return value


def _without_doubles(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """RFC 8259 section 4 leaves it open which of two equal names counts, so neither is taken."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise NotReadable("is there twice; keep one of the two.", one_line(name)[:60])
        found[name] = value
    return found
