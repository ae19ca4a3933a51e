"""The one way out: nothing leaves the browser past the guard, by any of the ways that are known, and what the guard allows does."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress

import pytest

from archiver.config import Browser, Network, PerHost
from archiver.fetch.browser import binary
from archiver.fetch.browser.cdp import Refused, launched
from archiver.fetch.browser.egress import Egress, sealing
from archiver.fetch.browser.tier import Tier
from archiver.fetch.connection import Dialer, Limits
from archiver.fetch.guard import Guard
from archiver.fetch.pace import Pace
from archiver.fetch.tls import Trust
from archiver.service.demo.server import page
from tests.fetch.leaks import SITE, VECTORS, Canary, canary, hostile_site
from tests.looping import on_loop

SECURE = [f"--unsafely-treat-insecure-origin-as-secure=http://{SITE}"]
PATIENCE = 60.0  # seconds that a page has for its tries, at most


async def heard_enough(heard: Canary, ways: int) -> None:
    """Wait until so many ways have led to the canary, datagrams among them, or a minute is over."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while len(heard.hits) <= ways or not heard.hits["datagrams"]:  # noqa: ASYNC110 - it is heard in many places
                await asyncio.sleep(0.1)


async def exposed(flags: list[str]) -> Canary:
    """Open the hostile page in a browser with these flags; return the canary and what it heard."""
    heard = await canary()
    site = hostile_site(heard)
    await site.start()
    wide_open = [f"--host-resolver-rules=MAP {SITE}:80 127.0.0.1:{site.port} , MAP rebound.test 127.0.0.1", *flags]
    async with launched(binary.find(), [*SECURE, *wide_open]) as browser, browser.context() as context:
        opened = await browser.page(context)
        await opened.visit(f"http://{SITE}/", PATIENCE)
        await heard_enough(heard, 30)
    await site.stop()
    await heard.tcp.stop()
    heard.udp.close()
    return heard


async def sealed(settings: Browser) -> tuple[Canary, list[str]]:
    """Open it in the tier; return the canary and what the tier saw of the page's requests."""
    heard = await canary()
    site = hostile_site(heard)
    await site.start()
    network = Network(connect_to={f"{SITE}:80": f"127.0.0.1:{site.port}"}, per_host=PerHost(6, 0.0), deadline=10.0)

    async def rebound(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == "rebound.test" else [str(a[4][0]) for a in socket.getaddrinfo(host, port)]

    guard = Guard(connect_to=network.connect_to, resolver=rebound)
    async with Tier(settings, network, dialling=Dialer(guard, Trust(), None, Limits())) as tier:
        seen = await tier.visit(f"http://{SITE}/")
        await asyncio.sleep(1)
    await site.stop()
    await heard.tcp.stop()
    heard.udp.close()
    return heard, [part.exchange.url for part in seen.parts]


@on_loop
async def test_of_all_ways_out_none_is_open():
    baseline = await exposed([])
    assert len(baseline.hits) > 30, baseline.hits
    assert baseline.hits["datagrams"]
    heard, asked = await sealed(Browser(deadline=30.0))
    assert heard.hits == {}
    assert len([url for url in asked if "/v-" in url]) > 15  # the page did try
    assert len(VECTORS) > 50


@on_loop
async def test_the_proxy_without_the_other_flags_is_not_enough():
    heard = await canary()
    site = hostile_site(heard)
    await site.start()
    guard = Guard(connect_to={f"{SITE}:80": f"127.0.0.1:{site.port}"})
    async with Egress(Dialer(guard, Trust(), None, Limits())) as egress:
        flags = [*SECURE, f"--proxy-server=socks5://127.0.0.1:{egress.port}"]
        async with launched(binary.find(), flags) as browser, browser.context() as context:
            await (await browser.page(context)).visit(f"http://{SITE}/", PATIENCE)
            await heard_enough(heard, 10)
    await site.stop()
    await heard.tcp.stop()
    heard.udp.close()
    assert heard.hits["datagrams"]
    assert len(heard.hits) > 10  # loopback is reached past the proxy


@on_loop
async def test_a_refusal_is_no_answer_of_the_sites():
    async with Egress(Dialer(Guard(), Trust(), None, Limits())) as egress:
        async with launched(binary.find(), sealing(egress.port)) as browser, browser.context() as context:
            opened = await browser.page(context)
            with pytest.raises(Refused, match="ERR_SOCKS_CONNECTION_FAILED"):
                await opened.visit("http://127.0.0.1:1234/")
        assert egress.failure("127.0.0.1", 1234).state == "refused_address"
        assert "not a public address" in egress.refused[0][2]


async def greeted(egress: Egress, said: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", egress.port)
    writer.write(said)
    try:
        async with asyncio.timeout(30):
            return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


@on_loop
async def test_connections_to_one_host_take_turns(server):
    server.routes["*", "/"] = page("words")
    network = Network(connect_to={"*:80": f"127.0.0.1:{server.port}"}, per_host=PerHost(2, 0.3))
    dialer = Dialer(Guard(connect_to=network.connect_to), Trust(), None, Limits())
    async with Egress(dialer, Pace(network)) as egress:
        loop = asyncio.get_running_loop()
        ask = b"\x05\x01\x00\x05\x01\x00\x03\x06a.test\x00\x50"
        begun, times = loop.time(), []

        async def connect() -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", egress.port)
            writer.write(ask)
            assert await reader.readexactly(2 + 10) == b"\x05\x00\x05\x00\x00\x01" + bytes(6)
            times.append(loop.time() - begun)
            writer.close()
            await writer.wait_closed()

        await asyncio.gather(*(connect() for _ in range(3)))
    assert sorted(times)[2] >= 0.6


@on_loop
async def test_connections_that_both_sides_have_ended_are_given_back(server):
    server.routes["*", "/"] = page("words")
    guard = Guard(connect_to={"*:80": f"127.0.0.1:{server.port}"})
    async with Egress(Dialer(guard, Trust(), None, Limits())) as egress:
        for _ in range(20):
            reader, writer = await asyncio.open_connection("127.0.0.1", egress.port)
            writer.write(b"\x05\x01\x00\x05\x01\x00\x03\x06a.test\x00\x50")
            await reader.readexactly(12)
            writer.write(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
            await reader.readuntil(b"words")
            writer.close()
        async with asyncio.timeout(30):
            while egress._open:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert egress.connections == 20


@on_loop
async def test_what_is_no_socks_or_no_connect_is_not_served():
    async with Egress(Dialer(Guard(), Trust(), None, Limits())) as egress:
        assert await greeted(egress, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n") == b""
        assert (await greeted(egress, b"\x05\x01\x00\x05\x02\x00\x03\x01a\x00\x50"))[3] != 0
        assert (await greeted(egress, b"\x05\x01\x00\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x50"))[3] == 2  # not allowed
        assert (await greeted(egress, b"\x05\x01\x00\x05\x01\x00\x04" + bytes(15) + b"\x01\x00\x50"))[3] == 2
        assert (await greeted(egress, b"\x05\x01\x00\x05\x01\x00\x03\x15update.googleapis.com\x01\xbb"))[3] != 0
    assert egress.connections == 0
