"""Other configurations over a call or two: mail by SMTP that carries the invitation, a fixed link, recordings put by hand, copied notes, cron."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from email import message_from_string, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from tests.end_to_end import wire
from tests.end_to_end.month import People, at, instants, play
from tests.end_to_end.stage import Stage, text_of

FOLDER = "1H-kpa3D8IQqtxknu7YxEjTlV6RiooQs1"
DOCUMENT = "1oE7cOALIYvPrf374id5WX141EvoCCruWkGDJalJzhlo"
QUARTER = timedelta(hours=6)


@pytest.fixture
def stage(tmp_path: Path, sandbox: Any) -> Stage:
    return Stage(tmp_path, sandbox)


def settled(stage: Stage, reports: list[Any]) -> None:
    """Nothing failed, and everything on the wire was as the vendors document it."""
    assert [r for r in reports if r.exit_code] == []
    assert stage.sandbox.get("problems") == []
    wire.need_specifications()
    assert wire.judge(stage.sandbox.log()) > 0


def smtp_mails(stage: Stage) -> list[EmailMessage]:
    found = [message_from_string(mail["raw"], policy=policy.default) for mail in stage.state_of("smtp")["mails"]]
    assert all(isinstance(mail, EmailMessage) for mail in found)
    return found  # type: ignore[return-value]


def invitation(mail: EmailMessage) -> Any:
    """The calendar object of a mail, or None."""
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    if not parts:
        return None
    calendar = Calendar.from_ical(parts[0].get_content())
    [event] = calendar.walk("VEVENT")
    assert parts[0].get_param("method") == str(calendar["METHOD"])
    return str(calendar["METHOD"]), str(event["UID"]), int(event["SEQUENCE"]), event["DTSTART"].dt


def test_mailed_invitations_follow_a_call_through_move_and_cancellation(stage: Stage) -> None:
    """REQUEST with the announcement, REQUEST with SEQUENCE 1 on the move, CANCEL on the cancellation; one UID for each call's life; Google
    Calendar invites nobody."""
    stage.edit('via = "gmail"', 'via = "smtp"')
    stage.edit('invite = "calendar"', 'invite = "mail"')

    def also(now: datetime) -> None:
        if now == at(2026, 11, 5, 12):
            stage.change('[[series.change]]\ndate = 2026-11-10\nmove_to = 2026-11-12T12:30:00\nreason = "Holiday"')
        if now == at(2026, 12, 3, 12):
            stage.change('[[series.change]]\ndate = 2026-12-08\ncancel = true\nreason = "Winter break"')

    reports = play(stage, instants(at(2026, 11, 2, 12), at(2026, 12, 9), {date(2026, 11, 11), date(2026, 11, 12)}, QUARTER), People(stage), also)
    settled(stage, reports)
    sent = [(str(mail["X-Callkeeper-Key"]).split("/", 2)[2], invitation(mail)) for mail in smtp_mails(stage)]
    [first, *_], invited = [i for _, i in sent if i], [(k, i) for k, i in sent if i]
    november, december = first[1], next(i[1] for k, i in invited if k.startswith("2026-12-08"))
    assert november != december
    assert invited == [
        ("2026-11-10/mail:announcement", ("REQUEST", november, 0, at(2026, 11, 10, 19))),
        ("2026-11-10/mail:moved@1", ("REQUEST", november, 1, at(2026, 11, 12, 20, 30))),
        ("2026-12-08/mail:announcement", ("REQUEST", december, 0, at(2026, 12, 8, 19))),
        ("2026-12-08/mail:cancelled@1", ("CANCEL", december, 1, at(2026, 12, 8, 19))),
    ]
    assert [key for key, _ in sent if key.startswith("2026-11-10")] == [
        f"2026-11-10/mail:{name}" for name in ("announcement", "moved@1", "reminder", "starting-soon", "recap")
    ]
    assert stage.notices() == []
    assert all(not event.get("attendees") for event in stage.events())
    assert stage.mails() == [], "Gmail is not used at all"


def test_a_fixed_link_and_recordings_that_a_person_puts_into_the_folder(stage: Stage) -> None:
    """Zoom is never asked; the one video with the right time is recognised and marked; the recap and the archive carry its link."""
    stage.edit('provider = "zoom"', 'provider = "fixed"\nurl = "https://meet.example.org/floss"')
    stage.edit('from = "zoom"', 'from = "drive"')
    put: list[str] = []

    def also(now: datetime) -> None:
        if now == at(2026, 11, 10, 23):
            stage.sandbox.post("clock", {"now": now.isoformat()})
            put.append(stage.sandbox.people("drive", "put", folder=FOLDER, name="GMT20261110-recording.mp4", size=1000, mimeType="video/mp4")["id"])

    reports = play(stage, instants(at(2026, 11, 2, 12), at(2026, 11, 13), {date(2026, 11, 10), date(2026, 11, 11)}, QUARTER), People(stage), also)
    settled(stage, reports)
    assert stage.sandbox.log("zoom") == []
    [file] = [file for file in stage.state_of("drive")["files"] if file["id"] in put]
    assert file["appProperties"]["callkeeper"] == "floss-mentoring/monthly-call/2026-11-10"
    [entry] = stage.archive()
    assert entry["recording"] == file["webViewLink"]
    recap = next(mail for mail in stage.mails() if "mail:recap" in mail["X-Callkeeper-Key"])
    assert file["webViewLink"] in text_of(recap)
    assert stage.event("2026-11-10")["location"] == "https://meet.example.org/floss"


def test_notes_as_a_copy_of_a_template_document(stage: Stage) -> None:
    """One copy for each call that came near, marked, its link in mails and archive; the template stays as it is."""
    stage.edit('mode = "running"', 'mode = "copy"')
    before = stage.state_of("docs")[DOCUMENT]
    people = People(stage, writes=False)
    reports = play(stage, instants(at(2026, 11, 2, 12), at(2026, 11, 12), {date(2026, 11, 10)}, QUARTER), people)
    settled(stage, reports)
    copies = [file for file in stage.state_of("drive")["files"] if file.get("appProperties", {}).get("callkeeper", "").endswith("/notes")]
    [copy] = copies
    assert "2026-11-10" in copy["name"]
    assert ("floss-mentoring@googlegroups.com", "writer") in [(each.get("emailAddress"), each["role"]) for each in copy["permissions"]]
    assert stage.state_of("docs")[DOCUMENT] == before
    [entry] = stage.archive()
    assert entry["notes"] == copy["webViewLink"]
    announcement = next(mail for mail in stage.mails() if "mail:announcement" in mail["X-Callkeeper-Key"])
    assert copy["webViewLink"] in text_of(announcement)


def test_a_recap_without_a_recording_says_so_and_the_organizers_are_told(stage: Stage) -> None:
    """Nobody pressed record: at the deadline the recap goes out and names what is missing; the organizers hear of it, the Group does not."""
    people = People(stage, cloud=False)
    reports = play(stage, instants(at(2026, 11, 9, 12), at(2026, 11, 19), {date(2026, 11, 10)}, QUARTER), people)
    assert [failure for report in reports for failure in report.failed] == []
    recap = next(mail for mail in stage.mails() if "mail:recap" in mail["X-Callkeeper-Key"])
    assert "the recording" in text_of(recap)
    told = [mail for mail in stage.mails() if str(mail["To"]) == "organizer@example.org"]
    assert len(told) == 1
    assert "2026-11-10/recording" in text_of(told[0])
    [entry] = stage.archive()
    assert entry["recording"] is None


def test_two_series_on_one_day_have_each_their_own_section_in_one_document(stage: Stage) -> None:
    """Also when the ledger is lost and the sections are found again by their headings."""
    second = (
        '[[series]]\nuid = "evening"\ntitle = "FLOSS-Mentoring monthly call, evening"\nzone = "America/Los_Angeles"\nminutes = 30\n'
        '[[series.rule]]\nfrom = 2026-11-01\nevery = "second Tuesday of the month"\nat = 18:00:00\n'
    )
    stage.edit("\n[calendar]", f"\n{second}\n[calendar]")
    stage.edit("group_mails_per_day = 3", "group_mails_per_day = 9")
    play(stage, [at(2026, 11, 5, 12)], People(stage))
    stage.state.unlink()
    settled(stage, play(stage, [at(2026, 11, 5, 13)], People(stage)))
    [document] = [doc for doc in stage.state_of("docs").values() if doc["writes"]]
    headings = [p["text"] for tab in document["tabs"].values() for p in tab["paragraphs"] if p["text"].startswith("2026-11-10")]
    assert sorted(headings) == ["2026-11-10 · FLOSS-Mentoring monthly call", "2026-11-10 · FLOSS-Mentoring monthly call, evening"]
    links = {event["description"].partition("#heading=")[2].split()[0] for event in stage.events() if "#heading=" in event["description"]}
    assert len(links) == 2


def test_run_py_from_cron_every_hour_for_two_days(stage: Stage) -> None:
    """The real program, a process for each hour: the last two mails, the recording and the recap, once each, and exit code 0 every time."""
    stage.edit("look_every_minutes = 60", "look_every_minutes = 240")
    people, now, codes = People(stage), at(2026, 11, 9, 12), []
    while now <= at(2026, 11, 11, 12):
        people.until(now)
        result = stage.run("apply", "--json", now=now)
        codes.append(result.returncode)
        assert result.stdout, result.stderr
        assert json.loads(result.stdout)["failed"] == []
        now += timedelta(hours=1)
    assert set(codes) == {0}
    kinds = ["mail:announcement", "mail:reminder", "mail:starting-soon", "mail:recap"]
    # The announcement is days late when the program begins, and still of use: the very first tick of a new installation sends it.
    assert stage.group_mails() == [f"2026-11-10/{kind}" for kind in kinds]
    assert [entry["recurrence_id"] for entry in stage.archive()] == ["2026-11-10"]
    assert stage.repeated() == {}
    settled(stage, [])
