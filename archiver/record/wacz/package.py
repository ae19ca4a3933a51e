"""Package: snapshots as one `.wacz` file (WACZ 1.1.1) that stands alone.

    one snapshot     its files: archive/, pages/, and archiver/manifest.json, archiver/article.txt
    several          archive/0001-<file>, 0002-<file> …, archiver/0001-manifest.json …; archiver/snapshots.json says which prefix is whose;
                     the pages of all in one list
    both             indexes/index.cdx.gz with index.idx (ZipNum), archive/export-00001.warc.gz (`lent`) where something is lacking,
                     datapackage.json, datapackage-digest.json with the signature, integrity/ with a timestamp

Every member is stored, none compressed: a player reads single records out of the file, the bytes do not depend on a version of zlib, and
no bit is without meaning (the last byte of deflated data has spare ones, which may flip unseen). The index is made from the snapshots'
own, with the keys that players look things up by (`lookup`); lines whose answer players cannot decode lead to the decoded copy instead.

Every member is one folder deep, since `wacz validate` knows the last two parts of a path only and calls others unlisted (measured, 0.6.0).
Members are never written with forced ZIP64 fields: ReplayWeb.page skips the local header when the central directory has no extra field, and
then reads 20 bytes off (measured). `datapackage.json` names the snapshots and the SHA-256 of their own data packages, which the store's
catalog remembers. The same snapshots give the same bytes: times are those of the runs, but for signature and timestamp.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archiver.errors import IntegrityError, StorageError
from archiver.record import datapackage, draft, layout, plain, warc
from archiver.record.catalog.catalog import Catalog
from archiver.record.wacz import film, lent, lookup

PIECE = 1 << 20
BLOCK = 3000  # index lines in one compressed block
MOST = 1 << 30  # bytes of an index that are read
OURS, SNAPSHOTS, CDX, IDX = "archiver/", "archiver/snapshots.json", "indexes/index.cdx.gz", "indexes/index.idx"
RESOURCES, TOKEN = "integrity/resources.json", "integrity/resources.json.tsr"
Sign = Callable[[str, str, str], dict[str, str]]  # hash, created, software -> signedData
Stamp = Callable[[bytes], bytes]  # what is stamped -> the authority's answer


@dataclass(frozen=True, slots=True)
class Packed:
    """A snapshot on its way into a package, and the prefix of its files there."""

    path: Path
    manifest: dict[str, Any]
    prefix: str
    written: dict[str, str]  # the SHA-256 of each file, as its data package has it


@dataclass(slots=True)
class _Zip:
    """The file being written, and what the data package will say of it."""

    out: zipfile.ZipFile
    when: tuple[int, int, int, int, int, int]
    resources: list[dict[str, Any]] = field(default_factory=list)

    def add(self, name: str, pieces: Iterable[bytes], *, size: int = 0, listed: bool = True) -> str:
        """Write a member and return its hash. `size` must be said for what may pass 2 GiB: ZIP64 is used only where it is needed."""
        info = zipfile.ZipInfo(name, self.when)
        info.compress_type, info.file_size = zipfile.ZIP_STORED, size
        info.external_attr = 0o644 << 16
        hashed, length = hashlib.sha256(), 0
        with self.out.open(info, "w") as member:
            for piece in pieces:
                hashed.update(piece)
                length += len(piece)
                member.write(piece)
        if listed:
            short = name.rpartition("/")[2].lower()
            self.resources.append({"name": short, "path": name, "hash": "sha256:" + hashed.hexdigest(), "bytes": length})
        return "sha256:" + hashed.hexdigest()

    def file(self, name: str, one: Packed, path: str) -> None:
        """Write a file of a snapshot. IntegrityError where it is not what was written."""
        file = one.path / path
        with file.open("rb") as source:
            found = self.add(name, iter(lambda: source.read(PIECE), b""), size=file.stat().st_size)
        datapackage.compare(file, found, one.written.get(path))


def write(
    target: Path, snapshots: Sequence[Path], catalog: Catalog | None, *, sign: Sign | None = None, stamp: Stamp | None = None
) -> None:
    """Write `target`, whole or not at all.

    IntegrityError where a snapshot cannot be read, is not what was written, or lacks a payload that no snapshot of the store has;
    StorageError where the disk refuses; what `sign` and `stamp` raise.
    """
    beside = target.with_name(target.name + ".part")
    try:
        packed = _packed(snapshots)
        with beside.open("wb") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True) as made:
                _fill(_Zip(made, _when(packed)), packed, catalog, sign, stamp)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(target)
        layout.sync(target.resolve().parent)
    except OSError as error:
        raise StorageError(f"{error.filename or target}: {error.strerror}; name a writable file with -o, or free the disk") from error
    finally:
        beside.unlink(missing_ok=True)


def _packed(snapshots: Sequence[Path]) -> list[Packed]:
    made = []
    for number, path in enumerate(snapshots, 1):
        try:
            manifest = json.loads((path / layout.MANIFEST).read_bytes())
        except ValueError as error:
            raise IntegrityError(f"{path / layout.MANIFEST}: {error}; run `archiver rebuild`") from error
        several = len(snapshots) > 1
        written = datapackage.hashes(path)
        for name in (
            layout.INDEX,
            layout.PAGES,
            layout.EXTRA_PAGES,
        ):  # told again in other words; the others are compared as they are copied
            datapackage.compare(path / name, datapackage.resource(path, name)["hash"], written.get(name))
        made.append(Packed(path, manifest, f"{number:04d}-" if several else "", written))
    return made


def _when(packed: Sequence[Packed]) -> tuple[int, int, int, int, int, int]:
    latest = datetime.fromisoformat(_finished(packed)).astimezone(UTC)
    return latest.year, latest.month, latest.day, latest.hour, latest.minute, latest.second


def _finished(packed: Sequence[Packed]) -> str:
    return max(str(one.manifest["run"]["finished"]) for one in packed)


def _fill(made: _Zip, packed: list[Packed], catalog: Catalog | None, sign: Sign | None, stamp: Stamp | None) -> None:
    with tempfile.TemporaryFile() as beside:
        found = lent.lend(beside, [(one.path, one.manifest) for one in packed], catalog, _finished(packed))
        for one in packed:
            for file in layout.warcs(one.path):
                made.file(f"{layout.ARCHIVE}/{one.prefix}{file.name}", one, f"{layout.ARCHIVE}/{file.name}")
        if size := beside.tell():
            beside.seek(0)
            made.add(f"{layout.ARCHIVE}/{lent.FILE}", iter(lambda: beside.read(PIECE), b""), size=size)
    _index(made, sorted(_lines(packed, found)))
    for name in (layout.PAGES, layout.EXTRA_PAGES):
        made.add(name, _pages(packed, name))
    for one in packed:
        for name in (layout.MANIFEST, layout.TEXT):
            made.file(OURS + one.prefix + name, one, name)
    if len(packed) > 1:
        listed = [{"snapshot": one.manifest["snapshot"], "prefix": one.prefix} for one in packed]
        made.add(SNAPSHOTS, [plain.pretty(listed)])
    if stamp is not None:
        core = plain.pretty(made.resources)
        made.add(RESOURCES, [core])
        made.add(TOKEN, [stamp(core)])
    _say(made, packed, sign)


def _say(made: _Zip, packed: list[Packed], sign: Sign | None) -> None:
    """Write the data package and its digest, signed where there is a key."""
    first = datapackage.read(packed[0].path)
    title = first["title"] if len(packed) == 1 else f"{len(packed)} snapshots: {first['title']} …"
    own = [{"snapshot": one.manifest["snapshot"], "datapackage": "sha256:" + _sha256(one.path / layout.PACKAGE)} for one in packed]
    # `wacz validate` wants one time for package and signature.
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if sign else _finished(packed)
    data: dict[str, Any] = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": title,
        "description": first["description"],
        "software": draft.SOFTWARE,
        "created": created,
        **{key: first[key] for key in ("mainPageUrl", "mainPageDate") if key in first},
        "snapshots": own,
        "resources": made.resources,
    }
    package = plain.pretty(data)
    digest = json.loads(datapackage.digest(package))
    if sign is not None:
        digest["signedData"] = sign(digest["hash"], created, draft.SOFTWARE)
    made.add(layout.PACKAGE, [package], listed=False)
    made.add(layout.PACKAGE_DIGEST, [plain.pretty(digest)], listed=False)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _lines(packed: Sequence[Packed], found: lent.Lent) -> Iterator[bytes]:
    """Yield the index lines of the snapshots, with the names that their files have here, as players look them up."""
    told = dict(found.replaced)
    for one in packed:
        asked = _asked(one)
        for written in (one.path / layout.INDEX).read_bytes().splitlines(keepends=True):
            key, stamp, said = written.split(b" ", 2)
            data = json.loads(said)
            place = one.path / layout.ARCHIVE / data["filename"], int(data["offset"])
            data["filename"] = one.prefix + data["filename"]
            here = told.pop(place, None) or b" ".join((key, stamp, plain.dump(data))) + b"\n"
            yield lookup.line(here, asked.get(place))
    yield from map(lookup.line, (*found.lines, *told.values()))


def _asked(one: Packed) -> dict[tuple[Path, int], lookup.Asked]:
    """Return what was asked with more than a GET, by the place of its answer."""
    made: dict[tuple[Path, int], lookup.Asked | None] = {}
    captures = (capture for group in (one.manifest["article"], *one.manifest["citations"]) for capture in group.get("captures", ()))
    for answer, request in lookup.requests(captures):
        place = one.path / layout.ARCHIVE / answer["file"], answer["offset"]
        if place not in made:
            file = one.path / layout.ARCHIVE / request["file"]
            try:
                made[place] = lookup.asked(warc.block_at(file, request["offset"], request["length"]))
            except warc.Damaged as damage:
                raise IntegrityError(f"{file}: the record at byte {damage.offset} {damage}; restore the file from a copy") from damage
    return {place: asked for place, asked in made.items() if asked is not None}


def _index(made: _Zip, lines: list[bytes]) -> None:
    """Write the index as ZipNum: blocks of lines, each a gzip member, and a list that says where each block begins."""
    entries = [b'!meta 0 {"format":"cdxj-gzip-1.0","filename":"index.cdx.gz"}\n']
    blocks, at = [], 0
    for start in range(0, len(lines), BLOCK):
        some = lines[start : start + BLOCK]
        press = zlib.compressobj(6, zlib.DEFLATED, 31)
        data = press.compress(b"".join(some)) + press.flush()
        said = {"offset": at, "length": len(data), "digest": "sha256:" + hashlib.sha256(data).hexdigest(), "filename": "index.cdx.gz"}
        entries.append(b" ".join((*some[0].split(b" ", 2)[:2], plain.dump(said))) + b"\n")
        blocks.append(data)
        at += len(data)
    made.add(CDX, blocks)
    made.add(IDX, entries)


def _pages(packed: Sequence[Packed], name: str) -> Iterator[bytes]:
    """Yield the pages of all snapshots under one header, and those of films that were joined of their parts."""
    for number, one in enumerate(packed):
        with (one.path / name).open("rb") as source:
            header = source.readline()
            if number == 0:
                yield header
            yield from source
        if name == layout.EXTRA_PAGES:
            yield from (plain.dump(row) + b"\n" for row in film.pages(one.manifest))


def lines_of(data: bytes) -> Iterator[bytes]:
    """Yield the lines of an index that was written in blocks. ValueError where it does not decompress, or to more than MOST bytes."""
    text = b""
    while data:
        press = zlib.decompressobj(31)
        try:
            text += press.decompress(data, MOST - len(text))
        except zlib.error as error:
            raise ValueError(f"{CDX} is not compressed as it should be: {error}") from error
        if press.unconsumed_tail or not press.eof:
            raise ValueError(f"{CDX} is not whole, or larger than {MOST:,} bytes")
        data = press.unused_data
    yield from text.splitlines(keepends=True)
