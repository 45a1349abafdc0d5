"""Files are written whole, and nothing that a link leads to is touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from automation.apply.page import write_page
from automation.domain.errors import UserError
from automation.files.whole import present, put
from automation.rendering.preview import MARK, write_preview

THEIRS = "somebody's own words"


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A file that Callkeeper did not make."""
    path = tmp_path / "theirs.txt"
    path.write_text(THEIRS, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["index.html", ".index.html.new"])
@pytest.mark.parametrize("link", [Path.symlink_to, Path.hardlink_to])
def test_a_page_leaves_alone_what_links_in_its_folder_lead_to(tmp_path: Path, theirs: Path, name: str, link: object) -> None:
    folder = tmp_path / "public"
    folder.mkdir()
    link(folder / name, theirs)  # type: ignore[operator]
    assert write_page(folder, {"index.html": b"ours"})
    assert theirs.read_text(encoding="utf-8") == THEIRS
    assert (folder / "index.html").read_bytes() == b"ours"
    assert not (folder / "index.html").is_symlink()
    assert [path.name for path in folder.iterdir()] == ["index.html"]


def test_a_link_to_the_very_same_content_is_still_replaced(tmp_path: Path, theirs: Path) -> None:
    (tmp_path / "index.html").symlink_to(theirs)
    assert write_page(tmp_path, {"index.html": THEIRS.encode()})
    assert not (tmp_path / "index.html").is_symlink()


def test_a_pipe_in_the_way_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "index.html")
    assert present(tmp_path / "index.html") is None
    assert write_page(tmp_path, {"index.html": b"ours"})


def test_a_folder_that_is_a_link_is_what_the_organizer_named(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "public").symlink_to(tmp_path / "site")
    write_page(tmp_path / "public", {"index.html": b"ours"})
    assert (tmp_path / "site" / "index.html").read_bytes() == b"ours"


def test_the_mode_is_the_one_that_is_asked_for(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        put(tmp_path / "public", b"")
        put(tmp_path / "private", b"", 0o600)
    finally:
        os.umask(before)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("public", "private")] == [0o644, 0o600]


@pytest.mark.parametrize("name", ["index.html", "notes.txt"])
def test_a_preview_overwrites_nothing_that_no_preview_has_made(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(THEIRS, encoding="utf-8")
    with pytest.raises(UserError, match=name):
        write_preview(tmp_path, {"index.html": MARK, "notes.txt": "new"})
    assert (tmp_path / name).read_text(encoding="utf-8") == THEIRS
    assert len(list(tmp_path.iterdir())) == 1


def test_a_preview_takes_the_place_of_an_earlier_one_and_follows_no_link(tmp_path: Path, theirs: Path) -> None:
    folder = tmp_path / "preview"
    write_preview(folder, {"index.html": MARK})
    (folder / "notes.txt").symlink_to(theirs)
    write_preview(folder, {"index.html": f"{MARK} Again.", "notes.txt": "new"})
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "new"
    assert theirs.read_text(encoding="utf-8") == THEIRS
