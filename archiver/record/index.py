"""Index: CDXJ, one line per record that can be replayed, and the pages of the WACZ. Functions of entries.

`<SURT> <ts14> <JSON>`, sorted by bytes as `LC_ALL=C sort` does. Answers and revisits, and what we made (resources, conversions under their
`urn:`); no requests, no metadata, and no answer without a readable status line, which no player could show. `digest` is the payload
digest of the record header, the block's where they are one. Numbers are strings, as pywb and cdxj-indexer write them; players read both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from archiver import url as urls
from archiver.record import plain
from archiver.record.entry import Entry
from archiver.record.manifest import Contents, Told

REPLAYED = frozenset({"response", "revisit", "resource", "conversion"})


def lines(entries: Iterable[Entry]) -> list[bytes]:
    """Return the sorted lines of the CDXJ index."""
    return sorted(line(entry) for entry in entries if indexed(entry))


def indexed(entry: Entry) -> bool:
    """Tell whether a record has a line in the index."""
    return entry.type in REPLAYED and (entry.type in ("resource", "conversion") or entry.status is not None)


def line(entry: Entry) -> bytes:
    """Return a record's line."""
    data = {
        "url": entry.url,
        "digest": entry.payload_digest,
        "mime": "warc/revisit" if entry.type == "revisit" else entry.media_type or "unk",
        "filename": entry.file,
        "offset": str(entry.offset),
        "length": str(entry.length),
        "status": str(entry.status or 200),
        "recordDigest": entry.record_digest,
    }
    if data["digest"] is None:
        del data["digest"]
    stamp = "".join(c for c in entry.date[:19] if c in "0123456789")
    return key(entry.url or "").encode() + f" {stamp} ".encode() + plain.dump(data) + b"\n"


def key(url: str) -> str:
    """Return what a line is sorted by: the SURT of an http(s) URL, the URI itself of any other."""
    resolved = urls.resolve(url)
    return urls.surt(resolved).replace(" ", "%20") if resolved else url


def pages(found: Contents, title: str) -> Iterator[bytes]:
    """Yield pages.jsonl: the article."""
    yield plain.dump({"format": "json-pages-1.0", "id": "pages", "title": title}) + b"\n"
    if found.article is not None:
        entry = found.ledger[found.article["record"]]
        article = found.article["article"]
        row = {"id": _id(entry.id), "url": entry.url, "ts": entry.date, "title": article["title"] or article["source"]}
        yield plain.dump({**row, "mime": article["media_type"], "language": article["language"]}) + b"\n"


EXTRA_HEADER = plain.dump({"format": "json-pages-1.0", "id": "extra-pages", "title": "Cited pages"}) + b"\n"


def extra_pages(found: Contents, told: Told) -> Iterator[bytes]:
    """Yield the lines of extraPages.jsonl for one citation: every answered seed, with the citation's places in the article."""
    for entry, data in told.captures:
        made = data["capture"]
        answers = (one for name in reversed(data["records"]) if (one := found.ledger[name]).type in ("response", "revisit"))
        answer = next(answers, None)
        if made["role"] == "seed" and answer is not None and indexed(answer):
            yield plain.dump(_row(told.citation, told.settled, made, entry, answer)) + b"\n"


def _row(citation: dict[str, Any], settled: dict[str, Any], made: dict[str, Any], entry: Entry, answer: Entry) -> dict[str, Any]:
    return {
        "id": _id(f"{entry.id}{citation['number']}"),
        "url": answer.url,
        "ts": answer.date,
        "title": made["title"] or citation["url"] or answer.url,
        "captureId": entry.id,
        "citation": citation["number"],
        "key": citation["key"],
        "kind": citation["kind"],
        "outcome": settled.get("outcome"),
        "state": made["state"],
        "places": citation["places"],
    }


def _id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
