"""Text from people made safe for places where a line end or a control character would change the meaning: mail headers,
iCalendar values, error sentences."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Characters that nobody sees. Some reorder what stands around them (Unicode UAX #9), so that a title reads as something
# else; the others (zero-width ones, fillers, tag characters) hide words in a text, or make two names that look the same
# (Unicode TR 36). Variation selectors stay: names of people in Japan need them.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
# A joiner (U+200C, U+200D) means something only between two letters of a script that joins, or in an emoji.
_STRAY_JOINER = re.compile(
    "(?<![\u0300-\u1fff\u2190-\U000dffff])[\u200c\u200d]|[\u200c\u200d](?![\u0300-\u1fff\u2190-\U000dffff])"
)
_PLAIN = {ord("\n"): None, ord("\t"): None}
_BREAKS = str.maketrans({"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"})
# Printable ASCII without the characters that have a meaning around an address (RFC 5322 3.2.3), with exactly one @.
_ADDRESS = re.compile(r"[^\x00-\x20\x7f-\uffff\U00010000-\U0010ffff@<>()\[\]\\,;:\"]+@[A-Za-z0-9.-]+")


def one_line(text: str) -> str:
    """Return the text as one line: line ends and control characters become one blank, unseen characters and lone
    surrogates go."""
    if text.isascii() and text.isprintable():
        return re.sub("  +", " ", text).strip(" ")
    flat = "".join(" " if _is_control(character) else character for character in seen(text.translate(_BREAKS)))
    return re.sub(" +", " ", _encodable(flat)).strip()


def many_lines(text: str) -> str:
    r"""Return the text with `\n` as its only line end and without other control characters, tabs excepted, and without
    unseen ones."""
    if text.isascii() and text.translate(_PLAIN).isprintable():
        return text
    lines = seen(text.replace("\r\n", "\n").translate(_BREAKS))
    kept = "".join(character for character in lines if character in "\n\t" or not _is_control(character))
    return _encodable(kept)


def seen(text: str) -> str:
    """Return the text without characters that nobody sees: direction controls, zero-width characters, fillers, tags,
    stray joiners."""
    return text if text.isascii() else _STRAY_JOINER.sub("", _UNSEEN.sub("", text))


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
