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
        "article": article.as_json(),
        "citations": [citation.as_json() for citation in citations],
    }
