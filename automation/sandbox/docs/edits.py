"""The requests of documents.batchUpdate, applied to tabs. Each takes the tabs and gives new ones; none changes them.

Field names and rules come from the discovery document docs.v1. A request that exists there but is not carried out here
is refused and reported as a gap of the sandbox, never ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from automation.sandbox.docs.model import NESTING_LEVELS, NamedRange
from automation.sandbox.docs.places import (
    NewId,
    Tabs,
    changed,
    chosen,
    place_of,
    put,
    range_of,
    with_text,
    without_text,
)
from automation.sandbox.docs.styles import new_paragraph_style, new_text_style
from automation.sandbox.docs.text import (
    BODY_START,
    PAGE_BREAK,
    Bullet,
    Paragraph,
    Refused,
    checked_range,
    restyled,
    to_units,
    touched,
)

Edit = tuple[Tabs, dict[str, Any]]

# InsertTextRequest.text: these control characters and the BMP private use area are stripped.
STRIPPED = re.compile("[\x00-\x08\x0c-\x1f\ue000-\uf8ff]")
REQUIRED = {
    "insertText": ("text",),
    "deleteContentRange": ("range",),
    "updateParagraphStyle": ("range",),
    "updateTextStyle": ("range",),
    "createParagraphBullets": ("range",),
    "deleteParagraphBullets": ("range",),
    "createNamedRange": ("range", "name"),
    "replaceAllText": ("containsText",),
}
PRESETS = frozenset(
    {f"BULLET_{name}_SQUARE" for name in ("DISC_CIRCLE", "DIAMONDX_ARROW3D", "STAR_CIRCLE", "ARROW3D_CIRCLE")}
    | {f"BULLET_{name}" for name in ("CHECKBOX", "ARROW_DIAMOND_DISC", "LEFTTRIANGLE_DIAMOND_DISC")}
    | {f"BULLET_{name}_SQUARE" for name in ("DIAMONDX_HOLLOWDIAMOND", "DIAMOND_CIRCLE")}
    | {f"NUMBERED_{name}" for name in ("DECIMAL_ALPHA_ROMAN", "DECIMAL_ALPHA_ROMAN_PARENS", "DECIMAL_NESTED")}
    | {f"NUMBERED_{name}" for name in ("UPPERALPHA_ALPHA_ROMAN", "UPPERROMAN_UPPERALPHA_DECIMAL")}
    | {"NUMBERED_ZERODECIMAL_ALPHA_ROMAN"}
)


def apply_request(tabs: Tabs, kind: str, body: dict[str, Any], new_id: NewId) -> Edit:
    """One request of the batch, already of the right shape -> (new tabs, its reply). Raises Refused."""
    for name in REQUIRED.get(kind, ()):
        if name not in body:
            raise Refused(f"{name} is required.")
    return EDITS[kind](tabs, body, new_id)


def insert_text(tabs: Tabs, body: dict[str, Any], new_id: NewId) -> Edit:
    """InsertTextRequest at a location or at the end of the body."""
    text = STRIPPED.sub("", body["text"])
    if not text:
        raise Refused("The text to insert must not be empty.")
    tab, index = place_of(tabs, body)
    return put(tabs, with_text(tab, index, to_units(text), new_id)), {}


def insert_page_break(tabs: Tabs, body: dict[str, Any], new_id: NewId) -> Edit:
    """InsertPageBreakRequest: a break and a newline behind it."""
    tab, index = place_of(tabs, body)
    return put(tabs, with_text(tab, index, PAGE_BREAK + "\n", new_id)), {}


def delete_range(tabs: Tabs, body: dict[str, Any], _new_id: NewId) -> Edit:
    """DeleteContentRangeRequest."""
    tab, start, end = range_of(tabs, body)
    return put(tabs, without_text(tab, start, end)), {}


def style_paragraphs(tabs: Tabs, body: dict[str, Any], new_id: NewId) -> Edit:
    """UpdateParagraphStyleRequest on every paragraph that overlaps the range."""
    tab, start, end = range_of(tabs, body)

    def change(paragraph: Paragraph) -> Paragraph:
        asked, fields = body.get("paragraphStyle", {}), body.get("fields", "")
        return replace(paragraph, style=new_paragraph_style(paragraph.style, asked, fields, new_id))

    return put(tabs, changed(tab, touched(tab.paragraphs, start, end), change)), {}


def style_text(tabs: Tabs, body: dict[str, Any], _new_id: NewId) -> Edit:
    """UpdateTextStyleRequest on the units of the range."""
    tab, start, end = range_of(tabs, body)
    paragraphs = list(tab.paragraphs)
    for number in touched(paragraphs, start, end):
        at = BODY_START + sum(len(paragraph) for paragraph in paragraphs[:number])
        first, last = max(0, start - at), min(len(paragraphs[number]), end - at)
        paragraphs[number] = restyled(
            paragraphs[number],
            first,
            last,
            lambda style: new_text_style(style, body.get("textStyle", {}), body.get("fields", "")),
        )
    return put(tabs, replace(tab, paragraphs=paragraphs)), {}


def create_bullets(tabs: Tabs, body: dict[str, Any], new_id: NewId) -> Edit:
    """CreateParagraphBulletsRequest: leading tabs give the nesting level and go; a like list just before is
    continued."""
    tab, start, end = range_of(tabs, body)
    preset = body.get("bulletPreset", "BULLET_DISC_CIRCLE_SQUARE")
    if preset not in PRESETS:
        raise Refused(f"Invalid value at bulletPreset: {preset!r}.")
    numbers = touched(tab.paragraphs, start, end)
    before = tab.paragraphs[numbers.start - 1].bullet if numbers.start else None
    continued = before is not None and tab.lists.get(before.list_id) == preset
    list_id = before.list_id if before is not None and continued else new_id("kix.list")

    for number in reversed(numbers):
        units = tab.paragraphs[number].text
        depth = len(units) - len(units.lstrip("\t"))
        first = BODY_START + sum(len(paragraph) for paragraph in tab.paragraphs[:number])
        tab = without_text(tab, first, first + depth) if depth else tab
        bullet = Bullet(list_id, min(depth, NESTING_LEVELS - 1))
        tab = changed(tab, [number], partial(replace, bullet=bullet))
    return put(tabs, replace(tab, lists={**tab.lists, list_id: preset})), {}


def delete_bullets(tabs: Tabs, body: dict[str, Any], _new_id: NewId) -> Edit:
    """DeleteParagraphBulletsRequest; a nested item keeps its look by an indent."""
    tab, start, end = range_of(tabs, body)

    def change(paragraph: Paragraph) -> Paragraph:
        if paragraph.bullet is None or not paragraph.bullet.level:
            return replace(paragraph, bullet=None)
        indent = {"magnitude": 36 * paragraph.bullet.level, "unit": "PT"}
        return replace(
            paragraph, bullet=None, style={**paragraph.style, "indentStart": indent, "indentFirstLine": indent}
        )

    return put(tabs, changed(tab, touched(tab.paragraphs, start, end), change)), {}


def create_named_range(tabs: Tabs, body: dict[str, Any], new_id: NewId) -> Edit:
    """CreateNamedRangeRequest; the reply holds the new id."""
    tab, start, end = range_of(tabs, body)
    name = body["name"]
    if not 1 <= len(to_units(name)) <= 256:
        raise Refused("The name must be at least 1 and at most 256 UTF-16 code units.")
    checked_range(tab.paragraphs, start, end)
    held = NamedRange(new_id("kix.range"), name, start, end)
    return put(tabs, replace(tab, named_ranges=(*tab.named_ranges, held))), {
        "createNamedRange": {"namedRangeId": held.range_id}
    }


def delete_named_range(tabs: Tabs, body: dict[str, Any], _new_id: NewId) -> Edit:
    """DeleteNamedRangeRequest by id or by name."""
    if ("name" in body) == ("namedRangeId" in body):
        raise Refused("Exactly one of name and namedRangeId must be given.")
    kept = {
        tab.tab_id: tuple(
            held
            for held in tab.named_ranges
            if held.name != body.get("name", held.name) or held.range_id != body.get("namedRangeId", held.range_id)
        )
        for tab in chosen(tabs, body)
    }
    if all(kept[name] == tabs[name].named_ranges for name in kept):
        raise Refused("No named range with that name or id was found.")
    return {name: replace(tab, named_ranges=kept.get(name, tab.named_ranges)) for name, tab in tabs.items()}, {}


def replace_all(tabs: Tabs, body: dict[str, Any], new_id: NewId) -> Edit:
    """ReplaceAllTextRequest in the chosen tabs; the reply counts. A match never reaches over a newline."""
    criteria = body["containsText"]
    wanted = criteria.get("text", "")
    if not wanted:
        raise Refused("containsText must have a text.")
    units = to_units(wanted)
    flags = re.NOFLAG if criteria.get("matchCase") else re.IGNORECASE
    try:
        pattern = re.compile(units if criteria.get("searchByRegex") else re.escape(units), flags)
    except re.error as error:
        raise Refused(f"Invalid regular expression: {error}.") from error
    count = 0
    for tab in chosen(tabs, body):
        spots = [
            (BODY_START + sum(len(earlier) for earlier in tab.paragraphs[:number]) + match.start(), len(match[0]))
            for number, paragraph in enumerate(tab.paragraphs)
            for match in pattern.finditer(paragraph.text[:-1])
            if match[0]
        ]
        for index, length in reversed(spots):
            replacement = to_units(STRIPPED.sub("", body.get("replaceText", "")))
            if replacement:
                tab = with_text(tab, index + length, replacement, new_id)
            tab = without_text(tab, index, index + length)
        count += len(spots)
        tabs = put(tabs, tab)
    return tabs, {"replaceAllText": {"occurrencesChanged": count} if count else {}}


EDITS: dict[str, Callable[[Tabs, dict[str, Any], NewId], Edit]] = {
    "insertText": insert_text,
    "insertPageBreak": insert_page_break,
    "deleteContentRange": delete_range,
    "updateParagraphStyle": style_paragraphs,
    "updateTextStyle": style_text,
    "createParagraphBullets": create_bullets,
    "deleteParagraphBullets": delete_bullets,
    "createNamedRange": create_named_range,
    "deleteNamedRange": delete_named_range,
    "replaceAllText": replace_all,
}
