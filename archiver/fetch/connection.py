"""One connection to one server, and how it is made: guard, TCP, proxy, TLS.

The bytes are pushed: asyncio reads into one buffer that all connections share (a connection is done with it before it returns), and the
framing takes them from there, so that an answer costs one wake-up of its caller however many pieces it came in. Measured on loopback,
16 at once, bodies of 140 kB and 26 kB, client CPU per answer: `BufferedProtocol` 0.051 and 0.009 ms, `Protocol` 0.052–0.107 and 0.014,
`StreamReader` 0.043 and 0.013, `loop.sock_recv_into` 0.013 and 0.007. The last does no TLS; among those that do, the first needs no task
per piece, and it is far from being what bounds a crawl.

Addresses of a host are tried one after another in the system's order. TCP and TLS are separate steps, since their failures have different
words, and since a second handshake (see tls.py) needs a second connection.

Through a proxy: `https` targets go through CONNECT, `http` ones are asked in absolute form. The guard still checks what DNS answers here,
and CONNECT then names the literal that was checked, so it holds. In absolute form the proxy looks the name up again: that a public answer
here is a public answer there is the proxy's promise, not ours, and the server's address stays unknown. Where `allow_private_addresses`
turned the table off, nothing is looked up here. What `connect_to` names is reached by CONNECT.

Limit: asyncio does not say whether TLS was ended by close_notify, so a body that ends with the connection cannot be told from one cut short
by someone who forged a FIN. Browsers do not tell them apart either.
"""

from __future__ import annotations

import asyncio
import base64
import os
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote

from archiver import url as urls
from archiver.citation.platform import State
from archiver.errors import ConfigError, StorageError
from archiver.fetch import tls
from archiver.fetch.exchange import Exchange, Tls
from archiver.fetch.framing import Framing
from archiver.fetch.guard import Guard, NotConnected, Route, is_address

BUFFER = 1 << 18


@dataclass(frozen=True, slots=True)
class Limits:
    """What one exchange may take. Seconds and bytes."""

    deadline: float = 120.0  # all told: look-up, connection, handshakes, answer
    connect: float = 15.0  # for each address of a host
    silence: float = 5.0  # after which an answer whose end cannot be told is taken as ended
    max_body: int = 200 << 20
    max_head: int = 256 << 10  # interim answers included, which bounds their number
    idle: int = 32  # connections kept open over all hosts
    idle_for: float = 15.0


class Connection(asyncio.BufferedProtocol):
    """A connection that carries one exchange at a time."""

    def __init__(self, buffer: memoryview, silence: float) -> None:
        self.ip: str | None = None
        self.port: int | None = None
        self.tls: Tls | None = None
        self.proxy: Proxy | None = None  # one that takes requests in absolute form
        self.open = True
        self.since = 0.0  # loop time since which it is idle
        self.on_lost: Callable[[Connection], object] | None = None
        self.first_byte: float | None = None  # loop time
        self.transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self._buffer = buffer
        self._silence = silence
        self._hush: asyncio.TimerHandle | None = None
        self._framing: Framing | None = None
        self._done: asyncio.Future[None] | None = None

    async def ask(self, request: bytes, framing: Framing) -> None:
        """Send a request and have `framing` take the answer; return when it is whole or the connection ended. StorageError."""
        self._framing, self._done, self.first_byte = framing, self._loop.create_future(), None
        try:
            if self.open and self.transport:
                self.transport.write(request)
                await self._done
            else:
                framing.end(orderly=True)
        except asyncio.CancelledError:
            framing.cut("time")
            raise
        finally:
            self._framing = self._done = None
            self._quiet()
            if not framing.keep_alive:
                self.drop()

    def drop(self) -> None:
        """Close at once."""
        self.open = False
        if self.transport:
            self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (asyncio calls this; after `start_tls`, again)."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - asyncio's signature
        """Lend the buffer (asyncio calls this)."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Pass on what was received (asyncio calls this)."""
        framing = self._framing
        if framing is None:
            self.drop()  # a server that speaks unasked
            return
        if self.first_byte is None:
            self.first_byte = self._loop.time()
        try:
            whole = framing.feed(self._buffer[:nbytes])
        except OSError as error:
            self._framing = None
            self.drop()
            why = error.strerror or error
            self._finish(StorageError(f"an answer cannot be kept while it is received: {why}; free disk space and run again"))
            return
        if whole:
            self._finish()
        elif framing.uncertain:
            self._quiet()
            self._hush = self._loop.call_later(self._silence, self._silent)

    def eof_received(self) -> None:
        """Take note that the other side is finished (asyncio calls this)."""
        self._ended(orderly=True)

    def connection_lost(self, exc: Exception | None) -> None:
        """Take note that the connection is gone (asyncio calls this)."""
        self._ended(orderly=exc is None)

    def _ended(self, *, orderly: bool) -> None:
        self.open = False
        if self._framing:
            self._framing.end(orderly=orderly)
            self._framing.keep_alive = False
        self._finish()
        if self.on_lost:
            self.on_lost(self)

    def _silent(self) -> None:
        if self._framing:
            self._framing.cut("time")
            self._finish()

    def _quiet(self) -> None:
        if self._hush:
            self._hush.cancel()
            self._hush = None

    def _finish(self, error: Exception | None = None) -> None:
        if self._done and not self._done.done():
            if error:
                self._done.set_exception(error)
            else:
                self._done.set_result(None)


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy, reached plainly or over TLS."""

    scheme: str
    host: str
    port: int
    authorization: bytes  # a header line, or nothing

    @classmethod
    def parse(cls, written: str) -> Proxy:
        """Read http(s)://[user:password@]host:port. ConfigError."""
        url = urls.resolve(written)
        if url is None:
            raise ConfigError(f"network.proxy: {written} is not http://host:port")
        user, at, _ = url.split("/", 3)[2].rpartition("@")
        name, _, password = user.partition(":")
        credentials = base64.b64encode(f"{unquote(name)}:{unquote(password)}".encode())
        line = b"Proxy-Authorization: Basic " + credentials + b"\r\n" if at else b""
        return cls(urls.scheme(url), urls.host(url), urls.port(url), line)


class Dialer:
    """Make connections for URLs."""

    def __init__(self, guard: Guard, trust: tls.Trust, proxy: Proxy | None, limits: Limits) -> None:
        self._guard = guard
        self._trust = trust
        self._proxy = proxy
        self._limits = limits
        self._buffer = memoryview(bytearray(BUFFER))

    async def connect(self, url: str) -> Connection:
        """Return an open connection on which a resolved URL can be asked for. NotConnected."""
        if self._proxy:
            return await self._by_proxy(self._proxy, url)
        route = await self._guard.route(url)
        if urls.scheme(url) == "http":
            return await self._plain(route)
        return await self._protected(url, lambda: self._plain(route))

    async def tunnel(self, host: str, port: int) -> asyncio.Transport:
        """Return a connection of bytes for a client that speaks for itself (a browser): nothing is sent on it yet. NotConnected.

        Checked as any other; by the operator's proxy it goes through CONNECT, whatever the port.
        """
        url = urls.resolve(f"{'https' if port == 443 else 'http'}://{f'[{host}]' if ':' in host else host}:{port}/")
        if url is None:
            raise NotConnected(State.REFUSED_SCHEME, f"{host}: not a host of the web")
        if self._proxy:
            connection = await self._tunnel(self._proxy, *await self._beyond_proxy(url))
        else:
            connection = await self._plain(await self._guard.route(url))
        assert connection.transport is not None
        return connection.transport

    def address(self, transport: asyncio.Transport) -> str | None:
        """Return the address of the server that a tunnel leads to; None where the operator's proxy stands between."""
        peer = transport.get_extra_info("peername")
        return str(peer[0]) if peer and not self._proxy else None

    async def _plain(self, route: Route) -> Connection:
        reached = await self._reach(route)
        connection = Connection(self._buffer, self._limits.silence)
        connection.ip, connection.port = reached.getpeername()[:2]
        await asyncio.get_running_loop().create_connection(lambda: connection, sock=reached)
        return connection

    async def _protected(self, url: str, make: Callable[[], Awaitable[Connection]]) -> Connection:
        """Do the TLS handshake on a new connection: strict, then, if that fails, lax on another (tls.py).

        Old servers may hang up on a strict hello instead of saying what they miss. Where one that does so turns out to speak a protocol
        that strict allows, it was the network: the failure stands, to be retried strictly.
        """
        host = urls.host(url).strip("[]").rstrip(".")
        ended: NotConnected | None = None
        connection = await make()
        try:
            return await self._handshake(connection, self._trust.strict, host, None)
        except ssl.SSLError as error:
            strict = tls.failure(error)
        except NotConnected as failed:
            if failed.state is not State.DISCONNECTED:
                raise
            ended, strict = failed, f"handshake: {failed.text}"
        try:
            connection = await self._handshake(await make(), self._trust.lax, host, strict)
        except ssl.SSLError as error:
            raise NotConnected(State.TLS_ERROR, f"{strict}; without verification: {tls.failure(error)}") from None
        if ended and connection.tls and connection.tls.protocol in tls.CURRENT:
            connection.drop()
            raise ended
        return connection

    async def _handshake(self, connection: Connection, context: ssl.SSLContext, host: str, failed: str | None) -> Connection:
        """Upgrade a connection. ssl.SSLError where the two sides do not agree; NotConnected."""
        assert connection.transport is not None
        try:
            upgraded = await asyncio.get_running_loop().start_tls(
                connection.transport,
                connection,
                context,
                server_hostname=host,
                ssl_handshake_timeout=self._limits.deadline,
                ssl_shutdown_timeout=1.0,
            )
        except ssl.SSLEOFError:
            raise NotConnected(State.DISCONNECTED, "inside the TLS handshake: the connection ended") from None
        except ssl.SSLError:
            raise
        except OSError as error:
            why = error.strerror or "the connection ended"
            raise NotConnected(State.DISCONNECTED, f"inside the TLS handshake: {why}") from None
        except ValueError as error:
            raise NotConnected(State.TLS_ERROR, f"no TLS for the name {host}: {error}") from None
        finally:
            if connection.tls is None and not connection.open:
                connection.drop()
        assert upgraded is not None
        connection.transport = upgraded
        connection.tls = tls.protection(upgraded.get_extra_info("ssl_object"), failed)
        return connection

    async def _by_proxy(self, proxy: Proxy, url: str) -> Connection:
        """Return a connection by way of the proxy: a tunnel, or for plain http one that takes absolute-form requests."""
        host, port = await self._beyond_proxy(url)
        if urls.scheme(url) == "https":
            return await self._protected(url, lambda: self._tunnel(proxy, host, port))
        if self._guard.named(urls.host(url), urls.port(url)):
            return await self._tunnel(proxy, host, port)
        connection = await self._to_proxy(proxy)
        connection.proxy = proxy
        return connection

    async def _beyond_proxy(self, url: str) -> tuple[str, int]:
        """Return the host, a checked literal where the guard looks at addresses, and the port that a proxy is asked to connect to."""
        host, port = urls.host(url), urls.port(url)
        self._guard.admit(url)
        if named := self._guard.named(host, port):
            return named
        if not self._guard.allow_private_addresses:
            host = (await self._guard.route(url)).addresses[0]
        return host, port

    async def _to_proxy(self, proxy: Proxy) -> Connection:
        connection = await self._plain(await self._guard.operators(proxy.host, proxy.port))
        connection.ip = connection.port = None  # the proxy's are not the server's
        if proxy.scheme == "https":
            try:
                await self._handshake(connection, self._trust.strict, proxy.host.strip("[]"), None)
            except ssl.SSLError as error:
                raise NotConnected(State.CONNECT_ERROR, f"proxy: {tls.failure(error)}") from None
            connection.tls = None
        return connection

    async def _tunnel(self, proxy: Proxy, host: str, port: int) -> Connection:
        connection = await self._to_proxy(proxy)
        place = f"[{host}]:{port}" if ":" in host.strip("[]") else f"{host}:{port}"
        answer = Exchange(f"http://{place}/", "CONNECT", datetime.now(UTC))
        request = f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n".encode("ascii") + proxy.authorization + b"\r\n"
        await connection.ask(request, Framing(answer, self._limits.max_head, self._limits.max_head))
        if answer.status is None or not 200 <= answer.status < 300 or not connection.open:
            connection.drop()
            said = f"it answered {answer.status} {answer.reason}".strip() if answer.status else answer.error_text
            raise NotConnected(State.CONNECT_ERROR, f"the proxy did not connect to {place}: {said}")
        if is_address(host):
            connection.ip, connection.port = host.strip("[]"), port
        return connection

    async def _reach(self, route: Route) -> socket.socket:
        """Connect to the first address of a route that answers. NotConnected: connect_error, or timeout where none answered at all."""
        failures: list[str] = []
        state = State.TIMEOUT
        for address in route.addresses:
            try:
                async with asyncio.timeout(self._limits.connect):
                    return await _connected(address, route.port)
            except TimeoutError:
                failures.append(f"{address} port {route.port}: no answer")
            except OSError as error:
                state = State.CONNECT_ERROR
                failures.append(f"{address} port {route.port}: {os.strerror(error.errno) if error.errno else error}")
        raise NotConnected(state, "; ".join(failures))


async def _connected(address: str, port: int) -> socket.socket:
    """Return a socket connected to an address literal. OSError."""
    candidate = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        candidate.setblocking(False)
        await asyncio.get_running_loop().sock_connect(candidate, (address, port))
    except (OSError, asyncio.CancelledError):
        candidate.close()
        raise
    return candidate
