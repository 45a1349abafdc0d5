"""What calls that are over cost: the plan with a thousand of them, the page that shows them, `status` with three years
of them.

The page is measured beside yaml2ics (https://github.com/scientific-python/yaml2ics), with which communities write their
calendar that keep their calls in a file; it is given a thousand bare events.
"""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from statistics import median
from time import process_time

import yaml2ics

from automation.apply.page import calendar_file
from automation.config.template_folder import read_templates
from automation.domain.archive_entry import Entry
from automation.domain.call_state import CallState, Wanted
from automation.domain.keys import CallId
from automation.domain.model import Call, Rule
from automation.domain.receipts import Receipt
from automation.ledger.sqlite import Ledger
from automation.plan.plan import plan
from automation.rendering.formats.page_folder import build_page
from automation.rendering.press import Press
from automation.schedule.calls import calls_of
from benchmarks.table import Row
from tests.conftest import ROOT
from tests.planning import CHATS, LA, Desk, config, la, proof, series

NOW = la(11, 20, 12)
NEWEST = date(2026, 10, 27)
WEEKLY = Rule(date(2006, 1, 3), "every Tuesday", "FREQ=WEEKLY;BYDAY=TU", time(11))
KINDS = (
    "meeting",
    "event",
    "notes",
    "mail:announcement",
    "mail:reminder",
    "mail:starting-soon",
    "mail:recap",
    "chat:announcement",
    "chat:recap",
    "recording",
    "archive",
)


def desk_with(closed: int) -> Desk:
    """Weekly calls in a ledger in memory, of which `closed` are over and closed."""
    desk = Desk(config(series(rules=(WEEKLY,))), chats=CHATS)
    desk.tick(NOW - timedelta(days=20))
    calls, receipts = past("floss/monthly", closed)
    desk.snapshot = replace(
        desk.snapshot, calls={**calls, **desk.snapshot.calls}, receipts={**receipts, **desk.snapshot.receipts}
    )
    desk.tick(NOW)
    return desk


def past(of: str, closed: int) -> tuple[dict[str, CallState], dict[str, Receipt]]:
    """States and receipts of the closed calls of the series `of`, the newest a week before NEWEST."""
    calls, receipts = {}, {}
    for number in range(closed, 0, -1):
        day = NEWEST - timedelta(days=7 * number)
        start, mark = datetime.combine(day, time(11), LA).astimezone(UTC), f"{of}/{day}"
        asked = Wanted(start, start + timedelta(hours=1), False)
        calls[mark] = CallState(
            asked, asked.start, asked.end, False, 0, start, "Weekly call", LA.key, announced=True, closed=True
        )
        for kind in KINDS:
            data = proof(kind, CallId.parse(mark), start)
            receipts[f"{mark}/{kind}"] = Receipt(
                f"{mark}/{kind}", "done", done_at=start, fingerprint="d", data=data, changed_at=start
            )
    return calls, receipts


def took(act: Callable[[], object], repeat: int) -> float:
    """Seconds of CPU time, median."""
    times = []
    for _ in range(repeat):
        begin = process_time()
        act()
        times.append(process_time() - begin)
    return median(times)


def spent() -> float:
    """Seconds of CPU time of this process and of those that it started and that have ended."""
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


def plans(repeat: int) -> Row:
    """Nothing is left of the plan before, as at the beginning of a tick."""
    few, many = desk_with(12), desk_with(1000)

    def anew(desk: Desk) -> None:
        plan(replace(desk.inputs(NOW), snapshot=replace(desk.snapshot, memo={})))

    return Row(
        "the plan with 1,000 past calls / with 12",
        took(lambda: anew(many), repeat) / took(lambda: anew(few), repeat),
        3,
        "x",
    )


def pages(repeat: int) -> Row:
    """index.html, calendar.ics, feed.xml and archive.json as bytes; the process that renders is started once, as for a
    tick, and counted."""
    desk = desk_with(1000)
    calls = calls_of(desk.inputs(NOW)).shown(NOW)
    archived = [entry(call) for call in calls if call.end <= NOW]
    bare = "  - summary: Weekly call\n    begin: {:%Y-%m-%d %H:%M:%S}\n    duration: {{minutes: 60}}\n"
    text = f"name: Calls\ntimezone: {LA.key}\nevents:\n{''.join(bare.format(call.start) for call in calls)}"

    def ours(press: Press) -> None:
        ics = calendar_file(
            desk.config, calls, snapshot=desk.snapshot, archived=archived, join=lambda call: None, before=b"", now=NOW
        )
        rendered = press.renderer(templates).pages
        build_page(
            desk.config,
            calls,
            entries=archived,
            join=lambda call: None,
            pages=rendered,
            ics=ics,
            over=lambda call: call.end <= NOW,
        )

    def theirs() -> None:
        found, _ = yaml2ics.files_to_events([io.StringIO(text)])
        yaml2ics.events_to_calendar(found).serialize()

    name = "the page with its feeds for 1,000 calls / yaml2ics, 1,000 bare events"
    templates, before = read_templates(ROOT / "templates"), spent()
    with Press() as press:
        for _ in range(repeat):
            ours(press)
    return Row(name, (spent() - before) / repeat / took(theirs, max(3, repeat // 3)), 0.33, "x")


def entry(call: Call) -> Entry:
    link = f"https://example.org/{call.day}"
    return Entry(
        call.id, call.day, call.start, call.series.title, "Ana", f"{link}/recording", f"{link}/notes", call.end
    )


def status() -> Row:
    """In a process of its own, started and all."""
    with tempfile.TemporaryDirectory(prefix="callkeeper-bench-") as folder:
        state = Path(folder) / "ledger.sqlite3"
        fill(state, *past("floss-mentoring/monthly-call", 156))
        command = [
            sys.executable,
            "run.py",
            "--state",
            f"sqlite:///{state}",
            "--now",
            NOW.isoformat(),
            "status",
            "--json",
        ]
        before = spent()
        subprocess.run(command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.DEVNULL, check=True)
        return Row("`status` with three years of weekly calls", spent() - before, 1, "s")


def fill(state: Path, calls: dict[str, CallState], receipts: dict[str, Receipt]) -> None:
    with Ledger(state) as ledger:
        ledger.connection.execute("PRAGMA synchronous = OFF")
        for receipt in receipts.values():
            ledger.put(receipt, NOW)
        ledger.remember(calls, {})
        ledger.meta({"founded": NOW.isoformat(), "templates": "seen"})
