"""Links of a reader: what the readers of formats without an element tree handed over (`Article.links`), as sightings.

A printed link says two things: where it leads, and, if its words are an address, what a reader of the paper would type. They may
disagree: an address broken over lines, shortened to fit, changed after the words were written, or forged. Nothing of it is dropped. Where
the words are only another way to write the address (shortened, a hyphen more or less, one more label in the host), they are a second
place of the one citation, with the words as its URL; where they are another address, both are cited.

A relative destination without a base is cited without a URL, as in HTML, so that it is not lost. But in Markdown and its like it names
another file of the project, of which the site's generator makes a page, or none: it is not in the body, and nothing is awaited of it.
Nor is a profile that its words ask to follow (`boxes`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archiver.article.article import Article
from archiver.article.link import Link
from archiver.article.pleas import is_asked_for
from archiver.citation.citation import Claims
from archiver.citation.links_in_markup import RELATIVE, is_control, nowhere
from archiver.citation.links_in_text import TextLink
from archiver.citation.platform import Platform
from archiver.citation.sighting import Sighting, identify, in_body
from archiver.url import absolute, canonical, on_host, parts, resolve, without_fragment


def links_of_reader(article: Article, platforms: Sequence[Platform]) -> Iterator[tuple[Link, Sighting]]:
    """Yield the links that a reader found, each with what it cites; not those that lead to no web page or to this one."""
    own = article.url and without_fragment(article.url)
    for order, link in enumerate(article.links):
        url = absolute(link.url, article.base_url) if link.url and not link.url.startswith("#") else None
        if url is None:
            reference = nowhere(link.url) if article.base_url is None and RELATIVE.match(link.url) else None
        else:
            reference = identify(url, platforms) if not own or "#" not in url or without_fragment(url) != own else None
        if reference:
            shown = url is not None and link.in_body and in_body(article, link.start) and not is_control(url)
            shown = shown and not is_asked_for(article.text, link.start, link.end, link.url)
            written, claims = link.written or link.url, Claims(**dict(link.claims))  # type: ignore[arg-type]
            place = (link.start, link.end, shown, order)
            # An address alone in its paragraph is shown only where something is known to show it.
            kind = "link" if link.via == "autoembed" and reference.platform == platforms[-1].name else link.kind
            yield link, Sighting(reference, kind, link.via, written, *place, claims=claims, page=link.page, rects=link.rects)


def printed_otherwise(
    links: Sequence[tuple[Link, Sighting]], text: Sequence[TextLink], platforms: Sequence[Platform]
) -> Iterator[Sighting]:
    """Yield the addresses that are printed in the words of links and are not the address that these lead to."""
    by_start = sorted((pair for pair in links if pair[0].page is not None), key=lambda pair: pair[0].start)
    at = 0
    for found in text:
        while at < len(by_start) and by_start[at][0].end <= found.start:
            at += 1
        if at == len(by_start) or by_start[at][0].start >= found.end:
            continue
        link, sighting = by_start[at]
        printed, meant = resolve(found.url), resolve(link.url)
        if printed is None or meant is None or canonical(printed) == canonical(meant):
            continue
        reference = identify(printed, platforms)
        if reference is None or reference.key == sighting.reference.key:
            continue
        if not reference.id and is_variant(printed, meant):
            reference = sighting.reference
        spot = {"start": found.start, "end": found.end, "url": found.written, "via": "text"}
        yield sighting._replace(reference=reference, claims=Claims(), page=None, rects=(), **spot)  # type: ignore[arg-type]


def is_variant(printed: str, meant: str) -> bool:
    """Tell whether a resolved URL as printed is another way to write the one that is meant."""
    one, other = canonical(printed), canonical(meant)
    if other.startswith(one) or one.replace("-", "") == other.replace("-", ""):
        return True
    printed_host, meant_host = parts(printed).host, parts(meant).host
    return (on_host(printed_host, meant_host) or on_host(meant_host, printed_host)) and one.partition("/")[2] == other.partition("/")[2]
