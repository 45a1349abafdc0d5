"""What all tests share: an environment without proxies or credentials, and one sandbox process, emptied before each test."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from automation.domain.logins import Endpoints

ROOT = Path(__file__).resolve().parent.parent

# A proxy or an account of the machine must not decide what a test does.
for _name in list(os.environ):
    if _name.lower().endswith("_proxy") or _name.startswith(("GOOGLE_", "CLOUDSDK_", "ZOOM_", "DISCORD_", "SMTP_")):
        del os.environ[_name]


class Sandbox:
    """A running sandbox: `base_url`, `credentials` (the content of its credentials.json, which lies at `path`), and its control routes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.credentials: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        self.base_url: str = self.credentials["endpoints"]["gmail"].rstrip("/")
        self.host = self.base_url.partition("://")[2]

    @property
    def google_endpoints(self) -> Endpoints:
        """Where it plays Google."""
        return Endpoints(**{key: self.credentials["endpoints"][key] for key in ("calendar", "gmail", "drive", "docs")})

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON that a control route answers with; `path` starts behind /_sandbox/. Anything but 200 fails the test."""
        connection = http.client.HTTPConnection(self.host, timeout=30)
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, f"/_sandbox/{path}", content, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        assert answer.status == 200, f"{method} /_sandbox/{path}: {answer.status} {text}"
        return json.loads(text)

    def get(self, path: str) -> Any:
        """For example `get("state/gmail")`."""
        return self.ask("GET", path)

    def post(self, path: str, body: Any = None) -> Any:
        """For example `post("clock", {"now": "2026-12-08T19:00:00Z"})`."""
        return self.ask("POST", path, body or {})

    def people(self, service: str, action: str, **wish: Any) -> Any:
        """Let a person do something, for example `people("google", "revoke")`."""
        return self.post(f"people/{service}/{action}", wish)

    def fault(self, do: str, **wish: Any) -> None:
        """Break the next request that matches, for example `fault("drop_after", service="zoom", method="POST")`."""
        self.post("faults", {"do": do, **wish})

    def log(self, service: str = "", method: str = "") -> list[dict[str, Any]]:
        """The requests since the test began, in order: dicts with method, path, query, service, status, headers, body."""
        return [
            entry for entry in self.get("log") if entry["service"] == (service or entry["service"]) and entry["method"] == (method or entry["method"])
        ]


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The process that lives as long as the test run."""
    directory = tmp_path_factory.mktemp("sandbox")
    command = [sys.executable, "-m", "automation.sandbox", "--directory", str(directory), "--until-stdin-closes"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        line = process.stdout.readline().strip()
        assert line, "the sandbox did not start"
        yield Sandbox(Path(line))
        process.terminate()


@pytest.fixture
def sandbox(sandbox_process: Sandbox) -> Sandbox:
    """The sandbox, empty: no requests, no faults, its clock the real one."""
    sandbox_process.post("reset")
    return sandbox_process
