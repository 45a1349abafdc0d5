"""A service that is left alone for a while."""

from __future__ import annotations

import logging
from datetime import timedelta

from automation.domain.errors import ServiceError, Stopped
from automation.domain.receipts import Pause
from automation.reconcile.backoff import DAILY, retry_at
from automation.reconcile.run_state import Tick

log = logging.getLogger("callkeeper")

LOOK_AGAIN = timedelta(minutes=5)


def pause_service(tick: Tick, error: ServiceError) -> None:
    """Leave a service alone for a while: a stopped one until its credentials change or a day has passed."""
    stopped = isinstance(error, Stopped)
    if stopped:
        until = tick.now + DAILY
    else:
        until = tick.now + LOOK_AGAIN if error.retry_after is None else retry_at(error, error.service, 0, tick.now)
    fingerprint = tick.files.credentials.fingerprint if tick.files.credentials else ""
    tick.ledger.pause(
        Pause(service=error.service, until=until, reason=error.what, needs_person=stopped, fingerprint=fingerprint)
    )
    name = tick.files.config.called(error.service)
    log.warning("service.resting", extra={"fields": {"service": name, "until": until.isoformat(), "error": error.what}})
