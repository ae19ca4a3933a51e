"""Snapshots to replay, made from answers that a test writes down."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from archiver.citation.platform import State, Target
from archiver.record.catalog.catalog import Catalog, hexed
from archiver.record.snapshot import Snapshot
from archiver.replay import address
from tests.record import made


@dataclass(frozen=True, slots=True)
class Said:
    """What a server said for a URL."""

    body: bytes | str = b""
    kind: str = "text/html; charset=utf-8"
    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = ()
    to: str | None = None  # a redirect, to another URL of the table

    @property
    def data(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body

    @property
    def head(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status}", *([f"Content-Type: {self.kind}"] if self.kind else []), f"Content-Length: {len(self.data)}"]
        lines += [f"{name}: {value}" for name, value in self.headers] + ([f"Location: {self.to}"] if self.to else [])
        return "\r\n".join([*lines, "", ""]).encode("latin1")


@dataclass(frozen=True, slots=True)
class Archived:
    """A snapshot: its name, and the capture of each URL by its 32 hex digits."""

    name: str
    captures: dict[str, str] = field(default_factory=dict)
    cited: tuple[str, ...] = ()

    def frame(self, port: int, url: str) -> str:
        return address.frame_url(port)(self.name, self.captures[url])

    def parent(self, port: int, url: str) -> str:
        """The dashboard's page that frames the capture of a cited URL, and may frame nothing else."""
        return f"http://localhost:{port}/snapshot/{self.name}/citation/{self.cited.index(url) + 1}?capture={self.captures[url]}"


def archive(store: Path, cited: Mapping[str, Mapping[str, Said]], *, started: datetime = made.START, source: str = "story.txt") -> Archived:
    """Write a snapshot: for each cited URL a table of what was answered for it and for what it needs; the table's first is the page."""
    with Catalog(store) as catalog:
        snapshot = Snapshot.begin(store, source=source, url=None, started=started, run=made.RUN, seen=catalog.seen)
        snapshot.add_article(made.article(source=source), [made.citation(number, url) for number, url in enumerate(cited, 1)])
        captures = {}
        for number, (url, table) in enumerate(cited.items(), 1):
            for asked in table:
                target = Target(asked, role="seed" if asked == url else "requisite")
                hops = [made.exchange(where, said.head, said.data, started=started) for where, said in _hops(asked, table)]
                state = State.OK if hops[-1].status and hops[-1].status < 400 else State.NOT_FOUND
                capture = made.capture(*hops, target=target, cited_by=(number,), state=state)
                captures[asked] = hexed(snapshot.add(capture).result()["id"])
            snapshot.settle(number, "captured", "ok", "it answered")
        path = snapshot.finish(started)
        catalog.add(path)
    return Archived(path.relative_to(store).as_posix(), captures, tuple(cited))


def _hops(url: str, table: Mapping[str, Said]) -> list[tuple[str, Said]]:
    hops = [(url, table[url])]
    while (to := hops[-1][1].to) and to in table and len(hops) < 5:
        hops.append((to, table[to]))
    return hops


def png(width: int = 8, height: int = 8, colour: tuple[int, int, int] = (0, 128, 64)) -> bytes:
    """Return a picture of one colour."""
    rows = b"".join(b"\0" + bytes(colour) * width for _ in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


LATER = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)
