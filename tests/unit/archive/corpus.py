"""Names as people type them, in folders of several communities, each with the call that is meant, or - where none is to be found.

Written before the matching was, but for the last five folders. `name | created | recurrence id or -`, the middle empty where nobody knows. Each
folder is judged as a whole, as the order of day and month is settled by the other names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True)
class Folder:
    source: str
    title: str
    zone: str
    every: str
    at: time
    names: str


AMERICAN = Folder("drive", "FLOSS-Mentoring monthly call", "America/Los_Angeles", "second Tuesday of the month", time(11), """
FLOSS Mentoring 3-11-25.mp4 | 2025-03-12 | 2025-03-11
FLOSS Mentoring 4-8-25.mp4 | 2025-04-09 | 2025-04-08
FLOSS Mentoring 5-13-25.mp4 | 2025-05-13 | 2025-05-13
FLOSS Mentoring 6-10-2025 final (2).mp4 | 2025-06-15 | 2025-06-10
FLOSS Mentoring call 07_08_2025.mp4 | 2025-07-10 | 2025-07-08
FLOSS-Mentoring 8.12.25.mp4 | 2025-08-13 | 2025-08-12
floss mentoring 9 9 25.mov | 2025-09-10 | 2025-09-09
FLOSSMentoring_10142025.mp4 | 2025-10-14 | 2025-10-14
FLOSS Mentoring 111125.mp4 | 2025-11-12 | 2025-11-11
12/09/25 monthly call.mp4 | 2025-12-10 | 2025-12-09
January 14th, 2025 FLOSS Mentoring.mp4 | 2025-01-20 | 2025-01-14
Feb 11 2025.mp4 | 2025-02-11 | 2025-02-11
March call – Emily on mentoring | 2024-03-14 | 2024-03-12
April 2024 call.mp4 | 2024-04-11 | 2024-04-09
Monthly Call (May 2024).mp4 | 2025-01-01 | 2024-05-14
GMT20240611-180512_Recording_1920x1080.mp4 | 2024-06-12 | 2024-06-11
GMT20240709-175830_Recording_gallery_1280x720.mp4 | 2024-07-09 | 2024-07-09
GMT20240813-180100_Recording.m4a | 2024-08-13 | 2024-08-13
GMT20240813-180100_Recording.transcript.vtt | 2024-08-13 | -
GMT20240910-180212_Recording_avo_640x360.mp4 | 2024-09-10 | 2024-09-10
2024-10-08 FLOSS Mentoring - Newcomers with Priya Shah.mp4 | 2024-10-09 | 2024-10-08
20241112 recording.mp4 | 2024-11-14 | 2024-11-12
2024.12.10.mp4 | 2024-12-11 | 2024-12-10
2024_01_09_floss_mentoring.mp4 | 2024-01-10 | 2024-01-09
FLOSS Mentoring (2024-02-13 11:03 GMT-8).mp4 | 2024-02-13 | 2024-02-13
FLOSS Mentoring Tue 10 Oct 2023.mp4 | 2023-10-11 | 2023-10-10
September 12 recording.mp4 | 2023-09-13 | 2023-09-12
Copy of November 14, 2023.mp4 | 2023-12-01 | 2023-11-14
call-12-dec-23-part1.mp4 | 2023-12-13 | 2023-12-12
call-12-dec-23-part2.mp4 | 2023-12-13 | 2023-12-12
Mentoring call 1/13/26.mp4 | 2026-01-14 | 2026-01-13
2/10 call.mp4 | 2026-02-11 | 2026-02-10
FLOSS-Mentoring_March-10th-2026_FINAL.mp4 | 2026-03-10 | 2026-03-10
Apr14_2026.mp4 | 2026-04-15 | 2026-04-14
Tuesday, May 12, 2026 at 11.00.mp4 | 2026-05-12 | 2026-05-12
2026-06-09 11-02-33.mkv | 2026-06-09 | 2026-06-09
JULY 14 2026 - FLOSS MENTORING.MP4 | 2026-07-15 | 2026-07-14
FLOSS mentoring 8-11-26 edited.mp4 | 2026-08-20 | 2026-08-11
2026-09-08T18-02-11Z.mp4 | 2026-09-09 | 2026-09-08
Sept. 8, 2026 audio.m4a | 2026-09-09 | 2026-09-08
Oct 13 2026 (uploaded Oct 16 2026).mp4 | 2026-10-16 | 2026-10-13
Logo.png | 2025-03-11 | -
Budget 2025-03-11.xlsx | 2025-03-11 | -
Untitled.mp4 | 2025-03-20 | -
zoom_0.mp4 | 2025-06-01 | -
video1741716312.mp4 | 2025-09-20 | -
Welcome to FLOSS Mentoring.mp4 | 2025-04-01 | -
FLOSS Mentoring 3-18-25.mp4 | 2025-03-18 | -
2025-03-25 planning.mp4 | 2025-03-25 | -
Board meeting 2025-04-08.mp4 | 2025-04-08 | -
March call.mp4 | 2026-11-01 | -
Next call June 10, 2025 teaser.mp4 | 2025-06-01 | -
""")

AMERICAN_NOTES = Folder("notes", "FLOSS-Mentoring monthly call", "America/Los_Angeles", "second Tuesday of the month", time(11), """
Tue Mar 11, 2025 | | 2025-03-11
2025/04/08 Notes | | 2025-04-08
📅 May 13, 2025 | | 2025-05-13
[2025-06-10] Monthly call | | 2025-06-10
July 8th 2025 – Ana on first issues | | 2025-07-08
Meeting notes: August 12, 2025 | | 2025-08-12
9/9/2025 | | 2025-09-09
10/14/2025 Notes | | 2025-10-14
11/11/25 | | 2025-11-11
12/9/25 – Sam: Reviewing | | 2025-12-09
Monthly Call January 2025 | | 2025-01-14
Notes for Feb. 11th, '25 | | 2025-02-11
Agenda | | -
Action items | | -
Next call: April 14, 2026 | | -
Tuesday the 14th of April, 2026 | | 2026-04-14
Wed Mar 11, 2026 | | -
Goals for 2026 | | -
December 10 2024 | | 2024-12-10
Nov 12th, 2024 | | 2024-11-12
8 October 2024 | | 2024-10-08
2024-09-10T11:00 | | 2024-09-10
Second Tuesday of August 2024 | | 2024-08-13
Tue, 9 Jul 2024 | | 2024-07-09
June 11 – 2024 | | 2024-06-11
Call of 2024-05-14 (42 people!) | | 2024-05-14
Apr 9, 2024 | | 2024-04-09
""")

GERMAN = Folder("drive", "Donnerstagsrunde", "Europe/Berlin", "every Thursday", time(18), """
Donnerstagsrunde 04.01.2024.mp4 | 2024-01-05 | 2024-01-04
Donnerstagsrunde 11.1.24.mp4 | 2024-01-12 | 2024-01-11
Runde vom 18. Januar 2024.mp4 | 2024-01-19 | 2024-01-18
Do 25.01.2024 Aufzeichnung.mp4 | 2024-01-26 | 2024-01-25
01.02.24 - Jana über Linux.mp4 | 2024-02-02 | 2024-02-01
8. Februar 2024 final.mp4 | 2024-02-08 | 2024-02-08
15_02_2024_runde.mp4 | 2024-02-16 | 2024-02-15
2024-02-22 Runde.mp4 | 2024-02-23 | 2024-02-22
29. Feb. 2024.mp4 | 2024-03-01 | 2024-02-29
7. März 2024.mp4 | 2024-03-07 | 2024-03-07
Runde 14.Maerz 2024.mp4 | 2024-03-15 | 2024-03-14
21-03-2024.mp4 | 2024-03-21 | 2024-03-21
28 Mrz 2024.mp4 | 2024-03-28 | 2024-03-28
04/04/2024 Mitschnitt.mp4 | 2024-04-05 | 2024-04-04
GMT20240411-160231_Recording_1920x1080.mp4 | 2024-04-11 | 2024-04-11
Donnerstag, 18. April 2024.mp4 | 2024-04-18 | 2024-04-18
02.05.2024 Teil 1.mp4 | 2024-05-03 | 2024-05-02
02.05.2024 Teil 2.mp4 | 2024-05-03 | 2024-05-02
16. Mai 2024.mp4 | 2024-05-17 | 2024-05-16
6.6.2024.mp4 | 2024-06-07 | 2024-06-06
20240613_Runde.mp4 | 2024-06-13 | 2024-06-13
11. Juli 2024 Sommerfest.mp4 | 2024-07-12 | 2024-07-11
10.10.2024.mp4 | 2024-10-10 | 2024-10-10
7.11.2024 Runde.mp4 | 2024-11-20 | 2024-11-07
12. Dezember 2024.mp4 | 2024-12-13 | 2024-12-12
Runde 5. Dez. 24.mp4 | 2024-12-06 | 2024-12-05
August 2024.mp4 | 2024-09-10 | -
Runde April.mp4 | 2024-04-20 | -
Nächste Runde 09.01.2025.mp4 | 2024-12-20 | -
Sommerfest 13.07.2024.mp4 | 2024-07-14 | -
Satzung.pdf | 2024-01-04 | -
Runde.mp4 | 2024-01-08 | -
""")

LATIN = Folder("drive", "Conversa mensal", "America/Sao_Paulo", "last Friday of the month", time(16), """
Conversa 26 de janeiro de 2024.mp4 | 2024-01-27 | 2024-01-26
conversa 23-02-2024.mp4 | 2024-02-24 | 2024-02-23
Conversa mensal 29/03/24.mp4 | 2024-03-30 | 2024-03-29
26 abr 2024.mp4 | 2024-04-27 | 2024-04-26
maio de 2024.mp4 | 2024-06-03 | 2024-05-31
Sexta-feira, 28 de junho de 2024.mp4 | 2024-06-28 | 2024-06-28
2024-07-26.mp4 | 2024-07-26 | 2024-07-26
30 de agosto 2024 - com Beatriz Souza.mp4 | 2024-09-02 | 2024-08-30
27set2024.mp4 | 2024-09-28 | 2024-09-27
25 octubre 2024.mp4 | 2024-10-25 | 2024-10-25
Conversa de novembro 2024.mp4 | 2024-12-02 | 2024-11-29
27 de diciembre de 2024.mp4 | 2024-12-28 | 2024-12-27
31 enero 2025.mp4 | 2025-01-31 | 2025-01-31
vendredi 28 février 2025.mp4 | 2025-03-01 | 2025-02-28
28 MARÇO 2025.mp4 | 2025-03-29 | 2025-03-28
Março.mp4 | 2024-04-02 | 2024-03-29
25 aprile 2025.mp4 | 2025-04-25 | 2025-04-25
30 мая 2025.mp4 | 2025-05-30 | 2025-05-30
27 czerwca 2025.mp4 | 2025-06-28 | 2025-06-27
2025年7月25日.mp4 | 2025-07-25 | 2025-07-25
29 août 2025.mp4 | 2025-08-29 | 2025-08-29
26 Eylül 2025.mp4 | 2025-09-26 | 2025-09-26
31 oktober 2025.mp4 | 2025-10-31 | 2025-10-31
28 listopada 2025.mp4 | 2025-11-28 | 2025-11-28
26 december 2025.mp4 | 2025-12-26 | 2025-12-26
Recado da Beatriz.mp4 | 2024-08-31 | -
Oficina 14-06-2024.mp4 | 2024-06-15 | -
""")

EVENING = Folder("drive", "Evening Hackers", "America/Los_Angeles", "first Wednesday of the month", time(18, 30), """
GMT20240104-023105_Recording_1920x1080.mp4 | 2024-01-04 | 2024-01-03
GMT20240208-023012_Recording.mp4 | 2024-02-08 | 2024-02-07
GMT20240307-022901_Recording_as_1920x1080.mp4 | 2024-03-07 | 2024-03-06
GMT20240404-012959_Recording_1920x1080.mp4 | 2024-04-04 | 2024-04-03
20240502T013105Z.mp4 | 2024-05-02 | 2024-05-01
2024-06-05 18.30.21 Evening Hackers 83812345678.mp4 | 2024-06-06 | 2024-06-05
Evening Hackers (2024-07-03 18:31 GMT-7) | 2024-07-04 | 2024-07-03
2024-08-08 Evening Hackers.mp4 | 2024-08-08 | 2024-08-07
abc-defg-hij (2024-09-04 at 18:32 GMT-7).mp4 | 2024-09-05 | 2024-09-04
evening-hackers-2024-10.mp4 | 2024-10-05 | 2024-10-02
202411 evening hackers.mp4 | 2024-11-08 | 2024-11-06
12-2024 Evening Hackers.mp4 | 2024-12-06 | 2024-12-04
GMT20240104-180000_Recording.mp4 | 2024-01-04 | -
GMT20240110-023105_Recording.mp4 | 2024-01-10 | -
GMT20240208-023012_Recordingchat.txt | 2024-02-08 | -
2024-06-06 breakfast club.mp4 | 2024-06-06 | -
""")

UNSETTLED = Folder("drive", "Weekly call", "UTC", "every other Tuesday", time(17), """
call 06-05-25.mp4 | 2026-06-01 | -
04-03-2025 recording.mp4 | 2026-06-01 | -
2025-01-14.mp4 | 2026-06-01 | 2025-01-14
25-01-28.mp4 | 2026-06-01 | 2025-01-28
Feb 11.mp4 | 2026-06-01 | -
Feb 25 2025 - 90 minutes.mp4 | 2026-06-01 | 2025-02-25
March 11, 25.mp4 | 2026-06-01 | 2025-03-11
""")

# These were written when the others were read right, and have been what they are since.
WEEKLY = Folder("drive", "Rust study group", "Europe/London", "every Wednesday", time(19), """
Study group – week of March 10, 2025 | 2025-03-13 | -
2025-03-12 study group.mp4 | 2025-03-13 | 2025-03-12
Study Group 12/03.mp4 | 2025-03-13 | 2025-03-12
Study Group 19.03 part 2 of 3.mp4 | 2025-03-20 | 2025-03-19
Wed 26 Mar.mp4 | 2025-03-27 | 2025-03-26
Wednesday 2nd April.mp4 | 2025-04-03 | 2025-04-02
rust 1.85 9 April 2025.mp4 | 2025-04-10 | 2025-04-09
rust-2024-edition.mp4 | 2025-04-10 | -
Rust 2024 edition with Kim, 16 April 2025.mp4 | 2025-04-17 | 2025-04-16
Study group #23 (23-04-25).mp4 | 2025-04-24 | 2025-04-23
StudyGroup_2025-04-30_19-02.mkv | 2025-05-01 | 2025-04-30
Chapter 7-9.mp4 | 2025-07-10 | -
ch 5-7 recording.mp4 | 2025-05-08 | -
Recording from 07 May 2025 at 19:03.mp4 | 2025-05-08 | 2025-05-07
Study group may 14th.mp4 | 2025-05-14 | 2025-05-14
GMT20250521-180312_Recording_1920x1080.mp4 | 2025-05-22 | 2025-05-21
video_2025-05-28_19-05-11.mp4 | 2025-05-29 | 2025-05-28
4 June.mp4 | 2025-06-05 | 2025-06-04
June.mp4 | 2025-06-30 | -
study-group-11-june-25.webm | 2025-06-12 | 2025-06-11
18062025.mp4 | 2025-06-19 | 2025-06-18
250625 study group.mp4 | 2025-06-26 | 2025-06-25
Study group 2.7.25.mp4 | 2025-07-03 | 2025-07-02
Study group 9/7/25.mp4 | 2025-07-10 | 2025-07-09
1.84.1 walkthrough.mp4 | 2025-02-05 | -
Sprint 24-01-2025.mp4 | 2025-01-24 | -
Christmas social 25.12.2024.mp4 | 2024-12-27 | 2024-12-25
lightning talks 8-1-25.mp4 | 2025-01-09 | 2025-01-08
Study group 15th January '25 (re-upload).mp4 | 2025-09-01 | 2025-01-15
Re: Study group 22 January 2025.mp4 | 2025-01-22 | 2025-01-22
29 Jan 25 - ownership - with Sam O'Neil.mp4 | 2025-01-30 | 2025-01-29
05feb2025.mp4 | 2025-02-06 | 2025-02-05
Study group Feb 12 & 19 2025.mp4 | 2025-02-20 | -
Feb 26th, 2025: async.mp4 | 2025-02-27 | 2025-02-26
5 Mar.mp4 | 2025-03-06 | 2025-03-05
20241106T190233.mp4 | 2024-11-07 | 2024-11-06
WhatsApp Video 2024-11-13 at 19.04.11.mp4 | 2024-11-14 | 2024-11-13
Zoom Meeting 2024-11-20 19.01.33.mp4 | 2024-11-21 | 2024-11-20
November 27.mp4 | 2024-11-28 | 2024-11-27
27-11.mp4 | 2024-11-28 | 2024-11-27
2024, December 4.mp4 | 2024-12-05 | 2024-12-04
Dec. 11 (2024).mp4 | 2024-12-12 | 2024-12-11
Study group 18 Dec [2024].mp4 | 2024-12-19 | 2024-12-18
10th of Sept. 2025 final FINAL v2.mp4 | 2025-09-11 | 2025-09-10
17.09.mp4 | 2025-09-18 | 2025-09-17
2025-09-24 (2).mp4 | 2025-09-25 | 2025-09-24
Backup 2025-10-05 of 2025-10-01.mp4 | 2025-10-05 | 2025-10-01
1 Oct 2025 study group -- edited 3 Oct 2025.mp4 | 2025-10-03 | 2025-10-01
8102025.mp4 | 2025-10-09 | -
Wk 42.mp4 | 2025-10-16 | -
Meeting ID 832 1234 5678.mp4 | 2025-10-16 | -
15 Oktober 2025.mp4 | 2025-10-16 | 2025-10-15
22 / 10 / 2025.mp4 | 2025-10-23 | 2025-10-22
study_group_29_10_25_v1.2.mp4 | 2025-10-30 | 2025-10-29
5th Nov 2025 11am.mp4 | 2025-11-06 | 2025-11-05
Tue 12 Nov 2025.mp4 | 2025-11-13 | -
""")

BY_YEARS = Folder("notes", "FLOSS-Mentoring monthly call", "America/Los_Angeles", "second Tuesday of the month", time(11), """
2025 | | -
March 11 | | 2025-03-11
April 8th: Ana, first issues | | 2025-04-08
Tue 5/13 | | 2025-05-13
TODO before June 10 | | -
June (10th) | | 2025-06-10
July | | 2025-07-08
2024 | | -
Dec 10, 11am PT | | 2024-12-10
Nov 12 – Election chat | | 2024-11-12
Action items from Nov 12 | | -
October call | | 2024-10-08
10-09-2024 | | 2024-09-10
13-08-2024 | | 2024-08-13
FLOSS Mentoring Call | July 9, 2024 | | 2024-07-09
Notes 2024.06.11 | | 2024-06-11
14.05.2024 | | 2024-05-14
Meeting on 04/09/24 | | -
""")

NINTH = Folder("drive", "Community call", "America/New_York", "day 9 of the month", time(20), """
Community Call 1_9_2025.mp4 | 2025-01-10 | 2025-01-09
Community Call 02092025.mp4 | 2025-02-10 | 2025-02-09
GMT20250310-000312_Recording.mp4 | 2025-03-10 | 2025-03-09
GMT20250410-000101_Recording_640x360.mp4 | 2025-04-10 | 2025-04-09
2025-05-10 (UTC) community call.mp4 | 2025-05-10 | 2025-05-09
9-6-2025.mp4 | 2025-06-10 | 2025-06-09
CommunityCallJuly9.mp4 | 2025-07-09 | 2025-07-09
community-call-aug-9th.mp4 | 2025-08-10 | 2025-08-09
Sep 9 2025 Community Call - John Smith on CI_CD.mp4 | 2025-09-10 | 2025-09-09
Oct9.mp4 | 2025-10-10 | 2025-10-09
CC_11.09.25.mp4 | 2025-11-10 | 2025-11-09
December's call.mp4 | 2024-12-11 | 2024-12-09
2024 november call recording.mp4 | 2024-11-12 | 2024-11-09
call (9 Oct 24).mp4 | 2024-10-10 | 2024-10-09
2024-09.mp4 | 2024-09-11 | 2024-09-09
09-08-24 call.mp4 | 2024-08-10 | 2024-08-09
24.07.09.mp4 | 2024-07-10 | 2024-07-09
june 9.mp4 | 2024-06-09 | 2024-06-09
COMMUNITY CALL MAY 2024.MP4 | 2024-05-11 | 2024-05-09
Nov. 9th – welcome | 2023-11-12 | 2023-11-09
Intro to git (may be long).mp4 | 2024-05-12 | -
March of progress.mp4 | 2024-03-11 | -
April's introduction.mp4 | 2024-04-11 | -
Onboarding with June Lee.mp4 | 2024-06-12 | -
August Wilson interview.mp4 | 2024-08-12 | -
Talk by Jan on 3D.mp4 | 2025-01-10 | -
1080p.mp4 | 2025-01-10 | -
2025 roadmap.mp4 | 2025-01-10 | -
Sprint review 2025-01-10.mp4 | 2025-01-10 | -
Demo 10 Jan 2025.mp4 | 2025-01-10 | -
community call 2025-01-08.mp4 | 2025-01-12 | -
Year in review 2024.mp4 | 2024-12-20 | -
Release 9.9.mp4 | 2025-09-10 | -
v0.9.25.mp4 | 2025-10-01 | -
9.mp4 | 2025-09-10 | -
""")

PROTOCOLS = Folder("notes", "Hilfe-Runde", "Europe/Berlin", "first Monday of the month", time(19), """
Protokoll vom 3. Februar 2025 | | 2025-02-03
Montag, 3. März 2025 | | 2025-03-03
7.4.2025 | | 2025-04-07
05.05.25: Gäste | | 2025-05-05
Juni 2025 | | 2025-06-02
2025-07-07 Runde | | 2025-07-07
Vorbereitung 4. August 2025 | | -
1. September | | -
6.10.2025 – Lea über Barrierefreiheit | | 2025-10-06
Nächstes Treffen: 3.11.2025 | | -
Treffen am 03.11.2025 | | 2025-11-03
1. Dezember 2025 (ausgefallen) | | -
5. Januar 2026 / Jahresplan | | 2026-01-05
""")

HOUR = Folder("drive", "Open Source Hour", "Asia/Kolkata", "third Saturday of the month", time(10, 30), """
OSH 18 Jan 2025.mp4 | 2025-01-19 | 2025-01-18
OSH_15_02_25.mp4 | 2025-02-16 | 2025-02-15
Open Source Hour - 15th March, 2025.mp4 | 2025-03-16 | 2025-03-15
GMT20250419-045812_Recording.mp4 | 2025-04-19 | 2025-04-19
17-May-2025 OSH.mp4 | 2025-05-18 | 2025-05-17
Sat, 21 Jun 2025.mp4 | 2025-06-22 | 2025-06-21
19/7/25.mp4 | 2025-07-20 | 2025-07-19
Open-source-hour-aug-2025.mp4 | 2025-08-17 | 2025-08-16
Session 9 (20.9.2025).mp4 | 2025-09-21 | 2025-09-20
2025 10 18 hour.mp4 | 2025-10-19 | 2025-10-18
15Nov.mp4 | 2025-11-16 | 2025-11-15
OSH Dec 20 2025 – Asha on Wikidata.mp4 | 2025-12-21 | 2025-12-20
OSH#12 20th december, 2025 backup.mp4 | 2025-12-22 | 2025-12-20
Saturday 17 January 2026.mp4 | 2026-01-18 | 2026-01-17
2026.2.21.mp4 | 2026-02-22 | 2026-02-21
21.03.26.mp4 | 2026-03-22 | 2026-03-21
18-4-26 OSH.mp4 | 2026-04-19 | 2026-04-18
third saturday of may 2026.mp4 | 2026-05-17 | 2026-05-16
June 2026 Open Source Hour.mp4 | 2026-06-21 | 2026-06-20
Hour 18.07.2026.mp4 | 2026-07-19 | 2026-07-18
sept call.mp4 | 2026-09-20 | -
Sep call.mp4 | 2026-09-20 | -
September call.mp4 | 2026-09-20 | 2026-09-19
Meetup 16.8.mp4 | 2025-08-17 | -
Meeting minutes 17 Oct 26.mp4 | 2026-10-18 | 2026-10-17
Hacktoberfest kickoff 2026-10-03.mp4 | 2026-10-04 | -
Jan 2024 - Mar 2024 highlights.mp4 | 2024-04-02 | -
2024-2025 best of.mp4 | 2025-01-20 | -
20-24 January 2025 sprint.mp4 | 2025-01-25 | -
Test 15-03-2025.mp4 | 2025-03-14 | -
OSH test recording 15-03-2025.mp4 | 2025-03-14 | -
1st anniversary.mp4 | 2025-09-21 | -
OSH 2025-03-15 and 2025-04-19 merged.mp4 | 2025-04-20 | -
15.mp4 | 2025-03-16 | -
3-15.mp4 | 2025-03-16 | 2025-03-15
0315.mp4 | 2025-03-16 | -
Mar15 OSH.mp4 | 2025-03-15 | 2025-03-15
Open Source Hour 16 Mar 2025.mp4 | 2025-03-16 | -
""")

FOLDERS = (HOUR, WEEKLY, BY_YEARS, NINTH, PROTOCOLS, AMERICAN, AMERICAN_NOTES, GERMAN, LATIN, EVENING, UNSETTLED)
