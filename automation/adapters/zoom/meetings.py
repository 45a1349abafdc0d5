"""Zoom meetings and their cloud recordings (Zoom API reference, "Meetings" and "Cloud Recording")."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote

import requests

from automation.adapters.wire.deadline import TOTAL
from automation.adapters.wire.http import Purpose, parsed
from automation.adapters.zoom.download import Download, opened
from automation.adapters.zoom.fields import read_meeting, read_page, schedule
from automation.adapters.zoom.login import ZoomLogin
from automation.adapters.zoom.recording import (
    Recorded,
    Session,
    choose,
    encoded_uuid,
    is_near,
    near,
    read_recording,
    read_sessions,
)
from automation.adapters.zoom.wire import SERVICE, ZoomWire, error_of, refused
from automation.domain.errors import Conflict, Permanent, Stopped, Transient
from automation.domain.recordings import CloudRecording
from automation.domain.services import MeetingFields, SeenMeeting

SCHEDULED = 2
PAGE_SIZE = 300
# More sessions of one meeting around one call than this are not looked at.
MOST_SESSIONS = 5
NO_REGISTRATION = 2
MEETING_GOES_ON, MEETING_IS_OVER = 3002, 3007


class ZoomMeetings:
    """The scheduled meetings of one host. Holds an HTTP session and an access token."""

    def __init__(
        self,
        login: ZoomLogin,
        host: str,
        *,
        total: float = TOTAL,
        heard: Callable[[requests.Response], None] | None = None,
    ) -> None:
        """Take the app's login and the host as user id or e-mail address (`me` does not work with this kind of login).
        `total`: seconds that a request may take in all; `heard` is shown each answer."""
        self._total = total
        self._wire = ZoomWire(login, total=total, heard=heard)
        self._host = host

    def meetings(self) -> list[SeenMeeting]:
        """All scheduled meetings of the host that have not expired; without passcodes, which Zoom leaves out of
        lists."""
        purpose = Purpose(SERVICE, "list the meetings", safe=True)
        found: list[SeenMeeting] = []
        token, shown = "", {""}
        while True:
            params: dict[str, str | int] = {"type": "scheduled", "page_size": PAGE_SIZE}
            if token:
                params["next_page_token"] = token
            answer = self._wire.ask(purpose, "GET", self._of_host(), params=params)
            if answer.status_code != requests.codes.ok:
                raise refused(purpose, answer)
            page, following = parsed(purpose, answer, read_page)
            found += page
            if following in shown:  # the end; or, from a page shown already, a list that would have none
                return found
            token = following
            shown.add(token)

    def get(self, meeting_id: str) -> SeenMeeting | None:
        """The meeting with its passcode; None if it is gone."""
        purpose = Purpose(SERVICE, "read the meeting", safe=True)
        answer = self._wire.ask(purpose, "GET", _of_meeting(meeting_id))
        if answer.status_code == requests.codes.not_found:
            return None
        if answer.status_code != requests.codes.ok:
            raise refused(purpose, answer)
        return parsed(purpose, answer, read_meeting)

    def create(self, fields: MeetingFields) -> SeenMeeting:
        """Create a scheduled meeting. Raises Unknown after a 5xx or a lost answer: Zoom has no way to create one only
        once, so look for the mark in `agenda` before doing it again."""
        purpose = Purpose(SERVICE, "create the meeting", safe=False)
        body = {
            **schedule(fields),
            "type": SCHEDULED,
            "settings": {
                "auto_recording": fields.recording,
                # A waiting room would keep people out until the host comes, join_before_host notwithstanding.
                "join_before_host": True,
                "waiting_room": False,
                "mute_upon_entry": True,
                "approval_type": NO_REGISTRATION,
                "use_pmi": False,
            },
        }
        if fields.passcode:
            body["password"] = fields.passcode
        answer = self._wire.ask(purpose, "POST", self._of_host(), json=body)
        if answer.status_code not in (requests.codes.created, requests.codes.ok):
            raise refused(purpose, answer)
        return parsed(purpose, answer, read_meeting)

    def update(self, meeting_id: str, fields: MeetingFields) -> None:
        """Write topic, time, length and mark; passcode and settings stay as they are. Raises Conflict if the meeting is
        gone."""
        purpose = Purpose(SERVICE, "change the meeting", safe=True)
        answer = self._wire.ask(purpose, "PATCH", _of_meeting(meeting_id), json=schedule(fields))
        if answer.status_code == requests.codes.not_found:
            raise Conflict(SERVICE, f"could not {purpose.what}: it was deleted in Zoom; it will be looked for again")
        if answer.status_code not in (requests.codes.no_content, requests.codes.ok):
            raise refused(purpose, answer)

    def delete(self, meeting_id: str) -> None:
        """Delete the meeting. Gone already, and over already, count as done; Transient while it is going on."""
        purpose = Purpose(SERVICE, "delete the meeting", safe=True)
        answer = self._wire.ask(purpose, "DELETE", _of_meeting(meeting_id))
        if answer.status_code in (requests.codes.no_content, requests.codes.ok, requests.codes.not_found):
            return
        code, _ = error_of(answer)
        if answer.status_code == requests.codes.bad_request and code == MEETING_IS_OVER:
            return
        if answer.status_code == requests.codes.bad_request and code == MEETING_GOES_ON:
            raise Transient(SERVICE, f"could not {purpose.what}: people are in it; it will be tried again")
        raise refused(purpose, answer)

    def recording(self, meeting_id: str, start: datetime, end: datetime) -> CloudRecording | None:
        """The recording of the call planned for [start, end), aware; None while there is none, for whatever reason.

        Of several sessions around that time `choose` takes one. Where Zoom lists no session, its answer for the bare
        meeting id counts if it began within 12 hours of the planned start.
        """
        sessions = near(self._sessions(meeting_id), start)[:MOST_SESSIONS]
        found = [
            recorded for session in sessions if (recorded := self._recording_of(encoded_uuid(session.uuid))) is not None
        ]
        if not sessions:
            latest = self._recording_of(quote(meeting_id, safe=""))
            found = [latest] if latest is not None and is_near(latest.recording.started, start) else []
        return choose(found, start, end, more_to_come=len(found) < len(sessions))

    def download(self, recording: CloudRecording, start: int = 0) -> Download:
        """Open the recording's video file from that byte on; read it piece by piece and close it."""
        return opened(self._wire, recording.download_url, start, self._total)

    def _sessions(self, meeting_id: str) -> list[Session]:
        purpose = Purpose(SERVICE, "list when the meeting took place", safe=True)
        answer = self._wire.ask(purpose, "GET", f"past_meetings/{quote(meeting_id, safe='')}/instances")
        if answer.status_code == requests.codes.not_found:
            return []
        if answer.status_code != requests.codes.ok:
            error = refused(purpose, answer)
            # An app made without the scope for this list can still ask for the latest recording.
            if isinstance(error, Permanent):
                return []
            raise error
        return parsed(purpose, answer, read_sessions)

    def _recording_of(self, segment: str) -> Recorded | None:
        purpose = Purpose(SERVICE, "look for the recording", safe=True)
        answer = self._wire.ask(purpose, "GET", f"meetings/{segment}/recordings")
        # 3301: none, or not yet. Zoom does not tell these two apart.
        if answer.status_code == requests.codes.not_found:
            return None
        if answer.status_code != requests.codes.ok:
            raise refused(purpose, answer)
        return parsed(purpose, answer, read_recording)

    def _of_host(self) -> str:
        if not self._host or self._host == "me":
            what = (
                "could not use Zoom: no host is named; put the e-mail address of a licensed user of this Zoom account"
                " into [meeting] host"
            )
            raise Stopped(SERVICE, what)
        return f"users/{quote(self._host, safe='')}/meetings"


def _of_meeting(meeting_id: str) -> str:
    return f"meetings/{quote(meeting_id, safe='')}"
