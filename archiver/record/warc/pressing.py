"""Pressing: a record becomes a gzip member, its bytes as they are; the rules stand in the package's header.

warcio writes the record's header; what follows it is put behind it here. warcio's writer, which would do that too, takes 0.1 ms for a
record, of which a resource has five, most of a few hundred bytes. Records too large for memory go through it (`streaming`).
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable
from dataclasses import dataclass

from isal import isal_zlib
from warcio.statusandheaders import StatusAndHeaders

from archiver.record.entry import Entry
from archiver.record.warc.streaming import serialise
from archiver.record.warc.writing import LEVEL, SMALL, Record, described, headers

END = b"\r\n\r\n"
GZIP = b"\x1f\x8b\x08\0\0\0\0\0\0\x03"  # deflate, no name, no time, made on Unix
STORED = 0xFFFF  # bytes of one stored deflate block


@dataclass(frozen=True, slots=True)
class Pressed:
    """A gzip member in memory and its entry, which has no file yet; or a record too large for memory, to be pressed while it is written."""

    entry: Entry | None
    data: bytes | memoryview | None
    record: Record | None


def press(record: Record) -> Pressed:
    """Return a digested record as a gzip member; large ones are left for `write`."""
    if record.length > SMALL:
        return Pressed(None, None, record)
    fields, body = headers(record), b"".join(record.pieces()) if record.pieces else record.data
    block = b"".join((heading(fields), record.head, body, END))
    member = stored(block) if record.stored else isal_zlib.compress(block, LEVEL, 31)
    return Pressed(described(record, fields, "", 0, len(member), "sha256:" + hashlib.sha256(member).hexdigest()), member, None)


def write(pressed: Pressed, emit: Callable[[bytes | memoryview], object], file: str, offset: int) -> Entry:
    """Write a member through `emit` and return its entry. OSError where `emit` meets one."""
    if pressed.record is not None:
        length, digest = serialise(pressed.record, emit)
        return described(pressed.record, headers(pressed.record), file, offset, length, digest)
    assert pressed.entry is not None
    assert pressed.data is not None
    emit(pressed.data)
    return pressed.entry.at(file, offset)


def heading(fields: list[tuple[str, str]]) -> bytes:
    """Return the bytes of a WARC header."""
    return bytes(StatusAndHeaders("", fields, protocol="WARC/1.1").to_bytes())


def stored(block: bytes) -> bytes:
    """Return a gzip member (RFC 1952) that holds a block as it is, in stored deflate blocks (RFC 1951 §3.2.4).

    By hand because of the check sum: zlib's level 0 takes five times as long for it as isal.
    """
    view, length = memoryview(block), len(block)
    pieces: list[bytes | memoryview] = [GZIP]
    for at in range(0, length, STORED):
        piece = view[at : at + STORED]
        pieces += [struct.pack("<BHH", at + STORED >= length, len(piece), len(piece) ^ 0xFFFF), piece]
    pieces.append(struct.pack("<II", isal_zlib.crc32(block), length & 0xFFFFFFFF))
    return b"".join(pieces)
