"""Is the clock right? Services say in each answer what time it is (RFC 9110 6.6.1); nobody is asked for that alone.

A board without a battery may wake up years ahead, and every call would be over.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

# Vendors' clocks are right to the second; ours may be somewhat off without harm.
TOLERANCE = timedelta(minutes=10)


def off(said: list[datetime], machine: datetime, now: datetime, *, given: bool) -> datetime | None:
    """The time that it really is, if our clock is wrong by all that was `said`; None if it is not, or nobody said
    anything.

    `machine` is this machine's clock, `now` the instant of the tick; all are of the same moment. One service that
    agrees is enough: that two clocks are wrong by the same is no accident. A `given` instant was chosen on purpose if
    the machine's own clock is right; so it was where the services live by it, too.
    """
    ours = (machine, now) if given else (now,)
    if not said or any(abs(at - clock) <= TOLERANCE for at in said for clock in ours):
        return None
    return sorted(said)[len(said) // 2]


def sentence(now: datetime, really: datetime) -> str:
    """For a person."""
    return (
        f"this machine's clock says {now.astimezone(UTC):%Y-%m-%d %H:%M} UTC, but the services say that it is"
        f" {really:%Y-%m-%d %H:%M} UTC; nothing is sent or given up until the clock is right. Set it (`timedatectl"
        " set-ntp true`)"
    )
