"""Filing: one capture on its way into records: draft, decide, result, as the writer's job wants them.

**What is written once.** A payload that stands in this snapshot or, as `seen` says, in an earlier one becomes a `revisit`, whatever its
size: 2xx answers with a payload, whole and well-formed. "The same" is decided by SHA-256. Never the article's own answer: the places
refer to its bytes, and a snapshot that cannot show its own article without another is none. A server's certificate stands once per
snapshot.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archiver.fetch.capture import Capture
from archiver.fetch.exchange import Exchange
from archiver.record import block, description, draft, manifest
from archiver.record.draft import Hop
from archiver.record.entry import Entry, PayloadOrigin
from archiver.record.layout import stamp
from archiver.record.warc import SMALL, Record
from archiver.record.writer import Payloads

Seen = Callable[[str], PayloadOrigin | None]  # by SHA-256 of the payload, hex


class Filing:
    """One capture on its way into records."""

    def __init__(self, capture: Capture, memory: Payloads, seen: Seen, *, revisits: bool = True) -> None:
        """Take a capture whose exchanges stay open until it is acknowledged; without `revisits` every payload is written."""
        self.capture, self._memory, self._seen, self._revisits = capture, memory, seen, revisits
        self._hops: list[Hop] = []
        self._values: dict[str, Any] = {}
        self.size = sum(min(hop.wire.length, SMALL) for hop in self._exchanges())

    @property
    def about(self) -> Record | None:
        """The record that the others speak of: the last answer, or the last request where none came."""
        hop = next((hop for hop in reversed(self._hops) if hop.response or hop.request), None)
        return (hop.response or hop.request) if hop else None

    def draft(self) -> list[Record]:
        """Make the records of the exchanges, with digests; in any thread."""
        self._hops = [draft.hop(exchange) for exchange in self._exchanges()]
        return []

    def decide(self, _: list[Record]) -> list[Record]:
        """Decide what is new and return all records in order; in the writer's thread."""
        records: list[Record] = []
        payloads: dict[str, str] = {}
        for hop in self._hops:
            if hop.response is not None:
                if hop.response.sha256 and _whole(hop.response):
                    payloads[hop.response.id] = hop.response.sha256
                self._deduplicate(hop.response)
            records += [record for record in (hop.response, hop.request) if record]
        self._values = {
            "capture": description.capture(self.capture),
            "records": [record.id for record in records],
            "payloads": payloads,
            "exchanges": [
                description.exchange(hop.exchange, hop.request.id if hop.request else None, hop.response.id if hop.response else None)
                for hop in self._hops
            ],
        }
        date, about = self.about.date if self.about else stamp(self.capture.started), self.about.id if self.about else None
        said = draft.metadata(manifest.CAPTURE, date, self._values, url=self.capture.target.url, concurrent_to=about).digest()
        certificates = [record for hop in self._hops for record in self._certificate(hop.exchange)]
        return [*records, said, *certificates]

    def result(self, entries: list[Entry]) -> dict[str, Any]:
        """Return the contract's Capture object, with `id`: that of the metadata record."""
        said = next(entry for entry in entries if entry.kind == manifest.CAPTURE)
        return manifest.capture(self._values, said, {entry.id: entry for entry in entries}, ())

    def _exchanges(self) -> list[Exchange]:
        return [hop for attempt in self.capture.attempts for hop in attempt.hops]

    def _deduplicate(self, response: Record) -> None:
        if not _repeatable(response):
            return
        sha256 = response.sha256 or ""
        origin = self._known(sha256) if self._revisits else None
        if origin:
            response.revisit(origin.digest, origin.id, origin.url, origin.date)
        else:
            made = PayloadOrigin(response.id, response.url or "", response.date, response.payload_digest or "")
            self._memory.add(bytes.fromhex(sha256), str(made))

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


def _whole(response: Record) -> bool:
    """Tell whether a well-formed answer has a payload, and all of it."""
    return bool(response.sha256 and response.length) and not any(name == "WARC-Truncated" for name, _ in response.fields)


def _repeatable(response: Record) -> bool:
    """Tell whether a revisit of this answer, or to it, would be true."""
    return _whole(response) and (block.status(response.head) or 0) // 100 == 2
