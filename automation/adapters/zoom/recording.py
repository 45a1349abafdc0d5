"""Which of Zoom's recording files is the recording of a call, and whether all of it is there.                (pure)

Zoom API reference, "Get meeting recordings" and "List past meeting instances".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from automation.domain.instants import Instants
from automation.domain.recordings import CloudRecording

# One meeting id can be used again; an instance that started farther from the planned start than this is another call.
NEAR = timedelta(hours=12)
# Best first: what a member would like to watch.
_TYPES = (
    "shared_screen_with_speaker_view(CC)",
    "shared_screen_with_speaker_view",
    "shared_screen_with_gallery_view",
    "active_speaker",
    "speaker_view",
    "gallery_view",
    "shared_screen",
    "audio_only",
)
_KINDS = ("MP4", "M4A")


@dataclass(frozen=True)
class Session(Instants):
    """One time at which a meeting took place. `uuid` as Zoom gives it, not encoded; `start` is aware."""

    uuid: str
    start: datetime


@dataclass(frozen=True)
class Recorded(Instants):
    """The recording of one session; `began` and `ended` (aware) bound its files, None where Zoom does not say."""

    recording: CloudRecording
    began: datetime | None
    ended: datetime | None


def read_sessions(answer: Mapping[str, Any]) -> list[Session]:
    """Return the sessions in an answer of "List past meeting instances". Raises KeyError, TypeError or ValueError if it
    is none."""
    return [Session(str(item["uuid"]), _instant(item["start_time"])) for item in answer.get("meetings", [])]


def is_near(moment: datetime | None, planned: datetime) -> bool:
    """Tell whether a session that began then can be the call planned for `planned`."""
    return moment is not None and abs(moment - planned) <= NEAR


def near(sessions: Sequence[Session], planned: datetime) -> list[Session]:
    """Return the sessions that can be the call planned for that time, nearest first."""
    found = [session for session in sessions if is_near(session.start, planned)]
    return sorted(found, key=lambda session: (abs(session.start - planned), session.start, session.uuid))


def encoded_uuid(uuid: str) -> str:
    """Return a meeting UUID as a path segment: encoded twice if it holds a slash, because Zoom decodes such a path
    twice."""
    once = quote(uuid, safe="")
    return quote(once, safe="") if "/" in uuid else once


def read_recording(answer: Mapping[str, Any]) -> Recorded:
    """Return what an answer of "Get meeting recordings" amounts to: the best video, or else audio, and whether all
    files are finished.

    Raises KeyError, TypeError or ValueError if it is not such an answer.
    """
    files = answer["recording_files"]
    # The timeline file may have no status; it says nothing about the others.
    finished = all(file["status"] == "completed" for file in files if file.get("status"))
    playable = [file for file in files if str(file.get("file_type", "")).upper() in _KINDS and file.get("download_url")]
    starts = [_instant(file["recording_start"]) for file in files if file.get("recording_start")]
    ends = [_instant(file["recording_end"]) for file in files if file.get("recording_end")]
    share_url = str(answer.get("share_url") or "")
    passcode = str(answer.get("recording_play_passcode") or "")
    started = _instant(answer["start_time"]) if answer.get("start_time") else min(starts, default=None)
    if playable:
        best = min(playable, key=_rank)
        recording = CloudRecording(
            complete=finished,
            share_url=_opened(share_url or str(best.get("play_url") or ""), passcode),
            download_url=str(best["download_url"]),
            size=int(best.get("file_size") or 0),
            file_type=str(best["file_type"]).upper(),
            file_id=str(best.get("id") or ""),
            started=started,
        )
    else:
        # Chat or transcript alone: the video is still to come, or never will.
        recording = CloudRecording(complete=False, share_url=_opened(share_url, passcode), started=started)
    return Recorded(recording, min(starts, default=None), max(ends, default=None))


def choose(found: Sequence[Recorded], start: datetime, end: datetime, *, more_to_come: bool) -> CloudRecording | None:
    """Return the recording that covers most of [start, end), aware; the first of those that cover the same.

    `more_to_come` says that another session has none (yet). Then one that covers nothing, such as a try-out an hour
    before, does not stand in for the call, and the answer is None.
    """
    if not found:
        return None
    best = max(found, key=lambda recorded: _overlap(recorded, start, end))
    if more_to_come and best.began is not None and not _overlap(best, start, end):
        return None
    return best.recording


def _overlap(recorded: Recorded, start: datetime, end: datetime) -> timedelta:
    if recorded.began is None or recorded.ended is None:
        return timedelta(0)
    return max(min(recorded.ended, end) - max(recorded.began, start), timedelta(0))


def _instant(text: Any) -> datetime:
    """Read an RFC 3339 time of Zoom's; without offset it is UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _rank(file: Mapping[str, Any]) -> tuple[int, int, int, str]:
    """Video before audio, then by type, then the longest, then any fixed order."""
    kind = str(file.get("recording_type", ""))
    place = _TYPES.index(kind) if kind in _TYPES else len(_TYPES)
    return (
        _KINDS.index(str(file["file_type"]).upper()),
        place,
        -int(file.get("file_size") or 0),
        str(file.get("id", "")),
    )


def _opened(url: str, passcode: str) -> str:
    """Return the link with the passcode that opens it in one click, unless it has one already."""
    if not url or not passcode or "pwd" in parse_qs(urlsplit(url).query):
        return url
    return f"{url}{'&' if urlsplit(url).query else '?'}pwd={quote(passcode, safe='')}"
