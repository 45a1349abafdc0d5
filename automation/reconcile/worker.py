"""The daemon: a tick every minute, until it is told to stop.

`schedule` is only the heartbeat. What was missed while the machine slept is caught up with because each tick asks what
should be true by now. Everything that organizers edit is read anew when it changes; from a broken file nothing is sent,
and the organizers hear of it once.
"""

from __future__ import annotations

import logging
import os
import traceback
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import schedule

from automation.adapters.ping import ping
from automation.config.load import OrganizerFiles
from automation.config.paths import Paths
from automation.domain.errors import LedgerBusyError, LedgerError, UserError
from automation.domain.fingerprint import fingerprint
from automation.domain.ledger import Lock
from automation.reconcile.course import begun
from automation.reconcile.idle import files_fingerprint, idle_result
from automation.reconcile.loop import tell
from automation.reconcile.made_with import zones
from automation.reconcile.sound import read_sound
from automation.reconcile.stop import Stop
from automation.reconcile.tick import whole_tick
from automation.rendering.press import Press

log = logging.getLogger("callkeeper")

# A file that somebody is still editing, or that an editor saves in two steps, alarms nobody.
PASSING = timedelta(minutes=5)


class Worker:
    """One worker on one ledger, whose lock its caller holds."""

    def __init__(self, paths: Paths, every: int, files: OrganizerFiles, stop: Stop, lock: Lock | None = None) -> None:
        """`every`: seconds between ticks. `files`: the files as they were read at the start. `lock`: that which its
        caller holds."""
        self._paths = paths
        self._every = every
        self._sound = files
        self._stop = stop
        self._lock = lock
        self._zones = zones(each=True)
        self._trouble = ""
        self._broken_since = datetime.min.replace(tzinfo=UTC)
        self._refused: list[str] = []

    def run(self) -> None:
        """Tick until a signal comes. Raises LedgerError."""
        log.info("worker.started", extra={"fields": {"every": self._every, "pid": os.getpid()}})
        heart = schedule.Scheduler()
        heart.every(self._every).seconds.do(self.beat)
        heart.run_all()
        while not self._stop():
            idle = heart.idle_seconds or 0.0
            if idle > self._every:  # schedule reads the wall clock, and that was set back
                heart.run_all()
                continue
            self._stop.wait(max(idle, 0.0))
            if not self._stop():
                heart.run_pending()
        log.info("worker.stopped")

    def beat(self) -> None:
        """One tick, and the ping if it was a good one. Whatever goes wrong, the next beat comes; only LedgerError is
        raised, and not for a ledger that another process is writing: that passes."""
        self.beat_at(datetime.now(UTC))

    def beat_at(self, now: datetime) -> None:
        """The same at an instant of its own."""
        try:
            if self._lock is not None:
                self._lock.beat(self._every)
            self._tick(now)
        except LedgerBusyError as error:
            log.warning("ledger.busy", extra={"fields": {"error": str(error)}})
        except LedgerError:
            raise
        except Exception as error:  # noqa: BLE001 - the one edge at which a mistake of ours must not end the daemon
            # The frames without the error's own text, which may hold an address that is a secret.
            frames = "".join(traceback.format_tb(error.__traceback__))
            log.error("worker.crashed\n%s", frames, extra={"fields": {"error": type(error).__name__}})  # noqa: TRY400

    def _tick(self, now: datetime) -> None:
        paths = self._paths
        found = files_fingerprint(paths.config, paths.credentials, paths.templates)
        try:
            result = idle_result(paths.state, found, now) or self._whole(now, found)
        except UserError as error:
            self._in_trouble(str(error), now)
            return
        if self._trouble:
            self._trouble = ""
            log.info("files.mended")
        self._say(result)
        if not result["failed"] and not result.get("raced") and not self._stop():
            ping(result["ping_url"])

    def _whole(self, now: datetime, found: str) -> dict[str, Any]:
        paths = self._paths
        self._renew_zones()
        with Press() as press:
            sound = read_sound(
                paths.config, paths.credentials, paths.templates, press, state=paths.state, found=found, now=now
            )
            self._sound = sound.files
            course = begun(self._stop, lambda: datetime.now(UTC), given=False, alive=self._speak)
            return whole_tick(paths.state, sound, now, press, force=False, course=course)

    def _speak(self) -> None:
        """A tick may last longer than the silence between two beats."""
        if self._lock is not None:
            self._lock.speak(self._every)

    def _renew_zones(self) -> None:
        """New rules of time zones hold from this beat on: what was read of the old ones is forgotten before the files
        are read anew."""
        there = zones(each=True)
        if there != self._zones:
            self._zones = there
            ZoneInfo.clear_cache()
            log.info("zones.renewed")

    def _say(self, result: dict[str, Any]) -> None:
        if result["refused"] != self._refused:
            self._refused = result["refused"]
            for sentence in self._refused:
                log.warning("plan.held_back", extra={"fields": {"reason": sentence}})

    def _in_trouble(self, sentence: str, now: datetime) -> None:
        """Say it in the log at once, and to the organizers when it is no passing state of an edit: minutes later it is
        still so."""
        if not self._trouble or now < self._broken_since:
            self._broken_since = now
        if sentence != self._trouble:
            self._trouble = sentence
            log.error("files.broken", extra={"fields": {"error": sentence}})
        if now - self._broken_since < PASSING:
            return
        key = f"{self._sound.config.uid}/files#{fingerprint(sentence, now.date())}"
        with self._paths.state.open() as ledger:
            if key not in {notice.key for notice in ledger.snapshot().notices}:
                ledger.notice({key: f"Nothing is done or sent until this is put right: {sentence}"}, now)
                tell(ledger, self._sound, now)
