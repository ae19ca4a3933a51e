"""The transport: requests as sent, connections kept and retried, limits, TLS, proxies, and httpx's interface above it."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import ssl
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
import pytest
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.config import Network
from archiver.errors import ConfigError
from archiver.fetch.connection import Limits
from archiver.fetch.exchange import Exchange
from archiver.fetch.guard import Guard
from archiver.fetch.tls import Trust
from archiver.fetch.transport import WireTransport
from archiver.service.demo.server import Close, Drip, LoopbackServer, Repeat, Request, Reset, Send, Sleep, Step, page, redirect, running

SYSTEM = Trust()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"


def transport(*servers: LoopbackServer, trust: Trust = SYSTEM, proxy: str = "", **limits: float) -> WireTransport:
    """Make a transport for which every host on port 80 (443 for TLS) is one of the servers."""
    places = {f"*:{80 if server.scheme == 'http' else 443}": f"127.0.0.1:{server.port}" for server in servers}
    return WireTransport(guard=Guard(connect_to=places), trust=trust, proxy=proxy, limits=Limits(**({"deadline": 10} | limits)))  # type: ignore[arg-type]


def get(wire: WireTransport, *urls: str, headers: Sequence[tuple[str, str]] = ()) -> list[Exchange]:
    async def run() -> list[Exchange]:
        async with wire:
            return [await wire.get(url, headers) for url in urls]

    return asyncio.run(run())


def body(exchange: Exchange) -> bytes:
    return b"".join(exchange.body())


# Requests


def test_the_request_is_what_was_sent(server: LoopbackServer) -> None:
    given_headers = [("user-AGENT", "me"), ("Host", "forged.test"), ("Accept-Encoding", "gzip"), ("X-Latin", "caf\xe9")]
    [exchange] = get(transport(server), "http://u:p@Page.test/a|b/%7e?q={1}&r=é#frag", headers=given_headers)
    assert exchange.request == server.log[0].request.raw
    assert exchange.request == (
        b"GET /a|b/%7e?q={1}&r=%C3%A9 HTTP/1.1\r\nHost: page.test\r\nuser-AGENT: me\r\nAccept-Encoding: gzip\r\nX-Latin: caf\xe9\r\n\r\n"
    )
    assert exchange.url == "http://page.test/a|b/%7e?q={1}&r=%C3%A9"
    assert (exchange.ip, exchange.port, exchange.tls) == ("127.0.0.1", server.port, None)
    assert exchange.first_byte is not None
    assert 0 < exchange.first_byte <= exchange.seconds < 10


@pytest.mark.parametrize(
    ("url", "target"), [("http://a.test", "/"), ("http://a.test?", "/?"), ("http://a.test/?#x", "/?"), ("http://a.test//b/../c", "//c")]
)
def test_the_target_is_the_parsers(url: str, target: str, server: LoopbackServer) -> None:
    get(transport(server), url)
    assert server.log[0].request.target == target


@settings(max_examples=100)
@given(st.text(st.characters(max_codepoint=255), max_size=8), st.text(st.characters(max_codepoint=255), max_size=8))
def test_no_header_breaks_out_of_its_line(name: str, value: str) -> None:
    """Either it is refused before anything is sent, or the request has exactly the lines that were asked for."""

    async def run() -> Exchange:
        async with transport(LoopbackServer(port=1)) as wire:  # nothing listens there
            return await wire.get("http://a.test/", [(name, value)])

    try:
        exchange = asyncio.run(run())
    except ValueError:
        assert set(name + value) & set("\r\n\0") or not name.isalnum() or not name.isascii()
    else:
        assert exchange.error == "connect_error"
        assert not set(name + value) & set("\r\n\0")


# Connections


def test_connections_are_kept_and_capped(server: LoopbackServer) -> None:
    async def run() -> int:
        async with transport(server, idle=3) as wire:
            for _ in range(5):
                await wire.get("http://same.test/")
            one = server.connections
            await asyncio.gather(*(wire.get(f"http://{n}.test/") for n in range(8)))
            await asyncio.sleep(0.05)
            before = server.connections
            await wire.get("http://7.test/")
            assert server.connections == before
            await wire.get("http://0.test/")
            assert server.connections == before + 1  # its connection was closed for the cap's sake
            return one

    assert asyncio.run(run()) == 1


@pytest.mark.parametrize("end", [Close(), Reset()])
def test_a_kept_connection_that_proves_closed_is_replaced_once(end: Step, server: LoopbackServer) -> None:
    """The server keeps the first connection until the next request on it comes, then drops it without a word."""
    first: list[tuple[str, int]] = []

    def answer(request: Request) -> bytes | list[Step]:
        if not first:
            first.append(request.peer)
            return page("first")
        return [end] if request.peer == first[0] else page("again")

    server.fallback = answer
    exchanges = get(transport(server), "http://a.test/1", "http://a.test/2")
    assert [body(exchange) for exchange in exchanges] == [b"first", b"again"]
    assert [line.path for line in server.log] == ["/1", "/2", "/2"]
    assert exchanges[1].error is None
    server.fallback = [end]
    [fresh] = get(transport(server), "http://a.test/3")
    assert (fresh.error, len(server.heard("/3"))) == ("disconnected", 1)


def test_what_is_not_idempotent_is_never_sent_on_a_kept_connection(server: LoopbackServer) -> None:
    async def run() -> None:
        async with transport(server) as wire, httpx.AsyncClient(transport=wire) as client:
            await client.get("http://a.test/")
            answer = await client.post("http://a.test/", content=b"a=b")
            assert answer.extensions["exchange"].request.endswith(b"\r\n\r\na=b")

    asyncio.run(run())
    assert server.connections == 2
    assert server.log[1].request.body == b"a=b"


def test_a_server_that_speaks_unasked_or_closes_is_not_asked_again(server: LoopbackServer) -> None:
    server.routes["*", "/late"] = [Send(page("x")), Sleep(0.05), Send(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged")]
    server.routes["*", "/close"] = page("x", headers=[("Connection", "close")])

    async def run() -> list[Exchange]:
        async with transport(server) as wire:
            exchanges = []
            for path in ("/late", "/a", "/close", "/b"):
                exchanges.append(await wire.get(f"http://a.test{path}"))
                await asyncio.sleep(0.1)
            return exchanges

    assert [exchange.status for exchange in asyncio.run(run())] == [200, 404, 200, 404]
    assert server.connections == 3


def test_cancellation_passes_and_closes(server: LoopbackServer) -> None:

    async def answer(_: Request) -> list[Step]:
        heard.set()
        return [Send(HEAD), Repeat(b"", 100, 0.01), Repeat(b"b", every=0.01)]

    heard = threading.Event()
    server.fallback = answer

    async def run() -> None:
        async with transport(server) as wire:
            task = asyncio.create_task(wire.get("http://a.test/"))
            await asyncio.to_thread(heard.wait)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(run())


# Limits


@pytest.mark.parametrize(
    ("steps", "status", "kept", "truncated"),
    [
        ([Sleep(30)], None, b"", None),
        ([Drip(HEAD, 1, 0.05), Sleep(30)], None, b"HTTP/1", "time"),
        ([Send(HEAD), Drip(b"b" * 100, 1, 0.05)], 200, HEAD + b"bbb", "time"),
        (
            [Send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), Repeat(b"1\r\nb\r\n", every=0.05)],
            200,
            b"HTTP/1.1 200 OK",
            "time",
        ),
        ([Repeat(b"HTTP/1.1 100 Continue\r\n\r\n", every=0.05)], None, b"HTTP/1.1 100 Continue\r\n\r\n", "time"),
    ],
)
def test_the_deadline_holds_and_what_came_is_kept(
    steps: list[Step], status: int | None, kept: bytes, truncated: str | None, server: LoopbackServer
) -> None:
    server.fallback = steps
    began = time.monotonic()
    [exchange] = get(transport(server, deadline=0.4), "http://a.test/")
    assert time.monotonic() - began < 5  # the servers would go on for much longer
    assert (exchange.status, exchange.error, exchange.truncated) == (status, "timeout", truncated)
    assert exchange.wire.read(0, len(kept)) == kept
    assert bytes(server.log[0].sent).startswith(exchange.wire.read(0, 1 << 20))


def test_the_deadline_holds_for_handshakes() -> None:
    """A server that accepts, and never says a word of TLS."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        guard = Guard(connect_to={"*:443": f"127.0.0.1:{mute.getsockname()[1]}"})
        [exchange] = get(WireTransport(guard=guard, trust=SYSTEM, limits=Limits(deadline=0.3)), "https://a.test/")
    assert (exchange.error, exchange.truncated, exchange.request) == ("timeout", None, b"")


@pytest.mark.parametrize(
    "steps",
    [
        [Send(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n"), Repeat(b"b" * 65536)],
        [Send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), Repeat(b"10000\r\n" + b"b" * 65536 + b"\r\n")],
        [Send(b"HTTP/1.1 200 OK\r\n\r\n"), Repeat(b"b" * 65536)],
    ],
)
def test_endless_bodies_stop_at_the_cap(steps: list[Step], server: LoopbackServer) -> None:
    server.fallback = steps
    [exchange] = get(transport(server, max_body=3_000_000), "http://a.test/")
    assert (exchange.status, exchange.error, exchange.truncated, exchange.body_length) == (200, None, "length", 3_000_000)
    assert body(exchange) == b"b" * 3_000_000


def test_disconnection_after_any_number_of_bytes(server: LoopbackServer) -> None:
    """FIN and RST after k bytes, for every k: recorded, and never taken for the whole answer."""
    whole = page("0123456789")
    for end in (Close(), Reset()):
        for k in range(0, len(whole), 3):
            server.routes["*", f"/{k}"] = [Send(whole[:k]), Sleep(0.005 if isinstance(end, Reset) else 0), end]
        exchanges = get(transport(server), *(f"http://a.test/{k}" for k in range(0, len(whole), 3)))
        for k, exchange in zip(range(0, len(whole), 3), exchanges, strict=True):
            assert exchange.error == "disconnected"
            assert exchange.truncated == ("disconnect" if k else None)
            assert exchange.wire.read(0, 1 << 20) == whole[:k]


FLAT = """
import asyncio, resource, sys
from archiver.fetch.guard import Guard
from archiver.fetch.tls import Trust
from archiver.fetch.transport import WireTransport
from archiver.errors import StorageError

async def run(port, file_limit):
    async with WireTransport(guard=Guard(connect_to={"*:80": f"127.0.0.1:{port}"})) as wire:
        (await wire.get("http://a.test/small")).close()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        if file_limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))
        try:
            exchange = await wire.get("http://a.test/large")
        except StorageError as error:
            print("StorageError", error.message)
            return
        length = sum(len(part) for part in exchange.body())
        print(length, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)

asyncio.run(run(int(sys.argv[1]), int(sys.argv[2])))
"""


def test_memory_stays_flat_and_a_full_disk_is_said(server: LoopbackServer) -> None:
    """64 MiB in another process: what it adds to the peak, in kB. Then the same where files may not grow beyond 4 MB."""
    size = 64 << 20
    server.routes["*", "/large"] = [
        Send(f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode()),
        Repeat(b"b" * 65536, size // 65536),
    ]
    command = [sys.executable, "-c", FLAT, str(server.port)]
    length, grown = subprocess.run([*command, "0"], capture_output=True, text=True, check=True).stdout.split()
    assert int(length) == size
    assert int(grown) < 12_000
    said = subprocess.run([*command, "4000000"], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("StorageError an answer cannot be kept")
    assert said.stderr == ""


# TLS


@pytest.fixture(scope="module")
def trust(ca_bundle: Path) -> Trust:
    return Trust(str(ca_bundle))


def test_a_verified_connection(tls_server: LoopbackServer, trust: Trust) -> None:
    [exchange] = get(transport(tls_server, trust=trust), "https://a.test/")
    assert exchange.status == 404
    assert exchange.tls is not None
    assert (exchange.tls.protocol, exchange.tls.verified, exchange.tls.failure) == ("TLSv1.3", True, None)
    assert exchange.tls.cipher.startswith("TLS_")
    assert b"a.test" in exchange.tls.certificate


def broken(kind: str, authority: trustme.CA) -> ssl.SSLContext:
    """Make a server's context of which strict clients want to know nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    past = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    certificates = {
        "expired": lambda: authority.issue_cert("a.test", not_before=past, not_after=past + dt.timedelta(days=1)),
        "self-signed": lambda: trustme.CA().issue_cert("a.test"),
        "wrong host": lambda: authority.issue_cert("b.test"),
    }
    certificates.get(kind, lambda: authority.issue_cert("a.test"))().configure_cert(context)
    if kind == "TLS 1.0":
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    return context


@pytest.mark.parametrize(
    ("kind", "failure", "protocol"),
    [
        ("expired", "certificate: certificate has expired", "TLSv1.3"),
        ("self-signed", "certificate: unable to get local issuer certificate", "TLSv1.3"),
        ("wrong host", "certificate: Hostname mismatch", "TLSv1.3"),
        ("TLS 1.0", "handshake: ", "TLSv1"),
    ],
)
def test_what_fails_strictly_is_captured_and_flagged(kind: str, failure: str, protocol: str, authority: trustme.CA, trust: Trust) -> None:
    server = LoopbackServer({("*", "/"): page("still here")}, tls=broken(kind, authority))
    with running(server):
        exchanges = get(transport(server, trust=trust), "https://a.test/", "https://a.test/")
    assert server.connections == 2  # strict, then lax; the second exchange was on the kept one, and is flagged too
    for exchange in exchanges:
        assert (exchange.status, body(exchange), exchange.error) == (200, b"still here", None)
        assert exchange.tls is not None
        assert (exchange.tls.verified, exchange.tls.protocol) == (False, protocol)
        assert (exchange.tls.failure or "").startswith(failure)
        assert exchange.tls.certificate


def test_no_tls_at_all_is_a_finding() -> None:
    async def run() -> list[Exchange]:
        async def plain(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(page("plain"))
            writer.close()

        async with await asyncio.start_server(plain, "127.0.0.1", 0) as listening:
            port = listening.sockets[0].getsockname()[1]
            guard = Guard(connect_to={"*:443": f"127.0.0.1:{port}"})
            async with WireTransport(guard=guard, trust=SYSTEM, limits=Limits(deadline=5)) as wire:
                spoken = await wire.get("https://a.test/")
                unnamed = await wire.get("https://a..test/")
                listening.close()
                return [spoken, unnamed, await wire.get("https://a.test/"), await wire.get("ftp://a.test/")]

    spoken, unnamed, refused, scheme = asyncio.run(run())
    assert (spoken.error, spoken.status, spoken.request) == ("tls_error", None, b"")
    assert "handshake: wrong version number; without verification: handshake" in (spoken.error_text or "")
    assert (unnamed.error, refused.error, scheme.error) == ("tls_error", "connect_error", "refused_scheme")
    assert (refused.error_text or "").endswith(": Connection refused")


def test_a_bundle_without_certificates_is_an_error_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(ConfigError, match=r"network\.ca_bundle"):
        WireTransport.configured(Network(ca_bundle=str(tmp_path / "ca.pem")))


# Proxies


class HttpProxy:
    """A forward proxy of the smallest kind: tunnels for CONNECT, and answers absolute-form requests itself."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.refuse = False
        self.port = 0

    async def start(self, tls: ssl.SSLContext | None) -> asyncio.Server:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.heard.append(head)
        if self.refuse:
            writer.write(page("no", "407 Proxy Authentication Required"))
        elif head.startswith(b"CONNECT "):
            port = int(head.split()[1].rpartition(b":")[2])
            there, on = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"HTTP/1.0 200 Connection established\r\n\r\n")
            await asyncio.gather(self._pipe(reader, on), self._pipe(there, writer))
        else:
            writer.write(page("by proxy"))
        writer.close()

    async def _pipe(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                sink.write(data)
        except ConnectionError:
            pass
        sink.close()


def by_proxy(proxy: HttpProxy, guard: Guard, trust: Trust, *urls: str, tls: ssl.SSLContext | None = None) -> list[Exchange]:
    async def run() -> list[Exchange]:
        async with await proxy.start(tls):
            address = f"{'https' if tls else 'http'}://user:p%40ss@127.0.0.1:{proxy.port}"
            wire = WireTransport(guard=guard, trust=trust, proxy=address, limits=Limits(deadline=5))
            async with wire:
                exchanges = [await wire.get(url) for url in urls]
            await asyncio.sleep(0.05)
            return exchanges

    return asyncio.run(run())


CREDENTIALS = b"Proxy-Authorization: Basic dXNlcjpwQHNz\r\n"


async def public(host: str, port: int) -> Sequence[str]:
    return ["93.184.216.34"]


@pytest.mark.parametrize("protected", [False, True])
def test_tunnels_and_absolute_form(
    protected: bool, tls_server: LoopbackServer, trust: Trust, server_tls: Callable[..., ssl.SSLContext]
) -> None:
    proxy = HttpProxy()
    guard = Guard(resolver=public)
    context = server_tls("127.0.0.1") if protected else None
    tunnelled, asked = by_proxy(proxy, guard, trust, f"https://a.test:{tls_server.port}/x", "http://a.test/y?z", tls=context)
    connect, absolute = proxy.heard
    place = f"93.184.216.34:{tls_server.port}".encode()  # the literal that the guard checked
    assert connect == b"CONNECT " + place + b" HTTP/1.1\r\nHost: " + place + b"\r\n" + CREDENTIALS + b"\r\n"
    assert absolute == b"GET http://a.test/y?z HTTP/1.1\r\n" + CREDENTIALS + b"Host: a.test\r\n\r\n"
    assert (tunnelled.status, tunnelled.ip, tunnelled.tls and tunnelled.tls.verified) == (404, "93.184.216.34", True)
    assert tunnelled.request == tls_server.log[0].request.raw
    assert (body(asked), asked.ip, asked.tls, asked.request) == (b"by proxy", None, None, absolute.replace(CREDENTIALS, b""))


def test_the_guard_stands_before_the_proxy(trust: Trust) -> None:
    async def private(host: str, port: int) -> Sequence[str]:
        return ["93.184.216.34", "10.0.0.1"]

    proxy = HttpProxy()
    exchanges = by_proxy(
        proxy, Guard(resolver=private), trust, "http://a.test/", "https://a.test/", "http://127.0.0.1/", "http://a.test:25/"
    )
    assert ({exchange.error for exchange in exchanges}, proxy.heard) == ({"refused_address"}, [])


def test_a_proxy_that_refuses_and_one_that_is_asked_by_name(tls_server: LoopbackServer, trust: Trust) -> None:
    proxy = HttpProxy()
    [named] = by_proxy(proxy, Guard(connect_to={"a.test:443": f"b.test:{tls_server.port}"}), trust, "https://a.test/")
    assert (named.status, named.ip, proxy.heard[0].split()[1]) == (404, None, f"b.test:{tls_server.port}".encode())
    proxy.refuse = True
    [refused] = by_proxy(proxy, Guard(allow_private_addresses=True), trust, "https://a.test/")
    assert (refused.error, refused.status) == ("connect_error", None)
    assert "407" in (refused.error_text or "")


def test_the_environment_names_no_proxy(server: LoopbackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert get(transport(server), "http://a.test/")[0].status == 404


# httpx above it


@pytest.fixture
def web(server: LoopbackServer) -> LoopbackServer:
    server.routes |= {
        ("*", "/"): page("مرحبا", headers=[("Set-Cookie", "a=b"), ("X-A", "1"), ("x-a", "2")]),
        ("*", "/moved"): redirect("/"),
        ("*", "/short"): [Send(HEAD + b"only this"), Close()],
        ("*", "/none"): [Close()],
        ("*", "/junk"): [Send(b"junk"), Close()],
    }
    return server


def with_client(server: LoopbackServer, work: Callable[[httpx.AsyncClient], object]) -> None:
    async def run() -> None:
        async with httpx.AsyncClient(transport=transport(server, deadline=1)) as client:
            await work(client)  # type: ignore[misc]

    asyncio.run(run())


def test_httpx_reads_the_answer_and_the_exchange_stays(web: LoopbackServer) -> None:
    async def work(client: httpx.AsyncClient) -> None:
        answer = await client.get("http://a.test/moved", follow_redirects=True, headers={"X-Case": "Kept"})
        exchange = answer.extensions["exchange"]
        assert (answer.text, answer.reason_phrase, answer.http_version) == ("مرحبا", "OK", "HTTP/1.1")
        assert answer.headers.get_list("x-a") == ["1", "2"]
        assert [hop.extensions["exchange"].status for hop in (*answer.history, answer)] == [302, 200]
        assert body(exchange) == "مرحبا".encode()
        assert b"\r\nX-Case: Kept\r\n" in exchange.request
        async with client.stream("GET", "http://a.test/") as streamed:
            assert b"".join([part async for part in streamed.aiter_raw()]) == "مرحبا".encode()

    with_client(web, work)


def test_httpx_gets_its_own_exceptions(web: LoopbackServer) -> None:
    async def work(client: httpx.AsyncClient) -> None:
        for url, kind in {
            "http://a.test/none": httpx.RemoteProtocolError,
            "http://a.test/short": httpx.RemoteProtocolError,
            "http://a.test/junk": httpx.RemoteProtocolError,
            "http://127.0.0.1:8080/": httpx.ConnectError,
            "ftp://a.test/": httpx.UnsupportedProtocol,
        }.items():
            with pytest.raises(kind):
                await client.get(url)
        async with client.stream("GET", "http://a.test/short") as streamed:
            assert streamed.extensions["exchange"].truncated == "disconnect"

    with_client(web, work)


def test_a_configuration_makes_a_transport(web: LoopbackServer, ca_bundle: Path) -> None:
    network = Network(connect_to={"*:80": f"127.0.0.1:{web.port}"}, ca_bundle=str(ca_bundle), deadline=5, max_body=4)
    [cut] = get(WireTransport.configured(network), "http://a.test/")
    assert (cut.truncated, cut.body_length) == ("length", 4)
