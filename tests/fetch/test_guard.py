"""The guard: no connection to an address that is not public, however it is written or arrived at.

The figure is connections made: counted by a sentinel that listens on loopback, and by the addresses that the transport was allowed to try.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver import url as urls
from archiver.fetch.connection import Limits
from archiver.fetch.exchange import Exchange
from archiver.fetch.guard import BAD_PORTS, Guard, NotConnected, special
from archiver.fetch.tls import Trust
from archiver.fetch.transport import WireTransport
from archiver.service.demo.server import LoopbackServer, page, redirect, running

BAD_IPV4 = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.255.255.254 168.63.129.16 169.254.0.1
    169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.7
    203.0.113.7 224.0.0.1 233.252.0.1 239.255.255.255 240.0.0.1 255.255.255.255
""".split()  # noqa: SIM905 - a table
BAD_IPV6 = """
    :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe
    64:ff9b:1::7f00:1 64:ff9b:1::808:808 100::1 100:0:0:1::1 2001::1 2001:0:7f00:1::1 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1::1
    2002:a9fe:a9fe::1 2002:c0a8:101::1 3fff::1 3fff:fff::1 4000::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::5efe:10.0.0.1 fec0::1 ff02::1 ff0e::1
    2620:fe::5efe:127.0.0.1 2620:fe::200:5efe:10.0.0.1 8000::1 1000::1
""".split()  # noqa: SIM905
GOOD = """
    1.1.1.1 8.8.8.8 93.184.216.34 100.63.255.255 100.128.0.0 172.15.255.255 172.32.0.0 169.253.255.255 192.0.1.1 198.17.255.255 198.20.0.0
    223.255.255.255 168.63.129.15 2606:2800:220:1:248:1893:25c8:1946 2a00:1450:4001::1 2001:200::1 2001:4860:4860::8888 2620:fe::fe
    64:ff9b::808:808 ::ffff:8.8.8.8 2002:808:808::1 3ffe::1
""".split()  # noqa: SIM905


def encodings(address: str) -> list[str]:
    """Write an address in the ways that URL parsers, or some of them, read as the same host."""
    if ":" in address:
        packed = ipaddress.IPv6Address(address)
        last = ".".join(map(str, packed.packed[12:]))
        dotted = ":".join(packed.exploded.split(":")[:6]) + ":" + last
        return [f"[{form}]" for form in (address, packed.exploded, packed.exploded.upper(), dotted)] + [f"%5B{address}%5D"]
    number = int(ipaddress.IPv4Address(address))
    parts = [number >> shift & 255 for shift in (24, 16, 8, 0)]
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
    circled = str.maketrans("123456789", "①②③④⑤⑥⑦⑧⑨")
    return [
        address,
        f"{address}.",
        str(number),
        hex(number),
        f"0X{number:X}",
        f"0{number:o}",
        f"{parts[0]}.{number & 0xFFFFFF}",
        f"{parts[0]}.{parts[1]}.{number & 0xFFFF}",
        ".".join(f"0{part:o}" for part in parts),
        ".".join(hex(part) for part in parts),
        ".".join(f"{part:#06x}" for part in parts),
        address.translate(wide),
        address.translate(circled),
        address.replace(".", "。"),
        address.replace(".", "｡"),
        "".join(f"%{ord(letter):02x}" for letter in address),
        f"user:pass@{address}",
        f"public.test@{address}",
        f"\t{address}",
    ]


WRITTEN = [(address, form) for address in (*BAD_IPV4, *BAD_IPV6) for form in encodings(address)]


class Dns:
    """A resolver whose answers are scripted; each look-up takes the next, the last one stays."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, _: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Tried(Guard):
    """A guard that notes every address it lets through."""

    let_through: tuple[str, ...] = ()

    async def route(self, url: str):
        route = await super().route(url)
        self.let_through += route.addresses
        return route


TRUST = Trust()


def ask(guard: Guard, *urls_: str) -> list[Exchange]:
    async def run() -> list[Exchange]:
        async with WireTransport(guard=guard, trust=TRUST, limits=Limits(deadline=5, connect=1)) as transport:
            return [await transport.get(url) for url in urls_]

    return asyncio.run(run())


@pytest.mark.parametrize("address", [*BAD_IPV4, *BAD_IPV6])
def test_special_addresses_are_refused(address: str) -> None:
    assert special(address)


@pytest.mark.parametrize("address", GOOD)
def test_public_addresses_are_not(address: str) -> None:
    assert special(address) is None


@pytest.mark.parametrize("junk", ["", "localhost", "1.2.3", "1.2.3.4.5", "fe80::1%eth0", "[::1]", "1.2.3.4/8", "0x7f.1"])
def test_what_is_no_public_address_literal_is_refused(junk: str) -> None:
    assert special(junk)


@given(st.ip_addresses(v=4))
def test_an_embedded_address_is_no_better_than_itself(inner: ipaddress.IPv4Address) -> None:
    number = int(inner)
    forms = [0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80 | 1, 0x26200000 << 96 | 0x5EFE << 32 | number]
    for form in forms:
        assert bool(special(str(ipaddress.IPv6Address(form)))) == bool(special(str(inner)))


def test_written_in_any_way_an_address_is_never_connected_to() -> None:
    """Directly: every bad address in every encoding."""
    dns = Dns(["127.0.0.1"])
    guard = Tried(resolver=dns)
    exchanges = ask(guard, *(f"http://{form}/" for _, form in WRITTEN))
    assert len(exchanges) > 700
    assert {exchange.error for exchange in exchanges} <= {"refused_address", "refused_scheme"}
    assert guard.let_through == ()


def test_no_redirect_leads_there(server: LoopbackServer) -> None:
    """As a redirect hop: what a server names is refused like what an article names."""
    sentinel = LoopbackServer()
    guard = Tried(connect_to={f"public.test:{server.port}": f"127.0.0.1:{server.port}"}, resolver=Dns(["127.0.0.1"]))
    with running(sentinel):
        targets = [
            f"//{form}:{sentinel.port}/" for address, form in WRITTEN if address in {"127.0.0.1", "::1", "::ffff:127.0.0.1", "0.0.0.0"}
        ]
        targets += [
            f"http://localhost:{sentinel.port}/",
            "file:///etc/passwd",
            "gopher://127.0.0.1/",
            "ftp://127.0.0.1/",
            "javascript:1",
            "data:,x",
        ]
        server.fallback = lambda request: redirect(targets[int(request.query)]) if request.query else page()
        hops = ask(guard, *(server.url(f"/?{n}", "public.test") for n in range(len(targets))))
        locations = [(hop.header("Location") or "").encode("latin-1").decode() for hop in hops]
        refused = ask(guard, *(urls.resolve(location, hops[0].url) or location for location in locations))
    assert {hop.status for hop in hops} == {302}
    assert {exchange.error for exchange in refused} <= {"refused_address", "refused_scheme"}
    assert (guard.let_through, sentinel.connections) == (("127.0.0.1",) * server.connections, 0)


@pytest.mark.parametrize("address", [*BAD_IPV4, *BAD_IPV6])
def test_no_answer_of_dns_leads_there(address: str) -> None:
    """As the only answer, mixed with a public one in either order, and as the second look-up's answer (rebinding)."""
    for answers in ([address], ["93.184.216.34", address], [address, "93.184.216.34"]):
        guard = Tried(resolver=Dns(answers))
        [exchange] = ask(guard, "http://name.test/")
        assert (exchange.error, guard.let_through) == ("refused_address", ())
        assert address in (exchange.error_text or "")
    dns = Dns(["93.184.216.34"], [address])
    guard = Tried(resolver=dns)
    assert asyncio.run(guard.route("http://rebind.test/")).addresses == ("93.184.216.34",)
    assert dns.asked == ["rebind.test"]  # one look-up for one connection: what was checked is what is connected to
    [second] = ask(guard, "http://rebind.test/")
    assert (second.error, guard.let_through) == ("refused_address", ("93.184.216.34",))


def test_rebinding_between_two_connections_reaches_no_one(server: LoopbackServer) -> None:
    sentinel = LoopbackServer(port=server.port, address="127.0.0.2")
    guard = Guard(connect_to={f"first.test:{server.port}": f"127.0.0.1:{server.port}"}, resolver=Dns(["127.0.0.2"]))
    with running(sentinel):
        first, second = ask(guard, server.url("/", "first.test"), server.url("/", "second.test"))
    assert (first.status, second.error, sentinel.connections) == (404, "refused_address", 0)


@pytest.mark.parametrize("answers", [["not an address"], ["127.0.0.1%lo"], ["fe80::1%eth0"], [""]])
def test_unreadable_answers_fail_closed(answers: list[str]) -> None:
    assert ask(Guard(resolver=Dns(answers)), "http://name.test/")[0].error == "refused_address"


def test_dns_failures_are_findings() -> None:
    async def fails(host: str, port: int) -> Sequence[str]:
        raise OSError(-2, "Name or service not known")

    async def hangs(host: str, port: int) -> Sequence[str]:
        await asyncio.sleep(60)
        return []

    [none], [failed], [hung] = (
        ask(guard, "http://name.test/") for guard in (Guard(resolver=Dns([])), Guard(resolver=fails), Guard(resolver=hangs, patience=0.05))
    )
    assert {none.error, failed.error, hung.error} == {"dns_error"}
    assert failed.error_text == "name.test: Name or service not known"
    assert ask(Guard(), "http://a..b/")[0].error == "dns_error"  # a name that DNS itself cannot hold


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("http://public.test\\@evil.test/", "public.test"),
        ("http://public.test#@evil.test/", "public.test"),
        ("http://public.test?@evil.test/", "public.test"),
        ("http://evil.test@public.test/", "public.test"),
        ("http://evil.test%40public.test/", None),
        ("http:\\\\public.test\\evil.test", "public.test"),
        ("http:public.test/", "public.test"),
        ("http:///public.test/", "public.test"),
        ("http://pub\tlic.te\nst/", "public.test"),
        ("http://public。test/", "public.test"),
        ("http://ＰＵＢＬＩＣ.test/", "public.test"),
        ("http://public.test:80@evil.test/", "evil.test"),
        ("http://ex\u00adample.test/", "example.test"),
        ("http://faß.test/", "xn--fa-hia.test"),
        ("http://مثال.test/", "xn--mgbh0fb.test"),
    ],
)
def test_one_parser_decides_the_host(written: str, host: str | None) -> None:
    """Where httpx and urllib read another host than browsers do, what is looked up and asked for is what browsers read."""
    dns = Dns(["127.0.0.1"])
    [exchange] = ask(Guard(resolver=dns), written)
    assert dns.asked == ([host] if host else [])
    assert exchange.error == ("refused_address" if host else "refused_scheme")


def test_ports() -> None:
    async def state(guard: Guard, port: int) -> str:
        try:
            await guard.route(f"http://public.test:{port}/")
        except NotConnected as refusal:
            return refusal.state.value
        return "ok"

    guard = Guard(resolver=Dns(["93.184.216.34"]), connect_to={"public.test:25": "127.0.0.1:2525"})
    assert {asyncio.run(state(guard, port)) for port in BAD_PORTS - {0, 25}} == {"refused_address"}
    assert {asyncio.run(state(guard, port)) for port in (25, 80, 443, 8080, 8443, 3000, 65535)} == {"ok"}
    assert asyncio.run(state(Guard(resolver=Dns(["10.0.0.1"]), allow_private_addresses=True), 25)) == "refused_address"


def test_the_operators_word_is_taken(server: LoopbackServer) -> None:
    server.fallback = lambda request: page(request.headers["host"])
    here = f"127.0.0.1:{server.port}"
    by_host = Guard(connect_to={"Named.test:80": here, "[::1]:80": here, "*:81": here}, resolver=Dns(["127.0.0.1"]))
    asked = ["http://named.test/", "http://[::1]/", "http://any.test:81/", "http://other.test/", "http://named.test:82/"]
    exchanges = ask(by_host, *asked)
    assert [b"".join(exchange.body()) for exchange in exchanges] == [b"named.test", b"[::1]", b"any.test:81", b"", b""]
    assert [exchange.error for exchange in exchanges] == [None, None, None, "refused_address", "refused_address"]
    assert (exchanges[0].ip, exchanges[0].port) == ("127.0.0.1", server.port)
    [private] = ask(Guard(allow_private_addresses=True, resolver=Dns(["127.0.0.1"])), server.url("/", "private.test"))
    assert private.status == 200
    [literal] = ask(Guard(allow_private_addresses=True), server.url("/"))
    assert literal.status == 200
