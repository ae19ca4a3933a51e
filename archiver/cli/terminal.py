"""What a person sees: progress on a terminal, one table at the end, and text that cannot move the cursor.

Titles, names and reasons come from articles and servers, so every string is passed through `plain` before it reaches a terminal: an escape
sequence in a page title must not paint a verdict.
"""

from __future__ import annotations

import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from archiver.replay.address import page_url

OUTCOME_STYLE = {
    "captured": "green",
    "partial": "yellow",
    "unavailable": "yellow",
    "failed": "red",
    "refused": "red",
    "unresolved": "magenta",
}
SOME = 20  # lines of one sort that an overview shows
PLACE_STYLE = {"exact": "green", "moved": "green", "ambiguous": "yellow", "lost": "red"}
# Formatting characters that reorder what stands around them; isolates keep a right-to-left name inside its own cell.
REORDERING = {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e"}


def plain(text: str) -> str:
    """Return text on one line without control characters or bidi overrides; letters of every script stay."""
    kept = (" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text if c not in REORDERING)
    return " ".join("".join(kept).split())


def counted(number: int, noun: str) -> str:
    """Return a number and its noun: `1 file`, `2 files`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def console(*, error: bool = False) -> Console:
    """Return a console on stdout, or on stderr for progress and logs. Piped lines stay whole; piped tables are 160 columns wide."""
    seen = (sys.stderr if error else sys.stdout).isatty()
    return Console(stderr=error, highlight=False, width=None if seen else 160, soft_wrap=not seen)


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]], *, style: tuple[int, Mapping[str, str]] | None = None) -> Table:
    """Return a table of plain cells, without a head where it is empty; `style` is a column whose words have colours, and these."""
    drawn = Table(box=None, pad_edge=False, header_style="bold", show_header=bool(rows))
    for column in columns:
        drawn.add_column(column, overflow="fold", justify="right" if column == "#" else "left")
    for row in rows:
        cells = [Text(plain("" if cell is None else str(cell))) for cell in row]
        if style is not None:
            cells[style[0]].stylize(style[1].get(cells[style[0]].plain, ""))
        drawn.add_row(*cells)
    return drawn


class Bar:
    """A progress bar over the citations of one article; silent where stderr is no terminal."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._task: Any = None

    def begin(self, title: str, total: int) -> None:
        """Start over for an article with `total` citations to archive."""
        if self._progress is not None:
            if self._task is not None:
                self._progress.remove_task(self._task)
            self._task = self._progress.add_task(plain(title)[:48], total=total, now="")

    def fetched(self, url: str) -> None:
        """Show what was fetched last."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, now=plain(url)[:60])

    def settled(self) -> None:
        """Count one citation as done."""
        if self._progress is not None and self._task is not None:
            self._progress.advance(self._task)


@contextmanager
def bar(*, quiet: bool) -> Iterator[Bar]:
    """Show progress while the block runs, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield Bar(None)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.fields[now]}"))
    with Progress(*columns, console=console(error=True), transient=True) as progress:
        yield Bar(progress)


def show_citations(document: dict[str, Any]) -> None:
    """Print what an article cites: a line a citation, its first place behind it."""
    out = console()
    article = document["article"]
    facts = [article["media_type"], article["language"], article["published"], f"{article['text_length']} characters"]
    out.print(Text(plain(article["title"] or article["source"]), style="bold"))
    out.print(Text(plain(" · ".join(fact for fact in facts if fact))))
    rows = [(c["number"], c["kind"], c["platform"], subject(c), _where(c), "" if c["in_body"] else "chrome") for c in document["citations"]]
    out.print(table(("#", "kind", "platform", "cited", "place", ""), rows))


def show_located(located: dict[str, Any]) -> None:
    """Print where each citation of a manifest stands in the later version, place by place, then what is new and what is gone."""
    out = console()
    rows = []
    for citation in located["citations"]:
        for nth, place in enumerate(citation["places"]):
            head = (citation["number"], citation["kind"], citation["platform"], subject(citation)) if nth == 0 else ("", "", "", "")
            rows.append((*head, place["status"], _place(place["was"]), _now(place)))
        rows.extend(("", "", "", "", "added", "", _place(place)) for place in citation["added"])
    out.print(table(("#", "kind", "platform", "cited", "place", "was", "is"), rows, style=(4, PLACE_STYLE)))
    for word in ("added", "removed"):
        for citation in located[word]:
            where = ", ".join(_place(place) for place in citation.get("places", ()))
            out.print(Text(plain(f"{word}: {citation['kind']} {citation['platform']} {subject(citation)} {where}")))
    counts = Counter(citation["status"] for citation in located["citations"])
    summary = ", ".join(f"{counts[word]} {word}" for word in PLACE_STYLE if counts[word]) or "none"
    out.print(Text(f"{counted(len(located['citations']), 'citation')}: {summary}; {len(located['added'])} added"))


def show_run(manifest: dict[str, Any], path: Any) -> None:
    """Print the coverage of one snapshot: what was captured, what was not and why, and what will be tried again when."""
    out = console()
    out.print(Text(plain(manifest["article"]["title"] or manifest["article"]["source"]), style="bold"))
    wanted = [c for c in manifest["citations"] if c["outcome"] is not None]
    rows = [(c["number"], c["kind"], c["platform"], subject(c), c["outcome"], c["state"], _why(c)) for c in wanted]
    out.print(table(("#", "kind", "platform", "cited", "outcome", "state", "why"), rows, style=(4, OUTCOME_STYLE)))
    counts: dict[str, int] = {}
    for citation in wanted:
        counts[citation["outcome"]] = counts.get(citation["outcome"], 0) + 1
    summary = ", ".join(f"{counts[word]} {word}" for word in OUTCOME_STYLE if word in counts) or "nothing to capture"
    left = [c for c in manifest["citations"] if c["outcome"] is None]
    notes = [f"{sum(c['in_body'] for c in left)} not attempted"] if any(c["in_body"] for c in left) else []
    notes += (
        [f"{sum(not c['in_body'] for c in left)} more in the page's chrome (--all captures them)"]
        if not all(c["in_body"] for c in left)
        else []
    )
    out.print(Text(plain("; ".join([f"{counted(len(wanted), 'citation')}: {summary}", *notes]))))
    own = next((c for c in manifest["article"]["captures"] if c["role"] == "seed"), None)
    if own and own["state"] != "ok":
        out.print(Text(plain(f"the article itself is not whole, and what it cites may not be either: {own['reason']}"), style="yellow"))
    due = sorted(c["next_attempt"] for c in wanted if c["next_attempt"])
    if due:
        out.print(Text(f"tried again: {len(due)}, the first at {moment(due[0])}"))
    out.print(Text(plain(f"snapshot: {path}")))
    out.print(Text(plain(f"`archiver replay` shows it at {page_url(manifest['snapshot'])}")))


def show_overview(overview: dict[str, Any]) -> None:
    """Print what a store holds, a line an article, and its totals."""
    out = console()
    rows = [
        (a["snapshot"], a["title"] or a["source"], a["citations"], ", ".join(f"{n} {word}" for word, n in a["outcomes"].items()))
        for a in overview["articles"]
    ]
    out.print(table(("snapshot", "article", "#", "outcomes"), rows))
    total = overview["totals"]
    out.print(
        Text(", ".join(counted(total[word + "s"], word) for word in ("article", "snapshot", "citation")) + f", {total['bytes']:,} bytes")
    )
    counts = ", ".join(f"{number} {word}" for word, number in sorted(total["outcomes"].items()))
    out.print(Text(plain(f"as last seen: {counts or 'nothing'}; {counted(total['revisits'], 'revisit')} saved {total['saved']:,} bytes")))
    oldest = f", the oldest due {moment(total['oldest_due'])}" if total["oldest_due"] else ""
    out.print(Text(plain(f"{total['due'] or 'nothing'} to try again{oldest}")))
    told = {(one["snapshot"], one["number"]) for one in overview["missing"]}
    _some([f"{one['outcome']} ({one['state']}) {_in(one)}: {_why(one)}" for one in overview["missing"]], out)
    again = [one for one in overview["due"] if (one["snapshot"], one["number"]) not in told]
    _some([f"due {moment(one['next_attempt'])}: {_in(one)} ({one['state']})" for one in again], out)
    _some([f"{one['source']} is polled next at {moment(one['next']) or 'no time at all'}{_down(one)}" for one in overview["polls"]], out)
    if overview["next_due"]:
        out.print(Text(f"the next look or retry is due at {moment(overview['next_due'])}"))
    for path in overview["unfinished"]:
        out.print(Text(plain(f"interrupted: {path}; the same command resumes it")))


def _some(lines: Sequence[str], out: Console) -> None:
    """Print lines, and of very many how many more there are."""
    for line in lines[:SOME]:
        out.print(Text(plain(line)))
    if len(lines) > SOME:
        out.print(Text(f"… and {len(lines) - SOME} more; `archiver status --json` has all"))


def _down(one: dict[str, Any]) -> str:
    return f"; {counted(one['failures'], 'poll')} failed: {one['reason']}" if one["failures"] else ""


def _in(one: dict[str, Any]) -> str:
    """Return a citation by its address and the snapshot that it stands in."""
    return f"{unquote(one['url'] or one['key'])} [{one['snapshot']} {one['number']}]"


def show_report(report: Any) -> None:
    """Print what a verification read, and each fault on a line."""
    verdict = counted(len(report.faults), "fault") if report.faults else "every byte is as it was written"
    read = f"{counted(report.files, 'file')}, {counted(report.records, 'record')}, {report.bytes:,} bytes"
    out = console()
    out.print(Text(plain(f"{report.snapshot}: {read}: {verdict}")))
    for note in report.notes:
        out.print(Text(plain(f"  {note}")))
    for fault in report.faults[:100]:
        out.print(Text(plain(f"  {fault}"), style="red"))


def moment(said: str | None) -> str:
    """Return a time as people read it, to the second (`2026-11-26T00:21:03Z`); --json has it to the microsecond."""
    return f"{said[:19]}Z" if said else ""


def subject(citation: dict[str, Any]) -> str:
    """Return what a citation is of, for a person: author and day of a post, else its address."""
    claims = citation["claims"]
    if citation["platform"] != "web" and claims["handle"]:
        return " ".join(filter(None, (f"@{claims['handle']}", claims["date"], citation["id"])))
    return unquote(citation["url"] or citation["key"])  # people read the words of a path, not its bytes; --json has the URL as it is


def _where(citation: dict[str, Any]) -> str:
    return ", ".join(spot(place) for place in citation["places"][:4]) + (" …" if len(citation["places"]) > 4 else "")


def spot(place: dict[str, Any]) -> str:
    """Return where a place is: page, line or paragraph."""
    where = f"p. {place['page']}" if place["page"] else f"line {place['line']}" if place["line"] else f"¶ {place['paragraph'] or '–'}"
    return f"{where} (inferred, {place['confidence']:.2f})" if place["inferred"] else where


def _now(place: dict[str, Any]) -> str:
    if place["status"] == "ambiguous":
        return "one of " + ", ".join(_place(spot) for spot in place["candidates"][:4]) + (" …" if len(place["candidates"]) > 4 else "")
    return "" if place["status"] == "lost" else _place(place)


def _place(place: dict[str, Any]) -> str:
    """Return page, line or paragraph, and the offset, which tells two places of one line apart."""
    spot = f"p. {place['page']}" if place["page"] else f"line {place['line']}" if place["line"] else f"¶ {place['paragraph'] or '–'}"
    return spot if place["start"] is None else f"{spot} @{place['start']}"


def _why(citation: dict[str, Any]) -> str:
    later = f"; tried again {moment(citation['next_attempt'])}" if citation["next_attempt"] else ""
    return "" if citation["outcome"] == "captured" and citation["state"] == "ok" else f"{citation['reason'] or ''}{later}"
