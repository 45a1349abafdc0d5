"""What stands outside, and in the ledger, as plain data in which nothing is left that may differ between two runs that came to the same."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Counts = Mapping[str, int]


@dataclass(frozen=True)
class Outside:
    """Everything by name and number: `event …`, `notice …`, `meeting …`, `mail …`, `draft …`, `post …`, `section …`, `file …`, `public …`.

    A name holds the content too, so that a thing with another content counts as one lost and one too many. `told` are the mails and posts
    to the organizers, which are compared only with each other.
    """

    things: Counts
    told: Counts


def outside(state: Mapping[str, Any], public: Path) -> Outside:
    """The world as it is: `state` is what the sandbox's /_sandbox/state answers with, `public` the folder of the page."""
    names = _Names(state)
    things: Counter[str] = Counter()
    told: Counter[str] = Counter()
    for event in state["calendar"]["events"]:
        things[f"event {event['id']} {names.said(_event(event))}"] += 1
    for notice in state["calendar"]["notices"]:
        things[f"notice {notice['kind']} {names.said(notice['to'])}"] += 1
    for meeting in state["zoom"]["meetings"]:
        gone = meeting["deleted"]
        about = [] if gone else [meeting["topic"], meeting["start_time"], meeting["duration"]]
        things[f"meeting {meeting['agenda']} {'deleted' if gone else names.said(about)}"] += 1
    for key, subject, text in _mails(state):
        if "/digest:" in key:
            told[f"mail {key}"] += 1
        else:
            things[f"mail {key} {names.said([subject, text])}"] += 1
    for draft in state["gmail"]["drafts"]:
        things[f"draft {draft['message']}"] += 1
    for message in state["discord"]["messages"]:
        (told if "Callkeeper needs a look" in message["content"] else things)[f"post {names.said(message['content'])}"] += 1
    for tab in state["docs"][min(state["docs"])]["tabs"].values():
        things[f"section {names.said([paragraph['text'] for paragraph in tab['paragraphs']])}"] += 1
    for file in state["drive"]["files"]:
        if not file["mimeType"].endswith(("folder", "document")):
            things[f"file {file['name']} {file.get('size')} {file.get('appProperties')} {file['trashed']}"] += 1
    for path in sorted(public.glob("*")):
        things[f"public {path.name} {names.said(_page(path))}"] += 1
    return Outside(things, told)


class _Names:
    """Ids that the vendors gave, which need not be the same in two runs, replaced by what they stand for."""

    def __init__(self, state: Mapping[str, Any]) -> None:
        found = {str(meeting["id"]): "MEETING" for meeting in state["zoom"]["meetings"]}
        found |= {file["id"]: f"FILE {file['name']}" for file in state["drive"]["files"] if file.get("appProperties")}
        self.pattern = re.compile("|".join(map(re.escape, found)) or r"\A\Z(?!)")
        self.found = found

    def said(self, value: Any) -> str:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True)
        text = self.pattern.sub(lambda match: self.found[match[0]], text)
        text = re.sub(r"(https?://[^\s\"<>]*?)\?pwd=[\w.-]+", r"\1", text)
        return re.sub(r"\b(h\.|heading=h\.)[a-z0-9]{8,}", "HEADING", text)


def _event(event: Mapping[str, Any]) -> list[Any]:
    private = event.get("extendedProperties", {}).get("private", {})
    # How often the ledger was written, with a token by chance, differs from run to run.
    # Whether a post's mark carries the id of the message depends on what could still be found out.
    marks = {name: _mark(value) for name, value in private.items() if name != "callkeeper-generation"}
    return [event["status"], event["start"], event["end"], event.get("summary"), event.get("location"), event.get("description"), marks]


def _mark(value: str) -> str:
    word, _, rest = value.partition(" ")
    return f"{word} {rest.split(' ')[0]}" if word == "done" else value


def _mails(state: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    found = [(mail["headers"].get("X-Callkeeper-Key", ""), mail["subject"], mail["text"]) for mail in state["gmail"]["delivered"]]
    for mail in state["smtp"]["mails"]:
        found.append((mail["headers"].get("X-Callkeeper-Key", ""), mail["headers"].get("Subject", ""), ""))
    return found


def _page(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        # When an entry was first made and last changed, which a failure may delay by minutes, too.
        text = re.sub(r'"(archived|updated)_at": ("[^"]*"|null)', "", text)
    if path.suffix in (".ics", ".xml"):
        # When a call last changed is when the change was noticed, which a failure may delay by minutes.
        text = re.sub(r"DTSTAMP:\S+|LAST-MODIFIED:\S+|<updated>[^<]*</updated>", "", text)
    return text


@dataclass(frozen=True)
class Inside:
    """The ledger: state by key, how each call stands, and which services are being left alone."""

    receipts: Mapping[str, str]
    calls: Mapping[str, str]
    pauses: tuple[str, ...]

    @property
    def doubts(self) -> tuple[str, ...]:
        return tuple(sorted(key for key, state in self.receipts.items() if state == "doubt"))

    @property
    def open(self) -> tuple[str, ...]:
        """Steps that are neither done nor given up."""
        return tuple(sorted(key for key, state in self.receipts.items() if state in ("claimed", "failed")))


def inside(ledger: Path) -> Inside:
    """The ledger as it is, read without Callkeeper's own code."""
    with closing(sqlite3.connect(f"{ledger.as_uri()}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT key, state, done_at IS NOT NULL FROM receipts").fetchall()
        # A doubt that was told of is a step of the whole community, and so are the page's.
        # What was done once and whose update failed is done: whether the update is still wanted shows outside.
        receipts = {key: ("done" if done and state == "failed" else state) for key, state, done in rows if "/digest:" not in key}
        calls = {mark: _call(state) for mark, state in connection.execute("SELECT mark, state FROM calls")}
        pauses = tuple(name for (name,) in connection.execute("SELECT service FROM pauses ORDER BY service"))
    return Inside(receipts, calls, pauses)


def _call(state: str) -> str:
    found = json.loads(state)
    found.pop("changed_at", None)
    return json.dumps(found, sort_keys=True)
