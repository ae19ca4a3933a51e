"""Hollow: elements without words of their own that keep the address of a post, which a script of the site will show in them.

Every content system has names of its own for this (`data-href`, `<social-post src>`), so names do not decide. What does:

  * the address is a post or player of a known platform, never `web`; one that asks an oEmbed endpoint for another counts for that;
  * the element shows nothing else: no text, or, where the attribute says that it is an embed's, the few words of a request for consent;
  * it is no control and stands in none. On links and buttons such attributes open something, or share it; elsewhere `share`, `like` and
    `follow` in the names of the element, and pictures in that of the attribute, say so.

What another element shows already is left to that. Inside a hollow element nothing else is cited: it is the request for consent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from urllib.parse import parse_qs, unquote

from archiver.article.document import Document, Element
from archiver.citation.citation import Reference
from archiver.citation.links_in_markup import Covered
from archiver.citation.platform import Platform
from archiver.citation.sighting import Sighting, identify
from archiver.url import absolute, parts, resolve

ASKING = r"/[^\s<>{}?]{0,300}embed[^\s<>{}?]{0,100}\?(?:[^\s<>{}]{0,300}&)?url=http[^\s<>{}]{6,2000}"  # an endpoint of the site's own
OWN_ENDPOINT = re.compile(rf"\s*{ASKING}\s*\Z", re.IGNORECASE)
ADDRESS = re.compile(rf"\s*{ASKING}\s*\Z|\s*(?:https?:)?//[^\s<>{{}}]{{6,2000}}\s*\Z|\s*https?%3a%2f%2f\S{{6,2000}}\s*\Z", re.IGNORECASE)
OTHER = re.compile(  # attributes that are about something else than what the element shows
    r"share|sharing|poster|thumb|image|img|avatar|background|logo|canonical|profile|author|follow|track|pin[-_]|redirect|return|download|page",
    re.IGNORECASE,
)
SAYING = re.compile(r"embed|tweet|iframe|social|extern|content|src|player", re.IGNORECASE)
BUTTONS = re.compile(r"(?<![a-z])(?:share|sharing|like|follow|subscribe|comments?|button|btn)(?![a-z])", re.IGNORECASE)
CONTROLS = frozenset({"a", "button", "input", "option", "textarea", "img", "picture", "source", "track", "link", "meta", "script", "svg"})
OWN = ("src", "url", "href", "link", "permalink", "post")  # attributes of custom elements
CUSTOM = re.compile(r"[a-z][a-z0-9]*-[a-z0-9-]+")
DECLARED = "meta[itemprop='embedUrl' i][content], link[itemprop='embedUrl' i][href]"  # schema.org, as microdata
FEW = 400  # characters of a request for consent
DEEP = 6  # elements around it that may be a control


def hollow(document: Document, platforms: Sequence[Platform], covered: Covered, known: AbstractSet[str]) -> Iterator[Sighting]:
    """Yield the posts that hollow elements stand for, apart from those with known keys, and note in `covered` what they take."""
    told = set(known)
    for element, name, written in _named(document):
        order, span, _ = document.standing(element)
        if order in covered.elements or not (reference := _post(written, platforms)) or reference.key in told:
            continue
        if element.tag not in ("meta", "link") and not _is_hollow(element, span, "embed" if OWN_ENDPOINT.match(written) else name):
            continue
        told.add(reference.key)
        covered.take(document, element)
        yield Sighting(
            reference, "embed", f"{element.tag}[{name}]", written.strip(), *span, document.shows_in_body(element), order, element
        )


def _named(document: Document) -> Iterator[tuple[Element, str, str]]:
    yield from document.kept(lambda name, written: ADDRESS.match(written) is not None and not OTHER.search(name))
    for tag in sorted(one for one in document.tags if "-" in one and CUSTOM.fullmatch(one)):
        for element in document.elements(tag):
            for name in OWN:
                if ADDRESS.match(element.attributes.get(name, "")):
                    yield element, name, element.attributes[name]
    for element in document.select(DECLARED):
        name = "content" if element.tag == "meta" else "href"
        yield element, name, element.attributes[name]


def _post(written: str, platforms: Sequence[Platform]) -> Reference | None:
    """Return the post that an address as written leads to, or that an oEmbed endpoint is asked for in it."""
    written = written.strip()
    if OWN_ENDPOINT.match(written):
        written = parse_qs(parts(f"https:/{written}").query)["url"][0]
    url = absolute(unquote(written) if "%" in written[:9] else written)
    if url and "oembed" in (named := parts(url)).path:
        url = resolve(parse_qs(named.query).get("url", [""])[0])
    reference = identify(url, platforms[:-1]) if url else None
    return reference if reference and reference.id else None


def asks(element: Element, name: str) -> bool:
    """Tell whether an element with an attribute of that name shows at most a request for consent to what is kept there."""
    return SAYING.search(name) is not None and len(element.text) <= FEW


def _is_hollow(element: Element, span: tuple[int, int], name: str) -> bool:
    """Tell whether an element shows nothing but what its attribute names, and is no control."""
    if span[1] - span[0] > (FEW if SAYING.search(name) else 0) or BUTTONS.search(" ".join(element.classes)):
        return False
    around: Element | None = element
    for _ in range(DEEP):
        if around is None:
            break
        if around.tag in CONTROLS:
            return False
        around = around.parent
    return True
