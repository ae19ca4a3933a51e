"""PDF picture: a page as a PNG, and how its points map onto it. For showing where a citation stands on the page as it was printed.

A place's rectangles are in the page's own points; the picture is turned by /Rotate and cut by /CropBox. PDFium maps points to pixels
(`FPDF_PageToDevice`), in whole pixels only, so three points far apart on a huge imagined device give the affine map exactly enough.

    python -m archiver.article.pdf.picture layout          < article.pdf   JSON: [{"width", "height", "matrix": [a, b, c, d, e, f]}, …]
    python -m archiver.article.pdf.picture page 3          < article.pdf   PNG of page 3

A stranger's PDF is drawn by native code, so whoever shows one runs this as a process; it limits itself before it has seen a byte.
"""

from __future__ import annotations

import ctypes
import json
import resource
import struct
import sys
import zlib
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

MOST_PAGES = 400
MOST_PIXELS = 4_000_000
SCALE = 1.6  # pixels a point: text is sharp at the width of a column
MEMORY, SECONDS = 2 << 30, 20
DEVICE = 1 << 20  # pixels of the imagined device's longer side


def layout(data: bytes) -> list[dict[str, Any]]:
    """Return size in points as shown, and the affine map from page points to it, of each page. PdfiumError for what is no PDF."""
    document = pdfium.PdfDocument(data)
    found = []
    for at in range(min(len(document), MOST_PAGES)):
        page = document[at]
        width, height = page.get_size()
        found.append({"width": round(width, 3), "height": round(height, 3), "matrix": _matrix(page, width, height)})
        page.close()
    return found


def png(data: bytes, number: int) -> bytes:
    """Return page `number` (from 1) as a PNG. IndexError where there is no such page."""
    document = pdfium.PdfDocument(data)
    if not 1 <= number <= len(document):
        raise IndexError(f"no page {number}")
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(SCALE, (MOST_PIXELS / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False, draw_annots=True, may_draw_forms=False)
    columns, rows, stride, channels = bitmap.width, bitmap.height, bitmap.stride, bitmap.n_channels
    pixels = bytes(bitmap.buffer)
    lines = b"".join(b"\0" + pixels[row * stride : row * stride + columns * channels] for row in range(rows))
    header = struct.pack(">IIBBBBB", columns, rows, 8, {1: 0, 3: 2, 4: 6}[channels], 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(lines, 6)) + _chunk(b"IEND", b"")


def _matrix(page: pdfium.PdfPage, width: float, height: float) -> list[float]:
    """Return a … f of x' = ax + cy + e, y' = bx + dy + f, from page points to points as shown, y downwards."""
    grain = DEVICE / max(width, height, 1.0)
    reach = 1000.0

    def shown(x: float, y: float) -> tuple[float, float]:
        left, top = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page, 0, 0, round(width * grain), round(height * grain), 0, x, y, left, top)
        return left.value / grain, top.value / grain

    (e, f), (ax, bx), (cy, dy) = shown(0, 0), shown(reach, 0), shown(0, reach)
    return [round(value, 5) for value in ((ax - e) / reach, (bx - f) / reach, (cy - e) / reach, (dy - f) / reach, e, f)]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def main(arguments: list[str]) -> int:
    """Answer one request as a limited process; 1 where the PDF cannot be drawn."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = sys.stdin.buffer.read()
    try:
        answer = json.dumps(layout(data)).encode() if arguments[0] == "layout" else png(data, int(arguments[1]))
    except (pdfium.PdfiumError, IndexError, ValueError, MemoryError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.buffer.write(answer)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
