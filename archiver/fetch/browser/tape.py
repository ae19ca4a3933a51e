"""Tape: what one page, its frames and its workers asked for and got, as the browser's protocol tells it, until it is all there.

The protocol tells one request in pieces, from three places that race each other, and each of these rules cost data once (R1–R13):

- `Network.*` of the session that asked: what was meant to be sent, what came, how many bytes (the renderer's view);
- `Network.*ExtraInfo`: the headers that were really sent and received, the text of the latter with Set-Cookie in it (the network's view);
- `Fetch.requestPaused` of the browser: each answer, held at its head, for its body (`Recorder` takes it).

They share an id, which a chain of redirects keeps. A chain's steps are in order in each of the three, so they are put together when the
page is done, by order and status, and not when they come. Nothing is thrown away here because its other half has not come yet.

Not asked over the wire, so not on the tape: `data:` and `blob:`, answers from a cache, answers made by a service worker (R11), and the
browser's own redirects (HSTS). They are counted in `inner`.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from archiver.fetch.browser.cdp import BrowserGone, Refused, Session
from archiver.fetch.exchange import Wire

Said = dict[str, Any]  # an event's parameters
ENDLESS = frozenset({"EventSource", "Media", "WebSocket", "Ping"})  # never waited for
PATIENCE = 2.0  # seconds
SOCKETS = 8 << 20  # characters of all WebSocket messages of a capture that are noted
FRAME = 100  # what a message costs besides its own


@dataclass(slots=True)
class Pause:
    """An answer as the browser held it: its head, and its body where one was taken; `missing` is WARC's word for why not all of it."""

    said: Said
    body: Wire | None = None
    missing: str | None = None


@dataclass(slots=True)
class Step:
    """One hop of a chain: what was asked, and the answer as the renderer was told of it."""

    asked: Said
    answered: Said | None = None


@dataclass(slots=True)
class Request:
    """A chain of hops under one id, as far as it has been told."""

    id: str
    steps: list[Step] = field(default_factory=list)
    sent: list[Said] = field(default_factory=list)  # requestWillBeSentExtraInfo
    received: list[Said] = field(default_factory=list)  # responseReceivedExtraInfo
    pauses: list[Pause] = field(default_factory=list)
    session: Session | None = None
    streamed: Wire | None = None  # the last hop's body, where it passes by instead of being held
    length: int = 0  # bytes of body that the renderer was told of
    finished: bool = False
    failure: Said | None = None
    cached: bool = False

    @property
    def kind(self) -> str:
        """What the page wanted: Document, Image, Fetch and so on."""
        return str(self.steps[-1].asked.get("type") or "Other") if self.steps else "Other"

    @property
    def url(self) -> str:
        """The last URL of the chain."""
        return str(self.steps[-1].asked["request"]["url"]) if self.steps else ""

    @property
    def endless(self) -> bool:
        """Tell whether nobody knows when it ends."""
        return self.kind in ENDLESS or (self.streamed is not None and _mime(self) in {"text/event-stream", "multipart/x-mixed-replace"})


def _mime(request: Request) -> str:
    answered = request.steps[-1].answered if request.steps else None
    return str((answered or {}).get("mimeType", "")).lower()


@dataclass(slots=True)
class Socket:
    """A WebSocket: its address, both heads of its handshake, and its messages, as many as there is room for; `number` counts all."""

    url: str
    request: Said | None = None
    response: Said | None = None
    frames: list[dict[str, Any]] = field(default_factory=list)
    number: int = 0
    error: str | None = None


class Tape:
    """Everything that one capture asked for. `changed` is the loop time of the last start or end of a request."""

    def __init__(self, context: str, *, endless: bool = False) -> None:
        self.context, self.endless = context, endless
        self.requests: dict[str, Request] = {}
        self.sockets: dict[str, Socket] = {}
        self._room = SOCKETS
        self.events: dict[str, int] = defaultdict(int)  # messages of each event stream, by request id
        self.inner = 0
        self.crashed = asyncio.Event()
        self.navigations: list[tuple[str, str]] = []  # of the page itself: loader id and URL
        self.holding = 0  # answers that are held for their bodies just now
        self._loop = asyncio.get_running_loop()
        self.changed = self._loop.time()

    def request(self, identity: str) -> Request:
        """Return a request by its id, made at its first mention."""
        found = self.requests.get(identity)
        if found is None:
            found = self.requests[identity] = Request(identity)
        return found

    def pending(self) -> list[Request]:
        """Return what has begun, will end and has not ended."""
        return [one for one in self.requests.values() if one.steps and not one.finished and not one.endless and _on_wire(one)]

    def hear(self, session: Session, method: str, said: Said) -> None:
        """Take an event of one of the capture's sessions."""
        domain, _, event = method.partition(".")
        if domain != "Network":
            return
        if event.startswith("webSocket"):
            self._socket(event, said)
            return
        take = getattr(self, f"_{event}", None)
        if take is not None and "requestId" in said:
            request = self.request(said["requestId"])
            request.session = request.session or session
            take(request, said)

    async def stream(self, request: Request) -> None:
        """Ask for the body of a held answer as it will pass by; to be called before it is let go.

        Asked for when the answer has come, as is usual, 80 and 174 of 200 small bodies had passed already (R4). A request whose session is
        not known yet has to be waited for a little.
        """
        end = self._loop.time() + PATIENCE
        while request.session is None and self._loop.time() < end:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        if request.session is None:
            return
        request.streamed = Wire()
        with contextlib.suppress(Refused, BrowserGone, TimeoutError):
            async with asyncio.timeout(PATIENCE):
                said = await request.session.call("Network.streamResourceContent", requestId=request.id)
                if said["bufferedData"]:
                    request.streamed.append(base64.b64decode(said["bufferedData"]))

    def crash(self) -> None:
        """Take note that the page's process has died."""
        self.crashed.set()

    def close(self) -> None:
        """Give memory and disk space back, of what no exchange has taken over."""
        for request in self.requests.values():
            for wire in (request.streamed, *(pause.body for pause in request.pauses)):
                if wire is not None:
                    wire.close()

    def _requestWillBeSent(self, request: Request, said: Said) -> None:  # noqa: N802 - the event's name
        if "redirectResponse" in said and request.steps:
            request.steps[-1].answered = said["redirectResponse"]
        request.steps.append(Step(said))
        self.changed = self._loop.time()

    def _requestWillBeSentExtraInfo(self, request: Request, said: Said) -> None:  # noqa: N802
        request.sent.append(said)

    def _responseReceivedExtraInfo(self, request: Request, said: Said) -> None:  # noqa: N802
        request.received.append(said)

    def _requestServedFromCache(self, request: Request, _: Said) -> None:  # noqa: N802
        request.cached = True

    def _responseReceived(self, request: Request, said: Said) -> None:  # noqa: N802
        if request.steps:
            request.steps[-1].answered = said["response"]

    def _dataReceived(self, request: Request, said: Said) -> None:  # noqa: N802
        request.length += said["dataLength"]
        data = said.get("data")
        if data and request.streamed is not None:
            request.streamed.append(base64.b64decode(data))

    def _loadingFinished(self, request: Request, _: Said) -> None:  # noqa: N802
        request.finished = True
        self.changed = self._loop.time()

    def _loadingFailed(self, request: Request, said: Said) -> None:  # noqa: N802
        request.finished, request.failure = True, said
        self.changed = self._loop.time()

    def _eventSourceMessageReceived(self, request: Request, _: Said) -> None:  # noqa: N802
        self.events[request.id] += 1

    def _socket(self, event: str, said: Said) -> None:
        if event == "webSocketCreated":
            self.sockets[said["requestId"]] = Socket(said["url"])
            return
        socket = self.sockets.get(said["requestId"])
        if socket is None:
            return
        if event == "webSocketWillSendHandshakeRequest":
            socket.request = said["request"]
        elif event == "webSocketHandshakeResponseReceived":
            socket.response = said["response"]
        elif event in ("webSocketFrameSent", "webSocketFrameReceived"):
            socket.number += 1
            self._frame(socket, "sent" if event.endswith("Sent") else "received", said["response"])
        elif event == "webSocketFrameError":
            socket.error = said["errorMessage"]

    def _frame(self, socket: Socket, way: str, frame: Said) -> None:
        """Note a message: text as it is, bytes in base64; `length` where it is not all there."""
        data, noted = frame["payloadData"], frame["payloadData"][: max(0, self._room)]
        if self._room > 0:
            socket.frames.append({"way": way, "opcode": frame["opcode"], "data": noted})
            if noted != data:
                socket.frames[-1]["length"] = len(data)
            self._room -= len(noted) + FRAME


def _on_wire(request: Request) -> bool:
    return request.url.startswith(("http:", "https:"))
