"""Recordings and documents as files in Google Drive
(https://developers.google.com/workspace/drive/api/reference/rest/v3/files)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from automation.adapters.google.client import GoogleClient
from automation.adapters.google.drive_upload import arrived, upload
from automation.adapters.google.refusals import Refused
from automation.adapters.wire.http import Purpose
from automation.domain.recordings import ByteStream, Going, SeenFile

SERVICE = "drive"
MARK = "callkeeper"
FOLDER = "application/vnd.google-apps.folder"
# Without `fields` neither times, size, link nor our mark come back.
FIELDS = "id,name,mimeType,createdTime,modifiedTime,size,webViewLink,trashed,appProperties"
PAGE = 100
NOT_FOUND = 404


class GoogleDrive:
    """Implements `DriveService`, in My Drive and in shared drives."""

    def __init__(self, client: GoogleClient) -> None:
        """Take the client. Nothing is sent."""
        self._client = client

    def marked(self, mark: str) -> list[SeenFile]:
        """See `DriveService.marked`."""
        query = f"appProperties has {{ key={quoted(MARK)} and value={quoted(mark)} }} and trashed = false"
        return [file for file in self._list(query) if file.mark == mark and not file.trashed]

    def in_folder(self, folder: str, since: datetime) -> list[SeenFile]:
        """See `DriveService.in_folder`. Raises ValueError for a naive datetime."""
        if since.tzinfo is None:
            raise ValueError("a datetime without a zone")
        instant = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        query = (
            f"{quoted(folder)} in parents and trashed = false and mimeType != {quoted(FOLDER)} and createdTime >"
            f" {quoted(instant)}"
        )
        found = [file for file in self._list(query) if not file.trashed and file.mime_type != FOLDER]
        # Drive's own orderBy=createdTime is discouraged for large folders.
        return sorted(found, key=lambda file: (file.created, file.id))

    def get(self, file_id: str) -> SeenFile | None:
        """The file, in the bin or not; None if there is none, or none that this account may see."""
        request = self._files().get(fileId=file_id, fields=FIELDS, supportsAllDrives=True)
        try:
            return self._client.ask(Purpose(SERVICE, "look at the file", safe=True), request, _seen)
        except Refused as refused:
            if refused.status == NOT_FOUND:
                return None
            raise

    def upload(
        self,
        name: str,
        folder: str,
        mime_type: str,
        mark: str,
        *,
        stream: ByteStream,
        size: int,
        going: Going = Going(),  # noqa: B008 - frozen
    ) -> SeenFile | None:
        """See `DriveService.upload`. `size` in bytes, 0 if unknown; a stream that ends before it leaves no file behind
        (Transient)."""
        metadata: dict[str, Any] = {"name": name, "mimeType": mime_type, "appProperties": {MARK: mark}}
        if folder:
            metadata["parents"] = [folder]
        return upload(self._client, metadata, FIELDS, stream, size=size, read=_seen, going=going)

    def arrived(self, session: str, size: int) -> SeenFile | int | None:
        """See `DriveService.arrived`."""
        return arrived(self._client, session, size, _seen)

    def copy(self, file_id: str, name: str, mark: str) -> SeenFile:
        """A copy beside the original: without `parents` it gets the original's folder."""
        body = {"name": name, "appProperties": {MARK: mark}}
        request = self._files().copy(fileId=file_id, body=body, fields=FIELDS, supportsAllDrives=True)
        return self._client.ask(Purpose(SERVICE, "copy the document", safe=False), request, _seen)

    def mark(self, file_id: str, mark: str) -> None:
        """Write our mark onto a file that a person put there; nothing else of it changes."""
        body = {"appProperties": {MARK: mark}}
        request = self._files().update(fileId=file_id, body=body, fields="id", supportsAllDrives=True)
        self._client.ask(Purpose(SERVICE, "mark the file", safe=True), request, lambda answer: None)

    def share(self, file_id: str, group: str) -> None:
        """See `DriveService.share`. A copy does not promise to carry the sharing of its original (Drive
        `files.copy`)."""
        body = {"type": "group", "role": "writer", "emailAddress": group}
        permissions = self._client.api(SERVICE).permissions()
        request = permissions.create(
            fileId=file_id, body=body, fields="id", sendNotificationEmail=False, supportsAllDrives=True
        )
        self._client.ask(Purpose(SERVICE, "share the document with the Group", safe=True), request, lambda answer: None)

    def _files(self) -> Any:
        return self._client.api(SERVICE).files()

    def _list(self, query: str) -> list[SeenFile]:
        files = self._files()
        request = files.list(
            q=query,
            fields=f"nextPageToken,files({FIELDS})",
            pageSize=PAGE,
            supportsAllDrives=True,
            includeItemsFromAllDrives=True,
        )
        purpose = Purpose(SERVICE, "list the files", safe=True)
        pages = self._client.pages(
            purpose, request, files.list_next, lambda page: [_seen(file) for file in page.get("files", [])]
        )
        return [file for page in pages for file in page]


def quoted(value: str) -> str:
    """A string in Drive's search language, quotes and backslashes escaped.

    https://developers.google.com/workspace/drive/api/guides/search-files
    """
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _seen(file: dict[str, Any]) -> SeenFile:
    created = _instant(file["createdTime"])
    return SeenFile(
        id=file["id"],
        name=file["name"],
        mime_type=file["mimeType"],
        created=created,
        modified=_instant(file["modifiedTime"]) if "modifiedTime" in file else created,
        size=int(file.get("size", 0)),
        link=file.get("webViewLink") or f"https://drive.google.com/file/d/{file['id']}/view",
        trashed=bool(file.get("trashed", False)),
        mark=file.get("appProperties", {}).get(MARK, ""),
    )


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
