"""Which texts of an event are ours to write, and which are people's. Pure."""

from __future__ import annotations


def mine(seen: str, written: str | None, wanted: str) -> str | None:
    """The text to write, or None: where a person changed it, it stays as it is."""
    return None if seen == wanted or (written is not None and seen != written) else wanted


def title(seen: str, written: str | None, wanted: str) -> str | None:
    """Likewise; the title of an event made by hand stays if it says ours and more."""
    return None if written is None and wanted.casefold() in seen.casefold() else mine(seen, written, wanted)


def place(seen: str, written: str | None, wanted: str) -> str | None:
    """Likewise; in an event made by hand a place stays, but for a link, to which nobody is to go any more."""
    by_hand = written is None and seen and not seen.startswith(("http://", "https://"))
    return None if by_hand else mine(seen, written, wanted)


def kept(seen: str, written: str | None, wanted: str) -> str:
    """The text of a new event that takes the place of one that said `seen`."""
    return (mine(seen, written, wanted) or seen) if seen else wanted
