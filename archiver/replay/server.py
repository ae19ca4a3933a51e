"""Server: one process on loopback for the dashboard and for every capture's own origin. `address` says which hosts, `policy` who may ask.

Every request passes `Gate` first: refused, or handed to the application of its host with the headers of that origin on the answer, whatever
the application is and whatever it answers. Loopback only: there is no option for another address, since nothing here knows who asks.

uvicorn with h11 and asyncio, all pure Python, which is fast enough: the cost of an answer is reading its record.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from archiver.errors import UsageError
from archiver.replay import address, dashboard, memento, policy
from archiver.replay.library import Library
from archiver.replay.origin import Origin

ADDRESS = "127.0.0.1"
PORT = address.PORT
LAST_ANSWERS = 3  # seconds that open answers get when the server is told to stop


class Gate:
    """Refuse, or pass on to the dashboard or to the captures' application, and see that every answer has its headers."""

    def __init__(self, port: int, dashboard: ASGIApp, captures: ASGIApp) -> None:
        self.port, self.dashboard, self.captures = port, dashboard, captures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        headers = {name: value for name, value in Headers(scope=scope).items() if name == name.lower()}
        capture = address.capture_of(headers.get("host", "").lower(), self.port)
        application: ASGIApp = self.dashboard if capture is None else self.captures
        refused = policy.refusal(headers, scope["method"], scope["path"], self.port)
        if refused:
            status, reason = refused
            application = PlainTextResponse(f"{reason}\n", status, headers={"Allow": "GET, HEAD"} if status == 405 else None)
        scope["capture"] = capture
        default = policy.RENDITION + policy.ancestors(self.port) if capture else policy.dashboard()

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _protect(MutableHeaders(scope=message), default, policy.CONFINED if capture else {})
            await send(message)

        await application(scope, receive, guarded)


def _protect(headers: MutableHeaders, default: str, more: dict[str, str]) -> None:
    for name, value in {**policy.COMMON, **more}.items():
        headers[name] = value
    headers.setdefault("Content-Security-Policy", default)
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Cache-Control", "no-store")
    del headers["Set-Cookie"]


def application(store: Path, port: int) -> ASGIApp:
    """Return the whole server as an ASGI application that believes to be reached at `port`."""
    library = Library(store)
    pages = dashboard.routes(library, address.frame_url(port), address.player_url(port))
    ours = Starlette(routes=[*pages, *memento.routes(library)], exception_handlers={404: dashboard.nothing})
    return Gate(port, ours, Origin(library, port).application())


def listen(port: int = PORT) -> socket.socket:
    """Return a listening socket on loopback; port 0 takes a free one. UsageError where the port is taken or forbidden."""
    # Made as TCP by name: asyncio turns Nagle's algorithm off for such only, and with it on every small answer waits 40 ms (measured).
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((ADDRESS, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"port {port}: {reason}; name another one with --port, or 0 for any that is free") from error
    return listener


def serve(store: Path, port: int = PORT, ready: Callable[[str], None] = lambda _: None) -> None:
    """Serve the archive until SIGINT or SIGTERM; `ready` is told the dashboard's URL. UsageError as `listen`."""
    with listen(port) as listener:
        port = listener.getsockname()[1]
        config = uvicorn.Config(
            application(store, port), http="h11", loop="asyncio", ws="none", lifespan="off", log_config=None, access_log=False,
            proxy_headers=False, server_header=False, timeout_graceful_shutdown=LAST_ANSWERS,
        )  # fmt: skip
        # uvicorn finishes, then raises the signal again for whoever else listens; being told to stop is how this command ends well.
        before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            ready(f"http://{address.with_port('localhost', port)}/")
            uvicorn.Server(config).run(sockets=[listener])
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
