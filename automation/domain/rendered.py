"""What templates become."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RenderedMail:
    """A mail as it is to be sent: `subject` is one line."""

    subject: str
    text: str
    html: str
