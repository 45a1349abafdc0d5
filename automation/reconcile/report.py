"""What one tick came to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from automation.domain.instants import rfc3339
from automation.plan.steps.step_state import Item


@dataclass(frozen=True)
class Failure:
    """A step that did not succeed this time; `retry_at` None = when a person has seen to it."""

    key: str
    error: str
    retry_at: datetime | None
    needs_person: bool = False


@dataclass
class Report:
    """Filled in as the tick goes on. `refused` and `needs_person` sentences need a person; `raced` = another process
    was at work."""

    now: datetime
    done: list[str] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    failed: dict[str, Failure] = field(default_factory=dict)
    in_doubt: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    needs_person: bool = False
    raced: bool = False

    def unsettled(self, items: Iterable[Item]) -> None:
        """Steps that were begun and are not asked about yet: whether they failed is not known, but they are not done
        either."""
        for item in items:
            if item.asked_at is not None:
                self.failed.setdefault(item.key, Failure(item.key, item.reason, item.asked_at))

    @property
    def exit_code(self) -> int:
        """0 fine, 1 something failed and is tried again, 3 a person is needed; the highest wins."""
        if (
            self.needs_person
            or self.refused
            or self.in_doubt
            or any(failure.needs_person for failure in self.failed.values())
        ):
            return 3
        return 1 if self.failed else 0

    def as_json(self) -> dict[str, object]:
        """The documented form of `apply --json`."""
        return {
            "now": rfc3339(self.now),
            "done": [{"key": key} for key in self.done],
            "skipped": [{"key": key, "reason": reason} for key, reason in self.skipped.items()],
            "failed": [
                {"key": failure.key, "error": failure.error, "retry_at": failure.retry_at and rfc3339(failure.retry_at)}
                for failure in self.failed.values()
            ],
            "in_doubt": list(self.in_doubt),
            "refused": list(self.refused),
        }
