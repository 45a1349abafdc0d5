"""Files in Google Drive: found by mark and folder, copied, marked, uploaded in chunks."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest

from automation.adapters.google.client import GoogleClient
from automation.adapters.google.drive import GoogleDrive, quoted
from automation.adapters.google.drive_upload import CHUNK
from automation.domain.errors import Permanent, Stopped, Transient, Unknown
from automation.domain.recordings import ByteStream, Going

MARK = "floss/call/2026-12-08"
FOLDER = "recordings"
DOCUMENT = "application/vnd.google-apps.document"


class Download:
    """A stream that can be read once, in pieces of its own choosing: of a file of zeroes the last `size` bytes, from `begins` on."""

    def __init__(self, size: int, piece: int = 100_000, break_at: int | None = None, begins: int = 0) -> None:
        self.left = size
        self.begins = begins
        self.piece = piece
        self.most = 0
        self.break_at = break_at

    def read(self, size: int = -1, /) -> bytes:
        if self.break_at is not None and self.left <= self.break_at:
            raise Transient("zoom", "the download broke off")
        self.most = max(self.most, size)
        count = min(size, self.piece, self.left)
        self.left -= count
        return bytes(count)

    def __enter__(self) -> ByteStream:
        return self

    def __exit__(self, *exc: object) -> None:
        pass


@pytest.fixture
def drive(sandbox: Any, google: GoogleClient) -> GoogleDrive:
    sandbox.people("drive", "folder", name="Recordings", id=FOLDER)
    return GoogleDrive(google)


def put(sandbox: Any, name: str, created: str = "2026-12-08T20:30:00Z", **more: Any) -> str:
    file: dict[str, Any] = sandbox.people("drive", "put", folder=FOLDER, name=name, createdTime=created, **more)
    return str(file["id"])


def test_a_file_is_seen_with_all_that_matters(sandbox: Any, drive: GoogleDrive) -> None:
    seen = drive.get(put(sandbox, "GMT20261208.mp4", size=2048))
    assert seen
    assert (seen.name, seen.mime_type, seen.size, seen.trashed, seen.mark) == ("GMT20261208.mp4", "video/mp4", 2048, False, "")
    assert seen.created == datetime(2026, 12, 8, 20, 30, tzinfo=UTC)
    assert seen.link.startswith("https://")


def test_a_file_that_never_was_is_none(drive: GoogleDrive) -> None:
    assert drive.get("never") is None


def test_a_file_in_the_bin_is_seen_as_such(sandbox: Any, drive: GoogleDrive) -> None:
    file_id = put(sandbox, "a.mp4")
    sandbox.people("drive", "trash", id=file_id)
    seen = drive.get(file_id)
    assert seen
    assert seen.trashed


def test_a_folder_lists_what_came_since_oldest_first(sandbox: Any, drive: GoogleDrive) -> None:
    put(sandbox, "old.mp4", "2026-12-01T00:00:00Z")
    put(sandbox, "second.mp4", "2026-12-09T00:00:00Z")
    put(sandbox, "first.mp4", "2026-12-08T20:00:00Z")
    put(sandbox, "sub", "2026-12-08T20:00:00Z", mimeType="application/vnd.google-apps.folder")
    sandbox.people("drive", "trash", id=put(sandbox, "binned.mp4"))
    since = datetime(2026, 12, 8, 19, tzinfo=UTC)
    assert [file.name for file in drive.in_folder(FOLDER, since)] == ["first.mp4", "second.mp4"]


def test_a_folder_is_read_to_the_last_page(sandbox: Any, drive: GoogleDrive) -> None:
    wishes = [{"action": "put", "folder": FOLDER, "name": f"{n}.mp4", "createdTime": "2026-12-09T00:00:00Z", "size": 1} for n in range(120)]
    sandbox.post("seed", {"drive": wishes})
    assert len(drive.in_folder(FOLDER, datetime(2026, 12, 8, tzinfo=UTC))) == 120


def test_a_mark_is_written_and_found_and_nothing_else_changes(sandbox: Any, drive: GoogleDrive) -> None:
    file_id = put(sandbox, "a.mp4")
    drive.mark(file_id, MARK)
    (seen,) = drive.marked(MARK)
    assert (seen.id, seen.mark, seen.name) == (file_id, MARK, "a.mp4")
    assert drive.marked("floss/call/2027-01-12") == []
    sandbox.people("drive", "trash", id=file_id)
    assert drive.marked(MARK) == []


@pytest.mark.parametrize("mark", ["it's", "back\\slash", "' or trashed = true or '", "\\'"])
def test_hostile_text_stays_text_in_a_search(sandbox: Any, drive: GoogleDrive, mark: str) -> None:
    put(sandbox, "other.mp4")
    file_id = put(sandbox, "a.mp4")
    drive.mark(file_id, mark)
    assert [file.id for file in drive.marked(mark)] == [file_id]


def test_quoting() -> None:
    assert quoted("a'b\\c") == "'a\\'b\\\\c'"


def test_a_group_is_let_in_without_a_mail(sandbox: Any, drive: GoogleDrive) -> None:
    file = sandbox.people("drive", "put", folder=FOLDER, name="notes.txt", size=1, mimeType="text/plain")
    drive.share(file["id"], "floss-mentoring@googlegroups.com")
    drive.share(file["id"], "floss-mentoring@googlegroups.com")
    state = sandbox.get("state/drive")
    [there] = [each for each in state["files"] if each["id"] == file["id"]]
    shared = [each for each in there["permissions"] if each["type"] == "group"]
    assert [(each["emailAddress"], each["role"]) for each in shared] == [("floss-mentoring@googlegroups.com", "writer")]
    assert state["notices"] == []


def test_a_copy_carries_the_mark_and_stays_beside_its_original(sandbox: Any, drive: GoogleDrive) -> None:
    template = put(sandbox, "Template", mimeType=DOCUMENT)
    copied = drive.copy(template, "Notes 2026-12-08", MARK)
    assert (copied.name, copied.mark, copied.mime_type) == ("Notes 2026-12-08", MARK, DOCUMENT)
    files = {file["id"]: file for file in sandbox.get("state/drive")["files"]}
    assert files[copied.id]["parents"] == [FOLDER]


def test_marking_a_file_that_is_gone_needs_a_person(drive: GoogleDrive) -> None:
    with pytest.raises(Permanent, match="could not mark the file: Google answered 404"):
        drive.mark("never", MARK)


@pytest.mark.parametrize("size", [1, 1000, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
@pytest.mark.parametrize("known", [True, False])
def test_an_upload_arrives_whole_with_name_folder_and_mark(sandbox: Any, drive: GoogleDrive, size: int, known: bool) -> None:
    seen = drive.upload("2026-12-08 Monthly call.mp4", FOLDER, "video/mp4", MARK, stream=Download(size), size=size if known else 0)
    assert (seen.name, seen.size, seen.mark, seen.mime_type) == ("2026-12-08 Monthly call.mp4", size, MARK, "video/mp4")
    (file,) = [file for file in sandbox.get("state/drive")["files"] if file["id"] == seen.id]
    assert file["parents"] == [FOLDER]
    assert file["md5Checksum"] == hashlib.md5(bytes(size)).hexdigest()
    assert len(sandbox.log("drive", "PUT")) == max(1, -(-size // CHUNK))


def test_an_upload_never_asks_for_more_than_a_chunk(drive: GoogleDrive) -> None:
    stream = Download(3 * CHUNK, piece=CHUNK)
    drive.upload("a.mp4", FOLDER, "video/mp4", MARK, stream=stream, size=0)
    assert stream.most <= CHUNK + 1


def test_a_size_that_was_told_too_small_loses_nothing(drive: GoogleDrive) -> None:
    assert drive.upload("a.mp4", FOLDER, "video/mp4", MARK, stream=Download(5000), size=4000).size == 5000


@pytest.mark.parametrize(("arrives", "size"), [(0, 0), (0, 10), (1000, 1001), (CHUNK, CHUNK + 1)])
def test_a_download_that_ends_early_leaves_no_file(sandbox: Any, drive: GoogleDrive, arrives: int, size: int) -> None:
    with pytest.raises(Transient, match=f"ended after {arrives} bytes"):
        drive.upload("a.mp4", FOLDER, "video/mp4", MARK, stream=Download(arrives), size=size)
    assert drive.marked(MARK) == []


def test_a_download_that_breaks_leaves_no_file(drive: GoogleDrive) -> None:
    with pytest.raises(Transient, match="broke off"):
        drive.upload("a.mp4", FOLDER, "video/mp4", MARK, stream=Download(CHUNK * 2, break_at=CHUNK // 2), size=CHUNK * 2)
    assert drive.marked(MARK) == []


def test_the_older_upload_address_is_used_where_the_newer_is_missing(sandbox: Any, drive: GoogleDrive) -> None:
    sandbox.fault("status", service="drive", method="POST", path="^/resumable/", status=404)
    assert drive.upload("a.mp4", FOLDER, "video/mp4", MARK, stream=Download(10), size=10).size == 10
    paths = [entry["path"] for entry in sandbox.log("drive", "POST")]
    assert paths == ["/resumable/upload/drive/v3/files", "/upload/drive/v3/files"]


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "reset_before", "reset_after", "half", "garbage", "status", "status_after"])
@pytest.mark.parametrize(("skip", "size"), [(0, CHUNK + 1), (1, CHUNK + 1), (0, 10)])
def test_a_chunk_is_sent_once_and_only_the_last_one_leaves_a_doubt(sandbox: Any, drive: GoogleDrive, fault: str, skip: int, size: int) -> None:
    sandbox.fault(fault, service="drive", method="PUT", skip=skip)
    last = skip == (1 if size > CHUNK else 0)
    with pytest.raises(Unknown if last else Transient):
        drive.upload("a.mp4", FOLDER, "video/mp4", MARK, stream=Download(size), size=size)
    assert len(sandbox.log("drive", "PUT")) == skip + 1
    assert len(drive.marked(MARK)) == int(last and fault not in ("drop_before", "reset_before", "status"))


@pytest.mark.parametrize("kept", [CHUNK - 262144, CHUNK])
@pytest.mark.parametrize("size", [CHUNK, CHUNK + 1])
def test_what_drive_did_not_keep_of_a_chunk_is_sent_once_more(sandbox: Any, drive: GoogleDrive, kept: int, size: int) -> None:
    """The sandbox has kept all of it, and takes what it has twice only once (as Drive does)."""
    sandbox.fault("status_after", service="drive", method="PUT", status=308, headers={"Range": f"bytes=0-{kept - 1}"})
    file = drive.upload("a.mp4", FOLDER, "video/mp4", MARK, stream=Download(size), size=size)
    assert (file.size, len(drive.marked(MARK))) == (size, 1)


def test_a_drive_that_takes_nothing_is_tried_again_later(sandbox: Any, drive: GoogleDrive) -> None:
    sandbox.fault("status", service="drive", method="PUT", status=308)
    with pytest.raises(Transient, match="took nothing"):
        drive.upload("a.mp4", FOLDER, "video/mp4", MARK, stream=Download(CHUNK), size=CHUNK)
    assert len(sandbox.log("drive", "PUT")) == 1
    assert drive.marked(MARK) == []


class Pressed:
    """Has to make room when it is asked for the n-th time; `told` is with what it was asked."""

    def __init__(self, when: int) -> None:
        self.left = when
        self.told: list[bool] = []

    def __call__(self, further: bool) -> bool:
        self.left -= 1
        self.told.append(further)
        return self.left < 0


def interrupted(drive: GoogleDrive, size: int, when: int) -> tuple[str, int]:
    """An upload of that many bytes that had to make room: its session, and how much of it has arrived."""
    sessions: list[str] = []
    going = Going(opened=sessions.append, pressed=Pressed(when))
    assert drive.upload("a.mp4", FOLDER, "video/mp4", MARK, stream=Download(size, piece=CHUNK), size=size, going=going) is None
    [session] = sessions
    there = drive.arrived(session, size)
    assert isinstance(there, int)
    return session, there


@pytest.mark.parametrize("when", [0, 5, 10, 12, 20])
def test_an_interrupted_upload_goes_on_from_where_it_was(sandbox: Any, drive: GoogleDrive, when: int) -> None:
    size = 2 * CHUNK + 1000
    session, there = interrupted(drive, size, when)
    assert there in (0, CHUNK, 2 * CHUNK)
    assert drive.marked(MARK) == []
    before = len(sandbox.log("drive", "POST"))
    file = drive.upload("a.mp4", FOLDER, "video/mp4", MARK, stream=Download(size - there, begins=there), size=size, going=Going(session, there))
    assert (file.size, len(sandbox.log("drive", "POST"))) == (size, before)
    (whole,) = [each for each in sandbox.get("state/drive")["files"] if each["id"] == file.id]
    assert whole["md5Checksum"] == hashlib.md5(bytes(size)).hexdigest()
    assert drive.arrived(session, size) == file
    assert drive.arrived(session, 0) == file


@pytest.mark.parametrize("begins", [0, 5, CHUNK - 1])
def test_what_has_arrived_is_read_over_where_it_comes_again(sandbox: Any, drive: GoogleDrive, begins: int) -> None:
    size = 2 * CHUNK + 1000
    session, there = interrupted(drive, size, 11)
    assert there == CHUNK
    asked = Pressed(999)
    file = drive.upload(
        "a.mp4", FOLDER, "video/mp4", MARK, stream=Download(size - begins, begins=begins), size=size, going=Going(session, there, pressed=asked)
    )
    assert file
    (whole,) = [each for each in sandbox.get("state/drive")["files"] if each["id"] == file.id]
    assert whole["md5Checksum"] == hashlib.md5(bytes(size)).hexdigest()
    assert asked.told == sorted(asked.told), "only what Drive has taken in this attempt counts as getting further"
    assert True in asked.told


@pytest.mark.parametrize("when", [0, 3, 80])
def test_reading_over_makes_room_between_two_pieces_too(sandbox: Any, drive: GoogleDrive, when: int) -> None:
    size = 2 * CHUNK
    session, there = interrupted(drive, size, 11)
    stream, asked = Download(size), Pressed(when)
    assert drive.upload("a.mp4", FOLDER, "video/mp4", MARK, stream=stream, size=size, going=Going(session, there, pressed=asked)) is None
    assert size - stream.left == when * stream.piece < there
    assert set(asked.told) == {False}
    assert drive.arrived(session, size) == there


@pytest.mark.parametrize("known", [True, False])
def test_a_download_that_ends_before_what_has_arrived_is_an_error(drive: GoogleDrive, known: bool) -> None:
    size = 2 * CHUNK
    session, there = interrupted(drive, size, 11)
    with pytest.raises(Transient, match="ended after 1000 bytes"):
        drive.upload("a.mp4", FOLDER, "video/mp4", MARK, stream=Download(1000), size=size if known else 0, going=Going(session, there))


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 501])
def test_an_upload_that_nobody_knows_any_more_begins_anew(sandbox: Any, drive: GoogleDrive, status: int) -> None:
    session, _ = interrupted(drive, 2 * CHUNK, 11)
    sandbox.fault("status", service="drive", method="PUT", status=status)
    assert drive.arrived(session, 2 * CHUNK) is None


@pytest.mark.parametrize("fault", [{"do": "status", "status": 503}, {"do": "drop_after"}, {"do": "status", "status": 429}])
def test_a_question_without_an_answer_is_asked_again_later(sandbox: Any, drive: GoogleDrive, fault: dict[str, Any]) -> None:
    session, _ = interrupted(drive, 2 * CHUNK, 11)
    sandbox.fault(service="drive", method="PUT", **fault)
    with pytest.raises(Transient) as raised:
        drive.arrived(session, 2 * CHUNK)
    assert "upload_id" not in f"{raised.value}"


def test_the_address_of_a_session_is_in_no_repr() -> None:
    assert "secret" not in repr(Going("https://example.org/upload?upload_id=secret"))


@pytest.mark.parametrize("fault", ["drop_after", "garbage", "status"])
def test_an_upload_that_could_not_begin_is_transient(sandbox: Any, drive: GoogleDrive, fault: str) -> None:
    sandbox.fault(fault, service="drive", method="POST")
    with pytest.raises(Transient):
        drive.upload("a.mp4", FOLDER, "video/mp4", MARK, stream=Download(10), size=10)
    assert len(sandbox.log("drive", "POST")) == 1


def test_a_folder_that_may_not_be_written_to_stops(sandbox: Any, drive: GoogleDrive) -> None:
    no = {"error": {"code": 403, "message": "no", "errors": [{"reason": "insufficientPermissions"}]}}
    sandbox.fault("status", service="drive", method="POST", status=403, body=no)
    with pytest.raises(Stopped, match=r"run `python run\.py login`"):
        drive.upload("a.mp4", FOLDER, "video/mp4", MARK, stream=Download(10), size=10)


def test_shared_drives_are_meant_on_every_call(sandbox: Any, drive: GoogleDrive) -> None:
    file_id = put(sandbox, "a.mp4")
    drive.mark(file_id, MARK)
    drive.marked(MARK)
    drive.in_folder(FOLDER, datetime(2026, 12, 8, tzinfo=UTC))
    drive.get(file_id)
    drive.upload("b.mp4", FOLDER, "video/mp4", MARK, stream=Download(10), size=10)
    asked = [entry for entry in sandbox.log("drive") if entry["method"] != "PUT"]
    assert all(parse_qs(entry["query"])["supportsAllDrives"] == ["true"] for entry in asked)
