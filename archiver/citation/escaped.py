"""Escaped: markup of an embed that a page prints as text, because a system escaped it once too often.

Readers of such a page see `<blockquote class="twitter-tweet">…` in letters, and it still says which post the article shows. In code, and
where the code is offered to be copied, it is an example, and shows nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archiver.article.article import Article
from archiver.article.document import Document
from archiver.citation.links_in_markup import Covered, embeds
from archiver.citation.platform import Platform
from archiver.citation.sighting import Sighting

OPENED = re.compile(r"<(?P<tag>iframe|blockquote)\s[^<>]{5,3000}>", re.IGNORECASE)
LONGEST, MOST = 20_000, 100  # characters of one; of a page
CODE = "pre, code, textarea, kbd, samp, xmp, listing, [contenteditable]"


def escaped(article: Article, document: Document, platforms: Sequence[Platform], covered: Covered) -> Iterator[Sighting]:
    """Yield the embeds whose markup stands in the text, and note in `covered` the text that they take."""
    text, position = article.text, 0
    for _ in range(MOST):
        opened = OPENED.search(text, position) if "<" in text else None
        if opened is None:
            return
        position = opened.end()
        closed = re.compile(f"</{opened['tag']}\\s*>", re.IGNORECASE).search(text, position, position + LONGEST)
        around = document.element_at(opened.start())
        if closed is None or around is None or around.closest(CODE):
            continue
        shown = next(embeds(Document(text[opened.start() : closed.end()]), platforms, Covered()), None)
        if shown is not None and shown.reference.id:
            position = closed.end()
            covered.spans.append((opened.start(), position))
            body = document.in_body(around)
            yield shown._replace(start=opened.start(), end=position, in_body=body, order=document.order(around), element=around)
