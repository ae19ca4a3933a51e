"""Holdings: what a reader asks of all snapshots of a store at once. Reads the catalog, writes nothing, not even a lock.

The catalog is opened `mode=ro`, so a server beside a running archiver never stands in its way (WAL), and a bug here cannot change it. A
store on a medium that cannot be written has no place for WAL's shared memory: there it is opened `immutable`. A catalog that was made
again is another file: whoever asks next gets that one.

Measured with 10,000 snapshots of 20 citations (`benchmarks/dashboard.py`): every question takes 0.2 to 40 ms of CPU; those that go through
everything (hosts, months, totals) change only when the catalog does, and are kept until then. What made the difference: a page of articles
is chosen from narrow indexes before any wide row is read (90 ms to 20), and states are tallied by month when a snapshot is entered (550 ms
to 8).
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archiver.errors import StorageError, UsageError, VersionError
from archiver.record import layout
from archiver.record.catalog import database
from archiver.record.catalog.catalog import OUTCOMES, VERSION, folded

Rows = list[dict[str, Any]]
COUNTED = (*OUTCOMES, "unsettled")
CITATIONS = " + ".join(COUNTED)
MISSING = "unavailable + failed + refused + unresolved"
SORTS = {
    "latest": "started DESC, name DESC",
    "oldest": "started, name",
    "title": "title COLLATE NOCASE, name",
    "citations": f"{CITATIONS} DESC, started DESC, name",
    "missing": f"{MISSING} DESC, started DESC, name",
}
ARTICLE = f"name, source, url, title, started, finished, home, language, {', '.join(COUNTED)}, {CITATIONS} AS citations"
LATEST = "NOT EXISTS (SELECT 1 FROM snapshot t WHERE t.home = s.home AND (t.started, t.name) > (s.started, s.name))"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which articles are asked for: words that all must occur, an outcome that some citation must have, order and page."""

    words: str = ""
    outcome: str | None = None
    sort: str = "latest"
    offset: int = 0
    limit: int = 50


class Holdings:
    """A store's catalog, read-only, from any thread. One that nobody holds any more closes itself."""

    _db: sqlite3.Connection
    _end: weakref.finalize[..., Holdings]

    def __init__(self, store: Path) -> None:
        """Open the catalog. UsageError where nothing is archived; VersionError where it is of another version."""
        self.store, self._lock = store, threading.RLock()
        self._file: tuple[int, int] | None = None
        self._kept: dict[str, Rows] = {}
        self._kept_of: object = None
        self._connect()

    def close(self) -> None:
        """Close the database."""
        self._end()

    def articles(self, wanted: Wanted) -> tuple[Rows, int]:
        """Return a page of articles, each as its latest snapshot with its number of `versions`, and how many there are in all."""
        tests, values = [LATEST], list[Any]()
        for word in folded(wanted.words).split():
            tests.append("words LIKE ? ESCAPE '!'")
            values.append("%" + word.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%")
        if wanted.outcome in COUNTED:
            tests.append(f"{wanted.outcome} > 0")
        order, where = SORTS.get(wanted.sort, SORTS["latest"]), " AND ".join(tests)
        # The page is chosen from the indexes; wide rows are read for the articles on it alone.
        chosen = f"SELECT name FROM snapshot s WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"  # noqa: S608 - fixed names
        found = self._ask(
            f"SELECT {ARTICLE}, {MISSING} AS missing, (SELECT COUNT(*) FROM snapshot t WHERE t.home = s.home) AS versions"  # noqa: S608
            f" FROM snapshot s WHERE name IN ({chosen}) ORDER BY {order}",
            (*values, wanted.limit, wanted.offset),
        )
        counted = f"SELECT COUNT(*) AS total FROM snapshot s WHERE {where}"  # noqa: S608
        (total,) = self._ask(counted, values) if values or len(tests) > 1 else self._keep(counted)
        return found, total["total"]

    def versions(self, home: str) -> Rows:
        """Return every snapshot of an article (its directory without the time), the latest first."""
        return self._ask(f"SELECT {ARTICLE} FROM snapshot WHERE home = ? ORDER BY started DESC, name DESC", (home,))  # noqa: S608

    def snapshot(self, name: str) -> dict[str, Any] | None:
        """Return a snapshot's row, None where there is none of that name."""
        return next(iter(self._ask(f"SELECT {ARTICLE} FROM snapshot WHERE name = ?", (name,))), None)  # noqa: S608

    def mementos(self, key: str, limit: int = 5000) -> Rows:
        """Return every record that answers for a SURT, over all snapshots, the earliest first."""
        return self._ask("SELECT * FROM memento WHERE key = ? ORDER BY date, snapshot LIMIT ?", (key, limit))

    def mementos_below(self, prefix: str, limit: int = 5000) -> Rows:
        """Return every record that answers for a SURT that begins with `prefix`, by SURT, the earliest first."""
        beyond = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        wanted = "SELECT * FROM memento WHERE key >= ? AND key < ? ORDER BY key, date, snapshot LIMIT ?"
        return self._ask(wanted, (prefix, beyond, limit))

    def mementos_of(self, capture: str) -> Rows:
        """Return the records that answer for a capture (32 hex digits), and so in which snapshot it stands."""
        return self._ask("SELECT * FROM memento WHERE capture = ? ORDER BY date, id", (capture,))

    def citing(self, key: str) -> Rows:
        """Return the citations of a key (platform and id, or canonical URL) in all snapshots, the latest first."""
        return self._ask(
            "SELECT c.snapshot, c.number, c.kind, c.outcome, c.state, c.verdict, s.title, s.source, s.started"
            " FROM citation c JOIN snapshot s ON s.name = c.snapshot WHERE c.key = ? ORDER BY s.started DESC, c.number",
            (key,),
        )

    def payload(self, sha256: str) -> dict[str, Any] | None:
        """Return where a payload stands (snapshot, file, offset, length), by its SHA-256 in hex."""
        wanted = "SELECT snapshot, id, url, date, file, offset, length FROM payload WHERE sha256 = ?"
        return next(iter(self._ask(wanted, (bytes.fromhex(sha256),))), None)

    def hosts(self, most: int) -> Rows:
        """Return, for each of the hosts that are cited most, how many citations have which outcome."""
        return self._keep(
            "WITH each AS MATERIALIZED (SELECT host, outcome, COUNT(*) AS citations FROM citation WHERE host IS NOT NULL GROUP BY 1, 2)"  # noqa: S608
            f" SELECT * FROM each WHERE host IN (SELECT host FROM each GROUP BY 1 ORDER BY SUM(citations) DESC, 1 LIMIT {int(most)})"
        )

    def months(self) -> Rows:
        """Return, for each month in which was archived, how many citations were in which state."""
        return self._keep("SELECT month, state, SUM(citations) AS citations FROM tally GROUP BY 1, 2 ORDER BY 1")

    def totals(self) -> dict[str, Any]:
        """Return how many snapshots, articles, and citations of each outcome (of the latest snapshots) there are."""
        sums = ", ".join(f"TOTAL({name}) AS {name}" for name in COUNTED)
        (found,) = self._keep(
            f"SELECT (SELECT COUNT(*) FROM snapshot) AS snapshots, COUNT(*) AS articles, {sums}"  # noqa: S608
            f" FROM snapshot s WHERE {LATEST}"
        )
        return {name: int(value) for name, value in found.items()}

    def _keep(self, question: str) -> Rows:
        """Answer a question that goes through everything; the answer is kept until the catalog changes."""
        with self._lock:
            self._connect()
            version = (self._file, self._db.execute("PRAGMA data_version").fetchone()[0])
            if version != self._kept_of:
                self._kept, self._kept_of = {}, version
            if question not in self._kept:
                self._kept[question] = self._ask(question, ())
            return self._kept[question]

    def _ask(self, question: str, values: Sequence[Any]) -> Rows:
        with self._lock:
            self._connect()
            try:
                asked = self._db.execute(question, values)
                names = [column[0] for column in asked.description]
                return [dict(zip(names, row, strict=True)) for row in asked]
            except sqlite3.DatabaseError as error:
                raise self._damaged(error) from error

    def _connect(self) -> None:
        """Open the catalog, again where it has become another file."""
        path = self.store / layout.CATALOG
        try:
            stood = path.stat()
        except OSError as error:
            raise UsageError(f"{self.store}: nothing is archived there; name the store with --snapshots") from error
        if (stood.st_dev, stood.st_ino) == self._file:
            return
        try:
            with database.usable(database.to_read(path)) as db:
                version = db.execute("PRAGMA user_version").fetchone()[0]
                if version != VERSION:
                    raise VersionError(f"{path}: is of version {version}, not {VERSION}; run `archiver rebuild`")
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error
        if self._file is not None:
            self._end()
        self._db, self._end = db, weakref.finalize(self, db.close)
        self._file = (stood.st_dev, stood.st_ino)

    def _damaged(self, error: sqlite3.DatabaseError) -> StorageError:
        return StorageError(f"{self.store / layout.CATALOG}: {error}; run `archiver rebuild` to make it again from the snapshots")
