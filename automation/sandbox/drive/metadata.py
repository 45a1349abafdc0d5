"""What a client may say about a file, and how it is taken over (the writable fields of File in drive.v3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from automation.sandbox.drive.query import BadQuery, read_instant
from automation.sandbox.drive.store import FOLDER, File, Store, find
from automation.sandbox.google.errors import Refusal
from automation.sandbox.google.fields import Mask
from automation.sandbox.world.state import World

WRITABLE: dict[str, Any] = {
    "id": str,
    "name": str,
    "mimeType": str,
    "parents": [str],
    "description": str,
    "starred": bool,
    "trashed": bool,
    "createdTime": str,
    "modifiedTime": str,
    "originalFilename": str,
    "appProperties": {"*": str},
    "properties": {"*": str},
    "copyRequiresWriterPermission": bool,
    "writersCanShare": bool,
    "viewersCanCopyContent": bool,
    "folderColorRgb": str,
    "contentHints": object,
    "contentRestrictions": [object],
    "shortcutDetails": {"targetId": str},
}
READ_ONLY = frozenset(
    [
        "capabilities",
        "clientEncryptionDetails",
        "downloadRestrictions",
        "driveId",
        "explicitlyTrashed",
        "exportLinks",
        "fileExtension",
        "fullFileExtension",
        "hasAugmentedPermissions",
        "hasThumbnail",
        "headRevisionId",
        "iconLink",
        "imageMediaMetadata",
        "inheritedPermissionsDisabled",
        "isAppAuthorized",
        "kind",
        "labelInfo",
        "lastModifyingUser",
        "linkShareMetadata",
        "md5Checksum",
        "modifiedByMe",
        "modifiedByMeTime",
        "ownedByMe",
        "owners",
        "permissionIds",
        "permissions",
        "quotaBytesUsed",
        "resourceKey",
        "sha1Checksum",
        "sha256Checksum",
        "shared",
        "sharedWithMeTime",
        "sharingUser",
        "size",
        "spaces",
        "teamDriveId",
        "thumbnailLink",
        "thumbnailVersion",
        "trashedTime",
        "trashingUser",
        "version",
        "videoMediaMetadata",
        "viewedByMe",
        "viewedByMeTime",
        "webContentLink",
        "webViewLink",
    ]
)
SHAPE = WRITABLE | dict.fromkeys(READ_ONLY, object)
FIELD_NAMES = frozenset(SHAPE) | {"*"}
# https://developers.google.com/workspace/drive/api/guides/properties
MOST_PROPERTY_BYTES = 124
MOST_APP_PROPERTIES = 30


def check_mask(mask: Mask) -> None:
    """Raise Refusal 400 where a field mask over a File names what a File does not have."""
    for name in mask:
        if name not in FIELD_NAMES:
            raise Refusal(400, "invalidParameter", f"Invalid field selection {name}", location="fields")


def check_body(body: dict[str, Any], now: datetime) -> None:
    """Raise Refusal 403 for a field that only Drive sets, 400 for times and properties that cannot be taken over."""
    for name in body:
        if name in READ_ONLY:
            message = f"The resource body includes fields which are not directly writable: {name}."
            raise Refusal(403, "fieldNotWritable", message)
    for name in ("createdTime", "modifiedTime"):
        read_time(body, name, now)
    for name in ("appProperties", "properties"):
        merged({}, body.get(name) or {})


def check_parents(world: World, parents: list[str]) -> list[str]:
    """Return the ids of the parent folders. Raises Refusal for more than one, one that is missing, one that is no
    folder."""
    if len(parents) > 1:
        raise Refusal(403, "cannotAddParent", "Increasing the number of parents is not allowed.")
    found = [find(world, parent) for parent in parents]
    if any(parent.mime_type != FOLDER for parent in found):
        raise Refusal(403, "parentNotAFolder", "The specified parent is not a folder.")
    return [parent.id for parent in found]


def take_id(store: Store, body: dict[str, Any], mime_type: str) -> str:
    """Return the id that the client chose, "" if none: one from generateIds, and never for Workspace files."""
    file_id = str(body.get("id") or "")
    if not file_id:
        return ""
    if file_id in store.files:
        raise Refusal(409, "fileIdInUse", "A file already exists with the provided ID.")
    if mime_type.startswith("application/vnd.google-apps.") and mime_type != FOLDER:
        raise Refusal(400, "invalid", "Generated IDs are not supported for Docs Editors formats.")
    if file_id not in store.generated:
        raise Refusal(400, "invalid", "The provided file ID is not usable.", location="file.id")
    store.generated.discard(file_id)
    return file_id


def read_time(body: dict[str, Any], name: str, default: datetime) -> datetime:
    """Return a time of the body. Raises Refusal 400."""
    try:
        return read_instant(body[name]) if body.get(name) else default
    except BadQuery as error:
        raise Refusal(400, "invalid", f"Invalid value for {name}: {error}") from error


def merged(old: dict[str, str], new: dict[str, str | None]) -> dict[str, str]:
    """Properties after a patch: null removes a key. Raises Refusal 400 beyond Drive's limits."""
    result = {key: value for key, value in {**old, **new}.items() if value is not None}
    for key, value in result.items():
        if len((key + value).encode()) > MOST_PROPERTY_BYTES:
            raise Refusal(400, "invalid", f"The property {key!r} is longer than {MOST_PROPERTY_BYTES} bytes.")
    if len(result) > MOST_APP_PROPERTIES:
        raise Refusal(400, "invalid", f"A file has at most {MOST_APP_PROPERTIES} private properties.")
    return result


def take_over(file: File, body: dict[str, Any]) -> None:
    """Set what a body that passed check_body says about a file."""
    created, modified = (read_time(body, "createdTime", file.created), read_time(body, "modifiedTime", file.modified))
    app_properties = merged(file.app_properties, body.get("appProperties") or {})
    properties = merged(file.properties, body.get("properties") or {})
    file.created, file.modified = created, modified
    file.app_properties, file.properties = app_properties, properties
    file.name = body.get("name", file.name) or "Untitled"
    file.mime_type = body.get("mimeType") or file.mime_type
    file.description = body.get("description", file.description) or ""
    file.starred = bool(body.get("starred", file.starred))
    file.explicitly_trashed = bool(body.get("trashed", file.explicitly_trashed))
