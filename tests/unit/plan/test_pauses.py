"""Services that are left alone for a while: which steps wait for them, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from automation.domain.model import Mail, Meeting, Notes, Recordings
from automation.domain.receipts import Pause, Seen
from automation.plan.alerts import concerns
from automation.plan.describe import describe
from automation.plan.pauses import is_paused, services_of
from automation.plan.status import status_of
from automation.rehearsal.story import done_text
from tests.planning import CHATS, Desk, config, la, short

NOW = la(12, 1, 9)


def paused(service: str, until: datetime = NOW + timedelta(hours=1), *, needs_person: bool = False, fingerprint: str = "", **more: Any) -> Desk:
    desk = Desk(chats=CHATS, **more)
    desk.ticks(la(11, 30), la(12, 1, 8))
    desk._look(NOW)
    desk.snapshot = replace(desk.snapshot, pauses={service: Pause(service, until, "it said 503", needs_person, fingerprint)})
    return desk


@pytest.mark.parametrize(
    ("kind", "services"),
    [
        ("meeting", ("meeting",)),
        ("event", ("calendar",)),
        ("notes", ("docs",)),
        ("mail:reminder", ("gmail",)),
        ("mail:moved@2", ("gmail",)),
        ("chat:recap", ("discord",)),
        ("recording", ("meeting", "drive")),
        ("archive", ()),
        ("page", ()),
    ],
)
def test_each_step_needs_its_own_services(kind: str, services: tuple[str, ...]) -> None:
    assert services_of(kind, config()) == services


def test_other_configurations_need_other_services() -> None:
    other = config(mail=Mail("smtp", "o@example.org"), notes=Notes("copy", "doc"), recordings=Recordings("drive", "folder"), meeting=Meeting("fixed"))
    assert [services_of(kind, other) for kind in ("mail:x", "notes", "recording")] == [("smtp",), ("drive",), ("drive",)]
    assert services_of("recording", config(recordings=Recordings("meeting"))) == ("meeting",)


def test_one_service_being_down_delays_only_the_steps_that_need_it() -> None:
    ready = {item.key for item in paused("gmail").plan(NOW).ready}
    assert "floss/monthly/2026-12-08/chat:announcement" in ready
    states = dict(short(paused("gmail").plan(NOW).items))
    assert states["2026-12-08/mail:announcement"] == "failed"
    assert dict(short(paused("discord").plan(NOW).items))["2026-12-08/mail:announcement"] == "ready"


def test_a_pause_says_why_and_whether_a_person_is_needed() -> None:
    [item] = [item for item in paused("gmail", needs_person=True).plan(NOW).items if item.kind == "mail:announcement"]
    assert (item.reason, item.needs_person, item.step) == ("gmail: it said 503", True, None)


def test_a_role_is_told_by_the_name_of_who_plays_it() -> None:
    desk = paused("meeting", needs_person=True)
    desk.snapshot = replace(desk.snapshot, receipts={key: receipt for key, receipt in desk.snapshot.receipts.items() if not key.endswith("/meeting")})
    [item] = [item for item in desk.plan(NOW).items if item.key == "floss/monthly/2026-12-08/meeting"]
    assert (item.state, item.reason) == ("failed", "zoom: it said 503")
    assert [pause.service for pause in status_of(desk.inputs(NOW)).paused] == ["zoom"]
    assert [text for key, text in concerns(desk.config, desk.plan(NOW), desk.snapshot, NOW).items() if key.startswith("zoom#stopped-")] == [
        "zoom cannot be used: it said 503"
    ]
    desk.config = config(meeting=Meeting("fixed", "https://x.example"))
    assert [pause.service for pause in status_of(desk.inputs(NOW)).paused] == ["meeting"]


def test_sentences_name_the_vendor_that_is_configured() -> None:
    other = config(meeting=Meeting("huddle", host="h@example.org", vendor="Huddle"))
    desk = Desk(other)
    [item] = [item for item in desk.plan(la(11, 20, 12)).items if item.kind == "meeting"]
    assert describe(item, other).startswith("make the Huddle meeting for Tuesday")
    assert describe(replace(item, step=None), other) == "make the Huddle meeting"
    assert done_text("floss/monthly/2026-12-08/meeting", None, None, "Huddle") == "Huddle meeting made"
    waiting = {item.reason for item in desk.plan(la(11, 20, 12)).items if item.state == "waiting" and item.kind == "event"}
    assert waiting == {"the Huddle meeting is not there yet"}
    desk.snapshot = replace(desk.snapshot, seen=Seen(events_at=la(11, 20, 12)))
    blind = concerns(other, desk.plan(NOW), desk.snapshot, NOW)
    assert [text for text in blind.values() if text.startswith("The calendar or Huddle could not be looked at since 2026-11-20")]


def test_a_pause_ends_at_its_time() -> None:
    desk = paused("gmail", NOW + timedelta(hours=1))
    assert is_paused(desk.inputs(NOW), "gmail")
    assert not is_paused(desk.inputs(NOW + timedelta(hours=1)), "gmail")
    assert not is_paused(desk.inputs(NOW), "meeting")


def test_new_credentials_end_a_pause_that_needed_a_person_and_no_other() -> None:
    stopped = paused("gmail", needs_person=True, fingerprint="old")
    assert not is_paused(replace(stopped.inputs(NOW), fingerprint="new"), "gmail")
    assert is_paused(replace(stopped.inputs(NOW), fingerprint="old"), "gmail")
    resting = paused("gmail", fingerprint="old")
    assert is_paused(replace(resting.inputs(NOW), fingerprint="new"), "gmail")


def test_a_clock_that_was_set_back_does_not_make_a_pause_last_for_months() -> None:
    desk = paused("gmail", NOW + timedelta(hours=1))
    assert not is_paused(desk.inputs(NOW - timedelta(days=60)), "gmail")
