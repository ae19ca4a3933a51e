"""Rendering: the words of a source text with its markup cut out, and the way back to the source.

What a reader of Markdown, reStructuredText or wikitext reads is its words; what stands between them (brackets and destinations of links,
tags, shortcodes, comments) is machinery. Were the article text the source itself, the 64 characters before a citation would hold another
link's address instead of the words that tell one place from another, and a later version with a changed address would have changed words.
So the text is the source less some spans, and nothing else is done: no line joined, no blank squeezed. A span may leave one character in
its place: an entity what it stands for, a tag that begins or ends a line a line end, where it alone parts the words beside it. `line` and
`column` say where a spot stands in the source.

Cut is what stands in running text, and machinery on lines of its own that shows nothing (targets, comments). Other lines that are no
prose stay as they are: front matter, code with what announces it, templates of a wiki, which only the site that knows them could lay out.
They are words that a person finds in the file.

Both ways are monotone. A spot without words (a shortcode, a frame) is in the source the spot behind the last word before it; a spot of the
source within a cut is in the text where the cut was. So an offset goes to the source and comes back as itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from archiver.article.source import Span

Cut = tuple[int, int, str]  # start, end, and the one character that it leaves, or ""


@dataclass(frozen=True)
class Rendering:
    """A source text and what is cut out of it, in order, disjoint."""

    original: str
    cuts: tuple[Cut, ...]

    @classmethod
    def of(cls, original: str, cuts: Iterable[Span], left: Iterable[Cut] = ()) -> Rendering:
        """Return the rendering of a source less some spans, which may overlap; `left` are those that leave a character."""
        whole: list[Cut] = []
        for start, end, sign in sorted([*((start, end, "") for start, end in cuts), *left]):
            if whole and start < whole[-1][1]:
                whole[-1] = (whole[-1][0], max(end, whole[-1][1]), whole[-1][2])
            elif start < end:
                whole.append((start, end, sign))
        return cls(original, tuple(whole))

    @cached_property
    def _kept(self) -> list[Span]:
        """What is kept of the source: one span more than there are cuts."""
        return list(zip([0, *(end for _, end, _ in self.cuts)], [*(start for start, _, _ in self.cuts), len(self.original)], strict=True))

    @cached_property
    def _offsets(self) -> list[int]:
        """The offset in the text where each kept span begins."""
        return [0, *accumulate(end - start + len(cut[2]) for (start, end), cut in zip(self._kept, self.cuts, strict=False))]

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self._kept]

    @cached_property
    def text(self) -> str:
        """The words."""
        signs = [*(sign for _, _, sign in self.cuts), ""]
        return "".join(self.original[start:end] + sign for (start, end), sign in zip(self._kept, signs, strict=True))

    def at(self, source: int) -> int:
        """Return the offset in the text of an offset in the source; within a cut, the offset where that was."""
        index = bisect_right(self._starts, source) - 1
        start, end = self._kept[index]
        return self._offsets[index] + min(source, end) - start

    def span(self, start: int, end: int) -> Span:
        """Return the span in the text of a span in the source, without white space at its ends; of one without words, its spot."""
        first, last = self.at(start), self.at(end)
        words = self.text[first:last]
        if not words.strip():
            return first, first
        return first + len(words) - len(words.lstrip()), first + len(words.rstrip())

    def source(self, offset: int) -> int:
        """Return the offset in the source of the character at an offset in the text; behind the last one, the end."""
        index = bisect_right(self._offsets, offset) - 1
        start, end = self._kept[index]
        return min(start + offset - self._offsets[index], end)

    def spot(self, offset: int) -> int:
        """Return the offset in the source of a spot without words: behind the character before it."""
        if not offset:
            return 0
        index = bisect_right(self._offsets, offset - 1) - 1
        start, end = self._kept[index]
        behind = start + offset - self._offsets[index]
        return behind if behind <= end else self.cuts[index][1]
