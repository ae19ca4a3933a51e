"""Holding: one row of the catalog's mementos, as Memento and CDX speak of it.

Timestamps have 14 digits, UTC. Digests are bare, as every CDX server writes them; `mime` of a revisit is `warc/revisit`. The file is named
by its path in the store, since two snapshots may hold files of one name.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

Row = dict[str, Any]
ARCHIVE = "archive"
FIELDS = ("urlkey", "timestamp", "url", "mime", "status", "digest", "length", "offset", "filename")


def stamp(row: Row) -> str:
    """Return when a record was captured, as 14 digits."""
    return "".join(c for c in row["date"][:19] if c in "0123456789")


def moment(row: Row) -> datetime:
    """Return the same as a time, to the second."""
    return datetime.strptime(stamp(row), "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def last_second(digits: str) -> datetime:
    """Return the last second of the span that digits name: `2026` is its last day, as in other archives. The end of time for no date."""
    whole = digits + "99991231235959"[len(digits) :]
    for day in (whole[6:8], "30", "29", "28"):  # months end differently
        with suppress(ValueError):
            return datetime.strptime(whole[:6] + day + whole[8:], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return datetime.max.replace(tzinfo=UTC)


def http_date(row: Row) -> str:
    """Return the same as HTTP writes it."""
    return format_datetime(moment(row), usegmt=True)


def plain(url: str) -> str:
    """Return a URL as it may stand in a header: ASCII, nothing that ends a link or a line."""
    return quote(url, safe="%/:?#[]@!$&'()*+,;=~-._")


def fields(row: Row) -> dict[str, str]:
    """Return the fields of a CDX line, in order; what is not known is not there."""
    made = {
        "urlkey": row["key"],
        "timestamp": stamp(row),
        "url": row["url"],
        "mime": "warc/revisit" if row["type"] == "revisit" else row["media_type"] or "unk",
        "status": str(row["status"]) if row["status"] is not None else None,
        "digest": (row["digest"] or "").rpartition(":")[2] or None,
        "length": str(row["length"]),
        "offset": str(row["offset"]),
        "filename": f"{row['snapshot']}/{ARCHIVE}/{row['file']}",
    }
    return {name: value for name, value in made.items() if value is not None}
