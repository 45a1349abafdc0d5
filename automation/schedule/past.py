"""The closed calls: over, and nothing is left to do about them. They only ever become more, so what is planned does not
go through them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from automation.domain.call_state import CallState
from automation.domain.keys import CallId, series_of
from automation.domain.model import Call, Config, Series, Talk
from automation.domain.receipts import LedgerSnapshot
from automation.schedule.follow import call_of

# Greater than every mark.
LAST = chr(0x10FFFF)


@dataclass(frozen=True)
class Past:
    """The closed calls of the config's series."""

    config: Config
    snapshot: LedgerSnapshot

    @cached_property
    def states(self) -> Mapping[str, CallState]:
        """Mark -> state."""
        named = {self._prefix(series) for series in self.config.series}

        def closed() -> Mapping[str, CallState]:
            return {
                mark: state for mark, state in self.snapshot.calls.items() if state.closed and series_of(mark) in named
            }

        found: Mapping[str, CallState] = self.snapshot.derived("closed", (self.snapshot.calls, self.config), closed)
        return found

    @cached_property
    def talks(self) -> Mapping[str, Talk]:
        """Mark -> talk."""
        return {
            f"{self._prefix(series)}/{talk.date.isoformat()}": talk
            for series in self.config.series
            for talk in series.talks
        }

    def _prefix(self, series: Series) -> str:
        return f"{self.config.uid}/{series.uid}"

    def calls(self) -> Iterator[Call]:
        """All of them, in no order."""
        return map(self._call, self.states)

    def before(self, call: Call) -> Call | None:
        """The last one of its series that took place before `call`."""
        held = self._held(call)
        place = bisect_left(held, (call.start, ""))
        return self._call(held[place - 1][1]) if place else None

    def after(self, call: Call) -> Call | None:
        """The first one of its series that took place after `call`."""
        held = self._held(call)
        place = bisect_right(held, (call.start, LAST))
        return self._call(held[place][1]) if place < len(held) else None

    def _held(self, call: Call) -> list[tuple[datetime, str]]:
        """Of a series that has left the config, no closed call is known any more."""
        named = any(series.uid == call.series.uid for series in self.config.series)
        return self.snapshot.held.get(self._prefix(call.series), []) if named else []

    def _call(self, mark: str) -> Call:
        call_id = CallId.parse(mark)
        series = next(series for series in self.config.series if series.uid == call_id.series)
        return replace(call_of(call_id, series, self.snapshot.calls[mark], None), talk=self.talks.get(mark))
