"""Times in zones and the sentence about a shifted hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.rendering.time_words import abbreviation, long_day, shift_sentence, times_line, zone_times
from tests.mail_samples import LOS_ANGELES, SERIES, ZONES, call

ALL_ZONES = [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "Asia/Kolkata", "Pacific/Apia", "Asia/Tokyo", "America/St_Johns")]


def test_one_instant_reads_as_each_zones_own_clock_on_that_date() -> None:
    line = times_line(zone_times(call(date(2026, 7, 14)).start, LOS_ANGELES, ZONES))
    assert line == "11:00 PDT · 14:00 EDT · 18:00 UTC"
    line = times_line(zone_times(call(date(2026, 12, 8)).start, LOS_ANGELES, ZONES))
    assert line == "11:00 PST · 14:00 EST · 19:00 UTC"


def test_the_weekday_stands_only_where_the_date_differs() -> None:
    tokyo, home = zone_times(call(date(2026, 12, 8)).start, LOS_ANGELES, (ZoneInfo("Asia/Tokyo"), LOS_ANGELES))
    assert (tokyo.text, tokyo.day, tokyo.day_differs) == ("04:00 JST (Wednesday)", "Wednesday 9 December", True)
    assert (home.text, home.day, home.day_differs) == ("11:00 PST", "Tuesday 8 December", False)


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("America/Sao_Paulo", "UTC-3"),
        ("Asia/Kathmandu", "UTC+5:45"),
        ("Europe/Istanbul", "UTC+3"),
        ("Asia/Kolkata", "IST"),
        ("UTC", "UTC"),
        ("Etc/GMT+3", "UTC-3"),
    ],
)
def test_zones_without_a_name_of_their_own_are_written_as_a_distance_from_utc(zone: str, written: str) -> None:
    assert abbreviation(datetime(2026, 12, 8, 19, tzinfo=UTC), ZoneInfo(zone)) == written


def test_places_are_cities_and_never_the_reversed_signs_of_etc_zones() -> None:
    zones = [ZoneInfo(name) for name in ("America/Argentina/Buenos_Aires", "UTC", "Etc/GMT+3")]
    times = zone_times(datetime(2026, 12, 8, 19, tzinfo=UTC), LOS_ANGELES, zones)
    assert [each.place for each in times] == ["Buenos Aires", "Universal time", "UTC-3"]


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)), st.sampled_from(ALL_ZONES))
def test_every_time_is_that_instant_for_any_date_and_zone(start: datetime, zone: ZoneInfo) -> None:
    (shown,) = zone_times(start, LOS_ANGELES, (zone,))
    local = start.astimezone(zone)
    assert shown.time == local.strftime("%H:%M")
    assert shown.day_differs == (local.date() != start.astimezone(LOS_ANGELES).date())
    assert long_day(local.date()) == f"{local:%A} {local.day} {local:%B} {local.year}"


def test_a_shift_of_utc_is_told_in_one_sentence_with_the_old_hour_once() -> None:
    sentence = shift_sentence(call(date(2026, 11, 10)), call(date(2026, 10, 13)), ZONES)
    assert sentence == "Note the hour: 19:00 UTC instead of last month's 18:00."


def test_no_sentence_where_every_clock_shows_what_it_showed_last_time() -> None:
    assert shift_sentence(call(date(2026, 12, 8)), call(date(2026, 11, 10)), ZONES) == ""
    assert shift_sentence(call(date(2026, 11, 10)), None, ZONES) == ""
    assert shift_sentence(call(date(2026, 11, 10)), call(date(2026, 10, 13)), ZONES[:2]) == ""


def test_several_shifted_zones_share_the_sentence() -> None:
    zones = (LOS_ANGELES, ZoneInfo("UTC"), ZoneInfo("Asia/Tokyo"))
    sentence = shift_sentence(call(date(2026, 11, 10)), call(date(2026, 10, 13)), zones)
    assert sentence == "Note the hour: 19:00 UTC and 04:00 JST instead of last month's 18:00 and 03:00."


def test_a_call_moved_to_another_hour_or_cancelled_has_no_shift_sentence() -> None:
    moved = call(date(2026, 11, 10), time(12), status="moved")
    assert shift_sentence(moved, call(date(2026, 10, 13)), ZONES) == ""
    assert shift_sentence(call(date(2026, 11, 10), status="cancelled"), call(date(2026, 10, 13)), ZONES) == ""


def test_a_call_moved_to_another_day_at_its_hour_still_tells_the_shift() -> None:
    moved = call(date(2026, 11, 12), status="moved")
    assert "19:00 UTC instead of last month's 18:00" in shift_sentence(moved, call(date(2026, 10, 13)), ZONES)


def test_an_exceptional_hour_last_time_is_not_taken_for_the_usual_one() -> None:
    exception = call(date(2026, 10, 13), time(15), status="moved")
    sentence = shift_sentence(call(date(2026, 11, 10)), exception, ZONES)
    assert sentence == "Note the hour: 19:00 UTC instead of the usual 18:00."
    assert shift_sentence(call(date(2026, 12, 8)), call(date(2026, 11, 10), time(15), status="moved"), ZONES) == ""


def test_a_new_rule_at_another_hour_is_told_too() -> None:
    sentence = shift_sentence(call(date(2026, 9, 8), time(12)), call(date(2026, 8, 11)), ZONES[:1])
    assert sentence == "Note the hour: 12:00 PDT instead of last month's 11:00."


@pytest.mark.parametrize(("before", "owner"), [(date(2026, 11, 3), "last week's"), (date(2026, 9, 8), "the last call's")])
def test_the_old_hour_is_said_to_be_that_of_the_call_that_had_it(before: date, owner: str) -> None:
    summer = replace(SERIES, zone=ZoneInfo("Europe/Berlin"))
    previous = call(before, time(12), series=summer)
    assert f"instead of {owner} " in shift_sentence(call(date(2026, 11, 10), time(13), series=summer), previous, (summer.zone,))
