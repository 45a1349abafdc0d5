"""Every step in doubt is in every plan and status, whatever else there is; and there is one way into doubt."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.domain.model import Meeting, Notes, Recordings
from automation.domain.receipts import Receipt
from automation.plan.resolve import resolve
from automation.plan.status import status_of
from tests.planning import CHATS, MARK, Desk, cancelled, config, la, series

NOW = la(12, 2)
PACKAGE = Path(__file__).resolve().parents[3] / "automation"


def _gone(made: Desk) -> None:
    made.config = replace(made.config, series=(series(uid="other"),))


def _vanished(made: Desk) -> None:
    rule = replace(series().rules[0], start=date(2028, 1, 1))
    made.config = replace(made.config, series=(series(rules=(rule,)),))


def _bare(made: Desk) -> None:
    made.mails, made.chats = (), ()
    meeting = Meeting("fixed", url="https://x.example")
    made.config = replace(made.config, meeting=meeting, notes=Notes(), recordings=Recordings())


def _off(made: Desk) -> None:
    made.change(cancelled())


WORLDS: dict[str, Callable[[Desk], None]] = {
    "as it was": lambda made: None, "the series is gone": _gone, "the call vanished and is held back": _vanished,
    "nothing is wanted any more": _bare, "the call is off": _off,
}  # fmt: skip
KINDS = (
    "meeting", "event", "notes", "recording", "archive", "mail:announcement", "mail:reminder", "mail:reminder@1", "mail:moved@1", "mail:moved@4",
    "mail:recap", "mail:unheard-of", "chat:announcement", "chat:unheard-of@2",
)  # fmt: skip
MARKS = (MARK, "floss/monthly/2026-11-10", "floss/elsewhere/2020-01-01")
KEYS = [*(f"{mark}/{kind}" for mark in MARKS for kind in KINDS), "floss/page", "floss/digest:2026-12-01"]
hours = st.integers(0, 24 * 45)


@settings(max_examples=150, deadline=None)
@given(st.sets(st.sampled_from(KEYS), max_size=5), st.sampled_from(list(WORLDS)), hours, st.booleans(), st.booleans())
def test_it_is_shown_until_it_is_resolved(keys: set[str], world: str, later: int, closed: bool, proven: bool) -> None:
    made = Desk(chats=CHATS)
    made.ticks(NOW, la(12, 8, 12) if closed else NOW, timedelta(hours=7))
    if closed and MARK in made.snapshot.calls:
        made.snapshot = replace(made.snapshot, calls={**made.snapshot.calls, MARK: replace(made.snapshot.calls[MARK], closed=True)})
    WORLDS[world](made)
    known = made.snapshot.receipts
    doubts = {key: replace(known.get(key, Receipt(key, "done")), state="doubt", reason="?", changed_at=NOW) for key in keys}
    if not proven:
        doubts = {key: Receipt(key, "doubt", reason="?", changed_at=NOW) for key in keys}
    made.snapshot = replace(made.snapshot, receipts={**known, **doubts})
    now = NOW + timedelta(hours=later)
    made._write_down(made.plan(now), now)
    current, status = made.plan(now), status_of(made.inputs(now))
    assert {item.key for item in current.items if item.state == "in doubt"} == keys
    assert len({item.key for item in current.items}) == len(current.items)
    steps = [*status.community, *(step for call in status.calls for step in call.steps)]
    assert {step.key for step in steps if step.state == "in doubt"} == keys
    assert len({step.key for step in steps}) == len(steps)
    assert current.needs_person or not keys
    assert status.needs_person or not keys
    for key in keys:
        done = resolve(made.inputs(now), key, "skip").receipt
        made.snapshot = replace(made.snapshot, receipts={**made.snapshot.receipts, key: done})
    assert [item for item in made.plan(now).items if item.state == "in doubt"] == []


def test_a_skip_is_not_written_over_a_doubt() -> None:
    """There was no meeting to record, says the plan; but whether the recording was copied, nobody knows."""
    made = Desk()
    made.ticks(NOW, la(12, 8, 10), timedelta(hours=7))
    receipts = {key: receipt for key, receipt in made.snapshot.receipts.items() if not key.endswith("/meeting")}
    key = f"{MARK}/recording"
    made.snapshot = replace(made.snapshot, receipts={**receipts, key: Receipt(key, "doubt", reason="?", changed_at=NOW)})
    [item] = [item for item in made.plan(la(12, 8, 13)).items if item.key == key]
    assert (item.state, item.record) == ("in doubt", False)


def test_a_call_about_which_something_is_in_doubt_is_not_closed() -> None:
    made = Desk()
    made.ticks(NOW, la(12, 8, 10), timedelta(hours=7))
    key = f"{MARK}/mail:gone@1"
    made.snapshot = replace(made.snapshot, receipts={**made.snapshot.receipts, key: Receipt(key, "doubt", reason="?", changed_at=NOW)})
    made.ticks(la(12, 8, 12), la(1, 30, year=2027), timedelta(days=1))
    assert not made.snapshot.calls[MARK].closed


def doubting(node: ast.AST) -> bool:
    """A record is made whose state is `doubt`."""
    return isinstance(node, ast.Call) and any(
        isinstance(each, ast.Constant) and each.value == "doubt" for each in (*node.args, *(word.value for word in node.keywords))
    )


def test_there_is_one_way_into_doubt() -> None:
    files = [path for path in PACKAGE.rglob("*.py") if any(map(doubting, ast.walk(ast.parse(path.read_text(encoding="utf-8")))))]
    assert [str(path.relative_to(PACKAGE)) for path in files] == ["reconcile/doubt.py"]


@pytest.mark.parametrize("known", [None, (), (f"{MARK}/mail:x",), (f"{MARK}/mail:x", f"{MARK}/mail:y")])
def test_a_book_is_asked_for_those_that_may_be_in_doubt_alone(known: tuple[str, ...] | None) -> None:
    receipts = {f"{MARK}/mail:x": Receipt(f"{MARK}/mail:x", "doubt"), f"{MARK}/mail:y": Receipt(f"{MARK}/mail:y", "done")}
    snapshot = replace(Desk(config()).snapshot, receipts=receipts, maybe_in_doubt=known)
    assert snapshot.in_doubt == ([] if known == () else [f"{MARK}/mail:x"])
