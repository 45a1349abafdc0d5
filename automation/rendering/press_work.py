"""The process that renders and checks templates: `python -m automation.press_work NUMBER`, started by `press_process`,
asked over standard input, answering over standard output. NUMBER: the open file in which it notes where it is.

It ends when nobody asks any more, when a question takes more than its seconds of computing time, and at any error that
is not a template's; then its parent reads from the file what it was at.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pickle
import resource
import sys
import time
from types import TracebackType
from typing import Any, BinaryIO

from automation.config.template_folder import Templates
from automation.domain.errors import ProblemsError
from automation.domain.model import Config
from automation.rendering.check import Checking
from automation.rendering.press_process import LENGTH
from automation.rendering.render import Renderer

# Bytes of address space, of which Python and the libraries take a fifth.
MEMORY = 768 << 20
# Nothing of what is done here writes a file, but for the short one.
FILE = 1 << 16
LONGEST_NAME = 1000


class Noted:
    """Where the work is, in a file that outlives it."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._file = self._place = ""

    def at(self, file: str, place: str) -> None:
        if (file, place) != (self._file, self._place):
            self._file, self._place = file, place
            self._write("")

    def fallen(self, kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
        """The last that is done; its text could quote what is secret, its kind cannot."""
        self._write(kind.__name__)

    def _write(self, error: str) -> None:
        told = json.dumps(
            {"file": self._file[-LONGEST_NAME:], "place": self._place, "error": error}, ensure_ascii=False
        ).encode(errors="replace")
        with contextlib.suppress(
            OSError
        ):  # no room for it: then a process that is lost has no place, and all else goes on
            os.pwrite(self._number, told, 0)
            os.ftruncate(self._number, len(told))


class Room:
    """What the questions are about: one folder of templates at a time."""

    def __init__(self, noted: Noted) -> None:
        self._noted = noted
        self._templates: Templates | None = None
        self._renderer: Renderer | None = None
        self._checking: Checking | None = None
        self._config: Config | None = None

    def answer(self, what: str, values: tuple[Any, ...]) -> Any:
        """Raises ProblemsError, and anything else for a mistake of ours."""
        if what == "templates":
            (self._templates,) = values
            self._renderer, self._checking = Renderer(values[0], self._noted.at), None
            return None
        if what == "check":
            return self._check(*values)
        return getattr(self._renderer, what)(*values)

    def _check(self, name: str, config: Config | None) -> Any:
        assert self._templates is not None
        if self._checking is None or self._config != config:
            self._checking, self._config = Checking(self._templates, config, self._renderer), config
        self._noted.at(str(self._templates.directory / name), "line 1")
        return self._checking.one(name)


def serve(room: Room, questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until nobody asks any more."""
    while header := questions.read(LENGTH.size):
        (length,) = LENGTH.unpack(header)
        what, values, seconds = pickle.loads(questions.read(length))
        _limit_time(seconds)
        try:
            told = {"result": room.answer(what, values)}
        except ProblemsError as error:
            told = {"problems": error.problems}
        content = json.dumps(told, default=_plain).encode()
        answers.write(LENGTH.pack(len(content)) + content)
        answers.flush()


def _plain(record: Any) -> Any:
    """A mail as the list of its parts, a paragraph as its fields."""
    fields = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
    return list(fields.values()) if "subject" in fields else fields


def _limit_time(seconds: int) -> None:
    """SIGXCPU, which ends the process, after so many more seconds of computing time (setrlimit(2), RLIMIT_CPU: whole
    seconds since its start)."""
    _limit(resource.RLIMIT_CPU, int(time.process_time()) + 1 + seconds)


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    with contextlib.suppress(ValueError, OSError):  # not every system has every limit
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def main(number: int) -> None:
    noted = Noted(number)
    sys.excepthook = noted.fallen
    os.chdir("/")
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, FILE)
    _limit(resource.RLIMIT_AS, MEMORY)
    serve(Room(noted), sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main(int(sys.argv[1]))
