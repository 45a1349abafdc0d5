"""The arrows of the package, read from its syntax trees; and that a quiet tick goes through none of the heavy doors."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "automation"
FILES = sorted(path for path in PACKAGE.rglob("*.py"))
OUTSIDE_SANDBOX = [path for path in FILES if "sandbox" not in path.relative_to(PACKAGE).parts]

# Deciding is pure: these know no file, no wire, no clock.
PURE = (
    "alerts", "archive", "atom", "backoff", "block", "calls", "dated", "doubts", "errors", "every", "every_meant", "every_words", "follow", "freeze",
    "instants", "invite", "kept", "keys", "mime", "model", "past", "pauses", "plan", "plan_call", "plan_items", "plan_page", "plan_templates",
    "rebuild_when", "receipt_data", "receipts", "recurrence", "refuse", "rehearse_clock", "report", "rrule", "rrule_dates", "says", "send_line",
    "services", "steps", "times", "timing", "turns", "wake",
)  # fmt: skip
IMPURE = {"sqlite3", "socket", "os", "io", "pathlib", "subprocess", "shutil", "tempfile", "time", "random", "secrets", "threading", "logging",
          "http", "urllib", "smtplib", "requests", "googleapiclient", "google", "google_auth_oauthlib", "schedule",
          "click", "rich", "flask"}  # fmt: skip
# `urllib.parse` is about texts.
ALLOWED = {"urllib.parse"}
CLOCKS = {("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"), ("date", "today"), ("time", "time"), ("time", "sleep")}
# Only these read the clock: the command line, the worker, and the lock, in whose file stands since when it is held.
READ_THE_CLOCK = {"cli", "cli_quiet", "worker", "lock", "occupied"}
HEAVY = ("googleapiclient", "google", "google_auth_oauthlib", "jinja2", "markdown_it", "icalendar", "requests", "rich", "flask", "css_inline")


def name_of(path: Path) -> str:
    """`automation.adapters.http` for that file; a package is named by itself."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path: Path, *, run: bool = False) -> set[str]:
    """Every module that a file imports, by full name. `run`: only what happens when the program runs, not what is for type checkers."""
    found: set[str] = set()
    for node in _nodes(tree_of(path), run=run):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            found |= {f"{module}.{alias.name}" if (ROOT / module.replace(".", "/") / f"{alias.name}.py").exists() else module for alias in node.names}
    return found


def _nodes(tree: ast.AST, *, run: bool) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(tree):
        if run and isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        yield child
        yield from _nodes(child, run=run)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) > 100
    assert all((PACKAGE / f"{name}.py").exists() for name in PURE)


@pytest.mark.parametrize("name", PURE)
def test_pure_modules_import_nothing_that_touches_the_outside(name: str) -> None:
    wrong = {module for module in imports(PACKAGE / f"{name}.py", run=True) - ALLOWED if module.partition(".")[0] in IMPURE}
    assert wrong == set()


def test_pure_modules_import_only_pure_modules() -> None:
    """Whatever they reach imports nothing of the above either; paths and log lines are but values there."""
    reached, todo = set(), [PACKAGE / f"{name}.py" for name in PURE]
    while todo:
        path = todo.pop()
        reached.add(path)
        for module in imports(path, run=True):
            file = ROOT / f"{module.replace('.', '/')}.py"
            if module.startswith("automation.") and file.exists() and file not in reached:
                todo.append(file)
    wrong = {
        f"{name_of(path)} imports {module}"
        for path in reached
        for module in imports(path, run=True) - ALLOWED
        if module.partition(".")[0] in IMPURE - {"pathlib", "logging"}
    }
    assert wrong == set()


# Records for showing, or as a vendor or a file gives them: their offset is part of what they say.
SHOWN = {"context.Moment", "context.Call", "archive.Entry", "model.Change", "rrule.Recur", "report.Failure", "report.Report", "adapters.gmail._Sent"}
# What `Instants` puts into UTC; the times of templates come from the ledger, which reads UTC.
KEPT = {"datetime", "datetime | None", "Mapping[str, datetime | None]"}
# Those that live only as long as a tick hand the clock's time on; what is kept of it goes through a record.
UNDER_WAY = {"cli.Options", "receipts.Book", "means.Means", "means.NotYet", "rehearse_mails.Mail", "rehearse_chat.Post"}


def test_every_frozen_record_that_holds_an_instant_keeps_it_in_utc() -> None:
    """By PEP 495 a time that a clock change repeats is unequal to every other zone's, so no two zones may meet in records."""
    wrong = []
    for path in OUTSIDE_SANDBOX:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ClassDef) and "dataclass(frozen=True)" in map(ast.unparse, node.decorator_list):
                fields = [ast.unparse(part.annotation) for part in node.body if isinstance(part, ast.AnnAssign)]
                kinds = [field for field in fields if not field.startswith("Callable")]
                bases = [ast.unparse(base) for base in node.bases]
                name = f"{name_of(path).removeprefix('automation.')}.{node.name}"
                kept = "Instants" in bases and {kind for kind in kinds if "datetime" in kind} <= KEPT
                if any("datetime" in kind for kind in kinds) and not kept and name not in SHOWN | UNDER_WAY:
                    wrong.append(name)
    assert wrong == []


def test_only_cli_worker_and_lock_read_the_clock() -> None:
    wrong = []
    for path in OUTSIDE_SANDBOX:
        for node in ast.walk(tree_of(path)):
            asks = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in CLOCKS
            if asks and path.stem not in READ_THE_CLOCK:
                wrong.append(f"{name_of(path)}: {ast.unparse(node)}")
    assert wrong == []


def test_the_sandbox_shares_only_the_wire() -> None:
    for path in FILES:
        inside = "sandbox" in path.relative_to(PACKAGE).parts
        for module in imports(path):
            if module.startswith("automation"):
                assert module.startswith("automation.sandbox") == inside, f"{name_of(path)} imports {module}"


def test_adapters_know_roles_and_records_and_nothing_of_plan_or_ledger() -> None:
    above = {
        "plan",
        "plan_call",
        "plan_items",
        "plan_templates",
        "ledger",
        "schema",
        "reconcile",
        "apply",
        "tick",
        "cli",
        "worker",
        "calls",
        "follow",
        "receipts",
    }
    for path in sorted((PACKAGE / "adapters").glob("*.py")):
        wrong = {module for module in imports(path) if module.startswith("automation.") and module.split(".")[1] in above}
        assert wrong == set(), name_of(path)


def test_nothing_knows_adapters_but_those_that_connect() -> None:
    doors = {"automation.reconcile", "automation.observe", "automation.running", "automation.late", "automation.doctor", "automation.login",
             "automation.commands.doctor", "automation.commands.login"}  # fmt: skip
    for path in OUTSIDE_SANDBOX:
        if "adapters" in path.parts:
            continue
        used = {module for module in imports(path, run=True) if module.startswith("automation.adapters")}
        assert not used or name_of(path) in doors, f"{name_of(path)} imports {used}"


def test_arrows_go_from_deciding_to_doing_and_never_back() -> None:
    order = ["model", "recurrence", "plan", "reconcile", "cli"]
    for place, name in enumerate(order):
        later = {f"automation.{each}" for each in order[place + 1 :]}
        assert _reached(name) & later == set(), f"{name} leads to what comes after it"


def _reached(name: str) -> set[str]:
    found: set[str] = set()
    todo = [f"automation.{name}"]
    while todo:
        module = todo.pop()
        file = ROOT / f"{module.replace('.', '/')}.py"
        if not file.exists():
            continue
        for other in imports(file, run=True) - {"automation.late"}:  # its doors lead everywhere, and each opens only when it is used
            if other.startswith("automation.") and other not in found:
                found.add(other)
                todo.append(other)
    return found


def test_vendors_libraries_are_known_to_adapters_alone() -> None:
    vendors = ("googleapiclient", "google.", "requests", "smtplib", "http.client")
    exceptions = {"automation.rehearse_world", "automation.ping", "automation.login"}
    for path in OUTSIDE_SANDBOX:
        if "adapters" in path.parts or name_of(path) in exceptions:
            continue
        wrong = {module for module in imports(path) if f"{module}.".startswith(vendors)}
        assert wrong == set(), name_of(path)


def test_imports_stand_at_the_top_except_at_the_doors() -> None:
    doors = {"automation.adapters", "automation.late"}
    wrong = []
    for path in FILES:
        for function in functions(path):
            inner = [node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)]
            if inner and name_of(path) not in doors:
                wrong.append(f"{name_of(path)}:{inner[0].lineno}")
    assert wrong == []


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


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_and_functions_are_small(path: Path) -> None:
    """A record's many fields are not many things: a file of nothing but dataclasses may be somewhat longer."""
    lines = len(path.read_text(encoding="utf-8").splitlines())
    only_records = not list(functions(path)) or name_of(path) in ("automation.model", "automation.services")
    assert lines <= (300 if only_records else 250)
    long = [f"{f.name} has {f.end_lineno - f.lineno + 1}" for f in functions(path) if f.end_lineno and f.end_lineno - f.lineno + 1 > 40]
    assert long == []


@pytest.mark.parametrize("word", ["utils", "helper", "helpers", "manager", "handler", "handlers", "misc", "common"])
def test_no_file_is_named_after_nothing(word: str) -> None:
    assert [path for path in FILES if word in path.stem.split("_")] == []


def test_every_file_says_what_it_is_for() -> None:
    assert [name_of(path) for path in FILES if not ast.get_docstring(tree_of(path))] == []
