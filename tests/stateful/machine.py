"""A community over months of ticks, clock jumps, edits, faults, deaths and people's changes, in any order.

What holds after every step: at most one event, meeting, section and mail for each key. What holds once all is quiet: the receipts describe the
world, and a second plan at the same instant is empty.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from automation.domain.belonging import BELONGS
from tests.chaos import victim
from tests.chaos.outside import inside
from tests.chaos.story import local
from tests.chaos.trial import Trial

DAYS = st.integers(0, 2)  # of the calls of a place
SERIES = "floss-mentoring/monthly-call"
STEPS = st.sampled_from([timedelta(minutes=1), timedelta(minutes=20), timedelta(hours=1), timedelta(hours=7), timedelta(days=1)])
SERVICES = st.sampled_from(["calendar", "gmail", "docs", "drive", "zoom", "discord", "google"])
# Refusals and losses before the work is done; a vendor that loses its answer is in the drops below.
FAULTS = st.sampled_from(["status", "drop_before", "drop_after", "reset_after", "half"])
# How long after its answer was lost a request is carried out: before anybody asks for it, when that is asked, and between the two looks for what
# it makes. Seconds by the world's clock.
LATE = st.sampled_from([45, 60, 90, 119])


@dataclass(frozen=True)
class Place:
    """Where and when a community meets: `days` are its first three calls after `begin`."""

    zone: str
    every: str
    at: str
    days: tuple[str, str, str]
    begin: datetime


HOME = Place("America/Los_Angeles", "second Tuesday of the month", "11:00:00", ("2026-12-08", "2027-01-12", "2027-02-09"), local("2026-11-20", 12))
# Clocks that change at midnight, under the first call: in Havana 00:30 comes twice, in Santiago 23:30 does.
MIDNIGHT = (
    Place("America/Havana", "first Sunday of the month", "00:30:00", ("2026-11-01", "2026-12-06", "2027-01-03"), local("2026-10-20", 12)),
    Place("America/Santiago", "first Saturday of the month", "23:30:00", ("2027-04-03", "2027-05-01", "2027-06-05"), local("2027-03-22", 12)),
)


class Life(RuleBasedStateMachine):
    """One community; `trial` holds its world, emptied for every life."""

    def __init__(self, trial: Trial, place: Place = HOME) -> None:
        super().__init__()
        self.trial = trial
        self.place = place
        self.now = place.begin
        self.touched = False
        self.changes: dict[str, str] = {}
        self.talk = 0

    @initialize()
    def found(self) -> None:
        """A new community: the first tick."""
        self.trial.load("empty")
        self._write()
        for path in (self.trial.home / "templates").rglob("extra-*.md"):
            path.unlink()
        self.trial.tick(self.now)

    # -- time

    @rule(step=STEPS)
    def tick(self, step: timedelta) -> None:
        self.now += step
        self.trial.tick(self.now)

    @rule(days=st.integers(2, 15))
    def sleep(self, days: int) -> None:
        """The machine was off."""
        self.now += timedelta(days=days)
        self.trial.tick(self.now)

    @rule(hours=st.integers(1, 30))
    def set_clock_back(self, hours: int) -> None:
        self.trial.tick(self.now - timedelta(hours=hours))

    @rule(number=st.integers(1, 14), after=st.booleans(), step=STEPS)
    def die_at_request(self, number: int, after: bool, step: timedelta) -> None:
        self.now += step
        self.trial.tell({"recount": True})
        self.trial.tick(self.now, strike={"number": number, "fault": {"do": "drop_after" if after else "drop_before"}}, stop=True)

    @rule(number=st.integers(1, 14), after=st.booleans(), step=STEPS)
    def die_at_write(self, number: int, after: bool, step: timedelta) -> None:
        self.now += step
        self.trial.tick(self.now, lambda: victim.die_at(victim.AtWrite(number, after)))

    # -- organizers

    @rule(number=DAYS, later=st.integers(1, 5), hour=st.integers(8, 20))
    def move(self, number: int, later: int, hour: int) -> None:
        day, self.touched = self.place.days[number], True
        moved = datetime.fromisoformat(day) + timedelta(days=later)
        self.changes[day] = f"date = {day}\nmove_to = {moved.date()}T{hour:02}:00:00"
        self._write()

    @rule(number=DAYS)
    def cancel(self, number: int) -> None:
        day, self.touched = self.place.days[number], True
        self.changes[day] = f"date = {day}\ncancel = true"
        self._write()

    @rule(number=DAYS)
    def take_back(self, number: int) -> None:
        self.changes.pop(self.place.days[number], None)
        self._write()

    @rule(number=DAYS)
    def slip_a_year(self, number: int) -> None:
        """Nothing is done with such a file."""
        day, before = self.place.days[number], dict(self.changes)
        self.changes[day] = f"date = {day}\nmove_to = {int(day[:4]) - 1}{day[4:-2]}15T17:00:00"
        self._write()
        assert self.trial.tick(self.now).code == 2
        self.changes = before
        self._write()

    @rule()
    def lose_the_rule(self) -> None:
        """An edit by which every call vanishes cancels none that members have heard of."""
        if self.changes:
            return
        self.touched = True
        before = self._farewells()
        self._write(since="2031-01-01")
        self.trial.tick(self.now)
        assert self._farewells() == before
        self._write()

    def _farewells(self) -> list[str]:
        keys = [mail["headers"]["X-Callkeeper-Key"] for mail in self.trial.ask("GET", "state/gmail")["delivered"]]
        return [key for key in keys if "mail:cancelled" in key]

    @rule(number=st.integers(0, 1), days=st.integers(1, 8))
    def write_template(self, number: int, days: int) -> None:
        text = f'+++\nsubject = "Extra"\nsend = "{days} days before"\n+++\nHello on {{{{ call.day }}}}.\n'
        (self.trial.home / "templates" / "mail" / f"extra-{number}.md").write_text(text, encoding="utf-8")

    @rule(number=st.integers(0, 1))
    def remove_template(self, number: int) -> None:
        (self.trial.home / "templates" / "mail" / f"extra-{number}.md").unlink(missing_ok=True)

    def _write(self, since: str = "2023-09-01") -> None:
        tables = "\n".join(f"[[series.change]]\n{change}\n" for change in self.changes.values())
        text = self.trial.text.replace("horizon_days = 20", "horizon_days = 50").replace("\n[calendar]", f"\n{tables}\n[calendar]", 1)
        place = {"zone": self.place.zone, "every": self.place.every}
        for key, value in {**{key: f'"{value}"' for key, value in place.items()}, "at": self.place.at, "from": since}.items():
            text, count = re.subn(rf"(?m)^(\s*){key} = [^#\n]*?(\s*(?:#.*)?)$", rf"\g<1>{key} = {value}\g<2>", text, count=1)
            assert count == 1, key
        (self.trial.home / "community.toml").write_text(text, encoding="utf-8")

    @rule(what=st.sampled_from(["account", "group", "zoom"]))
    def belong_elsewhere(self, what: str) -> None:
        """Somebody logs in with another account, or edits the Group; it is taken back after a tick that changes nothing for anybody."""
        with closing(sqlite3.connect(self.trial.ledger)) as connection:
            known = connection.execute("SELECT value FROM meta WHERE name = ?", (BELONGS,)).fetchone()
        assert known is not None
        config, login = self.trial.home / "community.toml", self.trial.home / "credentials.json"
        texts = {path: path.read_text(encoding="utf-8") for path in (config, login)}
        credentials = json.loads(texts[login])
        if what == "account":
            credentials["google"] |= self.trial.ask("POST", "people/google/log_in", {"email": "other@example.org"})
        if what == "zoom":
            credentials["zoom"] = self.trial.ask("POST", "people/zoom/found", {"account_id": "other-account"})
        if what == "group":
            config.write_text(texts[config].replace("@googlegroups.com", "-2@googlegroups.com", 1), encoding="utf-8")
        login.write_text(json.dumps(credentials), encoding="utf-8")
        before = self._shown()
        self.now += timedelta(minutes=10)
        ended = self.trial.tick(self.now)
        assert ended.code in (1, 3), self.trial.errors()
        assert self._shown() == before
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")

    def _shown(self) -> Any:
        """What members could notice."""
        state = self.trial.ask("GET", "state")
        mails = [mail for mail in state["gmail"]["delivered"] if "/digest:" not in mail["headers"]["X-Callkeeper-Key"]]
        others = {name: events for name, events in state["calendar"]["others"].items() if events}
        return state["calendar"]["events"], others, state["zoom"]["meetings"], len(mails), state["discord"]["messages"], state["docs"]

    # -- vendors and people

    @rule(service=SERVICES, do=FAULTS, times=st.integers(1, 3), skip=st.integers(0, 2))
    def break_vendor(self, service: str, do: str, times: int, skip: int) -> None:
        self.trial.ask("POST", "faults", {"do": do, "service": service, "times": times, "skip": skip, "status": 503})

    @rule(service=SERVICES, method=st.sampled_from(["", "POST", "PATCH", "PUT", "DELETE"]), seconds=LATE, skip=st.integers(0, 2))
    def answer_late(self, service: str, method: str, seconds: int, skip: int) -> None:
        """The client has given up long before the vendor does what it was asked for."""
        self.trial.ask("POST", "faults", {"do": "late", "service": service, "method": method, "seconds": seconds, "skip": skip})

    @rule(which=st.integers(0, 2), hours=st.integers(-30, 30))
    def move_by_hand(self, which: int, hours: int) -> None:
        for event in self._events()[which : which + 1]:
            start = datetime.fromisoformat(event["start"]["dateTime"]) + timedelta(hours=hours)
            if start > self.now + timedelta(hours=1):
                self.touched = True
                self._let("calendar", "move", id=event["id"], start=start.isoformat(), end=(start + timedelta(hours=1)).isoformat())

    @rule(which=st.integers(0, 2), action=st.sampled_from(["delete", "rename"]))
    def change_by_hand(self, which: int, action: str) -> None:
        for event in self._events()[which : which + 1]:
            self.touched = self.touched or action == "delete"
            self._let("calendar", action, id=event["id"], **({"summary": "Ours"} if action == "rename" else {}))

    @rule(which=st.integers(0, 2))
    def delete_meeting_by_hand(self, which: int) -> None:
        for meeting in [each for each in self._meetings() if not each["deleted"]][which : which + 1]:
            self._let("zoom", "delete", meeting_id=meeting["id"])

    def _let(self, service: str, action: str, **wish: Any) -> None:
        self.trial.ask("POST", "clock", {"now": self.now.isoformat()})
        self.trial.ask("POST", f"people/{service}/{action}", wish)

    def _events(self) -> list[dict[str, Any]]:
        return [event for event in self.trial.ask("GET", "state/calendar")["events"] if event["status"] != "cancelled"]

    def _meetings(self) -> list[dict[str, Any]]:
        return list(self.trial.ask("GET", "state/zoom")["meetings"])

    # -- what holds

    @invariant()
    def no_call_changes_by_itself(self) -> None:
        if not self.touched:
            events = [event["extendedProperties"]["private"] for event in self._events()]
            assert {each["callkeeper-sequence"] for each in events} <= {"0"}

    @invariant()
    def nothing_is_there_twice(self) -> None:
        state = self.trial.ask("GET", "state")
        events = [event["extendedProperties"]["private"]["callkeeper"] for event in state["calendar"]["events"] if event["status"] != "cancelled"]
        _once("event", events)
        _once("meeting", [meeting["agenda"] for meeting in state["zoom"]["meetings"] if not meeting["deleted"]])
        _once("mail", [mail["headers"]["X-Callkeeper-Key"] for mail in state["gmail"]["delivered"]])
        for document in state["docs"].values():
            for tab in document["tabs"].values():
                _once(
                    "section",
                    [paragraph["text"] for paragraph in tab["paragraphs"] if paragraph["text"].startswith("20") and "·" in paragraph["text"]],
                )
        assert self.trial.ask("GET", "problems") == []
        if self.trial.ledger.exists():
            posts = [message for message in state["discord"]["messages"] if message["webhook"] == "Callkeeper"]
            known = [key for key in inside(self.trial.ledger).receipts if "/chat:" in key]
            assert len(posts) <= len(known)

    @rule()
    def all_is_quiet(self) -> None:
        """Without faults and with some hours of cron: what the ledger says is what is there, and there is nothing more to do."""
        self.trial.ask("DELETE", "faults")
        for _ in range(4):
            self.now += timedelta(hours=2)
            self.trial.tick(self.now)
        ended = self.trial.tick(self.now, command=("apply", "--json", "--force"))
        if ended.code == 0:
            self._receipts_describe_the_world()
        planned = self.trial.tick(self.now, command=("plan", "--json", "--force"))
        assert planned.code in (0, 3)
        assert json.loads(self.trial.output())["due"] == []

    def _receipts_describe_the_world(self) -> None:
        snapshot = inside(self.trial.ledger)
        events = {event["extendedProperties"]["private"]["callkeeper"]: event for event in self._events()}
        meetings = {meeting["agenda"]: meeting for meeting in self._meetings() if not meeting["deleted"]}
        for mark, text in snapshot.calls.items():
            call = json.loads(text)
            if datetime.fromisoformat(call["end"]) <= self.now:
                continue
            if call["cancelled"]:
                assert mark not in events
                assert mark not in meetings
                continue
            start = datetime.fromisoformat(call["start"])
            assert datetime.fromisoformat(events[mark]["start"]["dateTime"]) == start
            assert datetime.fromisoformat(meetings[mark]["start_time"]) == start
            assert str(meetings[mark]["id"]) in events[mark]["location"]
        assert self.trial.ask("GET", "state/gmail")["drafts"] == []
        delivered = {mail["headers"]["X-Callkeeper-Key"] for mail in self.trial.ask("GET", "state/gmail")["delivered"]}
        assert {key for key, state in snapshot.receipts.items() if "/mail:" in key and state == "done"} <= delivered


def _once(what: str, names: list[str]) -> None:
    twice = {name: count for name, count in Counter(names).items() if count > 1}
    assert not twice, f"{what} more than once: {twice}"
