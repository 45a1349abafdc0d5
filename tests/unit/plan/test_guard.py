"""Plans that look like a mistake: which are held back, what of them, and what goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from automation.domain.begun import MailBegun
from automation.domain.model import Calendar, Mail, Rule
from automation.domain.receipts import Receipt
from tests.planning import MARK, Desk, cancelled, config, days, la, mail, moved, series, short

JAN, FEB = la(1, 12, 11, year=2027), la(2, 9, 11, year=2027)
FAR = config(calendar=Calendar(horizon_days=80))
ANNOUNCED = la(12, 2)


def desk() -> Desk:
    """Three calls in the calendar, the Group invited to each; the first announced."""
    made = Desk(FAR)
    made.ticks(la(11, 28), ANNOUNCED, timedelta(hours=3))
    return made


def test_one_cancellation_goes_through_and_two_are_held_back() -> None:
    one = desk()
    one.change(cancelled())
    assert one.plan(ANNOUNCED).refused == ()
    two = desk()
    two.change(cancelled(), cancelled(JAN.date()))
    [refusal] = two.plan(ANNOUNCED).refused
    assert refusal.marks == ("floss/monthly/2026-12-08", "floss/monthly/2027-01-12")
    assert "cancel 2 calls at once" in refusal.sentence
    assert "--force" in refusal.sentence


def test_a_refused_plan_holds_back_only_the_calls_it_names() -> None:
    made = desk()
    made.change(cancelled(JAN.date()), cancelled(FEB.date()))
    done = made.ticks(ANNOUNCED, la(12, 8, 13))
    assert {key.partition("/")[0] for key in done} <= {"2026-12-08", "page"}
    assert "2026-12-08/mail:recap" in done
    assert made.snapshot.calls["floss/monthly/2027-01-12"].sequence == 0


def test_two_announced_calls_may_not_be_moved_at_once() -> None:
    made = desk()
    made.change(moved(la(12, 9, 11)), moved(JAN + timedelta(days=1), JAN.date()))
    [refusal] = made.plan(ANNOUNCED).refused
    assert "move 2 calls at once" in refusal.sentence
    assert made.plan(ANNOUNCED).needs_person


def test_calls_that_nobody_has_heard_of_may_be_moved_together() -> None:
    made = Desk(config(calendar=Calendar(horizon_days=80, invite="none")))
    made.tick(la(11, 28))
    made.change(moved(la(12, 9, 11)), moved(JAN + timedelta(days=1), JAN.date()))
    assert made.plan(la(11, 28, 1)).refused == ()


def test_one_move_and_one_cancellation_are_no_mass() -> None:
    made = desk()
    made.change(moved(la(12, 9, 11)), cancelled(JAN.date()))
    assert made.plan(ANNOUNCED).refused == ()


def test_a_wrong_zone_that_moves_every_call_is_held_back() -> None:
    made = desk()
    made.config = replace(FAR, series=(series(zone=ZoneInfo("Europe/Berlin")),))
    assert [len(refusal.marks) for refusal in made.plan(ANNOUNCED).refused] == [3]


def test_deleting_many_events_by_hand_is_held_back_too() -> None:
    made = desk()
    for day in ("2026-12-08", "2027-01-12", "2027-02-09"):
        made.needs_person(f"floss/monthly/{day}", status="cancelled")
    assert [len(refusal.marks) for refusal in made.plan(ANNOUNCED).refused] == [3]
    assert made.plan(ANNOUNCED).ready == []


def test_force_lets_it_through() -> None:
    made = desk()
    made.change(cancelled(), cancelled(JAN.date()))
    made.force = True
    assert made.plan(ANNOUNCED).refused == ()
    done = made.tick(ANNOUNCED)
    assert [key for key in done if "mail:" in key] == ["2026-12-08/mail:cancelled@1", "2027-01-12/mail:cancelled@1"]


def test_what_is_held_back_is_not_published() -> None:
    """The page keeps the calls as members know them."""

    def published() -> list[tuple[str, str]]:
        return [(str(call.id), call.status) for call in made.plan(ANNOUNCED).shown]

    made = desk()
    before = published()
    made.change(cancelled(JAN.date()), cancelled(FEB.date()))
    assert "page" not in made.tick(ANNOUNCED)
    assert published() == before
    assert "cancelled" in {call.status for call in made.plan(ANNOUNCED).calls}, "the plan says what the config asks for"


def test_one_call_comes_back_by_itself_and_two_that_members_have_heard_of_are_held_back() -> None:
    made = desk()
    made.change(cancelled())
    made.tick(ANNOUNCED)
    made.change(cancelled(), cancelled(JAN.date()))
    made.tick(ANNOUNCED)
    made.change(cancelled(JAN.date()))
    assert made.plan(ANNOUNCED).refused == ()
    made.change()
    [refusal] = made.plan(ANNOUNCED).refused
    assert refusal.marks == (MARK, "floss/monthly/2027-01-12")
    assert "restore 2 calls at once" in refusal.sentence
    before = list(made.sent)
    made.tick(ANNOUNCED)
    assert made.sent == before
    made.force = True
    made.tick(ANNOUNCED)
    assert made.sent[len(before) :] == ["2026-12-08/mail:restored@2", "2027-01-12/mail:restored@2"]


def test_taking_the_edit_back_ends_the_refusal() -> None:
    made = desk()
    made.change(cancelled(), cancelled(JAN.date()))
    made.tick(ANNOUNCED)
    made.change()
    assert made.plan(ANNOUNCED).refused == ()
    assert made.plan(ANNOUNCED).ready == []


def _later_rule(made: Desk) -> None:
    """A new rule takes over before a call that the members have heard of."""
    second = Rule(date(2026, 12, 3), "second Wednesday", "FREQ=MONTHLY;BYDAY=2WE", time(11))
    made.config = replace(made.config, series=(replace(series(), rules=(*series().rules, second)),))


def _no_series(made: Desk) -> None:
    other = series(uid="other", rules=(Rule(date(2027, 5, 1), "first Monday", "FREQ=MONTHLY;BYDAY=1MO", time(9)),))
    made.config = replace(made.config, series=(other,))


def _later_from(made: Desk) -> None:
    made.config = replace(made.config, series=(series(rules=(replace(series().rules[0], start=date(2027, 1, 1)),)),))


@pytest.mark.parametrize("edit", [_later_rule, _no_series, _later_from])
def test_an_announced_call_that_vanishes_is_held_back_and_stays_as_it_was(edit: Callable[[Desk], None]) -> None:
    made = Desk()
    made.ticks(la(11, 28), ANNOUNCED)
    before, sent = made.snapshot.calls[MARK], list(made.sent)
    edit(made)
    [refusal] = made.plan(ANNOUNCED).refused
    assert MARK in refusal.marks
    assert "--force" in refusal.sentence
    assert "from = 2026-12-09" in refusal.sentence
    assert "cancel = true" in refusal.sentence
    made.ticks(ANNOUNCED, la(12, 8, 9), timedelta(hours=6))
    assert made.snapshot.calls[MARK] == before
    assert [key for key in made.sent if key.startswith("2026-12-08")] == [key for key in sent if key.startswith("2026-12-08")]
    assert made.plan(la(12, 8, 12)).refused == (), "what is over is not held back"


def test_the_other_half_of_such_an_edit_waits_too() -> None:
    """A rule changed from Tuesday to Wednesday: nobody is invited to a second call in the same week before it is decided."""
    made = Desk()
    made.ticks(la(11, 28), ANNOUNCED)
    rule = replace(series().rules[0], every="second Wednesday", rrule="FREQ=MONTHLY;BYDAY=2WE")
    made.config = replace(made.config, series=(series(rules=(rule,)),))
    [refusal] = made.plan(ANNOUNCED).refused
    assert refusal.marks == (MARK, "floss/monthly/2026-12-09")
    assert "2026-12-09 may come of the same edit" in refusal.sentence
    assert [key for key in made.ticks(ANNOUNCED, la(12, 7)) if key.startswith("2026-12-09")] == []


def test_a_call_dragged_onto_a_day_that_is_over_is_no_call_that_was_held() -> None:
    made = Desk()
    made.ticks(la(11, 28), ANNOUNCED)
    before = made.snapshot.calls[MARK]
    made.needs_person(start=la(12, 1, 11), end=la(12, 1, 12))
    [refusal] = made.plan(ANNOUNCED).refused
    assert refusal.marks == (MARK,)
    assert "into the past" in refusal.sentence
    assert [key for key in made.ticks(ANNOUNCED, la(12, 4)) if key.startswith("2026-12-08")] == []
    assert made.snapshot.calls[MARK] == before
    made.needs_person(start=la(12, 8, 11), end=la(12, 8, 12))
    assert made.plan(la(12, 4)).refused == ()


@pytest.mark.parametrize("edit", [_later_rule, _no_series, _later_from])
def test_with_force_it_is_cancelled_and_no_reason_of_ours_reaches_anybody(edit: Callable[[Desk], None]) -> None:
    made = Desk()
    made.ticks(la(11, 28), ANNOUNCED)
    edit(made)
    made.force = True
    assert "2026-12-08/mail:cancelled@1" in made.tick(ANNOUNCED)
    made.force = False
    assert made.plan(ANNOUNCED).refused == ()
    assert (made.snapshot.calls[MARK].cancelled, made.snapshot.calls[MARK].reason) == (True, "")
    assert {call.reason for call in made.plan(ANNOUNCED).shown} == {""}


def test_a_person_may_cancel_what_is_held_back() -> None:
    made = Desk()
    made.ticks(la(11, 28), ANNOUNCED)
    _later_rule(made)
    made.needs_person(status="cancelled")
    assert made.plan(ANNOUNCED).refused == ()
    assert "2026-12-08/mail:cancelled@1" in made.tick(ANNOUNCED)


def test_putting_the_rule_back_ends_it() -> None:
    made = Desk()
    made.ticks(la(11, 28), ANNOUNCED)
    before = made.config
    _later_from(made)
    made.tick(ANNOUNCED)
    made.config = before
    assert made.plan(ANNOUNCED).refused == ()
    assert "2026-12-08/mail:reminder" in made.ticks(ANNOUNCED, la(12, 7, 12))


def test_calls_that_nobody_has_heard_of_go_without_a_word() -> None:
    made = Desk(config(calendar=Calendar(horizon_days=80, invite="none")))
    made.tick(la(11, 28))
    _later_from(made)
    assert made.plan(la(11, 28)).refused == ()
    made.tick(la(11, 28))
    assert made.snapshot.calls[MARK].cancelled
    made.ticks(la(11, 28), ANNOUNCED)
    assert made.sent == []


def test_a_cancelled_call_that_vanishes_keeps_its_reason() -> None:
    made = Desk()
    made.ticks(la(11, 28), ANNOUNCED)
    made.change(cancelled())
    made.tick(ANNOUNCED)
    _no_series(made)
    assert made.plan(ANNOUNCED).refused == ()
    assert made.snapshot.calls[MARK].reason == "Winter break"
    assert made.plan(ANNOUNCED).states == {}


def test_a_call_to_come_is_not_moved_into_the_past() -> None:
    made = Desk()
    made.ticks(la(11, 28), ANNOUNCED)
    made.change(moved(la(11, 24, 11)))
    [refusal] = made.plan(ANNOUNCED).refused
    assert (refusal.marks, "into the past" in refusal.sentence) == ((MARK,), True)
    before = list(made.sent)
    made.tick(ANNOUNCED)
    assert made.sent == before
    assert made.snapshot.calls[MARK].sequence == 0


MANY = tuple(mail(f"m{number}", days(1)) for number in range(4))


def test_more_mails_in_a_day_than_allowed_make_all_of_them_wait() -> None:
    made = Desk(mails=MANY)
    made.ticks(la(11, 28), la(12, 7, 11), timedelta(hours=1))
    assert made.sent == []
    [refusal] = made.plan(la(12, 7, 11)).refused
    assert len(refusal.keys) == 4
    states = {state for key, state in short(made.plan(la(12, 7, 11)).items) if "mail:" in key}
    assert states == {"waiting"}
    assert made.plan(la(12, 7, 11)).needs_person


def test_as_many_as_allowed_go_out() -> None:
    made = Desk(config(mail=Mail("gmail", "o@example.org", group_mails_per_day=4)), mails=MANY)
    made.ticks(la(12, 7, 10), la(12, 7, 11))
    assert len(made.sent) == 4


def test_what_went_out_on_the_same_local_day_counts() -> None:
    """Three at noon of the seventh, a fourth due on the same day in Los Angeles (already the eighth in UTC)."""
    made = Desk(mails=(*MANY[:3], mail("evening", days(1, la(1, 1, 20).time()))))
    made.ticks(la(12, 6, 10), la(12, 7, 20))
    assert made.sent == ["2026-12-08/mail:m0", "2026-12-08/mail:m1", "2026-12-08/mail:m2"]
    assert made.plan(la(12, 7, 20)).refused[0].keys == ("floss/monthly/2026-12-08/mail:evening",)
    made.tick(la(12, 8, 0))
    assert made.sent[-1] == "2026-12-08/mail:evening", "the next local day it may go"


def test_a_mail_that_was_begun_is_finished_and_not_counted_again() -> None:
    made = Desk(mails=MANY)
    made.ticks(la(12, 6, 10), la(12, 7, 10))
    key = "floss/monthly/2026-12-08/mail:m0"
    made.snapshot = replace(made.snapshot, receipts={**made.snapshot.receipts, key: Receipt(key, "claimed", begun=MailBegun(draft="r1"))})
    assert [item.key for item in made.plan(la(12, 7, 11)).ready if "mail:" in item.key] == [
        f"floss/monthly/2026-12-08/mail:m{n}" for n in range(4)
    ], "three more are within the limit"


@pytest.mark.parametrize("kind", ["mail:x", "digest:2026-12-07"])
def test_only_mails_to_the_group_of_known_series_count(kind: str) -> None:
    made = Desk(mails=MANY[:3])
    made.ticks(la(12, 6, 10), la(12, 7, 10))
    key = f"floss/{kind}" if kind.startswith("digest") else f"floss/monthly/2026-12-08/{kind}"
    made.snapshot = replace(made.snapshot, receipts={**made.snapshot.receipts, key: Receipt(key, "done", done_at=la(12, 7, 9))})
    assert bool(made.plan(la(12, 7, 11)).refused) == kind.startswith("mail")
