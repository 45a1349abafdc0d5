"""The ledger: claim, done, what is remembered, damage, and two at once. Real SQLite files."""

from __future__ import annotations

import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier

import pytest

from automation.domain.begun import MailBegun
from automation.domain.call_state import CallState, Wanted
from automation.domain.errors import LedgerDamagedError, LedgerError
from automation.domain.proofs import MailProof
from automation.domain.receipts import Pause, Receipt
from automation.domain.services import SeenEvent, SeenMeeting
from automation.ledger.migrations import MIGRATIONS
from automation.ledger.sqlite import Ledger
from tests.planning import MARK, la

NOW = la(12, 1, 9)
LONG = b"this is no database, but it is long enough to look like a file of some kind" * 20
KEY = f"{MARK}/mail:announcement"
DAY = date(2026, 12, 8)


def read(path: Path) -> None:
    """All that a tick reads."""
    with Ledger(path) as ledger:
        ledger.snapshot()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "ledger.sqlite3"


def test_a_new_ledger_is_made_for_its_owner_alone(path: Path) -> None:
    with Ledger(path) as ledger:
        assert ledger.snapshot().fresh
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_claim_is_won_once_and_only_at_the_version_that_was_read(path: Path) -> None:
    with Ledger(path) as ledger:
        assert ledger.claim(KEY, 0, NOW, MailBegun(day=DAY)) == 1
        assert ledger.claim(KEY, 0, NOW, None) is None, "somebody else was faster"
        receipt = ledger.snapshot().receipts[KEY]
        assert (receipt.state, receipt.begun, receipt.proven) == ("claimed", MailBegun(day=DAY), False)
        assert ledger.claim(KEY, 7, NOW, None) is None
        assert ledger.claim(KEY, 1, NOW, MailBegun(draft="r1")) == 2, "an open claim is taken up again"


def test_a_step_in_doubt_cannot_be_claimed(path: Path) -> None:
    with Ledger(path) as ledger:
        ledger.put(Receipt(KEY, "doubt", reason="lost"), NOW)
        version = ledger.snapshot().receipts[KEY].version
        assert ledger.claim(KEY, version, NOW, None) is None


def test_which_steps_are_in_doubt_is_known_without_looking_at_the_others(path: Path) -> None:
    other = f"{MARK}/mail:reminder"
    with Ledger(path) as ledger, Ledger(path) as beside:
        ledger.put(Receipt(KEY, "done", done_at=NOW, data=MailProof(DAY)), NOW)
        assert (ledger.snapshot().in_doubt, ledger.snapshot().maybe_in_doubt) == ([], frozenset())
        ledger.put(Receipt(other, "doubt"), NOW)
        assert (ledger.snapshot().in_doubt, ledger.snapshot().maybe_in_doubt) == ([other], frozenset({other}))
        beside.put(Receipt(KEY, "doubt"), NOW)
        assert ledger.snapshot().in_doubt == [KEY, other]
        ledger.put(Receipt(other, "skipped"), NOW)
        assert (ledger.snapshot().in_doubt, beside.snapshot().in_doubt) == ([KEY], [KEY])


def test_an_update_under_way_keeps_the_proof_of_the_first_time(path: Path) -> None:
    with Ledger(path) as ledger:
        ledger.done(KEY, NOW, MailProof(DAY), "digest")
        ledger.claim(KEY, ledger.snapshot().receipts[KEY].version, NOW + timedelta(hours=1), None)
        receipt = ledger.snapshot().receipts[KEY]
        assert (receipt.state, receipt.proven, receipt.done_at, receipt.data, receipt.fingerprint) == ("claimed", True, NOW, MailProof(DAY), "digest")


def test_what_is_begun_is_remembered_only_while_it_is_under_way(path: Path) -> None:
    with Ledger(path) as ledger:
        ledger.claim(KEY, 0, NOW, None)
        ledger.begun(KEY, NOW, MailBegun(draft="r1"))
        assert ledger.snapshot().receipts[KEY].begun == MailBegun(draft="r1")
        ledger.done(KEY, NOW, MailProof(None, message="m"))
        ledger.begun(KEY, NOW, MailBegun(draft="r2"))
        assert ledger.snapshot().receipts[KEY].begun is None


def test_a_receipt_comes_back_whole(path: Path) -> None:
    receipt = Receipt(
        KEY, "failed", done_at=NOW, fingerprint="d", data=MailProof(DAY, NOW, "ü", ""), begun=MailBegun(looked=NOW, about="ü"), attempts=3,
        retry_at=NOW + timedelta(hours=1), reason="503 — später", needs_person=True,
    )  # fmt: skip
    with Ledger(path) as ledger:
        ledger.put(receipt, NOW)
        ledger.put(receipt, NOW)
    with Ledger(path) as ledger:
        assert ledger.snapshot().receipts[KEY] == replace(receipt, version=2, changed_at=NOW)


def test_versions_grow_with_every_write(path: Path) -> None:
    with Ledger(path) as ledger:
        versions = []
        for state in ("failed", "waiting", "done", "skipped"):
            ledger.put(Receipt(KEY, state), NOW)  # type: ignore[arg-type]
            versions.append(ledger.snapshot().receipts[KEY].version)
        assert versions == sorted(set(versions))


def test_states_templates_looks_pauses_notices_and_marks_come_back(path: Path) -> None:
    before, after = Wanted(NOW, NOW, False), Wanted(NOW, NOW, True)
    state = CallState(before, NOW, NOW, False, 2, NOW, "Call", "UTC", "moved", NOW, NOW, True, "why", True, after, False)
    event = SeenEvent("i", "e", "confirmed", NOW, NOW, "s", "l", "d", {"callkeeper": MARK}, "h", 1, ("g@x",))
    meeting = SeenMeeting("1", "t", NOW, 60, MARK, "https://x")
    pause = Pause("gmail", NOW, "429", False, "f")
    with Ledger(path) as ledger:
        ledger.remember({MARK: state}, {"mail:a": None, "mail:b": NOW})
        ledger.remember({}, {"mail:b": None, "mail:a": NOW})
        ledger.saw("event", {MARK: event}, NOW)
        ledger.saw("meeting", {MARK: meeting}, NOW)
        ledger.pause(pause)
        ledger.notice({"k": "first"}, NOW)
        ledger.notice({"k": "second", "l": "other"}, NOW)
        ledger.told(["k"], NOW)
        ledger.meta({"founded": "x"})
    with Ledger(path) as ledger:
        snapshot = ledger.snapshot()
    assert snapshot.calls == {MARK: state}
    assert snapshot.templates == {"mail:a": None, "mail:b": NOW}, "the first sight counts"
    seen = snapshot.seen
    assert (seen.events, seen.events_at, seen.meetings, seen.meetings_at) == ({MARK: event}, NOW, {MARK: meeting}, NOW)
    assert snapshot.pauses == {"gmail": pause}
    assert [(n.key, n.text, n.notified_at) for n in snapshot.notices] == [("k", "first", NOW), ("l", "other", None)]
    assert not snapshot.fresh


def test_a_whole_look_replaces_what_was_seen_before_and_a_part_does_not(path: Path) -> None:
    event = SeenEvent("i", "e", "confirmed", NOW, NOW, "s", "l", "d", {}, "h")
    with Ledger(path) as ledger:
        ledger.saw("event", {"a": event}, NOW)
        ledger.saw("event", {"b": event})
        assert set(ledger.snapshot().seen.events) == {"a", "b"}
        ledger.saw("event", {"c": event}, NOW)
        assert set(ledger.snapshot().seen.events) == {"c"}


def test_the_history_keeps_every_turn(path: Path) -> None:
    with Ledger(path) as ledger:
        ledger.claim(KEY, 0, NOW, None)
        ledger.put(Receipt(KEY, "failed", reason="503"), NOW)
        ledger.done(KEY, NOW, MailProof(None))
        turns = [(key, state, reason) for _, key, state, reason in ledger.history()]
        assert turns == [(KEY, "claimed", ""), (KEY, "failed", "503"), (KEY, "done", "")]


def test_of_many_that_claim_at_once_exactly_one_wins(path: Path) -> None:
    Ledger(path).connection.close()
    workers, rounds = 4, 8
    barrier = Barrier(workers)

    def claim(_: int) -> list[int]:
        won = []
        with Ledger(path) as ledger:
            for number in range(rounds):
                barrier.wait()
                if ledger.claim(f"{KEY}{number}", 0, NOW, None) is not None:
                    won.append(number)
        return won

    with ThreadPoolExecutor(workers) as pool:
        won = [number for each in pool.map(claim, range(workers)) for number in each]
    assert sorted(won) == list(range(rounds))


@pytest.mark.parametrize("content", [LONG, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_file_that_is_no_ledger_is_one_sentence(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(LedgerError, match="cannot be used"), Ledger(path) as ledger:
        ledger.snapshot()
    assert path.read_bytes() == content, "it is left as it is"


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE calls SET state = '[]'",
        "UPDATE calls SET state = '{\"start\": 3}'",
        "UPDATE calls SET state = 'nonsense'",
        "UPDATE receipts SET data = 'nonsense'",
        "UPDATE receipts SET data = '[]'",
        "UPDATE receipts SET begun = '3'",
        "UPDATE receipts SET done_at = 'yesterday'",
        "UPDATE receipts SET done_at = '2026-12-08T11:00:00'",
        "UPDATE seen SET record = '{}'",
        "UPDATE meta SET value = 'never' WHERE name = 'events_at'",
        "UPDATE meta SET value = 'never' WHERE name = 'generation'",
        "UPDATE pauses SET until = ''",
        "DROP TABLE receipts",
        "PRAGMA user_version = 99",
    ],
)
def test_damaged_records_are_one_sentence_and_nothing_goes_out(path: Path, damage: str) -> None:
    state = CallState(Wanted(NOW, NOW, False), NOW, NOW, False, 0, NOW, "Call", "UTC")
    with Ledger(path) as ledger:
        ledger.remember({MARK: state}, {})
        ledger.done(KEY, NOW, MailProof(None))
        ledger.saw("event", {MARK: SeenEvent("i", "e", "confirmed", NOW, NOW, "s", "l", "d", {}, "h")}, NOW)
        ledger.pause(Pause("gmail", NOW, "r", False))
    connection = sqlite3.connect(path)
    connection.execute(damage)
    connection.commit()
    connection.close()
    with pytest.raises(LedgerError, match="nothing was sent"):
        read(path)


def test_a_folder_in_place_of_the_ledger_is_one_sentence(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(LedgerError, match="cannot be used"):
        Ledger(path)


def test_a_file_in_place_of_its_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(LedgerError, match="cannot be used"):
        Ledger(tmp_path / "state" / "ledger.sqlite3")


def test_a_write_that_fails_half_way_leaves_nothing_behind(path: Path) -> None:
    with Ledger(path) as ledger:
        ledger.connection.execute("DROP TABLE templates")
        state = CallState(Wanted(NOW, NOW, False), NOW, NOW, False, 0, NOW, "Call", "UTC")
        with pytest.raises(LedgerError):
            ledger.remember({MARK: state}, {"mail:a": None})
        assert ledger.connection.execute("SELECT count(*) FROM calls").fetchone() == (0,)


def test_migrations_run_once_each(path: Path) -> None:
    for _ in range(2):
        with Ledger(path) as ledger:
            assert ledger.connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)


def test_what_has_not_changed_is_not_read_again_and_what_has_is(path: Path) -> None:
    other = f"{MARK}/mail:reminder"
    with Ledger(path) as ledger:
        ledger.done(KEY, NOW, MailProof(DAY))
        first = ledger.snapshot()
        ledger.put(Receipt(other, "failed", reason="r"), NOW)
        second = ledger.snapshot()
        assert list(first.receipts) == [KEY], "a snapshot that was taken stays as it is"
        assert set(second.receipts) == {KEY, other}
        assert second.receipts[KEY] is first.receipts[KEY]
        assert second.calls is first.calls
        ledger.claim(KEY, 1, NOW, MailBegun(day=DAY))
        assert ledger.snapshot().receipts[KEY].begun == MailBegun(day=DAY)


def test_what_another_process_writes_between_two_reads_is_seen(path: Path) -> None:
    state = CallState(Wanted(NOW, NOW, False), NOW, NOW, False, 0, NOW, "t", "UTC")
    event = SeenEvent("i", "e", "confirmed", NOW, NOW, "s", "l", "d", {}, "h")
    with Ledger(path) as ledger, Ledger(path) as another:
        ledger.done(KEY, NOW, MailProof(None))
        assert ledger.snapshot().receipts[KEY].version == another.snapshot().receipts[KEY].version == 1
        another.put(Receipt(KEY, "doubt", reason="theirs"), NOW)
        ledger.put(Receipt(f"{MARK}/event", "failed"), NOW)
        assert {key: receipt.state for key, receipt in ledger.snapshot().receipts.items()} == {KEY: "doubt", f"{MARK}/event": "failed"}
        another.remember({MARK: state}, {})
        another.saw("event", {MARK: event}, NOW)
        assert (ledger.snapshot().calls, ledger.snapshot().seen.events) == ({MARK: state}, {MARK: event})
        another.saw("event", {}, NOW)
        assert ledger.snapshot().seen.events == {}


def test_a_damaged_receipt_of_a_call_long_over_harms_nobody_until_it_is_asked_for(path: Path) -> None:
    state = CallState(Wanted(NOW, NOW, False), NOW, NOW, False, 0, NOW, "t", "UTC", closed=True)
    with Ledger(path) as ledger:
        ledger.done(KEY, NOW, MailProof(None))
        ledger.remember({MARK: state}, {})
        ledger.connection.execute("UPDATE receipts SET data = 'nonsense'")
    with Ledger(path) as ledger:
        snapshot = ledger.snapshot()
        with pytest.raises(LedgerError, match=f"receipt of {KEY} is damaged"):
            snapshot.get(KEY)


@pytest.mark.parametrize(
    "data", ["{}", '{"id": null}', '{"id": 3, "day": 3, "link": [], "title": {}}', '{"id": "x", "start": "soon", "status": "confirmed"}']
)
@pytest.mark.parametrize("kind", ["event", "meeting", "mail:announcement", "mail:moved@1", "chat:recap", "notes", "recording", "archive"])
def test_a_proof_that_lacks_what_its_readers_need_is_damage_with_its_key(path: Path, kind: str, data: str) -> None:
    with Ledger(path) as ledger:
        ledger.put(Receipt(f"{MARK}/{kind}", "failed"), NOW)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE receipts SET data = ?", (data,))
        connection.commit()
    read(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE receipts SET state = 'done', done_at = ?", (NOW.isoformat(),))
        connection.commit()
    with pytest.raises(LedgerDamagedError, match=f"{MARK}/{kind}"):
        read(path)
