"""Streaming: a record too large for memory becomes a gzip member through warcio's writer, piece by piece.

Small ones are put together in `pressing`, byte for byte as it would; a test holds the two together.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from isal import isal_zlib
from warcio.recordbuilder import RecordBuilder
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archiver.record.warc.writing import LEVEL, PIECE, Record, headers

GZIP = b"\x1f\x8b\x08\0\0\0\0\0\0\x03"  # deflate, no name, no time, made on Unix
BLOCK = 0xFFFF  # bytes of one stored deflate block
ALL_TYPES = ("warcinfo", "request", "response", "revisit", "metadata", "resource", "conversion", "continuation")


def serialise(record: Record, emit: Callable[[bytes], object]) -> tuple[int, str]:
    """Write a digested record as a gzip member through `emit`; return its length and `sha256:` digest. OSError where `emit` meets one."""
    member = _Member(emit, record.stored)
    stream = _Pieces(record.pieces()) if record.pieces else BytesIO(record.data)
    head = _Head(record.head) if record.head else None
    fields = StatusAndHeaders("", headers(record), protocol="WARC/1.1")
    whole = ArcWarcRecord("warc", record.type, fields, stream, head, record.content_type, record.length + len(record.head))
    whole.payload_length = record.length
    _Writer(member).write_record(whole)
    return member.length, member.digest()


class _Head(StatusAndHeaders):  # type: ignore[misc] # warcio has no types
    """An HTTP head that warcio writes as it is."""

    def __init__(self, raw: bytes) -> None:
        super().__init__("200", [], protocol="HTTP/1.1")
        self.headers_buff = raw

    def compute_headers_buffer(self, header_filter: Any = None) -> None:
        """Leave the bytes alone."""


class _Writer(WARCWriter):  # type: ignore[misc] # warcio has no types
    NO_PAYLOAD_DIGEST_TYPES = ALL_TYPES  # we say which records have one

    def __init__(self, out: Any) -> None:
        # warcio's own asks the system for the host's name and makes a parser, for each record anew: a fifth of the time of a small one.
        RecordBuilder.__init__(self, warc_version="1.1")
        self.gzip, self.out = False, out

    @staticmethod
    def _iter_stream(stream: Any) -> Iterator[bytes]:
        while piece := stream.read(PIECE):
            yield piece


class _Pieces:
    """A read-only stream over an iterator, for warcio."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, _size: int = -1) -> bytes:
        return next((piece for piece in self._pieces if piece), b"")


class Stored:
    """A gzip member (RFC 1952) of what is put into it as it is, in stored deflate blocks (RFC 1951 §3.2.4), with a compressor's methods.

    By hand because of the check sum: zlib's level 0 takes five times as long for it as isal.
    """

    def __init__(self) -> None:
        self._begun, self._sum, self._size = False, 0, 0

    def compress(self, data: bytes) -> bytes:
        """Return the next bytes of the member."""
        view = memoryview(data)
        pieces: list[bytes | memoryview] = [] if self._begun else [GZIP]
        for at in range(0, len(data), BLOCK):
            piece = view[at : at + BLOCK]
            pieces += [struct.pack("<BHH", 0, len(piece), len(piece) ^ 0xFFFF), piece]
        self._begun, self._sum, self._size = True, isal_zlib.crc32(data, self._sum), self._size + len(data)
        return b"".join(pieces)

    def flush(self) -> bytes:
        """Return its end: a last block, which is empty, and the check."""
        return (b"" if self._begun else GZIP) + b"\x01\0\0\xff\xff" + struct.pack("<II", self._sum, self._size & 0xFFFFFFFF)


class _Member:
    """One gzip member: what warcio writes into it comes out of `emit`, compressed or stored."""

    def __init__(self, emit: Callable[[bytes], object], stored: bool) -> None:
        self._emit, self._waiting, self._size = emit, list[bytes](), 0
        self._press = Stored() if stored else isal_zlib.compressobj(LEVEL, wbits=31)
        self._hash = hashlib.sha256()
        self.length = 0

    def write(self, data: bytes) -> None:
        self._waiting.append(data)
        self._size += len(data)
        if self._size >= PIECE:
            self._push()

    def flush(self) -> None:
        self._push()
        self._out(self._press.flush())

    def digest(self) -> str:
        return "sha256:" + self._hash.hexdigest()

    def _push(self) -> None:
        self._out(self._press.compress(b"".join(self._waiting)))
        self._waiting, self._size = [], 0

    def _out(self, data: bytes) -> None:
        if data:
            self._hash.update(data)
            self.length += len(data)
            self._emit(data)
