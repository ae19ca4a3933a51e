"""Routes: from an address of the dashboard to an answer. The state of a page is in its address: every view can be linked to.

Endpoints are plain functions, so the framework runs each in a thread: reading files is what they do. An error of ours becomes a page that
says what it says, with its status; nothing else is caught.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from archiver import url as urls
from archiver.errors import ArchiverError, NotArchived
from archiver.record.catalog.catalog import hexed
from archiver.record.catalog.holdings import SORTS, Wanted
from archiver.replay import address, media
from archiver.replay.dashboard import article, attachment, chart, citation, outcome, rendering
from archiver.replay.dashboard.painter import Painter
from archiver.replay.dashboard.rendering import page
from archiver.replay.library import Library

SNAPSHOT = "/snapshot/{host}/{slug}/{stamp}"
PAGE = 40  # articles
MEMENTOS = 200
HOSTS = 12
Address = Callable[[str, str], str]


def routes(library: Library, frame_url: Address, player_url: Address | None = None) -> list[Route]:
    """Return the dashboard's routes.

    `frame_url(snapshot, capture)` is the address of a capture's page on its own origin, `player_url` that of its full-fidelity replay.
    """
    rendering.environment()
    desk = Desk(library, frame_url, player_url)
    table: dict[str, Callable[[Request], Response]] = {
        "/": desk.articles,
        "/figures": desk.figures,
        "/url": desk.url,
        "/about": lambda _: page("about.html", here="about"),
        "/static/{name}": lambda request: rendering.static(request.path_params["name"]),
        f"{SNAPSHOT}/": desk.article,
        f"{SNAPSHOT}/citation/{{number:int}}": desk.citation,
        f"{SNAPSHOT}/page/{{number:int}}.png": desk.sheet,
        f"{SNAPSHOT}/record/{{record}}": desk.record,
        f"{SNAPSHOT}/record/{{record}}/warc": lambda request: attachment.warc(library, *_named(request)),
        f"{SNAPSHOT}/record/{{record}}/payload": lambda request: attachment.payload(library, *_named(request)),
        f"{SNAPSHOT}/record/{{record}}/media": desk.media,
    }
    return [Route(path, _told(endpoint), methods=["GET"]) for path, endpoint in table.items()]


def nothing(_: Request, __: Exception) -> Response:
    """Answer an address that nothing stands at."""
    return page("error.html", status=404, message="Nothing stands at this address.", here="")


def _told(endpoint: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Make a page of an error of ours."""

    @functools.wraps(endpoint)
    def answer(request: Request) -> Response:
        try:
            return endpoint(request)
        except ArchiverError as error:
            return page("error.html", status=error.http_status, message=error.message, here="")

    return answer


def _snapshot(request: Request) -> str:
    return "/".join(request.path_params[part] for part in ("host", "slug", "stamp"))


def _named(request: Request) -> tuple[str, str]:
    return _snapshot(request), request.path_params["record"]


def _number(text: str | None, most: int = 1_000_000) -> int:
    return min(int(text), most) if text and text.isascii() and text.isdigit() and len(text) < 9 else 1


class Desk:
    """Answers for the pages of one library."""

    def __init__(self, library: Library, frame_url: Address, player_url: Address | None) -> None:
        self.library, self.frame_url, self.player_url, self.painter = library, frame_url, player_url, Painter(library)

    def articles(self, request: Request) -> Response:
        """List the articles: searched, filtered, sorted, in pages."""
        asked = request.query_params
        words, wanted, sort, number = (
            asked.get("q", "")[:200],
            asked.get("outcome", ""),
            asked.get("sort", "latest"),
            _number(asked.get("page")),
        )
        rows, total = self.library.articles(Wanted(words, wanted or None, sort, (number - 1) * PAGE, PAGE))
        if not rows and number > 1:  # a page behind the last one is the first
            number = 1
            rows, total = self.library.articles(Wanted(words, wanted or None, sort, 0, PAGE))
        return page(
            "articles.html",
            here="articles",
            rows=[row | {"counts": (counts := outcome.coverage(row)), "bars": chart.stack(counts)} for row in rows],
            total=total,
            totals=self.library.holdings.totals(),
            words=words,
            wanted=wanted,
            sort=sort if sort in SORTS else "latest",
            sorts=SORTS,
            number=number,
            pages=max(1, -(-total // PAGE)),
            first=(number - 1) * PAGE + 1,
        )

    def figures(self, _: Request) -> Response:
        """Show the numbers of the whole store."""
        holdings = self.library.holdings
        worst, _total = self.library.articles(Wanted(sort="missing", limit=15))
        return page(
            "figures.html",
            here="figures",
            totals=holdings.totals(),
            hosts=chart.hosts(holdings.hosts(HOSTS)),
            rot=chart.rot(holdings.months()),
            worst=[row | {"counts": (counts := outcome.coverage(row)), "bars": chart.stack(counts)} for row in worst],
        )

    def article(self, request: Request) -> Response:
        """Show one snapshot: the article's text, its citations where they stand."""
        view = self.library.snapshot(_snapshot(request))
        return page("article.html", here="articles", **article.values(self.library, self.painter, view))

    def citation(self, request: Request) -> Response:
        """Show one citation with everything that is known of it."""
        view = self.library.snapshot(_snapshot(request))
        one = view.citations.get(request.path_params["number"])
        if one is None:
            raise NotArchived(f"{view.name}: the article has citations 1 to {len(view.citations)}")
        values = citation.values(view, one, request.query_params.get("capture"))
        frame = self.frame_url(view.name, hexed(values["current"]["id"])) if values["current"] else None
        player = self.player_url(view.name, hexed(values["current"]["id"])) if values["current"] and self.player_url else None
        full = player is not None and request.query_params.get("replay") == "full"
        elsewhere = [row for row in self.library.holdings.citing(one["key"]) if row["snapshot"] != view.name]
        origins = (f"{urlsplit(frame).scheme}://{urlsplit(frame).netloc}",) if frame else ()
        more: dict[str, Any] = {
            "frame": player if full else frame,
            "full": full,
            "player": player,
            "sandbox": address.PLAYER_SANDBOX if full else address.RENDITION_SANDBOX,
            "elsewhere": elsewhere,
        }
        return page("citation.html", frames=origins, here="articles", **more, **values)

    def sheet(self, request: Request) -> Response:
        """Answer with a page of a PDF article as a picture."""
        drawn = self.painter.page(_snapshot(request), request.path_params["number"])
        return Response(drawn, 200, {"Cache-Control": attachment.FOREVER}, "image/png")

    def record(self, request: Request) -> Response:
        """Show one record: its fields, the head of its answer, its digests."""
        name, record = _named(request)
        stored = self.library.record(name, record)
        capture = next(
            one for one in self.library.snapshot(name).captures.values() if any(hexed(kept["id"]) == record for kept in one["records"])
        )
        # A request has no head of its own here: its whole block is one.
        head = stored.head or (stored.read(8192) if stored.position["type"] == "request" else b"")
        return page(
            "record.html",
            here="articles",
            view=self.library.snapshot(name),
            record=stored.position,
            stored=stored,
            head=head.decode("latin1"),
            capture=capture,
            shown=attachment.kind(stored),
        )

    def media(self, request: Request) -> Response:
        """Answer with a picture or film that a page of ours shows."""
        return attachment.shown(self.library, *_named(request), media.wanted(request.headers))

    def url(self, request: Request) -> Response:
        """Show what the archive holds of one URL, over all snapshots."""
        asked = request.query_params.get("url", "").strip()[:8192]
        resolved = urls.resolve(asked) or (urls.resolve(f"https://{asked}") if asked and "://" not in asked else None)
        wanted = urls.without_fragment(resolved) if resolved else asked
        rows = self.library.mementos(wanted) if wanted else []
        cited = {row["snapshot"]: self.library.holdings.snapshot(row["snapshot"]) for row in rows[:MEMENTOS]}
        return page(
            "url.html",
            here="url",
            asked=asked,
            wanted=wanted,
            resolved=resolved is not None,
            rows=rows[:MEMENTOS],
            total=len(rows),
            cited=cited,
        )
