"""What an article cites in its body, as the tests of the readers compare it."""

from __future__ import annotations

from archiver import embed
from archiver.article.article import Article
from archiver.citation.extract import extract


def cited_by(article: Article) -> list[tuple[str, str | None, str]]:
    """Return kind, URL and words of each place."""
    return [(one.kind, one.reference.url, place.exact) for one in extract(article, embed.PLATFORMS) if one.in_body for place in one.places]
