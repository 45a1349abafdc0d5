"""Keys: the names of steps, and their exact string form.

A key is `community/series/recurrence-id/kind`, for example `floss-mentoring/monthly-call/2026-12-08/mail:announcement`.
The recurrence id is the local date of the occurrence's *original* start (RFC 5545 3.8.4.4), so a move or a change of
the time zone rules keeps it. A mail or chat post caused by a move, cancellation or restoration ends in `@SEQUENCE`.
Steps of the whole community have no series: `floss-mentoring/page`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple


class CallId(NamedTuple):
    """One occurrence of one series of one community; `str()` is the mark left on events, meetings and in Drive."""

    community: str
    series: str
    recurrence_id: date

    def __str__(self) -> str:
        return f"{self.community}/{self.series}/{self.recurrence_id.isoformat()}"

    @classmethod
    def parse(cls, text: str) -> CallId:
        """Inverse of `str()`. Raises ValueError for anything else."""
        community, series, day = text.split("/")
        if not community or not series:
            raise ValueError(f"not the mark of a call: {text!r}")
        return cls(community, series, date.fromisoformat(day))

    def step(self, kind: str) -> str:
        """The key of one step of this call; `kind` is for example `mail:reminder` or `mail:moved@2`."""
        return f"{self}/{kind}"


class Key(NamedTuple):
    """The key of a step of a call, taken apart. `role` is the kind without a template's name, `name` that name for
    `mail:` and `chat:` steps, `sequence` the number behind `@`."""

    call: CallId
    role: str
    name: str | None
    sequence: int | None

    def __str__(self) -> str:
        name = f":{self.name}" if self.name is not None else ""
        sequence = f"@{self.sequence}" if self.sequence is not None else ""
        return f"{self.call}/{self.role}{name}{sequence}"

    @classmethod
    def parse(cls, text: str) -> Key:
        """Inverse of `str()` for keys of calls. Raises ValueError for anything else."""
        mark, role, number = mark_of(text), role_of(text), step_of(text).partition("@")[2]
        if not mark or not role:
            raise ValueError(f"not the key of a step of a call: {text!r}")
        return cls(CallId.parse(mark), role, name_of(text) or None, int(number) if number else None)


# The same questions about a text that need not be a key of a call, or that are asked of thousands: they take any text,
# raise nothing, and take apart no more than they are asked for.


def mark_of(key: str) -> str:
    """The mark of the call that a step's key belongs to, or "" for steps of the whole community."""
    mark = key.rpartition("/")[0]
    return mark if is_mark(mark) else ""


def step_of(key: str) -> str:
    """What stands behind the mark: `mail:moved@2`."""
    return key.rpartition("/")[2]


def kind_of(key: str) -> str:
    """`mail:moved` of a whole key, and of what stands behind its mark."""
    return step_of(key).partition("@")[0]


def role_of(key: str) -> str:
    """`mail` of a whole key, and of a kind."""
    return kind_of(key).partition(":")[0]


def name_of(key: str) -> str:
    """`moved`: the template's name in a whole key, and in a kind; "" where there is none."""
    return kind_of(key).partition(":")[2]


def sequence_of(key: str) -> int | None:
    """2 of `mail:moved@2`; None where there is no such number."""
    number = step_of(key).partition("@")[2]
    return int(number) if number.isascii() and number.isdigit() else None


def with_role(keys: Iterable[str], role: str) -> list[str]:
    """Those of the keys whose step has this role."""
    near = [key for key in keys if key.startswith(role, key.rfind("/") + 1)]
    return [key for key in near if role_of(key) == role]


def with_marks(keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each key behind the mark of its call; before a step of the whole community stands no call's mark."""
    return ((key.rpartition("/")[0], key) for key in keys)


def is_mark(text: str) -> bool:
    """It has the form of a call's mark; whether its day is one, only `CallId.parse` says."""
    return text.count("/") == 2


def series_of(mark: str) -> str:
    """`floss-mentoring/monthly-call` of a call's mark."""
    return mark.rpartition("/")[0]


def is_of(community: str, text: str) -> bool:
    """The key, or the mark, is this community's."""
    return text.startswith(f"{community}/")


def community_step(community: str, kind: str) -> str:
    """The key of a step that belongs to no single call: `look`, `page`, `digest:2026-12-08`."""
    return f"{community}/{kind}"
