"""Where a ledger is kept: what `--state` may say, and what is asked of a ledger that nobody opens."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from automation.domain.errors import LedgerError
from automation.ledger.generation import beside
from automation.ledger.places import FORMS, own_place, place_of

NOW = datetime(2026, 11, 5, 12, tzinfo=UTC)


def test_a_place_is_named_by_its_scheme_and_called_by_its_path() -> None:
    assert FORMS == "sqlite:///PATH"
    assert str(place_of("sqlite:///state/ledger.sqlite3")) == "state/ledger.sqlite3"
    assert str(place_of("sqlite:////var/lib/ledger")) == "/var/lib/ledger"


@pytest.mark.parametrize("text", ["", "sqlite:///", "state/ledger.sqlite3", "sqlite://x", "postgresql://x", "SQLITE:///x"])
def test_other_texts_name_none(text: str) -> None:
    assert place_of(text) is None


def test_notes_are_read_without_opening_and_nothing_is_made_for_it(tmp_path: Path) -> None:
    place = own_place(tmp_path / "state")
    assert not place.exists()
    assert place.notes("quiet") == {}
    assert list(tmp_path.iterdir()) == []
    with place.open() as ledger:
        ledger.meta({"quiet": "until noon", "sound": "abc"})
    assert place.exists()
    assert place.notes("quiet", "sound", "other") == {"quiet": "until noon", "sound": "abc"}
    assert place.notes("other") == {}


def test_a_copy_that_was_put_back_and_a_file_that_is_none_have_no_notes(tmp_path: Path) -> None:
    place = own_place(tmp_path)
    with place.open() as ledger:
        ledger.meta({"quiet": "until noon"})
    old = Path(str(place)).read_bytes()
    with place.open() as ledger:
        ledger.meta({"quiet": "until one"})
    Path(str(place)).write_bytes(old)
    assert place.notes("quiet") == {}
    with place.open() as ledger:
        ledger.meta({})
    assert place.notes("quiet") == {"quiet": "until noon"}
    beside(Path(str(place))).unlink()
    assert place.notes("quiet") == {}
    Path(str(place)).write_text("something else", encoding="utf-8")
    assert place.notes("quiet") == {}


def test_a_copy_to_look_at_changes_nothing(tmp_path: Path) -> None:
    place = own_place(tmp_path)
    with place.copy() as empty:
        assert empty.snapshot().fresh
    assert not place.exists()
    with place.open() as ledger:
        ledger.meta({"founded": NOW.isoformat()})
    before = Path(str(place)).read_bytes()
    with place.copy() as copied:
        copied.meta({"founded": "never"})
    assert Path(str(place)).read_bytes() == before


def test_one_process_is_alone_at_a_place(tmp_path: Path) -> None:
    place = own_place(tmp_path)
    code = f"from automation.ledger.places import place_of\nwith place_of('sqlite:///{place}').exclusive() as lock: print(bool(lock))"
    with place.exclusive("apply") as lock:
        assert lock
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "True\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may enter every folder")
def test_a_ledger_that_cannot_be_seen_may_be_there_and_opening_it_says_why(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    place = own_place(folder)
    with place.open():
        pass
    folder.chmod(0)
    try:
        assert place.exists()
        with pytest.raises(LedgerError, match="may not write"):
            place.open()
    finally:
        folder.chmod(0o700)
