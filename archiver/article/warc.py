"""Find the article in a web archive file: the one response of a WARC or WACZ that is the page, with its address and time.

Why a reader of its own: the project's door to WARC is `record/warc.py`, which stands below and writes evidence; it needs warcio and
checks what it reads. An article needs one payload out of a stranger's file, bounded, and nothing else of the format; that is the standard
library's gzip and zip, and this module. Standards: ISO 28500 (WARC 1.1), WACZ 1.1.1.

Which one it is
  1. the response for the address that the person gave (`--base-url`), else that a WACZ calls its main page, else its first page;
     redirects that the archive has are followed
  2. else the first successful response that is HTML, else a PDF, else text: crawlers write the page before what it needs
A `resource` record (what a browser or an archiver wrote without HTTP) counts as a response, and need have no address on the web: an article
that was a file. A revisit has no payload, and is none.

Two passes: the first reads heads only and decides, the second fetches one payload. So memory is bounded by one payload, time by
`MOST_BYTES` of inflated data, whatever the file claims. A file that ends in the middle, as after a crash, is read as far as it goes.
"""

from __future__ import annotations

import io
import json
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, cast

import brotli  # type: ignore[import-untyped]

from archiver.errors import UsageError
from archiver.url import canonical, resolve

MOST_BYTES = 1 << 30  # inflated, of one pass
MOST_PAYLOAD = 64 << 20
MOST_HEAD = 64 << 10
MOST_RECORDS = 500_000
MOST_REDIRECTS = 10
MOST_JSON = 1 << 20
PIECE = 1 << 16
KINDS = (re.compile(r"text/html|application/xhtml\+xml"), re.compile(r"application/pdf"), re.compile(r"text/(?:plain|markdown|x-rst)"))
HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)")
STATUS = re.compile(rb"HTTP/[0-9.]+ +([0-9]{3})")
CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")

# What the standard library says of a zip whose directory, names or streams are damaged: bz2 OSError, a wrong offset ValueError.
DAMAGE = (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError, zlib.error, lzma.LZMAError, struct.error)

Opener = Callable[[], IO[bytes]]


@dataclass(frozen=True, slots=True)
class Archived:
    """The page in an archive file: `data` with its codings undone, `media_type` as the server said it, `captured` when, if told."""

    data: bytes
    url: str | None
    media_type: str
    captured: str | None


@dataclass(frozen=True, slots=True)
class _Head:
    """What a record says of itself: `place` is the file's number and the record's in it; `media_type` in lower case, without parameters."""

    place: tuple[int, int]
    url: str | None
    captured: str | None
    status: int
    media_type: str
    location: str | None


@dataclass(frozen=True, slots=True)
class _Record:
    """A record: its fields, the status and fields of the HTTP answer in it (0 and none where there is none), and the rest of its block."""

    headers: dict[str, str]
    status: int
    http: dict[str, str]
    block: _Block


def what_archive(data: bytes) -> str | None:
    """Say which archive format bytes are: "WARC" or "WACZ"; None for neither."""
    if data.startswith(b"WARC/"):
        return "WARC"
    if data.startswith(b"\x1f\x8b"):
        try:
            return "WARC" if zlib.decompressobj(31).decompress(data[:PIECE], 8).startswith(b"WARC/") else None
        except zlib.error:
            return None
    if data.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                return "WACZ" if any(map(_is_warc, archive.namelist())) else None
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError):
            return None
    return None


def read_archive(data: bytes, *, source: str, wanted: str | None = None) -> Archived:
    """Return the page in a WARC or WACZ; `wanted` is its address, if the person gave it.

    UsageError, in one line, where there is no page in it, or not the wanted one.
    """
    named, openers = _unzipped(data, source) if data.startswith(b"PK") else _alone(data)
    heads = [head for number, opener in enumerate(openers) for head in _heads(number, opener)]
    pages = [head for head in heads if 200 <= head.status < 300 and any(kind.fullmatch(head.media_type) for kind in KINDS)]
    chosen = next(filter(None, (_followed(url, heads, pages) for url in ([wanted] if wanted else named))), None)
    if chosen is None and wanted:
        shown = list(dict.fromkeys(head.url for head in pages if head.url))
        pages_there = ", ".join(shown[:3]) + (" …" if len(shown) > 3 else "") if shown else "none"
        raise UsageError(f"{source}: has no successful answer of {wanted}; the pages in it: {pages_there}")
    chosen = chosen or next((head for kind in KINDS for head in pages if kind.fullmatch(head.media_type)), None)
    if chosen is None:
        raise UsageError(
            f"{source}: a web archive without a page in it (no successful response with HTML, PDF or text); give one that holds the article"
        )
    file, number = chosen.place
    for at, record in enumerate(_records(openers[file]())):
        if at == number:
            body = _payload(record, source)
            declared = record.http.get("content-type") or record.headers.get("content-type", "")
            return Archived(body, chosen.url, declared if record.status else chosen.media_type, chosen.captured)
    raise UsageError(f"{source}: changed while it was read; try again when it is whole")


# ------------------------------------------------------------------ choosing


def _followed(url: str, heads: Sequence[_Head], pages: Sequence[_Head]) -> _Head | None:
    """Return the page at an address, behind the redirects that the archive has."""
    redirects = {_key(head.url): head.location for head in heads if head.url and 300 <= head.status < 400 and head.location}
    at: str | None = url
    for _ in range(MOST_REDIRECTS):
        found = next((head for head in pages if at and head.url and _key(head.url) == _key(at)), None)
        if found or at is None:
            return found
        location = redirects.get(_key(at))
        at = resolve(location, at) if location else None
    return None


def _key(url: str) -> str:
    resolved = resolve(url)
    return canonical(resolved) if resolved else url


# ---------------------------------------------------------------------- WACZ


def _is_warc(name: str) -> bool:
    return name.startswith("archive/") and name.endswith((".warc", ".warc.gz"))


def _alone(data: bytes) -> tuple[list[str], list[Opener]]:
    return [], [lambda: io.BytesIO(data)]


def _unzipped(data: bytes, source: str) -> tuple[list[str], list[Opener]]:
    """Return the addresses that a WACZ names as its page, best first, and its WARC files."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        names = sorted(filter(_is_warc, archive.namelist()))
        named = [*_main_page(_member(archive, "datapackage.json")), *_first_page(_member(archive, "pages/pages.jsonl"))]
    except DAMAGE as error:
        raise UsageError(f"{source}: a WACZ that cannot be unpacked ({error}); get it again from where it came") from error

    def opener(name: str) -> Opener:
        return lambda: cast("IO[bytes]", _Unpacked(archive, name))

    return named, [opener(name) for name in names]


class _Unpacked(io.RawIOBase):
    """A file in a zip; it ends where it is damaged."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        try:
            self.file: IO[bytes] = archive.open(name)
        except DAMAGE:
            self.file = io.BytesIO()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            piece = self.file.read(len(buffer))
        except DAMAGE:
            return 0
        buffer[: len(piece)] = piece
        return len(piece)


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as file:
            return file.read(MOST_JSON)
    except KeyError:
        return b""


def _main_page(written: bytes) -> Iterator[str]:
    try:
        said = json.loads(written)
    except (ValueError, RecursionError):
        return
    for name in ("mainPageUrl", "mainPageURL"):
        if isinstance(said, dict) and isinstance(said.get(name), str):
            yield said[name]


def _first_page(written: bytes) -> Iterator[str]:
    """Yield the address of the first page; the first line of the file is its header, and has none."""
    for line in written.split(b"\n", 100)[:100]:
        try:
            page = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(page, dict) and isinstance(page.get("url"), str):
            yield page["url"]
            return


# ---------------------------------------------------------------------- WARC


class _Inflated(io.RawIOBase):
    """A WARC file's bytes, its gzip members undone one after the other; ends where they are torn, and at `MOST_BYTES`."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.waiting, self.passed = file, file.read(PIECE), 0
        self.press = self.waiting.startswith(b"\x1f\x8b")
        self.member = zlib.decompressobj(31)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        piece = self._piece(len(buffer))
        buffer[: len(piece)] = piece
        self.passed += len(piece)
        return len(piece)

    def _piece(self, size: int) -> bytes:
        while self.passed < MOST_BYTES:
            self.waiting = self.waiting or self.file.read(PIECE)
            if not self.waiting:
                break
            if not self.press:
                piece, self.waiting = self.waiting[:size], self.waiting[size:]
                return piece
            try:
                piece = self.member.decompress(self.waiting, size)
            except zlib.error:
                break
            self.waiting = self.member.unconsumed_tail
            if self.member.eof:
                self.waiting, self.member = self.member.unused_data, zlib.decompressobj(31)
            if piece:
                return piece
        return b""


class _Block:
    """The next bytes of a stream, and no more."""

    def __init__(self, stream: IO[bytes], left: int) -> None:
        self.stream, self.left = stream, left

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes; none at the end of the block, or where the file is torn."""
        piece = self.stream.read(min(size, self.left))
        self.left = self.left - len(piece) if piece else 0
        return piece

    def readline(self) -> bytes:
        """Return a line with its end, cut at `MOST_HEAD`."""
        line = self.stream.readline(min(MOST_HEAD, self.left))
        self.left -= len(line)
        return line


def _records(file: IO[bytes]) -> Iterator[_Record]:
    """Yield the records of a WARC file; the block of each can be read until the next is asked for."""
    with file:
        stream: IO[bytes] = io.BufferedReader(_Inflated(file), PIECE)
        for _ in range(MOST_RECORDS):
            line = stream.readline(MOST_HEAD)
            while line in (b"\r\n", b"\n"):
                line = stream.readline(MOST_HEAD)
            headers = _headers(_Block(stream, MOST_HEAD)) if line.startswith(b"WARC/") else {}
            length = headers.get("content-length", "")
            if not re.fullmatch(r"[0-9]{1,15}", length):
                return
            block = _Block(stream, int(length))
            is_http = headers.get("content-type", "").lower().startswith("application/http")
            matched = STATUS.match(block.readline()) if is_http else None
            yield _Record(headers, int(matched[1]) if matched else 0, _headers(block) if matched else {}, block)
            while block.read(PIECE):
                pass


def _headers(lines: _Block) -> dict[str, str]:
    """Return the fields up to an empty line, names in lower case; of a repeated one the first."""
    found: dict[str, str] = {}
    size = 0
    while (line := lines.readline()) not in (b"", b"\r\n", b"\n") and size < MOST_HEAD:
        size += len(line)
        matched = HEADER.match(line.rstrip(b"\r\n"))
        if matched:
            found.setdefault(matched[1].decode("ascii").lower(), matched[2].decode("utf-8", "replace").strip())
    return found


def _heads(number: int, opener: Opener) -> Iterator[_Head]:
    """Yield what the responses and resources of a file say of themselves."""
    for at, record in enumerate(_records(opener())):
        kind, url = record.headers.get("warc-type"), resolve(record.headers.get("warc-target-uri", "").strip("<>"))
        if (kind == "response" and record.status and url) or kind == "resource":
            said = record.http.get("content-type", "") if record.status else record.headers.get("content-type", "")
            yield _Head(
                place=(number, at),
                url=url,
                captured=record.headers.get("warc-date"),
                status=record.status or 200,
                media_type=said.partition(";")[0].strip().lower(),
                location=record.http.get("location"),
            )


# ------------------------------------------------------------------- payload


def _payload(record: _Record, source: str) -> bytes:
    """Return a record's payload, its transfer and content codings undone. UsageError where one is unknown, torn or too large."""
    pieces = []
    while piece := record.block.read(PIECE):
        pieces.append(piece)
        if len(pieces) * PIECE > 2 * MOST_PAYLOAD:
            raise UsageError(f"{source}: the page in it is larger than {MOST_PAYLOAD >> 20} MiB; give the article itself")
    body = b"".join(pieces)
    if "chunked" in record.http.get("transfer-encoding", "").lower():
        body = _joined(body)
    for coding in reversed(record.http.get("content-encoding", "").lower().split(",")):
        body = _decoded(body, coding.strip(), source)
    if len(body) > MOST_PAYLOAD:
        raise UsageError(f"{source}: the page in it is larger than {MOST_PAYLOAD >> 20} MiB; give the article itself")
    return body


def _joined(body: bytes) -> bytes:
    """Return a chunked body without its chunk lines. Some tools undo the coding and keep the header: what is not chunked stays as it is."""
    pieces, at = [], 0
    while matched := CHUNK.match(body, at):
        size = int(matched[1], 16)
        pieces.append(body[matched.end() : matched.end() + size])
        at = matched.end() + size
        at += 2 if body.startswith(b"\r\n", at) else 1 if body.startswith(b"\n", at) else 0
        if size == 0:
            return b"".join(pieces)
    return b"".join(pieces) if pieces and at >= len(body) else body


def _decoded(body: bytes, coding: str, source: str) -> bytes:
    """Return a body without a content coding, cut behind `MOST_PAYLOAD`; as it is where a tool undid the coding and kept the header."""
    try:
        if coding in {"gzip", "x-gzip"}:
            return zlib.decompressobj(31).decompress(body, MOST_PAYLOAD + 1) if body.startswith(b"\x1f\x8b") else body
        if coding == "deflate":
            return zlib.decompressobj(15 if body[:1] == b"\x78" else -15).decompress(body, MOST_PAYLOAD + 1)
        if coding == "br":
            return bytes(brotli.Decompressor().process(body, output_buffer_limit=MOST_PAYLOAD + 1))
    except (zlib.error, brotli.error):
        return body
    if coding in {"", "identity"}:
        return body
    raise UsageError(f"{source}: the page in it is coded as {coding}, which this version does not read; give the page as HTML")
