"""One tick of the real command line in a child of this process, so that it can be killed at any point without a new interpreter each time."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from automation.cli.main import main


@dataclass(frozen=True)
class Ended:
    """How a tick ended: its exit code, or killed."""

    code: int
    killed: bool


@dataclass(frozen=True)
class AtWrite:
    """Die at the ledger's transaction of this number: before it is committed, or with the first statement after it."""

    number: int
    after: bool


def warm_up(arguments: list[str], output: Path) -> None:
    """Let a child run the command line once, and load here what it loaded, so that the children after it need not."""
    names = output.with_name("modules")

    def note() -> None:
        names.write_text("\n".join(sorted(sys.modules)), encoding="utf-8")

    go(begin(arguments, output, finish=note), lambda: None)
    for name in names.read_text(encoding="utf-8").splitlines():
        # Some modules are made by others on the way and have no file of their own.
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()


def begin(arguments: list[str], output: Path, prepare: Callable[[], None] = lambda: None, finish: Callable[[], None] = lambda: None) -> int:
    """Start the command line in a child that stands still before its first step; its pid. `go` lets it run."""
    pid = os.fork()
    if pid:
        os.waitpid(pid, os.WUNTRACED)
        return pid
    code = 70
    try:
        # Streams of its own: those of a test run belong to the test run.
        sys.stdout = output.open("w", encoding="utf-8")
        sys.stderr = output.with_suffix(".err").open("w", encoding="utf-8")
        os.kill(os.getpid(), signal.SIGSTOP)
        prepare()
        code = main(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
        finish()
    finally:
        os._exit(code)


def go(pid: int, settled: Callable[[], object]) -> Ended:
    """Let it run to its end. If the world stops it, it is killed, but only when `settled` says that the request has been carried out."""
    os.kill(pid, signal.SIGCONT)
    _, status = os.waitpid(pid, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        settled()
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
    return Ended(os.waitstatus_to_exitcode(status), os.WIFSIGNALED(status))


def watch_writes(seen: Callable[[str], None]) -> None:
    """Call `seen` with every SQL statement that this process is about to execute.

    The interpreter tells of each new connection (audit event `sqlite3.connect/handle`) a moment before it can be used, so the
    next thing that happens sets its trace.
    """

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "sqlite3.connect/handle":
            sys.setprofile(_tracer(arguments[0], seen))

    sys.addaudithook(hear)


def _tracer(connection: sqlite3.Connection, seen: Callable[[str], None]) -> Callable[[FrameType, str, Any], None]:
    def profile(frame: FrameType, event: str, argument: Any) -> None:
        try:
            connection.set_trace_callback(seen)
        except sqlite3.ProgrammingError:
            return  # not open yet
        sys.setprofile(None)

    return profile


def do_at(number: int, action: Callable[[], None]) -> None:
    """In the child: do something just before that writing transaction begins."""
    begun = 0

    def seen(statement: str) -> None:
        nonlocal begun
        if statement.strip().rstrip(";").upper() == "BEGIN IMMEDIATE":
            begun += 1
            if begun == number:
                action()

    watch_writes(seen)


def die_at(where: AtWrite) -> None:
    """In the child: count the writing transactions, and die at the one that is named."""
    writing = False
    number = 0

    def seen(statement: str) -> None:
        nonlocal writing, number
        word = statement.strip().rstrip(";").upper()
        if where.after and number == where.number:
            os.kill(os.getpid(), signal.SIGKILL)
        if word == "BEGIN IMMEDIATE":
            writing = True
        elif word == "COMMIT" and writing:
            writing = False
            number += 1
            if not where.after and number == where.number:
                os.kill(os.getpid(), signal.SIGKILL)

    watch_writes(seen)


def count_writes(into: Path) -> None:
    """In the child: write one byte for each writing transaction."""
    target = os.open(into, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    writing = False

    def seen(statement: str) -> None:
        nonlocal writing
        word = statement.strip().rstrip(";").upper()
        if word == "BEGIN IMMEDIATE":
            writing = True
        elif word == "COMMIT" and writing:
            writing = False
            os.write(target, b".")

    watch_writes(seen)
