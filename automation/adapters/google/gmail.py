"""Mail through Gmail: create a draft, then send it (https://developers.google.com/workspace/gmail/api/reference/rest).

Gmail replaces the Message-ID, so mails are found again by their own header; the search operators do not know it, so
headers are read one by one.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from automation.adapters.google.client import GoogleClient
from automation.adapters.google.refusals import Refused
from automation.adapters.wire.http import Purpose

SERVICE = "gmail"
KEY_HEADER = "x-callkeeper-key"
REPEAT_HEADER = "x-callkeeper-repeat"
OUR_HEADERS = "x-callkeeper-"
DRAFTS_PAGE = 100
# Small, because one page too many is one message too many to look at for each of its lines.
SENT_PAGE = 50
NOT_FOUND = 404
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
T = TypeVar("T")


class GmailDrafts:
    """Implements `DraftMailService` for the person who logged in."""

    def __init__(self, client: GoogleClient) -> None:
        """Take the client. Nothing is sent."""
        self._client = client

    def create_draft(self, message: bytes) -> str:
        """Store the RFC 5322 message as a draft and return the draft's id."""
        body = {"message": {"raw": base64.urlsafe_b64encode(message).decode("ascii")}}
        request = self._users().drafts().create(userId="me", body=body)
        return self._client.ask(
            Purpose(SERVICE, "write the mail's draft", safe=False), request, lambda answer: str(answer["id"])
        )

    def send_draft(self, draft_id: str) -> str | None:
        """See `DraftMailService.send_draft`. Its outcome can be asked afterwards with `draft_exists`."""
        request = self._users().drafts().send(userId="me", body={"id": draft_id})
        try:
            return self._client.ask(
                Purpose(SERVICE, "send the mail", safe=False), request, lambda answer: str(answer["id"])
            )
        except Refused as refused:
            if refused.status == NOT_FOUND:
                return None
            raise

    def address(self) -> str:
        """The address of the account that logged in."""
        request = self._users().getProfile(userId="me")
        return self._client.ask(
            Purpose(SERVICE, "look at the mail account", safe=True), request, lambda answer: str(answer["emailAddress"])
        )

    def draft_exists(self, draft_id: str) -> bool:
        """Tell whether the draft is still there, that is, neither sent nor deleted."""
        return self._draft(draft_id, "minimal", lambda draft: True) is not None

    def drafts(self) -> dict[str, str]:
        """See `DraftMailService.drafts`."""
        found: dict[str, str] = {}
        for draft_id in self._draft_ids():
            headers = self._draft(draft_id, "metadata", _our_draft_headers)
            if headers and KEY_HEADER in headers:
                found.setdefault(headers[KEY_HEADER], draft_id)
        return found

    def draft_with(self, key: str, repeat: str) -> str | None:
        """See `DraftMailService.draft_with`. Drafts are read one by one until it is found."""
        headers = ((each, self._draft(each, "metadata", _our_draft_headers)) for each in self._draft_ids())
        return next((each for each, found in headers if found and _is_copy(found, key, repeat)), None)

    def delete_draft(self, draft_id: str) -> bool:
        """See `DraftMailService.delete_draft`."""
        request = self._users().drafts().delete(userId="me", id=draft_id)
        try:
            self._client.ask(Purpose(SERVICE, "delete the mail's draft", safe=True), request, lambda answer: None)
        except Refused as refused:
            if refused.status != NOT_FOUND:
                raise
            return False
        return True

    def message_id(self, number: str) -> str | None:
        """See `DraftMailService.message_id`."""
        request = (
            self._users().messages().get(userId="me", id=number, format="metadata", metadataHeaders=["Message-ID"])
        )
        purpose = Purpose(SERVICE, "read a sent mail's Message-ID", safe=True)
        try:
            return self._client.ask(purpose, request, _message_id)
        except Refused as refused:
            if refused.status == NOT_FOUND:
                return None
            raise

    def sent_with(self, key: str, since: datetime, repeat: str) -> str | None:
        """See `DraftMailService.sent_with`."""
        sent = self._sent_messages(since)
        return next((message.id for message in sent if _is_copy(message.headers, key, repeat)), None)

    def sent(self, since: datetime) -> dict[str, Mapping[str, str]]:
        """See `DraftMailService.sent`. Header names are as `X-Callkeeper-Key`; of two mails with one key the earlier
        counts."""
        return {
            message.headers[KEY_HEADER]: message.shown()
            for message in self._sent_messages(since)
            if KEY_HEADER in message.headers
        }

    def _sent_messages(self, since: datetime) -> Iterator[_Sent]:
        """Sent mail, read one by one as it is asked for.

        Gmail lists the newest first, so it ends with the first page on which everything is older; what that page holds
        counts too, because a wrong clock must not hide a mail.
        """
        messages = self._users().messages()
        request = messages.list(userId="me", labelIds=["SENT"], maxResults=SENT_PAGE)
        purpose = Purpose(SERVICE, "list the sent mails", safe=True)
        for ids in self._client.pages(purpose, request, messages.list_next, lambda page: _ids(page, "messages")):
            older = True
            for message in map(self._sent_message, ids):
                if message is not None:
                    older = older and message.at < since
                    yield message
            if older:
                return

    def _users(self) -> Any:
        return self._client.api(SERVICE).users()

    def _draft_ids(self) -> list[str]:
        drafts = self._users().drafts()
        purpose = Purpose(SERVICE, "list the drafts", safe=True)
        request = drafts.list(userId="me", maxResults=DRAFTS_PAGE)
        pages = self._client.pages(purpose, request, drafts.list_next, lambda page: _ids(page, "drafts"))
        return [draft_id for ids in pages for draft_id in ids]

    def _draft(self, draft_id: str, form: str, read: Callable[[dict[str, Any]], T]) -> T | None:
        request = self._users().drafts().get(userId="me", id=draft_id, format=form)
        try:
            return self._client.ask(Purpose(SERVICE, "look at the mail's draft", safe=True), request, read)
        except Refused as refused:
            if refused.status == NOT_FOUND:
                return None
            raise

    def _sent_message(self, message_id: str) -> _Sent | None:
        """None if it has been deleted since it was listed."""
        # Without metadataHeaders all headers come, and so all of ours, whatever they are called.
        request = self._users().messages().get(userId="me", id=message_id, format="metadata")
        try:
            return self._client.ask(Purpose(SERVICE, "look at a sent mail", safe=True), request, _sent)
        except Refused as refused:
            if refused.status == NOT_FOUND:
                return None
            raise


@dataclass(frozen=True)
class _Sent:
    """A sent message: its id, when it was sent, and our headers, names in lower case."""

    id: str
    at: datetime
    headers: Mapping[str, str]

    def shown(self) -> dict[str, str]:
        named = {"-".join(word.capitalize() for word in name.split("-")): value for name, value in self.headers.items()}
        return {**named, "id": self.id, "at": self.at.isoformat()}


def _sent(message: Mapping[str, Any]) -> _Sent:
    # internalDate: milliseconds since 1970, as text.
    at = EPOCH + timedelta(milliseconds=int(message["internalDate"]))
    return _Sent(message["id"], at, _our_headers(message))


def _message_id(message: Mapping[str, Any]) -> str | None:
    headers = message.get("payload", {}).get("headers", [])
    return next((str(header["value"]).strip() for header in headers if header["name"].lower() == "message-id"), None)


def _ids(page: Mapping[str, Any], name: str) -> list[str]:
    return [str(each["id"]) for each in page.get(name, [])]


def _is_copy(headers: Mapping[str, str], key: str, repeat: str) -> bool:
    return headers.get(KEY_HEADER) == key and repeat in ("", headers.get(REPEAT_HEADER))


def _our_draft_headers(draft: Mapping[str, Any]) -> dict[str, str]:
    return _our_headers(draft.get("message", {}))


def _our_headers(message: Mapping[str, Any]) -> dict[str, str]:
    """Our own headers, names in lower case (RFC 5322 names have no case), values unfolded."""
    headers = message.get("payload", {}).get("headers", [])
    return {
        header["name"].lower(): "".join(header["value"].splitlines()).strip()
        for header in headers
        if header["name"].lower().startswith(OUR_HEADERS)
    }
