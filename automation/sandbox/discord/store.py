"""What the Discord sandbox keeps: two webhooks (for members and for organizers) and their messages; what people do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from automation.sandbox.discord.rules import pings
from automation.sandbox.world.state import DIGITS, World

SERVICE = "discord"


@dataclass
class Hook:
    """One webhook; in a forum every post needs a thread."""

    name: str
    token: str
    channel_id: str
    forum: bool = False


@dataclass
class Store:
    """Webhooks by id, messages by id in the order posted, and the rate limit still to strike: (seconds, times,
    global)."""

    hooks: dict[str, Hook] = field(default_factory=dict)
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    limit: tuple[float, int, bool] = (0.0, 0, False)


def fresh(world: World) -> Store:
    """Return a store with both webhooks and no message."""
    kept = world.secrets
    return Store(
        {
            kept.discord_webhook_id: Hook("Callkeeper", kept.discord_webhook_token, "1200000000000000001"),
            kept.discord_organizers_id: Hook("Organizers", kept.discord_organizers_token, "1200000000000000002"),
        }
    )


def snowflake(world: World) -> str:
    """Return an id of 19 digits."""
    return "12" + world.new_id("discord snowflake", 17, DIGITS)


def new_message(world: World, webhook_id: str, body: dict[str, Any], thread: str) -> dict[str, Any]:
    """Return a MessageResponse; names that begin with an underscore are the sandbox's own."""
    hook: Hook = world.stores[SERVICE].hooks[webhook_id]
    author = {
        "id": webhook_id,
        "username": body.get("username", hook.name),
        "avatar": None,
        "discriminator": "0000",
        "public_flags": 0,
        "flags": 0,
        "bot": True,
        "global_name": None,
        "primary_guild": None,
    }
    return {
        "id": snowflake(world),
        "type": 0,
        "content": body.get("content", ""),
        "channel_id": thread or hook.channel_id,
        "author": author,
        "attachments": [],
        "embeds": [{"type": "rich", **embed} for embed in body.get("embeds", [])],
        "mentions": [],
        "mention_roles": [],
        "pinned": False,
        "mention_everyone": False,
        "tts": body.get("tts", False),
        "timestamp": world.now().isoformat(timespec="milliseconds"),
        "edited_timestamp": None,
        "flags": body.get("flags", 0),
        "components": body.get("components", []),
        "webhook_id": webhook_id,
        "_pings": pings(body.get("content", ""), body.get("allowed_mentions")),
        "_thread": thread,
        "_edits": 0,
    }


def wire(message: dict[str, Any]) -> dict[str, Any]:
    """Return what Discord shows of a message."""
    return {name: value for name, value in message.items() if not name.startswith("_")}


def dump(store: Store) -> dict[str, Any]:
    """Return all messages with whom they pinged and how often they were edited; no tokens."""
    return {
        "messages": [
            {
                "id": message["id"],
                "webhook_id": message["webhook_id"],
                "webhook": store.hooks[message["webhook_id"]].name if message["webhook_id"] in store.hooks else None,
                "content": message["content"],
                "embeds": message["embeds"],
                "thread": message["_thread"],
                "pings": message["_pings"],
                "edits": message["_edits"],
                "timestamp": message["timestamp"],
                "edited_timestamp": message["edited_timestamp"],
            }
            for message in store.messages.values()
        ]
    }


def people(world: World) -> dict[str, Callable[[dict[str, Any]], Any]]:
    """Return what moderators and Discord do.

    remove {message_id}; remove_webhook {webhook_id?}; forum {on, webhook_id?}; limit {retry_after (seconds), times?,
    global?} answers 429 to the next requests. The members' webhook is meant where none is named.
    """

    def hook_id(wish: dict[str, Any]) -> str:
        return str(wish.get("webhook_id", world.secrets.discord_webhook_id))

    def remove(wish: dict[str, Any]) -> dict[str, Any]:
        del world.stores[SERVICE].messages[str(wish["message_id"])]
        return {}

    def remove_webhook(wish: dict[str, Any]) -> dict[str, Any]:
        del world.stores[SERVICE].hooks[hook_id(wish)]
        return {}

    def forum(wish: dict[str, Any]) -> dict[str, Any]:
        world.stores[SERVICE].hooks[hook_id(wish)].forum = bool(wish["on"])
        return {}

    def limit(wish: dict[str, Any]) -> dict[str, Any]:
        seconds, times = float(wish["retry_after"]), int(wish.get("times", 1))
        world.stores[SERVICE].limit = (seconds, times, bool(wish.get("global", False)))
        return {}

    return {"remove": remove, "remove_webhook": remove_webhook, "forum": forum, "limit": limit}
