"""Listing: what a store holds, for people and for `--json`. Reads the catalog and manifests; writes nothing."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from archiver.errors import UsageError
from archiver.record import layout
from archiver.record.catalog.catalog import Catalog
from archiver.service import measure

SOON = timedelta(days=3650)  # everything that is planned at all


def overview(store: Path) -> dict[str, Any]:
    """Return every snapshot with its outcomes, what is due, what was interrupted, and totals. UsageError where there is no store."""
    with Catalog(_existing(store)) as catalog:
        found, due, totals = catalog.snapshots(), catalog.due(datetime.now(UTC) + SOON), measure.totals(catalog)
    articles = [
        {
            "snapshot": one["name"],
            "source": one["source"],
            "url": one["url"],
            "title": one["title"],
            "started": one["started"],
            "finished": one["finished"],
            "citations": sum(one["outcomes"].values()),
            "outcomes": {outcome or "not attempted": number for outcome, number in one["outcomes"].items()},
        }
        for one in found
    ]
    return {
        "schema": "archiver.status/1",
        "articles": articles,
        "due": [asdict(one) for one in due],
        "unfinished": [str(path) for path in sorted(store.glob(f"*/*/*{layout.OPEN}"))],
        "totals": totals,
    }


def latest(store: Path, named: str) -> tuple[dict[str, Any], Path]:
    """Return the manifest and path of a snapshot: by its path, by its name in the store, or the latest one of a source or URL."""
    for path in (Path(named), store / named):
        if (path / layout.MANIFEST).is_file():
            return _manifest(path), path
    with Catalog(_existing(store)) as catalog:
        names = [one["name"] for one in catalog.snapshots() if named in (one["source"], one["url"], one["name"].rpartition("/")[0])]
        head = catalog.chains.head(named, named)
    if not names:
        raise UsageError(f"{named}: nothing of that name is archived in {store}; `archiver status` lists what is")
    name = head or names[0]
    return _manifest(store / name), store / name


def one(manifest: dict[str, Any], number: int) -> dict[str, Any]:
    """Return one citation of a manifest. UsageError where it has no such number."""
    for citation in manifest["citations"]:
        if citation["number"] == number:
            found: dict[str, Any] = citation
            return found
    raise UsageError(f"--citation {number}: the article has citations 1 to {len(manifest['citations'])}")


def _manifest(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((path / layout.MANIFEST).read_bytes())
    return found


def _existing(store: Path) -> Path:
    if not (store / layout.CATALOG).is_file():
        raise UsageError(f"{store}: nothing is archived there; name the store with --snapshots")
    return store
