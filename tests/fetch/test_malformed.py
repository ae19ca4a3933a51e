"""Odd and malformed answers: the bytes recorded are the bytes sent, n of n, plain and over TLS; and what was read of them is what it should be.

`ODD` are answers that HTTP allows and clients alter or lose, `MALFORMED` what HTTP does not allow.
"""

from __future__ import annotations

import asyncio
import gzip
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from ssl import SSLContext

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.fetch.connection import Limits
from archiver.fetch.exchange import Exchange
from archiver.fetch.framing import Framing
from archiver.fetch.guard import Guard
from archiver.fetch.tls import Trust
from archiver.fetch.transport import WireTransport
from archiver.service.demo.server import Answer, Close, LoopbackServer, Send, chunked, running

TEXT = " ".join(random.Random(7).choices(["wire", "byte", "café", "مقال", "archive"], k=4000)).encode()
GZIP, BROTLI = gzip.compress(TEXT, mtime=0), brotli.compress(TEXT)
DISCONNECTED, UNREADABLE = "disconnected", "unreadable"


def answer(head: str | bytes, body: bytes = b"") -> bytes:
    """Write a head, one line each, with CRLF throughout."""
    raw = head.encode("latin-1") if isinstance(head, str) else head
    return b"HTTP/1.1 " + raw.replace(b"\n", b"\r\n") + b"\r\n\r\n" + body


@dataclass(frozen=True)
class Case:
    """An answer and what is to be read of it. `closes`: the server closes the connection after it."""

    name: str
    sent: bytes
    status: int | None = 200
    body: bytes = b"ok"
    framing: str = "length"
    closes: bool = False
    method: str = "GET"
    error: str | None = None
    truncated: str | None = None
    malformed: str | None = None  # part of the remark
    excess: int = 0
    headers: tuple[tuple[str, str], ...] | None = None
    trailers: bytes = b""

    @property
    def route(self) -> Answer:
        return [Send(self.sent), *([Close()] if self.closes else [])]


def sized(body: bytes, head: str = "200 OK") -> bytes:
    return answer(f"{head}\nContent-Length: {len(body)}", body)


OK = "Content-Length: 2"
ODD = [
    Case(
        "case and order of headers",
        answer(f"200 OK\ncontent-TYPE:text/html\nX-Odd:   spaced  \nSet-Cookie: a=1\nset-cookie: b=2\n{OK}", b"ok"),
        headers=(("content-TYPE", "text/html"), ("X-Odd", "spaced"), ("Set-Cookie", "a=1"), ("set-cookie", "b=2"), ("Content-Length", "2")),
    ),
    Case("gzip", sized(GZIP, "200 OK\nContent-Encoding: gzip"), body=GZIP),
    Case(
        "brotli in chunks",
        answer("200 OK\nContent-Encoding: br\nTransfer-Encoding: chunked", chunked(BROTLI[:50], BROTLI[50:])),
        body=BROTLI,
        framing="chunked",
    ),
    Case("zstd magic", sized(b"\x28\xb5\x2f\xfd\x00", "200 OK\nContent-Encoding: zstd"), body=b"\x28\xb5\x2f\xfd\x00"),
    Case("codings stacked", sized(brotli.compress(GZIP), "200 OK\nContent-Encoding: gzip, br"), body=brotli.compress(GZIP)),
    Case(
        "chunk extensions and trailers",
        answer(
            "200 Fine And Dandy\nTransfer-Encoding: chunked",
            chunked(TEXT[:1000], TEXT[1000:], extension=b';a="b;c"', trailers=b"X-Sum: 1\r\nX-T:2\r\n"),
        ),
        body=TEXT,
        framing="chunked",
        trailers=b"X-Sum: 1\r\nX-T:2\r\n",
    ),
    Case(
        "chunks of one byte",
        answer("200 OK\nTransfer-Encoding: Chunked", chunked(*[b"%c" % c for c in b"one at a time"])),
        body=b"one at a time",
        framing="chunked",
    ),
    Case(
        "upper-case hex, bare LF in framing",
        answer("200 OK\nTransfer-Encoding: chunked", b"A\n0123456789\n00\n\n"),
        body=b"0123456789",
        framing="chunked",
    ),
    Case("204", answer("204 No Content\nX-A: b"), status=204, body=b"", framing="none"),
    Case("304", answer('304 Not Modified\nETag: "x"\nContent-Length: 77'), status=304, body=b"", framing="none"),
    Case("HEAD", answer("200 OK\nContent-Length: 12345"), body=b"", framing="none", method="HEAD"),
    Case("HEAD of chunks", answer("200 OK\nTransfer-Encoding: chunked"), body=b"", framing="none", method="HEAD"),
    Case("redirect with a body", sized(b"moved", "302 Found\nLocation: /plain"), status=302, body=b"moved"),
    Case("103 before 200", answer("103 Early Hints\nLink: </a.css>; rel=preload") + sized(b"ok")),
    Case("100, 102, 103 before 200", answer("100 Continue") + answer("102 Processing") + answer("103 Early Hints\nA: b") + sized(b"ok")),
    Case("empty reason", b"HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok"),
    Case("no space, no reason", b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok"),
    Case(
        "folded header",
        answer(f"200 OK\nX-Fold: one\n  two\n\tthree\n{OK}", b"ok"),
        headers=(("X-Fold", "one two three"), ("Content-Length", "2")),
    ),
    Case("latin-1 in a header", answer(f"200 OK\nX-Name: caf\xe9\n{OK}", b"ok"), headers=(("X-Name", "caf\xe9"), ("Content-Length", "2"))),
    Case("UTF-8 in a header", answer(f"200 OK\nX-Name: مقال\n{OK}".encode(), b"ok")),
    Case("latin-1 in the reason", answer(f"200 Tr\xe8s bien\n{OK}", b"ok")),
    Case("bare LF", b"HTTP/1.1 200 OK\nContent-Length: 2\nX-Y: z\n\nok", headers=(("Content-Length", "2"), ("X-Y", "z"))),
    Case("CRLF and LF mixed", b"HTTP/1.1 200 OK\r\nContent-Length: 2\n\r\nok"),
    Case(
        "until close", b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil close", body=b"until close", framing="close", closes=True
    ),
    Case("1.1 until close", answer("200 OK\nContent-Type: text/plain", TEXT), body=TEXT, framing="close", closes=True),
    Case("identity", answer(f"200 OK\nTransfer-Encoding: identity\n{OK}", b"ok")),
    Case("empty body", sized(b""), body=b""),
    Case("status 999", sized(b"no", "999 Request denied"), status=999, body=b"no"),
    Case("head of 60 kB", answer("200 OK\nX-Big: " + "a" * 60000 + f"\n{OK}", b"ok")),
    Case("head of 150 kB", answer("200 OK\nX-Big: " + "a" * 150000 + f"\n{OK}", b"ok")),
    Case("5,000 headers", answer("200 OK\n" + "".join(f"X-{n}: {n}\n" for n in range(5000)) + OK, b"ok")),
    Case("2,000 interim answers", answer("100 Continue") * 2000 + sized(b"ok")),
    Case("equal lengths twice", answer(f"200 OK\n{OK}\n{OK}", b"ok")),
    Case("equal lengths in a list", answer("200 OK\nContent-Length: 2, 2", b"ok")),
    Case("a megabyte", sized(TEXT * 40), body=TEXT * 40),
    Case("a megabyte in chunks", answer("200 OK\nTransfer-Encoding: chunked", chunked(*[TEXT] * 40)), body=TEXT * 40, framing="chunked"),
]
CUT = {"error": DISCONNECTED, "truncated": "disconnect", "closes": True}
MALFORMED = [
    Case("nothing", b"", status=None, body=b"", framing="none", error=DISCONNECTED, closes=True),
    Case("HTTP/0.9", b"just text", status=None, body=b"just text", framing="close", error=UNREADABLE, malformed="no status line", closes=True),
    Case("HTTP/0.9 with an empty line", b"<p>a\r\n\r\nb", status=None, body=b"<p>a\r\n\r\nb", framing="close", error=UNREADABLE, malformed="no status line", closes=True),
    Case("another protocol", b"SSH-2.0-OpenSSH_9.2\r\n", status=None, body=b"SSH-2.0-OpenSSH_9.2\r\n", framing="close", error=UNREADABLE, malformed="no status", closes=True),
    Case("binary", bytes(range(256)), status=None, body=bytes(range(256)), framing="close", error=UNREADABLE, malformed="no status", closes=True),
    Case("half a protocol name", b"HT", status=None, body=b"", framing="none", **CUT),
    Case("ICY", b"ICY 200 OK\r\nicy-name: radio\r\n\r\nsound", body=b"sound", framing="close", malformed="status line", closes=True),
    Case("status in words", answer(f"abc OK\n{OK}", b"ok"), status=None, error=UNREADABLE, malformed="status"),
    Case("status of two digits", answer(f"20 OK\n{OK}", b"ok"), status=None, error=UNREADABLE, malformed="status"),
    Case("status of four digits", answer(f"2000 OK\n{OK}", b"ok"), status=None, error=UNREADABLE, malformed="status"),
    Case("negative status", answer(f"-200 OK\n{OK}", b"ok"), status=None, error=UNREADABLE, malformed="status"),
    Case("no version", b"HTTP/ 200 OK\r\nContent-Length: 2\r\n\r\nok", status=None, error=UNREADABLE, malformed="status"),
    Case("HTTP/2 in words", b"HTTP/2 200 OK\r\nContent-Length: 2\r\n\r\nok", malformed="irregular"),
    Case("HTTP/1.2", b"HTTP/1.2 200 OK\r\nContent-Length: 2\r\n\r\nok", malformed="irregular"),
    Case("two spaces before the status", b"HTTP/1.1  200 OK\r\nContent-Length: 2\r\n\r\nok", malformed="irregular"),
    Case("empty lines first", b"\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", malformed="empty lines"),
    Case("NUL in a header", answer(f"200 OK\nX-Nul: a\0b\n{OK}", b"ok"), malformed="NUL", headers=(("Content-Length", "2"),)),
    Case("space before the colon", answer("200 OK\nContent-Length : 2", b"ok"), malformed="space", headers=(("Content-Length", "2"),)),
    Case("line without a colon", answer(f"200 OK\nthis is no header\n{OK}", b"ok"), malformed="colon", headers=(("Content-Length", "2"),)),
    Case("empty name", answer(f"200 OK\n: value\n{OK}", b"ok"), malformed="without a name", headers=(("Content-Length", "2"),)),
    Case("name with a slash", answer(f"200 OK\nA/B: c\n{OK}", b"ok"), malformed="not allowed", headers=(("A/B", "c"), ("Content-Length", "2"))),
    Case("fold before any header", answer(f"200 OK\n  folded\n{OK}", b"ok"), malformed="folded"),
    Case("bare CR in a value", b"HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 2\r\n\r\nok", headers=(("X", "a b"), ("Content-Length", "2"))),
    Case("two lengths", answer("200 OK\nContent-Length: 2\nContent-Length: 3", b"ok"), framing="close", error=UNREADABLE, malformed="two different", closes=True),
    Case("two lengths in a list", answer("200 OK\nContent-Length: 2, 3", b"ok"), framing="close", error=UNREADABLE, malformed="two different", closes=True),
    Case("negative length", answer("200 OK\nContent-Length: -1", b"ok"), framing="close", malformed="not a number", closes=True),
    Case("length with a sign", answer("200 OK\nContent-Length: +2", b"ok"), framing="close", malformed="not a number", closes=True),
    Case("length in words", answer("200 OK\nContent-Length: two", b"ok"), framing="close", malformed="not a number", closes=True),
    Case("empty length", answer("200 OK\nContent-Length:", b"ok"), framing="close", malformed="not a number", closes=True),
    Case("length of Arabic digits", answer("200 OK\nContent-Length: ٢".encode(), b"ok"), framing="close", malformed="not a number", closes=True),
    Case("length beside chunks", answer("200 OK\nContent-Length: 99\nTransfer-Encoding: chunked", chunked(b"abc")), body=b"abc", framing="chunked", malformed="beside"),
    Case("gzip as transfer coding", answer("200 OK\nTransfer-Encoding: gzip, chunked", chunked(GZIP)), body=GZIP, framing="chunked", malformed="transfer codings"),
    Case("chunked is not last", answer("200 OK\nTransfer-Encoding: chunked, gzip", b"ok"), framing="close", malformed="transfer codings", closes=True),
    Case("bad chunk size", answer("200 OK\nTransfer-Encoding: chunked", b"3\r\nabc\r\nxyz\r\nrest"), body=b"abc", framing="chunked", error=UNREADABLE, truncated="unspecified", malformed="bad chunk", closes=True),
    Case("negative chunk size", answer("200 OK\nTransfer-Encoding: chunked", b"-3\r\nabc\r\n"), body=b"", framing="chunked", error=UNREADABLE, truncated="unspecified", malformed="bad chunk", closes=True),
    Case("chunk without its end", answer("200 OK\nTransfer-Encoding: chunked", b"3\r\nabcdef\r\n0\r\n\r\n"), body=b"abc", framing="chunked", error=UNREADABLE, truncated="unspecified", malformed="bad chunk", closes=True),
    Case("chunk size beyond reason", answer("200 OK\nTransfer-Encoding: chunked", b"F" * 17 + b"\r\nabc"), body=b"", framing="chunked", error=UNREADABLE, truncated="unspecified", malformed="bad chunk", closes=True),
    Case("size line without end", answer("200 OK\nTransfer-Encoding: chunked", b"1;" + b"x" * 20000), body=b"", framing="chunked", error=UNREADABLE, truncated="unspecified", malformed="bad chunk", closes=True),
    Case("no last chunk", answer("200 OK\nTransfer-Encoding: chunked", b"3\r\nabc\r\n"), body=b"abc", framing="chunked", **CUT),
    Case("cut inside a chunk", answer("200 OK\nTransfer-Encoding: chunked", b"1388\r\n" + TEXT[:3000]), body=TEXT[:3000], framing="chunked", **CUT),
    Case("cut inside a size line", answer("200 OK\nTransfer-Encoding: chunked", b"3\r\nabc\r\n1"), body=b"abc", framing="chunked", **CUT),
    Case("cut inside the trailers", answer("200 OK\nTransfer-Encoding: chunked", b"3\r\nabc\r\n0\r\nX: y\r\n"), body=b"abc", framing="chunked", malformed="trailers", closes=True),
    Case("cut inside the body", answer(f"200 OK\nContent-Length: {len(TEXT)}", TEXT[:9999]), body=TEXT[:9999], **CUT),
    Case("cut before the body", answer("200 OK\nContent-Length: 5"), body=b"", **CUT),
    Case("cut inside the head", b"HTTP/1.1 200 OK\r\nA: b\r\nContent-Le", body=b"", framing="none", headers=(("A", "b"),), **CUT),
    Case("cut inside the status line", b"HTTP/1.1 20", status=None, body=b"", framing="none", **CUT),
    Case("cut after an interim answer", answer("100 Continue"), status=None, body=b"", framing="none", **CUT),
    Case("gzip cut short, length kept", sized(GZIP[:100], "200 OK\nContent-Encoding: gzip"), body=GZIP[:100]),
    Case("bytes after the body", answer("200 OK\nContent-Length: 5", b"helloEXTRA"), body=b"hello", excess=5, malformed="after the end"),
    Case("a second answer", sized(b"ok") + sized(b"forged"), excess=len(sized(b"forged")), malformed="after the end"),
    Case("bytes after the last chunk", answer("200 OK\nTransfer-Encoding: chunked", chunked(b"abc") + b"EXTRA"), body=b"abc", framing="chunked", excess=5, malformed="after the end"),
    Case("a body after 204", answer("204 No Content", b"body"), status=204, body=b"", framing="none", excess=4, malformed="after the end"),
    Case("a body after HEAD", sized(b"body"), body=b"", framing="none", method="HEAD", excess=4, malformed="after the end"),
    Case("101 unasked", answer("101 Switching Protocols\nUpgrade: websocket", b"\x81\x00"), status=101, body=b"", framing="none", error=UNREADABLE, malformed="101", excess=2),
]  # fmt: skip
CASES = ODD + MALFORMED
LIMITS = Limits(deadline=20, silence=0.2)


@pytest.fixture(scope="module")
def small_webs(server_tls: Callable[..., SSLContext]) -> Iterator[dict[str, LoopbackServer]]:
    routes: dict[tuple[str, str], Answer] = {("*", f"/{number}"): case.route for number, case in enumerate(CASES)}
    webs = {"http": LoopbackServer(routes), "https": LoopbackServer(routes, tls=server_tls("wire.test"))}
    with running(*webs.values()):
        yield webs


@pytest.fixture(scope="module")
def trust(ca_bundle: Path) -> Trust:
    return Trust(str(ca_bundle))


def seen(exchange: Exchange) -> tuple[object, ...]:
    """What was read of an answer."""
    names = "status reason headers framing trailers excess head_start head_end error error_text truncated malformed"
    return *(getattr(exchange, name) for name in names.split()), b"".join(exchange.body()), exchange.wire.read(0, 1 << 40)


def check(case: Case, exchange: Exchange) -> None:
    assert exchange.wire.read(0, 1 << 40) == case.sent
    assert (exchange.status, exchange.framing, exchange.error, exchange.truncated) == (
        case.status,
        case.framing,
        case.error,
        case.truncated,
    )
    assert b"".join(exchange.body()) == case.body
    assert exchange.body_length == len(case.body)
    assert (exchange.trailers, exchange.excess) == (case.trailers, case.excess)
    assert (case.malformed in exchange.malformed) if case.malformed and exchange.malformed else exchange.malformed == case.malformed
    if case.headers is not None:
        assert exchange.headers == case.headers
    assert exchange.interim + exchange.head == case.sent[: exchange.head_end]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_bytes_recorded_are_bytes_sent(scheme: str, small_webs: dict[str, LoopbackServer], trust: Trust) -> None:
    """Every case on a fresh connection, and again where others have been before it."""
    web = small_webs[scheme]

    async def ask() -> None:
        guard = Guard(connect_to={"wire.test:80": f"127.0.0.1:{web.port}", "wire.test:443": f"127.0.0.1:{web.port}"})
        async with WireTransport(guard=guard, trust=trust, limits=LIMITS) as transport:
            for number, case in [*enumerate(CASES), *reversed(list(enumerate(CASES)))]:
                exchange = await transport.get(f"{scheme}://wire.test/{number}", method=case.method)
                try:
                    check(case, exchange)
                except AssertionError as error:
                    raise AssertionError(f"{case.name}: {error}") from error
                assert exchange.request == web.log[-1].request.raw
                exchange.close()

    asyncio.run(ask())


def feed(case: Case, cuts: Sequence[int], limits: Limits = LIMITS) -> Exchange:
    """Feed an answer to the parser in the pieces that `cuts` make of it."""
    exchange = Exchange("http://wire.test/", case.method, datetime(2026, 1, 1, tzinfo=UTC))
    framing = Framing(exchange, limits.max_head, limits.max_body)
    edges = [0, *sorted(cuts), len(case.sent)]
    for start, end in pairwise(edges):
        if framing.feed(memoryview(case.sent)[start:end]):
            exchange.excess += len(case.sent) - end  # what a connection would never read: it is counted, to compare
            exchange.wire.append(case.sent[end:])
            break
    framing.end(orderly=True)
    return exchange


SMALL = [case for case in CASES if len(case.sent) < 1000 and not case.excess]


@pytest.mark.parametrize("case", SMALL, ids=lambda case: case.name)
def test_cuts_make_no_difference(case: Case) -> None:
    whole = seen(feed(case, []))
    assert seen(feed(case, range(1, len(case.sent)))) == whole
    for cut in range(1, len(case.sent)):
        assert seen(feed(case, [cut])) == whole


@settings(max_examples=150)
@given(st.sampled_from([case for case in CASES if not case.excess]), st.data())
def test_random_cuts_make_no_difference(case: Case, data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(case.sent)), max_size=20))
    assert seen(feed(case, cuts)) == seen(feed(case, []))


HEADS = (
    "200 OK\nContent-Length: 30000",
    "200 OK",
    "200 OK\nContent-Length: 9",
    "200 OK\nContent-Length: 10, 20",
    "200 OK\nX: " + "x" * 9000,
)
LONG = [answer(head, TEXT[:30_000]) for head in HEADS] + [answer("200 OK\nTransfer-Encoding: chunked", body) for body in
    (chunked(TEXT[:7000], TEXT), chunked(TEXT)[:9000] + b"no size\r\n" + TEXT, b"zz\r\n" + TEXT)]  # fmt: skip


@pytest.mark.parametrize("sent", LONG)
@pytest.mark.parametrize("limits", [LIMITS, Limits(max_head=5000, max_body=20_000), Limits(max_head=600, max_body=100)])
def test_what_is_received_at_once_is_read_as_what_comes_bit_by_bit(sent: bytes, limits: Limits) -> None:
    case = Case("long", sent)
    whole = feed(case, [], limits)
    for step in (64, 4095, 4096, 4097, 10_000):
        parts = feed(case, range(step, len(sent), step), limits)
        if whole.truncated:  # what `feed` puts behind the answer was never asked for
            whole.excess = parts.excess = 0
            assert (parts.truncated, seen(parts)[:-1]) == (whole.truncated, seen(whole)[:-1])
        else:
            assert seen(parts) == seen(whole)


@settings(max_examples=300)
@given(st.binary(max_size=300), st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", answer("200 OK\nTransfer-Encoding: chunked")]), st.data())
def test_no_garbage_is_lost_or_breaks_the_parser(garbage: bytes, start: bytes, data: st.DataObject) -> None:
    case = Case("garbage", start + garbage)
    cuts = data.draw(st.lists(st.integers(0, len(case.sent)), max_size=5))
    exchange = feed(case, cuts)
    assert exchange.wire.read(0, 1 << 40) == case.sent
    assert exchange.body_length == len(b"".join(exchange.body()))
    for name, value in exchange.headers:
        assert not set("\r\n\0") & set(name + value)


@pytest.mark.parametrize("cuts", [[], range(1, 400)])
def test_caps(cuts: Sequence[int]) -> None:
    tight = Limits(max_head=200, max_body=10)
    head = feed(Case("head", answer("200 OK\nX: " + "a" * 300 + "\nContent-Length: 2")), cuts, tight)
    assert (head.status, head.truncated, head.error, head.wire.read(0, 200)) == (
        200,
        "length",
        UNREADABLE,
        feed(Case("", answer("200 OK\nX: " + "a" * 300)), []).wire.read(0, 200),
    )
    flood = feed(Case("interim", answer("100 Continue") * 15 + sized(b"ok")), cuts, tight)
    assert (flood.status, flood.truncated, flood.error) == (None, "length", UNREADABLE)
    for body in (
        answer("200 OK\nContent-Length: 300", b"b" * 300),
        answer("200 OK", b"b" * 300),
        answer("200 OK\nTransfer-Encoding: chunked", chunked(b"b" * 7, b"b" * 300)),
        answer("200 OK\nTransfer-Encoding: chunked", chunked(*[b"b"] * 40)),
    ):
        cut = feed(Case("body", body), cuts, tight)
        assert (b"".join(cut.body()), cut.truncated, cut.error) == (b"b" * 10, "length", None)
    for exact in (sized(b"b" * 10), answer("200 OK", b"b" * 10), answer("200 OK\nTransfer-Encoding: chunked", chunked(b"b" * 10))):
        assert feed(Case("exact", exact), cuts, tight).truncated is None
