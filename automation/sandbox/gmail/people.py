"""What the owner of the mailbox does by hand, without Gmail's API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from automation.sandbox.gmail import message as gmail_message
from automation.sandbox.gmail.store import SCOPES, SERVICE, Store, add, send
from automation.sandbox.gmail.views import brief
from automation.sandbox.world.state import Nonsense, World


def people(world: World) -> dict[str, Callable[[dict[str, Any]], Any]]:
    """Return what the owner does by hand.

    scope {scope: full|readonly|metadata|compose|send}: what the consent covers from now on ·
    delete_draft {id} · send_draft {id} · trash {id} · receive {raw: base64url}: a mail comes in
    """

    def set_scope(wish: dict[str, Any]) -> dict[str, Any]:
        if wish["scope"] not in set().union(*SCOPES.values()):
            raise Nonsense(f"there is no scope {wish['scope']!r}")
        world.stores[SERVICE].scope = wish["scope"]
        return {"scope": wish["scope"]}

    def delete_draft(wish: dict[str, Any]) -> dict[str, Any]:
        return brief(world.stores[SERVICE].drop_draft(wish["id"]))

    def send_draft(wish: dict[str, Any]) -> dict[str, Any]:
        store: Store = world.stores[SERVICE]
        draft = store.draft(wish["id"])
        sent = send(world, store, draft.raw, draft.thread_id)
        store.drop_draft(wish["id"])
        return brief(sent)

    def trash(wish: dict[str, Any]) -> dict[str, Any]:
        message = world.stores[SERVICE].message(wish["id"])
        message.labels = ["TRASH"]
        return brief(message)

    def receive(wish: dict[str, Any]) -> dict[str, Any]:
        raw = gmail_message.decode_raw(wish["raw"])
        return brief(add(world, world.stores[SERVICE], raw, ["INBOX", "UNREAD"]))

    return {
        "scope": set_scope,
        "delete_draft": delete_draft,
        "send_draft": send_draft,
        "trash": trash,
        "receive": receive,
    }
