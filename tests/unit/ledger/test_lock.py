"""The lock: for its owner alone, no way elsewhere, and a file that says who holds it. Real files, real locks."""

from __future__ import annotations

import fcntl
import json
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from automation.domain.errors import LedgerMovedError, NoLedgerError
from automation.ledger.lock import exclusive
from automation.ledger.sqlite import Ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "state" / "ledger.sqlite3"


def lock_file(ledger: Path) -> Path:
    return ledger.with_name(ledger.name + ".lock")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_everything_is_for_its_owner_alone_also_what_an_earlier_version_left_open(ledger: Path) -> None:
    old = os.umask(0o022)
    try:
        with exclusive(ledger) as lock, Ledger(ledger) as opened:
            assert lock
            opened.meta({"founded": "x"})
        files = [ledger, lock_file(ledger), ledger.with_name(ledger.name + ".generation")]
        assert [mode(path) for path in files] == [0o600] * 3
        assert mode(ledger.parent) == 0o700
        for path in files:
            path.chmod(0o644)
        ledger.parent.chmod(0o755)
        with exclusive(ledger), Ledger(ledger):
            pass
        assert [mode(path) for path in files[:2]] == [0o600] * 2
        assert mode(ledger.parent) == 0o700
    finally:
        os.umask(old)


def test_a_folder_that_holds_other_things_is_left_open(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir(mode=0o755)
    (tmp_path / "shared" / "notes.txt").touch()
    with exclusive(tmp_path / "shared" / "ledger.sqlite3"), Ledger(tmp_path / "shared" / "ledger.sqlite3"):
        pass
    assert mode(tmp_path / "shared") == 0o755


@pytest.mark.parametrize("there", [True, False])
def test_a_link_in_its_place_leads_nowhere(ledger: Path, tmp_path: Path, there: bool) -> None:
    ledger.parent.mkdir()
    target = tmp_path / "precious"
    if there:
        target.write_text("mine", encoding="utf-8")
    lock_file(ledger).symlink_to(target)
    with pytest.raises(NoLedgerError, match="is a link"), exclusive(ledger):
        pass
    assert target.exists() == there
    assert not there or target.read_text(encoding="utf-8") == "mine"


def test_a_pipe_or_a_folder_in_its_place_is_one_sentence(ledger: Path) -> None:
    ledger.parent.mkdir()
    os.mkfifo(lock_file(ledger))
    with pytest.raises(NoLedgerError), exclusive(ledger):
        pass
    lock_file(ledger).unlink()
    lock_file(ledger).mkdir()
    with pytest.raises(NoLedgerError), exclusive(ledger):
        pass


def test_its_holder_stands_in_it(ledger: Path) -> None:
    with exclusive(ledger, "apply"):
        said = json.loads(lock_file(ledger).read_text(encoding="utf-8"))
        assert (said["pid"], said["host"], said["command"]) == (os.getpid(), os.uname().nodename, "apply")
        assert abs(datetime.now(UTC) - datetime.fromisoformat(said["since"])) < timedelta(minutes=1)
        with exclusive(ledger, "other") as second:
            assert not second
            assert second.overdue() is None
        assert json.loads(lock_file(ledger).read_text(encoding="utf-8")) == said, "who does not get it writes nothing"


def long_ago(minutes: int = 11) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


@pytest.mark.parametrize(
    ("content", "who"),
    [
        ({"pid": 77, "host": "h", "command": "apply", "since": long_ago(), "until": long_ago()}, "process 77 (apply) on h, since "),
        ({"pid": 77, "host": "h\x1b[2J", "command": "x" * 900, "since": long_ago(), "until": long_ago()}, "on h[2J, since "),
        ("nonsense", "which did not write its name"),
        ({"since": "2026-01-01"}, "which did not write its name"),
        ([], "which did not write its name"),
    ],
)
def test_who_holds_it_for_too_long_is_named_and_never_believed(ledger: Path, content: object, who: str) -> None:
    """The content is a hint for people: it neither gives nor keeps the lock."""
    with exclusive(ledger):
        pass
    text = content if isinstance(content, str) else json.dumps(content)
    lock_file(ledger).write_text(text, encoding="utf-8")
    with exclusive(ledger) as lock:
        assert lock, "nobody holds it, whatever the file says"
    with lock_file(ledger).open("r+") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        other.truncate()
        lock_file(ledger).write_text(text, encoding="utf-8")
        os.utime(lock_file(ledger), (datetime.now(UTC).timestamp() - 700,) * 2)
        with exclusive(ledger) as lock:
            assert not lock
            holder = lock.overdue()
            assert holder is not None
            assert who in str(holder)


@pytest.mark.parametrize("minutes", [9, -300], ids=["lately", "clock set back"])
def test_a_lock_that_was_spoken_for_lately_is_no_alarm(ledger: Path, minutes: int) -> None:
    with exclusive(ledger):
        said = {"pid": 1, "host": "h", "command": "worker", "since": long_ago(9999), "until": long_ago(minutes)}
        lock_file(ledger).write_text(json.dumps(said), encoding="utf-8")
        with exclusive(ledger) as lock:
            assert lock.overdue() is None


def test_who_is_at_work_for_long_says_so_and_is_no_alarm(ledger: Path) -> None:
    with exclusive(ledger) as holder, exclusive(ledger) as lock:
        said = {"pid": 1, "host": "h", "command": "apply", "since": long_ago(), "until": long_ago()}
        lock_file(ledger).write_text(json.dumps(said), encoding="utf-8")
        assert lock.overdue() is not None
        holder.speak()
        assert lock.overdue() is None


def test_a_worker_speaks_up_at_each_beat_and_notices_that_its_folder_is_gone(ledger: Path, tmp_path: Path) -> None:
    with exclusive(ledger, "worker") as lock:
        lock.beat(3600)
        said = json.loads(lock_file(ledger).read_text(encoding="utf-8"))
        assert datetime.fromisoformat(said["until"]) - datetime.now(UTC) > timedelta(minutes=50)
        ledger.parent.rename(tmp_path / "away")
        with pytest.raises(LedgerMovedError, match="moved, removed or replaced"):
            lock.beat(60)
        with exclusive(ledger) as other:
            assert other
            with pytest.raises(LedgerMovedError):
                lock.beat(60)
