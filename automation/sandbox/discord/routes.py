"""Discord webhooks: post, read, edit and delete messages; two webhooks exist, for members and for organizers.

https://docs.discord.com/developers/resources/webhook
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, request

from automation.sandbox.discord.rules import (
    EDIT,
    POST,
    SNOWFLAKE,
    DiscordRefusal,
    check_not_empty,
    invalid,
    pings,
    read_message,
)
from automation.sandbox.discord.store import SERVICE, Hook, Store, dump, fresh, new_message, people, snowflake, wire
from automation.sandbox.world.state import World

__all__ = ["SERVICE", "Store", "blueprint", "dump", "fresh", "login", "people"]

PATHS = ("/api/webhooks", "/api/v10/webhooks")
MESSAGE = "/<webhook_id>/<token>/messages/<message_id>"


def login(world: World) -> dict[str, Any]:
    """Return the section of credentials.json."""
    hooks, kept = f"{world.base_url}/api/webhooks", world.secrets
    return {
        "discord": {
            "webhook_url": f"{hooks}/{kept.discord_webhook_id}/{kept.discord_webhook_token}",
            "organizers_webhook_url": f"{hooks}/{kept.discord_organizers_id}/{kept.discord_organizers_token}",
        }
    }


def blueprint(world: World) -> Blueprint:
    """Return the routes, with and without the version in the path."""
    routes = Blueprint(SERVICE, __name__)
    routes.register_error_handler(DiscordRefusal, refused)
    views: tuple[tuple[str, str, Callable[..., Response]], ...] = (
        ("GET", "/<webhook_id>/<token>", show_webhook),
        ("POST", "/<webhook_id>/<token>", post),
        ("GET", MESSAGE, show),
        ("PATCH", MESSAGE, edit),
        ("DELETE", MESSAGE, delete),
    )
    for number, path in enumerate(PATHS):
        for method, rule, view in views:
            bound = bind(world, view)
            routes.add_url_rule(path + rule, f"{view.__name__}{number}", bound, methods=[method])
    return routes


def bind(world: World, view: Callable[..., Response]) -> Callable[..., Response]:
    """Return the view with its world and its webhook filled in; the limit and the token are checked first."""

    def bound(webhook_id: str, token: str, **rest: str) -> Response:
        store: Store = world.stores[SERVICE]
        hook = store.hooks.get(webhook_id)
        if hook is None:
            raise DiscordRefusal(404, 10015, "Unknown Webhook")
        if not secrets.compare_digest(hook.token.encode(), token.encode()):
            raise DiscordRefusal(401, 50027, "Invalid Webhook Token")
        strike_limit(store)
        return view(world, webhook_id, **rest)

    return bound


def strike_limit(store: Store) -> None:
    """Raise DiscordRefusal 429 while a rate limit set by people lasts."""
    seconds, times, everywhere = store.limit
    if times <= 0:
        return
    store.limit = (seconds, times - 1, everywhere)
    headers = {
        "Retry-After": str(max(1, round(seconds))),
        "X-RateLimit-Limit": "5",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset-After": str(seconds),
        "X-RateLimit-Bucket": "sandbox",
        "X-RateLimit-Scope": "global" if everywhere else "shared",
    }
    more = {"retry_after": seconds, "global": everywhere}
    raise DiscordRefusal(status=429, code=0, message="You are being rate limited.", more=more, headers=headers)


def reply(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a JSON answer; None gives an empty 204."""
    if body is None:
        return Response(status=204)
    response = Response(json.dumps(body), status, content_type="application/json")
    response.headers.extend(dict(headers or {}))
    return response


def refused(refusal: DiscordRefusal) -> Response:
    """Return {message, code, …}."""
    return reply({"message": refusal.message, "code": refusal.code, **refusal.more}, refusal.status, refusal.headers)


def read_query(*allowed: str) -> dict[str, str]:
    """Return the query's parameters. Raises DiscordRefusal 400 for unknown ones and bad values."""
    found = dict(request.args.items())
    errors = {name: "Unknown parameter." for name in found if name not in allowed}
    for name in ("wait", "with_components"):
        if found.get(name, "true").lower() not in ("true", "false", "1", "0"):
            errors[name] = "Must be either true or false."
    if not SNOWFLAKE.fullmatch(found.get("thread_id", "0")):
        errors["thread_id"] = "Value is not snowflake."
    if errors:
        raise invalid(errors)
    return found


def show_webhook(world: World, webhook_id: str) -> Response:
    """GET of the webhook itself."""
    read_query()
    hook: Hook = world.stores[SERVICE].hooks[webhook_id]
    shown: dict[str, Any] = {
        "id": webhook_id,
        "type": 1,
        "name": hook.name,
        "avatar": None,
        "channel_id": hook.channel_id,
    }
    shown |= {"guild_id": "1300000000000000001", "application_id": None, "token": hook.token}
    return reply(shown)


def post(world: World, webhook_id: str) -> Response:
    """POST of a message: with wait=true the message comes back, without it 204."""
    query, body = read_query("wait", "thread_id", "with_components"), read_message(POST)
    check_not_empty(body)
    store: Store = world.stores[SERVICE]
    hook = store.hooks[webhook_id]
    thread = query.get("thread_id", "")
    if hook.forum and not thread and not body.get("thread_name"):
        raise DiscordRefusal(400, 220001, "Webhooks posted to forum channels must have a thread_name or thread_id")
    if thread and body.get("thread_name"):
        raise DiscordRefusal(
            400, 220002, "Webhooks posted to forum channels cannot have both a thread_name and thread_id"
        )
    if body.get("thread_name"):
        if not hook.forum:
            raise DiscordRefusal(400, 220003, "Webhooks can only create threads in forum channels")
        thread = snowflake(world)
    message = new_message(world, webhook_id, body, thread)
    store.messages[message["id"]] = message
    return reply(wire(message)) if query.get("wait", "false").lower() in ("true", "1") else reply(None)


def found(world: World, webhook_id: str, message_id: str) -> dict[str, Any]:
    """Return the webhook's message. Raises DiscordRefusal 404; a message in a thread needs its thread_id."""
    message: dict[str, Any] | None = world.stores[SERVICE].messages.get(message_id)
    if message is None or message["webhook_id"] != webhook_id:
        raise DiscordRefusal(404, 10008, "Unknown Message")
    if message["_thread"] != request.args.get("thread_id", ""):
        raise DiscordRefusal(404, 10008, "Unknown Message")
    return message


def show(world: World, webhook_id: str, message_id: str) -> Response:
    """GET of a message."""
    read_query("thread_id")
    return reply(wire(found(world, webhook_id, message_id)))


def edit(world: World, webhook_id: str, message_id: str) -> Response:
    """PATCH of a message; without allowed_mentions its mentions are parsed again with the defaults."""
    read_query("thread_id", "with_components")
    message, body = found(world, webhook_id, message_id), read_message(EDIT)
    changes = {name: body[name] for name in ("content", "embeds", "components", "flags") if name in body}
    changed = message | changes
    check_not_empty(changed)
    changed["embeds"] = [{"type": "rich", **embed} for embed in changed["embeds"]]
    changed["_pings"] = message["_pings"] + pings(changed["content"], body.get("allowed_mentions"))
    changed["_edits"] += 1
    changed["edited_timestamp"] = world.now().isoformat(timespec="milliseconds")
    world.stores[SERVICE].messages[message_id] = changed
    return reply(wire(changed))


def delete(world: World, webhook_id: str, message_id: str) -> Response:
    """DELETE of a message."""
    read_query("thread_id")
    del world.stores[SERVICE].messages[found(world, webhook_id, message_id)["id"]]
    return reply(None)
