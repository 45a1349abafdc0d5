"""What a file of the folder is: a recording, notes, slides, or nothing for the archive. Pure."""

from __future__ import annotations

import re

from automation.archive.records import Kind

_RECORDING = frozenset(
    """
    mp4 m4v mov mkv webm avi mpg mpeg ogv wmv 3gp mp3 m4a ogg oga opus wav flac aac
    """.split()  # noqa: SIM905 - a list would have a line for each word
)
_NOTES = frozenset({"md", "txt", "doc", "docx", "odt", "rtf", "pdf", "html", "htm"})
_SLIDES = frozenset({"ppt", "pptx", "odp", "key"})
_GOOGLE: dict[str, Kind] = {
    "application/vnd.google-apps.video": "recording",
    "application/vnd.google-apps.audio": "recording",
    "application/vnd.google-apps.document": "notes",
    "application/vnd.google-apps.presentation": "slides",
}
# What Zoom and Meet put beside a recording.
_BESIDE = re.compile(
    r"transcript|\bchat\b|_?chat\.txt$|captions?|subtitles?|playback\.m3u|^meeting_saved", re.IGNORECASE
)
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{2,4})$")


def kind_of(name: str, mime_type: str) -> Kind | None:
    """By its type, or where that says nothing by its name; None for what is not a call's recording, notes or slides."""
    if mime_type in _GOOGLE:
        return _GOOGLE[mime_type]
    found = _EXTENSION.search(name)
    extension = found[1].lower() if found and not found[1].isdigit() else ""
    if mime_type.startswith(("video/", "audio/")) or extension in _RECORDING:
        return "recording"
    if _BESIDE.search(name):
        return None
    if extension in _SLIDES or "presentation" in mime_type:
        return "slides"
    if extension in _NOTES or mime_type in ("text/plain", "text/markdown", "text/html", "application/pdf"):
        return "notes"
    return "recording" if not extension and mime_type in ("", "application/octet-stream") else None


def is_video(name: str) -> bool:
    """False where the name is that of sound alone."""
    found = _EXTENSION.search(name)
    return found is None or found[1].lower() not in ("mp3", "m4a", "ogg", "oga", "opus", "wav", "flac", "aac")
