"""A community, its templates, and a desk on which plans are carried out in memory: every ready step succeeds at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from automation.domain.archive_entry import Entry
from automation.domain.inputs import Inputs, TemplateSet
from automation.domain.instants import rfc3339
from automation.domain.keys import CallId
from automation.domain.model import Calendar, Change, Config, Mail, Meeting, Notes, Page, Recordings, Rule, Series, Talk, Template, Timed, When
from automation.domain.proofs import ChatProof, EventProof, EventStatus, MailProof, MeetingProof, NotesProof, PageProof, RecordingProof, Skipped
from automation.domain.receipts import LedgerSnapshot, Receipt, Seen
from automation.domain.services import SeenEvent
from automation.domain.steps import EventStep, Proof
from automation.plan.plan import Plan, plan
from automation.plan.steps.step_state import Item

LA = ZoneInfo("America/Los_Angeles")
NY = ZoneInfo("America/New_York")
UTC_ZONE = ZoneInfo("UTC")
DEC = date(2026, 12, 8)
MARK = "floss/monthly/2026-12-08"


def la(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LA)


def series(**changes: Any) -> Series:
    """The second Tuesday of the month at eleven in Los Angeles, from November 2026 on."""
    rule = Rule(date(2026, 11, 1), "second Tuesday of the month", "FREQ=MONTHLY;BYDAY=2TU", time(11))
    return replace(Series("monthly", "Monthly call", LA, 60, (rule,)), **changes)


def config(*several: Series, **changes: Any) -> Config:
    whole = Config(
        uid="floss", name="FLOSS", group="floss@googlegroups.com", organizers=("o@example.org",), zones=(LA, NY, UTC_ZONE),
        links={"join": "https://groups.google.com/g/floss"}, series=several or (series(),), calendar=Calendar(horizon_days=20),
        meeting=Meeting("zoom", host="host@example.org", vendor="Zoom"), mail=Mail("gmail", "o@example.org"),
        notes=Notes("running", "document", 7), recordings=Recordings("meeting", "folder", 7), page=Page("/nowhere"),
    )  # fmt: skip
    return replace(whole, **changes)


def days(amount: int, at: time | None = None, *, after: bool = False) -> Timed:
    return Timed(amount, "days", after, at)


def hours(amount: int, *, after: bool = False) -> Timed:
    return Timed(amount, "hours", after, None)


def mail(name: str, send: Timed | When, *, once: bool = False, condition: str = "") -> Template:
    return Template("mail", name, send, once, condition, "subject", "body", f"templates/mail/{name}.md", "d")


def chat(name: str, send: Timed | When) -> Template:
    return replace(mail(name, send), role="chat")


MAILS = (
    mail("announcement", days(7, time(9)), once=True),
    mail("cancelled", "cancelled"),
    mail("moved", "moved"),
    mail("recap", "archived"),
    mail("reminder", days(1)),
    mail("restored", "restored"),
    mail("starting-soon", hours(1)),
)
CHATS = (chat("announcement", days(7, time(9))), chat("recap", "archived"), chat("starting-soon", hours(1)))


def moved(to: datetime, day: date = DEC, reason: str = "Holiday") -> Change:
    return Change(day, False, to.replace(tzinfo=None), reason)


def cancelled(day: date = DEC, reason: str = "Winter break") -> Change:
    return Change(day, True, None, reason)


def talk(day: date = DEC) -> Talk:
    return Talk(day, "Ana", "Reading code", "One hour.")


def short(items: list[Item] | tuple[Item, ...]) -> list[tuple[str, str]]:
    """(key without the community and series, state) in the plan's order."""
    return [(item.key.removeprefix("floss/monthly/"), item.state) for item in items]


def proof(kind: str, call: CallId, start: datetime) -> Proof:
    """What a step of this kind leaves of a call on its own day."""
    link, day = f"https://example.org/{kind}/{call.recurrence_id}", call.recurrence_id
    proofs: dict[str, Proof] = {
        "meeting": MeetingProof("1", link),
        "event": EventProof("1", "confirmed", start, start + timedelta(hours=1), link),
        "notes": NotesProof(link, day),
        "recording": RecordingProof(link),
        "archive": Entry(call, day, start, "Monthly call"),
    }
    message: Proof = MailProof(day, message="m") if kind.startswith("mail:") else ChatProof(day, "m")
    return proofs.get(kind, message)


@dataclass
class Desk:
    """A ledger in memory. `tick` carries a plan out to its end; `sent` collects what went out, in order."""

    config: Config = field(default_factory=config)
    mails: tuple[Template, ...] = MAILS
    chats: tuple[Template, ...] = ()
    snapshot: LedgerSnapshot = field(default_factory=lambda: LedgerSnapshot())
    force: bool = False
    applies: Callable[[Template, Any], bool] = lambda template, step: True
    sent: list[str] = field(default_factory=list)
    notices: tuple[str, ...] = ()
    recorded: bool = True
    broken: tuple[str, ...] = ()

    def inputs(self, now: datetime) -> Inputs:
        templates = TemplateSet(self.mails, self.chats)
        return Inputs(self.config, templates, self.snapshot, now, self.applies, chat=bool(self.chats), force=self.force)

    def plan(self, now: datetime) -> Plan:
        return plan(self.inputs(now))

    def change(self, *changes: Change, **more: Any) -> None:
        """Edit the first series' changes in the config."""
        first = replace(self.config.series[0], changes=tuple(changes), **more)
        self.config = replace(self.config, series=(first, *self.config.series[1:]))

    def tick(self, now: datetime) -> list[str]:
        """The keys done, in order, without community and series."""
        self._look(now)
        done: list[str] = []
        for _ in range(60):
            current = self.plan(now)
            self._write_down(current, now)
            ready = [item for item in current.ready if not item.key.endswith(self.broken or ("\0",))]
            if not ready:
                return done
            self._do(ready[0], now)
            done.append(ready[0].key.removeprefix("floss/monthly/").removeprefix("floss/"))
        raise AssertionError(f"the plan of {now} does not come to rest: {done[-5:]}")

    def ticks(self, start: datetime, end: datetime, step: timedelta = timedelta(hours=1)) -> list[str]:
        done, now = [], start
        while now <= end:
            done += self.tick(now)
            now = (now.astimezone(UTC) + step).astimezone(LA)
        return done

    def _look(self, now: datetime) -> None:
        seen = replace(self.snapshot.seen, events_at=now, meetings_at=now)
        self.snapshot = replace(self.snapshot, seen=seen, meta={**self.snapshot.meta, "founded": self.snapshot.meta.get("founded", rfc3339(now))})

    def _write_down(self, current: Plan, now: datetime) -> None:
        receipts = dict(self.snapshot.receipts)
        for item in current.items:
            if item.record:
                given_up = Skipped(item.start) if item.start else None
                receipts[item.key] = Receipt(item.key, "skipped", data=given_up, reason=item.reason, changed_at=now)
        first = now if "templates" in self.snapshot.meta else None
        templates = {**dict.fromkeys(current.templates, first), **self.snapshot.templates}
        meta = {**self.snapshot.meta, "templates": "seen"}
        self.snapshot = replace(self.snapshot, receipts=receipts, calls={**self.snapshot.calls, **current.states}, templates=templates, meta=meta)

    def _do(self, item: Item, now: datetime) -> None:
        step: Any = item.step
        if item.kind == "recording" and not self.recorded:
            receipt = Receipt(item.key, "waiting", retry_at=now + timedelta(hours=3), reason="not there", changed_at=now)
        else:
            receipt = Receipt(item.key, "done", done_at=now, fingerprint=getattr(step, "fingerprint", ""), data=self._proof(item, now))
        self.snapshot = replace(self.snapshot, receipts={**self.snapshot.receipts, item.key: receipt})
        if item.kind.startswith(("mail:", "chat:")) and getattr(step, "action", "post") == "post":
            self.sent.append(item.key.removeprefix("floss/monthly/"))

    def _proof(self, item: Item, now: datetime) -> Proof:
        step: Any = item.step
        if item.kind == "page":
            return PageProof()
        if item.kind == "event":
            return self._event(item, step)
        if item.kind == "meeting" and step.action == "delete":
            return MeetingProof("1", deleted=True)
        made: Any = proof(item.kind, step.call.id, step.call.start)
        if item.kind == "archive":
            old = self.snapshot.left(item.key, Entry)
            return replace(made, date=step.call.day, archived_at=old.archived_at if old else now)
        return made if item.kind in ("meeting", "recording") else replace(made, day=step.call.day)

    def _event(self, item: Item, step: EventStep) -> EventProof:
        call, old = step.call, self.snapshot.left(item.key, EventProof)
        status: EventStatus = "cancelled" if call.cancelled else "confirmed"
        self.notices += item.notices
        marks = {"callkeeper": str(call.id)}
        guests = (step.group,) if step.group else ()
        event = SeenEvent("1", "e", status, call.start, call.end, call.series.title, "", "", marks, "", attendees=guests)
        self._see(call.id, event)
        made: Any = proof("event", call.id, call.start)
        heard = bool(step.group or (old and old.heard))
        return replace(made, status=status, end=call.end, calendar=self.config.calendar.id, group=step.group, heard=heard)

    def _see(self, call_id: CallId, event: SeenEvent) -> None:
        seen = self.snapshot.seen
        self.snapshot = replace(self.snapshot, seen=replace(seen, events={**seen.events, str(call_id): event}))

    def needs_person(self, mark: str = MARK, **changes: Any) -> None:
        """Somebody changes the event of a call in the calendar."""
        self.snapshot = replace(self.snapshot, seen=_with(self.snapshot.seen, mark, replace(self.snapshot.seen.events[mark], **changes)))

    def kinds(self, prefix: str) -> list[str]:
        """What went out whose key begins so."""
        return [key for key in self.sent if key.startswith(prefix)]


def _with(seen: Seen, mark: str, event: SeenEvent) -> Seen:
    return replace(seen, events={**seen.events, mark: event})
