"""Drive's files.list: query, order, pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request

from automation.sandbox.drive.metadata import check_mask
from automation.sandbox.drive.query import BadQuery, parse_query
from automation.sandbox.drive.store import ROOT, SERVICE, File, Store, file_json
from automation.sandbox.google.errors import Refusal
from automation.sandbox.google.fields import parse_fields
from automation.sandbox.world.state import World

LIST: dict[str, Any] = {
    "corpora": {"user", "domain", "drive", "allDrives"},
    "corpus": {"domain", "user"},
    "driveId": str,
    "includeItemsFromAllDrives": bool,
    "includeTeamDriveItems": bool,
    "includeLabels": str,
    "includePermissionsForView": {"published"},
    "orderBy": str,
    "pageSize": int,
    "pageToken": str,
    "q": str,
    "spaces": str,
    "supportsAllDrives": bool,
    "supportsTeamDrives": bool,
    "teamDriveId": str,
}
ORDERS: dict[str, Callable[[File], Any]] = {
    "createdTime": lambda file: file.created,
    "modifiedTime": lambda file: file.modified,
    "recency": lambda file: file.modified,
    "name": lambda file: file.name,
    "name_natural": lambda file: file.name.lower(),
    "quotaBytesUsed": lambda file: file.size,
    "starred": lambda file: not file.starred,
    "folder": lambda file: file.path is not None,
}
MOST_IN_PAGE = 1000
SHORT = ("kind", "id", "name", "mimeType")


def list_files(world: World, query: dict[str, Any]) -> dict[str, Any]:
    """Return FileList for a checked query. Raises Refusal 400 for nonsense, 404 for a shared drive (there is none)."""
    check_drives(query)
    store: Store = world.stores[SERVICE]
    try:
        test = parse_query(query["q"], ROOT) if query.get("q") else lambda file: True
    except BadQuery as error:
        world.problems.append(f"drive: q refused: {error}")
        raise Refusal(400, "invalid", f"Invalid Value: {error}", location="q") from error
    found = [
        file
        for file in store.files.values()
        if file.id != ROOT and test(file) and not world.is_hidden(SERVICE, file.created)
    ]
    found = ordered(found, query.get("orderBy", ""))
    size = query.get("pageSize", 100)
    if size < 1:
        raise Refusal(400, "invalid", "pageSize must be at least 1.", location="pageSize")
    size, start = min(size, MOST_IN_PAGE), read_page_token(query.get("pageToken", ""))
    page: dict[str, Any] = {"kind": "drive#fileList", "incompleteSearch": False}
    if len(found) > start + size:
        page["nextPageToken"] = f"~!!~{start + size}"
    return page | {"files": shown(found[start : start + size])}


def check_drives(query: dict[str, Any]) -> None:
    """Raise Refusal unless the parameters about shared drives fit together."""
    if query.get("includeItemsFromAllDrives") and not query.get("supportsAllDrives"):
        message = "includeItemsFromAllDrives requires supportsAllDrives."
        raise Refusal(403, "teamDrivesSupportRequired", message)
    if ("driveId" in query) != (query.get("corpora") == "drive"):
        raise Refusal(400, "invalid", "driveId must be specified if, and only if, corpora is set to drive.")
    if "driveId" in query:
        raise Refusal(404, "notFound", f"Shared drive not found: {query['driveId']}", location="driveId")


def ordered(files: list[File], order: str) -> list[File]:
    """Sort by the keys of orderBy, first key first; without one the newest file comes first."""
    keys = [key.split() for key in order.split(",") if key.strip()] or [["modifiedTime", "desc"]]
    for name, *direction in reversed(keys):
        if name not in ORDERS or direction not in ([], ["desc"]):
            raise Refusal(400, "invalid", f"Invalid sort key: {name}", location="orderBy")
        files = sorted(files, key=ORDERS[name], reverse=bool(direction))
    return files


def read_page_token(token: str) -> int:
    """Return the number of the first file of the page."""
    mark, _, number = token.rpartition("~")
    if token and (mark != "~!!" or not number.isdigit()):
        raise Refusal(400, "invalid", "Invalid Value", location="pageToken")
    return int(number) if token else 0


def shown(files: list[File]) -> list[dict[str, Any]]:
    """Return the File resources: all fields where the query has a mask (it prunes them later), else the short ones."""
    full = [file_json(file) for file in files]
    if not request.args.get("fields"):
        return [{name: file[name] for name in SHORT} for file in full]
    mask = parse_fields(request.args["fields"])
    for name in mask:
        if name not in ("*", "files", "nextPageToken", "kind", "incompleteSearch"):
            raise Refusal(400, "invalidParameter", f"Invalid field selection {name}", location="fields")
    check_mask(mask.get("files", {}))
    return full
