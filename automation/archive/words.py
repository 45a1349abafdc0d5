"""The words around dates: months and weekdays in the languages of the Unicode CLDR that people use most, and words that
say that something is not the call itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from babel import Locale

LANGUAGES = """
    en de fr es pt it nl ca gl eu da sv nb fi is et lv lt pl cs sk sl hr sr bg ru uk el hu ro tr id vi
    sq cy ga af eo
""".split()  # noqa: SIM905 - a list would have a line for each word
# What people write beside the forms of CLDR.
ALSO = {"sept": 9, "maerz": 3, "mrz": 3, "mrt": 3, "febr": 2, "octob": 10, "novem": 11, "decem": 12}
# What the next call is about, or another meeting.
ELSEWHEN = re.compile(
    r"(?:\b(?:next|until|till|due|before|since|deadline|postponed|instead|moved from|save the date|upcoming"
    r"|prep|prepar\w*|planning|invit\w*|announc\w*|vorbereit\w*"
    r"|nachste\w*|bis|prochaine?|proxim[oa]|siguiente|volgende|nasta|prossim[oa])\b[^\d]{0,14})$"
)
CANCELLED = re.compile(r"\b(?:cancell?ed|no call|no meeting|ausgefallen|entfallt|annulee?|cancelad[oa])\b")
ANOTHER = re.compile(
    r"\b(?:board|committee|steering|rehearsal|dry run|test|teaser|trailer|budget|interview"
    r"|vorstand|standup|webinar|hackathon)\b"
)
GENERIC = frozenset(
    {
        "recording",
        "recordings",
        "record",
        "video",
        "audio",
        "call",
        "calls",
        "meeting",
        "zoom",
        "meet",
        "final",
        "edit",
        "edited",
        "copy",
        "of",
        "part",
        "teil",
        "parte",
        "the",
        "and",
        "notes",
        "note",
        "agenda",
        "minutes",
        "chat",
        "gallery",
        "view",
        "shared",
        "screen",
        "speaker",
        "avo",
        "as",
        "at",
        "on",
        "monthly",
        "weekly",
        "community",
        "gmt",
        "utc",
        "mp",
        "hd",
        "aufzeichnung",
        "mitschnitt",
        "session",
        "our",
        "a",
        "for",
        "from",
        "in",
        "upload",
        "uploaded",
    }
)


def plain(text: str) -> str:
    """Small letters without accents, words of a camel apart: `MarçoCall` is `marco call`."""
    apart = re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z])", " ", unicodedata.normalize("NFKC", text))
    bare = "".join(
        letter for letter in unicodedata.normalize("NFD", apart.casefold()) if unicodedata.category(letter) != "Mn"
    )
    return " ".join(unicodedata.normalize("NFC", bare).split())


def _months() -> Mapping[str, frozenset[int]]:
    found: dict[str, set[int]] = {name: {month} for name, month in ALSO.items()}
    for language, context, width in _forms():
        for month, name in Locale.parse(language).months[context][width].items():
            word = plain(name).strip(" .")
            if len(word) >= 3 and word.isalpha():
                found.setdefault(word, set()).add(month)
    return {name: frozenset(months) for name, months in found.items()}


def _forms() -> Iterator[tuple[str, str, str]]:
    for language in LANGUAGES:
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                yield language, context, width


def _weekdays() -> Mapping[str, frozenset[int]]:
    """Short ones are English alone: `Sam` is a person as well as a Saturday."""
    found: dict[str, set[int]] = {"tues": {1}, "thur": {3}, "thurs": {3}}
    for language, context, width in _forms():
        for day, name in Locale.parse(language).days[context][width].items():
            word = plain(name).strip(" .")
            if len(word) > 3 or (language == "en" and width == "abbreviated"):
                found.setdefault(word, set()).add(day)
    return {name: frozenset(days) for name, days in found.items()}


# Those of them that tell nothing of what stands beside them.
SMALL = frozenset({"a", "and", "as", "at", "for", "from", "in", "of", "on", "our", "the"})
# A name may mean two months: `listopad` is October in Zagreb and November in Warsaw.
MONTHS = _months()
# Whole names that are hardly anything else, for a name that tells a month alone.
LONG_MONTHS = frozenset(name for name in MONTHS if len(name) >= 5) | {"june", "july", "juni", "juli", "maio", "abril"}
WEEKDAYS = _weekdays()


def any_of(words: Mapping[str, object] | frozenset[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
