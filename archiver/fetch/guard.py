r"""The guard at the socket: where a connection may go, decided on the addresses themselves, after DNS, for every connection.

URLs in articles and redirects are hostile input: nothing that they name may reach the operator's own network (reliability A3). What decides
is the address that the socket will connect to, never the name:

- One parser says what the host is: ada (WHATWG), the one that browsers agree with. `0x7f.1`, `2130706433` and `127。0。0。1` are 127.0.0.1
  before they come here; `http://example.com\@evil.com/` is example.com.
- A name is looked up once per connection, every answer is checked, and the host is refused if ANY of them is bad: an attacker who mixes a
  public and a private answer gets no second draw. The socket then connects to a literal that was checked, so that DNS cannot change its
  mind in between (rebinding). What cannot be parsed is refused.
- `ipaddress.is_global` is no guard: of 36 special addresses it admits 14 on Python 3.11.7 and 10 on 3.13.0 (measured). Here is a table.
  IPv4: what IANA's special-purpose registry keeps from global reach, multicast, and the clouds' own addresses. IPv6: only global unicast
  (2000::/3) without its special blocks, so that what IANA has not given out is refused too. An IPv4 address inside (mapped, NAT64, 6to4,
  ISATAP) is checked as such.
- Ports: every port but the WHATWG's list of bad ports, which browsers block because other protocols listen there. Pages on :8080 are cited.
- `connect_to` is the operator's word, as curl's: an address (or name) named there is used unchecked. Host and SNI stay the original's.

Limits: a network-specific NAT64 prefix inside 2000::/3 cannot be known from here. With a proxy, see transport.py.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from archiver import url as urls
from archiver.citation.platform import State

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

# IANA IPv4 Special-Purpose Address Registry, multicast (RFC 5771), and addresses that clouds keep for themselves in public space.
SPECIAL_IPV4 = {
    "0.0.0.0/8": "this network",
    "10.0.0.0/8": "private",
    "100.64.0.0/10": "shared between carriers; a metadata service in some clouds",
    "127.0.0.0/8": "loopback",
    "168.63.129.16/32": "the platform address of a cloud",
    "169.254.0.0/16": "link-local; the metadata service of most clouds",
    "172.16.0.0/12": "private",
    "192.0.0.0/24": "IETF protocol assignments",
    "192.0.2.0/24": "documentation",
    "192.88.99.0/24": "6to4 relays",
    "192.168.0.0/16": "private",
    "198.18.0.0/15": "benchmarking",
    "198.51.100.0/24": "documentation",
    "203.0.113.0/24": "documentation",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved, broadcast",
}
# IANA IPv6 Special-Purpose Address Registry, as far as it lies inside global unicast space; the rest is not in 2000::/3.
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
SPECIAL_IPV6 = {
    "2001::/23": "IETF protocol assignments (Teredo, benchmarking, ORCHID)",
    "2001:db8::/32": "documentation",
    "3fff::/20": "documentation",
}
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_IPV4 = tuple((ipaddress.IPv4Network(block), why) for block, why in SPECIAL_IPV4.items())
_IPV6 = tuple((ipaddress.IPv6Network(block), why) for block, why in SPECIAL_IPV6.items())

# fetch.spec.whatwg.org, "bad port".
_BAD_PORTS = """
    0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 135 137 139 143 161 179
    389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061
    6000 6566 6665 6666 6667 6668 6669 6679 6697 10080
"""
BAD_PORTS = frozenset(map(int, _BAD_PORTS.split()))
# Look-ups have threads of their own: a name server that does not answer must not keep the loop's default threads from other work.
_LOOKUPS = ThreadPoolExecutor(16, thread_name_prefix="dns")


class NotConnected(Exception):  # noqa: N818 - a finding, not an error; it does not leave this package
    """No connection may or can be made: `state` is the word for it, `text` says why to a person."""

    def __init__(self, state: State, text: str) -> None:
        super().__init__(text)
        self.state = state
        self.text = text


@dataclass(frozen=True, slots=True)
class Route:
    """Where to connect: literals to try in order, none of which needs looking up, and the port."""

    addresses: tuple[str, ...]
    port: int


def is_address(host: str) -> bool:
    """Tell whether a host is an address literal, IPv6 in brackets or not."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def special(address: str) -> str | None:
    """Return why an address literal is not part of the public internet, or None when it is."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "not an address"
    if isinstance(parsed, ipaddress.IPv4Address):
        return next((why for block, why in _IPV4 if parsed in block), None)
    embedded = _embedded(parsed)
    if embedded is not None and (why := special(str(embedded))):
        return f"{embedded} inside: {why}"
    if parsed.ipv4_mapped or parsed in NAT64:
        return None
    if parsed not in GLOBAL_UNICAST:
        return "not global unicast"
    return next((why for block, why in _IPV6 if parsed in block), None)


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 address stands for or tunnels to, if its form has one."""
    number = int(address)
    if address.ipv4_mapped or address in NAT64:
        return ipaddress.IPv4Address(number & 0xFFFFFFFF)
    if address.sixtofour:
        return address.sixtofour
    if (number >> 32) & 0xFDFFFFFF == 0x00005EFE:  # ISATAP, RFC 5214 §6.1: the interface identifier [02]00:5efe:<IPv4>
        return ipaddress.IPv4Address(number & 0xFFFFFFFF)
    return None


async def look_up(host: str, port: int) -> Sequence[str]:
    """Ask the system for the addresses of an ASCII host name, in its order of preference. OSError where there are none."""
    # As bytes, since str would pass through Python's IDNA 2003 codec, which refuses names that the WHATWG parser and DNS accept.
    asked = asyncio.get_running_loop().run_in_executor(
        _LOOKUPS, lambda: socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
    )
    return list(dict.fromkeys(str(answer[4][0]) for answer in await asked))


class Guard:
    """Say where a connection for a URL goes, or refuse.

    `connect_to` maps "host:port" to "address:port", `*` being any host (contract, [network]). `allow_private_addresses` turns the table of
    addresses off, nothing else. `resolver` answers for names; tests bring their own.
    """

    def __init__(
        self,
        *,
        connect_to: Mapping[str, str] | None = None,
        allow_private_addresses: bool = False,
        resolver: Resolver = look_up,
        patience: float = 20.0,
    ) -> None:
        self.allow_private_addresses = allow_private_addresses
        self._connect_to = {source.lower(): target for source, target in (connect_to or {}).items()}
        self._resolver = resolver
        self._patience = patience

    def named(self, host: str, port: int) -> tuple[str, int] | None:
        """Return the host and port that the operator names in place of these, if any. `host` as ada writes it."""
        target = self._connect_to.get(f"{host}:{port}") or self._connect_to.get(f"*:{port}")
        if target is None:
            return None
        name, _, number = target.rpartition(":")
        return name, int(number)

    def admit(self, url: str) -> None:
        """Check what can be checked of a resolved URL without its addresses: scheme and port. NotConnected."""
        if urls.scheme(url) not in {"http", "https"}:
            raise NotConnected(State.REFUSED_SCHEME, f"only http and https are fetched, not {urls.scheme(url) or 'this'}")
        port = urls.port(url)
        if port in BAD_PORTS and not self.named(urls.host(url), port):
            raise NotConnected(State.REFUSED_ADDRESS, f"port {port} is one that browsers block: another protocol listens there")

    async def route(self, url: str) -> Route:
        """Return where to connect for a resolved URL. NotConnected: refused_scheme, refused_address or dns_error."""
        self.admit(url)
        host, port = urls.host(url), urls.port(url)
        if named := self.named(host, port):
            return await self.operators(*named)
        addresses = await self._addresses(host, port)
        if not self.allow_private_addresses:
            for address in addresses:
                if why := special(address):
                    said = address if address == host.strip("[]") else f"{host} is {address}"
                    raise NotConnected(State.REFUSED_ADDRESS, f"{said}: not a public address ({why})")
        return Route(addresses, port)

    async def operators(self, host: str, port: int) -> Route:
        """Return the route to a place that the operator names: not checked. NotConnected: dns_error."""
        return Route(await self._addresses(host, port), port)

    async def _addresses(self, host: str, port: int) -> tuple[str, ...]:
        """Return the literal that `host` is, or the answers for the name."""
        if is_address(host):
            return (host.strip("[]"),)
        try:
            async with asyncio.timeout(self._patience):
                answers = tuple(await self._resolver(host, port))
        except TimeoutError:
            raise NotConnected(State.DNS_ERROR, f"{host}: no answer from DNS within {self._patience:g} s") from None
        except (OSError, ValueError) as error:
            raise NotConnected(State.DNS_ERROR, f"{host}: {getattr(error, 'strerror', None) or error}") from None
        if not answers:
            raise NotConnected(State.DNS_ERROR, f"{host}: DNS has no address for it")
        return answers
