"""Filing: one capture on its way into records: made in any process, decided in order, then told.

**What is written once.** A payload that stands in this snapshot or, as `seen` says, in an earlier one becomes a `revisit`, whatever its
size: 2xx answers with a payload, whole and well-formed. A 304 to a question about what an earlier look brought is a `revisit` too, of the
profile server-not-modified. "The same" is decided by SHA-256. Never the article's own answer: the places
refer to its bytes, and a snapshot that cannot show its own article without another is none. A server's certificate stands once per
snapshot.

Repeated payloads are rare, and only the one thread that writes in order can tell them. So every capture is made as if it were new, beside
all the others, and the few that prove not to be are made again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from archiver.fetch.capture import Capture
from archiver.fetch.exchange import Exchange
from archiver.record import block, description, draft, manifest
from archiver.record.draft import Hop
from archiver.record.entry import Entry, PayloadOrigin
from archiver.record.layout import stamp
from archiver.record.warc import NOT_MODIFIED, SMALL, Record, press
from archiver.record.writer.made import Made, pressed
from archiver.record.writer.payloads import Payloads

Seen = Callable[[str], PayloadOrigin | None]  # by SHA-256 of the payload, hex


def unseen(_sha256: str) -> PayloadOrigin | None:
    """Know of no earlier payload."""
    return None


@dataclass(slots=True)
class Filed:
    """The records of a capture in order, digests computed; `about` is the one that the others speak of."""

    records: list[Record]
    about: Record | None
    values: dict[str, Any]
    origins: dict[str, PayloadOrigin] = field(default_factory=dict)  # by SHA-256 of the payload, hex

    def made(self, further: list[Record] | None = None) -> Made:
        """Return the records, and `further` ones, as members."""
        members = pressed([*self.records, *(further or ())]).members
        return Made(members, self.values, [(sha256, str(origin)) for sha256, origin in self.origins.items()])


def filed(capture: Capture, seen: Seen | None = unseen) -> Filed:
    """Make the records of a capture whose exchanges are open; without `seen` every payload is written."""
    hops = [draft.hop(exchange) for exchange in exchanges(capture)]
    records: list[Record] = []
    payloads: dict[str, str] = {}
    origins: dict[str, PayloadOrigin] = {}
    for hop in hops:
        if hop.response is not None:
            if hop.response.sha256 and _whole(hop.response):
                payloads[hop.response.id] = hop.response.sha256
            _deduplicate(hop.response, origins, seen)
            if (held := capture.held) is not None and hop.exchange is capture.exchange:
                hop.response.revisit(held.digest, held.record, held.origin, held.date, NOT_MODIFIED)
                payloads[hop.response.id] = held.sha256
            if (twin := capture.twin) is not None and hop.exchange is capture.exchange and hop.response.type == "response":
                hop.response.head = twin.head
                hop.response.revisit(twin.digest, twin.record, twin.url, twin.date)
                payloads[hop.response.id] = twin.sha256
                origins.pop(hop.response.sha256 or "", None)
            if capture.page_id:
                hop.response.fields += [("WARC-Page-ID", capture.page_id), ("WARC-Resource-Type", capture.target.purpose)]
        records += [record for record in (hop.response, hop.request) if record]
    values = {
        "capture": description.capture(capture),
        "records": [record.id for record in records],
        "payloads": payloads,
        "exchanges": [
            description.exchange(hop.exchange, hop.request.id if hop.request else None, hop.response.id if hop.response else None)
            for hop in hops
        ],
    }
    about = _about(hops)
    date, name = (about.date, about.id) if about else (stamp(capture.started), None)
    said = draft.metadata(manifest.CAPTURE, date, values, url=capture.target.url, concurrent_to=name).digest()
    made = [draft.whole("resource", date, one.media_type, one.data, url=one.url, source=name).digest() for one in capture.derived]
    return Filed([*records, said, *made], about, values, origins)


class Filing:
    """One capture on its way into records."""

    def __init__(self, capture: Capture, memory: Payloads, seen: Seen, *, revisits: bool = True) -> None:
        """Take a capture whose exchanges stay open until it is acknowledged; without `revisits` every payload is written."""
        self.capture, self._memory, self._seen, self._revisits = capture, memory, seen, revisits
        self._values: dict[str, Any] = {}
        self.size = sum(min(hop.wire.length, SMALL) for hop in exchanges(capture)) + sum(len(one.data) for one in capture.derived)

    @property
    def parcel(self) -> Capture | None:
        """The capture, where another process can make the same of it: all of it is in memory, and no file is."""
        portable = (
            self._revisits
            and self.capture.held is None
            and self.capture.twin is None
            and all(hop.wire.in_memory for hop in exchanges(self.capture))
        )
        return self.capture if portable else None

    def make(self) -> Made:
        """Make the members as if the payloads were new; in any thread."""
        return filed(self.capture).made()

    def decide(self, made: Made) -> Made:
        """Return the members to be written, now that all before it are known; in the writer's thread."""
        if self._revisits and any(self._known(sha256) for sha256, _ in made.origins):
            made = filed(self.capture, self._known).made()
        return self.decided(made)

    def decided(self, made: Made) -> Made:
        """Note what a capture brings that is new, and add the certificates that stand nowhere yet."""
        for sha256, origin in made.origins:
            self._memory.add(bytes.fromhex(sha256), origin)
        made.members += [press(record) for exchange in exchanges(self.capture) for record in self._certificate(exchange)]
        self._values = made.values
        return made

    def result(self, entries: list[Entry]) -> dict[str, Any]:
        """Return the contract's Capture object, with `id`: that of the metadata record."""
        said = next(entry for entry in entries if entry.kind == manifest.CAPTURE)
        return manifest.capture(self._values, said, {entry.id: entry for entry in entries}, ())

    def _known(self, sha256: str) -> PayloadOrigin | None:
        mine = self._memory.get(bytes.fromhex(sha256))
        return PayloadOrigin.parse(mine) if mine else self._seen(sha256)

    def _certificate(self, exchange: Exchange) -> list[Record]:
        if exchange.tls is None or not exchange.tls.certificate:
            return []
        name = manifest.CERTIFICATE + description.tls(exchange.tls)["certificate_sha256"]
        if self._memory.get(name.encode()):
            return []
        self._memory.add(name.encode(), name)
        return [draft.whole("resource", stamp(exchange.started), "application/pkix-cert", exchange.tls.certificate, url=name).digest()]


def exchanges(capture: Capture) -> list[Exchange]:
    """Return every exchange of a capture, in order."""
    return [hop for attempt in capture.attempts for hop in attempt.hops]


def _about(hops: list[Hop]) -> Record | None:
    """Return the last answer, or the last request where none came."""
    hop = next((hop for hop in reversed(hops) if hop.response or hop.request), None)
    return (hop.response or hop.request) if hop else None


def _deduplicate(response: Record, origins: dict[str, PayloadOrigin], seen: Seen | None) -> None:
    """Make a response whose payload stands elsewhere a revisit; note where a new one stands."""
    if not _repeatable(response):
        return
    sha256 = response.sha256 or ""
    origin = (origins.get(sha256) or seen(sha256)) if seen else None
    if origin:
        response.revisit(origin.digest, origin.id, origin.url, origin.date)
    else:
        origins.setdefault(sha256, PayloadOrigin(response.id, response.url or "", response.date, response.payload_digest or ""))


def _whole(response: Record) -> bool:
    """Tell whether a well-formed answer has a payload, and all of it."""
    return bool(response.sha256 and response.length) and not any(name == "WARC-Truncated" for name, _ in response.fields)


def _repeatable(response: Record) -> bool:
    """Tell whether a revisit of this answer, or to it, would be true."""
    return _whole(response) and (block.status(response.head) or 0) // 100 == 2
