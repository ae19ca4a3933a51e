"""The citation document: what `archiver extract --json` prints, exactly the contract's `archiver.citations/1`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archiver.article.article import Article
from archiver.citation.citation import Citation

SCHEMA = "archiver.citations/1"


def citations_document(article: Article, citations: Sequence[Citation]) -> dict[str, Any]:
    """Return the citation document of an article, ready for JSON."""
    return {
        "schema": SCHEMA,
        "article": {
            "source": article.source,
            "url": article.url,
            "media_type": article.media_type,
            "sha256": article.sha256,
            "title": article.title,
            "byline": article.byline,
            "published": article.published,
            "language": article.language,
            "text_length": len(article.text),
        },
        "citations": [citation.as_json() for citation in citations],
    }
