"""Invitations and the feed, read back by three independent programs: python-icalendar, ical.js (Mozilla) and libical (GNOME, KDE)."""

from __future__ import annotations

import ctypes
import ctypes.util
import dataclasses
import json
import re
import shutil
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from automation.domain.keys import CallId
from automation.domain.model import Calendar as CalendarConfig
from automation.domain.model import Call, Config, Mail, Meeting, Notes, Page, Recordings, Series
from automation.domain.text import many_lines, one_line
from automation.rendering.escape import OUTPUTS
from automation.rendering.formats.ical import calendar_feed, itip, uid

GOLDEN = Path(__file__).parents[3] / "golden"
ICAL_JS = Path(__file__).parents[3] / "ical"
PACIFIC = ZoneInfo("America/Los_Angeles")
STAMP = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
SERIES = Series("monthly-call", "FLOSS-Mentoring monthly call", PACIFIC, 60, ())
GROUP = "floss-mentoring@googlegroups.com"
JOIN = "https://zoom.us/j/86500000001?pwd=a1B2,c;3"
DESCRIPTION = "Join: https://zoom.us/j/86500000001\n\nTalk: Größe; \\ comma, and “quotes” — " + "日本語のとても長い説明 " * 12


def call(**changed: Any) -> Call:
    start = datetime(2026, 12, 8, 11, 0, tzinfo=PACIFIC)
    plain = Call(
        CallId("floss-mentoring", "monthly-call", date(2026, 12, 8)),
        SERIES,
        start,
        start + timedelta(hours=1),
        "confirmed",
        "",
        None,
    )
    return dataclasses.replace(plain, **changed)


MOVED = call(
    start=datetime(2026, 12, 15, 10, 0, tzinfo=PACIFIC),
    end=datetime(2026, 12, 15, 11, 0, tzinfo=PACIFIC),
    status="moved",
    reason="Room taken",
    sequence=1,
)
CANCELLED = dataclasses.replace(MOVED, status="cancelled", reason="Winter break;\nsee you, all", sequence=2)


def invitation(about: Call, method: Any, **changed: Any) -> bytes:
    given_values: dict[str, Any] = {
        "organizer": '"Jürgen: Ops" <organizer@example.org>',
        "group": GROUP,
        "uid": uid(about.id),
        "location": JOIN,
        "description": DESCRIPTION,
        "stamp": STAMP + timedelta(days=about.sequence),
        "category": "FLOSS-Mentoring",
    }
    return itip(about, method=method, **{**given_values, **changed})


FEED_CONFIG = Config(
    uid="floss-mentoring",
    name="FLOSS-Mentoring",
    group=GROUP,
    organizers=(),
    zones=(PACIFIC,),
    links={},
    series=(SERIES,),
    calendar=CalendarConfig(),
    meeting=Meeting(),
    mail=Mail("gmail", "organizer@example.org"),
    notes=Notes(),
    recordings=Recordings(),
    page=Page(),
)


def subscription(calls: list[Call]) -> bytes:
    return calendar_feed(
        FEED_CONFIG,
        calls,
        location=lambda _: "https://groups.google.com/g/floss-mentoring",
        description=lambda about: DESCRIPTION if not about.cancelled else "",
        stamps=lambda about: STAMP + timedelta(days=about.sequence),
    )


JANUARY = dataclasses.replace(
    call(),
    id=CallId("floss-mentoring", "monthly-call", date(2027, 1, 12)),
    start=datetime(2027, 1, 12, 11, 0, tzinfo=PACIFIC),
    end=datetime(2027, 1, 12, 12, 0, tzinfo=PACIFIC),
)
OBJECTS = {
    "request": invitation(call(), "REQUEST"),
    "moved": invitation(MOVED, "REQUEST"),
    "cancel": invitation(CANCELLED, "CANCEL"),
    "publish": invitation(call(), "PUBLISH"),
    "feed": subscription([JANUARY, CANCELLED]),
}
every_object = pytest.mark.parametrize("name", OBJECTS)


@every_object
def test_bytes_are_those_of_the_golden_file(name: str) -> None:
    assert OBJECTS[name] == (GOLDEN / f"invite-{name}.ics").read_bytes()


def test_the_feed_is_the_same_whatever_the_order_of_its_calls() -> None:
    assert subscription([CANCELLED, JANUARY]) == subscription([JANUARY, CANCELLED])


@every_object
def test_lines_end_in_crlf_and_have_at_most_75_octets_cut_between_characters(name: str) -> None:
    lines = OBJECTS[name].split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    assert all(line.decode() is not None for line in lines)


def test_uid_is_the_same_before_and_after_a_move_and_differs_between_calls() -> None:
    assert uid(call().id) == uid(MOVED.id) != uid(JANUARY.id)
    assert len(uid(call().id).encode()) <= 202


def test_uid_never_changes_between_releases() -> None:
    # A changed UID would put every call a second time into every subscriber's calendar.
    assert uid(call().id) == "b1f03c4b9e064dfb603cdd0f2ed794bf@callkeeper"


@pytest.mark.parametrize(
    ("about", "method"), [(CANCELLED, "REQUEST"), (call(), "CANCEL"), (MOVED, "CANCEL")], ids=str
)
def test_a_method_that_contradicts_the_call_is_refused(about: Call, method: str) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        invitation(about, method)


def test_a_naive_stamp_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        invitation(call(), "REQUEST", stamp=datetime(2026, 12, 1, 17))


@pytest.mark.parametrize("address", ["", "nobody", "a@b\r\nATTENDEE:mailto:x@y.z", "ü@example.org"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="mail address"):
        invitation(call(), "REQUEST", group=address)


# --- python-icalendar ---------------------------------------------------------------------------------------


def events_of(data: bytes) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(data).walk("VEVENT"))


def test_request_names_one_organizer_and_the_group_as_the_only_attendee() -> None:
    (event,) = events_of(OBJECTS["request"])
    assert event["organizer"] == "mailto:organizer@example.org"
    assert event["organizer"].params["CN"] == "Jürgen: Ops"
    assert event["attendee"] == f"mailto:{GROUP}"
    assert event["attendee"].params["CUTYPE"] == "GROUP"
    assert event["attendee"].params["RSVP"] == "TRUE"


@pytest.mark.parametrize("name", ["publish", "feed"])
def test_published_calendars_have_an_organizer_and_no_attendee(name: str) -> None:
    for event in events_of(OBJECTS[name]):
        assert "organizer" in event
        assert "attendee" not in event


def test_a_move_and_a_cancellation_keep_the_uid_and_raise_sequence_and_stamp() -> None:
    first, moved, cancelled = (events_of(OBJECTS[name])[0] for name in ("request", "moved", "cancel"))
    assert first["uid"] == moved["uid"] == cancelled["uid"]
    assert [event["sequence"] for event in (first, moved, cancelled)] == [0, 1, 2]
    assert first["dtstamp"].dt < moved["dtstamp"].dt < cancelled["dtstamp"].dt
    assert [event["status"] for event in (first, moved, cancelled)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]


def test_the_feed_keeps_cancelled_calls_as_cancelled() -> None:
    december, january = events_of(OBJECTS["feed"])
    assert (december["status"], january["status"]) == ("CANCELLED", "CONFIRMED")
    assert december["comment"] == "Winter break;\nsee you, all"


@example(title="", reason="", description="", location="", name="\\")
@given(title=st.text(), reason=st.text(), description=st.text(), location=st.text(), name=st.text())
def test_no_text_from_people_adds_a_property_or_breaks_the_object(
    title: str, reason: str, description: str, location: str, name: str
) -> None:
    about = call(series=dataclasses.replace(SERIES, title=title), reason=reason)
    organizer = f"{name} <organizer@example.org>"
    data = invitation(about, "REQUEST", description=description, location=location, organizer=organizer)
    (event,) = events_of(data)
    allowed = {"UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND", "STATUS", "SUMMARY", "LOCATION"}
    assert set(event) <= allowed | {"DESCRIPTION", "COMMENT", "ORGANIZER", "ATTENDEE", "CONFERENCE", "CATEGORIES", "TRANSP"}
    assert event["attendee"] == f"mailto:{GROUP}"
    assert event["organizer"] == "mailto:organizer@example.org"
    assert not event.errors
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", data.decode())


# --- ical.js ------------------------------------------------------------------------------------------------


def read_by_ical_js(data: bytes) -> dict[str, Any]:
    if not (ICAL_JS / "node_modules" / "ical.js").is_dir() or shutil.which("node") is None:
        pytest.skip("ical.js is not there: install Node.js and run `npm ci` in tests/ical")
    done = subprocess.run(["node", "read.mjs"], cwd=ICAL_JS, input=data, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize(("name", "about"), [("request", call()), ("moved", MOVED), ("cancel", CANCELLED)])
def test_ical_js_understands_an_invitation_as_meant(name: str, about: Call) -> None:
    read = read_by_ical_js(OBJECTS[name])
    assert read["method"] == ("CANCEL" if name == "cancel" else "REQUEST")
    (event,) = read["events"]
    assert event == {
        "uid": uid(about.id),
        "sequence": about.sequence,
        "summary": SERIES.title,
        "description": DESCRIPTION,
        "location": JOIN,
        "start": about.start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "end": about.end.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "status": "CANCELLED" if about.cancelled else "CONFIRMED",
        "stamp": (STAMP + timedelta(days=about.sequence)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "organizer": "mailto:organizer@example.org",
        "organizerName": "Jürgen: Ops",
        "attendees": [f"mailto:{GROUP}"],
        "conference": JOIN,
    }


def test_ical_js_understands_the_feed() -> None:
    read = read_by_ical_js(OBJECTS["feed"])
    assert (read["method"], read["name"]) == ("PUBLISH", "FLOSS-Mentoring")
    assert [(event["status"], event["attendees"]) for event in read["events"]] == [("CANCELLED", []), ("CONFIRMED", [])]


# --- libical ------------------------------------------------------------------------------------------------


def complaints_of_libical(data: bytes) -> list[str]:
    """What libical says against the object, RFC 5546's tables for its METHOD included (`icalrestriction_check`)."""
    found = ctypes.util.find_library("ical")
    if found is None:
        pytest.skip("libical is not there: install Debian's libical3")
    libical = ctypes.CDLL(found)
    libical.icalparser_parse_string.argtypes = [ctypes.c_char_p]
    libical.icalparser_parse_string.restype = ctypes.c_void_p
    libical.icalcomponent_as_ical_string.argtypes = [ctypes.c_void_p]
    libical.icalcomponent_as_ical_string.restype = ctypes.c_char_p
    libical.icalrestriction_check.argtypes = [ctypes.c_void_p]
    libical.icalcomponent_free.argtypes = [ctypes.c_void_p]
    component = libical.icalparser_parse_string(data)
    if not component:
        return ["no calendar object"]
    valid = libical.icalrestriction_check(component)
    written = libical.icalcomponent_as_ical_string(component).decode().replace("\r\n ", "")
    libical.icalcomponent_free(component)
    said = [line for line in written.splitlines() if "X-LIC-ERROR" in line]
    return said if said or valid else ["restrictions of the method not met"]


@every_object
def test_libical_accepts_it_under_the_rules_of_its_method(name: str) -> None:
    assert complaints_of_libical(OBJECTS[name]) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"ORGANIZER;", b"X-WAS-ORGANIZER;"), (b"ATTENDEE;", b"X-WAS;"), (b"DTSTART:", b"DTSTART:x"), (b"UID:", b"X-U:")],
)
def test_libical_would_object_to_a_broken_invitation(old: bytes, new: bytes) -> None:
    assert complaints_of_libical(OBJECTS["request"].replace(old, new)) != []


def revised(calls: list[Call], before: bytes, now: datetime, description: str = DESCRIPTION) -> bytes:
    return calendar_feed(
        FEED_CONFIG, calls, location=lambda _: "", description=lambda _: description, stamps=lambda _: STAMP,
        url=lambda about: f"https://calls.example.org/#{about.id.recurrence_id}", before=before, now=now,
    )  # fmt: skip


def stamps_in(content: bytes) -> list[tuple[datetime, datetime]]:
    events = icalendar.Calendar.from_ical(content).walk("VEVENT")
    return [(event["dtstamp"].dt, event["last-modified"].dt) for event in events]


def test_a_changed_text_is_news_and_everything_else_keeps_its_stamp() -> None:
    first = revised([call(), JANUARY], b"", STAMP + timedelta(days=1))
    assert stamps_in(first) == [(STAMP, STAMP)] * 2
    assert revised([call(), JANUARY], first, STAMP + timedelta(days=2)) == first
    later = STAMP + timedelta(days=3)
    talk = dataclasses.replace(JANUARY, reason="The room is smaller")
    second = revised([call(), talk], first, later)
    assert stamps_in(second) == [(STAMP, STAMP), (later, later)]
    assert revised([call(), talk], second, STAMP) == second
    back = revised([call(), JANUARY], second, STAMP)
    assert stamps_in(back) == [(STAMP, STAMP), (later, later)]


def test_what_is_no_calendar_of_ours_is_no_record() -> None:
    plain = revised([call()], b"", STAMP)
    for before in (b"\x00\xff", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", plain.replace(b"DTSTAMP", b"X-STAMP"), b"BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n"):
        assert revised([call()], before, STAMP + timedelta(days=1)) == plain


def test_an_event_says_where_it_is_described_what_it_belongs_to_and_whether_it_takes_time() -> None:
    events = icalendar.Calendar.from_ical(revised([call(), CANCELLED], b"", STAMP)).walk("VEVENT")
    assert [event["transp"] for event in events] == ["OPAQUE", "TRANSPARENT"]
    assert all(event["categories"].cats == ["FLOSS-Mentoring"] for event in events)
    assert {event["url"] for event in events} == {"https://calls.example.org/#2026-12-08"}


TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from("\\;,\n\r\"^N: ä“日"), max_size=120)


@given(TEXTS, TEXTS, TEXTS, st.booleans())
def test_the_lines_are_those_that_icalendar_writes(title: str, place: str, words: str, cancelled: bool) -> None:
    made = call(series=dataclasses.replace(SERIES, title=title), status="cancelled" if cancelled else "confirmed", reason=words[:40], sequence=3)
    written = itip(
        made, method="PUBLISH", organizer=f"Ö, x <{GROUP}>", group=GROUP, uid=uid(made.id), location=place, description=words, stamp=STAMP,
        url=f"https://example.org/{place}", category=title,
    )  # fmt: skip
    text, event = OUTPUTS["calendar"], icalendar.Event()
    said = {
        "summary": text(one_line(title)), "location": one_line(place), "url": one_line(f"https://example.org/{place}"),
        "description": text(words), "comment": text(words[:40]), "status": "CANCELLED" if cancelled else "CONFIRMED",
        "transp": "TRANSPARENT" if cancelled else "OPAQUE", "uid": uid(made.id),
    }  # fmt: skip
    for name, value in said.items():
        if value or name == "summary":
            event.add(name, value)
    if text(one_line(title)):
        event.add("categories", [text(one_line(title))])
    for name, at in {"dtstamp": STAMP, "last-modified": STAMP, "dtstart": made.start.astimezone(UTC), "dtend": made.end.astimezone(UTC)}.items():
        event.add(name, at)
    event.add("sequence", 3)
    organizer = icalendar.vCalAddress(f"mailto:{GROUP}")
    organizer.params["CN"] = "Ö, x"
    event.add("organizer", organizer)
    assert event.to_ical() in written


@given(TEXTS)
def test_one_line_and_many_lines_are_the_same_with_and_without_their_short_way(text: str) -> None:
    # A character outside ASCII takes the long way; without it the same text may take the short one.
    assert one_line(text + "ä") == (one_line(text + "x")[:-1] + "ä")
    assert many_lines(text + "ä") == many_lines(text) + "ä"
