r"""Read a PDF as an article: its text, where each character is printed, its links, and what the file says of itself.

What is the text of a PDF? It has none, only glyphs at positions; every text of it is a reading. This one, on which all offsets rest, is
  1. page after page, with a line end and a form feed between two;
  2. the lines of a page in the order in which the file draws them (columns come one after the other in practice; sorting by height would
     mix them), with LF between them, without blanks at their ends;
  3. the letters that the fonts' own tables give for the glyphs: ligatures taken apart, Arabic letters for presentation forms; a glyph
     without a name is U+FFFD, private-use characters stay;
  4. lines with right-to-left letters in the order of reading, worked out from the positions (`bidi`), whichever order the file draws them
     in;
  5. a hyphen at a line's end stays, and the line ends behind it. Nothing is joined: whether it was the word's or the printer's is not
     known.

Links are the annotations with a URI, with the words in their rectangles. One link that goes over two lines comes as two annotations or as
one with several quadrilaterals; both are one link, if nothing stands between their words. Addresses that stand in the text are found by
the same pass as in any text.

What the file says of itself is in `facts`, what its cover does in `cover`, what its lines are in `block`; `page` alone calls PDFium.

A page with so many annotations and characters that finding the words of each would take minutes keeps its links without their words.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator

from archiver.article.article import Article
from archiver.article.language import language_of
from archiver.article.layout import Layout, Line, around, turned
from archiver.article.link import Link, Rect
from archiver.article.pdf.block import Placed, blocks, largest_heading
from archiver.article.pdf.cover import day_of_cover
from archiver.article.pdf.facts import PdfFacts, pdf_facts
from archiver.article.pdf.page import Annotation, PrintedPage, read_printed
from archiver.article.pdf.site import printed_by_browser, without_site
from archiver.errors import UsageError

VIA = "pdf-annotation"
MOST_LOOKS = 20_000_000  # rectangles times characters of one page
BETWEEN = "\n\f"
NOWHERE = (0.0, 0.0, 0.0, 0.0)


def read_pdf(
    data: bytes,
    *,
    source: str,
    url: str | None = None,
    base_url: str | None = None,
    media_type: str = "application/pdf",
) -> Article:
    """Return a PDF as an article. UsageError, in one line, for one that is encrypted, broken, too large, or has neither text nor links."""
    printed = read_printed(data, source)
    pages, facts = printed.pages, pdf_facts(printed.information, data, printed.language)
    lines = tuple(_placed(pages))
    text, layout = _set(lines, pages)
    links = tuple(_links(text, layout, pages))
    if not text.strip() and not links:
        raise UsageError(f"{source}: {len(pages)} page{'s' * (len(pages) > 1)} without text, as a scan has; run OCR on it first")
    found = tuple(blocks(lines, pages))
    if printed_by_browser([printed.information["Creator"], printed.information["Producer"]]):
        found = without_site(found, links, text)
    return Article(
        source=source,
        url=url,
        media_type=media_type,
        data=data,
        encoding="binary",
        text=text,
        sha256=hashlib.sha256(data).hexdigest(),
        blocks=found,
        title=facts.title or largest_heading(lines, found, text),
        byline=facts.author,
        published=facts.published or day_of_cover(pages),
        language=_language(text, facts),
        base_url=base_url or url,
        links=links,
        layout=layout,
    )


def _language(text: str, facts: PdfFacts) -> str | None:
    """Return the declared language, or that of the text where it is certainly another."""
    heard = language_of(text)
    return facts.language if facts.language and heard in {None, facts.language.split("-")[0]} else heard


# ---------------------------------------------------------------------- text


def _placed(pages: tuple[PrintedPage, ...]) -> Iterator[Placed]:
    """Yield the lines with the offsets that they have in the text."""
    offset = 0
    for number, page in enumerate(pages):
        for line in page.lines:
            yield Placed(line, offset, number)
            offset += len(line.text) + 1
        offset += len(BETWEEN) - bool(page.lines)


def _set(lines: tuple[Placed, ...], pages: tuple[PrintedPage, ...]) -> tuple[str, Layout]:
    """Return the text that the lines make up, and the layout of it."""
    parts: list[str] = []
    boxes = array("f")
    starts = [0]
    printed: list[Line] = []
    length = 0

    def gap(characters: str) -> None:
        parts.append(characters)
        boxes.extend(NOWHERE * len(characters))

    for one in lines:
        while len(starts) <= one.page:
            gap(BETWEEN)
            length += len(BETWEEN)
            starts.append(length)
        if one.start > length:
            gap("\n")
            length += 1
        parts.append(one.line.text)
        back = -pages[one.page].quarters
        for box in one.line.boxes:
            boxes.extend(turned(box, back) if box else NOWHERE)
        printed.append((one.start, one.end, turned(one.line.box, back)))
        length = one.end
    while len(starts) < len(pages):
        gap(BETWEEN)
        length += len(BETWEEN)
        starts.append(length)
    return "".join(parts), Layout(tuple(starts), boxes, tuple(printed))


# --------------------------------------------------------------------- links


def _links(text: str, layout: Layout, pages: tuple[PrintedPage, ...]) -> Iterator[Link]:
    """Yield the links in the order of their words, each once however many lines it goes over."""
    found: list[Link] = []
    for number, page in enumerate(pages, 1):
        low, high = layout.page_span(number)
        affordable = sum(len(one.rects) for one in page.annotations) * (high - low) <= MOST_LOOKS
        for annotation in page.annotations:
            found.extend(_worded(layout, number, annotation, page.quarters) if affordable else [_wordless(annotation, number, low)])
    pending: Link | None = None
    for link in sorted(found, key=lambda one: (one.start, one.end)):
        if pending and _one_link(text, pending, link):
            pending = _joined(pending, link)
            continue
        if pending:
            yield pending
        pending = link
    if pending:
        yield pending


def _wordless(annotation: Annotation, page: int, spot: int) -> Link:
    return Link(annotation.url, spot, spot, VIA, page=page, rects=annotation.rects)


def _worded(layout: Layout, page: int, annotation: Annotation, quarters: int) -> Iterator[Link]:
    """Yield a link for each run of words in a rectangle of an annotation; for a picture one, at the spot where it stands."""
    empty = True
    for rect in annotation.rects:
        spans = list(layout.spans(page, [rect]))
        for start, end in spans:
            empty = False
            # Of several, each is printed in a part of the rectangle.
            yield Link(annotation.url, start, end, VIA, page=page, rects=(rect,) if len(spans) == 1 else layout.rects(start, end))
    if empty:
        yield _wordless(annotation, page, layout.spot(page, annotation.rects[0], quarters))


def _one_link(text: str, one: Link, other: Link) -> bool:
    """Tell whether two annotations are one link: the same address, and nothing between the words of one and those of the other."""
    return one.url == other.url and one.start < one.end and other.start < other.end and not text[one.end : other.start].strip()


def _joined(one: Link, other: Link) -> Link:
    """Return two links as one; of what goes over two pages, the rectangles on the first."""
    rects: tuple[Rect, ...] = one.rects
    if one.page == other.page:
        last, new = rects[-1], other.rects[0]
        beside = abs(last[1] - new[1]) < 1 and abs(last[3] - new[3]) < 1 and max(last[0], new[0]) - min(last[2], new[2]) < 1
        rects = (*rects[:-1], around(last, new)) if beside else (*rects, *other.rects)
    return Link(one.url, one.start, max(one.end, other.end), VIA, page=one.page, rects=rects)
