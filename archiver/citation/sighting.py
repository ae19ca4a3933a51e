"""Sighting: one place where one thing is cited, before the sightings of one thing are gathered into a citation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from archiver.article.article import Article
from archiver.article.document import Element
from archiver.article.link import Rect
from archiver.citation.citation import Claims, Reference
from archiver.citation.platform import Platform
from archiver.citation.wrapped import unwrap
from archiver.url import parts

NOTHING = Claims()
MAIL = re.compile(r"https?://mailto:", re.IGNORECASE)  # what forms that want a web address make of a mail address


class Sighting(NamedTuple):
    """A reference at `[start, end)` of the article text; `kind` and `via` as in the contract; `order` parts those at one offset.

    `page` and `rects` where an annotation of a PDF says them; else they follow from the offsets.
    """

    reference: Reference
    kind: str
    via: str
    url: str | None
    start: int
    end: int
    in_body: bool
    order: int = 0
    element: Element | None = None
    claims: Claims = NOTHING
    inferred: bool = False
    confidence: float | None = None
    page: int | None = None
    rects: tuple[Rect, ...] = ()


def identify(url: str, platforms: Sequence[Platform]) -> Reference | None:
    """Return what a resolved URL points to, by the first platform that claims it; what the URL inside points to, where it carries one.

    None where no platform does, and for the address of a mailbox that was made a web address.
    """
    cited = unwrap(url) or url
    if MAIL.match(cited):
        return None
    for platform in of_host(tuple(platforms), parts(cited).host):
        if found := platform.identify(cited):
            return found
    return None


@lru_cache(maxsize=4096)
def of_host(platforms: tuple[Platform, ...], host: str) -> tuple[Platform, ...]:
    """Return those of the platforms that may claim a URL of a host, in their order: a link costs three questions instead of twenty-four."""
    labels = host.rstrip(".").split(".")
    names = {".".join(labels[at:]) for at in range(len(labels))} | {f"{label}." for label in labels}
    return tuple(one for one in platforms if not one.hosts or not names.isdisjoint(one.hosts))


def in_body(article: Article, offset: int) -> bool:
    """Tell whether the text at an offset is the article's body."""
    if article.document is not None:
        element = article.document.element_at(offset)
        return element is None or article.document.in_body(element)
    block = article.block_at(offset)
    return block is None or block[1].in_body
