"""WARC 1.1 (ISO 28500): records out, records in. The only door to warcio and isal.

**Fields.** A value that goes into a header passes `line` (no CR, LF, NUL or other control character) or `uri` (ASCII; everything else
percent-encoded): warcio writes what it is given, and a URL with a line break in it would forge fields (reliability fact 2). `lint` checks
it.

**Heads.** warcio re-serialises HTTP heads (latin-1, folds, junk lines are lost), so it is handed the bytes as they are (fact 3). Its writer
writes the records that are too large for memory (`streaming`); of the others it writes the header (`pressing`).

**Digests.** Headers carry `sha1:` in upper-case base32. It is the one form that all four validators check: `warcat verify` fails on
lower-case hex of any algorithm (measured, 2.2.5), and sha256 in base32 needs `=`, which the grammar does not allow. SHA-1 finds flipped
bits; it is no evidence against a forger. That is what SHA-256 is for: of every payload in the capture's metadata record, of every member in
the index (`recordDigest`), of every file in datapackage.json. What "the same payload again" means is decided by SHA-256.
`resource`, `conversion`, `metadata` and `warcinfo` carry a block digest only: payload and block are one there (metadata has no payload at
all by the standard), and warcat raises on a payload digest without an HTTP block.

**Members.** One gzip member per record: isal level 1 (nine times zlib's speed for 3 % of size, speed.md), or stored where the body is
compressed already: by content coding, by media type, or because a probe of its first 4 KiB did not shrink. Header and body reach the
compressor in one piece: a first write below about 288 bytes makes isal choose poor tables for the whole member.

**Memory.** Bodies up to 4 MiB are pressed in memory; larger ones are read from the exchange twice, for the digests and for the file.
"""

from archiver.record.warc.pressing import Pressed, press, write
from archiver.record.warc.reading import Checked, Damaged, Reading, block_at, entry_at, read
from archiver.record.warc.writing import NOT_MODIFIED, SMALL, Record, Story, entry, headers, line

__all__ = [
    "NOT_MODIFIED", "SMALL", "Checked", "Damaged", "Pressed", "Reading", "Record", "Story", "block_at", "entry", "entry_at", "headers",
    "line", "press", "read", "write",
]  # fmt: skip
