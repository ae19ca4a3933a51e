"""Hidden: what a page holds back from the tree that a reader with scripting sees, and shows all the same.

`noscript` is text to a browser with scripting, `template` and `srcdoc` are documents of their own, consent plugins keep a frame's markup in
an attribute, a text script or a hidden `textarea`, percent-encoded or in base64, short programs write a player where they stand,
WordPress keeps the address of an embed in a comment, and what a script will show stands in JSON (`island`). All of it is read as a small
document of its own, by the same platforms; of programs only the posts and players of known ones, for they write advertising too, and what
they have a platform's own script show (`called`). A frame that was saved with the page is a whole document: what it draws is what it
shows (`drawn`).

One thing is one place. What the visible tree shows too is a copy: a `noscript` beside its lazy frame, the JSON of an embed. Only what is
shown nowhere else counts, once, where the hidden element stands, or the request for consent in front of it; JSON has no place of its own,
and is put between the words that it puts the post between. Whether it is in the body is said by the element and, within the fragment, by
the same judgement.

Posts and players count. Plain links do only in `noscript` and `template`, where they have words, for those are what a reader without
scripting sees, and in paragraphs that are held back whole until the reader consents. A `noscript` that speaks of JavaScript asks for it to
be turned on, in every language, and cites nothing. Markup in other comments is what the author took out.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote

from archiver.article.article import Article
from archiver.article.document import Document, Element
from archiver.citation.called import calls
from archiver.citation.drawn import drawn
from archiver.citation.hollow import FEW, asks, hollow
from archiver.citation.island import Find, finds
from archiver.citation.links_in_markup import Covered, embeds, hyperlinks
from archiver.citation.platform import Platform
from archiver.citation.sighting import Sighting
from archiver.citation.words import Words

LONGEST = 200_000  # characters of one piece that are parsed
WHOLE_LONGEST = 8_000_000  # of a frame that was saved with its style sheets and pictures in it
MOST = 300  # pieces of one page
MARKUP = re.compile(
    r"<(?:iframe|blockquote|amp-|bento-|video|audio|div|figure|object|embed|oembed|lite-|script|table|aside)", re.IGNORECASE
)
SHELL = re.compile(r"<template(?:\"[^\"]*\"|'[^']*'|[^\"'>])*>(?P<inside>.*)</template>\s*", re.DOTALL | re.IGNORECASE)
WHOLE = re.compile(r"\s*<!doctype\s", re.IGNORECASE)  # a document, not a piece of one
HOLDERS = ("noscript", "template", "iframe", "script", "textarea")
PROSE = re.compile(r"<(?:p|li)(?:\s[^<>]*)?>\s*(?:<(?:b|em|i|strong|span)\b[^<>]*>\s*)*[^\s<][^<]{20}", re.IGNORECASE)
TEXT_TYPES = frozenset({"didomi/html", "text/template", "text/html", "text/x-template", "text/plain"})  # of scripts
ONE = ("data-attrs", "data-page", "props", "data-props", "data-react-props")  # attributes whose JSON is about their own element
SMALL = 5_000  # characters of JSON that is about its own element alone
SAVED = re.compile(r"(?!https?:|//)[^?#]*_files/(?P<id>[A-Za-z0-9_-]{11})(?:\([0-9]+\))?\.html?", re.IGNORECASE)
BASE64 = re.compile(r"P[A-Za-z0-9+/\s]{20,}={0,2}")  # of what begins with `<`
CODED = re.compile(  # markup, however it is encoded
    r"(?:\s*<!--[^<>]{0,100}-->)*[^<]{0,200}(?:<|&lt;|%3C)[a-z]|\s*P[A-Za-z0-9+/\s]{40,}={0,2}\s*\Z", re.IGNORECASE
)
STATE = re.compile(r"\s*[{\[]\s*[\"{\[]")  # JSON
PROGRAMS = ("", "text/javascript", "application/javascript", "module")
SHORT = 3_000  # characters of a program that is about one embed
ADDRESSED = re.compile(r"//|/\\+/|%2F%2F", re.IGNORECASE)
ENCODED = re.compile(r"%3C(?:iframe|blockquote)\b", re.IGNORECASE)
WRITTEN = re.compile(r"<iframe\b[^<>]{10,1500}>", re.IGNORECASE)
QUOTED = re.compile(r"<blockquote\b.{10,2500}?</blockquote>", re.IGNORECASE | re.DOTALL)
CALLED = re.compile(
    r"\(\s{0,20}([\"'])(?P<address>(?:https?:)?//[^\"'\s<>]{5,300}?/(?:embed|player|plugins)[^\"'\s<>]{0,300})\1\s{0,20}[,)]"
)
UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
CONSENT = re.compile(  # in class or id of what asks for it, in front of what it keeps back
    r"borlabs|_brlbs|cmplz|embed-?privacy|consent|cookie|privacy|datenschutz|dsgvo|gdpr|rgpd|(?:two|2)-?click|content-?block|opt-?in(?![a-z])",
    re.IGNORECASE,
)
NEAR = 4  # elements around a holder that may ask
UNFILLED = re.compile(r"\{\{|\$\{|<%|%7B%7B", re.IGNORECASE)
BLOCK = re.compile(r"\s*wp:(?:core/)?(?:core-embed/[\w-]+|embed|jetpack/[\w-]+)\s+(?P<json>\{.*\})\s*/?\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Markup that an element holds back, and how."""

    element: Element
    via: str
    markup: str
    links: bool = False
    awaits: bool = False  # paragraphs, with what they link, that are shown when the reader consents
    written: str | None = None  # the address that stands there, where it is not in the markup
    posts: bool = False  # only what a known platform has


def hidden(article: Article, document: Document, platforms: Sequence[Platform], visible: Sequence[Sighting]) -> Iterator[Sighting]:
    """Yield what hidden markup shows and the visible tree, whose sightings are given, does not."""
    shown = {one.reference.key for one in visible if one.kind == "embed"}
    cited = {one.reference.key for one in visible}
    for piece in _pieces(document):
        for sighting in _read(article, document, platforms, piece):
            key = sighting.reference.key
            if key not in (shown if sighting.kind == "embed" else cited):
                cited.add(key)
                shown.add(key)
                yield sighting
    words = Words(article, document)
    own = {one.order for one in visible if one.kind == "embed"}
    for element, spot, find in _told(document, platforms, cited, own):
        key = find.hit.reference.key
        if key not in cited:
            cited.add(key)
            yield _placed(document, words, element, spot, find)


def _pieces(document: Document) -> Iterator[_Piece]:
    for element in islice(filter(_may_hold, document.elements(*HOLDERS)), MOST):
        tag = element.tag
        if tag == "noscript":
            yield _Piece(element, "noscript", element.text or element.html, links=True)
        elif tag == "template":
            inside = SHELL.fullmatch(element.html[: 2 * LONGEST])
            yield _Piece(element, "template", inside["inside"] if inside else "", links=True)
        elif tag == "textarea":
            yield _Piece(element, "textarea", _decoded(element.text), posts=True)  # a site's own player stands there to be copied
        elif tag == "script":
            yield _held(element)
            yield from _shown(document, element)
        else:
            if saved := _saved(element):
                yield saved
            yield _Piece(element, "iframe[srcdoc]", _decoded(element.attributes.get("srcdoc", "")))
    for element, name, written in islice(document.kept(lambda _, written: CODED.match(written) is not None), MOST):
        markup = _decoded(written)
        awaits = "<a" in markup and asks(element, name) and PROSE.search(markup) is not None
        yield _Piece(element, f"{element.tag}[{name}]", markup, awaits=awaits)


def _may_hold(element: Element) -> bool:
    tag, named = element.tag, element.attributes
    if tag == "textarea":  # one that is shown has an example to copy
        return "hidden" in named or UNSEEN.search(named.get("style", "")[:1000]) is not None
    if tag == "iframe":
        return "srcdoc" in named or "_files/" in named.get("src", "")
    return tag != "script" or named.get("type", "").lower() in TEXT_TYPES or (not _is_data(named) and "src" not in named)


def _is_data(named: Mapping[str, str]) -> bool:
    return named.get("type", "").lower() not in PROGRAMS


def _held(element: Element) -> _Piece:
    """Return the markup of a text script, or what a short program writes where it stands: frames, and players that it calls for."""
    if _is_data(element.attributes):
        markup = _decoded(element.text)
        return _Piece(element, "script[type]", markup if markup.startswith("<") else "")
    text = element.text
    if len(text) > SHORT or not ADDRESSED.search(text):
        return _Piece(element, "script", "")
    text = re.sub(r"\\+(?=[/\"'])", "", text)
    plain = unquote(text) if ENCODED.search(text) else html.unescape(text) if "&lt;" in text else text
    quoted = QUOTED.findall(plain) if plain != text else []  # markup that is not encoded is that of stories: `island`
    called = (f'<iframe src="{found["address"]}"></iframe>' for found in CALLED.finditer(plain))
    return _Piece(element, "script", "".join([*WRITTEN.findall(plain), *quoted, *called]), posts=True)


def _shown(document: Document, element: Element) -> Iterator[_Piece]:
    """Yield the frames that a program has a platform's script make, each where the element stands that the call names."""
    for call in calls(element.text) if not _is_data(element.attributes) else ():
        filled = next((found for name in call.names for found in document.select(f'[id="{name}"]')[:1]), None)
        if filled:
            yield _Piece(filled, "script", f'<iframe src="{call.address}"></iframe>')


def _saved(element: Element) -> _Piece | None:
    """Return the player of a page that a browser saved: it names the file after the last part of the frame's path, a video's id."""
    written = element.attributes.get("src", "")
    named = SAVED.fullmatch(written[:2_000])
    if named is None or "youtube" not in " ".join(element.attributes.values())[:LONGEST].lower():
        return None
    return _Piece(element, "iframe[src]", f'<iframe src="https://www.youtube.com/embed/{named["id"]}"></iframe>', written=written)


def _decoded(written: str) -> str:
    """Return the markup that an attribute or a text script holds, whichever way it is encoded; "" for what is none."""
    written = written.strip()
    if len(written) > 2 * LONGEST:
        return written if WHOLE.match(written) else ""
    if BASE64.fullmatch(written):
        try:
            written = base64.b64decode(re.sub(r"\s", "", written) + "==").decode()
        except ValueError:
            return ""
    if written[:3].lower() == "%3c":
        written = unquote(written)
    if written.startswith("&lt;"):
        written = html.unescape(written)
    return written if "<" in written else ""


def _read(article: Article, document: Document, platforms: Sequence[Platform], piece: _Piece) -> Iterator[Sighting]:
    """Yield what a piece shows, at the element that holds it."""
    links = piece.awaits or (piece.links and "<a" in piece.markup)
    whole = WHOLE.match(piece.markup) is not None
    if len(piece.markup) > (WHOLE_LONGEST if whole else LONGEST) or not (links or whole or MARKUP.search(piece.markup)):
        return
    inner = Document(piece.markup)
    covered = Covered()
    found = list(embeds(inner, platforms, covered))
    found += hollow(inner, platforms, covered, {one.reference.key for one in found})
    if whole and not found:
        found += drawn(inner, platforms)
    around = piece.element.parent if piece.via == "textarea" else None  # a field of a form is none of the text
    body = document.shows_in_body(around or piece.element)
    counted = body and not found if piece.awaits else document.in_body(piece.element)  # not what stands around a post that waits
    if links and counted and "javascript" not in inner.text.lower():
        found += [one for one in hyperlinks(article, inner, platforms, covered) if one.end > one.start and one.in_body]
    span, order = _place(document, piece.element), document.order(piece.element)
    for one in found:
        if piece.posts and one.reference.platform == platforms[-1].name:
            continue
        if not UNFILLED.search(one.url or ""):
            here = {"url": piece.written or one.url, "start": span[0], "end": span[1], "order": order, "element": piece.element}
            yield one._replace(via=piece.via, in_body=body and one.in_body, **here)  # type: ignore[arg-type]


def _place(document: Document, holder: Element) -> tuple[int, int]:
    """Return where what a holder keeps is shown: where the request for consent stands that it is kept back for, else at the holder."""
    start, end = document.span(holder)
    around, place = holder.parent, (start, end)
    for _ in range(NEAR if start == end else 0):
        if around is None:
            break
        first, last = document.span(around)
        if last - first > FEW:
            break
        if CONSENT.search(f"{' '.join(around.classes)} {around.attributes.get('id', '')}"):
            place = first, last
        around = around.parent
    return place


def _told(
    document: Document, platforms: Sequence[Platform], known: AbstractSet[str], shown: AbstractSet[int]
) -> Iterator[tuple[Element, int | None, Find]]:
    """Yield what comments and JSON tell of and is not known: the element, the offset where it stands if it has one, the find.

    `shown` are the positions of embeds: what their own attributes keep has been read.
    """
    for around, spot, said in document.comments:
        block = BLOCK.fullmatch(said.strip()) if "wp:" in said[:20] and len(said) < SMALL else None
        if block:
            for find in finds(block["json"], platforms, "comment", known, trusted=True):
                yield around, spot, find
    for element in document.elements("script"):
        if "src" in element.attributes:
            continue
        kind, name = element.attributes.get("type", ""), element.attributes.get("id", "")
        for find in finds(element.text, platforms, "json", known, kind=kind, name=name):
            yield element, None, find
    states = list(document.kept(lambda _, written: STATE.match(written) is not None))
    states += [
        (island, "props", island.attributes["props"])
        for island in document.elements("astro-island", "gu-island")
        if "props" in island.attributes
    ]
    for element, name, written in states:
        if document.order(element) in shown:
            continue
        small = len(written) < SMALL
        for find in finds(written, platforms, f"{element.tag}[{name}]", known, kind="json", trusted=small and name in ONE):
            yield element, document.span(element)[0] if small else None, find


def _placed(document: Document, words: Words, element: Element, spot: int | None, find: Find) -> Sighting:
    """Return the sighting of a find: where it stands; else between its words; else at the element, and then not in the body."""
    hit = find.hit
    if spot is None:
        at = words.between(find.before, find.after)
        if at is not None:
            near = document.element_at(max(0, at - 1)) or element
            return Sighting(hit.reference, "embed", hit.via, hit.url, at, at, True, document.order(near), None, hit.claims)
        body = find.main
        spot = document.span(element)[0]
    else:
        body = document.shows_in_body(element)
    return Sighting(hit.reference, "embed", hit.via, hit.url, spot, spot, body, document.order(element), element, hit.claims)
