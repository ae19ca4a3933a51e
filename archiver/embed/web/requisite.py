"""Requisites: what a page needs to look whole when it is replayed: stylesheets and what they name, scripts, pictures, icons, fonts, frames.

Rules
  * Of a picture in several sizes: `src`, and the largest candidate of each `srcset`. The largest serves every screen; the others are the
    same picture again.
  * Lazy pictures: the attribute that holds the real address, besides what stands in `src`.
  * What stands in `noscript` counts: the default replay runs no scripts, and then that is what shows. So does what a browser makes of
    the page by itself: shadow roots in `template`, the documents of `srcdoc`, stylesheets in `data:`.
  * Frames one level deep: the answer to a frame names pictures and styles, but no further frames.
  * A stylesheet's answer names its own: `@import`, fonts of `@font-face`, pictures.
  * At most `MOST` for one page, stylesheets first, because a page without its ninth hundred picture is still that page. Bodies are hostile.

CSS is read by tokens (comment, string, `url(`, at-rule, brace), not parsed: enough to tell a font from a picture and a namespace from
either, and linear in its length whatever comes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from archiver.article.document import Document, Element
from archiver.citation.platform import Answer, Target
from archiver.embed.web import inlined, markup
from archiver.embed.web.glance import Glance, glance
from archiver.url import resolve, without_fragment

MOST = 500
DEEPEST = 8  # documents within documents that are looked into
CSS_LONGEST = 4 << 20  # characters of one stylesheet that are read
ORDER = ("stylesheet", "script", "font", "icon", "image", "media", "frame")
LAZY = (
    "data-src", "data-original", "data-lazy-src", "data-lazy", "nitro-lazy-src", "data-cfsrc", "data-orig-file", "data-large-file",
)  # fmt: skip
LAZY_SETS = ("data-srcset", "data-lazy-srcset", "nitro-lazy-srcset")
DRAWN = ("image", "use", "feimage", "feImage")  # what SVG draws from elsewhere
ATTRIBUTES = (  # tags, attribute, purpose
    (("img",), "src", "image"),
    (("video",), "poster", "image"),
    (("video", "audio", "embed", "track"), "src", "media"),
    (("object",), "data", "media"),
    (("iframe", "frame"), "src", "frame"),
)
BACKED = ("body", "table", "thead", "tbody", "tfoot", "tr", "td", "th")  # whose `background` a browser paints
PAINTED = ", ".join([*(f"{tag}[background]" for tag in BACKED), "[style*='url(' i]", "[style*='image-set(' i]"])
SHADOW = re.compile(r"^<template[^>]*>(.*)</template>$", re.DOTALL)  # an element whose content is a document of its own
RELATIONS = {
    "stylesheet": "stylesheet",
    "icon": "icon",
    "apple-touch-icon": "icon",
    "apple-touch-icon-precomposed": "icon",
    "mask-icon": "icon",
}
PRELOADS = {"style": "stylesheet", "font": "font", "image": "image", "script": "script", "video": "media", "audio": "media"}
CANDIDATE = re.compile(r"[\s,]*+(\S+)")
DESCRIPTOR = re.compile(r"\s*+[^,]*")
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
CSS = re.compile(
    r"""/\*(?:[^*]|\*(?!/))*(?:\*/)?
    | (?P<rule>@[A-Za-z-]+)
    | (?P<url>url\(\s*)(?:"(?P<q>(?:[^"\\\n]|\\.)*)"|'(?P<a>(?:[^'\\\n]|\\.)*)'|(?P<bare>(?:[^\\\s"'()]|\\.)*))
    | "(?P<qq>(?:[^"\\\n]|\\.)*)"? | '(?P<aa>(?:[^'\\\n]|\\.)*)'?
    | (?P<set>image-set\()
    | (?P<mark>[(){};])""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
ESCAPE = re.compile(r"\\(?:([0-9A-Fa-f]{1,6})\s?|\n|(.))", re.DOTALL)

Named = tuple[str, str]  # purpose, URL as written


def requisites(answer: Answer) -> list[Target]:
    """Return what an answered page, frame or stylesheet names, each once, in the order it should be asked for."""
    if answer.media_type.lower() == "text/css" or (answer.target.purpose == "stylesheet" and not markup.is_html(answer)):
        return _targets(in_css(markup.text(answer)[:CSS_LONGEST]), answer.url, answer.url)
    if not markup.is_html(answer) or not 200 <= answer.status < 300:
        return []
    document = markup.document(answer)
    look = glance(document)
    written = next((one.attributes["href"] for one in look.having("href", "base")), None)
    base = resolve(written, answer.url) if written else None
    named = in_document(document)
    hidden = "".join(element.text for element in look.all("noscript"))
    if "<" in hidden:
        named = [*named, *in_document(Document(hidden))]
    if answer.target.purpose == "frame":
        named = [(purpose, url) for purpose, url in named if purpose != "frame"]
    return _targets(named, base or answer.url, answer.url)


def in_document(document: Document, depth: int = 0) -> list[Named]:
    """Return what the elements of a document name, kind by kind, each in document order; `depth` documents stand around it."""
    look = glance(document)
    found = [named for link in look.having("href", "link") for named in _link(link)]
    found += [("script", script.attributes["src"]) for script in look.having("src", "script")]
    found += [(purpose, one.attributes[name]) for tags, name, purpose in ATTRIBUTES for one in look.having(name, *tags)]
    found += [("image", one.attributes["src"]) for one in look.having("src", "input") if one.attributes.get("type", "").lower() == "image"]
    found += [("image", value) for one in look.all(*DRAWN) for name in ("href", "xlink:href") if (value := one.attributes.get(name))]
    for picture in look.all("img"):
        found += [("image", picture.attributes[name]) for name in LAZY if picture.attributes.get(name)]
        found += _largest(picture)
    for source in look.all("source"):
        found += _source(source)
    for style in look.all("style"):
        found += in_css(style.text[:CSS_LONGEST])
    for painted in document.select(PAINTED):
        if painted.tag in BACKED and "background" in painted.attributes:
            found.append(("image", painted.attributes["background"]))
        if styles := painted.attributes.get("style", ""):
            found += in_css(styles)
    return found + list(_within(look, depth + 1))


def _within(look: Glance, depth: int) -> Iterator[Named]:
    """Yield what the documents within a document name: shadow roots, and frames that are written down in the page."""
    if depth > DEEPEST:
        return
    for template in look.having("shadowrootmode", "template"):
        if inner := SHADOW.match(template.html):
            yield from in_document(Document(inner[1]), depth)
    for frame in look.all("iframe"):
        if inner_page := frame.attributes.get("srcdoc") or inlined.page(frame.attributes.get("src", "")):
            yield from (named for named in in_document(Document(inner_page), depth) if named[0] != "frame")


def _largest(element: Element) -> Iterator[Named]:
    """Yield the largest picture of each of an element's `srcset`s."""
    for name in ("srcset", *LAZY_SETS):
        if url := largest(element.attributes.get(name, "")):
            yield "image", url


def _source(source: Element) -> Iterator[Named]:
    """Yield what a `source` names: of a picture, its sizes; of a film or a sound, itself."""
    around = {one.tag for one in _ancestors(source)}
    if "picture" in around:
        yield from _largest(source)
    if "src" in source.attributes and around & {"video", "audio"}:
        yield "media", source.attributes["src"]


def _ancestors(element: Element) -> Iterator[Element]:
    parent = element.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def _link(link: Element) -> Iterator[Named]:
    attributes = link.attributes
    relations = attributes.get("rel", "").lower().split()
    for relation, purpose in RELATIONS.items():
        if relation in relations:
            yield purpose, attributes["href"]
            held = in_css(inlined.style(attributes["href"])) if purpose == "stylesheet" else []
            yield from (named for named in held if resolve(named[1]))  # nothing is relative to a data: URL
    if "modulepreload" in relations:
        yield "script", attributes["href"]
    if "preload" in relations and (purpose := PRELOADS.get(attributes.get("as", "").lower(), "")):
        yield purpose, attributes["href"]


def largest(srcset: str) -> str | None:
    """Return the candidate of a `srcset` with the greatest descriptor; one without any counts as 1x."""
    best: tuple[float, str] | None = None
    for url, descriptor in candidates(srcset):
        number = NUMBER.match(descriptor)
        size = float(number[0]) if number else 1.0
        if not url.startswith("data:") and (best is None or size > best[0]):
            best = (size, url)
    return best[1] if best else None


def candidates(srcset: str) -> Iterator[tuple[str, str]]:
    """Yield the candidates of a `srcset`, each with its descriptor (`2x`, `640w`, or nothing). By the HTML standard's own steps."""
    at = 0
    while candidate := CANDIDATE.match(srcset, at):
        at, said = candidate.end(), ""
        if not candidate[1].endswith(",") and (descriptor := DESCRIPTOR.match(srcset, at)):
            at, said = descriptor.end(), descriptor[0].strip()
        yield candidate[1].rstrip(","), said


def in_css(text: str) -> list[Named]:
    """Return what a stylesheet names: `stylesheet` for imports, `font` inside `@font-face`, `image` for everything else."""
    return [(found.purpose, found.written) for found in addresses(text)]


class Address(NamedTuple):
    """An address in a stylesheet: what it is for, as written (escapes undone), and where its token stands: `opened` (`url(`) or quoted."""

    purpose: str
    written: str
    start: int
    end: int
    opened: bool


def addresses(text: str) -> Iterator[Address]:
    """Yield what a stylesheet names, in order, with the spot of each: capture fetches by it, and replay rewrites by it."""
    rule, depth, font_depth, in_set = "", 0, 0, 0  # `in_set`: brackets open since an image-set began, its own among them
    for token in CSS.finditer(text):
        if token["rule"]:
            rule = token["rule"].lower()
        elif token["set"]:
            in_set = 1
        elif mark := token["mark"]:
            if mark == "{":
                depth += 1
                font_depth = font_depth or (depth if rule == "@font-face" else 0)
            elif mark == "}":
                font_depth = 0 if depth == font_depth else font_depth
                depth = max(0, depth - 1)
            in_set = max(0, in_set + (1 if mark == "(" else -1)) if in_set and mark in "()" else 0
            rule = rule if mark in "()" else ""
        else:
            written = next((token[name] for name in ("q", "a", "bare", "qq", "aa") if token[name]), "")
            wanted = token["url"] or in_set == 1 or rule == "@import"  # type("image/avif") within a set is none
            in_set += 1 if token["url"] and in_set else 0
            if written and wanted and rule not in ("@namespace", "@charset", "@document"):
                purpose = "stylesheet" if rule == "@import" else "font" if font_depth else "image"
                yield Address(purpose, _unescaped(written), token.start(), token.end(), bool(token["url"]))
                rule = "" if rule == "@import" else rule  # layer("…") and supports(…) follow, and are no addresses


def _unescaped(written: str) -> str:
    def character(matched: re.Match[str]) -> str:
        number = int(matched[1], 16) if matched[1] else 0
        return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else "" if matched[1] else matched[2] or ""

    return ESCAPE.sub(character, written)


def _targets(named: Iterable[Named], base: str, itself: str) -> list[Target]:
    seen: dict[str, str] = {}
    for purpose, written in named:
        if not written.strip() or written.lstrip().startswith(("#", "data:")):
            continue
        url = resolve(written, base)
        if url and without_fragment(url) != without_fragment(itself):
            seen.setdefault(without_fragment(url), purpose)
    ranked = sorted(seen.items(), key=lambda item: ORDER.index(item[1]))
    return [Target(url, role="requisite", purpose=purpose) for url, purpose in ranked[:MOST]]
