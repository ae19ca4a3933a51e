"""Marks: an article's text cut into paragraphs and pieces, so that every place of every citation is shown where it stands.

Places nest and overlap: a link inside a quoted post, two quotes that share a sentence. HTML elements cannot overlap, so the text is cut at
every border of a place; each piece knows all places that cover it, and which begin and end there. Offsets count code points, as Python's
strings do. A place without width (a player without words) is a border alone, and still gets its number in the text.

The text is shown in the reader's own lines: what a PDF or a mailing broke at its column's width is joined again, what is a line of its own
(a verse, a list of addresses) stays one. Nothing of the text is left out or moved, since offsets and copying depend on it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

BLANK = re.compile(r"\n[^\S\n]*\n\s*")
ALONE = re.compile(r"\s*(?:https?://|[-*•–—#>|]|\d+[.)]\s)")
FULL = 0.6  # of the paragraph's longest line: a line shorter than that ends where its author ended it
DEEPEST, SHOWN = 200, 8  # marks open at once, and how many of them a piece names: an article may nest a thousand
NARROW = 45  # code points: a paragraph of lines below that is verse, a list, an address


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the text: the citation's number, which of its places this is (from 1), its outcome, and its span."""

    number: int
    nth: int
    outcome: str
    start: int
    end: int
    inferred: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that the same marks cover, widest first, and what happens at its ends.

    `begins` are the marks that begin before it, `points` those of them without a width to show, `ends` the marks that end behind it.
    """

    text: str
    marks: tuple[Mark, ...]
    begins: tuple[Mark, ...] = ()
    points: tuple[Mark, ...] = ()
    ends: tuple[Mark, ...] = ()
    line_ends: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block of the text: its pieces, and whether it is a heading that places are said to stand below."""

    start: int
    pieces: tuple[Piece, ...] = field(default=())
    heading: bool = False


def marks(citations: Iterable[Mapping[str, Any]], length: int) -> list[Mark]:
    """Return every place of every citation that lies in a text of `length` code points, in reading order, the wider first."""
    found = []
    for citation in citations:
        for nth, place in enumerate(citation["places"], 1):
            start, end = place["start"], place["end"]
            if isinstance(start, int) and isinstance(end, int) and 0 <= start <= end <= length:
                found.append(Mark(citation["number"], nth, citation["outcome"] or "unsettled", start, end, bool(place["inferred"])))
    return sorted(found, key=lambda mark: (mark.start, -mark.end, mark.number, mark.nth))


def flat(text: str) -> str:
    """Return text on one line, as headings are compared."""
    return " ".join(text.split())


def paragraphs(text: str, found: list[Mark], headings: frozenset[str] = frozenset()) -> Iterator[Paragraph]:
    """Yield the text's blocks, each cut at the borders of marks and at its own line ends. `headings` are texts of headings, `flat`."""
    borders = sorted({mark.start for mark in found} | {mark.end for mark in found})
    sweep = _Sweep(found)
    for at, end, following in _blocks(text, headings):
        block = text[at:end]
        if block.strip():
            lines = _line_ends(block, at)
            cuts = sorted({at, end, *borders[bisect_left(borders, at) : bisect_right(borders, end)], *(line + 1 for line in lines)})
            pieces = [sweep.piece(text, a, b, following if b == end else b, line_ends=b - 1 in lines) for a, b in pairwise(cuts)]
            yield Paragraph(at, tuple(pieces), flat(block) in headings)
    if sweep.left:  # players behind the last word
        yield Paragraph(len(text), (sweep.piece(text, len(text), len(text) + 1, len(text), line_ends=False),))


def _blocks(text: str, headings: frozenset[str]) -> Iterator[tuple[int, int, int]]:
    """Yield where each block begins and ends, and where the next begins: between blank lines, and a line that is a heading for itself."""
    at = 0
    for blank in [*BLANK.finditer(text), None]:
        end, following = blank.span() if blank else (len(text), len(text))
        while (first := text.find("\n", at, end)) >= 0 and flat(text[at:first]) in headings:
            yield at, first, first + 1
            at = first + 1
        yield at, end, following
        at = following


class _Sweep:
    """Goes through the text once, from piece to piece, and knows which marks are open."""

    def __init__(self, found: list[Mark]) -> None:
        self._starts, self._ends = deque(found), deque(sorted(found, key=lambda mark: (mark.end, mark.start)))
        self._open: dict[Mark, None] = {}

    @property
    def left(self) -> bool:
        """Whether there are marks that no piece has shown."""
        return bool(self._starts)

    def piece(self, text: str, start: int, end: int, until: int, *, line_ends: bool) -> Piece:
        """Return the piece from `start` to `end`; marks that end up to `until` end behind it."""
        begins, points = list[Mark](), list[Mark]()
        while self._starts and self._starts[0].start < end:
            mark = self._starts.popleft()
            begins.append(mark)
            if mark.end <= max(start, mark.start) or len(self._open) >= DEEPEST:
                points.append(mark)
            else:
                self._open[mark] = None
        covering = tuple(self._open)[-SHOWN:]
        ends = list[Mark]()
        while self._ends and self._ends[0].end <= until:
            mark = self._ends.popleft()
            if mark in self._open:
                del self._open[mark]
                ends.append(mark)
        whole = text[start:end]
        shown = whole.removesuffix("\n")
        blank = " " if shown != whole and not line_ends else ""
        return Piece(shown + blank, covering, tuple(begins), tuple(points), tuple(ends), line_ends)


def _line_ends(block: str, offset: int) -> frozenset[int]:
    """Return where the line ends of a block stand that its author made."""
    lines = block.split("\n")
    longest = max(map(len, lines))
    found, at = [], offset
    for line, following in pairwise(lines):
        at += len(line)
        if longest < NARROW or len(line) < FULL * longest or ALONE.match(line) or ALONE.match(following):
            found.append(at)
        at += 1
    return frozenset(found)
