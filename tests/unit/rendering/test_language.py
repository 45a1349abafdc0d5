"""Days, hours and the sentence about another hour, in the languages of communities."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.config.community import read_config, scan_config
from automation.config.template_folder import scan_templates
from automation.domain.model import Call
from automation.rendering.check import Checking
from automation.rendering.language import language_of, notes_the_hour
from automation.rendering.time_words import ENGLISH, shift_sentence, zone_times
from tests.mail_samples import CONFIG, LOS_ANGELES, SHIPPED, ZONES, call

DAY = date(2027, 1, 12)
ELEVEN = datetime(2027, 1, 12, 11, tzinfo=LOS_ANGELES)
WRITTEN = {
    "en": ("Tuesday 12 January 2027", "Tuesday 12 January", "11:00 PST"),
    "en-US": ("Tuesday, January 12, 2027", "Tuesday, January 12", "11:00 AM PST"),
    "en-GB": ("Tuesday, 12 January 2027", "Tuesday, 12 January", "11:00 PST"),
    "de": ("Dienstag, 12. Januar 2027", "Dienstag, 12. Januar", "11:00 PST"),
    "fr": ("mardi 12 janvier 2027", "mardi 12 janvier", "11:00 PST"),
    "es": ("martes, 12 de enero de 2027", "martes, 12 de enero", "11:00 PST"),
    "pt-BR": ("terça-feira, 12 de janeiro de 2027", "terça-feira, 12 de janeiro", "11:00 PST"),
    "ja": ("2027年1月12日火曜日", "1月12日火曜日", "11:00 PST"),
}
SENTENCES = {
    "en": "Note the hour: 19:00 UTC instead of last month's 18:00.",
    "en-US": "Note the hour: 7:00 PM UTC instead of last month's 6:00 PM.",
    "de": "Achtung, andere Uhrzeit: 19:00 UTC statt 18:00 wie letzten Monat.",
    "es": "Atención a la hora: 19:00 UTC en lugar de 18:00 como el mes pasado.",
    "fr": "Attention à l’heure : 19:00 UTC au lieu de 18:00 comme le mois dernier.",
    "pt": "Atenção à hora: 19:00 UTC em vez de 18:00 como no mês passado.",
    "ja": "",
}


@pytest.mark.parametrize("tag", WRITTEN)
def test_days_and_hours_are_written_as_their_speakers_write_them(tag: str) -> None:
    language = language_of(replace(CONFIG, language=tag))
    assert (language.long_day(DAY), language.short_day(DAY), language.clock_and_zone(ELEVEN, LOS_ANGELES)) == WRITTEN[tag]


@given(
    st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.sampled_from(["en-US", "de", "fr", "es", "pt", "ja", "ko", "zh-Hans", "he", "ar", "ru", "hu"])
)
def test_the_short_day_is_the_long_one_without_its_year(day: date, tag: str) -> None:
    language = language_of(replace(CONFIG, language=tag))
    short = language.short_day(day)
    assert str(day.year) not in short
    assert str(day.day) in short
    assert short in language.long_day(day) or tag == "hu"


@pytest.mark.parametrize("tag", SENTENCES)
def test_the_sentence_about_another_hour(tag: str) -> None:
    config = replace(CONFIG, language=tag)
    before, after = call(date(2026, 10, 13)), call(date(2026, 11, 10))
    assert shift_sentence(after, before, [ZoneInfo("UTC"), LOS_ANGELES], language_of(config)) == SENTENCES[tag]
    assert notes_the_hour(tag) == bool(SENTENCES[tag])


@given(
    st.dates(date(2025, 1, 1), date(2030, 12, 1)),
    st.sampled_from(["en", "en-US", "de", "es", "fr", "pt"]),
    st.lists(
        st.sampled_from(["UTC", "Europe/Berlin", "America/Sao_Paulo", "Africa/Casablanca", "Asia/Kolkata", "Australia/Lord_Howe"]),
        min_size=1,
        unique=True,
    ),
)
def test_the_sentence_is_there_exactly_when_some_clock_shows_another_hour(day: date, tag: str, keys: list[str]) -> None:
    language, zones = language_of(replace(CONFIG, language=tag)), [ZoneInfo(key) for key in keys]
    before, after = call(day), call(day + timedelta(days=28))
    said = shift_sentence(after, before, zones, language)
    differ = [zone for zone in zones if ENGLISH.clock(after.start, zone) != ENGLISH.clock(before.start, zone)]
    assert bool(said) == bool(differ)
    assert all(language.clock_and_zone(after.start, zone) in said and language.clock(before.start, zone) in said for zone in differ)


def test_a_zone_is_called_what_the_community_calls_it() -> None:
    names = {"America/Los_Angeles": "Pacific"}
    for tag, others in (
        ("en", ["New York", "Universal time"]),
        ("en-US", ["New York", "Universal time"]),
        ("es", ["Nueva York", "tiempo universal coordinado"]),
    ):
        times = zone_times(ELEVEN, LOS_ANGELES, ZONES[:3], language_of(replace(CONFIG, language=tag, zone_names=names)))
        assert [time.place for time in times] == ["Pacific", *others]


@pytest.mark.parametrize(("tag", "direction"), [("en", "ltr"), ("de", "ltr"), ("ar", "rtl"), ("he", "rtl"), ("fa", "rtl")])
def test_every_template_is_sound_in_every_direction(tag: str, direction: str) -> None:
    templates = scan_templates(SHIPPED).templates
    assert templates is not None
    config = replace(CONFIG, language=tag)
    checking = Checking(templates, config)
    assert [problem for each in ("mail/announcement.md", "page/index.html") for problem in checking.one(each)] == []
    assert language_of(config).direction == direction


def test_of_the_config_a_language_and_names_are_read_and_mistakes_told(tmp_path: object) -> None:
    shipped = (SHIPPED.parent / "community.toml").read_text(encoding="utf-8")
    file = SHIPPED.__class__(str(tmp_path)) / "community.toml"
    zones = 'zones = ["America/Los_Angeles", "America/New_York", "UTC"]'
    assert zones in shipped
    named = 'language = "pt-BR"\nzones = [{ zone = "America/Los_Angeles", name = "Pacific" }, "UTC"]'
    file.write_text(shipped.replace(zones, named), encoding="utf-8")
    config = read_config(file)
    assert (config.language, config.zone_names) == ("pt-BR", {"America/Los_Angeles": "Pacific"})
    assert [zone.key for zone in config.zones] == ["America/Los_Angeles", "UTC"]
    wrong = 'language = "en-USA"\nzones = [{ zone = "America/Los_Angles", name = "" , names = 1 }, 7]'
    file.write_text(shipped.replace(zones, wrong), encoding="utf-8")
    told = {problem.place: problem.sentence for problem in scan_config(file).problems}
    assert set(told) == {"community.language", "community.zones[0]", "community.zones[0].name", "community.zones[0].names", "community.zones[1]"}
    assert "did you mean" in told["community.language"]
    assert "America/Los_Angeles" in told["community.zones[0]"]


def test_a_made_up_call_says_its_hour_once() -> None:
    made: Call = call(DAY)
    assert language_of(CONFIG) is ENGLISH
    assert shift_sentence(made, None, ZONES, language_of(CONFIG)) == ""
