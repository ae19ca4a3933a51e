"""The transport: our own HTTP/1.1, which keeps every exchange byte for byte.

Why our own: httpx through httpcore and h11 hands over no bytes of an answer that h11 refuses (reliability A5), normalises the rest, has no
deadline and no cap, and spends several times the CPU (benchmarks/transport.py). Owning the socket also makes the guard hold without private
attributes. HTTP/1.1 only: what h2 sends has no bytes that a WARC record could hold as they were.

`exchange` is the one way in. It returns an Exchange whatever the network did: failures are words in it (`error`), never exceptions; only
cancellation and a full disk (StorageError) pass through. The whole answer is received into `wire` before it returns; memory stays flat
since Wire spools. For who wants httpx's interface, `client` puts it above this one.

The URL that is asked for is ada's serialisation. The Host header is always made from it; user and password are never sent nor
kept; no cookie is added; no environment variable is read.

Connections are kept per scheme, host and port, few over all hosts (a crawl over many hosts cost 573 MB with one kept for each: speed.md).
A kept connection may have been closed meanwhile: where it ends before the first byte of an answer, an idempotent request is made once more
on a new one (RFC 9112 §9.3.1); others are never sent on a kept connection.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Self

from archiver import url as urls
from archiver.citation.platform import State
from archiver.config import Network
from archiver.fetch.connection import Connection, Dialer, Limits, Proxy
from archiver.fetch.exchange import Exchange
from archiver.fetch.framing import Framing
from archiver.fetch.guard import Guard, NotConnected
from archiver.fetch.request import Header, Request
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


class WireTransport:
    """A transport that records. Belongs to one event loop. ConfigError for a bad proxy."""

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
        """Ask for a URL; as `exchange`."""
        return await self._exchange(method, url, [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers], b"")

    async def exchange(self, request: Request) -> Exchange:
        """Send a request and return the exchange, whatever became of it.

        Raises ValueError for a header that HTTP cannot carry, StorageError where the disk is full, and CancelledError.
        """
        return await self._exchange(request.method, request.url, request.headers, request.body)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Drop every connection."""
        self._pool.close()
        await asyncio.sleep(0)  # their sockets close on the loop's next turn

    async def _exchange(self, method: str, written: str, headers: Sequence[Header], body: bytes) -> Exchange:
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


def _asked(written: str) -> str | None:
    """Return the URL to ask for: resolved, without fragment, user and password; None where it is not http."""
    url = urls.resolve(written)
    if url is None:
        return None
    return urls.without_credentials(urls.without_fragment(url))


def _authority(url: str) -> str:
    """Return host and, where it is not the scheme's own, port. A resolved http URL has a slash behind them, always."""
    return url.split("/", 3)[2]


def _fields(url: str, headers: Sequence[Header], body: bytes) -> bytes:
    """Return the header lines of a request, Host first; the others in the order and case given. ValueError."""
    length = b"Content-Length: %d\r\n" % len(body) if body else b""
    return b"Host: " + _authority(url).encode("ascii") + b"\r\n" + _lines(tuple(headers)) + length + b"\r\n"


@lru_cache(maxsize=512)  # a run asks for most of what it asks for with the same headers
def _lines(headers: tuple[Header, ...]) -> bytes:
    lines = []
    for name, value in headers:
        if not FIELD_NAME.fullmatch(name) or not FIELD_VALUE.fullmatch(value):
            raise ValueError(f"not a header that HTTP can carry: {name!r}: {value!r}")
        if name.lower() not in {b"host", b"content-length", b"transfer-encoding"}:
            lines.append(name + b": " + value + b"\r\n")
    return b"".join(lines)


def _request(method: str, url: str, fields: bytes, body: bytes, *, absolute: bool) -> bytes:
    """Return the bytes of a request. The target is cut out of the URL as it stands, so that an empty query keeps its question mark."""
    target = url if absolute else url[url.index("/", url.index("://") + 3) :]
    return f"{method} {target} HTTP/1.1\r\n".encode("ascii") + fields + body


def _failed(exchange: Exchange, state: State, text: str) -> Exchange:
    exchange.error, exchange.error_text = state.value, text
    return exchange
