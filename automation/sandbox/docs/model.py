"""What the Docs sandbox keeps: documents, their tabs, and how both look on the wire (schema Document of docs.v1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from automation.sandbox.docs.text import BODY_START, PAGE_BREAK, Paragraph, Run, Style, from_units, plain

NESTING_LEVELS = 9
# BULLET_DISC_CIRCLE_SQUARE, which stands for every other unnumbered preset too.
GLYPHS = ("●", "○", "■")
NAMED_STYLES = ("NORMAL_TEXT", "TITLE", "SUBTITLE", *(f"HEADING_{level}" for level in range(1, 7)))


@dataclass(frozen=True)
class NamedRange:
    """A name that follows the units [start, end) through later edits."""

    range_id: str
    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Tab:
    """One tab of a document. `parent` is the id of the tab it is shown under; `lists` maps list id to glyph preset."""

    tab_id: str
    title: str
    paragraphs: list[Paragraph] = field(default_factory=lambda: [plain("")])
    parent: str | None = None
    lists: dict[str, str] = field(default_factory=dict)
    named_ranges: tuple[NamedRange, ...] = ()

    @property
    def text(self) -> str:
        """The whole text, for people and tests to read."""
        return from_units("".join(paragraph.text for paragraph in self.paragraphs))


@dataclass
class Document:
    """A document; `tabs` in the order shown, parents before their children; `revisions` newest last."""

    document_id: str
    title: str
    tabs: dict[str, Tab]
    revisions: list[str]

    @property
    def revision(self) -> str:
        """The revision that a write must name in requiredRevisionId."""
        return self.revisions[-1]


def document_json(document: Document, with_tabs: bool, suggestions: str) -> dict[str, Any]:
    """The answer of documents.get; with_tabs = includeTabsContent, which leaves the legacy body out."""
    answer: dict[str, Any] = {
        "documentId": document.document_id,
        "title": document.title,
        "revisionId": document.revision,
        "suggestionsViewMode": suggestions,
    }
    if with_tabs:
        answer["tabs"] = tabs_json(document, None, 0)
    else:
        answer |= content_json(next(iter(document.tabs.values())), name_tab=False)
    return answer


def tabs_json(document: Document, parent: str | None, level: int) -> list[dict[str, Any]]:
    """The tabs under `parent`, each with its children; nestingLevel is left out at the root as Google leaves zeros
    out."""
    shown: list[dict[str, Any]] = []
    for index, tab in enumerate(tab for tab in document.tabs.values() if tab.parent == parent):
        properties: dict[str, Any] = {"tabId": tab.tab_id, "title": tab.title, "index": index}
        if parent is not None:
            properties |= {"parentTabId": parent, "nestingLevel": level}
        entry: dict[str, Any] = {"tabProperties": properties, "documentTab": content_json(tab, name_tab=True)}
        children = tabs_json(document, tab.tab_id, level + 1)
        if children:
            entry["childTabs"] = children
        shown.append(entry)
    return shown


def content_json(tab: Tab, name_tab: bool) -> dict[str, Any]:
    """Body, styles, lists and named ranges of one tab."""
    content: list[dict[str, Any]] = [
        {
            "endIndex": BODY_START,
            "sectionBreak": {
                "sectionStyle": {
                    "columnSeparatorStyle": "NONE",
                    "contentDirection": "LEFT_TO_RIGHT",
                    "sectionType": "CONTINUOUS",
                }
            },
        }
    ]
    at = BODY_START
    for paragraph in tab.paragraphs:
        content.append({"startIndex": at, "endIndex": at + len(paragraph), "paragraph": paragraph_json(paragraph, at)})
        at += len(paragraph)
    shown: dict[str, Any] = {
        "body": {"content": content},
        "documentStyle": {
            "pageSize": {"height": {"magnitude": 792, "unit": "PT"}, "width": {"magnitude": 612, "unit": "PT"}}
        },
        "namedStyles": {
            "styles": [
                {"namedStyleType": name, "textStyle": {}, "paragraphStyle": {"namedStyleType": name}}
                for name in NAMED_STYLES
            ]
        },
    }
    if tab.lists:
        shown["lists"] = {list_id: list_json(preset) for list_id, preset in tab.lists.items()}
    if tab.named_ranges:
        shown["namedRanges"] = named_ranges_json(tab, name_tab)
    return shown


def paragraph_json(paragraph: Paragraph, start: int) -> dict[str, Any]:
    """One Paragraph whose first unit is at index `start`."""
    elements: list[dict[str, Any]] = []
    for run in paragraph.runs:
        for piece in split_at_breaks(run):
            body: Style = {"textStyle": dict(run.style)}
            kind = "pageBreak" if piece == PAGE_BREAK else "textRun"
            if kind == "textRun":
                body["content"] = from_units(piece)
            elements.append({"startIndex": start, "endIndex": start + len(piece), kind: body})
            start += len(piece)
    shown: dict[str, Any] = {"elements": elements, "paragraphStyle": dict(paragraph.style)}
    if paragraph.bullet is not None:
        shown["bullet"] = {"listId": paragraph.bullet.list_id, "textStyle": {}}
        if paragraph.bullet.level:
            shown["bullet"]["nestingLevel"] = paragraph.bullet.level
    return shown


def split_at_breaks(run: Run) -> list[str]:
    """The text of a run, with every page break a piece of its own."""
    pieces: list[str] = []
    for number, piece in enumerate(run.text.split(PAGE_BREAK)):
        pieces += [PAGE_BREAK] if number else []
        pieces += [piece] if piece else []
    return pieces


def list_json(preset: str) -> dict[str, Any]:
    """The nine nesting levels of a list made with a glyph preset."""
    levels: list[dict[str, Any]] = []
    for level in range(NESTING_LEVELS):
        indents = {
            "bulletAlignment": "START",
            "indentFirstLine": {"magnitude": 18 + 36 * level, "unit": "PT"},
            "indentStart": {"magnitude": 36 + 36 * level, "unit": "PT"},
            "startNumber": 1,
            "textStyle": {},
        }
        if preset.startswith("NUMBERED"):
            levels.append({**indents, "glyphType": "DECIMAL", "glyphFormat": f"%{level}."})
        elif preset == "BULLET_CHECKBOX":
            levels.append({**indents, "glyphType": "GLYPH_TYPE_UNSPECIFIED", "glyphFormat": f"%{level}"})
        else:
            levels.append({**indents, "glyphSymbol": GLYPHS[level % 3], "glyphFormat": f"%{level}"})
    return {"listProperties": {"nestingLevels": levels}}


def named_ranges_json(tab: Tab, name_tab: bool) -> dict[str, Any]:
    """Named ranges grouped by name."""
    grouped: dict[str, Any] = {}
    for held in tab.named_ranges:
        place: dict[str, Any] = {"startIndex": held.start, "endIndex": held.end}
        if name_tab:
            place["tabId"] = tab.tab_id
        group = grouped.setdefault(held.name, {"name": held.name, "namedRanges": []})
        group["namedRanges"].append({"namedRangeId": held.range_id, "name": held.name, "ranges": [place]})
    return grouped
