"""What the Drive sandbox keeps: files with their metadata in memory, their bytes on disk."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from automation.sandbox.docs import store as docs_store
from automation.sandbox.google.errors import Refusal
from automation.sandbox.world.state import URL_SAFE, World

SERVICE = "drive"
FOLDER = "application/vnd.google-apps.folder"
DOCUMENT = "application/vnd.google-apps.document"
ROOT = "0AAsandboxMyDriveRoot"
# The folder of recordings that the shipped community.toml names.
RECORDINGS = "1H-kpa3D8IQqtxknu7YxEjTlV6RiooQs1"
OWNER = {
    "kind": "drive#user",
    "displayName": "Organizer",
    "me": True,
    "permissionId": "1",
    "emailAddress": "organizer@example.org",
}


@dataclass
class File:
    """One file, folder or Google document. Times are aware; `path` is where the bytes lie, None for what has none."""

    id: str
    name: str
    mime_type: str
    parents: list[str]
    created: datetime
    modified: datetime
    store: Store = field(repr=False)
    path: Path | None = None
    size: int = 0
    md5: str = ""
    description: str = ""
    starred: bool = False
    explicitly_trashed: bool = False
    app_properties: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    permissions: list[dict[str, Any]] = field(default_factory=list)
    duration_ms: int | None = None
    version: int = 1

    @property
    def trashed(self) -> bool:
        """In the trash itself, or in a folder that is."""
        above = [self.store.files[parent] for parent in self.parents if parent in self.store.files]
        return self.explicitly_trashed or any(parent.trashed for parent in above)


@dataclass
class Store:
    """Files by id; ids given out by generateIds and not yet used; notices mailed to people about new permissions."""

    folder: Path
    files: dict[str, File] = field(default_factory=dict)
    generated: set[str] = field(default_factory=set)
    uploads: dict[str, Any] = field(default_factory=dict)
    notices: list[dict[str, Any]] = field(default_factory=list)


def fresh(world: World) -> Store:
    """Return a store with My Drive, the folder of recordings, the running notes document, and an empty folder on
    disk."""
    store = Store(world.directory / "drive-bytes")
    shutil.rmtree(store.folder, ignore_errors=True)
    store.folder.mkdir(parents=True)
    add(world, store, name="My Drive", mime_type=FOLDER, parents=[], file_id=ROOT)
    add(world, store, name="Recordings", mime_type=FOLDER, parents=[ROOT], file_id=RECORDINGS)
    add(
        world,
        store,
        name="FLOSS-Mentoring call notes",
        mime_type=DOCUMENT,
        parents=[ROOT],
        file_id=docs_store.RUNNING_DOCUMENT,
    )
    return store


def new_file_id(world: World) -> str:
    """Return an id of 33 letters beginning with 1, like Drive's."""
    return "1" + world.new_id("drive file", 32, URL_SAFE)


def add(world: World, store: Store, name: str, mime_type: str, *, parents: list[str], file_id: str = "") -> File:
    """Add a file created now, without bytes, and return it."""
    file = File(
        id=file_id or new_file_id(world),
        name=name,
        mime_type=mime_type,
        parents=parents,
        created=world.now(),
        modified=world.now(),
        store=store,
    )
    store.files[file.id] = file
    return file


def find(world: World, file_id: str) -> File:
    """Return the file; a Google document that people made in Docs lies in My Drive. Raises Refusal 404."""
    store: Store = world.stores[SERVICE]
    if file_id == "root":
        return store.files[ROOT]
    if file_id not in store.files:
        document = world.stores[docs_store.SERVICE].documents.get(file_id)
        if document is None:
            raise missing(file_id)
        return add(world, store, name=document.title, mime_type=DOCUMENT, parents=[ROOT], file_id=file_id)
    return store.files[file_id]


def missing(file_id: str) -> Refusal:
    """The 404 of Drive."""
    return Refusal(404, "notFound", f"File not found: {file_id}.", location="fileId")


def touch(world: World, file: File) -> None:
    """Note that the file changed now."""
    file.modified = world.now()
    file.version += 1


def keep_bytes(file: File, path: Path, md5: str) -> None:
    """Take a file on disk over as the content."""
    file.path, file.size, file.md5 = path, path.stat().st_size, md5


def remove(world: World, file: File) -> None:
    """Delete for good, with everything below a folder."""
    store: Store = world.stores[SERVICE]
    for child in [other for other in store.files.values() if file.id in other.parents]:
        remove(world, child)
    store.files.pop(file.id, None)
    world.stores[docs_store.SERVICE].documents.pop(file.id, None)
    if file.path is not None:
        file.path.unlink(missing_ok=True)


def stamp(instant: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, as Drive writes times."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def file_json(file: File) -> dict[str, Any]:
    """Return every field of the File resource that the sandbox plays."""
    shown: dict[str, Any] = {
        "kind": "drive#file",
        "id": file.id,
        "name": file.name,
        "mimeType": file.mime_type,
        "parents": file.parents,
        "createdTime": stamp(file.created),
        "modifiedTime": stamp(file.modified),
        "trashed": file.trashed,
        "explicitlyTrashed": file.explicitly_trashed,
        "starred": file.starred,
        "version": str(file.version),
        "spaces": ["drive"],
        "owners": [OWNER],
        "ownedByMe": True,
        "shared": bool(file.permissions),
        "permissions": file.permissions,
        "permissionIds": [permission["id"] for permission in file.permissions],
        "webViewLink": web_view_link(file),
    }
    for name, value in (
        ("description", file.description),
        ("appProperties", file.app_properties),
        ("properties", file.properties),
    ):
        if value:
            shown[name] = value
    if file.path is not None:
        shown |= {"size": str(file.size), "quotaBytesUsed": str(file.size), "originalFilename": file.name}
        shown["webContentLink"] = f"https://drive.google.com/uc?id={file.id}&export=download"
        shown |= {"md5Checksum": file.md5} if file.md5 else {}
    if file.duration_ms is not None:
        shown["videoMediaMetadata"] = {"width": 1280, "height": 720, "durationMillis": str(file.duration_ms)}
    return shown


def web_view_link(file: File) -> str:
    """The address at which a browser shows the file."""
    if file.mime_type == FOLDER:
        return f"https://drive.google.com/drive/folders/{file.id}"
    if file.mime_type == DOCUMENT:
        return f"https://docs.google.com/document/d/{file.id}/edit?usp=drivesdk"
    return f"https://drive.google.com/file/d/{file.id}/view?usp=drivesdk"
