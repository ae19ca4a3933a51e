"""Writing: a record before it is one: its header, its digests, and what is known of it once it is written."""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from isal import isal_zlib

from archiver.record import block as blocks
from archiver.record.entry import Entry

SMALL = 4 << 20  # bytes of a body that is kept in memory while its record is made
PIECE = 1 << 18
LEVEL = 1
PROBE = 4096
COMPRESSED = re.compile(
    r"image/(?!svg|bmp|x-ms-bmp|tiff)|video/|audio/(?!wav|x-wav)|font/woff|application/(?:zip|gzip|x-gzip|zstd|x-7z|x-rar|font-woff|pdf$|epub)"
)
REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


Story = tuple[str | None, tuple[int, ...]]  # what a metadata record of ours holds, and the citations it speaks of


def line(text: str) -> str:
    """Return text as a header value: control characters and line separators become spaces, lone surrogates `?`."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).encode("utf8", "replace").decode().strip()


def uri(text: str) -> str:
    """Return text as an ASCII URI: everything outside printable ASCII, space, quotes and angle brackets percent-encoded as UTF-8."""
    return re.sub(r"[^!-~]|[<>\"]", lambda found: quote(found[0], safe="", errors="replace"), text)


def new_id() -> str:
    """Return a fresh WARC-Record-ID.

    The system's entropy is fetched for 256 ids at a time: each system call lets another thread have the interpreter, and getting it back
    was measured at 0.1 ms.
    """
    while True:
        try:
            return _ids.popleft()
        except IndexError:
            pool = os.urandom(16 * 256)
            _ids.extend(f"<urn:uuid:{uuid.UUID(bytes=pool[at : at + 16], version=4)}>" for at in range(0, len(pool), 16))


_ids: deque[str] = deque()  # popleft and extend are atomic; a forked process would share it, and this program does not fork


def sha1(digest: Any) -> str:
    """Return a hashlib object's value as the headers write it: in base32, ten bits at a time, a third of `base64.b32encode`'s time."""
    number = int.from_bytes(digest.digest())
    return "sha1:" + "".join([PAIRS[number >> shift & 0x3FF] for shift in range(150, -1, -10)])


BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
PAIRS = [one + other for one in BASE32 for other in BASE32]


@dataclass(slots=True)
class Record:
    """A record to be written. `data` holds the body after `head`, or `pieces` yields it where it is too large for memory.

    `fields` are further WARC headers, values already clean. `digest` fills in the digests; `revisit` turns a response into a revisit.
    """

    type: str
    date: str
    content_type: str
    url: str | None = None
    head: bytes = b""
    data: bytes = b""
    pieces: Callable[[], Iterator[bytes]] | None = None
    length: int = 0  # of the body after `head`
    fields: list[tuple[str, str]] = field(default_factory=list)
    kind: str | None = None
    about: tuple[int, ...] = ()
    id: str = field(default_factory=new_id)
    stored: bool = False
    block_digest: str = ""
    payload_digest: str | None = None  # of an HTTP payload only
    sha256: str | None = None  # of the same payload, hex

    def digest(self) -> Record:
        """Compute the digests in one pass over the body, and whether it can be compressed."""
        block = hashlib.sha1(self.head, usedforsecurity=False)
        payload = hashlib.sha1(usedforsecurity=False)
        strong = hashlib.sha256()
        http = bool(self.head) and self.type == "response"
        first = b""
        for piece in self._body():
            first = first or piece[:PROBE]
            block.update(piece)
            if http:
                payload.update(piece)
                strong.update(piece)
        self.block_digest = sha1(block)
        if http:
            self.payload_digest, self.sha256 = sha1(payload), strong.hexdigest()
        self.stored = self._incompressible(first)
        return self

    def revisit(self, digest: str, refers_to: str, refers_to_uri: str, refers_to_date: str, profile: str = REVISIT_PROFILE) -> None:
        """Keep the head and say where the payload stands: `digest` is that record's payload digest."""
        self.type, self.data, self.pieces, self.length, self.stored = "revisit", b"", None, 0, False
        # The digest is what makes the first profile; of the other one validators expect the digest of the 304's own, empty payload.
        self.payload_digest = digest if profile == REVISIT_PROFILE else None
        self.block_digest = sha1(hashlib.sha1(self.head, usedforsecurity=False))
        self.fields += [
            ("WARC-Profile", profile),
            ("WARC-Refers-To", refers_to),
            ("WARC-Refers-To-Target-URI", refers_to_uri),
            ("WARC-Refers-To-Date", refers_to_date),
        ]

    def _body(self) -> Iterator[bytes]:
        return self.pieces() if self.pieces else iter((self.data,))

    def _incompressible(self, first: bytes) -> bool:
        if self.length < PROBE:
            return False
        if self.head and blocks.content_codings(self.head):
            return True
        media = (blocks.media_type(self.head) if self.head else None) or self.content_type
        if media.startswith("text/"):
            return False
        return bool(COMPRESSED.match(media)) or len(isal_zlib.compress(first, 1)) > 0.95 * len(first)


def headers(record: Record) -> list[tuple[str, str]]:
    """Return the WARC headers of a record, in order."""
    found = [("WARC-Type", record.type), ("WARC-Record-ID", record.id), ("WARC-Date", record.date)]
    if record.url is not None:
        found.append(("WARC-Target-URI", uri(record.url)))
    found += record.fields
    if record.payload_digest:
        found.append(("WARC-Payload-Digest", record.payload_digest))
    found.append(("WARC-Block-Digest", record.block_digest))
    return [*found, ("Content-Type", record.content_type), ("Content-Length", str(record.length + len(record.head)))]


def described(record: Record, fields: list[tuple[str, str]], file: str, offset: int, length: int, digest: str) -> Entry:
    """Return the entry of a record that was just written."""
    first = record.head or (record.data if record.pieces is None else next(record.pieces(), b""))
    return entry(
        dict(fields),
        first[: blocks.HEAD],
        story=(record.kind, record.about),
        file=file,
        offset=offset,
        length=length,
        digest=digest,
    )


def entry(fields: dict[str, str], first: bytes, *, story: Story, file: str, offset: int, length: int, digest: str) -> Entry:
    """Return the entry of a record from its headers and the first bytes of its block. Writer and reader both come here."""
    kind_of = fields["WARC-Type"]
    head = blocks.head_of(first) if kind_of in ("response", "revisit") else b""
    whole = kind_of in ("resource", "conversion")
    media = blocks.media_type(head) if head else fields.get("Content-Type", "").partition(";")[0].strip().lower() or None
    return Entry(
        type=kind_of,
        id=fields["WARC-Record-ID"],
        url=fields.get("WARC-Target-URI"),
        date=fields["WARC-Date"],
        file=file,
        offset=offset,
        length=length,
        media_type=media,
        status=blocks.status(head) if head else None,
        payload_digest=fields.get("WARC-Payload-Digest") or (fields.get("WARC-Block-Digest") if whole else None),
        record_digest=digest,
        concurrent_to=fields.get("WARC-Concurrent-To"),
        refers_to=fields.get("WARC-Refers-To"),
        kind=story[0],
        about=story[1],
    )
