"""Links in markup: the embeds that platforms recognise, then the hyperlinks and quotations' sources outside them.

What stands inside a recognised embed belongs to it: its links are claims that the platform reads, never citations. A link to a post in what
calls itself an embed, and has no player of its own, shows the post too: as a picture of it, or until the reader consents; so does one in a
quotation without words, which a script will fill. What the page holds back (`noscript`, templates, JSON) is read afterwards: `hidden`.

Never citations: `mailto:`, `tel:`, `javascript:`, `whatsapp:`, fragments of this page, and what resolves to no http(s) URL. Share buttons
(known by their addresses, or by the page's own that they hand on), `rel=author`, the page's link to itself and players that read it aloud
(`aloud`) are links and embeds, but no citation of the text: not in the body, wherever they stand.

Relative links of a file that nobody gave an address are resolved against the address that the page itself declares as its own; where it
declares none, they are cited all the same, without a URL: dropped in silence they would be lost. (Those of Markdown: `links_of_reader.py`.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from urllib.parse import parse_qsl, unquote

from archiver.article.article import Article
from archiver.article.document import Document, Element
from archiver.citation.aloud import reads_aloud
from archiver.citation.citation import Reference
from archiver.citation.platform import Platform
from archiver.citation.sighting import Sighting, identify
from archiver.url import absolute, canonical, parts, without_fragment

HYPERLINKS = {"a": "href", "area": "href", "blockquote": "cite", "q": "cite"}
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
    "wa.me": re.compile(r"/(?:send\b|$)"),
    "whatsapp.com": re.compile(r"/send\b"),
    **dict.fromkeys(("getpocket.com", "flipboard.com", "instapaper.com", "bufferapp.com", "buffer.com", "blogger.com"), SAVING),
    "news.ycombinator.com": re.compile(r"/submitlink\b"),
    "plus.google.com": re.compile(r"/share\b"),
    **dict.fromkeys(("addtoany.com", "addthis.com", "sharethis.com"), re.compile(r"/")),
}


ADDRESS = re.compile(r"\S*[./]\S*")  # `cite` is one; some write whose words they are
EMBEDDED = re.compile(  # class names: `social-embed`, `TwitterEmbedContainer`, `embed__placeholder`
    r"(?:social|twitter|tweet|instagram|tiktok|facebook|youtube|vimeo|bluesky|threads|reddit|iframe)[-_]*embed(?!d?[-_]?code)"
    r"|embed[-_]*(?:placeholder|fallback|consent|original|privacy)",
    re.IGNORECASE,
)
HIGH, SHORT = 6, 300  # steps up from a link, and characters, within which something stands in for a post
SHARED = frozenset({"url", "u", "uri", "link", "href", "text", "status", "body", "message", "title", "permalink"})
HIDDEN_MAIL = "/cdn-cgi/l/email-protection"  # what Cloudflare makes of `mailto:`

RELATIVE = re.compile(r"(?![a-z][a-z0-9+.-]*:|[#{<%$]|//)(?=[^\s]*[A-Za-z0-9])[^\s{}<>]{1,2000}\Z", re.IGNORECASE)


class Covered:
    """What an embed has taken: elements, by their position in the document, and spans of text."""

    def __init__(self) -> None:
        self.elements: set[int] = set()
        self.spans: list[tuple[int, int]] = []

    def take(self, document: Document, element: Element) -> None:
        """Take an element with everything below it."""
        self.elements.update(document.reach(element))
        self.spans.append(document.span(element))


def embeds(document: Document, platforms: Sequence[Platform], covered: Covered) -> Iterator[Sighting]:
    """Yield the embeds that platforms recognise, and note in `covered` what they take."""
    for platform, elements in asked(document, platforms):
        for element in elements:
            wraps = platform is platforms[-1] and not covered.elements.isdisjoint(document.reach(element))
            hit = platform.recognise(element) if not wraps and document.order(element) not in covered.elements else None
            if hit:
                covered.take(document, element)
                span, body = document.span(element), document.shows_in_body(element)
                body = body and not (hit.reference.platform == "web" and reads_aloud(document, element, hit.url))
                order = document.order(element)
                # A player that is given the page of a film, not a file, shows that film: `<video src="https://vimeo.com/146022717">`.
                film = identify(hit.reference.url, platforms) if element.tag == "video" and hit.reference.url else None
                yield Sighting(film or hit.reference, hit.kind, hit.via, hit.url, *span, body, order, element, hit.claims)


def asked(document: Document, platforms: Sequence[Platform]) -> Iterator[tuple[Platform, list[Element]]]:
    """Yield each platform with the elements that it is to be asked about, in document order.

    What most platforms ask for (frames, wrappers) is selected once.
    """
    common, own = _selectors(tuple(platform.embeds for platform in platforms))
    shared = document.select(common) if common else []
    for platform, mine in zip(platforms, own, strict=True):
        found = document.select(mine) if mine else []
        if common and common in platform.embeds:
            # The shared ones first: what another platform has made of an element is kept with it.
            found = sorted({*shared, *found}, key=document.order) if found else shared
        if found:
            yield platform, found


@lru_cache(maxsize=8)
def _selectors(lists: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return the selectors that most lists have in common, and of each list the others."""
    common = next((one for one in sorted(set(lists), key=len) if one and sum(one in other for other in lists) * 2 > len(lists)), "")
    rests = [one.replace(common, "") if common else one for one in lists]
    return common, tuple(re.sub(r"(?:\s*,\s*)+", ", ", rest).strip(", ") for rest in rests)


def hyperlinks(article: Article, document: Document, platforms: Sequence[Platform], covered: Covered) -> list[Sighting]:
    """Return the links of markup outside of embeds, and note in `covered` the text that they stand for."""
    found: list[Sighting] = []
    base = article.base_url or _declared(document)
    page = article.url or _declared(document)
    own = canonical(page) if page else None
    known: dict[str, tuple[Reference, bool] | None] = {}
    for element in document.elements(*HYPERLINKS):
        if document.order(element) in covered.elements:
            continue
        attributes = element.attributes
        attribute = HYPERLINKS[element.tag]
        if attribute not in attributes:
            attribute = "xlink:href"
            if attribute not in attributes or not document.is_foreign(element):
                continue
        order, span, body = document.standing(element)
        written = attributes[attribute].strip()
        if attribute != "cite":
            covered.spans.append(span)
        elif not ADDRESS.fullmatch(written):
            continue
        if written not in known:
            known[written] = _cited(written, base, page, own, platforms)
        if cited := known[written]:
            holder = _stand_in(document, element) if cited[0].id and not cited[1] and cited[0].platform != "web" else None
            if holder is not None:
                covered.take(document, holder)
                at, body = document.order(holder), document.shows_in_body(holder)
                while found and found[-1].order >= at:  # what stands in it before this link; all of them are in order
                    found.pop()
                found.append(Sighting(cited[0], "embed", "a[href]", written, *document.span(holder), body, at, holder))
                continue
            body = body and not (cited[1] or ("rel" in attributes and "author" in attributes["rel"].lower().split()))
            found.append(Sighting(cited[0], "link", f"{element.tag}[{attribute}]", written, *span, body, order, element))
    return found


def _stand_in(document: Document, element: Element) -> Element | None:
    """Return the embed that stands around the link to a post and says hardly more: a picture of it, a request for consent, nothing yet."""
    around, found = element, None
    for _ in range(HIGH):
        start, end = document.span(around)
        if end - start > SHORT or around.tag in {"body", "article", "main"} or around.parent is None:
            break
        if EMBEDDED.search(" ".join(around.classes)) or (around.tag == "blockquote" and start == end):
            found = around
        around = around.parent
    return found


def _cited(
    written: str, base: str | None, page: str | None, own: str | None, platforms: Sequence[Platform]
) -> tuple[Reference, bool] | None:
    """Return what a link cites, and whether its address says that it is no source; None where it cites nothing."""
    if HIDDEN_MAIL in written:
        return None
    url = _elsewhere(written, base, page)
    if url is None:
        return (nowhere(written), False) if base is None and RELATIVE.match(written) else None
    reference = identify(url, platforms)
    return (reference, is_control(url) or _is_own(url, own) or _shares(url, own)) if reference else None


def _elsewhere(written: str, base: str | None, page: str | None) -> str | None:
    """Return the URL of a link that leads to a web page other than this one."""
    url = absolute(written, base) if written and not written.startswith("#") else None
    return None if url is None or ("#" in url and page and without_fragment(url) == without_fragment(page)) else url


def nowhere(written: str) -> Reference:
    """Return the reference of a relative link of an article whose address nobody knows."""
    return Reference("web", None, None, f"web:{written}")


def _is_own(url: str, own: str | None) -> bool:
    """Tell whether a URL is the page's own, with other parameters at most."""
    if own is None:
        return False
    key = canonical(url)
    return key == own or ("/" in own and "?" not in own and key.partition("?")[0] == own)


def _shares(url: str, own: str | None) -> bool:
    """Tell whether a URL hands the page's own address on as what is to be shared, to whatever service."""
    if own is None or "/" not in own or "=" not in (query := parts(url).query):
        return False
    return any(own in unquote(value) for name, value in parse_qsl(query) if name.lower() in SHARED)


def _declared(document: Document) -> str | None:
    """Return the address that a page declares as its own (`link rel=canonical`, `og:url`), if it is one."""
    for element in document.select("link[rel~=canonical][href], meta[property='og:url'][content]"):
        declared = absolute(element.attributes.get("href") or element.attributes.get("content", ""))
        if declared:
            return declared
    return None


def is_control(url: str) -> bool:
    """Tell whether a resolved URL is the address of a share button."""
    taken = parts(url)
    path = _sharing(taken.host)
    return path is not None and path.match(taken.path) is not None


@lru_cache(maxsize=4096)
def _sharing(host: str) -> re.Pattern[str] | None:
    labels = host.split(".")
    return next((found for at in range(len(labels) - 1) if (found := SHARING.get(".".join(labels[at:])))), None)
