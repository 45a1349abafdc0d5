"""The documents that exist in the sandbox, the batch as one piece, and what people do in a document."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from automation.sandbox.docs.edits import apply_request
from automation.sandbox.docs.model import Document, Tab
from automation.sandbox.docs.places import with_text
from automation.sandbox.docs.shapes import NOT_PLAYED
from automation.sandbox.docs.text import BODY_START, Refused, end_index, from_units, plain, to_units
from automation.sandbox.google.errors import Refusal
from automation.sandbox.world.state import URL_SAFE, Nonsense, World

SERVICE = "docs"
# The document that the shipped community.toml names.
RUNNING_DOCUMENT = "1oE7cOALIYvPrf374id5WX141EvoCCruWkGDJalJzhlo"


@dataclass
class Store:
    """Documents by id."""

    documents: dict[str, Document] = field(default_factory=dict)


def fresh(world: World) -> Store:
    """Return a store that holds the running notes document: two tabs, some words of people's in both."""
    store = Store()
    notes = [
        plain("FLOSS-Mentoring: call notes", "TITLE", new_id(world, "heading")),
        plain("Add your name to the attendance list of the call. 🎉 Newcomers welcome!"),
        plain("2026-05-12", "HEADING_2", new_id(world, "heading")),
        plain("Attendance: Ana, Björn, 李雷"),
        plain("How to find a first issue: labels help, people help more."),
        plain(""),
    ]
    ideas = [
        plain("Ideas for talks", "HEADING_1", new_id(world, "heading")),
        plain("Reading other people's code"),
        plain(""),
    ]
    tabs = {"t.0": Tab("t.0", "Notes", notes), "t.ideas": Tab("t.ideas", "Ideas", ideas)}
    create(world, store, document_id=RUNNING_DOCUMENT, title="FLOSS-Mentoring call notes", tabs=tabs)
    return store


def new_id(world: World, kind: str) -> str:
    """Return an id in the form that Docs gives to headings, lists, named ranges, revisions and documents."""
    if kind == "heading":
        return "h." + world.new_id("docs heading", 12)
    if kind in ("revision", "document"):
        return world.new_id(f"docs {kind}", 44, URL_SAFE)
    return f"kix.{world.new_id('docs ' + kind, 12)}"


def create(world: World, store: Store, document_id: str, title: str, tabs: dict[str, Tab]) -> Document:
    """Add a document; an id that is taken is replaced."""
    document = Document(document_id, title, tabs, [new_id(world, "revision")])
    store.documents[document_id] = document
    return document


def copy(world: World, source_id: str, document_id: str, title: str) -> None:
    """Make a document with the content of another (Drive's files.copy of a Google Doc). The tab ids stay."""
    store: Store = world.stores[SERVICE]
    source = store.documents.get(source_id)
    tabs = dict(source.tabs) if source else {"t.0": Tab("t.0", "Tab 1")}
    create(world, store, document_id=document_id, title=title, tabs=tabs)


def find(store: Store, document_id: str) -> Document:
    """Return the document. Raises Refusal 404."""
    if document_id not in store.documents:
        raise Refusal(404, "notFound", "Requested entity was not found.")
    return store.documents[document_id]


def batch_update(world: World, document: Document, batch: dict[str, Any]) -> dict[str, Any]:
    """Carry out all requests or none; return BatchUpdateDocumentResponse.

    Raises Refusal 400 with the number of the request at fault, and for a stale revision (WriteControl).
    """
    check_revision(world, document, batch.get("writeControl", {}))
    if not batch.get("requests"):
        raise bad("Must specify at least one request.")
    tabs, replies = dict(document.tabs), []
    for number, request in enumerate(batch["requests"]):
        if len(request) != 1:
            raise bad(f"Invalid requests[{number}]: exactly one kind of request must be set.")
        (kind, body), *_ = request.items()
        if kind in NOT_PLAYED:
            world.problems.append(f"docs: batchUpdate asked for {kind}, which the sandbox does not play")
            raise bad(f"Invalid requests[{number}].{kind}: the sandbox does not play this request.")
        try:
            tabs, reply = apply_request(tabs, kind, body, lambda name: new_id(world, name))
        except Refused as refused:
            raise bad(f"Invalid requests[{number}].{kind}: {refused}") from refused
        replies.append(reply)
    document.tabs = tabs
    document.revisions.append(new_id(world, "revision"))
    return {
        "documentId": document.document_id,
        "replies": replies,
        "writeControl": {"requiredRevisionId": document.revision},
    }


def check_revision(world: World, document: Document, control: dict[str, Any]) -> None:
    """Raise Refusal 400 unless the write control lets the batch through.

    targetRevisionId would merge with what came since; the sandbox does not play the merge and says so.
    """
    if len(set(control) & {"requiredRevisionId", "targetRevisionId"}) == 2:
        raise bad("Only one of requiredRevisionId and targetRevisionId can be set.")
    if control.get("writeMode", "EDIT") not in ("EDIT", "WRITE_MODE_UNSPECIFIED"):
        world.problems.append("docs: writeMode SUGGEST is not played by the sandbox")
        raise bad("The sandbox plays no suggestions.")
    required = control.get("requiredRevisionId", document.revision)
    if required != document.revision:
        raise bad("The required revision ID does not match the latest revision of the document.")
    target = control.get("targetRevisionId", document.revision)
    if target != document.revision:
        world.problems.append("docs: targetRevisionId names an older revision; the sandbox does not play the merge")
        raise bad("The target revision is too far behind the latest revision of the document.")


def bad(message: str) -> Refusal:
    """A 400 in the words of Docs."""
    return Refusal(400, "badRequest", message)


def write_after(document: Document, heading: str, text: str, world: World) -> None:
    """Put a line of normal text right behind the first heading that contains `heading`, in whatever tab it is."""
    for tab in document.tabs.values():
        at = BODY_START
        for number, paragraph in enumerate(tab.paragraphs):
            at += len(paragraph)
            if "headingId" not in paragraph.style or heading not in from_units(paragraph.text):
                continue
            paragraphs = list(tab.paragraphs)
            paragraphs[number + 1 : number + 1] = [plain(line) for line in text.split("\n")]
            grown = len(to_units(text)) + 1
            ranges = tuple(
                replace(held, start=held.start + grown * (held.start >= at), end=held.end + grown * (held.end > at))
                for held in tab.named_ranges
            )
            document.tabs[tab.tab_id] = replace(tab, paragraphs=paragraphs, named_ranges=ranges)
            document.revisions.append(new_id(world, "revision"))
            return
    raise Nonsense(f"no heading of {document.document_id} contains {heading!r}")


def append(document: Document, tab_id: str, text: str, world: World) -> None:
    """Write at the very end of a tab, as a person does who puts the cursor there and presses Enter first."""
    tab = document.tabs[tab_id]
    units = "\n" + to_units(text)
    document.tabs[tab_id] = with_text(tab, end_index(tab.paragraphs) - 1, units, lambda kind: new_id(world, kind))
    document.revisions.append(new_id(world, "revision"))


def named(store: Store, wish: dict[str, Any]) -> Document:
    """The document that a person's wish is about; the running document where it names none."""
    return store.documents[str(wish.get("document", RUNNING_DOCUMENT))]
