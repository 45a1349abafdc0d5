"""Instants are compared as instants: in every zone, around every change of its clocks, planning twice says nothing new."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest

from automation.domain.call_state import CallState
from automation.domain.instants import utc
from automation.domain.model import Calendar, Notes, Recordings, Rule, Series
from automation.domain.proofs import EventProof
from automation.domain.receipts import Receipt
from automation.domain.services import SeenEvent
from automation.domain.steps import Window
from automation.ledger.receipt_json import data_of
from automation.ledger.serialize import from_json, to_json
from tests.planning import Desk, config, hours, la, mail

SINCE, UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2041, 1, 1, tzinfo=UTC)
# How long before the clocks change a call of an hour begins: it ends before, at and after the change, spans it, begins at it and after it.
BEFORE = [timedelta(minutes=minutes) for minutes in (90, 60, 45, 30, 0, -15, -45, -75)]
SECOND = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/Los_Angeles"), fold=1)


def test_a_record_keeps_its_instants_in_utc_whatever_zone_they_come_in() -> None:
    window = Window(SECOND, None)
    assert window.due.tzinfo is UTC
    assert window == Window(datetime(2026, 11, 1, 9, 30, tzinfo=UTC)), "in its own zone it would be unequal (PEP 495)"
    assert hash(window) == hash(Window(datetime.fromisoformat("2026-11-01T01:30:00-08:00")))
    assert replace(window, expires=SECOND).expires == window.due


def test_a_time_without_a_zone_is_none() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        Window(datetime(2026, 12, 8, 11))
    with pytest.raises(ValueError, match="without a zone"):
        utc(datetime(2026, 12, 8, 11))


@cache
def changes(zone: ZoneInfo) -> tuple[datetime, ...]:
    """Every instant of 2020 to 2040 at which the zone's clocks change, to the second, found by halving."""
    found = []
    at = SINCE
    while at < UNTIL:
        following = at + timedelta(days=7)  # Ramadan interrupts Morocco's summer time for a month; nobody changes twice a week
        if at.astimezone(zone).utcoffset() != following.astimezone(zone).utcoffset():
            found.append(_between(zone, at, following))
        at = following
    return tuple(found)


def _between(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
    return high.replace(microsecond=0)


def kinds_of_change() -> dict[tuple[datetime, timedelta | None, timedelta | None], ZoneInfo]:
    """Every change of clocks that there is, with a zone that makes it: many zones change together."""
    found = {}
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        for at in changes(zone):
            before = (at - timedelta(seconds=1)).astimezone(zone).utcoffset()
            found[at, before, at.astimezone(zone).utcoffset()] = zone
    return found


def test_planning_twice_yields_no_new_state_around_any_change_of_any_clocks() -> None:
    found = kinds_of_change()
    assert len(found) > 1000
    assert len({zone.key for zone in found.values()}) > 40
    for (at, _, _), zone in found.items():
        _plan_twice(zone, at)


def _plan_twice(zone: ZoneInfo, change: datetime) -> None:
    """One series for each way in which a call can meet the change; the calls are in the calendar, as Google tells them, and remembered."""
    local = [(change - before).astimezone(zone) for before in BEFORE]
    several = [
        Series(f"s{number}", "Call", zone, 60, (Rule(start.date(), "", f"FREQ=YEARLY;BYMONTH={start.month};BYMONTHDAY={start.day}", start.time()),))
        for number, start in enumerate(local)
    ]
    calm = config(*several, calendar=Calendar(horizon_days=5), notes=Notes("none"), recordings=Recordings("none"))
    desk = Desk(calm, mails=(mail("starting-soon", hours(1)), mail("moved", "moved")))
    now = change - timedelta(days=2)
    first = desk.plan(now)
    assert len(first.states) == len(BEFORE)
    events, receipts = {}, {}
    for mark, state in first.states.items():
        start, end = state.start.astimezone(zone), state.end.astimezone(zone)
        events[mark] = SeenEvent("1", "other", "confirmed", _as_google(start), _as_google(end), "Call", "", "", {"callkeeper": mark}, "")
        data = EventProof("1", "confirmed", start, end, calendar="primary")
        receipts[f"{mark}/event"] = Receipt(f"{mark}/event", "done", done_at=now, data=data)
    remembered = {mark: from_json(CallState, to_json(state)) for mark, state in first.states.items()}
    seen = replace(desk.snapshot.seen, events=events, events_at=now, meetings_at=now)
    desk.snapshot = replace(desk.snapshot, calls=remembered, receipts=receipts, seen=seen)
    # What is seen for the first time is noted as accounted for, and nothing else.
    noted = desk.plan(now).states
    assert noted == {mark: replace(state, outside=state.asked) for mark, state in first.states.items()}, f"{zone.key} around {change}"
    remembered = {mark: from_json(CallState, to_json(state)) for mark, state in noted.items()}
    desk.snapshot = replace(desk.snapshot, calls=remembered)
    for later in (now, change):
        assert desk.plan(later).states == {}, f"{zone.key} around {change}"


def _as_google(at: datetime) -> datetime:
    """With the offset of that time, as the Calendar API writes it."""
    return datetime.fromisoformat(at.isoformat(timespec="seconds"))


def test_what_an_older_ledger_gave_up_in_local_time_stays_given_up() -> None:
    """Its starts of skipped steps, and the digests of steps done, were made from local times: nothing is done again for that."""
    desk = Desk()
    desk.ticks(la(11, 20), la(12, 8, 10))
    before = {item.key: item.state for item in desk.plan(la(12, 8, 10)).items}
    key = "floss/monthly/2026-12-08/mail:starting-soon"
    given_up = Receipt(key, "skipped", data=data_of(key, '{"start": "2026-12-08T11:00:00-08:00"}', done=False), reason="a person decided so")
    desk.snapshot = replace(desk.snapshot, receipts={**desk.snapshot.receipts, key: given_up})
    after = {item.key: (item.state, item.record) for item in desk.plan(la(12, 8, 10)).items}
    assert before[key] == "done"
    assert after[key] == ("skipped", False)
    moved = replace(given_up, data=data_of(key, '{"start": "2026-12-08T11:00:00-05:00"}', done=False))
    desk.snapshot = replace(desk.snapshot, receipts={**desk.snapshot.receipts, key: moved})
    assert {item.key: item.state for item in desk.plan(la(12, 8, 10)).items}[key] == "ready", "that was another instant"
