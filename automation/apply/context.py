"""What `apply` works with, and what one step can come to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from automation.domain.begun import Attempt, Begun
from automation.domain.errors import Transient
from automation.domain.instants import Instants
from automation.domain.ledger import Ledger
from automation.domain.model import Config
from automation.domain.outside import Services
from automation.domain.receipts import LedgerSnapshot, Receipt
from automation.domain.steps import Left

if TYPE_CHECKING:
    from automation.rendering.press import Rendering


@dataclass(frozen=True)
class StepContext:
    """One step's surroundings. `snapshot` is as it was when the plan was made; `reopened` = an earlier attempt was
    begun and its outcome is not known. `pressed`: something else is due, or the tick has to end, so a long step makes
    room between two parts of it. `slept`: the machine was suspended, so it is later than `now` says. `no_longer_wanted`
    = why a step that was begun must not be done any more: it is only found out what became of it."""

    services: Services
    renderer: Rendering
    ledger: Ledger
    config: Config
    snapshot: LedgerSnapshot
    now: datetime
    receipt: Receipt | None
    reopened: bool
    pressed: Callable[[bool], bool] = lambda further: False
    slept: Callable[[], bool] = lambda: False
    no_longer_wanted: str = ""

    def left(self, kind: type[Left]) -> Left | None:
        """What the step left behind earlier, if that is of this kind."""
        return self.receipt.left(kind) if self.receipt is not None else None

    def begun(self, kind: type[Attempt]) -> Attempt:
        """What is remembered of an earlier attempt of unknown outcome, or one that says nothing."""
        known = self.receipt.attempt(kind) if self.receipt is not None and self.reopened else None
        return known if known is not None else kind()

    def raise_if_late(self, service: str, what: str) -> None:
        """Ask right before what cannot be taken back: whether it is still of use was decided for `now`. Raises
        Transient."""
        if self.slept():
            said = (
                f"could not {what}: this machine stood still in the middle of it; whether it is still of use is decided"
            )
            raise Transient(service, f"{said} anew")


@dataclass(frozen=True)
class Interrupted:
    """It made room between two parts of it, and goes on with `keep` as soon as there is time."""

    reason: str
    keep: Begun | None = None


@dataclass(frozen=True)
class Unsettled(Instants):
    """It may have happened, and what was asked does not show it yet: it stays begun, with `keep`, and is asked about
    again."""

    reason: str
    retry_at: datetime
    keep: Begun | None = None
