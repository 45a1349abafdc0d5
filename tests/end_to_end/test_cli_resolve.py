"""`resolve`: a person's word about a step, and what the next tick makes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from automation.domain.proofs import Skipped
from automation.domain.receipts import Receipt
from automation.ledger.lock import exclusive
from automation.ledger.sqlite import Ledger
from tests.end_to_end.stage import Stage

CALL = "floss-mentoring/monthly-call/2026-12-08"
MAIL = f"{CALL}/mail:announcement"
START = datetime(2026, 12, 8, 19, 0, tzinfo=UTC)
BEFORE = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ANNOUNCED = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
LATER = ANNOUNCED + timedelta(minutes=10)


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    return Stage(tmp_path, sandbox)


@pytest.fixture
def doubtful(stage: Stage) -> Stage:
    """A stage on which the announcement went to the mail server, whose answer was lost."""
    stage.edit('via = "gmail"', 'via = "smtp"')
    stage.tick(BEFORE)
    stage.sandbox.fault("drop_after", service="smtp", method="DATA")
    stage.tick(ANNOUNCED)
    assert receipt(stage, MAIL).state == "doubt"
    return stage


def receipt(stage: Stage, key: str) -> Receipt:
    with Ledger(stage.state) as ledger:
        found = ledger.snapshot().get(key)
    assert found is not None
    return found


def settle(stage: Stage, key: str, decision: str, now: datetime = LATER, *, code: int = 0) -> str:
    done = stage.run("resolve", key, decision, now=now)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def announcements(stage: Stage) -> int:
    """How many reached the Group through the mail server."""
    return len([mail for mail in stage.state_of("smtp")["mails"] if mail["headers"]["X-Callkeeper-Key"] == MAIL])


def test_happened_counts_as_done_and_nothing_is_sent_again(doubtful: Stage) -> None:
    assert "counts as done" in settle(doubtful, MAIL, "--happened")
    report = doubtful.tick(LATER)
    assert (announcements(doubtful), report.exit_code) == (1, 0)
    assert receipt(doubtful, MAIL).state == "done"
    doubtful.tick(START - timedelta(days=1))
    assert announcements(doubtful) == 1


def test_repeat_does_it_again_with_the_next_tick_and_only_once(doubtful: Stage) -> None:
    assert "is done by the next tick: mail “announcement”" in settle(doubtful, MAIL, "--repeat")
    assert doubtful.tick(LATER).done == [MAIL]
    doubtful.tick(LATER + timedelta(hours=1))
    assert announcements(doubtful) == 2


def test_skip_leaves_it_out_with_the_reason(doubtful: Stage) -> None:
    assert "is skipped" in settle(doubtful, MAIL, "--skip")
    report = doubtful.tick(LATER)
    assert (announcements(doubtful), report.exit_code) == (1, 0)
    assert (receipt(doubtful, MAIL).state, receipt(doubtful, MAIL).reason) == ("skipped", "a person decided so")


def test_a_doubt_whose_time_has_passed_cannot_be_repeated(doubtful: Stage) -> None:
    said = settle(doubtful, MAIL, "--repeat", START + timedelta(hours=1), code=2)
    assert "cannot be done any more" in said
    assert "--happened or --skip" in said
    assert receipt(doubtful, MAIL).state == "doubt"


def test_a_wrong_key_gets_the_right_ones_as_suggestion(doubtful: Stage) -> None:
    said = settle(doubtful, MAIL.replace("announcement", "anouncement"), "--skip", code=2)
    assert f"did you mean {MAIL}" in said


@pytest.mark.parametrize(("key", "sentence"), [(f"{CALL}/event", "is done"), (f"{CALL}/mail:reminder", "has not been tried yet")])
def test_a_step_with_nothing_to_settle_is_left_alone(doubtful: Stage, key: str, sentence: str) -> None:
    assert sentence in settle(doubtful, key, "--skip", code=2)


@pytest.mark.parametrize("options", [[], ["--skip", "--happened"]])
def test_exactly_one_decision_is_wanted(stage: Stage, options: list[str]) -> None:
    done = stage.run("resolve", MAIL, *options)
    assert done.returncode == 2
    assert "exactly one of --happened, --repeat and --skip" in done.stderr


def test_without_a_ledger_there_is_nothing_to_settle_and_none_is_made(stage: Stage) -> None:
    assert "there is no ledger" in settle(stage, MAIL, "--skip", code=2)
    assert not stage.state.parent.exists()


def test_it_works_beside_a_worker_but_not_on_the_step_in_its_hands(doubtful: Stage) -> None:
    with Ledger(doubtful.state) as ledger:
        ledger.put(Receipt(f"{CALL}/notes", "claimed"), ANNOUNCED)
    before = receipt(doubtful, f"{CALL}/notes")
    with exclusive(doubtful.state) as free:
        assert free
        assert "counts as done" in settle(doubtful, MAIL, "--happened")
        assert "at work on this very step" in settle(doubtful, f"{CALL}/notes", "--repeat")
    assert receipt(doubtful, f"{CALL}/notes") == before


def test_a_mail_that_a_person_does_not_want_leaves_no_draft_behind(stage: Stage) -> None:
    stage.tick(BEFORE)
    stage.sandbox.fault("status", service="gmail", method="POST", path="drafts/send", status=400, times=9)
    stage.tick(ANNOUNCED)
    assert len(stage.state_of("gmail")["drafts"]) >= 1
    assert "removes its draft" in settle(stage, MAIL, "--skip")
    stage.sandbox.ask("DELETE", "faults")
    report = stage.tick(LATER)
    assert report.skipped == {MAIL: "a person decided so"}
    assert [mail for mail in stage.mail_keys() if mail == MAIL] == []


def test_a_skipped_recording_is_looked_for_again_and_completes_the_archive(stage: Stage) -> None:
    for now in (BEFORE, START - timedelta(hours=1), START + timedelta(hours=2)):
        stage.tick(now)
    key = f"{CALL}/recording"
    with Ledger(stage.state) as ledger:
        ledger.put(Receipt(key, "skipped", data=Skipped(START), reason="a person decided so"), START)
    over = START + timedelta(days=12)
    stage.tick(over)
    assert stage.archive()[0]["recording"] is None
    with Ledger(stage.state) as ledger:
        assert ledger.snapshot().calls[CALL].closed
    [meeting] = [meeting for meeting in stage.meetings() if meeting["agenda"].endswith("2026-12-08")]
    number = int(meeting["id"])
    stage.sandbox.people("zoom", "hold", meeting_id=number, start=START.isoformat(), end=(START + timedelta(hours=1)).isoformat())
    stage.sandbox.people("zoom", "record", meeting_id=number, status="processing")
    assert "look for the recording" in settle(stage, key, "--repeat", over)
    stage.tick(over + timedelta(hours=1))
    assert receipt(stage, key).state == "waiting"
    stage.sandbox.people("zoom", "finish_recording", meeting_id=number)
    stage.tick(over + timedelta(days=1))
    assert receipt(stage, key).state == "done"
    assert stage.archive()[0]["recording"] == receipt(stage, key).data.link


class TestAnEventMadeByHand:
    """Somebody put the call into the calendar before Callkeeper came."""

    key = f"{CALL}/event"

    @pytest.fixture
    def asked(self, stage: Stage) -> Stage:
        stage.sandbox.people(
            "calendar", "create", summary="FLOSS-Mentoring", start="2026-12-08T19:00:00Z", end="2026-12-08T20:00:00Z",
            description="Bring a friend.", attendees=[{"email": "ada@example.org"}],
        )  # fmt: skip
        report = stage.tick(BEFORE)
        assert report.exit_code == 3
        assert "made by hand" in report.failed[self.key].error
        return stage

    def of_that_day(self, stage: Stage) -> list[dict[str, Any]]:
        return [event for event in stage.events() if event["start"]["dateTime"].startswith("2026-12-08") and event["status"] != "cancelled"]

    def test_happened_takes_it_over_with_its_text_and_guests(self, asked: Stage) -> None:
        assert "is taken over" in settle(asked, self.key, "--happened", BEFORE)
        assert asked.tick(BEFORE + timedelta(hours=1)).exit_code == 0
        [event] = self.of_that_day(asked)
        assert event["extendedProperties"]["private"]["callkeeper"] == CALL
        assert event["summary"] == "FLOSS-Mentoring monthly call"
        assert event["description"].endswith("Bring a friend.")
        assert "zoom" in event["location"]
        assert {guest["email"] for guest in event["attendees"]} == {"ada@example.org", "floss-mentoring@googlegroups.com"}

    def test_and_it_is_followed_like_any_other_event(self, asked: Stage) -> None:
        settle(asked, self.key, "--happened", BEFORE)
        asked.tick(BEFORE + timedelta(hours=1))
        asked.change('  [[series.change]]\n  date = 2026-12-08\n  move_to = 2026-12-08T14:00:00\n  reason = "later"')
        asked.tick(BEFORE + timedelta(hours=2))
        [event] = self.of_that_day(asked)
        assert datetime.fromisoformat(event["start"]["dateTime"]) == START + timedelta(hours=3)

    def test_repeat_makes_another_one_beside_it(self, asked: Stage) -> None:
        settle(asked, self.key, "--repeat", BEFORE)
        assert asked.tick(BEFORE + timedelta(hours=1)).exit_code == 0
        assert len(self.of_that_day(asked)) == 2

    def test_skip_leaves_the_call_without_one(self, asked: Stage) -> None:
        settle(asked, self.key, "--skip", BEFORE)
        assert asked.tick(BEFORE + timedelta(hours=1)).exit_code == 0
        assert [event["summary"] for event in self.of_that_day(asked)] == ["FLOSS-Mentoring"]


def test_a_link_cannot_be_taken_on_trust(stage: Stage) -> None:
    stage.tick(BEFORE)
    stage.tick(ANNOUNCED - timedelta(hours=20))
    stage.sandbox.fault("status", service="docs", status=403, times=9)
    stage.tick(ANNOUNCED)
    assert "use --repeat, which looks for it" in settle(stage, f"{CALL}/notes", "--happened", code=2)
    stage.sandbox.ask("DELETE", "faults")
    settle(stage, f"{CALL}/notes", "--repeat")
    assert receipt(stage, f"{CALL}/notes").retry_at is None
