"""The transport: our own HTTP/1.1 below httpx's interface, which keeps every exchange byte for byte.

Why our own: httpx through httpcore and h11 hands over no bytes of an answer that h11 refuses (reliability A5), normalises the rest, has no
deadline and no cap, and spends several times the CPU (benchmarks/transport.py). Owning the socket also makes the guard hold without private
attributes. HTTP/1.1 only: what h2 sends has no bytes that a WARC record could hold as they were.

`exchange` is the one way in. It returns an Exchange whatever the network did: failures are words in it (`error`), never exceptions; only
cancellation and a full disk (StorageError) pass through. The whole answer is received into `wire` before it returns; memory stays flat
since Wire spools. httpx's interface is kept for those who want it: the response's stream reads the body out of the exchange, which stands
in `response.extensions["exchange"]` and belongs to the caller.

The URL that is asked for is ada's serialisation, not httpx's: httpx encodes paths differently and reads some hosts differently. Give it as
`extensions={"url": …}` where the two differ, or use `get`. The Host header is always made from it; user and password are never sent nor
kept; no cookie is added; no environment variable is read.

Connections are kept per scheme, host and port, few over all hosts (a crawl over many hosts cost 573 MB with one kept for each: speed.md).
A kept connection may have been closed meanwhile: where it ends before the first byte of an answer, an idempotent request is made once more
on a new one (RFC 9112 §9.3.1); others are never sent on a kept connection.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from functools import partial

from archiver import url as urls
from archiver.citation.platform import State
from archiver.config import Network
from archiver.fetch.client import httpx
from archiver.fetch.connection import Connection, Dialer, Limits, Proxy
from archiver.fetch.exchange import Exchange
from archiver.fetch.framing import Framing
from archiver.fetch.guard import Guard, NotConnected
from archiver.fetch.tls import Trust

log = logging.getLogger(__name__)
IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
FIELD_VALUE = re.compile(rb"[^\r\n\0]*")

Key = tuple[str, str]  # scheme; host and port


class Pool:
    """Open connections that carry no exchange, youngest last."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._idle: dict[Connection, Key] = {}

    def __len__(self) -> int:
        return len(self._idle)

    def take(self, key: Key) -> Connection | None:
        """Return the youngest open connection for a key, if there is one."""
        found = next((c for c, its in reversed(self._idle.items()) if its == key), None)
        if found:
            self._forget(found)
        return found

    def put(self, key: Key, connection: Connection) -> None:
        """Keep a connection; drop the oldest beyond the cap, and what has been idle for too long."""
        now = connection.since = asyncio.get_running_loop().time()
        connection.on_lost = self._forget
        self._idle[connection] = key
        for oldest in list(self._idle):
            if len(self._idle) <= self._limits.idle and now - oldest.since <= self._limits.idle_for:
                break
            oldest.drop()
            self._forget(oldest)

    def close(self) -> None:
        """Drop every connection."""
        for connection in list(self._idle):
            connection.drop()
        self._idle.clear()

    def _forget(self, connection: Connection) -> None:
        self._idle.pop(connection, None)
        connection.on_lost = None


class WireTransport(httpx.AsyncBaseTransport):
    """An httpx transport that records. Belongs to one event loop. ConfigError for a bad proxy."""

    def __init__(self, *, guard: Guard | None = None, trust: Trust | None = None, proxy: str = "", limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self.dialer = Dialer(guard or Guard(), trust or Trust(), Proxy.parse(proxy) if proxy else None, self._limits)
        self._pool = Pool(self._limits)

    @classmethod
    def configured(cls, network: Network) -> WireTransport:
        """Make the transport that a configuration describes. ConfigError."""
        return cls(
            guard=Guard(connect_to=network.connect_to, allow_private_addresses=network.allow_private_addresses),
            trust=Trust(network.ca_bundle),
            proxy=network.proxy,
            limits=Limits(deadline=network.deadline, max_body=network.max_body),
        )

    async def get(self, url: str, headers: Sequence[tuple[str, str]] = (), method: str = "GET") -> Exchange:
        """Ask for a URL, without httpx in between; as `exchange`."""
        return await self._exchange(method, url, [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers], b"")

    async def exchange(self, request: httpx.Request) -> Exchange:
        """Send a request and return the exchange, whatever became of it.

        Raises ValueError for a header that HTTP cannot carry, StorageError where the disk is full, and CancelledError.
        """
        url = request.extensions.get("url") or str(request.url)
        body = b"".join([part async for part in request.stream]) if isinstance(request.stream, httpx.AsyncByteStream) else request.read()
        return await self._exchange(request.method, url, request.headers.raw, body)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer for httpx. Raises its exceptions where no status came; a body that is not whole raises at its end."""
        exchange = await self.exchange(request)
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
        self._pool.close()
        await asyncio.sleep(0)  # their sockets close on the loop's next turn

    async def _exchange(self, method: str, written: str, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> Exchange:
        url = _asked(written)
        exchange = Exchange(url or written, method, datetime.now(UTC))
        if url is None:
            return _failed(exchange, State.REFUSED_SCHEME, "not an http or https URL")
        compose = partial(_request, method, url, _fields(url, headers, body), body)
        began = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(self._limits.deadline):
                await self._speak(exchange, compose, began)
        except NotConnected as failure:
            _failed(exchange, failure.state, failure.text)
        except TimeoutError:
            _failed(exchange, State.TIMEOUT, f"no whole answer within {self._limits.deadline:g} s")
        except BaseException:
            exchange.close()
            raise
        exchange.seconds = asyncio.get_running_loop().time() - began
        log.debug("%s %s: %s, %.2f s", method, url, exchange.error or exchange.status, exchange.seconds)
        return exchange

    async def _speak(self, exchange: Exchange, compose: partial[bytes], began: float) -> None:
        """Have the exchange on a kept connection, or on a new one where there is none or it proves to be closed."""
        key = (urls.scheme(exchange.url), _authority(exchange.url))
        kept = self._pool.take(key) if exchange.method in IDEMPOTENT else None
        if kept and await self._ask(kept, key, exchange, compose, began):
            return
        exchange.request, exchange.ip, exchange.port, exchange.tls = b"", None, None, None
        exchange.error = exchange.error_text = None
        await self._ask(await self.dialer.connect(exchange.url), key, exchange, compose, began)

    async def _ask(self, connection: Connection, key: Key, exchange: Exchange, compose: partial[bytes], began: float) -> bool:
        """Have the exchange on a connection; tell whether anything was answered."""
        exchange.ip, exchange.port, exchange.tls = connection.ip, connection.port, connection.tls
        exchange.request = compose(absolute=connection.proxy is not None)
        sent = exchange.request
        if connection.proxy and connection.proxy.authorization:  # the proxy's affair: never in a record
            line_end = sent.index(b"\r\n") + 2
            sent = sent[:line_end] + connection.proxy.authorization + sent[line_end:]
        framing = Framing(exchange, self._limits.max_head, self._limits.max_body)
        try:
            await connection.ask(sent, framing)
        finally:
            if connection.first_byte is not None:
                exchange.first_byte = connection.first_byte - began
        if framing.keep_alive and connection.open:
            self._pool.put(key, connection)
        return framing.begun


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


def _asked(written: str) -> str | None:
    """Return the URL to ask for: resolved, without fragment, user and password; None where it is not http."""
    url = urls.resolve(written)
    if url is None:
        return None
    return urls.without_credentials(urls.without_fragment(url))


def _authority(url: str) -> str:
    """Return host and, where it is not the scheme's own, port. A resolved http URL has a slash behind them, always."""
    return url.split("/", 3)[2]


def _fields(url: str, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> bytes:
    """Return the header lines of a request, Host first; the others in the order and case given. ValueError."""
    lines = [b"Host: " + _authority(url).encode("ascii")]
    for name, value in headers:
        if not FIELD_NAME.fullmatch(name) or not FIELD_VALUE.fullmatch(value):
            raise ValueError(f"not a header that HTTP can carry: {name!r}: {value!r}")
        if name.lower() not in {b"host", b"content-length", b"transfer-encoding"}:
            lines.append(name + b": " + value)
    if body:
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join([*lines, b"", b""])


def _request(method: str, url: str, fields: bytes, body: bytes, *, absolute: bool) -> bytes:
    """Return the bytes of a request. The target is cut out of the URL as it stands, so that an empty query keeps its question mark."""
    target = url if absolute else url[url.index("/", url.index("://") + 3) :]
    return f"{method} {target} HTTP/1.1\r\n".encode("ascii") + fields + body


def _failed(exchange: Exchange, state: State, text: str) -> Exchange:
    exchange.error, exchange.error_text = state.value, text
    return exchange


def _exception(exchange: Exchange, request: httpx.Request) -> httpx.TransportError:
    """Return httpx's exception for a failed exchange."""
    kinds: dict[str, type[httpx.TransportError]] = {
        State.TIMEOUT: httpx.ReadTimeout,
        State.DISCONNECTED: httpx.RemoteProtocolError,
        State.UNREADABLE: httpx.RemoteProtocolError,
        State.REFUSED_SCHEME: httpx.UnsupportedProtocol,
    }
    return kinds.get(exchange.error or "", httpx.ConnectError)(exchange.error_text or "no answer", request=request)
