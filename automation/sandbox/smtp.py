"""A mail server on loopback: takes every mail, keeps it, and fails where a fault asks for it.

RFC 5321, without TLS and without authentication. A fault names the SMTP verb as `method` (RCPT or DATA; the other verbs
are never struck) and is matched against the recipient as `path`.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default as default_policy
from typing import Any, cast
from weakref import WeakKeyDictionary

from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Blueprint

from automation.sandbox.world.faults import Fault
from automation.sandbox.world.state import World

SERVICE = "smtp"
NO_ANSWER = frozenset({"drop_before", "drop_after", "reset_before", "reset_after", "half"})
NOT_CARRIED_OUT = frozenset({"status", "drop_before", "reset_before"})
REASONS = {421: "4.3.0 Service not available", 451: "4.3.0 Try again later", 550: "5.7.1 Refused", 554: "5.6.0 Failed"}


@dataclass
class Store:
    """Accepted mails in order of arrival: sender, recipients, raw text, time of arrival."""

    mails: list[dict[str, Any]] = field(default_factory=list)
    refused_recipients: set[str] = field(default_factory=set)


@dataclass
class Running:
    """The event loop in its own thread, and the listening server in it."""

    loop: asyncio.AbstractEventLoop
    thread: threading.Thread
    server: asyncio.Server


_running: WeakKeyDictionary[World, Running] = WeakKeyDictionary()


def fresh(world: World) -> Store:
    """Return a store without mails."""
    return Store()


def login(world: World) -> dict[str, Any]:
    """Return the section of credentials.json."""
    return {"smtp": {"host": "127.0.0.1", "port": world.smtp_port, "security": "none", "username": "", "password": ""}}


def blueprint(world: World) -> Blueprint:
    """Return no routes: this service has a port of its own."""
    return Blueprint(SERVICE, __name__)


def start(world: World) -> int:
    """Begin to listen on a free port of 127.0.0.1 and return it."""
    listening = socket.create_server(("127.0.0.1", 0))
    port: int = listening.getsockname()[1]
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="sandbox smtp", daemon=True)
    thread.start()

    def connection() -> SMTP:
        return SMTP(Mailbox(world), hostname="sandbox.localhost", ident="sandbox", enable_SMTPUTF8=True, loop=loop)

    async def listen() -> asyncio.Server:
        return await loop.create_server(connection, sock=listening)

    _running[world] = Running(loop, thread, asyncio.run_coroutine_threadsafe(listen(), loop).result())
    return port


def stop(world: World) -> None:
    """Close the port and end the thread; does nothing if it was not started."""
    running = _running.pop(world, None)
    if running is None:
        return

    async def close() -> None:
        running.server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    asyncio.run_coroutine_threadsafe(close(), running.loop).result()
    running.loop.call_soon_threadsafe(running.loop.stop)
    running.thread.join()
    running.loop.close()


class Mailbox:
    """aiosmtpd's hooks (https://aiosmtpd.aio-libs.org/en/stable/handlers.html) for one connection."""

    def __init__(self, world: World) -> None:
        """Take the world whose store receives the mails."""
        self.world = world

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take one recipient, or answer as a fault or a refused recipient wants."""

        def accept() -> str:
            if address in self.world.stores[SERVICE].refused_recipients:
                return "550 5.1.1 No such mailbox"
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
            return "250 2.1.5 OK"

        return await self._answer(server, "RCPT", address, accept)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the mail, or answer as a fault wants."""

        def keep() -> str:
            raw = envelope.content or b""
            content = raw if isinstance(raw, bytes) else raw.encode()
            mail = {
                "from": envelope.mail_from,
                "to": list(envelope.rcpt_tos),
                "raw": content,
                "at": self.world.now().isoformat(),
            }
            self.world.stores[SERVICE].mails.append(mail)
            return f"250 2.0.0 OK {self.world.new_id('smtp queue', 12)}"

        return await self._answer(server, "DATA", ",".join(envelope.rcpt_tos), keep)

    async def _answer(self, server: SMTP, verb: str, recipient: str, carry_out: Callable[[], str]) -> str:
        with self.world.lock:
            struck = self.world.faults.fire(SERVICE, verb, recipient)
            fault = next((each for each in struck if each.do != "slow"), Fault("none"))
            answer = "" if fault.do in NOT_CARRIED_OUT else carry_out()
            if fault.do in ("status", "status_after"):
                answer = f"{fault.status} {REASONS.get(fault.status, '5.0.0 Refused')}"
            elif fault.do == "garbage":
                answer = "<html>"
            self._log(verb, recipient, answer, struck)
        for slow in (each for each in struck if each.do == "slow"):
            await asyncio.sleep(slow.seconds)
        if fault.do in NO_ANSWER:
            cut(server, fault.do)
        return answer or "421 4.3.0 Closing"

    def _log(self, verb: str, recipient: str, answer: str, struck: list[Fault]) -> None:
        status = int(answer[:3]) if answer[:3].isdigit() else None
        entry = {"method": verb, "path": recipient, "query": "", "service": SERVICE, "status": status}
        entry["at"] = self.world.now().isoformat()
        if struck:
            entry["fault"] = struck[-1].do
        self.world.log.append(entry)


def cut(server: SMTP, how: str) -> None:
    """Close the connection without an answer: orderly, after half an answer, or by RST (SO_LINGER of 0 seconds)."""
    transport = cast("asyncio.Transport", server.transport)
    if how.startswith("reset"):
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
        return
    if how == "half":
        transport.write(b"25")
    transport.close()


def dump(store: Store) -> dict[str, Any]:
    """Return every mail: envelope, headers, and the raw text."""
    return {"mails": [dump_mail(mail) for mail in store.mails]}


def dump_mail(mail: dict[str, Any]) -> dict[str, Any]:
    """Return one mail as JSON-able data; bytes that are no UTF-8 are replaced in `raw`."""
    message = message_from_bytes(mail["raw"], policy=default_policy)
    headers = {name: str(value) for name, value in message.items()}
    return {**mail, "raw": mail["raw"].decode("utf-8", "replace"), "headers": headers}


def people(world: World) -> dict[str, Callable[[dict[str, Any]], Any]]:
    """Return `refuse` {address}: from now on the server knows no such mailbox; and `accept` {address}."""

    def refuse(wish: dict[str, Any]) -> dict[str, Any]:
        world.stores[SERVICE].refused_recipients.add(str(wish["address"]))
        return {}

    def accept(wish: dict[str, Any]) -> dict[str, Any]:
        world.stores[SERVICE].refused_recipients.discard(str(wish["address"]))
        return {}

    return {"refuse": refuse, "accept": accept}
