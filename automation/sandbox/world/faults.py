"""Faults: what goes wrong on purpose, for which requests, after how many and how often."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

BEFORE = ("status", "drop_before", "reset_before", "late")
AFTER = ("status_after", "drop_after", "reset_after", "half", "garbage", "slow", "drip")
# Not for a request but for what was made.
UNLISTED = "unlisted"


@dataclass
class Fault:
    """One hook. `skip` and `times` count down; a fault with `times` used up stays listed, at 0.

    status          refused with `status`, `headers` and `body`; nothing is carried out status_after    carried out, and
    then the same answer drop_before     nothing is carried out; the connection is closed in an orderly way (FIN), no
    answer drop_after      carried out, then the same reset_before    nothing is carried out; the connection is reset
    (RST) reset_after     carried out, then the same half            carried out; headers and half of the body, then the
    connection closes garbage         carried out; 200 with bytes that are no JSON drip            carried out; the
    answer comes a byte at a time, one every `seconds` slow            carried out; the answer comes `seconds` later
    late            the connection is closed without an answer, and the request is carried out `seconds` later by the
    world's clock unlisted        as long as the hook is set: lists of the service do not show what was made less than
    `seconds` ago
    """

    do: str
    service: str = "*"
    method: str = ""
    path: str = ""
    skip: int = 0
    times: int = 1
    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    seconds: float = 2.0

    def matches(self, service: str, method: str, path: str) -> bool:
        """Tell whether the fault is meant for such a request; `path` is a regex searched in it."""
        return (
            self.service in ("*", service)
            and self.method.upper() in ("", method.upper())
            and (not self.path or re.search(self.path, path) is not None)
        )


FORMS: Mapping[str, type | tuple[type, ...]] = {
    "do": str,
    "service": str,
    "method": str,
    "path": str,
    "skip": int,
    "times": int,
    "status": int,
    "headers": dict,
    "body": object,
    "seconds": (int, float),
}


def read_fault(wish: Mapping[str, Any]) -> Fault:
    """Return the fault that a JSON object asks for; ValueError says what is wrong with it."""
    for name, value in wish.items():
        if name not in FORMS:
            raise ValueError(f"a fault has no field {name!r}; it has {', '.join(FORMS)}")
        if name not in ("body", "method", "path") and not isinstance(value, FORMS[name]):
            raise ValueError(f"the fault's {name} cannot be {value!r}")
    if wish.get("do") not in (*BEFORE, *AFTER, UNLISTED):
        raise ValueError(f"a fault's do is one of {', '.join((*BEFORE, *AFTER, UNLISTED))}")
    try:
        re.compile(wish.get("path") or "")
    except re.error as error:
        raise ValueError(f"the fault's path is no regular expression: {error}") from error
    return Fault(**{name: value for name, value in wish.items() if value is not None})


class Faults:
    """The hooks now set, in the order in which they were set."""

    def __init__(self) -> None:
        """Begin without any."""
        self.hooks: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Set one more hook."""
        self.hooks.append(fault)

    def clear(self) -> None:
        """Remove every hook."""
        self.hooks.clear()

    def fire(self, service: str, method: str, path: str) -> list[Fault]:
        """Return the faults that strike this request, counting them down.

        All `slow` ones strike together with the first of the others. SMTP asks with the verb as method (RCPT, DATA) and
        the recipient as path.
        """
        struck: list[Fault] = []
        for fault in self.hooks:
            if fault.do == UNLISTED or fault.times <= 0 or not fault.matches(service, method, path):
                continue
            if fault.skip > 0:
                fault.skip -= 1
            elif fault.do == "slow" or all(other.do == "slow" for other in struck):
                fault.times -= 1
                struck.append(fault)
        return struck

    def hides(self, service: str, age: timedelta) -> bool:
        """Tell whether the service's lists do not show yet what was made so long ago."""
        return any(
            fault.do == UNLISTED and fault.matches(service, "", "") and age < timedelta(seconds=fault.seconds)
            for fault in self.hooks
        )
