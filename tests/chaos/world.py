"""`python -m tests.chaos.world DIRECTORY`: the sandbox, told over standard input to go back to a saved state or to strike at a request.

One JSON object a line in, one line out. Everything is counted from the last `load`:
{"save": NAME} · {"load": NAME} · {"strike": {"number": N, "fault": {…}, "pid": PID or 0}} · {"calm": true} · {"count": true} ·
{"recount": true}
"""

from __future__ import annotations

import copy
import copyreg
import hashlib
import json
import os
import signal
import sys
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from automation.sandbox import smtp
from automation.sandbox.__main__ import write_credentials
from automation.sandbox.server import LocalServer
from automation.sandbox.world.faults import Fault, Faults, read_fault
from automation.sandbox.world.state import World

# An upload under way holds a running checksum, which knows how to copy itself but not how to be pickled.
copyreg.pickle(type(hashlib.md5()), lambda checksum: (checksum.copy, ()))


@dataclass(frozen=True)
class Strike:
    """What happens to the request of this number; the process `pid`, if any, is stopped before anything of it is carried out, and so
    never sees what comes of it."""

    number: int
    fault: Fault
    pid: int = 0


class CountedFaults(Faults):
    """The sandbox's faults, with every request counted and one of them struck by its number."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.strike: Strike | None = None

    def fire(self, service: str, method: str, path: str) -> list[Fault]:
        self.seen.append(f"{service} {method} {path}")
        strike = self.strike
        if strike is None or strike.number != len(self.seen):
            return super().fire(service, method, path)
        if strike.pid:
            os.kill(strike.pid, signal.SIGSTOP)
        return [strike.fault]


class Saved:
    """The world's states by name: stores, counters and the bytes of files."""

    def __init__(self, world: World, faults: CountedFaults) -> None:
        self.world, self.faults = world, faults
        self.states: dict[str, tuple[Any, Any, datetime, dict[Path, bytes]]] = {}

    def save(self, name: str) -> None:
        world = self.world
        files = {path: path.read_bytes() for path in world.directory.rglob("*-bytes/*") if path.is_file()}
        self.states[name] = (copy.deepcopy(world.stores), copy.deepcopy(world._counts), world.now(), files)

    def load(self, name: str) -> None:
        world = self.world
        stores, counts, now, files = self.states[name]
        world.reset()
        world.stores.update(copy.deepcopy(stores))
        world._counts.clear()
        world._counts.update(counts)
        world.set_now(now)
        for path, content in files.items():
            path.write_bytes(content)
        self.faults.seen.clear()
        self.faults.strike = None


def obey(saved: Saved, wish: dict[str, Any]) -> Any:
    """Carry one line out; what is answered."""
    faults = saved.faults
    match wish:
        case {"save": str(name)}:
            saved.save(name)
        case {"load": str(name)}:
            saved.load(name)
        case {"strike": strike}:
            faults.strike = Strike(int(strike["number"]), read_fault(strike["fault"]), int(strike.get("pid", 0)))
        case {"calm": _}:
            faults.strike = None
        case {"recount": _}:
            faults.seen.clear()
        case {"count": _}:
            return list(faults.seen)
        case _:
            raise ValueError(f"no such wish: {wish}")
    return None


def main(directory: Path) -> None:
    world = World(directory)
    faults = CountedFaults()
    world.faults = faults
    server = LocalServer(world)
    world.smtp_port = smtp.start(world)
    threading.Thread(target=server.serve, daemon=True).start()
    saved = Saved(world, faults)
    print(write_credentials(world), flush=True)
    for line in sys.stdin:
        # Under the lock: whatever request was under way has been carried out by now.
        with world.lock:
            answer = obey(saved, json.loads(line))
        print(json.dumps(answer), flush=True)
    server.stop()
    smtp.stop(world)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
