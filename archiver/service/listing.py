"""Listing: what a store holds, for people and for `--json`. Reads the catalog and manifests; writes nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from archiver.config import Source
from archiver.errors import IntegrityError, UsageError
from archiver.record import layout
from archiver.record.catalog.agenda import Agenda
from archiver.record.catalog.catalog import Catalog, Due
from archiver.service import measure
from archiver.service.runs import due
from archiver.service.runs.slot import following

SOON = timedelta(days=3650)  # everything that is planned at all


def overview(store: Path, sources: Sequence[Source] = ()) -> dict[str, Any]:
    """Return every snapshot with its outcomes, what is missing and why, what is due when, what was interrupted, and totals.

    `sources` are those of the configuration. UsageError where there is no store.
    """
    with Catalog(layout.existing(store)) as catalog:
        found, again, totals = catalog.snapshots(), catalog.due(datetime.now(UTC) + SOON), measure.totals(catalog)
        missing, planned = catalog.missing(), _planned(store, catalog, sources, again)
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
        "missing": missing,
        "due": [asdict(one) for one in again],
        **planned,
        "unfinished": [str(path) for path in sorted(store.glob(f"*/*/*{layout.OPEN}"))],
        "totals": totals,
    }


def _planned(store: Path, catalog: Catalog, sources: Sequence[Source], again: Sequence[Due]) -> dict[str, Any]:
    """Return when each source of the configuration is polled next, and when the next look or retry (the first of `again`) is due."""
    now, times, polls = datetime.now(UTC), [datetime.fromisoformat(one.next_attempt) for one in again[:1]], list[dict[str, Any]]()
    if sources:
        with Agenda(store) as agenda:
            polls = [_poll(one, agenda, now) for one in sources]
            if any(one.recheck or one.recheck_every for one in sources):  # else every citation would be gone through for nothing
                looks, soonest = due.due(catalog.chains.looks(), due.by_name(agenda.sources_of(), sources), now)
                times += [now] if any(one.looks for one in looks) else filter(None, [soonest])
    when = min(times, default=None)
    return {"polls": polls, "next_due": when and layout.stamp(when)}


def _poll(source: Source, agenda: Agenda, now: datetime) -> dict[str, Any]:
    """Return when a source is polled next; where its last polls failed, how many, and why."""
    slot, last = following(source.cron, source.timezone, now), agenda.polled(source.key)
    reason = last.reason if last.failures else None
    return {"source": source.key, "next": slot and layout.stamp(slot), "failures": last.failures, "reason": reason}


def latest(store: Path, named: str) -> tuple[dict[str, Any], Path]:
    """Return the manifest and path of a snapshot: by its path, by its name in the store, or the latest one of a source or URL.

    UsageError where there is none; IntegrityError where its manifest cannot be read.
    """
    for path in (Path(named), store / named):
        if (path / layout.MANIFEST).is_file():
            return _manifest(path), path
    named = layout.told(named)
    listed = layout.LISTED + named
    with Catalog(layout.existing(store)) as catalog:
        names = [one["name"] for one in catalog.snapshots() if named in (one["source"], one["url"], one["name"].rpartition("/")[0])]
        head = catalog.chains.head(named, named)
        if not names and (head := catalog.chains.head(listed)):
            names = [head]
    if not names:
        raise UsageError(f"{named}: nothing of that name is archived in {store}; `archiver status` lists what is")
    name = head or names[0]
    return _manifest(store / name), store / name


def store_of(manifest: dict[str, Any], path: Path, store: Path) -> Path:
    """Return the store that a snapshot lies in: the one that its path leads to, else `store`."""
    whole, name = path.resolve(), Path(manifest["snapshot"])
    return Path(*whole.parts[: -len(name.parts)]) if whole.parts[-len(name.parts) :] == name.parts else store


def one(manifest: dict[str, Any], number: int) -> dict[str, Any]:
    """Return one citation of a manifest. UsageError where it has no such number."""
    for citation in manifest["citations"]:
        if citation["number"] == number:
            found: dict[str, Any] = citation
            return found
    raise UsageError(f"--citation {number}: the article has citations 1 to {len(manifest['citations'])}")


def _manifest(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((path / layout.MANIFEST).read_bytes())
    except (OSError, ValueError) as error:
        raise IntegrityError(f"{path / layout.MANIFEST}: cannot be read ({error}); `archiver rebuild` makes it again") from error
    return found
