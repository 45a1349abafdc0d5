"""Google Drive on the wire: metadata, lists, copies, permissions; judged by the discovery document drive.v3."""

from __future__ import annotations

from typing import Any

import pytest

from automation.sandbox.drive.listing import LIST
from automation.sandbox.drive.metadata import READ_ONLY, WRITABLE
from automation.sandbox.drive.permissions import DRIVES
from automation.sandbox.drive.routes import COPY, CREATE, GET, IDS, UPDATE

from . import discovery
from .running import NOW, Sandbox

FILES = "/drive/v3/files"
FOLDER = "1H-kpa3D8IQqtxknu7YxEjTlV6RiooQs1"
NOTES = "1oE7cOALIYvPrf374id5WX141EvoCCruWkGDJalJzhlo"
ALL = {"fields": "*"}


def find(sandbox: Sandbox, q: str, **query: Any) -> list[Any]:
    found: list[Any] = sandbox.google("drive", "GET", FILES, query={"q": q} | query)["files"]
    return found


def make(sandbox: Sandbox, expect: int = 200, proper: bool = True, **body: Any) -> Any:
    return sandbox.google("drive", "POST", FILES, body, query=ALL, expect=expect, proper=proper)


def get(sandbox: Sandbox, file_id: str, **query: Any) -> Any:
    return sandbox.google("drive", "GET", f"{FILES}/{file_id}", query=ALL | query)


def test_tables_of_parameters_and_fields_agree_with_the_discovery_document() -> None:
    assert set(LIST) == discovery.parameters("drive", "drive.files.list")
    assert set(GET) - {"enforceSingleParent"} == discovery.parameters("drive", "drive.files.get")
    assert set(CREATE) == discovery.parameters("drive", "drive.files.create")
    assert set(UPDATE) == discovery.parameters("drive", "drive.files.update")
    assert set(COPY) == discovery.parameters("drive", "drive.files.copy")
    assert set(IDS) == discovery.parameters("drive", "drive.files.generateIds")
    assert set(DRIVES) == discovery.parameters("drive", "drive.files.delete")
    assert set(WRITABLE) | READ_ONLY == set(discovery.document("drive")["schemas"]["File"]["properties"])


def test_without_fields_only_four_come_back(sandbox: Sandbox) -> None:
    answer = sandbox.google("drive", "GET", f"{FILES}/{FOLDER}")
    assert set(answer) == {"kind", "id", "name", "mimeType"}
    sandbox.people("drive", "put", name="a.mp4")
    assert set(find(sandbox, f"'{FOLDER}' in parents")[0]) == {"kind", "id", "name", "mimeType"}


def test_fields_are_honoured_and_unknown_ones_refused(sandbox: Sandbox) -> None:
    answer = sandbox.google("drive", "GET", f"{FILES}/{FOLDER}", query={"fields": "webViewLink,trashed"})
    assert answer == {"webViewLink": f"https://drive.google.com/drive/folders/{FOLDER}", "trashed": False}
    sandbox.google("drive", "GET", f"{FILES}/{FOLDER}", query={"fields": "weblink"}, expect=400)
    sandbox.google("drive", "GET", FILES, query={"fields": "files(weblink)"}, expect=400)


def test_a_file_that_people_put_is_found_by_folder_time_and_type(sandbox: Sandbox) -> None:
    made = sandbox.people("drive", "put", name="Call.mp4", size=5000, createdTime="2026-12-08T20:10:00Z")
    q = f"'{FOLDER}' in parents and trashed=false and mimeType='video/mp4' and createdTime > '2026-12-08T19:00:00'"
    (found,) = find(
        sandbox,
        q,
        fields="files(id,size,createdTime)",
        includeItemsFromAllDrives="true",
        supportsAllDrives="true",
    )
    assert found == {"id": made["id"], "size": "5000", "createdTime": "2026-12-08T20:10:00.000Z"}
    sandbox.people("drive", "grow", id=made["id"], size=9000)
    assert get(sandbox, made["id"])["size"] == "9000"


def test_trash_hides_a_file_only_from_those_who_ask_so(sandbox: Sandbox) -> None:
    made = sandbox.people("drive", "put", name="a.mp4")
    sandbox.people("drive", "trash", id=made["id"])
    assert find(sandbox, f"'{FOLDER}' in parents and trashed=false") == []
    assert len(find(sandbox, f"'{FOLDER}' in parents")) == 1
    sandbox.people("drive", "untrash", id=made["id"])
    sandbox.people("drive", "trash", id=FOLDER)
    assert get(sandbox, made["id"])["trashed"] is True
    assert get(sandbox, made["id"])["explicitlyTrashed"] is False


def test_people_rename_and_move_files(sandbox: Sandbox) -> None:
    made = sandbox.people("drive", "put", name="a.mp4")
    other = sandbox.people("drive", "folder", name="Old")["id"]
    sandbox.people("drive", "rename", id=made["id"], name="it's \\ odd.mp4")
    sandbox.people("drive", "move", id=made["id"], folder=other)
    (found,) = find(sandbox, f"name = 'it\\'s \\\\ odd.mp4' and '{other}' in parents")
    assert found["id"] == made["id"]


def test_pages(sandbox: Sandbox) -> None:
    for number in range(5):
        sandbox.people("drive", "put", name=f"{number}.mp4")
    query = {"q": f"'{FOLDER}' in parents", "orderBy": "name", "pageSize": 2}
    names, token = [], None
    while True:
        page = sandbox.google("drive", "GET", FILES, query=query | ({"pageToken": token} if token else {}))
        names.append([file["name"] for file in page["files"]])
        token = page.get("nextPageToken")
        if not token:
            break
    assert names == [["0.mp4", "1.mp4"], ["2.mp4", "3.mp4"], ["4.mp4"]]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"q": "name = 'it's'"}, 400),
        ({"orderBy": "age"}, 400),
        ({"pageSize": "0"}, 400),
        ({"pageToken": "page two"}, 400),
        ({"includeItemsFromAllDrives": "true"}, 403),
        ({"corpora": "drive"}, 400),
        ({"corpora": "drive", "driveId": "none"}, 404),
    ],
)
def test_lists_that_drive_refuses(sandbox: Sandbox, query: Any, status: int) -> None:
    sandbox.expects_problems = True
    sandbox.google("drive", "GET", FILES, query=query, expect=status)


def test_app_properties_mark_a_file_and_null_removes_a_mark(sandbox: Sandbox) -> None:
    made = make(sandbox, name="marked", parents=[FOLDER], appProperties={"callkeeper": "a/b/c", "x": "1"})
    mark = "appProperties has { key='callkeeper' and value='a/b/c' }"
    assert [file["id"] for file in find(sandbox, mark)] == [made["id"]]
    path = f"{FILES}/{made['id']}"
    patched = sandbox.google("drive", "PATCH", path, {"appProperties": {"callkeeper": None}}, query=ALL)
    assert patched["appProperties"] == {"x": "1"}
    sandbox.google("drive", "PATCH", path, {"appProperties": {"k": "é" * 62}}, expect=400)


def test_update_changes_names_times_and_folders(sandbox: Sandbox) -> None:
    made = make(sandbox, name="a", parents=[FOLDER])
    query = ALL | {"addParents": "root", "removeParents": FOLDER, "supportsAllDrives": "true"}
    body = {"name": "b", "modifiedTime": "2026-01-01T00:00:00Z", "trashed": True}
    patched = sandbox.google("drive", "PATCH", f"{FILES}/{made['id']}", body, query=query)
    assert (patched["name"], patched["modifiedTime"], patched["trashed"]) == (
        "b",
        "2026-01-01T00:00:00.000Z",
        True,
    )
    assert patched["parents"] != made["parents"]
    assert patched["createdTime"].startswith(NOW[:19])
    sandbox.google("drive", "PATCH", f"{FILES}/{made['id']}", {"parents": [FOLDER]}, expect=403)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "x", "size": "12"}, 403),
        ({"name": "x", "parents": ["nowhere"]}, 404),
        ({"name": "x", "parents": [FOLDER, "root"]}, 403),
        ({"name": "x", "parents": [NOTES]}, 403),
        ({"name": "x", "id": "my-own-id"}, 400),
        ({"name": "x", "createdTime": "2026-13-01T00:00:00Z"}, 400),
    ],
)
def test_files_that_drive_does_not_make(sandbox: Sandbox, body: Any, status: int) -> None:
    before = len(sandbox.state("drive")["files"])
    make(sandbox, expect=status, proper="createdTime" not in body, **body)
    assert len(sandbox.state("drive")["files"]) == before


def test_unknown_fields_and_parameters_are_refused(sandbox: Sandbox) -> None:
    make(sandbox, expect=400, proper=False, name="x", colour="red")
    sandbox.google("drive", "GET", FILES, query={"query": "x"}, expect=400, proper=False)


def test_a_generated_id_makes_creation_safe_to_repeat(sandbox: Sandbox) -> None:
    (file_id,) = sandbox.google("drive", "GET", f"{FILES}/generateIds", query={"count": 1})["ids"]
    assert make(sandbox, id=file_id, name="once", parents=[FOLDER])["id"] == file_id
    assert make(sandbox, expect=409, id=file_id, name="once")["error"]["errors"][0]["reason"] == "fileIdInUse"


def test_a_google_document_cannot_have_a_generated_id(sandbox: Sandbox) -> None:
    (file_id,) = sandbox.google("drive", "GET", f"{FILES}/generateIds", query={"count": 1})["ids"]
    body = {"id": file_id, "name": "Notes", "parents": [FOLDER]}
    sandbox.google("drive", "POST", f"{FILES}/{NOTES}/copy", body, expect=400)


def test_each_copy_of_a_document_is_a_new_document_with_its_text(sandbox: Sandbox) -> None:
    body = {"name": "Notes of the call", "parents": [FOLDER], "appProperties": {"callkeeper": "a/b/c"}}
    first, second = (
        sandbox.google("drive", "POST", f"{FILES}/{NOTES}/copy", body, query=ALL) for _ in range(2)
    )
    assert first["id"] != second["id"]
    assert first["webViewLink"].startswith(f"https://docs.google.com/document/d/{first['id']}/")
    documents = sandbox.state("docs")
    assert documents[first["id"]]["tabs"] == documents[NOTES]["tabs"]
    assert len(find(sandbox, "appProperties has { key='callkeeper' and value='a/b/c' }")) == 2


def test_deleting_a_file_is_for_good(sandbox: Sandbox) -> None:
    made = sandbox.people("drive", "put", name="a.mp4")
    answer = sandbox.call(
        "DELETE", f"{FILES}/{made['id']}", headers={"Authorization": f"Bearer {sandbox.token}"}
    )
    assert (answer.status, answer.body) == (204, b"")
    sandbox.google("drive", "GET", f"{FILES}/{made['id']}", expect=404)


def test_bytes_come_back_with_alt_media_but_not_those_of_a_document(sandbox: Sandbox) -> None:
    made = sandbox.people("drive", "put", name="a.mp4", size=3000)
    authorization = {"Authorization": f"Bearer {sandbox.token}"}
    answer = sandbox.call("GET", f"{FILES}/{made['id']}", query={"alt": "media"}, headers=authorization)
    assert (answer.status, len(answer.body)) == (200, 3000)
    assert (
        sandbox.call("GET", f"{FILES}/{NOTES}", query={"alt": "media"}, headers=authorization).status == 403
    )


def test_a_group_is_given_access_and_told_unless_asked_not_to(sandbox: Sandbox) -> None:
    path, body = (
        f"{FILES}/{NOTES}/permissions",
        {"type": "group", "role": "writer", "emailAddress": "g@example.org"},
    )
    sandbox.google("drive", "POST", path, body, query={"sendNotificationEmail": "false"})
    assert sandbox.state("drive")["notices"] == []
    made = sandbox.google("drive", "POST", path, body)
    assert (made["type"], made["role"]) == ("group", "writer")
    assert [notice["to"] for notice in sandbox.state("drive")["notices"]] == ["g@example.org"]
    [held] = sandbox.google("drive", "GET", path)["permissions"]  # granted twice, held once
    assert held["id"] == made["id"]
    sandbox.google("drive", "POST", path, {"type": "group", "role": "writer"}, expect=400)
    sandbox.google("drive", "POST", path, {"type": "anyone", "role": "king"}, expect=400)
