"""Hosts: what they taught about their pace (`fetch.pace.HostState`), in the catalog's one table that is no view.

It belongs to the store and to no snapshot, for it is about the way there and not about what was captured. So `rebuild` keeps it (`kept`),
and where it is lost the hosts teach it again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from archiver.citation.platform import State
from archiver.fetch.pace import HostState
from archiver.record import layout

REMEMBERED = timedelta(days=90)  # that a host asked for less: longer than anybody's limit
SCHEMA = """
CREATE TABLE host (
    name TEXT PRIMARY KEY, changed TEXT NOT NULL, penalty REAL NOT NULL, complained TEXT, not_before TEXT, why TEXT NOT NULL,
    state TEXT NOT NULL
) WITHOUT ROWID;
"""


def read(db: sqlite3.Connection) -> list[HostState]:
    """Return every host of a catalog."""
    return [_host(row) for row in db.execute("SELECT name, changed, penalty, complained, not_before, why, state FROM host ORDER BY name")]


def write(db: sqlite3.Connection, states: Sequence[HostState]) -> None:
    """Write hosts and forget those that were not heard of for long; the transaction is the caller's."""
    forgotten = layout.stamp(max(one.changed for one in states) - REMEMBERED)
    db.executemany("INSERT OR REPLACE INTO host VALUES (?,?,?,?,?,?,?)", map(_row, states))
    db.execute("DELETE FROM host WHERE changed < ?", (forgotten,))


def kept(store: Path) -> list[HostState]:
    """Return the hosts of a catalog that may be damaged or of another version; nothing where it cannot be read."""
    path = store / layout.CATALOG
    if not path.is_file():
        return []
    try:
        with closing(sqlite3.connect(path, timeout=30)) as db:
            return read(db)
    except (sqlite3.DatabaseError, ValueError, TypeError):
        return []


def _row(one: HostState) -> tuple[Any, ...]:
    times = (layout.stamp(when) if when else None for when in (one.complained, one.not_before))
    return (one.name, layout.stamp(one.changed), one.penalty, *times, one.why, str(one.state))


def _host(row: tuple[Any, ...]) -> HostState:
    name, changed, penalty, complained, not_before, why, state = row
    last, until = (datetime.fromisoformat(when) if when else None for when in (complained, not_before))
    return HostState(name, datetime.fromisoformat(changed), float(penalty), last, until, why, State(state))
