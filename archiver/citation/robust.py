"""Robust links: an article's HTML with the archived version of each citation written beside its link.

Robust Links 1.0 (robustlinks.mementoweb.org/spec): `data-originalurl`, `data-versionurl` and `data-versiondate` on the link; `href` stays
the live one, so a reader is sent to the source while it lives, and a script or a person to the version when it does not.

Where an article is HTML, its own document is what is written on: the element that a place's selector names, or the link in it or around it.
An embed that holds no link (a frame, a blockquote) carries the attributes itself. The tree is serialised as UTF-8 and says so; nothing else
of it changes. Any other article becomes a plain page: its text as it is, links at the places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from archiver.article.nesting import tamed


@dataclass(frozen=True, slots=True)
class RobustLink:
    """A place with the version that stands for it: the URL as cited, the version's address, and its time (ISO 8601)."""

    css: str | None
    start: int | None
    end: int | None
    original: str
    version: str
    date: str

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes of the specification."""
        return {"data-originalurl": self.original, "data-versionurl": self.version, "data-versiondate": self.date}


def in_html(html: str, links: Sequence[RobustLink]) -> str:
    """Return an HTML document with the links made robust. A place whose element is not found is passed over."""
    tree = LexborHTMLParser(tamed(html))
    for link in links:
        node = _element(tree, link.css)
        if node is not None:
            for name, value in link.attributes.items():
                node.attrs[name] = value
    for meta in tree.css("meta[charset]"):
        meta.attrs["charset"] = "utf-8"
    for meta in tree.css('meta[http-equiv="content-type" i]'):
        meta.attrs["content"] = "text/html; charset=utf-8"
    return "<!DOCTYPE html>\n" + (tree.root.html or "") if tree.root is not None else html


def _element(tree: LexborHTMLParser, css: str | None) -> LexborNode | None:
    """Return the link that a selector names, or the one in it or around it, or the element itself."""
    try:
        node = tree.css_first(css) if css else None
    except SelectolaxError:
        return None
    if node is None or node.tag == "a":
        return node
    around = node.parent
    while around is not None and around.tag != "a":
        around = around.parent
    inner = node.css("a[href]")
    return around or (inner[-1] if inner else node)


def in_text(text: str, links: Sequence[RobustLink], *, title: str, language: str | None) -> str:
    """Return a page of a text that is no HTML, with a link at each place; where two overlap, the first stands."""
    pieces, at = list[str](), 0
    for link in sorted((one for one in links if one.start is not None and one.end), key=lambda one: (one.start or 0, -(one.end or 0))):
        start, end = link.start or 0, link.end or 0
        if start < at or start == end:
            continue
        told = " ".join(f'{name}="{escape(value)}"' for name, value in link.attributes.items())
        pieces += [escape(text[at:start]), f'<a href="{escape(link.original)}" {told}>{escape(text[start:end])}</a>']
        at = end
    pieces.append(escape(text[at:]))
    lang = f' lang="{escape(language)}"' if language else ""
    return (
        (
            f'<!DOCTYPE html>\n<html{lang}>\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
            f"<title>{escape(title)}</title>\n<style>pre{{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:plaintext;"
            "font:1.1em/1.6 serif;max-width:45em;margin:2em auto;padding:0 1em}</style>\n</head>\n<body>\n"
            f'<pre dir="auto">{"".join(pieces)}</pre>\n</body>\n</html>\n'
        )
        .encode("utf8", "replace")
        .decode()
    )
