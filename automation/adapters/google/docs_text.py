"""Where text goes in a Google document, and the requests that put it there. Pure.

Indexes count UTF-16 code units
(https://developers.google.com/workspace/docs/api/concepts/structure#start_and_end_index).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar

from automation.domain.dated import date_of, order_in
from automation.domain.services import Heading, Paragraph

HEADINGS = tuple(f"HEADING_{level}" for level in range(1, 7))
TITLE_HEADING = "HEADING_1"
SECTIONS = (TITLE_HEADING, "HEADING_2")
BULLETS = "BULLET_DISC_CIRCLE_SQUARE"
# A new paragraph copies the one at the insertion point; these must not come along. Unset fields in the mask are reset.
STYLE_FIELDS = "namedStyleType,alignment,indentStart,indentEnd,indentFirstLine"
V = TypeVar("V")
LINK = "https://docs.google.com/document/d/{document}/edit?tab={tab}#heading={heading}"


@dataclass(frozen=True)
class Place:
    """Where a section goes: the tab, the index, and whether the text must begin a paragraph of its own there (`after`:
    behind the end of the last paragraph) or end one (before the start of another). `plain`: nothing of the neighbours'
    character style can spread.
    """

    tab: str
    index: int
    after: bool
    plain: bool


def tabs(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every tab, child tabs behind their parents (`documents.get` with includeTabsContent=true)."""

    def walk(those: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        for tab in those:
            yield tab
            yield from walk(tab.get("childTabs", []))

    return walk(document["tabs"])


def headings(document: Mapping[str, Any]) -> list[Heading]:
    """Every heading of every tab, in order. A heading that has no id yet (the first read after a write may lack it) has
    a link to its tab."""
    name, found = document["documentId"], []
    for tab in tabs(document):
        tab_id = tab["tabProperties"]["tabId"]
        for element in _content(tab):
            style = element.get("paragraph", {}).get("paragraphStyle", {})
            if style.get("namedStyleType") in HEADINGS:
                heading = style.get("headingId", "")
                link = LINK.format(document=name, tab=tab_id, heading=heading).removesuffix("#heading=")
                found.append(Heading(text(element["paragraph"]), link, tab_id, heading))
    return found


def text(paragraph: Mapping[str, Any]) -> str:
    """The paragraph as a person reads it, dates, people and links that Docs shows as chips included."""
    parts = []
    for element in paragraph.get("elements", []):
        parts.append(element.get("textRun", {}).get("content", ""))
        parts.append(element.get("dateElement", {}).get("dateElementProperties", {}).get("displayText", ""))
        person = element.get("person", {}).get("personProperties", {})
        parts.append(person.get("name") or person.get("email", ""))
        parts.append(element.get("richLink", {}).get("richLinkProperties", {}).get("title", ""))
    return "".join(parts).strip()


def place(document: Mapping[str, Any], position: str) -> Place:
    """Where a section goes in the first tab. `top`: before the first section, so below title and introduction;
    `bottom`, or a document without sections: at the end."""
    tab = document["tabs"][0]
    tab_id, content = tab["tabProperties"]["tabId"], _content(tab)
    if position == "top":
        number = _first_section(content)
        if number is not None:
            before, element = content[number - 1] if number else {}, content[number]
            return Place(tab_id, element.get("startIndex", 1), after=False, plain=_plain(before) and _plain(element))
    last = content[-1]
    end = last["endIndex"] - 1
    before = content[-2] if len(content) > 1 else {}
    if text_units(last) <= 1:
        # An empty last paragraph stays where it is, behind the new text.
        return Place(tab_id, end, after=False, plain=_plain(before) and _plain(last))
    return Place(tab_id, end, after=True, plain=_plain(last))


def _first_section(content: Sequence[Mapping[str, Any]]) -> int | None:
    """The number of the first section's heading: of level 1 or 2, the first dated one if there are any. The only
    heading of level 1, where it comes first and no paragraph has the style of a title, is the document's own title."""
    found = [
        (number, _style(element), text(element["paragraph"]))
        for number, element in enumerate(content)
        if _style(element) in SECTIONS
    ]
    order = order_in(words for _, _, words in found)
    for number, _, words in found:
        if date_of(words, order) is not None:
            return number
    titled = (
        any(_style(element) == "TITLE" for element in content)
        or [style for _, style, _ in found].count(TITLE_HEADING) != 1
    )
    if found and found[0][1] == TITLE_HEADING and not titled:
        found = found[1:]
    return found[0][0] if found else None


def _style(element: Mapping[str, Any]) -> str:
    return str(element.get("paragraph", {}).get("paragraphStyle", {}).get("namedStyleType", ""))


def requests(where: Place, paragraphs: Sequence[Paragraph]) -> list[dict[str, Any]]:
    """The requests of one batchUpdate that write the paragraphs there, leaving the style and the text of every other
    paragraph alone."""
    texts = [clean(paragraph.text) for paragraph in paragraphs]
    written = "".join(f"\n{each}" for each in texts) if where.after else "".join(f"{each}\n" for each in texts)
    start = where.index + 1 if where.after else where.index
    spans, position = [], start
    for each in texts:
        spans.append((position, position + units(each) + 1))
        position = spans[-1][1]
    whole = _range(where.tab, start, position)
    made: list[dict[str, Any]] = [
        {"insertText": {"location": {"tabId": where.tab, "index": where.index}, "text": written}},
        {"deleteParagraphBullets": {"range": whole}},
    ]
    if not where.plain:
        made.append({"updateTextStyle": {"range": whole, "textStyle": {}, "fields": "*"}})
    for style, from_, to in _runs([paragraph.style for paragraph in paragraphs], spans):
        style_update = {"paragraphStyle": {"namedStyleType": style}, "fields": STYLE_FIELDS}
        made.append({"updateParagraphStyle": {"range": _range(where.tab, from_, to), **style_update}})
    for bullet, from_, to in _runs([paragraph.bullet for paragraph in paragraphs], spans):
        if bullet:
            made.append({"createParagraphBullets": {"range": _range(where.tab, from_, to), "bulletPreset": BULLETS}})
    return made


def clean(line: str) -> str:
    """One line that Docs takes as it is. Docs would strip control characters and the private use area by itself
    (InsertTextRequest.text), and every index behind them would be wrong; a tab at the start of a list item would change
    its level, and a line break begin a paragraph; characters that turn the direction of writing around can disguise
    text."""
    spaced = "".join(" " if letter.isspace() else letter for letter in line)
    return "".join(
        letter
        for letter in spaced
        if letter == " " or unicodedata.category(letter) not in ("Cc", "Co", "Cs") and letter not in _TURNS
    )


_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def units(line: str) -> int:
    """The length in UTF-16 code units."""
    return len(line.encode("utf-16-le")) // 2


def text_units(element: Mapping[str, Any]) -> int:
    """The length of a structural element, its final line break included."""
    return int(element["endIndex"]) - int(element.get("startIndex", 0))


def _content(tab: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(tab.get("documentTab", {}).get("body", {}).get("content", []))


def _plain(element: Mapping[str, Any]) -> bool:
    elements = element.get("paragraph", {}).get("elements", [])
    return not any(part.get("textRun", {}).get("textStyle") for part in elements)


def _runs(values: Sequence[V], spans: Sequence[tuple[int, int]]) -> Iterator[tuple[V, int, int]]:
    for value, group in groupby(zip(values, spans, strict=True), key=lambda pair: pair[0]):
        those = [span for _, span in group]
        yield value, those[0][0], those[-1][1]


def _range(tab: str, start: int, end: int) -> dict[str, Any]:
    return {"tabId": tab, "startIndex": start, "endIndex": end}
