"""Packed: one capture with what may be shown with it, as a WACZ that stands alone; for the player, which reads nothing else.

Only the capture's own `Answers`: the archived scripts can read whatever the player was given, so it is given no other capture. Members
are copied as they stand in the WARC files, and found as in exports (`record.wacz.lookup`). A revisit whose payload stands in another
record brings that record along; an answer in a content coding that the player does not know (zstd, deflate, stacked ones) brings a
decoded copy, and a list of a film's variants one that names those which are here.

Written to an unnamed temporary file, stored and not deflated, so that players read pieces of it by range.
"""

from __future__ import annotations

import hashlib
import tempfile
import uuid
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, Any

from archiver.record import index, plain, warc
from archiver.record.entry import Entry
from archiver.record.wacz import film, lent, lookup
from archiver.replay import media
from archiver.replay.answers import Answers
from archiver.replay.library import Library, Position, Stored

FILE = "capture.warc.gz"
WARC, INDEX, PAGES, PACKAGE = f"archive/{FILE}", "indexes/index.cdx", "pages/pages.jsonl", "datapackage.json"
FIXED = (1980, 1, 1, 0, 0, 0)  # a zip's earliest time: the same capture packs to the same bytes


def pack(library: Library, answers: Answers) -> IO[bytes]:
    """Return an open temporary file with the WACZ. NotArchived and IntegrityError where records cannot be read."""
    made = tempfile.TemporaryFile(prefix="archiver-")  # noqa: SIM115 - the caller closes it
    lines: list[bytes] = []
    sums: dict[str, tuple[str, int]] = {}
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        with archive.open(zipfile.ZipInfo(WARC, FIXED), "w", force_zip64=False) as out:
            hashed, at = hashlib.sha256(), 0
            asked = _asked(library, answers)
            for snapshot, position in _records(library, answers):
                member = library.member(snapshot, position)
                digest = "sha256:" + hashlib.sha256(member).hexdigest()
                entry = _entry(position, FILE, at, len(member), digest)
                pieces: list[bytes | memoryview] = [member]
                if readable := _readable(library, answers, snapshot, position):  # the index leads to the copy, not to its source
                    entry = warc.write(readable, pieces.append, FILE, at + len(member))
                lines.append(lookup.line(index.line(entry), asked.get(position["id"])))
                for data in pieces:
                    hashed.update(data)
                    out.write(data)
                    at += len(data)
            sums[WARC] = ("sha256:" + hashed.hexdigest(), at)
        for name, data in ((INDEX, b"".join(sorted(lines))), (PAGES, _pages(answers))):
            archive.writestr(zipfile.ZipInfo(name, FIXED), data)
            sums[name] = ("sha256:" + hashlib.sha256(data).hexdigest(), len(data))
        archive.writestr(zipfile.ZipInfo(PACKAGE, FIXED), _package(answers, sums))
    return made


def _asked(library: Library, answers: Answers) -> dict[str, lookup.Asked]:
    """Return what was asked with more than a GET, by the id of its answer."""
    pairs = lookup.requests(answers.captures)
    made = ((answer["id"], lookup.asked(library.at(answers.view.name, request).read(lent.MOST))) for answer, request in pairs)
    return {answer: asked for answer, asked in made if asked is not None}


def _records(library: Library, answers: Answers) -> Iterator[tuple[str, Position]]:
    """Yield what can be replayed, each with its snapshot's name, and the origins of revisits."""
    seen = set()
    for position in answers.records.values():
        if position["type"] not in index.REPLAYED:
            continue
        found = [(answers.view.name, position)]
        if position["type"] == "revisit" and (sha256 := position.get("payload_sha256")):
            origin = library.holdings.payload(sha256)
            if origin:
                found.append((origin["snapshot"], {**origin, "type": "response", "status": 200}))
        for snapshot, record in found:
            if record["id"] not in seen:
                seen.add(record["id"])
                yield snapshot, record


def _readable(library: Library, answers: Answers, snapshot: str, position: Position) -> warc.Pressed | None:
    """Return a copy of an answer that the player would not read as it is meant, as exports hold it (`record.wacz.lent`)."""
    if position["status"] != 200 or position["type"] not in ("response", "revisit"):
        return None
    stored = library.at(snapshot, position)
    data = _narrowed(library, answers, stored, position)
    data = _decoded(stored) if data is None else data
    if data is None:
        return None
    kind = next((value for name, value in stored.headers if name.lower() == "content-type"), None)
    return lent.copied(position, kind, data, f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, 'archiver player ' + position['id'])}>")


def _decoded(stored: Stored) -> bytes | None:
    """Return the body of an answer in a content coding that the player does not know, None where it knows it or the body is not whole."""
    if not lent.is_unknown(stored.head):
        return None
    body = media.body(stored, lent.MOST)
    return None if body.fault is not None or body.cut else body.data


def _narrowed(library: Library, answers: Answers, stored: Stored, position: Position) -> bytes | None:
    """Return a list of a film's variants with those only that are here."""
    if not film.is_list(position["url"], position.get("media_type")):
        return None

    def text(one: Stored) -> str:
        return media.body(one, film.MOST).data.decode("utf8", "replace")

    def find(url: str) -> str | None:
        found = answers.find(url)
        return text(library.at(answers.view.name, found.position)) if found else None

    made = film.narrowed(text(stored), position["url"], find, lambda url: answers.find(url) is not None)
    return made.encode() if made is not None else None


def _entry(position: Position, file: str, offset: int, length: int, digest: str) -> Entry:
    return Entry(
        type=position["type"],
        id=position["id"],
        url=position["url"],
        date=position["date"],
        file=file,
        offset=offset,
        length=length,
        media_type=position.get("media_type"),
        status=position["status"],
        payload_digest=position.get("payload_digest") or position.get("digest"),
        record_digest=digest,
    )


def _pages(answers: Answers) -> bytes:
    lines: list[dict[str, Any]] = [{"format": "json-pages-1.0", "id": "pages", "title": "Capture"}]
    if answers.answer:
        position = answers.answer.position
        title = answers.capture["title"] or position["url"]
        lines.append({"id": answers.digits, "url": position["url"], "ts": position["date"], "title": title})
    return b"".join(plain.dump(line) + b"\n" for line in lines)


def _package(answers: Answers, sums: dict[str, tuple[str, int]]) -> bytes:
    resources = [{"name": name.rpartition("/")[2], "path": name, "hash": digest, "bytes": size} for name, (digest, size) in sums.items()]
    created = datetime.fromisoformat(answers.capture["started"]).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    made = {"profile": "data-package", "wacz_version": "1.1.1", "created": created, "software": "archiver", "resources": resources}
    return plain.pretty(made)
