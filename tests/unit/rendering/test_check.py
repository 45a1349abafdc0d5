"""What `check` finds in templates before anything is sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from automation.config.template_folder import Templates, files_of, scan_templates
from automation.domain.errors import Problem
from automation.domain.model import Config
from automation.rendering.check import Checking
from tests.mail_samples import CONFIG, folder


def read(directory: Path) -> Templates:
    templates = scan_templates(directory).templates
    assert templates is not None
    return templates


def check_templates(templates: Templates, config: Config | None) -> list[Problem]:
    """Every mistake in every file of a folder, each once, by file and line."""
    checking = Checking(templates, config)
    problems = {problem for name in files_of(templates) for problem in checking.one(name)}
    return sorted(problems, key=lambda problem: (problem.file, len(problem.place), problem.place, problem.sentence))


def found(directory: Path, **mails: str) -> list[str]:
    """`NAME line: sentence` for each problem of these mails."""
    where = folder(directory, **mails)
    templates = read(where)
    own = tuple(template for template in templates.mails if template.name in mails)
    problems = check_templates(replace(templates, mails=own, chats=()), CONFIG)
    return [f"{Path(problem.file).stem} {problem.place}: {problem.sentence}" for problem in problems]


def test_the_shipped_templates_have_no_problem_with_or_without_a_config(tmp_path: Path) -> None:
    where = folder(tmp_path)
    assert check_templates(read(where), CONFIG) == []
    assert check_templates(read(where), None) == []


def test_unknown_names_are_found_in_branches_that_are_never_taken(tmp_path: Path) -> None:
    body = "Hello\n{% if false %}\n{{ speaker }}\n{{ call.titel }}\n{% for t in call.times %}{{ t.tiem }}{% endfor %}\n{% endif %}"
    problems = found(tmp_path, own=body)
    assert [problem.split(":")[0] for problem in problems] == ["own line 7", "own line 8", "own line 9"]
    assert "there is no speaker here" in problems[0]
    assert "Did you mean title?" in problems[1]
    assert "Did you mean time?" in problems[2]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{{ call['titel'] }}", "there is no call.titel"),
        ("{{ call.times[0].plaec }}", "Did you mean place?"),
        ("{% set t = call.talk %}{% if t %}{{ t.tite }}{% endif %}", "there is no t.tite"),
        ("{% if call.previous %}{{ call.previous.talk }}{% endif %}", "there is no call.previous.talk"),
        ("{% if false %}{{ call.title|shout }}{% endif %}", "there is no filter shout"),
        ("{% if call.title is loud %}x{% endif %}", "there is no test loud"),
        ("{{ call.talk.title }}", "asks for .title of something that not every call has"),
        ("{{ next_call.day }}", "asks for .day of something that not every call has"),
        ("{% if call.talk %}", "cannot be read as a Jinja2 template"),
        ("{{ ''.__class__ }}", "is not allowed in a template"),
        ("{{ _turn() }}", "names that begin with _"),
        ("{% include 'mail/none.md' %}", "cannot be rendered"),
        ("{% for i in range(10000000) %}{% endfor %}", "is not allowed in a template"),
    ],
)
def test_each_kind_of_mistake_has_its_line_and_sentence(tmp_path: Path, body: str, sentence: str) -> None:
    problems = found(tmp_path, own=f"first\n{body}")
    assert problems
    assert all(problem.startswith("own line 6: ") for problem in problems)
    assert sentence in problems[0]


@pytest.mark.parametrize(
    "body",
    [
        "{% for time in call.times %}{{ loop.index }} {{ time.place }}{% else %}x{% endfor %}",
        "{% macro m(x) %}{{ x.anything }}{% endmacro %}",
        "{% if call.talk %}{{ call.talk.title|default('x')|upper }}{% endif %}",
        "{{ call.start.strftime('%d.%m.%Y') }} {{ call.title.upper() }} {{ call.start.year }}",
        "{% set n = namespace(x=1) %}{{ n.x }} {% with a = call %}{{ a.day }}{% endwith %}",
        "{{ links.notes or 'not yet' }} {{ links.recording }} {{ community.links.join }} {{ missing|length }}",
        "{% if call.previous %}{{ call.previous.times_line }}{% endif %}{{ call.previous.day if call.previous }}",
        "{% include 'event.md' %}",
    ],
)
def test_what_jinja2_offers_within_bounds_is_no_mistake(tmp_path: Path, body: str) -> None:
    assert found(tmp_path, own=body) == []


def test_a_mail_about_a_move_may_rely_on_the_old_time(tmp_path: Path) -> None:
    where = folder(tmp_path)
    text = '+++\nsubject = "Moved"\nsend = "when moved"\n+++\nNot {{ call.previous.day }} any more.\n'
    (where / "mail" / "own.md").write_text(text, encoding="utf-8")
    assert check_templates(read(where), CONFIG) == []


def test_a_mail_that_is_only_for_talks_may_rely_on_the_talk(tmp_path: Path) -> None:
    where = folder(tmp_path)
    text = '+++\nsubject = "{{ call.talk.title }}"\nsend = "1 day before"\nif = "call.talk"\n+++\n{{ call.talk.abstract }}\n'
    (where / "mail" / "own.md").write_text(text, encoding="utf-8")
    assert check_templates(read(where), CONFIG) == []


def test_subject_and_condition_are_checked_on_their_own_lines(tmp_path: Path) -> None:
    where = folder(tmp_path)
    text = '+++\nsubject = "{{ call.dya }}"\nsend = "1 day before"\nif = "call.tlak"\n+++\nx\n'
    (where / "mail" / "own.md").write_text(text, encoding="utf-8")
    (where / "mail" / "two.md").write_text(text.replace("call.tlak", "call.talk or"), encoding="utf-8")
    problems = [str(problem).partition("/mail/")[2] for problem in check_templates(read(where), CONFIG)]
    assert problems[0].startswith("own.md: line 2: subject: there is no call.dya. Did you mean day?")
    assert problems[1].startswith("own.md: line 4: if: there is no call.tlak. Did you mean talk?")
    assert problems[3].startswith("two.md: line 4: if: cannot be read")


@pytest.mark.parametrize("name", ["event.md", "notes.md", "mail/_layout.html", "chat/recap.md"])
def test_every_other_file_is_checked_too(tmp_path: Path, name: str) -> None:
    where = folder(tmp_path)
    path = where / name
    lines = path.read_text(encoding="utf-8").count("\n")
    path.write_text(path.read_text(encoding="utf-8") + "{% if false %}{{ call.foo }}{% endif %}\n", encoding="utf-8")
    (problem,) = check_templates(read(where), CONFIG)
    assert (problem.file, problem.place) == (str(path), f"line {lines + 1}")


def test_the_footer_of_the_layout_is_checked_on_its_own_line(tmp_path: Path) -> None:
    where = folder(tmp_path)
    path = where / "mail" / "_layout.html"
    text = path.read_text(encoding="utf-8").replace("{{ community.group }}", "{{ community.gruop }}")
    path.write_text(text, encoding="utf-8")
    (problem,) = check_templates(read(where), CONFIG)
    line = next(number for number, each in enumerate(text.split("\n"), start=1) if "gruop" in each)
    assert (problem.file, problem.place) == (str(path), f"line {line}")
    path.write_text(text.replace("footer =", "foter ="), encoding="utf-8")
    (problem,) = check_templates(read(where), CONFIG)
    assert "only footer is" in problem.sentence


def test_a_page_with_a_syntax_error_is_found(tmp_path: Path) -> None:
    where = folder(tmp_path)
    (where / "page").mkdir(exist_ok=True)
    (where / "page" / "index.html").write_text("<p>\n{% if %}\n", encoding="utf-8")
    (problem,) = check_templates(read(where), CONFIG)
    assert (problem.file, problem.place) == (str(where / "page" / "index.html"), "line 2")


def test_unknown_names_in_a_page_are_found_too(tmp_path: Path) -> None:
    """In a branch that a page without any past call would not take."""
    where = folder(tmp_path)
    page = where / "page" / "index.html"
    text = "<h1>{{ community.name }}</h1>\n{% for year in years %}\n{{ year.rows[0].recordng }}\n{% endfor %}\n{{ call.title }}\n"
    page.write_text(text, encoding="utf-8")
    problems = [(problem.place, problem.sentence) for problem in check_templates(read(where), CONFIG)]
    assert [place for place, _ in problems] == ["line 3", "line 5"]
    assert "Did you mean recording?" in problems[0][1]
    assert "there is no call here" in problems[1][1]


@pytest.mark.parametrize(
    ("body", "size"), [("A line of words.\n\n" * 2_600, "KB"), ("ü" * 9_000, "KB"), ("A line of words.\n\n" * 900, ""), ("ü" * 7_000, "")]
)
def test_a_template_whose_mails_would_be_cut_off_is_named(tmp_path: Path, body: str, size: str) -> None:
    """Gmail shows the first 102 KB of a mail as it is sent, and each letter that is not ASCII takes six bytes in each of its two parts."""
    problems = found(tmp_path, much=f'+++\nsubject = "s"\nsend = "2 days before"\n+++\n{body}\n')
    assert [problem.partition(" has ")[0] for problem in problems] == (["much : the mail"] if size else [])
    assert all("cut it off past 100; make the template or the talk's abstract shorter" in problem for problem in problems)
