"""`python -m automation.sandbox`: serve until told to stop; print the path of the credentials file."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
from datetime import datetime
from pathlib import Path

from automation.sandbox import smtp
from automation.sandbox.server import LocalServer, credentials
from automation.sandbox.world.state import World


def write_credentials(world: World) -> Path:
    """Write credentials.json (mode 0600) into the world's folder and return its path."""
    path = world.directory / "credentials.json"
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        json.dump(credentials(world), file, indent=2)
        file.write("\n")
    return path


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m automation.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--directory", type=Path, help="folder for credentials.json and files kept")
    parser.add_argument("--now", type=datetime.fromisoformat, help="set the virtual clock (RFC 3339)")
    parser.add_argument("--until-stdin-closes", action="store_true", help="stop when standard input ends")
    asked = parser.parse_args(argv)
    if asked.now is not None and asked.now.tzinfo is None:
        parser.error("--now needs an offset, for example 2026-12-08T19:00:00Z")
    return asked


def _signalled() -> threading.Event:
    """Set by SIGTERM and SIGINT from now on: before anybody knows where this server is, and so may end it."""
    end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end.set())
    return end


def _await_end(end: threading.Event, until_stdin_closes: bool) -> None:
    def read_to_end() -> None:
        # Not sys.stdin: its lock, held here, would abort the interpreter's shutdown.
        while os.read(0, 4096):
            pass
        end.set()

    if until_stdin_closes:
        threading.Thread(target=read_to_end, daemon=True).start()
    end.wait()


def main(argv: list[str]) -> int:
    """Run the sandbox until SIGTERM, SIGINT or, if asked so, the end of standard input; return 0."""
    asked = _arguments(argv)
    directory = asked.directory or Path(tempfile.mkdtemp(prefix="callkeeper-sandbox-"))
    directory.mkdir(parents=True, exist_ok=True)
    world = World(directory.resolve(), asked.now)
    server = LocalServer(world, asked.port)
    world.smtp_port = smtp.start(world)
    serving = threading.Thread(target=server.serve)
    serving.start()
    try:
        end = _signalled()
        print(write_credentials(world), flush=True)
        _await_end(end, asked.until_stdin_closes)
    finally:
        server.stop()
        serving.join()
        smtp.stop(world)
        if asked.directory is None:
            shutil.rmtree(directory, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
