"""Succession: which snapshot follows which, when each citation was asked for, and which records later ones refer to: rows of the catalog.

An article's snapshots form a chain: each names its predecessor. The *head* is the one that nothing follows, and what the program knows of
an article is what its head says. Not "the latest by its clock": a clock that was ten years ahead for an hour would leave a snapshot behind
that stays the latest for ten years. Where several heads are (snapshots from before there were predecessors), the latest is the one.

A citation that a later snapshot did not ask for again is carried: its outcome is repeated, and `standing` says in which snapshot its
captures stand. So a head always speaks of all of the article.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Row = tuple[Any, ...]
SCHEMA = """
CREATE TABLE succession (
    snapshot TEXT PRIMARY KEY, source TEXT, url TEXT, started TEXT, article_sha256 TEXT, predecessor TEXT, occasion TEXT
) WITHOUT ROWID;
CREATE INDEX succession_predecessor ON succession (predecessor);
CREATE INDEX succession_source ON succession (source);
CREATE INDEX succession_url ON succession (url);
CREATE TABLE look (
    snapshot TEXT NOT NULL, number INTEGER NOT NULL, key TEXT NOT NULL, outcome TEXT, first TEXT NOT NULL, asked TEXT NOT NULL,
    unchanged INTEGER NOT NULL, standing TEXT NOT NULL, PRIMARY KEY (snapshot, number)
) WITHOUT ROWID;
CREATE INDEX look_standing ON look (standing);
CREATE TABLE refers (origin TEXT NOT NULL, snapshot TEXT NOT NULL, PRIMARY KEY (origin, snapshot)) WITHOUT ROWID;
"""
TABLES = ("succession", "look", "refers")
HEAD = (
    "NOT EXISTS (SELECT 1 FROM succession t WHERE t.predecessor = s.snapshot)"
    " AND NOT EXISTS (SELECT 1 FROM succession t WHERE t.source IS s.source AND (t.started, t.snapshot) > (s.started, s.snapshot)"
    "   AND NOT EXISTS (SELECT 1 FROM succession u WHERE u.predecessor = t.snapshot))"
)


def rows(manifest: Mapping[str, Any]) -> Iterator[tuple[str, Row]]:
    """Yield the rows of a manifest's head, each with its table; those of its citations are `citation_rows`."""
    name, run, article = manifest["snapshot"], manifest["run"], manifest["article"]
    about = (article["source"], article["url"], run["started"], article.get("sha256"), manifest.get("predecessor"), run.get("trigger"))
    yield "succession", (name, *about)
    revision = article.get("revision") or {"first": run["started"], "asked": run["started"], "unchanged": 0}
    yield "look", (name, 0, "article", None, revision["first"], revision["asked"], revision["unchanged"], name)
    for origin in _refers_to(article["captures"]):
        yield "refers", (origin, name)


def citation_rows(name: str, started: str, citation: Mapping[str, Any]) -> Iterator[tuple[str, Row]]:
    """Yield the rows of one citation of a snapshot, each with its table."""
    if citation["outcome"] is not None:
        yield "look", (name, citation["number"], citation["key"], citation["outcome"], *_looked(citation, name, started))
    for origin in _refers_to(citation["captures"]):
        yield "refers", (origin, name)


def _looked(citation: Mapping[str, Any], name: str, started: str) -> Row:
    said = citation.get("history") or {"first": started, "asked": started, "unchanged": 0, "standing": None}
    return said["first"], said["asked"], said["unchanged"], said["standing"] or name


def _refers_to(captures: list[dict[str, Any]]) -> Iterator[str]:
    for capture in captures:
        for record in capture["records"]:
            if record["type"] == "revisit" and record.get("refers_to"):
                yield record["refers_to"]


class Chains:
    """What the rows say, asked of an open catalog by its writer, from one thread."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def head(self, source: str, url: str | None = None) -> str | None:
        """Return the name of an article's latest snapshot: of that source, else of that URL; None where it was never archived."""
        for column, value in (("source", source), ("url", url)):
            if value is not None:
                asked = f"SELECT snapshot FROM succession s WHERE s.{column} = ? AND {HEAD} ORDER BY started DESC, snapshot DESC"  # noqa: S608
                row = self._db.execute(asked, (value,)).fetchone()
                if row:
                    return str(row[0])
        return None

    def heads(self) -> list[tuple[str, str]]:
        """Return source and name of every article's latest snapshot."""
        return self._db.execute(f"SELECT source, snapshot FROM succession s WHERE {HEAD} ORDER BY 1, 2").fetchall()  # noqa: S608

    def knows(self, source: str, sha256: str | None = None) -> bool:
        """Tell whether an article was archived, by source or URL; with `sha256`, with these very bytes."""
        asked = "SELECT 1 FROM succession WHERE (source = ?1 OR url = ?1) AND (?2 IS NULL OR article_sha256 = ?2)"
        return self._db.execute(asked, (source, sha256)).fetchone() is not None

    def looks(self) -> list[tuple[str, str, int, str, str, int, str | None]]:
        """Return what was asked for of every article's latest snapshot, by name and number (0: the article itself).

        Each: source, snapshot, number, when it was first and last asked for, looks without a change since, and when it is tried again.
        """
        return self._db.execute(
            "SELECT s.source, s.snapshot, l.number, l.first, l.asked, l.unchanged, c.next_attempt"  # noqa: S608 - fixed words
            " FROM succession s JOIN look l USING (snapshot) LEFT JOIN citation c ON c.snapshot = l.snapshot AND c.number = l.number"
            f" WHERE {HEAD} ORDER BY s.snapshot, l.number"
        ).fetchall()

    def ages(self) -> list[tuple[str, str]]:
        """Return every snapshot with when it was finished, the oldest first."""
        return self._db.execute("SELECT name, finished FROM snapshot ORDER BY finished, name").fetchall()

    def kept(self, least: int) -> set[str]:
        """Return the latest `least` snapshots of every article: its head and those before it."""
        return {name for _, head in self.heads() for name in self.chain(head)[:least]}

    def unneeded(self, names: Sequence[str]) -> list[str]:
        """Return those of `names` that nothing else refers to: no revisit of a payload in them, no citation whose evidence stands there."""
        going = set(names)
        while True:
            needed = {one for one in going if self._needed(one, going)}
            if not needed:
                return [name for name in names if name in going]
            going -= needed  # what these refer to stays too

    def _needed(self, name: str, going: set[str]) -> bool:
        asked = (
            "SELECT r.snapshot FROM memento m JOIN refers r ON r.origin = m.id WHERE m.snapshot = ?1 AND r.snapshot != ?1"
            " UNION SELECT snapshot FROM look WHERE standing = ?1 AND snapshot != ?1"
        )
        return any(other not in going for (other,) in self._db.execute(asked, (name,)))

    def chain(self, name: str) -> list[str]:
        """Return a snapshot and those before it, the latest first, as far as they are kept."""
        found: list[str] = []
        while name and name not in found:
            row = self._db.execute("SELECT predecessor FROM succession WHERE snapshot = ?", (name,)).fetchone()
            if row is None:
                break
            found.append(name)
            name = row[0]
        return found

    def made_by(self, name: str) -> str | None:
        """Return what set a snapshot off, None for a person."""
        row = self._db.execute("SELECT occasion FROM succession WHERE snapshot = ?", (name,)).fetchone()
        return row[0] if row else None

    def begun(self, name: str) -> str:
        """Return when a snapshot was begun, ISO 8601 UTC."""
        row = self._db.execute("SELECT started FROM succession WHERE snapshot = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def holds(self, name: str, data: bytes) -> bool:
        """Tell whether a snapshot is of an article of these very bytes."""
        asked = "SELECT 1 FROM succession WHERE snapshot = ? AND article_sha256 = ?"
        return self._db.execute(asked, (name, hashlib.sha256(data).hexdigest())).fetchone() is not None

    def totals(self) -> dict[str, Any]:
        """Return how many articles, snapshots, citations by outcome, payloads and revisits there are, and what is due."""
        heads = f"FROM citation c JOIN succession s USING (snapshot) WHERE {HEAD}"
        due = f"SELECT COUNT(*), MIN(next_attempt) {heads} AND next_attempt IS NOT NULL"
        outcomes = {
            outcome or "not attempted": number for outcome, number in self._db.execute(f"SELECT c.outcome, COUNT(*) {heads} GROUP BY 1")
        }
        waiting, oldest = self._db.execute(due).fetchone()
        kinds = dict(self._db.execute("SELECT type, COUNT(*) FROM memento GROUP BY 1").fetchall())
        saved = "SELECT TOTAL(m.length) FROM (SELECT DISTINCT id, length FROM memento) m JOIN refers r ON r.origin = m.id"
        return {
            "articles": len(self.heads()),
            "snapshots": self._db.execute("SELECT COUNT(*) FROM succession").fetchone()[0],
            "outcomes": outcomes,
            "citations": sum(outcomes.values()),
            "responses": kinds.get("response", 0),
            "revisits": kinds.get("revisit", 0),
            "saved": int(self._db.execute(saved).fetchone()[0]),
            "due": waiting,
            "oldest_due": oldest,
        }
