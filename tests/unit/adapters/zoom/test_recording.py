"""Which recording is the call's, which of its files is taken, and when it is complete: decided without Zoom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from automation.adapters.zoom.fields import read_meeting, schedule
from automation.adapters.zoom.recording import Session, choose, encoded_uuid, near, read_recording, read_sessions
from automation.domain.services import MeetingFields

START = datetime(2026, 12, 8, 19, 0, tzinfo=UTC)
END = START + timedelta(hours=1)


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def file(kind: str = "MP4", recording_type: str = "shared_screen_with_speaker_view", **more: Any) -> dict[str, Any]:
    plain = {
        "id": f"{kind}-{recording_type}",
        "file_type": kind,
        "recording_type": recording_type,
        "file_size": 100,
        "status": "completed",
        "play_url": f"https://zoom.us/rec/play/{recording_type}",
        "download_url": f"https://zoom.us/rec/download/{recording_type}",
        "recording_start": stamp(START),
        "recording_end": stamp(END),
    }
    return {name: value for name, value in {**plain, **more}.items() if value is not None}


def answer(*files: dict[str, Any], **more: Any) -> dict[str, Any]:
    plain = {"uuid": "u==", "start_time": stamp(START), "share_url": "https://zoom.us/rec/share/x", "recording_files": list(files)}
    return {name: value for name, value in {**plain, **more}.items() if value is not None}


@pytest.mark.parametrize(
    ("types", "best"),
    [
        (["gallery_view", "shared_screen_with_speaker_view", "active_speaker"], "shared_screen_with_speaker_view"),
        (["shared_screen_with_speaker_view", "shared_screen_with_speaker_view(CC)"], "shared_screen_with_speaker_view(CC)"),
        (["gallery_view", "active_speaker"], "active_speaker"),
        (["some_new_type", "gallery_view"], "gallery_view"),
        (["some_new_type"], "some_new_type"),
    ],
)
def test_the_most_watchable_video_is_taken(types: list[str], best: str) -> None:
    found = read_recording(answer(file("M4A", "audio_only"), *(file("MP4", kind) for kind in types)))
    assert found.recording.download_url.endswith(f"/{best}")
    assert found.recording.file_type == "MP4"


def test_audio_is_taken_where_there_is_no_video() -> None:
    found = read_recording(answer(file("CHAT", "chat_file"), file("M4A", "audio_only")))
    assert (found.recording.file_type, found.recording.complete) == ("M4A", True)


@pytest.mark.parametrize(
    ("files", "complete"),
    [
        ([file()], True),
        ([file(), file("TIMELINE", "timeline", id=None, status=None)], True),
        ([file(), file("TRANSCRIPT", "audio_transcript", status="processing")], False),
        ([file(status="processing")], False),
        ([file(download_url=None)], False),
        ([file("CHAT", "chat_file")], False),
        ([], False),
    ],
)
def test_it_is_complete_when_a_playable_file_is_there_and_nothing_is_processed(files: list[Any], complete: bool) -> None:
    assert read_recording(answer(*files)).recording.complete is complete


@pytest.mark.parametrize(
    ("more", "link"),
    [
        ({}, "https://zoom.us/rec/share/x"),
        ({"recording_play_passcode": "a b&c"}, "https://zoom.us/rec/share/x?pwd=a%20b%26c"),
        ({"recording_play_passcode": "p", "share_url": "https://zoom.us/s?start=1"}, "https://zoom.us/s?start=1&pwd=p"),
        ({"recording_play_passcode": "p", "share_url": "https://zoom.us/s?pwd=q"}, "https://zoom.us/s?pwd=q"),
        ({"recording_play_passcode": "p", "share_url": None}, "https://zoom.us/rec/play/shared_screen_with_speaker_view?pwd=p"),
    ],
)
def test_the_link_opens_in_one_click(more: dict[str, Any], link: str) -> None:
    assert read_recording(answer(file(), **more)).recording.share_url == link


def test_the_link_for_downloading_shows_in_no_repr() -> None:
    assert "/rec/download/" not in repr(read_recording(answer(file())).recording)


@pytest.mark.parametrize("broken", [{}, {"recording_files": [3]}, answer(file(), start_time="soon"), {"recording_files": None}])
def test_an_answer_of_another_form_is_no_recording(broken: Any) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        read_recording(broken)


def recorded(began: datetime, ended: datetime, name: str) -> Any:
    return read_recording(answer(file(recording_start=stamp(began), recording_end=stamp(ended)), share_url=name))


def test_of_several_recordings_the_one_that_covers_most_of_the_call_counts() -> None:
    early = recorded(START - timedelta(minutes=30), START + timedelta(minutes=5), "early")
    whole = recorded(START + timedelta(minutes=6), END, "whole")
    chosen = choose([early, whole], START, END, more_to_come=False)
    assert chosen is not None
    assert chosen.share_url == "whole"


def test_a_try_out_before_the_call_does_not_stand_in_for_a_recording_still_to_come() -> None:
    try_out = recorded(START - timedelta(hours=2), START - timedelta(hours=1), "try-out")
    assert choose([try_out], START, END, more_to_come=True) is None
    assert choose([try_out], START, END, more_to_come=False) is not None


def test_only_sessions_within_twelve_hours_of_the_plan_are_the_call_nearest_first() -> None:
    hours = [-30, 13, 3, -0.1, 12]
    sessions = read_sessions({"meetings": [{"uuid": str(h), "start_time": stamp(START + timedelta(hours=h))} for h in hours]})
    assert [session.uuid for session in near(sessions, START)] == ["-0.1", "3", "12"]
    assert isinstance(sessions[0], Session)


@pytest.mark.parametrize(
    ("uuid", "segment"),
    [("abc==", "abc%3D%3D"), ("/a//b+c==", "%252Fa%252F%252Fb%252Bc%253D%253D"), ("a/b=", "a%252Fb%253D")],
)
def test_a_uuid_with_a_slash_is_encoded_twice(uuid: str, segment: str) -> None:
    assert encoded_uuid(uuid) == segment


@pytest.mark.parametrize(
    ("start", "written"),
    [
        (START.astimezone(ZoneInfo("America/Los_Angeles")), "2026-12-08T19:00:00Z"),
        (datetime(2026, 7, 14, 11, 0, tzinfo=ZoneInfo("America/Los_Angeles")), "2026-07-14T18:00:00Z"),
        (datetime(2026, 12, 8, 20, 0, tzinfo=ZoneInfo("Asia/Manila")), "2026-12-08T12:00:00Z"),
        # 01:30 happens twice on that day in Los Angeles.
        (datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/Los_Angeles")), "2026-11-01T08:30:00Z"),
        (datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/Los_Angeles"), fold=1), "2026-11-01T09:30:00Z"),
    ],
)
def test_the_start_is_written_in_utc_whatever_its_zone(start: datetime, written: str) -> None:
    asked = schedule(MeetingFields("Call", start, 60, "a/b/2026-12-08", "cloud", "pass"))
    assert (asked["start_time"], asked["timezone"]) == (written, "UTC")


@pytest.mark.parametrize(
    ("item", "start"),
    [
        ({"start_time": "2026-12-08T19:00:00Z"}, START),
        ({"start_time": "2026-12-08T11:00:00", "timezone": "America/Los_Angeles"}, START),
        ({}, None),
    ],
)
def test_a_meetings_start_is_read_as_the_instant_it_is(item: dict[str, Any], start: datetime | None) -> None:
    assert read_meeting({"id": 86500000001, "join_url": "https://zoom.us/j/86500000001", **item}).start == start
