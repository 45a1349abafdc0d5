"""The sandbox as a process, its control routes, and Google's documents as judge of every Google route."""

from __future__ import annotations

import http.client
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from automation.sandbox.google.fields import parse_fields, prune
from automation.sandbox.server import create_app
from automation.sandbox.world.state import World

from . import discovery
from .running import NOW, ROOT, Sandbox, start_sandbox

CALENDAR = "/calendar/v3/calendars/primary"


def test_the_credentials_file_is_private_and_complete(sandbox: Sandbox) -> None:
    file = sandbox.credentials_file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert set(sandbox.credentials) == {"google", "zoom", "smtp", "discord", "endpoints"}
    base = f"http://{sandbox.host}/"
    assert sandbox.credentials["endpoints"]["calendar"] == base + "calendar/v3/"
    assert sandbox.credentials["endpoints"]["zoom_api"] == base + "v2/"
    assert sandbox.credentials["smtp"]["port"] > 0


@pytest.mark.parametrize("end", ["SIGTERM", "SIGINT", "stdin"])
def test_the_process_ends_cleanly(tmp_path: Path, end: str) -> None:
    running = start_sandbox(tmp_path)
    assert running.control("GET", "problems") == []
    assert running.process.stdin is not None
    if end == "stdin":
        running.process.stdin.close()
    else:
        running.process.send_signal(getattr(signal, end))
    assert running.process.wait(timeout=20) == 0
    running.end()
    with pytest.raises(ConnectionError):
        running.control("GET", "problems")


def test_a_clock_without_offset_is_refused_at_the_start() -> None:
    command = [sys.executable, "-m", "automation.sandbox", "--now", "2026-12-01T12:00:00"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "offset" in ended.stderr


def test_the_sandbox_loads_nothing_of_the_program_it_serves() -> None:
    code = "import automation.sandbox.__main__, sys; print('\\n'.join(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    ours = {name for name in ended.stdout.split() if name.startswith("automation")}
    assert {n for n in ours if not n.startswith("automation.sandbox")} == {"automation"}
    assert "googleapiclient" not in ended.stdout.split()


@pytest.mark.parametrize("api", ["calendar", "gmail", "drive", "docs"])
def test_every_google_route_is_a_method_of_the_discovery_document(tmp_path: Path, api: str) -> None:
    app = create_app(World(tmp_path))
    seen = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] != api:
            continue
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            path = re.sub(r"<[^>]+>", "x1", rule.rule)
            if api == "drive" and not re.match(r"/(drive|upload|resumable)/", path):
                continue
            if method == "PUT" and "upload" in path:
                continue  # the session URI of a resumable upload, which no document lists
            discovery.method_for(api, method, path)
            seen += 1
    assert seen >= 2


def test_unknown_paths_and_methods_are_refused_and_remembered(sandbox: Sandbox) -> None:
    sandbox.expects_problems = True
    assert sandbox.call("GET", "/calendar/v3/nothing").status == 404
    assert sandbox.call("PUT", f"{CALENDAR}/events").status == 405
    assert sandbox.call("GET", "/v2//users").status == 404
    problems = sandbox.control("GET", "problems")
    assert [each.split(":")[0] for each in problems] == [
        "404 GET /calendar/v3/nothing",
        f"405 PUT {CALENDAR}/events",
        "404 GET /v2//users",
    ]


def test_one_connection_serves_many_requests_whatever_their_bodies(sandbox: Sandbox) -> None:
    connection = http.client.HTTPConnection(sandbox.host, timeout=20)
    connection.connect()
    own = connection.sock
    for body in (b"", b"{}", b"x" * 100_000, b"y" * 5_000_000):
        connection.request("POST", "/calendar/v3/nothing", body)
        response = connection.getresponse()
        response.read()
        assert (response.status, response.version) == (404, 11)
        assert connection.sock is own
    connection.request("POST", "/nothing", iter([b"ab", b"cd"]), encode_chunked=True)
    assert connection.getresponse().status == 404
    assert connection.sock is own
    connection.close()
    sandbox.expects_problems = True


def test_the_log_tells_what_was_asked_but_not_the_token(sandbox: Sandbox) -> None:
    body = {
        "start": {"dateTime": "2026-12-08T19:00:00Z"},
        "end": {"dateTime": "2026-12-08T20:00:00Z"},
    }
    sandbox.google("calendar", "POST", f"{CALENDAR}/events", body, query={"sendUpdates": "none"})
    token, entry = sandbox.log()
    assert (token["path"], token["service"]) == ("/token", "google")
    assert "body" not in token
    wanted = {"method": "POST", "query": "sendUpdates=none", "status": 200, "body": body, "at": NOW}
    assert {name: entry[name] for name in wanted} == wanted
    assert sandbox.token not in str(entry)
    sandbox.control("DELETE", "log")
    assert sandbox.log() == []


def test_the_clock_stands_where_it_was_put(sandbox: Sandbox) -> None:
    assert sandbox.control("GET", "clock") == {"now": NOW}
    sandbox.set_now("2027-01-12T11:00:00-08:00")
    assert sandbox.control("GET", "clock") == {"now": "2027-01-12T19:00:00+00:00"}
    sandbox.expects_problems = True
    sandbox.control("POST", "clock", {"now": "2027-01-12T11:00:00"}, expect=400)
    sandbox.control("POST", "clock", {"now": "tomorrow"}, expect=400)
    sandbox.control("POST", "clock", {}, expect=400)


def test_a_reset_makes_everything_new(sandbox: Sandbox) -> None:
    sandbox.control(
        "POST",
        "seed",
        {
            "calendar": [
                {
                    "action": "create",
                    "summary": "By hand",
                    "start": "2026-12-08T19:00:00Z",
                    "end": "2026-12-08T20:00:00Z",
                }
            ]
        },
    )
    sandbox.fault(do="status")
    sandbox.set_now("2027-01-01T00:00:00Z")
    assert len(sandbox.state("calendar")["events"]) == 1
    sandbox.control("POST", "reset", {})
    assert sandbox.state("calendar")["events"] == []
    assert sandbox.control("GET", "faults") == []
    assert sandbox.control("GET", "clock") == {"now": NOW}


def test_what_nobody_can_do_is_refused(sandbox: Sandbox) -> None:
    sandbox.expects_problems = True
    sandbox.control("POST", "people/calendar/juggle", {}, expect=400)
    sandbox.control("POST", "people/calendar/delete", {"id": "nosuch"}, expect=400)
    sandbox.control("POST", "people/calendar/delete", {}, expect=400)
    sandbox.control("POST", "people/calendar/delete", [], expect=400)
    assert len(sandbox.control("GET", "problems")) == 4


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ("a", {"a": 1}),
        ("b/c", {"b": [{"c": 2}, {}]}),
        ("b(c,d),a", {"a": 1, "b": [{"c": 2}, {"d": 3}]}),
        ("b/*", {"b": [{"c": 2}, {"d": 3}]}),
        ("*", {"a": 1, "b": [{"c": 2}, {"d": 3}]}),
    ],
)
def test_a_field_mask_keeps_what_it_names(fields: str, kept: object) -> None:
    assert prune({"a": 1, "b": [{"c": 2}, {"d": 3}]}, parse_fields(fields)) == kept


@pytest.mark.parametrize(
    ("host", "status"), [("127.0.0.1", 200), ("localhost", 200), ("[::1]", 200), ("evil.example", 403), ("127.0.0.1.evil.example", 403)]
)
def test_the_control_routes_answer_to_names_of_this_machine_only(sandbox: Sandbox, host: str, status: int) -> None:
    """A page in a browser can have its own name point here, and then ask as if it were at home."""
    connection = http.client.HTTPConnection(sandbox.host, timeout=30)
    connection.request("GET", "/_sandbox/clock", headers={"Host": f"{host}:8080"})
    assert connection.getresponse().status == status
    connection.close()
