"""Head: what the meta elements of a page say, as they say it.

`article.facts` collapses white space; in a post's words it is the author's.
"""

from __future__ import annotations

from archiver.article.document import Document
from archiver.url import resolve


def content(document: Document, *names: str) -> str | None:
    """Return the content of the first meta element that has one of the properties or names, asked for in their order."""
    metas = document.select("meta[property][content], meta[name][content]")
    for name in names:
        for meta in metas:
            named = meta.attributes
            if name in (named.get("property", "").lower(), named.get("name", "").lower()) and named["content"].strip():
                return named["content"].strip()
    return None


def address(document: Document, base: str, *names: str) -> str | None:
    """Return the first such content that is an http(s) URL, resolved."""
    return next((url for name in names if (written := content(document, name)) and (url := resolve(written, base))), None)
