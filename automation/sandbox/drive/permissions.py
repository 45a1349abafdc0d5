"""Drive's permissions: who may see a file, and the notices that are mailed about it (schema Permission of drive.v3)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from automation.sandbox.drive.store import SERVICE, find
from automation.sandbox.google.errors import Refusal, read_body, read_query
from automation.sandbox.google.fields import reply
from automation.sandbox.world.state import World

DRIVES = {"supportsAllDrives": bool, "supportsTeamDrives": bool, "enforceSingleParent": bool}


def add_permission_routes(world: World, routes: Blueprint) -> None:
    """permissions.create and permissions.list."""
    shape = {"type": str, "role": str, "emailAddress": str, "domain": str, "allowFileDiscovery": bool, "view": str}
    create_query = {
        **DRIVES,
        "sendNotificationEmail": bool,
        "emailMessage": str,
        "enforceExpansiveAccess": bool,
        "moveToNewOwnersRoot": bool,
        "transferOwnership": bool,
        "useDomainAdminAccess": bool,
    }

    @routes.post("/drive/v3/files/<file_id>/permissions")
    def create_permission(file_id: str) -> Response:
        query, body, file = read_query(create_query), read_body(shape, "permission"), find(world, file_id)
        check_permission(body)
        number = world.new_id("permission", 20, "0123456789")
        for held in [
            each
            for each in file.permissions
            if each.get("emailAddress") and each["emailAddress"] == body.get("emailAddress")
        ]:
            number = held["id"]  # somebody has one permission on a file: granting again changes it
            file.permissions.remove(held)
        permission = {"kind": "drive#permission", "id": number, **body}
        file.permissions.append(permission)
        if body["type"] in ("user", "group") and query.get("sendNotificationEmail", True):
            notice = {"file": file.id, "to": body["emailAddress"], "message": query.get("emailMessage", "")}
            world.stores[SERVICE].notices.append(notice)
        short = {name: permission[name] for name in ("kind", "id", "type", "role")}
        return reply(permission if request.args.get("fields") else short)

    @routes.get("/drive/v3/files/<file_id>/permissions")
    def list_permissions(file_id: str) -> Response:
        read_query({**DRIVES, "pageSize": int, "pageToken": str, "useDomainAdminAccess": bool})
        return reply({"kind": "drive#permissionList", "permissions": find(world, file_id).permissions})


def check_permission(body: dict[str, Any]) -> None:
    """Raise Refusal 400 unless type, role and the one it goes to fit together (schema Permission)."""
    if body.get("role") not in ("organizer", "fileOrganizer", "writer", "commenter", "reader"):
        raise Refusal(400, "invalid", "The specified role is invalid or not supported.", location="permission.role")
    if body.get("type") not in ("user", "group", "domain", "anyone"):
        raise Refusal(400, "invalid", "The specified type is invalid or not supported.", location="permission.type")
    if body["type"] in ("user", "group") and "@" not in (body.get("emailAddress") or ""):
        raise Refusal(
            400, "invalid", "The specified emailAddress is invalid or not applicable for the given permission type."
        )
    if body["type"] == "domain" and not body.get("domain"):
        raise Refusal(
            400, "invalid", "The specified domain is invalid or not applicable for the given permission type."
        )
