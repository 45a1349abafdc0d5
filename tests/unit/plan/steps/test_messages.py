"""Mails and posts in the plan: windows, conditions, moves, cancellations, restorations, templates that come and go."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from automation.domain.model import Notes, Recordings, Template
from automation.domain.receipts import Receipt
from automation.plan.steps.step_state import Item
from tests.planning import CHATS, DEC, MAILS, MARK, Desk, cancelled, chat, config, days, hours, la, mail, moved, series, short, talk

START = la(11, 25)
ANNOUNCED = la(12, 2)


def announced(**more: Any) -> Desk:
    """The announcement has gone out, nothing else yet."""
    desk = Desk(**more)
    desk.ticks(START, ANNOUNCED, timedelta(hours=3))
    assert desk.kinds("2026-12-08/mail") == ["2026-12-08/mail:announcement"]
    return desk


def mails_of(desk: Desk, now: datetime) -> list[tuple[str, str]]:
    return [pair for pair in short(desk.plan(now).items) if pair[0].startswith("2026-12-08/mail:")]


def item_of(desk: Desk, now: datetime, kind: str) -> Item:
    [found] = [item for item in desk.plan(now).items if item.key == f"{MARK}/{kind}"]
    return found


# -- windows


def test_a_timed_mails_window_ends_at_the_start_of_the_call() -> None:
    desk = Desk()
    desk.tick(START)
    assert item_of(desk, START, "mail:reminder").window.due == la(12, 7, 11)
    assert item_of(desk, START, "mail:reminder").window.expires == la(12, 8, 11)


@pytest.mark.parametrize(
    ("first_tick", "sent"),
    [
        (la(12, 1, 9), ["announcement"]),
        (la(12, 6, 9), ["announcement"]),
        (la(12, 7, 20), ["announcement", "reminder"]),
        (la(12, 8, 10, 59), ["announcement", "reminder", "starting-soon"]),
        (la(12, 8, 11), []),
    ],
)
def test_the_very_first_tick_sends_what_is_late_and_still_useful(first_tick: datetime, sent: list[str]) -> None:
    desk = Desk()
    desk.tick(first_tick)
    assert desk.kinds("2026-12-08") == [f"2026-12-08/mail:{name}" for name in sent]


def test_after_an_outage_a_mail_whose_later_one_has_gone_out_is_skipped() -> None:
    """The reminder could not be made while starting-soon could: after that the reminder is of no more use."""
    desk = announced()
    desk.broken = ("mail:reminder",)
    desk.ticks(la(12, 7, 11), la(12, 8, 10))
    assert desk.kinds("2026-12-08/mail:s") == ["2026-12-08/mail:starting-soon"]
    desk.broken = ()
    desk.tick(la(12, 8, 10, 5))
    receipt = desk.snapshot.receipts[f"{MARK}/mail:reminder"]
    assert (receipt.state, receipt.reason) == ("skipped", "a later one has gone out")
    assert desk.kinds("2026-12-08/mail:r") == []


def test_a_mail_that_was_never_possible_is_skipped_at_the_start_with_a_reason() -> None:
    desk = announced()
    desk.tick(la(12, 8, 11))
    assert desk.snapshot.receipts[f"{MARK}/mail:reminder"].reason.startswith("its time passed")
    assert desk.kinds("2026-12-08/mail:r") == []


def test_a_mail_after_the_call_counts_from_its_end() -> None:
    desk = Desk(mails=(mail("thanks", hours(2, after=True)), mail("survey", days(1, time(18), after=True))))
    desk.ticks(START, la(12, 10))
    done = {key.removeprefix(f"{MARK}/"): receipt.done_at for key, receipt in desk.snapshot.receipts.items()}
    assert (done["mail:thanks"], done["mail:survey"]) == (la(12, 8, 14), la(12, 9, 18))


def test_a_mail_after_the_call_is_not_sent_weeks_later() -> None:
    desk = Desk(mails=(mail("thanks", hours(2, after=True)),))
    desk.tick(la(12, 8, 10))
    desk.tick(la(12, 8, 14) + timedelta(days=20))
    assert desk.sent == []


RECAP = replace(mail("recap", "archived"), body="{% if links.recording %}Watch it{% endif %}{{ missing }}")
BARE = {"notes": Notes(), "recordings": Recordings()}


@pytest.mark.parametrize("role", ["mail", "chat"])
def test_a_recap_with_nothing_to_tell_is_not_sent(role: str) -> None:
    recap = replace(RECAP, role=role)
    desk = Desk(config(**BARE), mails=(recap,) if role == "mail" else (), chats=(recap,) if role == "chat" else ())
    desk.ticks(la(12, 1), la(12, 9), timedelta(hours=6))
    assert desk.sent == []
    receipt = desk.snapshot.receipts[f"{MARK}/{role}:recap"]
    assert (receipt.state, receipt.reason) == ("skipped", "there is neither a recording nor notes to tell of, and none was to come")
    assert desk.snapshot.calls[MARK].closed


def test_a_recap_that_was_promised_says_what_is_missing_and_thanks_without_links_go_out() -> None:
    thanks = mail("thanks", "archived")
    promised = Desk(config(notes=Notes(), recordings=Recordings("drive", "folder", 2)), mails=(RECAP,), recorded=False)
    for desk in (promised, Desk(config(**BARE), mails=(thanks,))):
        desk.ticks(la(12, 1), la(12, 12), timedelta(hours=6))
    assert promised.sent == ["2026-12-08/mail:recap"]
    assert desk.sent == ["2026-12-08/mail:thanks"]


def test_a_recap_is_not_sent_weeks_after_the_archive_entry() -> None:
    desk = Desk(broken=("mail:recap",))
    desk.ticks(la(12, 8, 9), la(12, 8, 13))
    desk.broken = ()
    desk.tick(la(12, 8, 13) + timedelta(days=15))
    assert desk.kinds("2026-12-08/mail:recap") == []
    assert desk.snapshot.receipts[f"{MARK}/mail:recap"].state == "skipped"


# -- conditions and templates that are new


def test_a_condition_that_does_not_hold_skips_the_mail_and_is_asked_only_when_due() -> None:
    asked: list[str] = []

    def applies(template: Template, step: Any) -> bool:
        asked.append(template.name)
        return step.call.talk is not None

    talk_only = (mail("speaker", hours(48), condition="call.talk"),)
    desk = Desk(mails=talk_only, applies=applies)
    desk.ticks(START, la(12, 6, 10))
    assert asked == []
    desk.tick(la(12, 6, 11))
    assert asked
    assert (desk.snapshot.receipts[f"{MARK}/mail:speaker"].reason, desk.sent) == ("its condition does not hold", [])
    with_talk = Desk(config(series(talks=(talk(),))), mails=talk_only, applies=applies)
    with_talk.ticks(START, la(12, 6, 11))
    assert with_talk.sent == ["2026-12-08/mail:speaker"]


def test_a_template_first_seen_after_its_time_does_not_mail_for_that_call() -> None:
    """It mails for the next one."""
    desk = announced()
    desk.mails = (*MAILS, mail("early", days(10)))
    desk.tick(la(12, 2, 1))
    assert desk.snapshot.receipts[f"{MARK}/mail:early"].reason == "the template was added after its time"
    desk.ticks(la(12, 28), la(1, 3, year=2027))
    assert "2027-01-12/mail:early" in desk.sent
    assert "2026-12-08/mail:early" not in desk.sent


def test_a_template_first_seen_before_its_time_mails() -> None:
    desk = announced()
    desk.mails = (*MAILS, mail("late", hours(30)))
    desk.ticks(la(12, 2, 1), la(12, 7, 6))
    assert "2026-12-08/mail:late" in desk.sent


def test_templates_of_the_first_tick_count_as_always_there_and_later_ones_from_their_first_sight() -> None:
    desk = Desk()
    desk.tick(START)
    desk.mails = (*MAILS, mail("new", hours(2)))
    desk.tick(la(11, 26))
    assert desk.snapshot.templates["mail:reminder"] is None
    assert desk.snapshot.templates["mail:new"] == la(11, 26)


def test_a_mail_begun_whose_template_is_gone_is_cleared_away() -> None:
    desk = announced()
    key = f"{MARK}/mail:old"
    desk.snapshot = replace(desk.snapshot, receipts={**desk.snapshot.receipts, key: Receipt(key, "failed", reason="451")})
    desk.tick(la(12, 2, 1))
    assert (desk.snapshot.receipts[key].state, desk.snapshot.receipts[key].reason) == ("skipped", "it is no longer wanted")


def test_without_a_webhook_there_are_no_chat_steps() -> None:
    desk = Desk(chats=())
    assert not [item for item in desk.plan(START).items if item.kind.startswith("chat:")]


# -- moves


def test_a_move_to_another_day_after_the_announcement() -> None:
    """`when moved` once, the announcement not again (once), timed mails at their new times under their plain names."""
    desk = announced()
    desk.change(moved(la(12, 15, 9)))
    assert desk.tick(ANNOUNCED + timedelta(hours=1)) == ["2026-12-08/meeting", "2026-12-08/event", "2026-12-08/mail:moved@1", "page"]
    desk.ticks(ANNOUNCED + timedelta(hours=2), la(12, 16))
    assert desk.kinds("2026-12-08/mail") == [f"2026-12-08/mail:{n}" for n in ("announcement", "moved@1", "reminder", "starting-soon", "recap")]
    assert desk.snapshot.receipts[f"{MARK}/mail:reminder"].done_at == la(12, 14, 9)


def test_timed_mails_that_had_gone_out_for_the_old_day_go_out_again_for_the_new_one() -> None:
    """Keys carry the sequence; `once` is kept; a mail that had not gone out keeps its plain key."""
    desk = announced()
    desk.ticks(la(12, 7, 11), la(12, 7, 12))
    desk.change(moved(la(12, 15, 9)))
    desk.ticks(la(12, 7, 13), la(12, 16))
    assert desk.kinds("2026-12-08/mail") == [
        f"2026-12-08/mail:{n}" for n in ("announcement", "reminder", "moved@1", "reminder@1", "starting-soon", "recap")
    ]


def test_a_template_that_is_not_once_is_announced_again() -> None:
    twice = tuple(replace(template, once=False) for template in MAILS)
    desk = announced(mails=twice)
    desk.change(moved(la(12, 22, 11)))
    desk.ticks(la(12, 3), la(12, 23), timedelta(hours=1))
    assert "2026-12-08/mail:announcement@1" in desk.sent
    assert desk.snapshot.receipts[f"{MARK}/mail:announcement@1"].done_at == la(12, 15, 9)


def test_a_move_on_the_same_day_repeats_no_timed_mail() -> None:
    desk = announced()
    desk.ticks(la(12, 7, 11), la(12, 7, 12))
    desk.change(moved(la(12, 8, 17)))
    desk.ticks(la(12, 7, 13), la(12, 9))
    assert desk.kinds("2026-12-08/mail") == [f"2026-12-08/mail:{n}" for n in ("announcement", "reminder", "moved@1", "starting-soon", "recap")]
    assert desk.snapshot.receipts[f"{MARK}/mail:starting-soon"].done_at == la(12, 8, 16)


def test_two_moves_are_told_twice_and_a_move_back_is_a_move() -> None:
    desk = announced()
    desk.change(moved(la(12, 15, 9)))
    desk.tick(la(12, 2, 1))
    desk.change()
    desk.tick(la(12, 2, 2))
    assert desk.kinds("2026-12-08/mail:moved") == ["2026-12-08/mail:moved@1", "2026-12-08/mail:moved@2"]
    assert (desk.snapshot.calls[MARK].sequence, desk.snapshot.calls[MARK].start) == (2, la(12, 8, 11))
    desk.ticks(la(12, 2, 3), la(12, 8, 10))
    assert desk.kinds("2026-12-08/mail:r") == ["2026-12-08/mail:reminder"], "plain, because it had not gone out"


def test_when_only_googles_invitation_had_gone_out_the_move_is_mailed() -> None:
    desk = Desk()
    desk.tick(START)
    desk.change(moved(la(12, 9, 11)))
    desk.tick(START + timedelta(hours=1))
    assert desk.sent == ["2026-12-08/mail:moved@1"]


@pytest.mark.parametrize("change", [moved(la(12, 9, 11)), cancelled()])
def test_nobody_is_told_of_a_change_to_a_call_that_nobody_had_heard_of(change: Any) -> None:
    """No invitation by Google, no mail yet."""
    quiet = config(calendar=replace(config().calendar, invite="none"))
    desk = Desk(quiet)
    desk.tick(START)
    desk.change(change)
    desk.tick(START + timedelta(hours=1))
    assert desk.sent == []
    assert desk.snapshot.calls[MARK].sequence == 1


def test_a_change_of_the_end_alone_is_no_move() -> None:
    desk = announced()
    desk.change(minutes=90)
    assert desk.tick(la(12, 2, 1)) == ["2026-12-08/meeting", "2026-12-08/event", "page"]
    assert desk.snapshot.calls[MARK].sequence == 0


def test_a_move_in_the_calendar_counts_like_one_in_the_config() -> None:
    desk = announced()
    desk.needs_person(start=la(12, 9, 15), end=la(12, 9, 16))
    done = desk.tick(la(12, 2, 1))
    assert done == ["2026-12-08/meeting", "2026-12-08/event", "2026-12-08/mail:moved@1", "page"]
    state = desk.snapshot.calls[MARK]
    assert (state.sequence, state.by_person, state.start) == (1, True, la(12, 9, 15))


# -- cancellation and restoration


def test_a_cancelled_call_sends_its_cancellation_and_nothing_more() -> None:
    desk = announced(chats=CHATS)
    desk.change(cancelled())
    done = desk.tick(la(12, 2, 1))
    assert done == ["2026-12-08/meeting", "2026-12-08/event", "2026-12-08/mail:cancelled@1", "2026-12-08/chat:announcement", "page"]
    desk.ticks(la(12, 2, 2), la(12, 20))
    assert desk.kinds("2026-12-08/mail") == ["2026-12-08/mail:announcement", "2026-12-08/mail:cancelled@1"]
    states = {key: r.state for key, r in desk.snapshot.receipts.items() if key.startswith(MARK)}
    assert states[f"{MARK}/mail:reminder"] == "skipped"
    assert desk.snapshot.calls[MARK].closed


def test_a_restored_call_says_so_and_gets_its_steps_back() -> None:
    desk = announced()
    desk.change(cancelled())
    desk.tick(la(12, 2, 1))
    desk.change()
    assert desk.tick(la(12, 2, 2)) == ["2026-12-08/meeting", "2026-12-08/event", "2026-12-08/mail:restored@2", "page"]
    desk.ticks(la(12, 2, 3), la(12, 9))
    assert desk.kinds("2026-12-08/mail") == [
        f"2026-12-08/mail:{n}" for n in ("announcement", "cancelled@1", "restored@2", "reminder", "starting-soon", "recap")
    ]


def test_a_call_cancelled_and_restored_between_two_ticks_is_nobodys_business() -> None:
    desk = announced()
    desk.change(cancelled())
    desk.change()
    assert desk.tick(la(12, 2, 1)) == []


def test_a_restoration_on_another_day_repeats_what_had_gone_out() -> None:
    desk = announced()
    desk.ticks(la(12, 7, 11), la(12, 7, 12))
    desk.change(cancelled())
    desk.tick(la(12, 7, 13))
    desk.change(moved(la(12, 15, 11)))
    desk.ticks(la(12, 7, 14), la(12, 16))
    assert desk.kinds("2026-12-08/mail:re") == [f"2026-12-08/mail:{n}" for n in ("reminder", "restored@2", "reminder@2", "recap")]


def test_a_moved_mail_that_did_not_get_out_before_the_cancellation_never_goes() -> None:
    desk = announced(broken=("mail:moved@1",))
    desk.change(moved(la(12, 9, 11)))
    desk.tick(la(12, 2, 1))
    desk.broken = ()
    desk.change(cancelled())
    desk.tick(la(12, 2, 2))
    assert desk.kinds("2026-12-08/mail") == ["2026-12-08/mail:announcement", "2026-12-08/mail:cancelled@2"]


# -- order


def test_mails_of_one_tick_go_out_changes_first_then_by_due_time() -> None:
    """The machine slept from before the announcement until an hour before the call, and meanwhile the call was moved."""
    desk = Desk(force=True)
    desk.tick(START)
    desk.change(moved(la(12, 8, 15)))
    desk.tick(la(12, 8, 14, 30))
    assert desk.sent == [f"2026-12-08/mail:{n}" for n in ("moved@1", "announcement", "reminder", "starting-soon")]


def test_the_plan_names_mails_in_the_order_in_which_they_go_out() -> None:
    desk = Desk()
    desk.tick(START)
    assert [kind.rpartition(":")[2] for kind, _ in mails_of(desk, START)] == ["announcement", "reminder", "starting-soon", "recap"]


# -- chat


def test_a_post_is_edited_in_place_when_the_call_moves_or_is_cancelled() -> None:
    desk = announced(chats=CHATS)
    desk.change(moved(la(12, 15, 9)))
    assert "2026-12-08/chat:announcement" in desk.tick(la(12, 2, 1))
    assert desk.kinds("2026-12-08/chat") == ["2026-12-08/chat:announcement"], "no second post"
    desk.change(cancelled())
    assert "2026-12-08/chat:announcement" in desk.tick(la(12, 2, 2))
    assert desk.kinds("2026-12-08/chat") == ["2026-12-08/chat:announcement"]


def test_a_post_of_an_occasion_is_not_edited() -> None:
    desk = announced(chats=(chat("moved", "moved"),))
    desk.change(moved(la(12, 15, 9)))
    desk.tick(la(12, 2, 1))
    desk.change(moved(la(12, 15, 9), reason="Another reason"))
    assert "2026-12-08/chat:moved@1" not in desk.tick(la(12, 2, 2))


# -- invitations by mail


def test_with_invite_mail_the_announcement_invites_and_changes_follow() -> None:
    by_mail = config(calendar=replace(config().calendar, invite="mail"))
    desk = Desk(by_mail)
    desk.tick(START)
    steps = {item.kind: item for item in desk.plan(la(12, 8, 10, 30)).items if item.step}
    got = {kind: getattr(item.step, "invitation", None) for kind, item in steps.items() if kind.startswith("mail:")}
    assert got == {"mail:announcement": "REQUEST", "mail:reminder": "", "mail:starting-soon": ""}
    desk.ticks(la(12, 1, 9), la(12, 1, 9))
    desk.change(cancelled())
    [cancel] = [item for item in desk.plan(la(12, 2)).items if item.kind == "mail:cancelled"]
    assert cancel.state == "ready"
    assert cancel.step is not None
    assert cancel.step.invitation == "CANCEL"  # type: ignore[union-attr]


def test_without_an_announcement_the_earliest_timed_mail_invites() -> None:
    by_mail = config(calendar=replace(config().calendar, invite="mail"))
    desk = Desk(by_mail, mails=(mail("hello", days(3)), mail("soon", hours(1))))
    desk.tick(START)
    got = {i.kind: i.step.invitation for i in desk.plan(la(12, 8, 10, 30)).items if i.kind.startswith("mail:") and i.step}  # type: ignore[union-attr]
    assert got == {"mail:hello": "REQUEST", "mail:soon": ""}


def test_the_day_of_the_series_decides_what_another_day_is() -> None:
    """From 11:00 to 20:00 Pacific: another day in UTC, the same in Los Angeles, so nothing is repeated."""
    desk = announced()
    desk.ticks(la(12, 7, 11), la(12, 7, 12))
    desk.change(moved(la(12, 8, 20)))
    desk.ticks(la(12, 7, 13), la(12, 8, 20))
    assert desk.kinds("2026-12-08/mail:reminder") == ["2026-12-08/mail:reminder"]
    assert la(12, 8, 20).date() == DEC
