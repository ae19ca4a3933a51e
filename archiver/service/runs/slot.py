"""Slot: which moments a cron expression names, in its own time zone. Pure.

The slot that is due is the latest one that has passed; whether it was run is asked of the agenda, by the slot itself. So a machine that was
off for a week catches up once, and no clock that jumps, forward or back, runs a slot twice or loses those to come. Slots are kept in UTC.

Daylight saving as Debian's cron has it, through cronsim: a job at a fixed hour that falls into the gap runs right after it, one in the
repeated hour runs once; jobs with a wildcard hour run by the hours that really pass. That counting backwards gives the same slots as
counting forwards was checked over a year in five zones (`tests/service/test_slot.py`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim

MINUTE = timedelta(minutes=1)


def latest(cron: str, zone: str, now: datetime) -> datetime | None:
    """Return the latest slot at or before `now`, UTC; None where the expression names none (31 February)."""
    upper = now.astimezone(UTC).replace(second=0, microsecond=0) + MINUTE
    found = next(CronSim(cron, upper.astimezone(ZoneInfo(zone)), reverse=True), None)
    return found.astimezone(UTC) if found else None


def following(cron: str, zone: str, now: datetime) -> datetime | None:
    """Return the first slot after `now`, UTC; None where there is none."""
    found = next(CronSim(cron, now.astimezone(ZoneInfo(zone))), None)
    return found.astimezone(UTC) if found else None
