"""Whether a name speaks of one series, of another, or of something else. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from automation.archive.records import HeldCall
from automation.archive.words import GENERIC, plain


class Titles:
    """The words by which each series is told from the others."""

    def __init__(self, calls: Iterable[HeldCall]) -> None:
        """Take the calls of all series."""
        said = {call.id.series: words(f"{call.title} {call.id.series}") - GENERIC for call in calls}
        self._own = {
            series: mine - set().union(*(theirs for other, theirs in said.items() if other != series))
            for series, mine in said.items()
        }
        self._said = said

    def speaks_of(self, text: str, series: str) -> bool:
        """The name holds a word that is this series' alone."""
        return bool(words(text) & self._own[series])

    def speaks_of_another(self, text: str, series: str) -> bool:
        """It holds a word of another series, and none of this one's."""
        others = set().union(*(own for other, own in self._own.items() if other != series))
        return bool(words(text) & others) and not words(text) & self._said[series]

    def names(self, text: str, series: str) -> bool:
        """It holds a word of the series' title, whether others have it too."""
        return bool(words(text) & self._said[series])

    def could_be(self, text: str, series: str) -> bool:
        """It names the series, or nothing that could be something else."""
        return self.names(text, series) or not words(text) - GENERIC


def words(text: str) -> set[str]:
    """Its words of two letters or more; numbers are none."""
    return set(re.findall(r"[^\W\d_]{2,}", plain(text)))
