"""Layout: where on which page each character of a text is printed; offsets to page and rectangles, and back.

Only PDF has one. The unit is the PDF point (1/72 inch) in the page's own user space, as the file has it (ISO 32000-1, 8.3.2.3): the origin
is usually the lower left corner, y grows upwards, `/Rotate` and the crop box change nothing. A rectangle is left, bottom, right, top, as
in an annotation's `/Rect`. A character without a glyph (a line end, a blank that is only a gap) has an empty box.

A character lies in a rectangle when the middle of its box does: boxes of neighbouring glyphs overlap (italics, Arabic), and producers
draw a link's rectangle tight or wide, so the middle is the one test that neither loses a word's last letter nor takes its neighbour's
first.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import itemgetter

from archiver.article.link import Rect

STRAY = 3  # characters outside of a rectangle that do not part what is in it: a raised figure
SCRAP = 0.3  # of the longest run in a rectangle

Spot = tuple[int, int]
Line = tuple[int, int, Rect]


@dataclass(frozen=True, slots=True)
class Layout:
    """The boxes of a text's characters: `pages` are the offsets where pages begin, `boxes` four numbers for each code point.

    `lines` are the printed lines in order: start, end, and the rectangle around all their glyphs.
    """

    pages: tuple[int, ...]
    boxes: array[float]
    lines: tuple[Line, ...]

    def page(self, offset: int) -> int:
        """Return the page, from 1, that an offset stands on."""
        return max(1, bisect_right(self.pages, offset))

    def page_span(self, page: int) -> Spot:
        """Return the offsets of a page, from 1; an empty span at the end for a page that is not there."""
        end = len(self.boxes) // 4
        if not 1 <= page <= len(self.pages):
            return end, end
        return self.pages[page - 1], self.pages[page] if page < len(self.pages) else end

    def box(self, offset: int) -> Rect | None:
        """Return the box of one character, or None where nothing is printed."""
        left, bottom, right, top = self.boxes[4 * offset : 4 * offset + 4]
        return (left, bottom, right, top) if right > left and top > bottom else None

    def line(self, offset: int) -> Rect | None:
        """Return the rectangle around the printed line that an offset stands in, or None between lines."""
        at = bisect_right(self.lines, offset, key=itemgetter(0)) - 1
        return self.lines[at][2] if at >= 0 and offset < self.lines[at][1] else None

    def rects(self, start: int, end: int) -> tuple[Rect, ...]:
        """Return the rectangles, one for each line, that hold what is printed of [start, end) on the page of `start`; rounded to 0.01."""
        found: list[Rect] = []
        for low, high, _ in self._lines(self.page(start)):
            boxes = list(filter(None, map(self.box, range(max(low, start), min(high, end)))))
            if boxes:
                found.append(reduce(around, boxes))
        return tuple((round(left, 2), round(bottom, 2), round(right, 2), round(top, 2)) for left, bottom, right, top in found)

    def spans(self, page: int, rects: Sequence[Rect]) -> Iterator[Spot]:
        """Yield, for each rectangle on a page, the spans of the characters in it; none where it holds none.

        One as a rule. Where a line that is printed there stands elsewhere in the text, as in columns whose lines a file draws in turn,
        there are several: each run of characters with at most `STRAY` others between two. Scraps of neighbouring lines are left out.
        """
        for rect in rects:
            runs: list[list[int]] = []
            for start, end, whole in self._lines(page):
                if whole[0] <= rect[2] and rect[0] <= whole[2] and whole[1] <= rect[3] and rect[1] <= whole[3]:
                    for at in range(start, end):
                        if self._in(at, rect):
                            if runs and self._near(runs[-1][-1], at):
                                runs[-1].append(at)
                            else:
                                runs.append([at])
            most = max(map(len, runs), default=0)
            yield from ((run[0], run[-1] + 1) for run in runs if len(run) >= SCRAP * most)

    def span(self, page: int, rects: Sequence[Rect]) -> Spot | None:
        """Return the span from the first to the last character in any of the rectangles on a page, or None where they hold none."""
        found = list(self.spans(page, rects))
        return (min(start for start, _ in found), max(end for _, end in found)) if found else None

    def spot(self, page: int, rect: Rect, quarters: int = 0) -> int:
        """Return the offset behind the line above the middle of a rectangle, where what has no words stands.

        It is the lowest of those in the rectangle's column; where there is none, the last one in the text. Above is what shows above on a
        page that is turned by `quarters`.
        """
        left, bottom, right, top = turned(rect, quarters)
        lines = [(end, turned(whole, quarters)) for _, end, whole in self._lines(page)]
        above = [(end, whole) for end, whole in lines if whole[1] > (bottom + top) / 2]
        column = [(whole[1], -end) for end, whole in above if whole[0] < right and left < whole[2]]
        return -min(column)[1] if column else max((end for end, _ in above), default=self.page_span(page)[0])

    def _lines(self, page: int) -> Iterator[Line]:
        low, high = self.page_span(page)
        for at in range(bisect_left(self.lines, low, key=itemgetter(0)), len(self.lines)):
            if self.lines[at][0] >= high:
                return
            yield self.lines[at]

    def _near(self, one: int, other: int) -> bool:
        """Tell whether hardly anything is printed between two characters."""
        printed = 0
        for at in range(one + 1, other):
            printed += self.box(at) is not None
            if printed > STRAY:
                return False
        return True

    def _in(self, at: int, rect: Rect) -> bool:
        box = self.box(at)
        return box is not None and rect[0] <= (box[0] + box[2]) / 2 <= rect[2] and rect[1] <= (box[1] + box[3]) / 2 <= rect[3]


def around(one: Rect, other: Rect) -> Rect:
    """Return the smallest rectangle that holds both."""
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def turned(rect: Rect, quarters: int) -> Rect:
    """Return a rectangle of a page that is turned clockwise about its origin by so many quarters: where `/Rotate` has it shown."""
    left, bottom, right, top = rect
    for _ in range(quarters % 4):
        left, bottom, right, top = bottom, -right, top, -left
    return left, bottom, right, top
