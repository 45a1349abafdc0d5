"""Which call a name means: the corpus of names, and names that are made up; none of them wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.archive.kinds import kind_of
from automation.archive.match import propose
from automation.archive.records import HeldCall, Proposal, Source
from automation.archive.speaker import speaker_in
from automation.domain.keys import CallId
from automation.domain.model import Rule, Series
from automation.schedule.phrases import parse_every
from automation.schedule.recurrence import occurrences
from tests.unit.archive.corpus import AMERICAN, FOLDERS, UNSETTLED, Folder

NOW = date(2026, 11, 24)


def calls_of(folder: Folder) -> list[HeldCall]:
    begin = date(2025, 1, 14) if folder is UNSETTLED else date(2023, 9, 1)
    rule = Rule(begin, folder.every, parse_every(folder.every), folder.at)
    series = Series("call", folder.title, ZoneInfo(folder.zone), 60, (rule,))
    return [
        HeldCall(
            id=CallId("c", "call", each.recurrence_id), held=each.local_start.date(), start=each.start, end=each.end, title=folder.title,
            days=frozenset({each.start.astimezone(UTC).date()}),
        )
        for each in occurrences(series, begin, NOW)
    ]  # fmt: skip


def rows(folder: Folder) -> list[tuple[str, str, str]]:
    return [tuple(part.strip() for part in line.rsplit("|", 2)) for line in folder.names.strip().splitlines()]  # type: ignore[misc]


def sources_of(folder: Folder) -> list[Source]:
    return [
        Source(folder.source, name, str(number), created=datetime.fromisoformat(f"{created}T20:00:00Z") if created else None)  # type: ignore[arg-type]
        for number, (name, created, _) in enumerate(rows(folder))
        if folder.source == "notes" or kind_of(name, "") is not None
    ]


def matched(found: Proposal) -> dict[str, str]:
    return {match.source.link: match.call.id.recurrence_id.isoformat() for match in found.matches}


def test_there_are_enough_names() -> None:
    assert sum(len(rows(folder)) for folder in FOLDERS) >= 150


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.title)
def test_no_name_is_matched_wrong_and_four_of_five_are_found(folder: Folder) -> None:
    found = propose(sources_of(folder), calls_of(folder))
    got, why = matched(found), {each.source.link: each.reason for each in found.unmatched}
    wrong, missed, meant = [], [], 0
    for number, (name, _, truth) in enumerate(rows(folder)):
        told = got.get(str(number), "-")
        meant += truth != "-"
        if told != "-" and told != truth:
            wrong.append((name, told, truth))
        if told == "-" != truth:
            missed.append((name, why.get(str(number))))
    assert wrong == []
    assert len(missed) <= meant / 5, missed


MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def styles(day: date, order: str, sign: str) -> list[str]:
    """The ways in which one community writes a day."""
    one, two = (day.month, day.day) if order == "mdy" else (day.day, day.month)
    month = MONTHS[day.month - 1]
    return [
        day.isoformat(), f"{day:%Y%m%d}", f"{day:%Y_%m_%d}", f"{day.year}.{day.month}.{day.day}", f"{month} {day.day}, {day.year}",
        f"{day.day} {month[:3]} {day.year}", f"{month[:3]} {day.day}th '{day:%y}", f"{one}{sign}{two}{sign}{day.year}",
        f"{one:02}{sign}{two:02}{sign}{day:%y}", f"{day:%a} {one}{sign}{two}{sign}{day:%y}", f"{day:%A}, {month} {day.day} {day.year}",
    ]  # fmt: skip


EVERY = ("second Tuesday of the month", "last Friday of the month", "every Thursday", "every other Monday", "day 9 of the month")
AROUND = ("{}.mp4", "Call {}.mp4", "{} recording final (2).mp4", "FLOSS_{}_part1.mov", "Notes {}", "{} – Emily on mentoring", "Copy of {}.mkv")
NO_DATE = ("Untitled.mp4", "zoom_0.mp4", "Welcome 3.mp4", "video1741716312.mp4", "Meeting 12 of 30.mp4")


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_of_folders_that_are_made_up_no_name_is_matched_wrong(data: st.DataObject) -> None:
    order, sign = data.draw(st.sampled_from(("mdy", "dmy"))), data.draw(st.sampled_from("-/_ "))
    folder = Folder("drive", "Call", "UTC", data.draw(st.sampled_from(EVERY)), time(17), "")
    calls = calls_of(folder)
    held = {call.held: call for call in calls}
    truths: list[date | None] = []
    sources: list[Source] = []

    def add(name: str, created: date, truth: date | None) -> None:
        sources.append(Source("drive", name, str(len(sources)), created=datetime.combine(created, time(20), UTC)))
        truths.append(truth)

    for call in data.draw(st.lists(st.sampled_from(calls), min_size=1, max_size=25)):
        how, where = data.draw(st.integers(0, 10)), data.draw(st.sampled_from(AROUND))
        add(where.format(styles(call.held, order, sign)[how]), call.held + timedelta(days=data.draw(st.integers(0, 900))), call.held)
    # Of other things the day is written so that nobody can misread it.
    for day in data.draw(st.lists(st.dates(date(2023, 10, 1), date(2026, 10, 30)), max_size=8)):
        add(f"Workshop {styles(day, order, sign)[data.draw(st.integers(0, 6))]}.mp4", day, day if day in held else None)
    for name in data.draw(st.lists(st.sampled_from(NO_DATE), max_size=3)):
        add(name, date(2025, 3, 12), None)
    got = {match.source.link: match.call.held for match in propose(sources, calls).matches}
    wrong = [(sources[int(number)].name, day) for number, day in got.items() if day != truths[int(number)]]
    assert wrong == []
    # What is written out is always found.
    plain = [number for number, source in enumerate(sources) if truths[number] and truths[number].isoformat() in source.name]  # type: ignore[union-attr]
    assert [sources[number].name for number in plain if str(number) not in got] == []


@given(st.text(max_size=40), st.integers(0, 40))
@settings(deadline=None)
def test_any_text_at_all_is_read(text: str, place: int) -> None:
    calls = calls_of(AMERICAN)
    name = text[:place] + "2025" + text[place:]
    found = propose([Source("drive", name, "1"), Source("notes", text, "2")], calls)
    assert len(found.matches) + len(found.unmatched) == 2


def test_the_order_of_numbers_is_settled_by_the_other_names_or_not_at_all() -> None:
    calls = calls_of(AMERICAN)
    assert propose([Source("drive", "call 03-11-25.mp4", "1")], calls).matches == ()
    for other, day in (("logo 3-18-25.mp4", "2025-03-11"), ("12-13-24.mp4", "2025-03-11"), ("18-03-2025.mp4", None)):
        found = matched(propose([Source("drive", "call 03-11-25.mp4", "1"), Source("drive", other, "2")], calls))
        assert found.get("1") == day


def test_two_series_are_told_apart_by_their_titles() -> None:
    calls = calls_of(AMERICAN)
    hours = [replace(call, id=CallId("c", "office-hours", call.held), title="Office hours") for call in calls]
    names = ("Office hours 2025-03-11.mp4", "FLOSS mentoring 2025-03-11.mp4", "2025-03-11.mp4")
    found = propose([Source("drive", name, name) for name in names], [*calls, *hours])
    assert {match.source.name: match.call.id.series for match in found.matches} == {names[0]: "office-hours", names[1]: "call"}


def test_moved_and_cancelled_calls() -> None:
    calls = calls_of(AMERICAN)
    march = next(call for call in calls if call.held == date(2025, 3, 11))
    moved = replace(march, held=date(2025, 3, 18), start=march.start + timedelta(days=7), end=march.end + timedelta(days=7), days=frozenset())
    others = [call for call in calls if call is not march]
    sources = [Source("drive", name, name) for name in ("2025-03-18.mp4", "2025-03-11.mp4")]
    assert matched(propose(sources, [*others, moved])) == dict.fromkeys(("2025-03-18.mp4", "2025-03-11.mp4"), "2025-03-11")
    found = propose(sources, [*others, replace(march, cancelled=True)])
    assert found.matches == ()
    assert "cancelled" in found.unmatched[1].reason


def test_years_stand_above_days_in_a_document_and_a_call_has_one_section() -> None:
    headings = ("2025", "March 11", "April 8 – Ana", "2024", "March 12", "2025-03-11 follow-up", "Mar 11, 2025")
    found = propose([Source("notes", text, str(number), "notes") for number, text in enumerate(headings)], calls_of(AMERICAN))
    assert matched(found) == {"5": "2025-03-11", "2": "2025-04-08", "4": "2024-03-12"}


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("March call – Emily on mentoring", "Emily"), ("2025-03-11 with Priya Shah.mp4", "Priya Shah"),
        ("Speaker: Ada Lovelace (Mar 2025)", "Ada Lovelace"),
        ("12/9/25 – Sam: Reviewing", "Sam"), ("30 de agosto - com Beatriz de Souza.mp4", "Beatriz de Souza"), ("Tue Mar 11, 2025", ""),
        ("Recording with Zoom.mp4", ""), ("Notes on Tuesday", ""), ("call_by_Jean-Luc_2025.mp4", "Jean-Luc"),
    ],
)  # fmt: skip
def test_who_speaks_is_told_where_the_name_says_so(name: str, who: str) -> None:
    assert speaker_in(name) == who
