"""Browsing: when a page is opened in a browser, why, and what of it is kept.

The http tier is asked first: it is quick, exact to the byte, and enough for most pages. Its verdict decides whether a browser would see
more: a challenge that scripts must answer, an empty shell, a page whose pictures or whose application its scripts would put in place.
(Empty elements of a page's own and drawings are in nearly every page, and mostly icons and counters: no reason.) A page that answered well
is not opened again unless its picture is wanted (`screenshots`). `--tier browser` opens every page; `--tier http` opens none. Why a page
was opened stands in the notes of its capture (`tier`).

A browser that would be of use and is missing is one line, in the notes of the http capture and in the reason of the citation. Nothing fails
for it. One that is asked for (`--tier browser`, `browser.tier`) and cannot be started is the asking person's to mend, before anything is
fetched (`begin`). A scheduled run has nobody to ask: what is gone tomorrow is archived over http, and the run's problems say so.

Kept is, in this order, what the page asked for, then the page itself with what was made of it: once the page's capture is acknowledged,
everything that belongs to it is. A body that the http tier has in this snapshot already, under the same URL, is not written again: bodies
are compared with their content coding undone, and where the same coding was named, the answer becomes a revisit of that record, with its
head as received (`Twin`). Bodies that come without coding are compared like all others, over snapshots too.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any

from archiver.citation.platform import Answer, Reading, State, Target
from archiver.errors import UsageError
from archiver.fetch.answer import media_type, read_body
from archiver.fetch.browser.binary import NoBrowser
from archiver.fetch.browser.captures import HTML, jar, page_capture, part_captures
from archiver.fetch.browser.tier import Tier
from archiver.fetch.browser.visit import Visit
from archiver.fetch.capture import Capture, Twin
from archiver.fetch.exchange import Exchange
from archiver.record import block
from archiver.service.keeper import Keeper

BROWSER = "browser"
FILLED = re.compile(r"pictures without an address|empty places for an application")
COMPARED = 32 << 20  # bytes of a body that is compared
ASKED = "the order says so (--tier browser)"
WANTED = "its picture is wanted (screenshots)"


Reader = Callable[[Answer], Reading]


async def begin(tier: Tier) -> None:
    """Start the browser where every page is to be opened in it. UsageError where none can be started."""
    if tier.settings.tier == BROWSER:
        try:
            await tier.ready()
        except NoBrowser as error:
            raise UsageError(f"pages are to be opened in a browser (--tier browser), and {error}; --tier auto does without") from error


def first(keeper: Keeper, target: Target) -> bool:
    """Tell whether a target is a page that is opened instead of being asked for over http."""
    tier = keeper.browser
    page = (target.tier, target.purpose, target.proof) == ("http", "page", True)
    return tier is not None and tier.missing is None and tier.settings.tier == BROWSER and page


def reason(tier: Tier, capture: Capture) -> str | None:
    """Return why a page that http has brought should be opened, None where it should not.

    A 304 names no media type; what it stands for told what it is, and why it would be opened.
    """
    settings, target, exchange = tier.settings, capture.target, capture.exchange
    if settings.tier == "http" or (target.tier, target.role, target.purpose, target.proof) != ("http", "seed", "page", True):
        return None
    if exchange is None or exchange.status is None or (media_type(exchange) not in HTML and capture.held is None):
        return None
    if settings.tier == BROWSER and capture.held is None:
        return ASKED
    if capture.state in (State.BOT_CHALLENGE, State.EMPTY_SHELL):
        return f"http answered with {capture.state}: {capture.reason}"
    if capture.state not in (State.OK, State.OK_PARTIAL):
        return None
    scripted = capture.page.scripted if capture.page else None
    if scripted and FILLED.search(scripted):
        return f"http answered with a page that its scripts fill: {scripted}"
    return WANTED if settings.screenshots and capture.held is None else None


async def more(keeper: Keeper, captures: Sequence[Capture], read: Reader, cited_by: tuple[int, ...]) -> list[Capture]:
    """Return the captures of pages that are opened because http showed too little of them, or because they are to be; open, acknowledged.

    Where no browser can be started, that is noted of the pages. Raises StorageError where the disk refuses.
    """
    opened: list[Capture] = []
    for one in captures if keeper.browser else ():
        assert keeper.browser is not None
        why = reason(keeper.browser, one)
        if why is None:
            continue
        seen = await visited(keeper, one.target.url, read, cited_by, why)
        if seen is not None:
            opened.append(seen)
        else:
            one.notes["browser"] = f"not opened, though {why}: {keeper.browser.missing}"
            await keeper.note(one)
    return opened


def lacking(captures: Sequence[Capture]) -> str:
    """Return what to say of a citation some page of which should have been opened and was not."""
    said = next((one.notes["browser"] for one in captures if one.target.tier == "http" and "browser" in one.notes), None)
    return f"; a browser would see more, and {said.rpartition(': ')[2]}" if said else ""


async def visited(keeper: Keeper, url: str, read: Reader, cited_by: tuple[int, ...], why: str = ASKED) -> Capture | None:
    """Return the acknowledged capture of a page opened in the browser; the caller closes it. None where no browser can be started."""
    target, tier = Target(url, tier=BROWSER), keeper.browser
    assert tier is not None
    async with keeper.alone(target):
        known = keeper.known_already(target, read, cited_by)
        if known is not None or tier.missing is not None:
            return known
        if not await keeper.fetcher.permits(target, url):
            return await keeper.keep(_refused(keeper, target, cited_by))
        try:
            visit = await tier.visit(url)
        except NoBrowser:
            return None
        return await _kept(keeper, tier, visit, target, read, cited_by, why)


async def _kept(keeper: Keeper, tier: Tier, visit: Visit, target: Target, read: Reader, cited_by: tuple[int, ...], why: str) -> Capture:
    secrets = not tier.settings.profile or tier.settings.store_cookies
    with contextlib.ExitStack() as undo:
        undo.callback(visit.close)
        for exchange in (*visit.document, *(part.exchange for part in visit.parts)):
            keeper.fetcher.heard(exchange)
        parts = list(part_captures(visit, cited_by))
        for part in parts:
            part.twin = await asyncio.to_thread(_twin, keeper, part)
        await asyncio.gather(*(keeper.keep(part) for part in parts))
        for part in parts:
            part.close()
        capture = page_capture(visit, target, read, secrets=secrets)
        capture.cited_by, capture.notes["tier"] = cited_by, why
        capture.twin = await asyncio.to_thread(_twin, keeper, capture)
        await keeper.keep(capture)
        undo.pop_all()
    if secrets and visit.document:
        keeper.jars[visit.document[-1].url] = jar(visit.cookies)
    return capture


def best(captures: Sequence[Capture], opened: Sequence[Capture]) -> list[Capture]:
    """Return what of the opened pages speaks for the thing: a page that a browser saw less of than http leaves the word to http."""
    good = {State.OK, State.OK_PARTIAL}
    seen = any(one.state in good and one.target.proof and one.target.purpose == "page" for one in captures)
    return [one for one in opened if one.state in good or not seen]


def _refused(keeper: Keeper, target: Target, cited_by: tuple[int, ...]) -> Capture:
    now = keeper.fetcher.clock.now()
    reason = "robots.txt asks not to fetch it, and the configuration says to obey"
    return Capture(target, now, now, (), State.REFUSED_ROBOTS, reason, cited_by=cited_by)


def _twin(keeper: Keeper, capture: Capture) -> Twin | None:
    """Return the http tier's record of the same body under the same URL, where that was coded and the coding is the same."""
    exchange = capture.exchange
    if exchange is None or exchange.framing != "decoded" or exchange.status != 200 or exchange.truncated or exchange.body_length > COMPARED:
        return None
    coding = (exchange.header("Content-Encoding") or "").strip().lower()
    for purpose in dict.fromkeys((capture.target.purpose, "page")):
        stored = keeper.snapshot.find(exchange.url, purpose, "http")
        record: dict[str, Any] | None = next((r for r in reversed(stored["records"]) if r["type"] == "response"), None) if stored else None
        if stored is None or record is None or record["url"] != exchange.url or not record.get("payload_sha256"):
            continue
        other = keeper.snapshot.exchange(stored)
        if other is None:
            continue
        try:
            same = (other.header("Content-Encoding") or "").strip().lower() == coding and _digest(other) == _digest(exchange)
            length = other.body_length
        finally:
            other.close()
        if same:
            digest = record["payload_digest"]
            return Twin(block.as_coded(exchange, length), record["id"], record["url"], record["date"], digest, record["payload_sha256"])
    return None


def _digest(exchange: Exchange) -> bytes | None:
    """Return the SHA-256 of a body with its content coding undone."""
    body = read_body(exchange, COMPARED)
    return None if body.cut or body.fault else hashlib.sha256(body.data).digest()
