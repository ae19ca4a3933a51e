"""Links in markup: the embeds that platforms recognise, then the hyperlinks and quotations' sources outside them.

What stands inside a recognised embed belongs to it: its links are claims that the platform reads, never citations. `noscript` is no element
tree to a browser with scripting, but what sites put there is what a reader without it sees; an embed that is shown there and nowhere else
counts, at the spot of the `noscript`; the copy of a lazy frame does not count again.

Never citations: `mailto:`, `tel:`, `javascript:`, `whatsapp:`, fragments of this page, and what resolves to no http(s) URL. Share buttons,
`rel=author` and the page's link to itself are links, but no citation of the text: not in the body, wherever they stand.

Relative links of a file that nobody gave an address are resolved against the address that the page itself declares as its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archiver.article.article import Article
from archiver.article.document import Document, Element
from archiver.citation.platform import Hit, Platform
from archiver.citation.sighting import Sighting, identify
from archiver.url import canonical, parts, resolve, without_fragment

HYPERLINKS = "a[href], area[href], blockquote[cite], q[cite]"
WITHOUT_SCRIPT = "noscript"
MOST_HIDDEN = 200_000  # characters of one noscript that are parsed
MARKUP = re.compile(r"<(?:iframe|blockquote|amp-|video|div|figure|object|embed)", re.IGNORECASE)
SAVING = re.compile(r".*(?:save|share|edit|add|hello2|blog-this)")
SHARING = {  # how share buttons are addressed: host, path
    **dict.fromkeys(("twitter.com", "x.com"), re.compile(r"/(?:intent(?:/|$)|share\b|home/?$|i/redirect\b)")),
    "facebook.com": re.compile(r"/(?:sharer(?:\.php|/)|share\.php|dialog/)"),
    "linkedin.com": re.compile(r"/(?:shareArticle|sharing/|cws/share)", re.IGNORECASE),
    "reddit.com": re.compile(r"/submit\b"),
    "pinterest.com": re.compile(r"/pin/create\b"),
    "tumblr.com": re.compile(r"/(?:share\b|widgets/share)"),
    **dict.fromkeys(("t.me", "telegram.me"), re.compile(r"/share\b")),
    "vk.com": re.compile(r"/share\.php"),
    **dict.fromkeys(("wa.me", "whatsapp.com"), re.compile(r"/(?:send\b|$)")),
    **dict.fromkeys(("getpocket.com", "flipboard.com", "instapaper.com", "bufferapp.com", "buffer.com", "blogger.com"), SAVING),
    "news.ycombinator.com": re.compile(r"/submitlink\b"),
    "plus.google.com": re.compile(r"/share\b"),
    **dict.fromkeys(("addtoany.com", "addthis.com", "sharethis.com"), re.compile(r"/")),
}


class Covered:
    """Elements and spans of text that an embed has taken."""

    def __init__(self) -> None:
        self.elements: set[Element] = set()
        self.spans: list[tuple[int, int]] = []

    def take(self, document: Document, element: Element) -> None:
        """Take an element with everything below it."""
        self.elements.add(element)
        self.elements.update(element.select("*"))
        self.spans.append(document.span(element))


def embeds(document: Document, platforms: Sequence[Platform], covered: Covered) -> Iterator[Sighting]:
    """Yield the embeds that platforms recognise, and note in `covered` what they take."""
    shown: set[str] = set()
    for platform in platforms:
        for element in document.select(platform.embeds) if platform.embeds else ():
            hit = platform.recognise(element) if element not in covered.elements else None
            if hit:
                covered.take(document, element)
                shown.add(hit.reference.key)
                yield _sighting(document, element, hit)
    for element in document.select(WITHOUT_SCRIPT):
        if element not in covered.elements:
            for hit in _without_script(element, platforms):
                if hit.reference.key not in shown:
                    shown.add(hit.reference.key)
                    yield _sighting(document, element, hit)


def _sighting(document: Document, element: Element, hit: Hit) -> Sighting:
    span, body = document.span(element), document.in_body(element)
    return Sighting(hit.reference, hit.kind, hit.via, hit.url, *span, body, document.order(element), element, hit.claims)


def _without_script(element: Element, platforms: Sequence[Platform]) -> Iterator[Hit]:
    markup = element.text or element.html
    if len(markup) > MOST_HIDDEN or not MARKUP.search(markup):
        return
    inner = Document(markup)
    taken = Covered()
    for platform in platforms:
        for found in inner.select(platform.embeds) if platform.embeds else ():
            hit = platform.recognise(found) if found not in taken.elements else None
            if hit:
                taken.take(inner, found)
                yield hit


def hyperlinks(article: Article, document: Document, platforms: Sequence[Platform], covered: Covered) -> Iterator[Sighting]:
    """Yield the links of markup outside of embeds, and note in `covered` the text that they stand for."""
    base = article.base_url or _declared(document)
    page = article.url or _declared(document)
    own = canonical(page) if page else None
    for element in document.select(HYPERLINKS):
        if element in covered.elements:
            continue
        attribute = "href" if "href" in element.attributes else "cite"
        written = element.attributes[attribute].strip()
        span = document.span(element)
        if attribute == "href":
            covered.spans.append(span)
        url = resolve(written, base) if written and not written.startswith("#") else None
        if url is None or ("#" in url and page and without_fragment(url) == without_fragment(page)):
            continue
        reference = identify(url, platforms)
        if reference:
            body = document.in_body(element) and not is_control(url) and not _is_own(url, own) and "author" not in _relations(element)
            yield Sighting(reference, "link", f"{element.tag}[{attribute}]", written, *span, body, document.order(element), element)


def _is_own(url: str, own: str | None) -> bool:
    """Tell whether a URL is the page's own, with other parameters at most."""
    if own is None:
        return False
    key = canonical(url)
    return key == own or ("/" in own and "?" not in own and key.partition("?")[0] == own)


def _relations(element: Element) -> list[str]:
    return element.attributes.get("rel", "").lower().split()


def _declared(document: Document) -> str | None:
    """Return the address that a page declares as its own (`link rel=canonical`, `og:url`), if it is one."""
    for element in document.select("link[rel~=canonical][href], meta[property='og:url'][content]"):
        declared = resolve(element.attributes.get("href") or element.attributes.get("content", ""))
        if declared:
            return declared
    return None


def is_control(url: str) -> bool:
    """Tell whether a resolved URL is the address of a share button."""
    taken = parts(url)
    labels = taken.host.split(".")
    path = next((found for at in range(len(labels) - 1) if (found := SHARING.get(".".join(labels[at:])))), None)
    return path is not None and path.match(taken.path) is not None
