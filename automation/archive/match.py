"""Files and headings matched to calls, each with its reason. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from automation.archive.found import NotFound, Past, found_call
from automation.archive.names import Reading, read
from automation.archive.orders import settle
from automation.archive.records import HeldCall, Match, Proposal, Source, Unmatched
from automation.archive.speaker import speaker_in
from automation.archive.titles import Titles


def propose(sources: Sequence[Source], calls: Sequence[HeldCall]) -> Proposal:
    """Which call each source belongs to. `sources` in the order in which they stand where they come from, since the
    order of day and month, and years that are left out, are told by their neighbours."""
    past, titles = Past(calls), Titles(calls)
    matches: list[Match] = []
    unmatched: list[Unmatched] = []
    for group in (
        [source for source in sources if source.source == "drive"],
        [source for source in sources if source.source == "notes"],
    ):
        readings = [read(source.name) for source in group]
        settled = settle(
            [(reading, source.created) for reading, source in zip(readings, group, strict=True)], past.held
        )
        spans = _years_around(readings, group)
        for source, reading, years in zip(group, readings, spans, strict=True):
            got = found_call(source, reading, past=past, settled=settled, year=years, titles=titles)
            if isinstance(got, NotFound):
                unmatched.append(Unmatched(source, got.reason))
            else:
                speaker = speaker_in(source.name)
                matches.append(Match(source, got.call, got.confidence, reason=got.reason, speaker=speaker))
    return _one_section_each(matches, unmatched, sources)


def _years_around(readings: Iterable[Reading], group: Sequence[Source]) -> list[int | None]:
    """For each heading of a document the year that stands above it as a heading of its own."""
    years: list[int | None] = []
    year: int | None = None
    for reading, source in zip(readings, group, strict=True):
        if reading.year is not None and source.source == "notes":
            year = reading.year
        years.append(year)
    return years


def _one_section_each(matches: list[Match], unmatched: list[Unmatched], sources: Sequence[Source]) -> Proposal:
    """A call has one section in the document: the heading that names it most clearly, the first of several such."""
    best: dict[str, Match] = {}
    for match in matches:
        known = best.get(str(match.call.id))
        if match.source.source == "notes" and (known is None or match.confidence > known.confidence):
            best[str(match.call.id)] = match
    kept = [match for match in matches if match.source.source != "notes" or best[str(match.call.id)] is match]
    others = [
        Unmatched(match.source, f"another heading stands for this call already: {best[str(match.call.id)].source.name}")
        for match in matches
        if match not in kept
    ]
    place = {id(source): number for number, source in enumerate(sources)}
    return Proposal(
        tuple(sorted(kept, key=lambda match: (match.call.start, match.call.id, place[id(match.source)]))),
        tuple(sorted([*unmatched, *others], key=lambda each: place[id(each.source)])),
    )
