"""The house: which rooms there are, who may import whom, and how large what stands in them may get. Read from the syntax trees; imports inside
functions and those for type checkers count as well."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from automation.config.meeting_providers import PROVIDERS

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "automation"
FILES = sorted(path for path in PACKAGE.rglob("*.py"))

ALL = ("domain", "archive", "files", "schedule", "ledger", "adapters", "config", "plan", "rendering", "apply", "reconcile", "rehearsal", "cli")


def rooms_in(room: str) -> list[str]:
    return sorted(path.parent.relative_to(PACKAGE).as_posix() for path in (PACKAGE / room).glob("*/__init__.py"))


# The rule of arrows: room -> the rooms that it may import. A room in a room may import what is named for it here and nothing of its parent.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "domain": (),
    "archive": ("domain",),
    "files": ("domain",),
    "schedule": ("domain",),
    "ledger": ("domain", "files"),
    "adapters": ("domain", *rooms_in("adapters")),
    **dict.fromkeys(rooms_in("adapters"), ("domain", "adapters/wire")),
    "adapters/wire": ("domain",),
    "config": ("domain", "files", "schedule"),
    "plan": ("domain", "schedule", "plan/steps"),
    "plan/steps": ("domain", "schedule"),
    "rendering": ("domain", "files", "schedule", "config"),
    "rendering/formats": ("domain", "files", "schedule", "config", "rendering"),
    "apply": ("domain", "files", "rendering", "rendering/formats"),
    "reconcile": (
        "domain", "archive", "files", "schedule", "config", "plan", "plan/steps", "adapters", "rendering", "rendering/formats", "apply",
    ),
    "rehearsal": ("domain", "files", "schedule", "config", "plan", "plan/steps", "ledger", "rendering", "rendering/formats", "apply", "reconcile"),
    "cli": (*ALL[:-1], "plan/steps", "rendering/formats", "adapters/google"),
    "cli/commands": (*ALL, "plan/steps", "rendering/formats", "adapters/google"),
    "sandbox": tuple(rooms_in("sandbox")),
    **dict.fromkeys(rooms_in("sandbox"), ("sandbox/world",)),
    "sandbox/world": (),
    "sandbox/google": ("sandbox/world",),
    **{f"sandbox/{each}": ("sandbox/world", "sandbox/google") for each in ("calendar", "docs", "gmail")},
    "sandbox/drive": ("sandbox/world", "sandbox/google", "sandbox/docs"),
}
# Of adapters, reconcile knows the wiring and the dead-man's switch alone.
WIRING = {"automation.adapters.connect", "automation.adapters.ping"}
# Of the ledger, the others know the list of those that there are; an idle tick takes a short way.
LEDGERS = {"automation.ledger.places"}
SHORT_WAY = {"automation.cli.entry": {"automation.ledger.sqlite_path"}}
# Where the outside is known by its roles; a sample link shows what one looks like, and a migration knows what ledgers were.
ROLES_ALONE = ("domain", "schedule", "plan", "apply", "reconcile", "ledger", "rendering", "rehearsal")
NAMES_PROVIDERS = {"automation.rendering.samples", "automation.ledger.migrations"}
# Imports inside functions: the way in, what is heavy, what is seldom needed. Nowhere else.
DEFERRED = {
    "automation.cli.entry", "automation.cli.outcome", "automation.reconcile.tick", "automation.reconcile.attempt", "automation.adapters.connect"
}  # fmt: skip
PURE = ("domain", "archive", "schedule", "plan", "plan/steps")
IMPURE = {"sqlite3", "socket", "os", "io", "subprocess", "shutil", "tempfile", "time", "random", "secrets", "threading", "http", "urllib",
          "smtplib", "requests", "googleapiclient", "google", "google_auth_oauthlib", "schedule", "click", "rich", "flask"}  # fmt: skip
# `urllib.parse` is about texts.
ALLOWED = {"urllib.parse"}
CLOCKS = {("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"), ("date", "today"), ("time", "time"), ("time", "sleep")}
# The command line and the worker read the clock, and the lock notes who holds it since when; everyone else is told the time.
READ_THE_CLOCK = {
    "automation.cli.options", "automation.cli.entry", "automation.cli.occupied", "automation.reconcile.worker", "automation.ledger.lock"
}  # fmt: skip
# Vendors' libraries are the adapters' alone; the rehearsal asks its own sandbox.
VENDORS = ("googleapiclient", "google.", "requests", "smtplib", "http.client")
VENDORS_TOO = {"automation.rehearsal.world"}

# How keys are built is known to one file; everybody else asks it. What is named `key` and is none: the names of time zones.
TAKES_KEYS_APART = {"automation.domain.keys"}
NOT_OUR_KEYS = {
    ("automation.rendering.language", "key"),
    ("automation.rendering.time_words", "key"), ("automation.rendering.page_values", "call.series.zone.key"),
    ("automation.rehearsal.report", "zone.key"),
}  # fmt: skip
KEY_LIKE = {"key", "kind", "mark"}
TAKEN_APART_BY = {
    "partition", "rpartition", "split", "rsplit", "count", "find", "rfind", "index", "removeprefix", "removesuffix", "startswith", "endswith"
}  # fmt: skip

# Types that say nothing, and the rooms where others have the word: vendors on the wire, organizers in their files and templates, the sandbox in
# a rehearsal.
TABLES = ("dict[str, Any]", "Mapping[str, Any]", "MutableMapping[str, Any]")
OTHERS_WORDS = ("adapters", "config", "files", "rehearsal", "rendering", "sandbox")
_GUESTS = "guests and settings of people, as Google gave them: they are written back whole"
_RESULT = "the documented JSON form of a tick"
UNTYPED = {
    "automation.domain.services.SeenEvent.guests": _GUESTS,
    "automation.domain.services.SeenEvent.more": _GUESTS,
    "automation.domain.services.EventFields.attendees": _GUESTS,
    "automation.domain.services.EventFields.more": _GUESTS,
    "automation.domain.guests.with_group": _GUESTS,
    "automation.domain.logins.Credentials.google": "the login, as Google's library wrote it and takes it",
    "automation.domain.receipts.LedgerSnapshot.memo": "what others have worked out of the snapshot, each under a name of its own",
    "automation.ledger.serialize.table": "the JSON text of a record, on its way to be one within the room",
    "automation.reconcile.tick.whole_tick": _RESULT,
    "automation.reconcile.idle.note": _RESULT,
    "automation.reconcile.idle.idle_result": _RESULT,
    "automation.cli.outcome.finish": _RESULT,
}


def name_of(path: Path) -> str:
    """`automation.adapters.wire.http` for that file; a folder is named by itself."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    """`adapters/wire` for `automation.adapters.wire.http`, and for the folder itself; empty for the package."""
    parts = module.split(".")[1:]
    while parts and not (PACKAGE / "/".join(parts)).is_dir():
        parts = parts[:-1]
    return "/".join(parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def imports(path: Path) -> frozenset[str]:
    """Every module that a file imports, by full name, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            found |= {f"{module}.{alias.name}" if _is_module(f"{module}.{alias.name}") else module for alias in node.names}
    return frozenset(found)


def _is_module(name: str) -> bool:
    place = ROOT / name.replace(".", "/")
    return place.with_suffix(".py").exists() or (place / "__init__.py").exists()


def own(path: Path) -> Iterator[str]:
    """What a file imports of the package."""
    return (module for module in imports(path) if module.partition(".")[0] == "automation")


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def circles(arrows: dict[str, set[str]]) -> list[set[str]]:
    """What can be reached from itself, as groups."""
    reached: dict[str, set[str]] = {}
    for start in arrows:
        found: set[str] = set()
        todo = list(arrows[start])
        while todo:
            place = todo.pop()
            if place not in found:
                found.add(place)
                todo += arrows.get(place, ())
        reached[start] = found
    groups: list[set[str]] = []
    for place in reached:
        group = {other for other in reached if other in reached[place] and place in reached[other]}
        if group and group not in groups:
            groups.append(group)
    return groups


def test_there_is_something_to_look_at_and_every_room_has_its_rule() -> None:
    assert len(FILES) > 150
    assert {room_of(name_of(path)) for path in FILES} - {""} == MAY_IMPORT.keys()
    assert [path for path in PACKAGE.glob("*.py") if path.name != "__init__.py"] == [], "a file belongs into a room"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_arrows_go_where_the_rule_lets_them(path: Path) -> None:
    here = room_of(name_of(path))
    wrong = [module for module in own(path) if room_of(module) not in (here, *MAY_IMPORT.get(here, ()))]
    assert wrong == []
    if here == "reconcile":
        assert {module for module in own(path) if room_of(module).startswith("adapters")} <= WIRING


def test_commands_are_reached_by_name_alone() -> None:
    for path in FILES:
        if not name_of(path).startswith("automation.cli.commands"):
            assert [module for module in own(path) if module.startswith("automation.cli.commands.")] == [], name_of(path)


def test_no_files_and_no_rooms_go_in_a_circle() -> None:
    assert circles({name_of(path): set(own(path)) for path in FILES}) == []
    rooms: dict[str, set[str]] = {}
    for path in FILES:
        here = name_of(path).split(".")[1:2]
        rooms.setdefault("".join(here), set()).update({module.split(".")[1] for module in own(path) if module.split(".")[1:2] not in ([], here)})
    assert circles(rooms) == []


def test_a_rooms_face_holds_words_and_nothing_else() -> None:
    """An idle tick imports them all."""
    for path in FILES:
        if path.name == "__init__.py":
            assert [node for node in tree_of(path).body if not isinstance(node, ast.Expr)] == [], path


@pytest.mark.parametrize("path", [path for path in FILES if room_of(name_of(path)) in PURE], ids=name_of)
def test_deciding_touches_nothing_outside(path: Path) -> None:
    assert {module for module in imports(path) - ALLOWED if module.partition(".")[0] in IMPURE} == set()


@pytest.mark.parametrize("path", [path for path in FILES if not room_of(name_of(path)).startswith("sandbox")], ids=name_of)
def test_the_time_is_told_and_not_read(path: Path) -> None:
    asked = [
        ast.unparse(node)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in CLOCKS
    ]
    assert name_of(path) in READ_THE_CLOCK or asked == []


def test_vendors_libraries_are_known_to_adapters_alone() -> None:
    for path in FILES:
        if room_of(name_of(path)).partition("/")[0] not in ("adapters", "sandbox") and name_of(path) not in VENDORS_TOO:
            assert {module for module in imports(path) if f"{module}.".startswith(VENDORS)} == set(), name_of(path)


def test_what_keeps_the_ledger_is_known_to_its_room_alone() -> None:
    for path in FILES:
        if room_of(name_of(path)) != "ledger":
            assert "sqlite3" not in imports(path), name_of(path)
            known = {module for module in own(path) if room_of(module) == "ledger"}
            assert known <= LEDGERS | SHORT_WAY.get(name_of(path), set()), name_of(path)


def texts(path: Path) -> Iterator[str]:
    """The texts that a file works with or tells people, docstrings left out."""
    said = {node.value for node in ast.walk(tree_of(path)) if isinstance(node, ast.Expr)}
    found = (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Constant) and node not in said)
    return (node.value for node in found if isinstance(node.value, str))


def test_providers_of_meetings_are_named_in_their_rows_alone() -> None:
    """Everybody else knows the role, and takes the word for sentences from the configuration."""
    for path in FILES:
        if room_of(name_of(path)).partition("/")[0] in ROLES_ALONE and name_of(path) not in NAMES_PROVIDERS:
            assert [text for text in texts(path) if any(word in text.casefold() for word in PROVIDERS)] == [], name_of(path)


def test_imports_stand_at_the_top_except_where_they_are_deferred_on_purpose() -> None:
    for path in FILES:
        inner = [node for each in functions(path) for node in ast.walk(each) if isinstance(node, ast.Import | ast.ImportFrom)]
        assert inner == [] or name_of(path) in DEFERRED, name_of(path)


def taken_apart(path: Path) -> Iterator[tuple[str, int]]:
    """What is named like a key or a kind, and is searched for one of the signs that join the parts of keys; with its line."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TAKEN_APART_BY and node.args:
            asked, by = node.func.value, node.args[0]
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
            asked, by = node.comparators[0], node.left
        else:
            continue
        texts = [each.value for each in ast.walk(by) if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        name = asked.attr if isinstance(asked, ast.Attribute) else asked.id if isinstance(asked, ast.Name) else ""
        if name in KEY_LIKE and set("/@:") & set("".join(texts)) and (name_of(path), ast.unparse(asked)) not in NOT_OUR_KEYS:
            yield ast.unparse(node), node.lineno


def test_keys_are_taken_apart_in_one_file_alone() -> None:
    for path in FILES:
        if room_of(name_of(path)).partition("/")[0] != "sandbox" and name_of(path) not in TAKES_KEYS_APART:
            assert list(taken_apart(path)) == [], name_of(path)


def test_nothing_but_the_worker_catches_everything() -> None:
    wrong = []
    for path in FILES:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ExceptHandler):
                caught = ast.dump(node.type) if node.type else "everything"
                reraised = any(isinstance(inner, ast.Raise) and inner.exc is None for inner in ast.walk(node))
                if ("'Exception'" in caught or "'BaseException'" in caught or not node.type) and not reraised and path.stem != "worker":
                    wrong.append(f"{name_of(path)}:{node.lineno}")
    assert wrong == []


def tables(path: Path) -> Iterator[str]:
    """Public functions, methods and fields of records whose types name a table of anything: `Receipt.data`."""

    def names(annotation: ast.expr | None) -> bool:
        inner = ast.walk(annotation) if annotation is not None else ()
        return any(isinstance(node, ast.Subscript) and ast.unparse(node) in TABLES for node in inner)

    def of(body: list[ast.stmt], place: str) -> Iterator[str]:
        for node in body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield from of(node.body, f"{node.name}.")
            elif isinstance(node, ast.AnnAssign) and place and names(node.annotation):
                yield f"{place}{ast.unparse(node.target)}"
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.name == "__init__" or not node.name.startswith("_")):
                given = node.args
                if any(map(names, (*(each.annotation for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)), node.returns))):
                    yield f"{place}{node.name}"

    return of(tree_of(path).body, "")


def test_what_goes_from_room_to_room_says_what_it_is() -> None:
    """A record for each thing; a table of anything only where what it holds is not ours to say."""
    found = {f"{name_of(path)}.{each}" for path in FILES for each in tables(path) if room_of(name_of(path)).partition("/")[0] not in OTHERS_WORDS}
    assert found == UNTYPED.keys()


def test_a_table_of_anything_is_found_wherever_it_stands(tmp_path: Path) -> None:
    source = tmp_path / "some.py"
    source.write_text(
        "class A:\n    data: Mapping[str, Any] = {}\n    def of(self) -> list[dict[str, Any]] | None: ...\n"
        "    def _own(self, x: dict[str, Any]): ...\ndef read(x: int, *, more: Mapping[str, Any] | None): ...\n"
        "def fine(x: Mapping[str, str]) -> None: ...\nMEMO: dict[str, Any] = {}\n"
    )
    assert list(tables(source)) == ["A.data", "A.of", "read"]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_and_functions_are_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250
    long = [f"{f.name} has {f.end_lineno - f.lineno + 1}" for f in functions(path) if f.end_lineno and f.end_lineno - f.lineno + 1 > 40]
    assert long == []


# Of libraries, and one of ours that takes any number of values.
TAKES_MANY = {"TypeVar", "nodes.Call", "nodes.Filter", "fingerprint"}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_calls_name_what_is_more_than_four_and_nothing_takes_more_than_five_unnamed(path: Path) -> None:
    calls = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    many = [ast.unparse(call.func) for call in calls if len(call.args) > 4 and ast.unparse(call.func) not in TAKES_MANY]
    assert many == []
    # Click passes what was typed by name.
    typed = {each for each in functions(path) if any("click." in ast.unparse(decorator) for decorator in each.decorator_list)}
    unnamed = {each.name: [*each.args.posonlyargs, *each.args.args] for each in functions(path) if each not in typed}
    assert [name for name, given in unnamed.items() if len([one for one in given if one.arg not in ("self", "cls")]) > 5] == []


@pytest.mark.parametrize("word", ["utils", "helper", "helpers", "manager", "handler", "handlers", "misc", "common"])
def test_no_file_is_named_after_nothing(word: str) -> None:
    assert [path for path in FILES if word in path.stem.split("_")] == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_file_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(tree_of(path))


def test_the_tests_of_a_room_stand_in_the_room_of_that_name() -> None:
    for path in (ROOT / "tests" / "unit").rglob("test_*.py"):
        room = path.parent.relative_to(ROOT / "tests" / "unit").as_posix()
        assert room == "." or room in MAY_IMPORT, path
