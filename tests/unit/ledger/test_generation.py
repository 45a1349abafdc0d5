"""A copy of the ledger that was put back is told from the ledger itself, and nothing else is taken for one. Real files, no clock."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from automation.domain.marks import PROOF
from automation.domain.receipts import WITNESSES
from automation.domain.services import SeenEvent
from automation.ledger.generation import beside, noted
from automation.ledger.migrations import MIGRATIONS
from automation.ledger.sqlite import Ledger
from automation.ledger.working_copy import copy_of
from tests.planning import MARK, la

NOW = la(12, 1, 9)
ROOT = Path(__file__).resolve().parents[3]
ALL = frozenset(WITNESSES)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "ledger.sqlite3"


def write(path: Path, times: int = 1) -> None:
    with Ledger(path) as ledger:
        for number in range(times):
            ledger.meta({"founded": f"x{number}"})


def doubts(path: Path) -> frozenset[str]:
    with Ledger(path) as ledger:
        return ledger.snapshot().doubts


def event(proof: str) -> SeenEvent:
    return SeenEvent("i", "e", "confirmed", NOW, NOW, "s", "l", "d", {"callkeeper": MARK, PROOF: proof}, "h")


def copy(source: Path, target: Path) -> None:
    shutil.copy(source, target)


def copy_all(source: Path, target: Path) -> None:
    shutil.copy2(source, target)


def move(source: Path, target: Path) -> None:
    os.replace(source, target)


@pytest.mark.parametrize("back", [copy, copy_all, move], ids=["cp", "cp -a", "mv"])
def test_the_file_put_back_is_a_copy_until_it_is_trusted(path: Path, tmp_path: Path, back: Callable[[Path, Path], None]) -> None:
    write(path, 3)
    assert doubts(path) == frozenset()
    shutil.copy2(path, tmp_path / "backup")
    write(path)
    back(tmp_path / "backup", path)
    assert doubts(path) == ALL
    write(path, 5)
    assert doubts(path) == ALL, "however often it is written"
    with Ledger(path) as ledger:
        ledger.trust({})
    assert doubts(path) == frozenset()


def test_the_ledger_alone_in_an_empty_folder_is_a_copy(path: Path, tmp_path: Path) -> None:
    write(path)
    other = tmp_path / "elsewhere" / path.name
    other.parent.mkdir()
    shutil.copy2(path, other)
    assert doubts(other) == ALL
    write(other)
    assert doubts(other) == ALL


def test_the_whole_folder_put_back_is_known_by_what_the_calendar_shows(path: Path, tmp_path: Path) -> None:
    write(path)
    shutil.copytree(path.parent, tmp_path / "backup")
    with Ledger(path) as ledger:
        ledger.claim(f"{MARK}/mail:announcement", 0, NOW, None)
        left = ledger.proof
        ledger.saw("event", {MARK: event(left)}, NOW)
        assert ledger.snapshot().doubts == frozenset()
    shutil.rmtree(path.parent)
    shutil.copytree(tmp_path / "backup", path.parent)
    # However much the copy does by itself meanwhile, marks of its own included.
    write(path, 20)
    with Ledger(path) as ledger:
        for number in range(9):
            ledger.claim(f"{MARK}/mail:m{number}", 0, NOW, None)
        assert ledger.snapshot().doubts == frozenset()
        ledger.saw("event", {MARK: event(left)}, NOW)
        assert ledger.snapshot().doubts == ALL
        ledger.trust(ledger.snapshot().seen.events)
        ledger.saw("event", {MARK: event(left)}, NOW)
        assert ledger.snapshot().doubts == frozenset(), "it has been taken in"


def test_a_trusted_ledger_is_of_a_later_generation_than_all_that_it_saw(path: Path) -> None:
    with Ledger(path) as ledger:
        ledger.saw("event", {MARK: event("5000.abcd")}, NOW)
        ledger.trust(ledger.snapshot().seen.events)
        ledger.claim(f"{MARK}/event", 0, NOW, None)
        assert int(ledger.proof.partition(".")[0]) > 5000
    assert (noted(path) or 0) > 5000


@pytest.mark.parametrize(
    "action",
    [
        lambda path: os.link(path, path.parent / "ledger.sqlite3.hourly"),
        lambda path: path.chmod(0o600),
        lambda path: os.chown(path, os.getuid(), os.getgid()),
        lambda path: os.utime(path, (0, 0)),
        lambda path: os.utime(path, (2**32, 2**32)),
        lambda path: time.sleep(1.1),
        lambda path: closing(sqlite3.connect(path)).__enter__().execute("SELECT * FROM meta").fetchall(),
        lambda path: subprocess.run(["cp", "-a", str(path.parent), str(path.parent.parent / "moved")], check=True),
    ],
    ids=["ln", "chmod", "chown", "old", "future", "later", "read", "copied away"],
)
def test_what_leaves_the_ledger_as_it_is_puts_nothing_in_doubt(path: Path, action: Callable[[Path], object]) -> None:
    write(path)
    action(path)
    assert doubts(path) == frozenset()
    write(path)
    assert doubts(path) == frozenset()


def test_a_folder_moved_with_the_newest_files_counts_where_it_is_now(path: Path, tmp_path: Path) -> None:
    write(path)
    shutil.move(path.parent, tmp_path / "moved")
    assert doubts(tmp_path / "moved" / path.name) == frozenset()


def test_a_ledger_of_the_version_before_counts_and_one_put_back_over_a_newer_does_not(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"BEGIN; {MIGRATIONS[0]} PRAGMA user_version = 1; COMMIT;")
        connection.execute("INSERT INTO meta VALUES ('founded', 'x'), ('stamp', '1.5')")
        connection.commit()
    shutil.copy2(path, tmp_path / "old")
    assert doubts(path) == frozenset()
    write(path)
    assert doubts(path) == frozenset()
    shutil.copy2(tmp_path / "old", path)
    assert doubts(path) == ALL


def test_a_ledger_that_died_before_its_first_write_is_no_copy(path: Path) -> None:
    """The file beside it is there before the ledger has a generation."""
    Ledger(path).connection.close()
    assert noted(path) == 0
    assert doubts(path) == frozenset()


def test_a_witness_that_was_lost_or_torn_is_a_doubt_and_no_crash(path: Path) -> None:
    write(path)
    beside(path).write_bytes(b"")
    assert doubts(path) == ALL
    write(path)
    assert noted(path) is not None, "it is made anew while the doubt stands in the ledger itself"


def test_two_at_once_are_no_copies_of_each_other(path: Path) -> None:
    with Ledger(path) as one, Ledger(path) as other:
        for _ in range(5):
            one.meta({"founded": "1"})
            other.meta({"founded": "2"})
    assert doubts(path) == frozenset()


def test_the_working_copy_of_a_plan_is_in_doubt_only_where_the_ledger_is(path: Path, tmp_path: Path) -> None:
    write(path)
    shutil.copy2(path, tmp_path / "backup")
    write(path)
    with copy_of(path) as ledger:
        assert ledger.snapshot().doubts == frozenset()
    shutil.copy2(tmp_path / "backup", path)
    with copy_of(path) as ledger:
        ledger.meta({"founded": "y"})
        assert ledger.snapshot().doubts == ALL
    assert doubts(path) == ALL


WRITER = """
    import sys
    from pathlib import Path
    from automation.ledger.sqlite import Ledger
    number = 0
    print("on", flush=True)
    while True:
        with Ledger(Path(sys.argv[1])) as ledger:
            for _ in range(7):
                ledger.meta({"founded": str(number)})
                number += 1
"""


@pytest.mark.parametrize("moment", range(8))
def test_death_between_any_two_writes_is_no_copy(path: Path, moment: int) -> None:
    """A writer is killed at a moment by chance, the very first writes among them."""
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(WRITER), str(path)], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(moment * 0.013)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert doubts(path) == frozenset()
