"""Entry: one item of a feed, which is an article among others: which part of the feed's text it is, and what the feed says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """An item: `start` and `end` are offsets into the feed's text, `url` its own address, `published` an ISO date."""

    start: int
    end: int
    title: str | None = None
    url: str | None = None
    byline: str | None = None
    published: str | None = None


def entries_of(said: Iterable[Mapping[str, Any]]) -> tuple[Entry, ...]:
    """Return entries from their JSON."""
    return tuple(Entry(**one) for one in said)
