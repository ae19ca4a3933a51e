"""Posts pasted as text: a quotation that begins with `@handle:`, and the mark that X itself puts before a handle it copies out.

No date and no link, so nothing says which post it is; but the article quotes it, and says whose it is. Two shapes, both beyond doubt:

    <blockquote>@handle: words</blockquote>      each paragraph of a quotation element that begins so is one, but not of a forum's entry
    … [U+200F]@handle: words                     RIGHT-TO-LEFT MARK before the handle: copied from a post's header

Without the colon the handle may be whom the post answers, and there is no claim; unless `.@` follows, which is how a post that is to be
seen by all begins, and nothing else. The links that the author set in such words are the author's own, and stay citations.

With them come the other signs of a post without an address: what networks sign with (`footprint`), what sentences say (`said`,
`said_east`), what lists of works cited name (`bibliography`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.article.article import Article
from archiver.citation.attribution import Attribution
from archiver.citation.bibliography import works_cited
from archiver.citation.footprint import footprints
from archiver.citation.said import said
from archiver.citation.said_east import said_in_the_east

LEAST, MOST = 20, 600  # characters of the words
BEGINS = re.compile(r"[\s\u200e\u200f\u202a-\u202e]*(?:RT\s)?@(?P<handle>[A-Za-z0-9_]{1,20})(?:\s?[:：]\s*(?=\S)|\s+(?=\.@\w))")
ENTRY = re.compile(r"post|message|comment", re.IGNORECASE)  # what a forum sets an entry in: the handle is whom it answers
MARKED = re.compile(r"\u200f@(?P<handle>[A-Za-z0-9_]{1,20})\s?[:：]\s*(?=\S)")


def pasted(article: Article) -> list[Attribution]:
    """Return the posts that an article quotes with neither address nor attribution line, in order; where two overlap, the first."""
    kept: list[Attribution] = []
    end = 0
    signs = (_written(article), footprints(article), said(article), said_in_the_east(article), works_cited(article))
    for found in sorted((one for those in signs for one in those), key=_span):
        start, stop = _span(found)
        if start >= end:
            kept.append(found)
            end = stop
    return kept


def _span(found: Attribution) -> tuple[int, int]:
    spans = [(found.start, found.end), *([found.words] if found.words else [])]
    return min(start for start, _ in spans), max(end for _, end in spans)


def _written(article: Article) -> Iterator[Attribution]:
    if article.document is None:
        return
    for block in article.blocks_with("@"):
        found = BEGINS.match(article.text, block.start, block.end)
        if found:
            element = article.document.element_at(found.start("handle"))
            quotation = element.closest("blockquote") if element is not None else None
            if quotation is None or ENTRY.search(quotation.attributes.get("class", "")):
                found = None
        found = found or MARKED.search(article.text, block.start, block.end)
        if found and LEAST <= block.end - found.end() <= MOST:
            yield Attribution(found.start("handle") - 1, found.end("handle"), None, found["handle"], None, (found.end(), block.end))
