"""Who is a guest: lists are written back whole, and the Group is a guest of the next calls only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from automation.domain.guests import with_group
from automation.domain.model import Calendar, Mail, Rule
from tests.planning import Desk, cancelled, config, la, series

WEEKLY = series(rules=(Rule(date(2026, 11, 1), "every Tuesday", "FREQ=WEEKLY;BYDAY=TU", time(11)),))
NOW = la(11, 25)
GROUP = "floss@googlegroups.com"

people = st.lists(
    st.fixed_dictionaries(
        {"email": st.sampled_from(["ana@example.org", "Old@googlegroups.com", "New@googlegroups.com", "bo@example.org"])},
        optional={"responseStatus": st.sampled_from(["accepted", "declined"]), "comment": st.text(), "additionalGuests": st.integers(0, 3)},
    )
)


def desk(**calendar: object) -> Desk:
    """A weekly call, six of which are inside the horizon."""
    return Desk(config(WEEKLY, calendar=replace(Calendar(horizon_days=48), **calendar), mail=Mail("gmail", "o@example.org", 9)), mails=())  # type: ignore[arg-type]


def invited(made: Desk) -> list[str]:
    return sorted(mark[-5:] for mark, event in made.snapshot.seen.events.items() if GROUP in event.attendees)


@given(people, st.sampled_from(["", "old@googlegroups.com"]), st.sampled_from(["", "new@googlegroups.com"]))
def test_all_others_stay_whole_and_in_order(guests: list[dict[str, object]], leaves: str, joins: str) -> None:
    after = with_group(guests, leaves, joins)
    written = list(after) if after is not None else guests
    others = [guest for guest in guests if str(guest["email"]).casefold() != leaves]
    assert written[: len(others)] == others
    assert [guest["email"] for guest in written[len(others) :]] in ([], [joins])
    addresses = [str(guest["email"]).casefold() for guest in written]
    assert not joins or joins in addresses
    assert not leaves or leaves not in addresses
    assert with_group(written, leaves, joins) is None


def test_one_invitation_a_call_over_many_weeks() -> None:
    made = desk()
    made.ticks(NOW, la(2, 1, year=2027), timedelta(hours=8))
    assert invited(made)[:2] == ["01-05", "01-12"]
    days = sorted(mark[-10:] for mark, event in made.snapshot.seen.events.items() if GROUP in event.attendees)
    assert days == [(date(2026, 12, 1) + timedelta(weeks=week)).isoformat() for week in range(11)]
    assert made.notices == ("invitation",) * 11


def test_none_at_all_is_none() -> None:
    made = desk(invite_calls=0)
    made.tick(NOW)
    assert (invited(made), made.notices) == ([], ())
    assert len(made.snapshot.seen.events) == 6


def test_a_cancelled_call_makes_room_for_the_next_one_and_a_restored_one_keeps_its_guest() -> None:
    made = desk()
    made.tick(NOW)
    made.change(cancelled(date(2026, 12, 1)))
    made.tick(NOW + timedelta(hours=1))
    assert made.notices == ("invitation", "invitation", "cancellation", "invitation")
    made.change()
    made.tick(NOW + timedelta(hours=2))
    assert made.notices[4:] == ("restoration",)
    assert invited(made) == ["12-01", "12-08", "12-15"]


def test_two_series_share_the_number() -> None:
    other = replace(WEEKLY, uid="other", rules=(replace(WEEKLY.rules[0], at=time(9)),))
    made = Desk(config(WEEKLY, other, calendar=Calendar(horizon_days=20, invite_calls=3)), mails=())
    made.tick(NOW)
    assert sorted(mark for mark, event in made.snapshot.seen.events.items() if event.attendees) == [
        "floss/monthly/2026-12-01", "floss/other/2026-12-01", "floss/other/2026-12-08",
    ]  # fmt: skip


def test_too_many_notices_hold_back_those_events_alone() -> None:
    made = desk(invite_calls=5)
    made.config = replace(made.config, mail=Mail("gmail", "o@example.org", 4))
    made.tick(NOW)
    [refused] = made.plan(NOW).refused
    assert len(refused.keys) == 5
    assert all(key.rpartition("/")[0] in refused.sentence for key in refused.keys)
    assert len(made.snapshot.seen.events) == 1
    made.force = True
    made.tick(NOW)
    assert len(invited(made)) == 5
    made.force = False
    assert made.plan(NOW).refused == ()
