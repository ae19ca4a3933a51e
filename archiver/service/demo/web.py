"""The small web itself: two listeners on loopback, one plain and one with TLS, that play every host of the article at once.

`connect_to` sends each name to them, as curl's --connect-to does, so the program believes that it talks to the real hosts and nothing
leaves the machine. The dead domain is a port that is bound and never listens: its connections are refused, and nobody else can take the
port meanwhile.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archiver.config import Config, Network, PerHost
from archiver.service.demo import pages, posts
from archiver.service.demo.server import NOT_FOUND, Heard, LoopbackServer, Request, running
from archiver.service.demo.wayback import Archive, kept

HERE = Path(__file__).parent
ARTICLE = HERE / "article.txt"  # the customer's
AUTHORITY = HERE / "ca.pem"
DEAD = ("double-cross.org", "www.double-cross.org")


@dataclass(frozen=True, slots=True)
class SmallWeb:
    """The running web: `config` sends the program to it."""

    config: Config
    plain: LoopbackServer
    secure: LoopbackServer

    @property
    def log(self) -> list[Heard]:
        """Every request that was served, in order."""
        return sorted([*self.plain.log, *self.secure.log], key=lambda line: line.at)

    def toml(self) -> str:
        """Return the same configuration as the text of an archiver.toml."""
        network = self.config.network
        pairs = ", ".join(f'"{source}" = "{target}"' for source, target in network.connect_to.items())
        host = network.per_host
        return (
            f"[network]\nattempts = {network.attempts}\ndeadline = {network.deadline:g}\n"
            f'ca_bundle = "{network.ca_bundle}"\nconnect_to = {{ {pairs} }}\n'
            f"per_host = {{ connections = {host.connections}, interval = {host.interval:g} }}\n"
        )


@contextmanager
def small_web() -> Iterator[SmallWeb]:
    """Serve the article's sources on loopback while the block runs; see `scenes` for what is played."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(HERE / "leaf.pem")
    archive = Archive(kept())
    routes = posts.routes() | pages.routes() | archive.routes()

    def otherwise(request: Request) -> bytes:
        return archive.memento(request) if request.host == "web.archive.org" else NOT_FOUND

    plain = LoopbackServer(routes, fallback=otherwise)
    secure = LoopbackServer(routes, fallback=otherwise, tls=tls)
    with socket.socket() as refusing, running(plain, secure):
        refusing.bind(("127.0.0.1", 0))
        yield SmallWeb(_config(plain.port, secure.port, refusing.getsockname()[1]), plain, secure)


def _config(plain: int, secure: int, refusing: int) -> Config:
    connect_to = {f"{host}:{port}": f"127.0.0.1:{refusing}" for host in DEAD for port in (80, 443)}
    connect_to |= {"*:80": f"127.0.0.1:{plain}", "*:443": f"127.0.0.1:{secure}"}
    network = Network(
        per_host=PerHost(connections=2, interval=0.02), deadline=10.0, attempts=3, ca_bundle=str(AUTHORITY), connect_to=connect_to
    )
    return Config(network=network)
