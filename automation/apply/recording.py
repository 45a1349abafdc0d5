"""RecordingStep -> the cloud of the provider of meetings, and the Drive folder."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from automation.apply.context import Interrupted, StepContext
from automation.apply.outcome import Done, NeedsDecision, Outcome, Waiting
from automation.apply.second_look import begin_anew, not_listed
from automation.domain.begun import RecordingBegun
from automation.domain.errors import Permanent
from automation.domain.fingerprint import fingerprint
from automation.domain.model import Call
from automation.domain.proofs import RecordingProof
from automation.domain.recordings import CloudRecording, Going, SeenFile
from automation.domain.services import MeetingService
from automation.domain.steps import RecordingStep

SOONEST = timedelta(minutes=10)
LATEST = timedelta(hours=6)
# A file that is still being uploaded or synchronised keeps changing.
STILL = timedelta(minutes=10)


def apply_recording(step: RecordingStep, context: StepContext) -> Outcome:
    """Find the recording and file it, or say when to look again."""
    if context.config.recordings.source == "drive":
        return _from_folder(step, context)
    folder = context.config.recordings.folder
    if context.reopened and folder:
        filed = context.services.drive.marked(str(step.call.id))
        if filed:
            return _filed(filed[0])
    service = context.services.meetings
    assert service is not None
    found = service.recording(step.meeting_id, step.call.start, step.call.end)
    if found is None or not found.complete:
        vendor = context.config.meeting.vendor
        reason = f"{vendor} has no recording yet" if found is None else f"{vendor} is still processing the recording"
        return Waiting(reason, _again(step, context.now))
    if not folder:
        return Done(RecordingProof(found.share_url))
    return _file(step, context, found, service)


def _file(step: RecordingStep, context: StepContext, found: CloudRecording, service: MeetingService) -> Outcome:
    """Copy it into the folder, from where an earlier attempt at the same copy has come to."""
    drive, name, folder = context.services.drive, _name(step.call, found), context.config.recordings.folder
    of = fingerprint(folder, name, found.file_id, found.size)
    session, start = _begun(context, of), 0
    if session:
        there = drive.arrived(session, found.size)
        if isinstance(there, SeenFile):
            return _filed(there)
        session, start = (session, there) if there is not None else ("", 0)
    begun = context.begun(RecordingBegun)
    if not session and begun.upload:  # what became of that upload can be asked nowhere but in the list
        unsettled = not_listed(begun, context.now, "the uploaded recording")
        if unsettled is not None:
            return unsettled
        begin_anew(context, step.key, begun)
    keep = RecordingBegun(upload=session, of=of)

    def opened(address: str) -> None:
        nonlocal keep
        keep = RecordingBegun(upload=address, of=of)
        context.ledger.begun(step.key, context.now, keep)

    with service.download(found, start) as stream:
        going = Going(session, start, opened, context.pressed)
        kind = f"video/{found.file_type.lower()}"
        file = drive.upload(name, folder, kind, str(step.call.id), stream=stream, size=found.size, going=going)
    return (
        _filed(file)
        if file is not None
        else Interrupted("the upload makes room for something else, and goes on by itself", keep)
    )


def _begun(context: StepContext, of: str) -> str:
    """The address of an upload of the very same that was begun earlier, or ""."""
    begun = _known(context)
    return begun.upload if begun.of == of else ""


def _known(context: StepContext) -> RecordingBegun:
    """What is remembered of an earlier attempt, also of one that waits."""
    return (context.receipt.attempt(RecordingBegun) if context.receipt is not None else None) or RecordingBegun()


def _again(step: RecordingStep, now: datetime) -> datetime:
    """Often at first, ever more seldom later."""
    return now + min(max((now - step.call.end) / 4, SOONEST), LATEST)


def _name(call: Call, recording: CloudRecording) -> str:
    """`2026-12-08 FLOSS-Mentoring monthly call.mp4`, without what a file system or a reader would stumble over."""
    title = re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]+', " ", call.series.title)
    return f"{call.day.isoformat()} {' '.join(title.split())[:120]}.{recording.file_type.lower()}"


def _filed(file: SeenFile) -> Done:
    return Done(RecordingProof(file.link, file.id))


def _from_folder(step: RecordingStep, context: StepContext) -> Outcome:
    """The one video that a person put into the folder after the call began; several of them are a person's decision."""
    drive = context.services.drive
    files = drive.in_folder(context.config.recordings.folder, step.call.start)
    mine = [file for file in files if file.mark == str(step.call.id)]
    videos = mine or [file for file in files if not file.mark and file.mime_type.startswith("video/")]
    named = [file for file in videos if step.call.day.isoformat() in file.name]
    videos = named if len(named) == 1 else videos
    if not videos:
        return Waiting("no recording is in the Drive folder yet", _again(step, context.now))
    if len(videos) > 1:
        return NeedsDecision(
            f"{len(videos)} new videos are in the Drive folder; put the date {step.call.day.isoformat()} into the name"
            " of the right one"
        )
    [video] = videos
    if context.now - video.modified < STILL and _known(context).size != video.size:
        return Waiting("the recording is still being uploaded", context.now + STILL, RecordingBegun(size=video.size))
    if not video.mark:
        _mark(context, video, step.call)
    return _filed(video)


def _mark(context: StepContext, video: SeenFile, call: Call) -> None:
    """A file that this account may only read stays unmarked: its link is in the ledger."""
    try:
        context.services.drive.mark(video.id, str(call.id))
    except Permanent:
        return
