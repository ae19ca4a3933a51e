"""Wrapper: what content systems put around an embed, the same for every platform: the address of the post stands in it, and nothing else.

WordPress leaves the bare address in a figure until the page is rendered; CKEditor, Drupal, Prismic, Tumblr, Discourse and Guardian keep it
in an attribute; Embedly and Iframely show a card with a link, or a frame whose own address carries the post's (platforms §1.4).

A wrapper that shows the post by itself (a quotation, or a frame that leads to it) is only a wrapper: what is in it has more to say, and is
the embed. Each platform asks with its own `identify`, so a wrapper of another platform's post is none of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import parse_qs, unquote

from archiver.article.document import Element
from archiver.citation.citation import Reference
from archiver.embed.markup.lazy import FRAMED, FRAMES, Frame, addresses, frames
from archiver.url import absolute, on_host, parts, resolve

Identify = Callable[[str], Reference | None]

ATTRIBUTES = {  # selector of the wrapper: the attribute that holds the address
    "oembed[url]": "url",  # CKEditor 5
    "[data-oembed-url]": "data-oembed-url",  # CKEditor 4, Drupal
    "div[data-oembed]": "data-oembed",  # Prismic
    "drupal-url[data-embed-url]": "data-embed-url",
    "figure.tmblr-embed[data-url]": "data-url",
    "aside.onebox[data-onebox-src]": "data-onebox-src",  # Discourse
    "figure.element[data-canonical-url]": "data-canonical-url",  # Guardian
    "div[data-embedded-url]": "data-embedded-url",  # around a frame of the site's own Iframely
    "amp-embedly-card[data-url]": "data-url",
    "bento-embedly-card[data-url]": "data-url",
    "div.ltag__twitter-tweet__main[data-url]": "data-url",  # Forem, before 2023
    "a.embedly-card[href]": "href",
    "a[data-iframely-url]": "href",
}
CARD = "blockquote.embedly-card"
FIGURE = "figure.wp-block-embed"
WRAPPERS = ", ".join([FRAMES, CARD, FIGURE, *ATTRIBUTES])
CARRIERS = ("embedly.com", "embed.ly", "iframe.ly", "iframely.net")  # frames whose address carries another
INNER = ("url", "src")
LONGEST = 4_096  # characters of an address


class Sight(NamedTuple):
    """What an element names: the reference, how it was recognised, and the address as written."""

    reference: Reference
    via: str
    written: str


def sight(element: Element, identify: Identify) -> Sight | None:
    """Return what a frame or a wrapper shows, if `identify` knows it; None for everything else."""
    framed = next(_framed(element, identify), None)
    if framed:
        return framed
    if element.tag == "figure" and "wp-block-embed" in element.classes:
        written = bare(element)
        return _named(written, "figure.wp-block-embed", identify) if not re.search(r"\s", written) else None
    if element.tag == "blockquote" and "embedly-card" in element.classes:
        return next((found for href in element.hrefs if (found := _named(href, CARD, identify))), None)
    attribute = element.once(_holder)
    found = _named(element.attributes[attribute], f"{element.tag}[{attribute}]", identify) if attribute else None
    return None if found and _shows(element, found, identify) else found


def bare(figure: Element) -> str:
    """Return the words of a figure that WordPress puts around an embed, without its caption: of a page not rendered yet, the address."""
    inside = figure.select("div.wp-block-embed__wrapper")
    return (inside[0] if inside else figure).text.strip()


def _holder(element: Element) -> str | None:
    """Return the attribute that holds a wrapper's address; None for what is no wrapper."""
    named = element.attributes
    return next((attribute for selector, attribute in ATTRIBUTES.items() if attribute in named and element.matches(selector)), None)


def identified(written: str, identify: Identify) -> Reference | None:
    """Return what an address in markup points to: absolute, without scheme, or percent-encoded once; None for all others."""
    written = written.strip()[:LONGEST]
    if re.match(r"https?%3a", written, re.IGNORECASE):
        written = unquote(written)
    url = absolute(written)
    return identify(url) if url else None


def _named(written: str, via: str, identify: Identify) -> Sight | None:
    found = identified(written, identify)
    return Sight(found, via, written.strip()) if found else None


def _framed(element: Element, identify: Identify) -> Iterator[Sight]:
    for attribute, written, url in element.once(_addresses):
        found = identify(url)
        if found:
            yield Sight(found, f"{element.tag}[{attribute}]", written)


def _addresses(element: Element) -> tuple[Frame, ...]:
    """Return the addresses that a frame names, each before those that it carries in its parameters."""
    named = [Frame(one.attribute, one.written, url) for one in frames(element) for url in (one.url, *_carried(one.url))]
    for attribute, written in addresses(element) if element.tag in FRAMED else ():
        # The article's own site shows the post, in a page that takes its address.
        if written.startswith("/") and not written.startswith("//"):
            named += [Frame(attribute, written, url) for url in _named_in(written.partition("?")[2][:LONGEST])]
    return tuple(named)


def _carried(url: str) -> Iterator[str]:
    named = parts(url)
    if on_host(named.host, *CARRIERS) or named.path.endswith("/oembed"):  # Drupal, on a host that is the site's or beside it
        yield from _named_in(named.query)


def _named_in(query: str) -> Iterator[str]:
    """Yield the addresses that a frame's parameters carry."""
    given = parse_qs(query)
    for name in INNER:
        inner = resolve(given.get(name, [""])[0])
        if inner:
            yield inner


def _shows(element: Element, shown: Sight, identify: Identify) -> bool:
    """Tell whether a wrapper contains the post itself."""
    if element.select("blockquote"):
        return True
    return any(inner.reference.key == shown.reference.key for frame in element.select("iframe") for inner in _framed(frame, identify))
