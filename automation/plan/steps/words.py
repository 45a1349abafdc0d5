"""Words that the phrases of several kinds of step share."""

from __future__ import annotations

from automation.domain.model import Call
from automation.domain.receipts import Receipt


def when(call: Call) -> str:
    """`Tuesday 2026-12-08 11:00 PST`."""
    return f"{call.local_start:%A %Y-%m-%d %H:%M %Z}"


def made(before: Receipt | None, first: str, again: str) -> str:
    """`again` if the step had been done before, `first` if not."""
    return again if before is not None and before.proven else first


def example(name: str) -> str:
    """The link of something that is not there yet."""
    return f"https://example.org/{name}"
