"""Keeper: fetch, record, acknowledge; and never ask twice for what is on disk.

Everything that goes over the wire for a snapshot goes through `Keeper.fetch`, whoever wants it: a citation's target, a page's picture, an
answer of the archive's index, robots.txt. So nothing fetched can be forgotten, nothing is returned before it is acknowledged, and a resumed
run gets what the interrupted one had from its records instead of the network: the same call, the same answer, read again by the same code.
The same holds within a run for a stylesheet that two pages share.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from archiver.citation.platform import Answer, Post, Reading, State, Target
from archiver.config import Video
from archiver.fetch.answer import exchange_answer
from archiver.fetch.browser.tier import Tier
from archiver.fetch.capture import Attempt, Capture, Held, Memento
from archiver.fetch.cookies import Jar
from archiver.fetch.fetcher import Fetcher
from archiver.fetch.memento import memento_of
from archiver.fetch.retry import ALL
from archiver.record.reread import Elsewhere, nowhere
from archiver.record.snapshot import Snapshot, Stored
from archiver.service.receipt import Receipts

PARTS = frozenset(
    {"image", "font", "icon", "media", "script", "photo", "video", "poster", "audio"}
)  # never looked into once they are on disk
HELD = 512  # stored captures that are held in memory, some 3 KB each


class Watch(Protocol):
    """Who is told how a run goes."""

    def begin(self, title: str, total: int) -> None:
        """An article was read; `total` citations will be archived."""

    def fetched(self, url: str) -> None:
        """Something was fetched and is on disk."""

    def settled(self) -> None:
        """One citation is done."""


class Known(Protocol):
    """What earlier snapshots of the article know, where this one looks again."""

    def held(self, target: Target, read: Callable[[Answer], Reading]) -> Held | None:
        """Return the answer that an earlier look at a target brought, where its server can be asked whether it still stands."""

    def same(self, stored: Stored) -> Stored | None:
        """Return the capture of the look before, where this one brought the payload that it brought."""

    def rescued(self, key: str) -> tuple[str, str] | None:
        """Return the snapshot in which an archived copy of a citation stands already, and the outcome that it gave."""


@dataclass(slots=True)
class Keeper:
    """The fetcher of one snapshot. `stored` holds what each citation was given, by number, in order.

    `known` is what earlier snapshots know; `elsewhere` finds a payload that stands in one of them.
    """

    fetcher: Fetcher
    snapshot: Snapshot
    watch: Watch
    known: Known | None = None
    elsewhere: Elsewhere = nowhere
    browser: Tier | None = None  # opens pages (`service.evidence.browsing`)
    video: Video = field(default_factory=Video)
    stored: dict[int, list[Stored]] = field(default_factory=dict)
    jars: dict[str, Jar] = field(default_factory=dict)  # the cookies that a page had in the browser, by its URL, for its parts
    fresh: dict[int, str] = field(default_factory=dict)  # citation -> its address, where it was captured live and is not as it was before
    probes: dict[str, str] = field(default_factory=dict)  # host -> the address that cannot exist there (`service.evidence.probe`)
    receipts: Receipts = field(default_factory=Receipts)
    _lately: dict[tuple[str, str, str], Stored] = field(default_factory=dict)  # the last that were asked for, youngest last
    _under_way: dict[tuple[str, str, str], asyncio.Lock] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Have robots.txt kept like everything else, and be told of what is on disk."""
        self.fetcher.aside = self.fetch
        self.snapshot.tell(self.receipts.tell)

    async def fetch(
        self,
        target: Target,
        *,
        read: Callable[[Answer], Reading],
        cited_by: tuple[int, ...] = (),
        parent: str | None = None,
        follow: Callable[[str], bool] | None = None,
        attempts: int = ALL,
    ) -> Capture:
        """Return the acknowledged capture of `target`, from the snapshot where it has one; the caller closes it.

        Raises StorageError where the disk refuses.
        """
        key = (target.url, target.purpose, target.tier)
        lock = self._under_way.setdefault(key, asyncio.Lock())
        async with lock:
            stored = self.held(target)
            if stored is not None:
                capture = self._reopened(stored, target, read)
            else:
                held = self.known.held(target, read) if self.known else None
                capture = await self.fetcher.fetch(
                    target,
                    read=read,
                    cited_by=cited_by,
                    parent=parent,
                    follow=follow,
                    attempts=attempts,
                    held=held,
                    jar=self.jars.get(parent or ""),
                )
                capture.memento = memento_of(capture)
                stored = self._hold(key, await self.receipts.of(self.snapshot.add(capture)))
                self.watch.fetched(target.url)
        self._given(cited_by, stored)
        self._under_way.pop(key, None)
        return capture

    async def keep(self, capture: Capture) -> Capture:
        """Record a capture that another tier brought, and return it, acknowledged. Raises StorageError where the disk refuses."""
        stored = await self.receipts.of(self.snapshot.add(capture))
        self.watch.fetched(capture.target.url)
        self._given(capture.cited_by, stored)
        return capture

    def alone(self, target: Target) -> asyncio.Lock:
        """Return the lock of a target, for another tier: one at a time brings it."""
        return self._under_way.setdefault((target.url, target.purpose, target.tier), asyncio.Lock())

    def known_already(self, target: Target, read: Callable[[Answer], Reading], cited_by: tuple[int, ...]) -> Capture | None:
        """Return the acknowledged capture of a target that another tier brought, None where there is none; the caller closes it."""
        stored = self.snapshot.find(target.url, target.purpose, target.tier)
        if stored is None:
            return None
        capture = self._reopened(stored, target, read)
        capture.needs = capture.leads = ()  # its parts came with it
        self._given(cited_by, stored)
        return capture

    def _given(self, cited_by: tuple[int, ...], stored: Stored) -> None:
        for number in cited_by:
            self.stored.setdefault(number, []).append(stored)

    def before(self, capture: Capture) -> Stored | None:
        """Return the capture of the look before, where the one that was kept now brought the same: nothing is made of it a second time."""
        stored = self.held(capture.target) if self.known else None
        return self.known.same(stored) if self.known is not None and stored is not None else None

    async def derive(self, kind: str, url: str, media_type: str, data: bytes | Path, refers_to: str) -> dict[str, Any]:
        """Record what we made from a record, bytes or a file; return the contract's record object."""
        return await self.receipts.of(self.snapshot.add_derived(kind, url, media_type, data, refers_to))

    async def note(self, capture: Capture) -> None:
        """Record the notes that a capture was given after it was acknowledged."""
        stored = self.held(capture.target)
        if stored is not None and capture.notes != stored["notes"]:
            await self.receipts.of(self.snapshot.note(stored["id"], capture.notes))

    def held(self, target: Target) -> Stored | None:
        """Return what is stored of a target, as it is held in memory, else as it is read from the disk; None where nothing is."""
        key = (target.url, target.purpose, target.tier)
        held = self._lately.pop(key, None) or self.snapshot.find(*key)
        return self._hold(key, held) if held else None

    def _hold(self, key: tuple[str, str, str], stored: Stored) -> Stored:
        """Hold what was asked for lately: a page's notes come soon after it; a site's stylesheets and its probe are asked for by many."""
        self._lately[key] = stored
        if len(self._lately) > HELD:
            del self._lately[next(iter(self._lately))]
        return stored

    def _reopened(self, stored: Stored, target: Target, read: Callable[[Answer], Reading]) -> Capture:
        """Return a capture as it was acknowledged; what its answer held is read again from its record."""
        unread = target.purpose in PARTS or (target.purpose == "probe" and stored["state"] != State.OK)
        exchange = None if unread else self.snapshot.exchange(stored, self.elsewhere)
        started, finished = (datetime.fromisoformat(stored[name]) for name in ("started", "finished"))
        capture = Capture(
            target,
            started,
            finished,
            (Attempt(started, 0.0, None, (exchange,), None),) if exchange else (),
            State(stored["state"]),
            stored["reason"],
            post=Post.from_json(stored["post"]) if stored["post"] else None,
            memento=Memento(**stored["memento"]) if stored["memento"] else None,
            retry_after=datetime.fromisoformat(stored["retry_after"]) if stored["retry_after"] else None,
            cited_by=tuple(stored["cited_by"]),
            parent=stored["parent"],
        )
        if exchange is not None and exchange.status is not None:
            reading = read(exchange_answer(exchange, target, tuple(stored["redirects"])))
            capture.page, capture.needs, capture.leads = reading.page, reading.needs, reading.leads
        return capture
