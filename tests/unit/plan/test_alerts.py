"""What organizers are told: which concerns there are, each once, in at most one digest a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from automation.domain.begun import DigestBegun, MailBegun
from automation.domain.instants import rfc3339
from automation.domain.receipts import Notice, Pause, Receipt
from automation.plan.alerts import PATIENCE, concerns, texts
from automation.plan.steps.digest import digest_step
from tests.planning import MARK, Desk, cancelled, config, la

NOW = la(12, 1, 9)
KEY = f"{MARK}/mail:announcement"


def desk_with(**receipt: Any) -> Desk:
    desk = Desk()
    desk.ticks(la(11, 30), la(12, 1, 8))
    desk._look(NOW)
    if receipt:
        desk.snapshot = replace(desk.snapshot, receipts={**desk.snapshot.receipts, KEY: Receipt(KEY, **receipt)})
    return desk


def concern(desk: Desk, now: Any = NOW) -> dict[str, str]:
    return concerns(desk.config, desk.plan(now), desk.snapshot, now)


def test_all_is_well() -> None:
    assert concern(desk_with()) == {}


def test_a_doubt_names_the_key_and_the_three_ways_out() -> None:
    [(key, text)] = concern(desk_with(state="doubt", reason="the connection was lost")).items()
    assert key == f"{KEY}#in doubt"
    assert all(word in text for word in (KEY, "the connection was lost", "resolve", "--happened", "--repeat", "--skip"))


def test_what_needs_a_person_is_told_at_once() -> None:
    desk = desk_with(state="failed", reason="403", needs_person=True, retry_at=NOW + timedelta(days=1))
    assert list(concern(desk).values()) == [f"{KEY} needs a person: 403"]


def test_a_begun_mail_that_needs_a_person_is_told_at_once() -> None:
    desk = desk_with(state="claimed", begun=MailBegun(draft="r1"), reason="403", needs_person=True, retry_at=NOW + timedelta(days=1))
    assert list(concern(desk).values()) == [f"{KEY} needs a person: 403"]


def test_a_failure_is_told_when_it_outlasts_patience() -> None:
    since = NOW - PATIENCE
    desk = desk_with(state="failed", reason="503", failing_since=since, retry_at=NOW + timedelta(hours=1))
    assert concern(desk) == {}
    desk._look(NOW + timedelta(minutes=1))
    [text] = concern(desk, NOW + timedelta(minutes=1)).values()
    assert "503" in text
    assert "tried again by itself" in text


def test_a_mail_whose_time_passed_is_told() -> None:
    desk = desk_with(state="failed", reason="503", retry_at=NOW)
    desk._look(la(12, 8, 11))
    found = concern(desk, la(12, 8, 11))
    assert f"{KEY}#skipped" in found
    assert "its time passed: 503" in found[f"{KEY}#skipped"]


def test_refusals_and_stopped_services_are_told_under_a_steady_key() -> None:
    desk = desk_with()
    desk.config = config(calendar=replace(config().calendar, horizon_days=80))
    desk.tick(NOW)
    desk.change(cancelled(), cancelled(la(1, 12, year=2027).date()))
    desk.snapshot = replace(desk.snapshot, pauses={"gmail": Pause("gmail", NOW + timedelta(days=1), "log in again", True, "f")})
    first, second = concern(desk), concern(desk, NOW + timedelta(minutes=5))
    assert first == second
    assert {key.partition("#")[0] for key in first} >= {"refused", "gmail"}


def test_a_calendar_that_cannot_be_seen_for_hours_is_told_once() -> None:
    desk = desk_with()
    late = NOW + timedelta(hours=4, minutes=30)
    found = concern(desk, late)
    again = concern(desk, late + timedelta(minutes=30))
    looks = {key for key in (*found, *again) if key.startswith("look#")}
    assert len(looks) == 1


def notices(*names: str, told: bool = False) -> tuple[Notice, ...]:
    return tuple(Notice(name, f"about {name}", NOW, NOW if told else None) for name in names)


def test_a_digest_holds_everything_that_is_untold() -> None:
    desk = desk_with()
    desk.snapshot = replace(desk.snapshot, notices=(*notices("a", "b"), *notices("old", told=True)))
    step = digest_step(desk.config, desk.snapshot, NOW)
    assert step is not None
    assert (step.key, step.notices) == ("floss/digest:2026-12-01", ("a", "b"))
    assert texts(desk.snapshot, step.notices) == {"a": "about a", "b": "about b"}


def test_there_is_no_digest_with_nothing_to_tell_and_none_within_a_day_of_the_last() -> None:
    desk = desk_with()
    assert digest_step(desk.config, desk.snapshot, NOW) is None
    told = replace(desk.snapshot, notices=notices("a"), meta={**desk.snapshot.meta, "digest_at": rfc3339(NOW)})
    assert digest_step(desk.config, told, NOW + timedelta(hours=23)) is None
    assert digest_step(desk.config, told, NOW + timedelta(hours=24)) is not None
    assert digest_step(desk.config, told, NOW - timedelta(days=30)) is not None, "the clock was set back"


def test_a_digest_on_a_day_that_comes_twice_has_a_key_of_its_own() -> None:
    desk = desk_with()
    keys = []
    for _ in range(3):
        snapshot = replace(desk.snapshot, notices=notices("a"))
        step = digest_step(desk.config, snapshot, NOW)
        assert step is not None
        keys.append(step.key)
        failed = Receipt(step.key, "failed", retry_at=NOW)
        again = digest_step(desk.config, replace(snapshot, receipts={**snapshot.receipts, step.key: failed}), NOW)
        assert again is not None
        assert again.key == step.key, "what did not go out goes out under the same key"
        desk.snapshot = replace(desk.snapshot, receipts={**desk.snapshot.receipts, step.key: Receipt(step.key, "done", done_at=NOW)})
    assert keys == ["floss/digest:2026-12-01", "floss/digest:2026-12-01@2", "floss/digest:2026-12-01@3"]


def test_a_digest_that_was_begun_is_finished_under_its_own_key() -> None:
    desk = desk_with()
    begun = Receipt("floss/digest:2026-11-30", "claimed", begun=DigestBegun(draft="r1"))
    snapshot = replace(desk.snapshot, notices=notices("a"), receipts={**desk.snapshot.receipts, begun.key: begun})
    step = digest_step(desk.config, snapshot, NOW)
    assert step is not None
    assert step.key == begun.key
    waiting = replace(snapshot, receipts={begun.key: replace(begun, retry_at=NOW + timedelta(minutes=5))})
    assert digest_step(desk.config, waiting, NOW) is None
