"""What people do in the calendar by hand, without Google Calendar's API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from automation.sandbox.calendar import rules
from automation.sandbox.calendar.rules import Event
from automation.sandbox.calendar.store import SERVICE, Store, change, insert, merge, move, shown, stamp
from automation.sandbox.world.state import Nonsense, World

Action = Callable[[dict[str, Any]], Any]


def people(world: World) -> dict[str, Action]:
    """Return what people do. All but create take `id`; `notify: true` sends the guests a notice.

    move {start, end}: instants with offset · rename {summary} · describe {description} · delete · undelete · edit
    {event: any fields} · create {event} or its fields · add_calendar {id} · zone {zone} · crowd {most}: an answer shows
    no longer list of guests · repeat {rrule}: a series whose dates nobody expands · copy: with all its properties ·
    share {calendar, with}: another account may write there · purge: not even in the bin any more · move_to {calendar}:
    in Google's own screen
    """

    def edit(wish: dict[str, Any], patch: Event) -> Event:
        return _edit(world, wish, patch)

    def move(wish: dict[str, Any]) -> Event:
        return edit(wish, {side: {"dateTime": wish[side]} for side in ("start", "end")})

    def add_calendar(wish: dict[str, Any]) -> dict[str, Any]:
        world.stores[SERVICE].calendars.setdefault(wish["id"], {})
        return {"id": wish["id"]}

    return {
        "crowd": lambda wish: _crowd(world, wish),
        "repeat": lambda wish: _repeat(world, wish),
        "copy": lambda wish: _copy(world, wish),
        "move_to": lambda wish: _move_to(world, wish),
        "create": lambda wish: _create(world, wish),
        "move": move,
        "rename": lambda wish: edit(wish, {"summary": wish["summary"]}),
        "describe": lambda wish: edit(wish, {"description": wish["description"]}),
        "edit": lambda wish: edit(wish, wish["event"]),
        "delete": lambda wish: edit(wish, {"status": "cancelled"}),
        "undelete": lambda wish: edit(wish, {"status": "confirmed"}),
        "add_calendar": add_calendar,
        "share": lambda wish: _share(world, wish),
        "purge": lambda wish: _purge(world, wish),
        "zone": lambda wish: _set_zone(world, wish),
    }


def _set_zone(world: World, wish: dict[str, Any]) -> dict[str, Any]:
    world.stores[SERVICE].zone = rules.zone(wish["zone"]).key
    return {"zone": wish["zone"]}


def _crowd(world: World, wish: dict[str, Any]) -> dict[str, Any]:
    world.stores[SERVICE].most_guests = wish["most"]
    return {"most": wish["most"]}


def _share(world: World, wish: dict[str, Any]) -> dict[str, Any]:
    store: Store = world.stores[SERVICE]
    store.shared.setdefault(wish["calendar"], set()).add(wish["with"])
    return {}


def _purge(world: World, wish: dict[str, Any]) -> dict[str, Any]:
    gone = [events.pop(wish["id"], None) for events in world.stores[SERVICE].calendars.values()]
    return {"purged": sum(event is not None for event in gone)}


def _edit(world: World, wish: dict[str, Any], patch: Event) -> Event:
    store: Store = world.stores[SERVICE]
    for calendar_id, events in store.calendars.items():
        if wish["id"] in events:
            old = events[wish["id"]]
            updates = "all" if wish.get("notify") else "none"
            return shown(
                store,
                change(world, store, calendar_id=calendar_id, event=old, new=merge(old, patch), send_updates=updates),
            )
    raise Nonsense(f"there is no event {wish['id']!r}")


def _repeat(world: World, wish: dict[str, Any]) -> Event:
    store: Store = world.stores[SERVICE]
    event = next(events[wish["id"]] for events in store.calendars.values() if wish["id"] in events)
    event["recurrence"] = [wish["rrule"]] if wish.get("rrule") else []
    stamp(world, event)
    return shown(store, event)


def _move_to(world: World, wish: dict[str, Any]) -> Event:
    store: Store = world.stores[SERVICE]
    place = next(
        name for name, events in store.calendars.items() if not events.get(wish["id"], {"bare": True}).get("bare")
    )
    return shown(
        store,
        move(
            world,
            store,
            calendar_id=place,
            event=store.calendars[place][wish["id"]],
            destination=wish["calendar"],
            send_updates="none",
        ),
    )


def _copy(world: World, wish: dict[str, Any]) -> Event:
    store: Store = world.stores[SERVICE]
    for calendar_id, events in store.calendars.items():
        if wish["id"] in events:
            body = {
                name: value
                for name, value in events[wish["id"]].items()
                if name not in rules.READ_ONLY | {"id", "iCalUID", "sequence"}
            }
            return shown(store, insert(world, store, calendar_id=calendar_id, body=body, send_updates="none"))
    raise Nonsense(f"there is no event {wish['id']!r}")


def _create(world: World, wish: dict[str, Any]) -> Event:
    store: Store = world.stores[SERVICE]
    body = wish.get("event") or {name: wish[name] for name in wish if name in rules.EVENT_SHAPE}
    for side in ("start", "end"):
        if isinstance(body.get(side), str):
            body[side] = {"dateTime": body[side]}
    updates = "all" if wish.get("notify") else "none"
    return shown(
        store, insert(world, store, calendar_id=wish.get("calendar", "primary"), body=body, send_updates=updates)
    )
