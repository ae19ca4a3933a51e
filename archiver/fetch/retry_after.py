"""Retry-After: in how many seconds a server wants to be asked again, from whichever of its headers says so.

`Retry-After` (RFC 9110 §10.2.3: seconds or HTTP-date) first. Else the rate limit's own headers, where the answer is one about the limit:
its status says so, or it is an error and nothing is left of the quota. What these headers hold is nobody's standard: seconds
(RateLimit-Reset of the IETF drafts, Reddit with decimals), Unix seconds (X, GitHub), Unix milliseconds, an ISO 8601 time (Mastodon).
Numbers are told apart by their size. A date is measured against the server's own `Date`: its clock, not ours.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from archiver.fetch.exchange import Exchange

FARTHEST = 366 * 86400.0  # what is beyond a year is read as a year
EPOCH, MILLISECONDS = 10**9, 10**12  # from here on a number is a time of day in Unix seconds, in milliseconds
LIMITED = frozenset({420, 429, 503})
RESETS = ("RateLimit-Reset", "X-Rate-Limit-Reset", "X-RateLimit-Reset", "X-RateLimit-Reset-After")
LEFT = ("RateLimit-Remaining", "X-Rate-Limit-Remaining", "X-RateLimit-Remaining")


def retry_after(exchange: Exchange, now: datetime) -> float | None:
    """Return in how many seconds the server wants to be asked again, or None where it says nothing readable."""
    written = (exchange.header("Retry-After") or "").strip()
    if written:
        return _delay(written, exchange, now)
    if exchange.status not in LIMITED and not ((exchange.status or 0) >= 400 and _spent(exchange)):
        return None
    for name in RESETS:
        reset = _reset((exchange.header(name) or "").strip(), exchange, now)
        if reset is not None:
            return reset
    matched = re.search(r";\s*t=([0-9]{1,9})\b", exchange.header("RateLimit") or "")
    return _bounded(float(matched[1])) if matched else None


def _spent(exchange: Exchange) -> bool:
    return any(re.fullmatch(r"0(?:\.0+)?", (exchange.header(name) or "").strip()) for name in LEFT)


def _reset(written: str, exchange: Exchange, now: datetime) -> float | None:
    if re.fullmatch(r"[0-9]{1,14}(?:\.[0-9]{1,9})?", written):
        number = float(written)
        if number >= MILLISECONDS:
            return _bounded(number / 1000 - now.timestamp())
        return _bounded(number - now.timestamp() if number > EPOCH else number)
    if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T", written):
        return None
    try:
        when = datetime.fromisoformat(written)
    except ValueError:
        return None
    return _until(when.replace(tzinfo=UTC) if when.tzinfo is None else when, exchange, now)


def _until(when: datetime, exchange: Exchange, now: datetime) -> float:
    return _bounded((when - (_http_date(exchange.header("Date") or "") or now)).total_seconds())


def _delay(written: str, exchange: Exchange, now: datetime) -> float | None:
    if re.fullmatch(r"[0-9]+", written):
        return _bounded(float(written[:15]))
    when = _http_date(written)
    return None if when is None else _until(when, exchange, now)


def _http_date(written: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(written)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), FARTHEST)
