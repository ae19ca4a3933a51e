"""Words: where in the article's body the words stand that JSON puts before or behind a post."""

from __future__ import annotations

import re

from archiver.article.article import Article
from archiver.article.document import Document

LEAST = 24  # characters that tell one passage from another
NEEDLE = 60  # characters that are looked for: the last of the words before, the first of those behind
SPACE = re.compile(r"[ \t\n\f\r]+")


def flat(words: str) -> str:
    """Return words with runs of white space as one space, as in a paragraph of an article's text."""
    return SPACE.sub(" ", words).strip(" ")


class Words:
    """An article's text to look for words in."""

    def __init__(self, article: Article, document: Document) -> None:
        self._text = article.text
        self._document = document

    def between(self, before: str, after: str) -> int | None:
        """Return the offset behind the words `before`, else that where those of `after` begin; None where the body has neither."""
        for words, ends in ((flat(before)[-NEEDLE:], True), (flat(after)[:NEEDLE], False)):
            at = self._find(words) if len(words) >= LEAST else None
            if at is not None:
                return at + len(words) if ends else at
        return None

    def _find(self, words: str) -> int | None:
        at = -1
        for _ in range(8):  # a teaser above the article repeats its first words
            at = self._text.find(words, at + 1)
            if at < 0:
                return None
            element = self._document.element_at(at)
            if element is not None and self._document.in_body(element):
                return at
        return None
