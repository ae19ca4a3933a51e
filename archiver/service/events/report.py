"""Report: what a run found, as a page without script, and all events as an Atom feed (RFC 4287), under `reports/` of the store.

Files, not a server's pages: they can be mailed, kept and put behind any web server. They are made from the events that the catalog holds,
written whole or not at all, and can be made again. A run that found nothing and archived nothing leaves no report.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from archiver.record import layout
from archiver.record.catalog.agenda import Event

FOLDER = "reports"
FEED = "events.atom"
LATEST = 200  # events in the feed
STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
article { border-inline-start: .25rem solid #8886; padding: .25rem 1rem; margin: 1rem 0 }
article.deleted, article.failed, article.different_author { border-color: #c0392b }
article.edited, article.moved, article.unavailable, article.problems { border-color: #c77700 }
article.rescued, article.restored { border-color: #2a7d3f }
h3 { font-size: 1rem; margin: 0 } p { margin: .25rem 0; overflow-wrap: anywhere }
ins { text-decoration: none; background: #2a7d3f33 } del { background: #c0392b22 } .small { opacity: .75; font-size: .875rem }
"""


def write_report(store: Path, run: str, facts: Mapping[str, Any], events: Sequence[Event]) -> Path:
    """Write the report of a run, named by its start, and return where it stands. OSError where the disk refuses."""
    moment = datetime.fromisoformat(run)
    path = store / FOLDER / f"{layout.stamp14(moment)}.html"
    layout.write(path, [_page(moment, facts, events).encode("utf8", "replace")])
    return path


def write_feed(store: Path, events: Sequence[Event], name: str = "archiver") -> Path:
    """Write the feed of the latest events, given the latest first, and return where it stands. OSError where the disk refuses."""
    path = store / FOLDER / FEED
    layout.write(path, [_feed(events[:LATEST], name).encode("utf8", "replace")])
    return path


def _page(moment: datetime, facts: Mapping[str, Any], events: Sequence[Event]) -> str:
    when = f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    head = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Run of {when}</title><style>{STYLE}</style></head><body><main><h1>Run of {when}</h1>"
    )
    parts = [
        head,
        f"<p>{_counted(events) or 'No events.'}</p>",
        _table(facts),
        *(_section(article, mine) for article, mine in _by_article(events)),
        "</main></body></html>\n",
    ]
    return "".join(parts)


def _counted(events: Sequence[Event]) -> str:
    kinds: dict[str, int] = {}
    for event in events:
        kinds[event.kind] = kinds.get(event.kind, 0) + 1
    return ", ".join(f"{number} {kind.replace('_', ' ')}" for kind, number in sorted(kinds.items()))


def _table(facts: Mapping[str, Any]) -> str:
    lines = []
    for name, value in facts.items():
        shown = "<br>".join(escape(str(one)) for one in value) if isinstance(value, list) else escape(str(value))
        if value or value == 0:
            lines.append(f'<p class="small"><b>{escape(name)}</b>: {shown}</p>')
    return "".join(lines)


def _by_article(events: Sequence[Event]) -> Iterable[tuple[str, list[Event]]]:
    found: dict[str, list[Event]] = {}
    for event in sorted(events, key=lambda one: one.id):
        found.setdefault(str(event.said.get("article") or event.kind), []).append(event)
    return found.items()


def _section(article: str, events: Sequence[Event]) -> str:
    snapshot = str(events[-1].said.get("snapshot") or "")
    link = f'<p class="small"><a href="../{escape(snapshot)}/manifest.json">{escape(snapshot)}</a></p>' if snapshot else ""
    return f'<section><h2 dir="auto">{escape(article)}</h2>{link}{"".join(map(_event, events))}</section>'


def _event(event: Event) -> str:
    said, difference = event.said, event.said.get("difference") or event.said
    head = f"{event.kind.replace('_', ' ')}: {said.get('cited') or said.get('key') or said.get('number') or ''}"
    lines = [f'<p dir="auto">{escape(str(said[name]))}</p>' for name in ("reason", "sentence") if said.get(name)]
    lines += [f'<p dir="auto"><del>{escape(one)}</del></p>' for one in difference.get("removed") or []]
    lines += [f'<p dir="auto"><ins>{escape(one)}</ins></p>' for one in difference.get("added") or []]
    lines += [f"<p>{escape(str(one['cited'] or one['key']))}: {escape(str(one['reason']))}</p>" for one in said.get("missing") or []]
    lines += [f"<p>{escape(name.replace('_', ' '))}: {escape(', '.join(said[name]))}</p>" for name in LISTS if said.get(name)]
    return f'<article class="{escape(event.kind)}"><h3>{escape(head)}</h3>{"".join(lines)}</article>'


LISTS = ("citations_added", "citations_removed")


def _feed(events: Sequence[Event], name: str) -> str:
    updated = layout.stamp(events[0].at) if events else "1970-01-01T00:00:00Z"
    own = hashlib.sha256(name.encode("utf8", "surrogatepass")).hexdigest()[:32]
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>urn:archiver:events:{own}</id><title>archiver: events</title><updated>{updated}</updated>"
        "<author><name>archiver</name></author>\n"
    )
    return head + "".join(map(_entry, events)) + "</feed>\n"


def _entry(event: Event) -> str:
    title = f"{event.kind.replace('_', ' ')}: {event.said.get('cited') or event.said.get('article') or ''}"
    link = f'<link href="{_xml(str(event.said["cited"]))}"/>' if event.said.get("cited") else ""
    return (
        f"<entry><id>urn:archiver:event:{event.key}</id><title>{_xml(title)}</title><updated>{layout.stamp(event.at)}</updated>{link}"
        f'<category term="{_xml(event.kind)}"/><content type="html">{_xml(_event(event))}</content></entry>\n'
    )


def _xml(text: str) -> str:
    """Return text that may stand in XML: no control characters, whatever a page's title holds."""
    return escape(
        "".join(one for one in text if one in "\t\n" or (one >= " " and one not in "\ufffe\uffff" and not "\ud800" <= one <= "\udfff"))
    )
