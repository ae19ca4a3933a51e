"""Written: an article in a markup language, put together from what its reader found in the source.

The readers of Markdown, reStructuredText and wikitext work in the source, where its markup stands. Here their spans are moved to the words
that are left when the markup is cut out (`rendering`), once for all three.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from archiver.article.article import Article
from archiver.article.block import Block
from archiver.article.front_matter import FrontMatter, day_of
from archiver.article.inline_html import InlineHtml
from archiver.article.language import language_of
from archiver.article.link import Link
from archiver.article.rendering import Rendering
from archiver.article.source import Span, decoded, union


@dataclass(frozen=True, slots=True)
class Found:
    """What a reader found in a source, by offsets into it; `prose` is the source with everything blank that is not prose."""

    rendering: Rendering
    blocks: Iterable[Block]
    links: Iterable[Link]
    silent: Iterable[Span]
    prose: str
    said: FrontMatter = field(default_factory=FrontMatter)
    title: str | None = None
    markup: InlineHtml | None = None
    page: bool = False  # of a site, at `said.url`: relative links lead to others there


@dataclass(frozen=True, slots=True)
class Source:
    """A file in a markup language, as received and as text, with what is known of it."""

    data: bytes
    encoding: str
    text: str
    name: str
    url: str | None
    base_url: str | None

    @classmethod
    def of(cls, data: bytes, *, source: str, url: str | None = None, base_url: str | None = None, charset: str | None = None) -> Source:
        """Decode a file. UsageError for bytes that are no text."""
        return cls(data, *decoded(data, source, charset), source, url, base_url or url)

    def article(self, found: Found, media_type: str) -> Article:
        """Return the article whose text is the words that were found."""
        words = found.rendering
        spans = ((block, words.span(block.start, block.end)) for block in found.blocks)
        return Article(
            source=self.name,
            url=self.url or found.said.url,
            media_type=media_type,
            data=self.data,
            encoding=self.encoding,
            text=words.text,
            sha256=hashlib.sha256(self.data).hexdigest(),
            blocks=tuple(replace(block, start=start, end=end) for block, (start, end) in spans if start < end),
            title=found.said.title or found.title,
            byline=found.said.author,
            published=found.said.published or day_of(PurePosixPath(self.name).name),
            language=found.said.language or language_of(" ".join(found.prose.split())),
            base_url=self.base_url or (found.said.url if found.page else None),
            links=tuple(_moved(link, *words.span(link.start, link.end)) for link in found.links),
            silent=tuple(union((words.at(start), words.at(end)) for start, end in found.silent)),
            markup=found.markup,
            rendering=words,
        )


def _moved(link: Link, start: int, end: int) -> Link:
    return replace(link, start=start, end=end)
