"""The way in: `apply` with nothing due is answered here, before the command line's own machinery is loaded; all else
goes on to `cli`.

Cron asks every few minutes and nearly always for nothing; most of what such a tick costs is importing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from automation.cli.defaults import DEFAULTS
from automation.cli.outcome import finish
from automation.cli.streams import close_output, open_output
from automation.domain.errors import LedgerError
from automation.ledger.sqlite_path import SCHEME, SqlitePath
from automation.reconcile.idle import files_fingerprint, idle_result


def main(argv: list[str]) -> int:
    """Run one command. Returns the exit code."""
    output = open_output()
    try:
        code = quiet_apply(argv)
        return _whole(argv) if code is None else code
    finally:
        close_output(output)


def _whole(argv: list[str]) -> int:
    # The command line's own machinery costs more than all of a tick with nothing due.
    from automation.cli.main import main as run

    return run(argv)


def quiet_apply(argv: list[str]) -> int | None:
    """The exit code of an `apply` that has nothing to do, its result printed; None for anything else, and for
    everything that is not perfectly plain: that is for `cli` to read."""
    options = _options(argv)
    if options is None or not options["state"].startswith(SCHEME):
        return None
    state = SqlitePath(Path(options["state"].removeprefix(SCHEME)))
    now = _clock(options.get("now"))
    found = files_fingerprint(Path(options["config"]), Path(options["credentials"]), Path(options["templates"]))
    result = idle_result(state, found, now) if now is not None else None
    if now is None or result is None or result["ping_url"]:
        return None
    try:
        with state.exclusive("apply") as free:
            if not free:
                return None
    except LedgerError:
        return None
    return finish({"now": now.isoformat(), **result}, "json" in options)


def _options(argv: list[str]) -> dict[str, str] | None:
    """Name -> value, if this is `[--NAME VALUE]… apply [--json]` in exactly this form."""
    options, rest = dict(DEFAULTS), list(argv)
    while len(rest) > 1 and rest[0].startswith("--") and rest[0][2:] in (*DEFAULTS, "now"):
        options[rest[0][2:]] = rest[1]
        rest = rest[2:]
    if rest == ["apply", "--json"]:
        options["json"] = ""
    return options if rest in (["apply"], ["apply", "--json"]) else None


def _clock(given: str | None) -> datetime | None:
    """The time that `--now` names, or the real one; None for what is no RFC 3339 time with offset."""
    if given is None:
        return datetime.now(UTC)
    try:
        now = datetime.fromisoformat(given)
    except ValueError:
        return None
    return now if now.tzinfo is not None else None
