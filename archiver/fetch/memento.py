"""Memento: a copy in a web archive of what is gone, dead or out of reach (RFC 7089; the Wayback Machine's CDX server and raw replay).

Where is looked, in this order, until a good copy is found:
1. the copy that the article itself cites, where it cites one: it is what its author saw;
2. the Wayback Machine: its index for every spelling of the URL; its TimeGate only where the index fails, for the index says more (status
   and digest of each capture), and a host that limits or refuses us at one door is not tried at another;
3. the archives of the configuration, in their order, by TimeMap, else by TimeGate.

- The capture nearest to the article's date comes first, for that is what its author saw; without a date, the newest.
- The raw memento (`id_`) where the archive has a word for it: the bytes as they were captured, without the archive's banner. What is
  recorded is what the archive said, under the archive's URL. The copy is not the source, and its tier says so.
- An archived error page, login wall or shell is no rescue: the platform's own reading of the copy decides. Nor is a copy of another page:
  archives replay redirects, and an archived redirect to the front page ends at the front page.
- Captures with the same digest are the same bytes; one of them is asked for.
- The Wayback Machine asks for at most 24 requests a minute and shuts the door on who ignores 429: it has a pace of its own (`pace`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import Protocol, TypeVar

from archiver.citation.platform import Answer, Reading, State, Target
from archiver.config import Archive
from archiver.fetch import cdx, timemap
from archiver.fetch.answer import read_body
from archiver.fetch.capture import Capture, Memento
from archiver.fetch.fetcher import Fetching
from archiver.fetch.redirect import location
from archiver.fetch.timemap import Copy
from archiver.fetch.verdict import status_state
from archiver.url import canonical, host, resolve

TRIES = 4  # mementos looked at for one URL in one archive
DOORS = frozenset({"cdx", "timemap", "timegate", "save"})  # purposes of what leads to a copy and is none
WAYBACK = Archive(cdx.ARCHIVE, timegate=f"https://{cdx.ARCHIVE}/web/{{url}}", raw="id_")
# The index failed, and the failure is neither a limit nor a refusal.
NO_INDEX = frozenset({State.SERVER_ERROR, State.UNREADABLE, State.TIMEOUT, State.DISCONNECTED, State.CLIENT_ERROR, State.NOT_FOUND})


class Copied(Protocol):
    """A copy as an index tells it: a `Copy`, or a row of the Wayback Machine's index."""

    @property
    def url(self) -> str:
        """Where to ask for it."""

    @property
    def original(self) -> str:
        """Of which URL it is."""

    @property
    def moment(self) -> datetime:
        """Time of the capture."""

    @property
    def digest(self) -> str:
        """Digest of what was captured, or empty."""


Kind = TypeVar("Kind", bound=Copied)


@dataclass(slots=True)
class Rescue:
    """What was found: the memento's capture or None, why, and every other capture made on the way (index answers, unfit copies)."""

    capture: Capture | None = None
    reasons: list[str] = field(default_factory=list)
    others: list[Capture] = field(default_factory=list)

    @property
    def reason(self) -> str:
        """What was found, or why nothing, in a sentence."""
        return "; ".join(dict.fromkeys(self.reasons)) or "no archive has a capture"


@dataclass(slots=True)
class _Search:
    """A search under way."""

    fetcher: Fetching
    read: Callable[[Answer], Reading]
    near: datetime | None
    cited_by: tuple[int, ...]
    found: Rescue = field(default_factory=Rescue)

    async def ask(self, target: Target, read: Callable[[Answer], Reading], follow: Callable[[str], bool] | None = None) -> Capture:
        """Ask an archive what it has; the answer is kept."""
        capture = await self.fetcher.fetch(target, read=read, cited_by=self.cited_by, follow=follow)
        self.found.others.append(capture)
        return capture


async def rescue(
    fetcher: Fetching,
    urls: Sequence[str],
    *,
    read: Callable[[Answer], Reading],
    near: date | datetime | None = None,
    archives: Sequence[Archive] = (),
    cited_by: tuple[int, ...] = (),
) -> Rescue:
    """Look for a good copy of any of `urls` (spellings of one thing, best first, addresses of copies among them), nearest to `near`.

    `read` is the platform's; it is asked about an answer whose target is the memento (tier `memento`) and whose `url` is the original's.
    """
    search = _Search(fetcher, read, _noon(near), cited_by)
    known = [(url, named) for url in urls if (named := timemap.address(url))]
    cited = [
        Copy(timemap.as_captured(url, _raw(url)), named.original or url, named.moment, host(url)) for url, named in known if named.moment
    ]
    if await _taken(search, cited):
        return search.found
    live = [url for url in urls if timemap.address(url) is None]
    for url in live:
        if await _taken(search, choose(await _wayback(search, url), near)):
            return search.found
    for archive in archives:
        for url in live:
            if await _taken(search, choose(await _copies(search, archive, url), near)):
                return search.found
    return search.found


async def fetch_memento(fetcher: Fetching, copy: Copied, *, read: Callable[[Answer], Reading], cited_by: tuple[int, ...] = ()) -> Capture:
    """Return the capture of one memento; its `memento` is set where the archive answered with a copy of the same URL."""
    target = Target(copy.url, tier="memento", purpose="page")
    capture = await fetcher.fetch(target, read=lambda answer: _read_copy(answer, copy, read), cited_by=cited_by)
    capture.memento = memento_of(capture)
    return capture


def memento_of(capture: Capture) -> Memento | None:
    """Return what archived copy a capture is, from the archive's answer; None where it is none, or is one of another URL.

    The answer's own `Memento-Datetime` (RFC 7089 §2.1.1) says it of whatever was asked for, cited copies with short codes included. Where
    an archive does not send it, the address says it, of what was asked for as a copy.
    """
    exchange = capture.exchange
    if exchange is None or exchange.status != 200 or capture.target.purpose in DOORS:
        return None
    stamp = timemap.http_date(exchange.header("Memento-Datetime"))
    if stamp is None and capture.target.tier != "memento":
        return None
    asked, arrived = timemap.address(capture.target.url), timemap.address(exchange.url)
    if stamp is None:
        stamp = (arrived.moment or (asked.moment if asked else None)) if arrived else None
    originals = [named.original for named in (asked, arrived) if named and named.original]
    if stamp is None or (len(originals) == 2 and not cdx.same(*originals)):
        return None
    if capture.target.tier == "memento" and arrived is None and canonical(exchange.url) != canonical(capture.target.url):
        return None  # led out of the archive
    return Memento(host(exchange.url), stamp.strftime("%Y-%m-%dT%H:%M:%SZ"), exchange.url)


def choose(rows: Sequence[Kind], near: date | datetime | None) -> list[Kind]:
    """Return the copies worth asking for, best first: nearest to `near`, else newest; each content once."""
    at = _noon(near)
    if at is None:
        ordered = sorted(rows, key=lambda row: row.moment, reverse=True)
    else:
        ordered = sorted(rows, key=lambda row: abs((row.moment - at).total_seconds()))
    best: dict[str, Kind] = {}
    for row in ordered:
        best.setdefault(row.digest or row.url, row)
    return list(best.values())


def listed(capture: Capture) -> cdx.Listing:
    """Return what a capture of an index query holds; nothing where it is no good answer."""
    exchange = capture.exchange if capture.state is State.OK else None
    return (cdx.parse(read_body(exchange).data) if exchange else None) or cdx.Listing((), None)


async def _wayback(search: _Search, url: str) -> Sequence[Copied]:
    """Return what the Wayback Machine has of `url` with status 200, one capture a day at most."""
    capture = await search.ask(cdx.query(url, filters=("statuscode:200",), collapse="timestamp:8"), cdx.read)
    if capture.state in NO_INDEX:
        search.found.reasons.append(f"index of {cdx.ARCHIVE}: {capture.reason}")
        return await _gate(search, WAYBACK, url)
    rows = listed(capture).rows
    if not rows:
        search.found.reasons.append(
            f"{cdx.ARCHIVE}: {capture.reason}" if capture.state is not State.OK else f"{cdx.ARCHIVE} has no capture"
        )
    return rows


async def _copies(search: _Search, archive: Archive, url: str) -> Sequence[Copied]:
    """Return what another archive says it has of `url`."""
    if not archive.timemap:
        return await _gate(search, archive, url)
    here: str | None = archive.timemap.replace("{url}", url)
    for _ in range(2):  # a TimeMap, or a list of TimeMaps and the one for the time
        target = Target(here or "", role="requisite", tier="memento", purpose="timemap", accept="application/link-format")
        capture = await search.ask(target, lambda answer: _read_door(answer, archive))
        exchange = capture.exchange if capture.state is State.OK else None
        if exchange is None:
            search.found.reasons.append(f"{archive.name}: {capture.reason}")
            return ()
        text = read_body(exchange, timemap.LONGEST).data.decode("utf-8", "replace")
        found = timemap.copies(text, url, archive.name, archive.raw)
        here = None if found else timemap.further(text, exchange.url, search.near)
        if here is None:
            break
    if not found:
        search.found.reasons.append(f"{archive.name} has no capture")
    return found


async def _gate(search: _Search, archive: Archive, url: str) -> Sequence[Copied]:
    """Ask a TimeGate for the copy nearest to the time; what it redirects to, or says that its own answer is."""
    when = format_datetime(search.near, usegmt=True) if search.near else None
    target = Target(archive.timegate.replace("{url}", url), role="requisite", tier="memento", purpose="timegate", accept_datetime=when)
    capture = await search.ask(target, lambda answer: _read_door(answer, archive), follow=lambda _: False)
    exchange = capture.exchange if capture.state is State.OK else None
    onward = location(exchange, exchange.url) if exchange else None
    written = onward.url if onward else resolve(exchange.header("Content-Location") or "", exchange.url) if exchange else None
    named = timemap.address(written) if written else None
    stamp = (named and named.moment) or (timemap.http_date(exchange.header("Memento-Datetime")) if exchange else None) or search.near
    if written is None or stamp is None or canonical(written) == canonical(target.url):
        search.found.reasons.append(f"{archive.name} has no capture" if exchange else f"{archive.name}: {capture.reason}")
        return ()
    return (Copy(timemap.as_captured(written, archive.raw), url, stamp, archive.name),)


async def _taken(search: _Search, copies: Sequence[Copied]) -> bool:
    """Fetch copies, best first, until one is good; else the best in part. Tell whether there is one now."""
    found, seen = search.found, list[Capture]()
    for copy in copies[:TRIES]:
        capture = await fetch_memento(search.fetcher, copy, read=search.read, cited_by=search.cited_by)
        if capture.state is State.OK and capture.memento:
            found.others += seen
            return _take(found, capture)
        seen.append(capture)
        found.reasons.append(f"the copy of {copy.moment:%Y-%m-%d} in {host(copy.url)} is no capture of the page: {capture.reason}")
    partial = next((one for one in seen if one.memento and one.state is State.OK_PARTIAL), None)
    found.others += [one for one in seen if one is not partial]
    return _take(found, partial) if partial else False


def _take(found: Rescue, capture: Capture) -> bool:
    assert capture.memento is not None
    found.capture, found.reasons = capture, [f"copy of {capture.memento.datetime} in {capture.memento.archive}"]
    return True


def _read_copy(answer: Answer, copy: Copied, read: Callable[[Answer], Reading]) -> Reading:
    arrived = timemap.address(answer.url)
    if arrived is None and canonical(answer.url) != canonical(copy.url):
        return Reading(State.SOFT_404, f"the archive led to another page: {answer.url[:200]}")
    if arrived and arrived.original and not cdx.same(arrived.original, copy.original):
        return Reading(State.SOFT_404, f"the archive led to another page: {answer.url[:200]}")
    return read(replace(answer, url=(arrived and arrived.original) or copy.original, redirects=()))


def _read_door(answer: Answer, archive: Archive) -> Reading:
    """Say what an answer of a TimeMap or TimeGate means; `not_found` is an answer too: the archive has nothing."""
    said = status_state(answer.status)
    return Reading(said, f"{archive.name} answered {answer.status}")


def _raw(url: str) -> str:
    return WAYBACK.raw if host(url) == cdx.ARCHIVE else ""


def _noon(near: date | datetime | None) -> datetime | None:
    return near if near is None or isinstance(near, datetime) else datetime(near.year, near.month, near.day, 12, tzinfo=UTC)
