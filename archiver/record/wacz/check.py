"""Check: a `.wacz` read back, offline, from whoever it comes.

Of every package: the names are safe and told once, every file is listed and hashes to what datapackage.json says, its digest holds, the
signature and the timestamp hold, every WARC record is whole and has the digests that it names, and each line of the index leads to the
record it speaks of. Of a package made here, beside that: headers are lint-free, every record that can be replayed has a line, and the
manifest and the text of each snapshot are made again from its records and compared byte for byte, so each manifest line leads to its
record.

What others' packages lack (a manifest, digests, a signature) is no fault; what could not be checked is said in the notes. A validator that
finds nothing because it looks at nothing is worse than none: `wacz validate` passes packages without index, pages or WARC (reliability 5).

Members are hostile: nothing is written under a name that the package chooses, and whatever inflates is counted.
"""

from __future__ import annotations

import hashlib
import json
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from archiver.errors import UsageError
from archiver.record import index, layout, manifest, reread, views
from archiver.record.entry import Entry
from archiver.record.ledger import Ledger
from archiver.record.verify import Fault, Report, guarded, read_records
from archiver.record.wacz import extra, lent, package

PIECE = 1 << 20
MOST_JSON = 256 << 20  # bytes of a list or manifest that are read
OWN = frozenset({layout.PACKAGE, layout.PACKAGE_DIGEST})
HEAD = struct.Struct("<4s22xHH")  # of a ZIP file's member: its mark, the length of its name, that of what follows
DAMAGE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError)


@dataclass(slots=True)
class _Reading:
    """A package being checked."""

    zip: zipfile.ZipFile
    room: Path  # where its WARC files are laid out
    ca_bundle: str
    notes: list[str] = field(default_factory=list)
    entries: dict[str, list[Entry]] = field(default_factory=dict)  # by the WARC file's name in the package
    records: int = 0

    def bytes_of(self, name: str) -> bytes:
        """Return a small member. ValueError where it is not there or too large."""
        try:
            info = self.zip.getinfo(name)
        except KeyError:
            raise ValueError(f"{name} is not there") from None
        if info.file_size > MOST_JSON:
            raise ValueError(f"{name} is larger than {MOST_JSON:,} bytes")
        return self.zip.read(info)

    def json(self, name: str) -> Any:
        """Return a member's JSON. ValueError."""
        return json.loads(self.bytes_of(name))


def check(path: Path, *, ca_bundle: str = "") -> Report:
    """Read a `.wacz` whole and report every fault; nothing is raised for what it holds. UsageError where it never was a ZIP file.

    `ca_bundle` is a PEM file of further trust roots for timestamps.
    """
    faults: list[Fault] = []
    try:
        opened = zipfile.ZipFile(path)
    except (OSError, *DAMAGE) as error:
        if _begins(path):
            return Report(path, 0, 0, path.stat().st_size, (Fault(path.name, f"is not whole, or its list of files is damaged: {error}"),))
        raise UsageError(f"{path}: is no WACZ ({error}); name a .wacz file or a snapshot's directory") from error
    with opened, tempfile.TemporaryDirectory(prefix="archiver-") as room:
        reading = _Reading(opened, Path(room), ca_bundle)
        for name, step in (
            (layout.PACKAGE, _listed), (layout.PACKAGE_DIGEST, _digest), (package.TOKEN, _stamped), (layout.ARCHIVE, _warcs),
            (layout.INDEX, _index), (layout.MANIFEST, _snapshots),
        ):  # fmt: skip
            guarded(faults, name, _damaged(name, step, reading))
        return Report(
            path, len(opened.infolist()), reading.records, path.stat().st_size, tuple(dict.fromkeys(faults)), tuple(reading.notes)
        )


def _begins(path: Path) -> bool:
    """Tell whether a file begins with a named member: then it is what is left of a package."""
    try:
        with path.open("rb") as file:
            mark, name, _ = HEAD.unpack(file.read(HEAD.size))
    except (OSError, struct.error):
        return False
    return bool(mark == b"PK\x03\x04" and name)


def _damaged(name: str, step: Callable[[_Reading], Iterator[Fault]], reading: _Reading) -> Iterator[Fault]:
    try:
        yield from step(reading)
    except DAMAGE as error:
        yield Fault(name, f"cannot be read: {error}")


def _listed(reading: _Reading) -> Iterator[Fault]:
    """Compare the data package with the members."""
    names = [info.filename for info in reading.zip.infolist() if not info.is_dir()]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Fault(name, "stands in the file twice: readers differ in which one they see")
    for name in names:
        if name.startswith(("/", "\\")) or ".." in PurePosixPath(name).parts or "\\" in name:
            yield Fault(name, "has a name that leads out of the package")
    data = reading.json(layout.PACKAGE)
    listed = {item["path"]: item for item in data["resources"]}
    for name in sorted(listed.keys() - set(names)):
        yield Fault(name, "is listed in datapackage.json and is not there")
    for name in sorted(set(names) - listed.keys() - OWN):
        yield Fault(name, "is not listed in datapackage.json")
    for name in sorted(listed.keys() & set(names)):
        digest, size = _hashed(reading.zip, name)
        if (digest, size) != (listed[name]["hash"], listed[name]["bytes"]):
            yield Fault(name, f"has {digest} and {size} bytes; {listed[name]['hash']} and {listed[name]['bytes']} were written")


def _hashed(opened: zipfile.ZipFile, name: str) -> tuple[str, int]:
    hashed, size = hashlib.sha256(), 0
    with opened.open(name) as member:
        while piece := member.read(PIECE):
            hashed.update(piece)
            size += len(piece)
    return "sha256:" + hashed.hexdigest(), size


def _digest(reading: _Reading) -> Iterator[Fault]:
    """Compare datapackage-digest.json with the data package, and check the signature in it."""
    said, digest = reading.json(layout.PACKAGE_DIGEST), _hashed(reading.zip, layout.PACKAGE)[0]
    if said.get("hash") != digest:
        yield Fault(layout.PACKAGE_DIGEST, f"names {said.get('hash')}; datapackage.json hashes to {digest}")
    signed = said.get("signedData")
    if signed is None:
        reading.notes.append("not signed")
        return
    try:
        signature = extra.signature()
    except UsageError as missing:
        reading.notes.append(f"signature not checked: {missing.message}")
        return
    found = signature.faults(signed, digest)
    yield from (Fault(layout.PACKAGE_DIGEST, f"the signature {fault}") for fault in found)
    if not found:
        reading.notes.append(f"signed {signed.get('created')} with the key {signature.fingerprint_of(signed)}")


def _stamped(reading: _Reading) -> Iterator[Fault]:
    """Check the timestamp over the list of files, and that the list is the data package's."""
    if package.TOKEN not in reading.zip.namelist():
        return
    core, answer = reading.bytes_of(package.RESOURCES), reading.bytes_of(package.TOKEN)
    listed = [item for item in reading.json(layout.PACKAGE)["resources"] if item["path"] not in (package.RESOURCES, package.TOKEN)]
    if json.loads(core) != listed:
        yield Fault(package.RESOURCES, "lists other files or hashes than datapackage.json")
    try:
        timestamp = extra.timestamp()
    except UsageError as missing:
        reading.notes.append(f"timestamp not checked: {missing.message}")
        return
    found = timestamp.faults(answer, core, reading.ca_bundle)
    yield from (Fault(package.TOKEN, f"the timestamp {fault}") for fault in found)
    if not found:
        reading.notes.append(f"was there at {timestamp.when(answer)}, says the timestamp authority")


def _warcs(reading: _Reading) -> Iterator[Fault]:
    """Lay the WARC files out and read every record."""
    ours = bool(_ours(reading))
    found = [info for info in reading.zip.infolist() if info.filename.startswith(f"{layout.ARCHIVE}/") and not info.is_dir()]
    if not found:
        yield Fault(layout.ARCHIVE, "holds no WARC file")
    for number, info in enumerate(found):
        name = info.filename.removeprefix(f"{layout.ARCHIVE}/")
        if info.compress_type != zipfile.ZIP_STORED:
            yield Fault(info.filename, "is compressed a second time; players read records out of it at their offsets")
        if not name.endswith(".gz"):
            reading.notes.append(f"{info.filename} is no .warc.gz: its hash was checked, not its records")
            continue
        laid = reading.room / f"{number:06d}.warc.gz"
        with reading.zip.open(info) as member, laid.open("wb") as out:
            _copy(member, out)
        entries: list[Entry] = []
        yield from (Fault(info.filename, fault.what) for fault in read_records(laid, entries.append, {}, strict=ours))
        reading.entries[name] = [entry._replace(file=name) for entry in entries]
        reading.records += len(entries)
        (reading.room / "names").mkdir(exist_ok=True)
        (reading.room / "names" / hashlib.sha256(name.encode()).hexdigest()).symlink_to(laid)


def _copy(member: IO[bytes], out: IO[bytes]) -> None:
    while piece := member.read(PIECE):
        out.write(piece)


def _index(reading: _Reading) -> Iterator[Fault]:
    """Hold each line against its record and, in our own packages, each record that can be replayed against the lines."""
    names = [name for name in reading.zip.namelist() if name.startswith("indexes/") and name.endswith((".cdx.gz", ".cdx", ".cdxj"))]
    if not names:
        yield Fault("indexes", "holds no index")
    by_place = {(name, entry.offset): entry for name, entries in reading.entries.items() for entry in entries}
    told: set[tuple[str, int]] = set()
    for name in names:
        data = reading.bytes_of(name)
        for number, written in enumerate(package.lines_of(data) if name.endswith(".gz") else data.splitlines(), 1):
            said = json.loads(written.split(b" ", 2)[2])
            place = said["filename"], int(said["offset"])
            told.add(place)
            entry = by_place.get(place)
            if entry is None and place[0] in reading.entries:
                yield Fault(name, f"line {number} leads to {place[0]} at byte {place[1]}, where no record begins")
            elif entry is not None and (fault := _line_fault(said, entry)):
                yield Fault(name, f"line {number} {fault}")
    if _ours(reading):
        copied = {entry.concurrent_to for entry in reading.entries.get(lent.FILE, ())}
        for place, entry in by_place.items():
            if index.indexed(entry) and place not in told and entry.id not in copied:
                yield Fault(names[0] if names else "indexes", f"has no line for the record at byte {place[1]} of {place[0]}")


def _line_fault(said: dict[str, Any], entry: Entry) -> str | None:
    """Return what a line says of its record that is not so."""
    if said.get("url") != entry.url:
        return f"says {str(said.get('url'))[:200]}, and its record {str(entry.url)[:200]}"
    if int(said["length"]) != entry.length:
        return f"says {said['length']} bytes, and its record has {entry.length}"
    if "recordDigest" in said and said["recordDigest"] != entry.record_digest:
        return "has another recordDigest than its record"
    return None


def _ours(reading: _Reading) -> list[dict[str, str]]:
    """Return the snapshots in a package made here, with the prefix of their files."""
    names = reading.zip.namelist()
    if package.SNAPSHOTS in names:
        found: list[dict[str, str]] = reading.json(package.SNAPSHOTS)
        return found
    return [{"prefix": ""}] if package.OURS + layout.MANIFEST in names else []


def _snapshots(reading: _Reading) -> Iterator[Fault]:
    """Make manifest and text of each snapshot again from its records, and compare."""
    found = _ours(reading)
    if not found:
        reading.notes.append("holds no manifest: made by another archiver, or exported without one")
    for number, one in enumerate(found):
        names = [name for name in reading.entries if name != lent.FILE and name.startswith(one["prefix"])]
        path = reading.room / f"snapshot{number}"
        (path / layout.ARCHIVE).mkdir(parents=True)
        ledger = Ledger()
        for name in sorted(names):
            laid = reading.room / "names" / hashlib.sha256(name.encode()).hexdigest()
            own = PurePosixPath(name.removeprefix(one["prefix"])).name
            (path / layout.ARCHIVE / own).symlink_to(laid.resolve())
            for entry in reading.entries[name]:
                ledger.append(entry._replace(file=own))
        told = manifest.contents(ledger, lambda entry, path=path: reread.said(path, entry))  # type: ignore[misc] # mypy: default of a lambda
        for name, pieces in views.pieces_of(path, told):
            if name in (layout.MANIFEST, layout.TEXT) and b"".join(pieces) != reading.bytes_of(package.OURS + one["prefix"] + name):
                yield Fault(package.OURS + one["prefix"] + name, "is not what the WARC records give")
