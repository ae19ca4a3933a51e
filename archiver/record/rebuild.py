"""Rebuild: manifest, index, pages, text and data package of a snapshot again from its WARC files; the catalog again from the snapshots.

What is rebuilt equals what was, byte for byte, while the WARC files are what they were. A rebuild is no verification: it takes the
records as they are, so that a snapshot whose views are lost or damaged can be read again; `verify` says whether the records can be
believed.
"""

from __future__ import annotations

from pathlib import Path

from archiver.errors import StorageError, UsageError
from archiver.record import layout, views
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
