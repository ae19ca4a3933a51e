"""Requisites: what a captured page needs to look whole, fetched behind it.

Stylesheets and what they import, pictures, icons, fonts, scripts, one level of frames; for a post, its media. Which they are is the
platform's knowledge (`requisites(answer)`, asked of the page and of each stylesheet and frame that came). Here is the measure: in document
order, through the hosts' pace, each once, up to a number and a sum of bytes a page; what a stylesheet imports comes before the page's
pictures, as the stylesheet itself did: a page without its last picture is still that page, one without its style is not. Its fonts and
pictures come last: one that is cut into pieces by alphabet names hundreds of files. That two pages share a stylesheet is the business of
who keeps captures, and stands before the fetcher.

A requisite that cannot be had never fails the page; the page's notes say how many are missing. Captures are yielded as they finish, so that
the caller records and closes each at once: a page of two hundred pictures needs the memory of a few.

For a page that came from an archive, they are asked from the archive, at the time of the page: an old page with today's pictures is a
forgery that nobody made. The archive allows 24 requests a minute, so fewer of them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field, replace

from archiver.citation.platform import Answer, Platform, Reading, State, Target
from archiver.fetch import timemap
from archiver.fetch.capture import Capture
from archiver.fetch.fetcher import Fetching
from archiver.fetch.retry import ALL
from archiver.fetch.verdict import read_requisite
from archiver.url import resolve, without_fragment

AT_ONCE = 8
ATTEMPTS = 2  # at a part of a page: a stalled picture must not hold it up as long as a source may. A post's media are tried like a source.
MOST = 250
MOST_ARCHIVED = 24
MOST_BYTES = 128 << 20
IMPORTS = 4  # stylesheets that import stylesheets, deep
DOCUMENTS = frozenset({"stylesheet", "frame"})


@dataclass(frozen=True, slots=True)
class _Wanted:
    target: Target
    parent: str
    depth: int
    framed: bool  # needed by a frame: a frame in it is not followed


@dataclass(slots=True)
class _Account:
    """What one page has been given so far."""

    number: int = 0
    size: int = 0
    missing: int = 0
    left: int = 0

    def sentence(self) -> str:
        """Return the account for the page's notes."""
        parts = [f"{self.number - self.missing} of {self.number} fetched"]
        parts += [f"{self.left} beyond the limits"] if self.left else []
        return ", ".join(parts)


@dataclass(slots=True)
class _Queue:
    fetcher: Fetching
    page: Capture
    platform: Platform
    most: int
    attempts: int
    account: _Account = field(default_factory=_Account)
    wanted: deque[_Wanted] = field(default_factory=deque)
    running: dict[asyncio.Task[Capture], _Wanted] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def start(self) -> None:
        """Start what there is room for."""
        while self.wanted and len(self.running) < AT_ONCE:
            one = self.wanted.popleft()
            if without_fragment(one.target.url) in self.seen:
                continue
            if self.account.number >= self.most or self.account.size >= MOST_BYTES:
                self.account.left += 1
            else:
                self.seen.add(without_fragment(one.target.url))
                self.account.number += 1
                read = self.read_document if one.target.purpose in DOCUMENTS else read_requisite
                work = self.fetcher.fetch(one.target, read=read, cited_by=self.page.cited_by, parent=one.parent, attempts=self.attempts)
                self.running[asyncio.create_task(work)] = one

    def follow(self, wanted: Sequence[_Wanted]) -> None:
        """Take up what a document needs: the rest of its style first."""
        first = [one for one in wanted if one.target.purpose == "stylesheet" and not one.framed]
        self.wanted.extendleft(reversed(first))
        self.wanted.extend(one for one in wanted if one not in first)

    def read_document(self, answer: Answer) -> Reading:
        """Read a stylesheet or a frame: its status, and what it needs in turn; an archive's copy under the original's address."""
        archived = timemap.address(answer.url)
        original = replace(answer, url=archived.original) if archived and archived.original and archived.raw else answer
        return replace(read_requisite(answer), needs=tuple(self.platform.requisites(original)))


async def fetch_requisites(page: Capture, platform: Platform, fetcher: Fetching) -> AsyncGenerator[Capture, None]:
    """Yield the captures of what `page` needs (`page.needs`, see `verdict.Whole`) as they finish; the caller closes each.

    `page.notes["requisites"]` says at the end how many came, where there were any.
    """
    queue = _Queue(fetcher, page, platform, MOST_ARCHIVED if page.memento else MOST, ALL if page.post else ATTEMPTS)
    queue.wanted.extend(_wanted(page, _Wanted(page.target, "", 0, framed=False)))
    try:
        queue.start()
        while queue.running:
            done, _ = await asyncio.wait(queue.running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                one, capture = queue.running.pop(task), task.result()
                queue.account.size += sum(hop.wire.length for attempt in capture.attempts for hop in attempt.hops)
                queue.account.missing += capture.state is not State.OK
                if one.target.purpose in DOCUMENTS and capture.state is State.OK:
                    queue.follow(_wanted(capture, one))
                yield capture
            queue.start()
    finally:
        for task in queue.running:
            task.cancel()
        await asyncio.gather(*queue.running, return_exceptions=True)
        if queue.account.number or queue.account.left:
            page.notes["requisites"] = queue.account.sentence()


def _wanted(capture: Capture, by: _Wanted) -> Sequence[_Wanted]:
    """Return what a page, a stylesheet or a frame needs, as far as it is followed."""
    exchange = capture.exchange
    if exchange is None or by.depth > IMPORTS:
        return ()
    framed = by.framed or capture.target.purpose == "frame"
    needs: Sequence[Target] = [one for one in capture.needs if not (framed and one.purpose == "frame")]
    if capture.memento or capture.target.tier == "memento":
        archived = ((one, timemap.beside(exchange.url, one.url)) for one in needs if resolve(one.url))
        needs = [replace(one, url=url, tier="memento") for one, url in archived if url]
    return [_Wanted(one, exchange.url, by.depth + 1, framed) for one in needs]
