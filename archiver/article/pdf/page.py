"""The pages of a PDF as PDFium prints them: lines of characters with their boxes, and link annotations. One of two modules that call it.

Why PDFium, through pypdfium2 (the time is for a paper of 43 pages, the text for that, a letter, and Arabic and Hebrew printed by
Chromium; 2026-11):

  library         licence            size                              time     what it gives for text
  pypdfium2 5.15  BSD-3, Apache-2.0  8 MB, needs nothing else          0.2 s    letters for presentation forms, ligatures taken apart
  pdfminer.six    MIT                8 MB, needs cryptography (15 MB)  4 s      presentation forms, ligatures whole, lines as printed
  pypdf 7         BSD-3              2 MB                              3 s      blanks between all words and signs of a browser's PDF
  PyMuPDF         AGPL: out

It gives the box, the origin and the font size of every character, the quadrilaterals of annotations, and the catalogue's language; it
mends broken cross-reference tables, and it is fuzzed all day as a part of Chromium (5,423 damaged files here: no crash, 0.6 s at most).
It is native code all the same: a crash in it ends the process, so whoever reads strangers' PDFs does it in a worker.

Where the library's telling is corrected: a hyphen at a line's end swallows the line end, and is told as U+0002: here it is a hyphen and
the line ends. A character that the font does not name is U+FFFD. Where a file has no blanks, only positions, the library misses those of
bold and kerned lines: a gap of more than `APART` em between letters is one too (between words 0.12 to 0.17 in such files, within words up
to 0.03, beside ligatures that were taken apart up to 0.09), but not in a line whose letters are spaced out. Lines with right-to-left
letters are read anew, by position (`bidi`).

A page that `/Rotate` turns is read as it shows: what a line is, and what follows what, is judged on boxes that are turned with it.
Annotations stay as the file has them, and whoever sets the text turns the boxes back.

Bounds, against hostile files: pages, characters, annotations. PDFium's own limits hold for streams. PDFium is not safe for threads; one
document is open at a time.
"""

from __future__ import annotations

import ctypes
import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

import pypdfium2 as pdfium
from pypdfium2 import raw

from archiver.article.bidi import GAP, Glyph, has_right_to_left, mostly_right_to_left, reading_order
from archiver.article.layout import around, turned
from archiver.article.link import Rect
from archiver.errors import UsageError

LOCK = threading.Lock()
MOST_PAGES = 5000
MOST_CHARACTERS = 2_000_000
MOST_ANNOTATIONS = 20_000
LONGEST_URL = 8192  # bytes
LONGEST_LINE = 2000  # characters; a longer one is broken, so that no search for an annotation's words becomes quadratic
LONGEST_ENTRY = 4096  # bytes of an entry of the information dictionary
INFORMATION = ("Title", "Author", "Creator", "Producer")
MOST_QUADS = 64  # of one annotation
ON_ROW = 0.3  # of the lower line's height that is shared; of the font's size that glyphs may overlap
HYPHEN = "\x02"
APART = 0.11  # em between two letters, from where the one may end to where the next begins
SPACED = 0.05  # em between the letters of a line that is spaced out, in the middle


NOWHERE = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line of a page: `boxes[i]` is where `text[i]` is printed, None for a blank; `size` of its font in points."""

    text: str
    boxes: tuple[Rect | None, ...]
    size: float
    box: Rect


@dataclass(frozen=True, slots=True)
class Annotation:
    """A link annotation with a URI action, and its rectangles in the order of the file."""

    url: str
    rects: tuple[Rect, ...]


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A page as it shows, turned clockwise by `quarters`: from which height to which it reaches, its lines in the library's order, links.

    The boxes of lines are turned with it; the rectangles of links are as the file has them.
    """

    quarters: int
    bottom: float
    top: float
    lines: tuple[PrintedLine, ...]
    annotations: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class Printed:
    """A document: its pages, the `INFORMATION` of its dictionary ("" where it says nothing), and the catalogue's `/Lang`."""

    pages: tuple[PrintedPage, ...]
    information: dict[str, str]
    language: str | None


@dataclass(frozen=True, slots=True)
class _Character:
    text: str
    index: int
    box: Rect


def read_printed(data: bytes, source: str) -> Printed:
    """Return what is printed in a PDF, pages that cannot be loaded as empty ones.

    UsageError, in one line, for one that is encrypted, broken, or more than an article is.
    """
    with LOCK:
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as error:
            if error.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}:
                raise UsageError(f"{source}: an encrypted PDF; give a copy without a password") from None
            raise UsageError(f"{source}: a PDF too broken to be read; get it again from where it came") from None
        try:
            if not 0 < len(document) <= MOST_PAGES:
                raise UsageError(
                    f"{source}: a PDF of {len(document):,} pages, where an article has 1 to {MOST_PAGES:,}; give its own pages"
                )
            return Printed(tuple(_pages(document, source)), {key: _said(document, key) for key in INFORMATION}, _language(document))
        finally:
            document.close()


def _pages(document: pdfium.PdfDocument, source: str) -> Iterator[PrintedPage]:
    characters, annotations = MOST_CHARACTERS, MOST_ANNOTATIONS
    for number in range(len(document)):
        try:
            page = document[number]
        except pdfium.PdfiumError:
            yield PrintedPage(0, 0.0, 0.0, (), ())  # a page whose object is gone is no reason to lose the others
            continue
        text = page.get_textpage()
        try:
            count = raw.FPDFText_CountChars(text)
            characters -= count
            if characters < 0:
                raise UsageError(
                    f"{source}: a PDF with more than {MOST_CHARACTERS:,} characters, more than an article has; give its own pages"
                )
            found = _page(document, page, text, count, annotations)
            annotations -= len(found.annotations)
            yield found
        finally:
            text.close()
            page.close()


def _page(document: pdfium.PdfDocument, page: pdfium.PdfPage, text: pdfium.PdfTextPage, count: int, annotations: int) -> PrintedPage:
    quarters = page.get_rotation() // 90
    lines = list(_library_lines(text, count, quarters))
    rtl = mostly_right_to_left(" ".join("".join(one.text for one in line) for line in lines))
    printed = tuple(_rows([found for line in lines if (found := _printed(text, line, quarters, rtl=rtl))]))
    _, bottom, _, top = turned(page.get_mediabox(), quarters)
    return PrintedPage(quarters, bottom, top, printed, tuple(_annotations(document, page, annotations)))


def _said(document: pdfium.PdfDocument, key: str) -> str:
    """Return an entry of the information dictionary; the library's own way to it fails on half a surrogate pair."""
    size = raw.FPDF_GetMetaText(document, key.encode(), None, 0)
    buffer = ctypes.create_string_buffer(max(2, min(size, LONGEST_ENTRY)))
    raw.FPDF_GetMetaText(document, key.encode(), buffer, len(buffer))
    return buffer.raw.decode("utf-16-le", "replace").rstrip("\x00")


def _language(document: pdfium.PdfDocument) -> str | None:
    size = raw.FPDFCatalog_GetLanguage(document, None, 0)
    buffer = ctypes.create_string_buffer(max(2, min(size, 256)))
    raw.FPDFCatalog_GetLanguage(document, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), len(buffer))
    return buffer.raw.decode("utf-16-le", "replace").rstrip("\x00") or None


# ---------------------------------------------------------------------- text


def _library_lines(text: pdfium.PdfTextPage, count: int, quarters: int) -> Iterator[list[_Character]]:
    """Yield the lines as the library breaks them."""
    line: list[_Character] = []
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    high = 0
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        if code in (10, 13):
            if line:
                yield line
            line = []
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD
        high = 0
        raw.FPDFText_GetCharBox(text, index, left, right, bottom, top)
        box = turned((left.value, bottom.value, right.value, top.value), quarters)
        line.append(_Character(_character(code), index, box))
        if line[-1].text == HYPHEN or len(line) >= LONGEST_LINE:
            line[-1] = _Character("-" if line[-1].text == HYPHEN else line[-1].text, index, box)
            yield line
            line = []
    if line:
        yield line


def _character(code: int) -> str:
    if code == ord(HYPHEN):
        return HYPHEN
    if code < 32:
        return " " if code == 9 else "\ufffd"
    return "\ufffd" if code > 0x10FFFF or code == 0xFFFE or 0xD800 <= code < 0xE000 else chr(code)


def _printed(text: pdfium.PdfTextPage, line: list[_Character], quarters: int, *, rtl: bool) -> PrintedLine | None:
    """Return a line in reading order without blanks at its ends, or None for one of blanks only."""
    shown = [one for one in line if not one.text.isspace()]
    if not shown:
        return None
    size = _size(text, shown[len(shown) // 2].index)
    written = list(_parted(text, line, size, quarters))
    if has_right_to_left("".join(one.text for one in line)):
        glyphs = [_glyph(text, one, at, quarters) for at, one in enumerate(line)]
        order = reading_order(glyphs, size, rtl=rtl)
        written = [(character, line[key].box if key is not None else NOWHERE) for character, key in order]
    while written and written[-1][0].isspace():
        written.pop()
    while written and written[0][0].isspace():
        written.pop(0)
    boxes = tuple(box if _is_printed(character, box) else None for character, box in written)
    whole = shown[0].box
    for box in filter(None, boxes):
        whole = around(whole, box)
    return PrintedLine("".join(character for character, _ in written), boxes, size, whole)


def _parted(text: pdfium.PdfTextPage, line: list[_Character], size: float, quarters: int) -> Iterator[tuple[str, Rect]]:
    """Yield the characters of a line with their boxes, blanks among them where words stand apart without one."""
    apart = {at for at in range(1, len(line)) if _is_wide(line[at - 1], line[at], size)}
    if apart:
        glyphs = [_glyph(text, one, at, quarters) for at, one in enumerate(line)]
        gaps = {at: glyphs[at].origin - glyphs[at - 1].right for at in range(1, len(line)) if _may_part(line[at - 1], line[at])}
        apart = {at for at in apart if gaps[at] > APART * size} if median(gaps.values()) < SPACED * size else set()
    for at, one in enumerate(line):
        if at in apart:
            yield " ", NOWHERE
        yield one.text, one.box


def _is_wide(one: _Character, other: _Character, size: float) -> bool:
    """Tell whether there may be a blank between two characters, by what is printed of them."""
    return APART * size < other.box[0] - one.box[2] < size and _may_part(one, other)


def _may_part(one: _Character, other: _Character) -> bool:
    """Tell whether two characters are letters of words, or a figure beside one; figures are set wider apart than letters."""
    return one.text.isalnum() and other.text.isalnum() and not (one.text.isdigit() and other.text.isdigit())


def _is_printed(character: str, box: Rect) -> bool:
    return not character.isspace() and box[2] > box[0] and box[3] > box[1] and all(map(math.isfinite, box))


def _rows(lines: list[PrintedLine]) -> list[PrintedLine]:
    """Return the lines, with those joined that follow each other on one row: the library breaks a line at each raised figure."""
    rows: list[PrintedLine] = []
    for line in lines:
        if rows and _on_row(rows[-1], line):
            one = rows[-1]
            apart = line.box[0] - one.box[2] > GAP * max(one.size, line.size)
            size = one.size if len(one.text) >= len(line.text) else line.size
            text, boxes = one.text + " " * apart + line.text, (*one.boxes, *([None] * apart), *line.boxes)
            rows[-1] = PrintedLine(text, boxes, size, around(one.box, line.box))
        else:
            rows.append(line)
    return rows


def _on_row(one: PrintedLine, other: PrintedLine) -> bool:
    """Tell whether a line goes on where another ends, at the same height."""
    size = max(one.size, other.size)
    shared = min(one.box[3], other.box[3]) - max(one.box[1], other.box[1])
    lowest = min(one.box[3] - one.box[1], other.box[3] - other.box[1])
    return (
        shared > ON_ROW * lowest
        and -ON_ROW * size < other.box[0] - one.box[2] < size
        and len(one.text) + len(other.text) < LONGEST_LINE
        and not one.text.endswith("-")
        and not has_right_to_left(one.text + other.text)
    )


def _glyph(text: pdfium.PdfTextPage, one: _Character, key: int, quarters: int) -> Glyph:
    """Return a character with the room that it takes on its line: from its origin, to where the font says the next one may begin."""
    x, y, loose = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF()
    raw.FPDFText_GetCharOrigin(text, one.index, x, y)
    raw.FPDFText_GetLooseCharBox(text, one.index, loose)
    origin = turned((x.value, y.value, x.value, y.value), quarters)[0]
    least, _, most, _ = turned((loose.left, loose.bottom, loose.right, loose.top), quarters)
    left, right = min(one.box[0], least, origin), max(one.box[2], most)
    if one.text.isspace() and one.box[0] == one.box[2]:
        left = right = origin
    return Glyph(one.text, origin, left, right, key) if all(map(math.isfinite, (origin, left, right))) else Glyph(one.text, 0, 0, 0, key)


def _size(text: pdfium.PdfTextPage, index: int) -> float:
    """Return the size in points at which a character is printed: the font's, through the text matrix."""
    matrix = raw.FS_MATRIX()
    scale = math.hypot(matrix.b, matrix.d) if raw.FPDFText_GetMatrix(text, index, matrix) else 1.0
    size = float(raw.FPDFText_GetFontSize(text, index)) * (scale or 1.0)
    return size if math.isfinite(size) else 0.0


# --------------------------------------------------------------- annotations


def _annotations(document: pdfium.PdfDocument, page: pdfium.PdfPage, most: int) -> Iterator[Annotation]:
    """Yield the link annotations whose action is a URI, in the order of the file: GoTo, GoToR and Launch cite nothing on the web."""
    position, link = ctypes.c_int(0), raw.FPDF_LINK()
    seen: set[Annotation] = set()
    for _ in range(most):
        if not raw.FPDFLink_Enumerate(page, position, link):
            return
        action = raw.FPDFLink_GetAction(link)
        if not action or raw.FPDFAction_GetType(action) != raw.PDFACTION_URI:
            continue
        found = Annotation(_uri(document, action), _rects(link))
        if found.url and found.rects and found not in seen:
            seen.add(found)
            yield found


def _uri(document: pdfium.PdfDocument, action: raw.FPDF_ACTION) -> str:
    """Return an action's URI, resolved against the catalogue's base by the library. "7-bit ASCII" says the standard; UTF-8 is met too."""
    size = raw.FPDFAction_GetURIPath(document, action, None, 0)
    if not 1 < size <= LONGEST_URL:
        return ""
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFAction_GetURIPath(document, action, buffer, size)
    try:
        return buffer.value.decode("utf-8").strip()
    except UnicodeDecodeError:
        return buffer.value.decode("latin-1").strip()


def _rects(link: raw.FPDF_LINK) -> tuple[Rect, ...]:
    """Return the rectangles of an annotation: its quadrilaterals, if they lie within its `/Rect`, else that."""
    form = raw.FS_RECTF()
    if not raw.FPDFLink_GetAnnotRect(link, form):
        return ()
    whole = _rect((form.left, form.right), (form.bottom, form.top))
    found = []
    quad = raw.FS_QUADPOINTSF()
    for number in range(min(MOST_QUADS, raw.FPDFLink_CountQuadPoints(link))):
        if raw.FPDFLink_GetQuadPoints(link, number, quad):
            found.append(_rect((quad.x1, quad.x2, quad.x3, quad.x4), (quad.y1, quad.y2, quad.y3, quad.y4)))
    # "QuadPoints shall be ignored if any coordinate in the array lies outside the region specified by Rect"; rounding apart
    within = found and all(
        one[0] >= whole[0] - 1 and one[1] >= whole[1] - 1 and one[2] <= whole[2] + 1 and one[3] <= whole[3] + 1 for one in found
    )
    rects = found if within else [whole]
    return tuple(rect for rect in rects if all(map(math.isfinite, rect)))


def _rect(xs: tuple[float, ...], ys: tuple[float, ...]) -> Rect:
    return round(min(xs), 2), round(min(ys), 2), round(max(xs), 2), round(max(ys), 2)
