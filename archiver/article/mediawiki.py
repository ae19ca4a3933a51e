"""Read pages that a wiki exported (MediaWiki's `Special:Export`, dumps) as an article: their wikitext, which the XML holds escaped.

The text is that of the wikitext reader, and lines count in the wikitext: offsets into escaped XML would help nobody. Of a history the last
revision counts; redirects, and what is no wikitext (modules, styles), have no words. Articles (namespace 0) are read where there are
any, for an export brings templates and talk along. Several pages are one text, each under its title as a heading.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote
from xml.etree import ElementTree as ET

from archiver.article.article import Article
from archiver.article.encoding import codec, declared, decode, guessed, marked
from archiver.article.text import read_text
from archiver.article.wikitext import read_wikitext
from archiver.article.xml import local, parsed

ROOT = re.compile(r"\s*(?:<\?xml[^<>]*\?>\s*|<!--.*?-->\s*)*+<mediawiki[\s>]", re.DOTALL)
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
MEDIA_TYPE = "application/xml"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a wiki: its title and its wikitext."""

    title: str
    text: str


def is_export(head: str) -> bool:
    """Tell whether a text is the export of a wiki, by its beginning."""
    return ROOT.match(head) is not None


def read_export(data: bytes, *, source: str, url: str | None = None, base_url: str | None = None, charset: str | None = None) -> Article:
    """Return the pages of an export as one article. UsageError for what is no text."""
    encoding = marked(data) or codec(charset) or declared(data) or guessed(data) or "utf-8"
    root = parsed(decode(data, encoding))
    pages = tuple(_pages(root)) if root is not None else ()
    if root is None or not pages:
        return read_text(data, source=source, url=url, base_url=base_url, charset=charset or encoding)
    alone = len(pages) == 1
    words = pages[0].text if alone else "\n\n".join(f"= {page.title} =\n{page.text}" for page in pages)
    article = read_wikitext(words.encode(), source=source, url=url, base_url=base_url or url or _address(root, pages[0]), charset="utf-8")
    return replace(
        article,
        media_type=MEDIA_TYPE,
        data=data,
        encoding=encoding,
        sha256=hashlib.sha256(data).hexdigest(),
        title=pages[0].title if alone else _text(root, "siteinfo", "sitename") or pages[0].title,
        language=article.language or root.get(LANGUAGE),
    )


def _pages(root: ET.Element) -> Iterator[Page]:
    """Yield the pages with wikitext in them: articles, or, where there are none, whatever there is."""
    pages = [page for page in _children(root, "page") if not _children(page, "redirect")]
    articles = [page for page in pages if _text(page, "ns") in {None, "0"}]
    for page in articles or pages:
        revision = next(reversed(_children(page, "revision")), page)
        text = _text(revision, "text") or ""
        if text.strip() and (_text(revision, "model") or "wikitext") == "wikitext":
            yield Page(_text(page, "title") or "", text)


def _children(element: ET.Element, name: str) -> list[ET.Element]:
    return [child for child in element if local(child)[1] == name]


def _text(element: ET.Element, *path: str) -> str | None:
    """Return what stands in the first element of a path; None where there is none, or nothing in it."""
    for name in path:
        found = _children(element, name)
        if not found:
            return None
        element = found[0]
    return element.text or None


def _address(root: ET.Element, page: Page) -> str | None:
    """Return where a page lives: beside the wiki's main page, which its export names."""
    base = _text(root, "siteinfo", "base") or ""
    return base.rpartition("/")[0] + "/" + quote(page.title.replace(" ", "_")) if base.startswith(("http://", "https://")) else None
