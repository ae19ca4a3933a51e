"""Exchange: one request and the answer to it, byte for byte.

The wire is the one truth. Everything a server sent for one request stands in `wire`, in order: interim answers (1xx), the final head, the
body in its framing, trailers, and whatever came after them. Head, body and trailers are views on it. So nothing that a server said can be
lost by reading it wrongly, and a test can compare `wire` with what the server wrote. De-chunking happens when the body is read out, which
the record writer does once.
"""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pickle import PickleBuffer
from typing import IO, SupportsIndex

from archiver.citation.platform import first_values

MEMORY = 1 << 20  # bytes of an answer kept in memory before it moves to a file
READ = 1 << 18


class Wire:
    """Bytes as received: in memory up to 1 MiB, then in an unnamed temporary file. Append, read anywhere, close."""

    __slots__ = ("_file", "_memory", "length")

    def __init__(self) -> None:
        self._memory: bytearray | memoryview = bytearray()
        self._file: IO[bytes] | None = None
        self.length = 0

    @classmethod
    def of(cls, data: memoryview) -> Wire:
        """Return the wire whose bytes are `data`, to be read only; they are not copied."""
        wire = cls()
        wire._memory, wire.length = data, len(data)
        return wire

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[object, ...]:
        """Cross to another process, the bytes beside the pickle and uncopied. TypeError for what is in a file."""
        if not self.in_memory:
            raise TypeError("bytes in a file stay in their process")
        return Wire.of, (PickleBuffer(self._memory),)

    @property
    def in_memory(self) -> bool:
        """Whether all of it is in memory."""
        return self._file is None

    def append(self, data: bytes | bytearray | memoryview) -> None:
        """Add received bytes. OSError where the disk refuses."""
        self.length += len(data)
        if self._file is None:
            assert isinstance(self._memory, bytearray)
            self._memory += data
            if len(self._memory) > MEMORY:
                self._file = tempfile.TemporaryFile(prefix="archiver-")  # noqa: SIM115 - lives as long as the exchange
                self._file.write(self._memory)
                self._memory = bytearray()
        else:
            self._file.seek(0, 2)
            self._file.write(data)

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes in [start, end), fewer at the end of what was received."""
        if self._file is None:
            return bytes(memoryview(self._memory)[start:end])
        self._file.seek(start)
        return self._file.read(max(0, min(end, self.length) - start))

    def close(self) -> None:
        """Give memory or disk space back."""
        if self._file is not None:
            self._file.close()
        self._memory = bytearray()

    def __del__(self) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class Tls:
    """How an answer was protected. `verified` is false only where a strict handshake failed first; `failure` then says why."""

    protocol: str  # as ssl names it: TLSv1.3
    cipher: str
    verified: bool
    failure: str | None
    certificate: bytes  # DER, of the server


@dataclass(slots=True)
class Exchange:
    """One request and the answer to it.

    `url` is the WARC-Target-URI: absolute, WHATWG, without fragment. `request` are the exact bytes sent. Offsets are into `wire`:
    interim answers `[0, head_start)`, final head `[head_start, head_end)` with its blank line, body framing from `head_end`.
    `segments` are start, end, start, end … of the body with chunk framing taken off; `framing` is length, chunked, close or none, or, from
    a browser, `decoded`: the head is as received, but content coding too was taken off the body. `protocol` is ALPN's word where the
    answer was not HTTP/1 on the wire (`h2`).
    `truncated` is WARC's word (length, time, disconnect, unspecified) where the body is not whole; `malformed` says what was wrong with an
    answer that HTTP does not allow (a remark: the answer may be readable all the same); `excess` counts bytes at the end of `wire` that
    came after the answer; `error` names the failure where no whole answer came (a `State` word), with `error_text` for a person.
    `status` is None where no status line could be read.
    """

    url: str
    method: str
    started: datetime
    request: bytes = b""
    wire: Wire = field(default_factory=Wire)
    head_start: int = 0
    head_end: int = 0
    status: int | None = None
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()  # latin-1 decoded, folds joined; for reading, never for writing
    framing: str = "none"
    segments: array[int] = field(default_factory=lambda: array("Q"))
    trailers: bytes = b""
    excess: int = 0
    first_byte: float | None = None  # seconds from `started`
    seconds: float = 0.0  # from `started` to the end
    ip: str | None = None
    port: int | None = None
    tls: Tls | None = None
    truncated: str | None = None
    malformed: str | None = None
    error: str | None = None
    error_text: str | None = None
    protocol: str | None = None

    @property
    def head(self) -> bytes:
        """The final status line and headers as received, blank line included; empty where none came."""
        return self.wire.read(self.head_start, self.head_end)

    @property
    def interim(self) -> bytes:
        """Interim answers (1xx) as received."""
        return self.wire.read(0, self.head_start)

    @property
    def body_length(self) -> int:
        """Bytes of the body with chunk framing taken off and content coding kept."""
        return sum(self.segments[1::2]) - sum(self.segments[::2])

    def body(self) -> Iterator[bytes]:
        """Yield the body with chunk framing taken off and content coding kept, in pieces of at most 256 KiB."""
        for start, end in zip(self.segments[::2], self.segments[1::2], strict=True):
            for at in range(start, end, READ):
                yield self.wire.read(at, min(at + READ, end))

    def header(self, name: str) -> str | None:
        """Return the first value of a header, by name in any case."""
        return first_values(self.headers).get(name.lower())

    def close(self) -> None:
        """Give memory or disk space back; the exchange cannot be read after this."""
        self.wire.close()
