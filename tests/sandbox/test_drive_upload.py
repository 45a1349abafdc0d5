"""Resumable upload to Drive: sessions, chunks, interruptions."""

from __future__ import annotations

import hashlib
import http.client
import random
from typing import Any
from urllib.parse import urlsplit

import pytest

from . import discovery
from .running import Answer, Sandbox

FOLDER = "1H-kpa3D8IQqtxknu7YxEjTlV6RiooQs1"
CHUNK = 256 * 1024
CONTENT = random.Random(7).randbytes(2 * CHUNK + 1000)
SIZE = len(CONTENT)
PATHS = ["/upload/drive/v3/files", "/resumable/upload/drive/v3/files"]
FIELDS = {"fields": "id,name,size,md5Checksum,webViewLink,appProperties"}


def begin(sandbox: Sandbox, path: str = PATHS[0], length: int | None = SIZE) -> str:
    """Open a session; return the session URI without host."""
    body = {"name": "2026-12-08 Call.mp4", "parents": [FOLDER], "appProperties": {"callkeeper": "a/b/c"}}
    query = {"uploadType": "resumable"} | FIELDS
    discovery.check_request("drive", "POST", path, query, body)
    headers = {"Authorization": f"Bearer {sandbox.token}", "X-Upload-Content-Type": "video/mp4"}
    headers |= {"X-Upload-Content-Length": str(length)} if length is not None else {}
    answer = sandbox.call("POST", path, body, query=query, headers=headers)
    assert answer.status == 200, answer.body
    location = urlsplit(answer.headers["Location"])
    assert location.netloc == sandbox.host
    return f"{location.path}?{location.query}"


def send(sandbox: Sandbox, session: str, first: int, last: int, total: Any = SIZE) -> Answer:
    headers = {"Content-Range": f"bytes {first}-{last}/{total}"}
    return sandbox.call("PUT", session, CONTENT[first : last + 1], headers=headers)


def ask(sandbox: Sandbox, session: str, total: Any = SIZE) -> Answer:
    return sandbox.call("PUT", session, b"", headers={"Content-Range": f"bytes */{total}"})


@pytest.mark.parametrize("path", PATHS)
def test_chunks_become_a_file(sandbox: Sandbox, path: str) -> None:
    session = begin(sandbox, path)
    first = send(sandbox, session, 0, CHUNK - 1)
    assert (first.status, first.headers["Range"]) == (308, f"bytes=0-{CHUNK - 1}")
    assert sandbox.state("drive")["files"][-1]["name"] != "2026-12-08 Call.mp4"
    send(sandbox, session, CHUNK, 2 * CHUNK - 1)
    last = send(sandbox, session, 2 * CHUNK, len(CONTENT) - 1)
    assert last.status == 200
    discovery.check_response("drive", "POST", path, last.json)
    assert last.json["size"] == str(len(CONTENT))
    assert last.json["md5Checksum"] == hashlib.md5(CONTENT).hexdigest()
    assert last.json["appProperties"] == {"callkeeper": "a/b/c"}
    assert last.json["webViewLink"] == f"https://drive.google.com/file/d/{last.json['id']}/view?usp=drivesdk"


def test_the_size_may_be_unknown_until_the_last_chunk(sandbox: Sandbox) -> None:
    session = begin(sandbox, length=None)
    assert send(sandbox, session, 0, 2 * CHUNK - 1, "*").status == 308
    assert send(sandbox, session, 2 * CHUNK, len(CONTENT) - 1).status == 200


def test_all_in_one_go(sandbox: Sandbox) -> None:
    assert sandbox.call("PUT", begin(sandbox), CONTENT).json["size"] == str(len(CONTENT))


def test_the_session_says_how_much_has_arrived(sandbox: Sandbox) -> None:
    session = begin(sandbox)
    nothing = ask(sandbox, session)
    assert (nothing.status, nothing.headers["Range"]) == (308, None)
    send(sandbox, session, 0, CHUNK - 1)
    assert ask(sandbox, session, "*").headers["Range"] == f"bytes=0-{CHUNK - 1}"


@pytest.mark.parametrize(
    ("first", "last", "total"),
    [
        (0, 999, len(CONTENT)),
        (CHUNK, 2 * CHUNK - 1, len(CONTENT)),
        (0, CHUNK - 1, len(CONTENT) + 1),
    ],
)
def test_a_short_chunk_a_gap_and_another_size_are_refused(
    sandbox: Sandbox, first: int, last: int, total: int
) -> None:
    session = begin(sandbox)
    assert send(sandbox, session, first, last, total).status == 400
    assert ask(sandbox, session).headers["Range"] is None


def test_a_chunk_whose_answer_was_lost_may_be_sent_again(sandbox: Sandbox) -> None:
    session = begin(sandbox)
    sandbox.fault(service="drive", method="PUT", do="reset_after")
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        send(sandbox, session, 0, CHUNK - 1)
    assert ask(sandbox, session).headers["Range"] == f"bytes=0-{CHUNK - 1}"
    assert send(sandbox, session, 0, CHUNK - 1).status == 308
    answer = send(sandbox, session, CHUNK, len(CONTENT) - 1)
    assert answer.json["md5Checksum"] == hashlib.md5(CONTENT).hexdigest()


def test_a_finished_session_answers_with_the_file_and_makes_no_second(sandbox: Sandbox) -> None:
    session = begin(sandbox)
    sandbox.fault(service="drive", method="PUT", do="drop_after")
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        sandbox.call("PUT", session, CONTENT)
    asked = ask(sandbox, session)
    assert asked.status == 200
    names = [file["name"] for file in sandbox.state("drive")["files"]]
    assert names.count("2026-12-08 Call.mp4") == 1


def test_a_session_ends_after_a_week_and_an_unknown_one_is_404(sandbox: Sandbox) -> None:
    session = begin(sandbox)
    sandbox.set_now("2026-12-08T11:59:59Z")
    assert ask(sandbox, session).status == 308
    sandbox.set_now("2026-12-08T12:00:00Z")
    assert ask(sandbox, session).status == 404
    assert sandbox.call("PUT", f"{PATHS[0]}?uploadType=resumable&upload_id=none", b"").status == 404


def test_a_session_is_opened_with_a_token_only_and_for_resumable_uploads_only(sandbox: Sandbox) -> None:
    sandbox.expects_problems = True
    query = {"uploadType": "resumable"}
    assert sandbox.call("POST", PATHS[0], {"name": "x"}, query=query).status == 401
    headers = {"Authorization": f"Bearer {sandbox.token}"}
    query = {"uploadType": "media"}
    assert sandbox.call("POST", PATHS[0], {"name": "x"}, query=query, headers=headers).status == 400


def test_a_large_body_goes_to_disk_in_pieces(sandbox: Sandbox) -> None:
    size = 5 * 1024 * 1024
    answer = sandbox.call("PUT", begin(sandbox, length=size), bytes(size))
    assert answer.json["md5Checksum"] == hashlib.md5(bytes(size)).hexdigest()
    made = next(file for file in sandbox.state("drive")["files"] if file["id"] == answer.json["id"])
    assert made["mimeType"] == "video/mp4"
    assert made["parents"] == [FOLDER]
