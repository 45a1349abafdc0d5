"""Days, hours and their sentence in the language of a community, by Babel's copy of the CLDR
(https://cldr.unicode.org).

`en` is the plain English of `time_words`. Any other tag, `en-US` too, is written as its speakers write dates and
clocks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_location
from babel.lists import format_list

from automation.domain.model import Config
from automation.rendering.time_words import ENGLISH, UTC_NAMES, English, Owner

# The year of a date pattern (UTS 35, "Date Format Patterns"), with what belongs to it.
_YEAR = re.compile(r"[,،]?\s*(?:'[^']*'\s*)?y+\s?(?:[年년]|'[^']*')?\.?\s*")
# The sentence about another hour, and whose the old one was, in the languages in which it was written by hand.
_NOTES: Mapping[str, tuple[str, Mapping[Owner, str]]] = {
    "en": (
        "Note the hour: {new} instead of {owner} {old}.",
        {
            "last week": "last week's",
            "last month": "last month's",
            "last call": "the last call's",
            "usual": "the usual",
        },
    ),
    "de": (
        "Achtung, andere Uhrzeit: {new} statt {old} {owner}.",
        {
            "last week": "wie letzte Woche",
            "last month": "wie letzten Monat",
            "last call": "wie beim letzten Mal",
            "usual": "wie sonst",
        },
    ),
    "es": (
        "Atención a la hora: {new} en lugar de {old} {owner}.",
        {
            "last week": "como la semana pasada",
            "last month": "como el mes pasado",
            "last call": "como la última vez",
            "usual": "como de costumbre",
        },
    ),
    "fr": (
        "Attention à l’heure : {new} au lieu de {old} {owner}.",
        {
            "last week": "comme la semaine dernière",
            "last month": "comme le mois dernier",
            "last call": "comme la dernière fois",
            "usual": "comme d’habitude",
        },
    ),
    "pt": (
        "Atenção à hora: {new} em vez de {old} {owner}.",
        {
            "last week": "como na semana passada",
            "last month": "como no mês passado",
            "last call": "como da última vez",
            "usual": "como de costume",
        },
    ),
}


def language_of(config: Config) -> English:
    """What members of this community read."""
    return _language(config.language, tuple(sorted(config.zone_names.items())))


def notes_the_hour(tag: str) -> bool:
    """Whether the sentence about another hour exists in that language."""
    return tag.partition("-")[0].lower() in _NOTES


@lru_cache(maxsize=8)
def _language(tag: str, names: tuple[tuple[str, str], ...]) -> English:
    if tag == ENGLISH.tag and not names:
        return ENGLISH
    return Named(dict(names)) if tag == ENGLISH.tag else Spoken(tag, dict(names))


class Named(English):
    """English, with the community's own names for zones."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def place(self, key: str, short: str) -> str:
        return self._names.get(key) or super().place(key, short)


class Spoken(Named):
    """One of the other languages. Raises babel.UnknownLocaleError for none that Babel knows."""

    def __init__(self, tag: str, names: Mapping[str, str]) -> None:
        """Take a BCP 47 tag and names for zones by IANA name."""
        super().__init__(names)
        self._locale = Locale.parse(tag, sep="-")
        self._day_of_year = _YEAR.sub("", self._locale.date_formats["full"].pattern)
        self.tag = tag
        self.direction = self._locale.text_direction

    def short_day(self, day: date) -> str:
        return _plain(format_date(day, self._day_of_year, locale=self._locale))

    def long_day(self, day: date) -> str:
        return _plain(format_date(day, "full", locale=self._locale))

    def weekday(self, day: date) -> str:
        return _plain(format_date(day, "EEEE", locale=self._locale))

    def clock(self, start: datetime, zone: ZoneInfo) -> str:
        return _plain(format_time(start.astimezone(zone).time(), "short", locale=self._locale))

    def place(self, key: str, short: str) -> str:
        if key in self._names or self._locale.language == "en" or (key.startswith("Etc/") and key not in UTC_NAMES):
            return super().place(key, short)
        if key in UTC_NAMES:
            known = self._locale.time_zones.get("Etc/UTC", {}).get("long", {})
            return str(known.get("standard") or "UTC")
        return str(get_timezone_location(ZoneInfo(key), locale=self._locale, return_city=True))

    def listed(self, items: Sequence[str]) -> str:
        return super().listed(items) if self._locale.language == "en" else format_list(list(items), locale=self._locale)

    def note_the_hour(self, new: str, old: str, owner: Owner) -> str:
        sentence, owners = _NOTES.get(self._locale.language, ("", {}))
        return sentence.format(new=new, old=old, owner=owners.get(owner, ""))


def _plain(text: str) -> str:
    """CLDR separates hour and AM by a narrow space that is not in every font, and that not every program breaks or
    copies as one."""
    return text.replace("\u202f", " ").replace("\xa0", " ")
