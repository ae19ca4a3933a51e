r"""Block: the bytes of an exchange as a record keeps them.

`plain` answers: head as received, body with chunk framing taken off and content coding kept. Where chunk framing was taken off,
`Transfer-Encoding` is renamed to `X-Archive-Orig-Transfer-Encoding` (and a `Content-Length` that stood beside it likewise) and the real
`Content-Length` is added as the last header; nothing else of the head changes. Four validators agree on this form only (reliability fact
4). The wire can be made again: interim answers, trailers, chunk extensions and bytes after the end stand in the capture's metadata.

An answer that a browser received comes with its content coding taken off. `Content-Encoding` and a `Content-Length` that was the coded
body's are then renamed in the same way.

`exact` answers: whatever HTTP does not allow (no status line that can be read, HTTP/0.9, ICY, bare line feeds, a line without a colon, a
bad chunk size), and heads above 32,000 bytes. The block is the wire from the final head on, not one byte changed. It is a `response`,
because the server said it, with Content-Type `application/octet-stream`, because it is no HTTP message that a parser agrees on, and
without a payload digest, because nobody can say where the payload begins. Measured with 17 malformed answers: as `application/http`,
warcat stops at a line without colon, at bare line feeds and at HTTP/0.9, fastwarc at bare line feeds and at heads of 60 kB (it reads 32
kB); as `application/octet-stream` without payload digest `gzip -t`, `warcio check`, `fastwarc check -p` and `warcat verify` accept all
17.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from archiver.fetch.exchange import READ, Exchange

HTTP_RESPONSE = "application/http;msgtype=response"
HTTP_REQUEST = "application/http;msgtype=request"
OCTETS = "application/octet-stream"
HEAD = 32_000
STATUS_LINE = re.compile(rb"HTTP/[0-9](?:\.[0-9])? +([0-9]{3})(?: [^\r\n]*)?\r?\n")
BLANK = re.compile(rb"\r?\n\r?\n")
REFRAMED = re.compile(rb"^(?=(?:transfer-encoding|content-length)[ \t]*:)", re.IGNORECASE | re.MULTILINE)
DECODED = re.compile(rb"^(?=(?:transfer-encoding|content-length|content-encoding)[ \t]*:)", re.IGNORECASE | re.MULTILINE)
CODED = re.compile(rb"^(?=transfer-encoding[ \t]*:)", re.IGNORECASE | re.MULTILINE)
MEDIA_TYPE = re.compile(rb"^content-type[ \t]*:[ \t]*([!-~]+/[!-:<-~]+)", re.IGNORECASE | re.MULTILINE)
CONTENT_CODING = re.compile(rb"^content-encoding[ \t]*:[ \t]*([^\r\n]+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A record's block in two parts: HTTP head (empty where there is none to tell apart) and the rest, `length` bytes in `pieces()`."""

    content_type: str
    head: bytes
    pieces: Callable[[], Iterator[bytes]]
    length: int


def response(exchange: Exchange) -> Block | None:
    """Return what the server said, None where it said nothing."""
    if not exchange.wire.length:
        return None
    head = exchange.head
    if exchange.malformed or exchange.status is None or not plain(head):
        start = exchange.head_start if exchange.head_start < exchange.wire.length else 0
        return Block(OCTETS, b"", lambda: _wire(exchange, start), exchange.wire.length - start)
    return Block(HTTP_RESPONSE, reframed(head, exchange), exchange.body, exchange.body_length)


def request(exchange: Exchange) -> Block:
    """Return what was sent."""
    return Block(HTTP_REQUEST, exchange.request, lambda: iter(()), 0)


def plain(head: bytes) -> bool:
    """Tell whether every reader finds the same head here."""
    if not STATUS_LINE.match(head) or not head.endswith(b"\r\n\r\n") or len(head) > HEAD:
        return False
    if not head.count(b"\r\n") == head.count(b"\n") == head.count(b"\r"):
        return False
    return all(b":" in line or line[:1] in (b" ", b"\t") for line in head[:-4].split(b"\r\n")[1:])


def reframed(head: bytes, exchange: Exchange) -> bytes:
    """Return the head as it fits a body without chunk framing, or without content coding too."""
    if exchange.framing not in ("chunked", "decoded"):
        return CODED.sub(b"X-Archive-Orig-", head)
    said = DECODED if exchange.framing == "decoded" else REFRAMED
    return said.sub(b"X-Archive-Orig-", head)[:-2] + b"Content-Length: %d\r\n\r\n" % exchange.body_length


def as_coded(exchange: Exchange, length: int) -> bytes:
    """Return a decoded answer's head as received, fit for a body of `length` bytes that has its content coding still."""
    return REFRAMED.sub(b"X-Archive-Orig-", exchange.head)[:-2] + b"Content-Length: %d\r\n\r\n" % length


def head_of(block: bytes) -> bytes:
    """Return the head that the first bytes of a stored block begin with, blank line included, as far as a head can be told."""
    if not STATUS_LINE.match(block):
        return b""
    blank = BLANK.search(block)
    return block[: blank.end()] if blank else block


def unfolded(head: bytes) -> bytes:
    """Return a head with CRLF line ends and without folds, for reading."""
    return re.sub(rb"\r\n[ \t]+", b" ", re.sub(rb"\r?\n", b"\r\n", head))


@lru_cache(maxsize=16)  # asked of a head again and again while its record is made
def status(head: bytes) -> int | None:
    """Return the status of a stored head."""
    matched = STATUS_LINE.match(head)
    return int(matched[1]) if matched else None


@lru_cache(maxsize=16)  # asked of a head again and again while its record is made
def media_type(head: bytes) -> str | None:
    """Return the media type that a stored head names, lower case, without parameters."""
    matched = MEDIA_TYPE.search(head)
    return matched[1].decode("latin1").lower() if matched else None


@lru_cache(maxsize=16)  # asked of a head again and again while its record is made
def content_codings(head: bytes) -> tuple[str, ...]:
    """Return the content codings that a stored head names, in the order they were applied."""
    said = (name.strip().lower() for found in CONTENT_CODING.findall(head) for name in found.decode("latin1").split(","))
    return tuple(name for name in said if name)


def _wire(exchange: Exchange, start: int) -> Iterator[bytes]:
    for at in range(start, exchange.wire.length, READ):
        yield exchange.wire.read(at, min(at + READ, exchange.wire.length))
