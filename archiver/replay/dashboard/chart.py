"""Chart: numbers as pictures, drawn here as SVG; every chart has a table that says the same.

Shapes carry attributes and classes only, no `style`: the pages' policy allows no inline style, and both colour schemes come from the
stylesheet. What is drawn are numbers and words of ours; strangers' words (hosts) are text that the template escapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archiver.replay.dashboard import outcome as outcomes

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle: its place, what it stands for (a class of the stylesheet), and what it says when pointed at."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Label:
    """A text at a place."""

    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of `width` × `height` units, and the table that says the same: `heads` and `rows`."""

    width: float
    height: float
    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def stack(counts: Mapping[str, int], width: float = 100.0) -> list[Bar]:
    """Return one bar of counts laid end to end over `width`, in the order given."""
    total = sum(counts.values()) or 1
    bars, at = [], 0.0
    for kind, number in counts.items():
        share = width * number / total
        bars.append(Bar(round(at, 3), 0, round(share, 3), 1, kind, f"{number} {kind}"))
        at += share
    return bars


def hosts(rows: Rows) -> Chart:
    """Return outcomes per cited host: the hosts cited most, a bar each, its length the number of citations."""
    by_host: dict[str, dict[str, int]] = {}
    for row in rows:
        counted = by_host.setdefault(row["host"], dict.fromkeys(outcomes.NAMES, 0))
        counted[row["outcome"] or outcomes.UNSETTLED] = counted.get(row["outcome"] or outcomes.UNSETTLED, 0) + row["citations"]
    ranked = sorted(by_host.items(), key=lambda one: (-sum(one[1].values()), one[0]))
    longest = max((sum(counted.values()) for _, counted in ranked), default=1)
    bars, labels = list[Bar](), list[Label]()
    for line, (host, counted) in enumerate(ranked):
        y, total = line * 34.0, sum(counted.values())
        labels += [Label(0, y + 11, host), Label(640, y + 11, str(total), "end")]
        for bar in stack({kind: number for kind, number in counted.items() if number}, 640 * total / longest):
            bars.append(Bar(bar.x, y + 16, bar.width, 9, bar.kind, f"{host}: {bar.title}"))
    used = [name for name in outcomes.NAMES if any(counted[name] for _, counted in ranked)]
    table = tuple((host, *(counted[name] for name in used), sum(counted.values())) for host, counted in ranked)
    heads = ("host", *(outcomes.outcome(name).word for name in used), "citations")
    return Chart(640, max(34.0, len(ranked) * 34.0), tuple(bars), tuple(labels), heads, table)


def rot(rows: Rows, most: int = 24) -> Chart:
    """Return link rot over time: for each month, what share of the links that were tried still answered."""
    by_month: dict[str, dict[str, int]] = {}
    for row in rows:
        counted = by_month.setdefault(row["month"], dict.fromkeys(outcomes.ROT, 0))
        counted[outcomes.rot(row["state"])] += row["citations"]
    shown = sorted(by_month.items())[-most:]
    step = 600.0 / max(len(shown), 6)
    bars = list[Bar]()
    labels = [Label(34, 14, "100%", "end"), Label(34, 104, "50%", "end"), Label(34, 194, "0%", "end")]
    for column, (month, counted) in enumerate(shown):
        total, y = sum(counted.values()) or 1, 190.0
        for kind in outcomes.ROT:
            height = 180.0 * counted[kind] / total
            y -= height
            if height:
                title = f"{month}: {counted[kind]} of {total} {kind}"
                bars.append(Bar(round(44 + column * step, 2), round(y, 2), round(min(step * 0.7, 44), 2), round(height, 2), kind, title))
        if len(shown) <= 12 or column % 3 == 0:
            labels.append(Label(round(44 + column * step + min(step * 0.7, 44) / 2, 2), 208, month, "middle"))
    table = tuple(
        (month, *(counted[kind] for kind in outcomes.ROT), f"{100 * counted[outcomes.GONE] / (sum(counted.values()) or 1):.0f}%")
        for month, counted in shown
    )
    return Chart(650, 214, tuple(bars), tuple(labels), ("month", *outcomes.ROT, "share gone"), table)


def timeline(citations: Iterable[Mapping[str, Any]], most: int = 30) -> Chart | None:
    """Return when each capture of a run was made and how long it took, waits included; None where nothing was fetched."""
    lines = [(one, _spans(one)) for one in citations]
    lines = [(one, spans) for one, spans in lines if spans][:most]
    if not lines:
        return None
    first = min(start for _, spans in lines for start, _, _ in spans)
    whole = max(0.001, *((end - first).total_seconds() for _, spans in lines for _, end, _ in spans))
    bars, labels, table = list[Bar](), list[Label](), list[tuple[Any, ...]]()
    for line, (one, spans) in enumerate(lines):
        y = line * 18.0
        labels.append(Label(24, y + 12, str(one["number"]), "end"))
        for start, end, capture in spans:
            after, took = (start - first).total_seconds(), (end - start).total_seconds()
            kind = "answered" if capture["status"] and capture["status"] < 400 else "gone"
            bars.append(
                Bar(
                    round(32 + 600 * after / whole, 2),
                    y + 4,
                    max(2.5, round(600 * took / whole, 2)),
                    9,
                    kind,
                    f"{one['number']}: {capture['tier']} {capture['purpose']}, {took:.2f} s",
                )
            )
        begun, ended = min(start for start, _, _ in spans), max(end for _, end, _ in spans)
        table.append((one["number"], len(spans), f"{(begun - first).total_seconds():.2f} s", f"{(ended - begun).total_seconds():.2f} s"))
    height = len(lines) * 18.0
    labels += [Label(32, height + 14, "0 s"), Label(632, height + 14, f"{whole:.1f} s", "end")]
    return Chart(640, height + 20, tuple(bars), tuple(labels), ("citation", "captures", "began after", "took"), tuple(table))


def _spans(citation: Mapping[str, Any]) -> list[tuple[datetime, datetime, Mapping[str, Any]]]:
    return [(datetime.fromisoformat(one["started"]), datetime.fromisoformat(one["finished"]), one) for one in citation["captures"]]
