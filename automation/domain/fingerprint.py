"""A short digest of plain values."""

from __future__ import annotations

import hashlib
import json
from datetime import date

from automation.domain.model import Config


def fingerprint(*parts: object) -> str:
    """A short digest of plain values, for telling whether anything that a step is made from has changed. Raises
    TypeError for a record, whose digest would be another one with each field that it gets."""
    text = json.dumps(parts, default=_text, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _text(value: object) -> str:
    if isinstance(value, date):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no plain value")


def wording(config: Config) -> list[object]:
    """Language and names of zones, for fingerprints of texts; empty for plain English, as ledgers know it."""
    plain = config.language == "en" and not config.zone_names
    return [] if plain else [config.language, sorted(config.zone_names.items())]
