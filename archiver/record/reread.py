"""Reread: what stands in records, as values again. For a resumed run, which fetches nothing twice, and for the views."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from archiver.errors import IntegrityError
from archiver.fetch.answer import read_body
from archiver.fetch.exchange import Exchange
from archiver.record import block, layout, manifest, warc
from archiver.record.draft import Run
from archiver.record.entry import Entry
from archiver.record.ledger import Ledger
from archiver.record.warc import Story
from archiver.record.writer import journal

CITATIONS = b'"citations":[\n'
FACTS = ("snapshot", "source", "url", "started", "trigger", "predecessor")
Elsewhere = Callable[[str], tuple[Path, int] | None]  # by SHA-256 of a payload, hex: the WARC file and offset of a record that holds it


def nowhere(_sha256: str) -> tuple[Path, int] | None:
    """Know of no other snapshot."""
    return None


def entries(snapshot: Path) -> Iterator[Entry]:
    """Yield the entries of a snapshot in order: from its journal while it is open, else from its WARC files. IntegrityError as those."""
    if (snapshot / layout.JOURNAL).exists():
        yield from journal.entries(snapshot / layout.JOURNAL)
        return
    for path in layout.warcs(snapshot):
        try:
            for reading, finish in warc.read(path):
                yield warc.entry_at(reading, path.name, finish, story)
        except warc.Damaged as damage:
            raise IntegrityError(f"{path}: the record at byte {damage.offset} {damage}; restore the file from a copy") from damage


def story(data: bytes) -> Story:
    """Return what a metadata record holds, and the citations it speaks of; (None, ()) for anyone else's."""
    try:
        found = json.loads(data.decode("utf8", "surrogatepass"))
        kind = found.get("kind") if isinstance(found, dict) else None
        return (kind, manifest.speaks_of(kind, found)) if isinstance(kind, str) else (None, ())
    except (ValueError, KeyError, TypeError):
        return None, ()


def said(snapshot: Path, entry: Entry) -> dict[str, Any]:
    """Return the JSON of a metadata record of ours. IntegrityError where the record cannot be read."""
    try:
        data = warc.block_at(f"{snapshot}/{layout.ARCHIVE}/{entry.file}", entry.offset, entry.length)
        found: dict[str, Any] = json.loads(data.decode("utf8", "surrogatepass"))
    except (warc.Damaged, ValueError) as damage:
        raise IntegrityError(f"{snapshot / layout.ARCHIVE / entry.file}: the record at byte {entry.offset} {damage}") from damage
    return found


@dataclass(frozen=True, slots=True)
class Listed:
    """The citations of a manifest.json from a byte on, one a line as `plain.stream` wrote them; each is read when its turn comes."""

    path: Path
    start: int

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield them, from the first, each time."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            for line in file:
                yield json.loads(line.removesuffix(b",\n").removesuffix(b"]}\n"))


def manifest_of(snapshot: Path) -> dict[str, Any]:
    """Return manifest.json with its citations unread (`Listed`), because a run of very many has a long one.

    ValueError for a file that was not written by `plain.stream`, OSError where it cannot be read.
    """
    path, head = snapshot / layout.MANIFEST, b""
    with path.open("rb") as file:
        for line in file:
            head += line
            if line == CITATIONS:
                return {**json.loads(head + b"]}"), "citations": Listed(path, file.tell())}
    found: dict[str, Any] = json.loads(head)
    return found


def run(snapshot: Path) -> tuple[dict[str, Any], Run] | None:
    """Return what an open snapshot was begun with, or None where nothing was acknowledged yet."""
    journaled = snapshot / layout.JOURNAL
    for entry in entries(snapshot) if journaled.exists() or layout.warcs(snapshot) else ():
        if entry.kind == manifest.RUN:
            data = said(snapshot, entry)
            made = Run(**{key: data[key] for key in ("user_agent", "config_sha256", "software", "robots", "operator")})
            return {key: data.get(key) for key in FACTS}, made
    return None


def stored(snapshot: Path, file: str, offset: int) -> dict[str, Any]:
    """Return the contract's Capture object of a capture whose first record stands at `offset`."""
    path, found = snapshot / layout.ARCHIVE / file, dict[str, Entry]()
    for reading, finish in warc.read(path, offset):
        entry = warc.entry_at(reading, file, finish, story)
        found[entry.id] = entry
        if entry.kind == manifest.CAPTURE:
            return manifest.capture(said(snapshot, entry), entry, found, ())
    raise IntegrityError(f"{path}: no capture begins at byte {offset}")


def exchange(snapshot: Path, records: list[dict[str, Any]], elsewhere: Elsewhere = nowhere) -> Exchange | None:
    """Return the last answer among a capture's records as an exchange to read (its wire is the block), or None where there is none.

    A revisit is followed within the snapshot, then to where `elsewhere` knows its payload; where nobody does, the answer is None.
    """
    last = next((record for record in reversed(records) if record["type"] in ("response", "revisit")), None)
    if last is None:
        return None
    made = answer(snapshot / layout.ARCHIVE / last["file"], last["offset"])
    if last["type"] == "revisit":
        found = (elsewhere(last["payload_sha256"]) if last.get("payload_sha256") else None) or _within(snapshot, last)
        if found is None:
            return None
        origin = answer(*found)
        if made.status == 304:  # the head that came says nothing of the body that still stands
            made.close()
            origin.url = made.url
            return origin
        for piece in origin.body():
            made.wire.append(piece)
        origin.close()
        made.segments[1], made.truncated = made.wire.length, None
    return made


def _within(snapshot: Path, revisit: dict[str, Any]) -> tuple[Path, int] | None:
    """Return file and offset of the record of the same snapshot that a revisit names."""
    wanted = refers_to(snapshot, revisit)
    found = next((one for one in entries(snapshot) if one.id == wanted), None)
    return (snapshot / layout.ARCHIVE / found.file, found.offset) if found else None


def refers_to(snapshot: Path, record: dict[str, Any]) -> str | None:
    """Return the id of the record that a revisit names."""
    for reading, _ in warc.read(snapshot / layout.ARCHIVE / record["file"], record["offset"]):
        return reading.get("WARC-Refers-To")
    return None


def answer(path: Path, offset: int) -> Exchange:
    """Return the answer in the record at `offset`; its wire is the record's block."""
    for reading, _ in warc.read(path, offset):
        made = Exchange(reading.get("WARC-Target-URI") or "", "GET", datetime.fromisoformat(reading.get("WARC-Date") or ""))
        for piece in reading.block():
            made.wire.append(piece)
        head = block.head_of(made.wire.read(0, block.HEAD))
        made.head_end, made.status = len(head), block.status(head)
        made.headers = tuple(
            (name.strip(), value.strip())
            for name, colon, value in (text.partition(":") for text in block.unfolded(head).decode("latin1").split("\r\n")[1:])
            if colon
        )
        made.framing, made.segments = "length", array("Q", [len(head), made.wire.length])
        made.truncated, made.ip = reading.get("WARC-Truncated"), reading.get("WARC-IP-Address")
        return made
    raise IntegrityError(f"{path}: no record begins at byte {offset}")


def article_data(snapshot: Path, said_of_it: dict[str, Any], by_id: Mapping[str, Entry]) -> bytes:
    """Return the article's bytes, content coding undone. IntegrityError where the record cannot be read."""
    entry = by_id[said_of_it["record"]]
    if entry.type == "resource":
        return warc.block_at(snapshot / layout.ARCHIVE / entry.file, entry.offset, entry.length)
    read = exchange(snapshot, [{"type": entry.type, "file": entry.file, "offset": entry.offset}])
    return read_body(read, 1 << 30).data if read else b""


def article_text(snapshot: Path, said_of_it: dict[str, Any], by_id: Mapping[str, Entry]) -> bytes:
    """Return the article's text as it is stored: UTF-8."""
    entry = by_id[said_of_it["text"]]
    return warc.block_at(snapshot / layout.ARCHIVE / entry.file, entry.offset, entry.length)


def article(snapshot: Path) -> tuple[dict[str, Any], bytes] | None:
    """Return what a finished snapshot's `article` record says, and the article's bytes; None where it has none. IntegrityError."""
    by_id = Ledger()
    for entry in entries(snapshot):
        by_id.append(entry)
        if entry.kind == manifest.ARTICLE:
            found = said(snapshot, entry)
            return found, article_data(snapshot, found, by_id)
    return None


def payload(snapshot: Path, record: dict[str, Any], limit: int, elsewhere: Elsewhere = nowhere) -> bytes:
    """Return the payload of a manifest's record, content coding undone, at most `limit` bytes of it. `elsewhere` as `exchange`.

    IntegrityError where the record cannot be read; nothing where a revisit's payload is not found.
    """
    if record["type"] in ("response", "revisit"):
        made = exchange(snapshot, [record], elsewhere)
        if made is None:
            return b""
        try:
            return read_body(made, limit).data
        finally:
            made.close()
    return warc.block_at(snapshot / layout.ARCHIVE / record["file"], record["offset"], record["length"])[:limit]
