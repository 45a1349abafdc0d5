"""One Gmail mailbox: drafts, messages, and the copies that went out to other people.

Sending gives a mail a Message-ID of Gmail's own; the draft is gone, a new message is labelled SENT.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from automation.sandbox.gmail import message as gmail_message
from automation.sandbox.google import token as google_token
from automation.sandbox.google.errors import Refusal
from automation.sandbox.world.state import DIGITS, HEX, URL_SAFE, World

SERVICE = "gmail"
ACCOUNT = google_token.ACCOUNT

# Which of the scopes gmail.* is enough for what; "full" is all of them together.
SCOPES = {
    "read": {"full", "readonly", "metadata"},
    "drafts": {"full", "compose"},
    "read drafts": {"full", "compose", "readonly"},
    "send": {"full", "compose", "send"},
    "profile": {"full", "compose", "readonly", "metadata"},
}


@dataclass
class Message:
    """A message of the mailbox; `raw` are its bytes."""

    id: str
    thread_id: str
    raw: bytes
    labels: list[str]
    at: datetime
    history_id: int


@dataclass
class Delivery:
    """A copy that reached one address: a person, or a Google Group with its list headers."""

    to: str
    raw: bytes
    at: datetime
    message: str


@dataclass
class Store:
    """Messages by id in order of arrival, draft id -> message id, copies delivered, and the scope granted. `others` are
    the mailboxes of further accounts, which deliver into the same world."""

    messages: dict[str, Message] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    delivered: list[Delivery] = field(default_factory=list)
    scope: str = "full"
    account: str = ACCOUNT
    others: dict[str, Store] = field(default_factory=dict)

    def of(self, account: str) -> Store:
        """Return the mailbox of an account."""
        if account == self.account:
            return self
        return self.others.setdefault(account, Store(delivered=self.delivered, scope=self.scope, account=account))

    def message(self, message_id: str) -> Message:
        """Return a message; raises Refusal 404."""
        if message_id not in self.messages:
            raise Refusal(404, "notFound", "Requested entity was not found.")
        return self.messages[message_id]

    def draft(self, draft_id: str) -> Message:
        """Return a draft's message; raises Refusal 404."""
        if draft_id not in self.drafts:
            raise Refusal(404, "notFound", "Requested entity was not found.")
        return self.messages[self.drafts[draft_id]]

    def drop_draft(self, draft_id: str) -> Message:
        """Remove a draft with its message, which is returned; raises Refusal 404."""
        message = self.draft(draft_id)
        del self.messages[self.drafts.pop(draft_id)]
        return message


def add(world: World, store: Store, raw: bytes, labels: list[str], thread_id: str | None = None) -> Message:
    """Put a message into the mailbox and return it; without a thread it starts one."""
    message_id = world.new_id("gmail message", 16, HEX)
    history = 1000 + world.count("gmail history")
    message = Message(
        id=message_id, thread_id=thread_id or message_id, raw=raw, labels=labels, at=world.now(), history_id=history
    )
    store.messages[message_id] = message
    return message


def save_draft(world: World, store: Store, body: dict[str, Any], draft_id: str | None = None) -> str:
    """Make a draft of a Draft body, or replace one (its message gets a new id); return the draft's id."""
    given = body.get("message") or {}
    raw = gmail_message.decode_raw(given.get("raw"))
    old = store.drop_draft(draft_id) if draft_id else None
    message = add(world, store, raw=raw, labels=["DRAFT"], thread_id=old.thread_id if old else given.get("threadId"))
    draft_id = draft_id or "r" + world.new_id("gmail draft", 19, DIGITS)
    store.drafts[draft_id] = message.id
    return draft_id


def send(world: World, store: Store, raw: bytes, thread_id: str | None = None) -> Message:
    """Send a mail: deliver a copy to each recipient and keep one labelled SENT, which is returned.

    Raises Refusal 400 for a mail without a usable recipient; then nothing has happened.
    """
    parsed = gmail_message.parse(raw)
    addresses = gmail_message.recipients(parsed)
    own = f"<CA+{world.new_id('gmail message-id', 24, URL_SAFE)}@mail.gmail.com>"
    new = [("Message-ID", own)]
    if not parsed["Date"]:
        new.append(("Date", format_datetime(world.now())))
    if not parsed["From"]:
        new.append(("From", store.account))
    sent = gmail_message.with_headers(raw, new)
    labels = ["SENT"] + (["INBOX", "UNREAD"] if store.account in addresses else [])
    message = add(world, store, raw=sent, labels=labels, thread_id=thread_id)
    for address in addresses:
        copy = gmail_message.with_headers(sent, [], gone=["Bcc"])
        if address.endswith("@googlegroups.com"):
            copy = gmail_message.with_headers(copy, _list_headers(address, own))
        store.delivered.append(Delivery(address, copy, world.now(), message.id))
    return message


def _list_headers(group: str, message_id: str) -> list[tuple[str, str]]:
    """Return what a consumer Google Group puts on a post (seen on archived list mails)."""
    name = group.partition("@")[0]
    base = "https://groups.google.com"
    return [
        ("X-Original-Sender", ACCOUNT),
        ("Precedence", "list"),
        ("Mailing-list", f"list {group}; contact {name}+owners@googlegroups.com"),
        ("List-ID", f"<{name}.googlegroups.com>"),
        ("X-Google-Group-Id", "700000000001"),
        ("List-Post", f"<{base}/group/{name}/post>, <mailto:{group}>"),
        ("List-Help", f"<https://groups.google.com/support/>, <mailto:{name}+help@googlegroups.com>"),
        ("List-Archive", f"<{base}/group/{name}>"),
        (
            "List-Unsubscribe",
            f"<mailto:googlegroups-manage+700000000001+unsubscribe@googlegroups.com>, <{base}/group/{name}/subscribe>",
        ),
    ]
