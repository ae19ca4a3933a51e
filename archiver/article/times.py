"""Times as machines write them: ISO 8601 and RFC 2822. The day is that of the zone in which a time is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate, parsedate_tz

ISO = re.compile(r"\s*([0-9]{4})[-/]?([01][0-9])[-/]?([0-3][0-9])(?![0-9])")
CLOCK = re.compile(  # behind the day
    r"(?:T|\s)\s*([0-9]{1,2}):?([0-9]{2})(?::?([0-9]{1,2})(?:[.,][0-9]+)?)?\s*(?:(Z|GMT|UTC)|([+-])([0-9]{2}):?([0-9]{2}))", re.IGNORECASE
)
ZONED = re.compile(r"[0-9]\s+(?:GMT|UTC|[+-][0-9]{4})\s*$")  # and not `GMT+0100`, which the standard library takes for GMT
LONGEST = 64
WEST, NEAR, EAST = (timedelta(hours=hours) for hours in (-10, 3, 13))  # Hawaii; Eastern Europe; New Zealand in its summer


@dataclass(frozen=True, slots=True)
class Time:
    """A time: the day that it is written with, ISO, and the instant (UTC) where it says a zone; `is_utc` where that is none."""

    day: str
    instant: datetime | None = None
    is_utc: bool = False


def iso_date(written: object) -> str | None:
    """Return the date of an ISO 8601 or RFC 2822 time as ISO, in the zone that it is written in; None for anything else."""
    if not isinstance(written, str):
        return None
    matched = ISO.match(written)
    numbers = matched.groups() if matched else (parsedate(written) or ())[:3] if len(written) < LONGEST else ()
    try:
        return date(*map(int, numbers)).isoformat() if len(numbers) == 3 else None
    except ValueError:
        return None


def time_of(written: object) -> Time | None:
    """Return an ISO 8601 or RFC 2822 time; None for anything else."""
    day = iso_date(written)
    if day is None or not isinstance(written, str):
        return None
    matched = ISO.match(written)
    try:
        instant = _iso_instant(day, written[matched.end() : LONGEST]) if matched else _mail_instant(written)
    except (ValueError, OverflowError):
        instant = None
    if instant is None:
        return Time(day)
    return Time(day, instant.astimezone(UTC), instant.utcoffset() == timedelta())


def has_day(instant: datetime, day: str, east: timedelta = EAST) -> bool:
    """Tell whether an instant falls on a day (ISO) in a zone that people live in, no farther east than one."""
    try:
        return (instant + WEST).date().isoformat() <= day <= (instant + east).date().isoformat()
    except OverflowError:
        return False


def _iso_instant(day: str, behind: str) -> datetime | None:
    clock = CLOCK.match(behind)
    if clock is None:
        return None
    hour, minute, second, utc, sign, hours, minutes = clock.groups()
    offset = timedelta() if utc else timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), timezone(offset)).replace(
        hour=int(hour), minute=int(minute), second=int(second or 0)
    )


def _mail_instant(written: str) -> datetime | None:
    read = parsedate_tz(written) if ZONED.search(written) else None
    return datetime(*read[:6], tzinfo=timezone(timedelta(seconds=read[9] or 0))) if read else None
