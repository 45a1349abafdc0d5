"""The page on this machine to which the browser comes back from Google (RFC 8252 7.3).

Browsers ask for more than they are told to (icons, pages guessed in advance), and anything on this machine can ask too.
So only an answer to the login that was begun counts (RFC 6749 10.12), and the browser is told how it ended when it has
ended.
"""

from __future__ import annotations

import queue
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

HOST = "127.0.0.1"
# A browser opens connections in advance and says nothing on them.
SILENCE_SECONDS = 10.0
# As long as the exchange of the code may take.
VERDICT_SECONDS = 180.0


class LoginPage:
    """Listens while it is entered; afterwards the port is free. `state` has to be set before anybody is sent to
    Google."""

    def __init__(self, port: int) -> None:
        """Take the port, 0 for any. Raises OSError if it is taken."""
        self.state = ""
        self.came: queue.Queue[dict[str, str]] = queue.Queue()
        self.verdict = ""
        self.decided = threading.Event()
        self.told = threading.Event()
        self._server = _Server((HOST, port), _Visit)
        self._server.page = self
        self.address = f"http://{HOST}:{self._server.server_address[1]}/"

    def __enter__(self) -> LoginPage:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait(self, seconds: float) -> dict[str, str] | None:
        """What Google sent back with the right state: `code`, or `error`. None if nothing came in that time."""
        try:
            return self.came.get(timeout=seconds)
        except queue.Empty:
            return None

    def answer(self, sentence: str) -> None:
        """Tell the browser how it ended, and wait until it has heard."""
        self.verdict = sentence
        self.decided.set()
        self.told.wait(SILENCE_SECONDS)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Two logins at the same port would take each other's answers.
    allow_reuse_address = False
    page: LoginPage


class _Visit(BaseHTTPRequestHandler):
    server: _Server
    timeout = SILENCE_SECONDS

    def do_GET(self) -> None:
        page, parts = self.server.page, urlsplit(self.path)
        found = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path != "/":
            self._say(404, "There is nothing here.")
        elif not page.state or not secrets.compare_digest(found.get("state", "").encode(), page.state.encode()):
            self._say(
                400, "This belongs to no login that is under way. Go back to the address that the terminal shows."
            )
        elif not ("code" in found or "error" in found):
            self._say(400, "Google's answer is missing. Go back to the address that the terminal shows.")
        else:
            page.came.put(found)
            page.decided.wait(VERDICT_SECONDS)
            self._say(200, page.verdict or "This took too long. The terminal says how it ended.")
            page.told.set()

    def _say(self, status: int, sentence: str) -> None:
        body = sentence.encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: the address holds the code."""
