"""community.toml: what it means, and what every mistake in it is answered with."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from pathlib import Path

import pytest

from automation.config.community import read_config, scan_config
from automation.domain.errors import ProblemsError
from automation.domain.model import Change, Config, Talk

SHIPPED = (Path(__file__).parents[3] / "community.toml").read_text(encoding="utf-8")
SMALL = """
[community]
uid = "club"
name = "Club"
group = "club@example.org"
zones = ["UTC"]
[[series]]
uid = "call"
title = "Call"
zone = "America/Los_Angeles"
minutes = 60
  [[series.rule]]
  from = 2026-01-01
  every = "second Tuesday of the month"
  at = 11:00:00
[meeting]
provider = "fixed"
url = "https://meet.example.org/room"
[mail]
via = "smtp"
from = "club@example.net"
"""


def read(tmp_path: Path, text: str) -> Config:
    file = tmp_path / "community.toml"
    file.write_text(text, encoding="utf-8")
    return read_config(file)


def problems(tmp_path: Path, text: str | bytes) -> list[tuple[str, str]]:
    """(place, sentence) of each problem; fails if there is none, or if one is not a single line."""
    file = tmp_path / "community.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ProblemsError) as caught:
        read_config(file)
    found = caught.value.problems
    assert found
    for problem in found:
        assert problem.file == str(file)
        assert len(str(problem).splitlines()) == 1
        assert problem.sentence.rstrip()
    return [(problem.place, problem.sentence) for problem in found]


def small_with(old: str, new: str) -> str:
    assert SMALL.count(old) == 1, old
    return SMALL.replace(old, new)


def change(lines: str) -> str:
    return small_with("[meeting]", f"  [[series.change]]\n{lines}\n[meeting]")


def test_the_shipped_file_says_what_the_community_does(tmp_path: Path) -> None:
    config = read(tmp_path, SHIPPED)
    (series,) = config.series
    (rule,) = series.rules
    assert (config.uid, config.group) == ("floss-mentoring", "floss-mentoring@googlegroups.com")
    assert [zone.key for zone in config.zones] == ["America/Los_Angeles", "America/New_York", "UTC"]
    assert (series.zone.key, series.minutes) == ("America/Los_Angeles", 60)
    assert (rule.start, rule.rrule, rule.at) == (date(2023, 9, 1), "FREQ=MONTHLY;BYDAY=2TU", time(11))
    assert (series.changes, series.talks) == ((), ())
    assert config.notes.document == "1oE7cOALIYvPrf374id5WX141EvoCCruWkGDJalJzhlo"
    assert config.recordings.folder == "1H-kpa3D8IQqtxknu7YxEjTlV6RiooQs1"
    assert config.page.directory == str(tmp_path / "public")


def test_the_examples_in_the_shipped_file_are_right_once_the_hash_is_removed(tmp_path: Path) -> None:
    text = re.sub(r'(?m)^( *)# (\[\[|\[alerts|\w+ = |As many|""")', r"\1\2", SHIPPED)
    moved = read(tmp_path, text.replace("  date = 2026-12-08\n  cancel", "  date = 2026-11-10\n  cancel"))
    (series,) = moved.series
    assert [(one.date.isoformat(), one.cancel) for one in series.changes] == [("2026-11-10", True), ("2026-12-08", False)]
    assert series.changes[1].move_to == datetime(2026, 12, 15, 11)
    assert series.talks[0].abstract.strip() == "As many lines as you like."
    assert [rule.every for rule in series.rules] == ["second Tuesday of the month", "second Monday of the month"]
    assert moved.ping_url == "https://..."


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    config = read(tmp_path, SMALL)
    assert (config.calendar.id, config.calendar.horizon_days, config.calendar.look_every_minutes) == ("primary", 92, 60)
    assert (config.calendar.invite, config.mail.group_mails_per_day) == ("calendar", 3)
    assert (config.notes.mode, config.notes.days_before) == ("none", 7)
    assert (config.recordings.source, config.recordings.wait_days) == ("none", 7)
    assert (config.page.show_join_link, config.ping_url, config.made_up, config.organizers) == (False, "", False, ())


def test_recordings_come_from_zoom_unless_it_does_not_record_in_its_cloud(tmp_path: Path) -> None:
    zoom = small_with('provider = "fixed"\nurl = "https://meet.example.org/room"', 'host = "host@example.org"')
    assert read(tmp_path, zoom).recordings.source == "meeting"
    assert read(tmp_path, zoom.replace("[mail]", 'recording = "local"\n[mail]')).recordings.source == "none"


def test_a_notes_document_means_a_running_document(tmp_path: Path) -> None:
    assert read(tmp_path, SMALL + '[notes]\ndocument = "abc"').notes.mode == "running"


def test_changes_and_talks_are_read(tmp_path: Path) -> None:
    text = change(
        "date = 2026-02-10\nmove_to = 2026-02-12T10:00:00\nreason = 'Holiday'\n"
        "[[series.change]]\ndate = 2026-03-10\ncancel = true\n"
        "[[series.talk]]\ndate = 2026-04-14\nspeaker = 'Ägidius'\ntitle = '<b>'\nabstract = '''\nlong\ntext'''\n"
    )
    (series,) = read(tmp_path, text).series
    assert series.changes[0] == Change(date(2026, 2, 10), False, datetime(2026, 2, 12, 10), "Holiday")
    assert series.changes[1] == Change(date(2026, 3, 10), True, None, "")
    assert series.talks == (Talk(date(2026, 4, 14), "Ägidius", "<b>", "long\ntext"),)


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistake(tmp_path: Path) -> None:
    file = tmp_path / "community.toml"
    file.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert read_config(file).uid == "club"


def test_a_sender_may_have_a_name(tmp_path: Path) -> None:
    assert read(tmp_path, SMALL.replace('"club@example.net"', '"Club <club@example.net>"')).mail.sender == "Club <club@example.net>"


def test_two_series_may_meet_on_one_day(tmp_path: Path) -> None:
    second = SMALL[SMALL.index("[[series]]") : SMALL.index("[meeting]")].replace('"call"', '"other"').replace("11:00", "15:00")
    assert len(read(tmp_path, small_with("[meeting]", second + "[meeting]")).series) == 2


def test_rules_are_kept_in_the_order_of_their_days(tmp_path: Path) -> None:
    rule = '[[series.rule]]\nfrom = 2025-01-01\nevery = "every other Friday"\nat = 09:30:00\n'
    (series,) = read(tmp_path, small_with("[meeting]", rule + "[meeting]")).series
    assert [one.start for one in series.rules] == [date(2025, 1, 1), date(2026, 1, 1)]


def test_a_call_may_move_onto_the_day_that_another_leaves(tmp_path: Path) -> None:
    text = change(
        "date = 2026-02-10\nmove_to = 2026-03-10T11:00:00\n[[series.change]]\ndate = 2026-03-10\nmove_to = 2026-03-11T11:00:00\n"
    )
    assert len(read(tmp_path, text).series[0].changes) == 2


# (what is replaced in SMALL, by what, place of the one problem, a part of its sentence)
WRONG = [
    ('uid = "club"\n', "", "community.uid", "is missing"),
    ('uid = "club"', 'uid = "the club"', "community.uid", '"the-club"'),
    ('uid = "club"', 'uid = "a/b"', "community.uid", '"a-b"'),
    ('uid = "club"', 'uid = ""', "community.uid", "is empty"),
    ('uid = "club"', f'uid = "{"u" * 51}"', "community.uid", "longer than 50"),
    ('uid = "club"', "uid = 5", "community.uid", "whole number"),
    ('name = "Club"\n', "", "community.name", "is missing"),
    ('name = "Club"', 'name = " "', "community.name", "is empty"),
    ('name = "Club"', 'name = "Cl\\nub"', "community.name", "line end"),
    ('name = "Club"', 'name = "Cl\\u0007ub"', "community.name", "U+0007"),
    ('group = "club@example.org"\n', "", "community.group", "is missing"),
    ('"club@example.org"', '"club.example.org"', "community.group", "the @ is missing"),
    ('"club@example.org"', '"club@"', "community.group", "not a mail address"),
    ('"club@example.org"', '"@example.org"', "community.group", "not a mail address"),
    ('"club@example.org"', '"a@b@example.org"', "community.group", "not a mail address"),
    ('"club@example.org"', '"a b@example.org"', "community.group", "not a mail address"),
    ('"club@example.org"', '"club@example.org\\r\\nBcc: x@y.org"', "community.group", "line end"),
    ('"club@example.org"', '"Club <club@example.org>"', "community.group", "alone"),
    ('"club@example.org"', '["club@example.org"]', "community.group", "is a list"),
    ('zones = ["UTC"]\n', "", "community.zones", "is missing"),
    ('zones = ["UTC"]', "zones = []", "community.zones", "is empty"),
    ('zones = ["UTC"]', 'zones = "UTC"', "community.zones", "list in square brackets"),
    ('zones = ["UTC"]', 'zones = ["UTC", "Los Angeles"]', "community.zones[1]", '"America/Los_Angeles"'),
    ('zones = ["UTC"]', 'zones = ["UTC", "Europe/Berln"]', "community.zones[1]", '"Europe/Berlin"'),
    ('zones = ["UTC"]', 'zones = ["EST"]', "community.zones[0]", '"America/New_York"'),
    ('zones = ["UTC"]', 'zones = ["UTC", "UTC"]', "community.zones[1]", "twice"),
    ('zones = ["UTC"]', "zones = [1]", "community.zones[0]", "whole number"),
    ('zones = ["UTC"]', 'zones = ["UTC"]\norganizers = ["x@example.org", "you"]', "community.organizers[1]", "@"),
    ('zones = ["UTC"]', 'zones = ["UTC"]\norganizers = ["Club@example.org"]', "community.organizers", "Group"),
    ('zones = ["UTC"]', 'zones = ["UTC"]\nmade_up = "yes"', "community.made_up", "true or false"),
    ('zones = ["UTC"]', 'zones = ["UTC"]\norganisers = []', "community.organisers", '"organizers"'),
    ('zones = ["UTC"]', 'zones = ["UTC"]\n"odd key\\n" = 1', 'community."odd key"', "unknown"),
    ('uid = "call"\n', "", "series[0].uid", "is missing"),
    ('title = "Call"\n', "", "series[0].title", "is missing"),
    ('title = "Call"', f'title = "{"t" * 201}"', "series[0].title", "longer than 200"),
    ('zone = "America/Los_Angeles"\n', "", "series[0].zone", "is missing"),
    ('"America/Los_Angeles"', '"america/los_angeles"', "series[0].zone", '"America/Los_Angeles"'),
    ('"America/Los_Angeles"', '"PST"', "series[0].zone", '"America/Los_Angeles"'),
    ('"America/Los_Angeles"', '"America"', "series[0].zone", "not a time zone"),
    ('"America/Los_Angeles"', '"../../etc/passwd"', "series[0].zone", "not a time zone"),
    ('"America/Los_Angeles"', '""', "series[0].zone", "not a time zone"),
    ('"America/Los_Angeles"', '"localtime"', "series[0].zone", "not a time zone"),
    ('"America/Los_Angeles"', '"-08:00"', "series[0].zone", "not a time zone"),
    ("minutes = 60\n", "", "series[0].minutes", "is missing"),
    ("minutes = 60", "minutes = 0", "series[0].minutes", "from 1 to 1440"),
    ("minutes = 60", "minutes = 1441", "series[0].minutes", "from 1 to 1440"),
    ("minutes = 60", f"minutes = 0x{'f' * 4000}", "series[0].minutes", "from 1 to 1440"),
    ("minutes = 60", "minutes = true", "series[0].minutes", "true or false"),
    ("minutes = 60", 'minutes = "60"', "series[0].minutes", "without quotation marks"),
    ("minutes = 60", "minutes = 60.0", "series[0].minutes", "decimal point"),
    ("minutes = 60", "minutes = 60\nminuets = 3", "series[0].minuets", '"minutes"'),
    ("from = 2026-01-01\n", "\n", "series[0].rule[0].from", "is missing"),
    ("2026-01-01", '"2026-01-01"', "series[0].rule[0].from", "from = 2026-01-01"),
    ("2026-01-01", "2026-01-01T00:00:00", "series[0].rule[0].from", "date with a time"),
    ("2026-01-01", "0001-01-01", "series[0].rule[0].from", "too far away"),
    ("2026-01-01", "9999-12-31", "series[0].rule[0].from", "too far away"),
    ("  at = 11:00:00\n", "", "series[0].rule[0].at", "is missing"),
    ("11:00:00", '"11:00"', "series[0].rule[0].at", "at = 11:00:00"),
    ("11:00:00", "11", "series[0].rule[0].at", "whole number"),
    ("11:00:00", "11:00:30", "series[0].rule[0].at", "11:00:00"),
    ("11:00:00", "11:00:00.5", "series[0].rule[0].at", "whole minutes"),
    ("11:00:00", "2026-01-01T11:00:00", "series[0].rule[0].at", "date with a time"),
    ('  every = "second Tuesday of the month"\n', "", "series[0].rule[0].every", "is missing"),
    ("at = 11:00:00", 'at = 11:00:00\nrrule = "FREQ=DAILY"', "series[0].rule[0].every", "beside rrule"),
    ("at = 11:00:00", "at = 11:00:00\nuntil = 2027-01-01", "series[0].rule[0].until", "unknown"),
    ('"second Tuesday of the month"', '"2nd Tuesday of the month"', "series[0].rule[0].every", "second Tuesday of the month"),
    ('"second Tuesday of the month"', '"sixth Tuesday of the month"', "series[0].rule[0].every", "not understood"),
    ('"second Tuesday of the month"', '""', "series[0].rule[0].every", ""),
    ('"second Tuesday of the month"', "2", "series[0].rule[0].every", "whole number"),
    ('every = "second Tuesday of the month"', 'rrule = "FREQ=HOURLY"', "series[0].rule[0].rrule", "FREQ"),
    ('every = "second Tuesday of the month"', 'rrule = "FREQ=DAILY;BYHOUR=1,2"', "series[0].rule[0].rrule", "BYHOUR"),
    ('every = "second Tuesday of the month"', 'rrule = "FREQ=DAILY;COUNT=3"', "series[0].rule[0].rrule", "COUNT"),
    ('every = "second Tuesday of the month"', 'rrule = "FREQ=DAILY;UNTIL=20270101"', "series[0].rule[0].rrule", "UNTIL"),
    ('every = "second Tuesday of the month"', 'rrule = "nonsense"', "series[0].rule[0].rrule", ""),
    ('every = "second Tuesday of the month"', 'rrule = ""', "series[0].rule[0].rrule", ""),
    ('every = "second Tuesday of the month"', 'rrule = "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"', "series[0].rule[0].rrule", "never gives"),
    ("[meeting]", "[calender]\n[meeting]", "calender", '"calendar"'),
    ("[meeting]", "[calendar]\nhorizon_days = 401\n[meeting]", "calendar.horizon_days", "from 1 to 400"),
    ("[meeting]", "[calendar]\nhorizon_days = 0\n[meeting]", "calendar.horizon_days", "from 1 to 400"),
    ("[meeting]", "[calendar]\nlook_every_minutes = -1\n[meeting]", "calendar.look_every_minutes", "from 1 to 10080"),
    ("[meeting]", '[calendar]\ninvite = "mial"\n[meeting]', "calendar.invite", 'Did you mean "mail"?'),
    ("[meeting]", "[calendar]\ninvite = true\n[meeting]", "calendar.invite", "true or false"),
    ("[meeting]", '[calendar]\nid = "my calendar"\n[meeting]', "calendar.id", "primary"),
    ("[meeting]", '[links]\njoin = "groups.google.com"\n[meeting]', "links.join", "https://"),
    ("[meeting]", '[links]\nchat = "javascript:alert(1)"\n[meeting]', "links.chat", "https://"),
    ("[meeting]", '[links]\nchat = "http://[::1"\n[meeting]', "links.chat", "https://"),
    ("[meeting]", '[links]\nweb = "https://example.org"\n[meeting]', "links.web", "unknown"),
    ('provider = "fixed"', 'provider = "jitsi"', "meeting.provider", "jitsi"),
    ('url = "https://meet.example.org/room"\n', "", "meeting.url", "is missing"),
    ('"https://meet.example.org/room"', '"http://meet.example.org/room"', "meeting.url", "https://"),
    ('provider = "fixed"', 'provider = "zoom"', "meeting.host", "is missing"),
    ('provider = "fixed"', 'provider = "zoom"\nhost = "me"', "meeting.host", '"me"'),
    ('provider = "fixed"', 'provider = "zoom"\nhost = "somebody"', "meeting.host", "not a Zoom user"),
    ('provider = "fixed"', 'provider = "fixed"\nrecording = "yes"', "meeting.recording", '"cloud"'),
    ('via = "smtp"\n', "", "mail.via", "is missing"),
    ('via = "smtp"', 'via = "sendmail"', "mail.via", '"gmail", "smtp"'),
    ('from = "club@example.net"\n', "", "mail.from", "is missing"),
    ('"club@example.net"', '"club"', "mail.from", "@"),
    ('via = "smtp"', 'via = "smtp"\ngroup_mails_per_day = 0', "mail.group_mails_per_day", "from 1"),
    ("[meeting]", '[notes]\nmode = "running"\n[meeting]', "notes.document", "is missing"),
    ("[meeting]", '[notes]\nmode = "copy"\n[meeting]', "notes.document", "is missing"),
    ("[meeting]", '[notes]\nmode = "runing"\n[meeting]', "notes.mode", '"running"'),
    (
        "[meeting]",
        '[notes]\ndocument = "https://docs.google.com/document/d/1oE7cOALIYvPrf37/edit"\n[meeting]',
        "notes.document",
        'write only "1oE7cOALIYvPrf37"',
    ),
    ("[meeting]", '[notes]\ndocument = "x"\ndays_before = 61\n[meeting]', "notes.days_before", "from 0 to 60"),
    ("[meeting]", '[recordings]\nfrom = "zoom"\n[meeting]', "recordings.from", "provider"),
    ("[meeting]", '[recordings]\nfrom = "drive"\n[meeting]', "recordings.folder", "is missing"),
    ("[meeting]", '[recordings]\nfolder = "a b"\n[meeting]', "recordings.folder", "id alone"),
    ("[meeting]", "[recordings]\nwait_days = 0\n[meeting]", "recordings.wait_days", "from 1 to 60"),
    ("[meeting]", '[page]\ndirectory = ""\n[meeting]', "page.directory", "is empty"),
    ("[meeting]", '[page]\ndirectory = "."\n[meeting]', "page.directory", "credentials.json"),
    ("[meeting]", '[page]\ndirectory = ".."\n[meeting]', "page.directory", "credentials.json"),
    ("[meeting]", '[page]\ndirectory = "templates/page"\n[meeting]', "page.directory", "folder templates"),
    ("[meeting]", '[page]\ndirectory = "state"\n[meeting]', "page.directory", "folder state"),
    ("[meeting]", '[page]\ndirectory = "a\\u0000b"\n[meeting]', "page.directory", "U+0000"),
    ("[meeting]", '[page]\ndirectory = "community.toml"\n[meeting]', "page.directory", "is a file"),
    ("[meeting]", '[page]\nshow_join_link = "no"\n[meeting]', "page.show_join_link", "true or false"),
    ("[meeting]", '[alerts]\nping_url = "ftp://example.org"\n[meeting]', "alerts.ping_url", "https://"),
]


@pytest.mark.parametrize(("old", "new", "place", "part"), WRONG)
def test_one_mistake_is_one_problem_with_its_key_path(tmp_path: Path, old: str, new: str, place: str, part: str) -> None:
    ((found, sentence),) = problems(tmp_path, small_with(old, new))
    assert found == place
    assert part in sentence


CHANGES = [
    ("date = 2026-02-11\ncancel = true", "series[0].change[0].date", "2026-02-10 (Tuesday) and 2026-03-10 (Tuesday)"),
    ("date = 2020-02-11\ncancel = true", "series[0].change[0].date", "Near it: 2026-01-13"),
    ("cancel = true", "series[0].change[0].date", "is missing"),
    ("date = 2026-02-10", "series[0].change[0].move_to", "neither"),
    ("date = 2026-02-10\ncancel = false", "series[0].change[0].cancel", "neither"),
    ("date = 2026-02-10\ncancel = 1", "series[0].change[0].cancel", "true or false"),
    ("date = 2026-02-10\ncancel = true\nmove_to = 2026-02-11T11:00:00", "series[0].change[0].cancel", "beside move_to"),
    ("date = 2026-02-10\nmove_to = 2026-02-11", "series[0].change[0].move_to", "is a date"),
    ("date = 2026-02-10\nmove_to = 2026-02-11T11:00:00Z", "series[0].change[0].move_to", "2026-02-11T11:00:00"),
    ("date = 2026-02-10\nmove_to = '2026-02-11 11:00'", "series[0].change[0].move_to", "without quotation marks"),
    ("date = 2026-02-10\nmove_to = 2026-02-11T11:00:01", "series[0].change[0].move_to", "whole minutes"),
    ("date = 2026-02-10\nmove_to = 2226-02-11T11:00:00", "series[0].change[0].move_to", "too far"),
    ("date = 2026-02-10\nmove_to = 2026-03-10T09:00:00", "series[0].change[0].move_to", "2026-03-10 has a call already"),
    ("date = 2026-02-10\nmove_to = 2026-02-10T11:00:00", "series[0].change[0].move_to", "anyway"),
    ("date = 2026-02-10\nmove_to = 2025-02-12T11:00:00", "series[0].change[0].move_to", "did you mean 2026-02-12?"),
    ("date = 2026-01-13\nmove_to = 2026-12-30T11:00:00", "series[0].change[0].move_to", "did you mean 2025-12-30?"),
    ("date = 2026-02-10\nmove_to = 2026-07-17T11:00:00", "series[0].change[0].move_to", "did you mean 2026-02-17?"),
    ("date = 2026-02-10\nmove_to = 2028-08-30T11:00:00", "series[0].change[0].move_to", "write a day within 60 days"),
    ("date = 2026-02-10\ncancel = true\nreason = 'a\tb'", "series[0].change[0].reason", "U+0009"),
    ("date = 2026-02-10\ncancel = true\nreson = 'x'", "series[0].change[0].reson", '"reason"'),
    (
        "date = 2026-02-10\ncancel = true\n[[series.change]]\ndate = 2026-02-10\nmove_to = 2026-02-12T11:00:00",
        "series[0].change[1].date",
        "series[0].change[0]",
    ),
    (
        "date = 2026-02-10\nmove_to = 2026-02-20T11:00:00\n[[series.change]]\ndate = 2026-03-10\nmove_to = 2026-02-20T15:00:00",
        "series[0].change[1].move_to",
        "planned for 2026-02-10",
    ),
    (
        "date = 2026-02-10\nmove_to = 2026-02-20T11:00:00\n[[series.change]]\ndate = 2026-02-20\ncancel = true",
        "series[0].change[1].date",
        "planned at first, 2026-02-10",
    ),
    ("date = 2026-02-10\ncancel = true\n[[series.talk]]\ndate = 2026-02-12\ntitle = 'x'", "series[0].talk[0].date", "not a day"),
    ("date = 2026-02-10\ncancel = true\n[[series.talk]]\ndate = 2026-02-10", "series[0].talk[0].title", "is missing"),
    ("date = 2026-02-10\ncancel = true\n[[series.talk]]\ntitle = 'x'", "series[0].talk[0].date", "is missing"),
    (
        "date = 2026-02-10\ncancel = true\n[[series.talk]]\ndate = 2026-02-10\ntitle = 'x\\\\'\nspeaker = \"a\\nBcc: b\"",
        "series[0].talk[0].speaker",
        "line end",
    ),
]


@pytest.mark.parametrize(("lines", "place", "part"), CHANGES)
def test_a_contradiction_in_changes_and_talks_is_found(tmp_path: Path, lines: str, place: str, part: str) -> None:
    ((found, sentence),) = problems(tmp_path, change(lines))
    assert found == place
    assert part in sentence


def test_two_talks_for_one_date_are_refused(tmp_path: Path) -> None:
    talk = "[[series.talk]]\ndate = 2026-02-10\ntitle = 'x'\n"
    assert [place for place, _ in problems(tmp_path, small_with("[meeting]", f"{talk}{talk}[meeting]"))] == ["series[0].talk[1].date"]


def test_rules_with_the_same_first_day_are_refused(tmp_path: Path) -> None:
    rule = '[[series.rule]]\nfrom = 2026-01-01\nevery = "every Friday"\nat = 09:30:00\n'
    ((place, sentence),) = problems(tmp_path, small_with("[meeting]", rule + "[meeting]"))
    assert (place, "series[0].rule[0]" in sentence) == ("series[0].rule[1].from", True)


def test_a_rule_that_the_next_one_cuts_off_before_its_first_call_is_refused(tmp_path: Path) -> None:
    rule = '[[series.rule]]\nfrom = 2026-01-05\nevery = "every Friday"\nat = 09:30:00\n'
    ((place, sentence),) = problems(tmp_path, small_with("[meeting]", rule + "[meeting]"))
    assert place == "series[0].rule[0].every"
    assert "2026-01-05" in sentence


def test_two_series_with_one_uid_are_refused(tmp_path: Path) -> None:
    second = SMALL[SMALL.index("[[series]]") : SMALL.index("[meeting]")]
    assert [place for place, _ in problems(tmp_path, small_with("[meeting]", second + "[meeting]"))] == ["series[1].uid"]


@pytest.mark.parametrize(
    ("text", "place", "part"),
    [
        (SMALL.replace("[[series]]", "[series]").replace("[[series.rule]]", "[[series.rule]]"), "series", "[[series]]"),
        (SMALL.replace("[[series.rule]]", "[series.rule]"), "series[0].rule", "[[series.rule]]"),
        (SMALL.replace("[mail]", "[[mail]]"), "mail", "[mail]"),
    ],
)
def test_single_and_double_brackets_mixed_up_are_explained(tmp_path: Path, text: str, place: str, part: str) -> None:
    assert any(found == place and part in sentence for found, sentence in problems(tmp_path, text))


def test_a_section_that_is_no_section_is_refused(tmp_path: Path) -> None:
    for section in ("community", "links", "calendar", "meeting", "mail", "notes", "recordings", "page", "alerts", "series"):
        for value in ("1", '"x"', "[1]", "true", "2026-01-01"):
            text = f"{section} = {value}\n" + SMALL
            places = [place for place, _ in problems(tmp_path, text)]
            assert any(place.startswith((section, "line ")) for place in places)
            assert scan_config(tmp_path / "community.toml").problems
    assert "series[0]" in [place for place, _ in problems(tmp_path, "series = [1]")]


def test_an_empty_file_names_all_that_is_required(tmp_path: Path) -> None:
    places = [place for place, _ in problems(tmp_path, "")]
    assert places == [
        "community.uid", "community.name", "community.group", "community.zones", "series", "meeting.host", "mail.via", "mail.from",
    ]  # fmt: skip


def test_all_mistakes_are_listed_at_once(tmp_path: Path) -> None:
    text = SMALL
    for old, new in [
        ('"club@example.org"', '"nobody"'),
        ('"America/Los_Angeles"', '"Mars/Base"'),
        ("minutes = 60", "minutes = -1\nmuinutes = 3"),
        ("second Tuesday", "secnd Tuesday"),
        ("11:00:00", '"11:00"'),
        ('via = "smtp"', 'via = "pigeon"'),
        ("[meeting]", "[pages]\n[[series.change]]\ndate = 2026-02-10\n[meeting]"),
    ]:
        assert text.count(old) == 1
        text = text.replace(old, new)
    places = [place for place, _ in problems(tmp_path, text)]
    assert sorted(places) == sorted(
        [
            "community.group", "series[0].zone", "series[0].minutes", "series[0].muinutes", "series[0].rule[0].every",
            "series[0].rule[0].at", "series[0].change[0].move_to", "mail.via", "pages",
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "place", "part"),
    [
        ("[community]\nuid = club\n", "line 2", "quotation marks"),
        ("[community\nuid = 1\n", "line 1", "]"),
        ("a = 1\nat = 11:00\n", "line 2", "11:00:00"),
        ("a = 1\nat = 9:00:00\n", "line 2", "09:00:00"),
        ("from = 2026-02-30\n", "line 1", "2026-12-08"),
        ("from = 2026-2-3\n", "line 1", "2026-12-08"),
        ("a = \u201cclub\u201d\n", "line 1", "straight"),
        ("a = True\n", "line 1", "small letters"),
        ('a = "open\n', "line 1", "TOML"),
        ("a = 1\na = 2\n", "line 2", "TOML"),
        ("[a]\n[b]\n[a]\n", "line 3", "TOML"),
        ("a = \n", "line 1", "value"),
        ("uid: 'x'\n", "line 1", "="),
        ("a = [1,\n", "line 1", "TOML"),
        ('a = """\nnever closed\n', "line 2", "TOML"),
        (f"a = {'[' * 5000}", "", "nested"),
        (f"a = {'9' * 5000}", "", "number"),
        ("a = 'x\0y'", "line 1", "TOML"),
        (b"a = 1\nb = '\xff'", "line 2", "UTF-8"),
        ("a = 1".encode("utf-16"), "line 1", "UTF-8"),
    ],
)
def test_what_is_not_toml_is_answered_with_its_line(tmp_path: Path, text: str | bytes, place: str, part: str) -> None:
    ((found, sentence),) = problems(tmp_path, text)
    assert found == place
    assert part in sentence


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    huge = tmp_path / "huge.toml"
    huge.write_bytes(b"#" * 10_000_001)
    cases = {tmp_path / "none.toml": "does not exist", tmp_path: "is a folder", huge: "larger than", Path("/dev/null"): "ordinary file"}
    for path, part in {**cases, tmp_path / ("x" * 300): "cannot be read", tmp_path / "a\0b": "cannot be read"}.items():
        with pytest.raises(ProblemsError) as caught:
            read_config(path)
        (problem,) = caught.value.problems
        assert (problem.file, problem.place) == (str(path), "")
        assert part in problem.sentence


ODD_VALUES = [
    "1", "-1", "0.5", "nan", "true", '""', '" "', '"x"', '"\\u0000"', '"\\u202e"', "[]", "[[]]", "{}", "{a = 1}", "[1, 'a']", "[{}]",
    "2026-01-01", "11:00:00", "2026-01-01T00:00:00", "1979-05-27T07:32:00Z",
    f'"{"y" * 3000}"', '"{}"', '"%s{0}"', "9223372036854775808",
]  # fmt: skip


@pytest.mark.parametrize("value", ODD_VALUES)
def test_no_value_of_any_key_is_more_than_a_problem(tmp_path: Path, value: str) -> None:
    """Each line of the shipped file in turn gets an odd value; whatever comes of it, it is a Config or a list of problems."""
    lines = (SHIPPED + '[alerts]\nping_url = "https://example.org"\n').splitlines()
    file = tmp_path / "community.toml"
    for number, line in enumerate(lines):
        name, equals, _ = line.partition(" = ")
        if not equals or line.lstrip().startswith("#"):
            continue
        file.write_text("\n".join([*lines[:number], f"{name} = {value}", *lines[number + 1 :]]), encoding="utf-8")
        read = scan_config(file)
        assert read.config is not None
        assert all(len(str(problem).splitlines()) == 1 and problem.place for problem in read.problems)
