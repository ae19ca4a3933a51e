"""Blocks of a printed text: paragraphs, headings, list items and the furniture of its pages, by where lines are printed and how large.

The text itself does not change with this judgement; a wrong one costs a paragraph's number or a heading's name.

  furniture  running heads, feet and page numbers (`furniture`). Not in the body
  heading    a line of a font at least `LARGER` times as large as the one that most characters have, not longer than a heading is; what is
             larger is of a higher level. Bold text of the same size may be anything, and is none
  item       a line that begins with a bullet
  paragraph  goes on while the lines stand as close as the page's lines usually do and have one size; the end of a page ends it
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from archiver.article.block import Block
from archiver.article.furniture import OUTERMOST, Outermost, furniture
from archiver.article.pdf.page import PrintedLine, PrintedPage

LARGER = 1.15  # times the body's font
HEADING_LENGTH = 200
LOOSE = 1.3  # times the usual distance of two lines
BULLET = re.compile(r"[•◦▪●○‣∙·–—-]\s")


@dataclass(frozen=True, slots=True)
class Placed:
    """A printed line with its offset in the text and its page, from 0."""

    line: PrintedLine
    start: int
    page: int

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.start + len(self.line.text)


def blocks(lines: Sequence[Placed], pages: Sequence[PrintedPage]) -> Iterator[Block]:
    """Yield the blocks of the lines of all pages, in order."""
    repeated = furniture(_outermost(lines, pages), len(pages))
    weights: Counter[float] = Counter()
    for one in lines:
        weights[_half(one.line.size)] += len(one.line.text)
    body = weights.most_common(1)[0][0] if weights else 0.0
    levels = {size: level for level, size in enumerate(sorted((s for s in weights if s >= LARGER * body), reverse=True), 1)}
    usual = _leading(lines)
    run: list[Placed] = []
    for one in lines:
        if run and not _goes_on(run[-1], one, usual, repeated):
            yield _block(run, levels, repeated)
            run = []
        run.append(one)
    if run:
        yield _block(run, levels, repeated)


def largest_heading(lines: Sequence[Placed], found: Sequence[Block], text: str) -> str | None:
    """Return the words of the largest heading of the first page, as one line; None where its font says no letters."""
    first = [block for block in found if block.kind == "heading" and block.in_body and block.start < _page_end(lines)]
    best = min(first, key=lambda block: (block.level, block.start), default=None)
    words = " ".join(text[best.start : best.end].split()) if best else ""
    return words if words and "\ufffd" not in words else None


def _page_end(lines: Sequence[Placed]) -> int:
    return max((one.end for one in lines if lines and one.page == lines[0].page), default=0)


def _outermost(lines: Sequence[Placed], pages: Sequence[PrintedPage]) -> Iterator[Outermost]:
    """Yield the lines of each page that stand highest and lowest."""
    by_page: dict[int, list[Placed]] = {}
    for one in lines:
        by_page.setdefault(one.page, []).append(one)
    for number, placed in by_page.items():
        ordered = sorted(placed, key=lambda one: -one.line.box[3])
        middle = (pages[number].bottom + pages[number].top) / 2
        for one in (*ordered[:OUTERMOST], *ordered[OUTERMOST:][-OUTERMOST:]):
            yield Outermost(number, one.start, one.line.box[1] > middle, one.line.text)


def _half(size: float) -> float:
    return round(2 * size) / 2


def _leading(lines: Sequence[Placed]) -> float:
    """Return the usual distance of two lines, as a multiple of the font's size."""
    steps = [
        (one.line.box[1] - other.line.box[1]) / other.line.size
        for one, other in pairwise(lines)
        if one.page == other.page and other.line.size > 0 and 0 < one.line.box[1] - other.line.box[1] < 3 * other.line.size
    ]
    return median(steps) if steps else 1.2


def _goes_on(one: Placed, other: Placed, usual: float, repeated: set[int]) -> bool:
    """Tell whether a line belongs to the block of the one before it."""
    step = one.line.box[1] - other.line.box[1]
    return (
        one.page == other.page
        and (one.start in repeated) == (other.start in repeated)
        and _half(one.line.size) == _half(other.line.size)
        and -0.5 * other.line.size < step <= LOOSE * usual * other.line.size
        and not BULLET.match(other.line.text)
    )


def _block(run: Sequence[Placed], levels: dict[float, int], repeated: set[int]) -> Block:
    start, end = run[0].start, run[-1].end
    level = levels.get(_half(run[0].line.size))
    if run[0].start in repeated:
        return Block(start, end, "furniture", in_body=False)
    if level and end - start <= HEADING_LENGTH and any(map(str.isalpha, run[0].line.text)):
        return Block(start, end, "heading", min(6, level))
    return Block(start, end, "item" if BULLET.match(run[0].line.text) else "paragraph")
