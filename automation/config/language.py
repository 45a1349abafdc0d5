"""In which language members read days and hours, and what they call the zones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches

from babel.core import Locale, UnknownLocaleError
from babel.localedata import locale_identifiers

from automation.config import validators
from automation.config.table import Table, kind


def language_tag(text: str) -> str | None:
    """What is wrong with a BCP 47 tag, or None: Babel has to know how its speakers write a date."""
    try:
        Locale.parse(text, sep="-")
    except (ValueError, UnknownLocaleError):
        known = [each.replace("_", "-") for each in locale_identifiers()]
        near = get_close_matches(text.replace("_", "-"), known, n=1, cutoff=0.5)
        meant = f'did you mean "{near[0]}"?' if near else 'write for example "en-US", "de" or "pt-BR".'
        return "{} is no language that is known; " + meant
    return None


def read_zones(table: Table) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """`zones` of a table: names of zones, or tables of `zone` and `name`, which is what members call it."""
    given, names = table.values.get("zones"), dict[str, str]()
    if not isinstance(given, list):
        return table.texts("zones", example="UTC", check=validators.zone_name), names
    plain = [each if not isinstance(each, dict) else _named(table, number, names) for number, each in enumerate(given)]
    found = replace(table, values={**table.values, "zones": plain})
    return found.texts("zones", example="UTC", check=validators.zone_name), names


def _named(table: Table, number: int, names: dict[str, str]) -> object:
    """The zone of such a table; its name goes to the others."""
    each = Table(table.problems, f"{table.at('zones')}[{number}]", table.values["zones"][number])
    zone, name = each.values.get("zone"), each.text("name", example="Pacific", check=validators.name)
    each.has("zone")
    each.unknown_keys()
    if not isinstance(zone, str):
        return f"{kind(zone)} in place of zone" if zone is not None else ""
    names[zone] = name
    return zone
