"""Passes: scheduled runs as the command line asks for them: one, one only planned, and what the keep rules let go."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archiver.config import Config
from archiver.errors import LeaseLost, UsageError
from archiver.record import layout
from archiver.record.catalog.agenda import Agenda
from archiver.record.catalog.catalog import Catalog
from archiver.record.layout import CATALOG, stamp
from archiver.record.lock import holder, lease
from archiver.service.desk import interruptible
from archiver.service.events import canary as endpoints
from archiver.service.keeper import Watch
from archiver.service.runs import due, keeping
from archiver.service.runs.run import Canary, run_once
from archiver.service.runs.slot import following, latest

canary: Canary = endpoints.told


def once(store: Path, config: Config, watch: Watch, wait: float | None) -> dict[str, Any]:
    """Make one pass and return what it did. Where another run keeps the store: LeaseLost, or, with `wait`, who it is."""
    try:
        return interruptible(run_once(store, config, watch, wait=wait or 0.0, canary=canary)).as_json()
    except LeaseLost:
        if wait is None:
            raise
        return {"schema": "archiver.pass/1", "held_by": holder(store)}


def plan(store: Path, config: Config) -> dict[str, Any]:
    """Return what a run would do now: sources to poll, things to archive, what to look at again, what would be removed."""
    now, polls = datetime.now(UTC), []
    if not (store / CATALOG).is_file():
        for one in config.source:
            slot, after = latest(one.cron, one.timezone, now), following(one.cron, one.timezone, now)
            polls.append({"source": one.key, "slot": slot and stamp(slot), "next": after and stamp(after)})
        return {"schema": "archiver.plan/1", "polls": polls, "items": [], "visits": [], "to_remove": []}
    with Catalog(store) as catalog, Agenda(store) as agenda:
        for one in config.source:
            slot, after = latest(one.cron, one.timezone, now), following(one.cron, one.timezone, now)
            waits = slot is None or agenda.ran(one.key, slot)
            polls.append({"source": one.key, "slot": None if waits or slot is None else stamp(slot), "next": after and stamp(after)})
        visits, _ = due.due(catalog.chains.looks(), due.by_name(agenda.sources_of(), config.source), now)
        doomed = keeping.plan(catalog, config.keep, now)
        return {
            "schema": "archiver.plan/1",
            "polls": polls,
            "items": [one.name for one in agenda.waiting(now)],
            "visits": [
                {
                    "source": one.source,
                    "snapshot": one.snapshot,
                    "why": one.trigger,
                    "citations": sorted(one.numbers),
                    "article": one.article,
                }
                for one in visits
            ],
            "to_remove": [{"snapshot": one.name, "why": one.why, "bytes": one.bytes} for one in doomed],
        }


def keep(store: Path, config: Config, *, remove: bool) -> dict[str, Any]:
    """Return what the keep rules let go, removed where that is asked. UsageError without a rule, or without a store."""
    if not config.keep.max_age and not config.keep.max_size:
        raise UsageError("nothing is ever removed without a rule: give [keep] max_age or max_size in archiver.toml")
    layout.existing(store)
    now = datetime.now(UTC)
    with lease(store), Catalog(store) as catalog:
        catalog.catch_up()
        doomed = keeping.plan(catalog, config.keep, now)
        if remove:
            keeping.remove(catalog, doomed, now)
    listed = [{"snapshot": one.name, "why": one.why, "bytes": one.bytes} for one in doomed]
    return {"schema": "archiver.keep/1", "removed": remove, "snapshots": listed, "bytes": sum(one.bytes for one in doomed)}
