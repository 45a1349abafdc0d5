"""A new folder for a new community: the shipped files with its name, and without the first community's documents and
places."""

from __future__ import annotations

import re
import shutil
import unicodedata
from pathlib import Path

from automation.config.first_schedule import EXAMPLES, Rhythm, Schedule
from automation.config.placeholders import ADDRESS, LINKS
from automation.domain.errors import UserError
from automation.domain.text import one_line

ROOT = Path(__file__).resolve().parents[2]
IGNORED = "credentials.json\nstate/\npublic/\npreview/\nrehearsal/\n"
# A version control folder may be there already.
NO_CONTENT = (".git",)

# The shipped files are those of a monthly call. A week's call is over, and its recap sent, before the next one is
# announced.
WEEKLY_CONFIG = (
    (r'^uid = "monthly-call" ', 'uid = "weekly-call"  '),
    (r"^horizon_days = 92", "horizon_days = 28"),
    (r"^days_before = 7", "days_before = 3"),
    (r"^wait_days = 7", "wait_days = 3"),
)
WEEKLY_TEMPLATES = ("mail/announcement.md", "chat/announcement.md")
WEEKLY_SEND = (r'^send = "7 days before', 'send = "3 days before')


def init(
    directory: Path, name: str, group: str, rhythm: Rhythm = "monthly", schedule: Schedule | None = None
) -> list[Path]:
    """Write community.toml, credentials.example.json, .gitignore and templates/ into an empty or new folder; returns
    what was written. Without a schedule, the calls are as in the example of that rhythm.

    Raises UserError if the folder holds anything, or cannot be written; then nothing is overwritten.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        there = sorted(path.name for path in directory.iterdir() if path.name not in NO_CONTENT)
        if there:
            raise UserError(
                f"{directory} is not empty (it holds {', '.join(there[:3])}); nothing was written. Name a new folder."
            )
        return _write(directory, name, group=group, rhythm=rhythm, schedule=schedule or EXAMPLES[rhythm])
    except OSError as error:
        raise UserError(f"{directory} cannot be written: {error.strerror}; name another folder.") from error


def _write(directory: Path, name: str, group: str, rhythm: Rhythm, schedule: Schedule) -> list[Path]:
    config, example, ignore = (
        directory / each for each in ("community.toml", "credentials.example.json", ".gitignore")
    )
    text = config_for((ROOT / "community.toml").read_text(encoding="utf-8"), name, group, rhythm)
    config.write_text(_at_their_time(text, schedule), encoding="utf-8")
    shutil.copyfile(ROOT / "credentials.example.json", example)
    ignore.write_text(IGNORED, encoding="utf-8")
    templates = Path(shutil.copytree(ROOT / "templates", directory / "templates"))
    for each in WEEKLY_TEMPLATES if rhythm == "weekly" else ():
        file = templates / each
        file.write_text(_changed(file.read_text(encoding="utf-8"), *WEEKLY_SEND), encoding="utf-8")
    return [config, example, ignore, templates]


def config_for(shipped: str, name: str, group: str, rhythm: Rhythm) -> str:
    """The shipped community.toml for another community: its comments stay, its own values go. What another community's
    documents would be needed for is off until somebody writes their ids."""
    shown = one_line(name)
    values = {"uid": uid_for(shown), "name": shown, "group": group, "title": f"{shown} call", **LINKS}
    # Every address at a reserved name is one of the shipped examples.
    text = re.sub(r'"\w+@example\.org"', f'"{ADDRESS}"', shipped)
    for key, value in values.items():
        text = _with_value(text, key, value)
    text = re.sub(r'^(mode = )"running"( ?)', r'\1"none"   \2', text, count=1, flags=re.MULTILINE)
    text = re.sub(r'^from = "zoom"( ?)', r'from = "none"\1', text, count=1, flags=re.MULTILINE)
    text = re.sub(r'^recording = "cloud"', 'recording = "none" ', text, count=1, flags=re.MULTILINE)
    for pattern, value in WEEKLY_CONFIG if rhythm == "weekly" else ():
        text = _changed(text, pattern, value)
    for key in ("document", "folder"):
        text = re.sub(rf'^{key} = "[^"]*"', f'# {key} = "…"', text, count=1, flags=re.MULTILINE)
    return text


def _at_their_time(text: str, schedule: Schedule) -> str:
    """The config with this schedule; the mails show the hour in its zone first."""
    for key, value in {"from": schedule.since.isoformat(), "at": schedule.at.isoformat()}.items():
        text = _changed(text, rf"^  {key} = [^#\s]+", f"  {key} = {value}")
    text = _with_value(_with_value(text, "  every", schedule.every), "zone", schedule.zone)
    if schedule.zone != EXAMPLES["monthly"].zone:
        zones = ", ".join(f'"{zone}"' for zone in dict.fromkeys((schedule.zone, "UTC")))
        text = _changed(text, r"^zones = \[[^\]]*\]", f"zones = [{zones}]")
    return text


def _changed(text: str, pattern: str, value: str) -> str:
    """The first line that begins with the pattern begins with the value."""
    return re.sub(pattern, value, text, count=1, flags=re.MULTILINE)


def _with_value(text: str, key: str, value: str) -> str:
    """The first line `key = "…"` gets the value, as a TOML basic string (TOML 1.0, "String")."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return re.sub(rf'^{key} = "[^"]*"', lambda found: f'{key} = "{escaped}"', text, count=1, flags=re.MULTILINE)


def uid_for(name: str) -> str:
    """`Rust Zürich!` -> `rust-zurich`: a short name of plain letters, digits and dashes."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain)
    return "-".join(words)[:40].strip("-") or "community"
