"""Sitemap and feed as lists: what a site says that there is, each entry under every name that it can be known by.

A sitemap (sitemaps.org 0.9) lists URLs with the day of their last change, or further sitemaps; Google's news extension adds title and
publication date, which is what tells one article of many. Sitemaps may come gzipped without anybody saying so (`.xml.gz`); what inflates
beyond the protocol's own limit of 50 MB is none.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from archiver.article import feed
from archiver.article.encoding import codec, declared, decode, guessed, marked
from archiver.article.xml import parsed

LIMIT = 50_000_000  # bytes: the protocol's limit of one sitemap
MOST = 50_000  # its limit of entries


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a list: its address, and what else it is known by; `nested` where the address is that of a further list."""

    url: str
    guid: str | None = None
    title: str | None = None
    published: str | None = None  # ISO date, or the day of its last change
    nested: bool = False


def listed(data: bytes, charset: str | None = None) -> tuple[Listed, ...] | None:
    """Return what a feed or a sitemap lists, in its order; None for what is neither."""
    data = _inflated(data)
    items = feed.listed(data, charset)
    if items is not None:
        return tuple(Listed(item.url or "", item.guid, item.title, item.published) for item in items if item.url or item.guid)
    encoding = marked(data) or codec(charset) or declared(data) or guessed(data) or "utf-8"
    text = decode(data, encoding)
    if "<urlset" not in text[: 1 << 15] and "<sitemapindex" not in text[: 1 << 15]:
        return None
    root = parsed(text)
    return tuple(_entries(root))[:MOST] if root is not None else None


def _entries(root: ET.Element) -> Iterator[Listed]:
    for entry in root:
        if _name(entry) not in ("url", "sitemap"):
            continue
        said = {_name(one): (one.text or "").strip() for one in entry.iter() if one is not entry and not len(one)}
        if said.get("loc"):
            when = (said.get("publication_date") or said.get("lastmod") or "")[:10] or None
            yield Listed(said["loc"], None, said.get("title") or None, when, nested=_name(entry) == "sitemap")


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _inflated(data: bytes) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        return zlib.decompressobj(wbits=31).decompress(data, LIMIT)
    except zlib.error:
        return b""
