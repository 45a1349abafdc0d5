"""Templates that run away end within seconds, in a sentence with their file and line; what renders them knows no secret."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from automation.config.template_folder import Templates, scan_templates
from automation.domain.errors import ProblemsError, Transient
from automation.rendering.page_values import page_values
from automation.rendering.press import Press
from automation.rendering.samples import page_sample
from tests.mail_samples import CONFIG, NOVEMBER, SHIPPED, folder, renderer

DOUBLED = "{% set a %}x{% endset %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 22 + "{{ a }}"
MACROS = "{% macro m0() %}x{% endmacro %}" + "".join(
    f"{{% macro m{n}() %}}{{{{ m{n - 1}() }}}}{{{{ m{n - 1}() }}}}{{% endmacro %}}" for n in range(1, 31)
) + "{{ m30() }}"
RUNAWAYS = {
    "round": '{{ 1|round(20000000, "ceil") }}',
    "doubled blocks": DOUBLED,
    "nested macros": MACROS,
    "nested joins": "{% set s = range(2000)|join('x') %}{{ range(2000)|join(range(2000)|join(range(2000)|join(s)))|length }}",
    "wordwrap": "{{ ('x' * 1)|wordwrap(1) }}{{ range(1999)|join('ab')|wordwrap(1, wrapstring=range(1999)|join('ab'))|length }}",
    "infinite": '{{ "1e999"|float|int }}',
    "ranges": "{% for a in range(2000) %}{% for b in range(2000) %}{{ range(2000)|list|length }}{% endfor %}{% endfor %}",
    "recursion": "{% include 'mail/own.md' %}",
    "macro": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "truncate": "{{ range(2000)|join|truncate(10 ** 9) }}",
    "title": "{% set n = namespace(x='a') %}{% for a in range(99) %}{% set n.x %}{{ n.x }}{{ n.x }}{% endset %}{% endfor %}{{ n.x }}",
}
# Nothing but the layout of what was rendered takes long here.
LAID_OUT = {
    "brackets": "[" * 60_000,
    "quotes": "> " * 60_000 + "x",
    "links": "[a](" * 40_000,
    "lists": "".join("  " * n + "- x\n" for n in range(400)),
    "tables": "|a" * 20_000 + "\n" + "|-" * 20_000 + "\n" + "|a" * 20_000,
}


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with Press(seconds=1) as press:
        yield press


def templates_in(directory: Path) -> Templates:
    templates = scan_templates(directory).templates
    assert templates is not None
    return templates


def only(directory: Path, body: str, name: str = "own") -> Templates:
    """The shipped templates with one mail more, and none of the others."""
    templates = templates_in(folder(directory, **{name: body}))
    return replace(templates, mails=tuple(each for each in templates.mails if each.name == name), chats=())


@pytest.mark.parametrize("name", RUNAWAYS)
def test_a_template_that_runs_away_is_named_with_its_line(tmp_path: Path, press: Press, name: str) -> None:
    templates = only(tmp_path, f"first\n\nsecond\n{RUNAWAYS[name]}\nlast")
    problems = press.check(templates, CONFIG)
    assert problems
    assert {problem.file for problem in problems} == {str(tmp_path / "templates" / "mail" / "own.md")}
    if "{% for" not in RUNAWAYS[name] and "include" not in RUNAWAYS[name] and "macro" not in RUNAWAYS[name]:
        assert {problem.place for problem in problems} == {"line 8"}
    assert all(len(problem.sentence) < 400 and "Traceback" not in problem.sentence for problem in problems)


@pytest.mark.parametrize("name", LAID_OUT)
def test_markdown_that_takes_long_ends_too(tmp_path: Path, press: Press, name: str) -> None:
    """Some of it is harmless to this Markdown reader; none of it may hang or end in anything but a sentence."""
    for problem in press.check(only(tmp_path, LAID_OUT[name]), CONFIG):
        assert problem.file == str(tmp_path / "templates" / "mail" / "own.md")


@pytest.mark.parametrize("name", ["notes.md", "page/index.html", "mail/_layout.html", "chat/recap.md"])
def test_every_kind_of_file_may_run_away(tmp_path: Path, press: Press, name: str) -> None:
    where = folder(tmp_path)
    lines = (where / name).read_text(encoding="utf-8").rstrip("\n").count("\n") + 1
    with (where / name).open("a", encoding="utf-8") as file:
        file.write(f"\n\n{RUNAWAYS['round']}\n")
    problems = press.check(templates_in(where), CONFIG)
    assert [(problem.file, problem.place) for problem in problems] == [(str(where / name), f"line {lines + 3}")]
    assert "takes too long to render" in problems[0].sentence


def test_a_condition_may_run_away(tmp_path: Path, press: Press) -> None:
    templates = only(tmp_path, "x")
    own = replace(templates.mails[0], condition='1|round(20000000, "ceil") > 5')
    with pytest.raises(ProblemsError, match=r"own\.md: line \d: takes too long"):
        press.renderer(templates).applies(own, NOVEMBER)


def test_what_runs_away_in_an_included_part_is_named_there(tmp_path: Path, press: Press) -> None:
    templates = only(tmp_path, "{% include 'mail/_part.md' %}")
    part = f"one\n{RUNAWAYS['round']}\n"
    templates = replace(templates, texts={**templates.texts, "mail/_part.md": part})
    (problem,) = press.check(templates, CONFIG)
    assert (problem.file, problem.place) == (str(tmp_path / "templates" / "mail" / "_part.md"), "line 2")


def test_after_one_that_ran_away_the_others_are_rendered_as_ever(tmp_path: Path, press: Press) -> None:
    templates = templates_in(folder(tmp_path, own=RUNAWAYS["round"]))
    named = {each.name: each for each in templates.mails}
    rendering = press.renderer(templates)
    with pytest.raises(ProblemsError):
        rendering.mail(named["own"], NOVEMBER)
    assert rendering.mail(named["reminder"], NOVEMBER) == renderer().mail(named["reminder"], NOVEMBER)


def test_everything_comes_back_as_it_was_rendered(press: Press) -> None:
    templates, here = templates_in(SHIPPED), renderer()
    there = press.renderer(templates)
    for template in templates.all:
        assert there.applies(template, NOVEMBER) == here.applies(template, NOVEMBER)
        if template.role == "mail":
            assert there.mail(template, NOVEMBER) == here.mail(template, NOVEMBER)
        else:
            assert there.chat(template, NOVEMBER) == here.chat(template, NOVEMBER)
    assert there.event(NOVEMBER) == here.event(NOVEMBER)
    assert there.notes(NOVEMBER) == here.notes(NOVEMBER)
    assert there.notes_heading(NOVEMBER.call) == here.notes_heading(NOVEMBER.call)
    values = page_sample(CONFIG)
    assert there.pages(values) == here.pages(values)
    assert page_values(CONFIG, (), (), lambda call: None, lambda call: False).keys() == values.keys()


def test_nothing_is_started_before_it_is_needed_and_nothing_is_left() -> None:
    before = _children()
    with Press() as press:
        rendering = press.renderer(templates_in(SHIPPED))
        assert _children() == before
        rendering.event(NOVEMBER)
        (child,) = _children() - before
        rendering.notes(NOVEMBER)
        assert _children() - before == {child}
    assert _children() == before


def test_the_process_holds_no_environment_and_no_open_file_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLKEEPER_TEST_SECRET", "hush")
    kept = tmp_path / "kept"
    with kept.open("w") as file, Press() as press:
        os.set_inheritable(file.fileno(), True)
        before = _children()
        press.renderer(templates_in(SHIPPED)).event(NOVEMBER)
        (child,) = _children() - before
        assert b"hush" not in Path(f"/proc/{child}/environ").read_bytes()
        assert str(kept) not in {os.readlink(each) for each in Path(f"/proc/{child}/fd").iterdir() if each.exists() or each.is_symlink()}


def test_a_process_that_is_killed_is_made_anew() -> None:
    """It was no template's fault, so nothing is wrong that a person should mend."""
    before = _children()
    with Press() as press:
        rendering = press.renderer(templates_in(SHIPPED))
        rendering.event(NOVEMBER)
        (child,) = _children() - before
        os.kill(child, 9)
        with pytest.raises(Transient, match="ended by itself"):
            rendering.notes(NOVEMBER)
        assert rendering.event(NOVEMBER) == renderer().event(NOVEMBER)


def _children() -> set[int]:
    """The processes that this one started and that still run."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = path.read_text().rpartition(")")
        except OSError:
            continue
        if rest.split()[1] == str(os.getpid()) and rest.split()[0] != "Z":
            found.add(int(path.parent.name))
    return found


def test_shipped_templates_are_in_order_here_too(press: Press) -> None:
    assert press.check(templates_in(SHIPPED), CONFIG) == []
    assert press.check(templates_in(SHIPPED), None) == []
