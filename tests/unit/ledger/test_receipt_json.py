"""What receipts hold of steps done and under way, as records and as JSON text: what old ledgers hold of them is read as it was meant."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.domain.archive_entry import Entry
from automation.domain.begun import BEGUN, Begun, EventBegun, MailBegun, RecordingBegun
from automation.domain.errors import LedgerError
from automation.domain.keys import CallId, role_of
from automation.domain.proofs import (
    AskedAgain,
    ChatProof,
    EventProof,
    MadeAnew,
    MailProof,
    MeetingProof,
    Skipped,
    SoughtAnew,
)  # fmt: skip
from automation.domain.receipts import Receipt
from automation.domain.steps import PROOFS, Data, Proof, Step
from automation.ledger.receipt_json import begun_of, data_of, written
from automation.ledger.sqlite import Ledger
from tests.planning import MARK

OLD = Path(__file__).with_name("old_ledger.sql")
# In what was begun: asked for by nobody.
FORGOTTEN = {"message", "looked_for"}
# Names that have come since.
SINCE = {"repeat"}

zones = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TYPES: Mapping[str, st.SearchStrategy[Any]] = {
    "str": st.text(min_size=1),
    "int": st.integers(0, 2**60),
    "bool": st.booleans(),
    "date": st.dates(),
    "datetime": st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=zones),
    "CallId": st.just(CallId.parse(MARK)),
    "EventStatus": st.sampled_from(["confirmed", "cancelled"]),
    "tuple[str, ...]": st.lists(st.text()).map(tuple),
}


def of(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Records of this kind with every value that their fields may have."""
    chosen = {}
    for field in dataclasses.fields(kind):
        name, _, rest = str(field.type).partition(" | ")
        chosen[field.name] = TYPES[name] | st.none() if rest == "None" else TYPES[name]
    return st.builds(kind, **chosen)


proofs = st.sampled_from(sorted(PROOFS.items())).flatmap(lambda each: st.tuples(st.just(each[0]), of(each[1])))
attempts = st.sampled_from(sorted(BEGUN.items())).flatmap(lambda each: st.tuples(st.just(each[0]), of(each[1])))


@given(proofs)
def test_a_proof_comes_back_as_it_was(given: tuple[str, Proof]) -> None:
    role, proof = given
    back = data_of(f"{MARK}/{role}", written(proof), done=True)
    assert back == proof
    if isinstance(proof, Entry) and isinstance(back, Entry):
        assert back.start.isoformat() == proof.start.isoformat(), "an entry tells its own local time"


@given(attempts)
def test_what_was_begun_comes_back_as_it_was(given: tuple[str, Begun]) -> None:
    role, begun = given
    text = written(begun)
    assert begun_of(f"{MARK}/{role}", text) == (begun if text != "{}" else None)


@pytest.mark.parametrize(
    ("role", "data"),
    [("mail:reminder", Skipped(datetime(2026, 12, 8, 19, tzinfo=UTC))), ("event", Skipped(datetime(2026, 12, 8, 19, tzinfo=UTC))),
     ("recording", SoughtAnew(datetime(2026, 12, 20, 19, tzinfo=UTC))), ("event", MadeAnew(0)), ("event", MadeAnew(3)), ("page", None),
     ("mail:recap", AskedAgain(datetime(2026, 12, 20, 19, tzinfo=UTC)))],
)  # fmt: skip
def test_why_a_step_was_not_done_comes_back_as_it_was(role: str, data: Data | None) -> None:
    assert data_of(f"{MARK}/{role}", written(data), done=False) == data


def test_every_kind_of_step_has_its_proof_and_every_record_its_kind() -> None:
    assert {f"{role.title()}Step" for role in PROOFS} == {kind.__name__ for kind in get_args(Step)}
    assert set(PROOFS.values()) == set(get_args(Proof))
    assert set(BEGUN.values()) == set(get_args(Begun))
    assert BEGUN.keys() <= PROOFS.keys()


def test_names_that_nobody_knows_are_passed_over() -> None:
    assert data_of(f"{MARK}/chat:recap", '{"day": null, "colour": {"deep": [1]}}', done=True) == ChatProof(None)
    assert begun_of(f"{MARK}/event", '{"own": true, "colour": 3}') == EventBegun(own=True)
    assert data_of(f"{MARK}/reel", '{"colour": 3}', done=True) is None
    assert begun_of(f"{MARK}/reel", '{"colour": 3}') is None


@pytest.mark.parametrize(
    ("role", "text", "said"),
    [("meeting", "{}", "it lacks “id”"), ("meeting", '{"id": ""}', "it has no “id” that makes sense"),
     ("event", '{"id": "x", "status": "moved"}', "it has no “status” that makes sense"), ("mail:recap", '{"day": "soon"}', "it has no “day”"),
     ("notes", '{"link": "x", "day": 3}', "it has no “day”"), ("recording", '{"link": null}', "it has no “link”"),
     ("archive", "{}", "it lacks “series”"), ("meeting", '{"id": "x", "start": "2026-12-08T11:00:00"}', "it has no “start” that makes sense"),
     ("page", '{"changed": 1}', "it has no “changed”"), ("mail:recap", "[]", "no JSON object")],
)  # fmt: skip
def test_what_is_missing_or_wrong_is_named(role: str, text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        data_of(f"{MARK}/{role}", text, done=True)


@pytest.mark.parametrize(("role", "text"), [("mail:recap", '{"since": "soon"}'), ("recording", '{"size": "3"}'), ("digest:x", '{"notices": "all"}')])
def test_what_was_begun_and_makes_no_sense_is_damage(role: str, text: str) -> None:
    with pytest.raises(ValueError, match="that makes sense"):
        begun_of(f"{MARK}/{role}", text)


def test_the_address_of_an_upload_is_shown_nowhere_but_in_the_ledger() -> None:
    begun = RecordingBegun(upload="https://example.org/upload?upload_id=s3cret")
    assert "s3cret" in written(begun)
    assert "s3cret" not in repr(Receipt(f"{MARK}/recording", "waiting", begun=begun))


# -- what older versions wrote


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("old") / "ledger.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(OLD.read_text(encoding="utf-8"))
    return path


def rows(path: Path) -> dict[str, tuple[bool, dict[str, Any], dict[str, Any]]]:
    """Key -> whether it was done, its data and what was begun, as they stand in the file."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT key, done_at, data, begun FROM receipts").fetchall()
    return {key: (done_at is not None, json.loads(data), json.loads(begun)) for key, done_at, data, begun in found}


def test_the_old_ledger_holds_every_kind_of_record(old: Path) -> None:
    before = rows(old)
    assert {role_of(key) for key, (done, _, _) in before.items() if done} == PROOFS.keys()
    assert {role_of(key) for key, (_, _, begun) in before.items() if begun} == BEGUN.keys()
    undone = {name for done, data, _ in before.values() if not done for name in data}
    assert undone == {"start", "generation", "reopened"}
    for kind in {**PROOFS, **BEGUN}.values():
        names = {field.name for field in dataclasses.fields(kind)} - {"id"}
        held = {name for _, data, begun in before.values() for name in {**data, **begun}}
        assert names - SINCE <= held, kind


def test_an_old_ledger_is_read_whole(old: Path, tmp_path: Path) -> None:
    before = rows(old)
    path = tmp_path / "ledger.sqlite3"
    path.write_bytes(old.read_bytes())
    with Ledger(path) as ledger:
        snapshot = ledger.snapshot()
        assert snapshot.receipts.keys() == before.keys()
        for key, (done, data, begun) in before.items():
            receipt = snapshot.receipts[key]
            assert isinstance(receipt.data, PROOFS[role_of(key)]) or not done, key
            assert _said(json.loads(written(receipt.data))) == _said(data), key
            assert _said(json.loads(written(receipt.begun))) == _said(begun, without=FORGOTTEN), key
            ledger.put(receipt, datetime(2026, 12, 8, tzinfo=UTC))
    with Ledger(path) as ledger:
        again = ledger.snapshot().receipts
        assert {key: again[key].data for key in again} == {key: snapshot.receipts[key].data for key in before}
        assert {key: again[key].begun for key in again} == {key: snapshot.receipts[key].begun for key in before}


def _said(fields: dict[str, Any], without: Iterable[str] = ()) -> dict[str, Any]:
    """The fields that say something, times as instants."""
    nothing = [name for name, value in fields.items() if value is None or value is False or value in ("", [])]
    return {name: _instant(value) for name, value in fields.items() if name not in (*nothing, *without)}


def _instant(value: Any) -> Any:
    try:
        return datetime.fromisoformat(value) if "T" in value else value
    except (TypeError, ValueError):
        return value


def ledger_with(path: Path, role: str, data: str, begun: str, *, done: bool) -> Receipt:
    """One receipt, as an older version wrote it, read by this one."""
    schema = "".join(line for line in OLD.read_text(encoding="utf-8").splitlines(keepends=True) if not line.startswith("INSERT"))
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(schema)
        at = "2026-12-01T00:00:00+00:00" if done else None
        row = (f"{MARK}/{role}", "done" if done else "skipped", at, data, begun, "2026-12-01T00:00:00+00:00")
        connection.execute("INSERT INTO receipts (key, state, version, done_at, data, begun, changed_at) VALUES (?, ?, 1, ?, ?, ?, ?)", row)
        connection.commit()
    with Ledger(path) as ledger:
        return ledger.snapshot().receipts[f"{MARK}/{role}"]


@pytest.mark.parametrize("day", ["", "soon", "2026-02-30", "12:00", "2026-12-08T11:00:00"])
def test_a_day_that_is_none_is_not_known(tmp_path: Path, day: str) -> None:
    """Taken over from a mark that a person had written over, or from a mail without one."""
    begun = json.dumps({"day": day, "message": "m"})
    receipt = ledger_with(tmp_path / "ledger.sqlite3", "mail:recap", json.dumps({"day": day, "message": "m"}), begun, done=True)
    assert (receipt.data, receipt.begun) == (MailProof(None, message="m"), MailBegun())


@pytest.mark.parametrize("damage", ["{half", "[]", "3", "null", '"x"'])
def test_damage_is_left_to_those_who_read_it(tmp_path: Path, damage: str) -> None:
    with pytest.raises(LedgerError, match=f"receipt of {MARK}/mail:recap is damaged"):
        ledger_with(tmp_path / "ledger.sqlite3", "mail:recap", damage, "{}", done=True)


@pytest.mark.parametrize(
    ("start", "data"),
    [("2026-12-08T11:00:00-08:00", Skipped(datetime(2026, 12, 8, 19, tzinfo=UTC))), ("", None), ("soon", None), ("2026-12-08T11:00:00", None)],
)
def test_what_was_given_up_for_a_start_in_local_time_stays_so(tmp_path: Path, start: str, data: Skipped | None) -> None:
    receipt = ledger_with(tmp_path / "ledger.sqlite3", "mail:reminder", json.dumps({"start": start}), "{}", done=False)
    assert receipt.data == data


def test_records_say_what_they_are() -> None:
    done = Receipt(f"{MARK}/event", "done", data=EventProof("x", "confirmed", *[datetime(2026, 12, 8, tzinfo=UTC)] * 2))
    assert done.left(EventProof) is done.data
    assert done.left(MeetingProof) is None
    begun = Receipt(f"{MARK}/mail:reminder", "claimed", begun=MailBegun(day=date(2026, 12, 8)))
    assert begun.attempt(MailBegun) is begun.begun
    assert begun.attempt(EventBegun) is None
    assert begun.day == date(2026, 12, 8)
