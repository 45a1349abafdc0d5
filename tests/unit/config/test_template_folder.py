"""The folder of templates: what is in it, and what every mistake in it is answered with."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
from collections import Counter
from datetime import time
from pathlib import Path

import pytest

from automation.config.send_line import parse_send
from automation.config.template_folder import Templates, read_templates, scan_templates
from automation.domain.errors import ProblemsError
from automation.domain.model import Timed
from automation.files.reading import MEGABYTE, NotReadable, read_bytes

MAIL = '+++\nsubject = "{{ call.title }}"\nsend = "7 days before at 09:00"\n+++\nHi all,\n\n{{ call.day }}\n'
FILES = {
    "mail/_layout.html": "<html>{{ body }}</html>",
    "mail/news.md": MAIL,
    "chat/ping.md": '+++\nsend = "1 hour before"\n+++\nSoon!\n',
    "event.md": "{{ call.title }}",
    "notes.md": "# {{ call.date }}",
    "page/index.html": "<html></html>",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    directory = tmp_path / "templates"
    for name, text in FILES.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text, encoding="utf-8")
    return directory


def problems(folder: Path) -> list[tuple[str, str, str]]:
    """(path inside the folder, place, sentence) of each problem; fails if there is none."""
    with pytest.raises(ProblemsError) as caught:
        read_templates(folder)
    found = caught.value.problems
    assert found
    assert all(len(str(problem).splitlines()) == 1 for problem in found)
    return [(problem.file.removeprefix(str(folder)).lstrip("/"), problem.place, problem.sentence) for problem in found]


def one(folder: Path) -> tuple[str, str, str]:
    (problem,) = problems(folder)
    return problem


def mail_with(folder: Path, old: str, new: str) -> None:
    assert MAIL.count(old) == 1
    (folder / "mail" / "news.md").write_text(MAIL.replace(old, new), encoding="utf-8")


def test_a_folder_is_read(folder: Path) -> None:
    templates = read_templates(folder)
    (mail,), (chat,) = templates.mails, templates.chats
    assert (mail.step, mail.subject, mail.once, mail.condition) == ("mail:news", "{{ call.title }}", False, "")
    assert mail.send == Timed(7, "days", False, time(9))
    assert mail.body == "Hi all,\n\n{{ call.day }}\n"
    assert mail.path == str(folder / "mail" / "news.md")
    assert mail.fingerprint == hashlib.sha256(MAIL.encode()).hexdigest() == templates.digests["mail/news.md"]
    assert (chat.step, chat.send, chat.subject) == ("chat:ping", Timed(1, "hours", False, None), "")
    assert templates.pages == (folder / "page" / "index.html",)
    assert sorted(templates.digests) == sorted(FILES)
    assert [template.name for template in templates.all] == ["news", "ping"]


def test_the_shipped_templates_are_right() -> None:
    templates: Templates = read_templates(Path(__file__).parents[3] / "templates")
    assert [mail.name for mail in templates.mails] == sorted(
        ["announcement", "reminder", "starting-soon", "moved", "cancelled", "restored", "recap"]
    )
    assert [chat.name for chat in templates.chats] == ["announcement", "recap", "starting-soon"]
    by_name = {mail.name: mail for mail in templates.mails}
    assert by_name["announcement"].once
    assert (by_name["moved"].send, by_name["cancelled"].send, by_name["recap"].send) == ("moved", "cancelled", "archived")


def test_if_and_once_are_read(folder: Path) -> None:
    mail_with(folder, "send =", 'if = "call.talk"\nonce = true\nsend =')
    (mail,) = read_templates(folder).mails
    assert (mail.condition, mail.once) == ("call.talk", True)


def test_windows_line_ends_are_no_mistake(folder: Path) -> None:
    (folder / "mail" / "news.md").write_bytes(b"\xef\xbb\xbf" + MAIL.replace("\n", "\r\n").encode())
    assert read_templates(folder).mails[0].body == "Hi all,\n\n{{ call.day }}\n"


def test_what_editors_and_systems_leave_behind_is_no_template(folder: Path) -> None:
    for name in (".DS_Store", "mail/.news.md.swp", "mail/news.md~", "chat/#ping.md#", "README.md", "mail/_footer.md"):
        (folder / name).write_text("x")
    assert len(read_templates(folder).all) == 2


def test_a_part_of_other_templates_has_a_digest_and_is_no_step(folder: Path) -> None:
    (folder / "mail" / "_footer.md").write_text("Bye")
    templates = read_templates(folder)
    assert "mail/_footer.md" in templates.digests
    assert len(templates.mails) == 1


FRONT = [
    ('subject = "{{ call.title }}"\n', "", "line 1", "subject: is missing"),
    ('"{{ call.title }}"', '""', "line 2", "subject: is empty"),
    ('"{{ call.title }}"', '"a\\nBcc: b"', "line 2", "line end"),
    ('"{{ call.title }}"', "5", "line 2", "whole number"),
    ('send = "7 days before at 09:00"\n', "", "line 1", "send: is missing"),
    ('"7 days before at 09:00"', '"7 dyas before at 09:00"', "line 3", 'Did you mean "7 days before at 09:00"?'),
    ('"7 days before at 09:00"', '""', "line 3", "is empty"),
    ('"7 days before at 09:00"', "7", "line 3", "whole number"),
    ("send =", 'sent = "x"\nsend =', "line 3", '"send"'),
    ("send =", "\n# remark\nonce = 1\nsend =", "line 5", "once: must be true or false"),
    ("send =", 'if = " "\nsend =', "line 3", "if: is empty"),
    ("send =", "if = true\nsend =", "line 3", "if: must be text"),
    ("send =", "[more]\nsend =", "line 3", "more"),
    ("send =", "if = call.talk\nsend =", "line 3", "quotation marks"),
    ('09:00"\n', "09:00\n", "line 3", "TOML"),
    ("+++\nsubject", "subject", "line 1", "+++"),
    ("+++\nHi all,", "Hi all,", "line 1", "second line +++"),
    ("+++\nHi all,\n\n{{ call.day }}\n", "+++\n \n", "line 5", "no text"),
    (MAIL, "", "line 1", "+++"),
]


@pytest.mark.parametrize(("old", "new", "place", "part"), FRONT)
def test_a_mistake_in_the_front_matter_is_named_with_its_line(folder: Path, old: str, new: str, place: str, part: str) -> None:
    if old == "send =" and "[more]" in new:
        mail_with(folder, "+++\nHi", "[more]\n+++\nHi")
        place = "line 4"
    else:
        mail_with(folder, old, new)
    file, found, sentence = one(folder)
    assert (file, found) == ("mail/news.md", place)
    assert part in sentence


def test_a_faulty_template_is_still_there_for_further_checks(folder: Path) -> None:
    mail_with(folder, "7 days", "some days")
    read = scan_templates(folder)
    assert read.templates
    assert read.templates.mails[0].body.startswith("Hi all")
    assert len(read.problems) == 1


def test_all_mistakes_of_all_templates_are_listed_at_once(folder: Path) -> None:
    mail_with(folder, "send =", "onec = true\nsned =")
    (folder / "chat" / "ping.md").write_text('+++\nsubject = "x"\nsend = "soon"\n+++\nSoon')
    (folder / "mail" / "two.md").write_text("no front matter")
    assert [(file, place) for file, place, _ in problems(folder)] == [
        ("mail/news.md", "line 1"),
        ("mail/news.md", "line 3"),
        ("mail/news.md", "line 4"),
        ("mail/two.md", "line 1"),
        ("chat/ping.md", "line 2"),
        ("chat/ping.md", "line 3"),
    ]


def test_a_chat_template_has_no_subject(folder: Path) -> None:
    (folder / "chat" / "ping.md").write_text('+++\nsubject = "x"\nsend = "1 hour before"\n+++\nSoon')
    assert one(folder)[:2] == ("chat/ping.md", "line 2")


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("events.md", '"event.md"'),
        ("mails", '"mail"'),
        ("style.css", "Known here"),
        ("mail/news.txt", "news.md"),
        ("mail/two words.md", "rename"),
        ("mail/moved@2.md", "rename"),
        ("mail/a:b.md", "rename"),
        ("mail/n\u00e4chste.md", "rename"),
        (f"mail/{'x' * 31}.md", "at most 30"),
        ("page/style.css", ".html"),
    ],
)
def test_a_file_with_a_name_that_means_nothing_is_refused(folder: Path, name: str, part: str) -> None:
    (folder / name).write_text(MAIL)
    file, place, sentence = one(folder)
    assert (file, place) == (name, "")
    assert part in sentence


@pytest.mark.parametrize("name", ["event.md", "notes.md", "mail/_layout.html", "page/index.html"])
def test_a_file_that_everything_needs_must_be_there_and_not_empty(folder: Path, name: str) -> None:
    (folder / name).write_text(" \n")
    assert one(folder)[0] == name
    (folder / name).unlink()
    assert one(folder) == (name, "", "is missing; copy it from the templates that came with Callkeeper.")


def test_an_event_text_with_front_matter_is_refused(folder: Path) -> None:
    (folder / "event.md").write_text(MAIL)
    assert one(folder)[:2] == ("event.md", "line 1")


@pytest.mark.parametrize(
    ("content", "place", "part"),
    [(b"+++\n\xff", "line 2", "UTF-8"), (b"+++" + b" " * 1_000_001, "", "larger"), (None, "", "is a folder")],
)
def test_a_file_that_cannot_be_read_is_one_sentence(folder: Path, content: bytes | None, place: str, part: str) -> None:
    if content is None:
        (folder / "mail" / "new.md").mkdir()
    else:
        (folder / "mail" / "new.md").write_bytes(content)
    file, found, sentence = one(folder)
    assert (file, found) == ("mail/new.md", place)
    assert part in sentence


def test_a_folder_that_is_none_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    assert one(tmp_path / "none")[2].startswith("does not exist")
    assert one(folder / "event.md")[2].startswith("is a file")
    empty = tmp_path / "empty"
    empty.mkdir()
    assert {file for file, _, _ in problems(empty)} == {"mail", "event.md", "notes.md", "mail/_layout.html", "page/index.html"}


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("7 days before at 09:00", Timed(7, "days", False, time(9))),
        ("1 day before", Timed(1, "days", False, None)),
        ("0 days before at 08:30", Timed(0, "days", False, time(8, 30))),
        ("1 hour before", Timed(1, "hours", False, None)),
        ("90 Minutes  After", Timed(90, "minutes", True, None)),
        ("0 minutes after", Timed(0, "minutes", True, None)),
        ("when archived", "archived"),
        ("when moved", "moved"),
        ("When cancelled", "cancelled"),
        ("when restored", "restored"),
    ],
)
def test_send_lines_are_understood(line: str, meaning: Timed | str) -> None:
    assert parse_send(line) == meaning


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("one day before", '"1 day before"'),
        ("1 dya before", '"1 day before"'),
        ("1day before", '"1 day before"'),
        ("1 day before 9am", '"1 day before at 09:00"'),
        ("7 days before at 9:00", '"7 days before at 09:00"'),
        ("2 weeks before", '"14 days before"'),
        ("2 hours before at 10:00", '"2 hours before"'),
        ("1 hour prior", '"1 hour before"'),
        ("1 hour before the call", '"1 hour before"'),
        ("canceled", '"when cancelled"'),
        ("when archive", '"when archived"'),
        ("0 minutes before", "never go out"),
        ("401 days before", "at most 400"),
        ("1 day before at 25:00", "Write it like"),
        ("1 day before at 12:60", "Write it like"),
        ("\u0663 days before", "Write it like"),
        ("-1 days before", "Write it like"),
        ("when", "Write it like"),
        ("tomorrow", "Write it like"),
        ("x" * 500, "Write it like"),
    ],
)
def test_a_bad_send_line_is_answered_with_what_was_meant(line: str, part: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_send(line)
    assert part in str(caught.value)
    assert len(str(caught.value)) < 250


def test_a_link_that_leads_out_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    """It would put the file into mails, into the calendar or onto the public page."""
    secret = tmp_path / "credentials.json"
    secret.write_text("{{ secret }}", encoding="utf-8")
    (folder / "page" / "leak.html").symlink_to(secret)
    (folder / "event.md").unlink()
    (folder / "event.md").symlink_to("../credentials.json")
    (folder / "mail" / "_part.md").symlink_to(tmp_path / "link")
    (tmp_path / "link").symlink_to(secret)
    found = problems(folder)
    assert [name for name, _, _ in found] == ["mail/_part.md", "page/leak.html", "event.md"]
    assert all("leads out of this folder" in sentence for _, _, sentence in found)
    read = scan_templates(folder).templates
    assert read is not None
    assert "secret" not in str(read)


def test_a_whole_folder_of_templates_that_is_a_link_out_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "chat").rename(tmp_path / "elsewhere")
    (folder / "chat").symlink_to(tmp_path / "elsewhere")
    assert [(name, "leads out" in sentence) for name, _, sentence in problems(folder)] == [("chat", True)]


def test_a_link_to_another_file_inside_is_welcome(folder: Path, tmp_path: Path) -> None:
    (folder / "mail" / "more.md").symlink_to("news.md")
    (folder / "mail" / "most.md").symlink_to(folder / "mail" / "more.md")
    assert {each.name for each in read_templates(folder).mails} == {"news", "more", "most"}
    (tmp_path / "same").symlink_to(folder)
    assert len(read_templates(tmp_path / "same").mails) == 3


@pytest.mark.parametrize("kind", ["pipe", "ring", "nothing", "device", "socket"])
def test_what_is_no_file_is_refused_and_never_waited_for(folder: Path, kind: str) -> None:
    path = folder / "notes.md"
    path.unlink()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(os.path.relpath(path))
    else:
        path.symlink_to({"ring": "notes.md", "nothing": "gone.md", "device": "/dev/zero"}[kind])
    assert [name for name, _, _ in problems(folder)] == ["notes.md"]


def test_a_link_put_in_the_way_between_looking_and_reading_is_refused(folder: Path, tmp_path: Path) -> None:
    """Another process swaps a file, and a folder above one, for links out while it is read."""
    secret, inside = tmp_path / "outside", folder / "mail"
    secret.mkdir()
    (secret / "news.md").write_text("TOP SECRET", encoding="utf-8")
    (tmp_path / "kept").mkdir()
    swap = (
        "import os, sys\ninside, kept, secret = sys.argv[1:]\n"
        "while True:\n os.rename(inside, kept); os.symlink(secret, inside); os.unlink(inside); os.rename(kept, inside)"
    )
    with subprocess.Popen([sys.executable, "-c", swap, str(inside), str(tmp_path / "kept"), str(secret)]) as other:
        try:
            read = Counter(_read(folder / "mail" / "news.md", folder) for _ in range(1500))
        finally:
            other.kill()
    assert read[MAIL] > 0
    assert "TOP SECRET" not in read


def _read(path: Path, root: Path) -> str:
    try:
        return read_bytes(path, MEGABYTE, root=root).decode()
    except NotReadable as error:
        return error.sentence


def test_all_texts_together_have_an_end(folder: Path) -> None:
    for number in range(12):
        (folder / "mail" / f"_{number}.md").write_text("x" * MEGABYTE, encoding="utf-8")
    assert {sentence for _, _, sentence in problems(folder)} == {
        "would make the folder of templates larger than 10 MB; remove what is no template."
    }
