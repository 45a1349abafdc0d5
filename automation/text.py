"""Text from people made safe for places where a line end or a control character would change the meaning: mail headers, iCalendar
values, error sentences."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Characters that reorder what stands around them (Unicode UAX #9): a title could make a header or a file name read as something else.
_DIRECTION = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])
_BREAKS = str.maketrans({"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"})
# Printable ASCII without the characters that have a meaning around an address (RFC 5322 3.2.3), with exactly one @.
_ADDRESS = re.compile(r"[^\x00-\x20\x7f-\uffff\U00010000-\U0010ffff@<>()\[\]\\,;:\"]+@[A-Za-z0-9.-]+")


def one_line(text: str) -> str:
    """Return the text as one line: line ends and control characters become one blank, direction controls and lone surrogates go."""
    flat = "".join(" " if _is_control(character) else character for character in text.translate(_BREAKS).translate(_DIRECTION))
    return re.sub(" +", " ", _encodable(flat)).strip()


def many_lines(text: str) -> str:
    r"""Return the text with `\n` as its only line end and without other control characters, tabs excepted."""
    lines = text.replace("\r\n", "\n").translate(_BREAKS)
    kept = "".join(character for character in lines if character in "\n\t" or not _is_control(character))
    return _encodable(kept)


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Zl", "Zp")


@dataclass(frozen=True)
class Mailbox:
    """A mail address (ASCII) and the display name in front of it, which may be empty or hold any character."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    @classmethod
    def parse(cls, text: str) -> Mailbox:
        """Read `address` or `Any display name <address>`; the name needs no quoting.

        Raises ValueError where the address is none that SMTP can carry without SMTPUTF8 (RFC 6531).
        """
        name, bracket, address = text.rpartition("<")
        if bracket:
            address = address.strip().removesuffix(">")
        name = one_line(name)
        if len(name) > 1 and name[0] == name[-1] == '"':
            name = name[1:-1].replace('\\"', '"')
        address = address.strip()
        if not _ADDRESS.fullmatch(address):
            raise ValueError(f"{one_line(text)!r} holds no mail address of the form name@domain.example in plain ASCII")
        return cls(name, address)
