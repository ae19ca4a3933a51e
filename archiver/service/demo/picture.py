"""Pictures and a font for the small web, drawn from a seed: real PNG files of a few kilobytes, made with the standard library alone."""

from __future__ import annotations

import hashlib
import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png(seed: str, width: int, height: int) -> bytes:
    """Draw a picture of soft bands whose colours come from `seed` (8-bit RGB, no interlace)."""
    tint = hashlib.sha256(seed.encode()).digest()
    rows = b"".join(
        b"\0" + b"".join(bytes((_band(tint, x, y, 0), _band(tint, x, y, 1), _band(tint, x, y, 2))) for x in range(width))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 6)) + _chunk(b"IEND", b"")


def font(seed: str) -> bytes:
    """Return bytes with the signature of a WOFF2 font; no glyph in them, for nothing here draws."""
    return b"wOF2" + b"".join(hashlib.sha256(f"{seed} {n}".encode()).digest() for n in range(64))


def _band(tint: bytes, x: int, y: int, channel: int) -> int:
    return (tint[channel] + x * tint[channel + 3] // 97 + y * tint[channel + 6] // 61) & 255


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
