"""credentials.json as a file: its client and its sections, read and written without losing what else stands in it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from automation.domain.errors import Problem, ProblemsError, UserError
from automation.files.reading import MEGABYTE, NotReadable, decode, parse_json, read_bytes
from automation.files.whole import PRIVATE, behind_link, put


def read_client(path: Path) -> Mapping[str, Any]:
    """The OAuth client as the Google Cloud console gives it. Raises ProblemsError with what to do instead."""
    try:
        found = parse_json(decode(read_bytes(path, MEGABYTE)))
    except NotReadable as error:
        raise ProblemsError([error.problem(str(path))]) from None
    client = found.get("installed")
    if not isinstance(client, dict):
        kind = "is a client for web sites" if "web" in found else "is no OAuth client file"
        sentence = (
            f'{kind}; in the Google Cloud console make an OAuth client of the type "Desktop app" and download its JSON'
            " file."
        )
        raise ProblemsError([Problem(str(path), "", sentence)])
    lacking = [
        key for key in ("client_id", "client_secret", "auth_uri", "token_uri") if not isinstance(client.get(key), str)
    ]
    if lacking:
        raise ProblemsError(
            [Problem(str(path), f"installed.{key}", "is missing; download the file again.") for key in lacking]
        )
    return found


def read_sections(path: Path) -> dict[str, Any]:
    """What stands in credentials.json already; empty if there is no such file. Raises ProblemsError for one that cannot
    be read."""
    if not os.path.lexists(path):
        return {}
    try:
        return parse_json(decode(read_bytes(path, MEGABYTE)))
    except NotReadable as error:
        raise ProblemsError([error.problem(str(path))]) from None


def write_section(path: Path, sections: Mapping[str, Any], google: Mapping[str, str]) -> None:
    """Put the `google` section into credentials.json, the others as they are; mode 0600, all or nothing. A file that is
    a link stays one: what it leads to is replaced. Raises UserError."""
    text = json.dumps({**sections, "google": dict(google)}, indent=2, ensure_ascii=False) + "\n"
    try:
        put(behind_link(path), text.encode(), PRIVATE)
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "its links lead in a ring"
        raise UserError(
            f"{path} cannot be written ({reason}); make its folder writable, then run `login` again"
        ) from error
