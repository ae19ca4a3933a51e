"""Snowflake: an id that tells its own time. Integer arithmetic only; a double loses the low digits of every id since 2011.

X counts milliseconds from 2010-11-04 01:42:54.657 UTC in the bits above the lowest 22. Ids below `FIRST` were given out one after the other
and tell no time. Ids are at most 19 digits and fit a signed 64-bit integer, so no id of X lies outside [1, 2^63).

CDX servers sort by URL, so the ids of one day lie side by side and share their leading digits: 10^15 ids are 2.76 days, and one query for
`status/1549*` holds the whole of 2022-07-20. `id_prefixes` gives the prefixes of a day, `day_range` the exact bounds to filter by.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

EPOCH = 1_288_834_974_657  # milliseconds
FIRST = 29_700_859_247  # the first id that is a snowflake
LAST = 2**63 - 1
SKEW = timedelta(days=1)  # of our clock: an id may lie this far ahead before we call it impossible
UNIX = datetime(1970, 1, 1, tzinfo=UTC)
PREFIX_SPAN = 10**15


def post_id(written: str) -> str | None:
    """Return an id in its one spelling, without leading zeros, or None where `written` is not 1–19 ASCII digits in range."""
    if not re.fullmatch(r"[0-9]{1,19}", written):
        return None
    number = int(written)
    return str(number) if 0 < number <= LAST else None


def snowflake_time(written: str) -> datetime | None:
    """Return the UTC time an id was given out, to the millisecond; None for no id and for the sequential ids before November 2010."""
    identifier = post_id(written)
    if identifier is None or int(identifier) < FIRST:
        return None
    return UNIX + timedelta(milliseconds=(int(identifier) >> 22) + EPOCH)


def plausible(written: str, now: datetime | None = None) -> bool:
    """Tell whether an id can exist at `now` (default: this moment): well formed, and not from the future."""
    if post_id(written) is None:
        return False
    created = snowflake_time(written)
    return created is None or created <= (now or datetime.now(UTC)) + SKEW


def day_range(day: date, slack: int = 0) -> tuple[int, int] | None:
    """Return the lowest and the highest id of a UTC day, `slack` days more on both sides; None where there are none."""
    low = max(_at(day - timedelta(days=slack)), FIRST)
    high = min(_at(day + timedelta(days=slack + 1)) - 1, LAST)
    return (low, high) if low <= high else None


def id_prefixes(day: date, slack: int = 0) -> tuple[str, ...]:
    """Return the leading digits that the ids of a UTC day begin with, few enough to ask for one by one; () where there are none.

    A prefix also matches ids of other lengths and days: filter what comes back by `day_range`.
    """
    bounds = day_range(day, slack)
    if bounds is None:
        return ()
    leading = range(bounds[0] // PREFIX_SPAN, bounds[1] // PREFIX_SPAN + 1)
    # The first days have ids shorter than the span: any first digit is possible.
    digits = [text for number in leading for text in ([str(number)] if number else map(str, range(1, 10)))]
    return tuple(dict.fromkeys(digits))


def _at(day: date) -> int:
    milliseconds = (datetime(day.year, day.month, day.day, tzinfo=UTC) - UNIX) // timedelta(milliseconds=1)
    return (milliseconds - EPOCH) << 22
