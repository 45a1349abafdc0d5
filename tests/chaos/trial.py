"""A community in a folder over a world of its own: the undisturbed life, and what becomes of it when one thing goes wrong."""

from __future__ import annotations

import http.client
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.chaos import victim
from tests.chaos.outside import Inside, Outside, inside, outside
from tests.chaos.story import MARK, ROOT, Moment, Via, changed, config

# By then whatever failed has been tried once more: that nothing changes between two earlier ticks is no end of it.
RETRIED = timedelta(minutes=6)
# When a tick comes again after something went wrong: at once, just after the minute for which a lost answer is left alone, and then cron's
# minutes, thinned out. A vendor's longest wish here is an hour.
AGAIN = (timedelta(0), timedelta(seconds=61), *(timedelta(minutes=minutes) for minutes in (6, 12, 30, 50, 75, 130, 170)))
# A recording that goes up in two parts, so that there is a middle at which an upload can be interrupted.
TWO_CHUNKS = 8 * 1024 * 1024 + 3000

_warm: set[Via] = set()
FILES = {"config": "community.toml", "credentials": "credentials.json", "templates": "templates"}


@dataclass(frozen=True)
class Chapter:
    """A moment in the undisturbed life: its requests by name, the number of its ledger writes, and what came of it."""

    number: int
    moment: Moment
    requests: list[str]
    writes: int
    outside: Outside
    inside: Inside


class Trial:
    """Use as a context manager: it holds a sandbox process. `life` is the undisturbed one."""

    def __init__(self, folder: Path, via: Via, moments: tuple[Moment, ...]) -> None:
        self.folder, self.via, self.moments = folder, via, moments
        # A proxy of the machine must not be asked for the machine itself.
        os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
        self.home = folder / "home"
        (self.home / "state").mkdir(parents=True)
        self.ledger = self.home / "state" / "ledger.sqlite3"
        self.public = self.home / "public"
        self.text = config(via)
        (self.home / "community.toml").write_text(self.text, encoding="utf-8")
        shutil.copytree(ROOT / "templates", self.home / "templates")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.world", str(folder / "world")], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        (folder / "world").mkdir(exist_ok=True)
        path = Path(self.process.stdout.readline().strip())
        shutil.copy(path, self.home / "credentials.json")
        (self.home / "credentials.json").chmod(0o600)
        host = json.loads(path.read_text(encoding="utf-8"))["endpoints"]["gmail"].removeprefix("http://").rstrip("/")
        self.connection = http.client.HTTPConnection(host, timeout=60)
        self.life: list[Chapter] = []

    def __enter__(self) -> Trial:
        self.life = self._undisturbed()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.connection.close()
        self.process.communicate(timeout=30)

    # -- the world

    def tell(self, wish: dict[str, Any]) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(wish) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        content = None if body is None else json.dumps(body)
        self.connection.request(method, f"/_sandbox/{path}", content, {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read().decode()
        assert answer.status == 200, text
        return json.loads(text)

    def play(self, moment: Moment) -> None:
        """Turn the clock to the moment, and let people do their part."""
        self.ask("POST", "clock", {"now": moment.at.isoformat()})
        (self.home / "community.toml").write_text(self._config(moment), encoding="utf-8")
        if moment.action in ("hold", "finish"):
            meetings = self.ask("GET", "state/zoom")["meetings"]
            for meeting in [each for each in meetings if each["agenda"] == MARK and not each["deleted"]][:1]:
                self._held(moment, {"meeting_id": meeting["id"]})

    def _held(self, moment: Moment, about: dict[str, Any]) -> None:
        if moment.action == "hold":
            self.ask("POST", "people/zoom/hold", about)
            self.ask("POST", "people/zoom/record", {**about, "bytes": TWO_CHUNKS, "status": "processing"})
        else:
            self.ask("POST", "people/zoom/finish_recording", about)

    def _config(self, moment: Moment) -> str:
        text = self.text
        for each in self.moments[: self.moments.index(moment) + 1]:
            text = changed(text, each.action)
        return text

    # -- ticks

    def tick(
        self,
        at: datetime,
        prepare: Callable[[], None] = lambda: None,
        *,
        strike: dict[str, Any] | None = None,
        stop: bool = False,
        command: tuple[str, ...] = ("apply", "--json"),
    ) -> victim.Ended:
        """`run.py apply` at that instant, in a child. With `strike`, the world breaks the request of that number, and with `stop` the
        child is killed there."""
        self.ask("POST", "clock", {"now": at.isoformat()})
        pid = victim.begin(self.arguments(at, *command), self.folder / "output", prepare)
        if strike is not None:
            self.tell({"strike": {**strike, "pid": pid if stop else 0}})
        ended = victim.go(pid, lambda: self.tell({"count": True}))
        self.tell({"calm": True})
        return ended

    def arguments(self, at: datetime, *command: str) -> list[str]:
        files = [f"--{name}={self.home / path}" for name, path in FILES.items()]
        return [*files, f"--state=sqlite:///{self.ledger}", f"--now={at.isoformat()}", *command]

    def output(self) -> str:
        """What the last tick wrote on standard output."""
        return (self.folder / "output").read_text(encoding="utf-8")

    def errors(self) -> str:
        """What it wrote on standard error."""
        return (self.folder / "output.err").read_text(encoding="utf-8")

    def calm_down(self, chapter: Chapter) -> bool:
        """Ticks after the moment until nothing is left to make up for, or too late to. True if all is as in the undisturbed life."""
        before = None
        for again in AGAIN:
            if again > chapter.moment.within:
                break
            self.tick(chapter.moment.at + again)
            seen, snapshot = self.look()
            settled = not snapshot.open and not snapshot.pauses
            if settled and seen.things == chapter.outside.things:
                return snapshot == chapter.inside
            if settled and (seen, snapshot) == before and again >= RETRIED:
                break
            before = (seen, snapshot)
        return False

    # -- states

    def save(self, name: str) -> None:
        self.tell({"save": name})
        target = self.folder / "saved" / name
        target.mkdir(parents=True)
        shutil.copytree(self.ledger.parent, target / "state")
        shutil.copy(self.home / "community.toml", target)
        if self.public.exists():
            shutil.copytree(self.public, target / "public")

    def load(self, name: str) -> None:
        self.tell({"load": name})
        source = self.folder / "saved" / name
        shutil.copy(source / "community.toml", self.home)
        shutil.rmtree(self.public, ignore_errors=True)
        if (source / "public").exists():
            shutil.copytree(source / "public", self.public)
        self._put_back(source / "state")

    def lose_ledger(self, copy_of: int | None = None, whole: bool = False) -> None:
        """The ledger is gone, or is what it was before that chapter: the file alone, or with `whole` its folder, of which only the world knows
        that it is old."""
        if copy_of is None:
            shutil.rmtree(self.ledger.parent)
        elif whole:
            self._put_back(self.folder / "saved" / str(copy_of) / "state")
        else:
            shutil.copy(self.folder / "saved" / str(copy_of) / "state" / self.ledger.name, self.ledger)

    def without_disk(self, at: datetime, write: int, *, moved: bool) -> int:
        """A tick for which the disk takes nothing more from that write on, or whose folder is moved away there and put back afterwards. Its
        exit code."""
        away = self.folder / "away"

        def full() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

        def move() -> None:
            self.ledger.parent.rename(away)

        ended = self.tick(at, lambda: victim.do_at(write, move if moved else full))
        if away.exists():
            shutil.rmtree(self.ledger.parent, ignore_errors=True)
            away.rename(self.ledger.parent)
        return ended.code

    def _put_back(self, state: Path) -> None:
        shutil.rmtree(self.ledger.parent)
        shutil.copytree(state, self.ledger.parent)

    def look(self) -> tuple[Outside, Inside]:
        return outside(self.ask("GET", "state"), self.public), inside(self.ledger)

    def _warm_up(self) -> None:
        """Live the life once in this process only to load what it needs."""
        if self.via in _warm:
            return
        _warm.add(self.via)
        for moment in self.moments:
            self.play(moment)
            victim.warm_up(self.arguments(moment.at, "apply"), self.folder / "output")
        self.load("empty")

    def _undisturbed(self) -> list[Chapter]:
        self.save("empty")
        self._warm_up()
        chapters = []
        writes = self.folder / "writes"
        for number, moment in enumerate(self.moments):
            self.play(moment)
            self.save(str(number))
            self.load(str(number))
            ended = self.tick(moment.at, lambda: victim.count_writes(writes))
            assert ended.code == 0, self.output() + self.errors()
            requests = list(self.tell({"count": True}))
            chapters.append(Chapter(number, moment, requests, writes.stat().st_size, *self.look()))
        return chapters
