"""Keeping: which snapshots may go, and their removal. Nothing ever goes without a `[keep]` rule, and nothing goes unannounced.

A snapshot goes when it is older than `max_age`, or when the store is larger than `max_size` (the oldest first). What never goes:
  - the latest `least` snapshots of an article (its head among them), and its first one where it is the evidence of the first look;
  - a snapshot that one which stays refers to: a `revisit` whose payload it holds, a citation whose evidence stands in it. So a record that
    later ones lean on is kept as long as they are;
  - a run in progress.

What is to go is announced in the report of a run, and goes in a later run, `grace` after it was announced first. Each removal is a line in
`reports/removed.jsonl`: name, the hash of its data package, when and why. Removed means renamed, taken out of the catalog, then deleted: a
run that is killed in between leaves a directory that no reader takes for a snapshot and the next run clears away.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from archiver.config import Keep
from archiver.record import layout
from archiver.record.catalog.agenda import Agenda
from archiver.record.catalog.catalog import Catalog
from archiver.service.events.report import FOLDER

REMOVED = ".removed"
LOG = "removed.jsonl"


@dataclass(frozen=True, slots=True)
class Doomed:
    """A snapshot that a rule says may go, why, how many bytes it has, and since when that is announced."""

    name: str
    why: str
    bytes: int
    since: datetime | None = None


def plan(catalog: Catalog, keep: Keep, now: datetime) -> list[Doomed]:
    """Return what the rules let go, the oldest first; nothing without a rule."""
    if not keep.max_age and not keep.max_size:
        return []
    kept = catalog.chains.kept(keep.least)
    rows = [(name, datetime.fromisoformat(finished), _size(catalog.store / name)) for name, finished in catalog.chains.ages()]
    total, found = sum(size for _, _, size in rows), dict[str, Doomed]()
    for name, finished, size in rows:
        old = keep.max_age and now - finished > timedelta(seconds=keep.max_age)
        large = keep.max_size and total > keep.max_size
        if name in kept or not (old or large):
            continue
        found[name] = Doomed(name, f"older than {keep.max_age / 86400:g} days" if old else f"the store has {total:,} bytes", size)
        total -= size
    return [found[name] for name in catalog.chains.unneeded(list(found))]


def announce(catalog: Catalog, agenda: Agenda, keep: Keep, now: datetime) -> list[Doomed]:
    """Return what the rules let go, with the time since which that is announced."""
    planned = plan(catalog, keep, now)
    since = agenda.doom([(one.name, one.why) for one in planned], now)
    return [Doomed(one.name, one.why, one.bytes, since[one.name]) for one in planned]


def remove(catalog: Catalog, doomed: Sequence[Doomed], now: datetime) -> None:
    """Remove snapshots from the store, for good. OSError where the disk refuses; what is left is removed by the next call."""
    for one in doomed:
        path = catalog.store / one.name
        package = catalog.package(one.name)
        line = json.dumps(
            {"snapshot": one.name, "package_sha256": package, "removed": layout.stamp(now), "why": one.why, "bytes": one.bytes}
        )
        _append(catalog.store / FOLDER / LOG, line)
        gone = path.with_name(path.name + REMOVED)
        path.rename(gone)
        layout.sync(path.parent)
        catalog.remove(one.name)
        shutil.rmtree(gone)
    clear(catalog.store)


def clear(store: Path) -> None:
    """Finish removals that were interrupted."""
    for path in store.glob(f"*/*/*{REMOVED}"):
        shutil.rmtree(path)


def ripe(doomed: Sequence[Doomed], keep: Keep, now: datetime) -> list[Doomed]:
    """Return what was announced long enough ago."""
    return [one for one in doomed if one.since is not None and now - one.since >= timedelta(seconds=keep.grace)]


def _append(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def _size(path: Path) -> int:
    return sum(one.stat().st_size for one in _files(path))


def _files(path: Path) -> Iterator[Path]:
    return (one for one in path.rglob("*") if one.is_file())
