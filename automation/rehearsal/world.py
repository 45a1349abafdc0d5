"""The sandbox as the outside world of a rehearsal: a process of its own, its clock, and the people in it."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from automation.domain.errors import AutomationError
from automation.domain.instants import rfc3339
from automation.domain.model import Config

LOOPBACK = "127.0.0.1"
# Beside this process's own code, wherever the command was typed.
_ROOT = Path(__file__).resolve().parents[2]


class World:
    """A running sandbox whose files lie in `directory`. Use as a context manager: leaving ends the process.

    `credentials` is the path of the credentials file that leads to it. Raises AutomationError if it does not start or
    does not answer as it should.
    """

    def __init__(self, directory: Path, now: datetime) -> None:
        command = [
            sys.executable,
            "-m",
            "automation.sandbox",
            "--directory",
            str(directory),
            "--now",
            rfc3339(now),
            "--until-stdin-closes",
        ]
        _bypass_proxies()
        self._process = subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        if not line:
            self._process.wait()
            raise AutomationError(
                "the sandbox did not start; its own message stands above. Run `python run.py sandbox` to see it alone."
            )
        self.credentials = Path(line)
        base = json.loads(self.credentials.read_text(encoding="utf-8"))["endpoints"]["gmail"]
        self._connection = http.client.HTTPConnection(base.removeprefix("http://").rstrip("/"), timeout=30)

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._process.communicate(timeout=30)

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The JSON that a control route below /_sandbox/ answers with."""
        content = None if body is None else json.dumps(body)
        try:
            self._connection.request(method, f"/_sandbox/{path}", content, {"Content-Type": "application/json"})
            answer = self._connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise AutomationError(
                f"the sandbox does not answer any more ({type(error).__name__}); run the rehearsal again"
            ) from error
        if answer.status != 200:
            raise AutomationError(f"the sandbox refused {path}: {text}")
        return json.loads(text)

    def set_now(self, now: datetime) -> None:
        """Set the virtual clock; it stands still until it is set again."""
        self.ask("POST", "clock", {"now": rfc3339(now)})

    def act(self, service: str, action: str, **wish: Any) -> Any:
        """Let a person do something."""
        return self.ask("POST", f"people/{service}/{action}", wish)

    def state(self) -> Any:
        """What every service holds, by its name."""
        return self.ask("GET", "state")

    def problems(self) -> list[str]:
        """What a real vendor would have refused or not known."""
        return [str(problem) for problem in self.ask("GET", "problems")]


def _bypass_proxies() -> None:
    """A proxy of the environment must not be asked for this very machine; `requests` honours NO_PROXY."""
    for name in ("NO_PROXY", "no_proxy"):
        there = os.environ.get(name, "")
        if LOOPBACK not in there.split(","):
            os.environ[name] = f"{there},{LOOPBACK}" if there else LOOPBACK


def seed(world: World, config: Config) -> None:
    """Put the calendar, the notes document and the Drive folder that the configuration names into the world, if they
    are not there."""
    if config.calendar.id != "primary":
        world.act("calendar", "add_calendar", id=config.calendar.id)
    state = world.state()
    notes, folder = config.notes, config.recordings.folder
    if notes.mode != "none" and notes.document not in state["docs"]:
        world.act("docs", "create", document=notes.document, title=f"{config.name}: notes")
    if folder and folder not in [file["id"] for file in state["drive"]["files"]]:
        world.act("drive", "folder", id=folder, name="Recordings")
