"""One disturbance, ticks until all is quiet, and the comparison with the undisturbed life."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.chaos import victim
from tests.chaos.outside import Counts
from tests.chaos.points import Point
from tests.chaos.trial import Chapter, Trial

LISTING = ("zoom", "drive", "gmail")


@dataclass(frozen=True)
class Verdict:
    """What was there too often, what was missing or different, and what is in doubt; `fouls` = doubts where none may be, problems of the
    protocol, an organizer told twice."""

    point: Point
    struck: bool
    duplicates: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    fouls: tuple[str, ...] = ()
    told: Counts = field(default_factory=dict)

    @property
    def bad(self) -> bool:
        return bool(self.duplicates or self.losses or self.fouls)


def judge(trial: Trial, point: Point) -> Verdict:
    """Live the life with this one disturbance."""
    chapter = trial.life[point.chapter]
    trial.load(str(point.chapter))
    struck = disturb(trial, chapter, point)
    if trial.calm_down(chapter):
        return _verdict(trial, point, struck, chapter)
    for later in trial.life[point.chapter + 1 :]:
        trial.play(later.moment)
        trial.calm_down(later)
    return _verdict(trial, point, struck, trial.life[-1])


def disturb(trial: Trial, chapter: Chapter, point: Point) -> bool:
    """Run the tick of that moment with the disturbance; True if it struck."""
    at = chapter.moment.at
    if point.family == "ledger":
        trial.lose_ledger(point.old if point.old >= 0 else None, point.whole)
        return True
    if point.family == "disk":
        code = trial.without_disk(at, point.write, moved=point.what == "folder moved away")
        return code not in (0, 1)
    if point.write:
        return trial.tick(at, lambda: victim.die_at(victim.AtWrite(point.write, point.after))).killed
    strike = {"number": point.request, "fault": point.fault}
    if point.unlisted:
        trial.ask("POST", "faults", [{"do": "unlisted", "service": name, "seconds": point.unlisted} for name in LISTING])
    ended = trial.tick(at, strike=strike, stop=point.stop)
    return ended.killed or not point.stop and len(trial.tell({"count": True})) >= point.request


def _verdict(trial: Trial, point: Point, struck: bool, chapter: Chapter) -> Verdict:
    (seen, snapshot), wanted = trial.look(), chapter.outside
    doubts = snapshot.doubts
    excused = Excused(frozenset(key.rpartition("/")[2] for key in doubts), notes_late=point.name.startswith("docs "))
    too_many = tuple(name for name in _beyond(seen.things, wanted.things) if not excused.covers(name))
    lost = tuple(name for name in _beyond(wanted.things, seen.things) if not excused.covers(name))
    too_many += _repeated(seen.things, wanted.things)
    if not doubts:
        lost += _repeated(wanted.things, seen.things)
    fouls = [f"in doubt: {key}" for key in doubts if not may_be_doubtful(key, trial.via)]
    fouls += [f"still open: {key}" for key in snapshot.open]
    fouls += [f"told {count} times: {name}" for name, count in seen.told.items() if count > 1]
    fouls += [f"problem: {problem}" for problem in trial.ask("GET", "problems")]
    if doubts and sum(seen.told.values()) != 1:
        fouls.append(f"a doubt, and the organizers were told {sum(seen.told.values())} times")
    return Verdict(point, struck, too_many, lost, doubts, tuple(fouls), seen.told)


def may_be_doubtful(key: str, via: str) -> bool:
    """Only a chat post and a mail through SMTP cannot be asked about."""
    kind = key.rpartition("/")[2]
    return kind.startswith("chat:") or (kind.startswith("mail:") and via == "smtp")


@dataclass(frozen=True)
class Excused:
    """What may differ: a step in doubt may be missing, a post whose number was lost cannot be edited, and the event's marks then say `begun`;
    a mail does not wait for a notes document that cannot be reached, so it lacks the link."""

    doubtful: frozenset[str]
    notes_late: bool

    def covers(self, name: str) -> bool:
        sort, _, rest = name.partition(" ")
        chat = any(kind.startswith("chat:") for kind in self.doubtful)
        mail = sort == "mail" and rest.partition(" ")[0].rpartition("/")[2] in self.doubtful
        return mail or (sort == "post" and chat) or (sort == "event" and bool(self.doubtful)) or (sort in ("mail", "post") and self.notes_late)


def _repeated(seen: Counts, wanted: Counts) -> tuple[str, ...]:
    """Mails by key, and the number of posts: never more than undisturbed, whatever stands in them."""
    mails = _beyond(Counter(_mail_keys(seen)), Counter(_mail_keys(wanted)))
    posts = _number(seen, "post ") - _number(wanted, "post ")
    return tuple(f"mail {key} again" for key in mails) + (("one post too many",) if posts > 0 else ())


def _mail_keys(things: Counts) -> list[str]:
    return [name.split(" ")[1] for name, count in things.items() if name.startswith("mail ") for _ in range(count)]


def _number(things: Counts, sort: str) -> int:
    return sum(count for name, count in things.items() if name.startswith(sort))


def _beyond(more: Counts, less: Counts) -> tuple[str, ...]:
    """What is in `more` and not in `less`."""
    return tuple(sorted((Counter(more) - Counter(less)).elements()))
