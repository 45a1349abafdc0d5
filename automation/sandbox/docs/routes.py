"""Google Docs v1: documents.get and documents.batchUpdate (discovery document docs.v1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request

from automation.sandbox.docs import store as docs_store
from automation.sandbox.docs.model import Document, Tab, document_json
from automation.sandbox.docs.shapes import BATCH, NOT_PLAYED, REQUESTS, without_nulls
from automation.sandbox.docs.store import SERVICE, Store, fresh
from automation.sandbox.docs.text import HEADINGS, Paragraph, from_units, plain
from automation.sandbox.google.errors import read_body, read_query
from automation.sandbox.google.fields import parse_fields, reply
from automation.sandbox.google.token import guard
from automation.sandbox.world.state import Nonsense, World

__all__ = ["SERVICE", "Store", "blueprint", "dump", "fresh", "people"]

VIEWS = {
    "DEFAULT_FOR_CURRENT_ACCESS",
    "SUGGESTIONS_INLINE",
    "PREVIEW_SUGGESTIONS_ACCEPTED",
    "PREVIEW_WITHOUT_SUGGESTIONS",
}
GET = {"includeTabsContent": bool, "suggestionsViewMode": VIEWS, "commentsViewMode": {"COMMENTS_VIEW_MODE_OMITTED"}}
BODY = {**BATCH, "requests": [{**REQUESTS, **dict.fromkeys(NOT_PLAYED, object)}]}


def blueprint(world: World) -> Blueprint:
    """Return the routes under /v1/documents."""
    routes = Blueprint(SERVICE, __name__)
    guard(world, routes)

    @routes.get("/v1/documents/<document_id>")
    def get(document_id: str) -> Response:
        query = read_query(GET)
        document = docs_store.find(world.stores[SERVICE], document_id)
        # A field mask that names tabs implies includeTabsContent (Document.tabs).
        mask = parse_fields(request.args["fields"]) if request.args.get("fields") else {}
        with_tabs = query.get("includeTabsContent", False) or "tabs" in mask
        view = query.get("suggestionsViewMode", "DEFAULT_FOR_CURRENT_ACCESS")
        inline = "SUGGESTIONS_INLINE" if view == "DEFAULT_FOR_CURRENT_ACCESS" else view
        return reply(document_json(document, with_tabs, inline))

    @routes.post("/v1/documents/<document_id>:batchUpdate")
    def batch_update(document_id: str) -> Response:
        read_query({})
        document = docs_store.find(world.stores[SERVICE], document_id)
        batch = without_nulls(read_body(BODY, "batchUpdate"))
        return reply(docs_store.batch_update(world, document, batch))

    return routes


def dump(store: Store) -> dict[str, Any]:
    """Return every document: its tabs, each as text and as a list of paragraphs with style and heading id."""
    return {document.document_id: dump_document(document) for document in store.documents.values()}


def dump_document(document: Document) -> dict[str, Any]:
    """Return one document for people and tests to read."""
    tabs = {
        tab.tab_id: {
            "title": tab.title,
            "text": tab.text,
            "paragraphs": [dump_paragraph(paragraph) for paragraph in tab.paragraphs],
        }
        for tab in document.tabs.values()
    }
    return {"title": document.title, "revision": document.revision, "writes": len(document.revisions) - 1, "tabs": tabs}


def dump_paragraph(paragraph: Paragraph) -> dict[str, Any]:
    """Return a paragraph without its newline."""
    return {
        "text": from_units(paragraph.text[:-1]),
        "style": paragraph.style["namedStyleType"],
        "heading_id": paragraph.style.get("headingId"),
        "bullet": paragraph.bullet.level if paragraph.bullet else None,
    }


def people(world: World) -> dict[str, Callable[[dict[str, Any]], Any]]:
    """Return what people do in a document (`document` is the running one where left out).

    write {after_heading, text} and append {tab?, text} type text; create {document, title?, tabs?} makes a document,
    its tabs being [{id, title, parent?, lines: [text or {text, style}]}]; remove {document} deletes one.
    """

    def write(wish: dict[str, Any]) -> dict[str, Any]:
        document = docs_store.named(world.stores[SERVICE], wish)
        docs_store.write_after(document, str(wish["after_heading"]), str(wish["text"]), world)
        return dump_document(document)

    def append(wish: dict[str, Any]) -> dict[str, Any]:
        document = docs_store.named(world.stores[SERVICE], wish)
        docs_store.append(document, str(wish.get("tab", next(iter(document.tabs)))), str(wish["text"]), world)
        return dump_document(document)

    def create(wish: dict[str, Any]) -> dict[str, Any]:
        tabs = {tab.tab_id: tab for tab in (read_tab(world, entry) for entry in wish.get("tabs") or [{}])}
        document_id = str(wish.get("document") or docs_store.new_id(world, "document"))
        title = str(wish.get("title", "Untitled document"))
        docs_store.create(world, world.stores[SERVICE], document_id=document_id, title=title, tabs=tabs)
        return {"document": document_id}

    def remove(wish: dict[str, Any]) -> dict[str, Any]:
        del world.stores[SERVICE].documents[str(wish["document"])]
        return {}

    return {"write": write, "append": append, "create": create, "remove": remove}


def read_tab(world: World, entry: dict[str, Any]) -> Tab:
    """Return the tab that a person's wish describes. Raises Nonsense for a style that Docs does not have."""
    paragraphs: list[Paragraph] = []
    for line in entry.get("lines", [""]):
        text, style = (
            (line, "NORMAL_TEXT") if isinstance(line, str) else (line["text"], line.get("style", "NORMAL_TEXT"))
        )
        if style not in HEADINGS | {"NORMAL_TEXT"}:
            raise Nonsense(f"there is no paragraph style {style!r}")
        if "\n" in text:
            raise Nonsense("a line holds no line break; give several lines")
        paragraphs.append(plain(text, style, docs_store.new_id(world, "heading") if style in HEADINGS else None))
    return Tab(entry.get("id", "t.0"), entry.get("title", "Tab 1"), paragraphs, entry.get("parent"))
