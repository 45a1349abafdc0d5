"""The marks left on a Calendar event, by which a lost ledger is rebuilt: deterministic id and private properties."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

from automation.domain.instants import rfc3339
from automation.domain.keys import CallId, role_of, step_of
from automation.domain.proofs import ChatProof, EventProof, MailProof
from automation.domain.receipts import LedgerSnapshot, Receipt
from automation.domain.services import SeenEvent

MARK = "callkeeper"
COMMUNITY = "callkeeper-community"
SEQUENCE = "callkeeper-sequence"
ASKED = "callkeeper-asked"  # the start and status that the config asked for
WRITTEN = "callkeeper-written"  # the start and status that we wrote, people's changes included
CHANGE = "callkeeper-change"  # what raised the sequence to its value
QUIET = "callkeeper-quiet"  # `yes` if nobody had heard of the call when it last changed, so that nobody is told of that
PREVIOUS = "callkeeper-previous"  # the start before the last move, or empty
TITLE = "callkeeper-title"
MEETING = "callkeeper-meeting"
INVITED = "callkeeper-invited"  # the Group's address while it is a guest by our doing; BEFORE once it was; or empty
BEFORE = "before"
PROOF = (  # the ledger's generation when the event was last written, and a token that stands in that ledger
    "callkeeper-generation"
)

# How many ids an event may have in turn, for calendars where a deleted one cannot be brought back.
GENERATIONS = 6


def event_id(mark: str, generation: int) -> str:
    """A client-made event id: base32hex in lower case, as Calendar v3 `Event.id` demands. It holds no date, so a move
    is a patch."""
    seed = mark if generation == 0 else f"{mark}#{generation}"
    return base64.b32hexencode(hashlib.sha256(seed.encode()).digest()).decode().rstrip("=").lower()


def leaves_proof(key: str) -> bool:
    """A step that writes the call's event, or that leaves a mark there before it does what cannot be undone."""
    return role_of(key) in ("event", "mail", "chat")


def generation_of(proof: str) -> int:
    """The ledger's generation in a proof; 0 in what is none."""
    number = proof.partition(".")[0]
    return int(number) if number.isascii() and number.isdigit() else 0


def event_proof(
    there: SeenEvent, calendar: str, generation: int, cancelled: bool, *, start: datetime, end: datetime
) -> EventProof:
    """The proof of an event: where it is, what we wrote into it, and whether the Group was invited, where a mark
    tells."""
    group = there.private.get(INVITED)
    return EventProof(
        id=there.id,
        link=there.html_link,
        calendar=calendar,
        generation=generation,
        status="cancelled" if cancelled else "confirmed",
        start=start,
        end=end,
        summary=there.private.get(TITLE, there.summary),
        location=there.location,
        organizer=there.organizer,
        group="" if group == BEFORE else group,
        heard=bool(group),
    )


def step_property(kind: str) -> str:
    """The private property for a step, within Calendar's 44 characters for a name."""
    name = f"callkeeper.{kind}"
    return name if len(name) <= 44 else f"callkeeper.{hashlib.sha256(kind.encode()).hexdigest()[:32]}"


def stale_marks(snapshot: LedgerSnapshot, call_id: CallId) -> dict[str, str]:
    """Private properties that say `begun` about a step that is proven done: its second mark did not come through, or a
    person settled it. What they should say."""
    seen = snapshot.seen.events.get(str(call_id))
    if seen is None or seen.status == "cancelled":
        return {}
    found = {}
    for key in snapshot.keys(call_id.step("")):
        kind, receipt = step_of(key), snapshot.receipts[key]
        if receipt.proven and seen.private.get(step_property(kind), "").startswith("begun "):
            found[step_property(kind)] = f"done {_proof(receipt)}".strip()
    return found


def _proof(receipt: Receipt) -> str:
    """What is needed of a step whose receipt is lost: its day; the number of a post, for edits; when a mail went out,
    for the day's count."""
    at = rfc3339(receipt.done_at) if receipt.done_at is not None else ""
    match receipt.data:
        case ChatProof(day, message):
            return f"{day or ''} {message or ''}"
        case MailProof(day):
            return f"{day or ''} {at}"
        case _:
            return at


KEY = "X-Callkeeper-Key"


DAY = "X-Callkeeper-Day"

# On a mail that a person let be repeated, and when: so that an earlier copy is not taken for it.
REPEAT = "X-Callkeeper-Repeat"
