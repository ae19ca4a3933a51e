"""Escaped: markup of an embed that a page prints as text, because a system escaped it once too often.

Readers of such a page see `<blockquote class="twitter-tweet">…` in letters, and it still says which post the article shows. In code, and
where the code is offered to be copied, it is an example, and shows nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archiver.article.article import Article
from archiver.article.document import Document
from archiver.article.source import blanked
from archiver.citation.links_in_markup import Covered, embeds
from archiver.citation.platform import Platform
from archiver.citation.sighting import Sighting, in_body

OPENED = re.compile(r"<(?P<tag>iframe|blockquote)\s[^<>]{5,3000}>", re.IGNORECASE)
LONGEST, MOST = 20_000, 100  # characters of one; of a page
# What is left of its markup: the script that would have shown it.
SCRIPT = re.compile(r"<script\s[^<>]{0,500}>\s*</script\s*>", re.IGNORECASE)
CODE = "pre, code, textarea, kbd, samp, xmp, listing, [contenteditable]"


def escaped(article: Article, document: Document, platforms: Sequence[Platform], covered: Covered) -> Iterator[Sighting]:
    """Yield the embeds whose markup stands in the text, and note in `covered` the text that they take."""
    for start, end, shown in _shown(article.text, platforms):
        around = document.element_at(start)
        if around is not None and not around.closest(CODE):
            covered.spans.append((start, end))
            body = document.in_body(around)
            yield shown._replace(start=start, end=end, in_body=body, order=document.order(around), element=around)


def escaped_in_words(article: Article, platforms: Sequence[Platform], covered: Covered) -> Iterator[Sighting]:
    """Yield the same of a text whose tree has no offsets of its own, or that has none."""
    text = blanked(article.text, article.silent) if "<" in article.text else ""
    found = list(_shown(text, platforms))
    for start, end, shown in found:
        covered.spans.append((start, end))
        yield shown._replace(start=start, end=end, in_body=in_body(article, start), element=None)
    if found:
        covered.spans += [script.span() for script in SCRIPT.finditer(text)]


def _shown(text: str, platforms: Sequence[Platform]) -> Iterator[tuple[int, int, Sighting]]:
    """Yield where the markup of an embed stands in a text, and what it shows."""
    position = 0
    for _ in range(MOST):
        opened = OPENED.search(text, position) if "<" in text else None
        if opened is None:
            return
        position = opened.end()
        closed = re.compile(f"</{opened['tag']}\\s*>", re.IGNORECASE).search(text, position, position + LONGEST)
        if closed is None:
            continue
        shown = next(embeds(Document(text[opened.start() : closed.end()]), platforms, Covered()), None)
        if shown is not None and shown.reference.id:
            position = closed.end()
            yield opened.start(), position, shown
