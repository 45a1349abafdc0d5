"""Where a Docs request points (tab, location, range), and how text and named ranges of a tab move with an edit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from automation.sandbox.docs.model import NamedRange, Tab
from automation.sandbox.docs.text import Paragraph, Refused, deleted, end_index, inserted

Tabs = dict[str, Tab]
NewId = Callable[[str], str]


def tab_of(tabs: Tabs, pointer: dict[str, Any]) -> Tab:
    """The tab that a location or range means: its tabId, or the first tab where it has none."""
    if pointer.get("segmentId"):
        raise Refused(f"Segment with ID {pointer['segmentId']} was not found.")
    if "tabId" not in pointer:
        return next(iter(tabs.values()))
    if pointer["tabId"] not in tabs:
        raise Refused(f"Tab with ID {pointer['tabId']} was not found.")
    return tabs[pointer["tabId"]]


def place_of(tabs: Tabs, body: dict[str, Any]) -> tuple[Tab, int]:
    """The tab and index at which a request inserts; the end of a segment is before its last newline."""
    if ("location" in body) == ("endOfSegmentLocation" in body):
        raise Refused("Exactly one of location and endOfSegmentLocation must be given.")
    if "location" in body:
        return tab_of(tabs, body["location"]), body["location"].get("index", 0)
    tab = tab_of(tabs, body["endOfSegmentLocation"])
    return tab, end_index(tab.paragraphs) - 1


def range_of(tabs: Tabs, body: dict[str, Any]) -> tuple[Tab, int, int]:
    """The tab, start and end that a request's range means."""
    pointer = body["range"]
    if "endIndex" not in pointer:
        raise Refused("The range must have an endIndex.")
    return tab_of(tabs, pointer), pointer.get("startIndex", 0), pointer["endIndex"]


def chosen(tabs: Tabs, body: dict[str, Any]) -> list[Tab]:
    """The tabs that tabsCriteria names, all of them where there is none."""
    names = body.get("tabsCriteria", {}).get("tabIds", [])
    return [tab_of(tabs, {"tabId": name}) for name in names] or list(tabs.values())


def put(tabs: Tabs, tab: Tab) -> Tabs:
    """The tabs with one of them replaced."""
    return {**tabs, tab.tab_id: tab}


def changed(tab: Tab, numbers: Iterable[int], change: Callable[[Paragraph], Paragraph]) -> Tab:
    """The tab with some of its paragraphs changed; named ranges stay, so the change must keep the length."""
    paragraphs = list(tab.paragraphs)
    for number in numbers:
        paragraphs[number] = change(paragraphs[number])
    return replace(tab, paragraphs=paragraphs)


def with_text(tab: Tab, index: int, units: str, new_id: NewId) -> Tab:
    """The tab after UTF-16 units came in at an index; named ranges behind it move, those around it grow."""
    paragraphs = inserted(tab.paragraphs, index, units, lambda: new_id("heading"))
    size = len(units)
    ranges = tuple(
        replace(
            held,
            start=held.start + size if held.start >= index else held.start,
            end=held.end + size if held.end > index else held.end,
        )
        for held in tab.named_ranges
    )
    return replace(tab, paragraphs=paragraphs, named_ranges=ranges)


def without_text(tab: Tab, start: int, end: int) -> Tab:
    """The tab after [start, end) went; named ranges shrink, and vanish with the last of their text."""
    paragraphs = deleted(tab.paragraphs, start, end)

    def moved(index: int) -> int:
        return index - max(0, min(index, end) - start)

    ranges: list[NamedRange] = []
    for held in tab.named_ranges:
        if moved(held.start) < moved(held.end):
            ranges.append(replace(held, start=moved(held.start), end=moved(held.end)))
    return replace(tab, paragraphs=paragraphs, named_ranges=tuple(ranges))
