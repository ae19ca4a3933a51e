"""Origin: what a capture's own host answers. Ours are the paths, the placeholders and the policy; everything else is a stranger's.

    /<snapshot>/                       the capture: its post card where there is one, else its page, picture, film, PDF or text
                                       (a page that a browser opened: as it was seen there)
    /<snapshot>/page/<record>          a record of the capture as a page      …/frame/<record>   the same within a frame
    /<snapshot>/css/<record>           a stylesheet, led into the archive
    /<snapshot>/media/<record>         a picture, film, sound, font           …/missing/<use>/<URL>   a placeholder
    /<snapshot>/sheet/<record>/<n>     a page of a PDF, drawn                 …/leads/<URL>           where a link led
    /<snapshot>/player/…               full fidelity: `player`

Records are named by id and answered only when they are among the capture's `Answers`, so no address that a page may name is ever looked up
here: what a page needs was decided when the page was made.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from threading import Lock
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from archiver.errors import ArchiverError, NotArchived
from archiver.record.catalog.catalog import hexed
from archiver.replay import media, placeholder, rendition
from archiver.replay.answers import Answer, Answers, base_of
from archiver.replay.dashboard.painter import drawn
from archiver.replay.holding import http_date, plain
from archiver.replay.library import Library, Position, Stored
from archiver.replay.player import Player
from archiver.replay.rendition import Use

SNAPSHOT = "/{host}/{slug}/{stamp}"
PAGES = frozenset({"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"})
KEPT = 64  # captures whose answers are kept in memory
ROUTES = {Use.STYLE: "css", Use.FRAME: "frame"}


class Addresses:
    """The addresses of one capture's things on its own origin; what `rendition.Shown` asks for."""

    def __init__(self, answers: Answers) -> None:
        self.answers, self.prefix = answers, f"/{quote(answers.view.name)}"

    def address(self, url: str, use: Use) -> str | None:
        """Return where an archived thing is served; for a film that came as a list of segments, the joined one."""
        found = self.answers.find(url)
        joined = self.answers.film if use is Use.VIDEO else None
        if joined and (found is None or not media.plays(found.position["media_type"])):
            return f"{self.prefix}/media/{hexed(joined['id'])}"
        return f"{self.prefix}/{ROUTES.get(use, 'media')}/{found.digits}" if found else None

    def media_type(self, url: str) -> str | None:
        """Return the media type it was answered with."""
        found = self.answers.find(url)
        return str(found.position["media_type"] or "") if found else None

    def missing(self, url: str, use: Use) -> str:
        """Return where its placeholder is served."""
        return f"{self.prefix}/missing/{use}/{quote(url, safe='')}"

    def leads(self, url: str) -> str:
        """Return where a page says where a link led."""
        return f"{self.prefix}/leads/{quote(url, safe='')}"


class Origin:
    """The application of all captures' hosts; `scope["capture"]` says whose host was asked."""

    def __init__(self, library: Library, port: int) -> None:
        self.library, self.player = library, Player(library, self.answers, port)
        self._kept: OrderedDict[tuple[str, str], Answers] = OrderedDict()
        self._lock, self._drawing = Lock(), Lock()  # one page at a time: a browser asks for all at once

    def application(self) -> Starlette:
        """Return the ASGI application."""
        routes = {"/": self.capture, "/page/{record}": self.page, "/frame/{record}": self.page, "/css/{record}": self.style}
        routes |= {"/sheet/{record}/{number:int}": self.sheet}
        routes |= {"/media/{record}": self.media, "/missing/{use}/{url:path}": self.missing, "/leads/{url:path}": self.leads}
        own = [Route(SNAPSHOT + path, endpoint) for path, endpoint in routes.items()]
        return Starlette(routes=[*own, *self.player.routes(SNAPSHOT)], exception_handlers={ArchiverError: said, 404: nothing})

    def answers(self, request: Request) -> Answers:
        """Return what answers for the capture whose host is asked. NotArchived where the snapshot in the path does not hold it."""
        name = "/".join(request.path_params[part] for part in ("host", "slug", "stamp"))
        view, digits = self.library.snapshot(name), request.scope["capture"]
        with self._lock:
            kept = self._kept.get((name, digits))
            if kept is not None and kept.view is view:
                self._kept.move_to_end((name, digits))
                return kept
            made = self._kept[name, digits] = Answers(view, digits)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return made

    def capture(self, request: Request) -> Response:
        """Show the capture."""
        answers = self.answers(request)
        if answers.card:
            return self._shown(answers, Answer(answers.card, base_of(answers.capture["url"])))
        answer = answers.answer
        if answer is None:
            return _page(404, "Nothing was captured here", str(answers.capture["url"]), str(answers.capture["reason"]))
        if answers.seen and (answer.position["media_type"] or "text/html").lower() in PAGES:
            shown = self._shown(answers, Answer(answers.seen, answer.base), seen=True)
            shown.headers.update(_dated(answer.position))
            return shown
        return self._shown(answers, answer, wanted=media.wanted(request.headers))

    def page(self, request: Request) -> Response:
        """Show a record of the capture as a page."""
        answers = self.answers(request)
        position = _position(answers, request)
        framed = "/frame/" in request.url.path
        return self._shown(answers, Answer(position, base_of(position["url"] or "")), framed=framed, wanted=media.wanted(request.headers))

    def _shown(self, answers: Answers, answer: Answer, *, framed: bool = False, seen: bool = False, wanted: str | None = None) -> Response:
        stored = self.library.at(answers.view.name, answer.position)
        if stored.missing:
            return _page(404, "Not archived", str(answer.position["url"]), stored.missing)
        status = answer.position["status"] or 200
        kind = media.media_type(stored)
        if 300 <= status < 400:
            pointed = next((value for name, value in stored.headers if name.lower() == "location"), "")
            return _page(200, f"The server answered {status} and pointed elsewhere", str(answer.position["url"]), pointed)
        if not stored.size:
            return _page(200, f"The server answered {status} with nothing in it", str(answer.position["url"]))
        if kind in PAGES or (not kind and _looks_like_page(stored)):
            made = rendition.page(media.text(stored), answer.base, Addresses(answers), framed=framed, seen=seen)
            return HTMLResponse(made.encode("utf8", "replace"), headers=_dated(answer.position))
        if media.safe_type(stored) == "application/octet-stream":
            return _page(200, f"A file of type {kind or 'unknown'}, {stored.size:,} bytes", str(answer.position["url"]), DOWNLOAD)
        shown = self._sheets(answers, answer, stored) if kind == "application/pdf" else media.answer(stored, wanted)
        shown.headers.update(_dated(answer.position))
        return shown

    def _sheets(self, answers: Answers, answer: Answer, stored: Stored) -> Response:
        """Show a PDF as its pages, drawn: no browser opens its PDF viewer in a sandbox. As a file where it cannot be drawn."""
        try:
            sizes = json.loads(drawn(answers.view.name, stored, "layout"))
        except NotArchived:
            return media.answer(stored)
        here = f"{Addresses(answers).prefix}/sheet/{answer.digits}"
        return HTMLResponse(placeholder.sheets(here, [(size["width"], size["height"]) for size in sizes]))

    def sheet(self, request: Request) -> Response:
        """Answer a page of a PDF as a picture."""
        answers = self.answers(request)
        stored = self.library.at(answers.view.name, _position(answers, request))
        with self._drawing:
            picture = drawn(answers.view.name, stored, "page", str(request.path_params["number"]))
        return Response(picture, media_type="image/png", headers=media.KEPT)

    def style(self, request: Request) -> Response:
        """Answer a stylesheet, led into the archive."""
        answers = self.answers(request)
        position = _position(answers, request)
        text = media.text(self.library.at(answers.view.name, position))
        made = rendition.style(text, base_of(position["url"]), Addresses(answers))
        return Response(made.encode("utf8", "replace"), media_type="text/css; charset=utf-8", headers=media.KEPT)

    def media(self, request: Request) -> Response:
        """Answer a record's bytes."""
        answers = self.answers(request)
        stored = self.library.at(answers.view.name, _position(answers, request))
        return media.answer(stored, media.wanted(request.headers))

    def missing(self, request: Request) -> Response:
        """Answer the placeholder for what is not in the capture."""
        answers, use, url = self.answers(request), request.path_params["use"], request.path_params["url"]
        if use != Use.FRAME:
            return Response(placeholder.picture(use), media_type="image/svg+xml", headers=media.KEPT)
        return _page(404, "Frame not archived", url, answers.why_not(url))

    def leads(self, request: Request) -> Response:
        """Say where a link led."""
        self.answers(request)
        url = request.path_params["url"]
        return _page(200, "This link of the archived page led to", url, LEADS if url.startswith(("http:", "https:")) else ELSEWHERE)


DOWNLOAD = "It is shown by no browser. The dashboard has its record to download."
LEADS = "Nothing here leads out of the archive. Copy the address to visit the page as it is today, or look it up in the dashboard."

ELSEWHERE = "That is no address of the web: a script of the page, or a program on the reader's machine, would have taken it."


def _position(answers: Answers, request: Request) -> Position:
    found = answers.records.get(request.path_params["record"])
    if found is None:
        raise NotArchived("this capture has no such record")
    return found


def _page(status: int, heading: str, *lines: str) -> Response:
    return HTMLResponse(placeholder.page(heading, *lines), status)


def _dated(position: Position) -> dict[str, str]:
    """Return what says of which URL and time an answer is a memento; for what a server said, not for what we made."""
    if position["type"] not in ("response", "revisit"):
        return {}
    return {"Memento-Datetime": http_date(position), "Link": f'<{plain(position["url"])}>; rel="original"'}


def _looks_like_page(stored: Stored) -> bool:
    start = media.body(stored, 1024).data.lstrip().lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))


def said(_: Request, error: Exception) -> Response:
    """Answer an error of ours as a page."""
    known = error if isinstance(error, ArchiverError) else ArchiverError(str(error))
    return _page(known.http_status, "Not archived" if isinstance(error, NotArchived) else "This cannot be shown", known.message)


def nothing(_: Request, __: Exception) -> Response:
    """Answer an address that nothing stands at."""
    return _page(404, "Nothing stands at this address")
