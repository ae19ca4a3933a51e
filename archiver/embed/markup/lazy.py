"""Lazy: where the address of a frame stands while the page keeps it from loading. The one list of such attributes, for every platform.

Two reasons, two rules.
  * Consent: a plugin has taken the address out of `src` until the reader agrees, and what it left in `src` may be a page of the site, a
    notice, a film of noise. Its own attribute exists for nothing else, so it goes first, whatever stands in `src`.
  * Lazy loading: a script copies the address into `src` when the frame comes into view. Its attributes are used for other things too
    (`data-url`), so they count only where `src` is a placeholder: empty, no http(s) address, or a file that is named as one.
Either way the value must look like an address: absolute, or beginning with `/`. In an `srcset` or in JSON it does not.

Both lists know the plugins that have been seen. A frame that has no address left by either rule has been emptied by another: whatever
attribute of it is an absolute address then, is its own.

A platform that knows its own URLs may look at every address that an element names (`addresses`); one that claims any URL takes the first
(`address`). Attributes: reference platforms §1.3, surveyed in feeds and consent plugins; no loader script is ever asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from archiver.article.document import Element
from archiver.embed.markup.made import SELECTORS, addresses_made
from archiver.url import absolute

CONSENT = (
    "consent-original-src-_", "consent-original-src", "consent-click-original-src-_",  # Real Cookie Banner, the one without autoplay first
    "src-consent",  # Borlabs
    "data-cookieblock-src",  # Cookiebot
    "data-src-cmplz",  # Complianz
    "data-cmp-src",  # consentmanager
    "data-consent-src",  # Cookie Information, Publii
    "data-wpconsent-src",
    "data-suppressedsrc",  # iubenda
    "data-uc-src", "uc-src",  # Usercentrics
    "data-gdpr-iframesrc",  # Moove
    "data-cli-src",  # CookieYes
    "data-faz-src",
    "data-privacy-src",  # Avada
)  # fmt: skip
LAZY = (
    "data-src", "data-lazy-src", "data-litespeed-src", "data-opt-src", "data-original-src", "data-orig", "data-mce-src", "data-embed-src",
    "data-iframe-src", "data-tf-src", "data-ep-src", "data-lazy-load", "data-url",
)  # fmt: skip
# Elements that are no frame, and become one: by these attributes, which scripts of that name read.
FACADES = {
    "data-facadesrc": ".epyt-facade[data-facadesrc]",
    "data-iframe": ".arve-play-btn[data-iframe]",
    "data-video-uri": ".preview-lazyload[data-video-uri]",
    "data-pym-src": "[data-pym-src]",
    "data-frame-src": "[data-frame-src]",
    "uc-src": ".uc-embed[uc-src]",
    "data-url": ".media__icon--play[data-url]",  # Blazy's button is in the film's place
    "data-src": ".rll-youtube-player[data-src], figure[embedded-service][data-src], .lazy-iframe[data-src], .iframe-lazy[data-src]",
}
OWN = {"object": ("data",)}  # the attribute that holds the address, where it is not `src`
FRAMED = ("iframe", "amp-iframe", "bento-iframe", "frame", "embed", "object")
FRAMES = ", ".join([*FRAMED, *FACADES.values(), *SELECTORS])  # selectors of what `frame` and `frames` are for
ABSOLUTE = re.compile(r"(?:https?:)?//[^\s/]", re.IGNORECASE)
# names of attributes that are about something else
ABOUT = re.compile(r"poster|thumb|image|img|preview|fallback|privacy|policy|config|desc|title|page", re.IGNORECASE)
ADDRESS = re.compile(r"https?://|https?%3a|//?[^\s/]", re.IGNORECASE)
NO_ADDRESS = ("about:", "data:", "javascript:", "blob:", "#")
PLACEHOLDER = re.compile(
    r"(?:blank|empty|spacer|transparent|pixel|placeholder|1x1)(?:\.\w{1,5})?|[\w-]{0,80}placeholder[\w-]{0,80}\.\w{1,5}", re.IGNORECASE
)
INVISION = ("/applications/core/interface/index.html", "/applications/core/interface/js/spacer.png")


class Frame(NamedTuple):
    """An address that an element names: the attribute it stands in, as written, and resolved."""

    attribute: str
    written: str
    url: str


def is_placeholder(written: str) -> bool:
    """Tell whether a `src` stands for nothing: empty, no address, or a file named as a placeholder."""
    path = re.split(r"[?#]", written.strip(), maxsplit=1)[0]
    nowhere = not path or written.strip().lower().startswith(NO_ADDRESS) or path.endswith(INVISION)
    return nowhere or bool(PLACEHOLDER.fullmatch(path.rpartition("/")[2][:200]))


def addresses(element: Element, attributes: tuple[str, ...] = ("src",)) -> Iterator[tuple[str, str]]:
    """Yield each address that an element names, as attribute and value as written, best first: by the rules of this module.

    `attributes` are those that hold it when nothing is kept back. A lazy attribute beside a `src` that is no placeholder comes last: it may
    be the same address, or of another kind altogether.
    """
    named = element.attributes
    consent = [(name, named[name].strip()) for name in CONSENT if name in named]
    plain = [(name, named[name].strip()) for name in attributes if name in named and name not in CONSENT]
    lazy = [(name, named[name].strip()) for name in LAZY if name in named and name not in attributes]
    none = True
    for name, written in consent:
        if ADDRESS.match(written) and not is_placeholder(written):
            none = False
            yield name, written
    for name, written in plain:
        if not is_placeholder(written):
            none = False
            yield name, written
    for name, written in lazy:
        if ADDRESS.match(written) and not is_placeholder(written):
            none = False
            yield name, written
    if none and element.tag == "iframe":
        yield from ((name, written) for name, written in named.items() if ABSOLUTE.match(written) and not ABOUT.search(name))


def address(element: Element, attributes: tuple[str, ...] = ("src",)) -> tuple[str, str] | None:
    """Return the best address that an element names, as attribute and value as written; None where it names none."""
    return next(addresses(element, attributes), None)


def frames(element: Element) -> tuple[Frame, ...]:
    """Return each absolute address that a frame, or what stands in its place, names; best first.

    An address without a host is the article's own: it needs the article's URL, which an element does not know.
    """
    return element.once(_frames)


def _frames(element: Element) -> tuple[Frame, ...]:
    return tuple(_named(element))


def _named(element: Element) -> Iterator[Frame]:
    for name, written in addresses_made(element):
        if url := _absolute(written):
            yield Frame(name, written, url)
    facades = [name for name, selector in FACADES.items() if name in element.attributes and element.matches(selector)]
    if element.tag not in FRAMED and not facades:
        return
    for name, written in addresses(element, OWN.get(element.tag, ("src",)) if element.tag in FRAMED else tuple(facades)):
        if url := _absolute(written):
            yield Frame(name, written, url)


def _absolute(written: str) -> str | None:
    return absolute(unquote(written) if re.match(r"https?%3a", written, re.IGNORECASE) else written)


def frame(element: Element) -> Frame | None:
    """Return the best absolute address that a frame, or what stands in its place, names; None where it names none."""
    return next(iter(frames(element)), None)
