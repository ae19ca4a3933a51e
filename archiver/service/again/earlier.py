"""Earlier: what an article's earlier snapshots know of it, for a look that goes on from there.

A head speaks of every citation, but the captures of one that was not asked for again stand in an earlier snapshot (`history.standing`).
Validators come from the latest answer that a target gave, its payload from wherever the catalog says that it stands; so a server is asked
for news of what is really held, and a 304 is never believed about bytes that are not there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from archiver.article.article import Article
from archiver.article.entry import entries_of
from archiver.citation.citation import Citation
from archiver.citation.platform import Answer, Reading, State, Target
from archiver.fetch.answer import exchange_answer
from archiver.fetch.capture import Held
from archiver.record import layout, manifest, reread
from archiver.record.catalog.catalog import Catalog
from archiver.record.ledger import Ledger
from archiver.record.snapshot import Stored

FACTS = ("source", "url", "media_type", "sha256", "title", "byline", "published", "language")
ANSWERS = ("response", "revisit")
LIVE = frozenset({State.OK, State.OK_PARTIAL})
Place = tuple[str, dict[str, Any]]  # a snapshot, and a capture in it


class Earlier:
    """The head of an article's snapshots, and through it those before. Raises IntegrityError where what it says is not there."""

    def __init__(self, catalog: Catalog, name: str) -> None:
        self.name, self._catalog = name, catalog
        self._manifests: dict[str, dict[str, Any]] = {}
        self.manifest = self._manifest(name)
        self.citations = {one["key"]: one for one in self.manifest["citations"]}
        self._places: dict[tuple[str, str, str], Place] = {}
        for where, captures in self._captures():
            for one in captures:
                if _answer(one) is not None:
                    self._places[one["url"], one["purpose"], one["tier"]] = (where, one)

    def _manifest(self, name: str) -> dict[str, Any]:
        if name not in self._manifests:
            self._manifests[name] = json.loads((self._catalog.store / name / layout.MANIFEST).read_bytes())
        return self._manifests[name]

    def _captures(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Yield captures with their snapshots, what is older first."""
        for one in self.manifest["citations"]:
            yield from self._standing(one)
            yield from self._latest(one)
        standing = (self.manifest["article"].get("revision") or {}).get("standing")
        if standing and (self._catalog.store / standing / layout.MANIFEST).is_file():
            yield standing, self._manifest(standing)["article"]["captures"]
        yield self.name, self.manifest["article"]["captures"]
        for one in self.manifest["citations"]:
            yield self.name, one["captures"]

    def _standing(self, citation: Mapping[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Yield the captures of the snapshot in which a citation's evidence stands, if that is another one."""
        yield from self._of(citation, (citation.get("history") or {}).get("standing"))

    def _latest(self, citation: Mapping[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Yield the captures of the last look that brought an answer: it may have brought nothing new, and been carried since."""
        yield from self._of(citation, ((citation.get("history") or {}).get("known") or {}).get("snapshot"))

    def _of(self, citation: Mapping[str, Any], where: str | None) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        if where and where != self.name and (self._catalog.store / where / layout.MANIFEST).is_file():
            same = (one for one in self._manifest(where)["citations"] if one["key"] == citation["key"])
            yield from ((where, one["captures"]) for one in same)

    def captures(self, key: str) -> list[Place]:
        """Return the captures of a citation where its evidence stands: the last look that brought something new."""
        citation = self.citations[key]
        found = list(self._standing(citation)) or [(self.name, citation["captures"])]
        return [(where, one) for where, captures in found for one in captures]

    # ------------------------------------------------------ what a Keeper asks

    def held(self, target: Target, read: Callable[[Answer], Reading]) -> Held | None:
        """Return the answer that an earlier look at a target brought, where its server can be asked whether it still stands."""
        place = self._places.get((target.url, target.purpose, target.tier))
        if place is None or place[1]["truncated"]:
            return None
        record = _answer(place[1])
        sha256 = record["payload_sha256"] if record else None
        origin, where = (self._catalog.seen(sha256), self._catalog.where(sha256)) if sha256 else (None, None)
        if record is None or origin is None or where is None or not where[0].is_file():
            return None
        said = reread.answer(self._path(place[0], record), record["offset"])
        etag, modified = said.header("ETag"), said.header("Last-Modified")
        said.close()
        if not etag and not modified:
            return None
        again = partial(self._reading, target, read, where, record["url"], tuple(place[1]["redirects"]))
        return Held(record["url"], etag, modified, origin.id, origin.url, origin.date, origin.digest, sha256 or "", again)

    def last(self, stored: Stored) -> Stored | None:
        """Return what the last look at the same target brought, whatever that was."""
        place = self._places.get((stored["url"], stored["purpose"], stored["tier"]))
        return place[1] if place else None

    def same(self, stored: Stored) -> Stored | None:
        """Return the capture of the look before, where this one brought the payload that it brought."""
        before = self.last(stored)
        was, now = _answer(before) if before else None, _answer(stored)
        alike = was is not None and now is not None and was["payload_sha256"] == now["payload_sha256"] is not None
        return before if alike else None

    def rescued(self, key: str) -> tuple[str, str] | None:
        """Return the snapshot in which an archived copy of a citation stands already, and the outcome that it gave."""
        citation = self.citations.get(key)
        if citation is None or citation["outcome"] not in ("captured", "partial") or citation["state"] in LIVE:
            return None
        return (citation.get("history") or {}).get("copy") or self.name, citation["outcome"]

    def payload(self, capture: Mapping[str, Any], snapshot: Path) -> Answer | None:
        """Return the last answer of a capture in a snapshot as its reader saw it, or None where its payload is nowhere."""
        made = reread.exchange(snapshot, capture["records"], self._catalog.where)
        if made is None or made.status is None:
            return None
        try:
            target = Target(capture["url"], tier=capture["tier"], purpose=capture["purpose"])
            return exchange_answer(made, target, tuple(capture["redirects"]))
        finally:
            made.close()

    def article(self) -> tuple[Article, tuple[Citation, ...]]:
        """Return the article as the head holds it, without its tree, and its citations as they were written."""
        path = self._catalog.store / self.name
        by_id = Ledger(reread.entries(path))
        said = next(reread.said(path, entry) for entry in by_id.entries() if entry.kind == manifest.ARTICLE)
        told = [reread.said(path, entry)["citation"] for entry in by_id.entries() if entry.kind == manifest.CITATION]
        facts = {key: said["article"][key] for key in FACTS}
        items = entries_of(said["article"].get("items", ()))
        data = reread.article_data(path, said, by_id)
        text = reread.article_text(path, said, by_id).decode("utf8", "surrogatepass")
        article = Article(**facts, data=data, text=text, encoding=said["encoding"], base_url=said["base_url"], items=items)
        return article, tuple(map(Citation.from_json, told))

    def path(self, snapshot: str) -> Path:
        """Return where a finished snapshot stands."""
        return self._catalog.store / snapshot

    def _path(self, snapshot: str, record: Mapping[str, Any]) -> Path:
        found: Path = self._catalog.store / snapshot / layout.ARCHIVE / record["file"]
        return found

    def _reading(
        self, target: Target, read: Callable[[Answer], Reading], where: tuple[Path, int], url: str, redirects: tuple[str, ...]
    ) -> Reading:
        made = reread.answer(*where)
        made.url = url
        try:
            return read(exchange_answer(made, target, redirects))
        finally:
            made.close()


def _answer(capture: Mapping[str, Any]) -> dict[str, Any] | None:
    return next((record for record in reversed(capture["records"]) if record["type"] in ANSWERS), None)
