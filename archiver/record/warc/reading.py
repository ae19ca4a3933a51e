"""Reading: members back into records, each byte of them accounted for; what is torn, edited or followed by anything is `Damaged`."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from isal import igzip_lib, isal_zlib

from archiver.record import block as blocks
from archiver.record.entry import Entry
from archiver.record.warc.writing import PIECE, Story, entry

NOT_GZIP: type[Exception] = cast("type[Exception]", igzip_lib.IsalError)  # the stubs call it an int
HEADER_LIMIT = 1 << 20
CHUNKED = re.compile(rb"^transfer-encoding[ \t]*:[^\r\n]*chunked", re.IGNORECASE | re.MULTILINE)
LENGTH = re.compile(rb"\r\nContent-Length: ([0-9]{1,18})\r\n")


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


def block_at(path: str | Path, offset: int, length: int) -> bytes:
    """Return the whole block of the record whose member is `length` bytes long. Damaged where there is none at `offset`."""
    fd = os.open(path, os.O_RDONLY)
    try:
        member = os.pread(fd, length, offset)
    finally:
        os.close(fd)
    try:
        whole = isal_zlib.decompress(member, wbits=31)
    except NOT_GZIP as error:
        raise Damaged(offset, f"is not a whole gzip member: {error}") from error
    # The views of a run ask for every metadata record: of the header nothing is read that they do not need.
    start = whole.find(b"\r\n\r\n") + 4
    said = LENGTH.search(whole, 0, start)
    if said and start + int(said[1]) + 4 == len(whole):
        return whole[start:-4]
    return b"".join(Reading(offset, iter((whole,))).block())


class Checked:
    """A record being read with its digests computed beside: head and payload told apart as the writer did.

    Digests are checked in the algorithm and spelling that the header uses, since packages come from other archivers too: sha1 and sha256,
    in base32 or hex. One in an algorithm that is not known here is passed over.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading, self.fields, self.offset, self.get = reading, reading.fields, reading.offset, reading.get
        self._block, self._payload = _digest(self.get("WARC-Block-Digest")), _digest(self.get("WARC-Payload-Digest"))
        self._strong = hashlib.sha256()
        self._head: bytes | None = None if (self.get("Content-Type") or "").startswith("application/http") else b""
        self._start = b""

    def block(self) -> Iterator[bytes]:
        """Yield the block in pieces, as `Reading.block`."""
        for piece in self._reading.block():
            if self._block:
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
        if self._payload:
            self._payload.update(piece)
        self._strong.update(piece)

    def faults(self) -> Iterator[str]:
        """Yield what is wrong with the digests, once the block was read."""
        named = self.get("WARC-Block-Digest")
        if self._block and not _agree(named, self._block):
            yield "does not have the block that its WARC-Block-Digest names"
        named = self.get("WARC-Payload-Digest")
        # Of a body in chunks, archivers disagree what the payload is; ours are stored without chunks.
        chunked = CHUNKED.search(self._head or b"") is not None
        if self.get("WARC-Type") == "response" and self._payload and not chunked and not _agree(named, self._payload):
            yield "does not have the payload that its WARC-Payload-Digest names"

    def payload_sha256(self) -> str:
        """Return the SHA-256 of the payload, in hex, once the block was read."""
        return self._strong.hexdigest()


def _digest(named: str | None) -> Any:
    """Return a hash object of the algorithm that a digest header names; None where it names none that is known."""
    label = (named or "").partition(":")[0].lower()
    return hashlib.new(label, usedforsecurity=False) if label in ("sha1", "sha256") else None


def _agree(named: str | None, made: Any) -> bool:
    value = (named or "").partition(":")[2]
    return value.upper() == base64.b32encode(made.digest()).decode() or value.lower() == made.hexdigest()
