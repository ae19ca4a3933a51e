"""Egress: the one way out of the browser, a SOCKS5 proxy on loopback, behind the same guard as everything else.

Every design that watched the browser from inside leaked: redirects, WebSockets, shared workers, speculation rules, WebRTC went out unseen
(browser-and-scale §1, some 30 vectors). So the browser is given no way but this one, by `sealing`, and here each connection is looked up,
checked and made by the `Dialer` of the http tier: guard, `connect_to`, the operator's own proxy. DNS is asked here and nowhere else, once
per connection, and the address that was checked is the one that is connected to.

SOCKS5 (RFC 1928), not an HTTP proxy, which was measured first and has two faults. It answers in the origin's place: its 403 for a refused
address looks to the recorder like the site's own, where a SOCKS refusal has no HTTP form at all. And plain http comes to it in absolute
form with headers for the proxy, so that what the server is sent differs from what the browser sent. Through SOCKS http, https and
WebSockets are the same tunnel of bytes, the names are never looked up by the browser, and no byte is changed. Not one TLS handshake is
ended here.

Pace: connections, not requests, are what can be counted here. A new connection to a host takes a turn of its `Pace`: never two starts
within `interval` seconds, none while the host is shut by a Retry-After. The first connection carries the page; what a browser would open
beside it comes one by one. A host is asked for at most as much as its answers allow over those.

What is refused or fails is kept by host and port, since the browser knows only that it failed: `failure` says the word and the reason.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

from archiver.citation.platform import State
from archiver.fetch.guard import NotConnected
from archiver.fetch.pace import HostShut, Pace

VERSION = 5
CONNECT = 1
IPV4, NAME, IPV6 = 1, 3, 4
SUCCEEDED, FAILED, NOT_ALLOWED, UNREACHABLE = 0, 1, 2, 4
SAYS = {State.REFUSED_ADDRESS: NOT_ALLOWED, State.REFUSED_SCHEME: NOT_ALLOWED, State.DNS_ERROR: UNREACHABLE}
KEPT = 4096  # hosts whose address or failure is remembered
TURNS = 5  # of the loop, in which what was aborted is closed
HIGH = 1 << 20  # bytes on their way to a slow side before the quick one is held
# What Chromium asks for on its own account, in spite of every flag (seen of the full browser, never of headless-shell).
VENDOR = frozenset(
    {
        "accounts.google.com",
        "clients2.google.com",
        "content-autofill.googleapis.com",
        "edgedl.me.gvt1.com",
        "optimizationguide-pa.googleapis.com",
        "safebrowsing.googleapis.com",
        "update.googleapis.com",
    }
)
UNUSED = (
    "AutofillServerCommunication,CertificateTransparencyComponentUpdater,DialMediaRouteProvider,DnsOverHttps,GlobalMediaControls,"
    "InterestFeedContentSuggestions,LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets,LocalNetworkAccessChecksWebTransport,"
    "MediaRouter,OptimizationHints,PrivateAggregationApi,SafeBrowsing,Translate,WebOTP"
)


Value = TypeVar("Value")


class Dialling(Protocol):
    """Who makes connections: `Dialer`, or a stand-in that reaches nobody."""

    async def tunnel(self, host: str, port: int) -> asyncio.Transport:
        """Return a connection to `host`, an ASCII name or a literal, checked; NotConnected."""

    def address(self, transport: asyncio.Transport) -> str | None:
        """Return the address that a connection leads to, None where nobody knows."""


def sealing(port: int) -> list[str]:
    """Return the flags that leave the browser no way out but the proxy at `port`; each closes a way that was measured open without it.

    Local Network Access checks are off because the guard decides here, by the connection's address; Chromium would judge by the proxy's.
    """
    return [
        f"--proxy-server=socks5://127.0.0.1:{port}",
        "--proxy-bypass-list=<-loopback>",  # without it, loopback is reached past the proxy
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # no look-up of its own, not even a prefetch's
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",  # STUN and TURN
        "--webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--disable-quic",
        "--dns-prefetch-disable",
        f"--disable-features={UNUSED}",
    ]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a connection was not made."""

    state: State
    text: str


class _Pipe(asyncio.Protocol):
    """One side of a tunnel: what comes in goes out on the other side, at the pace of the slower."""

    def __init__(self, ended: Callable[[asyncio.Transport], None]) -> None:
        self.transport: asyncio.Transport | None = None
        self.other: _Pipe | None = None
        self.finished = False  # nothing more comes in here
        self._ended = ended

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.set_write_buffer_limits(high=HIGH)

    def data_received(self, data: bytes) -> None:
        if self.other and self.other.transport:
            self.other.transport.write(data)

    def eof_received(self) -> bool:
        """Pass the end of one direction on, and leave the other open until it ends too."""
        self.finished = True
        if self.other and self.other.finished:
            for one in (self.transport, self.other.transport):
                if one:
                    one.close()
            return False
        if self.other and self.other.transport and self.other.transport.can_write_eof():
            with suppress(OSError):
                self.other.transport.write_eof()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        if self.transport:
            self._ended(self.transport)
        if self.other and self.other.transport:
            if exc:
                self.other.transport.abort()
            else:
                self.other.transport.close()

    def pause_writing(self) -> None:
        if self.other and self.other.transport and not self.other.transport.is_closing():
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other and self.other.transport and not self.other.transport.is_closing():
            self.other.transport.resume_reading()


class _Client(asyncio.Protocol):
    """A connection of the browser's until it has said where it wants to go (RFC 1928 §3, §4)."""

    def __init__(self, egress: Egress) -> None:
        self.transport: asyncio.Transport | None = None
        self.lost = False
        self._egress, self._said, self._greeted = egress, b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._egress.hold(transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self.lost = True
        if self.transport:
            self._egress.drop(self.transport)

    def data_received(self, data: bytes) -> None:
        assert self.transport is not None
        self._said += data
        if self._said and self._said[0] != VERSION:
            self.transport.abort()
            return
        if not self._greeted and len(self._said) >= 2 and len(self._said) >= 2 + self._said[1]:
            self._greeted, self._said = True, self._said[2 + self._said[1] :]
            self.transport.write(bytes((VERSION, 0)))  # no password: what it gives is what the guard gives anybody on this machine
        if self._greeted and self._said and (asked := _asked(self._said)) is not None:
            self.transport.pause_reading()
            self._egress.serve(self, *asked)


class Egress:
    """The proxy; an async context manager that listens on `port` of 127.0.0.1 inside."""

    def __init__(self, dialer: Dialling, pace: Pace | None = None) -> None:
        self.port = 0
        self.connections = 0
        self.refused: list[tuple[str, int, str]] = []  # host, port and why; the last KEPT
        self._dialer, self._pace = dialer, pace
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: set[asyncio.Transport] = set()
        self._addresses: OrderedDict[tuple[str, int], str] = OrderedDict()
        self._failures: OrderedDict[tuple[str, int], Failure] = OrderedDict()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.get_running_loop().create_server(lambda: _Client(self), "127.0.0.1", 0, backlog=512)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for _turn in range(TURNS):  # their sockets close on the loop's next turns, and who was just accepted comes in one of them
            for transport in list(self._open):
                transport.abort()
            await asyncio.sleep(0)

    def hold(self, transport: asyncio.Transport) -> None:
        """Know of an open connection, so that it is closed at the end, one on which nothing was ever asked too."""
        self._open.add(transport)

    def drop(self, transport: asyncio.Transport) -> None:
        """Know that a connection has ended."""
        self._open.discard(transport)

    def address(self, host: str, port: int) -> str | None:
        """Return the address that the last connection to a host went to."""
        return self._addresses.get((host.strip("[]"), port))

    def failure(self, host: str, port: int) -> Failure | None:
        """Return why the last connection to a host was not made, None where it was or none was asked for."""
        return self._failures.get((host.strip("[]"), port))

    def serve(self, client: _Client, host: str, port: int) -> None:
        """Make the connection that a client asks for."""
        task = asyncio.create_task(self._serve(client, host, port))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, client: _Client, host: str, port: int) -> None:
        transport = client.transport
        assert transport is not None
        try:
            upstream = await self._dialled(host, port)
        except NotConnected as failure:
            _remember(self._failures, (host, port), Failure(failure.state, failure.text))
            self.refused = [*self.refused[-KEPT:], (host, port, failure.text)]
            transport.write(_reply(SAYS.get(failure.state, FAILED)))
            transport.close()
            return
        except asyncio.CancelledError:
            transport.abort()
            raise
        if client.lost:
            upstream.abort()
            return
        self.connections += 1
        self._failures.pop((host, port), None)
        if address := self._dialer.address(upstream):
            _remember(self._addresses, (host, port), address)
        self._join(transport, upstream)

    async def _dialled(self, host: str, port: int) -> asyncio.Transport:
        if host.rstrip(".").lower() in VENDOR:
            raise NotConnected(State.REFUSED_ADDRESS, f"{host}: the browser's vendor, not a page's")
        if self._pace is None:
            return await self._dialer.tunnel(host, port)
        try:
            turn = await self._pace.enter(f"[{host}]" if ":" in host else host)
        except HostShut as shut:
            raise NotConnected(shut.state, f"not asked now: {shut.why}") from None
        try:
            return await self._dialer.tunnel(host, port)
        finally:
            self._pace.leave(turn)

    def _join(self, client: asyncio.Transport, upstream: asyncio.Transport) -> None:
        near, far = _Pipe(self.drop), _Pipe(self.drop)
        near.other, far.other = far, near
        for pipe, transport in ((far, upstream), (near, client)):
            transport.set_protocol(pipe)
            pipe.connection_made(transport)
            self.hold(transport)
        client.write(_reply(SUCCEEDED))
        client.resume_reading()


def _asked(said: bytes) -> tuple[str, int] | None:
    """Read a request to connect; None while it is not whole. Anything else is host "", which no guard lets pass."""
    if len(said) < 5:
        return None
    version, order, _, kind, first = said[:5]
    length, start = {IPV4: (4, 4), IPV6: (16, 4), NAME: (first, 5)}.get(kind, (0, 4))
    if version != VERSION or order != CONNECT or length == 0:
        return "", 0
    if len(said) < start + length + 2:
        return None
    written, port = said[start : start + length], int.from_bytes(said[start + length : start + length + 2], "big")
    host = written.decode("ascii", "replace").strip("[]") if kind == NAME else str(ipaddress.ip_address(written))
    return host, port


def _reply(word: int) -> bytes:
    return bytes((VERSION, word, 0, IPV4)) + bytes(6)


def _remember(known: OrderedDict[tuple[str, int], Value], key: tuple[str, int], value: Value) -> None:
    known[key] = value
    known.move_to_end(key)
    while len(known) > KEPT:
        known.popitem(last=False)
