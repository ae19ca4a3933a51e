"""Lent: the records that an export holds beside those of its snapshots, in one WARC file of its own, `archive/export-00001.warc.gz`.

**Payloads that stand in other snapshots.** A revisit says "this payload again" and names the record that has it. Where that record stands
in a snapshot that is not exported, its gzip member is copied byte for byte; the revisit is left as it is. Players find the record by the
URL and the date that the revisit names, so it gets a line in the index.

**Codings that players do not know.** ReplayWeb.page shows `deflate`, `x-gzip`, stacked codings and `GZIP` in capitals undecoded, and so
does pywb with some (measured). The answer stays as the server sent it; beside it stands a `resource` with the body decoded, and the index
of the export leads there. It is no `response`, because no server said it. Only answers with status 200 get one, since a `resource` has no
status, and only bodies that decode whole. zstd is decoded too: neither player knows it.

**Films.** A list that names variants which are not here, and a film that was joined of its parts, get such a copy too: see `film`.

Ids are derived from the records that they are made from, so that the same export gives the same bytes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any

from archiver.errors import IntegrityError
from archiver.fetch.answer import read_body
from archiver.record import block, draft, index, layout, reread, warc
from archiver.record.catalog.catalog import Catalog
from archiver.record.entry import Entry
from archiver.record.wacz import film

FILE = "export-00001.warc.gz"
KNOWN: tuple[list[str], ...] = ([], ["gzip"], ["br"])  # content codings that players undo, spelt as here
MOST = 64 << 20  # bytes of a decoded body
RecordOf = dict[str, Any]  # the contract's record object

Known = Sequence[tuple[Path, dict[str, Any]]]  # snapshots with their manifests
Origins = Mapping[str, tuple[Path, int]]  # by the SHA-256 of a payload, where it stands


@dataclass(slots=True)
class Lent:
    """What was written: index lines of records beside the snapshots', and of those that stand for answers, by the answers' places."""

    lines: list[bytes] = field(default_factory=list)
    replaced: dict[tuple[Path, int], bytes] = field(default_factory=dict)


def records(manifest: dict[str, Any]) -> Iterator[RecordOf]:
    """Yield every record that a manifest names, each once."""
    seen: set[str] = set()
    for captures in (manifest["article"].get("captures", ()), *(citation["captures"] for citation in manifest["citations"])):
        for capture in captures:
            for record in capture["records"]:
                if record["id"] not in seen:
                    seen.add(record["id"])
                    yield record


def lend(out: IO[bytes], snapshots: Known, catalog: Catalog | None, when: str) -> Lent:
    """Write the file; nothing where nothing is lacking. IntegrityError where a record cannot be found. `when` dates the warcinfo."""
    lent = Lent()
    places = [(path / layout.ARCHIVE / record["file"], record) for path, manifest in snapshots for record in records(manifest)]
    origins = {record["payload_sha256"]: (file, record["offset"]) for file, record in places if record["type"] == "response"}
    for file, at, id_, sha256 in _borrowed(snapshots, catalog):
        origins[sha256] = file, at
        entry, data = _member(file, at, id_)
        _begin(out, when)
        made = entry._replace(offset=out.tell())
        out.write(data)
        if _unknown_coding(file, at):
            places.append((file, made.position() | {"offset": at}))
        else:
            lent.lines.append(index.line(made))
    answered = {record["url"]: (file, record) for file, record in places if _answers(record)}
    for file, record in places:
        pressed = _readable(file, record, origins, answered)
        if pressed is not None:
            _begin(out, when)
            lent.replaced[file, record["offset"]] = index.line(warc.write(pressed, out.write, FILE, out.tell()))
    return lent


def _begin(out: IO[bytes], when: str) -> None:
    """Write the warcinfo where nothing is written yet."""
    if out.tell():
        return
    text = f"software: {draft.SOFTWARE}\r\nformat: WARC File Format 1.1\r\ndescription: {__doc__.partition('.')[0]}\r\n"
    info = warc.Record("warcinfo", when, "application/warc-fields", data=text.encode(), fields=[("WARC-Filename", FILE)])
    info.length, info.id = len(info.data), _id(when)
    warc.write(warc.press(info.digest()), out.write, FILE, 0)


def _id(source: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, 'archiver export ' + source)}>"


def _borrowed(snapshots: Known, catalog: Catalog | None) -> Iterator[tuple[Path, int, str, str]]:
    """Yield file, offset, id and payload's SHA-256 of the records of other snapshots whose payloads are revisited here, each once."""
    here = {record["id"] for _, manifest in snapshots for record in records(manifest)}
    for path, manifest in snapshots:
        for record in records(manifest):
            wanted = reread.refers_to(path, record) if record["type"] == "revisit" else None
            if wanted is not None and wanted not in here:
                here.add(wanted)
                yield (*_origin(path, record, wanted, catalog), wanted, record["payload_sha256"])


def _origin(path: Path, record: RecordOf, wanted: str, catalog: Catalog | None) -> tuple[Path, int]:
    """Return file and offset of the record that a revisit names: where the catalog knows it, else by a look through the store."""
    if catalog is not None:
        place = catalog.payload(record["payload_sha256"] or "")
        if place is not None and place.id == wanted:
            return catalog.store / place.snapshot / layout.ARCHIVE / place.file, place.offset
        for other in layout.snapshots(catalog.store):
            for entry in reread.entries(other):
                if entry.id == wanted:
                    return other / layout.ARCHIVE / entry.file, entry.offset
    raise IntegrityError(
        f"{path}: the payload of {record['url']} stands in another snapshot, in the record {wanted}, which is not in this store; "
        "export from the store that the snapshot was made in"
    )


def _member(file: Path, offset: int, wanted: str) -> tuple[Entry, bytes]:
    """Return a record's entry and its gzip member as it stands. IntegrityError where it is not there."""
    try:
        reading, finish = next(warc.read(file, offset))
        entry = warc.entry_at(reading, FILE, finish, reread.story)
        with file.open("rb") as source:
            source.seek(offset)
            data = source.read(entry.length)
    except (OSError, StopIteration, warc.Damaged) as damage:
        raise IntegrityError(f"{file}: the record at byte {offset} cannot be read ({damage}); run `archiver verify`") from damage
    if entry.id != wanted:
        raise IntegrityError(f"{file}: the record {wanted} is not at byte {offset}; run `archiver rebuild`")
    return entry, data


def _unknown_coding(file: Path, offset: int) -> bool:
    """Tell whether an answer has a content coding that players do not know."""
    reading, _ = next(warc.read(file, offset))
    first = b""
    for piece in reading.block():
        first += piece
        if len(first) >= block.HEAD:
            break
    return is_unknown(block.head_of(first))


def is_unknown(head: bytes) -> bool:
    """Tell whether a stored head names a content coding that players do not know."""
    named = [value.decode("latin1").strip() for value in block.CONTENT_CODING.findall(head)]
    return [name for name in named if name != "identity"] not in KNOWN


def copied(record: RecordOf, media_type: str | None, data: bytes, copy_id: str) -> warc.Pressed:
    """Return a readable copy of a record's answer, as a `resource` that refers to it."""
    copy = draft.whole("resource", record["date"], media_type or "application/octet-stream", data, url=record["url"], source=record["id"])
    copy.id = copy_id
    return warc.press(copy.digest())


def _answers(record: RecordOf) -> bool:
    return record["type"] in ("response", "revisit") and record["status"] == 200


def _readable(file: Path, record: RecordOf, origins: Origins, answered: Mapping[str, tuple[Path, RecordOf]]) -> warc.Pressed | None:
    """Return a copy for players of a record that they do not read, or would read wrongly, to be written; None where they read it."""
    if film.is_joined(record):
        return warc.press(_joined(file, record).digest())
    if not _answers(record):
        return None
    data, kind = _narrowed(file, record, origins, answered), record["media_type"]
    if data is None and _unknown_coding(file, record["offset"]):
        data, kind = _decoded(file, record, origins)
    if data is None:
        return None
    return copied(record, kind, data, _id(record["id"]))


def _decoded(file: Path, record: RecordOf, origins: Origins) -> tuple[bytes | None, str | None]:
    """Return an answer's body with its codings undone, None where it does not decode whole, and its Content-Type."""
    made = reread.exchange(file.parent.parent, [record | {"file": file.name}], origins.get)
    if made is None:
        return None, None
    body, kind = read_body(made, MOST), made.header("Content-Type") or record["media_type"]
    made.close()
    return (None if body.fault is not None or body.cut else body.data), kind


def _narrowed(file: Path, record: RecordOf, origins: Origins, answered: Mapping[str, tuple[Path, RecordOf]]) -> bytes | None:
    """Return a list of a film's variants with those only that are here, None where all are or it is no such list."""
    if not film.is_list(record["url"], record["media_type"]):
        return None

    def text(place: tuple[Path, RecordOf]) -> str:
        at, found = place
        return reread.payload(at.parent.parent, found | {"file": at.name}, film.MOST, origins.get).decode("utf8", "replace")

    def find(url: str) -> str | None:
        return text(answered[url]) if url in answered else None

    made = film.narrowed(text((file, record)), record["url"], find, answered.__contains__)
    return made.encode() if made is not None else None


def _joined(file: Path, record: RecordOf) -> warc.Record:
    """Return a joined film as a record that players read."""
    length = int(next(warc.read(file, record["offset"]))[0].get("Content-Length") or 0)
    media_type, fields = record["media_type"] or "video/mp4", [("WARC-Concurrent-To", record["id"])]
    pieces = partial(_block, file, record["offset"])
    made = warc.Record("resource", record["date"], media_type, record["url"], pieces=pieces, length=length, fields=fields)
    made.id = _id(record["id"])
    return made


def _block(file: Path, offset: int) -> Iterator[bytes]:
    try:
        for reading, _ in warc.read(file, offset):
            yield from reading.block()
            return
    except warc.Damaged as damage:
        raise IntegrityError(f"{file}: the record at byte {offset} {damage}; restore the file from a copy") from damage
