"""Values as the fetcher hands them over, made from scripted wire bytes; and the independent judges of what was written."""

from __future__ import annotations

import base64
import gzip
import hashlib
import subprocess
import sys
from array import array
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from archiver.article.article import Article
from archiver.citation.citation import Citation, Claims, Place, Reference
from archiver.citation.platform import Page, Post, State, Target
from archiver.fetch.capture import Attempt, Capture
from archiver.fetch.exchange import Exchange, Tls
from archiver.record.draft import Run
from archiver.record.snapshot import Snapshot

START = datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)
RUN = Run("archiver-test (+https://example.org)", "0" * 64, operator="Desk")
TLS = Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", True, None, b"\x30\x03\x02\x01\x01")
TEXT = "عنوان\nنقلت الصحيفة عن https://one.test/قصة أن الخبر صحيح\n"
BIN = Path(sys.executable).parent


def exchange(url: str, head: bytes, body: bytes = b"", *, chunks: tuple[bytes, ...] = (), interim: bytes = b"", **more: Any) -> Exchange:
    """Return an exchange whose server sent head and body, or the chunks in chunked framing."""
    made = Exchange(url, "GET", more.pop("started", START), request=b"GET /p HTTP/1.1\r\nHost: one.test\r\nX-Odd:  kept \r\n\r\n")
    made.wire.append(interim + head)
    made.head_start, made.head_end = len(interim), len(interim) + len(head)
    if chunks:
        made.framing = "chunked"
        for chunk in chunks:
            made.wire.append(b"%x;n=1\r\n" % len(chunk))
            made.segments.extend((made.wire.length, made.wire.length + len(chunk)))
            made.wire.append(chunk + b"\r\n")
        made.trailers = b"X-Sum: 1\r\n"
        made.wire.append(b"0\r\nX-Sum: 1\r\n\r\n")
    else:
        made.framing = "length"
        made.segments = array("Q", [made.wire.length, made.wire.length + len(body)])
        made.wire.append(body)
    status = head.split(b" ")[1][:3] if head.startswith(b"HTTP/") else b""
    made.status = int(status) if status.isdigit() else None
    made.headers = tuple(
        (name, value.strip()) for name, colon, value in (line.partition(":") for line in head.decode("latin1").splitlines()[1:]) if colon
    )
    made.ip, made.port, made.first_byte, made.seconds = "192.0.2.7", 443, 0.01, 0.2
    for name, value in more.items():
        setattr(made, name, value)
    return made


def page(url: str, body: bytes = b"<title>t</title> hello", status: bytes = b"200 OK", kind: bytes = b"text/html", **more: Any) -> Exchange:
    """Return a plain answer."""
    return exchange(url, b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (status, kind, len(body)), body, **more)


def malformed() -> dict[str, Exchange]:
    """Return answers that HTTP does not allow, by what is wrong with them."""
    wires = {
        "icy": b"ICY 200 OK\r\nicy-name: x\r\n\r\n\xff\xfb\x90",
        "http09": b"just text, no head",
        "bare-lf": b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
        "no-colon": b"HTTP/1.1 200 OK\r\nNoColonHere\r\nContent-Length: 2\r\n\r\nok",
        "nul": b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\nok",
        "bad-status": b"HTTP/1.1 abc OK\r\nContent-Length: 2\r\n\r\nok",
        "bad-chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nok\r\n0\r\n\r\n",
        "two-lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\nok",
        "empty-name": b"HTTP/1.1 200 OK\r\n: v\r\n\r\nok",
        "line-only": b"HTTP/1.1 200 OK\r\n",
        "blank": b"\r\n\r\n\r\n",
        "forged": b"WARC/1.1\r\nWARC-Type: response\r\n\r\n",
    }
    found = {}
    for name, wire in wires.items():
        made = exchange(f"http://odd.test/{name}", wire, malformed=f"{name} is not HTTP")
        made.segments = array("Q")
        found[name] = made
    return found


def capture(*hops: Exchange, state: State = State.OK, cited_by: tuple[int, ...] = (1,), **more: Any) -> Capture:
    """Return a capture of one attempt with these hops."""
    error = hops[-1].error if hops else None
    attempt = Attempt(START, 0.5, "pace of one.test", hops, error)
    target = more.pop("target", None) or Target(hops[0].url if hops else "https://refused.test/")
    return Capture(target, START, START + timedelta(seconds=1), (attempt,), state, "as scripted", cited_by=cited_by, **more)


def post_capture(url: str) -> Capture:
    """Return a capture of a post, with an earlier attempt that failed."""
    gone = exchange(url, b"", error="timeout", error_text="no answer within 5 s")
    gone.status, gone.segments = None, array("Q")
    answer = page(url, b'{"text":"x"}', kind=b"application/json", started=START + timedelta(seconds=3))
    made = capture(answer, target=Target(url, tier="post", purpose="syndication"), page=Page(title="ب\r\nWARC-Type: response"))
    made.post = Post("x", "7", url, author="A", text="نص", counts={"likes": 2})
    made.attempts = (Attempt(START, 0.0, None, (gone,), "timeout"), *made.attempts)
    return made


def article(text: str = TEXT, source: str = "story.txt") -> Article:
    """Return an article read from a file."""
    data = text.encode()
    return Article(
        source, None, "text/plain", data, "utf-8", text, hashlib.sha256(data).hexdigest(), title=text.partition("\n")[0], language="ar"
    )


def citation(number: int = 1, url: str = "https://one.test/") -> Citation:
    """Return a link of the article, with its place."""
    start = TEXT.index("https")
    place = Place(url, "text", start, start + 12, TEXT[start : start + 12], TEXT[:start], TEXT[start + 12 :], line=2, column=16)
    return Citation(number, "link", Reference("web", None, url, f"web:{number}"), True, Claims(text="قال"), (place,))


def begin(store: Path, **more: Any) -> Snapshot:
    """Begin a snapshot and write its article with three citations."""
    snapshot = Snapshot.begin(store, source="story.txt", url=None, started=START, run=RUN, **more)
    snapshot.add_article(article(), [citation(number) for number in (1, 2, 3)])
    return snapshot


def full(store: Path, *, revisits: bool = True) -> Path:
    """Write a snapshot with every kind of record and return where it stands."""
    snapshot = begin(store)
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Latin: caf\xe9\r\nX-Fold: a\r\n  b\r\n\r\n"
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    moved = page("http://one.test/old", b"moved", b"302 Found")
    captures = [
        capture(moved, page("https://one.test/new", tls=TLS)),
        capture(exchange("https://one.test/chunked", chunked, chunks=(b"a" * 3000, b"b" * 50), interim=hint, tls=TLS)),
        capture(page("https://two.test/photo", bytes(range(256)) * 40, kind=b"image/jpeg"), cited_by=(1, 2)),
        capture(page("https://two.test/gone", b"no such page", b"404 Not Found"), state=State.NOT_FOUND, cited_by=(2,)),
        capture(page("https://two.test/cut", b"half of", truncated="disconnect"), cited_by=(2,)),
        capture(page("https://two.test/empty", b"", b"204 No Content"), cited_by=(2,)),
        capture(state=State.REFUSED_ADDRESS, cited_by=(3,)),
        post_capture("https://cdn.test/tweet?id=7"),
        *(capture(one, state=State.UNREADABLE, cited_by=(3,)) for one in malformed().values()),
    ]
    if revisits:
        captures.append(capture(page("https://three.test/same"), cited_by=(3,)))
    stored = [future.result() for future in [snapshot.add(one) for one in captures]]
    shown = stored[7]["records"]
    answer = next(record["id"] for record in shown if record["type"] == "response")
    snapshot.add_derived("conversion", "urn:archiver:card:x:7", "text/html;charset=utf-8", b"<p>card</p>", answer).result()
    snapshot.add_derived("resource", "urn:view:https://one.test/new", "image/png", b"\x89PNG" + bytes(9000), answer).result()
    snapshot.settle(
        1, "captured", "ok", "it answered", comparison={"verdict": "match", "similarity": 1.0, "claimed": "قال", "captured": "قال"}
    )
    snapshot.settle(2, "failed", "timeout", "no answer", next_attempt=START + timedelta(hours=1))
    snapshot.settle(3, "refused", "refused_address", "not public", captures=[stored[0]["id"]])
    return snapshot.finish(START + timedelta(minutes=5))


def judges(file: Path) -> dict[str, int]:
    """Return the exit codes of the validators that others wrote."""
    commands = {
        "gzip": ["gzip", "-t", file],
        "warcio": [BIN / "warcio", "check", file],
        "fastwarc": [BIN / "fastwarc", "check", "-p", "-q", file],
        "warcat": [sys.executable, "-W", "ignore", "-m", "warcat", "verify", file],
    }
    return {name: subprocess.run(command, capture_output=True, check=False).returncode for name, command in commands.items()}


def files(path: Path) -> dict[str, bytes]:
    """Return every file below a directory."""
    return {one.relative_to(path).as_posix(): one.read_bytes() for one in sorted(path.rglob("*")) if one.is_file()}


def base32(digest: bytes) -> bytes:
    """Return a digest as WARC headers write SHA-1."""
    return base64.b32encode(digest)


def split(data: bytes) -> list[bytes]:
    """Return the records in a WARC file's bytes, uncompressed, each with the line ends that close it."""
    rest, found = gzip.decompress(data), []
    while rest:
        start = rest.index(b"\r\n\r\n") + 4
        length = next(int(line[16:]) for line in rest[:start].split(b"\r\n") if line.startswith(b"Content-Length: "))
        found.append(rest[: start + length + 4])
        rest = rest[start + length + 4 :]
    return found
