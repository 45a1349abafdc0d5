"""Names as people type them, in folders of several communities, each with the call that is meant, or - where none is to be found.

Written before the matching was. `name | created | recurrence id or -`, the middle empty where nobody knows. Each folder is judged as a whole, as the
order of day and month is settled by the other names.
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

FOLDERS = (AMERICAN, AMERICAN_NOTES, GERMAN, LATIN, EVENING, UNSETTLED)
