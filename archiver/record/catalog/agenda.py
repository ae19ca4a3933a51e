"""Agenda: what scheduled runs remember between two of them, in the catalog's file: slots run, items seen, events told.

The one part of the store that the WARC files do not hold: nobody can read from an archive at which hour a feed was asked. So `rebuild`
leaves these tables alone. Where they are lost with the file, little is: a feed is asked once more, what it lists and the catalog has counts
as seen, and events of finished snapshots are noticed again but told to nobody (their snapshots are marked as told when the tables are new).

Everything that must happen once is a unique key here, and what belongs together is one transaction: a slot with the items that its poll
found; a snapshot's events with the mark that they were noticed; a message with the events in it. Killed anywhere, a run leaves either none
of it or all.

  slot       at most once: the slot itself is the key, not "later than the last one". A clock that jumps ten years ahead and back leaves
             one slot of 2036 behind, and those of today are run all the same.
  item       what a source listed, under every name it is known by: guid, canonical URL, title with date
  event      unique by what happened to which citation in which snapshot
  delivery   one event for one receiver: `new`, `sending`, `sent`, or `lost` where a run was killed in the middle of sending
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from archiver.errors import StorageError
from archiver.record import layout
from archiver.record.catalog import database

SCHEMA = """
CREATE TABLE IF NOT EXISTS slot (source TEXT NOT NULL, at TEXT NOT NULL, ran TEXT NOT NULL, PRIMARY KEY (source, at)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS poll (
    source TEXT PRIMARY KEY, url TEXT, etag TEXT, modified TEXT, sha256 TEXT, asked TEXT NOT NULL, reason TEXT, failures INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS item (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, name TEXT NOT NULL, seen TEXT NOT NULL, state TEXT NOT NULL, token TEXT NOT NULL,
    tries INTEGER NOT NULL, due TEXT, reason TEXT
);
CREATE INDEX IF NOT EXISTS item_waiting ON item (due) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS item_name ON item (name);
CREATE TABLE IF NOT EXISTS item_key (
    source TEXT NOT NULL, key TEXT NOT NULL, item INTEGER NOT NULL, PRIMARY KEY (source, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, at TEXT NOT NULL, run TEXT NOT NULL, said TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS event_run ON event (run);
CREATE TABLE IF NOT EXISTS noticed (snapshot TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS delivery (
    receiver TEXT NOT NULL, event INTEGER NOT NULL, state TEXT NOT NULL, batch TEXT, tries INTEGER NOT NULL, due TEXT,
    PRIMARY KEY (receiver, event)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS delivery_open ON delivery (receiver, due) WHERE state IN ('new', 'sending');
CREATE TABLE IF NOT EXISTS doomed (snapshot TEXT PRIMARY KEY, since TEXT NOT NULL, why TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mark (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
TABLES = ("slot", "poll", "item", "item_key", "event", "noticed", "delivery", "doomed", "mark")
UNLIKELY = timedelta(days=2)  # no wait for an article is as long: the clock was ahead when it was reckoned
SLOTS = 10_000  # of each source that are remembered: more than a year of hours


@dataclass(frozen=True, slots=True)
class Polled:
    """What the last poll of an address brought: validators for the next one, at `url`, when it was, and how often in a row it failed."""

    url: str | None = None
    etag: str | None = None
    modified: str | None = None
    sha256: str | None = None
    asked: datetime | None = None
    reason: str | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a source listed: `name` is what to archive, `token` what finds its bytes again where it is no URL or file."""

    id: int
    source: str
    name: str
    token: str
    tries: int
    seen: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A thing in a source's list, under every key that it is known by, the surest first; a `weak` key alone is believed with care."""

    name: str
    keys: tuple[str, ...]
    weak: str | None = None
    token: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that people are told: `said` is JSON."""

    id: int
    key: str
    kind: str
    at: datetime
    run: str
    said: dict[str, Any]


class Agenda:
    """The scheduled runs' memory of one store. Used by whoever holds the store's lease, from one thread."""

    def __init__(self, store: Path, *, writable: bool | None = None) -> None:
        """Open or make the tables; where nothing can be written, read them, or none. StorageError where they cannot be opened."""
        self.path = store / layout.CATALOG
        with self._storage():
            if os.access(store, os.W_OK) if writable is None else writable:
                with database.usable(database.to_write(self.path)) as self._db:
                    self._db.executescript(SCHEMA)
                return
            with database.usable(database.as_it_lies(self.path)) as self._db:
                if self._one("SELECT 1 FROM sqlite_master WHERE name = 'slot'") is None:  # no scheduled run was here
                    self._db.executescript(
                        SCHEMA.replace("CREATE TABLE", "CREATE TEMP TABLE").replace("INDEX IF NOT EXISTS ", "INDEX temp.")
                    )

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _storage(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StorageError(f"{self.path}: {error}; free the disk, then run the same command again") from error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._storage():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def begin(self) -> None:
        """Mark what is archived already as told, where these tables are new: nobody is told of it twice, or so late."""
        with self._transaction() as db:
            if db.execute("INSERT OR IGNORE INTO mark VALUES ('begun', '1')").rowcount:
                db.execute("INSERT OR IGNORE INTO noticed SELECT snapshot FROM succession")

    # ------------------------------------------------------------ sources

    def ran(self, source: str, slot: datetime) -> bool:
        """Tell whether a slot was run."""
        return self._one("SELECT 1 FROM slot WHERE source = ? AND at = ?", source, layout.stamp(slot)) is not None

    def polled(self, source: str) -> Polled:
        """Return what the last poll of a source, or of a list that it leads to, brought."""
        row = self._one("SELECT url, etag, modified, sha256, asked, reason, failures FROM poll WHERE source = ?", source)
        return Polled(row[0], row[1], row[2], row[3], datetime.fromisoformat(row[4]), row[5], row[6]) if row else Polled()

    def leads(self, source: str) -> bool:
        """Tell whether a list was found to lead to further lists."""
        return self._one("SELECT 1 FROM poll WHERE source > ?1 || '#' AND source < ?1 || '$'", source) is not None

    def has(self, source: str, key: str) -> bool:
        """Tell whether a source listed a thing of this key."""
        return self._known(source, (key,)) is not None

    def fail(self, source: str, slot: datetime, reason: str, now: datetime) -> int:
        """Note that a poll failed, its slot as run and what was known as known; return how often in a row it did."""
        with self._transaction() as db:
            db.execute("INSERT OR IGNORE INTO slot VALUES (?,?,?)", (source, layout.stamp(slot), layout.stamp(now)))
            self._forget_slots(source)
            db.execute("INSERT OR IGNORE INTO poll VALUES (?,NULL,NULL,NULL,NULL,?,NULL,0)", (source, layout.stamp(now)))
            values = (layout.stamp(now), reason, source)
            db.execute("UPDATE poll SET failures = failures + 1, asked = ?, reason = ? WHERE source = ?", values)
        return self.polled(source).failures

    def enter(
        self, source: str, slot: datetime, polled: Mapping[str, Polled], found: Sequence[tuple[Found, str]], now: datetime
    ) -> list[str]:
        """Note a slot as run, with what its poll found; return the names that are new and `waiting`.

        Each of `found` comes with the state it enters with: `waiting`, `passed` (seen, and left alone) or `done`. `polled` is by address.
        """
        with self._transaction() as db:
            fresh = self._enter(db, source, found, now)
            db.execute("INSERT OR IGNORE INTO slot VALUES (?,?,?)", (source, layout.stamp(slot), layout.stamp(now)))
            self._forget_slots(source)
            for name, said in {source: Polled(), **polled}.items():
                values = (name, said.url, said.etag, said.modified, said.sha256, layout.stamp(now))
                db.execute("INSERT OR REPLACE INTO poll VALUES (?,?,?,?,?,?,NULL,0)", values)
        return fresh

    def _enter(self, db: sqlite3.Connection, source: str, found: Sequence[tuple[Found, str]], now: datetime) -> list[str]:
        known = [(one, state, self._known(source, one.keys)) for one, state in found]
        present = {item for _, _, item in known if item is not None}
        fresh: list[str] = []
        for one, state, item in known:
            match = item if item is not None else self._known(source, one.keys)  # it may stand in the list twice
            match = match if match is not None else self._by_words(source, one, present)
            if match is None:
                row = (source, one.name, layout.stamp(now), state, one.token, layout.stamp(now) if state == "waiting" else None)
                made = db.execute("INSERT INTO item (source, name, seen, state, token, tries, due) VALUES (?,?,?,?,?,0,?)", row)
                match = made.lastrowid or 0
                fresh += [one.name] if state == "waiting" else []
            present.add(match)
            for key in filter(None, (*one.keys, one.weak)):
                db.execute("INSERT OR IGNORE INTO item_key VALUES (?,?,?)", (source, key, match))
        return fresh

    def _forget_slots(self, source: str) -> None:
        kept = "SELECT ran FROM slot WHERE source = ?1 ORDER BY ran DESC LIMIT 1 OFFSET ?2"
        if self._db.execute("SELECT COUNT(*) FROM slot WHERE source = ?", (source,)).fetchone()[0] > 2 * SLOTS:
            self._db.execute(f"DELETE FROM slot WHERE source = ?1 AND ran < ({kept})", (source, SLOTS))  # noqa: S608 - fixed words

    def _known(self, source: str, keys: Sequence[str]) -> int | None:
        for key in keys:
            row = self._db.execute("SELECT item FROM item_key WHERE source = ? AND key = ?", (source, key)).fetchone()
            if row:
                return int(row[0])
        return None

    def _by_words(self, source: str, one: Found, present: set[int]) -> int | None:
        """Return the item of the same title and date, unless that one is in this very list too: then they are two."""
        match = self._known(source, (one.weak,)) if one.weak else None
        return match if match not in present else None

    def waiting(self, now: datetime) -> list[Item]:
        """Return the items that are to be archived by now, in the order in which they were seen."""
        asked = "SELECT id, source, name, token, tries, seen FROM item WHERE state = 'waiting' AND (due <= ?1 OR due > ?2) ORDER BY id"
        rows = self._db.execute(asked, (layout.stamp(now), layout.stamp(now + UNLIKELY)))
        return [Item(one, source, name, token, tries, datetime.fromisoformat(seen)) for one, source, name, token, tries, seen in rows]

    def settle(self, item: int, state: str, *, tries: int, due: datetime | None = None, reason: str | None = None) -> None:
        """Say what came of an item: `done`, `failed`, or `waiting` until `due`."""
        with self._transaction() as db:
            values = (state, tries, layout.stamp(due) if due else None, reason, item)
            db.execute("UPDATE item SET state = ?, tries = ?, due = ?, reason = ? WHERE id = ?", values)

    def sources_of(self) -> dict[str, list[str]]:
        """Return the sources of every item that was archived, by its name."""
        found: dict[str, list[str]] = {}
        for name, source in self._db.execute("SELECT DISTINCT name, source FROM item WHERE state = 'done'"):
            found.setdefault(name, []).append(source)
        return found

    def next_item(self) -> datetime | None:
        """Return when the first waiting item is due."""
        row = self._one("SELECT MIN(due) FROM item WHERE state = 'waiting'")
        return datetime.fromisoformat(row[0]) if row and row[0] else None

    # ------------------------------------------------------------- events

    def unnoticed(self) -> list[str]:
        """Return the snapshots of scheduled runs whose events were not looked for yet, in order."""
        asked = (
            "SELECT snapshot FROM succession WHERE occasion IS NOT NULL AND snapshot NOT IN (SELECT snapshot FROM noticed)"
            " ORDER BY started, snapshot"
        )
        with self._storage():
            return [row[0] for row in self._db.execute(asked)]

    def notice(self, snapshot: str | None, run: str, found: Sequence[tuple[str, str, dict[str, Any]]], now: datetime) -> int:
        """Enter events (key, kind, what is said), each once, and mark the snapshot that they are of; return how many were new."""
        with self._transaction() as db:
            before = db.total_changes
            for key, kind, said in found:
                values = (key, kind, layout.stamp(now), run, json.dumps(said, ensure_ascii=False))
                db.execute("INSERT OR IGNORE INTO event (key, kind, at, run, said) VALUES (?,?,?,?,?)", values)
            new = db.total_changes - before
            if snapshot is not None:
                db.execute("INSERT OR IGNORE INTO noticed VALUES (?)", (snapshot,))
        return new

    def events(self, *, run: str | None = None, limit: int = 1 << 30) -> list[Event]:
        """Return events, the latest first."""
        where, values = ("WHERE run = ?", [run]) if run else ("", [])
        rows = self._db.execute(f"SELECT id, key, kind, at, run, said FROM event {where} ORDER BY id DESC LIMIT ?", (*values, limit))  # noqa: S608
        return [_event(row) for row in rows]

    def address(self, receiver: str, kinds: Sequence[str]) -> None:
        """Put every event of these kinds that a receiver was not given yet into its outbox; a new receiver begins with what is new."""
        with self._transaction() as db:
            mark = f"receiver:{receiver}"
            row = db.execute("SELECT value FROM mark WHERE name = ?", (mark,)).fetchone()
            newest = db.execute("SELECT COALESCE(MAX(id), 0) FROM event").fetchone()[0]
            last = int(row[0]) if row else newest
            marks = ",".join("?" * len(kinds))
            wanted = f"SELECT ?, id, 'new', NULL, 0, NULL FROM event WHERE id > ? AND kind IN ({marks})"  # noqa: S608
            db.execute(f"INSERT OR IGNORE INTO delivery {wanted}", (receiver, last, *kinds))
            db.execute("INSERT OR REPLACE INTO mark VALUES (?,?)", (mark, str(max(newest, last))))

    def outbox(self, receiver: str, now: datetime, state: str = "new") -> list[Event]:
        """Return the events that a receiver is to be given by now."""
        asked = (
            "SELECT e.id, e.key, e.kind, e.at, e.run, e.said FROM event e JOIN delivery d ON d.event = e.id"
            " WHERE d.receiver = ? AND d.state = ? AND (d.due IS NULL OR d.due <= ? OR d.state = 'sending') ORDER BY e.id"
        )
        return [_event(row) for row in self._db.execute(asked, (receiver, state, layout.stamp(now)))]

    def batch(self, receiver: str) -> tuple[str | None, int]:
        """Return the name of the message that was under way to a receiver, and how often its outbox was tried."""
        row = self._one("SELECT MAX(batch), MAX(tries) FROM delivery WHERE receiver = ? AND state IN ('sending', 'new')", receiver)
        return (row[0], row[1] or 0) if row else (None, 0)

    def deliver(
        self, receiver: str, events: Sequence[int], state: str, *, batch: str | None = None, tries: int = 0, due: datetime | None = None
    ) -> None:
        """Say how far a message is."""
        with self._transaction() as db:
            values = [(state, batch, tries, layout.stamp(due) if due else None, receiver, one) for one in events]
            db.executemany("UPDATE delivery SET state = ?, batch = ?, tries = ?, due = ? WHERE receiver = ? AND event = ?", values)

    # ------------------------------------------------------------ keeping

    def doom(self, planned: Sequence[tuple[str, str]], now: datetime) -> dict[str, datetime]:
        """Remember which snapshots are to be removed and why, forget those that are not any more; return since when each is."""
        with self._transaction() as db:
            names = [name for name, _ in planned]
            for (name,) in db.execute("SELECT snapshot FROM doomed").fetchall():
                if name not in names:
                    db.execute("DELETE FROM doomed WHERE snapshot = ?", (name,))
            db.executemany("INSERT OR IGNORE INTO doomed VALUES (?,?,?)", [(name, layout.stamp(now), why) for name, why in planned])
            return {name: datetime.fromisoformat(since) for name, since in db.execute("SELECT snapshot, since FROM doomed")}

    def mark(self, name: str) -> str | None:
        """Return a small fact that was remembered."""
        row = self._one("SELECT value FROM mark WHERE name = ?", name)
        return row[0] if row else None

    def remember(self, name: str, value: str) -> None:
        """Remember a small fact."""
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO mark VALUES (?,?)", (name, value))

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many events there are of each kind, items in each state, and deliveries that are open."""
        return {
            "events": dict(self._db.execute("SELECT kind, COUNT(*) FROM event GROUP BY 1").fetchall()),
            "items": dict(self._db.execute("SELECT state, COUNT(*) FROM item GROUP BY 1").fetchall()),
            "outbox": {"open": self._one("SELECT COUNT(*) FROM delivery WHERE state IN ('new', 'sending')")[0]},
        }

    def _one(self, asked: str, *values: Any) -> Any:
        with self._storage():
            return self._db.execute(asked, values).fetchone()


def _event(row: tuple[Any, ...]) -> Event:
    return Event(row[0], row[1], row[2], datetime.fromisoformat(row[3]), row[4], json.loads(row[5]))
