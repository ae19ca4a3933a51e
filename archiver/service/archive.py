"""Archive: THE use case. An article goes in, one snapshot comes out. Start reading here.

    order -> article (read, or fetched and recorded) -> citations -> for each: evidence -> settled -> finish

One run at a time writes a store (`record.lock`). A run that stops, killed or interrupted or for want of disk, leaves `<timestamp>.open`
behind; the same command finds it by the source's name and goes on: acknowledged captures are in the journal, settled citations are settled.
An article whose bytes have changed in between is another article: the open snapshot is finished with what it has, and a new one begins.

`capture URL…` is the same use case: its article is the list of the URLs as they were typed (text/uri-list, RFC 2483), each line a citation.
The list is known by its URLs, and what came through a pipe by its bytes: two of them are two articles, each with retries of its own.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from archiver.article.article import Article
from archiver.article.block import Block
from archiver.citation.citation import Citation, Claims
from archiver.citation.place import describe
from archiver.config import Config
from archiver.embed import PLATFORMS
from archiver.errors import ArchiverError
from archiver.record import layout
from archiver.record.catalog.catalog import Catalog
from archiver.record.snapshot import Occasion, Snapshot
from archiver.service.desk import Desk, at_desk, interruptible
from archiver.service.evidence import browsing
from archiver.service.evidence.evidence import Finding, gather
from archiver.service.evidence.submit import submit
from archiver.service.keeper import Keeper, Watch
from archiver.service.reader import read_received
from archiver.service.source import STDIN, Source, fetched, named, opened
from archiver.url import web_url

URI_LIST = "text/uri-list"
NAMED = 400  # characters of a list's name; what is longer is told apart by its hash
AT_ONCE = 256  # citations under way; the fetcher's own limits are far below


@dataclass(frozen=True, slots=True)
class Order:
    """What to archive: a source as named, how to read it, and how much of it.

    `urls` makes it a list of URLs instead; `data` are the source's bytes where it is no file; `trigger` is what set it off, if no person.
    """

    name: str
    base_url: str | None = None
    media_type: str | None = None
    everything: bool = False
    fetch: bool = True
    urls: tuple[str, ...] = ()
    data: bytes | None = None
    trigger: str | None = None


@dataclass(frozen=True)
class Archived:
    """A finished snapshot; its manifest is read when it is asked for, because a run of very many citations has a long one."""

    path: Path
    outcomes: dict[tuple[bool, str | None], int]  # how many citations came to what, by whether they stand in the body

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest, whole."""
        found: dict[str, Any] = json.loads((self.path / layout.MANIFEST).read_bytes())
        return found

    @property
    def wanted(self) -> int:
        """How many citations were to be captured."""
        return sum(number for (_, outcome), number in self.outcomes.items() if outcome is not None)

    @property
    def missing(self) -> int:
        """How many of those in the body were not."""
        return sum(number for (in_body, outcome), number in self.outcomes.items() if in_body and outcome not in {None, "captured"})

    def as_json(self) -> dict[str, Any]:
        """Return what `--json` prints of it."""
        keys = ("number", "key", "kind", "platform", "id", "url", "in_body", "outcome", "state", "reason", "next_attempt")
        return {
            "path": str(self.path),
            "manifest": str(self.path / "manifest.json"),
            "article": self.manifest["article"],
            "citations": [{key: citation[key] for key in keys} for citation in self.manifest["citations"]],
        }


def url_list(written: Sequence[str]) -> Order:
    """Return the order for single URLs; UsageError where one is no http(s) URL."""
    for one in written:
        web_url(one)
    return Order("capture", urls=tuple(written))


def run(order: Order, store: Path, config: Config, watch: Watch) -> Archived:
    """Archive one article and return its snapshot; see `archive`. KeyboardInterrupt on SIGINT and SIGTERM, with everything resumable."""
    return interruptible(archive(order, store, config, watch))


async def archive(order: Order, store: Path, config: Config, watch: Watch) -> Archived:
    """Archive one article.

    UsageError for a source that cannot be opened or read, or a browser that is asked for and cannot be started; LeaseLost where another
    run writes this store, StorageError where the disk refuses (resumable), ArchiverError where a URL's answer is no article.
    """
    async with at_desk(store, config, watch) as desk:
        if order.fetch:
            await browsing.begin(desk.browser)
        return await archive_at(desk, order)


async def archive_at(desk: Desk, order: Order) -> Archived:
    """Archive one article at a desk; errors as `archive`."""
    opened = await _opened(order, _source(order), desk)
    try:
        opened.snapshot.now = desk.clock.now
        where, video = desk.catalog.where, desk.config.video
        keeper = Keeper(desk.fetcher, opened.snapshot, desk.watch, elsewhere=where, browser=desk.browser, video=video)
        await _settle_all(order, keeper, desk, opened)
        await submit(keeper, desk.config.submit)
        return await finished(desk, opened.snapshot)
    finally:
        opened.snapshot.close()


def _source(order: Order) -> Source:
    if order.urls:
        return _list_source(order.urls)
    if order.data is not None:
        return Source(order.name, None, order.data)
    source = named(order.name)
    return Source(f"stdin-{hashlib.sha256(source.data or b'').hexdigest()[:16]}", None, source.data) if source.name == STDIN else source


async def finished(desk: Desk, snapshot: Snapshot) -> Archived:
    """Finish a snapshot and enter it in the catalog."""
    path = await asyncio.to_thread(snapshot.finish)
    desk.catalog.add(path)
    return Archived(path, desk.catalog.outcomes(path.relative_to(desk.store).as_posix()))


@dataclass(slots=True)
class _Opened:
    """A snapshot to write, with the article in it, and its citations, which are forgotten as they are settled: there may be very many."""

    snapshot: Snapshot
    title: str
    published: str | None
    citations: tuple[Citation, ...]
    written: Future[Any] | None = None  # of the article, where it is still on its way to the disk; nothing is acknowledged before it


async def _opened(order: Order, source: Source, desk: Desk) -> _Opened:
    catalog = desk.catalog
    found = Snapshot.find_open(desk.store, source.name, source.url)
    resumed = _resumed(source, Snapshot.resume(found, seen=catalog.seen), catalog) if found else None
    if resumed is not None:
        return resumed
    started, capture = desk.clock.now(), None
    if order.urls:
        article, citations = listed(order.urls)
    else:
        if source.url is None:
            received = opened(source, base_url=order.base_url, media_type=order.media_type)
        else:
            received, capture = await fetched(source, desk.fetcher, base_url=order.base_url, media_type=order.media_type)
        article, citations = await read_received(received)
    occasion = Occasion(order.trigger, catalog.chains.head(source.name, source.url))
    snapshot = Snapshot.begin(
        desk.store,
        source=source.name,
        url=source.url,
        started=started,
        run=desk.made_with(),
        seen=catalog.seen,
        occasion=occasion,
    )
    snapshot.now = desk.clock.now
    written = snapshot.queue_article(article, citations, capture)
    if capture is not None:
        await asyncio.wrap_future(written)
        capture.close()
    return _Opened(snapshot, article.title or article.source, article.published, citations, written)


def _resumed(source: Source, snapshot: Snapshot, catalog: Catalog) -> _Opened | None:
    """Return an open snapshot to go on with; None where nothing is in it yet, or its article was another one and it is finished now."""
    known = snapshot.restored
    if known.article is None:
        snapshot.close()
        shutil.rmtree(snapshot.path)
        return None
    facts = known.article["article"]
    if source.data is not None and hashlib.sha256(source.data).hexdigest() != facts["sha256"]:
        catalog.add(snapshot.finish())
        return None
    return _Opened(snapshot, facts["title"] or facts["source"], facts["published"], known.citations)


async def _settle_all(order: Order, keeper: Keeper, desk: Desk, opened: _Opened) -> None:
    settled, source = opened.snapshot.restored.settled, keeper.snapshot.facts["source"]
    tried = desk.catalog.chains.knows(source)
    wanted = deque(c for c in opened.citations if order.fetch and (c.in_body or order.everything))
    opened.citations = opened.snapshot.restored.citations = ()
    keeper.watch.begin(opened.title, len(wanted))
    await desk.fetcher.judging.expect(len(wanted))

    async def settle(citation: Citation) -> None:
        if citation.number not in settled:
            before = desk.catalog.tries(source, citation.reference.key) if tried else None
            await write_finding(keeper, citation, await gather(keeper, desk.config, citation, opened.published, before))
        keeper.watch.settled()

    at_once = min(AT_ONCE, len(wanted))
    await for_each((wanted.popleft() for _ in range(len(wanted))), settle, at_once)
    if opened.written is not None:
        await asyncio.wrap_future(opened.written)


async def for_each(citations: Iterable[Citation], settle: Callable[[Citation], Awaitable[None]], at_once: int = AT_ONCE) -> None:
    """Settle citations side by side. Where the disk refuses all of them at once, one error says it."""
    left = iter(citations)

    async def some() -> None:
        for citation in left:
            await settle(citation)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(some())
    except BaseExceptionGroup as failed:
        raise next((one for one in failed.exceptions if isinstance(one, ArchiverError)), failed.exceptions[0]) from None


async def write_finding(keeper: Keeper, citation: Citation, finding: Finding, history: dict[str, Any] | None = None) -> None:
    """Record what a citation came to, with all that was captured for it."""
    captures = [stored["id"] for stored in keeper.stored.pop(citation.number, [])]
    future = keeper.snapshot.settle(
        citation.number,
        finding.outcome,
        finding.state,
        finding.reason,
        comparison=finding.comparison.as_json() if finding.comparison else None,
        next_attempt=finding.next_attempt,
        tries=finding.tries,
        captures=captures,
        resolution=finding.resolution.as_json() if finding.resolution else None,
        history=history,
    )
    await keeper.receipts.of(future)


def _list_source(written: Sequence[str]) -> Source:
    data = "\n".join(written).encode("utf8", "surrogateescape")
    return Source(_list_name(written, data), None, data)


def _list_name(written: Sequence[str], data: bytes) -> str:
    whole = layout.told(layout.LISTED + " ".join(written))
    if len(whole) <= NAMED:
        return whole
    return f"{layout.LISTED}{layout.told(written[0])} and {len(written) - 1} more, sha256:{hashlib.sha256(data).hexdigest()}"


def listed(written: Sequence[str]) -> tuple[Article, tuple[Citation, ...]]:
    """Return the article that a list of URLs is, and a citation for each line: the same URL twice is one citation with two places."""
    text = "\n".join(written)
    data = text.encode("utf8", "surrogateescape")
    starts = [sum(len(one) + 1 for one in written[:n]) for n in range(len(written))]
    blocks = tuple(Block(start, start + len(one), "item") for start, one in zip(starts, written, strict=True))
    article = Article(
        source=_list_name(written, data), url=None, media_type=URI_LIST, data=data, encoding="utf-8", text=text,
        sha256=hashlib.sha256(data).hexdigest(), blocks=blocks, title=f"{len(written)} captured URL{'s' * (len(written) != 1)}",
    )  # fmt: skip
    citations: dict[str, Citation] = {}
    for start, one in zip(starts, written, strict=True):
        reference = next(found for platform in PLATFORMS if (found := platform.identify(web_url(one))))
        place = describe(article, start, start + len(one), url=one, via="text")
        before = citations.get(reference.key)
        number = before.number if before else len(citations) + 1
        places = (*before.places, place) if before else (place,)
        citations[reference.key] = Citation(number, "link", reference, in_body=True, claims=Claims(), places=places)
    return article, tuple(citations.values())
