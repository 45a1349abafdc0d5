"""The text of one Google Docs tab: paragraphs, runs and the arithmetic of UTF-16 indexes.

Text is held with every character outside the Basic Multilingual Plane spelt as its two surrogates, so that len() and
slicing count what the Docs API counts ("UTF-16 code units", Location.index in the discovery document docs.v1).
`to_units` and `from_units` change between the two spellings. Index 0 is the section break that opens every body; text
starts at index 1. Paragraphs are immutable: a changed body is a new list, which makes a batch that fails half-way free
to forget.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

BODY_START = 1
# Stands for a page break; InsertTextRequest strips the private use area, so no text can contain it.
PAGE_BREAK = "\ue907"
HEADINGS = frozenset({"TITLE", "SUBTITLE", *(f"HEADING_{level}" for level in range(1, 7))})

Style = dict[str, Any]


class Refused(ValueError):
    """A request that Docs answers with 400; the text is the reason without the request's number."""


def to_units(text: str) -> str:
    """Python text -> the same text with one str element for each UTF-16 code unit."""
    if max(text, default="") <= "\uffff":
        return text
    raw = text.encode("utf-16-le", "surrogatepass")
    return "".join(chr(int.from_bytes(raw[at : at + 2], "little")) for at in range(0, len(raw), 2))


def from_units(units: str) -> str:
    """The inverse of to_units."""
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def splits_pair(units: str, offset: int) -> bool:
    """True where a cut at `offset` would part the two halves of one character."""
    return (
        0 < offset < len(units) and "\ud800" <= units[offset - 1] <= "\udbff" and "\udc00" <= units[offset] <= "\udfff"
    )


@dataclass(frozen=True)
class Run:
    """Text in one text style; `text` counts in UTF-16 units."""

    text: str
    style: Style = field(default_factory=dict)


@dataclass(frozen=True)
class Bullet:
    """Membership of a list: its id and the nesting level, 0 to 8."""

    list_id: str
    level: int = 0


@dataclass(frozen=True)
class Paragraph:
    """Runs whose joined text ends with the one newline of the paragraph."""

    runs: tuple[Run, ...]
    style: Style = field(default_factory=lambda: {"namedStyleType": "NORMAL_TEXT", "direction": "LEFT_TO_RIGHT"})
    bullet: Bullet | None = None

    @property
    def text(self) -> str:
        """All text of the paragraph in UTF-16 units, its newline included."""
        return "".join(run.text for run in self.runs)

    def __len__(self) -> int:
        return sum(len(run.text) for run in self.runs)


def plain(text: str, named_style: str = "NORMAL_TEXT", heading_id: str | None = None) -> Paragraph:
    """One line of text (without its newline) as a paragraph in a named style."""
    style = {"namedStyleType": named_style, "direction": "LEFT_TO_RIGHT"}
    if heading_id is not None:
        style["headingId"] = heading_id
    return Paragraph((Run(to_units(text) + "\n"),), style)


def joined(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """The same text with empty runs dropped and neighbours of one style made one."""
    merged: list[Run] = []
    for run in runs:
        if not run.text:
            continue
        if merged and merged[-1].style == run.style:
            merged[-1] = Run(merged[-1].text + run.text, run.style)
        else:
            merged.append(run)
    return tuple(merged)


def cut(runs: tuple[Run, ...], offset: int) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """Runs before and after `offset` units."""
    before: list[Run] = []
    after: list[Run] = []
    for run in runs:
        room = max(0, min(offset, len(run.text)))
        before.append(Run(run.text[:room], run.style))
        after.append(Run(run.text[room:], run.style))
        offset -= len(run.text)
    return joined(tuple(before)), joined(tuple(after))


def end_index(paragraphs: list[Paragraph]) -> int:
    """The index just behind the last newline of the body."""
    return BODY_START + sum(len(paragraph) for paragraph in paragraphs)


def locate(paragraphs: list[Paragraph], index: int) -> tuple[int, int]:
    """Index in the body -> (number of the paragraph, offset in it). Refuses what lies outside any paragraph."""
    end = end_index(paragraphs)
    if index < BODY_START:
        raise Refused("The insertion index must be inside the bounds of an existing paragraph.")
    if index >= end:
        raise Refused(f"Index {index} must be less than the end index of the referenced segment, {end}.")
    number, offset = position(paragraphs, index)
    if splits_pair(paragraphs[number].text, offset):
        raise Refused("The index must not be in the middle of a surrogate pair.")
    return number, offset


def position(paragraphs: list[Paragraph], index: int) -> tuple[int, int]:
    """The paragraph that holds the unit at `index`, and the offset in it; the index must lie in the body."""
    start = BODY_START
    for number, paragraph in enumerate(paragraphs):
        if index < start + len(paragraph):
            return number, index - start
        start += len(paragraph)
    raise AssertionError("an index below the end lies in a paragraph")


def inserted(paragraphs: list[Paragraph], index: int, units: str, new_heading: Callable[[], str]) -> list[Paragraph]:
    """The body after text came in at `index`.

    New paragraphs copy style and bullet of the one they were cut from (InsertTextRequest.text); the piece that holds
    the old words keeps the old headingId, and every further heading gets one from `new_heading`.
    """
    number, offset = locate(paragraphs, index)
    old = paragraphs[number]
    before, after = cut(old.runs, offset)
    neighbour = before[-1] if before else after[0]
    pieces = units.split("\n")
    ending = Run("\n", neighbour.style)
    made = [
        joined((*(before if at == 0 else ()), Run(piece, neighbour.style), ending))
        for at, piece in enumerate(pieces[:-1])
    ]
    last = joined((*(before if len(pieces) == 1 else ()), Run(pieces[-1], neighbour.style), *after))
    keeper = 0 if before else len(made)
    fresh = [
        replace(old, runs=runs, style=dict(old.style) if at == keeper else renamed(old.style, new_heading))
        for at, runs in enumerate([*made, last])
    ]
    return [*paragraphs[:number], *fresh, *paragraphs[number + 1 :]]


def renamed(style: Style, new_heading: Callable[[], str]) -> Style:
    """A copy of a paragraph style, with a headingId of its own if it is a heading's."""
    return {**style, "headingId": new_heading()} if "headingId" in style else dict(style)


def deleted(paragraphs: list[Paragraph], start: int, end: int) -> list[Paragraph]:
    """The body without [start, end). Where two paragraphs merge, the one with text left in front gives the style."""
    checked_range(paragraphs, start, end)
    if end >= end_index(paragraphs):
        raise Refused("The range cannot include the newline character at the end of the segment.")
    first, first_offset = locate(paragraphs, start)
    last, last_offset = locate(paragraphs, end)
    before, _ = cut(paragraphs[first].runs, first_offset)
    _, after = cut(paragraphs[last].runs, last_offset)
    keeper = paragraphs[first] if before else paragraphs[last]
    merged = replace(keeper, runs=joined((*before, *after)))
    return [*paragraphs[:first], merged, *paragraphs[last + 1 :]]


def checked_range(paragraphs: list[Paragraph], start: int, end: int) -> None:
    """Refuses a range that is empty, starts before the text or ends behind the body."""
    if start >= end:
        raise Refused("The range should not be empty.")
    if start < BODY_START:
        raise Refused("The range must start inside the bounds of an existing paragraph.")
    if end > end_index(paragraphs):
        raise Refused(
            f"Index {end} must be less than or equal to the end index of the segment, {end_index(paragraphs)}."
        )


def touched(paragraphs: list[Paragraph], start: int, end: int) -> range:
    """The numbers of the paragraphs that overlap [start, end)."""
    checked_range(paragraphs, start, end)
    return range(position(paragraphs, start)[0], position(paragraphs, end - 1)[0] + 1)


def restyled(paragraph: Paragraph, start: int, end: int, change: Callable[[Style], Style]) -> Paragraph:
    """The paragraph with `change` applied to the text style of the units in [start, end) of it."""
    if splits_pair(paragraph.text, start) or splits_pair(paragraph.text, end):
        raise Refused("The range must not start or end in the middle of a surrogate pair.")
    before, rest = cut(paragraph.runs, max(0, start))
    middle, after = cut(rest, end - max(0, start))
    return replace(paragraph, runs=joined((*before, *(Run(run.text, change(run.style)) for run in middle), *after)))
