"""Manifest: which captures and records belong to which citation. A function of the WARC's records, and of nothing else.

Every fact stands in `metadata` records of type application/json; `kind` says which:

    run        in every file after warcinfo: snapshot, source, url, started, trigger, predecessor, software, user_agent, config_sha256,
               robots, operator
    article    once, concurrent to the article's record: article (the citation document's object), encoding, base_url, record, capture,
               text, revision (what became of the citations of the version before)
    citation   one each, concurrent to the article's record: citation (the contract's object, with its places)
    capture    one each, concurrent to its last answer, or to its last request where no answer came: capture (the contract's object
               without records), records (ids, in order), payloads (record id -> SHA-256 in hex), exchanges (what the blocks leave out)
    settled    number, outcome, state, reason, comparison, next_attempt, tries, captures, resolution, history; said again, the last one
               counts. A mention's `id` and `url` are those of its resolution; `tries` (runs, since) says how many runs tried what is still
               open; `history` what this look has to do with those before
    noted      capture (the id of its metadata record), notes: what was learnt of a capture after it was on disk, such as how many of the
               parts it needs came; said again, the last one counts. They join the notes of the capture
    checked    what a replay check found of one capture: snapshot, capture (id), citation, url, verdict, reason, title, words, pictures,
               missing; the picture that it shows is a `resource` concurrent to it
    finished   finished: the end of the run

The article is the `response` of its capture where it came over HTTP, else a `resource` with the bytes as read and the Target-URI
`urn:archiver:article:sha256:<hex>`; its text is a `conversion` of it, `urn:text:<its URI>`. What we made of a capture (post card,
screenshot) is a `conversion` or `resource` that refers to, or is concurrent to, one of its records. Certificates are `resource` records,
`urn:archiver:certificate:sha256:<hex>`, named by the `tls` of whoever used them.

`build` runs at `finish` over the journal's entries and at `rebuild` over those read from the WARC files: one function, so the manifest that
is made again is equal byte for byte. It reads the JSON blocks when it comes to them and yields pieces, so a run of 20,000 captures is not
in memory at once.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from archiver.record.entry import Entry
from archiver.record.ledger import Ledger

SCHEMA = "archiver.manifest/1"
RUN, ARTICLE, CITATION, CAPTURE, NOTED, SETTLED, FINISHED = "run", "article", "citation", "capture", "noted", "settled", "finished"
CHECKED = "checked"
ARTICLE_URI, CERTIFICATE, TEXT_URI = "urn:archiver:article:sha256:", "urn:archiver:certificate:sha256:", "urn:text:"
FILM_URI = "urn:archiver:film:"  # a film that was joined of its parts
UNSETTLED: dict[str, Any] = {
    "outcome": None,
    "state": None,
    "reason": "not attempted",
    "comparison": None,
    "next_attempt": None,
    "tries": None,
    "resolution": None,
    "history": None,
}

UNSEEN = frozenset({"warcinfo", "request", "metadata"})  # types of records that are never replayed
Load = Callable[[Entry], dict[str, Any]]  # the JSON of a metadata record


@dataclass(slots=True)
class Contents:
    """What the records of a snapshot are, sorted by what they say: places in the ledger; their JSON is read when its turn comes."""

    ledger: Ledger
    shown: array[int] = field(default_factory=lambda: array("Q"))  # what may be replayed
    run: dict[str, Any] = field(default_factory=dict)
    finished: str | None = None
    article: dict[str, Any] | None = None
    citations: array[int] = field(default_factory=lambda: array("Q"))
    settled: dict[int, int] = field(default_factory=dict)  # by the citation's number
    captures: array[int] = field(default_factory=lambda: array("Q"))
    by_citation: dict[int, list[int]] = field(default_factory=dict)  # captures; 0: the article's own
    derived: dict[str, list[int]] = field(default_factory=dict)  # by the id of the record that they were made from
    checked: array[int] = field(default_factory=lambda: array("Q"))
    noted: dict[str, int] = field(default_factory=dict)  # by the id of the capture's metadata record

    def entries(self, places: Iterable[int]) -> list[Entry]:
        """Return the entries at places of the ledger."""
        return [self.ledger.at(place) for place in places]


def speaks_of(kind: str, data: Mapping[str, Any]) -> tuple[int, ...]:
    """Return the numbers of the citations that a metadata record of ours speaks of, from its kind and JSON."""
    match kind:
        case "citation":
            return (data["citation"]["number"],)
        case "capture":
            return tuple(data["capture"]["cited_by"])
        case "settled":
            return (data["number"],)
    return ()


def contents(ledger: Ledger, load: Load, entries: Iterable[Entry] | None = None) -> Contents:
    """Sort records by what they say: those of a ledger, or `entries`, which go into an empty one on the way."""
    found = Contents(ledger)
    for place, entry in enumerate(ledger.entries() if entries is None else ledger.filled(entries)):
        if entry.type not in UNSEEN:
            found.shown.append(place)
        if entry.type in ("conversion", "resource") and (source := entry.refers_to or entry.concurrent_to):
            found.derived.setdefault(source, []).append(place)
        match entry.kind:
            case "capture":
                found.captures.append(place)
                for number in entry.about or (0,):
                    found.by_citation.setdefault(number, []).append(place)
            case "citation":
                found.citations.append(place)
            case "settled":
                found.settled[entry.about[0]] = place
            case "noted":
                found.noted[entry.concurrent_to or ""] = place
            case "checked":
                found.checked.append(place)
            case "run":
                found.run = found.run or load(entry)
            case "article":
                found.article = load(entry)
            case "finished":
                found.finished = load(entry)["finished"]
    return found


def build(found: Contents, load: Load, each: Callable[[Told], None] = lambda _: None) -> dict[str, Any]:
    """Return the manifest for `plain.stream`: a dictionary whose long lists are iterators, to be read once.

    `each` is told every citation as its turn comes, with all that was read for it: who else goes through them needs no second reading.
    """
    run, article = found.run, (found.article or {}).get("article") or {"source": found.run.get("source"), "url": found.run.get("url")}
    return {
        "schema": SCHEMA,
        "snapshot": run.get("snapshot"),
        "predecessor": run.get("predecessor"),
        "run": {
            "started": run.get("started"),
            "finished": found.finished,
            **{key: run.get(key) for key in ("trigger", "software", "user_agent", "config_sha256", "robots", "operator")},
        },
        "article": {
            **article,
            "revision": (found.article or {}).get("revision"),
            "captures": _captures(found, ((one, load(one)) for one in found.entries(found.by_citation.get(0, ()))), load),
        },
        **({"checks": (_check(found, found.ledger.at(place), load) for place in found.checked)} if found.checked else {}),
        "citations": (_citation(found, found.ledger.at(place), load, each) for place in found.citations),
    }


def _check(found: Contents, entry: Entry, load: Load) -> dict[str, Any]:
    said = {key: value for key, value in load(entry).items() if key != "kind"}
    return {**said, "records": [one.position() for one in (entry, *found.entries(found.derived.get(entry.id, ())))]}


@dataclass(frozen=True, slots=True)
class Told:
    """One citation with what was said of it: its outcome, and its captures with their entries."""

    citation: dict[str, Any]
    settled: dict[str, Any]
    captures: list[tuple[Entry, dict[str, Any]]]


def _citation(found: Contents, entry: Entry, load: Load, each: Callable[[Told], None]) -> dict[str, Any]:
    citation: dict[str, Any] = load(entry)["citation"]
    number = citation["number"]
    said: dict[str, Any] = load(found.ledger.at(found.settled[number])) if number in found.settled else UNSETTLED
    mine = {one.id: one for one in found.entries(found.by_citation.get(number, ()))}
    mine |= {one: found.ledger[one] for one in said.get("captures", ()) if one not in mine and one in found.ledger}
    captures = [(one, load(one)) for one in mine.values()]
    each(Told(citation, said, captures))
    found_as = said.get("resolution") or {}
    return {
        **citation,
        "id": citation["id"] or found_as.get("id"),
        "url": citation["url"] or found_as.get("url"),
        **{key: said.get(key) for key in UNSETTLED},
        "captures": list(_captures(found, captures, load)),
    }


def _captures(found: Contents, captures: Iterable[tuple[Entry, dict[str, Any]]], load: Load) -> Iterator[dict[str, Any]]:
    for entry, data in captures:
        if entry.id in found.noted:
            data["capture"]["notes"] |= load(found.ledger.at(found.noted[entry.id]))["notes"]
        made = (place for record in (*data["records"], entry.id) for place in found.derived.get(record, ()))
        yield capture(data, entry, found.ledger, [one for one in found.entries(made) if not _article_text(one)])


def capture(data: Mapping[str, Any], said: Entry, by_id: Mapping[str, Entry], derived: Sequence[Entry]) -> dict[str, Any]:
    """Return the contract's Capture object from a capture's metadata, that record's entry, and the entries of its other records."""
    records = [{**by_id[one].position(), "payload_sha256": data["payloads"].get(one)} for one in data["records"]]
    others = [{**entry.position(), "payload_sha256": None} for entry in (said, *derived)]
    return {**data["capture"], "id": said.id, "records": records + others}


def _article_text(entry: Entry) -> bool:
    return entry.type == "conversion" and (entry.url or "").startswith(TEXT_URI)
