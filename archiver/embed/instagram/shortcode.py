"""Shortcode: how Instagram and Threads write their ids, and the time that such an id tells.

A shortcode is a number of 64 bits in base 64, most significant letter first, alphabet `A–Z a–z 0–9 - _`; case matters. Above the lowest 23
bits it counts milliseconds from 2011-08-24 21:07:01.721 UTC (platforms §11: within half a second of what the services tell). Numbers that
were given out before that count nothing and are small; they tell no time. A link to a post of a private account carries 28 letters more,
a key of its own: the post's shortcode is what stands before them.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
VALUES = {letter: value for value, letter in enumerate(LETTERS)}
KEY = 28  # letters that a private link adds
SHORTCODE = r"[A-Za-z0-9_-]{1,48}"
EPOCH = 1_314_220_021_721  # milliseconds
FIRST = 1 << 43  # in the first 17 minutes an id could still be one of the small numbers of old
UNIX = datetime(1970, 1, 1, tzinfo=UTC)
SKEW = timedelta(days=1)  # of our clock


def shortcode(written: str) -> str | None:
    """Return the post's own shortcode, without a private link's key; None for what is none."""
    if not re.fullmatch(SHORTCODE, written):
        return None
    return written[:-KEY] if len(written) > KEY else written


def created(code: str, launch: datetime, now: datetime | None = None) -> datetime | None:
    """Return the UTC time that a shortcode tells, to the millisecond; None where it tells none, or one before `launch` or after `now`."""
    plain = shortcode(code)
    if plain is None:
        return None
    number = 0
    for letter in plain:
        number = number << 6 | VALUES[letter]
    if not FIRST <= number < 1 << 64:
        return None
    moment = UNIX + timedelta(milliseconds=(number >> 23) + EPOCH)
    return moment if launch <= moment <= (now or datetime.now(UTC)) + SKEW else None
