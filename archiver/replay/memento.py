"""Memento (RFC 7089): what is archived of a URL, by time, for programs; people are sent to the dashboard.

    /web/<URL>                      TimeGate (URI-G): 302 to the memento that is nearest to Accept-Datetime, to the latest without
    /web/<digits>id_/<URL>          memento (URI-M): the record's payload, its content coding kept
    /timemap/link/<URL>             TimeMap (URI-T), application/link-format; …/json/ and …/cdxj/ as CDX lines

**Raw.** `id_` means "identical": status, payload and content coding as they were stored, unlike pywb, which undoes the coding. Media type
and content coding keep their names; every other header stands as `X-Archive-Orig-…`, where no browser obeys it. A redirect leads on within
the archive.

**A stranger's bytes on our own host** are never a document: a browser that navigates here is sent to the dashboard's page of that URL, and
the answer's policy is an empty sandbox besides. Memento-Datetime stands on mementos only, never on an error of ours.

A URL's mementos are those of all snapshots, under every spelling with the same SURT, as in other archives. This is the one place where
"nearest" exists; no page is ever completed from here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote, unquote

from starlette.datastructures import MutableHeaders, QueryParams
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from archiver.replay import cdx, policy
from archiver.replay.holding import Row, http_date, last_second, moment, plain, stamp
from archiver.replay.library import Library, Stored
from archiver.url import resolve

DATED = re.compile(r"([0-9]{1,14})(?:[a-z]{2}_)?/(.+)", re.DOTALL)
ESCAPED = re.compile(r"https?(?:%3A|:%2F)", re.IGNORECASE)
LINK_FORMAT = "application/link-format"
WHOLE = 4 << 20  # bytes that are answered in one piece
KEPT = frozenset({"content-type", "content-encoding", "content-language"})
TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
UNSAFE = re.compile(r"[^\t\x20-\x7e\x80-\xff]")
Answering = Callable[[Request], Response]


def routes(library: Library) -> list[Route]:
    """Return the routes of TimeGate, TimeMaps, mementos and CDX."""
    gate = Gateway(library)
    return [
        Route("/web/{rest:path}", gate.web),
        Route("/timemap/{form}/{rest:path}", gate.timemap),
        Route("/cdx", cdx.endpoint(library)),
    ]


class Gateway:
    """Answers for one library."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def web(self, request: Request) -> Response:
        """Answer a TimeGate or a memento."""
        written = _rest(request, "/web/")
        dated = DATED.fullmatch(written)
        url = _address(dated[2] if dated else written)
        if request.headers.get("sec-fetch-dest", "empty") in ("document", "iframe", "frame", "object", "embed"):
            return RedirectResponse(f"/url?url={quote(url, safe='')}", 303)
        rows = self.library.mementos(url)
        if not rows:
            return _nothing(url)
        if dated is None:
            return self._gate(request, url, rows)
        return self._memento(request, url, rows, _nearest(rows, last_second(dated[1]), url))

    def _gate(self, request: Request, url: str, rows: list[Row]) -> Response:
        asked, wanted = request.headers.get("accept-datetime"), datetime.max.replace(tzinfo=UTC)
        if asked is not None:
            try:
                wanted = parsedate_to_datetime(asked)
            except ValueError:
                return PlainTextResponse("Accept-Datetime is no date of HTTP\n", 400, headers={"Vary": "accept-datetime"})
        chosen = _nearest(rows, wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC), url)
        headers = {"Vary": "accept-datetime", "Link": _links(request, url, rows, chosen)}
        return RedirectResponse(_memento_url(request, chosen), 302, headers)

    def _memento(self, request: Request, url: str, rows: list[Row], row: Row) -> Response:
        stored = self.library.at(row["snapshot"], row)
        if stored.missing:
            return _nothing(url, stored.missing)
        made = _raw(request, stored, row)
        made.headers["Memento-Datetime"] = http_date(row)
        made.headers["Link"] = _links(request, url, rows, row)
        made.headers["Content-Location"] = _memento_url(request, row)
        made.headers["Content-Security-Policy"] = policy.RAW
        return made

    def timemap(self, request: Request) -> Response:
        """Answer a TimeMap."""
        form = request.path_params["form"]
        url = _address(_rest(request, f"/timemap/{form}/"))
        rows = self.library.mementos(url)
        if form not in ("link", "json", "cdxj"):
            return PlainTextResponse("a TimeMap is link, json or cdxj\n", 404)
        if not rows:
            return Response(b"", 404, media_type=LINK_FORMAT if form == "link" else cdx.KINDS[form])
        if form != "link":
            return cdx.lines(rows, QueryParams({"output": form}))
        return Response("".join(_timemap(request, url, rows)), media_type=LINK_FORMAT, headers={"Link": _links(request, url, rows, None)})


def _rest(request: Request, prefix: str) -> str:
    """Return what follows the prefix in the request's target, query and escapes as they were sent."""
    path: str = request.scope["raw_path"].decode("latin1")
    query = request.scope["query_string"].decode("latin1")
    return path[len(prefix) :] + (f"?{query}" if query else "")


def _address(written: str) -> str:
    """Return the archived URL that is meant: a scheme's slashes may have been joined on the way, or the scheme left out, or all escaped."""
    written = unquote(written) if ESCAPED.match(written) else written
    spelt = re.sub(r"^(https?):/+", r"\1://", written, flags=re.IGNORECASE)
    spelt = spelt if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", spelt) else f"http://{spelt}"
    return resolve(spelt) or spelt


def _nearest(rows: list[Row], wanted: datetime, url: str) -> Row:
    """Return the row nearest in time; of several at once the one with this very URL, then one that is no revisit, then a good one."""

    def rank(row: Row) -> tuple[float, bool, bool, int]:
        return abs((moment(row) - wanted).total_seconds()), row["url"] != url, row["type"] == "revisit", (row["status"] or 200) // 100

    return min(rows, key=rank)


def _memento_url(request: Request, row: Row) -> str:
    return f"{_here(request)}/web/{stamp(row)}id_/{plain(row['url'])}"


def _here(request: Request) -> str:
    return f"http://{request.headers['host']}"


def _links(request: Request, url: str, rows: list[Row], chosen: Row | None) -> str:
    here, original = _here(request), plain(url)
    links = [
        f'<{original}>; rel="original"',
        f'<{here}/web/{original}>; rel="timegate"',
        f'<{here}/timemap/link/{original}>; rel="timemap"; type="{LINK_FORMAT}"',
    ]
    if chosen:
        ends = {stamp(rows[0]): "first ", stamp(rows[-1]): "last "} if len(rows) > 1 else {}
        own = ends.get(stamp(chosen), "")
        links.append(f'<{_memento_url(request, chosen)}>; rel="{own}memento"; datetime="{http_date(chosen)}"')
        links += [
            f'<{_memento_url(request, row)}>; rel="{ends[stamp(row)]}memento"; datetime="{http_date(row)}"'
            for row in (rows[0], rows[-1])
            if stamp(row) in ends and stamp(row) != stamp(chosen)
        ]
    return ", ".join(links)


def _timemap(request: Request, url: str, rows: list[Row]) -> Iterator[str]:
    here, original = _here(request), plain(url)
    span = f'from="{http_date(rows[0])}"; until="{http_date(rows[-1])}"'
    yield f'<{here}/timemap/link/{original}>; rel="self"; type="{LINK_FORMAT}"; {span},\n'
    yield f'<{here}/web/{original}>; rel="timegate",\n<{original}>; rel="original"'
    for address, date in dict.fromkeys((_memento_url(request, row), http_date(row)) for row in rows):
        yield f',\n<{address}>; rel="memento"; datetime="{date}"'
    yield "\n"


def _raw(request: Request, stored: Stored, row: Row) -> Response:
    """Return a record's payload as it is stored, its status and what may be said of it."""
    headers = MutableHeaders()
    for name, value in stored.headers:
        if TOKEN.fullmatch(name) and name.lower() not in ("content-length", "transfer-encoding"):
            kept = name if name.lower() in KEPT else f"X-Archive-Orig-{name}"
            headers.append(kept, UNSAFE.sub("", value))
    if not stored.head:
        headers["Content-Type"] = stored.field("Content-Type") or "application/octet-stream"
    status = stored.status or 200
    target = resolve(next((value for name, value in stored.headers if name.lower() == "location"), ""), row["url"])
    if 300 <= status < 400 and target:
        headers["Location"] = f"{_here(request)}/web/{stamp(row)}id_/{plain(target)}"
    if status in (204, 205, 304) or status < 200:
        return _with(Response(None, max(status, 200)), headers)
    if stored.size <= WHOLE:
        return _with(Response(b"".join(stored.payload()), status), headers)
    headers["Content-Length"] = str(stored.size)
    return _with(StreamingResponse(stored.payload(), status), headers)


def _with(response: Response, headers: MutableHeaders) -> Response:
    response.raw_headers += [(name.lower(), value) for name, value in headers.raw]
    return response


def _nothing(url: str, why: str = "nothing is archived of it") -> Response:
    return PlainTextResponse(f"{plain(url)}: {why}\n", 404)
