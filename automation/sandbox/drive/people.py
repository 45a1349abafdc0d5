"""What people do in Drive."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from automation.sandbox.drive.query import read_instant
from automation.sandbox.drive.store import (
    FOLDER,
    RECORDINGS,
    ROOT,
    SERVICE,
    File,
    Store,
    add,
    file_json,
    find,
    keep_bytes,
    remove,
    touch,
)
from automation.sandbox.world.state import World

# Drive works out the checksum of a long file some time after the upload; one that people put has none above this.
MOST_BYTES_SUMMED = 8 * 1024 * 1024


Action = Callable[[dict[str, Any]], Any]


def people(world: World) -> dict[str, Action]:
    """Return the actions; each answers with the File resource.

    put {folder?, name, size?, createdTime?, mimeType?, durationMillis?}; grow {id, size}; rename {id, name};
    move {id, folder}; trash {id}; untrash {id}; delete {id}; folder {name, id?} makes a folder. `size` is in bytes.
    """
    return making_actions(world) | keeping_actions(world)


def making_actions(world: World) -> dict[str, Action]:
    """Files and folders made or filled."""

    def put(wish: dict[str, Any]) -> dict[str, Any]:
        store: Store = world.stores[SERVICE]
        folder = str(wish.get("folder", RECORDINGS))
        if folder not in store.files:
            add(world, store, "Recordings", FOLDER, parents=[ROOT], file_id=folder)
        file = add(world, store, str(wish["name"]), str(wish.get("mimeType", "video/mp4")), parents=[folder])
        file.created = file.modified = read_time(world, wish)
        file.duration_ms = wish.get("durationMillis")
        fill(store, file, int(wish.get("size", 1024)))
        return file_json(file)

    def grow(wish: dict[str, Any]) -> dict[str, Any]:
        file = touched(world, wish)
        fill(world.stores[SERVICE], file, int(wish["size"]))
        return file_json(file)

    def folder(wish: dict[str, Any]) -> dict[str, Any]:
        file_id = str(wish.get("id", ""))
        return file_json(add(world, world.stores[SERVICE], str(wish["name"]), FOLDER, parents=[ROOT], file_id=file_id))

    return {"put": put, "grow": grow, "folder": folder}


def keeping_actions(world: World) -> dict[str, Action]:
    """Files renamed, moved, thrown away."""

    def rename(wish: dict[str, Any]) -> dict[str, Any]:
        file = touched(world, wish)
        file.name = str(wish["name"])
        return file_json(file)

    def move(wish: dict[str, Any]) -> dict[str, Any]:
        file = touched(world, wish)
        file.parents = [find(world, str(wish["folder"])).id]
        return file_json(file)

    def trash(wish: dict[str, Any]) -> dict[str, Any]:
        file = touched(world, wish)
        file.explicitly_trashed = True
        return file_json(file)

    def untrash(wish: dict[str, Any]) -> dict[str, Any]:
        file = touched(world, wish)
        file.explicitly_trashed = False
        return file_json(file)

    def delete(wish: dict[str, Any]) -> dict[str, Any]:
        remove(world, world.stores[SERVICE].files[str(wish["id"])])
        return {}

    return {"rename": rename, "move": move, "trash": trash, "untrash": untrash, "delete": delete}


def touched(world: World, wish: dict[str, Any]) -> File:
    """Return the file that a wish names, marked as changed now."""
    file: File = world.stores[SERVICE].files[str(wish["id"])]
    touch(world, file)
    return file


def read_time(world: World, wish: dict[str, Any]) -> datetime:
    """Return the createdTime that the wish names, or now."""
    return read_instant(str(wish["createdTime"])) if wish.get("createdTime") else world.now()


def fill(store: Store, file: File, size: int) -> None:
    """Give a file `size` bytes of zeros, which cost no room on disk."""
    path = store.folder / file.id
    with path.open("ab") as target:
        target.truncate(size)
    md5 = hashlib.md5(bytes(size)).hexdigest() if size <= MOST_BYTES_SUMMED else ""
    keep_bytes(file, path, md5)
