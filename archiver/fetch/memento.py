"""Memento: a copy in a web archive of what is gone, dead or out of reach (RFC 7089; the Wayback Machine's CDX server and raw replay).

- The index first, then the raw memento (`id_`): the bytes as they were captured, without the archive's banner. The capture nearest to the
  article's date comes first, for that is what its author saw; without a date, the newest.
- What is recorded is what the archive said, under the archive's URL. The copy is not the source, and its tier says so.
- An archived error page, login wall or shell is no rescue: the platform's own reading of the copy decides. Nor is a copy of another page:
  archives replay redirects, and an archived redirect to the front page ends at the front page.
- Captures with the same digest are the same bytes; one of them is asked for.
- The archive asks for at most 24 requests a minute and shuts the door on who ignores 429: it has a pace of its own (`pace`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

from archiver.citation.platform import Answer, Reading, State, Target
from archiver.fetch import cdx
from archiver.fetch.answer import read_body
from archiver.fetch.capture import Capture, Memento
from archiver.fetch.fetcher import Fetching

TRIES = 4  # mementos looked at for one URL


@dataclass(slots=True)
class Rescue:
    """What was found: the memento's capture or None, why, and every other capture made on the way (index answers, unfit copies)."""

    capture: Capture | None = None
    reason: str = "the archive has no capture"
    others: list[Capture] = field(default_factory=list)


async def rescue(
    fetcher: Fetching,
    urls: Sequence[str],
    *,
    read: Callable[[Answer], Reading],
    near: date | datetime | None = None,
    cited_by: tuple[int, ...] = (),
) -> Rescue:
    """Look for a good copy of any of `urls` (spellings of one thing, best first), nearest to `near`.

    `read` is the platform's; it is asked about an answer whose target is the memento (tier `memento`) and whose `url` is the original's.
    """
    found = Rescue()
    for url in urls:
        rows = await _rows(fetcher, url, found, cited_by)
        for row in choose(rows, near)[:TRIES]:
            capture = await fetch_memento(fetcher, row, read=read, cited_by=cited_by)
            if capture.state is State.OK:
                return _taken(found, capture)
            found.others.append(capture)
            found.reason = f"the archive's copy of {row.moment:%Y-%m-%d} is no capture of the page: {capture.reason}"
        partial = next((one for one in found.others if one.memento and one.state is State.OK_PARTIAL), None)
        if partial:
            found.others.remove(partial)
            return _taken(found, partial)
    return found


async def fetch_memento(fetcher: Fetching, row: cdx.Row, *, read: Callable[[Answer], Reading], cited_by: tuple[int, ...] = ()) -> Capture:
    """Return the capture of one raw memento; its `memento` is set where the archive answered with a copy of the same URL."""
    target = Target(row.url, tier="memento", purpose="page")
    capture = await fetcher.fetch(target, read=lambda answer: _read_copy(answer, row, read), cited_by=cited_by)
    capture.memento = memento_of(capture)
    return capture


def memento_of(capture: Capture) -> Memento | None:
    """Return what archived copy a capture is, from the archive's answer; None where it is none, or is one of another URL."""
    asked = cdx.split(capture.target.url) if capture.target.tier == "memento" else None
    exchange = capture.exchange
    arrived = cdx.split(exchange.url) if exchange else None
    if exchange is None or asked is None or arrived is None or exchange.status != 200 or not cdx.same(arrived[1], asked[1]):
        return None
    stamp = _stamp(exchange.header("Memento-Datetime")) or cdx.moment(arrived[0])
    return Memento(cdx.ARCHIVE, stamp.strftime("%Y-%m-%dT%H:%M:%SZ"), exchange.url)


def choose(rows: Sequence[cdx.Row], near: date | datetime | None) -> list[cdx.Row]:
    """Return the rows worth asking for, best first: nearest to `near`, else newest; each content once."""
    if near is None:
        ordered = sorted(rows, key=lambda row: row.timestamp, reverse=True)
    else:
        at = near if isinstance(near, datetime) else datetime(near.year, near.month, near.day, 12, tzinfo=UTC)
        ordered = sorted(rows, key=lambda row: abs((row.moment - at).total_seconds()))
    best: dict[str, cdx.Row] = {}
    for row in ordered:
        best.setdefault(row.digest or row.url, row)
    return list(best.values())


def listed(capture: Capture) -> cdx.Listing:
    """Return what a capture of an index query holds; nothing where it is no good answer."""
    exchange = capture.exchange if capture.state is State.OK else None
    return (cdx.parse(read_body(exchange).data) if exchange else None) or cdx.Listing((), None)


async def _rows(fetcher: Fetching, url: str, found: Rescue, cited_by: tuple[int, ...]) -> tuple[cdx.Row, ...]:
    """Return what the archive has of `url` with status 200, one capture a day at most."""
    capture = await fetcher.fetch(cdx.query(url, filters=("statuscode:200",), collapse="timestamp:8"), read=cdx.read, cited_by=cited_by)
    found.others.append(capture)
    if capture.state is not State.OK:
        found.reason = capture.reason
    return listed(capture).rows


def _read_copy(answer: Answer, row: cdx.Row, read: Callable[[Answer], Reading]) -> Reading:
    arrived = cdx.split(answer.url)
    if arrived is None or not cdx.same(arrived[1], row.original):
        return Reading(State.SOFT_404, f"the archive led to another page: {answer.url[:200]}")
    return read(replace(answer, url=arrived[1], redirects=()))


def _taken(found: Rescue, capture: Capture) -> Rescue:
    stamp = capture.memento.datetime if capture.memento else ""
    return Rescue(capture, f"copy of {stamp} in {cdx.ARCHIVE}", found.others)


def _stamp(written: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(written).astimezone(UTC) if written else None
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
