"""Open the catalog's database: to write, to read, or as it lies where nothing can be written (a disc has no place for WAL's files)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def to_write(path: Path) -> sqlite3.Connection:
    """Return a connection, made where there is no database, for any thread. sqlite3.Error where it cannot be one."""
    with usable(sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)) as db:
        db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;")
        return db


def as_it_lies(path: Path) -> sqlite3.Connection:
    """Return a connection that only reads, and leaves no file beside the database, for any thread."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False, isolation_level=None)


def to_read(path: Path) -> sqlite3.Connection:
    """Return a connection that only reads, and sees what is written meanwhile, for any thread; as it lies where that cannot be."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    try:
        with usable(sqlite3.connect(address, uri=True, check_same_thread=False, isolation_level=None, timeout=30)) as db:
            db.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()
            return db
    except sqlite3.OperationalError:
        with usable(as_it_lies(path)) as db:
            db.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()
            return db


@contextmanager
def usable(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Close a connection again where what has to be done with it first fails; else leave it open."""
    try:
        yield db
    except BaseException:
        db.close()
        raise
