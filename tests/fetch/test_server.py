"""The scripted server says exactly what it is told, and its log is the truth that every test of the wire compares with."""

from __future__ import annotations

import asyncio
import gc
import socket
import ssl

import pytest
import trustme

from archiver.service.demo.server import Answer, Close, Drip, LoopbackServer, Request, Reset, Send, Sleep, chunked, page, redirect, running
from tests.looping import on_loop


def ask(server: LoopbackServer, *requests: bytes, tls: ssl.SSLContext | None = None) -> bytes:
    """Send requests one after another on one connection, half-close it, and return everything that comes back."""
    with (
        socket.create_connection((server.address, server.port), timeout=10) as raw,
        tls.wrap_socket(raw, server_hostname="here.test") if tls else raw as connection,
    ):
        received = b""
        for number, request in enumerate(requests):
            connection.sendall(request)
            if number < len(requests) - 1:
                received += connection.recv(1 << 16)
        while data := connection.recv(1 << 16):
            received += data
        return received


def get(path: str, host: str = "here.test", extra: str = "Connection: close\r\n") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{extra}\r\n".encode()


ODD = b"HTTP/1.1 200 \xff\nbare: lf\r\n : \x00\r\n\r\n\x00\x01"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (ODD, ODD),
        ([Send(b"a"), Sleep(0.01), Drip(b"bcd", 2, 0.001), Close(), Send(b"never")], b"abcd"),
        (lambda request: page(request.target), page("/it?q=1")),
        (lambda _: lambda again: redirect(f"//{again.host}/"), redirect("//here.test/")),
        ([Close()], b""),
    ],
)
def test_sends_exactly_what_it_is_told(answer: Answer, expected: bytes) -> None:
    server = LoopbackServer({("here.test", "/it"): answer})
    with running(server):
        assert ask(server, get("/it?q=1")) == expected
    [line] = server.log
    assert (line.sent, line.sent_length, line.request.raw) == (expected, len(expected), get("/it?q=1"))
    assert (line.host, line.path, line.request.query) == ("here.test", "/it", "q=1")


def test_the_more_exact_route_wins_and_connections_are_kept() -> None:
    routes: dict[tuple[str, str], Answer] = {
        ("*", "/"): page("any"),
        ("a.test", "/"): page("a"),
        ("a.test", "/?x"): page("a with query"),
    }
    server = LoopbackServer(routes)
    with running(server):
        said = ask(
            server, get("/", "A.test:81", ""), get("/?x", "a.test", ""), get("/?y", "a.test", ""), get("/", "b.test", ""), get("/none")
        )
    assert [line.sent for line in server.log[:4]] == [page("a"), page("a with query"), page("a"), page("any")]
    assert said.endswith(b"no such page here\n")
    assert server.connections == 1


def test_hears_bodies_and_absolute_form() -> None:
    heard: list[Request] = []
    server = LoopbackServer(fallback=lambda request: (heard.append(request), page("ok"))[1])
    posts = (
        b"POST http://p.test/x?y HTTP/1.1\r\nHost: p.test\r\nContent-Length: 3\r\n\r\nabc",
        b"POST /z HTTP/1.1\r\nHost: p.test\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(b"de", b"f"),
    )
    with running(server):
        ask(server, *posts)
    assert [(r.path, r.query, r.body) for r in heard] == [("/x", "y", b"abc"), ("/z", "", chunked(b"de", b"f"))]
    assert [r.raw for r in heard] == list(posts)


def test_reset_is_a_reset() -> None:
    server = LoopbackServer({("*", "/"): [Send(b"HTTP/1.1 200 OK\r\n"), Sleep(0.05), Reset()]})
    with running(server), pytest.raises(ConnectionResetError):
        ask(server, get("/"))


def test_speaks_tls() -> None:
    authority = trustme.CA()
    theirs, ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("here.test").configure_cert(theirs)
    authority.configure_trust(ours)
    server = LoopbackServer({("*", "/"): ODD}, tls=theirs)
    with running(server):
        assert ask(server, get("/"), tls=ours) == ODD
        assert server.url("/x", "here.test") == f"https://here.test:{server.port}/x"


@pytest.mark.parametrize("turns", range(5))
@on_loop
async def test_whoever_was_accepted_is_closed_at_the_stop(turns: int, server_tls) -> None:
    for server in (LoopbackServer(), LoopbackServer(tls=server_tls("here.test")), LoopbackServer(fallback=[Send(b"x" * (8 << 20))])):
        await server.start()
        clients = [socket.create_connection((server.address, server.port), timeout=10) for _ in range(3)]
        for client in clients[1:]:
            client.sendall(get("/"))
        for _ in range(turns):  # before they are accepted, before they are spoken to, while they are
            await asyncio.sleep(0)
        await server.stop()
        gc.collect()  # a socket or a transport that nobody closed warns here, and warnings are errors
        for client in clients:
            with client:
                try:
                    while client.recv(1 << 20):
                        pass
                except ConnectionResetError:
                    pass
        assert server.connections in (0, 3)
