"""What is told apart by a step's kind, as the fields of one row in the table `kinds`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Generic, Literal, TypeVar

from automation.domain.inputs import Inputs
from automation.domain.model import Config
from automation.domain.receipts import LedgerSnapshot, Receipt
from automation.domain.steps import Proof
from automation.plan.steps.step_state import Item, Scene
from automation.schedule.calls import Calls

S = TypeVar("S")


@dataclass(frozen=True)
class Kind(Generic[S]):
    """What holds for all steps of one kind. No field has a default, so that none is left out unawares.

    `name`: in keys, before `:` and `@`. `step`: its record. What plans it: `of_call`, from a call and those of its
    items that come before in the table; or `of_community`, from all calls; or neither, for what is told when all else
    is done. `place`: among the steps of one call, of which those of one place stand in the order of their times.
    `turn`: among all that are ready: what has to be on time first, what takes long or shows the outcome last.

    `services`: those without which it cannot be done. `witness`: the one that knows whether it was done when the ledger
    does not, if its call is over and if not; "" where the step itself looks before it acts, or the calendar's marks
    tell.

    `coming`: its phrase before more is known; {name} is its template's name, {group} the Group's address, {vendor} the
    provider of meetings. `doing`: that of a step that is to be done. `done`: what it came to, from its template's name
    and its receipts before and after, with {vendor} again. `foreseen`: the proof that it would leave if all went well;
    None where nobody can foresee that.

    `at_once`: it is due as soon as the call is inside the horizon. `linked`: mails carry its link, so that it is done
    before them. `again`: one tick does it twice if what is done in between changes what it says. `by_others`: others
    bring it about, so that it cannot be foreseen, a person's word begins the waiting anew, and the organizers hear if
    it is given up. `proof`: it leaves one on the call's event before it acts (`marks.leaves_proof`).

    `pace`: quick = ours alone, and still done by a tick that has to end; long = makes room for what becomes due, and
    goes on by itself; prompt = room is made for it also when it is tried again; behind = no room is made for it,
    because it waits for what is long.

    `happened`: what a person's word for it is good for: the proof that counts then, of that day of the call; or the
    event that a person made is taken over; or it is worth nothing, because a link is needed that only doing it again
    finds.
    """

    name: str
    step: type[S]
    of_call: Callable[[Scene, list[Item]], list[Item]] | None
    of_community: Callable[[Inputs, Calls], Item] | None
    place: int
    turn: int
    services: Callable[[Config], tuple[str, ...]]
    witness: Callable[[Config, bool], str]
    coming: str
    doing: Callable[[S, Config], str]
    done: Callable[[str, Receipt | None, Receipt | None], str]
    foreseen: Callable[[S, LedgerSnapshot], Proof | None]
    at_once: bool
    linked: bool
    again: bool
    by_others: bool
    proof: bool
    pace: Literal["quick", "usual", "prompt", "long", "behind"]
    happened: Callable[[date | None], Proof] | Literal["taken over", "found again"]


def none(config: Config) -> tuple[str, ...]:
    """It is done here, or (as the digest) goes whichever way is open."""
    return ()


def nobody(config: Config, over: bool) -> str:
    return ""
