"""A short digest of plain values."""

from __future__ import annotations

import hashlib
import json


def digest(*parts: object) -> str:
    """A short digest of plain values, for telling whether anything that a step is made from has changed."""
    text = json.dumps(parts, default=str, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:20]
