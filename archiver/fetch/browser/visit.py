"""Visit: one page, opened in a browser context of its own (R9), looked at, written down, and closed.

Nothing that a page does raises here, except what only the browser's owner can answer: BrowserGone. A page that hangs costs its time and no
more: every step has a cap, and what was seen until then is kept.

Service workers are bypassed (R11): an answer that a worker makes has no body on the network, and the archive keeps what servers said. The
page's information says so. Their scripts are fetched and recorded like any other.

What is derived: `urn:pageinfo:` (what was asked for and what came of it, JSON), `urn:view:` (PNG), `urn:fullPage:` (PNG, at most 16384
pixels high), `urn:thumbnail:` (JPEG), `urn:text:`, `urn:dom:`, each with the page's URL behind it: browsertrix' names, the ones most read
today.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archiver import url as urls
from archiver.config import Browser as Settings
from archiver.fetch.browser import behaviour, look
from archiver.fetch.browser.assembly import Assembled, Seen, Wayside, assemble
from archiver.fetch.browser.cdp import Browser, BrowserGone, Refused, Session
from archiver.fetch.browser.identity import Identity
from archiver.fetch.browser.recorder import BODILESS, Recorder
from archiver.fetch.browser.tape import Tape
from archiver.fetch.exchange import Exchange

LOAD = 30.0  # seconds until the load event
DRAIN = 3.0  # seconds for what is under way when the page is done (R3)
LOOK = 10.0  # seconds for one look at it
TALLEST = 16384  # pixels of a picture
SMALL = 0.25
ABORTED = "net::ERR_ABORTED"  # what a navigation ends with whose answer no page takes the place of: a file, a PDF without a viewer, a 204
TIMED_OUT = "net::ERR_TIMED_OUT"
NOT_SHOWN = "not shown: a download, or of a kind that the browser does not show"


@dataclass(frozen=True, slots=True)
class Derived:
    """What was made of a page: the kind that its `urn:` begins with, its media type, its bytes."""

    kind: str
    media_type: str
    data: bytes


@dataclass(slots=True)
class Visit:
    """What came of opening a page. `document` are the hops of the page itself, client-side redirects too; `parts` what it asked for.

    `failure` says why there is no page, or why it is not all there; `hung` that its process answers no more.
    """

    url: str
    started: datetime
    finished: datetime
    page_id: str
    document: tuple[Exchange, ...] = ()
    parts: tuple[Seen, ...] = ()
    shown: dict[str, Any] = field(default_factory=dict)
    derived: tuple[Derived, ...] = ()
    cookies: tuple[dict[str, Any], ...] = ()
    fragments: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    failure: str | None = None
    hung: bool = False
    notes: dict[str, str] = field(default_factory=dict)
    before: Visit | None = None  # one that got nothing, for whose sake this one was made

    @property
    def endless(self) -> bool:
        """Tell whether nothing was seen of the page because its body did not end in time."""
        last = self.document[-1] if self.document else None
        return last is not None and (last.truncated, last.body_length) == ("time", 0) and self.failure == TIMED_OUT

    def close(self) -> None:
        """Give the exchanges' memory and disk space back."""
        if self.before is not None:
            self.before.close()
        for exchange in (*self.document, *(part.exchange for part in self.parts)):
            exchange.close()


@dataclass(slots=True)
class _Open:
    """A page while it is open."""

    page: Session
    tape: Tape
    end: float
    identity: Identity
    failure: str | None = None
    hung: bool = False
    behaved: dict[str, Any] = field(default_factory=dict)
    loaded: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def left(self) -> float:
        """Seconds until the visit's deadline."""
        return max(0.0, self.end - asyncio.get_running_loop().time())


@dataclass(slots=True)
class _Seeing:
    """What was seen of a page when it was done."""

    shown: dict[str, Any] = field(default_factory=dict)
    pictures: list[Derived] = field(default_factory=list)
    cookies: list[dict[str, Any]] = field(default_factory=list)


Witness = Callable[[Tape], Awaitable[Wayside]]


async def visit(
    browser: Browser,
    recorder: Recorder,
    url: str,
    settings: Settings,
    identity: Identity,
    witness: Witness,
    cookies: Sequence[dict[str, Any]] = (),
    *,
    endless: bool = False,
) -> Visit:
    """Open a page, with these cookies in its context, and return what came of it.

    BrowserGone where the browser dies; every other failure is in the visit.
    """
    started = datetime.now(UTC)
    async with browser.context() as context:
        waiting = asyncio.get_running_loop().create_future()
        tape = recorder.open(context, _preparation(browser, identity, _scripts(settings), waiting), endless=endless)
        try:
            await browser.root.call("Browser.setDownloadBehavior", behavior="deny", browserContextId=context)
            if cookies:
                await browser.root.call("Storage.setCookies", cookies=list(cookies), browserContextId=context)
            page = await _opened(browser, context, waiting)
            opened = _Open(page, tape, asyncio.get_running_loop().time() + settings.deadline, identity)
            await _watched(opened, _look(opened, url, settings))
            seen = await _pictures(opened, settings) if not opened.hung and opened.failure != ABORTED else _Seeing()
            seen.cookies = (await _asked(browser.root.call("Storage.getCookies", browserContextId=context), {"cookies": []}))["cookies"]
            await _drained(tape)
            beside = await witness(tape)
        except BaseException:
            tape.close()
            raise
        finally:
            recorder.shut(tape)
        made = assemble(tape, beside)
    return _told(opened, made, url, started, seen)


def _scripts(settings: Settings) -> list[str]:
    """Return what every document gets to run: the banner's answer, and what the operator adds."""
    paths = [Path(one) for one in settings.scripts]
    if settings.consent == "opt-out" and behaviour.AUTOCONSENT.is_file():
        paths.insert(0, behaviour.AUTOCONSENT)
    return [path.read_text(encoding="utf8") for path in paths]


def _preparation(
    browser: Browser, identity: Identity, scripts: list[str], waiting: asyncio.Future[Session]
) -> Callable[[Session, str], None]:
    def prepare(session: Session, kind: str) -> None:
        identity.put_on(session, kind)
        if kind not in ("page", "iframe"):
            return
        session.tell("Page.enable")
        if scripts:
            session.tell("Runtime.enable")  # else a page without scripts of its own runs ours when it is asked something, much too late
        for script in scripts:
            session.tell("Page.addScriptToEvaluateOnNewDocument", source=script)
        if kind == "page":
            if waiting.done():  # a window that the page opened: an advertisement, or what a reader would have had to ask for
                browser.root.tell("Target.closeTarget", targetId=session.target)
            else:
                waiting.set_result(session)

    return prepare


async def _opened(browser: Browser, context: str, waiting: asyncio.Future[Session]) -> Session:
    try:
        async with asyncio.timeout(LOOK):
            await browser.root.call("Target.createTarget", url="about:blank", browserContextId=context)
            page = await waiting
            await page.call(
                "Page.enable"
            )  # in order behind Network.enable (R1): what is navigated to now is heard from its first request on
    except (TimeoutError, Refused) as error:
        raise BrowserGone("the browser opens no page any more") from error
    return page


async def _watched(opened: _Open, work: Awaitable[None]) -> None:
    """Do the work until it is done, the deadline comes or the page's process dies. BrowserGone where the browser does, at once."""
    task = asyncio.ensure_future(work)
    crash, gone = (asyncio.ensure_future(one.wait()) for one in (opened.tape.crashed, opened.page.browser.gone))
    try:
        await asyncio.wait({task, crash, gone}, timeout=opened.left + min(LOOK, opened.left / 2), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        elif gone.done():
            raise BrowserGone("the browser died")
        elif crash.done():
            opened.failure, opened.hung = "the page's process died", True
        else:
            opened.failure, opened.hung = "the page answered no more", True
    finally:
        for one in (task, crash, gone):
            one.cancel()
        await asyncio.gather(task, crash, gone, return_exceptions=True)


async def _look(opened: _Open, url: str, settings: Settings) -> None:
    page, tape = opened.page, opened.tape
    before = page.listener

    def listen(method: str, said: dict[str, Any]) -> None:
        if method == "Page.loadEventFired":
            opened.loaded.set()
        if before is not None:
            before(method, said)
        if (
            method == "Network.loadingFailed"
            and not said.get("canceled")
            and tape.navigations
            and said["requestId"] == tape.navigations[-1][0]
        ):
            opened.failure = said["errorText"]  # the page itself broke off: its load event will not come
            opened.loaded.set()

    page.listener = listen
    try:
        async with asyncio.timeout(min(LOAD, opened.left)):
            said = await page.call("Page.navigate", url=url)
            if "errorText" in said:
                opened.failure = said["errorText"]
                return
            await opened.loaded.wait()
    except TimeoutError:
        opened.failure = f"not loaded within {min(LOAD, settings.deadline):g} s"
    except Refused as error:
        opened.failure = str(error)
        return
    opened.behaved["quiet"] = await behaviour.quiet(tape, min(LOAD, opened.left))
    try:
        declines = settings.consent == "opt-out"
        if declines:  # before, because a banner may keep a page from being scrolled; again behind it, because many come late
            await behaviour.consent(page)
        opened.behaved["scroll"] = await behaviour.scroll(look.World(page), tape, opened.left)
        opened.behaved["consent"] = await behaviour.consent(page) if declines else "left alone"
    except Refused as error:  # the document went away under it
        opened.behaved["interrupted"] = str(error)
    await behaviour.quiet(tape, min(10.0, opened.left))


async def _drained(tape: Tape) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + DRAIN
    while (tape.pending() or tape.holding) and loop.time() < end:  # noqa: ASYNC110 - it changes in many places
        await asyncio.sleep(0.02)


async def _asked(work: Awaitable[Any], otherwise: Any) -> Any:
    """Return what a look gives, or something else where the page does not let itself be looked at."""
    try:
        async with asyncio.timeout(LOOK):
            return await work
    except (Refused, TimeoutError):
        return otherwise


async def _pictures(opened: _Open, settings: Settings) -> _Seeing:
    """Return what the page shows, and pictures of it."""
    page, (width, height) = opened.page, settings.viewport
    shown = await _asked(look.shown(look.World(page)), None)
    if shown is None:
        opened.failure, opened.hung = opened.failure or "the page answered no more", True
        return _Seeing()
    tall = max(height, min(int(shown["height"]), TALLEST))
    looks: list[tuple[str, str, dict[str, Any]]] = [
        ("view", "image/png", {"format": "png"}),
        ("fullPage", "image/png", {"format": "png", "captureBeyondViewport": True, "clip": _clip(width, tall, 1)}),
        ("thumbnail", "image/jpeg", {"format": "jpeg", "quality": 60, "clip": _clip(width, height, SMALL)}),
    ]
    made: list[Derived] = []
    for kind, media, how in looks:
        whole = kind == "fullPage" and tall == height and bool(made)  # the whole page is what was seen already
        data = made[0].data if whole else await _asked(page.screenshot(**how), None)
        if data:
            made.append(Derived(kind, media, data))
        elif kind == "view":  # nothing was drawn, as of a page that broke off at once; the others would wait as long for nothing
            break
    return _Seeing(shown, made)


def _clip(width: int, height: int, scale: float) -> dict[str, float]:
    return {"x": 0, "y": 0, "width": width, "height": height, "scale": scale}


def _told(opened: _Open, made: Assembled, url: str, started: datetime, seen: _Seeing) -> Visit:
    document, parts = _split(opened.tape, made, url)
    told = Visit(url, started, datetime.now(UTC), str(uuid.uuid4()), document, parts, seen.shown)
    told.cookies, told.fragments, told.cut = tuple(seen.cookies), tuple(made.fragments), tuple(made.cut)
    told.failure = unshown(document) if opened.failure == ABORTED else opened.failure
    told.hung = opened.hung
    info = json.dumps(_information(told, opened, made), ensure_ascii=False, indent=1).encode("utf8", "replace")
    derived = [Derived("pageinfo", "application/json", info), *seen.pictures]
    if seen.shown:
        derived.append(Derived("text", "text/plain;charset=utf-8", seen.shown["text"].encode("utf8", "replace")))
        derived.append(Derived("dom", "text/html;charset=utf-8", seen.shown["dom"].encode("utf8", "replace")))
    told.derived = tuple(derived)
    return told


def unshown(document: Sequence[Exchange]) -> str:
    """Return why no page took the place of the empty one, though nothing failed: what the last answer was."""
    status = document[-1].status if document else None
    if status is None:
        return ABORTED
    if status in BODILESS:
        return f"not shown: an answer of status {status} has no page"
    onward = document[-1].header("Location") if 300 <= status < 400 else None
    return NOT_SHOWN if onward is None else f"not shown: a redirect that no browser follows, to {onward[:200]}"


def _split(tape: Tape, made: Assembled, url: str) -> tuple[tuple[Exchange, ...], tuple[Seen, ...]]:
    """Tell the hops of the page itself from what it asked for. The chains of its navigations, in order; of one that failed, its request."""
    loaders = {loader for loader, _ in tape.navigations}
    mine = [one for one in made.seen if one.kind == "Document" and one.chain in loaders]
    if not mine:
        asked = urls.without_fragment(urls.resolve(url) or url)
        first = next((one.chain for one in made.seen if one.kind == "Document" and one.exchange.url == asked), None)
        mine = [one for one in made.seen if one.chain == first]
    ids = {id(one) for one in mine}
    return tuple(one.exchange for one in mine), tuple(one for one in made.seen if id(one) not in ids)


def _information(told: Visit, opened: _Open, made: Assembled) -> dict[str, Any]:
    tape = opened.tape
    rows = {}
    for one in made.seen:
        exchange, kind = one.exchange, one.kind.lower()
        mime = (exchange.header("Content-Type") or "").partition(";")[0].strip().lower()
        row = {"status": exchange.status or 0, "mime": mime, "type": kind, "error": exchange.error_text, "truncated": exchange.truncated}
        row["headers"] = "as the browser lists them, Set-Cookie not among them" if one.listed else None
        rows[exchange.url] = {key: value for key, value in row.items() if value is not None}
    return {
        "pageid": told.page_id,
        "url": told.url,
        "ts": told.started.isoformat().replace("+00:00", "Z"),
        "finalUrl": told.shown.get("url"),
        "title": told.shown.get("title"),
        "failure": told.failure,
        "browser": opened.identity.as_json(),
        "serviceWorkers": "bypassed: what a worker would have answered itself was asked of the servers",
        "counts": {"requests": len(told.document) + len(told.parts), "notOnTheWire": made.inner, **told.shown.get("images", {})},
        "shadowRoots": told.shown.get("shadows"),
        "behaviour": opened.behaved,
        "fragments": list(told.fragments),
        "notWhole": list(told.cut),
        "webSockets": [_socket(one) for one in tape.sockets.values()],
        "eventStreams": [{"url": tape.requests[one].url, "messages": number} for one, number in tape.events.items()],
        "navigations": [where for _, where in tape.navigations],
        "urls": rows,
    }


def _socket(one: Any) -> dict[str, Any]:
    known = {"url": one.url, "messages": one.number, "frames": one.frames, "error": one.error}
    if one.response:
        known["status"] = one.response.get("status")
        known["response"] = one.response.get("headersText")
        known["request"] = one.response.get("requestHeadersText")
    return known
