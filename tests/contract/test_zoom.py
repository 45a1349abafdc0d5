"""Zoom over real sockets against the sandbox: meetings, recordings, downloads, and every way in which Zoom says no."""

from __future__ import annotations

import collections
import hashlib
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs

import pytest

from automation.adapters.google.drive_source import Source
from automation.adapters.zoom.login import ZoomLogin
from automation.adapters.zoom.meetings import ZoomMeetings
from automation.domain.errors import Conflict, Permanent, ServiceError, Stopped, Transient, Unknown
from automation.domain.recordings import CloudRecording
from automation.domain.services import MeetingFields

HOST = "host@example.org"
NOW = "2026-12-01T17:00:00Z"
START = datetime(2026, 12, 8, 19, 0, tzinfo=UTC)
END = START + timedelta(hours=1)
MARK = "floss-mentoring/monthly-call/2026-12-08"
FIELDS = MeetingFields("FLOSS-Mentoring monthly call", START, 60, MARK, "cloud", "pa55_Word")


def zoom_for(sandbox: Any, host: str = HOST, **login: str) -> ZoomMeetings:
    given = {**sandbox.credentials["zoom"], **login}
    return ZoomMeetings(ZoomLogin.read(given, sandbox.credentials["endpoints"]), host)


@pytest.fixture
def zoom(sandbox: Any) -> ZoomMeetings:
    sandbox.post("clock", {"now": NOW})
    return zoom_for(sandbox)


def kept(sandbox: Any) -> list[dict[str, Any]]:
    return list(sandbox.get("state/zoom")["meetings"])


def posts(sandbox: Any) -> int:
    return sum(entry["path"].endswith("/meetings") for entry in sandbox.log("zoom", "POST"))


# --- meetings -----------------------------------------------------------------------------------------------


def test_a_created_meeting_has_all_that_was_asked_for_and_is_found_again(sandbox: Any, zoom: ZoomMeetings) -> None:
    made = zoom.create(FIELDS)
    assert (made.topic, made.start, made.minutes, made.agenda) == (FIELDS.topic, START, 60, MARK)
    assert made.passcode == "pa55_Word"
    assert made.join_url.startswith("https://")
    assert zoom.get(made.id) == made
    (listed,) = zoom.meetings()
    assert (listed.id, listed.agenda, listed.start, listed.passcode) == (made.id, MARK, START, "")
    settings = kept(sandbox)[0]["settings"]
    assert settings["auto_recording"] == "cloud"
    assert settings["join_before_host"] is True
    assert settings["waiting_room"] is False


def test_the_start_url_and_the_passcode_are_in_no_repr(zoom: ZoomMeetings) -> None:
    shown = repr(zoom.create(FIELDS)) + repr(FIELDS)
    assert "pa55_Word" not in shown.replace("pwd=", "")
    assert "/s/" not in shown


def test_the_body_has_the_time_in_utc_and_the_host_is_encoded(sandbox: Any, zoom: ZoomMeetings) -> None:
    zoom.create(FIELDS)
    sent = sandbox.log("zoom", "POST")[-1]
    assert sent["body"]["start_time"] == "2026-12-08T19:00:00Z"
    assert sent["body"]["timezone"] == "UTC"
    assert sent["body"]["type"] == 2
    assert sent["path"].endswith(("/users/host@example.org/meetings", "/users/host%40example.org/meetings"))


def test_without_a_passcode_zoom_makes_one(zoom: ZoomMeetings) -> None:
    assert zoom.create(MeetingFields("Call", START, 60, MARK, "none")).passcode != ""


def test_all_pages_of_the_list_are_read(sandbox: Any, zoom: ZoomMeetings) -> None:
    sandbox.fault(
        "status",
        service="zoom",
        method="GET",
        status=200,
        body={"next_page_token": "second", "meetings": [{"id": 1, "join_url": "https://zoom.us/j/1", "agenda": "first page"}]},
    )
    sandbox.fault(
        "status",
        service="zoom",
        method="GET",
        status=200,
        body={"next_page_token": "", "meetings": [{"id": 2, "join_url": "https://zoom.us/j/2"}]},
    )
    assert [(meeting.id, meeting.agenda) for meeting in zoom.meetings()] == [("1", "first page"), ("2", "")]
    first, second = [parse_qs(entry["query"]) for entry in sandbox.log("zoom", "GET")]
    assert first == {"type": ["scheduled"], "page_size": ["300"]}
    assert second == {**first, "next_page_token": ["second"]}


def test_a_moved_meeting_keeps_its_id_passcode_and_settings(sandbox: Any, zoom: ZoomMeetings) -> None:
    made = zoom.create(FIELDS)
    sandbox.people("zoom", "edit", meeting_id=made.id, password="by-hand")
    moved = MeetingFields("Moved", START + timedelta(days=7), 45, MARK, "none", FIELDS.passcode)
    zoom.update(made.id, moved)
    seen = zoom.get(made.id)
    assert seen is not None
    assert (seen.topic, seen.start, seen.minutes) == ("Moved", START + timedelta(days=7), 45)
    assert seen.passcode == "by-hand"
    assert kept(sandbox)[0]["settings"]["auto_recording"] == "cloud"


def test_a_deleted_meeting_is_gone_and_may_be_deleted_again(zoom: ZoomMeetings) -> None:
    made = zoom.create(FIELDS)
    zoom.delete(made.id)
    zoom.delete(made.id)
    assert zoom.get(made.id) is None
    assert zoom.meetings() == []


def test_changing_a_meeting_that_a_person_deleted_is_a_conflict(sandbox: Any, zoom: ZoomMeetings) -> None:
    made = zoom.create(FIELDS)
    sandbox.people("zoom", "delete", meeting_id=made.id)
    with pytest.raises(Conflict):
        zoom.update(made.id, FIELDS)


def test_a_meeting_with_people_in_it_is_deleted_later(sandbox: Any, zoom: ZoomMeetings) -> None:
    made = zoom.create(FIELDS)
    sandbox.people("zoom", "begin", meeting_id=made.id)
    with pytest.raises(Transient, match="people are in it"):
        zoom.delete(made.id)


def test_a_long_topic_with_line_ends_is_accepted(zoom: ZoomMeetings) -> None:
    made = zoom.create(MeetingFields("Größe\r\n" + "x" * 400, START, 60, MARK, "cloud"))
    assert made.topic == ("Größe " + "x" * 400)[:200]


# --- tokens -------------------------------------------------------------------------------------------------


def test_one_token_serves_many_requests(sandbox: Any, zoom: ZoomMeetings) -> None:
    for _ in range(3):
        zoom.meetings()
    assert [entry["path"] for entry in sandbox.log("zoom", "POST")] == ["/oauth/token"]


def test_an_expired_token_is_replaced_once_and_nothing_is_created_twice(sandbox: Any, zoom: ZoomMeetings) -> None:
    zoom.meetings()
    sandbox.people("zoom", "expire")
    zoom.create(FIELDS)
    assert len(kept(sandbox)) == 1
    assert [entry["status"] for entry in sandbox.log("zoom", "POST") if entry["path"].endswith("/meetings")] == [401, 201]


def test_a_401_that_stays_stops_the_service_after_two_requests(sandbox: Any, zoom: ZoomMeetings) -> None:
    sandbox.fault("status", service="zoom", path="/v2/", status=401, times=9, body={"code": 124, "message": "Invalid token"})
    with pytest.raises(Stopped, match="client_secret"):
        zoom.create(FIELDS)
    assert posts(sandbox) == 2


@pytest.mark.parametrize("wrong", [{"client_secret": "wr0ng-secret"}, {"account_id": "wr0ng-secret"}])
def test_a_wrong_login_stops_the_service_without_repeating_it(sandbox: Any, wrong: dict[str, str]) -> None:
    with pytest.raises(Stopped, match="client_secret") as caught:
        zoom_for(sandbox, **wrong).meetings()
    assert "wr0ng-secret" not in str(caught.value)
    assert len(sandbox.log("zoom")) == 1


def test_a_garbled_token_answer_is_worth_another_try(sandbox: Any, zoom: ZoomMeetings) -> None:
    sandbox.fault("garbage", service="zoom", path="/oauth/token")
    with pytest.raises(Transient):
        zoom.create(FIELDS)
    assert kept(sandbox) == []


# --- refusals -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "kind", "advice"),
    [
        (400, 4700, Stopped, "add the missing scope"),
        (400, 4711, Stopped, "add the missing scope"),
        (403, 0, Stopped, "add the missing scope"),
        (400, 3161, Stopped, r"\[meeting\] host"),
        (404, 1001, Stopped, r"\[meeting\] host"),
        (400, 300, Permanent, "300"),
        (503, 0, Unknown, "503"),
    ],
)
def test_a_refused_creation_says_what_to_do(
    sandbox: Any, zoom: ZoomMeetings, status: int, code: int, kind: type[ServiceError], advice: str
) -> None:
    sandbox.fault("status", service="zoom", path="/users/", status=status, body={"code": code, "message": "No."})
    with pytest.raises(kind, match=advice) as caught:
        zoom.create(FIELDS)
    assert type(caught.value) is kind
    assert posts(sandbox) == 1


def test_the_sandbox_and_the_adapter_agree_on_missing_scopes_and_hosts(sandbox: Any, zoom: ZoomMeetings) -> None:
    sandbox.people("zoom", "leave", host=HOST)
    with pytest.raises(Stopped, match=r"\[meeting\] host"):
        zoom.create(FIELDS)
    sandbox.people("zoom", "scopes", missing=["meeting:read:list_meetings:admin"])
    with pytest.raises(Stopped, match="scope"):
        zoom.meetings()


@pytest.mark.parametrize("host", ["", "me"])
def test_without_a_host_nothing_is_asked(sandbox: Any, host: str) -> None:
    with pytest.raises(Stopped, match=r"\[meeting\] host"):
        zoom_for(sandbox, host).meetings()
    assert sandbox.log("zoom") == []


def test_too_many_requests_in_a_second_wait_for_seconds(sandbox: Any, zoom: ZoomMeetings) -> None:
    sandbox.fault("status", service="zoom", path="/users/", status=429, headers={"Retry-After": "7"}, body={"code": 429, "message": ""})
    with pytest.raises(Transient) as caught:
        zoom.create(FIELDS)
    assert caught.value.retry_after == 7.0
    assert posts(sandbox) == 1


def test_the_limit_of_the_day_waits_until_the_day_is_over(sandbox: Any, zoom: ZoomMeetings) -> None:
    made = zoom.create(FIELDS)
    for _ in range(99):
        zoom.update(made.id, FIELDS)
    with pytest.raises(Transient, match="day") as caught:
        zoom.create(FIELDS)
    assert caught.value.retry_after == datetime(2026, 12, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "message", "after"),
    [
        ({"Retry-After": "2026-12-02T00:00:00Z"}, "", datetime(2026, 12, 2, tzinfo=UTC)),
        ({"X-RateLimit-Type": "Daily-limit"}, "", 3600.0),
        ({}, "You have exceeded the daily rate limit.", 3600.0),
    ],
)
def test_the_limit_of_the_day_is_known_by_any_of_its_signs(
    sandbox: Any, zoom: ZoomMeetings, headers: dict[str, str], message: str, after: Any
) -> None:
    sandbox.fault("status", service="zoom", path="/users/", status=429, headers=headers, body={"code": 429, "message": message})
    with pytest.raises(Transient, match="day") as caught:
        zoom.create(FIELDS)
    assert caught.value.retry_after == after


@pytest.mark.parametrize("do", ["drop_before", "drop_after", "reset_before", "reset_after", "half", "garbage", "status_after"])
def test_a_creation_whose_answer_is_lost_is_in_doubt_and_sent_once(sandbox: Any, zoom: ZoomMeetings, do: str) -> None:
    zoom.meetings()
    sandbox.fault(do, service="zoom", method="POST", path="/users/")
    with pytest.raises(Unknown):
        zoom.create(FIELDS)
    assert posts(sandbox) == 1
    assert len(kept(sandbox)) == (0 if do.endswith("before") else 1)


@pytest.mark.parametrize("do", ["drop_after", "reset_after", "status_after"])
def test_a_change_or_deletion_whose_answer_is_lost_may_be_repeated(sandbox: Any, zoom: ZoomMeetings, do: str) -> None:
    made = zoom.create(FIELDS)
    for method, again in (("PATCH", lambda: zoom.update(made.id, FIELDS)), ("DELETE", lambda: zoom.delete(made.id))):
        sandbox.fault(do, service="zoom", method=method)
        with pytest.raises(Transient):
            again()
        assert len(sandbox.log("zoom", method)) == 1
        again()
    assert zoom.get(made.id) is None


@pytest.mark.parametrize("do", ["drop_after", "garbage", "half", "status"])
def test_a_list_that_does_not_come_whole_is_worth_another_try(sandbox: Any, zoom: ZoomMeetings, do: str) -> None:
    sandbox.fault(do, service="zoom", method="GET")
    with pytest.raises(Transient):
        zoom.meetings()


# --- recordings ---------------------------------------------------------------------------------------------


def held(sandbox: Any, zoom: ZoomMeetings, **wish: Any) -> str:
    made = zoom.create(FIELDS)
    sandbox.people("zoom", "hold", meeting_id=made.id, **wish)
    return made.id


@pytest.mark.parametrize("uuid", ["plainUUID+1==", "/beginsWithSlash==", "two//slashes==", "one/slash=="])
def test_a_recording_is_found_by_its_session_whatever_the_uuid(sandbox: Any, zoom: ZoomMeetings, uuid: str) -> None:
    meeting = held(sandbox, zoom, uuid=uuid)
    assert zoom.recording(meeting, START, END) is None
    sandbox.people("zoom", "record", meeting_id=meeting, status="processing")
    unfinished = zoom.recording(meeting, START, END)
    assert unfinished is not None
    assert not unfinished.complete
    sandbox.people("zoom", "finish_recording", meeting_id=meeting)
    finished = zoom.recording(meeting, START, END)
    assert finished is not None
    assert finished.complete
    assert (finished.file_type, finished.size, finished.started) == ("MP4", 300_000, START)
    assert "/rec/share/" in finished.share_url
    assert "?pwd=play." in finished.share_url
    assert sandbox.get("problems") == []


def test_without_a_share_link_the_play_link_is_given(sandbox: Any, zoom: ZoomMeetings) -> None:
    meeting = held(sandbox, zoom)
    sandbox.people("zoom", "record", meeting_id=meeting, share_url=False)
    found = zoom.recording(meeting, START, END)
    assert found is not None
    assert "/rec/play/" in found.share_url
    assert "?pwd=play." in found.share_url


def test_a_call_that_was_not_held_has_no_recording(zoom: ZoomMeetings) -> None:
    assert zoom.recording(zoom.create(FIELDS).id, START, END) is None


def test_a_session_of_another_day_is_not_the_calls(sandbox: Any, zoom: ZoomMeetings) -> None:
    day_before = START - timedelta(days=1)
    meeting = held(sandbox, zoom, start=day_before.isoformat(), end=(day_before + timedelta(hours=1)).isoformat())
    sandbox.people("zoom", "record", meeting_id=meeting)
    assert zoom.recording(meeting, START, END) is None


def test_of_two_sessions_the_one_that_was_the_call_counts(sandbox: Any, zoom: ZoomMeetings) -> None:
    try_out = START - timedelta(minutes=20)
    meeting = held(sandbox, zoom, start=try_out.isoformat(), end=(try_out + timedelta(minutes=5)).isoformat())
    sandbox.people("zoom", "record", meeting_id=meeting, bytes=10)
    late = START + timedelta(minutes=25)
    sandbox.people("zoom", "hold", meeting_id=meeting, start=late.isoformat(), end=(late + timedelta(minutes=40)).isoformat())
    assert zoom.recording(meeting, START, END) is None
    sandbox.people("zoom", "record", meeting_id=meeting, bytes=2000)
    found = zoom.recording(meeting, START, END)
    assert found is not None
    assert found.size == 2000


@pytest.mark.parametrize("days", [0, 1])
def test_without_the_list_of_sessions_the_latest_one_counts_if_it_is_near(sandbox: Any, zoom: ZoomMeetings, days: int) -> None:
    start = START + timedelta(days=days)
    meeting = held(sandbox, zoom, start=start.isoformat(), end=(start + timedelta(hours=1)).isoformat())
    sandbox.people("zoom", "record", meeting_id=meeting)
    sandbox.people("zoom", "scopes", missing=["meeting:read:list_past_instances:admin"])
    assert (zoom.recording(meeting, START, END) is not None) is (days == 0)


def test_a_recording_that_cannot_be_asked_for_raises(sandbox: Any, zoom: ZoomMeetings) -> None:
    meeting = held(sandbox, zoom)
    sandbox.fault("status", service="zoom", path="/recordings")
    with pytest.raises(Transient):
        zoom.recording(meeting, START, END)
    sandbox.people("zoom", "scopes", missing=["cloud_recording:read:list_recording_files:admin"])
    with pytest.raises(Stopped, match="scope"):
        zoom.recording(meeting, START, END)


# --- downloads ----------------------------------------------------------------------------------------------


def recorded(sandbox: Any, zoom: ZoomMeetings, size: int = 300_000) -> Any:
    meeting = held(sandbox, zoom)
    sandbox.people("zoom", "record", meeting_id=meeting, bytes=size)
    return zoom.recording(meeting, START, END)


def test_a_download_comes_in_pieces_and_whole(sandbox: Any, zoom: ZoomMeetings) -> None:
    recording = recorded(sandbox, zoom)
    pieces: list[bytes] = []
    with zoom.download(recording) as stream:
        while piece := stream.read(65536):
            pieces.append(piece)
    assert [len(piece) for piece in pieces[:-1]] == [65536] * (len(pieces) - 1)
    assert sum(map(len, pieces)) == 300_000
    with zoom.download(recording) as stream:
        assert hashlib.sha256(stream.read()).digest() == hashlib.sha256(b"".join(pieces)).digest()


def test_a_download_with_an_expired_token_gets_a_new_one(sandbox: Any, zoom: ZoomMeetings) -> None:
    recording = recorded(sandbox, zoom)
    sandbox.people("zoom", "expire")
    with zoom.download(recording) as stream:
        assert len(stream.read()) == 300_000


def test_half_a_download_is_an_error_and_not_an_end(sandbox: Any, zoom: ZoomMeetings) -> None:
    recording = recorded(sandbox, zoom)
    sandbox.fault("half", service="zoom", path="/rec/file/")
    with zoom.download(recording) as stream, pytest.raises(Transient):
        collections.deque(iter(lambda: stream.read(65536), b""), maxlen=0)


@pytest.mark.parametrize("start", [0, 1, 65536, 299_999])
def test_a_download_goes_on_from_where_it_was(sandbox: Any, zoom: ZoomMeetings, start: int) -> None:
    recording = recorded(sandbox, zoom)
    with zoom.download(recording) as stream:
        whole = stream.read()
    with zoom.download(recording, start) as stream:
        assert (stream.begins, stream.read()) == (start, whole[start:])
    last = sandbox.log("zoom", "GET")[-1]
    assert (last["status"], last["headers"].get("Range")) == ((206, f"bytes={start}-") if start else (200, None))


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, {}, b"0123456789"),
        (200, {"Content-Range": "bytes 4-9/10"}, b"0123456789"),
        (206, {"Content-Range": "bytes 0-9/10"}, b"0123456789"),
        (206, {"Content-Range": "bytes 6-9/10"}, b"6789"),
        (206, {"Content-Range": "bytes 4-9/10"}, b"456789"),
        (206, {}, b"0123456789"),
    ],
)
def test_a_server_with_its_own_mind_about_ranges(zoom: ZoomMeetings, status: int, headers: dict[str, str], body: bytes) -> None:
    """One that does not know them sends all, one may begin earlier than asked: where it begins is told, and nothing of it is read yet."""
    with Site(status, {"Content-Type": "video/mp4", **headers}, body) as site, zoom.download(CloudRecording(True, "", site.url), 6) as stream:
        assert stream.begins == 10 - len(body)
        source = Source(stream, 10, 6)
        assert source.fill(100, lambda: False)
        assert source.chunk(100) == (b"6789", True)


def test_a_part_that_begins_too_late_is_of_no_use(zoom: ZoomMeetings) -> None:
    with Site(206, {"Content-Type": "video/mp4", "Content-Range": "bytes 8-9/10"}, b"89") as site, pytest.raises(Transient, match="another part"):
        zoom.download(CloudRecording(True, "", site.url), 6)


class Site(ThreadingHTTPServer):
    """A web server on a port of its own: gives one answer to every GET and remembers each request's Authorization."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        super().__init__(("127.0.0.1", 0), SiteRequest)
        self.answer = (status, {**headers, "Content-Length": str(len(body))}, body)
        self.authorizations: list[str | None] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}/rec/secret-path"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.shutdown()
        self.server_close()


class SiteRequest(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.authorizations.append(self.headers["Authorization"])
        status, headers, body = self.server.answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_the_token_goes_to_the_first_host_only(zoom: ZoomMeetings) -> None:
    with Site(200, {"Content-Type": "video/mp4"}, b"bytes") as files, Site(302, {"Location": files.url}) as first:
        with zoom.download(CloudRecording(True, "", first.url)) as stream:
            assert stream.read() == b"bytes"
        assert str(first.authorizations[0]).startswith("Bearer ")
        assert files.authorizations == [None]


def test_a_web_page_instead_of_a_recording_is_refused(zoom: ZoomMeetings) -> None:
    with Site(200, {"Content-Type": "text/html; charset=utf-8"}, b"Sign in") as site:
        with pytest.raises(Permanent, match="web page") as caught:
            zoom.download(CloudRecording(True, "", site.url))
        assert "secret-path" not in str(caught.value)


def test_a_download_that_is_gone_or_failing_says_so_without_its_address(sandbox: Any, zoom: ZoomMeetings) -> None:
    recording = recorded(sandbox, zoom)
    for status, kind in ((404, Permanent), (503, Transient)):
        sandbox.fault("status", service="zoom", path="/rec/file/", status=status)
        with pytest.raises(kind) as caught:
            zoom.download(recording)
        assert "/rec/" not in str(caught.value)


def test_endless_redirects_end(sandbox: Any, zoom: ZoomMeetings) -> None:
    recording = recorded(sandbox, zoom)
    sandbox.fault("status", service="zoom", path="/rec/", status=302, times=99, headers={"Location": "/rec/file/again"})
    with pytest.raises(Permanent, match="redirected"):
        zoom.download(recording)
