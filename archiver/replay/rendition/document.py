"""Document: one pass over a parsed page, last element first, so that whoever is replaced has no children left to be looked at.

Parsed as a browser without script parses: what stands in `noscript` is shown, but for documents that were `seen` as their scripts had left
them. The tree is lexbor's, whose serialisation a browser reads as
the same tree; nesting that is built to hurt is tamed before (`article.nesting`).

`template` holds what scripts would copy: left out. With `shadowrootmode` a browser shows it without any script, so it is rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from secrets import token_hex

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from archiver.article.nesting import tamed
from archiver.embed.web.requisite import SHADOW
from archiver.replay.rendition import frame, picture
from archiver.replay.rendition.element import Page, anchor, clean, gone, link
from archiver.replay.rendition.shown import Shown
from archiver.url import resolve

ELEMENTS: dict[str, Callable[[LexborNode, Page], None]] = {
    "a": anchor,
    "area": anchor,
    "link": link,
    "img": picture.image,
    "input": picture.button,
    "source": picture.source,
    "image": picture.drawn,
    "feimage": picture.drawn,
    "use": picture.drawn,
    "amp-img": picture.amp,
    "video": picture.film,
    "audio": picture.film,
    "iframe": frame.frame,
    "frame": frame.frame,
    "object": frame.foreign,
    "embed": frame.foreign,
}
DOCTYPE = re.compile(r"(?:\s|<!--.*?-->|<\?[^>]*>)*+(<!doctype[^>]*>)", re.IGNORECASE | re.DOTALL)


def page(html: str, base: str, shown: Shown, *, framed: bool = False, seen: bool = False) -> str:
    """Return a page that shows what `html`, answered at the absolute URL `base`, showed, from the archive only.

    `framed`: it stands in a frame of another page, and frames of its own are placeholders: capture goes one level deep.
    `seen`: a browser with script wrote it down, and what stands in `noscript` was not shown.
    """
    tree = LexborHTMLParser(tamed(html), options=LexborDocumentOptions.WO_EVENTS, scripting=False)
    root = tree.root
    if root is None:
        return ""
    named = next((value for node in tree.css("base[href]") if (value := node.attributes.get("href"))), None)
    relative = (resolve(named, base) if named else None) or base
    about = Page(tree, relative, base, shown, framed, seen, {}, lambda inner: page(inner, relative, shown, framed=True))
    for node in reversed(list(root.traverse())):
        if node.is_element_node:
            _element(node, about)
    made = _typed(tree.html or "", html)
    for mark, shadow in about.shadows.items():
        made = made.replace(mark, shadow)
    return made


def _typed(made: str, html: str) -> str:
    """Return a page with the document type as it was written: public and system identifiers, which lexbor leaves out, make the mode."""
    written, left = DOCTYPE.match(html), DOCTYPE.match(made)
    return made[: left.start(1)] + written[1] + made[left.end(1) :] if written and left else made


def _element(node: LexborNode, about: Page) -> None:
    tag = (node.tag or "").lower()
    if gone(node, tag) or (about.seen and tag == "noscript"):
        node.decompose()
    elif tag == "noscript":
        node.unwrap()
    elif tag == "template":
        _template(node, about)
    elif tag == "style":
        text = node.text()
        if "url(" in text.lower() or "@import" in text.lower() or "image-set" in text.lower():
            node.inner_html = about.style(text)
        clean(node, about)
    elif act := ELEMENTS.get(tag):
        act(node, about)
    elif node.attributes:
        clean(node, about)


def _template(node: LexborNode, about: Page) -> None:
    attributes = node.attributes
    inner = SHADOW.match(node.html or "")
    if "shadowrootmode" not in attributes or inner is None:
        node.decompose()
        return
    named = "".join(f' {name}="{escape(value or "")}"' for name, value in attributes.items() if name.startswith("shadowroot"))
    within = LexborHTMLParser(page(inner[1], about.base, about.shown, framed=about.framed, seen=about.seen))
    rewritten = "".join(part.inner_html or "" for part in (within.head, within.body) if part)
    mark = f"shadow-{token_hex(16)}"  # an element put into the tree would lose the shadows within it
    about.shadows[mark] = f"<template{named}>{rewritten}</template>"
    node.replace_with(mark)
