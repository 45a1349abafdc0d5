"""The HTTP server of the sandbox: one Flask application with every service's routes, on 127.0.0.1."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Protocol

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.serving import BaseWSGIServer, make_server

from automation.sandbox import control, smtp
from automation.sandbox.calendar import routes as calendar
from automation.sandbox.connection import Connection
from automation.sandbox.discord import routes as discord
from automation.sandbox.docs import routes as docs
from automation.sandbox.drive import routes as drive
from automation.sandbox.gmail import routes as gmail
from automation.sandbox.google import token as google_token
from automation.sandbox.google.errors import Refusal, envelope, refused
from automation.sandbox.world.state import World
from automation.sandbox.zoom import routes as zoom


class Service(Protocol):
    """What a service's module offers."""

    SERVICE: str

    def fresh(self, world: World) -> Any:
        """Return an empty store."""

    def blueprint(self, world: World) -> Blueprint:
        """Return the routes."""

    def dump(self, store: Any) -> Any:
        """Return the store as JSON-able data."""

    def people(self, world: World) -> Any:
        """Return what people can do, by name."""


SERVICES: tuple[Service, ...] = (google_token, calendar, gmail, drive, docs, zoom, discord, smtp)

# What each says of credentials.json: sections, and addresses under `endpoints`.
LOGINS: tuple[Callable[[World], dict[str, Any]], ...] = (google_token.login, zoom.login, smtp.login, discord.login)


def credentials(world: World) -> dict[str, Any]:
    """Return what credentials.json holds: the only difference between this world and the real one."""
    parts = [login(world) for login in LOGINS]
    addresses = {key: address for part in parts for key, address in part.pop("endpoints", {}).items()}
    return {**{name: section for part in parts for name, section in part.items()}, "endpoints": addresses}


def create_app(world: World) -> Flask:
    """Return the application with the routes of all services and of the control, the stores made."""
    app = Flask("sandbox", static_folder=None)
    app.url_map.merge_slashes = False
    world.start({each.SERVICE: each.fresh for each in SERVICES})
    for each in SERVICES:
        app.register_blueprint(each.blueprint(world))
    dumps = {each.SERVICE: each.dump for each in SERVICES}
    app.register_blueprint(control.blueprint(world, dumps, {each.SERVICE: each.people(world) for each in SERVICES}))
    _add_error_answers(world, app)
    return app


def _add_error_answers(world: World, app: Flask) -> None:
    @app.errorhandler(Refusal)
    def refuse(refusal: Refusal) -> Response:
        return refused(refusal)

    @app.errorhandler(HTTPException)
    def unknown(error: HTTPException) -> Response:
        code = error.code or 500
        cause = error.original_exception if isinstance(error, InternalServerError) else None
        sentence = (
            f"{code} {request.method} {request.path}: {cause!r}"
            if cause
            else (f"{code} {request.method} {request.path}: the sandbox has no such route")
        )
        world.problems.append(sentence)
        return Response(json.dumps(envelope(code, "notFound", sentence)), code, content_type="application/json")


class LocalServer:
    """A sandbox listening on 127.0.0.1: `serve()` blocks until `stop()` is called from another thread."""

    def __init__(self, world: World, port: int = 0) -> None:
        """Bind the port (0 = any) and fill in `world.base_url`."""
        self._world = world
        self._app = create_app(world)
        handler = type("BoundConnection", (Connection,), {"world": world, "app": self._app})
        self._server: BaseWSGIServer = make_server("127.0.0.1", port, self._app, threaded=True, request_handler=handler)
        self.port = self._server.server_port
        world.base_url = f"http://127.0.0.1:{self.port}"

    def serve(self) -> None:
        """Answer requests until stopped."""
        self._server.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        """End `serve()` and close the port."""
        self._world.stopping.set()
        self._server.shutdown()
        self._server.server_close()
