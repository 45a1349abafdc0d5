"""Faults: which requests they strike, what reaches the client, and what was carried out all the same."""

from __future__ import annotations

import http.client
import json
import socket
from typing import Any

import pytest

from .running import Answer, Sandbox

EVENTS = "/calendar/v3/calendars/primary/events"
BODY = {
    "id": "event1",
    "summary": "Monthly call",
    "start": {"dateTime": "2026-12-08T19:00:00Z"},
    "end": {"dateTime": "2026-12-08T20:00:00Z"},
}


def insert(sandbox: Sandbox) -> Answer:
    """Insert the event, whatever comes back."""
    headers = {"Authorization": f"Bearer {sandbox.token}"}
    return sandbox.call("POST", EVENTS, BODY, headers=headers)


def stored(sandbox: Sandbox) -> int:
    """Return how many events there are."""
    return len(sandbox.state("calendar")["events"])


def posts(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Return what the log has of insertions."""
    return [each for each in sandbox.log("calendar") if each["method"] == "POST"]


@pytest.mark.parametrize(
    ("do", "error", "carried_out"),
    [
        ("drop_before", http.client.RemoteDisconnected, 0),
        ("drop_after", http.client.RemoteDisconnected, 1),
        ("reset_before", ConnectionResetError, 0),
        ("reset_after", ConnectionResetError, 1),
        ("half", http.client.IncompleteRead, 1),
    ],
)
def test_a_cut_connection_gives_no_answer_and_the_next_request_does(
    sandbox: Sandbox, do: str, error: type[Exception], carried_out: int
) -> None:
    sandbox.fault(service="calendar", do=do)
    with pytest.raises(error) as caught:
        insert(sandbox)
    # RemoteDisconnected is a ConnectionResetError too: only the exact class tells FIN from RST.
    assert type(caught.value) is error
    assert stored(sandbox) == carried_out
    [entry] = posts(sandbox)
    assert (entry["fault"], entry["status"] is None) == (do, carried_out == 0)
    assert insert(sandbox).status == (409 if carried_out else 200)


def test_a_late_request_is_carried_out_when_the_clock_has_come_so_far(sandbox: Sandbox) -> None:
    sandbox.set_now("2026-12-01T12:00:00Z")
    sandbox.fault(service="calendar", do="late", seconds=120)
    with pytest.raises(http.client.RemoteDisconnected):
        insert(sandbox)
    sandbox.set_now("2026-12-01T12:01:59Z")
    assert stored(sandbox) == 0
    sandbox.set_now("2026-12-01T12:02:00Z")
    assert stored(sandbox) == 1
    assert insert(sandbox).status == 409


def test_lists_can_be_late_with_what_is_new(sandbox: Sandbox) -> None:
    sandbox.set_now("2026-12-01T12:00:00Z")
    sandbox.fault(service="gmail", do="unlisted", seconds=180)
    drafts = "/gmail/v1/users/me/drafts"
    made = sandbox.google("gmail", "POST", drafts, {"message": {"raw": "VG86IGFAZXhhbXBsZS5vcmcNCg0KSGkNCg=="}})["id"]
    assert "drafts" not in sandbox.google("gmail", "GET", drafts)
    assert sandbox.google("gmail", "GET", f"{drafts}/{made}")["id"] == made
    sandbox.set_now("2026-12-01T12:03:00Z")
    assert [each["id"] for each in sandbox.google("gmail", "GET", drafts)["drafts"]] == [made]


def test_of_an_empty_answer_half_the_head_comes(sandbox: Sandbox) -> None:
    insert(sandbox)
    sandbox.fault(do="half", method="DELETE")
    request = f"DELETE {EVENTS}/event1 HTTP/1.1\r\nHost: x\r\n"
    request += f"Authorization: Bearer {sandbox.token}\r\n\r\n"
    host, _, port = sandbox.host.partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request.encode())
        with connection.makefile("rb") as answer:
            received = answer.read()
    assert received.startswith(b"HTTP/1.1 204")
    assert not received.endswith(b"\r\n\r\n")
    assert sandbox.state("calendar")["events"][0]["status"] == "cancelled"


def test_a_fault_for_every_service_strikes_the_token_endpoint_too(sandbox: Sandbox) -> None:
    sandbox.fault(do="status", status=500)
    assert sandbox.refresh().status == 500
    assert sandbox.refresh().status == 200


def test_a_refusal_carries_the_given_status_headers_and_body(sandbox: Sandbox) -> None:
    body = {"error": {"code": 429, "message": "slow down", "errors": []}}
    sandbox.fault(service="calendar", do="status", status=429, headers={"Retry-After": "7"}, body=body)
    answer = insert(sandbox)
    assert (answer.status, answer.headers["Retry-After"], answer.json) == (429, "7", body)
    assert stored(sandbox) == 0


def test_an_error_may_also_come_after_the_work_was_done(sandbox: Sandbox) -> None:
    sandbox.fault(service="calendar", do="status_after", status=503)
    answer = insert(sandbox)
    assert (answer.status, answer.json["error"]["code"], stored(sandbox)) == (503, 503, 1)


def test_garbage_is_an_answer_that_does_not_parse(sandbox: Sandbox) -> None:
    sandbox.fault(service="calendar", do="garbage")
    answer = insert(sandbox)
    assert (answer.status, stored(sandbox)) == (200, 1)
    with pytest.raises(ValueError):  # noqa: PT011 - UnicodeDecodeError or JSONDecodeError, both are
        json.loads(answer.body)


def test_a_slow_answer_outlasts_an_impatient_client_and_the_work_is_done(sandbox: Sandbox) -> None:
    sandbox.fault(service="calendar", do="slow", seconds=1)
    impatient = http.client.HTTPConnection(sandbox.host, timeout=0.2)
    headers = {"Authorization": f"Bearer {sandbox.token}", "Content-Type": "application/json"}
    impatient.request("POST", EVENTS, json.dumps(BODY), headers)
    with pytest.raises(TimeoutError):
        impatient.getresponse()
    impatient.close()
    assert stored(sandbox) == 1


def test_a_slow_fault_strikes_together_with_another(sandbox: Sandbox) -> None:
    sandbox.fault(service="calendar", do="slow", seconds=0)
    sandbox.fault(service="calendar", do="status", status=502)
    assert insert(sandbox).status == 502
    assert insert(sandbox).status == 200


def test_faults_skip_count_and_choose_by_service_method_and_path(sandbox: Sandbox) -> None:
    sandbox.fault(service="gmail", do="status", status=501)
    sandbox.fault(method="PATCH", do="status", status=502)
    sandbox.fault(path="/calendars/other/", do="status", status=503)
    sandbox.fault(path="/events$", method="post", skip=1, times=2, do="status", status=504)
    assert [insert(sandbox).status for _ in range(4)] == [200, 504, 504, 409]


def test_faults_can_be_seen_and_taken_back(sandbox: Sandbox) -> None:
    sandbox.fault(service="calendar", do="status", times=5)
    assert insert(sandbox).status == 503
    assert sandbox.control("GET", "faults")[0]["times"] == 4
    sandbox.control("DELETE", "faults")
    assert insert(sandbox).status == 200


@pytest.mark.parametrize(
    "fault",
    [
        {"do": "explode"},
        {},
        {"do": "status", "when": "now"},
        {"do": "status", "times": "many"},
        {"do": "status", "path": "("},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(sandbox: Sandbox, fault: dict[str, Any]) -> None:
    sandbox.expects_problems = True
    sandbox.control("POST", "faults", fault, expect=400)
    assert sandbox.control("GET", "faults") == []


def test_the_control_itself_is_never_struck(sandbox: Sandbox) -> None:
    sandbox.fault(do="drop_before", times=9)
    assert sandbox.control("GET", "clock")["now"] == "2026-12-01T12:00:00+00:00"


def test_an_answer_that_drips_comes_a_byte_at_a_time(sandbox: Sandbox) -> None:
    sandbox.fault(do="drip", service="zoom", seconds=0.05)
    with socket.create_connection((sandbox.host.partition(":")[0], int(sandbox.host.rpartition(":")[2])), timeout=10) as connection:
        connection.sendall(b"GET /v2/users/host@example.org/meetings HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert [connection.recv(4096) for _ in range(4)] == [b"H", b"T", b"T", b"P"]
