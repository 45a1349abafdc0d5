"""community.toml -> Config, with every default filled in; or every problem at once, each with its key path.

Syntax: TOML 1.0. The keys and their defaults are those of `community.toml` and of the records in `model`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, cast

from automation.config import validators
from automation.config.archive_file import scan_archive
from automation.config.language import language_tag, read_zones
from automation.config.meeting_providers import PROVIDERS, USUAL
from automation.config.paths import ARCHIVE
from automation.config.placeholders import left
from automation.config.series import read_all_series, zone_of
from automation.config.table import Problems, Table
from automation.domain.errors import Problem, ProblemsError
from automation.domain.model import FIXED, Calendar, Config, Mail, Meeting, Page, Recordings
from automation.domain.model import Notes as NotesConfig
from automation.files.reading import MEGABYTE, NotReadable, decode, parse_toml, read_bytes

LARGEST_CONFIG = 10 * MEGABYTE


@dataclass(frozen=True)
class ReadConfig:
    """What could be read of a config, and what is wrong with it. `config` is None if the file could not be read at all;
    if there are problems, defaults stand where they were found. `left`: what is still to be filled in."""

    config: Config | None
    problems: tuple[Problem, ...]
    left: tuple[Problem, ...] = ()


def read_config(path: Path | str) -> Config:
    """The checked config. Raises ProblemsError with every problem in the file."""
    read = scan_config(path)
    if read.config is None or read.problems:
        raise ProblemsError(list(read.problems))
    return read.config


def scan_config(path: Path | str) -> ReadConfig:
    """The same without raising, so that other files can be checked beside it. With it goes archive.toml, if there is
    one."""
    file = str(path)
    try:
        values = parse_toml(decode(read_bytes(Path(path), LARGEST_CONFIG)))
    except NotReadable as error:
        return ReadConfig(None, (error.problem(file),))
    problems = Problems(file)
    folder = Path(os.path.abspath(path)).parent
    config = _config(Table(problems, "", values), folder)
    archive = scan_archive(Path(path).with_name(ARCHIVE), config)
    found = (*problems.found, *archive.problems)
    return ReadConfig(replace(config, archive=archive.lines), found, left(file, values))


def _config(top: Table, folder: Path) -> Config:
    community = top.table("community")
    uid = community.text("uid", example="floss-mentoring", check=validators.uid)
    name = community.text("name", example="FLOSS-Mentoring", check=validators.name)
    group = community.text("group", example="floss-mentoring@googlegroups.com", check=validators.address)
    organizers = community.texts("organizers", check=validators.address)
    zones, zone_names = read_zones(community)
    language = community.text("language", "en", check=language_tag)
    made_up = community.flag("made_up")
    about = community.text("about")
    _organizers_are_not_the_group(community, organizers, group)
    community.unknown_keys()
    links = _links(top.table("links"))
    series = read_all_series(top)
    calendar = _calendar(top.table("calendar"))
    meeting = _meeting(top.table("meeting"))
    config = Config(
        uid=uid,
        name=name,
        group=group,
        organizers=organizers,
        zones=tuple(zone_of(zone) for zone in zones),
        links=links,
        series=series,
        calendar=calendar,
        meeting=meeting,
        mail=_mail(top.table("mail")),
        notes=_notes(top.table("notes")),
        recordings=_recordings(top.table("recordings"), meeting),
        page=_page(top.table("page"), folder),
        ping_url=_alerts(top.table("alerts")),
        made_up=made_up,
        about=about,
        language=language,
        zone_names=zone_names,
    )
    top.unknown_keys()
    return config


def _organizers_are_not_the_group(table: Table, organizers: tuple[str, ...], group: str) -> None:
    if group and group.lower() in [organizer.lower() for organizer in organizers]:
        table.add(
            "organizers",
            "holds the address of the Group, but what organizers are told is not for all members; remove it.",
        )


def _links(table: Table) -> dict[str, str]:
    found = {key: table.text(key, check=validators.web_url) for key in ("join", "chat")}
    table.unknown_keys()
    return {key: url for key, url in found.items() if url}


def _calendar(table: Table) -> Calendar:
    calendar = Calendar(
        id=table.text("id", "primary", check=validators.calendar_id),
        horizon_days=table.number("horizon_days", 1, 400, 92, unit=" days"),
        look_every_minutes=table.number("look_every_minutes", 1, 10080, 60, unit=" minutes"),
        invite=cast(
            "Literal['calendar', 'mail', 'none']", table.choice("invite", ("calendar", "mail", "none"), "calendar")
        ),
        invite_calls=table.number("invite_calls", 0, 1000, 2),
    )
    table.unknown_keys()
    return calendar


def _meeting(table: Table) -> Meeting:
    provider = table.choice("provider", (*PROVIDERS, FIXED), USUAL.name)
    row = PROVIDERS.get(provider)
    url = table.text("url", check=validators.https_url)
    host = table.text("host", check=(row or USUAL).host)
    recording = table.choice("recording", ("cloud", "local", "none"), "cloud")
    if "provider" not in table.values or provider == table.values["provider"]:
        if row is not None and not table.has("host"):
            table.missing("host", f'host = "host@example.org", {row.whose} (or provider = "fixed" with a url).')
        if row is None and not table.has("url"):
            table.missing("url", 'url = "https://meet.example.org/our-room", the link where people meet.')
    table.unknown_keys()
    return Meeting(
        provider=provider,
        url=url,
        host=host,
        recording=cast("Literal['cloud', 'local', 'none']", recording),
        vendor=row.vendor if row is not None else "",
    )


def _mail(table: Table) -> Mail:
    mail = Mail(
        via=cast("Literal['gmail', 'smtp']", table.choice("via", ("gmail", "smtp"), None)),
        sender=table.text("from", example="organizer@example.org", check=validators.mailbox),
        group_mails_per_day=table.number("group_mails_per_day", 1, 1000, 3),
        # RFC 3834 5: "no" is the same as no such field.
        auto_submitted=cast(
            "Literal['auto-generated', 'no']",
            table.choice("auto_submitted", ("auto-generated", "no"), "auto-generated"),
        ),
    )
    table.unknown_keys()
    return mail


def _notes(table: Table) -> NotesConfig:
    given = table.has("document")
    mode = table.choice("mode", ("running", "copy", "none"), "running" if given else "none")
    document = table.text("document", check=validators.google_id)
    if mode != "none" and not given:
        table.missing("document", 'document = "…", the id of the Google document (or mode = "none").')
    days_before = table.number("days_before", 0, 60, 7, unit=" days")
    table.unknown_keys()
    return NotesConfig(cast("Literal['running', 'copy', 'none']", mode), document, days_before)


def _recordings(table: Table, meeting: Meeting) -> Recordings:
    usual = meeting.provider if meeting.of_its_own and meeting.recording == "cloud" else "none"
    source = table.choice("from", (*PROVIDERS, "drive", "none"), usual)
    folder = table.text("folder", check=validators.google_id)
    if source in PROVIDERS and source != meeting.provider:
        row = PROVIDERS[source]
        table.add(
            "from",
            f'recordings can only come from {row.vendor} with provider = "{row.name}" under [meeting]; write "drive" or'
            ' "none".',
        )
    if source == "drive" and not table.has("folder"):
        table.missing("folder", 'folder = "…", the id of the Drive folder where people put recordings.')
    wait_days = table.number("wait_days", 1, 60, 7, unit=" days")
    table.unknown_keys()
    role = "meeting" if source in PROVIDERS else source
    return Recordings(cast("Literal['meeting', 'drive', 'none']", role), folder, wait_days)


def _page(table: Table, folder: Path) -> Page:
    directory = table.text("directory", "public", check=lambda text: _publishable(text, folder))
    show = table.flag("show_join_link")
    url = table.text("url", check=validators.web_url)
    table.unknown_keys()
    return Page(os.path.abspath(folder / directory), show, url)


def _publishable(text: str, folder: Path) -> str | None:
    problem = validators.one_line_only(text)
    if problem or not text.strip():
        return problem or 'is empty; write the name of a folder, for example "public".'
    target = Path(os.path.abspath(folder / text))
    if target == folder or target in folder.parents:
        return (
            '{} is the folder of this file or one around it, so credentials.json could be published; write "public",'
            " for example."
        )
    for own in ("templates", "state"):
        if folder / own in (target, *target.parents):
            return (
                f'{{}} is in the folder {own}, where the page would be written over what is there; write "public", for'
                " example."
            )
    if os.path.exists(target) and not os.path.isdir(target):
        return "{} is a file; write the name of a folder."
    return None


def _alerts(table: Table) -> str:
    url = table.text("ping_url", check=validators.web_url)
    table.unknown_keys()
    return url
