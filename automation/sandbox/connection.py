"""One client's connection: reads requests, carries each out under the world's lock, or breaks it as told.

werkzeug's own request handler closes the connection after every answer; this one keeps it open (RFC 9112 section 9.3)
and can cut it at any point.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from datetime import timedelta
from email.utils import format_datetime
from io import BytesIO
from operator import itemgetter
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.serving import WSGIRequestHandler
from werkzeug.wrappers import Response
from werkzeug.wsgi import LimitedStream

from automation.sandbox.control import PREFIX
from automation.sandbox.google.errors import envelope
from automation.sandbox.world.faults import Fault
from automation.sandbox.world.state import World

# Bodies up to this size are read before the lock is taken, so that a slow sender stops nobody else.
READ_AHEAD = 16 * 1024 * 1024
GOOGLE = ("calendar", "gmail", "drive", "docs", "google")
GARBAGE = b"<html><head><title>Sign in to the network</title></head>\x00\xff\xfe"


class Connection(WSGIRequestHandler):
    """One connection of a client: reads requests one after the other and writes the answers."""

    world: World
    app: Flask
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: Any) -> None:
        """Write no access log: /_sandbox/log holds what was asked."""

    def run_wsgi(self) -> None:
        """Carry out one request and answer it, as the faults set for it allow."""
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.environ = environ = self.make_environ()
        path = environ["PATH_INFO"]
        body = self._take_body(environ)
        if path.startswith(PREFIX + "/"):
            with self.world.lock:
                self.world.catch_up()
                response = Response.from_app(self.app.wsgi_app, environ)
            self._send(response)
        else:
            self._answer(environ, path, body)
        if not self.close_connection:
            environ["wsgi.input"].exhaust()

    def _take_body(self, environ: dict[str, Any]) -> bytes:
        """Return a body that is not too long, leaving in `wsgi.input` a stream that ends where it ends."""
        length = int(environ.get("CONTENT_LENGTH") or 0)
        chunked = environ.get("wsgi.input_terminated", False)
        if length > READ_AHEAD and not chunked:
            environ["wsgi.input"] = LimitedStream(environ["wsgi.input"], length)
            return b""
        body: bytes = environ["wsgi.input"].read(-1 if chunked else length)
        environ["CONTENT_LENGTH"] = str(len(body))
        environ["wsgi.input"] = _Buffered(body)
        return body

    def _answer(self, environ: dict[str, Any], path: str, body: bytes) -> None:
        world = self.world
        with world.lock:
            world.catch_up()
            service = self._service_of(environ)
            struck = world.faults.fire(service, self.command, path)
            fault = next((each for each in struck if each.do != "slow"), Fault("none"))
            response = self._carry_out(environ, service, fault)
            if fault.do == "late":
                self._postpone(environ, fault)
            entry = self._entry(environ, service, body, response)
            if struck:
                entry["fault"] = fault.do if fault.do != "none" else "slow"
            world.log.append(entry)
        for slow in (each for each in struck if each.do == "slow"):
            world.stopping.wait(slow.seconds)
        self._deliver(response, fault)

    def _carry_out(self, environ: dict[str, Any], service: str, fault: Fault) -> Response | None:
        if fault.do == "late":
            return None
        if fault.do in ("drop_before", "reset_before"):
            if not self.close_connection:
                environ["wsgi.input"].exhaust()
            return None
        if fault.do == "status":
            return _broken(fault, service)
        response = Response.from_app(self.app.wsgi_app, environ)
        if fault.do == "status_after":
            return _broken(fault, service)
        if fault.do == "garbage":
            return Response(GARBAGE, 200, content_type="text/html")
        return response

    def _postpone(self, environ: dict[str, Any], fault: Fault) -> None:
        """Keep the request, to be carried out when the world's clock has come so far; nobody hears its answer."""
        kept = {**environ, "wsgi.input": _Buffered(environ["wsgi.input"].read())}

        def carry_out() -> None:
            Response.from_app(self.app.wsgi_app, kept).close()

        self.world.late.append((self.world.now() + timedelta(seconds=fault.seconds), carry_out))
        self.world.late.sort(key=itemgetter(0))

    def _service_of(self, environ: dict[str, Any]) -> str:
        try:
            endpoint, _ = self.app.url_map.bind_to_environ(environ).match()
        except HTTPException:
            return ""
        return endpoint.partition(".")[0] if isinstance(endpoint, str) else ""

    def _entry(self, environ: dict[str, Any], service: str, body: bytes, response: Response | None) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "method": self.command,
            "path": environ["PATH_INFO"],
            "query": environ["QUERY_STRING"],
            "service": service,
            "status": response.status_code if response else None,
            "at": self.world.now().isoformat(),
        }
        headers = {name: value for name, value in self.headers.items() if name.lower() != "authorization"}
        entry["headers"] = headers | ({"Authorization": "…"} if "Authorization" in self.headers else {})
        if body[:1] in (b"{", b"[") and "json" in self.headers.get("Content-Type", ""):
            try:
                entry["body"] = json.loads(body)
            except ValueError:
                entry["body"] = None
        return entry

    def _deliver(self, response: Response | None, fault: Fault) -> None:
        if response is None or fault.do.startswith(("drop", "reset", "late")):
            self._cut(reset=fault.do.startswith("reset"))
        elif fault.do == "half":
            self._send_half(response)
        elif fault.do == "drip":
            self._drip(response, fault.seconds)
        else:
            self._send(response)

    def _head(self, response: Response) -> bytes:
        """Return status line and headers; a body of unknown length ends with the connection."""
        lines = [f"HTTP/1.1 {response.status}", f"Date: {format_datetime(self.world.now(), usegmt=True)}"]
        lines += [f"{name}: {value}" for name, value in response.headers.items()]
        if response.content_length is None and response.status_code not in (204, 304):
            self.close_connection = True
        if self.close_connection:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _send(self, response: Response) -> None:
        waiting = self._head(response)
        try:
            if self.command != "HEAD":
                for data in response.iter_encoded():
                    self.wfile.write(waiting + data)
                    waiting = b""
            if waiting:
                self.wfile.write(waiting)
        except ConnectionError:
            self.close_connection = True
        finally:
            response.close()

    def _drip(self, response: Response, seconds: float) -> None:
        whole = self._head(response) + response.get_data()
        try:
            for place in range(len(whole)):
                self.wfile.write(whole[place : place + 1])
                if self.world.stopping.wait(seconds):
                    break
        except ConnectionError:
            pass
        self.close_connection = True

    def _send_half(self, response: Response) -> None:
        body = response.get_data()
        head = self._head(response)
        half = head + body[: len(body) // 2] if body else head[: len(head) // 2]
        self.wfile.write(half)
        self._cut(reset=False)

    def _cut(self, reset: bool) -> None:
        """Close the connection: with a FIN, or with a RST (SO_LINGER of 0 seconds)."""
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            # The reader holds a reference, so close() would wait for it and socketserver would send a FIN.
            os.close(self.connection.detach())
        else:
            self.connection.shutdown(socket.SHUT_WR)


class _Buffered(BytesIO):
    def exhaust(self) -> None:
        """Do nothing: the body was taken off the connection."""


def _broken(fault: Fault, service: str) -> Response:
    message = "The sandbox was told to answer so."
    body = fault.body
    if body is None:
        google = service in GOOGLE
        body = envelope(fault.status, "backendError", message) if google else {"message": message}
    content = body if isinstance(body, str) else json.dumps(body)
    response = Response(content, fault.status, content_type="application/json; charset=UTF-8")
    response.headers.extend(fault.headers)
    return response
