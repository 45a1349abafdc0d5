"""The folder of pages that shows every template for one call."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from automation.config.template_folder import scan_templates
from automation.domain.model import Links
from automation.rendering.preview import preview, write_preview
from tests.mail_samples import NOVEMBER, SHIPPED, SHIPPED_MAILS, folder, november, renderer

TEMPLATES = scan_templates(SHIPPED).templates
assert TEMPLATES is not None


def test_every_template_has_its_files_and_its_place_on_the_index(tmp_path: Path) -> None:
    assert TEMPLATES is not None
    index = write_preview(tmp_path / "new" / "folder", preview(renderer(), TEMPLATES, NOVEMBER))
    page = index.read_text(encoding="utf-8")
    expected = [f"mail-{name}.{kind}" for name in SHIPPED_MAILS for kind in ("html", "txt")]
    expected += ["chat-announcement.txt", "chat-starting-soon.txt", "chat-recap.txt", "event.txt", "notes.txt"]
    for name in expected:
        assert (index.parent / name).stat().st_size > 0
        assert f'href="{name}"' in page
    assert "7 days before the start at 09:00" in page
    assert "1 day before the start." in page


def test_example_links_are_said_to_be_examples() -> None:
    assert TEMPLATES is not None
    files = preview(renderer(), TEMPLATES, november(links=Links(join="https://zoom.us/j/1")))
    assert "Example addresses stand for what is not there yet: passcode, notes, recording, event." in files["index.html"]
    assert "https://zoom.us/j/1" in files["mail-announcement.txt"]


def test_a_mail_about_a_move_shows_a_made_up_one() -> None:
    assert TEMPLATES is not None
    files = preview(renderer(), TEMPLATES, NOVEMBER)
    assert "no longer holds" in files["mail-moved.txt"]
    assert "will not take" in files["mail-cancelled.txt"]


def test_a_mail_whose_condition_is_not_met_is_named_but_not_shown(tmp_path: Path) -> None:
    where = folder(tmp_path)
    text = '+++\nsubject = "x"\nsend = "1 day before"\nif = "call.minutes > 600"\n+++\nx\n'
    (where / "mail" / "long.md").write_text(text, encoding="utf-8")
    templates = scan_templates(where).templates
    assert templates is not None
    files = preview(renderer(where), templates, NOVEMBER)
    assert "Not for this call" in files["index.html"]
    assert "mail-long.html" not in files


def test_hostile_titles_stay_text_on_the_index() -> None:
    assert TEMPLATES is not None
    series = replace(NOVEMBER.call.series, title="<script>alert(1)</script>")
    files = preview(renderer(), TEMPLATES, november(call=replace(NOVEMBER.call, series=series)))
    assert "<script" not in files["index.html"]
