"""What the end-to-end proofs share: a web of forty sources on loopback, an article that cites them, and the program as a black box."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archiver.record.entry import Entry
from archiver.record.writer import journal
from archiver.service.demo.server import LoopbackServer, Request, Send, Sleep, chunked, page, redirect, running

HOSTS = 6
CONFIG = """[network]
concurrency = 8
attempts = 2
per_host = {{ connections = 2, interval = 0 }}
connect_to = {{ "*:80" = "127.0.0.1:{port}", "*:443" = "127.0.0.1:9" }}
"""
PAUSE = 0.1  # seconds before each answer, so that a run lasts long enough to be killed in the middle


@dataclass
class Sources:
    """A served web, the article that cites it, and the folder that its snapshots go to."""

    server: LoopbackServer
    folder: Path
    urls: tuple[str, ...]  # that the article cites
    needed: tuple[str, ...]  # what the cited pages need besides
    options: list[str] = field(default_factory=list)

    @property
    def article(self) -> Path:
        return self.folder / "article.html"

    @property
    def snapshots(self) -> Path:
        return self.folder / "snapshots"

    def command(self, name: str, *arguments: str, snapshots: Path | None = None) -> list[str]:
        config = ["--config", str(self.folder / "archiver.toml"), "--snapshots", str(snapshots or self.snapshots)]
        return [sys.executable, "-m", "archiver", name, *arguments, *config]

    def start(self, **how: Any) -> subprocess.Popen[bytes]:
        """Begin, or go on with, archiving the article."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE} | how
        return subprocess.Popen(self.command("article", str(self.article), "-q"), **quiet)

    def run(self, name: str, *arguments: str, snapshots: Path | None = None) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(self.command(name, *arguments, snapshots=snapshots), capture_output=True, timeout=120)

    def asked(self, since: int = 0) -> list[str]:
        """URLs that the server was asked for, from the log's line `since` on."""
        return [f"http://{line.host}{line.request.target}" for line in self.server.log[since:]]

    def finished(self) -> list[Path]:
        return sorted(path.parent for path in self.snapshots.glob("*/*/*/manifest.json") if not path.parent.name.endswith(".open"))

    def manifest(self) -> dict[str, Any]:
        (snapshot,) = self.finished()
        return json.loads((snapshot / "manifest.json").read_text())

    def acknowledged(self) -> list[Entry]:
        """The records that the journal of the open snapshot vouches for; each of them is read back and must be whole."""
        found = []
        for path in self.snapshots.glob("*/*/*.open/journal"):
            found += [whole(path.parent, entry) for entry in journal.entries(path)]
        return found


def whole(snapshot: Path, entry: Entry) -> Entry:
    """Return the entry if its record stands in its file as it was acknowledged."""
    with (snapshot / "archive" / entry.file).open("rb") as file:
        file.seek(entry.offset)
        member = file.read(entry.length)
    assert hashlib.sha256(member).hexdigest() == entry.record_digest.removeprefix("sha256:"), f"{entry.url} is not what was acknowledged"
    assert gzip.decompress(member).startswith(b"WARC/1.1\r\n")
    return entry


@contextmanager
def forty_sources(folder: Path) -> Iterator[Sources]:
    """Serve the forty sources while the block runs; article, configuration and snapshots stand in `folder`."""
    web = _Web()
    server = LoopbackServer(web.routes, fallback=page(b"", "404 Not Found"))
    with running(server):
        (folder / "archiver.toml").write_text(CONFIG.format(port=server.port))
        cited = "\n".join(f'<p>Source number {n} says <a href="{url}">so much</a>, and more.</p>' for n, url in enumerate(web.cited))
        (folder / "article.html").write_text(
            f'<!doctype html><html lang="en"><title>Forty sources</title><article>{cited}</article></html>'
        )
        yield Sources(server, folder, tuple(web.cited), tuple(web.needed))


class _Web:
    """Forty pages on six hosts: small and large, chunked, compressed, redirected, equal to one another, with pictures and a stylesheet."""

    def __init__(self) -> None:
        self.routes: dict[tuple[str, str], Any] = {}
        self.cited: list[str] = []
        self.needed: list[str] = []
        for number in range(40):
            host, path = f"site-{number % HOSTS}.small-web.test", f"/page-{number:02}"
            self.cited.append(f"http://{host}{path}")
            self.routes[host, path] = self._answer(number, host, path)

    def _answer(self, number: int, host: str, path: str) -> Callable[[Request], list[Any]]:
        noise = random.Random(number)
        kind = number % 8
        if kind == 1:
            return _slow(page(noise.randbytes(noise.randint(100_000, 900_000)), media_type="application/octet-stream"))
        if kind == 2:
            body = chunked(*(_text(noise, 3000) for _ in range(5)), trailers=b"X-End: yes\r\n")
            return _slow(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n" + body)
        if kind == 3:
            self.routes[host, f"{path}/moved"] = _slow(page(_text(noise, 20_000)))
            self.needed.append(f"http://{host}{path}/moved")
            return _slow(redirect(f"{path}/moved"))
        if kind == 4:
            return _slow(page(gzip.compress(_text(noise, 60_000), mtime=0), headers=[("Content-Encoding", "gzip")]))
        if kind == 5:
            return _slow(page(b"<!doctype html><title>The same</title><p>This page says the same wherever it stands.</p>"))
        if kind == 6:
            pictures = [f"{path}/{n}.png" for n in range(3)]
            for picture in pictures:
                self.routes[host, picture] = _slow(page(b"\x89PNG\r\n\x1a\n" + noise.randbytes(9000), media_type="image/png"))
                self.needed.append(f"http://{host}{picture}")
            return _slow(page(_text(noise, 4000) + "".join(f'<img src="{picture}">' for picture in pictures).encode()))
        return _slow(page(_text(noise, noise.randint(500, 200_000))))


def _slow(answer: bytes) -> Callable[[Request], list[Any]]:
    return lambda _request: [Sleep(PAUSE), Send(answer)]


def _text(noise: random.Random, size: int) -> bytes:
    words = " ".join("".join(noise.choices("abcdefghij", k=6)) for _ in range(size // 7 + 1))
    return f"<!doctype html><title>{words[:30]}</title><p>{words}</p>".encode()


def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)
