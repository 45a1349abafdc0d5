"""Zoom on the wire: past meetings, recordings, downloads."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from . import zoom_schema
from .running import Sandbox
from .test_zoom import HOST, Zoom

UUIDS = ["abc+def==", "/abcdef==", "abc//def==", "abc/def=="]


@pytest.fixture
def zoom(sandbox: Sandbox) -> Zoom:
    return Zoom(sandbox)


def twice(uuid: str) -> str:
    return quote(quote(uuid, safe=""), safe="")


def held(zoom: Zoom, number: int = 0, **wish: Any) -> tuple[int, str]:
    number = number or zoom.create()["id"]
    wish = {"start": "2026-12-08T19:02:00Z", "end": "2026-12-08T20:05:00Z"} | wish
    return number, zoom.sandbox.people("zoom", "hold", meeting_id=number, **wish)["uuid"]


def test_instances_of_a_meeting_are_listed_with_their_real_start_and_end(zoom: Zoom) -> None:
    number, uuid = held(zoom)
    instances = zoom.call("GET", f"/v2/past_meetings/{number}/instances")
    zoom_schema.check_answer("GET", "/past_meetings/{meetingId}/instances", 200, instances)
    assert instances == {"meetings": [{"uuid": uuid, "start_time": "2026-12-08T19:02:00Z"}]}
    past = zoom.call("GET", f"/v2/past_meetings/{twice(uuid)}")
    zoom_schema.check_answer("GET", "/past_meetings/{meetingUUID}", 200, past)
    assert (past["start_time"], past["end_time"], past["duration"]) == (
        "2026-12-08T19:02:00Z",
        "2026-12-08T20:05:00Z",
        63,
    )


def test_uuids_come_in_all_forms(zoom: Zoom) -> None:
    number = zoom.create()["id"]
    uuids = [held(zoom, number)[1] for _ in range(4)]
    assert sum(uuid.startswith("/") for uuid in uuids) == 1
    assert sum("//" in uuid for uuid in uuids) == 1


@pytest.mark.parametrize("uuid", UUIDS)
def test_a_uuid_encoded_twice_is_understood(zoom: Zoom, uuid: str) -> None:
    number, _ = held(zoom, uuid=uuid)
    zoom.sandbox.people("zoom", "record", meeting_id=number)
    assert zoom.call("GET", f"/v2/past_meetings/{twice(uuid)}")["uuid"] == uuid
    assert zoom.call("GET", f"/v2/meetings/{twice(uuid)}/recordings")["uuid"] == uuid


@pytest.mark.parametrize(("uuid", "status"), [("abc+def==", 200), ("/abcdef==", 404), ("abc//def==", 404)])
def test_a_uuid_with_slashes_encoded_once_is_not_found(zoom: Zoom, uuid: str, status: int) -> None:
    zoom.sandbox.expects_problems = True
    number, _ = held(zoom, uuid=uuid)
    zoom.sandbox.people("zoom", "record", meeting_id=number)
    zoom.call("GET", f"/v2/meetings/{quote(uuid, safe='')}/recordings", expect=status)
    assert bool(zoom.sandbox.control("GET", "problems")) is (status == 404)


def test_not_ready_and_never_recorded_look_the_same(zoom: Zoom) -> None:
    number = zoom.create()["id"]
    before = zoom.call("GET", f"/v2/meetings/{number}/recordings", expect=404)
    held(zoom, number)
    assert zoom.call("GET", f"/v2/meetings/{number}/recordings", expect=404) == before
    assert before["code"] == 3301


def test_a_number_means_the_latest_instance_only(zoom: Zoom) -> None:
    number, first = held(zoom)
    zoom.sandbox.people("zoom", "record", meeting_id=number)
    held(zoom, number, start="2026-12-08T20:10:00Z", end="2026-12-08T20:12:00Z")
    zoom.call("GET", f"/v2/meetings/{number}/recordings", expect=404)
    assert zoom.call("GET", f"/v2/meetings/{twice(first)}/recordings")["uuid"] == first


def test_a_recording_is_processed_and_then_complete(zoom: Zoom) -> None:
    number, _ = held(zoom)
    zoom.sandbox.people("zoom", "record", meeting_id=number, status="processing", bytes=5000)
    path = f"/v2/meetings/{number}/recordings"
    video, *_ = zoom.call("GET", path)["recording_files"]
    assert (video["status"], "download_url" in video) == ("processing", False)
    zoom.sandbox.people("zoom", "finish_recording", meeting_id=number)
    recording = zoom.call("GET", path)
    zoom_schema.check_answer("GET", "/meetings/{meetingId}/recordings", 200, recording)
    video, audio, timeline = recording["recording_files"]
    assert (video["status"], video["file_size"], video["file_type"]) == ("completed", 5000, "MP4")
    assert audio["recording_type"] == "audio_only"
    assert not {"id", "status"} & set(timeline)
    assert recording["share_url"].startswith("https://example.zoom.us/rec/share/")


def test_the_share_url_may_be_missing(zoom: Zoom) -> None:
    number, _ = held(zoom)
    zoom.sandbox.people("zoom", "record", meeting_id=number, share_url=False)
    recording = zoom.call("GET", f"/v2/meetings/{number}/recordings")
    assert "share_url" not in recording
    assert recording["recording_files"][0]["play_url"]


def test_a_download_wants_a_token_and_redirects_once(zoom: Zoom) -> None:
    number, _ = held(zoom)
    zoom.sandbox.people("zoom", "record", meeting_id=number, bytes=400_000)
    files = zoom.call("GET", f"/v2/meetings/{number}/recordings")["recording_files"]
    path = urlsplit(files[0]["download_url"]).path
    assert zoom.sandbox.call("GET", path).status == 401
    first = zoom.sandbox.call("GET", path, headers={"Authorization": f"Bearer {zoom.token}"})
    assert first.status == 302
    second = zoom.sandbox.call("GET", urlsplit(first.headers["Location"]).path)
    assert (second.status, len(second.body)) == (200, 400_000)
    assert len({second.body[i : i + 1000] for i in range(0, 400_000, 1000)}) == 400, "the bytes are no zeros"


def test_a_download_server_may_know_no_ranges(zoom: Zoom) -> None:
    number, _ = held(zoom)
    zoom.sandbox.people("zoom", "record", meeting_id=number, bytes=40_000)
    files = zoom.call("GET", f"/v2/meetings/{number}/recordings")["recording_files"]
    token = {"Authorization": f"Bearer {zoom.token}"}
    path = urlsplit(zoom.sandbox.call("GET", urlsplit(files[0]["download_url"]).path, headers=token).headers["Location"]).path
    part = zoom.sandbox.call("GET", path, headers={"Range": "bytes=30000-"})
    assert (part.status, len(part.body)) == (206, 10_000)
    zoom.sandbox.people("zoom", "serve", ranges=False, bytes_per_second=400_000)
    whole = zoom.sandbox.call("GET", path, headers={"Range": "bytes=30000-"})
    assert (whole.status, len(whole.body)) == (200, 40_000)
    assert whole.body.endswith(part.body)


def test_a_host_lists_recordings_by_day(zoom: Zoom) -> None:
    number, uuid = held(zoom)
    zoom.sandbox.people("zoom", "record", meeting_id=number)
    path = f"/v2/users/{HOST}/recordings"
    found = zoom.call("GET", path, **{"from": "2026-12-08", "to": "2026-12-08"})
    zoom_schema.check_answer("GET", "/users/{userId}/recordings", 200, found)
    assert [meeting["uuid"] for meeting in found["meetings"]] == [uuid]
    assert zoom.call("GET", path, **{"from": "2026-12-09", "to": "2026-12-31"})["meetings"] == []
    assert (
        zoom.call("GET", path, **{"from": "2026-12-08", "to": "2026-12-08", "meeting_id": 1})["meetings"]
        == []
    )
    zoom.call("GET", path, expect=400, **{"from": "2026-10-01", "to": "2026-12-31"})


def test_a_recording_outlives_its_meeting(zoom: Zoom) -> None:
    number, uuid = held(zoom)
    zoom.sandbox.people("zoom", "record", meeting_id=number)
    zoom.call("DELETE", f"/v2/meetings/{number}", expect=204)
    zoom.call("GET", f"/v2/meetings/{number}/recordings", expect=404)
    assert zoom.call("GET", f"/v2/meetings/{twice(uuid)}/recordings")["id"] == number


def test_recording_comes_after_the_call(zoom: Zoom) -> None:
    zoom.sandbox.expects_problems = True
    wish = {"meeting_id": zoom.create()["id"]}
    assert "was not held" in zoom.sandbox.control("POST", "people/zoom/record", wish, expect=400)["error"]
