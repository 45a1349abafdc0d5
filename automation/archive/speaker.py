"""Who speaks, where a name tells it. Pure."""

from __future__ import annotations

import re

from automation.archive.names import EXTENSION
from automation.archive.words import GENERIC, MONTHS, WEEKDAYS, plain

_PARTICLES = r"(?:(?:van|von|de|da|di|del|der|den|la|le|el|bin|al) ){0,2}"
_NAME = rf"(?P<who>[^\W\d_a-z][\w'\u2019.-]*(?: {_PARTICLES}[^\W\d_a-z][\w'\u2019-]*){{0,2}})"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?:[Ss]peaker|[Gg]uest|[Pp]resenter)s?\s*[:=-]\s*{_NAME}",
        rf"(?<!\w)(?:with|w/|by|feat\.?|ft\.?|com|mit|avec|con|von) {_NAME}",
        rf"(?:^|[\u2013\u2014:|-]\s*){_NAME} (?:on|about|über|sobre|sur|su) \w",
        rf"(?:[\u2013\u2014|]\s*|\s-\s+){_NAME}:\s",
    )
)


def speaker_in(name: str) -> str:
    """`Emily` in "March call – Emily on mentoring", "… with Emily", "Speaker: Emily"; empty where nobody is named."""
    text = EXTENSION.sub("", name).replace("_", " ")
    for form in _FORMS:
        if found := form.search(text):
            who = " ".join(found["who"].split()).strip(" .-")
            said = {plain(word) for word in re.findall(r"[^\W\d_]+", who)}
            if said and not said & (GENERIC | MONTHS.keys() | WEEKDAYS.keys()):
                return who
    return ""
