"""A short digest of plain values."""

from __future__ import annotations

import hashlib
import json
from datetime import date


def fingerprint(*parts: object) -> str:
    """A short digest of plain values, for telling whether anything that a step is made from has changed. Raises
    TypeError for a record, whose digest would be another one with each field that it gets."""
    text = json.dumps(parts, default=_text, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _text(value: object) -> str:
    if isinstance(value, date):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no plain value")
