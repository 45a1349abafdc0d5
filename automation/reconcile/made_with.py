"""What every plan is made with besides the organizers' files: the program itself, and the rules of time zones. A change
of either ends the quiet.

Python takes a zone from the first folder of `zoneinfo.TZPATH` that has it, mostly the system's, and from the package
tzdata where none has (https://docs.python.org/3/library/zoneinfo.html#configuring-the-data-sources). Both can be
renewed under a running worker.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import TZPATH

import tzdata

from automation.domain.version import VERSION

# The same zones once more, with and without leap seconds; Python uses neither.
TWICE = ("posix", "right")
# In the system's folder, where the number of the release stands.
VERSIONS = ("+VERSION", "tzdata.zi")


def program() -> bytes:
    """Tells one version of the program from another, by its number and by every file of it. Raises OSError."""
    folder = os.fspath(Path(__file__).parents[1])
    return f"{VERSION}\0{folder}\0".encode(errors="surrogateescape") + b"".join(sorted(_files(folder, ".py")))


def zones(*, each: bool = False) -> bytes:
    """Tells one state of the time zones' rules from another: by the folders, which a package manager writes anew with
    their files, or by `each` file, which takes milliseconds. Raises OSError."""
    package = Path(tzdata.__file__).parent
    found = [_state(path, os.stat(path)) for path in (os.fspath(package / "__init__.py"), os.fspath(package / "zones"))]
    for folder in (*TZPATH, os.fspath(package / "zoneinfo")):
        if os.path.isdir(folder):
            found += _files(folder, "") if each else _folders(folder)
    return b"".join(sorted(found))


def _folders(folder: str) -> Iterator[bytes]:
    yield _state(folder, os.stat(folder))
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name in VERSIONS or entry.is_dir(follow_symlinks=False):
                yield _state(entry.path, entry.stat())


def _files(folder: str, end: str) -> Iterator[bytes]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in TWICE and not entry.name.startswith(("_", ".")):
                    yield from _files(entry.path, end)
            elif entry.name.endswith(end):
                with contextlib.suppress(FileNotFoundError):  # a link to nothing
                    yield _state(entry.path, entry.stat())


def _state(path: str, status: os.stat_result) -> bytes:
    return f"{path}\0{status.st_mtime_ns}\0{status.st_size}\0".encode(errors="surrogateescape")
