"""Blocks of links: in the text of a PDF the links of a page stand together at its end, a line each, in the order they had on the page.

Such a block is two or more lines in a row that are an address each. It interrupts the text it follows: a quotation goes on behind it.

Parts of embeds. A page that embeds a post has the post's links too, and they stand in the block just before the post's own: its hashtags
(`?src=hash&ref_src=twsrc`), its t.co links. They are claims of the post.

Places. The line in the block is a place of its link. Where words of the page point to the link (`pointing`), they are a second place,
inferred, with a confidence. The order of the block bounds where they can be: a link listed behind an embedded post stood behind it on the
page. The page is what lies between the last block, or form feed, and this one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from archiver.article.article import Article
from archiver.citation.citation import Claims
from archiver.citation.links_in_text import TextLink
from archiver.citation.platform import Platform
from archiver.citation.pointing import Page
from archiver.citation.quoted import PICTURE, hashtag
from archiver.citation.sighting import Sighting, identify
from archiver.url import resolve

MOST_PAGE = 20_000  # characters of a page that are looked at
MARGIN = 80  # blanks before and behind an address that has its line for itself
SHORT = re.compile(r"(?:https?://)?t\.co/", re.IGNORECASE)
WIDGET = re.compile(r"[?&](?:ref_src=twsrc|src=hash)", re.IGNORECASE)  # how the links of an embedded post are marked


@dataclass(frozen=True, slots=True)
class LinkBlock:
    """A block of links: `text[start:end]`, and the page text before it that its links belong to, from `page` on."""

    start: int
    end: int
    page: int
    links: tuple[TextLink, ...]


def link_blocks(text: str, links: Sequence[TextLink]) -> list[LinkBlock]:
    """Return the blocks of links of a text dump, in order."""
    runs: list[list[TextLink]] = []
    for link in links:
        if not _has_line(text, link):
            continue
        between = text[runs[-1][-1].end : link.start] if runs else ""
        if runs and not between.strip() and between.count("\n") == 1:
            runs[-1].append(link)
        else:
            runs.append([link])
    blocks: list[LinkBlock] = []
    for run in runs:
        if len(run) > 1:
            start = run[0].start
            page = max(blocks[-1].end if blocks else 0, text.rfind("\f", 0, start) + 1, start - MOST_PAGE)
            blocks.append(LinkBlock(start, run[-1].end, page, tuple(run)))
    return blocks


def _has_line(text: str, link: TextLink) -> bool:
    """Tell whether an address with a scheme has a line for itself, but for a margin."""
    before = text[max(0, link.start - MARGIN) : link.start].rpartition("\n")
    behind = text[link.end : link.end + MARGIN].partition("\n")
    opens = bool(before[1]) or link.start < MARGIN
    closes = bool(behind[1]) or link.end + MARGIN > len(text)
    return "://" in link.written and opens and closes and not before[2].strip() and not behind[0].strip()


def parts_of_embeds(blocks: Sequence[LinkBlock], platforms: Sequence[Platform]) -> dict[str, list[TextLink]]:
    """Return, by key of an embedded post, the links of blocks that are parts of it: its hashtags and t.co links stand just before it."""
    parts: dict[str, list[TextLink]] = {}
    for block in blocks:
        pending: list[TextLink] = []
        for link in block.links:
            url = resolve(link.url)
            reference = identify(url, platforms) if url else None
            if SHORT.match(link.written) or PICTURE.match(link.written) or (reference and not reference.id and WIDGET.search(link.written)):
                pending.append(link)
                continue
            if reference and reference.id and WIDGET.search(link.written):
                parts.setdefault(reference.key, []).extend(pending)
            pending = []
    return parts


def with_parts(sighting: Sighting, parts: dict[str, list[TextLink]]) -> Sighting:
    """Return a sighting of a post with the links of blocks that are its parts among its claims."""
    owned = parts.get(sighting.reference.key) if sighting.kind == "embed" or sighting.via == "text" else None
    if not owned:
        return sighting
    claims = Claims(
        media=tuple(link.written for link in owned if PICTURE.match(link.written)),
        links=tuple(link.written for link in owned if not PICTURE.match(link.written) and not hashtag(link.written)),
        hashtags=tuple(tag for link in owned if (tag := hashtag(link.written))),
    )
    return sighting._replace(claims=sighting.claims.merged(claims))


def inferred(article: Article, blocks: Sequence[LinkBlock], sightings: Sequence[Sighting]) -> list[Sighting]:
    """Return a sighting at the words that point to a link of a block, for each link that words point to."""
    shown = {one.reference.key: one for one in sightings if one.kind == "embed"}
    by_start = {one.start: one for one in sightings if one.via == "text"}
    found: list[Sighting] = []
    for block in blocks:
        page = Page(article.text, block.page, block.start)
        cited = [by_start[link.start] for link in block.links if link.start in by_start]
        anchors = [(number, shown[one.reference.key]) for number, one in enumerate(cited) if one.reference.key in shown]
        for number, one in enumerate(cited):
            if one.reference.id or one.reference.url is None:
                continue
            after = max((anchor.end for at, anchor in anchors if at < number and anchor.end <= block.start), default=block.page)
            before = min((anchor.start for at, anchor in anchors if at > number and anchor.start >= block.page), default=block.start)
            pointer = page.point(one.reference.url, after, before)
            if pointer:
                spot = {"start": pointer.start, "end": pointer.end, "via": pointer.how, "confidence": pointer.confidence}
                found.append(one._replace(inferred=True, **spot))  # type: ignore[arg-type]
    return found
