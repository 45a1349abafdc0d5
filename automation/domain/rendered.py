"""What templates become."""

from __future__ import annotations

from binascii import b2a_qp
from dataclasses import dataclass

# Gmail shows only the beginning of a mail of more than 102 KB; nothing that we send may come near.
MOST_BYTES = 100_000


@dataclass(frozen=True)
class RenderedMail:
    """A mail as it is to be sent: `subject` is one line."""

    subject: str
    text: str
    html: str

    @property
    def size(self) -> int:
        """The bytes of its two parts as they are sent (quoted-printable, RFC 2045 6.7); headers and an invitation come
        to them."""
        return sum(len(b2a_qp(part.encode())) for part in (self.text, self.html))


def too_long(size: int) -> str:
    """Why a mail of so many bytes is not made, or ""."""
    if size <= MOST_BYTES:
        return ""
    return f"the mail has {size // 1000} KB, and mail programs cut it off past {MOST_BYTES // 1000}"


SHORTEN = "make the template or the talk's abstract shorter."
