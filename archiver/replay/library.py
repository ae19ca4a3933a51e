"""Library: a store as readers see it. Read-only; the one way from an address in a browser to bytes on the disk.

**No path from outside.** A snapshot is opened when the catalog knows its name, the name has the shape `host/slug/time` and the directory
lies in the store once links are followed; a WARC file when the manifest names it and the name has no slash. So no request can name a
file.

**Only what the manifest names.** Records are found by the ids in a snapshot's manifest, captures by the id of the record that tells of
them; nothing is looked up by "nearest" (Lerner et al. 2017: anachronisms and archive escapes come from there).

**Fast at 10,000 snapshots.** Questions about all snapshots go to `record.catalog.holdings`. A manifest is read when its snapshot is looked
at, and
kept, with its captures by id, until its file changes; 24 are kept.

**Revisits.** The payload of a revisit stands in another record, found by SHA-256 in the catalog (it may be in another snapshot), else by
the id the revisit names within its own. Where neither is there, the answer has a head and no body, and `missing` says so.
"""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from archiver.errors import IntegrityError, NotArchived
from archiver.record import block as blocks
from archiver.record import index, layout, warc
from archiver.record.catalog.catalog import hexed
from archiver.record.catalog.holdings import Holdings, Rows, Wanted
from archiver.record.manifest import ARTICLE_URI
from archiver.record.plain import SURROGATE

KEPT = 24
FILE = re.compile(r"[\w-][\w.-]*\.warc\.gz")
HEX = re.compile(r"[0-9a-f]{32}")
Position = dict[str, Any]  # the contract's record object: file, offset, length, id …


@dataclass(frozen=True, slots=True)
class Stored:
    """One record as it stands: its WARC fields, the HTTP head of an answer (empty for anything else), and its payload in pieces.

    `missing` says why a revisit has no payload. The payload keeps its content coding; `length` is what the record itself holds.
    """

    position: Position
    fields: tuple[tuple[str, str], ...]
    head: bytes
    path: Path
    missing: str | None = None
    origin: tuple[Path, int] | None = None  # of a revisit: the file and offset where its payload stands

    def field(self, name: str) -> str | None:
        """Return the first value of a WARC field."""
        return next((value for key, value in self.fields if key.lower() == name.lower()), None)

    @property
    def status(self) -> int | None:
        """The status of the head."""
        return blocks.status(self.head)

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The head's fields in order, folds joined, latin-1."""
        lines = blocks.unfolded(self.head).decode("latin1").split("\r\n")[1:]
        return [(name.strip(), value.strip()) for name, colon, value in (line.partition(":") for line in lines) if colon]

    @property
    def size(self) -> int:
        """The payload's length in bytes, content coding kept; 0 where it is missing. IntegrityError where the file is damaged."""
        if self.missing is not None:
            return 0
        fields, head = (self.fields, self.head) if self.origin is None else _begun(*self.origin)
        length = next((value for key, value in fields if key.lower() == "content-length"), "0")
        return int(length) - len(head)

    def payload(self) -> Iterator[bytes]:
        """Yield the payload in pieces, content coding kept; nothing where it is missing. IntegrityError where the file is damaged."""
        if self.missing is None:
            path, offset = self.origin or (self.path, self.position["offset"])
            yield from _payload(path, offset)

    def read(self, limit: int) -> bytes:
        """Return at most `limit` bytes of the payload."""
        taken = bytearray()
        for piece in self.payload():
            taken += piece
            if len(taken) >= limit:
                break
        return bytes(taken[:limit])


@dataclass(frozen=True)
class SnapshotView:
    """One snapshot: where it stands, its manifest, and what is in it by id. Capture and record ids are 32 hex digits."""

    name: str
    path: Path
    manifest: dict[str, Any] = field(repr=False)

    @cached_property
    def text(self) -> str:
        """The article's text, which all offsets of places refer to; empty where the snapshot has none."""
        try:
            return (self.path / layout.TEXT).read_bytes().decode("utf8", "surrogatepass")
        except (OSError, ValueError):
            return ""

    @cached_property
    def captures(self) -> dict[str, dict[str, Any]]:
        """Every capture once, the article's own first, in the manifest's order."""
        lists = (self.manifest["article"]["captures"], *(one["captures"] for one in self.manifest["citations"]))
        return {hexed(capture["id"]): capture for captures in lists for capture in captures}

    @cached_property
    def records(self) -> dict[str, Position]:
        """Every record that the manifest names."""
        return {hexed(record["id"]): record for capture in self.captures.values() for record in capture["records"]}

    @cached_property
    def citations(self) -> dict[int, dict[str, Any]]:
        """The citations by number."""
        return {one["number"]: one for one in self.manifest["citations"]}


class Library:
    """A store for readers, from any thread."""

    def __init__(self, store: Path) -> None:
        """Open the store. Errors as `Holdings`: UsageError where nothing is archived, VersionError for another version's catalog."""
        self.store, self.holdings = store, Holdings(store)
        self._root = store.resolve()
        self._views: OrderedDict[str, tuple[tuple[int, int], SnapshotView]] = OrderedDict()
        self._lock = threading.Lock()

    def articles(self, wanted: Wanted) -> tuple[Rows, int]:
        """Return a page of articles as `Holdings.articles`."""
        return self.holdings.articles(wanted)

    def snapshot(self, name: str) -> SnapshotView:
        """Return a snapshot by its name. NotArchived where the store has none; IntegrityError where its manifest cannot be read."""
        path = self._path(name)
        try:
            stood = (path / layout.MANIFEST).stat()
        except OSError as error:
            raise NotArchived(f"{name}: its manifest is gone; run `archiver rebuild`") from error
        mark = (stood.st_mtime_ns, stood.st_size)
        with self._lock:
            kept = self._views.get(name)
            if kept and kept[0] == mark:
                self._views.move_to_end(name)
                return kept[1]
        view = SnapshotView(name, path, _manifest(path))
        with self._lock:
            self._views[name] = (mark, view)
            while len(self._views) > KEPT:
                self._views.popitem(last=False)
        return view

    def capture(self, name: str, capture: str) -> dict[str, Any]:
        """Return a capture of a snapshot by its 32 hex digits. NotArchived where the manifest names none."""
        found = self.snapshot(name).captures.get(capture)
        if found is None:
            raise NotArchived(f"{name}: holds no capture {capture[:40]}")
        return found

    def holder(self, capture: str) -> str:
        """Return the name of the snapshot that a capture stands in. NotArchived where no snapshot has a replayable record of it."""
        found = self.holdings.mementos_of(capture) if HEX.fullmatch(capture) else []
        if not found:
            raise NotArchived(f"{capture[:40]}: no such capture is archived here")
        return str(found[0]["snapshot"])

    def mementos(self, url: str) -> Rows:
        """Return what answers for a URL over all snapshots, the earliest first: the catalog's rows, `snapshot` and `capture` among them."""
        return self.holdings.mementos(index.key(url))

    def record(self, name: str, record: str) -> Stored:
        """Return a record of a snapshot by its 32 hex digits. NotArchived where the manifest names none; IntegrityError as `at`."""
        position = self.snapshot(name).records.get(record)
        if position is None:
            raise NotArchived(f"{name}: holds no record {record[:40]}")
        return self.at(name, position)

    def at(self, name: str, position: Position) -> Stored:
        """Return the record at a position of a snapshot's manifest or of a memento row. IntegrityError where it cannot be read."""
        path = self._file(name, position)
        fields, head = _begun(path, position["offset"])
        found = Stored(position, fields, head, path)
        if found.field("WARC-Type") != "revisit":
            return found
        origin = self._origin(name, position, found)
        missing = None if origin else "its bytes stand in a record that this archive does not hold"
        return Stored(position, fields, head, path, missing, origin)

    def article(self, name: str) -> Stored | None:
        """Return the record of the article's own bytes, None where it is not whole in the snapshot."""
        article = self.snapshot(name).manifest["article"]
        for capture in article["captures"]:
            for record in reversed(capture["records"]):
                if record["type"] in ("response", "revisit") and (record["status"] or 0) // 100 == 2:
                    return self.at(name, record)
        wanted = (ARTICLE_URI + str(article["sha256"])).encode() + b" "
        with (self._path(name) / layout.INDEX).open("rb") as lines:
            row = next((line for line in lines if line.startswith(wanted)), None)
        if row is None:
            return None
        told = json.loads(row.split(b" ", 2)[2])
        return self.at(name, {"file": told["filename"], "offset": int(told["offset"]), "length": int(told["length"]), "url": told["url"]})

    def member(self, name: str, position: Position) -> bytes:
        """Return a record as it stands in its file: one gzip member, a whole WARC file by itself."""
        with self._file(name, position).open("rb") as file:
            file.seek(position["offset"])
            return file.read(position["length"])

    def _origin(self, name: str, position: Position, revisit: Stored) -> tuple[Path, int] | None:
        sha256 = position.get("payload_sha256")
        if sha256 is None:
            named = self.snapshot(name).records.get(hexed(position["id"]))
            sha256 = named and named.get("payload_sha256")
        kept = self.holdings.payload(sha256) if sha256 else None
        if kept is not None:
            return self._file(kept["snapshot"], kept), kept["offset"]
        near = self.snapshot(name).records.get(hexed(revisit.field("WARC-Refers-To") or ""))
        return (self._file(name, near), near["offset"]) if near else None

    def _path(self, name: str) -> Path:
        if not layout.is_name(name) or self.holdings.snapshot(name) is None:
            raise NotArchived(f"{name[:200]}: no such snapshot is archived here")
        path = self.store / name
        if not path.resolve().is_relative_to(self._root):
            raise NotArchived(f"{name}: leads out of the store")
        return path

    def _file(self, name: str, position: Position) -> Path:
        if not FILE.fullmatch(position["file"]):
            raise IntegrityError(f"{name}: its manifest names a file {position['file'][:80]!r}; run `archiver rebuild`")
        return self._path(name) / layout.ARCHIVE / str(position["file"])


def _manifest(path: Path) -> dict[str, Any]:
    try:
        raw = (path / layout.MANIFEST).read_bytes()
        found: dict[str, Any] = json.loads(raw)
    except (OSError, ValueError) as error:
        raise IntegrityError(f"{path / layout.MANIFEST}: cannot be read ({error}); run `archiver rebuild`") from error
    return _paired(found) if b"\\ud" in raw else found


def _paired(value: Any) -> Any:
    """Return a JSON value with lone surrogates, which no page and no address has bytes for, as U+FFFD, one for one."""
    if isinstance(value, str):
        return SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_paired(item) for item in value]
    return {key: _paired(item) for key, item in value.items()} if isinstance(value, dict) else value


def _begun(path: Path, offset: int) -> tuple[tuple[tuple[str, str], ...], bytes]:
    """Return a record's WARC fields and the HTTP head its block begins with. IntegrityError where no whole record stands there."""
    try:
        for reading, _ in warc.read(path, offset):
            head = b""
            if (reading.get("Content-Type") or "").startswith("application/http"):
                for piece in reading.block():
                    head += piece
                    if len(head) >= blocks.HEAD or b"\r\n\r\n" in head:
                        break
            return tuple(reading.fields), blocks.head_of(head)
    except (OSError, warc.Damaged) as damage:
        raise IntegrityError(f"{path}: the record at byte {offset} cannot be read: {damage}; run `archiver verify`") from damage
    raise IntegrityError(f"{path}: no record begins at byte {offset}; run `archiver verify`")


def _payload(path: Path, offset: int) -> Iterator[bytes]:
    """Yield a record's payload: the block behind the head of an HTTP answer, the whole block of anything else."""
    try:
        for reading, _ in warc.read(path, offset):
            pieces = reading.block()
            if (reading.get("Content-Type") or "").startswith("application/http;msgtype=response"):
                start = b""
                for piece in pieces:
                    start += piece
                    if b"\r\n\r\n" in start or len(start) > blocks.HEAD:
                        break
                yield start[len(blocks.head_of(start)) :]
            yield from pieces
            return
    except (OSError, warc.Damaged) as damage:
        raise IntegrityError(f"{path}: the record at byte {offset} cannot be read: {damage}; run `archiver verify`") from damage
