"""Verify: re-read every byte of a snapshot, and say of every fault which file and what.

A flipped byte anywhere is found at least once, mostly several times, because four descriptions of the same bytes must agree:

1. the data package: SHA-256 and size of every file; none missing, none unlisted, no link; its own bytes and its digest's exactly as they
are made;
2. the WARC files: every gzip member whole and holding one record, every header lint-free, every block and payload digest true;
3. the views: manifest, index, pages and text made again from the records and compared byte for byte, which holds offset, length, digest and
   URL of every line against its record;
4. the catalog, which remembers what the data package hashed to: a record edited with care, and all hashes written anew (of which no WARC
   validator can know), is found by that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archiver.errors import ArchiverError, IntegrityError
from archiver.record import datapackage, layout, lint, manifest, reread, views, warc
from archiver.record.catalog.catalog import Catalog
from archiver.record.entry import Entry
from archiver.record.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was written: the file, relative to the snapshot, and what is wrong with it."""

    file: str
    what: str

    def __str__(self) -> str:
        """Return the fault as one line."""
        return f"{self.file}: {self.what}"


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification read and found."""

    snapshot: Path
    files: int
    records: int
    bytes: int
    faults: tuple[Fault, ...]
    notes: tuple[str, ...] = ()  # what a person should know beside: who signed, what could not be checked

    def check(self) -> None:
        """Raise IntegrityError, listing every fault, where there is one."""
        if self.faults:
            more = f" and {len(self.faults) - 1} more" if len(self.faults) > 1 else ""
            message = f"{self.snapshot}: stored bytes are not what was written: {self.faults[0]}{more}; restore it from a copy"
            raise IntegrityError(message, faults=tuple(map(str, self.faults)))


def verify(path: Path, catalog: Catalog | None = None) -> Report:
    """Read a finished snapshot whole and report every fault. What is not there is a fault too; nothing is raised."""
    faults: list[Fault] = []
    ledger = Ledger()
    payloads: dict[str, str] = {}
    for file in layout.warcs(path):
        guarded(faults, f"{layout.ARCHIVE}/{file.name}", read_records(file, ledger.append, payloads))
    guarded(faults, layout.PACKAGE, _package(path))
    if catalog is not None:
        guarded(faults, layout.PACKAGE, _remembered(path, catalog))
    if not any(fault.file.startswith(layout.ARCHIVE) and "cannot be read" in fault.what for fault in faults):
        guarded(faults, layout.MANIFEST, _views(path, ledger, payloads))
    names = datapackage.files(path) if path.is_dir() else []
    size = sum((path / name).stat().st_size for name in names if (path / name).is_file())
    return Report(path, len(names), len(ledger), size, tuple(dict.fromkeys(faults)))


def guarded(faults: list[Fault], file: str, found: Iterator[Fault]) -> None:
    """Collect faults; where reading itself fails, that is one."""
    try:
        faults.extend(found)
    except OSError as error:
        faults.append(Fault(file, f"cannot be read: {error.strerror}"))
    except ArchiverError as error:
        faults.append(Fault(file, error.message))
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
        faults.append(Fault(file, f"does not read as it was written: {type(error).__name__} {error}"))


def read_records(file: Path, note: Callable[[Entry], object], payloads: dict[str, str], *, strict: bool = True) -> Iterator[Fault]:
    """Read every record and yield its faults; note its entry, and the SHA-256 of the payload of an answer.

    Without `strict`, headers are not held to the rules that our own keep.
    """
    name = f"{layout.ARCHIVE}/{file.name}"
    try:
        for reading, finish in warc.read(file):
            where = f"the record at byte {reading.offset}"
            for fault in lint.faults(reading.raw) if strict else ():
                yield Fault(name, f"{where} {fault}")
            checked = warc.Checked(reading)
            entry = warc.entry_at(checked, file.name, finish, reread.story)
            note(entry)
            if entry.type == "response":
                payloads[entry.id] = checked.payload_sha256()
            for fault in checked.faults():
                yield Fault(name, f"{where} {fault}")
    except warc.Damaged as damage:
        yield Fault(name, f"cannot be read: the record at byte {damage.offset} {damage}")


def _package(path: Path) -> Iterator[Fault]:
    """Compare the data package with the files."""
    data: dict[str, Any] = datapackage.read(path)
    listed = {item["path"]: item for item in data["resources"]}
    there = set(datapackage.files(path))
    for name in sorted(listed.keys() - there):
        yield Fault(name, "is listed in datapackage.json and is not there")
    for name in sorted(there - listed.keys()):
        yield Fault(name, "is not listed in datapackage.json")
    for name in sorted(there & listed.keys()):
        if (path / name).is_symlink():
            yield Fault(name, "is a link, not a file")
        elif (made := datapackage.resource(path, name)) != listed[name]:
            yield Fault(
                name, f"has {made['hash']} and {made['bytes']} bytes; {listed[name]['hash']} and {listed[name]['bytes']} were written"
            )
    if (path / layout.PACKAGE_DIGEST).read_bytes() != datapackage.digest((path / layout.PACKAGE).read_bytes()):
        yield Fault(layout.PACKAGE_DIGEST, "does not hold the digest of datapackage.json")


def _remembered(path: Path, catalog: Catalog) -> Iterator[Fault]:
    """Compare the data package with what the catalog knows of it."""
    name = path.resolve().relative_to(catalog.store.resolve()).as_posix()
    remembered, now = catalog.package(name), hashlib.sha256((path / layout.PACKAGE).read_bytes()).hexdigest()
    # A snapshot that the catalog does not know was brought here, or the catalog is new: nothing is remembered of it, which is no fault.
    if remembered is not None and remembered != now:
        yield Fault(layout.PACKAGE, f"hashes to {now}; the catalog remembers {remembered}")


def _views(path: Path, ledger: Ledger, payloads: dict[str, str]) -> Iterator[Fault]:
    """Make every view again and compare."""
    found = manifest.contents(ledger, lambda entry: reread.said(path, entry))
    for name, pieces in views.pieces_of(path, found):
        if not views.same(path / name, pieces):
            yield Fault(name, "is not what the WARC records give")
    if (path / layout.PACKAGE).read_bytes() != datapackage.package(path, found):
        yield Fault(layout.PACKAGE, "is not what the snapshot's files and records give")
    for entry in map(ledger.at, found.captures):
        for one, sha256 in reread.said(path, entry)["payloads"].items():
            record = ledger[one]
            if record.type == "response" and payloads[one] != sha256:
                yield Fault(f"{layout.ARCHIVE}/{record.file}", f"the payload of the record at byte {record.offset} has another SHA-256")
