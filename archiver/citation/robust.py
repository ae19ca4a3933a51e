"""Robust links: an article's HTML with the archived version of each citation written beside its link.

Robust Links 1.0 (robustlinks.mementoweb.org/spec): `data-originalurl`, `data-versionurl` and `data-versiondate` on the link; `href` stays
the live one, so a reader is sent to the source while it lives, and a script or a person to the version when it does not.

Where an article is HTML, its own document is what is written on: the link that a place's selector names, or the one in it or around it that
leads to the cited thing; an embed's last link, or the embed itself where it holds none (a frame). A URL in plain words becomes a link: the
element that its selector names is a whole paragraph, whose links are others' (they were given its version once). The tree is serialised as
UTF-8 and says so; nothing else of it changes. Any other article becomes a plain page: its text as it is, links at the places.
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
    written: str | None = None  # the URL as it stands at the place
    exact: str | None = None  # the words there
    element: bool = True  # whether the selector names the element that cites, and not a paragraph whose words do

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes of the specification."""
        return {"data-originalurl": self.original, "data-versionurl": self.version, "data-versiondate": self.date}


def in_html(html: str, links: Sequence[RobustLink]) -> str:
    """Return an HTML document with the links made robust. A place whose element is not found is passed over."""
    tree = LexborHTMLParser(tamed(html))
    # All elements are found before anything changes: a new link would be counted by the selectors of those behind it.
    placed = [(link, node) for link in links if (node := _named(tree, link.css)) is not None]
    for link, node in placed:
        carrier = _carrier(link, node)
        if carrier is not None:
            for name, value in link.attributes.items():
                carrier.attrs[name] = value
        elif link.exact:
            _linked(link, node)
    for meta in tree.css("meta[charset]"):
        meta.attrs["charset"] = "utf-8"
    for meta in tree.css('meta[http-equiv="content-type" i]'):
        meta.attrs["content"] = "text/html; charset=utf-8"
    return "<!DOCTYPE html>\n" + (tree.root.html or "") if tree.root is not None else html


def _named(tree: LexborHTMLParser, css: str | None) -> LexborNode | None:
    try:
        return tree.css_first(css) if css else None
    except SelectolaxError:
        return None


def _carrier(link: RobustLink, node: LexborNode) -> LexborNode | None:
    """Return the element that carries the attributes: a link to the cited thing, or an embed; None where it is told in words."""
    own = node if node.tag == "a" else _around(node)
    inner = node.css("a[href]") if own is None and link.element else []
    mine = [one for one in (own, *inner) if one is not None and (one.attrs.get("href") or "").strip() in (link.written, link.original)]
    if mine:
        return mine[0]
    return own or (inner[-1] if inner else node) if link.element else None


def _around(node: LexborNode) -> LexborNode | None:
    above = node.parent
    while above is not None and above.tag != "a":
        above = above.parent
    return above


def _linked(link: RobustLink, node: LexborNode) -> None:
    """Make the place's words in an element a link, where they stand in one piece and in no link yet."""
    words = link.exact or ""
    for piece in node.traverse(include_text=True):
        said = piece.text_content if piece.tag == "-text" else None
        if not said or words not in said or _around(piece) is not None:
            continue
        made = LexborHTMLParser("<a></a>").css_first("a")
        assert made is not None
        for name, value in {"href": link.original, **link.attributes}.items():
            made.attrs[name] = value
        made.insert_child(words)
        before, _, after = said.partition(words)
        piece.insert_before(before)
        piece.insert_before(made)
        piece.replace_with(after)
        return


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
