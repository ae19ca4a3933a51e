"""PDFs made by hand, as small as a test needs them: glyphs at positions, annotations, metadata. Every byte of them is ours."""

from __future__ import annotations

from dataclasses import dataclass, field

WIDTH = 500  # of every glyph, in thousandths of the font's size
LATIN, PLACED = "F1", "F2"


@dataclass
class Page:
    """A page of 600 × 800 points. `text` draws a line in Helvetica, `glyphs` one glyph after the other at given places."""

    content: list[str] = field(default_factory=list)
    annotations: list[str] = field(default_factory=list)
    named: dict[int, str] = field(default_factory=dict)
    extra: str = ""

    def text(self, x: float, y: float, words: str, size: float = 10) -> Page:
        escaped = words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        self.content.append(f"BT /{LATIN} {size} Tf {x} {y} Td ({escaped}) Tj ET")
        return self

    def glyphs(self, placed: list[tuple[float, float, str]], size: float = 10) -> Page:
        """Draw glyphs in the order given; one that stands for several characters is a ligature."""
        for x, y, characters in placed:
            code = next((code for code, known in self.named.items() if known == characters), len(self.named) + 1)
            self.named[code] = characters
            self.content.append(f"BT /{PLACED} {size} Tf {x} {y} Td <{code:02X}> Tj ET")
        return self

    def visual(self, right: float, y: float, logical: str, size: float = 10, *, backwards: bool = False) -> Page:
        """Draw right-to-left letters (no numbers, no Latin) from the right; `backwards` draws the leftmost first, as browsers do."""
        step = size * WIDTH / 1000
        placed = [(right - step * number, y, character) for number, character in enumerate(logical, 1) if character != " "]
        return self.glyphs(placed[::-1] if backwards else placed, size)

    def link(self, rect: tuple[float, float, float, float], url: str, *, quads: str = "", action: str = "") -> Page:
        shown = " ".join(map(str, rect))
        escaped = url.replace("(", "\\(").replace(")", "\\)")
        quads = f" /QuadPoints [{quads}]" if quads else ""
        self.annotations.append(
            f"<< /Type /Annot /Subtype /Link /Rect [{shown}]{quads} /A {action or f'<< /S /URI /URI ({escaped}) >>'} >>"
        )
        return self


def pdf(*pages: Page, info: str = "", xmp: bytes = b"", catalog: str = "", trailer: str = "") -> bytes:
    """Return a PDF; `info`, `catalog` and `trailer` are entries of these dictionaries."""
    objects: list[bytes] = [b"", b"", f"<< {info} >>".encode("latin-1")]
    helvetica = _add(objects, b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    kids = []
    for page in pages:
        stream = "\n".join(page.content).encode("latin-1")
        content = _add(objects, _stream(stream))
        fonts = f"/{LATIN} {helvetica} 0 R"
        if page.named:
            fonts += f" /{PLACED} {_placed_font(objects, page.named)} 0 R"
        annotations = " ".join(f"{_add(objects, one.encode('latin-1'))} 0 R" for one in page.annotations)
        body = f"/Resources << /Font << {fonts} >> >> /Contents {content} 0 R /Annots [{annotations}] {page.extra}"
        kids.append(_add(objects, f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] {body} >>".encode()))
    metadata = f"/Metadata {_add(objects, _stream(xmp, '/Type /Metadata /Subtype /XML'))} 0 R" if xmp else ""
    objects[0] = f"<< /Type /Catalog /Pages 2 0 R {metadata} {catalog} >>".encode()
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] /Count {len(kids)} >>".encode()
    return _written(objects, trailer)


def _written(objects: list[bytes], trailer: str) -> bytes:
    data = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    data += f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R /Info 3 0 R {trailer} >>\n".encode()
    return bytes(data) + f"startxref\n{data.index(b'xref', offsets[-1])}\n%%EOF\n".encode()


def _placed_font(objects: list[bytes], named: dict[int, str]) -> int:
    """Add a font whose glyphs are boxes and, in its table, the characters that they stand for."""
    rows = "\n".join(f"<{code:02X}> <{text.encode('utf-16-be').hex()}>" for code, text in named.items())
    table = f"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n1 begincodespacerange <00> <FF> endcodespacerange\n{len(named)} beginbfchar\n{rows}\nendbfchar\nendcmap end end"
    to_unicode = _add(objects, _stream(table.encode()))
    box = _add(objects, _stream(f"{WIDTH} 0 0 0 {WIDTH} 700 d1 0 0 {WIDTH} 700 re f".encode()))
    last = max(named)
    names = " ".join(f"/g{code}" for code in range(1, last + 1))
    shapes = " ".join(f"/g{code} {box} 0 R" for code in range(1, last + 1))
    entries = f"/FontBBox [0 0 {WIDTH} 700] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 1 /LastChar {last} /Widths [{f'{WIDTH} ' * last}]"
    entries += (
        f" /Encoding << /Type /Encoding /Differences [1 {names}] >> /CharProcs << {shapes} >> /Resources << >> /ToUnicode {to_unicode} 0 R"
    )
    return _add(objects, f"<< /Type /Font /Subtype /Type3 {entries} >>".encode())


def _stream(data: bytes, entries: str = "") -> bytes:
    return f"<< /Length {len(data)} {entries} >>\nstream\n".encode() + data + b"\nendstream"


def _add(objects: list[bytes], content: bytes) -> int:
    objects.append(content)
    return len(objects)
