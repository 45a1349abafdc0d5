"""Google Drive v3: files and permissions (discovery document drive.v3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request, send_file

from automation.sandbox.docs import store as docs_store
from automation.sandbox.drive import upload as drive_upload
from automation.sandbox.drive.listing import LIST, list_files
from automation.sandbox.drive.metadata import SHAPE, check_body, check_mask, check_parents, take_id, take_over
from automation.sandbox.drive.people import people
from automation.sandbox.drive.permissions import DRIVES, add_permission_routes
from automation.sandbox.drive.store import (
    DOCUMENT,
    FOLDER,
    ROOT,
    SERVICE,
    File,
    Store,
    add,
    file_json,
    find,
    fresh,
    keep_bytes,
    remove,
    touch,
)
from automation.sandbox.google.errors import Refusal, read_body, read_query
from automation.sandbox.google.fields import parse_fields, reply
from automation.sandbox.google.token import guard
from automation.sandbox.world.state import World

__all__ = ["SERVICE", "Store", "blueprint", "dump", "fresh", "people"]

# Without `fields` only these come back.
SHORT = ("kind", "id", "name", "mimeType")
VIEWS = {"includeLabels": str, "includePermissionsForView": {"published"}}
GET = {**DRIVES, **VIEWS, "acknowledgeAbuse": bool}
WRITE = {**DRIVES, **VIEWS, "keepRevisionForever": bool, "ocrLanguage": str}
CREATE = {**WRITE, "ignoreDefaultVisibility": bool, "useContentAsIndexableText": bool}
UPDATE = {**WRITE, "addParents": str, "removeParents": str, "useContentAsIndexableText": bool}
COPY = {**WRITE, "ignoreDefaultVisibility": bool, "copyComments": bool}
IDS = {"count": int, "space": {"drive", "appDataFolder"}, "type": {"files", "shortcuts"}}
UPLOAD_PATHS = ("/upload/drive/v3/files", "/resumable/upload/drive/v3/files")


def blueprint(world: World) -> Blueprint:
    """Return the routes; all but the session URIs of uploads want an access token."""
    routes = Blueprint(SERVICE, __name__)
    guarded = Blueprint("files", __name__)
    guard(world, guarded)
    add_file_routes(world, guarded)
    add_making_routes(world, guarded)
    add_copy_route(world, guarded)
    add_permission_routes(world, guarded)
    routes.register_blueprint(guarded)

    def proceed() -> Response:
        read_query({**CREATE, "upload_id": str})
        return drive_upload.proceed(world)

    for number, path in enumerate(UPLOAD_PATHS):
        routes.add_url_rule(path, f"upload{number}", proceed, methods=["PUT"])
    return routes


def answer(file: File) -> Response:
    """Return the File resource: what `fields` asks for, or the four short fields."""
    full = file_json(file)
    if request.args.get("fields"):
        check_mask(parse_fields(request.args["fields"]))
        return reply(full)
    return reply({name: full[name] for name in SHORT})


def add_file_routes(world: World, routes: Blueprint) -> None:
    """get, list, update, delete."""

    @routes.get("/drive/v3/files/<file_id>")
    def get(file_id: str) -> Response:
        read_query(GET)
        file = find(world, file_id)
        if request.args.get("alt") != "media":
            return answer(file)
        if file.path is None:
            raise Refusal(
                403, "fileNotDownloadable", "Only files with binary content can be downloaded.", location="alt"
            )
        return send_file(file.path, mimetype=file.mime_type, conditional=True)

    @routes.get("/drive/v3/files")
    def list_() -> Response:
        return reply(list_files(world, read_query(LIST)))

    @routes.patch("/drive/v3/files/<file_id>")
    def update(file_id: str) -> Response:
        query, body, file = read_query(UPDATE), read_body(SHAPE, "file"), find(world, file_id)
        change(world, file, body, query)
        return answer(file)

    @routes.delete("/drive/v3/files/<file_id>")
    def delete(file_id: str) -> Response:
        read_query(DRIVES)
        remove(world, find(world, file_id))
        return reply(None)


def change(world: World, file: File, body: dict[str, Any], query: dict[str, Any]) -> None:
    """Take an update over, with addParents and removeParents. Raises Refusal 403 for `parents` in the body."""
    check_body(body, world.now())
    if "parents" in body or "id" in body:
        message = (
            "The parents field is not directly writable in update requests. "
            "Use the addParents and removeParents parameters instead."
        )
        raise Refusal(403, "fieldNotWritable", message)
    removed = set(filter(None, query.get("removeParents", "").split(",")))
    added = list(filter(None, query.get("addParents", "").split(",")))
    file.parents = check_parents(world, [parent for parent in file.parents if parent not in removed] + added)
    touch(world, file)
    take_over(file, body)


def read_new(world: World, allowed: dict[str, Any], default_parents: list[str]) -> tuple[dict[str, Any], list[str]]:
    """Return the body that describes a new file, checked, and the ids of its parents."""
    read_query(allowed)
    body = read_body(SHAPE, "file")
    check_body(body, world.now())
    return body, check_parents(world, body.get("parents") or default_parents)


def add_making_routes(world: World, routes: Blueprint) -> None:
    """generateIds, create, the opening of uploads."""

    @routes.get("/drive/v3/files/generateIds")
    def generate_ids() -> Response:
        query = read_query(IDS)
        count = query.get("count", 10)
        if not 1 <= count <= 1000:
            raise Refusal(400, "invalidParameter", "count must be between 1 and 1000.", location="count")
        ids = ["1" + world.new_id("drive generated", 32) for _ in range(count)]
        world.stores[SERVICE].generated.update(ids)
        return reply({"kind": "drive#generatedIds", "space": "drive", "ids": ids})

    @routes.post("/drive/v3/files")
    def create() -> Response:
        body, parents = read_new(world, CREATE, [ROOT])
        mime_type = body.get("mimeType") or "application/octet-stream"
        file_id = take_id(world.stores[SERVICE], body, mime_type)
        file = add(world, world.stores[SERVICE], "Untitled", mime_type, parents=parents, file_id=file_id)
        take_over(file, body)
        if mime_type == DOCUMENT:
            docs_store.copy(world, "", file.id, file.name)
        return answer(file)

    def begin() -> Response:
        body, parents = read_new(world, CREATE, [ROOT])
        file_id = take_id(world.stores[SERVICE], body, body.get("mimeType") or "")
        return drive_upload.begin(world, body, parents, file_id)

    for number, path in enumerate(UPLOAD_PATHS):
        routes.add_url_rule(path, f"begin{number}", begin, methods=["POST"])


def add_copy_route(world: World, routes: Blueprint) -> None:
    """copy."""

    @routes.post("/drive/v3/files/<file_id>/copy")
    def copy(file_id: str) -> Response:
        source = find(world, file_id)
        if source.mime_type == FOLDER:
            raise Refusal(403, "cannotCopyFile", "This file cannot be copied by the user.")
        body, parents = read_new(world, COPY, source.parents)
        new_id = take_id(world.stores[SERVICE], body, source.mime_type)
        file = add(
            world, world.stores[SERVICE], f"Copy of {source.name}", source.mime_type, parents=parents, file_id=new_id
        )
        take_over(file, body)
        copy_content(world, source, file)
        return answer(file)


def copy_content(world: World, source: File, file: File) -> None:
    """Give the copy the text of a Google document, or the bytes."""
    if source.mime_type == DOCUMENT:
        docs_store.copy(world, source.id, file.id, file.name)
    elif source.path is not None:
        path: Path = world.stores[SERVICE].folder / file.id
        path.write_bytes(source.path.read_bytes())
        keep_bytes(file, path, source.md5)


def dump(store: Store) -> dict[str, Any]:
    """Return every file with all its fields, the open uploads, and the notices mailed about permissions."""
    return {
        "files": [file_json(file) for file in store.files.values()],
        "uploads": [
            {"name": upload.body.get("name"), "received": upload.received, "complete": upload.file is not None}
            for upload in store.uploads.values()
        ],
        "notices": store.notices,
    }
