"""Zoom on the wire: token, meetings, limits."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from . import zoom_schema
from .running import Answer, Sandbox

HOST = "host@example.org"
MEETINGS = f"/v2/users/{HOST}/meetings"
CALL = {
    "topic": "FLOSS-Mentoring monthly call",
    "type": 2,
    "start_time": "2026-12-08T11:00:00",
    "timezone": "America/Los_Angeles",
    "duration": 60,
    "password": "mentor_26",
    "agenda": "floss-mentoring/monthly-call/2026-12-08",
    "settings": {"auto_recording": "cloud", "waiting_room": True, "join_before_host": True},
}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Zoom:
    """Requests with a token."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.token = ask_token(sandbox).json["access_token"]

    def call(self, method: str, path: str, body: Any = None, expect: int = 200, **query: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.sandbox.call(method, path, body, query=query, headers=headers)
        assert answer.status == expect, answer.body
        return answer.json

    def create(self, expect: int = 201, **changes: Any) -> Any:
        body = {name: value for name, value in {**CALL, **changes}.items() if value is not None}
        return self.call("POST", MEETINGS, body, expect)

    def listed(self, kind: str = "scheduled") -> list[int]:
        return [meeting["id"] for meeting in self.call("GET", MEETINGS, type=kind)["meetings"]]


def ask_token(sandbox: Sandbox, **changes: str) -> Answer:
    kept = sandbox.credentials["zoom"] | changes
    basic = b64encode(f"{kept['client_id']}:{kept['client_secret']}".encode()).decode()
    form = f"grant_type={kept.get('grant', 'account_credentials')}&account_id={kept['account_id']}"
    return sandbox.call(
        "POST", "/oauth/token", form.encode(), headers={"Authorization": f"Basic {basic}"} | FORM
    )


@pytest.fixture
def zoom(sandbox: Sandbox) -> Zoom:
    return Zoom(sandbox)


def test_a_token_lives_an_hour(zoom: Zoom) -> None:
    answer = ask_token(zoom.sandbox).json
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 3600)
    zoom.sandbox.set_now("2026-12-01T12:59:59Z")
    zoom.listed()
    zoom.sandbox.set_now("2026-12-01T13:00:00Z")
    assert zoom.call("GET", MEETINGS, expect=401) == {"code": 124, "message": "Access token is expired."}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"account_id": "other"}, "invalid_request"),
        ({"grant": "authorization_code"}, "unsupported_grant_type"),
    ],
)
def test_wrong_credentials_get_no_token(sandbox: Sandbox, changes: dict[str, str], error: str) -> None:
    answer = ask_token(sandbox, **changes)
    assert (answer.status, answer.json["error"]) == (400, error)


def test_local_time_is_taken_in_the_zone_of_the_meeting(zoom: Zoom) -> None:
    assert zoom.create()["start_time"] == "2026-12-08T19:00:00Z"
    assert zoom.create(start_time="2027-06-08T11:00:00")["start_time"] == "2027-06-08T18:00:00Z"
    assert zoom.create(start_time="2026-12-08T11:00:00Z")["start_time"] == "2026-12-08T11:00:00Z"


def test_the_answer_has_links_and_settings_and_lists_have_no_passcode(zoom: Zoom) -> None:
    made = zoom.create()
    assert made["join_url"].startswith(f"https://example.zoom.us/j/{made['id']}?pwd=")
    assert "mentor_26" not in made["join_url"]
    assert made["start_url"].startswith("https://")
    assert made["password"] == "mentor_26"
    assert made["settings"]["join_before_host"] is False, "a waiting room disables it"
    (item,) = zoom.call("GET", MEETINGS)["meetings"]
    assert not {"password", "start_url", "settings"} & set(item)
    assert item["agenda"] == CALL["agenda"]


def test_answers_and_bodies_fit_the_published_schema(zoom: Zoom) -> None:
    zoom_schema.check_body("POST", "/users/{userId}/meetings", CALL)
    made = zoom.create()
    zoom_schema.check_answer("POST", "/users/{userId}/meetings", 201, made)
    zoom_schema.check_answer(
        "GET", "/meetings/{meetingId}", 200, zoom.call("GET", f"/v2/meetings/{made['id']}")
    )
    zoom_schema.check_answer("GET", "/users/{userId}/meetings", 200, zoom.call("GET", MEETINGS))
    change = {"start_time": "2026-12-09T11:00:00", "timezone": "America/Los_Angeles"}
    zoom_schema.check_body("PATCH", "/meetings/{meetingId}", change)
    zoom_schema.check_answer("PATCH", "/meetings/{meetingId}", 204, None)


def test_without_a_start_it_is_an_instant_meeting_that_no_list_shows(zoom: Zoom) -> None:
    made = zoom.create(start_time=None)
    assert made["type"] == 1
    assert "start_time" not in made
    assert zoom.listed() == zoom.listed("upcoming") == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password": "elevenchars"}, "password"),
        ({"password": "sp ace"}, "password"),
        ({"agenda": "x" * 2001}, "agenda"),
        ({"start_time": "2026-12-08 11:00"}, "start_time"),
        ({"start_time": "2026-12-08T11:00:00-08:00"}, "start_time"),
        ({"start_time": "2026-02-30T11:00:00"}, "start_time"),
        ({"timezone": "Pacific"}, "timezone"),
        ({"duration": "60"}, "duration"),
        ({"duration": 0}, "duration"),
        ({"title": "x"}, "title"),
        ({"settings": {"auto_recording": "yes"}}, "settings.auto_recording"),
        ({"settings": {"recording": "cloud"}}, "settings.recording"),
    ],
)
def test_fields_that_zoom_refuses(zoom: Zoom, changes: dict[str, Any], field: str) -> None:
    error = zoom.create(expect=400, **changes)
    assert error["code"] == 300
    assert [each["field"] for each in error["errors"]] == [field]
    assert zoom.listed() == []


def test_me_and_unknown_users_are_refused(zoom: Zoom) -> None:
    zoom.call("POST", "/v2/users/me/meetings", CALL, expect=400)
    assert zoom.call("GET", "/v2/users/nobody/meetings", expect=404)["code"] == 1001
    zoom.sandbox.people("zoom", "leave", host=HOST)
    assert zoom.create(expect=404)["code"] == 1001


def test_create_is_never_idempotent(zoom: Zoom) -> None:
    assert zoom.create()["id"] != zoom.create()["id"]
    assert len(zoom.listed()) == 2


def test_a_patch_answers_nothing_and_ignores_a_start_in_the_past(zoom: Zoom) -> None:
    path = f"/v2/meetings/{zoom.create()['id']}"
    assert (
        zoom.call("PATCH", path, {"start_time": "2026-12-15T11:00:00", "settings": {"jbh_time": 5}}, 204)
        is None
    )
    zoom.call("PATCH", path, {"start_time": "2020-12-15T11:00:00", "topic": "New"}, 204)
    now = zoom.call("GET", path)
    assert (now["start_time"], now["topic"]) == ("2026-12-15T19:00:00Z", "New")
    assert (now["settings"]["jbh_time"], now["settings"]["auto_recording"]) == (5, "cloud")


def test_a_deleted_meeting_is_gone_and_a_live_one_stays(zoom: Zoom) -> None:
    path = f"/v2/meetings/{(number := zoom.create()['id'])}"
    zoom.sandbox.people("zoom", "begin", meeting_id=number)
    assert zoom.call("DELETE", path, expect=400)["code"] == 3002
    zoom.sandbox.people("zoom", "hold", meeting_id=number)
    zoom.call("DELETE", path, expect=204, schedule_for_reminder="false")
    assert zoom.call("DELETE", path, expect=404)["code"] == 3001
    assert zoom.call("PATCH", path, {"topic": "x"}, expect=404)["code"] == 3001
    assert zoom.listed() == []


def test_a_host_writes_a_hundred_times_a_day_until_utc_midnight(zoom: Zoom) -> None:
    path = f"/v2/meetings/{zoom.create()['id']}"
    for _ in range(99):
        zoom.call("PATCH", path, {"topic": "x"}, 204)
    headers = {"Authorization": f"Bearer {zoom.token}"}
    answer = zoom.sandbox.call("PATCH", path, {"topic": "y"}, headers=headers)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "2026-12-02T00:00:00Z")
    zoom.sandbox.set_now("2026-12-02T00:00:00Z")
    fresh = Zoom(zoom.sandbox)
    fresh.call("PATCH", path, {"topic": "z"}, 204)
    assert fresh.call("GET", path)["topic"] == "z"


def test_lists_by_time_and_state(zoom: Zoom) -> None:
    first, second = zoom.create()["id"], zoom.create(start_time="2027-01-12T11:00:00")["id"]
    zoom.sandbox.set_now("2026-12-09T00:00:00Z")
    zoom = Zoom(zoom.sandbox)
    assert zoom.listed() == [first, second]
    assert zoom.listed("upcoming") == [second]
    assert zoom.listed("previous_meetings") == []
    zoom.sandbox.people("zoom", "hold", meeting_id=first)
    assert zoom.listed("previous_meetings") == [first]
    zoom.sandbox.set_now("2027-01-07T19:00:00Z")
    assert Zoom(zoom.sandbox).listed() == [second], "a meeting expires 30 days after its date"


def test_pages_of_a_list_last_a_quarter_of_an_hour(zoom: Zoom) -> None:
    made = [zoom.create(start_time=f"2026-12-1{day}T11:00:00")["id"] for day in range(3)]
    page = zoom.call("GET", MEETINGS, page_size=2)
    assert (page["page_count"], page["total_records"]) == (2, 3)
    rest = zoom.call("GET", MEETINGS, page_size=2, next_page_token=page["next_page_token"])
    assert [meeting["id"] for meeting in page["meetings"] + rest["meetings"]] == made
    assert rest["next_page_token"] == ""
    zoom.sandbox.set_now("2026-12-01T12:15:00Z")
    zoom.call("GET", MEETINGS, expect=400, page_size=2, next_page_token=page["next_page_token"])
    zoom.call("GET", MEETINGS, expect=400, page_size=301)
    zoom.call("GET", MEETINGS, expect=400, size=3)


def test_a_long_agenda_is_cut_in_lists_only(zoom: Zoom) -> None:
    number = zoom.create(agenda="m" + "x" * 1999)["id"]
    assert len(zoom.call("GET", MEETINGS)["meetings"][0]["agenda"]) == 250
    assert len(zoom.call("GET", f"/v2/meetings/{number}")["agenda"]) == 2000


def test_a_missing_scope_is_named(zoom: Zoom) -> None:
    zoom.sandbox.people("zoom", "scopes", missing=["meeting:update:meeting:admin"])
    number = zoom.create()["id"]
    assert zoom.call("PATCH", f"/v2/meetings/{number}", {"topic": "x"}, expect=400)["code"] == 4700


def test_people_move_and_edit_by_hand(zoom: Zoom) -> None:
    number = zoom.create()["id"]
    zoom.sandbox.people("zoom", "move", meeting_id=number, start="2026-12-10T19:00:00Z")
    zoom.sandbox.people("zoom", "edit", meeting_id=number, topic="By hand", password="x1")
    now = zoom.call("GET", f"/v2/meetings/{number}")
    assert (now["start_time"], now["topic"], now["password"]) == ("2026-12-10T19:00:00Z", "By hand", "x1")
    assert len(zoom.sandbox.people("zoom", "list")) == 1


def test_a_meeting_whose_answer_was_lost_is_found_in_the_list(zoom: Zoom) -> None:
    zoom.sandbox.fault(service="zoom", method="POST", path="/meetings$", do="reset_after")
    with pytest.raises(OSError):
        zoom.create()
    assert len(zoom.listed()) == 1


def test_no_secret_is_in_the_state(zoom: Zoom) -> None:
    zoom.create()
    assert "start_url" not in str(zoom.sandbox.state("zoom"))
    assert zoom.token not in str(zoom.sandbox.state("zoom"))
