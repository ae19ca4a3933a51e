"""Ledger: the entries of a snapshot in order, found by place or by id, and out of memory beyond the first few ten thousand.

A run of 20,000 citations has 116,000 entries, 0.8 KB each as objects: 95 MB only to write a manifest. Here an entry is some 350 bytes that
`marshal` reads back in two microseconds, in memory up to SPOOL, then in an unnamed temporary file; an id costs 16 bytes. What is read back
was written by this very process.
"""

from __future__ import annotations

import marshal
import os
import tempfile
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import IO

from archiver.record.entry import Entry

SPOOL = 12 << 20  # bytes in memory
LATELY = 64  # entries found by id that are kept as objects


class Ledger(Mapping[str, Entry]):
    """Entries by id, in the order in which they were appended; of two with the same id the later counts. OSError where the disk refuses."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._memory = bytearray()
        self._file: IO[bytes] | None = None
        self._ends = array("Q")
        self._hashes = array("q")
        self._lately: dict[str, Entry] = {}  # a record is looked up two or three times in a row
        self._sorted: tuple[array[int], array[int]] = array("q"), array("Q")  # hashes of ids, and the places that they belong to
        for entry in entries:
            self.append(entry)

    def __del__(self) -> None:
        if self._file is not None:
            self._file.close()

    def append(self, entry: Entry) -> int:
        """Add an entry and return its place."""
        if self._lately:
            self._lately.clear()
        data = marshal.dumps(tuple(entry))
        self._memory += data
        self._ends.append((self._ends[-1] if self._ends else 0) + len(data))
        self._hashes.append(hash(entry.id))
        if len(self._memory) > SPOOL:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="archiver-", buffering=0)  # noqa: SIM115 - lives as long as the ledger
            self._file.write(self._memory)
            self._memory = bytearray()
        return len(self._ends) - 1

    def filled(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """Append entries and yield each."""
        for entry in entries:
            self.append(entry)
            yield entry

    def at(self, place: int) -> Entry:
        """Return the entry at a place, from 0."""
        return _entry(self._read(self._ends[place - 1] if place else 0, self._ends[place]))

    def entries(self) -> Iterator[Entry]:
        """Yield the entries in order."""
        return map(self.at, range(len(self._ends)))

    def __len__(self) -> int:
        """Return how many entries there are."""
        return len(self._ends)

    def __iter__(self) -> Iterator[str]:
        """Yield the ids in order."""
        return (entry.id for entry in self.entries())

    def __getitem__(self, name: str) -> Entry:
        """Return the entry of an id. KeyError."""
        if found := self._lately.get(name):
            return found
        hashes, places = self._index()
        wanted = hash(name)
        at = bisect_right(hashes, wanted) - 1
        while at >= 0 and hashes[at] == wanted:
            if (entry := self.at(places[at])).id == name:
                if len(self._lately) >= LATELY:
                    self._lately.clear()
                self._lately[name] = entry
                return entry
            at -= 1
        raise KeyError(name)

    def _index(self) -> tuple[array[int], array[int]]:
        if len(self._sorted[0]) != len(self._hashes):
            order = array("Q", sorted(range(len(self._hashes)), key=self._hashes.__getitem__))  # stable: the later of two comes later
            self._sorted = array("q", map(self._hashes.__getitem__, order)), order
        return self._sorted

    def _read(self, start: int, end: int) -> bytes:
        filed = self._ends[-1] - len(self._memory)
        if start >= filed:
            return bytes(memoryview(self._memory)[start - filed : end - filed])
        assert self._file is not None
        return os.pread(self._file.fileno(), end - start, start)


def _entry(data: bytes) -> Entry:
    return Entry(*marshal.loads(data))  # noqa: S302 - our own bytes
