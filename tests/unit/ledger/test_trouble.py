"""What is wrong with the ledger, each cause made for real, with its own error and its own advice."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from automation.domain.errors import LedgerBusyError, LedgerDamagedError, LedgerError, LedgerNewerError, NoLedgerError
from automation.ledger.sqlite import Ledger
from automation.ledger.working_copy import copy_of
from tests.planning import la

ROOT = Path(__file__).resolve().parents[3]
NOW = la(12, 1, 9)
NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files of another user, and mount")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "state" / "ledger.sqlite3"
    with Ledger(path) as ledger:
        ledger.meta({"founded": "x"})
    return path


@pytest.fixture
def open_path() -> Iterator[Path]:
    """A ledger below a folder that everybody may enter."""
    with tempfile.TemporaryDirectory(prefix="callkeeper-test-") as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "state" / "ledger.sqlite3"
        with Ledger(path) as ledger:
            ledger.meta({"founded": "x"})
        yield path


def said_by(path: Path, *, user: int = 0, code: str = "ledger.meta({'founded': 'y'})", prepare: str = "") -> str:
    """Kind and sentence of the error of a process that reads and writes the ledger as that user, or what it printed."""
    program = f"""
import os, resource, sys
from pathlib import Path
from automation.ledger.sqlite import Ledger
from automation.domain.errors import LedgerError
os.setgroups([]); os.setgid({user}); os.setuid({user})
{prepare}
try:
    with Ledger(Path(sys.argv[1]), wait=0.2) as ledger:
        ledger.snapshot()
        {code}
    print("fine")
except LedgerError as error:
    print(type(error).__name__, error)
"""
    ran = subprocess.run([sys.executable, "-c", program, str(path)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_a_full_disk_is_called_one_and_no_failed_rollback_hides_it(path: Path) -> None:
    for room in (0, 4096, 16384):
        fill = "ledger.meta({str(n): 'y' * 3000 for n in range(50)})"
        limit = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))"
        said = said_by(path, prepare=limit, code=fill) if os.geteuid() == 0 else ""
        assert not said or (said.startswith("LedgerFullError") and "Free disk space" in said and "rollback" not in said), said


@as_root
def test_a_full_file_system_and_one_for_reading_only(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        path = disk / "state" / "ledger.sqlite3"
        assert said_by(path) == "fine"
        said = said_by(path, code="[ledger.meta({str(n): 'y' * 9000}) for n in range(50)]")
        assert said.startswith("LedgerFullError")
        assert "rollback" not in said
        (disk / "rest").write_bytes(b"x" * 0)
        assert said_by(path) == "fine", "what was written before is whole"
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        said = said_by(path)
        assert said.startswith("LedgerReadOnlyError")
        assert "mounted for reading only" in said
    finally:
        subprocess.run(["umount", disk], check=True)


@as_root
@pytest.mark.parametrize("name", ["", ".generation", ".lock"])
def test_a_file_that_one_sudo_left_roots_is_named_with_its_owner_and_the_chown(open_path: Path, name: str) -> None:
    os.chown(open_path.parent, NOBODY, NOBODY)
    for each in open_path.parent.iterdir():
        os.chown(each, NOBODY, NOBODY)
    stolen = open_path.with_name(open_path.name + name)
    stolen.touch()
    stolen.chmod(0o600)
    os.chown(stolen, 0, 0)
    said = said_by(open_path, user=NOBODY) if name != ".lock" else locked_by(open_path, NOBODY)
    assert said.startswith("LedgerOwnerError"), said
    assert f"{stolen} belongs to root" in said
    assert f"sudo chown -R nobody: {open_path.parent}" in said


@as_root
def test_a_folder_of_root_is_named_too(open_path: Path) -> None:
    said = said_by(open_path, user=NOBODY)
    assert said.startswith("LedgerOwnerError"), said
    assert f"{open_path.parent} belongs to root" in said


@as_root
def test_a_ledger_that_its_owner_may_not_write_gets_the_chmod(open_path: Path) -> None:
    for each in (open_path.parent, *open_path.parent.iterdir()):
        os.chown(each, NOBODY, NOBODY)
    open_path.chmod(0o400)
    said = said_by(open_path, user=NOBODY)
    assert said.startswith("LedgerReadOnlyError"), said
    assert f"chmod u+rw {open_path}" in said
    open_path.chmod(0o600)
    open_path.parent.chmod(0o500)
    said = said_by(open_path, user=NOBODY)
    assert f"chmod u+rwx {open_path.parent}" in said


def locked_by(path: Path, user: int) -> str:
    code = f"""
import os, sys
from pathlib import Path
from automation.domain.errors import LedgerError
from automation.ledger.lock import exclusive
os.setgroups([]); os.setgid({user}); os.setuid({user})
try:
    with exclusive(Path(sys.argv[1])) as lock:
        print(bool(lock))
except LedgerError as error:
    print(type(error).__name__, error)
"""
    ran = subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_a_ledger_that_another_process_writes_is_busy(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LedgerBusyError, match="tried again by itself"), Ledger(path, wait=0.1) as ledger:
            ledger.snapshot()
        other.execute("ROLLBACK")
        other.execute("BEGIN IMMEDIATE")
        with Ledger(path, wait=0.1) as ledger:
            ledger.snapshot()
            with pytest.raises(LedgerBusyError):
                ledger.meta({"founded": "y"})


def test_a_plan_waits_for_a_writer_only_so_long(path: Path) -> None:
    """Copying by itself would wait for ever."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LedgerBusyError), copy_of(path):
            pass


def test_a_newer_ledger_asks_for_a_newer_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(LedgerNewerError, match="Run that version, or a newer one") as caught:
        Ledger(path)
    assert "disk" not in str(caught.value)


def test_somebody_elses_database_is_no_ledger_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "state" / "ledger.sqlite3"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE places (url TEXT)")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(NoLedgerError):
        Ledger(path)
    assert path.read_bytes() == before
    path.write_bytes(b"Dear diary, " * 100)
    with pytest.raises(NoLedgerError, match="something else is in its place"):
        Ledger(path)


@pytest.mark.parametrize("size", [1024, 5000, 9000])
def test_a_truncated_ledger_is_damaged(path: Path, size: int) -> None:
    os.truncate(path, size)
    with pytest.raises(LedgerError) as caught, Ledger(path) as ledger:
        ledger.snapshot()
    assert isinstance(caught.value, LedgerDamagedError | NoLedgerError)
    assert "Put back a copy" in str(caught.value) or "something else" in str(caught.value)


def test_what_a_dead_process_left_half_written_is_taken_back_by_a_plan_too(path: Path, tmp_path: Path) -> None:
    """A journal beside the ledger: a power cut in the middle of a write."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_spill = 1")
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO meta VALUES (?, ?)", [(str(number), "x" * 2000) for number in range(200)])
        shutil.copytree(path.parent, tmp_path / "cut")
        connection.execute("ROLLBACK")
    cut = tmp_path / "cut" / path.name
    assert cut.with_name(cut.name + "-journal").stat().st_size > 0
    with copy_of(cut) as ledger:
        assert ledger.snapshot().meta["founded"] == "x"
        assert "7" not in ledger.snapshot().meta


def test_after_something_went_out_it_is_said_what() -> None:
    error = LedgerBusyError("the ledger x is busy", "It is tried again by itself.")
    assert str(error) == "the ledger x is busy; nothing was sent. It is tried again by itself."
    later = error.after(["a/b/c/mail:announcement"], "a/b/c/chat:announcement")
    assert isinstance(later, LedgerBusyError)
    assert "nothing was sent" not in str(later)
    assert "done before that: a/b/c/mail:announcement" in str(later)
    assert "a/b/c/chat:announcement was under way and may have been done" in str(later)
    assert str(error.after([])) == str(error)
