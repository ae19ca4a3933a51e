"""Fixity: every byte of a store read again, or everything but the WARC files made again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from archiver.errors import UsageError
from archiver.record import layout
from archiver.record.catalog import Catalog
from archiver.record.lock import lease
from archiver.record.rebuild import rebuild_catalog, rebuild_snapshot
from archiver.record.verify import Report, verify


def verify_all(store: Path, named: Sequence[Path]) -> list[Report]:
    """Verify the named snapshots, or all of the store. UsageError for what is no snapshot."""
    for path in named:
        if not path.is_dir():
            raise UsageError(f"{path}: no such snapshot; name its directory, <host>/<slug>/<timestamp>")
    paths = list(named) or layout.snapshots(_existing(store))
    with Catalog(store) as catalog:
        return [verify(path, catalog) for path in paths]


def rebuild_all(store: Path) -> list[Path]:
    """Rebuild every snapshot of a store from its WARC files, then the catalog; return the snapshots."""
    with lease(_existing(store)):
        paths = layout.snapshots(store)
        for path in paths:
            rebuild_snapshot(path)
        rebuild_catalog(store)
    return paths


def _existing(store: Path) -> Path:
    if not store.is_dir():
        raise UsageError(f"{store}: no such folder; name the store with --snapshots")
    return store
