"""Draft: the records that say what happened, made from the values that the stages pass.

One exchange gives a `response` (or `revisit`) and a `request` concurrent to it, with one WARC-Date; a failed one gives its request alone,
and its failure stands in the capture's `metadata` record. All records of a capture stand together in one file, answers before what refers
to them, so that a validator that reads one file at a time finds every reference (warcat counts the others as problems; a revisit of a
payload in another file or snapshot is the one case left, and the contract wants its WARC-Refers-To).
"""

from __future__ import annotations

import ipaddress
import platform
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from archiver import __version__
from archiver.fetch.exchange import Exchange
from archiver.record import block, plain
from archiver.record.layout import stamp
from archiver.record.manifest import speaks_of
from archiver.record.warc import SMALL, Record, line

JSON = "application/json"
SOFTWARE = f"archiver/{__version__}"
TRUNCATED = frozenset({"length", "time", "disconnect", "unspecified"})
DECHUNKED = (
    "bodies are stored without chunked transfer coding and with content coding kept; the original Transfer-Encoding stands under "
    "X-Archive-Orig-Transfer-Encoding; WARC-Payload-Digest is of that body. Answers that a browser received (tier browser) are stored "
    "without content coding too, the original Content-Encoding under X-Archive-Orig-Content-Encoding. Answers that are no well-formed HTTP "
    "are stored byte for byte as application/octet-stream."
)


@dataclass(frozen=True, slots=True)
class Run:
    """What a run was made with: written into every WARC file and into the manifest."""

    user_agent: str
    config_sha256: str
    software: str = SOFTWARE
    robots: str = "record"
    operator: str | None = None


@dataclass(slots=True)
class Hop:
    """The records of one exchange."""

    exchange: Exchange
    response: Record | None
    request: Record | None


def opening(run: Run, facts: dict[str, Any], file: str) -> list[Record]:
    """Return what every WARC file begins with: warcinfo for any reader, and the same exactly, as JSON, for us."""
    fields = {
        "software": f"{run.software} (Python {platform.python_version()})",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "isPartOf": facts["snapshot"],
        "description": f"Everything that one article cites. Source: {facts['source']}. {DECHUNKED}",
        "operator": run.operator,
        "robots": run.robots,
        "http-header-user-agent": run.user_agent,
        "archiver-run-started": facts["started"],
        "archiver-config-sha256": run.config_sha256,
    }
    text = "".join(f"{name}: {line(value)}\r\n" for name, value in fields.items() if value)
    info = Record("warcinfo", facts["started"], "application/warc-fields", data=text.encode(), fields=[("WARC-Filename", file)])
    info.length = len(info.data)
    said = metadata("run", facts["started"], {**facts, **asdict(run)}, url=None, concurrent_to=None)
    return [info, said]


def metadata(kind: str, date: str, values: dict[str, Any], *, url: str | None, concurrent_to: str | None) -> Record:
    """Return a metadata record of ours: JSON with its kind, concurrent to the record it speaks of."""
    data = plain.dump({"kind": kind, **values})
    fields = [("WARC-Concurrent-To", concurrent_to)] if concurrent_to else []
    return Record("metadata", date, JSON, url, data=data, length=len(data), fields=fields, kind=kind, about=speaks_of(kind, values))


@dataclass(frozen=True, slots=True)
class Stories:
    """Metadata records of one kind about one record, before they are made: another process can make the same of them."""

    kind: str
    date: str
    url: str | None
    about: str
    values: list[dict[str, Any]]

    def records(self) -> list[Record]:
        """Make the records."""
        return [metadata(self.kind, self.date, one, url=self.url, concurrent_to=self.about) for one in self.values]


def whole(kind: str, date: str, content_type: str, data: bytes | Path, *, url: str, source: str | None = None) -> Record:
    """Return a resource or conversion: a conversion refers to its source, a resource is concurrent to it."""
    field = "WARC-Refers-To" if kind == "conversion" else "WARC-Concurrent-To"
    fields = [(field, source)] if source else []
    if isinstance(data, Path) and data.stat().st_size <= SMALL:
        data = data.read_bytes()
    if isinstance(data, Path):
        return Record(kind, date, line(content_type), url, pieces=partial(_pieces, data), length=data.stat().st_size, fields=fields)
    return Record(kind, date, line(content_type), url, data=data, length=len(data), fields=fields)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(1 << 18):
            yield piece


def hop(exchange: Exchange) -> Hop:
    """Return the records of an exchange, digests computed: the part of the work that needs no order."""
    said, date = block.response(exchange), stamp(exchange.started)
    response = _record("response", date, exchange, said) if said else None
    request = _record("request", date, exchange, block.request(exchange)) if exchange.request else None
    if request and response:
        request.fields.insert(0, ("WARC-Concurrent-To", response.id))
    return Hop(exchange, response, request)


def _record(kind: str, date: str, exchange: Exchange, said: block.Block) -> Record:
    small = said.length <= SMALL
    record = Record(
        kind,
        date,
        said.content_type,
        exchange.url,
        head=said.head,
        data=b"".join(said.pieces()) if small else b"",
        pieces=None if small else said.pieces,
        length=said.length,
        fields=_wire_fields(exchange, kind),
    )
    return record.digest()


@lru_cache(maxsize=256)
def _address(ip: str) -> str:
    return str(ipaddress.ip_address(ip.partition("%")[0]))


def _wire_fields(exchange: Exchange, kind: str) -> list[tuple[str, str]]:
    fields: list[tuple[str, str]] = []
    if exchange.ip:
        fields.append(("WARC-IP-Address", _address(exchange.ip)))
    spoken = exchange.request if kind == "request" else exchange.head
    if exchange.protocol:
        fields.append(("WARC-Protocol", line(exchange.protocol)))
    for version in () if exchange.protocol else ("1.1", "1.0"):
        if f"HTTP/{version}".encode() in spoken.partition(b"\r\n")[0]:
            fields.append(("WARC-Protocol", f"http/{version}"))
    if exchange.tls:
        fields.append(("WARC-Protocol", line(exchange.tls.protocol.lower().replace("tlsv", "tls/").replace("sslv", "ssl/"))))
        fields.append(("WARC-Cipher-Suite", line(exchange.tls.cipher)))
    if exchange.truncated and kind == "response":
        fields.append(("WARC-Truncated", exchange.truncated if exchange.truncated in TRUNCATED else "unspecified"))
    return fields
