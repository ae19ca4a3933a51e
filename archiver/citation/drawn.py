"""Drawn: a frame that was saved as a document (SingleFile puts it into `srcdoc`, and drops its address): which post it shows.

What a player or widget draws names itself: as its canonical address, as YouTube's does; else by the links to the post that surround its
words (its date, its pictures, its replies), which lead to that one most often. A post that it quotes may be linked too. A frame with links
to more posts than these two is a list of something, and shows none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from archiver.article.document import Document
from archiver.citation.citation import Reference
from archiver.citation.platform import Platform
from archiver.citation.sighting import Sighting, identify
from archiver.url import absolute

VIA = "iframe[srcdoc]"
POSTS = 2  # the one that is shown, and the one that it quotes


def drawn(document: Document, platforms: Sequence[Platform]) -> Iterator[Sighting]:
    """Yield the one post or player of a known platform that a frame's document shows, at the document's beginning."""
    for element in document.select("link[rel~=canonical][href]")[:1]:
        if shown := _post(element.attributes["href"], platforms):
            yield Sighting(shown, "embed", VIA, element.attributes["href"], 0, 0, True)
            return
    linked = [(post, href) for href in document.root.hrefs if (post := _post(href, platforms))]
    often = Counter(post.key for post, _ in linked)
    if 0 < len(often) <= POSTS:
        _, _, post, href = max((often[post.key], number, post, href) for number, (post, href) in enumerate(linked))
        yield Sighting(post, "embed", VIA, href, 0, 0, True)


def _post(written: str, platforms: Sequence[Platform]) -> Reference | None:
    url = absolute(written)
    found = identify(url, platforms) if url else None
    return found if found is not None and found.id and found.platform != platforms[-1].name else None
