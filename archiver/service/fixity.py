"""Fixity: every byte of a store read again, or everything but the WARC files made again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from archiver.errors import UsageError
from archiver.record import layout
from archiver.record.catalog.catalog import Catalog
from archiver.record.lock import lease
from archiver.record.rebuild import put_back, rebuild_catalog, rebuild_snapshot
from archiver.record.verify import Report, verify
from archiver.record.wacz.check import check


def verify_all(store: Path, named: Sequence[Path], *, ca_bundle: str = "") -> list[Report]:
    """Verify the named snapshots and WACZ files, or all snapshots of the store. UsageError for what is neither.

    `ca_bundle` is a PEM file of further trust roots for the timestamps of WACZ files.
    """
    paths = [found for path in named for found in _named(layout.meant(store, path))] or layout.snapshots(_existing(store))
    kept = (store / layout.CATALOG).is_file() and any(path.is_dir() and _inside(path, store) for path in paths)
    # A catalog knows the snapshots of its own store only. One that is not there is not made: an empty one would hide that it was lost.
    with Catalog(store) if kept else nullcontext() as catalog:
        return [
            check(path, ca_bundle=ca_bundle) if path.is_file() else verify(path, catalog if _inside(path, store) else None)
            for path in paths
        ]


def _named(path: Path) -> list[Path]:
    """Return what a person means by a path: a file, a snapshot's directory, or every snapshot of a store, a host or an article."""
    if not path.exists():
        raise UsageError(f"{path}: no such snapshot; name its directory, <host>/<slug>/<timestamp>, or a .wacz file")
    # A snapshot that lost all but one of these is a damaged one, which is to be told; without any of them it is no snapshot.
    if not path.is_dir() or any((path / name).exists() for name in (layout.ARCHIVE, layout.MANIFEST, layout.PACKAGE)):
        return [path]
    below = [found for depth in ("*", "*/*", "*/*/*") for found in sorted(path.glob(depth)) if layout.is_snapshot(found)]
    if not below:
        raise UsageError(f"{path}: no snapshot is there; name its directory, <host>/<slug>/<timestamp>, or a .wacz file")
    return below


def _inside(path: Path, store: Path) -> bool:
    return path.resolve().is_relative_to(store.resolve())


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild made again: the snapshots, those of them that it put back where their records say, and copies that it left alone."""

    snapshots: tuple[Path, ...]
    returned: tuple[tuple[Path, Path], ...]  # from, to
    left: tuple[Path, ...]


def rebuild_all(store: Path) -> Rebuilt:
    """Rebuild every snapshot of a store from its WARC files, put each in its place, then rebuild the catalog."""
    with lease(_existing(store)):
        found = layout.snapshots(store)
        for path in found:
            rebuild_snapshot(path)
        lies = [(path, put_back(store, path)) for path in found]
        rebuild_catalog(store)
    there = [(path, place) for path, place in lies if place]
    moved = tuple((path, place) for path, place in there if path != place)
    return Rebuilt(tuple(place for _, place in there), moved, tuple(path for path, place in lies if place is None))


def _existing(store: Path) -> Path:
    if not store.is_dir():
        raise UsageError(f"{store}: no such folder; name the store with --snapshots")
    return store
