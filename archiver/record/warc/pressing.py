"""Pressing: a record becomes a gzip member, its bytes as they are; the rules stand in the package's header.

warcio writes the record's header; what follows it is put behind it here. warcio's writer, which would do that too, takes 0.1 ms for a
record, of which a resource has five, most of a few hundred bytes. Records too large for memory go through it (`streaming`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from isal import isal_zlib
from warcio.statusandheaders import StatusAndHeaders

from archiver.record.entry import Entry
from archiver.record.warc.streaming import Stored, serialise
from archiver.record.warc.writing import LEVEL, SMALL, Record, described, headers

END = b"\r\n\r\n"


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
    member = _stored(block) if record.stored else isal_zlib.compress(block, LEVEL, 31)
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


def _stored(block: bytes) -> bytes:
    member = Stored()
    return member.compress(block) + member.flush()
