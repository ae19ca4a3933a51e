"""A web without a wire, and a clock that is set by hand: what scheduled runs are tested against, a year in seconds.

The transport keeps the fetcher's own contract. It answers conditional requests as servers do, and writes down what it was asked for.
"""

from __future__ import annotations

import asyncio
import hashlib
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx

from archiver.config import Config, Network, PerHost, Source
from archiver.fetch.clock import Clock
from archiver.fetch.exchange import Exchange

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
GONE = b"<!doctype html><title>Not found</title><p>There is no such page here any more."


class SetClock(Clock):
    """A clock that stands until it is set; who sleeps by it, sets it."""

    def __init__(self, now: datetime = START) -> None:
        self.time = now
        self.passed = 0.0

    def seconds(self) -> float:
        return self.passed

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.forward(seconds)
        await asyncio.sleep(0)

    def forward(self, seconds: float) -> None:
        self.passed += seconds
        self.time += timedelta(seconds=seconds)

    def to(self, when: datetime) -> None:
        self.forward(max(0.0, (when - self.time).total_seconds()))


@dataclass(frozen=True, slots=True)
class Said:
    """An answer: a status with body and headers, or the network's failure."""

    body: bytes = b""
    status: int = 200
    media_type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    error: str | None = None
    validators: str = "both"  # both | etag | modified | none
    modified: datetime = START


Answering = Said | Callable[[datetime], Said]


@dataclass(slots=True)
class PlayedWeb:
    """The web, by URL. `asked` is what was requested: when, which URL, with which conditions, and the status that came."""

    clock: SetClock
    pages: dict[str, Answering] = field(default_factory=dict)
    asked: list[tuple[datetime, str, bool, int]] = field(default_factory=list)
    before: Callable[[str], None] = lambda _url: None
    posted: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)

    async def exchange(self, request: httpx.Request) -> Exchange:
        url = str(request.extensions["url"])
        self.before(url)
        now = self.clock.now()
        answer = self.pages.get(url, Said(GONE, 404))
        said = answer(now) if callable(answer) else answer
        headers = {name.lower(): value for name, value in request.headers.items()}
        status, body, out = _spoken(said, headers)
        self.asked.append((now, url, "if-none-match" in headers or "if-modified-since" in headers, status))
        return _exchange(url, now, request, said, status, body, out)

    async def aclose(self) -> None:
        pass

    def times(self, url: str) -> list[datetime]:
        return [when for when, one, _, _ in self.asked if one == url]


def _spoken(said: Said, headers: Mapping[str, str]) -> tuple[int, bytes, list[tuple[str, str]]]:
    """Answer as a server does, conditions first (RFC 9110 §13.2.2)."""
    etag = f'"{hashlib.sha256(said.body).hexdigest()[:16]}"' if said.validators in ("both", "etag") else None
    modified = format_datetime(said.modified, usegmt=True) if said.validators in ("both", "modified") else None
    own = [(name, value) for name, value in (("ETag", etag), ("Last-Modified", modified)) if value and said.status == 200]
    asked = headers.get("if-none-match")
    same = asked == etag if asked is not None else modified is not None and headers.get("if-modified-since") == modified
    if said.status == 200 and (etag or modified) and same and (asked or headers.get("if-modified-since")):
        return 304, b"", own
    return said.status, said.body, [("Content-Type", said.media_type), ("Content-Length", str(len(said.body))), *own, *said.headers]


def _exchange(
    url: str, now: datetime, request: httpx.Request, said: Said, status: int, body: bytes, out: list[tuple[str, str]]
) -> Exchange:
    sent = b"".join(b"%s: %s\r\n" % (name, value) for name, value in request.headers.raw)
    target = "/" + url.split("://", 1)[1].partition("/")[2]
    made = Exchange(url, request.method, now, request=f"{request.method} {target} HTTP/1.1\r\n".encode() + sent + b"\r\n")
    if said.error:
        made.error, made.error_text = said.error, "as played"
        return made
    head = f"HTTP/1.1 {status} Played\r\n".encode() + b"".join(f"{name}: {value}\r\n".encode() for name, value in out) + b"\r\n"
    made.wire.append(head + body)
    made.head_end, made.status, made.reason, made.headers = len(head), status, "Played", tuple(out)
    made.framing, made.segments = "length", array("Q", [len(head), len(head) + len(body)])
    made.ip, made.port, made.first_byte, made.seconds = "192.0.2.1", 80, 0.01, 0.02
    return made


def page(title: str, *paragraphs: str) -> bytes:
    """Return a page with a body that reads as one."""
    text = "".join(f"<p>{one}</p>" for one in paragraphs)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f"<article><h1>{title}</h1>{text}</article></body></html>"
    ).encode()


def article(title: str, cited: list[str]) -> bytes:
    """Return an article that cites these URLs, a sentence each."""
    return page(
        title, *(f'According to <a href="{url}">source number {n}</a>, so much is known of matter {n}.' for n, url in enumerate(cited))
    )


def feed(items: list[tuple[str, str, str]]) -> bytes:
    """Return an RSS feed of guid, title and URL."""
    listed = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title><link>{url}</link><pubDate>Mon, 05 Jan 2026 08:00:00 GMT</pubDate></item>"
        for guid, title, url in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>A paper</title><link>https://paper.test/</link>{listed}</channel></rss>'.encode()


def config(*sources: Source, **more: Any) -> Config:
    """Return a configuration without pace and robots."""
    network = Network(per_host=PerHost(connections=8, interval=0.0), robots="ignore", attempts=1, **more.pop("network", {}))
    return Config(network=network, source=sources, **more)


class Silent:
    """Nobody watches."""

    def begin(self, title: str, total: int) -> None: ...

    def fetched(self, url: str) -> None: ...

    def settled(self) -> None: ...


def store_bytes(store: Path) -> int:
    """Return how much the WARC files of a store weigh."""
    return sum(one.stat().st_size for one in store.glob("*/*/*/archive/*.warc.gz"))
