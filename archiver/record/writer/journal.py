"""Journal: what is committed. One line per group of records, written after the WARC file was fsync'ed, and fsync'ed itself.

    <first 16 hex digits of the SHA-256 of the JSON> <JSON: file, end, entries>

`end` is the length of `file` that this commit vouches for. Everything in a WARC file beyond the last commit, and a last line that is not
whole, is a torn tail and is cut off when the snapshot is resumed; a damaged line anywhere else is no torn tail and stops with
IntegrityError.

The journal lives in the open directory only. A finished snapshot needs none: the WARC suffices.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archiver.errors import IntegrityError
from archiver.record import layout, plain
from archiver.record.entry import Entry

MARK = 16


@dataclass(frozen=True, slots=True)
class Commit:
    """One group of records, acknowledged together."""

    file: str
    end: int
    entries: tuple[Entry, ...]

    def line(self) -> bytes:
        """Return the commit as the journal writes it."""
        body = plain.dump({"file": self.file, "end": self.end, "entries": [entry.as_json() for entry in self.entries]})
        return _mark(body) + b" " + body + b"\n"


def commits(path: Path) -> Iterator[tuple[Commit, int]]:
    """Yield every whole commit of a journal and where its line ends. IntegrityError for a bad line that is not the last."""
    for data, end in _lines(path):
        yield Commit(data["file"], data["end"], tuple(Entry(*(*values, tuple(about))) for *values, about in data["entries"])), end


def _lines(path: Path) -> Iterator[tuple[dict[str, Any], int]]:
    end = 0
    with path.open("rb") as file:
        while line := file.readline():
            mark, _, body = line.rstrip(b"\n").partition(b" ")
            if not line.endswith(b"\n") or mark != _mark(body):
                if file.read(1):
                    raise IntegrityError(f"{path}: the line at byte {end} is damaged; restore it from a copy, the WARC files are untouched")
                return
            end += len(line)
            yield json.loads(body), end


def append(fd: int, commit: Commit) -> int:
    """Write a commit and make it durable; return its length. OSError where the disk refuses."""
    line = commit.line()
    write_all(fd, [line])
    os.fsync(fd)
    return len(line)


def write_all(fd: int, pieces: Iterable[bytes | memoryview]) -> None:
    """Write every byte of a few hundred pieces; a short write goes on until the disk says why. OSError where it refuses."""
    left = [memoryview(piece) for piece in pieces if len(piece)]
    while left:
        written = os.writev(fd, left)
        while left and written >= left[0].nbytes:
            written -= left.pop(0).nbytes
        if written:
            left[0] = left[0][written:]


def recover(directory: Path) -> int:
    """Cut the torn tails of an open snapshot's journal and WARC files back to the last commit; return how many bytes were cut.

    IntegrityError where a WARC file is shorter than what was committed.
    """
    journal, ends, whole = directory / layout.JOURNAL, dict[str, int](), 0
    for commit, end in _lines(journal) if journal.exists() else ():
        ends[commit["file"]], whole = commit["end"], end
    cut = sum(_cut(path, ends.pop(path.name, 0)) for path in sorted((directory / layout.ARCHIVE).glob("*")))
    if missing := sorted(ends):
        raise IntegrityError(f"{directory}: committed WARC files are gone: {', '.join(missing)}")
    cut += _cut(journal, whole)
    layout.sync(directory)
    return cut


def _cut(path: Path, end: int) -> int:
    """Truncate a file to its committed length and make that durable; a file without any commit is removed."""
    size = path.stat().st_size if path.exists() else 0
    if size < end:
        raise IntegrityError(f"{path}: has {size} bytes, {end} were committed; restore it from a copy")
    if size == end:
        return 0
    if end == 0 and path.name != layout.JOURNAL:
        path.unlink()
        layout.sync(path.parent)
        return size
    fd = os.open(path, os.O_WRONLY)
    try:
        os.ftruncate(fd, end)
        os.fsync(fd)
    finally:
        os.close(fd)
    return size - end


def entries(path: Path) -> Iterator[Entry]:
    """Yield the entries of a journal in the order of their records."""
    for commit, _ in _lines(path):
        for *values, about in commit["entries"]:
            yield Entry(*(*values, tuple(about)))


def _mark(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest()[:MARK].encode()
