"""Pictures and a font for the small web, drawn from a seed: real PNG files of a few kilobytes, made with the standard library alone."""

from __future__ import annotations

import hashlib
import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png(seed: str, width: int, height: int, *, pale: bool = False) -> bytes:
    """Draw a picture of soft bands between two colours that come from `seed` (8-bit RGB, no interlace); `pale`, to be written on."""
    tint = hashlib.sha256(seed.encode()).digest()
    ends = [[238 + value // 20 if pale else 40 + value * 3 // 4 for value in tint[at : at + 3]] for at in (0, 3)]
    across, down = 1 + tint[6] % 3, 1 + tint[7] % 3  # bands over the width and over the height
    rows = b"".join(b"\0" + b"".join(_blend(ends, across * x / width + down * y / height) for x in range(width)) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 6)) + _chunk(b"IEND", b"")


def font(seed: str) -> bytes:
    """Return bytes with the signature of a WOFF2 font; no glyph in them, for nothing here draws."""
    return b"wOF2" + b"".join(hashlib.sha256(f"{seed} {n}".encode()).digest() for n in range(64))


def _blend(ends: list[list[int]], at: float) -> bytes:
    """Return the colour at a distance along the bands, which go there and back without an edge."""
    share = abs(at % 2 - 1)
    return bytes(round(one + (other - one) * share) for one, other in zip(*ends, strict=True))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
