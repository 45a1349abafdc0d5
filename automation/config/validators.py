"""What single texts in community.toml and credentials.json must look like.

Each check takes a text and gives None, or a sentence about what is wrong and what to write instead; `{}` in it stands
for the text.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from automation.config.table import nearest
from automation.domain.text import Mailbox

# Drive keeps at most 124 bytes for the name and the value of one appProperty (Drive API, "Custom file properties"), and
# the mark in it is COMMUNITY/SERIES/YYYY-MM-DD.
LONGEST_UID = 50
LONGEST_NAME = 200
_UID = re.compile(r"[A-Za-z0-9._-]+")
_GOOGLE_ID = re.compile(r"[A-Za-z0-9_-]+")
_IN_GOOGLE_URL = re.compile(r"/(?:d|folders)/([A-Za-z0-9_-]{10,})")
_DOMAIN = re.compile(r"(?!-)[A-Za-z0-9-]+(\.(?!-)[A-Za-z0-9-]+)*")
_LOOPBACK = re.compile(r"localhost|127(\.[0-9]{1,3}){3}|::1")
# Abbreviations that tz keeps as zones with a fixed offset, so that they miss summer time, and what people mean by them.
_NO_SUMMER_TIME = {"EST": "America/New_York", "MST": "America/Denver", "HST": "Pacific/Honolulu"}
_MEANT = {
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "pt": "America/Los_Angeles",
    "pacific": "America/Los_Angeles",
    "mdt": "America/Denver",
    "cst": "America/Chicago",
    "cdt": "America/Chicago",
    "edt": "America/New_York",
    "et": "America/New_York",
    "eastern": "America/New_York",
    "bst": "Europe/London",
    "cest": "Europe/Berlin",
    "ist": "Asia/Kolkata",
    "jst": "Asia/Tokyo",
}


def uid(text: str) -> str | None:
    """A community's or series' uid: part of every key, mark and event id."""
    if not text:
        return 'is empty; write a short name such as "monthly-call".'
    if len(text) > LONGEST_UID:
        return f"is longer than {LONGEST_UID} characters; shorten it."
    if not _UID.fullmatch(text):
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
        better = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-.").lower() or "monthly-call"
        return (
            '{} may hold only plain letters, digits, ".", "_" and "-", no blanks and no slashes; write for example'
            f' "{better}".'
        )
    return None


def name(text: str) -> str | None:
    """A name or title that is shown in one line: mail subjects, headings, Zoom topics (at most 200 characters in the
    Zoom API)."""
    if not text.strip():
        return "is empty; write what people should read."
    if len(text) > LONGEST_NAME:
        return f"is longer than {LONGEST_NAME} characters; shorten it."
    return one_line_only(text)


def one_line_only(text: str) -> str | None:
    """Any text without line ends and other control characters, which could forge mail headers."""
    for character in text:
        if character in "\n\r\x0b\x0c\x85\u2028\u2029":
            return "holds a line end; write it in one line."
        if unicodedata.category(character) in ("Cc", "Cs"):
            return f"holds the invisible control character U+{ord(character):04X}; remove it."
    return None


def many_lines(text: str) -> str | None:
    """Any text; line ends and tabs are welcome, other control characters are not."""
    return one_line_only(text.replace("\r\n", " ").replace("\n", " ").replace("\t", " "))


def address(text: str) -> str | None:
    """A bare mail address in ASCII (RFC 5321 without the SMTPUTF8 extension)."""
    return "{} must be the address alone, without a name or angle brackets." if "<" in text else mailbox(text)


def mailbox(text: str) -> str | None:
    """`address` or `Any name <address>`."""
    problem = one_line_only(text)
    if problem:
        return problem
    if "@" not in text:
        return '{} is not a mail address: the @ is missing; write it like "organizer@example.org".'
    try:
        found = Mailbox.parse(text)
    except ValueError:
        found = None
    sound = found and _DOMAIN.fullmatch(found.domain) and ("." in found.domain or found.domain == "localhost")
    if not found or not sound or re.search(r"^\.|\.\.|\.@", found.address) or len(found.address) > 254:
        return '{} is not a mail address; write one, in plain letters, like "organizer@example.org".'
    return None


def zone_name(text: str) -> str | None:
    """An IANA zone name, exactly as in the tz database, with summer time where the place has it."""
    if text in _NO_SUMMER_TIME:
        return f'{{}} never has summer time; name the place instead, for example "{_NO_SUMMER_TIME[text]}".'
    if _loads(text):
        return None
    near = _MEANT.get(text.strip().lower()) or _near_zone(text)
    meant = f'Did you mean "{near}"?' if near else 'Write region and city, for example "America/Los_Angeles", or "UTC".'
    return f"{{}} is not a time zone of the IANA database. {meant}"


def _loads(text: str) -> bool:
    # These lie in the same folder as the zones, but "localtime" means another zone on each machine and "right/" counts
    # leap seconds.
    if not re.fullmatch(r"[A-Za-z0-9_+/-]+", text) or text.startswith(("posix", "right/", "localtime", "Factory")):
        return False
    try:
        ZoneInfo(text)
    except (OSError, ValueError, KeyError):
        return False
    return True


def _near_zone(text: str) -> str | None:
    zones = available_timezones()
    by_city = {zone.rpartition("/")[2].lower(): zone for zone in sorted(zones)}
    wanted = re.sub(r"\s+", "_", text.strip().rpartition("/")[2].lower())
    return by_city.get(wanted) or nearest(re.sub(r"\s+", "_", text.strip()), sorted(zones))


def google_id(text: str) -> str | None:
    """The id of a Google document or Drive folder: the long part of its address in the browser."""
    if not text:
        return (
            "is empty; write the id, which is the long part of the address that the browser shows, or leave the key"
            " out."
        )
    if _GOOGLE_ID.fullmatch(text):
        return None
    inside = _IN_GOOGLE_URL.search(text)
    better = f'write only "{inside[1]}"' if inside else "copy the long part of the address that the browser shows"
    return f"must be the id alone; {better}."


def calendar_id(text: str) -> str | None:
    """A Google calendar's id: `primary` or an address-like text."""
    if re.fullmatch(r"[A-Za-z0-9@._%+#-]+", text):
        return None
    return '{} is not a calendar id; write "primary", or copy the id from the calendar\'s settings in Google Calendar.'


def https_url(text: str) -> str | None:
    """An https address."""
    return web_url(text) or (None if text.lower().startswith("https://") else "must begin with https://")


def web_url(text: str) -> str | None:
    """An http or https address. The sentence never quotes it: join links and ping addresses are as good as
    passwords."""
    return None if split_url(text) else "is not a web address; write it in full, beginning with https://"


def service_url(text: str) -> str | None:
    """An https address, or an http one on this very machine: what is sent there carries secrets."""
    parts = split_url(text)
    if parts is None or parts.username is not None:
        return "is not a web address; write it in full, beginning with https:// and without a user name."
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        return (
            "must begin with https://, because secrets are sent there; http:// is only for this machine itself"
            " (127.0.0.1)."
        )
    return None


def is_loopback(host: str) -> bool:
    """Whether the host is this machine itself."""
    return _LOOPBACK.fullmatch(host.lower()) is not None


def split_url(text: str) -> SplitResult | None:
    """The parts of an http or https address with a host; None for anything else."""
    try:
        parts = urlsplit(text)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if sound and re.fullmatch(r"[^\s\x00-\x20\x7f\"<>\\^`{|}]+", text) else None
