"""A machine that is suspended in the middle of a tick: the program does not notice, and when it wakes, the call may be over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from automation.config.load import read_all
from automation.ledger.sqlite import Ledger
from automation.reconcile.course import Course, begun
from automation.reconcile.report import Report
from automation.reconcile.tick import tick
from tests.end_to_end.month import at
from tests.end_to_end.stage import PRESS, Stage

CALL = at(2026, 12, 8, 19)
MARK = "floss-mentoring/monthly-call/2026-12-08"
# The last mail and the last post go out an hour before.
SOON = CALL - timedelta(hours=1)
SLEPT = timedelta(hours=2)
TICK = "floss-mentoring/tick"


def staged(folder: Path, sandbox: Any, via: str) -> Stage:
    """A call that has been announced, an hour and a minute before it begins."""
    stage = Stage(folder, sandbox)
    stage.edit('via = "gmail"', f'via = "{via}"')
    for now in (CALL - timedelta(days=8), CALL - timedelta(days=7), CALL - timedelta(days=1), SOON - timedelta(minutes=1)):
        assert stage.tick(now).exit_code == 0
    sandbox.ask("DELETE", "log")
    return stage


@pytest.fixture(params=["gmail", "smtp"])
def stage(tmp_path: Path, sandbox: Any, request: Any) -> Stage:
    return staged(tmp_path, sandbox, request.param)


class Machine:
    """The clocks of a machine that is suspended for a while after a certain request has been answered, at `SOON`."""

    def __init__(self, stage: Stage, last: Callable[[dict[str, Any]], bool], how_long: timedelta) -> None:
        self.stage, self.last, self.how_long = stage, last, how_long
        self.slept = timedelta()

    def passed(self) -> timedelta:
        """Since the tick began: all else takes no time."""
        if not self.slept and any(map(self.last, self.stage.sandbox.log())):
            self.slept = self.how_long
            self.stage.sandbox.post("clock", {"now": (SOON + self.slept).isoformat()})
        return self.slept

    def course(self, *, counts: bool, given: bool) -> Course:
        """`counts`: this system has a clock that counts the time in which it was suspended."""
        began = at(2030, 1, 1) if given else SOON
        elapsed = self.passed if counts else timedelta
        return Course(machine=lambda: began + self.passed(), given=given, elapsed=elapsed, awake=timedelta, started=began)


def nap(
    stage: Stage, last: Callable[[dict[str, Any]], bool], *, how_long: timedelta = SLEPT, counts: bool = True, given: bool = False
) -> Report:
    """A tick in the middle of which the machine is suspended."""
    stage.sandbox.post("clock", {"now": SOON.isoformat()})
    files = read_all(stage.config, stage.credentials, stage.templates, need_credentials=True)
    with Ledger(stage.state) as ledger:
        return tick(ledger, files, SOON, PRESS, course=Machine(stage, last, how_long).course(counts=counts, given=given))


def looked(entry: dict[str, Any]) -> bool:
    return bool(entry["service"] == "calendar")


def marked(entry: dict[str, Any]) -> bool:
    """The last thing before a mail goes out is a mark on the calendar entry."""
    return bool(entry["service"] == "calendar" and entry["method"] == "PATCH")


def drafted(entry: dict[str, Any]) -> bool:
    return bool(entry["method"] == "POST" and entry["path"].endswith("/drafts"))


def told(stage: Stage) -> list[str]:
    """What members were told of the last hour before the call."""
    mails = [*stage.state_of("gmail")["delivered"], *stage.state_of("smtp")["mails"]]
    keys = [str(mail["headers"]["X-Callkeeper-Key"]) for mail in mails]
    return [key for key in keys if key.endswith("starting-soon")] + [post["content"] for post in stage.posts() if " starts <t:" in post["content"]]


@pytest.mark.parametrize("counts", [True, False], ids=["boottime", "monotonic"])
@pytest.mark.parametrize("given", [False, True], ids=["clock", "now"])
def test_after_waking_nothing_goes_out_for_what_has_begun_meanwhile(stage: Stage, counts: bool, given: bool) -> None:
    report = nap(stage, looked, counts=counts, given=given)
    assert (report.exit_code, report.done, list(report.failed)) == (1, [], [TICK])
    assert "stood still" in report.failed[TICK].error
    assert told(stage) == []
    assert stage.tick(SOON + SLEPT).exit_code == 0
    assert told(stage) == []


@pytest.mark.parametrize("what", ["mail", "chat"])
def test_what_was_about_to_go_out_when_it_was_suspended_does_not_go_out_after_waking(stage: Stage, what: str) -> None:
    (stage.templates / {"mail": "chat", "chat": "mail"}[what] / "starting-soon.md").unlink()
    assert nap(stage, marked).exit_code == 1
    wakes(stage, what)


def test_a_draft_that_lay_there_when_it_was_suspended_is_removed_after_waking(tmp_path: Path, sandbox: Any) -> None:
    stage = staged(tmp_path, sandbox, "gmail")
    assert "stood still" in nap(stage, drafted).failed[f"{MARK}/mail:starting-soon"].error
    assert len(stage.state_of("gmail")["drafts"]) == 1
    wakes(stage, "mail")


def wakes(stage: Stage, what: str) -> None:
    """It is too late for it, it was not sent, and nothing of it is left."""
    for minutes in (0, 2, 10):
        assert told(stage) == []
        stage.tick(SOON + SLEPT + timedelta(minutes=minutes))
    assert told(stage) == stage.state_of("gmail")["drafts"] == []
    with Ledger(stage.state) as ledger:
        assert ledger.snapshot().receipts[f"{MARK}/{what}:starting-soon"].state == "skipped"


@pytest.mark.parametrize("last", [looked, marked])
def test_what_is_still_of_use_after_waking_goes_out_with_the_next_tick(stage: Stage, last: Callable[[dict[str, Any]], bool]) -> None:
    half = timedelta(minutes=30)
    nap(stage, last, how_long=half)
    assert told(stage) == []
    for minutes in (0, 2, 10):
        stage.tick(SOON + half + timedelta(minutes=minutes))
    assert len(told(stage)) == 2
    assert told(stage)[0] == f"{MARK}/mail:starting-soon"
    assert stage.state_of("gmail")["drafts"] == []


def test_a_clock_that_is_set_forward_in_the_middle_of_a_tick_ends_it_too() -> None:
    clock = [at(2026, 12, 8)]
    course = begun(lambda: False, lambda: clock[0], given=False)
    assert course.over() == ""
    clock[0] += timedelta(seconds=59)
    assert course.over() == ""
    clock[0] += timedelta(seconds=3)
    assert "stood still" in course.over()
    clock[0] -= timedelta(days=1)
    assert course.over() == "", "set back, it makes nothing late"


def test_the_real_clocks_of_a_machine_that_is_awake() -> None:
    course = begun(lambda: False, lambda: datetime.now(UTC), given=False)
    assert course.over() == ""
    assert course.awake is not None
    assert timedelta() <= course.awake() <= course.elapsed() < timedelta(minutes=1)
