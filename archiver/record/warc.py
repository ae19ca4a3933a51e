"""WARC 1.1 (ISO 28500): records out, records in. The only door to warcio and isal.

**Fields.** A value that goes into a header passes `line` (no CR, LF, NUL or other control character) or `uri` (ASCII; everything else
percent-encoded): warcio writes what it is given, and a URL with a line break in it would forge fields (reliability fact 2). `lint` checks
it.

**Heads.** warcio re-serialises HTTP heads (latin-1, folds, junk lines are lost); `_Head` hands it the bytes as they are (fact 3).

**Digests.** Headers carry `sha1:` in upper-case base32. It is the one form that all four validators check: `warcat verify` fails on
lower-case hex of any algorithm (measured, 2.2.5), and sha256 in base32 needs `=`, which the grammar does not allow. SHA-1 finds flipped
bits; it is no evidence against a forger. That is what SHA-256 is for: of every payload in the capture's metadata record, of every member in
the index (`recordDigest`), of every file in datapackage.json. What "the same payload again" means is decided by SHA-256.
`resource`, `conversion`, `metadata` and `warcinfo` carry a block digest only: payload and block are one there (metadata has no payload at
all by the standard), and warcat raises on a payload digest without an HTTP block.

**Members.** One gzip member per record: isal level 2 (eight times zlib's speed for 2 % of size, speed.md), or stored where the body is
compressed already: by content coding, by media type, or because a probe of its first 4 KiB did not shrink. Header and body reach the
compressor in one piece: a first write below about 288 bytes makes isal choose poor tables for the whole member.

**Memory.** Bodies up to 4 MiB are pressed in memory; larger ones are read from the exchange twice, for the digests and for the file.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import uuid
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import quote

from isal import igzip_lib, isal_zlib
from warcio.recordbuilder import RecordBuilder
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archiver.record import block as blocks
from archiver.record.entry import Entry

NOT_GZIP: type[Exception] = cast("type[Exception]", igzip_lib.IsalError)  # the stubs call it an int
SMALL = 4 << 20  # bytes of a body that is kept in memory while its record is made
PIECE = 1 << 18
LEVEL = 2
PROBE = 4096
HEADER_LIMIT = 1 << 20
COMPRESSED = re.compile(
    r"image/(?!svg|bmp|x-ms-bmp|tiff)|video/|audio/(?!wav|x-wav)|font/woff|application/(?:zip|gzip|x-gzip|zstd|x-7z|x-rar|font-woff|pdf$|epub)"
)
REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
ALL_TYPES = ("warcinfo", "request", "response", "revisit", "metadata", "resource", "conversion", "continuation")


Story = tuple[str | None, tuple[int, ...]]  # what a metadata record of ours holds, and the citations it speaks of


def line(text: str) -> str:
    """Return text as a header value: control characters and line separators become spaces, lone surrogates `?`."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).encode("utf8", "replace").decode().strip()


def uri(text: str) -> str:
    """Return text as an ASCII URI: everything outside printable ASCII, space, quotes and angle brackets percent-encoded as UTF-8."""
    return re.sub(r"[^!-~]|[<>\"]", lambda found: quote(found[0], safe="", errors="replace"), text)


def new_id() -> str:
    """Return a fresh WARC-Record-ID.

    The system's entropy is fetched for 256 ids at a time: each system call lets another thread have the interpreter, and getting it back
    was measured at 0.1 ms.
    """
    while True:
        try:
            return _ids.popleft()
        except IndexError:
            pool = os.urandom(16 * 256)
            _ids.extend(f"<urn:uuid:{uuid.UUID(bytes=pool[at : at + 16], version=4)}>" for at in range(0, len(pool), 16))


_ids: deque[str] = deque()  # popleft and extend are atomic; a forked process would share it, and this program does not fork


def sha1(digest: Any) -> str:
    """Return a hashlib object's value as the headers write it."""
    return "sha1:" + base64.b32encode(digest.digest()).decode()


@dataclass(slots=True)
class Record:
    """A record to be written. `data` holds the body after `head`, or `pieces` yields it where it is too large for memory.

    `fields` are further WARC headers, values already clean. `digest` fills in the digests; `revisit` turns a response into a revisit.
    """

    type: str
    date: str
    content_type: str
    url: str | None = None
    head: bytes = b""
    data: bytes = b""
    pieces: Callable[[], Iterator[bytes]] | None = None
    length: int = 0  # of the body after `head`
    fields: list[tuple[str, str]] = field(default_factory=list)
    kind: str | None = None
    about: tuple[int, ...] = ()
    id: str = field(default_factory=new_id)
    stored: bool = False
    block_digest: str = ""
    payload_digest: str | None = None  # of an HTTP payload only
    sha256: str | None = None  # of the same payload, hex

    def digest(self) -> Record:
        """Compute the digests in one pass over the body, and whether it can be compressed."""
        block = hashlib.sha1(self.head, usedforsecurity=False)
        payload = hashlib.sha1(usedforsecurity=False)
        strong = hashlib.sha256()
        http = bool(self.head) and self.type == "response"
        first = b""
        for piece in self._body():
            first = first or piece[:PROBE]
            block.update(piece)
            if http:
                payload.update(piece)
                strong.update(piece)
        self.block_digest = sha1(block)
        if http:
            self.payload_digest, self.sha256 = sha1(payload), strong.hexdigest()
        self.stored = self._incompressible(first)
        return self

    def revisit(self, digest: str, refers_to: str, refers_to_uri: str, refers_to_date: str) -> None:
        """Keep the head and say where the payload stands: `digest` is that record's payload digest."""
        self.type, self.data, self.pieces, self.length, self.stored = "revisit", b"", None, 0, False
        self.payload_digest = digest
        self.block_digest = sha1(hashlib.sha1(self.head, usedforsecurity=False))
        self.fields += [
            ("WARC-Profile", REVISIT_PROFILE),
            ("WARC-Refers-To", refers_to),
            ("WARC-Refers-To-Target-URI", refers_to_uri),
            ("WARC-Refers-To-Date", refers_to_date),
        ]

    def _body(self) -> Iterator[bytes]:
        return self.pieces() if self.pieces else iter((self.data,))

    def _incompressible(self, first: bytes) -> bool:
        media = (blocks.media_type(self.head) if self.head else None) or self.content_type
        if self.length < PROBE or media.startswith("text/"):
            return bool(self.head) and bool(blocks.content_codings(self.head)) and self.length >= PROBE
        coded = bool(self.head) and bool(blocks.content_codings(self.head))
        return coded or bool(COMPRESSED.match(media)) or len(isal_zlib.compress(first, 1)) > 0.95 * len(first)


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


class _Member:
    """One gzip member: what warcio writes into it comes out of `emit`, compressed or stored."""

    def __init__(self, emit: Callable[[bytes], object], stored: bool) -> None:
        self._emit, self._waiting, self._size = emit, list[bytes](), 0
        self._press = zlib.compressobj(0, zlib.DEFLATED, 31) if stored else isal_zlib.compressobj(LEVEL, wbits=31)
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


@dataclass(frozen=True, slots=True)
class Pressed:
    """A record as a gzip member in memory, or, where `data` is None, one to be pressed while it is written."""

    record: Record
    data: bytes | None
    digest: str


def press(record: Record) -> Pressed:
    """Return a digested record as a gzip member; large ones are left for `write`."""
    if record.length > SMALL:
        return Pressed(record, None, "")
    out: list[bytes] = []
    member = _serialise(record, out.append)
    return Pressed(record, b"".join(out), member.digest())


def write(pressed: Pressed, emit: Callable[[bytes], object], file: str, offset: int) -> Entry:
    """Write a member through `emit` and return its entry. OSError where `emit` meets one."""
    if pressed.data is None:
        member = _serialise(pressed.record, emit)
        return _entry(pressed.record, file, offset, member.length, member.digest())
    emit(pressed.data)
    return _entry(pressed.record, file, offset, len(pressed.data), pressed.digest)


def headers(record: Record) -> list[tuple[str, str]]:
    """Return the WARC headers of a record, in order; Content-Length is added at the end by the writer."""
    found = [("WARC-Type", record.type), ("WARC-Record-ID", record.id), ("WARC-Date", record.date)]
    if record.url is not None:
        found.append(("WARC-Target-URI", uri(record.url)))
    found += record.fields
    if record.payload_digest:
        found.append(("WARC-Payload-Digest", record.payload_digest))
    found.append(("WARC-Block-Digest", record.block_digest))
    return [*found, ("Content-Type", record.content_type)]


def _serialise(record: Record, emit: Callable[[bytes], object]) -> _Member:
    member = _Member(emit, record.stored)
    stream = _Pieces(record.pieces()) if record.pieces else BytesIO(record.data)
    head = _Head(record.head) if record.head else None
    fields = StatusAndHeaders("", headers(record), protocol="WARC/1.1")
    whole = ArcWarcRecord("warc", record.type, fields, stream, head, record.content_type, record.length + len(record.head))
    whole.payload_length = record.length
    _Writer(member).write_record(whole)
    return member


def _entry(record: Record, file: str, offset: int, length: int, digest: str) -> Entry:
    first = record.head or (record.data if record.pieces is None else next(record.pieces(), b""))
    return entry(
        dict(headers(record)),
        first[: blocks.HEAD],
        story=(record.kind, record.about),
        file=file,
        offset=offset,
        length=length,
        digest=digest,
    )


def entry(fields: dict[str, str], first: bytes, *, story: Story, file: str, offset: int, length: int, digest: str) -> Entry:
    """Return the entry of a record from its headers and the first bytes of its block. Writer and reader both come here."""
    kind_of = fields["WARC-Type"]
    head = blocks.head_of(first) if kind_of in ("response", "revisit") else b""
    whole = kind_of in ("resource", "conversion")
    media = blocks.media_type(head) if head else fields.get("Content-Type", "").partition(";")[0].strip().lower() or None
    return Entry(
        type=kind_of,
        id=fields["WARC-Record-ID"],
        url=fields.get("WARC-Target-URI"),
        date=fields["WARC-Date"],
        file=file,
        offset=offset,
        length=length,
        media_type=media,
        status=blocks.status(head) if head else None,
        payload_digest=fields.get("WARC-Payload-Digest") or (fields.get("WARC-Block-Digest") if whole else None),
        record_digest=digest,
        concurrent_to=fields.get("WARC-Concurrent-To"),
        refers_to=fields.get("WARC-Refers-To"),
        kind=story[0],
        about=story[1],
    )


class Damaged(ValueError):  # noqa: N818 - what it is
    """A member that cannot be read whole, or that holds something else than one record; `offset` is where it begins."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.offset = offset


class Reading:
    """One record being read: headers as they stand, then the block in pieces, then the verdict of `finish`."""

    def __init__(self, offset: int, member: Iterator[bytes]) -> None:
        self.offset, self._member, self._rest = offset, member, b""
        raw = b""
        while b"\r\n\r\n" not in raw:
            piece = next(member, b"")
            if not piece or len(raw) > HEADER_LIMIT:
                raise Damaged(offset, "holds no WARC header")
            raw += piece
        self.raw, _, self._rest = raw.partition(b"\r\n\r\n")
        version, *lines = self.raw.decode("utf8", "replace").split("\r\n")
        if version not in ("WARC/1.0", "WARC/1.1"):
            raise Damaged(offset, f"begins with {version[:40]!r} instead of WARC/1.1")
        self.fields = [(name, value.strip()) for name, _, value in (text.partition(":") for text in lines)]
        length = self.get("Content-Length") or ""
        if not re.fullmatch(r"[0-9]{1,18}", length):
            raise Damaged(offset, f"has Content-Length {length[:40]!r}")
        self._left = int(length)

    def get(self, name: str) -> str | None:
        """Return the first value of a field."""
        return next((value for key, value in self.fields if key.lower() == name.lower()), None)

    def block(self) -> Iterator[bytes]:
        """Yield the block, exactly Content-Length bytes. Damaged where there are fewer."""
        while self._left:
            piece = self._rest or next(self._member, b"")
            if not piece:
                raise Damaged(self.offset, f"ends {self._left} bytes before its Content-Length")
            mine, self._rest = piece[: self._left], piece[self._left :]
            self._left -= len(mine)
            yield mine

    def finish(self) -> None:
        """Read to the end of the member. Damaged where anything but the two line ends follows the block."""
        for _ in self.block():
            pass
        for piece in self._member:
            self._rest += piece[:8]  # kept, so that who asks again gets the same answer
            if len(self._rest) > 4:
                break
        if self._rest != b"\r\n\r\n":
            raise Damaged(self.offset, "is not followed by its two line ends, and by nothing else")


@dataclass(slots=True)
class _Cursor:
    """Where in a file a member began and ended, and the hash of its bytes."""

    offset: int
    end: int
    hash: Any


def read(path: Path, start: int = 0) -> Iterator[tuple[Reading, Callable[[], tuple[int, str]]]]:
    """Yield every record of a WARC file from `start`, with a function that finishes it and returns its length and `sha256:` digest.

    Damaged at the first member that is not whole; what was yielded before is good. Records must be finished in turn (the next step does).
    """
    with path.open("rb") as file:
        at, rest = start, b""
        file.seek(at)
        while rest or (rest := file.read(PIECE)):
            cursor = _Cursor(at, at, hashlib.sha256())
            left: list[bytes] = []
            reading = Reading(at, _inflate(file, rest, cursor, left))

            def finish(reading: Reading = reading, cursor: _Cursor = cursor) -> tuple[int, str]:
                reading.finish()
                return cursor.end - cursor.offset, "sha256:" + cursor.hash.hexdigest()

            yield reading, finish
            reading.finish()
            at, rest = cursor.end, left[0]


def _inflate(file: IO[bytes], first: bytes, cursor: _Cursor, left: list[bytes]) -> Iterator[bytes]:
    """Yield one member's bytes in pieces; what was read beyond its end is put into `left`. Damaged where it is torn or its check fails."""
    press = isal_zlib.decompressobj(wbits=31)
    data = first
    while True:
        try:
            out = press.decompress(data, PIECE)
        except NOT_GZIP as error:
            raise Damaged(cursor.offset, f"is not a whole gzip member: {error}") from error
        over = press.unused_data if press.eof else press.unconsumed_tail
        taken = data[: len(data) - len(over)]
        cursor.hash.update(taken)
        cursor.end += len(taken)
        if out:
            yield out
        if press.eof:
            left.append(over)
            return
        data = over or file.read(PIECE)
        if not data and not out:
            raise Damaged(cursor.offset, "is not a whole gzip member: the file ends in it")


def entry_at(reading: Reading | Checked, file: str, finish: Callable[[], tuple[int, str]], tell: Callable[[bytes], Story]) -> Entry:
    """Read a record to its end and return its entry; `tell` says what the block of a metadata record holds."""
    first, all_of = b"", reading.get("WARC-Type") == "metadata"
    for piece in reading.block():
        if all_of or len(first) < blocks.HEAD:
            first += piece
    length, digest = finish()
    story = tell(first) if all_of else (None, ())
    return entry(dict(reading.fields), first[: blocks.HEAD], story=story, file=file, offset=reading.offset, length=length, digest=digest)


def block_at(path: Path, offset: int, length: int) -> bytes:
    """Return the whole block of the record whose member is `length` bytes long. Damaged where there is none at `offset`."""
    with path.open("rb", buffering=0) as file:
        file.seek(offset)
        member = file.read(length)
    try:
        whole = isal_zlib.decompress(member, wbits=31)
    except NOT_GZIP as error:
        raise Damaged(offset, f"is not a whole gzip member: {error}") from error
    return b"".join(Reading(offset, iter((whole,))).block())


class Checked:
    """A record being read with its digests computed beside: head and payload told apart as the writer did."""

    def __init__(self, reading: Reading) -> None:
        self._reading, self.fields, self.offset, self.get = reading, reading.fields, reading.offset, reading.get
        self._block = hashlib.sha1(usedforsecurity=False)
        self._payload, self._strong = hashlib.sha1(usedforsecurity=False), hashlib.sha256()
        self._head: bytes | None = None if (self.get("Content-Type") or "").startswith("application/http") else b""
        self._start = b""

    def block(self) -> Iterator[bytes]:
        """Yield the block in pieces, as `Reading.block`."""
        for piece in self._reading.block():
            self._block.update(piece)
            self._update(piece)
            yield piece

    def _update(self, piece: bytes) -> None:
        if self._head is None:
            self._start += piece
            at = self._start.find(b"\r\n\r\n")
            if at < 0:
                return
            self._head, piece = self._start[: at + 4], self._start[at + 4 :]
        self._payload.update(piece)
        self._strong.update(piece)

    def faults(self) -> Iterator[str]:
        """Yield what is wrong with the digests, once the block was read."""
        if self.get("WARC-Block-Digest") != sha1(self._block):
            yield "does not have the block that its WARC-Block-Digest names"
        named = self.get("WARC-Payload-Digest")
        if self.get("WARC-Type") == "response" and named is not None and named != sha1(self._payload):
            yield "does not have the payload that its WARC-Payload-Digest names"

    def payload_sha256(self) -> str:
        """Return the SHA-256 of the payload, in hex, once the block was read."""
        return self._strong.hexdigest()
