"""Where an answer begins and where it ends: HTTP/1.1 framing (RFC 9112), read leniently, kept whole.

Bytes are fed as they come, in any cuts; what they are goes into the exchange as offsets, the bytes themselves into its wire, unchanged.
This is a parser without a socket, so that it can be tested on every cut of every answer. It follows browsers where they are kinder than
the standard, because what a reader would have seen is what must be kept:

- `malformed` is a remark: it names what the standard gives a recipient no leave to accept (a line without colon, NUL, a Content-Length that
  is no number, bytes after the end …). Bare LF and folded lines may be accepted (RFC 9112 §2.2, §5.2) and draw no remark.
- `error="unreadable"` only where no status can be read (HTTP/0.9, other protocols), where 101 switches to a protocol that nobody asked for,
  or where the end of the body cannot be told (two different lengths, a bad chunk): Chromium shows none of these. `ICY 200 OK` has a status.
- Where the end cannot be told, everything that comes is kept until the connection closes or falls silent (`uncertain`).

Caps: interim answers and head together, body, chunk framing beside the body, number of chunks (segments stand in memory). What was cut is
kept up to the cap, and marked `truncated="length"`.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from archiver.citation.platform import State, first_values
from archiver.fetch import head
from archiver.fetch.exchange import Exchange

STARTS = (b"HTTP/", b"ICY ")
EMPTY_LINE = re.compile(rb"\n\r?\n")
DIGITS = re.compile(r"[0-9]{1,18}")
CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\n]*)?\r?\n")
HEAD_PIECE = (
    1 << 12
)  # bytes that are looked into for the end of a head at once: what was read may be mostly body, which is not copied for it
CHUNK_LINE = 1 << 14  # bytes of a chunk's size line with its extensions
MAX_CHUNKS = 1 << 20
MAX_OVERHEAD = 16 << 20  # bytes of size lines in one answer


class Phase(Enum):
    """What the next byte belongs to."""

    HEAD = auto()
    LENGTH = auto()  # a body of known length
    CLOSE = auto()  # a body that ends with the connection
    SIZE = auto()  # the size line of a chunk
    CHUNK = auto()
    CHUNK_END = auto()  # the line end after a chunk
    TRAILERS = auto()
    REST = auto()  # after something unreadable: kept, not understood
    DONE = auto()


class Framing:
    """Read one answer into an exchange.

    `keep_alive` tells, once the answer is whole, whether the connection may carry another. `uncertain`: the end of what is being read
    cannot be told, silence may be taken for it. `max_head` and `max_body` are bytes.
    """

    __slots__ = (
        "_body",
        "_chunks",
        "_held",
        "_left",
        "_overhead",
        "_phase",
        "_scanned",
        "exchange",
        "keep_alive",
        "max_body",
        "max_head",
        "uncertain",
    )

    def __init__(self, exchange: Exchange, max_head: int, max_body: int) -> None:
        self.exchange = exchange
        self.max_head = max_head
        self.max_body = max_body
        self.keep_alive = False
        self.uncertain = False
        self._phase = Phase.HEAD
        self._held = bytearray()  # a head that is not whole yet; a size line or trailers that are not
        self._scanned = 0  # how far `_held` was searched for the end of the head
        self._left = 0  # bytes missing of a body of known length, or of a chunk
        self._body = 0  # bytes of body so far
        self._chunks = 0
        self._overhead = 0

    @property
    def whole(self) -> bool:
        """Nothing more is wanted."""
        return self._phase is Phase.DONE

    @property
    def begun(self) -> bool:
        """Something was received."""
        return bool(self._held) or self.exchange.wire.length > 0

    def feed(self, data: bytes | memoryview) -> bool:
        """Take received bytes; tell whether nothing more is wanted. OSError where the wire cannot be stored."""
        left = memoryview(data)
        while self._phase is Phase.HEAD and left:
            self._held += left[:HEAD_PIECE]
            left = left[HEAD_PIECE:]
            self._take(self._heads())
        if left and not (self.whole and self.exchange.truncated):  # what was cut takes no more
            self._take(left)
        return self.whole

    def _take(self, data: bytes | memoryview) -> None:
        """Take bytes that stand behind the head."""
        match self._phase:
            case Phase.LENGTH | Phase.CLOSE:
                self._plain(data)
            case Phase.SIZE | Phase.CHUNK | Phase.CHUNK_END | Phase.TRAILERS:
                self._chunked(bytes(data))
            case Phase.REST:
                self._rest(data)
            case Phase.DONE if data:
                self._excess(data)

    def end(self, *, orderly: bool) -> None:
        """Take note that the connection ended, by FIN (`orderly`) or otherwise, before the answer was known to be whole."""
        match self._phase:
            case Phase.DONE:
                return
            case Phase.CLOSE if orderly:
                pass
            case Phase.REST:
                pass
            case Phase.TRAILERS:
                self._remark("the connection ended inside the trailers")
            case Phase.HEAD if not self.begun:
                self._fail(State.DISCONNECTED, "the connection was closed without an answer")
            case _:
                self.cut("disconnect")
                how = "ended before the answer did" if orderly else "was reset inside the answer"
                self._fail(State.DISCONNECTED, f"the connection {how}")
        self._phase = Phase.DONE

    def cut(self, word: str) -> None:
        """Keep what came, mark it truncated with WARC's word, and take no more."""
        if self._phase is Phase.HEAD:
            self._partial_head()
        if self.begun and self._phase is not Phase.DONE:
            self.exchange.truncated = word
        self.keep_alive = False
        self._phase = Phase.DONE

    def _remark(self, text: str) -> None:
        """Add to what was wrong with the answer; once for each fault."""
        said = self.exchange.malformed
        if said is None:
            self.exchange.malformed = text
        elif text not in said:
            self.exchange.malformed = f"{said}; {text}"
        self.keep_alive = False

    def _fail(self, state: State, text: str) -> None:
        if self.exchange.error is None:
            self.exchange.error, self.exchange.error_text = state.value, text
        self.keep_alive = False

    def _unreadable(self, text: str) -> None:
        self._remark(text)
        self._fail(State.UNREADABLE, text)

    # The head

    def _heads(self) -> bytes:
        """Take interim answers and the final head off what is held; return what follows it, nothing while it is not whole."""
        held, exchange = self._held, self.exchange
        while held:
            if blank := len(held) - len(held.lstrip(b"\r\n")):
                self._remark("empty lines before the status line")
                self._pass_over(blank)
                continue
            if not any(held.startswith(start) or start.startswith(held) for start in STARTS):
                return self._no_head()
            found = EMPTY_LINE.search(held, self._scanned)
            if exchange.wire.length + (found.end() if found else len(held)) > self.max_head:
                del held[self.max_head - exchange.wire.length :]
                self._unreadable(f"head longer than {self.max_head} bytes")
                self.cut("length")
                return b""
            if not found:
                self._scanned = max(0, len(held) - 2)
                return b""
            line = head.STATUS_LINE.match(held)
            if line and line[2].startswith(b"1") and line[2] != b"101":
                self._pass_over(found.end())
                continue
            raw, rest = bytes(held[: found.end()]), bytes(held[found.end() :])
            held.clear()
            exchange.wire.append(raw)
            exchange.head_end = exchange.wire.length
            self._read_head(raw)
            self._find_end()
            return rest
        return b""

    def _pass_over(self, count: int) -> None:
        """Move bytes that stand before the final head to the wire."""
        self.exchange.wire.append(self._held[:count])
        self.exchange.head_start = self.exchange.head_end = self.exchange.wire.length
        del self._held[:count]
        self._scanned = 0

    def _no_head(self) -> bytes:
        """Take an answer without a status line (HTTP/0.9, another protocol) as nothing but body."""
        rest = bytes(self._held)
        self._held.clear()
        self._unreadable("no status line: not HTTP/1")
        self._until_close(uncertain=True)
        return rest

    def _partial_head(self) -> None:
        """Keep a head that never became whole, and read of it what is there in whole lines."""
        part = bytes(self._held)
        self._held.clear()
        self.exchange.wire.append(part)
        self.exchange.head_end = self.exchange.wire.length
        if lines := part[: part.rfind(b"\n") + 1]:
            self._read_head(lines)

    def _read_head(self, raw: bytes) -> None:
        exchange, read = self.exchange, head.read(raw)
        exchange.status, exchange.reason, exchange.headers = read.status, read.reason, read.headers
        if read.status is None:
            self._unreadable("status line without a status")
        for fault in read.faults:
            self._remark(fault)

    def _values(self, name: str) -> list[str]:
        """Return the members of a list header, over all its lines, in lower case."""
        if name not in first_values(self.exchange.headers):
            return []
        lines = [value for key, value in self.exchange.headers if key.lower() == name]
        return [member.strip().lower() for line in lines for member in line.split(",") if member.strip()]

    def _find_end(self) -> None:
        """Decide how the body ends: RFC 9112 §6.3, in its order."""
        exchange = self.exchange
        version = exchange.wire.read(exchange.head_start, exchange.head_start + 8)
        connection = self._values("connection")
        persistent = "close" not in connection and (version == b"HTTP/1.1" or (version == b"HTTP/1.0" and "keep-alive" in connection))
        self.keep_alive = persistent and exchange.malformed is None
        codings, lengths = self._values("transfer-encoding"), set(self._values("content-length"))
        if exchange.status == 101:
            self._unreadable("101 Switching Protocols was not asked for")
            self._phase = Phase.DONE
        elif exchange.method == "CONNECT" and exchange.status in range(200, 300):
            self.keep_alive = exchange.malformed is None  # whatever the version: what follows is the tunnel
            self._phase = Phase.DONE
        elif exchange.method == "HEAD" or exchange.status in {204, 304}:
            self._phase = Phase.DONE
        elif codings and codings != ["identity"]:
            self._transfer_coded(codings, both=bool(lengths))
        elif exchange.header("content-length") is None:
            self._until_close()
        elif len(lengths) > 1:
            self._unreadable("Content-Length says two different things")
            self._until_close(uncertain=True)
        elif not DIGITS.fullmatch(length := next(iter(lengths), "")):
            self._remark("Content-Length is not a number")
            self._until_close(uncertain=True)
        else:
            self._left = int(length)
            exchange.framing = "length"
            exchange.segments.extend((exchange.head_end, exchange.head_end))
            self._phase = Phase.LENGTH if self._left else Phase.DONE

    def _transfer_coded(self, codings: list[str], *, both: bool) -> None:
        if both:
            self._remark("Content-Length beside Transfer-Encoding")
        if codings != ["chunked"]:
            self._remark("transfer codings other than chunked, kept in the body")
        if codings[-1] == "chunked":
            self.exchange.framing = "chunked"
            self._phase = Phase.SIZE
        else:
            self._until_close()

    def _until_close(self, *, uncertain: bool = False) -> None:
        at = self.exchange.wire.length
        self.exchange.framing = "close"
        self.exchange.segments.extend((at, at))
        self.keep_alive = False
        self.uncertain = uncertain
        self._phase = Phase.CLOSE

    # The body

    def _plain(self, data: bytes | memoryview) -> None:
        """Take a body without framing of its own."""
        exchange, known = self.exchange, self._phase is Phase.LENGTH
        wanted = min(len(data), self._left) if known else len(data)
        take = min(wanted, self.max_body - self._body)
        exchange.wire.append(data[:take] if take < len(data) else data)
        exchange.segments[1] += take
        self._body += take
        if known:
            self._left -= take
            if not self._left:
                self._phase = Phase.DONE
                self._excess(data[take:])
                return
        if take < wanted or (known and self._body == self.max_body):
            self.cut("length")

    def _chunked(self, data: bytes) -> None:
        """Take a body in chunks, whatever the cuts."""
        exchange, at, size = self.exchange, 0, len(data)
        base = exchange.wire.length
        while at < size and self._phase not in {Phase.DONE, Phase.REST}:
            if self._phase is Phase.CHUNK:
                at += self._part_of_chunk(base + at, size - at)
                continue
            end = data.find(b"\n", at) + 1
            self._held += data[at : end or size]
            at = end or size
            self._lines(whole=bool(end))
        exchange.wire.append(data[:at])
        if self._phase is Phase.REST:
            self._rest(data[at:])
        elif self._phase is Phase.DONE and exchange.truncated is None:
            self._excess(data[at:])

    def _part_of_chunk(self, offset: int, available: int) -> int:
        """Note bytes at `offset` as body; return how many."""
        segments = self.exchange.segments
        take = min(self._left, available, self.max_body - self._body)
        if segments and segments[-1] == offset:
            segments[-1] += take
        elif take:
            segments.extend((offset, offset + take))
        self._body += take
        self._left -= take
        if not self._left:
            self._phase = Phase.CHUNK_END
        elif self._body == self.max_body:
            self.cut("length")
        return take

    def _lines(self, *, whole: bool) -> None:
        """Read what is held of the framing: a size line, the line end after a chunk, trailers."""
        held = self._held
        if not whole:
            if len(held) > {Phase.SIZE: CHUNK_LINE, Phase.CHUNK_END: 1}.get(self._phase, self.max_head):
                self._bad_chunk()
            return
        self._overhead += len(held)
        if self._phase is Phase.TRAILERS:
            if len(held) > self.max_head:
                self._bad_chunk()
            elif EMPTY_LINE.search(held) or bytes(held) in {b"\r\n", b"\n"}:
                self.exchange.trailers = bytes(held[: -2 if held.endswith(b"\r\n") else -1])
                held.clear()
                self._phase = Phase.DONE
            return
        line = bytes(held)
        held.clear()
        if self._phase is Phase.CHUNK_END:
            self._phase = Phase.SIZE
            if line not in {b"\r\n", b"\n"}:
                self._bad_chunk()
        elif size := CHUNK_SIZE.fullmatch(line):
            self._left = int(size[1], 16)
            self._chunks += 1
            self._phase = Phase.CHUNK if self._left else Phase.TRAILERS
            if self._chunks > MAX_CHUNKS or self._overhead > MAX_OVERHEAD:
                self._remark("more chunk framing than is taken")
                self.cut("length")
        else:
            self._bad_chunk()

    def _bad_chunk(self) -> None:
        self._held.clear()
        self._unreadable("bad chunk")
        self.exchange.truncated = "unspecified"
        self.uncertain = True
        self._left = self.max_head
        self._phase = Phase.REST

    def _rest(self, data: bytes | memoryview) -> None:
        """Keep what follows something unreadable, up to the size of a head."""
        take = min(len(data), self._left)
        self.exchange.wire.append(data[:take])
        self._left -= take
        if take < len(data):
            self.cut("length")

    def _excess(self, data: bytes | memoryview) -> None:
        """Keep what came with the answer after its end. The connection cannot be trusted with another."""
        if len(data):
            self.exchange.wire.append(data)
            self.exchange.excess += len(data)
            self._remark("bytes after the end of the answer")
