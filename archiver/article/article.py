"""Article: the page whose sources we keep, as text with a map back to the bytes as received.

One text per article. Every offset in the program counts Unicode code points in `Article.text`, and that text is never cleaned: bidi marks,
tatweel, private-use glyphs and odd spaces stay where the source has them, because the places refer to them. Line ends are the one thing
that readers normalise (CRLF, CR → LF), for text formats only; the bytes as received are kept beside it in `data`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import asdict, dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Any

from archiver.article.anchor import SENTENCE
from archiver.article.block import Block
from archiver.article.document import Document
from archiver.article.entry import Entry
from archiver.article.layout import Layout
from archiver.article.link import Link
from archiver.article.rendering import Rendering
from archiver.article.signs import signs, spots


@dataclass(frozen=True)
class Article:
    """The page whose sources we keep.

    `source` is what the person named (shown, never opened again); `url` where the page lives, absolute, or None; `base_url` what relative
    links are resolved against; `data` the bytes as received; `text` what all offsets refer to; `blocks` in reading order, disjoint;
    `published` an ISO date; `language` a BCP 47 tag; `document` the element tree where the format has one; `links`, in order, those that
    the reader of a format without a tree found; `layout` where the text is printed, for PDF; `captured` when
    it was recorded, if it came out of an archive file (ISO 8601). `silent` are the spans of a text that cite nothing (code, front matter),
    disjoint and in order; `markup` the HTML that stands in a text that is no HTML page, a tree whose spans are offsets into `text`;
    `rendering` the way back to the source, where `text` is its words without its markup. `items` are those of a feed.
    """

    source: str
    url: str | None
    media_type: str
    data: bytes
    encoding: str
    text: str
    sha256: str  # lower-case hex, of `data`
    blocks: tuple[Block, ...] = ()
    title: str | None = None
    byline: str | None = None
    published: str | None = None
    language: str | None = None
    base_url: str | None = None
    document: Document | None = field(default=None, compare=False, repr=False)
    links: tuple[Link, ...] = ()
    layout: Layout | None = field(default=None, compare=False, repr=False)
    captured: str | None = None
    silent: tuple[tuple[int, int], ...] = ()
    markup: Document | None = field(default=None, compare=False, repr=False)
    rendering: Rendering | None = field(default=None, compare=False, repr=False)
    items: tuple[Entry, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the citation document's article object; `items` only where there are some."""
        said: dict[str, Any] = {
            "source": self.source,
            "url": self.url,
            "media_type": self.media_type,
            "sha256": self.sha256,
            "title": self.title,
            "byline": self.byline,
            "published": self.published,
            "language": self.language,
            "text_length": len(self.text),
        }
        return said | ({"items": [asdict(one) for one in self.items]} if self.items else {})

    @cached_property
    def signs(self) -> frozenset[str]:
        """The characters of the text that are rare in prose; see `signs.py`."""
        return self.document.signs if self.document else signs(self.text)

    @property
    def lines(self) -> str:
        """The text that lines and columns count in: the source, which is the text itself where nothing was cut out of it."""
        return self.rendering.original if self.rendering else self.text

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(newline.end() for newline in re.finditer("\n", self.lines))]

    def line_column(self, offset: int, *, wordless: bool = False) -> tuple[int, int]:
        """Return the line and column in the source, both from 1, of an offset into `text`; `wordless` of a spot without words there."""
        if self.rendering:
            offset = self.rendering.spot(offset) if wordless else self.rendering.source(offset)
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def line_offset(self, line: int, column: int = 1) -> int | None:
        """Return the offset of a line and column, both from 1, or None where the source has no such line or column."""
        if not 1 <= line <= len(self._line_starts):
            return None
        start = self._line_starts[line - 1]
        end = self._line_starts[line] if line < len(self._line_starts) else len(self.lines) + 1
        if not 1 <= column <= end - start:
            return None
        return self.rendering.at(start + column - 1) if self.rendering else start + column - 1

    def block_at(self, offset: int) -> tuple[int, Block] | None:
        """Return the ordinal (from 1) and the block that holds an offset, or the last one before it; None before the first."""
        index = bisect_right(self._block_starts, offset) - 1
        return (index + 1, self.blocks[index]) if index >= 0 else None

    def blocks_with(self, sign: str) -> list[Block]:
        """Return the blocks that a character, one of `signs`, stands in."""
        if sign not in self.signs:
            return []
        held = {bisect_right(self._block_starts, at) - 1: at for at in reversed(spots(self.text, sign))}  # the first in each
        return [self.blocks[index] for index, at in sorted(held.items()) if index >= 0 and at < self.blocks[index].end]

    def paragraph_at(self, offset: int) -> int | None:
        """Return the ordinal, from 1, of the body block that holds an offset or ends before it; None in chrome."""
        index = bisect_right(self._block_starts, offset) - 1
        return self._body_ordinals[index] if index >= 0 else None

    def heading_at(self, offset: int) -> str | None:
        """Return the text of the nearest heading at or above an offset; for one in the body of the body's, or of the first level."""
        block = self.block_at(offset)
        starts, headings = self._body_headings if block and block[1].in_body else self._headings
        index = bisect_right(starts, offset) - 1
        return headings[index] if index >= 0 else None

    @cached_property
    def _headings(self) -> tuple[list[int], list[str]]:
        """The headings, by where they start."""
        return self._told([block for block in self.blocks if block.kind == "heading"])

    @cached_property
    def _body_headings(self) -> tuple[list[int], list[str]]:
        """The headings of the body and of the first level. A sentence of the second, right below one of the first, is a standfirst."""
        found: list[Block] = []
        before: Block | None = None
        for block in self.blocks:
            below = before is not None and before.level == 1 and block.level == 2
            standfirst = below and SENTENCE.search(self.text[max(block.start, block.end - 3) : block.end].rstrip()) is not None
            if block.kind == "heading" and (block.in_body or block.level == 1) and not standfirst:
                found.append(block)
            before = block if block.in_body or block.level == 1 else before
        return self._told(found)

    def _told(self, headings: list[Block]) -> tuple[list[int], list[str]]:
        return [one.start for one in headings], [self.text[one.start : one.end].strip() for one in headings]

    @cached_property
    def _body_ordinals(self) -> list[int | None]:
        counts = accumulate(int(block.in_body) for block in self.blocks)
        return [count if block.in_body else None for block, count in zip(self.blocks, counts, strict=True)]

    @cached_property
    def _block_starts(self) -> list[int]:
        return [block.start for block in self.blocks]
