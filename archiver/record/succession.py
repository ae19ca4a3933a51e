"""Succession: which snapshot follows which, when each citation was asked for, and which records later ones refer to: rows of the catalog.

An article's snapshots form a chain: each names its predecessor. The *head* is the one that nothing follows, and what the program knows of
an article is what its head says. Not "the latest by its clock": a clock that was ten years ahead for an hour would leave a snapshot behind
that stays the latest for ten years. Where several heads are (snapshots from before there were predecessors), the latest is the one.

A citation that a later snapshot did not ask for again is carried: its outcome is repeated, and `standing` says in which snapshot its
captures stand. So a head always speaks of all of the article.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
CREATE TABLE refers (origin TEXT NOT NULL, snapshot TEXT NOT NULL, PRIMARY KEY (origin, snapshot)) WITHOUT ROWID;
"""
TABLES = ("succession", "look", "refers")
HEAD = (
    "NOT EXISTS (SELECT 1 FROM succession t WHERE t.predecessor = s.snapshot)"
    " AND NOT EXISTS (SELECT 1 FROM succession t WHERE t.source IS s.source AND (t.started, t.snapshot) > (s.started, s.snapshot)"
    "   AND NOT EXISTS (SELECT 1 FROM succession u WHERE u.predecessor = t.snapshot))"
)


def rows(manifest: Mapping[str, Any]) -> Iterator[tuple[str, Row]]:
    """Yield a manifest's rows, each with its table."""
    name, run, article = manifest["snapshot"], manifest["run"], manifest["article"]
    about = (article["source"], article["url"], run["started"], article.get("sha256"), manifest.get("predecessor"), run.get("trigger"))
    yield "succession", (name, *about)
    mine: set[str] = set()
    origins = set(_refers_to(article["captures"]))
    mine |= {record["id"] for one in article["captures"] for record in one["records"]}
    for citation in manifest["citations"]:
        origins |= set(_refers_to(citation["captures"]))
        mine |= {record["id"] for one in citation["captures"] for record in one["records"]}
        if citation["outcome"] is not None:
            yield "look", (name, citation["number"], citation["key"], citation["outcome"], *_looked(citation, name, run["started"]))
    for origin in sorted(origins - mine):
        yield "refers", (origin, name)


def _looked(citation: Mapping[str, Any], name: str, started: str) -> Row:
    said = citation.get("history") or {"first": started, "asked": started, "unchanged": 0, "standing": None}
    return said["first"], said["asked"], said["unchanged"], said["standing"] or name


def _refers_to(captures: list[dict[str, Any]]) -> Iterator[str]:
    for capture in captures:
        for record in capture["records"]:
            if record["type"] == "revisit" and record.get("refers_to"):
                yield record["refers_to"]
