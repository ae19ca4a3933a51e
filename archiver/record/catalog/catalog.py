"""Catalog: what stands in all snapshots of a store: SQLite, WAL, synchronous=FULL, one writer. Made again from the snapshots at any time.

It answers five questions without opening a WARC: which snapshots there are and what their data package must hash to (an edited record with
all hashes rewritten is found by that alone), what came of each citation, where a payload stands already, what is due when, and which
records answer for a URL. `dump` is its content in one order; a catalog made again gives the same. `holdings` asks it for readers.

What a reader asks of all snapshots at once stands ready in columns (words to search, counts of outcomes, hosts): with 10,000 snapshots a
page of the dashboard may read rows, never manifests.

One table is no view: what hosts taught about their pace (`record.catalog.hosts`), which `rebuild` keeps.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import threading
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote

from archiver import url as urls
from archiver.errors import IntegrityError, StorageError, VersionError
from archiver.fetch.pace import HostState
from archiver.fetch.retry import Tries
from archiver.record import layout, reread
from archiver.record.catalog import database, hosts, succession
from archiver.record.entry import PayloadOrigin
from archiver.record.index import REPLAYED, key

VERSION = 4
SCHEMA = """
CREATE TABLE snapshot (
    name TEXT PRIMARY KEY, source TEXT, url TEXT, title TEXT, started TEXT, finished TEXT, software TEXT, package_sha256 TEXT NOT NULL,
    home TEXT NOT NULL, language TEXT, captured INTEGER NOT NULL, partial INTEGER NOT NULL, unavailable INTEGER NOT NULL,
    failed INTEGER NOT NULL, refused INTEGER NOT NULL, unresolved INTEGER NOT NULL, unsettled INTEGER NOT NULL, words TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX snapshot_home ON snapshot (home, started);
CREATE INDEX snapshot_time ON snapshot (started, home);
CREATE TABLE tally (
    month TEXT NOT NULL, snapshot TEXT NOT NULL, state TEXT NOT NULL, citations INTEGER NOT NULL, PRIMARY KEY (month, snapshot, state)
) WITHOUT ROWID;
CREATE TABLE citation (
    snapshot TEXT NOT NULL, number INTEGER NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL, platform TEXT NOT NULL, url TEXT,
    in_body INTEGER NOT NULL, outcome TEXT, state TEXT, reason TEXT, next_attempt TEXT, host TEXT, verdict TEXT, runs INTEGER, since TEXT,
    PRIMARY KEY (snapshot, number)
) WITHOUT ROWID;
CREATE INDEX citation_key ON citation (key);
CREATE INDEX citation_host ON citation (host, outcome, state);
CREATE INDEX citation_due ON citation (next_attempt) WHERE next_attempt IS NOT NULL;
CREATE TABLE payload (
    sha256 BLOB PRIMARY KEY, snapshot TEXT NOT NULL, id TEXT NOT NULL, url TEXT NOT NULL, date TEXT NOT NULL, media_type TEXT,
    digest TEXT NOT NULL, file TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE memento (
    key TEXT NOT NULL, date TEXT NOT NULL, snapshot TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, url TEXT NOT NULL, status INTEGER,
    media_type TEXT, digest TEXT, file TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, capture TEXT NOT NULL,
    tier TEXT NOT NULL, citation INTEGER NOT NULL, PRIMARY KEY (key, date, snapshot, id)
) WITHOUT ROWID;
CREATE INDEX memento_capture ON memento (capture, snapshot);
"""
TABLES = ("snapshot", "citation", "payload", "memento", "tally", *succession.TABLES, "host")
ORDER = {"refers": "1, 2"}
OUTCOMES = ("captured", "partial", "unavailable", "failed", "refused", "unresolved")
BATCH = 512  # rows of one table that are entered at once
WORDS = 8000  # characters of a snapshot's words that are searched


@dataclass(frozen=True, slots=True)
class Due:
    """A citation whose time to be tried again has come; `runs` have tried since `since`."""

    snapshot: str
    source: str
    number: int
    key: str
    url: str | None
    next_attempt: str
    state: str | None
    runs: int | None = None
    since: str | None = None


@dataclass(frozen=True, slots=True)
class PayloadPlace:
    """The record that holds a payload: its snapshot's name, its id, its WARC file and the offset there."""

    snapshot: str
    id: str
    file: str
    offset: int


class Catalog:
    """The catalog of one store. `seen` may be asked from any thread."""

    def __init__(self, store: Path, *, writable: bool | None = None) -> None:
        """Open or make the catalog. StorageError where it cannot be opened or is damaged, VersionError where it is of another version.

        `writable` says whether the store's folder can be written; it is looked at where nobody says.
        """
        self.store, self._lock = store, threading.Lock()
        path = store / layout.CATALOG
        try:
            store.mkdir(parents=True, exist_ok=True)
            written = (os.access(store, os.W_OK) if writable is None else writable) or not path.exists()
            with database.usable(database.to_write(path) if written else database.as_it_lies(path)) as self._db:
                version = self._db.execute("PRAGMA user_version").fetchone()[0]
                if version == 0:
                    self._db.executescript(f"BEGIN; {SCHEMA} {succession.SCHEMA} {hosts.SCHEMA} PRAGMA user_version={VERSION}; COMMIT;")
                elif version != VERSION:
                    raise VersionError(f"{path}: is of version {version}, not {VERSION}; run `archiver rebuild`")
            self.chains = succession.Chains(self._db)
        except sqlite3.DatabaseError as error:
            full = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
            remedy = "free the disk, then run the same command" if full else "run `archiver rebuild` to make it again from the snapshots"
            raise StorageError(f"{path}: {error}; {remedy}") from error
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}; name a writable folder with --snapshots") from error

    @staticmethod
    def clear(store: Path) -> bool:
        """Take out of a catalog of any version all that can be made again; false where it cannot be read as a database."""
        try:
            db = sqlite3.connect(f"{(store / layout.CATALOG).absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=30)
        except sqlite3.Error:
            return False
        try:
            if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                return False
            db.executescript("BEGIN; " + " ".join(f"DROP TABLE IF EXISTS {table};" for table in TABLES) + " PRAGMA user_version=0; COMMIT;")
        except sqlite3.Error:
            return False
        finally:
            db.close()
        return True

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, path: Path, manifest: dict[str, Any] | None = None) -> None:
        """Enter a finished snapshot, in one transaction; entering it again changes nothing. StorageError where the disk refuses.

        One that lies elsewhere than its records say is not entered: `rebuild` puts it back.

        `manifest` is its manifest.json, where it was read already.
        """
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                waiting: dict[str, list[Row]] = defaultdict(list)
                for table, row in _rows(path, manifest):
                    waiting[table].append(row)
                    if len(waiting[table]) >= BATCH:
                        self._enter(table, waiting.pop(table))
                for table, rows in waiting.items():
                    self._enter(table, rows)
                self._db.execute("COMMIT")
            except sqlite3.Error as error:
                raise StorageError(f"{self.store / layout.CATALOG}: {error}; free the disk, then run `archiver rebuild`") from error
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    def _enter(self, table: str, rows: list[Row]) -> None:
        """Insert rows, whatever of them stands there. A payload's origin is the earliest record that holds it, so order does not matter."""
        into = f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))}) {UPSERT[table]}"  # noqa: S608 - fixed names
        try:
            self._db.executemany(into, rows)
        except UnicodeEncodeError:
            self._db.executemany(into, map(_clean, rows))

    def outcomes(self, snapshot: str) -> dict[tuple[bool, str | None], int]:
        """Return how many citations of a snapshot came to what, by whether they stand in the body, and outcome."""
        rows = self._db.execute("SELECT in_body, outcome, COUNT(*) FROM citation WHERE snapshot = ? GROUP BY 1, 2", (snapshot,))
        return {(bool(in_body), outcome): number for in_body, outcome, number in rows}

    def catch_up(self) -> None:
        """Enter what a run that was killed between naming its snapshot and entering it left out. Errors as `add`."""
        known = {row[0] for row in self._db.execute("SELECT name FROM snapshot")}
        for path in layout.snapshots(self.store):
            if path.relative_to(self.store).as_posix() not in known:
                self.add(path)

    def seen(self, sha256: str) -> PayloadOrigin | None:
        """Return where a payload stands, by its SHA-256 in hex."""
        with self._lock:
            row = self._db.execute("SELECT id, url, date, digest FROM payload WHERE sha256 = ?", (bytes.fromhex(sha256),)).fetchone()
        return PayloadOrigin(*row) if row else None

    def payload(self, sha256: str) -> PayloadPlace | None:
        """Return in which record of which snapshot a payload stands, by its SHA-256 in hex; `seen` says how to refer to it."""
        asked = "SELECT snapshot, id, file, offset FROM payload WHERE sha256 = ?"
        with self._lock:
            row = self._db.execute(asked, (bytes.fromhex(sha256),)).fetchone()
        return PayloadPlace(*row) if row else None

    def package(self, name: str) -> str | None:
        """Return the SHA-256 that a snapshot's datapackage.json had when it was entered."""
        row = self._db.execute("SELECT package_sha256 FROM snapshot WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def due(self, now: datetime) -> list[Due]:
        """Return what the latest snapshot of each article wants tried again by `now`, the longest overdue first."""
        rows = self._db.execute(
            "SELECT c.snapshot, s.source, c.number, c.key, c.url, c.next_attempt, c.state, c.runs, c.since"  # noqa: S608 - fixed words
            f" FROM citation c JOIN succession s USING (snapshot) WHERE c.next_attempt <= ? AND {succession.HEAD}"
            " ORDER BY c.next_attempt, c.snapshot, c.number",
            (layout.stamp(now),),
        )
        return [Due(*row) for row in rows]

    def missing(self) -> list[dict[str, Any]]:
        """Return what the latest snapshot of each article wanted of its body and did not capture, with the reason, in reading order."""
        names = ("snapshot", "source", "number", "key", "url", "outcome", "state", "reason", "next_attempt")
        rows = self._db.execute(
            "SELECT c.snapshot, s.source, c.number, c.key, c.url, c.outcome, c.state, c.reason, c.next_attempt"  # noqa: S608 - fixed words
            f" FROM citation c JOIN succession s USING (snapshot) WHERE c.in_body AND c.outcome != 'captured' AND {succession.HEAD}"
            " ORDER BY s.started DESC, c.snapshot, c.number"
        )
        return [dict(zip(names, row, strict=True)) for row in rows]

    def tries(self, source: str, key: str) -> Tries | None:
        """Return how often a citation of an article was tried so far; None where it is not open: captured, final, given up or unknown."""
        row = self._db.execute(
            "SELECT c.next_attempt, c.runs, c.since FROM citation c JOIN snapshot s ON s.name = c.snapshot"
            " WHERE c.key = ? AND s.source = ? AND c.outcome IS NOT NULL ORDER BY s.started DESC, s.name DESC LIMIT 1",
            (key, source),
        ).fetchone()
        return Tries(row[1], datetime.fromisoformat(row[2])) if row and None not in row else None

    def hosts(self) -> list[HostState]:
        """Return what hosts taught."""
        return hosts.read(self._db)

    def remember(self, states: Sequence[HostState]) -> None:
        """Write what hosts taught, in one transaction, and forget what is old; from any thread. StorageError where the disk refuses."""
        if not states:
            return
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                hosts.write(self._db, states)
                self._db.execute("COMMIT")
            except sqlite3.Error as error:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise StorageError(f"{self.store / layout.CATALOG}: {error}; free the disk, then run the same command") from error

    def manifest(self, name: str) -> dict[str, Any]:
        """Return the manifest of a finished snapshot. IntegrityError where it cannot be read."""
        path = self.store / name / layout.MANIFEST
        try:
            found: dict[str, Any] = json.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            raise IntegrityError(f"{path}: cannot be read ({error}); run `archiver rebuild`") from error
        return found

    def where(self, sha256: str) -> tuple[Path, int] | None:
        """Return the WARC file and offset of a record that holds a payload, by its SHA-256 in hex."""
        with self._lock:
            asked = self._db.execute("SELECT snapshot, file, offset FROM payload WHERE sha256 = ?", (bytes.fromhex(sha256),))
            row = asked.fetchone()
        return (self.store / row[0] / layout.ARCHIVE / row[1], row[2]) if row else None

    def remove(self, name: str) -> None:
        """Take a snapshot out. Payloads that stood in it are forgotten. StorageError where the disk refuses."""
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                self._db.execute("DELETE FROM snapshot WHERE name = ?", (name,))
                for table in ("citation", "payload", "memento", *succession.TABLES):
                    self._db.execute(f"DELETE FROM {table} WHERE snapshot = ?", (name,))  # noqa: S608 - fixed names
                self._db.execute("COMMIT")
            except sqlite3.Error as error:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise StorageError(f"{self.store / layout.CATALOG}: {error}; free the disk, then run `archiver rebuild`") from error

    def snapshots(self) -> list[dict[str, Any]]:
        """Return every snapshot with its number of citations by outcome, the latest first."""
        names = [column[1] for column in self._db.execute("PRAGMA table_info(snapshot)")]
        found = [dict(zip(names, row, strict=True)) for row in self._db.execute("SELECT * FROM snapshot ORDER BY started DESC, name")]
        for one in found:
            counted = self._db.execute("SELECT outcome, COUNT(*) FROM citation WHERE snapshot = ? GROUP BY outcome", (one["name"],))
            one["outcomes"] = dict(counted.fetchall())
        return found

    def citations(self, snapshot: str) -> list[dict[str, Any]]:
        """Return what came of each citation of a snapshot, in reading order."""
        names = [column[1] for column in self._db.execute("PRAGMA table_info(citation)")]
        rows = self._db.execute("SELECT * FROM citation WHERE snapshot = ? ORDER BY number", (snapshot,))
        return [dict(zip(names, row, strict=True)) for row in rows]

    def dump(self) -> Iterator[tuple[Any, ...]]:
        """Yield every row of every table in the order of its key."""
        for table in TABLES:
            for row in self._db.execute(f"SELECT * FROM {table} ORDER BY {ORDER.get(table, '1, 2, 3, 4')}"):  # noqa: S608 - fixed names
                yield (table, *row)


PAYLOAD = ("snapshot", "id", "url", "date", "media_type", "digest", "file", "offset", "length")
UPSERT = {
    "snapshot": "ON CONFLICT DO NOTHING",
    "citation": "ON CONFLICT DO NOTHING",
    "memento": "ON CONFLICT DO NOTHING",
    "tally": "ON CONFLICT DO NOTHING",
    **dict.fromkeys(succession.TABLES, "ON CONFLICT DO NOTHING"),
    "payload": "ON CONFLICT DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in PAYLOAD)
    + " WHERE (excluded.date, excluded.id) < (payload.date, payload.id)",
}
Row = tuple[Any, ...]


def _rows(path: Path, manifest: dict[str, Any] | None) -> Iterator[tuple[str, Row]]:
    """Yield a snapshot's rows from its manifest. IntegrityError where it has none that can be read."""
    try:
        data = manifest or reread.manifest_of(path)
        if data["snapshot"] != layout.name(path):  # moved or copied by hand: under its name it is not found there
            return
        package = hashlib.sha256((path / layout.PACKAGE).read_bytes()).hexdigest()
        yield from _told(data, package)
    except (OSError, ValueError) as error:
        raise IntegrityError(f"{path}: {layout.MANIFEST} or {layout.PACKAGE} cannot be read ({error}); run `archiver rebuild`") from error


def _told(data: Mapping[str, Any], package: str) -> Iterator[tuple[str, Row]]:
    name, run, article = data["snapshot"], data["run"], data["article"]
    counted: Counter[str | None] = Counter()
    states: Counter[str] = Counter()
    cited: set[str | None] = set()
    yield from succession.rows(data)
    yield from _of_captures(name, 0, article["captures"])
    for citation in data["citations"]:
        said = (citation[key] for key in ("outcome", "state", "reason", "next_attempt"))
        named = (citation["number"], citation["key"], citation["kind"], citation["platform"], citation["url"], int(citation["in_body"]))
        tries, verdict = citation["tries"] or {}, (citation["comparison"] or {}).get("verdict")
        yield "citation", (name, *named, *said, host(citation), verdict, tries.get("runs"), tries.get("since"))
        yield from succession.citation_rows(name, run["started"], citation)
        yield from _of_captures(name, citation["number"], citation["captures"])
        counted[citation["outcome"]] += citation["in_body"]
        states.update(filter(None, [citation["state"]]))
        cited |= {host(citation), *(citation["claims"][key] for key in ("handle", "author"))}
    yield from (("tally", (str(run["started"])[:7], name, state, number)) for state, number in states.items())
    told = (article["source"], article["url"], article.get("title"), run["started"], run["finished"], run["software"], package)
    counts = (*(counted[outcome] for outcome in OUTCOMES), counted[None])
    yield "snapshot", (name, *told, name.rpartition("/")[0], article.get("language"), *counts, _words(article, cited))


def host(citation: Mapping[str, Any]) -> str | None:
    """Return whom a citation points to: the host of its URL without `www.`; the platform of a post that was not found; None for neither."""
    resolved = urls.resolve(citation["url"] or "")
    if resolved is None:
        return citation["platform"] if citation["platform"] != "web" else None
    return re.sub(r"^www\d?\.", "", urls.host(resolved))


def folded(text: str) -> str:
    """Return text as it is searched: compatibility forms, case, Arabic and Hebrew vowel signs, tatweel and bidi marks do not matter."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(one for one in plain if unicodedata.category(one) not in ("Mn", "Cf", "Cs") and one != "\u0640")


def _words(article: Mapping[str, Any], cited: Iterable[str | None]) -> str:
    """Return what a snapshot is found by: title, byline, source, URL, the hosts it cites and the people whose posts it cites."""
    said = [article.get("title"), article.get("byline"), article["source"], article["url"] and unquote(article["url"])]
    return folded("\n".join([*filter(None, said), *sorted(filter(None, cited))]))[:WORDS]


def _of_captures(name: str, number: int, captures: list[dict[str, Any]]) -> Iterator[tuple[str, Row]]:
    for capture in captures:
        for record in capture["records"]:
            if record["type"] == "response" and record["payload_sha256"] and (record["status"] or 0) // 100 == 2:
                told = (record[key] for key in ("id", "url", "date", "media_type", "payload_digest", "file", "offset", "length"))
                yield "payload", (bytes.fromhex(record["payload_sha256"]), name, *told)
            made = record["type"] in ("resource", "conversion")
            if record["type"] in REPLAYED and record["url"] and (made or record["status"] is not None):
                told = (record[key] for key in ("url", "status", "media_type", "payload_digest", "file", "offset", "length"))
                first = (key(record["url"]), record["date"], name, record["id"], record["type"])
                yield "memento", (*first, *told, hexed(capture["id"]), capture["tier"], number)


def hexed(record: str) -> str:
    """Return the 32 hex digits of a record id `<urn:uuid:…>`, the short name of a capture or record in addresses."""
    return record.rpartition(":")[2].strip("<>").replace("-", "").lower()


def _clean(row: Row) -> Row:
    """Return a row without lone surrogates, which JSON can hold and a database cannot."""
    return tuple(value.encode("utf8", "replace").decode("utf8") if isinstance(value, str) else value for value in row)
