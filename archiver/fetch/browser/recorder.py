"""Recorder: one per browser. It has each answer held at its head, takes the body, lets it go on, and gives events to their capture's tape.

`Fetch.enable` on the browser itself, at the response stage: the one place where pages, frames of other sites, workers and service workers
all pass (R4: the body is taken from here; R5: never from Network.getResponseBody, which turns text into UTF-8). `Target.setAutoAttach` on
the browser and in every session: whatever starts to run is held until its `Network` events are on (R1); the commands that do this are sent
without waiting in between, because a held worker answers nothing (R2).

What is held and what passes (R4): redirects, 204, 304 and answers to HEAD have no body that could be taken. Event streams, media,
multipart/x-mixed-replace, ndjson, gRPC and anything above LARGE goes on at once and is read as it passes. All else is held until its body
is whole. A body that does not come to an end in HOLD seconds is given up: the page gets an error in its place, since a held answer cannot
be let go while it is read, and the record says truncated. Where that was the page itself, it is opened once more (`Tier`), and its document
is then taken in pieces for as long (`endless`): what came is the record's, and what the page is given.

A capture is a browser context, so a session belongs to the capture whose context its target is in; a paused answer to the one whose
session named its id, or else whose frame it is for.
"""

from __future__ import annotations

import asyncio
import base64
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Any

from archiver.fetch.browser.cdp import Browser, BrowserGone, Refused, Session
from archiver.fetch.browser.tape import Pause, Tape
from archiver.fetch.exchange import Wire

LARGE = 5 << 20
HOLD = 20.0  # seconds
PASSING = ("text/event-stream", "multipart/x-mixed-replace", "video/", "audio/", "application/x-ndjson", "application/grpc")
BODILESS = frozenset({101, 204, 205, 304})
FRAMED = frozenset({"content-encoding", "content-length", "transfer-encoding"})
PIECE = 64  # bytes of a body that does not end: no piece is given before it is full
AHEAD = 64  # pieces that are asked for at once
STRAYS = 2000  # answers whose capture is not known yet
RUNNING = [{"type": "browser", "exclude": True}, {"type": "tab", "exclude": True}, {}]

Prepare = Callable[[Session, str], None]  # says to a new session, held, what its capture wants; the target's type


class Recorder:
    """The listener of one browser. `begin` once; then `open` and `shut` a tape for each context."""

    def __init__(self, browser: Browser, hold: float = HOLD) -> None:
        self.browser, self._hold = browser, hold
        self._tapes: dict[str, tuple[Tape, Prepare]] = {}
        self._contexts: dict[str, str] = {}  # of sessions and frames
        self._strays: OrderedDict[str, list[Pause]] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self) -> None:
        """Start to listen. BrowserGone."""
        self.browser.root.listener = self._root
        await self.browser.root.call("Fetch.enable", patterns=[{"urlPattern": "*", "requestStage": "Response"}])
        await self.browser.root.call("Target.setAutoAttach", autoAttach=True, waitForDebuggerOnStart=True, flatten=True, filter=RUNNING)

    def open(self, context: str, prepare: Prepare, *, endless: bool = False) -> Tape:
        """Begin the tape of a context, before anything is in it. `endless`: its document is one whose body does not end."""
        tape = Tape(context, endless=endless)
        self._tapes[context] = (tape, prepare)
        return tape

    def shut(self, tape: Tape) -> None:
        """Hear nothing more of a tape's context."""
        self._tapes.pop(tape.context, None)
        self._contexts = {key: context for key, context in self._contexts.items() if context != tape.context}

    def _root(self, method: str, said: dict[str, Any]) -> None:
        if method == "Fetch.requestPaused":
            task = asyncio.create_task(self._held(said))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif method == "Target.attachedToTarget":
            self._attached(said)

    def _attached(self, said: dict[str, Any]) -> None:
        """Prepare what has started to run, and let it."""
        target, session = said["targetInfo"], self.browser.session(said["sessionId"])
        if session.listener is not None:  # told by the browser and by the page that started it
            return
        context = target.get("browserContextId", "")
        known = self._tapes.get(context)
        again = self._contexts.get(target["targetId"]) is not None and target["type"] != "iframe"
        if known is not None and not again:
            tape, prepare = known
            self._contexts[session.id or ""] = self._contexts[target["targetId"]] = context

            def listen(method: str, said: dict[str, Any]) -> None:
                self._hear(tape, session, method, said)

            session.listener = listen
            session.tell("Network.enable", maxTotalBufferSize=LARGE, maxResourceBufferSize=LARGE, maxPostDataSize=LARGE)
            session.tell("Network.setBypassServiceWorker", bypass=True)
            prepare(session, target["type"])
        else:
            session.listener = lambda *_: None
        session.tell("Target.setAutoAttach", autoAttach=True, waitForDebuggerOnStart=True, flatten=True)
        session.tell("Runtime.runIfWaitingForDebugger")

    def _hear(self, tape: Tape, session: Session, method: str, said: dict[str, Any]) -> None:
        if method == "Target.attachedToTarget":
            self._attached(said)
        elif method == "Page.frameAttached":
            self._contexts[said["frameId"]] = tape.context
        elif method == "Inspector.targetCrashed":
            tape.crash()
        elif method == "Page.javascriptDialogOpening":
            session.tell("Page.handleJavaScriptDialog", accept=True)  # an alert that nobody answers stops the page
        elif method == "Page.frameNavigated" and "parentId" not in said["frame"]:
            tape.navigations.append((said["frame"]["loaderId"], said["frame"]["url"]))
        else:
            tape.hear(session, method, said)
            identity = str(said.get("requestId", ""))
            if identity in self._strays:
                tape.request(identity).pauses += self._strays.pop(identity)

    def _tape_of(self, said: dict[str, Any]) -> Tape | None:
        identity = said.get("networkId")
        for tape, _ in self._tapes.values():
            if identity in tape.requests:
                return tape
        known = self._tapes.get(self._contexts.get(said.get("frameId", ""), ""))
        return known[0] if known else None

    async def _held(self, said: dict[str, Any]) -> None:
        """Take what a held answer has, and let it go on."""
        pause = Pause(said)
        tape = self._tape_of(said)
        identity = said.get("networkId", "")
        if tape is not None:
            tape.request(identity).pauses.append(pause)
            tape.holding += 1
        else:
            self._strays.setdefault(identity, []).append(pause)
            while len(self._strays) > STRAYS:
                self._strays.popitem(last=False)
        try:
            how = _handling(said)
            if how == "passing" and tape is not None:
                await tape.stream(tape.request(identity))
            if how == "held":
                await (
                    self._take_endless(pause)
                    if tape is not None and tape.endless and said.get("resourceType") == "Document"
                    else self._take(pause)
                )
            else:
                self.browser.root.tell("Fetch.continueRequest", requestId=said["requestId"])
        finally:
            if tape is not None:
                tape.holding -= 1

    async def _take(self, pause: Pause) -> None:
        identity, root = pause.said["requestId"], self.browser.root
        try:
            async with asyncio.timeout(self._hold):
                answer = await root.call("Fetch.getResponseBody", requestId=identity)
            pause.body = Wire()
            pause.body.append(base64.b64decode(answer["body"]) if answer["base64Encoded"] else answer["body"].encode())
        except TimeoutError:
            pause.missing = "time"
            root.tell("Fetch.failRequest", requestId=identity, errorReason="TimedOut")
        except (Refused, BrowserGone):
            pause.missing = "disconnect"
        root.tell("Fetch.continueRequest", requestId=identity)

    async def _take_endless(self, pause: Pause) -> None:
        """Take what comes of a body until it ends or the time is over, and give the page that."""
        identity, root = pause.said["requestId"], self.browser.root
        pause.body = Wire()
        try:
            async with asyncio.timeout(self._hold):
                stream = (await root.call("Fetch.takeResponseBodyAsStream", requestId=identity))["stream"]
                asked = deque(root.call("IO.read", handle=stream, size=PIECE) for _ in range(AHEAD))
                ended = False
                while not ended:
                    piece = await asked.popleft()
                    ended = piece["eof"]
                    pause.body.append(base64.b64decode(piece["data"]) if piece.get("base64Encoded") else piece["data"].encode())
                    asked.append(root.call("IO.read", handle=stream, size=PIECE))
        except TimeoutError:
            pause.missing = "time"
        except (Refused, BrowserGone):
            pause.missing = "disconnect"
        headers = [one for one in pause.said.get("responseHeaders", ()) if one["name"].lower() not in FRAMED]
        body = base64.b64encode(pause.body.read(0, pause.body.length)).decode()
        status = pause.said["responseStatusCode"]
        root.tell("Fetch.fulfillRequest", requestId=identity, responseCode=status, responseHeaders=headers, body=body)


def _handling(said: dict[str, Any]) -> str:
    """Return what is done with an answer: `none` where it has no body to take, `passing`, or `held`."""
    status = said.get("responseStatusCode")
    if status is None or "responseErrorReason" in said or said["request"]["method"] == "HEAD" or status in BODILESS:
        return "none"
    headers = {one["name"].lower(): one["value"] for one in said.get("responseHeaders", ())}
    if 300 <= status < 400 and "location" in headers:
        return "none"
    kind = headers.get("content-type", "").strip().lower()
    length = headers.get("content-length", "")
    if length.isdecimal() and said.get("resourceType") != "Media":
        return "passing" if int(length) > LARGE else "held"
    return "passing" if said.get("resourceType") == "Media" or kind.startswith(PASSING) else "held"
