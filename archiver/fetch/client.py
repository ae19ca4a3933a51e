"""httpx above the transport, for exchanges that are no captures: a client's conveniences, our guard, limits and trust below it.

`import httpx` imports click, rich and pygments for a command of its own, 40 % of the time it takes, where they happen to be installed, as
typer sees to here. It does without them where they are missing, so they are missing while it is imported. A run never imports it.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator

from archiver.citation.platform import State
from archiver.fetch.exchange import Exchange
from archiver.fetch.request import Request
from archiver.fetch.transport import WireTransport

NO_COMMAND = "httpx._main"

if NO_COMMAND not in sys.modules:
    sys.modules[NO_COMMAND] = None  # type: ignore[assignment] # "None halts the search": the import system's documented way
import httpx  # noqa: E402 - what stands before it is the point

if sys.modules[NO_COMMAND] is None:
    del sys.modules[NO_COMMAND]

__all__ = ["OverWire", "httpx"]


class OverWire(httpx.AsyncBaseTransport):
    """A transport of httpx's that has a WireTransport do the work, and closes it.

    The response's stream reads the body out of the exchange, which stands in `response.extensions["exchange"]` and belongs to the caller.
    httpx encodes paths and reads some hosts otherwise than browsers: where the two differ, give the URL as `extensions={"url": …}`.
    """

    def __init__(self, wire: WireTransport) -> None:
        self._wire = wire

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer for httpx. Raises its exceptions where no status came; a body that is not whole raises at its end."""
        url = request.extensions.get("url") or str(request.url)
        body = b"".join([part async for part in request.stream]) if isinstance(request.stream, httpx.AsyncByteStream) else request.read()
        exchange = await self._wire.exchange(Request(request.method, url, tuple(request.headers.raw), body))
        if exchange.status is None or (exchange.error and exchange.head_end == 0):
            exchange.close()
            raise _exception(exchange, request)
        return httpx.Response(
            exchange.status,
            headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in exchange.headers],
            stream=_Body(exchange, request),
            extensions={"exchange": exchange, "http_version": b"HTTP/1.1", "reason_phrase": exchange.reason.encode("latin-1")},
        )

    async def aclose(self) -> None:
        """Drop every connection."""
        await self._wire.aclose()


class _Body(httpx.AsyncByteStream):
    """The body of an exchange, as httpx reads it; the exchange stays open, it is the caller's."""

    def __init__(self, exchange: Exchange, request: httpx.Request) -> None:
        self._exchange = exchange
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._exchange.body():
            yield part
        if self._exchange.error:
            raise _exception(self._exchange, self._request)


def _exception(exchange: Exchange, request: httpx.Request) -> httpx.TransportError:
    """Return httpx's exception for a failed exchange."""
    kinds: dict[str, type[httpx.TransportError]] = {
        State.TIMEOUT: httpx.ReadTimeout,
        State.DISCONNECTED: httpx.RemoteProtocolError,
        State.UNREADABLE: httpx.RemoteProtocolError,
        State.REFUSED_SCHEME: httpx.UnsupportedProtocol,
    }
    return kinds.get(exchange.error or "", httpx.ConnectError)(exchange.error_text or "no answer", request=request)
