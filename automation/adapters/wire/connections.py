"""Connections that a `Deadline` can cut, at whatever point of an exchange: greeting a proxy, TLS, request, headers,
body.

urllib3 hides the socket in use, so each connection tells the deadline of the call under way about its own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from automation.adapters.wire.deadline import Deadline

_under_way: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


@contextlib.contextmanager
def governed(deadline: Deadline) -> Iterator[None]:
    """Connections that are used inside tell this deadline which socket to cut."""
    token = _under_way.set(deadline)
    try:
        yield
    finally:
        _under_way.reset(token)


class _Watched:
    """What both kinds of connection have in common."""

    sock: Any

    def _new_conn(self) -> Any:
        connected = super()._new_conn()  # type: ignore[misc]
        _tell(connected)
        return connected

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        _tell(self.sock)  # TLS has put another socket in the place of the first

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is not None:  # left over from an earlier request
            _tell(self.sock)
        super().request(*args, **kwargs)  # type: ignore[misc]


def _tell(connected: Any) -> None:
    deadline = _under_way.get()
    if deadline is not None:
        deadline.watch(connected)


class _Http(_Watched, HTTPConnection):
    pass


class _Https(_Watched, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


_POOLS = {"http": _HttpPool, "https": _HttpsPool}


class Transport(HTTPAdapter):
    """Sends each request once, over connections that can be cut."""

    def __init__(self) -> None:
        """No retries: repeating is for the ledger to decide."""
        super().__init__(max_retries=urllib3.Retry(0, read=False))

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """See `HTTPAdapter.init_poolmanager`."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """See `HTTPAdapter.proxy_manager_for`. A SOCKS proxy keeps connections of its own kind, with a time-out for
        each gap only."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = _POOLS
        return manager
