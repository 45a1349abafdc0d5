"""Mails, chat posts, event and notes as members get them, and hostile values and templates that must not harm."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import date, datetime, time, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from automation.config.template_folder import scan_templates
from automation.domain.errors import ProblemsError
from automation.domain.model import Links, Talk, Template
from automation.domain.rendered import RenderedMail
from automation.domain.steps import CallContext
from automation.rendering.samples import as_cancelled, as_moved, sample_config, sample_values
from automation.rendering.values import NAMES, TemplateValues, values_of
from tests.mail_samples import CONFIG, GOLDEN, LINKS, NOVEMBER, SERIES, SHIPPED, TALK, ZONES, call, folder, golden_files, november, renderer

SHIPPED_TEMPLATES = {template.step: template for template in scan_templates(SHIPPED).templates.all}  # type: ignore[union-attr]
RENDERER = renderer()
BIDI = "\u202e\u2066\u200f"


def mail(name: str, view: TemplateValues = NOVEMBER) -> RenderedMail:
    return RENDERER.mail(SHIPPED_TEMPLATES[f"mail:{name}"], view)


def own_mail(directory: Path, body: str, view: TemplateValues = NOVEMBER) -> RenderedMail:
    """A mail from a template with this body."""
    where = folder(directory, own=body)
    template = next(each for each in scan_templates(where).templates.mails if each.name == "own")  # type: ignore[union-attr]
    return renderer(where).mail(template, view)


class _Elements(HTMLParser):
    """The start tags of a page, with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def links(self) -> list[str]:
        return [str(attributes.get("href")) for tag, attributes in self.found if tag == "a"]


@pytest.mark.parametrize(("name", "text"), golden_files().items())
def test_the_shipped_templates_give_what_was_last_approved(name: str, text: str) -> None:
    assert text == (GOLDEN / name).read_text(encoding="utf-8")


def test_the_same_view_gives_the_same_bytes() -> None:
    assert mail("announcement") == renderer().mail(SHIPPED_TEMPLATES["mail:announcement"], NOVEMBER)


def test_every_hour_in_every_mail_is_right_for_its_date_over_a_year_of_clock_changes() -> None:
    """The call is at 11:00 in Los Angeles; only the shift sentence may name another hour."""
    days = [date(2026, month, 1) for month in range(1, 13)]
    seconds = [day + timedelta(days=(1 - day.weekday()) % 7 + 7) for day in days]
    for before, day in zip(seconds, seconds[1:], strict=False):
        view = november(call=call(day), previous=call(before), following=None)
        right = {f"{view.call.start.astimezone(zone):%H:%M %Z}" for zone in ZONES}
        for name in ("announcement", "reminder", "starting-soon", "restored"):
            rendered = mail(name, view)
            for part in (rendered.subject, rendered.text, re.sub(r"<style>.*?</style>", "", rendered.html, flags=re.DOTALL)):
                told = re.sub(r"Note the hour: .*?\.\s", "", part.replace("\n", " "))
                assert set(re.findall(r"\b\d\d:\d\d [A-Z]{3,4}\b", told)) <= right
                assert set(re.findall(r"\b\d\d:\d\d\b", told)) <= {each[:5] for each in right}
            assert right <= set(re.findall(r"\b\d\d:\d\d [A-Z]{3,4}\b", rendered.text.replace("\n", " ")))


def test_the_announcement_tells_the_shift_only_in_the_month_of_the_change() -> None:
    assert "Note the hour: 19:00 UTC instead of last month's 18:00." in mail("announcement").text
    december = november(call=call(date(2026, 12, 8)), previous=call(date(2026, 11, 10)))
    assert "Note the hour" not in mail("announcement", december).text


def test_a_moved_mail_names_the_old_time_as_the_old_one_and_nothing_else_of_it() -> None:
    rendered = mail("moved", as_moved(NOVEMBER))
    assert "now takes place on Thursday 12 November 2026" in rendered.text.replace("\n", " ")
    assert "The old time, Tuesday 10 November 2026 at 11:00 PST, no longer holds." in rendered.text.replace("\n", " ")
    assert rendered.text.count("11:00") == 1
    assert "12:00 PST" in rendered.text
    assert rendered.subject == "New time: FLOSS-Mentoring monthly call moves to Thursday 12 November 2026, 12:00 PST"


def test_a_cancellation_gives_reason_and_next_date_and_no_link_to_an_empty_room() -> None:
    rendered = mail("cancelled", as_cancelled(NOVEMBER))
    assert "Winter break." in rendered.text
    assert "Tuesday 8 December 2026" in rendered.text
    assert "zoom.us" not in rendered.text + rendered.html


def test_the_recap_says_plainly_what_is_missing() -> None:
    view = november(links=Links(notes=LINKS.notes), missing=("the recording",))
    rendered = mail("recap", view)
    assert "Missing this time: the recording." in rendered.text
    assert "Watch the recording" not in rendered.text
    assert LINKS.notes is not None
    assert LINKS.notes in rendered.text


def test_a_link_stands_unbroken_on_a_line_of_its_own_in_the_text_part() -> None:
    lines = mail("announcement").text.split("\n")
    assert LINKS.join in lines
    assert LINKS.notes in lines
    assert all(len(line) <= 72 for line in lines if not line.startswith("https://"))


def test_the_join_link_is_a_button_and_also_written_out() -> None:
    rendered = mail("announcement")
    assert _Elements(rendered.html).links().count(str(LINKS.join)) == 2
    assert ">https://us02web.zoom.us/j/81234567890?pwd=" in rendered.html


def test_a_mail_reads_well_aloud() -> None:
    """One language, one first-level heading before any second-level one, layout tables marked, row headers in the table of times."""
    elements = _Elements(mail("announcement").html).found
    headings = [tag for tag, _ in elements if tag in ("h1", "h2", "h3")]
    assert headings == ["h1", "h2"]
    assert ("html", "en") in [(tag, attributes.get("lang")) for tag, attributes in elements]
    tables = [attributes.get("role") for tag, attributes in elements if tag == "table"]
    assert tables == ["presentation", "presentation", None, "presentation"]
    assert [attributes.get("scope") for tag, attributes in elements if tag == "th"] == ["row"] * 3
    assert not [tag for tag, _ in elements if tag in ("img", "script", "link")]


def test_how_to_leave_stands_below_each_mail_of_a_google_group() -> None:
    assert "floss-mentoring+unsubscribe@googlegroups.com" in mail("reminder").text
    elsewhere = replace(NOVEMBER, config=replace(CONFIG, group="calls@lists.example.org"))
    assert "unsubscribe" not in mail("reminder", elsewhere).text


HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=https://evil.example/x.png>",
    "[click](https://evil.example/)",
    "![x](https://evil.example/)",
    "<https://evil.example/>",
    "**[Join](https://evil.example)**",
    "| a | b |",
    "`code` *stars* _lines_ ~~gone~~",
    "&lt;b&gt; &amp;",
    "[ref]: https://evil.example",
    "{{ 7 * 7 }} {% raw %}",
    "back\\slash \\[x](https://evil.example)",
    '"></a><a href="https://evil.example">',
)


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_talk_stays_text(title: str) -> None:
    talk = Talk(date(2026, 11, 10), title, title, f"{title}\n\n# {title}\n- {title}\n    {title}\n> x\n\n---\n1. {title}")
    rendered = mail("announcement", november(call=replace(NOVEMBER.call, talk=talk, reason=title)))
    plain = mail("announcement", november(call=replace(NOVEMBER.call, talk=TALK)))
    elements, expected = _Elements(rendered.html), _Elements(plain.html)
    assert elements.links() == expected.links()
    assert {tag for tag, _ in elements.found} == {tag for tag, _ in expected.found}
    assert " ".join(title.split()) in " ".join(rendered.text.split())


def test_a_hostile_talk_makes_no_tags_in_the_event_and_no_markup_in_the_chat() -> None:
    talk = Talk(date(2026, 11, 10), "<@123> <t:1:F>", "[x](https://evil.example) **loud** # a\n# b", "<a href='https://evil.example'>x</a>")
    view = november(call=replace(NOVEMBER.call, talk=talk))
    assert "<a" not in RENDERER.event(view)
    posted = RENDERER.chat(SHIPPED_TEMPLATES["chat:announcement"], view)
    assert r"\<@123\>" in posted
    assert r"\[x\](https://evil.example) \*\*loud\*\*" in posted


@pytest.mark.parametrize("hidden", [BIDI, "\x00\x07\x1b[31m", "\r\nBcc: x@example.org", "\ud800", "\u2028\u2029"])
def test_control_and_direction_characters_are_gone_everywhere(hidden: str) -> None:
    series = replace(SERIES, title=f"Monthly{hidden}call")
    view = november(call=call(date(2026, 11, 10), series=series, talk=replace(TALK, abstract=f"a{hidden}b")))
    rendered = mail("announcement", view)
    notes = "\n".join(paragraph.text for paragraph in RENDERER.notes(view))
    posted = RENDERER.chat(SHIPPED_TEMPLATES["chat:announcement"], view)
    for text in (rendered.subject, rendered.text, rendered.html, RENDERER.event(view), notes, posted):
        assert not set(text) & (set(BIDI) | set("\x00\x07\x1b\r\u2028\u2029\ud800"))
        text.encode()
    assert "\n" not in rendered.subject


def test_a_megabyte_abstract_is_cut_with_an_ellipsis() -> None:
    talk = replace(TALK, abstract="word " * 200_000)
    view = november(call=replace(NOVEMBER.call, talk=talk))
    assert "word…" in mail("announcement", view).text
    assert len(mail("announcement", view).html) < 20_000
    assert len(RENDERER.event(view)) < 8000


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//evil.example", "https://", "x"])
def test_what_is_no_web_address_becomes_no_link(address: str) -> None:
    rendered = mail("announcement", november(links=replace(LINKS, join=address)))
    assert "Join the call" not in rendered.text
    assert address not in _Elements(rendered.html).links()


@pytest.mark.parametrize("address", ["https://x.example/a_b*c?d=[e](f)&g='h'", "https://x.example/<b>/a b\nc", "https://x.example/(a))(\\"])
def test_an_address_with_markup_in_it_leads_where_it_should(tmp_path: Path, address: str) -> None:
    links = replace(LINKS, join=address)
    rendered = own_mail(tmp_path, "[label]({{ links.join }}) {{ links.join }} <{{ links.join }}>", november(links=links))
    hrefs = [link for link in _Elements(rendered.html).links() if "x.example" in link]
    assert len(hrefs) == 3
    assert len(set(hrefs)) == 1
    assert "<b>" not in rendered.html


def test_the_passcode_is_for_mails_only(tmp_path: Path) -> None:
    where = folder(tmp_path)
    for name in ("event.md", "notes.md", "chat/announcement.md"):
        path = where / name
        path.write_text(path.read_text(encoding="utf-8") + "\n{{ links.passcode }}\n", encoding="utf-8")
    made = renderer(where)
    template = next(each for each in scan_templates(where).templates.chats if each.name == "announcement")  # type: ignore[union-attr]
    written = [made.event(NOVEMBER), made.chat(template, NOVEMBER), *(each.text for each in made.notes(NOVEMBER))]
    assert not [text for text in written if "Fl0ss.Call" in text]
    assert "Fl0ss.Call" in own_mail(tmp_path / "own", "If you are asked: {{ links.passcode }}", NOVEMBER).text
    assert "Fl0ss.Call" not in mail("reminder").text  # the link of the shipped mails carries it already


ESCAPES = (
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ call.__class__.__init__.__globals__ }}",
    "{{ call|attr('__class__') }}",
    "{{ call.start.tzinfo }}",
    "{{ call['__class__'] }}",
    "{{ [call]|map(attribute='__class__')|list }}",
    "{{ '{0.__class__}'.format(call) }}",
    "{{ self._TemplateReference__context }}",
    "{{ range.__self__ }}",
    "{% include '/etc/passwd' %}",
    "{% include '../../../../../../../../etc/passwd' %}",
    "{% include 'mail/secret.md' %}",
    "{% import 'os' as os %}{{ os }}",
    "{% for i in range(1000000000) %}x{% endfor %}",
    "{% for i in range(2000) %}{% for j in range(2000) %}{% endfor %}{% endfor %}",
    "{% macro m(x) %}{{ m(x) }}{{ m(x) }}{% endmacro %}{{ m(1) }}",
    "{{ 'a' * 1000000000 }}",
    "{{ 9 ** 9 ** 9 ** 9 }}",
    "{% set a = call.title %}" + "{% set a = a ~ a %}" * 60,
    "{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "{{ 'x'.ljust(1000000000) }}",
    "{{ '%999999999d' % 1 }}",
    "{{ '%999999999d'|format(1) }}",
    "{{ call.start.strftime('%999999999d') }}",
    "{{ call.title|replace('', 'x' * 999) }}",
    "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "{% if 1 %}" * 200 + "{% endif %}" * 200,
    "{{ call }}",
    "{{ links }}",
    "{{ call.titel }}",
    "{{ nothing }}",
    "{% if",
    "{{ 1 / 0 }}",
    "{{ next_call.talk.title }}",
)


@pytest.mark.parametrize("body", ESCAPES, ids=range(len(ESCAPES)))
def test_a_hostile_or_broken_template_ends_in_a_sentence_with_its_file_and_line(tmp_path: Path, body: str) -> None:
    (tmp_path / "outside.md").write_text("TOP SECRET", encoding="utf-8")
    where = folder(tmp_path, own=f"first\n{body}")
    (where / "mail" / "secret.md").symlink_to(tmp_path / "outside.md")
    template = Template("mail", "own", "archived", False, "", "Subject", f"first\n{body}\n", str(where / "mail" / "own.md"), "")
    with pytest.raises(ProblemsError) as raised:
        renderer(where).mail(template, NOVEMBER)
    (problem,) = raised.value.problems
    assert problem.file == str(where / "mail" / "own.md")
    # Where the nesting is too deep for Python, nothing tells the line, and the text's first line is named.
    assert problem.place == ("line 5" if "nested too deeply" in problem.sentence and "macro" not in body and "recursive" not in body else "line 6")
    assert "SECRET" not in problem.sentence


def test_a_condition_decides_whether_a_mail_is_for_this_call(tmp_path: Path) -> None:
    template = replace(SHIPPED_TEMPLATES["mail:reminder"], condition="call.talk and call.minutes > 30")
    assert RENDERER.applies(template, NOVEMBER)
    assert not RENDERER.applies(template, november(call=call(date(2026, 12, 8))))
    assert RENDERER.applies(replace(template, condition=""), NOVEMBER)
    with pytest.raises(ProblemsError):
        RENDERER.applies(replace(template, condition="call.nothing"), NOVEMBER)


def test_macros_blocks_and_filters_keep_values_text(tmp_path: Path) -> None:
    body = (
        "{% macro bold(x) %}**{{ x }}**{% endmacro %}{{ bold(call.title|upper) }} {% set a = bold('x') ~ call.title %}{{ a }}"
        " {{ call.title|e }} {{ links.join|e }}"
    )
    view = november(call=call(date(2026, 11, 10), series=replace(SERIES, title="a [b](https://evil.example) *c*")))
    rendered = own_mail(tmp_path, body, view)
    assert not [link for link in _Elements(rendered.html).links() if "evil" in link]
    assert "A [B](HTTPS://EVIL.EXAMPLE) *C*" in rendered.text
    assert LINKS.join in _Elements(rendered.html).links()


def test_a_moved_or_cancelled_call_says_so_at_the_top_of_its_edited_post() -> None:
    template = SHIPPED_TEMPLATES["chat:announcement"]
    assert RENDERER.chat(template, NOVEMBER).startswith("**FLOSS-Mentoring monthly call**")
    assert RENDERER.chat(template, as_moved(NOVEMBER)).startswith("**MOVED")
    cancelled = RENDERER.chat(template, as_cancelled(NOVEMBER))
    assert cancelled.startswith("**CANCELLED")
    assert "zoom.us" not in cancelled


def test_chat_times_are_the_readers_own() -> None:
    start = datetime.combine(date(2026, 11, 10), time(11), tzinfo=SERIES.zone)
    posted = RENDERER.chat(SHIPPED_TEMPLATES["chat:announcement"], NOVEMBER)
    assert f"<t:{int(start.timestamp())}:F>" in posted
    assert "11:00 PST · 14:00 EST · 19:00 UTC" in posted
    assert len(posted) < 2000


def test_the_notes_section_begins_with_the_date_that_it_is_found_by() -> None:
    first, *rest = RENDERER.notes(NOVEMBER)
    assert (first.text, first.style) == ("2026-11-10 · FLOSS-Mentoring monthly call", "HEADING_2")
    assert first.text == RENDERER.notes_heading(NOVEMBER.call)
    assert "Agenda" in [paragraph.text for paragraph in rest if paragraph.style.startswith("HEADING_")]
    assert any(paragraph.bullet for paragraph in rest)
    assert not [paragraph for paragraph in rest if "\n" in paragraph.text]


@pytest.mark.parametrize("line", ["# {{ call.date }} own words", "### {{ call.day }}", "## Nov 10, 2026: {{ call.title }}"])
def test_the_heading_of_the_section_is_the_templates_own(tmp_path: Path, line: str) -> None:
    where = folder(tmp_path)
    (where / "notes.md").write_text(f"{line}\n\ntext\n", encoding="utf-8")
    first, *rest = renderer(where).notes(NOVEMBER)
    assert first.style == "HEADING_2"
    assert first.text == line.lstrip("# ").replace("{{ call.date }}", "2026-11-10").replace("{{ call.day }}", "Tuesday 10 November 2026").replace(
        "{{ call.title }}", "FLOSS-Mentoring monthly call"
    )
    assert [paragraph.text for paragraph in rest] == ["text"]


@pytest.mark.parametrize("line", ["## Notes", "text of 2026-11-10", "## 11/10/2026"])
def test_a_template_that_begins_with_no_date_gets_the_usual_heading(tmp_path: Path, line: str) -> None:
    where = folder(tmp_path)
    (where / "notes.md").write_text(f"{line}\n\ntext\n", encoding="utf-8")
    texts = [paragraph.text for paragraph in renderer(where).notes(NOVEMBER)]
    assert texts == ["2026-11-10 · FLOSS-Mentoring monthly call", line.lstrip("# "), "text"]


def test_the_event_says_where_when_and_what() -> None:
    text = RENDERER.event(NOVEMBER)
    for part in (TALK.title, TALK.speaker, "New York: 14:00 EST", str(LINKS.join), str(LINKS.notes)):
        assert part in text
    assert "\n\n\n" not in text


def test_a_call_without_anything_yet_still_makes_every_text() -> None:
    bare = TemplateValues(CONFIG, CallContext(call(date(2026, 11, 10))))
    for template in SHIPPED_TEMPLATES.values():
        rendered = RENDERER.mail(template, bare).text if template.role == "mail" else RENDERER.chat(template, bare)
        assert "None" not in rendered
    assert "None" not in RENDERER.event(bare)
    assert RENDERER.notes(bare)


def test_every_name_that_a_template_may_use_stands_for_something() -> None:
    assert values_of(NOVEMBER).keys() == NAMES.keys()


@pytest.mark.parametrize("field", [field.name for field in fields(CallContext)])
def test_templates_are_tried_with_all_that_may_surround_a_call(field: str) -> None:
    values = [getattr(view.context, field) for view in sample_values(sample_config())]
    assert len(set(values)) > 1, "with it and without it, or with two kinds of it"
