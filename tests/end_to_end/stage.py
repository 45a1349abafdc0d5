"""A stage for whole calls: the real program against the sandbox, on a clock that the test turns."""

from __future__ import annotations

import atexit
import base64
import json
import os
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from automation.config.load import read_all
from automation.domain.keys import Key
from automation.ledger.sqlite import Ledger
from automation.reconcile.report import Report
from automation.reconcile.tick import tick
from automation.rendering.press import Press

ROOT = Path(__file__).resolve().parent.parent.parent
# One for all stages, because hundreds of ticks are run in this process.
PRESS = Press()
atexit.register(PRESS.__exit__, None, None, None)


class Stage:
    """One community in one folder. `tick` runs one tick in this process; `run` runs run.py as its own process."""

    def __init__(self, folder: Path, sandbox: Any, config: str | None = None) -> None:
        self.folder = folder
        self.sandbox = sandbox
        self.config = folder / "community.toml"
        self.config.write_text(config or (ROOT / "community.toml").read_text(encoding="utf-8"), encoding="utf-8")
        self.credentials = folder / "credentials.json"
        self.write_credentials(sandbox.credentials)
        self.templates = folder / "templates"
        self.state = folder / "state" / "ledger.sqlite3"
        if not self.templates.exists():
            subprocess.run(["cp", "-r", str(ROOT / "templates"), str(self.templates)], check=True)

    def write_credentials(self, content: dict[str, Any]) -> None:
        self.credentials.write_text(json.dumps(content), encoding="utf-8")
        self.credentials.chmod(0o600)

    def edit(self, old: str, new: str) -> None:
        """Edit community.toml as an organizer would."""
        text = self.config.read_text(encoding="utf-8")
        assert old in text, old
        self.config.write_text(text.replace(old, new, 1), encoding="utf-8")

    def change(self, lines: str) -> None:
        """Add a [[series.change]] or [[series.talk]] to the series."""
        self.edit("\n[calendar]", f"\n{lines}\n\n[calendar]")

    def tick(self, now: datetime, *, force: bool = False) -> Report:
        """One tick at `now`, the sandbox's clock set to it first."""
        self.sandbox.post("clock", {"now": now.isoformat()})
        files = read_all(self.config, self.credentials, self.templates, need_credentials=True)
        with Ledger(self.state) as ledger:
            return tick(ledger, files, now, PRESS, force=force)

    def ticks(self, start: datetime, end: datetime, step: timedelta = timedelta(hours=1)) -> list[Report]:
        """A tick at every step from `start` to `end` inclusive."""
        reports = []
        while start <= end:
            reports.append(self.tick(start))
            start += step
        return reports

    def command(self, *arguments: str, now: datetime | None = None) -> list[str]:
        options = ["--config", str(self.config), "--credentials", str(self.credentials), "--templates", str(self.templates)]
        clock = ["--now", now.isoformat()] if now else []
        return [sys.executable, str(ROOT / "run.py"), *options, "--state", f"sqlite:///{self.state}", *clock, *arguments]

    def run(self, *arguments: str, now: datetime | None = None) -> subprocess.CompletedProcess[str]:
        """run.py as its own process."""
        if now is not None:
            self.sandbox.post("clock", {"now": now.isoformat()})
        return subprocess.run(self.command(*arguments, now=now), capture_output=True, text=True, cwd=self.folder, env=dict(os.environ), check=False)

    # -- what is there outside

    def state_of(self, service: str) -> Any:
        return self.sandbox.get(f"state/{service}")

    def events(self) -> list[dict[str, Any]]:
        return list(self.state_of("calendar")["events"])

    def event(self, day: str) -> dict[str, Any]:
        [found] = [event for event in self.events() if event.get("extendedProperties", {}).get("private", {}).get("callkeeper", "").endswith(day)]
        return found

    def notices(self) -> list[dict[str, Any]]:
        return list(self.state_of("calendar")["notices"])

    def meetings(self) -> list[dict[str, Any]]:
        return list(self.state_of("zoom")["meetings"])

    def mails(self) -> list[EmailMessage]:
        """Every mail that reached anybody through Gmail, in order."""
        found = []
        for delivered in self.state_of("gmail")["delivered"]:
            raw = base64.urlsafe_b64decode(delivered["raw"] + "==")
            message = message_from_bytes(raw, policy=policy.default)
            assert isinstance(message, EmailMessage)
            found.append(message)
        return found

    def mail_keys(self) -> list[str]:
        return [str(mail["X-Callkeeper-Key"]) for mail in self.mails()]

    def group_mails(self) -> list[str]:
        """Kinds of the mails to the Group, as `2026-12-08/mail:reminder`, in order."""
        found = []
        for mail in self.mails():
            key = str(mail["X-Callkeeper-Key"])
            if "googlegroups.com" in str(mail["To"]):
                parsed = Key.parse(key)
                found.append(f"{parsed.call.recurrence_id}/{key.rpartition('/')[2]}")
        return found

    def posts(self) -> list[dict[str, Any]]:
        return list(self.state_of("discord")["messages"])

    def repeated(self) -> dict[str, int]:
        """Mail keys that reached somebody more than once."""
        return {key: count for key, count in Counter(self.mail_keys()).items() if count > 1}

    def archive(self) -> list[dict[str, Any]]:
        path = self.folder / "public" / "archive.json"
        return list(json.loads(path.read_text(encoding="utf-8"))["calls"]) if path.exists() else []


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())
