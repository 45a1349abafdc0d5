"""Paragraph and text styles under a field mask (UpdateParagraphStyleRequest, UpdateTextStyleRequest of docs.v1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from automation.sandbox.docs.shapes import PARAGRAPH_STYLE, TEXT_STYLE
from automation.sandbox.docs.text import HEADINGS, Refused, Style

WORDS = {
    "namedStyleType": HEADINGS | {"NORMAL_TEXT"},
    "alignment": frozenset({"START", "CENTER", "END", "JUSTIFIED"}),
    "direction": frozenset({"LEFT_TO_RIGHT", "RIGHT_TO_LEFT"}),
    "spacingMode": frozenset({"NEVER_COLLAPSE", "COLLAPSE_LISTS"}),
    "baselineOffset": frozenset({"NONE", "SUPERSCRIPT", "SUBSCRIPT"}),
}
# TextStyle.link: setting one also sets these, unless the same request sets them otherwise.
LINK_LOOK: Style = {
    "foregroundColor": {"color": {"rgbColor": {"red": 0.06666667, "green": 0.33333334, "blue": 0.8}}},
    "underline": True,
}


def named_fields(mask: str, known: dict[str, Any], read_only: frozenset[str]) -> list[str]:
    """The top-level fields that a mask names; `link.url` counts as `link`. Raises Refused."""
    names = [name.strip().split(".")[0] for name in mask.split(",") if name.strip()]
    if not names:
        raise Refused("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    if names == ["*"]:
        return [name for name in known if name not in read_only]
    for name in names:
        if name in read_only:
            raise Refused(f"The field {name} is read-only.")
        if name not in known:
            raise Refused(f"Invalid field mask: {name} is not a field.")
    return names


def masked(old: Style, asked: Style, names: list[str]) -> Style:
    """The style after the named fields were set, or unset where `asked` lacks them. Raises Refused."""
    new = dict(old)
    for name in names:
        if name in WORDS and name in asked and asked[name] not in WORDS[name]:
            raise Refused(f"Invalid value at {name}: {asked[name]!r}.")
        new.pop(name, None)
        if name in asked:
            new[name] = asked[name]
    return new


def new_paragraph_style(old: Style, asked: Style, mask: str, new_id: Callable[[str], str]) -> Style:
    """The style of a paragraph after the request; a paragraph that becomes a heading gets a headingId, one that ceases
    to be loses it."""
    style = masked(old, asked, named_fields(mask, PARAGRAPH_STYLE, frozenset({"headingId"})))
    style.setdefault("namedStyleType", "NORMAL_TEXT")
    style.setdefault("direction", "LEFT_TO_RIGHT")
    if style["namedStyleType"] not in HEADINGS:
        style.pop("headingId", None)
    elif "headingId" not in style:
        style["headingId"] = new_id("heading")
    return style


def new_text_style(old: Style, asked: Style, mask: str) -> Style:
    """The style of some text after the request, links included."""
    names = named_fields(mask, TEXT_STYLE, frozenset())
    style = masked(old, asked, names)
    if "link" in names:
        if not any(asked.get("link", {}).values()) and "link" in asked:
            raise Refused("A link needs a url, a bookmark, a heading or a tab.")
        for name, look in LINK_LOOK.items():
            if "link" in asked and (name not in names or name not in asked):
                style[name] = look
            elif "link" not in asked and name not in names:
                style.pop(name, None)
    return style
