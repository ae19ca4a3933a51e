"""Address: the two kinds of origin that one server on loopback answers for, and the URLs of a capture's own origin.

    localhost:PORT, 127.0.0.1:PORT          the dashboard, Memento, CDX: ours
    <32 hex>.replay.localhost:PORT          one capture, its hex digits those of the capture's id: a stranger's

Another port is no isolation (cookies do not know ports: RFC 6265 §8.5, and it was measured); another host is. Browsers resolve every name
below `localhost` to loopback by themselves (RFC 6761 §6.3), treat it as a secure context, which service workers need, and refuse cookies
for `localhost` as a whole. One host for each capture, so that no page reads what another page wrote.

Any other Host is nobody's here: a name that an attacker lets point to 127.0.0.1 (DNS rebinding) is answered by a refusal.

The snapshot stands in the path, `/<host>/<slug>/<timestamp>/…`, the capture in the host: one manifest has to be read to answer, no index.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

PORT = 8642  # no registered service, and no tool that developers are known to run
CAPTURE = re.compile(r"(?:urn:uuid:)?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})", re.IGNORECASE)
FRAME_HOST = re.compile(r"([0-9a-f]{32})\.replay\.localhost")
RENDITION_SANDBOX = "allow-same-origin"  # for the iframe: no script, no form, no popup, no navigation of the top
PLAYER_SANDBOX = "allow-scripts allow-same-origin"  # the archived page's scripts run, on an origin that holds nothing but this capture


def capture_hex(identity: str) -> str:
    """Return the 32 hex digits of a capture's or record's id, `<urn:uuid:…>`. ValueError for anything else."""
    found = CAPTURE.search(identity)
    if found is None:
        raise ValueError(f"no record id: {identity}")
    return "".join(found.groups()).lower()


def capture_id(digits: str) -> str:
    """Return the id that `capture_hex` was made from."""
    parts = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
    return f"<urn:uuid:{'-'.join(parts)}>"


def with_port(host: str, port: int) -> str:
    """Return what a browser writes into Host for an http URL: the default port is left out."""
    return host if port == 80 else f"{host}:{port}"


def dashboards(port: int) -> frozenset[str]:
    """Return the Host values of the dashboard's origin."""
    return frozenset(with_port(host, port) for host in ("localhost", "127.0.0.1"))


def page_url(snapshot: str, port: int = PORT) -> str:
    """Return the URL of a snapshot's page in the dashboard."""
    return f"http://{with_port('localhost', port)}/snapshot/{quote(snapshot)}/"


def capture_of(host: str, port: int) -> str | None:
    """Return the hex digits of the capture whose origin a Host value names, None where it names none."""
    found = FRAME_HOST.match(host)
    return found[1] if found and host == with_port(found[0], port) else None


def frame_origin(port: int, digits: str) -> str:
    """Return a capture's own origin, as `frame-src` names it."""
    return "http://" + with_port(f"{digits}.replay.localhost", port)


def frame_url(port: int) -> Callable[[str, str], str]:
    """Return the function that gives the URL of a capture's rendition from the snapshot's name and the capture's 32 hex digits."""

    def url(snapshot: str, digits: str) -> str:
        return f"{frame_origin(port, digits)}/{quote(snapshot)}/"

    return url


def player_url(port: int) -> Callable[[str, str], str]:
    """Return the function that gives the URL of a capture's full-fidelity replay."""

    def url(snapshot: str, digits: str) -> str:
        return f"{frame_origin(port, digits)}/{quote(snapshot)}/player/"

    return url
