"""The notes in Google Docs (https://developers.google.com/workspace/docs/api/reference/rest/v1/documents)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from automation.adapters.google import docs_text
from automation.adapters.google.client import GoogleClient
from automation.adapters.google.refusals import Refused
from automation.adapters.wire.http import Purpose
from automation.domain.errors import Conflict, Permanent
from automation.domain.services import Heading, Paragraph

SERVICE = "docs"
BAD_REQUEST = 400
T = TypeVar("T")


class GoogleDocs:
    """Implements `NotesService`."""

    def __init__(self, client: GoogleClient) -> None:
        """Take the client. Nothing is sent."""
        self._client = client
        self._seen: dict[str, dict[str, Any]] = {}

    def headings(self, document: str) -> list[Heading]:
        """See `NotesService.headings`. The link of a heading leads to it through its tab; it has a `heading_id` only
        once Docs gave it one."""
        return self._read(
            document, lambda found: docs_text.headings({"documentId": document, **self._keep(document, found)})
        )

    def add_section(self, document: str, paragraphs: tuple[Paragraph, ...], *, position: str = "top") -> None:
        """See `NotesService.add_section`. `position` is `top` (below title and introduction) or `bottom`; the first tab
        is meant."""
        if not paragraphs:
            return
        revision, where = self._place(document, position)
        if not revision:
            what = (
                "could not write into the notes document: this account may only read it; share it with the account as"
                " editor"
            )
            raise Permanent(SERVICE, what)
        body = {"requests": docs_text.requests(where, paragraphs), "writeControl": {"requiredRevisionId": revision}}
        request = self._client.api(SERVICE).documents().batchUpdate(documentId=document, body=body)
        purpose = Purpose(SERVICE, "write into the notes document", safe=False)
        try:
            self._client.ask(purpose, request, lambda answer: None)
        except Refused as refused:
            # A stale revision is answered with 400 like a mistake; only another look tells the two apart for certain.
            if refused.status == BAD_REQUEST and self._read(document, _revision) != revision:
                raise Conflict(
                    SERVICE, "could not write into the notes document: somebody wrote at the same time"
                ) from None
            raise

    def _keep(self, document: str, found: dict[str, Any]) -> dict[str, Any]:
        self._seen[document] = found
        return found

    def _place(self, document: str, position: str) -> tuple[str, docs_text.Place]:
        """The revision that is written on, and where. What was just read for its headings serves: if somebody has
        written since, Docs refuses the revision. It serves only once."""
        found = self._seen.pop(document, None)
        if found is not None:
            return _revision(found), docs_text.place(found, position)
        return self._read(document, lambda read: (_revision(read), docs_text.place(read, position)))

    def _read(self, document: str, read: Callable[[dict[str, Any]], T]) -> T:
        # Indexes for writing must come from a read in which suggestions stand in the text (Docs guide, "Work with
        # suggestions").
        request = (
            self._client.api(SERVICE)
            .documents()
            .get(documentId=document, includeTabsContent=True, suggestionsViewMode="SUGGESTIONS_INLINE")
        )
        return self._client.ask(Purpose(SERVICE, "read the notes document", safe=True), request, read)


def _revision(document: Mapping[str, Any]) -> str:
    return str(document.get("revisionId", ""))
