"""Article: what the page of one snapshot shows, from its manifest, its text and the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from archiver.replay.dashboard import chart, outcome
from archiver.replay.dashboard.citation import subject
from archiver.replay.dashboard.marks import flat, marks, paragraphs
from archiver.replay.dashboard.painter import Painter
from archiver.replay.dashboard.rendering import file
from archiver.replay.library import Library, SnapshotView

LONGEST = 2_000_000  # code points that are shown; beyond it a page is no page any more, and the text can be downloaded


def values(library: Library, painter: Painter, view: SnapshotView) -> dict[str, Any]:
    """Return the values of the article's page."""
    manifest, text = view.manifest, view.text
    body = [one for one in manifest["citations"] if one["in_body"]]
    found = marks(manifest["citations"], len(text))
    headings = {flat(place["heading"]) for one in manifest["citations"] for place in one["places"] if place["heading"]}
    title = (manifest["article"]["title"] or "").strip()
    cut = len(text) > LONGEST
    shown = [mark for mark in found if mark.end <= LONGEST] if cut else found
    counted = outcome.counts(body)
    return {
        "view": view,
        "article": manifest["article"],
        "run": manifest["run"],
        "title": title or file(manifest["article"]["source"]),
        "direction": direction(manifest["article"]["language"]),
        "paragraphs": paragraphs(text[:LONGEST], shown, frozenset(headings | {flat(title)})),
        "cut": cut,
        "sheets": sheets(painter, view),
        "body": [(one, subject(one)) for one in body],
        "chrome": [(one, subject(one)) for one in manifest["citations"] if not one["in_body"]],
        "counts": counted,
        "bars": chart.stack(counted),
        "unplaced": sum(not one["places"] for one in body),
        "versions": versions(library, view),
        "timeline": chart.timeline(body),
    }


def versions(library: Library, view: SnapshotView) -> list[dict[str, Any]]:
    """Return every snapshot of the same article, the latest first, each with its place on a line from the first (0) to the last (1)."""
    found = library.holdings.versions(view.name.rpartition("/")[0])
    times = [datetime.fromisoformat(one["started"]).timestamp() for one in found]
    first, whole = min(times, default=0.0), max(times, default=0.0) - min(times, default=0.0)
    return [
        one | {"at": (time - first) / whole if whole else 0.5, "counts": outcome.coverage(one), "here": one["name"] == view.name}
        for one, time in zip(found, times, strict=True)
    ]


def direction(language: str | None) -> str:
    """Return the direction that an article's language is written in; `auto` where it names none."""
    if not language:
        return "auto"
    return "rtl" if language.split("-")[0].lower() in {"ar", "he", "iw", "fa", "ur", "ps", "yi", "dv", "ckb", "sd", "ug", "syr"} else "ltr"


def sheets(painter: Painter, view: SnapshotView) -> list[dict[str, Any]]:
    """Return a PDF article's pages with the rectangles of its places, in the page's points, and the map to the picture."""
    if view.manifest["article"]["media_type"] != "application/pdf":
        return []
    by_page: dict[int, list[dict[str, Any]]] = {}
    for citation in view.manifest["citations"]:
        for nth, place in enumerate(citation["places"], 1):
            if place["page"] and place["rects"]:
                by_page.setdefault(place["page"], []).append(_boxed(citation, nth, place))
    pages = painter.layout(view.name)
    return [page | {"number": number, "places": by_page.get(number, [])} for number, page in enumerate(pages, 1)]


def _boxed(citation: Mapping[str, Any], nth: int, place: Mapping[str, Any]) -> dict[str, Any]:
    rects = [(min(x, u), min(y, v), abs(u - x), abs(v - y)) for x, y, u, v in place["rects"]]
    return {"number": citation["number"], "nth": nth, "outcome": citation["outcome"] or outcome.UNSETTLED, "rects": rects}
