"""Entry: what is known of one record on disk, without its bytes.

The journal holds entries while a snapshot is open; a reader makes the same entries from the WARC files. Manifest and index are functions of
entries (and of the JSON blocks they point at), which is why they can be made again from the WARC alone and come out equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple


class Entry(NamedTuple):
    """One record on disk; a tuple, because a run makes tens of thousands and a frozen dataclass takes five times as long to make.

    `id`, `concurrent_to` and `refers_to` stand as in the WARC header, angle brackets included; `date` is the WARC-Date; `offset` and
    `length` are those of the gzip member in `file`; `media_type` and `status` are of the payload (HTTP's, where the block is an HTTP
    answer); `payload_digest` is the digest of the payload as the header writes it, the block's where payload and block are one;
    `record_digest` the SHA-256 of the member; `about` are the numbers of the citations that a metadata record of ours
    speaks of; `kind` names what it holds (`archiver.record.manifest` has the
    vocabulary).
    """

    type: str
    id: str
    url: str | None
    date: str
    file: str
    offset: int
    length: int
    media_type: str | None
    status: int | None
    payload_digest: str | None
    record_digest: str
    concurrent_to: str | None = None
    refers_to: str | None = None
    kind: str | None = None
    about: tuple[int, ...] = ()

    def at(self, file: str, offset: int) -> Entry:
        """Return the entry of the same record once it stands in a file."""
        return self._replace(file=file, offset=offset)

    def as_json(self) -> tuple[Any, ...]:
        """Return the entry as the journal writes it: its values in order. The way back is `Entry(*values)`."""
        return tuple(self)

    def position(self) -> dict[str, Any]:
        """Return the contract's record object, with date, media type, status and what it refers to beside."""
        return dict(zip(POSITION, POSITIONS(self), strict=True))


POSITION = ("type", "id", "url", "date", "file", "offset", "length", "payload_digest", "media_type", "status", "refers_to")
POSITIONS = attrgetter(*POSITION)


@dataclass(frozen=True, slots=True)
class PayloadOrigin:
    """Where a payload stands already: the record that holds it, as a revisit refers to it. `digest` is that record's payload digest."""

    id: str
    url: str
    date: str
    digest: str

    def __str__(self) -> str:
        """Return the origin as one text, a third of the size of the object: a run keeps one for every payload."""
        return f"{self.id} {self.date} {self.digest} {self.url}"

    @classmethod
    def parse(cls, text: str) -> PayloadOrigin:
        """Read what `str` gives."""
        record, date, digest, url = text.split(" ", 3)
        return cls(record, url, date, digest)
