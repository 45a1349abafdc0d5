"""Plans of whole calls: what is done when, in which order, and what is left when a call is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.domain.model import Notes, Recordings, Rule
from automation.plan.plan import look_at
from automation.plan.simulate import simulate
from tests.planning import CHATS, DEC, LA, MARK, Desk, cancelled, config, la, moved, series, short

NOV_END = la(11, 25, 0)
LIFE = [
    ("2026-12-08/meeting", la(11, 25)),
    ("2026-12-08/event", la(11, 25)),
    ("page", la(11, 25)),
    ("2026-12-08/notes", la(12, 1)),
    ("2026-12-08/event", la(12, 1)),  # the link of the notes goes into the event
    ("2026-12-08/mail:announcement", la(12, 1, 9)),
    ("2026-12-08/mail:reminder", la(12, 7, 11)),
    ("2026-12-08/mail:starting-soon", la(12, 8, 10)),
    ("2026-12-08/recording", la(12, 8, 12)),
    ("2026-12-08/archive", la(12, 8, 12)),
    ("2026-12-08/mail:recap", la(12, 8, 12)),
    ("page", la(12, 8, 12)),
]


def life(desk: Desk, start: datetime, end: datetime) -> list[tuple[str, datetime]]:
    """(key, hour) of all that is done, hour by hour."""
    found, now = [], start
    while now <= end:
        found += [(key, now) for key in desk.tick(now) if not key.startswith("2027")]
        now += timedelta(hours=1)
    return found


def test_one_calls_whole_life_hour_by_hour() -> None:
    got = [(key, at) for key, at in life(Desk(), NOV_END, la(12, 9)) if not (key == "page" and at not in (la(11, 25), la(12, 8, 12)))]
    assert got == LIFE


def test_what_has_to_be_on_time_comes_first_of_all_calls_and_what_takes_long_comes_last() -> None:
    """Yesterday's recording must not let today's last mail expire."""
    weekly = series(rules=(Rule(date(2026, 12, 1), "every Tuesday", "FREQ=WEEKLY;BYDAY=TU", time(11)),))
    desk = Desk(config(weekly), chats=CHATS, recorded=False)
    for at in (la(12, 7), la(12, 8, 12)):
        desk.tick(at)
    desk.change(moved(la(12, 23, 15), date(2026, 12, 22)))
    kinds = [key.rpartition("/")[2].partition("@")[0] for key in desk.tick(la(12, 15, 10))]
    turns = [kind.partition(":")[0] for kind in kinds]
    assert turns.index("recording") > max(place for place, turn in enumerate(turns) if turn in ("meeting", "event", "mail", "notes", "chat"))
    mails = [kind for kind in kinds if kind.startswith("mail:")]
    assert mails[0] == "mail:moved"
    assert "mail:starting-soon" in mails
    assert turns[-1] == "page"


def test_the_first_plan_lists_every_step_with_its_state() -> None:
    desk = Desk(chats=CHATS)
    desk._look(NOV_END)
    assert short(desk.plan(NOV_END).items) == [
        ("2026-12-08/meeting", "ready"),
        ("2026-12-08/event", "waiting"),
        ("2026-12-08/notes", "pending"),
        ("2026-12-08/mail:announcement", "pending"),
        ("2026-12-08/chat:announcement", "pending"),
        ("2026-12-08/mail:reminder", "pending"),
        ("2026-12-08/mail:starting-soon", "pending"),
        ("2026-12-08/chat:starting-soon", "pending"),
        ("2026-12-08/recording", "pending"),
        ("2026-12-08/archive", "pending"),
        ("2026-12-08/mail:recap", "pending"),
        ("2026-12-08/chat:recap", "pending"),
        ("floss/page", "ready"),
    ]


def test_a_day_before_the_call_everything_earlier_is_done() -> None:
    desk = Desk()
    desk.ticks(NOV_END, la(12, 7, 12))
    assert short(desk.plan(la(12, 7, 12)).items) == [
        ("2026-12-08/meeting", "done"),
        ("2026-12-08/event", "done"),
        ("2026-12-08/notes", "done"),
        ("2026-12-08/mail:announcement", "done"),
        ("2026-12-08/mail:reminder", "done"),
        ("2026-12-08/mail:starting-soon", "pending"),
        ("2026-12-08/recording", "pending"),
        ("2026-12-08/archive", "pending"),
        ("2026-12-08/mail:recap", "pending"),
        ("floss/page", "done"),
    ]


def test_a_past_call_ends_with_every_step_done_or_skipped() -> None:
    """A recording that never came leaves a skipped step. When it is not looked for any more either, the call is closed."""
    desk = Desk(recorded=False)
    desk.ticks(NOV_END, la(12, 16), timedelta(hours=4))
    assert not desk.snapshot.calls[MARK].closed, "a late recording may still turn up"
    desk.ticks(la(12, 17), la(1, 12, year=2027), timedelta(days=1))
    states = {key: r.state for key, r in desk.snapshot.receipts.items() if key.startswith(MARK)}
    assert states[f"{MARK}/recording"] == "skipped"
    assert set(states.values()) == {"done", "skipped"}
    assert desk.snapshot.calls[MARK].closed
    assert not [item for item in desk.plan(la(1, 13, year=2027)).items if item.key.startswith(MARK)]


@pytest.mark.parametrize("now", [NOV_END, la(12, 1, 9), la(12, 7, 23), la(12, 8, 11, 30), la(12, 8, 12), la(12, 30)])
def test_a_plan_right_after_a_quiet_apply_is_empty(now: datetime) -> None:
    desk = Desk(chats=CHATS)
    desk.tick(now)
    after = desk.plan(now)
    assert (after.ready, dict(after.states), after.templates, after.refused, after.needs_look) == ([], {}, (), (), False)
    assert not [item for item in after.items if item.record]


def test_foresee_names_every_step_of_the_tick_and_changes_nothing() -> None:
    """The dry plan and the tick do the same, key by key."""
    desk = Desk()
    desk.ticks(NOV_END, la(12, 8, 11))
    before = desk.snapshot
    _, due = simulate(desk.inputs(la(12, 8, 12)))
    assert desk.snapshot is before
    names = [item.key.removeprefix("floss/monthly/").removeprefix("floss/") for item in due]
    assert names[0] == "2026-12-08/recording"
    desk.tick(la(11, 25))
    fresh = Desk()
    fresh._look(la(12, 5))
    foreseen = [item.key for item in simulate(fresh.inputs(la(12, 5)))[1]]
    done = fresh.tick(la(12, 5))
    assert set(foreseen) == {f"floss/{key}" if key == "page" else f"floss/monthly/{key}" for key in done}


def test_horizon_calls_beyond_it_are_not_touched() -> None:
    desk = Desk(config(series(), calendar=replace(config().calendar, horizon_days=20)))
    desk.tick(la(11, 18, 10, 59))
    assert not [key for key in desk.snapshot.receipts if key.startswith(MARK)]
    desk.tick(la(11, 18, 11))
    assert f"{MARK}/event" in desk.snapshot.receipts


def test_a_past_call_that_nobody_knows_is_left_alone() -> None:
    """A new ledger on the day after a call: only the next call is touched."""
    desk = Desk()
    done = desk.tick(la(12, 9))
    assert not [key for key in done if key.startswith("2026-12-08")]


def test_a_call_that_begins_now_is_left_alone_by_a_new_ledger() -> None:
    desk = Desk()
    desk.tick(la(12, 8, 11))
    assert MARK not in desk.snapshot.calls


def test_a_call_cancelled_before_it_came_inside_the_horizon_leaves_no_trace() -> None:
    desk = Desk(config(series(changes=(cancelled(),))))
    assert [key for key in desk.ticks(la(11, 10), la(12, 10)) if key.startswith("2026-12-08")] == []
    [line] = [call for call in desk.plan(la(11, 20)).shown if str(call.id) == MARK]
    assert (line.status, line.reason) == ("cancelled", "Winter break")


def test_a_call_moved_before_it_came_inside_the_horizon_is_simply_there() -> None:
    """Its mails keep their plain names, and nobody is told of a move."""
    desk = Desk(config(series(changes=(moved(la(12, 10, 15)),))))
    desk.ticks(la(11, 10), la(12, 11))
    assert desk.kinds("2026-12-08") == [f"2026-12-08/mail:{name}" for name in ("announcement", "reminder", "starting-soon", "recap")]
    assert desk.snapshot.calls[MARK].sequence == 0


def test_without_notes_recording_and_zoom_their_steps_do_not_exist() -> None:
    bare = config(meeting=replace(config().meeting, provider="fixed", url="https://x.example"), notes=Notes(), recordings=Recordings())
    desk = Desk(bare, mails=())
    assert short(desk.plan(NOV_END).items) == [("2026-12-08/event", "ready"), ("2026-12-08/archive", "pending"), ("floss/page", "ready")]


def test_a_meeting_that_cannot_be_made_holds_back_what_needs_its_link_and_nothing_else() -> None:
    desk = Desk(broken=("meeting",))
    desk.ticks(NOV_END, la(12, 2))
    assert short(desk.plan(la(12, 2)).items)[:4] == [
        ("2026-12-08/meeting", "ready"),
        ("2026-12-08/event", "waiting"),
        ("2026-12-08/notes", "done"),
        ("2026-12-08/mail:announcement", "waiting"),
    ]


def test_the_archive_waits_for_the_recording_until_the_deadline() -> None:
    desk = Desk(recorded=False)
    desk.ticks(NOV_END, la(12, 15, 11))
    assert desk.kinds("2026-12-08/mail:recap") == []
    assert "waiting" in dict(short(desk.plan(la(12, 15, 11)).items))["2026-12-08/archive"]
    assert [key for key in desk.tick(la(12, 15, 12)) if key != "page"] == ["2026-12-08/archive", "2026-12-08/mail:recap"]


def test_two_series_have_each_their_own_steps_in_order_of_their_start() -> None:
    weekly = series(uid="weekly", title="Weekly call", rules=(Rule(date(2026, 12, 1), "every Monday", "FREQ=WEEKLY;BYDAY=MO", time(9)),))
    desk = Desk(config(series(), weekly), mails=())
    desk._look(NOV_END)
    marks = list(dict.fromkeys(item.key.rpartition("/")[0] for item in desk.plan(NOV_END).items))
    assert marks == ["floss/weekly/2026-12-07", MARK, "floss/weekly/2026-12-14", "floss"]


def test_a_series_that_leaves_the_config_cancels_its_open_call_under_its_own_title() -> None:
    desk = Desk(config(series(minutes=90)))
    desk.ticks(NOV_END, la(12, 2))
    desk.config = config(series(uid="other", rules=(Rule(date(2027, 5, 1), "e", "FREQ=MONTHLY;BYDAY=1MO", time(9)),)))
    desk.force = True
    desk._look(la(12, 2, 1))
    [ready, *_] = [item for item in desk.plan(la(12, 2, 1)).ready if item.kind == "meeting"]
    call = ready.step.call  # type: ignore[union-attr]
    assert (call.series.title, call.minutes, call.cancelled) == ("Monthly call", 90, True)


def test_looking_comes_first_when_anything_is_due_for_a_call() -> None:
    desk = Desk()
    desk.ticks(NOV_END, la(12, 1, 8))
    assert desk.plan(la(12, 1, 9)).needs_look
    assert not desk.plan(la(12, 1, 8, 30)).needs_look
    assert desk.plan(la(12, 1, 9, 1)).look_at == la(12, 1, 9)


def test_a_clock_that_was_set_back_makes_a_look_due_at_once() -> None:
    desk = Desk()
    desk.tick(la(12, 1))
    assert look_at(desk.inputs(la(11, 30))) == la(11, 30)


def test_the_next_instant_is_the_next_due_time_or_end() -> None:
    desk = Desk()
    desk.ticks(NOV_END, la(12, 1, 12))
    assert desk.plan(la(12, 1, 12)).next_at == la(12, 7, 11)


def test_leap_day_calls_are_kept_like_others() -> None:
    """Day 29 of every twelve months from February 2028: mails by calendar days across the end of February."""
    leap = series(rules=(Rule(date(2028, 2, 1), "day 29", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", time(11)),))
    desk = Desk(config(leap))
    start = la(2, 15, year=2028)
    desk.ticks(start, la(3, 1, year=2028))
    done = {key: r.done_at for key, r in desk.snapshot.receipts.items()}
    assert done["floss/monthly/2028-02-29/mail:announcement"] == la(2, 22, 9, year=2028)
    assert done["floss/monthly/2028-02-29/mail:reminder"] == la(2, 28, 11, year=2028)


def test_a_call_at_an_hour_that_does_not_exist_is_held_an_hour_later_on_the_clock() -> None:
    """RFC 5545 3.3.5: 02:30 on 14 March 2027 in Los Angeles is read with the offset before the gap, 03:30 PDT."""
    gap = series(rules=(Rule(date(2027, 3, 14), "every Sunday", "FREQ=YEARLY", time(2, 30)),))
    desk = Desk(config(gap))
    [call, *_] = desk.plan(la(3, 1, year=2027)).calls
    assert call.local_start.isoformat() == "2027-03-14T03:30:00-07:00"


def test_days_count_by_the_calendar_across_a_clock_change() -> None:
    """The reminder of Tuesday 9 November at 11:00 with a change on Sunday: by wall clock, so 24 hours or not."""
    sunday = series(rules=(Rule(date(2026, 11, 1), "every Monday", "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=1", time(11)),))
    desk = Desk(config(sunday))
    desk.ticks(la(10, 25), la(11, 1, 12))
    reminder = desk.snapshot.receipts["floss/monthly/2026-11-01/mail:reminder"]
    assert reminder.done_at is not None
    assert reminder.done_at.astimezone(LA).isoformat() == "2026-10-31T11:00:00-07:00"
    assert desk.snapshot.receipts["floss/monthly/2026-11-01/mail:starting-soon"].done_at == la(11, 1, 10)


@pytest.mark.parametrize("to", [la(12, 6, 11), la(12, 8, 14), la(12, 15, 11)])
@pytest.mark.parametrize("by_person", [False, True])
def test_the_plan_names_the_farewell_of_a_call_that_was_moved_before(to: datetime, by_person: bool) -> None:
    """What `plan` says is due is what the tick then does."""
    desk = Desk()
    desk.ticks(NOV_END, la(12, 2), timedelta(hours=6))
    if by_person:
        desk.needs_person(start=to, end=to + timedelta(hours=1), etag="theirs")
    else:
        desk.change(moved(to))
    assert "2026-12-08/mail:moved@1" in desk.tick(la(12, 2, 1))
    desk.change(cancelled())
    _, due = simulate(desk.inputs(la(12, 3)))
    [mail] = [item for item in due if item.key == f"{MARK}/mail:cancelled@2"]
    assert mail.window.due == la(12, 3)
    assert {item.key.removeprefix("floss/monthly/").removeprefix("floss/") for item in due} == set(desk.tick(la(12, 3)))


ticks = st.lists(st.integers(min_value=1, max_value=200), min_size=1, max_size=25)


@settings(max_examples=30, deadline=None)
@given(ticks)
def test_whatever_the_ticks_no_mail_goes_out_twice_and_a_second_plan_is_empty(gaps: list[int]) -> None:
    """Also after sleeping for days: at most one of each, and nothing for a call that began."""
    desk, now = Desk(chats=CHATS), la(11, 20)
    for gap in gaps:
        before = len(desk.sent)
        desk.tick(now)
        late = [key for key in desk.sent[before:] if key.startswith("2026-12-08") and "recap" not in key]
        assert not (late and now >= la(12, 8, 11))
        assert desk.plan(now).ready == []
        now = now + timedelta(hours=gap)
    assert len(desk.sent) == len(set(desk.sent))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 900), st.sampled_from(["move", "cancel", "plain", "same day", "person"])), max_size=5))
def test_whatever_the_organizers_change_it_comes_to_rest_with_unique_mails(edits: list[tuple[int, str]]) -> None:
    """Every sequence of moves, cancellations and restorations leads to a plan without anything ready."""
    desk, now = Desk(chats=CHATS, force=True), la(11, 20)
    changes = {"move": (moved(la(12, 16, 9)),), "cancel": (cancelled(),), "plain": (), "same day": (moved(la(12, 8, 17)),)}
    for hour, what in sorted(edits):
        now = max(now, la(11, 20) + timedelta(hours=hour))
        desk.tick(now)
        if what == "person" and MARK in desk.snapshot.seen.events and desk.snapshot.seen.events[MARK].status == "confirmed":
            desk.needs_person(start=la(12, 18, 9), end=la(12, 18, 10))
        elif what != "person":
            desk.change(*changes[what])
        desk.tick(now)
    desk.tick(now)
    assert len(desk.sent) == len(set(desk.sent))
    assert desk.plan(now).ready == []
    assert all(r.state in ("done", "skipped") for r in desk.snapshot.receipts.values())


def test_every_time_of_a_plan_is_an_instant_in_utc_with_the_zone_beside_it() -> None:
    desk = Desk(chats=CHATS)
    items = [item for item in desk.plan(NOV_END).items if item.kind != "page"]
    assert {at.tzinfo for item in items for at in (item.window.due, item.window.expires) if at is not None} == {UTC}
    assert {item.zone for item in items} == {LA}
    assert DEC.isoformat() in MARK
    [call, *_] = desk.plan(NOV_END).calls
    assert (call.start.tzinfo, call.local_start.tzinfo) == (UTC, LA)
