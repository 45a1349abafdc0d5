"""Gmail v1: drafts, sending and reading of one mailbox.

Paths, parameters and scopes: Google's discovery document gmail.v1.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response

from automation.sandbox.gmail import message as gmail_message
from automation.sandbox.gmail.people import people
from automation.sandbox.gmail.search import matches, terms
from automation.sandbox.gmail.store import SCOPES, SERVICE, Message, Store, save_draft, send
from automation.sandbox.gmail.views import DRAFT_SHAPE, FORMATS, MESSAGE_SHAPE, brief, dump, shown
from automation.sandbox.google import token as google_token
from automation.sandbox.google.errors import Refusal, read_body, read_query
from automation.sandbox.google.fields import reply
from automation.sandbox.world.state import World

__all__ = ["SERVICE", "blueprint", "dump", "fresh", "people"]

_LIST = {"includeSpamTrash": bool, "maxResults": int, "pageToken": str, "q": str}


def fresh(world: World) -> Store:
    """Return an empty mailbox with every scope granted."""
    return Store()


def blueprint(world: World) -> Blueprint:
    """Return the routes below /gmail/v1/users/{userId}."""
    routes = Blueprint(SERVICE, __name__, url_prefix="/gmail/v1/users/<user_id>")
    google_token.guard(world, routes)
    _add_drafts(world, routes)
    _add_draft_reads(world, routes)
    _add_messages(world, routes)
    _add_profile(world, routes)
    return routes


def _mailbox(world: World, user_id: str, need: str) -> Store:
    """Return the mailbox; raises Refusal 403 for another user's or a missing scope, 400 without a user."""
    mailboxes: Store = world.stores[SERVICE]
    store = mailboxes.of(google_token.account(world))
    if google_token.is_bare(world):
        # A service account has no mailbox of its own.
        raise Refusal(400, "failedPrecondition", "Precondition check failed.")
    if user_id not in ("me", store.account):
        raise Refusal(403, "forbidden", f"Delegation denied for {store.account}")
    if store.scope not in SCOPES[need]:
        raise Refusal(
            403, "insufficientPermissions", "Request had insufficient authentication scopes.", domain="global"
        )
    return store


def _add_drafts(world: World, routes: Blueprint) -> None:
    @routes.post("/drafts")
    def create_draft(user_id: str) -> Response:
        read_query({})
        store = _mailbox(world, user_id, "drafts")
        draft_id = save_draft(world, store, read_body(DRAFT_SHAPE, "draft"))
        return reply(_draft(store, draft_id))

    @routes.put("/drafts/<draft_id>")
    def update_draft(user_id: str, draft_id: str) -> Response:
        read_query({})
        store = _mailbox(world, user_id, "drafts")
        save_draft(world, store, read_body(DRAFT_SHAPE, "draft"), draft_id)
        return reply(_draft(store, draft_id))

    @routes.delete("/drafts/<draft_id>")
    def delete_draft(user_id: str, draft_id: str) -> Response:
        read_query({})
        _mailbox(world, user_id, "drafts").drop_draft(draft_id)
        return reply(None)

    @routes.post("/drafts/send")
    def send_draft(user_id: str) -> Response:
        read_query({})
        store = _mailbox(world, user_id, "drafts")
        body = read_body(DRAFT_SHAPE, "draft")
        if not body.get("id"):
            raise Refusal(400, "invalidArgument", "Invalid draft: its id is missing")
        draft = store.draft(body["id"])
        replaced = (body.get("message") or {}).get("raw")
        raw = gmail_message.decode_raw(replaced) if replaced else draft.raw
        sent = send(world, store, raw, draft.thread_id)
        store.drop_draft(body["id"])
        return reply(brief(sent) | {"labelIds": sent.labels})

    def _draft(store: Store, draft_id: str) -> dict[str, Any]:
        message = store.draft(draft_id)
        return {"id": draft_id, "message": brief(message) | {"labelIds": message.labels}}


def _add_draft_reads(world: World, routes: Blueprint) -> None:
    @routes.get("/drafts")
    def list_drafts(user_id: str) -> Response:
        query = read_query(_LIST)
        store = _mailbox(world, user_id, "read drafts")
        wanted = terms(query.get("q", ""))
        found = [
            {"id": name, "message": brief(store.draft(name))}
            for name in reversed(store.drafts)
            if matches(store.draft(name), wanted) and not world.is_hidden(SERVICE, store.draft(name).at)
        ]
        return reply(_page("drafts", found, query))

    @routes.get("/drafts/<draft_id>")
    def get_draft(user_id: str, draft_id: str) -> Response:
        query = read_query({"format": FORMATS})
        store = _mailbox(world, user_id, "read drafts")
        message = shown(store.draft(draft_id), query.get("format", "full"))
        return reply({"id": draft_id, "message": message})


def _add_messages(world: World, routes: Blueprint) -> None:
    @routes.post("/messages/send")
    def send_message(user_id: str) -> Response:
        read_query({})
        store = _mailbox(world, user_id, "send")
        body = read_body(MESSAGE_SHAPE, "message")
        sent = send(world, store, gmail_message.decode_raw(body.get("raw")), body.get("threadId"))
        return reply(brief(sent) | {"labelIds": sent.labels})

    @routes.get("/messages")
    def list_messages(user_id: str) -> Response:
        query = read_query(_LIST | {"labelIds": [str]})
        store = _mailbox(world, user_id, "read")
        if store.scope == "metadata" and "q" in query:
            raise Refusal(403, "forbidden", "Metadata scope does not support 'q' parameter")
        newest_first = sorted(store.messages.values(), key=_age, reverse=True)
        found = [
            brief(each) for each in newest_first if _is_listed(each, query) and not world.is_hidden(SERVICE, each.at)
        ]
        return reply(_page("messages", found, query))

    @routes.get("/messages/<message_id>")
    def get_message(user_id: str, message_id: str) -> Response:
        query = read_query({"format": FORMATS, "metadataHeaders": [str]})
        store = _mailbox(world, user_id, "read")
        form = query.get("format", "full")
        if store.scope == "metadata" and form.lower() in ("full", "raw"):
            raise Refusal(403, "forbidden", f"Metadata scope doesn't allow format {form.upper()}")
        return reply(shown(store.message(message_id), form, query.get("metadataHeaders")))


def _add_profile(world: World, routes: Blueprint) -> None:
    @routes.get("/profile")
    def get_profile(user_id: str) -> Response:
        read_query({})
        store = _mailbox(world, user_id, "profile")
        messages = store.messages.values()
        return reply(
            {
                "emailAddress": store.account,
                "messagesTotal": len(messages),
                "threadsTotal": len({each.thread_id for each in messages}),
                "historyId": str(max([each.history_id for each in messages], default=1000)),
            }
        )


def _age(message: Message) -> tuple[datetime, int]:
    return message.at, message.history_id


def _is_listed(message: Message, query: dict[str, Any]) -> bool:
    labels, asked = set(message.labels), set(query.get("labelIds", []))
    hidden = set() if query.get("includeSpamTrash") else {"SPAM", "TRASH"} - asked
    return asked <= labels and not hidden & labels and matches(message, terms(query.get("q", "")))


def _page(name: str, found: list[Any], query: dict[str, Any]) -> dict[str, Any]:
    token = query.get("pageToken", "0")
    if not token.isdigit() or query.get("maxResults", 100) < 1:
        raise Refusal(400, "invalidArgument", "Invalid pageToken or maxResults")
    first = int(token)
    last = first + min(query.get("maxResults", 100), 500)
    answer: dict[str, Any] = {"resultSizeEstimate": len(found)}
    if found[first:last]:
        answer[name] = found[first:last]
    if last < len(found):
        answer["nextPageToken"] = str(last)
    return answer
