"""Rebuild: manifest, index, pages, text and data package of a snapshot again from its WARC files; the catalog again from the snapshots.

What is rebuilt equals what was, byte for byte, while the WARC files are what they were. A rebuild is no verification: it takes the
records as they are, so that a snapshot whose views are lost or damaged can be read again; `verify` says whether the records can be
believed.

A snapshot's name is where it lies, and stands in its records; links, predecessors and revisits lead there. One that was moved by hand
cannot be found under any other name, so it is put back. A copy, whose place is taken, stays where it is and is not listed.
"""

from __future__ import annotations

from pathlib import Path

from archiver.errors import StorageError, UsageError
from archiver.record import layout, reread, views
from archiver.record.catalog import hosts
from archiver.record.catalog.catalog import Catalog


def rebuild_snapshot(path: Path) -> None:
    """Make the views of a finished snapshot again. UsageError where there is no WARC; IntegrityError where a record cannot be read."""
    if not layout.warcs(path):
        raise UsageError(f"{path}: holds no {layout.ARCHIVE}/*.warc.gz to rebuild from; name a store with --snapshots")
    try:
        views.make(path)
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}; free the disk or make it writable, then run the same command") from error


def put_back(store: Path, path: Path) -> Path | None:
    """Return where a rebuilt snapshot of a store lies: where its records say, moved there if it was moved away by hand.

    None for one that cannot: a copy of one that is there, or one whose records name no place in a store. StorageError.
    """
    name: str = reread.manifest_of(path)["snapshot"]
    if layout.name(path) == name:
        return path
    if not layout.is_name(name) or (store / name).exists():
        return None
    try:
        (store / name).parent.mkdir(parents=True, exist_ok=True)
        path.rename(store / name)
        for folder in (store / name).parents[:3]:
            layout.sync(folder)
        for emptied in path.parents[:2]:
            if any(emptied.iterdir()):
                break
            emptied.rmdir()
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}; move it to {store / name}, then run the same command") from error
    return store / name


def rebuild_catalog(store: Path) -> int:
    """Make the catalog of a store again from its finished snapshots and return how many there are. Errors as Catalog.add.

    What hosts taught about their pace, and what scheduled runs remember, is no view of the snapshots, and stays, unless the file can no
    longer be read.
    """
    taught = hosts.kept(store)
    if not Catalog.clear(store):
        for end in ("", "-wal", "-shm"):
            (store / (layout.CATALOG + end)).unlink(missing_ok=True)
    found = layout.snapshots(store)
    with Catalog(store) as catalog:
        for path in found:
            catalog.add(path)
        catalog.remember(taught)
    return len(found)
