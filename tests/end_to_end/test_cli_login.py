"""`login`: the way through a browser, played against an authorization server on loopback (RFC 6749 4.1, RFC 8252 7.3)."""

from __future__ import annotations

import http.client
import http.server
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from automation.adapters.google.login import log_in as login
from automation.adapters.google.login import scopes
from automation.config.community import read_config
from automation.config.credentials_file import write_section
from automation.domain.errors import UserError
from tests.end_to_end.stage import ROOT

REFRESH = "1//refresh-token-of-the-test"
CONFIG = (ROOT / "community.toml").read_text(encoding="utf-8")


class Server(http.server.ThreadingHTTPServer):
    """Gives out one code and exchanges it for tokens. `asked` are the form fields that came to the token endpoint."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.base = f"http://127.0.0.1:{self.server_port}"
        self.asked: dict[str, list[str]] = {}
        self.answer: dict[str, Any] = {"access_token": "ya29.test", "refresh_token": REFRESH, "expires_in": 3599, "token_type": "Bearer"}
        self.granted = ""


class Exchange(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        self.server.asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        body = json.dumps({**self.server.answer, "scope": self.server.granted}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.fixture
def folder(tmp_path: Path, server: Server) -> Path:
    (tmp_path / "community.toml").write_text(CONFIG, encoding="utf-8")
    client = {
        "client_id": "id.apps.example",
        "client_secret": "client-secret",
        "auth_uri": f"{server.base}/auth",
        "token_uri": f"{server.base}/token",
    }
    (tmp_path / "client.json").write_text(json.dumps({"installed": {**client, "redirect_uris": ["http://localhost"]}}), encoding="utf-8")
    return tmp_path


def ask(netloc: str, target: str, method: str = "GET") -> tuple[int, str]:
    """What the page on this machine says to one request."""
    connection = http.client.HTTPConnection(netloc, timeout=30)
    try:
        connection.request(method, target)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def log_in(
    folder: Path,
    server: Server,
    back: dict[str, str],
    *,
    granted: str | None = None,
    before: Callable[[str], None] = lambda netloc: None,
    page: list[str] | None = None,
) -> tuple[int, str]:
    """Run `login`, take the printed address as a browser would, and come back with the given answer; the exit code and all that was said.
    `before` gets the place to which the browser comes back; `page` collects what it was told there."""
    command = [sys.executable, str(ROOT / "run.py"), "login", "client.json", "--no-browser"]
    # The test's own endpoint has no certificate.
    environment = {**os.environ, "OAUTHLIB_INSECURE_TRANSPORT": "1", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        said = ""
        while f"{server.base}/auth?" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        query = parse_qs(urlsplit(said.strip().split()[-1]).query)
        server.granted = query["scope"][0] if granted is None else granted
        way_back = urlsplit(query["redirect_uri"][0])
        before(way_back.netloc)
        told = ask(way_back.netloc, f"{way_back.path}?{urlencode({'state': query['state'][0], **back})}")[1]
        if page is not None:
            page.append(told)
        assert query["access_type"] == ["offline"]
        said += process.stdout.read()
        return process.wait(30), said


def test_the_login_lands_in_the_credentials_beside_the_other_sections(folder: Path, server: Server) -> None:
    path = folder / "credentials.json"
    path.write_text(json.dumps({"zoom": {"account_id": "kept"}}), encoding="utf-8")
    path.chmod(0o644)
    code, said = log_in(folder, server, {"code": "4/code"})
    assert code == 0, said
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["zoom"] == {"account_id": "kept"}
    assert content["google"] == {
        "type": "authorized_user", "client_id": "id.apps.example", "client_secret": "client-secret", "refresh_token": REFRESH,
        "token_uri": f"{server.base}/token",
    }  # fmt: skip
    assert path.stat().st_mode & 0o777 == 0o600
    assert server.asked["code"] == ["4/code"]
    assert server.asked["code_verifier"]
    for words in ("after 7 days", "Publish app", "tick every box"):
        assert words in said
    assert REFRESH not in said
    assert "client-secret" not in said


def test_a_box_left_unticked_is_said_and_nothing_is_written(folder: Path, server: Server) -> None:
    code, said = log_in(folder, server, {"code": "4/code"}, granted="https://www.googleapis.com/auth/calendar.events")
    assert code == 2
    assert "tick every box" in said.splitlines()[-1]
    assert not (folder / "credentials.json").exists()


def test_a_refusal_is_said_and_nothing_is_written(folder: Path, server: Server) -> None:
    code, said = log_in(folder, server, {"error": "access_denied"})
    assert code == 2
    assert "access_denied" in said
    assert "Traceback" not in said
    assert not (folder / "credentials.json").exists()


def test_only_the_answer_to_this_login_counts_and_all_else_is_waited_out(folder: Path, server: Server) -> None:
    """A browser asks for icons and opens connections in advance; another page on this machine may try its luck."""
    silent: list[socket.socket] = []

    def before(netloc: str) -> None:
        host, _, port = netloc.partition(":")
        silent.append(socket.create_connection((host, int(port))))
        assert ask(netloc, "/favicon.ico")[0] == 404
        assert ask(netloc, "/other?code=4/stolen&state=x")[0] == 404
        for query in ("", "?code=4/stolen", "?code=4/stolen&state=wrong", "?error=access_denied", "?error=access_denied&state=", "?state=%ff"):
            assert ask(netloc, f"/{query}")[0] == 400, query
        assert ask(netloc, "/?code=4/stolen&state=x", "POST")[0] == 501
        assert server.asked == {}

    page: list[str] = []
    code, said = log_in(folder, server, {"code": "4/code"}, before=before, page=page)
    assert code == 0, said
    assert server.asked["code"] == ["4/code"]
    assert page == ["Callkeeper is logged in. You can close this window and go back to the terminal."]
    silent[0].close()


@pytest.mark.parametrize(
    ("back", "granted", "words"),
    [
        ({"error": "access_denied"}, None, "access_denied"),
        ({"code": "4/code"}, "https://www.googleapis.com/auth/calendar.events", "tick every box"),
    ],
)
def test_the_browser_is_told_of_a_failure_as_the_terminal_is(
    folder: Path, server: Server, back: dict[str, str], granted: str | None, words: str
) -> None:
    page: list[str] = []
    code, said = log_in(folder, server, back, granted=granted, page=page)
    assert code == 2
    assert "not logged in" in page[0]
    assert words in page[0]
    assert words in said.splitlines()[-1]


def test_nobody_comes_and_the_port_is_free_again(folder: Path, server: Server) -> None:
    client = json.loads((folder / "client.json").read_text(encoding="utf-8"))
    client["installed"]["auth_uri"] = "https://accounts.example.org/auth"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match=f"port {port}"):
            login(client, ("a",), port=port, browser=False, patience=0.1)
    for _ in range(2):
        with pytest.raises(UserError, match="nobody logged in"):
            login(client, ("a",), port=port, browser=False, patience=0.1)


def test_a_credentials_file_that_is_a_link_stays_one(tmp_path: Path) -> None:
    vault, path = tmp_path / "vault", tmp_path / "credentials.json"
    vault.mkdir()
    (vault / "secret.json").write_text("{}", encoding="utf-8")
    path.symlink_to(vault / "secret.json")
    write_section(path, {"zoom": {}}, {"refresh_token": REFRESH})
    assert path.is_symlink()
    assert (vault / "secret.json").stat().st_mode & 0o777 == 0o600
    assert json.loads((vault / "secret.json").read_text(encoding="utf-8")) == {"zoom": {}, "google": {"refresh_token": REFRESH}}
    assert sorted(each.name for each in vault.iterdir()) == ["secret.json"]


def test_a_ring_of_links_is_said(tmp_path: Path) -> None:
    (tmp_path / "credentials.json").symlink_to(tmp_path / "credentials.json")
    with pytest.raises(UserError, match="cannot be written"):
        write_section(tmp_path / "credentials.json", {}, {})


def test_without_a_lasting_token_it_is_no_login(folder: Path, server: Server) -> None:
    del server.answer["refresh_token"]
    code, said = log_in(folder, server, {"code": "4/code"})
    assert code == 2
    assert "no lasting login" in said


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"web": {}}', 'the type "Desktop app"'),
        ('{"type": "service_account"}', "no OAuth client file"),
        ('{"installed": {"client_id": "x"}}', "installed.client_secret"),
        ("{", "not valid JSON"),
    ],
)
def test_a_wrong_client_file_is_explained_before_any_browser_opens(folder: Path, content: str, sentence: str) -> None:
    (folder / "client.json").write_text(content, encoding="utf-8")
    command = [sys.executable, str(ROOT / "run.py"), "login", "client.json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_credentials_file_is_not_overwritten(folder: Path) -> None:
    (folder / "credentials.json").write_text("{ half", encoding="utf-8")
    command = [sys.executable, str(ROOT / "run.py"), "login", "client.json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert (folder / "credentials.json").read_text(encoding="utf-8") == "{ half"


@pytest.mark.parametrize(
    ("edits", "names"),
    [
        ({}, ["calendar.events", "gmail.compose", "gmail.readonly", "documents", "drive"]),
        ({'via = "gmail"': 'via = "smtp"'}, ["calendar.events", "documents", "drive"]),
        ({'mode = "running"': 'mode = "none"', 'from = "zoom"': 'from = "none"'}, ["calendar.events", "gmail.compose", "gmail.readonly"]),
        ({'mode = "running"': 'mode = "copy"'}, ["calendar.events", "gmail.compose", "gmail.readonly", "drive"]),
    ],
)
def test_only_what_the_config_needs_is_asked_for(tmp_path: Path, edits: dict[str, str], names: list[str]) -> None:
    text = CONFIG
    for old, new in edits.items():
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "community.toml").write_text(text, encoding="utf-8")
    assert list(scopes(read_config(tmp_path / "community.toml"))) == [f"https://www.googleapis.com/auth/{name}" for name in names]
