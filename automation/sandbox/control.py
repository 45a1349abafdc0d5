"""The routes under /_sandbox/, by which tests and rehearsals look at this world and play people's parts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from automation.sandbox.world.faults import read_fault
from automation.sandbox.world.state import Nonsense, World

PREFIX = "/_sandbox"
LOOPBACK = ("127.0.0.1", "localhost", "::1")

Dumps = Mapping[str, Callable[[Any], Any]]
Actions = Mapping[str, Mapping[str, Callable[[dict[str, Any]], Any]]]


def blueprint(world: World, dumps: Dumps, actions: Actions) -> Blueprint:
    """Return the control routes. `dumps` and `actions` hold each service's dump() and people(world)."""
    routes = Blueprint("control", __name__, url_prefix=PREFIX)
    _add_views(world, routes, dumps)

    @routes.before_request
    def refuse_other_names() -> Response | None:
        """A web page may have its own name point at this machine (DNS rebinding); a browser then says that name."""
        name = urlsplit(f"//{request.host}").hostname
        return (
            None
            if name in LOOPBACK
            else _json({"error": "the control routes answer to 127.0.0.1 and localhost only"}, 403)
        )

    _add_orders(world, routes, actions)

    @routes.errorhandler(ValueError)
    @routes.errorhandler(LookupError)
    def nonsense(error: Exception) -> Response:
        sentence = f"{request.method} {request.path}: {type(error).__name__}: {error}"
        world.problems.append(sentence)
        return _json({"error": sentence}, 400)

    return routes


def _add_views(world: World, routes: Blueprint, dumps: Dumps) -> None:
    @routes.get("/state")
    def state() -> Response:
        return _json({name: dump(world.stores[name]) for name, dump in dumps.items()})

    @routes.get("/state/<service>")
    def one_state(service: str) -> Response:
        return _json(dumps[service](world.stores[service]))

    @routes.get("/log")
    def log() -> Response:
        return _json(world.log)

    @routes.delete("/log")
    def clear_log() -> Response:
        world.log.clear()
        return _json({})

    @routes.get("/problems")
    def problems() -> Response:
        return _json(world.problems)

    @routes.get("/clock")
    def clock() -> Response:
        return _json({"now": world.now().isoformat()})

    @routes.get("/faults")
    def faults() -> Response:
        return _json([asdict(fault) for fault in world.faults.hooks])


def _add_orders(world: World, routes: Blueprint, actions: Actions) -> None:
    @routes.post("/clock")
    def set_clock() -> Response:
        world.set_now(_instant(_wish(), required=True))
        return _json({"now": world.now().isoformat()})

    @routes.post("/faults")
    def add_faults() -> Response:
        asked = json.loads(request.get_data() or b"{}")
        for fault in [read_fault(wish) for wish in (asked if isinstance(asked, list) else [asked])]:
            world.faults.add(fault)
        return faults_left()

    @routes.delete("/faults")
    def clear_faults() -> Response:
        world.faults.clear()
        return faults_left()

    def faults_left() -> Response:
        return _json({"faults": len(world.faults.hooks)})

    @routes.post("/people/<service>/<action>")
    def act(service: str, action: str) -> Response:
        return _json(_find(actions, service, action)(_wish()))

    @routes.post("/seed")
    def seed() -> Response:
        done = []
        for service, wishes in _wish().items():
            for wish in wishes:
                action = _find(actions, service, str(wish.pop("action", "")))
                done.append(action(wish))
        return _json(done)

    @routes.post("/reset")
    def reset() -> Response:
        world.reset(_instant(_wish()))
        return _json({"now": world.now().isoformat()})


def _find(actions: Actions, service: str, action: str) -> Callable[[dict[str, Any]], Any]:
    if action not in actions.get(service, {}):
        known = ", ".join(f"{name}/{each}" for name, those in actions.items() for each in those)
        raise Nonsense(f"there is no {service}/{action}; people can do: {known}")
    return actions[service][action]


def _wish() -> dict[str, Any]:
    wish = json.loads(request.get_data() or b"{}")
    if not isinstance(wish, dict):
        raise Nonsense("the body must be a JSON object")
    return wish


def _instant(wish: Mapping[str, Any], required: bool = False) -> datetime | None:
    if "now" not in wish:
        if required:
            raise Nonsense('the body must be {"now": an RFC 3339 instant, or null for real time}')
        return None
    return None if wish["now"] is None else datetime.fromisoformat(str(wish["now"]))


def _json(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")
