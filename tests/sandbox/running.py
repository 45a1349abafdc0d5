"""A sandbox in a process of its own, and a client of it over http.client.

Every Google request made with `Sandbox.google` is checked against the discovery document on its way out,
and so is every answer.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from . import discovery

ROOT = Path(__file__).resolve().parents[2]
NOW = "2026-12-01T12:00:00+00:00"


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers, bytes."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        """Return the parsed body, None where it is empty."""
        return json.loads(self.body) if self.body else None


class Sandbox:
    """A client of the running sandbox: one connection, kept open."""

    def __init__(self, process: subprocess.Popen[str], credentials_file: Path) -> None:
        """Take the process and the file whose path it printed."""
        self.process = process
        self.credentials_file = credentials_file
        self.credentials: dict[str, Any] = json.loads(credentials_file.read_text())
        self.host = urlsplit(self.credentials["google"]["token_uri"]).netloc
        self.expects_problems = False
        self._connection = http.client.HTTPConnection(self.host, timeout=20)
        self._token = ""

    def end(self) -> None:
        """Close the connection and standard input, which ends the process, and wait for that."""
        self._connection.close()
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=20)
        self.process.stdout.close()

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, Any] | list[tuple[str, str]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send one request: a dict or list goes as JSON, bytes as they are. A dead connection is made anew
        for the next call; its exception (http.client's or ConnectionError) goes to the caller."""
        target = f"{path}?{urlencode(query, doseq=True)}" if query else path
        sent = dict(headers or {})
        if isinstance(body, dict | list):
            body = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        try:
            self._connection.request(method, target, body, sent)
            response = self._connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        except (http.client.HTTPException, OSError):
            self._connection.close()
            raise

    def refresh(self, **changes: str) -> Answer:
        """Ask the token endpoint with the credentials' refresh token; `changes` replace form fields."""
        google = self.credentials["google"]
        form = {name: google[name] for name in ("client_id", "client_secret", "refresh_token")}
        form |= {"grant_type": "refresh_token"} | changes
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.call("POST", "/token", urlencode(form).encode(), headers=headers)

    @property
    def token(self) -> str:
        """Return an access token of Google's, asked for once a test."""
        if not self._token:
            self._token = self.refresh().json["access_token"]
        return self._token

    def google(
        self,
        api: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, Any] | list[tuple[str, str]] | None = None,
        headers: dict[str, str] | None = None,
        expect: int = 200,
        proper: bool = True,
    ) -> Any:
        """Return the JSON answer of a Google method, given by its full path, both judged by discovery.

        Fails unless the status is the expected one; a refusal's error object must be Google's envelope.
        `proper=False` is for requests that are meant to break the schema.
        """
        if proper:
            discovery.check_request(api, method, path, query, body)
        sent = {"Authorization": f"Bearer {self.token}"} | (headers or {})
        answer = self.call(method, path, body, query=query, headers=sent)
        assert answer.status == expect, answer.body
        discovery.check_response(api, method, path, answer.json)
        return answer.json

    def control(self, method: str, path: str, body: Any = None, expect: int = 200) -> Any:
        """Return the JSON answer of /_sandbox/<path>."""
        answer = self.call(method, f"/_sandbox/{path}", body)
        assert answer.status == expect, answer.body
        return answer.json

    def people(self, service: str, action: str, **wish: Any) -> Any:
        """Let people do something."""
        return self.control("POST", f"people/{service}/{action}", wish)

    def state(self, service: str) -> Any:
        """Return a service's store."""
        return self.control("GET", f"state/{service}")

    def fault(self, **fault: Any) -> None:
        """Set one fault."""
        self.control("POST", "faults", fault)

    def log(self, service: str = "") -> list[dict[str, Any]]:
        """Return the requests that reached the wire, of one service or of all."""
        return [each for each in self.control("GET", "log") if service in ("", each["service"])]

    def set_now(self, now: str) -> None:
        """Set the world's clock; the next Google request asks for a new token, the old may have ended."""
        self._token = ""
        self.control("POST", "clock", {"now": now})

    def begin(self) -> None:
        """Make the world new, its clock at NOW."""
        self._connection.close()
        self.control("POST", "reset", {"now": NOW})
        self._token = ""
        self.expects_problems = False


def start_sandbox(directory: Path, *options: str) -> Sandbox:
    """Start a sandbox process and wait for the one line that it prints."""
    command = [sys.executable, "-m", "automation.sandbox", "--directory", str(directory), *options]
    command += ["--until-stdin-closes"]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line, "the sandbox ended before it printed the path of its credentials"
    return Sandbox(process, Path(line))
