"""Requisites: what a page needs to look whole when it is replayed: stylesheets and what they name, scripts, pictures, icons, fonts, frames.

Rules
  * Of a picture in several sizes: `src`, and the largest candidate of each `srcset`. The largest serves every screen; the others are the
    same picture again.
  * Lazy pictures: the attribute that holds the real address, besides what stands in `src`.
  * What stands in `noscript` counts: the default replay runs no scripts, and then that is what shows.
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
from archiver.embed.web import markup
from archiver.url import resolve, without_fragment

MOST = 500
CSS_LONGEST = 4 << 20  # characters of one stylesheet that are read
ORDER = ("stylesheet", "script", "font", "icon", "image", "media", "frame")
LAZY = (
    "data-src", "data-original", "data-lazy-src", "data-lazy", "nitro-lazy-src", "data-cfsrc", "data-orig-file", "data-large-file",
)  # fmt: skip
LAZY_SETS = ("data-srcset", "data-lazy-srcset", "nitro-lazy-srcset")
ATTRIBUTES = (  # selector, attribute, purpose
    ("script[src]", "src", "script"),
    ("link[rel~=modulepreload][href]", "href", "script"),
    ("img[src]", "src", "image"),
    ("input[type=image][src]", "src", "image"),
    ("video[poster]", "poster", "image"),
    ("body[background], table[background], td[background]", "background", "image"),
    ("video[src], audio[src], embed[src], video source[src], audio source[src], track[src]", "src", "media"),
    ("object[data]", "data", "media"),
    ("iframe[src], frame[src]", "src", "frame"),
)
STYLED = "[style*='url(' i]"
ANY = ", ".join(["link[href]", *(selector for selector, _, _ in ATTRIBUTES), "image, img, picture source, style", STYLED])  # asked first
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
    | (?P<mark>[{};)])""",
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
    base = resolve(document.base, answer.url) if document.base else None
    named = in_document(document)
    hidden = "".join(element.text for element in document.select("noscript"))
    if "<" in hidden:
        named = [*named, *in_document(Document(hidden))]
    if answer.target.purpose == "frame":
        named = [(purpose, url) for purpose, url in named if purpose != "frame"]
    return _targets(named, base or answer.url, answer.url)


def in_document(document: Document) -> list[Named]:
    """Return what the elements of a document name."""
    if not document.select(ANY):
        return []
    found = [named for link in document.select("link[href]") for named in _link(link)]
    found += [(purpose, e.attributes[attribute]) for selector, attribute, purpose in ATTRIBUTES for e in document.select(selector)]
    for image in document.select("image"):
        found += [("image", value) for name in ("href", "xlink:href") if (value := image.attributes.get(name))]
    for picture in document.select("img, picture source"):
        attributes = picture.attributes
        found += [("image", attributes[name]) for name in LAZY if attributes.get(name) and picture.tag == "img"]
        found += [("image", url) for name in ("srcset", *LAZY_SETS) if (url := largest(attributes.get(name, "")))]
    for style in document.select("style"):
        found += in_css(style.text[:CSS_LONGEST])
    for styled in document.select(STYLED):
        found += in_css(styled.attributes["style"])
    return found


def _link(link: Element) -> Iterator[Named]:
    attributes = link.attributes
    relations = attributes.get("rel", "").lower().split()
    for relation, purpose in RELATIONS.items():
        if relation in relations:
            yield purpose, attributes["href"]
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
    rule, depth, font_depth, in_set = "", 0, 0, False
    for token in CSS.finditer(text):
        if token["rule"]:
            rule = token["rule"].lower()
        elif token["set"]:
            in_set = True
        elif mark := token["mark"]:
            if mark == "{":
                depth += 1
                font_depth = font_depth or (depth if rule == "@font-face" else 0)
            elif mark == "}":
                font_depth = 0 if depth == font_depth else font_depth
                depth = max(0, depth - 1)
            in_set = in_set and mark not in "{};)"
            rule = rule if mark == ")" else ""
        else:
            written = next((token[name] for name in ("q", "a", "bare", "qq", "aa") if token[name]), "")
            wanted = token["url"] or in_set or rule == "@import"
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
