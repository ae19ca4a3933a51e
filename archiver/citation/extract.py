"""Extract: what an article cites, in reading order, each thing once with every place.

The passes, each of which sees what the ones before it took:
  1. embeds that platforms recognise in markup, then hyperlinks outside of them    `links_in_markup`
     posts whose address an element keeps for a script                 `hollow`
     embeds whose markup is printed as text                            `escaped`
     what the page holds back and shows nowhere else: noscript, templates, JSON    `hidden`, `island`
     in formats without an element tree: the links that their readers found        `links_of_reader`
  2. addresses in running text outside of both                                     `links_in_text`
  3. in dumps: blocks of links, and the words that point to them                   `link_block`
  4. attribution lines and the words above them, posts pasted as text              `attribution`, `pasted`; `scattered`

Then what belongs together is joined: a quoted post with the status address elsewhere that is the same post (`quoted`), which makes it an
embed with both places; else it is a mention. What stands in a quoted post (t.co links, hashtags, pictures) is among its claims and no
citation of its own.

A citation's kind is the strongest of its places' (embed, link, mention); it is in the body if one of its places is; its claims are those of
all its places, those of markup before those of sentences that quote it. Places stand in reading order, those in the body before those in
chrome, which has links of the text in its menus as well.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import partial

from archiver.article.article import Article
from archiver.article.pleas import is_asked_for
from archiver.article.source import blanked
from archiver.article.text import is_scattered
from archiver.citation.attribution import Attribution, attributions
from archiver.citation.citation import Citation, Claims, Place, Reference
from archiver.citation.escaped import escaped, escaped_in_words
from archiver.citation.hidden import hidden
from archiver.citation.hollow import hollow
from archiver.citation.link_block import LinkBlock, inferred, link_blocks, parts_of_embeds, with_parts
from archiver.citation.links_in_markup import Covered, embeds, hyperlinks, is_control
from archiver.citation.links_in_text import TextLink, links_in_copy
from archiver.citation.links_of_reader import links_of_reader, printed_otherwise
from archiver.citation.normalise import Copy, normalise
from archiver.citation.pasted import pasted
from archiver.citation.place import describe
from archiver.citation.platform import Platform
from archiver.citation.quoted import claims_of, is_shown_below, links_inside, quoted_sightings, statuses_of
from archiver.citation.scattered import in_lines
from archiver.citation.sighting import NOTHING, Sighting, identify, in_body, of_host
from archiver.url import parts, resolve

DUMPS = frozenset({"text/plain", "application/pdf"})
KINDS = ("embed", "link", "mention")


def extract(article: Article, platforms: Sequence[Platform]) -> tuple[Citation, ...]:
    """Return what an article cites, in reading order.

    `platforms` are asked in order; the last one is `web`, which claims every URL.
    """
    sightings, covered = _in_markup(article, platforms)
    taken = _union(covered.spans)
    handed = [(link, one) for link, one in links_of_reader(article, platforms) if not _touches(taken, link.start, link.end)]
    copy = normalise(blanked(article.text, article.silent) if article.silent else article.text, article.signs)
    links = _in_text(article, copy, platforms, [*covered.spans, *((link.start, link.end) for link in article.links)])
    sightings += [sighting for _, sighting in handed]
    if article.layout:
        sightings += printed_otherwise(handed, _in_text(article, copy, platforms, []), platforms)
    blocks = link_blocks(article.text, links) if article.document is None and article.media_type in DUMPS else []
    shown = _union((one.start, one.end) for one in sightings if one.kind == "embed")
    gaps = [(block.start, block.end) for block in blocks]
    if article.media_type == "text/plain" and is_scattered(article.text):
        quoted, told = in_lines(article, gaps, partial(_touches, shown))
    else:
        quoted, told = attributions(article, gaps, partial(_touches, shown), None if article.silent else copy), pasted(article)
    taken = _union((*shown, *((one.start, one.end) for one in quoted), *(one.words for one in quoted if one.words)))
    quoted += [one for one in told if not any(_touches(taken, *span) for span in ((one.start, one.end), one.words) if span)]
    return _gathered(article, _joined(article, platforms, sightings, links, blocks, quoted))


def _in_markup(article: Article, platforms: Sequence[Platform]) -> tuple[list[Sighting], Covered]:
    covered = Covered()
    document = article.markup if article.document is None else article.document
    if document is None:
        return list(escaped_in_words(article, platforms, covered)) if article.rendering else [], covered
    found = list(embeds(document, platforms, covered))
    found += hollow(document, platforms, covered, {one.reference.key for one in found})
    found += hyperlinks(article, document, platforms, covered)
    if article.rendering:  # a source's tree has no offsets of its own
        found += escaped_in_words(article, platforms, covered)
    else:
        found += escaped(article, document, platforms, covered)
    held = list(hidden(article, document, platforms, found))
    covered.spans += [(one.start, one.end) for one in held if one.via == "textarea"]  # whose markup is text to the tree
    return found + held, covered


def _in_text(article: Article, copy: Copy, platforms: Sequence[Platform], covered: Iterable[tuple[int, int]]) -> list[TextLink]:
    def known(url: str) -> bool:
        return any(platform.identify(url) for platform in of_host(tuple(platforms[:-1]), parts(url).host))

    dump = article.document is None and article.media_type in DUMPS
    taken = _union(covered)
    walls = {block.start for block in article.blocks if block.kind == "furniture"} if dump else set()
    return [link for link in links_in_copy(copy, known, broken_lines=dump, walls=walls) if not _touches(taken, link.start, link.end)]


def _union(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans that are not empty, sorted, those that overlap as one."""
    union: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if union and start < union[-1][1]:
            union[-1] = (union[-1][0], max(end, union[-1][1]))
        elif start < end:
            union.append((start, end))
    return union


def _touches(union: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Tell whether [start, end) meets one of the spans of a union."""
    at = bisect_right(union, (end - 1, sys.maxsize)) - 1
    return at >= 0 and start < union[at][1]


# ------------------------------------------------------------------ joining


def _joined(
    article: Article,
    platforms: Sequence[Platform],
    marked: list[Sighting],
    links: Sequence[TextLink],
    blocks: Sequence[LinkBlock],
    quoted: Sequence[Attribution],
) -> list[Sighting]:
    written = _text_sightings(article, links, platforms)
    parts = parts_of_embeds(blocks, platforms)
    inner = links_inside(quoted, written, marked)
    owners = statuses_of(article, quoted, inner, [*marked, *(sighting for _, sighting in written)])
    kept = {id(owner) for owner in owners.values()}
    taken = {id(link) for inside in inner for link, _ in inside.links} | {id(link) for owned in parts.values() for link in owned}
    taken |= {id(sighting) for inside in inner for sighting in inside.marked} - kept
    sightings = [one for one in marked if id(one) not in taken]
    sightings += [sighting for link, sighting in written if id(link) not in taken or id(sighting) in kept]
    for found, inside in zip(quoted, inner, strict=True):
        owner = owners.get(found.start)
        if owner is None and is_shown_below(article, found, marked):
            continue
        sightings.extend(quoted_sightings(article, found, owner, claims_of(article, found, inside, owner)))
    sightings = [with_parts(one, parts) for one in sightings]
    return sightings + inferred(article, blocks, sightings)


def _text_sightings(article: Article, links: Sequence[TextLink], platforms: Sequence[Platform]) -> list[tuple[TextLink, Sighting]]:
    """Return the sightings of addresses in text; each address is identified once, however often it stands there."""
    known: dict[str, tuple[Reference, bool] | None] = {}
    found = []
    for link in links:
        if link.url not in known:
            url = resolve(link.url)
            reference = identify(url, platforms) if url else None
            known[link.url] = (reference, is_control(url)) if url and reference else None
        if cited := known[link.url]:
            shown = not cited[1] and in_body(article, link.start) and not is_asked_for(article.text, link.start, link.end, link.url)
            found.append((link, Sighting(cited[0], "link", "text", link.written, link.start, link.end, shown)))
    return found


# ---------------------------------------------------------------- gathering


def _gathered(article: Article, sightings: Sequence[Sighting]) -> tuple[Citation, ...]:
    """Return the citations in reading order: each stands where the body first cites it, or, where only chrome does, there."""
    groups: dict[str, list[Sighting]] = {}
    for sighting in sorted(sightings, key=lambda one: (not one.in_body, *_position(one))):
        groups.setdefault(sighting.reference.key, []).append(sighting)
    read = sorted(groups.values(), key=lambda group: _position(group[0]))
    return tuple(_citation(article, number, group) for number, group in enumerate(read, 1))


def _position(one: Sighting) -> tuple[int, int, int]:
    return one.start, one.order, one.end


def _citation(article: Article, number: int, group: Sequence[Sighting]) -> Citation:
    if len(group) == 1:
        (one,) = group
        return Citation(number, one.kind, one.reference, one.in_body, one.claims, (_place(article, one),))
    strongest = min(group, key=lambda one: KINDS.index(one.kind))
    claims = Claims()
    for one in sorted(group, key=lambda one: one.kind != "embed" or one.via == "attribution"):  # a post's own markup has it whole
        claims = claims if one.claims in (NOTHING, claims) else claims.merged(one.claims)
    places = tuple(_place(article, one) for one in group)
    return Citation(number, strongest.kind, _best_reference(group), any(one.in_body for one in group), claims, places)


def _place(article: Article, one: Sighting) -> Place:
    return describe(
        article,
        one.start,
        one.end,
        url=one.url,
        via=one.via,
        element=one.element,
        inferred=one.inferred,
        confidence=one.confidence,
        page=one.page,
        rects=one.rects,
    )


def _best_reference(group: Sequence[Sighting]) -> Reference:
    """Return the reference that says most: one whose URL names the author before one that does not."""
    named = (one.reference for one in group if one.reference.id and one.reference.url and "/i/" not in one.reference.url)
    return next(named, group[0].reference)
