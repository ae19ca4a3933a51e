"""Measure: what a store holds and what is due, as numbers: for `status`, and as Prometheus' text format for its textfile collector."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archiver.errors import StorageError
from archiver.record import layout
from archiver.record.catalog.agenda import Agenda
from archiver.record.catalog.catalog import Catalog

if TYPE_CHECKING:
    from archiver.service.desk import Desk


def totals(catalog: Catalog) -> dict[str, Any]:
    """Return what a store holds: articles, citations by outcome (of the latest snapshots), bytes, what revisits saved, what is due."""
    counted = catalog.chains.totals()
    oldest = counted.pop("oldest_due")
    size = sum(path.stat().st_size for path in catalog.store.glob("*/*/*/archive/*.warc.gz"))
    return {**counted, "bytes": size, "oldest_due": oldest}


def of_store(store: Path) -> str:
    """Return the metrics of a store. UsageError where there is none."""
    with Catalog(layout.existing(store)) as catalog, Agenda(store) as agenda:
        return "".join(lines(totals(catalog), agenda.counts(), None, None))


def write_metrics(desk: Desk, agenda: Agenda, due_next: datetime | None) -> None:
    """Write the metrics file that the configuration names, if it names one. StorageError where the disk refuses."""
    path = Path(desk.config.run.metrics) if desk.config.run.metrics else None
    if path is None:
        return
    text = "".join(lines(totals(desk.catalog), agenda.counts(), desk.clock.now(), due_next))
    try:
        layout.write(path, [text.encode()])
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}; name a writable file in run.metrics") from error


def lines(found: dict[str, Any], counts: dict[str, dict[str, int]], now: datetime | None, due_next: datetime | None) -> Iterator[str]:
    """Yield the metrics: gauges, since everything is read from the store anew."""
    gauges: list[tuple[str, str, list[tuple[str, float]]]] = [
        ("articles", "Articles in the store.", [("", found["articles"])]),
        ("snapshots", "Snapshots in the store.", [("", found["snapshots"])]),
        ("citations", "Citations of the latest snapshots by outcome.", [(f'outcome="{k}"', v) for k, v in found["outcomes"].items()]),
        ("bytes", "Bytes of WARC files.", [("", found["bytes"])]),
        ("revisits", "Records that refer to a payload instead of holding it.", [("", found["revisits"])]),
        ("due", "Citations to be tried again, due or not.", [("", found["due"])]),
        ("events", "Events so far by kind.", [(f'kind="{kind}"', number) for kind, number in counts["events"].items()]),
        ("items", "Things that sources listed, by what came of them.", [(f'state="{k}"', v) for k, v in counts["items"].items()]),
        ("outbox", "Events not delivered yet.", [("", counts["outbox"].get("open", 0))]),
    ]
    if now is not None:
        gauges.append(("last_run_timestamp_seconds", "When the last run ended.", [("", now.timestamp())]))
    if due_next is not None:
        gauges.append(("next_due_timestamp_seconds", "When the next thing is due.", [("", due_next.timestamp())]))
    for name, told, values in gauges:
        yield f"# HELP archiver_{name} {told}\n# TYPE archiver_{name} gauge\n"
        for label, value in values:
            yield f"archiver_{name}{{{label}}} {value:g}\n" if label else f"archiver_{name} {value:.15g}\n"
